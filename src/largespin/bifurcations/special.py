"""What is a special point of a branch? A record of the state, of what becomes critical there, and of what follows."""

from dataclasses import dataclass, field

import numpy as np

from largespin.errors import ComplexArray, FloatArray

DOUBLE_ZERO = "double zero"
"""Name of a point in two parameters where two eigenvalues are zero with one null vector; Hopf lines begin there."""
DEGENERATE_PITCHFORK = "degenerate pitchfork"
"""Name of a point in two parameters where a pitchfork changes sides; lines of folds begin there."""


@dataclass(frozen=True, eq=False)
class SpecialPoint:
    """A bifurcation, located by its defining equations.

    Attributes:
        kind: ``fold``, ``pitchfork (supercritical)``, ``transcritical``, ``branch point``, ``Hopf (subcritical)`` …
        u: the state, shape (n,).
        p: the free parameters, shape (P,).
        vector: what becomes critical: the null vector, or the eigenvector of iω, shape (n,).
        basis: symmetric states in which the point was located, shape (n, b).
        frequency: ω of a Hopf point, else 0.
        coefficient: of the normal form (see `normal_forms`), NaN if there is none.
        residual: by how much the defining equations are missed.
        multiplicity: how many directions (or pairs) become critical together because of symmetry.
        axes: directions along which other branches leave.
        sentence: the same in words.
    """

    kind: str
    u: FloatArray
    p: FloatArray
    vector: ComplexArray
    basis: FloatArray
    frequency: float = 0.0
    coefficient: float = np.nan
    residual: float = np.nan
    multiplicity: int = 1
    axes: tuple[FloatArray, ...] = field(default=())
    sentence: str = ""

    @property
    def family(self) -> str:
        """``fold``, ``pitchfork``, ``transcritical``, ``branch point`` or ``Hopf``."""
        return family_of_kind(self.kind)


def kind_on_side(family: str, side: str) -> str:
    """``pitchfork (subcritical)``: the kind of a family that has two sides."""
    return f"{family} ({side})"


def family_of_kind(kind: str) -> str:
    """``pitchfork``: the kind without its side, undoing `kind_on_side`."""
    return kind.partition(" (")[0]


def side(coefficient: float) -> str:
    """The word for the sign of a cubic coefficient, "degenerate" where there is none."""
    if not abs(coefficient) > 0.0:
        return "degenerate"
    return "supercritical" if coefficient < 0.0 else "subcritical"

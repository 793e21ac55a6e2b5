"""Does a cycle attract? Floquet multipliers of disturbances across it, accurate for long and unstable cycles too."""

from dataclasses import dataclass

import numpy as np

from largespin.cycles.equations import CycleEquations
from largespin.cycles.shooting import Cycle, Shot
from largespin.errors import ComplexArray, FloatArray

UNIT = 1e-6
"""Difference of a multiplier's modulus from 1 below which a disturbance neither grows nor decays."""
SWEEPS = 12
"""Turns of the orthogonal iteration that sorts directions by growth; moduli that differ by less need no sorting."""

CONVERGED = 1e-11
"""Entries of an orthogonal matrix below which they are rounding or not yet converged, and left out."""


@dataclass(frozen=True, eq=False)
class Floquet:
    """Multipliers of one cycle.

    Attributes:
        across: multipliers of disturbances across the cycle by falling modulus, shape (n − 1,).
        along_error: relative error with which a segment carries the flow on; 0 if a shift along the cycle had exactly 1.
        conserved: how many of `across` are 1 all along the branch, because something is conserved.
        known: how many of these belong to conserved quantities of the model; the others make the cycle one of a family
            (something unknown is conserved, or parts of the system do not feel each other's phase).
    """

    across: ComplexArray
    along_error: float
    conserved: int
    known: int = 0

    @property
    def free(self) -> ComplexArray:
        """The multipliers across the cycle that conserved quantities do not fix."""
        order = np.argsort(np.abs(self.across - 1.0), kind="stable")[self.conserved :]
        return self.across[np.sort(order)]

    @property
    def all(self) -> ComplexArray:
        """All n multipliers, that of the shift first."""
        return np.append(1.0 + 0.0j, self.across)


def floquet_multipliers(equations: CycleEquations, cycle: Cycle, shot: Shot, conserved: int) -> Floquet:
    """Multipliers in frames that move along: the first direction of each is the flow, which a turn reproduces."""
    flow = equations.rhs(cycle.nodes, cycle.value)
    frames = np.array([np.linalg.qr(np.column_stack([f, np.eye(len(f))]))[0] for f in flow])
    after = np.roll(frames, -1, axis=0)
    parts = np.einsum("iab,iac,icd->ibd", after[:, :, 1:], shot.by_state, frames[:, :, 1:])
    known = len(equations.conserved(cycle.nodes[0])[0])
    return Floquet(_eigenvalues(parts), _along_error(flow, shot), conserved, min(known, conserved))


def _along_error(flow: FloatArray, shot: Shot) -> float:
    """``|Φ_i f_i − f_{i+1}| / |f_{i+1}|``, the largest over all segments."""
    after = np.roll(flow, -1, axis=0)
    carried = np.einsum("iab,ib->ia", shot.by_state, flow)
    return float((np.linalg.norm(carried - after, axis=1) / np.linalg.norm(after, axis=1)).max())


def _eigenvalues(parts: FloatArray) -> ComplexArray:
    """Eigenvalues of the product ``… A_2 A_1`` by falling modulus, small ones not lost among large ones.

    The product is turned into bases sorted by growth, in which it is nearly triangular and graded.
    """
    size = parts.shape[1]
    turned = basis = upper = np.eye(size)
    logarithm = 0.0
    for _ in range(SWEEPS if size > 1 else 1):
        basis, upper, logarithm = turned, np.eye(size), 0.0
        for part in parts:
            turned, step = np.linalg.qr(part @ turned)
            upper = step @ upper
            # Near homoclinic ends products leave the range of numbers.
            scale = max(float(np.abs(upper).max()), np.finfo(float).tiny)
            upper, logarithm = upper / scale, logarithm + float(np.log(scale))
        if np.abs(np.tril(basis.T @ turned, -1)).max(initial=0.0) < CONVERGED:
            break
    # Rounding in what a turn leaves of the bases would be multiplied by the largest growth.
    left = basis.T @ turned
    values = np.linalg.eigvals(np.where(np.abs(left) < CONVERGED, 0.0, left) @ upper).astype(np.complex128)
    moduli = np.maximum(np.abs(values), np.finfo(float).tiny)
    with np.errstate(over="ignore", under="ignore"):
        sizes = np.minimum(np.exp(np.log(moduli) + logarithm), np.finfo(float).max)
    values = values / moduli * sizes
    return values[np.argsort(-np.abs(values), kind="stable")]


def verdict(floquet: Floquet) -> str:
    """``stable``, ``unstable`` or ``neutral``; known conserved quantities are left out."""
    sizes = np.abs(floquet.free)
    if np.any(sizes > 1.0 + UNIT):
        return "unstable"
    is_family = floquet.conserved > floquet.known
    return "neutral" if is_family or np.any(sizes > 1.0 - UNIT) else "stable"


def stability_sentence(period: float, floquet: Floquet) -> str:
    """The verdict with its numbers."""
    sizes, name = np.abs(floquet.free), verdict(floquet)
    note = f"; {floquet.known} conserved quantity(ies) left out" if floquet.known else ""
    if name == "unstable":
        directions = int(np.sum(sizes > 1.0 + UNIT))
        reason = f"disturbances grow by the factor {sizes.max():.4g} a period in {directions} direction(s)"
    elif name == "neutral":
        count = floquet.conserved - floquet.known + int(np.sum(sizes > 1.0 - UNIT))
        family = "one of a family, " if floquet.conserved > floquet.known else ""
        reason = f"{family}{count} further multiplier(s) of modulus 1"
    else:
        reason = f"disturbances shrink by the factor {sizes.max(initial=0.0):.2g} a period"
    return f"{name.capitalize()} cycle of period {period:.6g}: {reason}{note}."

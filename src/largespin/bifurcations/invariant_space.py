"""Which space belongs to chosen eigenvalues, and how does it go on from one state to the next?"""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.crossings import size_of
from largespin.errors import ComplexArray, FloatArray

HALF_A_PAIR = 1e-6
"""Sum of imaginary parts, relative to the Jacobian, from which eigenvalues are not closed under conjugation: a pair that has
just met on the axis has parts of this size at most."""
CONJUGATE = 1e-9
"""Difference, relative to the Jacobian, up to which two eigenvalues are each other's conjugate; they are so up to rounding."""


@dataclass(frozen=True, eq=False)
class InvariantSpace:
    """A real space that the Jacobian maps into itself: ``J V = V A``, ``Wᵀ J = A Wᵀ``, ``Wᵀ V = 1``.

    Attributes:
        right: ``V``, orthonormal, shape (n, k).
        left: ``W``, shape (n, k).
        small: ``A``, shape (k, k).
    """

    right: FloatArray
    left: FloatArray
    small: FloatArray

    @property
    def growth(self) -> float:
        """Mean real part of its eigenvalues."""
        return float(np.trace(self.small)) / len(self.small)

    @property
    def squared_frequency(self) -> float:
        """``ω²`` of its pairs on the axis: negative where the eigenvalues are real with opposite signs."""
        k = len(self.small)
        shifted = self.small - self.growth * np.eye(k)
        return -float(np.trace(shifted @ shifted)) / k


def invariant_space(jacobian: FloatArray, chosen: ComplexArray) -> InvariantSpace:
    """The space that belongs to the chosen eigenvalues (closed under conjugation).

    Raises:
        LinAlgError: they cannot be told from others.
    """
    from scipy.linalg import schur, solve_sylvester

    values = np.linalg.eigvals(jacobian)
    members = {int(np.argmin(np.abs(values - value))) for value in chosen}

    def wanted(real: float, imaginary: float) -> bool:
        return int(np.argmin(np.abs(values - complex(real, imaginary)))) in members

    triangle, turn, k = schur(jacobian, output="real", sort=wanted)
    if k != len(chosen):
        raise np.linalg.LinAlgError("the chosen eigenvalues cannot be told from others")
    inside, outside = triangle[:k, :k], triangle[k:, k:]
    left = turn[:, :k]
    if k < len(jacobian):
        left = left + turn[:, k:] @ solve_sylvester(inside, -outside, triangle[:k, k:]).T
    return InvariantSpace(turn[:, :k], left, inside)


def continued_space(jacobian: FloatArray, before: InvariantSpace) -> InvariantSpace:
    """The space that continues a nearby one: of the eigenvectors that lie closest to it.

    Raises:
        LinAlgError: there is none, because a pair has become two real eigenvalues, one of which went its own way.
    """
    values, vectors = np.linalg.eig(jacobian)
    inside = np.linalg.norm(before.right.T @ vectors, axis=0)
    order = np.argsort(-inside, kind="stable")
    k = len(before.small)
    chosen = values[order[:k]]
    if k < len(values) and abs(chosen.imag.sum()) > HALF_A_PAIR * size_of(values):
        # Half of a pair was left out: prefer what keeps pairs whole.
        chosen = values[order[: k + 1]] if k > 1 else chosen
        pairs = [z for z in chosen if np.min(np.abs(np.conj(z) - chosen)) < CONJUGATE * size_of(values)]
        chosen = np.array(pairs[:k])
    if len(chosen) < k:
        raise np.linalg.LinAlgError("the eigenvalues of the space have parted")
    return invariant_space(jacobian, chosen)

"""Which eigenvalues cross the imaginary axis between two neighbouring states, and which space belongs to them?"""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.problem import Problem
from largespin.errors import ComplexArray, FloatArray
from largespin.stationary.thresholds import NEUTRAL

TOGETHER = 1e-5
"""Difference, relative to the size of the Jacobian, below which eigenvalues cross together because of a symmetry.

Symmetry makes them equal up to rounding; where they are defective, up to its root, 1e-8, and the error of states on a branch
may multiply this by some hundred."""
REAL = 1e-9
"""Imaginary part, relative to the size of the Jacobian, that is rounding; a defective pair would have its root, 1e-8."""


def eigenvalues(problem: Problem, u: FloatArray, p: FloatArray) -> ComplexArray:
    """Eigenvalues of the Jacobian at u (n,) where it can move, shape (r,)."""
    directions = problem.directions(u)
    jacobian = problem.jacobian(u, p)
    if directions.shape[1] < len(u):
        jacobian = directions.T @ jacobian @ directions
    return np.linalg.eigvals(jacobian).astype(np.complex128)


def size_of(values: ComplexArray) -> float:
    """The size of the Jacobian that small real parts are compared with."""
    return max(1.0, float(np.abs(values).max(initial=0.0)))


def neutral(values: ComplexArray) -> np.ndarray:
    """Which eigenvalues neither grow nor decay."""
    result: np.ndarray = np.abs(values.real) < NEUTRAL * size_of(values)
    return result


def is_real(values: ComplexArray) -> np.ndarray:
    """Which eigenvalues are real up to rounding."""
    result: np.ndarray = np.abs(values.imag) < REAL * size_of(values)
    return result


@dataclass(frozen=True)
class Crossing:
    """Eigenvalues that cross the axis together.

    Attributes:
        before, after: one of them at both ends.
        count: how many cross (a pair counts two).
        oscillates: whether they are complex.
        is_clear: whether they are real or complex at both ends.
    """

    before: complex
    after: complex
    count: int
    oscillates: bool
    is_clear: bool = True

    @property
    def share(self) -> float:
        """Where on the step the crossing is, by interpolation."""
        return self.before.real / (self.before.real - self.after.real)


def matched(before: ComplexArray, after: ComplexArray) -> ComplexArray:
    """`after` in the order in which it continues `before`, with the least total distance."""
    from scipy.optimize import linear_sum_assignment

    _, order = linear_sum_assignment(np.abs(before[:, None] - after[None, :]))
    return after[order]


def crossings(before: ComplexArray, after: ComplexArray, centres: bool = False) -> list[Crossing]:
    """What crosses the axis between the eigenvalues of two neighbouring states, in the order of crossing.

    Args:
        before: eigenvalues at the first state.
        after: those at the second one.
        centres: whether eigenvalues have been on the axis before: then those on it at one end only left or reached it
            by rounding and do not cross it.
    """
    if np.sum(before.real > 0.0) == np.sum(after.real > 0.0) and np.sum(
        neutral(before) | (before.real > 0.0)
    ) == np.sum(neutral(after) | (after.real > 0.0)):
        return []
    after = matched(before, after)
    still = neutral(before) & neutral(after)
    if centres:
        still |= neutral(before) | neutral(after)
    left = [int(i) for i in np.flatnonzero(((before.real > 0.0) != (after.real > 0.0)) & ~still)]
    found = []
    while left:
        first = left[0]
        steady = (is_real(before)[first], is_real(after)[first])
        others = [i for i in left if _together(before, after, first, i)]
        ends = complex(before[first]), complex(after[first])
        found.append(Crossing(*ends, len(others), not any(steady), bool(steady[0] == steady[1])))
        left = [i for i in left if i not in others]
    return sorted(found, key=lambda crossing: crossing.share)


def _together(before: ComplexArray, after: ComplexArray, first: int, other: int) -> bool:
    """Whether symmetry makes two eigenvalues equal (up to conjugation) at both ends."""
    limit = TOGETHER * size_of(before)
    pairs = ((before[first], before[other]), (after[first], after[other]))
    return all(min(abs(a - b), abs(a - np.conj(b))) < limit for a, b in pairs)


def nearest(values: ComplexArray, guess: complex) -> complex:
    """The eigenvalue next to a guess."""
    return complex(values[np.argmin(np.abs(values - guess))])

"""What one attractor is: where it lies, how it moves, which runs reached it, and whether two sets of points are one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from largespin.errors import FloatArray

APART = 3.0
"""Distance between two irregular sets, in distances between neighbours within one of them, from which they are two: two
samples of one set differ by about 1, sets of different symmetry by tens."""
KINDS = (
    "stationary",
    "limit cycle",
    "torus",
    "chaotic",
    "unstable stationary",
    "moving, not settled",
    "failed",
)
"""Every kind an attractor can be, in the order in which results list equal shares."""


@dataclass(eq=False)
class Attractor:
    """One attractor at one parameter point; the runs that reach it are gathered while it is built.

    Attributes:
        kind: one of `KINDS`.
        path: states on it in order of time, shape (P, n); one state if stationary; a closed curve, its first state
            repeated at the end, for a limit cycle.
        reach: distance from the path up to which a state belongs to it; 0 for irregular motion, compared by `same_set`.
        sentence: what it is, with its numbers.
        runs: numbers of the runs that reached it.
        period: of a limit cycle.
        exponent: largest Lyapunov exponent: the growth rate of a stationary state, 0 for a cycle.
        group: attractors that symmetries carry into each other share a number.
    """

    kind: str
    path: FloatArray
    reach: float
    sentence: str
    runs: list[int]
    period: float = np.nan
    exponent: float = np.nan
    group: int = 0

    @property
    def amplitude(self) -> float:
        """Largest minus smallest value of the variable that moves most."""
        return float(np.ptp(self.path, axis=0).max()) if len(self.path) else np.nan

    @property
    def is_regular(self) -> bool:
        """Whether a distance tells what belongs to it."""
        return self.reach > 0.0


def path_distance(path: FloatArray, u: FloatArray) -> FloatArray:
    """Distance of states u (S, n) from the curve through the points of `path` (P, n), shape (S,)."""
    if len(path) == 1:
        return np.linalg.norm(u - path[0], axis=-1)
    begin, edge = path[:-1], np.diff(path, axis=0)
    length = np.maximum(np.einsum("pi,pi->p", edge, edge), np.finfo(float).tiny)
    result = np.empty(len(u))
    for i, state in enumerate(u):
        along = np.clip(np.einsum("pi,pi->p", state - begin, edge) / length, 0.0, 1.0)
        result[i] = np.linalg.norm(state - begin - along[:, None] * edge, axis=-1).min()
    return result


def same_set(one: FloatArray, other: FloatArray) -> bool:
    """Whether two clouds of points, (P, n) and (Q, n), cover the same set.

    Each must come as near to the other as `other` comes to itself: the median distance of a point from its nearest
    neighbour, from every second point to the points between.
    """
    within = np.median(_nearest(other[::2], other[1::2]))
    there, back = np.median(_nearest(one, other)), np.median(_nearest(other, one))
    return bool(max(there, back) <= APART * within)


def _nearest(points: FloatArray, cloud: FloatArray) -> FloatArray:
    squares = (points**2).sum(axis=1)[:, None] + (cloud**2).sum(axis=1) - 2.0 * points @ cloud.T
    return np.sqrt(np.maximum(squares.min(axis=1), 0.0))


def group_images(found: Sequence[Attractor], maps: Sequence[Callable[[FloatArray], FloatArray]]) -> None:
    """Give attractors that a symmetry carries into each other one number, counted in order of appearance."""
    groups = list(range(len(found)))
    for i, j in np.ndindex(len(found), len(found)):
        if groups[i] != groups[j] and any(_is_image(found[i], found[j], symmetry) for symmetry in maps):
            old, new = max(groups[i], groups[j]), min(groups[i], groups[j])
            groups = [new if group == old else group for group in groups]
    numbers: dict[int, int] = {}
    for attractor, group in zip(found, groups, strict=True):
        attractor.group = numbers.setdefault(group, len(numbers))


def _is_image(one: Attractor, other: Attractor, symmetry: Callable[[FloatArray], FloatArray]) -> bool:
    if one.kind != other.kind or one.kind in ("failed", "moving, not settled"):
        return False
    if other.is_regular:
        return bool(path_distance(other.path, symmetry(one.path[:1]))[0] <= other.reach)
    return same_set(symmetry(one.path), other.path)

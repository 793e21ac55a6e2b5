"""Where do labels on a grid change? Refines only there; knows nothing of models, phases or parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
Label = Callable[[IntArray], IntArray]
"""Labels (whole numbers from 0) of grid points given by their indices (points, d), shape (points,)."""
UNKNOWN = -1
"""Label of grid points that have not been evaluated, or could not be."""
_LARGE = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Refined:
    """Labels on the finest grid.

    Attributes:
        labels: shape of the grid; of points that were not evaluated, the label all round them.
        evaluated: which points were evaluated.
        calls: number of points in each call.
    """

    labels: IntArray
    evaluated: npt.NDArray[np.bool_]
    calls: tuple[int, ...]


def refine(label: Label, cells: tuple[int, ...], levels: int, known: IntArray | None = None) -> Refined:
    """Labels on a grid of ``cells · 2^levels`` cells along each axis, evaluated where they change.

    First the corners of the coarse cells. A cell is split in halves along each axis if any known points in it or on its
    edge differ; when no cell has to be split, the middles of all cells beside split ones are checked, which follows
    tongues that end between two points of the grid.

    Args:
        label: evaluates points; called with all points of a round at once. `UNKNOWN` for a point ends the refinement.
        cells: number of coarse cells along each axis.
        levels: how often they are halved.
        known: labels on the finest grid that need not be evaluated, `UNKNOWN` elsewhere.

    Limits: an island that lies inside a cell, away from every boundary and without a coarse point, is not seen.
    """
    state = _State(cells, levels)
    if known is not None:
        state.known[:] = known
    going = state.evaluate(label, state.corners(0, np.ones(cells, dtype=bool), np.arange(2)))
    while going:
        mixed = state.mixed()
        split = [state.leaves(level) & mixed[level] for level in range(levels)]
        if any(part.any() for part in split):
            asked = [state.split(level, split[level]) for level in range(levels)]
        else:
            asked = [state.middles_beside(level) for level in range(levels)]
            if not any(len(part) for part in asked):
                break
        going = state.evaluate(label, np.concatenate(asked))
    return state.result()


@dataclass(eq=False)
class _State:
    """Labels so far, and of every level which cells exist, are split, or have had their middles checked."""

    cells: tuple[int, ...]
    levels: int
    calls: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = np.full([n * 2**self.levels + 1 for n in self.cells], UNKNOWN, dtype=np.int64)
        shapes = [tuple(n * 2**level for n in self.cells) for level in range(self.levels + 1)]
        self.present = [np.zeros(shape, dtype=bool) for shape in shapes]
        self.done = [np.zeros(shape, dtype=bool) for shape in shapes]
        self.checked = [np.zeros(shape, dtype=bool) for shape in shapes]
        self.present[0][:] = True

    def evaluate(self, label: Label, indices: IntArray) -> bool:
        """Evaluate what is not known yet; whether all of it is known now."""
        unknown = np.unique(indices[self.known[tuple(indices.T)] == UNKNOWN], axis=0)
        if len(unknown):
            self.known[tuple(unknown.T)] = label(unknown)
            self.calls.append(len(unknown))
        return bool(np.all(self.known[tuple(unknown.T)] != UNKNOWN))

    def corners(self, level: int, chosen: npt.NDArray[np.bool_], steps: IntArray, parts: int = 1) -> IntArray:
        """Grid points at `steps` (in 1/parts of a cell, along each axis) of the chosen cells of a level."""
        stride = 2 ** (self.levels - level)
        first = np.argwhere(chosen) * stride
        offsets = np.array(list(product(steps, repeat=len(self.cells)))) * (stride // parts)
        return (first[:, None, :] + offsets).reshape(-1, len(self.cells))

    def leaves(self, level: int) -> npt.NDArray[np.bool_]:
        """Cells of a level that exist and are not split."""
        return self.present[level] & ~self.done[level]

    def split(self, level: int, chosen: npt.NDArray[np.bool_]) -> IntArray:
        """Halve cells; the points at which their halves have corners."""
        self.done[level] |= chosen
        self.present[level + 1] |= _doubled(chosen)
        return self.corners(level, chosen, np.arange(3), 2)

    def middles_beside(self, level: int) -> IntArray:
        """Middles of the cells that touch split ones and have not been checked."""
        beside = self.leaves(level) & _widened(self.done[level]) & ~self.checked[level]
        self.checked[level] |= beside
        return self.corners(level, beside, np.array([1]), 2)

    def mixed(self) -> list[npt.NDArray[np.bool_]]:
        """For every level, which cells contain (edge included) known points with different labels."""
        low, high = self._extremes()
        result = [high > low]
        for _ in range(self.levels):
            low, high = _pooled(low, np.minimum), _pooled(high, np.maximum)
            result.insert(0, high > low)
        return result

    def _extremes(self) -> tuple[IntArray, IntArray]:
        """Smallest and largest known label at the corners of the finest cells."""
        low, high = np.where(self.known == UNKNOWN, _LARGE, self.known), self.known
        for axis in range(low.ndim):
            first, last = _halves(axis)
            low, high = np.minimum(low[first], low[last]), np.maximum(high[first], high[last])
        return low, high

    def result(self) -> Refined:
        """Fill every cell with the one label that its known points have."""
        low, _ = self._extremes()
        filled = np.where(low == _LARGE, UNKNOWN, low)
        pooled = [low]
        for _ in range(self.levels):
            pooled.insert(0, _pooled(pooled[0], np.minimum))
        for level in range(self.levels):
            value, leaf = pooled[level], self.leaves(level)
            for _ in range(self.levels - level):
                value, leaf = _doubled(value), _doubled(leaf)
            filled = np.where(leaf & (value != _LARGE), value, filled)
        cell = np.ix_(*(np.minimum(np.arange(n), n - 2) for n in self.known.shape))
        evaluated = self.known != UNKNOWN
        return Refined(np.where(evaluated, self.known, filled[cell]), evaluated, tuple(self.calls))


def _halves(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """All but the last, and all but the first entry along an axis."""
    before = (slice(None),) * axis
    return (*before, slice(None, -1)), (*before, slice(1, None))


def _pooled(array: IntArray, function: np.ufunc) -> IntArray:
    """Pairs of neighbours joined along every axis."""
    for axis in range(array.ndim):
        before = (slice(None),) * axis
        array = function(array[(*before, slice(0, None, 2))], array[(*before, slice(1, None, 2))])
    return array


def _doubled(array: np.ndarray) -> np.ndarray:
    """Every cell as its halves along every axis."""
    for axis in range(array.ndim):
        array = np.repeat(array, 2, axis=axis)
    return array


def _widened(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The chosen cells and all that touch them, at corners too."""
    for axis in range(chosen.ndim):
        first, last = _halves(axis)
        wider = chosen.copy()
        wider[last] |= chosen[first]
        wider[first] |= chosen[last]
        chosen = wider
    return chosen

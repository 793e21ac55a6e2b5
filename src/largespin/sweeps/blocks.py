"""Which points are computed and stored together? Rectangular blocks that tile the grid."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

TARGET_SECONDS = 1.0
"""Computing time of a block, about: what a kill costs, and far above the milliseconds that storing a block takes."""
BLOCKS_PER_WORKER = 8
"""Blocks that every worker gets at least, so that none waits long for the last one to finish."""
MOST_POINTS = 1024
"""Points of a block at most: progress stays visible however cheap the points are."""
FEWEST_TOGETHER = 16
"""Points of a call with arrays at least, if every worker gets that many: the cost per point falls with their number."""
MOST_BYTES = 32e6
"""Size of the results of a block, about, which bounds the memory of the process that stores them."""
MOST_BLOCKS = 10_000
"""Blocks of a sweep, about: each is a file per variable, and file systems dislike millions of files."""


@dataclass(frozen=True)
class Blocks:
    """A tiling of a grid by boxes: whole trailing axes, a range of one axis, single values of the leading axes.

    A box of this form is contiguous in the flat order, and is one chunk of every stored variable.

    Args:
        shape: the grid.
        box: the shape of a box; boxes at the end may be smaller.
    """

    shape: tuple[int, ...]
    box: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], points: int) -> "Blocks":
        """The tiling whose boxes have as many points as possible, but `points` at most."""
        box, left = [1] * len(shape), max(points, 1)
        for axis in reversed(range(len(shape))):
            box[axis] = min(shape[axis], left)
            if box[axis] < shape[axis]:
                break
            left //= shape[axis]
        return cls(shape, tuple(box))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of boxes along the axes."""
        return tuple(-(-length // edge) for length, edge in zip(self.shape, self.box, strict=True))

    def __len__(self) -> int:
        return math.prod(self.numbers)

    def region(self, block: int) -> tuple[slice, ...]:
        """The slices of a block along the axes."""
        places = np.unravel_index(block, self.numbers)
        return tuple(
            slice(int(at) * edge, min((int(at) + 1) * edge, length))
            for at, edge, length in zip(places, self.box, self.shape, strict=True)
        )

    def indices(self, block: int) -> range:
        """The flat indices of the points of a block; they follow each other."""
        region = self.region(block)
        first = int(np.ravel_multi_index([part.start for part in region], self.shape))
        return range(first, first + math.prod(part.stop - part.start for part in region))

    def block_of(self, index: int) -> int:
        """The block that contains a flat index."""
        places = np.unravel_index(index, self.shape)
        return int(
            np.ravel_multi_index([int(at) // edge for at, edge in zip(places, self.box, strict=True)], self.numbers)
        )

    def __iter__(self) -> Iterator[range]:
        return (self.indices(block) for block in range(len(self)))


def points_per_block(points: int, workers: int, seconds: float | None = None, size: float = 0.0) -> int:
    """How many points to compute together.

    Args:
        points: points of the sweep.
        workers: processes that share them.
        seconds: computing time of a point, if known.
        size: bytes of the result of a point.
    """
    wanted = MOST_POINTS if seconds is None else TARGET_SECONDS / max(seconds, 1e-9)
    wanted = min(wanted, MOST_POINTS, points / (BLOCKS_PER_WORKER * workers), MOST_BYTES / max(size, 1.0))
    return max(1, math.ceil(points / MOST_BLOCKS), int(wanted))


def points_per_call(points: int, workers: int) -> int:
    """How many points to give to a function that takes arrays, whose time per point is not known."""
    return max(points_per_block(points, workers), min(FEWEST_TOGETHER, -(-points // workers)))

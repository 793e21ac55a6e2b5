"""How many particles are in every block: one N, a tuple of numbers per block, or a list of either."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, whole_number
from largespin.model.particles import Particles

BlockNumbers = int | tuple[int, ...]
"""N, or a tuple of numbers per block."""
ParticleNumbers = BlockNumbers | Sequence[int] | Sequence[tuple[int, ...]] | npt.NDArray[Any] | xr.DataArray
"""N or a tuple of numbers per block, or a list or an array of either, which is an axis."""

WHOLE = 1e-6
"""Difference of w_k N from a whole number that is rounding of the weights: far above it for any N that fits into memory,
and far below the thousandth by which sensible weights differ from others."""
LARGEST_MULTIPLE = 10_000
"""N up to which the smallest one that fits the weights is looked for, to name it: no exact solution has as many particles."""


def particle_numbers(particles: ParticleNumbers) -> tuple[list[Any], bool]:
    """The numbers of particles (or tuples per block) as a list, and whether they are an axis.

    Example:
        >>> from largespin.exact.space.particle_numbers import particle_numbers
        >>> particle_numbers((2, 6)), particle_numbers(range(10, 30, 10))
        (([(2, 6)], False), ([10, 20], True))
    """
    several = not isinstance(particles, tuple | str) and np.ndim(particles) > 0
    array: Any = np.asarray(particles) if isinstance(particles, xr.DataArray) else particles
    numbers = list(array) if several else [array]
    if not numbers:
        raise LargespinError("Argument `particles` must contain at least one number, but it is empty.")
    return [tuple(n) if np.ndim(n) else n for n in numbers], several


def block_counts(particles: Particles, number: BlockNumbers) -> tuple[int, ...]:
    """``N_k = w_k N`` for a total N or a tuple of them, refused if they do not fit the weights.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.space.particle_numbers import block_counts
        >>> block_counts(ls.Particles(2, weights=[0.25, 0.75]), 8)
        (2, 6)
    """
    weights = particles.weights
    if isinstance(number, tuple):
        if len(number) != len(weights):
            raise LargespinError(
                f"Argument `particles` must be a tuple of {len(weights)} numbers, one per block, but it has {len(number)}."
            )
        counts = tuple(whole_number("particles", n, 1) for n in number)
        total = sum(counts)
    else:
        total = whole_number("particles", number, 1)
        counts = _nearest(weights, total)
    if not _fits(weights, counts, total):
        smallest = next(_counts_of(weights, range(1, LARGEST_MULTIPLE)), None)
        others = f"a multiple of {sum(smallest)}" if smallest else "another number"
        raise LargespinError(
            f"Argument `particles` must give whole numbers w_k N of particles in every block, but the shares are "
            f"{', '.join(f'{w:g}' for w in weights)} and N is {total}; {others} fits."
        )
    return counts


def largest_counts(particles: Particles, most: int) -> tuple[int, ...] | None:
    """The largest numbers per block, of at most so many particles, that fit the weights; None if there are none."""
    return next(_counts_of(particles.weights, range(most, 0, -1)), None)


def _nearest(weights: FloatArray, total: int) -> tuple[int, ...]:
    """Whole numbers nearest to ``w_k N``, at least one each."""
    return tuple(max(1, round(w * total)) for w in weights.tolist())


def _fits(weights: FloatArray, counts: tuple[int, ...], total: int) -> bool:
    return bool(np.abs(np.array(counts) - weights * total).max() <= WHOLE)


def _counts_of(weights: FloatArray, totals: range) -> Iterator[tuple[int, ...]]:
    """Numbers per block of those totals that fit the weights."""
    for total in totals:
        counts = _nearest(weights, total)
        if _fits(weights, counts, total):
            yield counts

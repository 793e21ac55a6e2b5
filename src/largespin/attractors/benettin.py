"""How fast do small disturbances grow along a run? Benettin's method; knows nothing of models."""

from collections.abc import Callable

import numpy as np

from largespin.errors import FloatArray

Advance = Callable[[FloatArray], FloatArray]
"""Carries disturbances (runs, n, k) along their runs by one interval; the runs themselves it keeps to itself."""
BLOCKS = 20
"""Blocks from whose scatter errors are estimated: the error of the error is then 1/√40, a sixth, and each block is long
enough to be nearly independent of the next."""


def growth(advance: Advance, tangents: FloatArray, align: int, intervals: int) -> FloatArray:
    """Logarithms of the growth in every interval, shape (runs, intervals, k).

    After each interval the disturbances are made orthonormal again, ``V = Q R``: the first one turns into the fastest
    growing direction, the first two span the fastest growing area, and so on; ``ln |R_ii|`` is what each has grown.

    Args:
        advance: carries disturbances by one interval.
        tangents: the first ones, shape (runs, n, k), linearly independent.
        align: intervals that are run first without counting, in which the disturbances find their directions.
        intervals: intervals that count.

    Source: Benettin et al., Meccanica 15, 9 (1980).
    """
    logarithms = np.full((len(tangents), intervals, tangents.shape[-1]), np.nan)
    tangents = np.linalg.qr(tangents)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        for index in range(-align, intervals):
            tangents, triangle = np.linalg.qr(_finite(advance(tangents)))
            if index >= 0:
                logarithms[:, index] = np.log(np.abs(np.einsum("...ii->...i", triangle)))
    return logarithms


def _finite(tangents: FloatArray) -> FloatArray:
    """LAPACK must not meet infinity; NaN marks a run that has failed and stays."""
    return np.where(np.isfinite(tangents).all(axis=(-2, -1), keepdims=True), tangents, np.nan)


def exponents(logarithms: FloatArray, interval: float) -> tuple[FloatArray, FloatArray]:
    """Mean growth rates and their errors, both of shape (runs, k), by falling rate.

    The error is the standard error of the means over 20 blocks, or half the difference between the two halves of the
    run if that is more: on regular motion the rates approach their limits slowly, without scatter.
    """
    # A direction that has shrunk to nothing, because there are fewer of them, is -infinity.
    rates = np.where(np.isfinite(logarithms), logarithms, np.nan) / interval
    mean = rates.mean(axis=1)
    blocks = [block.mean(axis=1) for block in np.array_split(rates, min(BLOCKS, rates.shape[1]), axis=1)]
    scatter = np.std(blocks, axis=0, ddof=1) / np.sqrt(len(blocks))
    half = rates.shape[1] // 2
    drift = 0.5 * np.abs(rates[:, :half].mean(axis=1) - rates[:, half:].mean(axis=1))
    error = np.maximum(scatter, drift)
    order = np.argsort(-mean, axis=-1, kind="stable")
    return np.take_along_axis(mean, order, axis=-1), np.take_along_axis(error, order, axis=-1)

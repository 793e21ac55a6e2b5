"""Which sites form one large spin?

Sites whose column of pattern values is the same feel the same field, so they stay equal if they start equal:
each distinct column is one large spin. `large_spins` reads the columns of given patterns; `ideal_large_spins`
lists all columns that random patterns can have, with their probabilities, for infinitely many sites.

Columns come in the papers' order: the first pattern is the outermost, larger values come first.
"""

import warnings
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, LargespinWarning, one_of, whole_number
from largespin.patterns.arrays import IntArray, check_flag, one_configuration, value_distribution
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.correlations import random_level, strongest_correlation
from largespin.patterns.patterns import Patterns, check_patterns, numbered_names

LARGEST_NUMBER_OF_BLOCKS = 2**20
Weights = Literal["actual", "ideal"]


def large_spins(
    patterns: Patterns, *, gauge: bool = False, weights: Weights = "actual", start: npt.ArrayLike | None = None
) -> LargeSpins:
    """Blocks of sites with equal columns: `k(i) = k(j)` if and only if `ξ[μ, i] = ξ[μ, j]` for all μ.

    With `gauge`, the columns of `ξ[μ, i]·ξ[0, i]` are compared instead: spins where pattern 0 is -1 are
    described upside down (σ_z → -σ_z), which makes row 0 all +1 and halves the number of blocks. That is
    allowed only if the rest of the model does not notice the flip. Values are equal only if equal to the last
    digit.

    Args:
        patterns: M patterns on N sites.
        gauge: flip the sites where pattern 0 is -1; only for ±1 patterns.
        weights: "actual" for w_k = N_k/N, only blocks that have sites; "ideal" for all possible columns of
            the values that occur (always both of ±1), all with the same weight 1/K, as for independent random
            patterns on infinitely many sites. Ideal blocks may have no site at all (count 0).
        start: an initial configuration with values in [-1, 1], shape (N,) (or a picture). Sites then share a
            block only if they also start equal; needs weights="actual".

    Returns:
        The blocks: at most 2^M, or 2^(M-1) with gauge, for ±1 patterns; d^M for d values.

    Raises:
        LargespinError: gauge without ±1 patterns, start with ideal weights, or more than 2^20 blocks.

    Warns:
        LargespinWarning: if weights are "ideal" although the patterns are correlated.

    Example:
        >>> from largespin import large_spins, patterns_from_array
        >>> patterns = patterns_from_array([[1, -1, 1, -1], [1, 1, -1, -1]])
        >>> large_spins(patterns).coefficients
        array([[ 1.,  1., -1., -1.],
               [ 1., -1.,  1., -1.]])
        >>> large_spins(patterns, gauge=True).coefficients
        array([[ 1.,  1.],
               [ 1., -1.]])

    Source: CL21, Fig. 2, and the supplement, "Possible extensions of the mapping".
    """
    check_patterns(patterns)
    check_flag("gauge", gauge)
    one_of("weights", weights, Weights)
    site_gauge = _site_gauge(patterns) if gauge else None
    rows = patterns.values if site_gauge is None else patterns.values * site_gauge
    if weights == "ideal":
        if start is not None:
            raise LargespinError(
                "Argument `start` must be None with weights='ideal', but it is given; use weights='actual'."
            )
        return _ideal_blocks(patterns, rows, site_gauge)
    return _actual_blocks(patterns, rows, site_gauge, start)


def ideal_large_spins(
    count: int, *, gauge: bool = True, values: Sequence[float] = (-1, 1), probabilities: Sequence[float] | None = None
) -> LargeSpins:
    """All columns of `count` random patterns on infinitely many sites: `w_k = p_{i1} p_{i2} … p_{iM}`.

    Args:
        count: M, the number of patterns.
        gauge: flip the sites where pattern 0 is -1; only for the values ±1 with equal probabilities.
        values: the d different values that occur.
        probabilities: their probabilities, positive, with sum 1; None for equal ones.

    Returns:
        The blocks without sites: 2^(M-1) with gauge, else d^M.

    Raises:
        LargespinError: gauge with other values or unequal probabilities, or more than 2^20 blocks.

    Example:
        >>> from largespin import ideal_large_spins
        >>> ideal_large_spins(3)
        LargeSpins(3 patterns, 4 blocks, infinitely many sites)
        >>> ideal_large_spins(2, gauge=False, values=(0, 1), probabilities=(0.75, 0.25)).weights
        array([0.0625, 0.1875, 0.1875, 0.5625])

    Source: CL21, Eq. 3; the supplement, "Possible extensions of the mapping", Fig. S2 for general values.
    """
    whole_number("count", count, 1)
    check_flag("gauge", gauge)
    choices, shares = value_distribution(values, probabilities)
    if gauge and not (np.array_equal(choices, [1.0, -1.0]) and shares[0] == shares[1]):
        raise LargespinError(
            "Argument `gauge` must be False unless the values are -1 and 1 with equal probabilities, "
            f"but the values are {choices[::-1].tolist()} with probabilities {shares[::-1].tolist()}."
        )
    free = count - 1 if gauge else count
    _check_number_of_blocks("count", len(choices) ** free, "a gauge")
    return LargeSpins(
        coefficients=_all_columns(choices, free, gauge),
        weights=np.prod(_all_columns(shares, free, gauge=False), axis=0),
        names=numbered_names(count),
        is_gauged=gauge,
    )


def _site_gauge(patterns: Patterns) -> FloatArray:
    if not patterns.is_binary:
        raise LargespinError(
            "Argument `gauge` must be False unless all pattern values are +1 or -1, "
            f"but the values run from {patterns.values.min():g} to {patterns.values.max():g}."
        )
    return patterns.values[0].copy()


def _actual_blocks(
    patterns: Patterns, rows: FloatArray, site_gauge: FloatArray | None, start: npt.ArrayLike | None
) -> LargeSpins:
    told_apart_by = list(rows)
    if start is not None:
        state = one_configuration("start", start, patterns.number_of_sites, patterns.picture_shape)
        told_apart_by.append(state if site_gauge is None else state * site_gauge)
    _, first, block_of_site, counts = np.unique(
        _column_codes(told_apart_by), return_index=True, return_inverse=True, return_counts=True
    )
    _check_number_of_blocks("patterns", len(counts), "fewer sites")
    return LargeSpins(
        coefficients=rows[:, first],
        weights=counts / patterns.number_of_sites,
        names=patterns.names,
        block_of_site=block_of_site,
        counts=counts,
        gauge=site_gauge,
        start=None if start is None else told_apart_by[-1][first],
        picture_shape=patterns.picture_shape,
        is_gauged=site_gauge is not None,
    )


def _ideal_blocks(patterns: Patterns, rows: FloatArray, site_gauge: FloatArray | None) -> LargeSpins:
    choices = np.array([1.0, -1.0]) if patterns.is_binary else np.unique(rows)[::-1]
    gauge = site_gauge is not None
    blocks = len(choices) ** (len(rows) - gauge)
    _check_number_of_blocks("patterns", blocks, "weights='actual'")
    _warn_if_correlated(patterns, float(choices.mean()))
    block_of_site: IntArray = np.zeros(patterns.number_of_sites, dtype=np.int64)
    for row in rows[1:] if gauge else rows:
        block_of_site = block_of_site * len(choices) + np.searchsorted(-choices, -row)
    return LargeSpins(
        coefficients=_all_columns(choices, len(rows) - gauge, gauge),
        weights=np.full(blocks, 1.0 / blocks),
        names=patterns.names,
        block_of_site=block_of_site,
        counts=np.bincount(block_of_site, minlength=blocks),
        gauge=site_gauge,
        picture_shape=patterns.picture_shape,
        is_gauged=gauge,
    )


def _column_codes(rows: Iterable[FloatArray]) -> IntArray:
    """One whole number per column, equal for equal columns and growing in the papers' order.

    Sorting whole numbers is many times faster than sorting columns, which matters for 10^5 sites and more.
    """
    codes: IntArray = np.zeros(1, dtype=np.int64)
    below = 1
    for row in rows:
        distinct, rank = np.unique(-row, return_inverse=True)
        if below * len(distinct) >= 2**62:
            # Codes would overflow: number the columns met so far without gaps, in the same order.
            codes = np.unique(codes, return_inverse=True)[1]
            below = int(codes.max()) + 1
        codes = codes * len(distinct) + rank
        below *= len(distinct)
    return codes


def _all_columns(choices: FloatArray, free: int, gauge: bool) -> FloatArray:
    """All columns of `free` rows over the `choices`, first row outermost; below a row of +1 with gauge."""
    number = np.arange(len(choices) ** free)
    columns = np.ones((free + gauge, len(number)))
    for row in range(free):
        digit = number // len(choices) ** (free - 1 - row) % len(choices)
        columns[row + gauge] = choices[digit]
    return columns


def _check_number_of_blocks(argument: str, blocks: int, cure: str) -> None:
    if blocks > LARGEST_NUMBER_OF_BLOCKS:
        raise LargespinError(
            f"Argument `{argument}` must lead to at most {LARGEST_NUMBER_OF_BLOCKS} blocks, "
            f"but there would be {blocks}; use fewer patterns, fewer different values, or {cure}."
        )


def _warn_if_correlated(patterns: Patterns, mean: float) -> None:
    # Values with a mean, such as 0 and 1, overlap even if independent; only what exceeds that is correlation.
    value, first, second = strongest_correlation(Patterns(patterns.values - mean, patterns.names))
    if value > random_level(patterns.number_of_sites):
        warnings.warn(
            "Argument weights='ideal' describes independent random patterns, but "
            f"{patterns.names[first]!r} and {patterns.names[second]!r} are correlated by {value:.2f}; "
            "weights='actual' describes these patterns.",
            LargespinWarning,
            stacklevel=4,
        )

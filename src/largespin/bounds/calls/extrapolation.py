"""What do errors at several N say about N → ∞? Their slope against N, and the coefficient of 1/N."""

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray

DEGREE = 3
"""Highest power of 1/N in extrapolations to N → ∞. The values at N = 2, 4, 6, 8 enter a cubic with factors that add up to
28 in modulus, and those at 2 … 10 a quartic with 92: beyond, errors of the runs weigh more than the next power."""


def slopes(totals: npt.ArrayLike, errors: npt.ArrayLike) -> FloatArray:
    """``Σ (x − x̄) ln E / Σ (x − x̄)²``, ``x = ln N``: the least-squares slope of ln E against ln N at every time.

    Args:
        totals: numbers of particles, shape (S,).
        errors: errors, shape (S, T); those that are not above zero, or NaN, are left out.

    Returns:
        Slopes, shape (T,); NaN for fewer than two usable errors.

    Source: definition.

    Example:
        >>> from largespin.bounds.calls.extrapolation import slopes
        >>> slopes([10, 20, 40], [[0.4, 0.0], [0.1, 0.0], [0.025, 1.0]]).round(9)
        array([-2., nan])
    """
    logarithms, errors = np.log(np.asarray(totals, dtype=np.float64)), np.asarray(errors, dtype=np.float64)
    result = np.full(errors.shape[1], np.nan)
    for column, values in enumerate(errors.T):
        usable = values > 0.0  # false for NaN
        if usable.sum() > 1:
            x = logarithms[usable] - logarithms[usable].mean()
            result[column] = x @ np.log(values[usable]) / (x @ x)
    return result


def extrapolated(totals: npt.ArrayLike, values: npt.ArrayLike) -> FloatArray:
    """``Σ_i f(N_i) ∏_{j≠i} N_i/(N_i − N_j)``: the polynomial in 1/N through the largest four N, at 1/N = 0.

    Args:
        totals: numbers of particles, all different, shape (S,).
        values: values, shape (S, T); NaN where there is none.

    Returns:
        Limits, shape (T,); of a lower degree where fewer than four values are finite, NaN where none is.

    Source: Lagrange's interpolation formula.

    Example:
        >>> from largespin.bounds.calls.extrapolation import extrapolated
        >>> extrapolated([10, 20], [[2.3], [2.15]]).round(9)  # 2 + 3/N
        array([2.])
    """
    sizes, values = np.asarray(totals, dtype=np.float64), np.asarray(values, dtype=np.float64)
    result = np.full(values.shape[1], np.nan)
    order = np.argsort(sizes)
    for column, given in enumerate(values.T):
        usable = [row for row in order if np.isfinite(given[row])][-(DEGREE + 1) :]
        if usable:
            n = sizes[usable]
            shares = [np.prod([own / (own - other) for other in n if other != own]) for own in n]
            result[column] = np.array(shares) @ given[usable]
    return result

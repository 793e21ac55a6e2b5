"""Purity, entropies and mutual information of Gaussian states, in nats."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from largespin.errors import FloatArray, one_of
from largespin.gaussian.convention import Ordering
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.physicality import TOLERANCE, checked
from largespin.gaussian.symplectic import eigenvalues, factor

if TYPE_CHECKING:
    import xarray as xr

Entropy = Literal["von Neumann", "renyi2"]
"""Which entropy an information is made of."""


def mode_entropy(nu: FloatArray) -> FloatArray:
    """``s = (n+1) ln(n+1) − n ln n`` with ``n = (ν−1)/2``; ν below 1 by rounding counts as 1.

    Only matrices that passed the physicality check get here, so ν misses 1 by no more than its tolerance.
    """
    return _entropy_of(np.maximum(0.5 * (nu - 1.0), 0.0))


def _entropy_of(n: FloatArray) -> FloatArray:
    # ln(1+n) + n ln(1+1/n): two positive terms, where the usual form loses digits to large n.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        second = np.where(n == 0.0, 0.0, n * np.log1p(1.0 / n))
    return np.asarray(np.log1p(n) + second)


def entropy_loss(nu: FloatArray, loss: FloatArray) -> FloatArray:
    """``s(ν) − s(ν − loss)`` without cancellation for small losses; ν below 1 by rounding counts as 1."""
    n, e = np.maximum(0.5 * (nu - 1.0), 0.0), 0.5 * loss
    left = np.maximum(n - e, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # ln(1+n) − ln(1+m), n [ln(1+1/n) − ln(1+1/m)] and (n−m) ln(1+1/m) with m = n − e.
        small = np.log1p(e / (left + 1.0)) + n * np.log1p(-e / (n * (left + 1.0))) + e * np.log1p(1.0 / left)
    return np.where(e < 0.5 * n, small, _entropy_of(n) - _entropy_of(left))


@measure
def purity(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "FloatArray | xr.DataArray":
    """``tr ρ² = 1/√det V`` (vacuum 1).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,); labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Adesso, Ragy and Lee, Open Syst. Inf. Dyn. 21, 1440001 (2014).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.purity(gaussian.thermal_covariance([1.0])).round(6)
        np.float64(0.333333)
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    return modes.wrap(np.exp(-_half_log_determinant(modes.matrix)), "purity tr ρ²")


@measure
def von_neumann_entropy(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "FloatArray | xr.DataArray":
    """``−tr ρ ln ρ = Σ_j s(ν_j)``, ``s = (n+1) ln(n+1) − n ln n`` with ``n = (ν−1)/2``, in nats.

    A symplectic eigenvalue ν below 1 counts as 1; after the check it can be so by `tolerance` only.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Holevo, Sohma and Hirota, Phys. Rev. A 59, 1820 (1999).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.von_neumann_entropy(gaussian.thermal_covariance([1.0])).round(6)  # 2 ln 2
        np.float64(1.386294)
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    return modes.wrap(mode_entropy(eigenvalues(modes.matrix)).sum(axis=-1), "von Neumann entropy", "nat")


@measure
def renyi2_entropy(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "FloatArray | xr.DataArray":
    """``−ln tr ρ² = ½ ln det V`` (vacuum 1), in nats.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Adesso, Girolami and Serafini, Phys. Rev. Lett. 109, 190502 (2012).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.renyi2_entropy(gaussian.thermal_covariance([1.0])).round(6)  # ln 3
        np.float64(1.098612)
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    return modes.wrap(_half_log_determinant(modes.matrix), "Rényi-2 entropy", "nat")


@measure
def mutual_information(
    covariance: Covariance,
    first: Party,
    second: Party | None = None,
    *,
    entropy: Entropy = "von Neumann",
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``I = S(first) + S(second) − S(both)``, S being the entropy of the parties' reduced states.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: a party: a mode number, a label, or several.
        second: the other party; all other modes if not given.
        entropy: ``"von Neumann"`` or ``"renyi2"`` (``½ ln det V``).
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or parties that do not exist or overlap.

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(0.5)
        >>> bool(np.isclose(gaussian.mutual_information(state, 0), 2 * gaussian.von_neumann_entropy(gaussian.reduced(state, 0))))
        True
    """
    one_of("entropy", entropy, Entropy)
    modes = checked(covariance, vacuum, ordering, tolerance)
    one, two = modes.parties(first, second)
    parts = [modes.reduced(party) for party in (one, two, one + two)]
    if entropy == "renyi2":
        a, b, both = (_half_log_determinant(v) for v in parts)
    else:
        a, b, both = (mode_entropy(eigenvalues(v)).sum(axis=-1) for v in parts)
    return modes.wrap(a + b - both, "mutual information", "nat")


def _half_log_determinant(v: FloatArray) -> FloatArray:
    """``½ ln det V`` through the Cholesky factor; NaN where V contains NaN."""
    lower, known = factor(v)
    return np.where(known, np.log(np.diagonal(lower, axis1=-2, axis2=-1)).sum(axis=-1), np.nan)

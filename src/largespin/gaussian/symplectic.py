"""Symplectic eigenvalues, Williamson's normal form, reduction and partial transposition."""

from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray
from largespin.gaussian.convention import Ordering, symplectic_form
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.physicality import TOLERANCE, checked, cholesky

if TYPE_CHECKING:
    import xarray as xr


@measure
def symplectic_eigenvalues(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "FloatArray | xr.DataArray":
    """The symplectic eigenvalues ``ν_1 ≤ … ≤ ν_n`` of V (vacuum 1, so ``ν ≥ 1``).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…, n), rising; labelled on the axes of the grid and along ``normal_mode`` if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Williamson, Am. J. Math. 58, 141 (1936).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.symplectic_eigenvalues(gaussian.thermal_covariance([0.0, 2.0]))
        array([1., 5.])
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    return modes.wrap_modes(eigenvalues(modes.matrix), "symplectic eigenvalues")


def eigenvalues(v: FloatArray) -> FloatArray:
    """Symplectic eigenvalues of positive definite matrices (vacuum 1), rising; NaN where V contains NaN.

    With ``V = L Lᵀ`` they are the singular values of ``Lᵀ Ω L``, each twice. For one mode that is ``det L``; for two
    modes the antisymmetric matrix splits into a self-dual and an anti-self-dual vector, of lengths x and y, and the
    values are ``x + y`` and ``|x − y| = det L/(x + y)``, where nothing cancels."""
    lower, known = factor(v)
    modes = v.shape[-1] // 2
    if modes == 1:
        nu = lower[..., 0, 0, None] * lower[..., 1, 1, None]
    else:
        k = np.swapaxes(lower, -1, -2) @ symplectic_form(modes) @ lower
        nu = (
            _of_two_modes(k, lower)
            if modes == 2
            else np.asarray(np.linalg.eigvalsh(1j * k)[..., modes:], dtype=np.float64)
        )
    return np.where(known[..., None], nu, np.nan)


def _of_two_modes(k: FloatArray, lower: FloatArray) -> FloatArray:
    a, b, c = k[..., 0, 1], k[..., 0, 2], k[..., 0, 3]
    d, e, f = k[..., 2, 3], -k[..., 1, 3], k[..., 1, 2]
    large = 0.5 * (
        np.sqrt((a + d) ** 2 + (b + e) ** 2 + (c + f) ** 2) + np.sqrt((a - d) ** 2 + (b - e) ** 2 + (c - f) ** 2)
    )
    small = np.diagonal(lower, axis1=-2, axis2=-1).prod(axis=-1) / large
    # Rounding may turn the order of two equal values around.
    return np.stack([np.minimum(small, large), np.maximum(small, large)], axis=-1)


def factor(v: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Cholesky factors, the unit matrix where V contains NaN, and whether V is known, shape (…,)."""
    known = np.asarray(np.isfinite(v).all(axis=(-1, -2)))
    return cholesky(v if known.all() else np.where(known[..., None, None], v, np.eye(v.shape[-1]))), known


@overload
def williamson(
    covariance: "xr.DataArray | xr.Dataset", *, vacuum: float = ..., ordering: Ordering = ..., tolerance: float = ...
) -> "tuple[xr.DataArray, xr.DataArray]": ...
@overload
def williamson(
    covariance: npt.ArrayLike, *, vacuum: float = ..., ordering: Ordering = ..., tolerance: float = ...
) -> tuple[FloatArray, FloatArray]: ...
def williamson(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "tuple[FloatArray | xr.DataArray, FloatArray | xr.DataArray]":
    """``V = S D Sᵀ`` with S symplectic and ``D = diag(ν_1, ν_1, ν_2, …)`` (vacuum 1).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        ``S`` (…, 2n, 2n) in the order ``qpqp`` and the symplectic eigenvalues (…, n), rising. For a labelled covariance
        S has the axes ``quadrature`` (with its labels) and ``normal_quadrature``, the eigenvalues ``normal_mode``.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Williamson, Am. J. Math. 58, 141 (1936).

    Example:
        >>> from largespin import gaussian
        >>> S, nu = gaussian.williamson(gaussian.squeezed_covariance(0.3, occupation=1.0))
        >>> nu.round(6)
        array([3.])
    """
    state = checked(covariance, vacuum, ordering, tolerance)
    lower, known = factor(state.matrix)
    modes = state.count
    # i LᵀΩL w = ν w with w = (x + iy)/√2: then LᵀΩL x = ν y and LᵀΩL y = −ν x.
    values, vectors = np.linalg.eigh(1j * (np.swapaxes(lower, -1, -2) @ symplectic_form(modes) @ lower))
    nu = values[..., modes:]
    w = np.sqrt(2.0) * vectors[..., modes:]
    frame = np.stack([w.imag, w.real], axis=-1).reshape(*w.shape[:-1], 2 * modes)
    transformation = lower @ frame / np.sqrt(np.repeat(nu, 2, axis=-1))[..., None, :]
    transformation, nu = (
        np.where(known[..., None, None], transformation, np.nan),
        np.where(known[..., None], nu, np.nan),
    )
    return state.wrap_frame(transformation, "symplectic S in V = S D Sᵀ"), state.wrap_modes(
        nu, "symplectic eigenvalues"
    )


@measure
def reduced(
    covariance: Covariance,
    party: Party,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``Σ_PP``: the covariance of the modes of a party alone, in the order in which the party names them.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        party: the modes to keep: a mode number, a label, or several.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…, 2k, 2k) for k modes, in the units and the order given; labelled if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party that does not exist.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.reduced(gaussian.thermal_covariance([1.0, 2.0]), 1)
        array([[2.5, 0. ],
               [0. , 2.5]])
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    chosen = modes.party("party", party)
    return modes.restored(modes.reduced(chosen), chosen)


@measure
def partial_transpose(
    covariance: Covariance,
    party: Party,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``T Σ T`` with ``p → −p`` for the modes of a party: the second moments of the partially transposed state.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        party: the modes to transpose: a mode number, a label, or several.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…, 2n, 2n), in the units and the order given; labelled if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party that does not exist.

    Source: Simon, Phys. Rev. Lett. 84, 2726 (2000).

    Example:
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(1.0)
        >>> float(gaussian.partial_transpose(state, 1)[1, 3]) == -float(state[1, 3])
        True
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    flipped = reversed_momenta(modes.matrix, modes.party("party", party))
    return modes.restored(flipped, range(modes.count))


def reversed_momenta(v: FloatArray, modes: list[int]) -> FloatArray:
    """V with the sign of some momenta changed."""
    signs = np.ones(v.shape[-1])
    signs[[2 * mode + 1 for mode in modes]] = -1.0
    return v * signs[:, None] * signs

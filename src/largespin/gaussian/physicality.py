"""Is a matrix the covariance of a quantum state? ``V = Vᵀ``, ``V > 0``, ``V + iΩ ≥ 0`` (vacuum 1)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError, number_in
from largespin.gaussian.convention import Ordering, symplectic_form
from largespin.gaussian.labels import Covariance, Modes, unpacked
from largespin.gaussian.measure import measure

if TYPE_CHECKING:
    import xarray as xr

TOLERANCE = 1e-9
"""Violation of a condition, relative to the largest entry of V (at least 1), that passes as rounding."""
UNCERTAINTY = "obey V + iΩ ≥ 0 (the uncertainty relation)"


@measure
def uncertainty(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp"
) -> "FloatArray | xr.DataArray":
    """Smallest eigenvalue of ``V + iΩ`` (vacuum 1): zero for pure states, negative for no state.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…,), NaN where the matrix contains NaN; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: no symmetric matrix of even size.

    Source: Simon, Mukunda and Dutta, Phys. Rev. A 49, 1567 (1994).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.uncertainty(gaussian.thermal_covariance([1.0])).round(6)
        np.float64(2.0)
    """
    modes = _with_modes(unpacked(covariance, vacuum, ordering))
    refuse_asymmetry(filled(modes.matrix), TOLERANCE)
    return modes.wrap(smallest_eigenvalue(modes.matrix), "smallest eigenvalue of V + iΩ")


@measure
def is_physical(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> "npt.NDArray[np.bool_] | xr.DataArray":
    """Whether ``V = Vᵀ``, ``V > 0`` and ``V + iΩ ≥ 0``, the first and the last up to `tolerance`.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of either, relative to the largest entry of V = 2Σ (at least 1), that passes as rounding.

    Returns:
        Truth values, shape (…,), false where the matrix contains NaN; labelled if the covariance was.

    Raises:
        LargespinError: no square matrix of even size.

    Source: Simon, Mukunda and Dutta, Phys. Rev. A 49, 1567 (1994).

    Example:
        >>> from largespin import gaussian
        >>> bool(gaussian.is_physical([[0.5, 0.0], [0.0, 0.4]]))
        False
    """
    modes = _with_modes(unpacked(covariance, vacuum, ordering))
    v = modes.matrix
    allowed = number_in("tolerance", tolerance, 0.0) * size(v)
    with np.errstate(invalid="ignore"):
        verdict = (_asymmetry(v) <= allowed) & (smallest_eigenvalue(v) >= -allowed) & _positive_definite(v)
    return modes.wrap(verdict, "whether the matrix is a covariance")


def check_physical(
    covariance: Covariance, *, vacuum: float = 0.5, ordering: Ordering = "qpqp", tolerance: float = TOLERANCE
) -> None:
    """Raise an error that says which of ``V = Vᵀ``, ``V > 0`` and ``V + iΩ ≥ 0`` fails, by how much and where.

    NaN marks points or modes without a state: what is left of the matrix is checked.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation, relative to the largest entry of V = 2Σ (at least 1), that passes as rounding.

    Raises:
        LargespinError: the matrix is no covariance, with the condition that fails.

    Source: Simon, Mukunda and Dutta, Phys. Rev. A 49, 1567 (1994).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.check_physical([[0.5, 0.0], [0.0, 0.4]])
        Traceback (most recent call last):
            ...
        largespin.errors.LargespinError: Argument `covariance` must obey V + iΩ ≥ 0 (the uncertainty relation), but the smallest eigenvalue is -0.105 (vacuum 1).
    """
    checked(covariance, vacuum, ordering, tolerance)


def checked(covariance: Covariance, vacuum: float, ordering: Ordering, tolerance: float = TOLERANCE) -> Modes:
    """The covariance in the formulas' convention, exactly symmetric, after all checks."""
    modes = _with_modes(unpacked(covariance, vacuum, ordering))
    number_in("tolerance", tolerance, 0.0)
    v = filled(modes.matrix)
    refuse_asymmetry(v, tolerance)
    # Positive definiteness first: its failure is the grosser mistake.
    cholesky(v)
    refuse_uncertainty(v, tolerance * size(v))
    return replace(modes, matrix=0.5 * (modes.matrix + np.swapaxes(modes.matrix, -1, -2)))


def filled(v: FloatArray) -> FloatArray:
    """V with vacua in place of modes without a state (NaN), so that all the rest can be checked.

    A mode has no state if its own block has none; if anything else is missing, the whole point has none.
    """
    missing = np.isnan(v)
    if not missing.any():
        return v
    modes, unit = v.shape[-1] // 2, np.eye(v.shape[-1])
    blocks = np.diagonal(missing.reshape(*v.shape[:-2], modes, 2, modes, 2), axis1=-4, axis2=-2)
    rows = np.repeat(blocks.any(axis=(-3, -2)), 2, axis=-1)
    result = np.where(rows[..., :, None] | rows[..., None, :], unit, v)
    return np.where(np.isnan(result).any(axis=(-1, -2), keepdims=True), unit, result)


def cholesky(v: FloatArray) -> FloatArray:
    """Lower triangular L with ``V = L Lᵀ``, or the sentence that says how far V is from positive definite."""
    try:
        return np.asarray(np.linalg.cholesky(v), dtype=np.float64)
    except np.linalg.LinAlgError:
        own = np.linalg.eigvalsh(v)[..., 0]
        smallest = float(own.min())
        words = "be positive definite beyond rounding" if smallest > 0 else "be positive definite"
        refuse(own <= max(0.0, smallest), words, "the smallest eigenvalue is {:.3g}", own)
        raise


def refuse_asymmetry(v: FloatArray, tolerance: float) -> None:
    """Refuse matrices that differ from their transposes."""
    asymmetry = _asymmetry(v)
    refuse(asymmetry > tolerance * size(v), "be symmetric", "entries differ by {:.3g}", asymmetry)


def refuse_uncertainty(v: FloatArray, allowed: FloatArray, condition: str = UNCERTAINTY) -> None:
    """Refuse matrices with eigenvalues of ``V + iΩ`` below ``−allowed``."""
    try:
        # Much cheaper than eigenvalues. Where it fails for want of margin, they decide.
        np.linalg.cholesky(_with_form(v) + allowed[..., None, None] * np.eye(v.shape[-1]))
    except np.linalg.LinAlgError:
        smallest = smallest_eigenvalue(v)
        refuse(smallest < -allowed, condition, "the smallest eigenvalue is {:.3g}", smallest)


def refuse(failing: Any, condition: str, finding: str, sizes: Any) -> None:
    """The sentence about the first point that fails, if one does."""
    failing = np.asarray(failing)
    if failing.any():
        index = tuple(int(i) for i in np.argwhere(failing)[0])
        place = f" at {index}" if failing.ndim else ""
        said = finding.format(float(sizes[index]))
        raise LargespinError(f"Argument `covariance` must {condition}, but {said} (vacuum 1){place}.")


def smallest_eigenvalue(v: FloatArray) -> FloatArray:
    """Smallest eigenvalue of ``V + iΩ``, shape (…,); NaN where V contains NaN."""
    known = np.isfinite(v).all(axis=(-1, -2))
    values = np.full(v.shape[:-2], np.nan)
    values[known] = np.linalg.eigvalsh(_with_form(v[known]))[..., 0]
    return values


def size(v: FloatArray) -> FloatArray:
    """Largest entry of V, at least 1: what rounding is measured by."""
    return np.fmax(1.0, np.abs(v).max(axis=(-1, -2)))


def _with_form(v: FloatArray) -> ComplexArray:
    return np.asarray(v + 1j * symplectic_form(v.shape[-1] // 2))


def _asymmetry(v: FloatArray) -> FloatArray:
    return np.asarray(np.abs(v - np.swapaxes(v, -1, -2)).max(axis=(-1, -2)))


def _positive_definite(v: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether `cholesky` can do with V, point by point."""
    safe = filled(v)
    try:
        np.linalg.cholesky(safe)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.eigvalsh(safe)[..., 0] > 0.0)
    return np.ones(v.shape[:-2], dtype=bool)


def _with_modes(modes: Modes) -> Modes:
    if not modes.count:
        raise LargespinError("Argument `covariance` must contain at least one mode, but all its rows are classical.")
    return modes

"""Is a matrix a covariance? ``Σ = Σᵀ`` and ``Σ + iσ/2 ≥ 0``, which is the uncertainty relation."""

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array

NEGATIVE = 1e-7
"""Violation of ``Σ + iσ/2 ≥ 0``, relative to the largest entry of Σ, above which a covariance is called unphysical."""
ASYMMETRIC = 1e-9
"""Largest difference between Σ and Σᵀ, relative to the largest entry, that passes as rounding."""


def uncertainty(covariance: FloatArray, commutators: FloatArray) -> FloatArray:
    """Smallest eigenvalue of ``Σ + iσ/2``, shape (…,); NaN where Σ is NaN."""
    known = np.isfinite(covariance).all(axis=(-1, -2))
    smallest = np.full(known.shape, np.nan)
    smallest[known] = np.linalg.eigvalsh(covariance[known] + 0.5j * commutators[known])[:, 0]
    return smallest


def violates(smallest: FloatArray, covariance: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether the smallest eigenvalue is negative by more than rounding, shape (…,)."""
    size = np.maximum(1.0, np.abs(covariance).max(axis=(-1, -2)))
    return np.asarray(smallest < -NEGATIVE * size)


def checked_covariance(name: str, value: npt.ArrayLike, commutators: FloatArray) -> FloatArray:
    """`value` as covariance matrices (…, n, n), or one sentence that says which condition fails and by how much.

    Args:
        name: the argument's name.
        value: shape (n, n) or with leading axes.
        commutators: σ of the states the covariance belongs to; its leading axes broadcast.
    """
    array = finite_array(name, value)
    n = commutators.shape[-1]
    if array.shape[-2:] != (n, n):
        raise LargespinError(f"Argument `{name}` must end in {n} rows and columns, but its shape is {array.shape}.")
    difference = float(np.abs(array - np.swapaxes(array, -1, -2)).max())
    if difference > ASYMMETRIC * max(1.0, float(np.abs(array).max())):
        raise LargespinError(f"Argument `{name}` must be symmetric, but entries differ by {difference:.3g}.")
    try:
        shape = np.broadcast_shapes(array.shape, commutators.shape)
    except ValueError as error:
        raise LargespinError(
            f"Argument `{name}` must fit the states with leading axes {commutators.shape[:-2]}, "
            f"but its shape is {array.shape}."
        ) from error
    full = np.broadcast_to(array, shape)
    smallest = uncertainty(full, np.broadcast_to(commutators, shape))
    if violates(smallest, full).any():
        raise LargespinError(
            f"Argument `{name}` must obey Σ + iσ/2 ≥ 0 (the uncertainty relation), "
            f"but the smallest eigenvalue is {float(smallest.min()):.3g}."
        )
    return np.array(full)

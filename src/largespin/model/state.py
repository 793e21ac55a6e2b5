"""What a macroscopic state is: one density matrix per block and one amplitude per mode."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.operators import expansion, hermitian_basis

POSITIVITY_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class State:
    """Bloch vectors ``m_{k,a} = ⟨v_a⟩_k`` and mode amplitudes ``α_μ``, for one state or an ensemble.

    Attributes:
        bloch: shape (…, K, d²−1); ``ρ_k = (1/d)(1 + Σ_a m_{k,a} v_a)``.
        amplitudes: complex, shape (…, M).
        dims: names of the leading ensemble axes.

    Make one with `Model.state`, which checks it.
    """

    bloch: FloatArray
    amplitudes: ComplexArray
    dims: tuple[str, ...] = ()

    @property
    def ensemble_shape(self) -> tuple[int, ...]:
        """Shape of the leading axes."""
        return self.bloch.shape[:-2]

    @cached_property
    def vector(self) -> FloatArray:
        """The real vector u = (m_{1,1} … m_{K,D}, q_1, p_1, …), shape (…, K·D + 2M)."""
        shape = self.ensemble_shape
        particles = self.bloch.reshape(*shape, -1)
        quadratures = np.sqrt(2.0) * np.stack([self.amplitudes.real, self.amplitudes.imag], axis=-1)
        return np.concatenate([particles, quadratures.reshape(*shape, -1)], axis=-1)

    def density_matrices(self) -> ComplexArray:
        """``ρ_k``, shape (…, K, d, d)."""
        return density_matrices(self.bloch)


def density_matrices(bloch: FloatArray) -> ComplexArray:
    """``ρ = (1/d)(1 + Σ_a m_a v_a)`` for Bloch vectors of shape (…, d²−1).

    Example:
        >>> from largespin.model.state import density_matrices
        >>> density_matrices([0.0, 0.0, 1.0]).real
        array([[1., 0.],
               [0., 0.]])
    """
    vectors = np.asarray(bloch, dtype=np.float64)
    levels = round(np.sqrt(vectors.shape[-1] + 1))
    basis = hermitian_basis(levels)
    return (basis[0] + np.einsum("...a,aij->...ij", vectors, basis[1:])) / levels


def smallest_eigenvalue(bloch: FloatArray) -> FloatArray:
    """Smallest eigenvalue of each ``ρ``; below zero the vector is no state. Shape (…,)."""
    if bloch.shape[-1] == 3:
        return 0.5 * (1.0 - np.sqrt(np.einsum("...a,...a->...", bloch, bloch)))
    # LAPACK refuses NaN, which marks times that a run did not reach.
    known = np.asarray(np.isfinite(bloch).all(axis=-1))
    matrices: npt.NDArray[Any] = density_matrices(np.where(known[..., None], bloch, 0.0))
    smallest = np.asarray(np.linalg.eigvalsh(matrices))[..., 0]
    return np.where(known, smallest, np.nan)


def bloch_vectors(value: npt.ArrayLike, levels: int, blocks: int) -> FloatArray:
    """Bloch vectors of shape (…, K, d²−1) from Bloch vectors, density matrices or one of either for all blocks."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise LargespinError(
            "Argument `particles` must be an array of numbers, but its rows differ in length."
        ) from error
    if array.dtype == object or not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise LargespinError("Argument `particles` must be an array of numbers, but it is not.")
    components = levels**2 - 1
    if array.ndim >= 2 and array.shape[-2:] == (levels, levels):
        array = _from_density_matrices(array)
    elif array.ndim == 0 or array.shape[-1] != components:
        raise LargespinError(
            f"Argument `particles` must end in an axis of {components} Bloch components or in {levels} × {levels} "
            f"density matrices, but its shape is {array.shape}."
        )
    if np.any(np.imag(array)):
        raise LargespinError("Argument `particles` must hold real Bloch vectors, but some are complex.")
    vectors = np.real(array).astype(np.float64)
    if vectors.ndim == 1:
        vectors = vectors[None]
    if vectors.shape[-2] not in (1, blocks):
        raise LargespinError(
            f"Argument `particles` must have {blocks} blocks (or 1 for all) on its second to last axis, "
            f"but it has {vectors.shape[-2]}."
        )
    vectors = np.ascontiguousarray(np.broadcast_to(vectors, (*vectors.shape[:-2], blocks, components)))
    if not np.all(np.isfinite(vectors)):
        raise LargespinError("Argument `particles` must be finite, but it contains NaN or infinity.")
    worst = float(smallest_eigenvalue(vectors).min())
    if worst < -POSITIVITY_TOLERANCE:
        raise LargespinError(
            f"Argument `particles` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but a smallest eigenvalue is {worst:.3g}."
        )
    return vectors


def _from_density_matrices(matrices: npt.NDArray[np.generic]) -> FloatArray:
    rho = np.asarray(matrices, dtype=np.complex128)
    if not np.allclose(rho, rho.conj().swapaxes(-1, -2), rtol=0.0, atol=1e-10):
        raise LargespinError("Argument `particles` must be Hermitian density matrices, but one is not Hermitian.")
    trace = np.einsum("...ii->...", rho)
    if not np.allclose(trace, 1.0, rtol=0.0, atol=1e-10):
        raise LargespinError("Argument `particles` must be density matrices of trace 1, but a trace differs from 1.")
    levels = rho.shape[-1]
    return expansion(rho)[..., 1:].real * levels

"""What a macroscopic state is: one density matrix per block and one amplitude per mode."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.operators import expansion, hermitian_basis

POSITIVITY_TOLERANCE = 1e-9
"""Negative eigenvalue that rounding of a few hundred operations can leave in a state that was computed elsewhere."""
UNIT = 1e-10
"""Deviation of traces, norms and Hermiticity that is rounding of the one who computed the matrix."""
MOST_SHOWN = 4
"""Blocks up to which a state shows its numbers: they fill one line."""


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
        if not self.amplitudes.shape[-1]:
            return particles.copy()
        quadratures = np.sqrt(2.0) * np.stack([self.amplitudes.real, self.amplitudes.imag], axis=-1)
        return np.concatenate([particles, quadratures.reshape(*shape, -1)], axis=-1)

    def density_matrices(self) -> ComplexArray:
        """``ρ_k``, shape (…, K, d, d)."""
        return density_matrices(self.bloch)

    def __repr__(self) -> str:
        blocks, components = self.bloch.shape[-2:]
        axes = ", ".join(f"{dim} {size}" for dim, size in zip(self.dims, self.ensemble_shape, strict=False))
        words = f"{blocks} block(s) of {round(np.sqrt(components + 1))} levels, {self.amplitudes.shape[-1]} mode(s)"
        if self.ensemble_shape or blocks > MOST_SHOWN:
            return f"State({words}{f'; {axes}' if axes else ''})"
        numbers = np.array2string(self.bloch, precision=4, suppress_small=True, separator=", ", max_line_width=10_000)
        modes = np.array2string(self.amplitudes, precision=4, suppress_small=True, separator=", ")
        return f"State(m = {' '.join(numbers.split())}{f', α = {modes}' if self.amplitudes.size else ''})"


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


def bloch_vectors(value: Any, levels: int, blocks: int, name: str = "start") -> FloatArray:
    """Bloch vectors of shape (…, K, d²−1) from Bloch vectors, density matrices or kets, of all blocks or one for all.

    Args:
        value: Bloch vectors (…, d²−1), density matrices (…, d, d), one ket (d) or kets as columns (…, d, 1); objects with
            ``full()``, such as those of QuTiP, count as their matrices, also in lists.
        levels: d.
        blocks: K.
        name: what the argument is called in messages.
    """
    array = _numbers(value, name)
    components = levels**2 - 1
    if array.shape == (levels,) or (array.ndim >= 2 and array.shape[-2:] == (levels, 1)):
        array = _from_kets(array.reshape(*array.shape[:-2], levels) if array.ndim > 1 else array, name)
    elif array.ndim >= 2 and array.shape[-2:] == (levels, levels):
        array = _from_density_matrices(array, name)
    elif array.ndim == 0 or array.shape[-1] != components:
        raise LargespinError(
            f"Argument `{name}` must end in an axis of {components} Bloch components, in {levels} × {levels} density matrices "
            f"or in kets of {levels} numbers, but its shape is {array.shape}."
        )
    if np.any(np.imag(array)):
        raise LargespinError(f"Argument `{name}` must hold real Bloch vectors, but some are complex.")
    vectors = spread(np.real(array).astype(np.float64), components, blocks, name)
    if not np.all(np.isfinite(vectors)):
        raise LargespinError(f"Argument `{name}` must be finite, but it contains NaN or infinity.")
    worst = float(smallest_eigenvalue(vectors).min())
    if worst < -POSITIVITY_TOLERANCE:
        raise LargespinError(
            f"Argument `{name}` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but a smallest eigenvalue is {worst:.3g}."
        )
    return vectors


def spread(vectors: FloatArray, components: int, blocks: int, name: str) -> FloatArray:
    """Bloch vectors with an axis of blocks: one vector serves all."""
    if vectors.ndim == 1:
        vectors = vectors[None]
    if vectors.shape[-2] not in (1, blocks) or vectors.shape[-1] != components:
        raise LargespinError(
            f"Argument `{name}` must have {blocks} blocks (or 1 for all) of {components} Bloch components, but it has "
            f"{vectors.shape[-2]} of {vectors.shape[-1]}."
        )
    return np.ascontiguousarray(np.broadcast_to(vectors, (*vectors.shape[:-2], blocks, components)))


def _numbers(value: Any, name: str) -> npt.NDArray[Any]:
    """The array behind numbers, lists of numbers, and objects of QuTiP alone or in lists."""
    if hasattr(value, "full"):
        array = np.asarray(value.full())
        if array.shape[0] == 1 and array.shape[1] > 1:
            raise LargespinError(f"Argument `{name}` must be a ket or a density matrix, but it is a bra.")
        return array
    if isinstance(value, list | tuple) and any(hasattr(item, "full") for item in value):
        # Kets and density matrices may stand side by side.
        matrices = [_numbers(item, name) for item in value]
        return np.array([m @ m.conj().T if m.ndim == 2 and m.shape[1] == 1 else m for m in matrices])
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise LargespinError(
            f"Argument `{name}` must be an array of numbers, but its rows differ in length."
        ) from error
    if array.dtype == object or not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise LargespinError(
            f"Argument `{name}` must be a state (Bloch vectors, density matrices, kets, a `State` or a row of a result), but it "
            f"is a {type(value).__name__}."
        )
    return array


def _from_kets(kets: npt.NDArray[Any], name: str) -> FloatArray:
    norms = np.linalg.norm(kets, axis=-1)
    if not np.allclose(norms, 1.0, rtol=0.0, atol=UNIT):
        raise LargespinError(
            f"Argument `{name}` must end in {kets.shape[-1] ** 2 - 1} Bloch components or hold kets of norm 1, but its last axis "
            f"has {kets.shape[-1]} numbers whose norm differs from 1."
        )
    return _from_density_matrices(np.einsum("...i,...j->...ij", kets, kets.conj()), name)


def _from_density_matrices(matrices: npt.NDArray[Any], name: str) -> FloatArray:
    rho = np.asarray(matrices, dtype=np.complex128)
    if not np.allclose(rho, rho.conj().swapaxes(-1, -2), rtol=0.0, atol=UNIT):
        raise LargespinError(f"Argument `{name}` must be Hermitian density matrices, but one is not Hermitian.")
    trace = np.einsum("...ii->...", rho)
    if not np.allclose(trace, 1.0, rtol=0.0, atol=2.0 * UNIT):
        raise LargespinError(f"Argument `{name}` must be density matrices of trace 1, but a trace differs from 1.")
    levels = rho.shape[-1]
    return expansion(rho)[..., 1:].real * levels

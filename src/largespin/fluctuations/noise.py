r"""The noise of a model: the complex diffusion matrix C, in the factored form of the Jacobian.

In the normalisation of the fluctuations ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a})``, with ``σ`` their commutators and
``y`` the inputs (averages and quadratures, see `largespin.meanfield.jacobian`),

    C = blockdiag(own_k) + mixed · T + (mixed · T)† + Tᵀ common T,      T = (∂y/∂F) σᵀ

* ``own_k = Σ_j Γ_j² ⟨[v_a, j]† [v_b, j]⟩_k``: a jump changes the particle that jumps;
* ``common``: a jump, local or collective, tells all particles something about y, and turns them by ``[F, y]``:
  ``Σ_k w_k Σ_j ⟨j†j⟩_k ∂_y Γ_j ∂_y' Γ_j + Σ_ℓ (∂_y ℓ)* ∂_y' ℓ``;
* ``mixed``: both at once, ``√w_k Σ_j Γ_j ∂_y Γ_j ⟨i [v_a, j]† j⟩_k``.

Derivation: docs/fluctuations.md. Source: F24 Theorem 2 (real part of the local jumps).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, FloatArray
from largespin.meanfield.derive import MeanField, conjugate_product
from largespin.meanfield.jacobian import by_local_fields, with_blocks
from largespin.meanfield.scalars import Scalars
from largespin.model.model import Model
from largespin.model.operators import expansion, hermitian_basis, structure_constants


@dataclass(frozen=True, eq=False)
class NoiseParts:
    """One part, real or imaginary, of the factors of C (see this module).

    Attributes:
        own: shape (…, K, d²−1, d²−1).
        mixed: shape (…, n, P + 2M).
        common: shape (…, P + 2M, P + 2M).
    """

    own: Any
    mixed: Any
    common: Any

    def dense(self, turned: Any, sign: int) -> Any:
        """This part of C for ``T = turned``; `sign` is +1 for the real part (symmetric), −1 for the imaginary one."""
        half = self.mixed @ turned
        result = half + sign * np.swapaxes(half, -1, -2)
        return with_blocks(result + np.swapaxes(turned, -1, -2) @ (self.common @ turned), self.own)


@dataclass(frozen=True, eq=False)
class _JumpTensors:
    """Expectation values of one particle as linear functions of ``(1, m)``, per jump j.

    Attributes:
        own: ``⟨[v_a, j]† [v_b, j]⟩``, shape (J, d²−1, d²−1, d²).
        mixed: ``⟨i [v_a, j]† j⟩``, shape (J, d²−1, d²).
        number: ``⟨j† j⟩``, shape (J, d²), real.
    """

    own: ComplexArray
    mixed: ComplexArray
    number: FloatArray


@lru_cache(maxsize=64)
def _jump_tensors(model: Model) -> _JumpTensors:
    levels = model.particles.levels
    basis = hermitian_basis(levels)[1:]
    j = np.array([jump.operator for jump in model.jumps]).reshape(-1, levels, levels)
    x = np.einsum("aij,njk->naik", basis, j) - np.einsum("nij,ajk->naik", j, basis)
    dagger = x.conj().swapaxes(-1, -2)
    own = expansion(np.einsum("naij,nbjk->nabik", dagger, x))
    mixed = expansion(1j * np.einsum("naij,njk->naik", dagger, j))
    number = expansion(j.conj().swapaxes(-1, -2) @ j).real
    return _JumpTensors(own, mixed, number)


def noise_parts(equations: MeanField, scalars: Scalars) -> tuple[NoiseParts, NoiseParts]:
    """The factors of C: their real and their imaginary part."""
    model = equations.model
    particles, count = model.particles, len(equations.averages)
    inputs = count + len(equations.quadratures)
    tensors = _jump_tensors(model)
    amplitudes, slopes = _amplitudes(equations, scalars)
    product = np.einsum("...kj,...kjp->...kjp", amplitudes, slopes) * np.sqrt(particles.weights)[:, None, None]
    number = _expectation("jc", "j", tensors.number, scalars.bloch) * particles.weights[:, None]
    common_real, common_imag = _collective(equations, scalars)
    common_real = common_real + _padded(np.einsum("...kj,...kjp,...kjq->...pq", number, slopes, slopes), inputs)
    parts = []
    for own, mixed, common in (
        (tensors.own.real, tensors.mixed.real, common_real),
        (tensors.own.imag, tensors.mixed.imag, common_imag),
    ):
        by_jump = _expectation("jabc", "jab", own, scalars.bloch)
        at_particles = np.einsum("...kja,...kjp->...kap", _expectation("jac", "ja", mixed, scalars.bloch), product)
        shape = (*at_particles.shape[:-3], particles.number_of_blocks * particles.number_of_components, count)
        full = np.zeros((*shape[:-2], model.number_of_variables, inputs), dtype=at_particles.dtype)
        full[..., : shape[-2], :count] = at_particles.reshape(shape)
        parts.append(NoiseParts(np.einsum("...kj,...kjab->...kab", amplitudes**2, by_jump), full, common))
    return parts[0], parts[1]


def turned_inputs(equations: MeanField, scalars: Scalars) -> Any:
    """``T = (∂y/∂F) σᵀ``: the commutators ``[F_x, y] = i T_{y,x}/√N`` at Bloch vectors (…, K, d²−1), (…, P + 2M, n)."""
    particles = equations.model.particles
    constants = structure_constants(particles.levels)
    weighted = equations.coefficients * np.sqrt(particles.weights)
    tensor = np.einsum("abc,pb,pk->pkac", constants, equations.operators[:, 1:], weighted)
    rows = np.einsum("pkac,...kc->...pka", tensor, scalars.bloch)
    count, modes, size = len(equations.averages), len(equations.quadratures), equations.forms.shape[1]
    result = np.zeros((*rows.shape[:-3], count + modes, size + modes), dtype=rows.dtype)
    result[..., :count, :size] = rows.reshape(*rows.shape[:-3], count, size)
    result[..., count:, size:] = mode_commutators(modes // 2).T
    return result


def commutators(model: Model, bloch: FloatArray) -> FloatArray:
    """``σ``, ``[F_x, F_y] = i σ_xy``, shape (…, n, n)."""
    own = np.einsum("abc,...kc->...kab", structure_constants(model.particles.levels), bloch)
    return of_parts(model, own, mode_commutators(len(model.modes)))


def of_parts(model: Model, own: FloatArray, modes: FloatArray) -> FloatArray:
    """A matrix (…, n, n) of uncorrelated parts: one matrix per block (…, K, d²−1, d²−1) and one for the modes (2M,
    2M)."""
    n, first = model.number_of_variables, model.number_of_variables - len(modes)
    result = np.zeros((*own.shape[:-3], n, n))
    result[..., first:, first:] = modes
    return np.asarray(with_blocks(result, own))


def mode_commutators(modes: int) -> FloatArray:
    """``σ_qp = 1 = −σ_pq`` for every mode, shape (2M, 2M)."""
    return np.kron(np.eye(modes), np.array([[0.0, 1.0], [-1.0, 0.0]]))


def variable_weights(model: Model) -> FloatArray:
    """``w_k`` for every variable of block k and 1 for quadratures, shape (n,)."""
    particles = model.particles
    return np.concatenate([np.repeat(particles.weights, particles.number_of_components), np.ones(2 * len(model.modes))])


def _expectation(operator: str, result: str, tensor: FloatArray, bloch: Any) -> Any:
    """Contract the last index of `tensor` with ``(1, m_k)``: one value per block."""
    return tensor[..., 0] + np.einsum(f"{operator},...kc->...k{result}", tensor[..., 1:], bloch)


def _amplitudes(equations: MeanField, scalars: Scalars) -> tuple[Any, Any]:
    """``Γ_j`` (…, K, J) and their total derivatives by the averages (…, K, J, P)."""
    expressions = [jump.amplitude for jump in equations.model.jumps]
    variables = [*equations.averages, *equations.local_fields]
    values = scalars.by_block("amplitudes", lambda: [expressions])[..., 0, :]
    slopes = scalars.by_block("amplitude slopes", lambda: [[sp.diff(g, x) for x in variables] for g in expressions])
    if not expressions:
        return values, np.zeros((*scalars.bloch.shape[:-1], 0, len(equations.averages)))
    return values, by_local_fields(equations, slopes)


def _collective(equations: MeanField, scalars: Scalars) -> tuple[Any, Any]:
    """``Σ_ℓ (∂_y ℓ)* ∂_y' ℓ``, real and imaginary part, each (…, P + 2M, P + 2M)."""
    inputs = [*equations.averages, *equations.quadratures]

    def table(part: int) -> list[list[sp.Expr]]:
        total = [[sp.Integer(0) for _ in inputs] for _ in inputs]
        for jump in equations.model.collective_jumps:
            slopes = [sp.diff(jump.amplitude, y) for y in inputs]
            for a, b in np.ndindex(len(inputs), len(inputs)):
                if slopes[a] != 0 and slopes[b] != 0:
                    total[a][b] += conjugate_product(slopes[a], slopes[b])[part]
        return total

    return (
        scalars.common("collective noise, real", lambda: table(0)),
        scalars.common("collective noise, imaginary", lambda: table(1)),
    )


def _padded(matrix: Any, size: int) -> Any:
    """`matrix` in the upper left corner of a larger one of zeros."""
    result = np.zeros((*matrix.shape[:-2], size, size), dtype=matrix.dtype)
    result[..., : matrix.shape[-2], : matrix.shape[-1]] = matrix
    return result

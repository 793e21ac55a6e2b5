"""The mean-field equations and their Jacobian in the form that makes them cheap.

Block k feels the others only through the averages ``s_p`` and the quadratures. Call these inputs y. Then

    J = blockdiag(own_k) + response · forms,     forms = ∂y/∂u  (constant),

a block diagonal plus a product of rank P + 2M. The scalars come from SymPy, the joining is linear algebra and works
alike on numbers and on heyoka expressions.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField
from largespin.meanfield.scalars import Scalars
from largespin.model.operators import structure_constants


def forces(equations: MeanField, scalars: Scalars) -> Any:
    """``φ_p``, shape (…, P)."""
    return scalars.common("forces", lambda: [list(equations.forces)])[..., 0, :]


def mode_rates(equations: MeanField, scalars: Scalars) -> Any:
    """``q̇_1, ṗ_1, …``, shape (…, 2M)."""
    return scalars.common("mode rates", lambda: [_mode_rates(equations)])[..., 0, :]


def force_slopes(equations: MeanField, scalars: Scalars) -> Any:
    """Derivatives of the forces, then of the mode rates, by the inputs y, shape (…, P + 2M, P + 2M)."""
    inputs = [*equations.averages, *equations.quadratures]
    expressions = [*equations.forces, *_mode_rates(equations)]
    return scalars.common("force slopes", lambda: [[sp.diff(f, y) for y in inputs] for f in expressions])


def effective_field(equations: MeanField, scalars: Scalars) -> Any:
    """``B_{k,b}``, shape (…, K, d²−1)."""
    weights = np.einsum("pk,pb->pkb", equations.coefficients, equations.operators[:, 1:])
    return np.einsum("...p,pkb->...kb", forces(equations, scalars), weights)


def local_generator(equations: MeanField, scalars: Scalars) -> Any:
    """Matrix ``G_k`` of ``ṁ_k = G_k (1, m_k)`` at given averages, shape (…, K, d²−1, d²). FMLC23 Eq. 50."""
    rates = scalars.by_block("rates", lambda: [list(equations.rates)])[..., 0, :]
    drift = np.einsum("...kr,rab->...kab", rates, equations.drift_matrices)
    constants = structure_constants(equations.model.particles.levels)
    turn = np.einsum("abc,...kb->...kac", constants, effective_field(equations, scalars))
    return np.concatenate([drift[..., :1], drift[..., 1:] + turn], axis=-1)


@dataclass(frozen=True, eq=False)
class JacobianParts:
    """``J = blockdiag(own) + response · forms``.

    Attributes:
        own: shape (…, K, d²−1, d²−1).
        response: ``∂u̇/∂y`` at fixed own Bloch vector, shape (…, n, P + 2M).
        forms: ``∂y/∂u``, shape (P + 2M, n).
    """

    own: Any
    response: Any
    forms: FloatArray

    def rescaled(self, weights: FloatArray) -> "JacobianParts":
        """The parts of ``W^{1/2} J W^{-1/2}`` for one weight per variable."""
        root = np.sqrt(weights)
        return JacobianParts(self.own, self.response * root[:, None], self.forms / root)

    def dense(self) -> Any:
        """J itself, shape (…, n, n)."""
        return with_blocks(self.response @ self.forms, self.own)


def with_blocks(matrix: Any, own: Any) -> Any:
    """Add one matrix per block (…, K, d²−1, d²−1) to the diagonal of the particle part of `matrix` (…, n, n), in place."""
    blocks, components = own.shape[-3], own.shape[-1]
    size = blocks * components
    index = np.arange(blocks)
    spread = np.zeros((*own.shape[:-3], blocks, components, blocks, components), dtype=own.dtype)
    spread[..., index, :, index, :] = np.moveaxis(own, -3, 0)
    matrix[..., :size, :size] += spread.reshape(*own.shape[:-3], size, size)
    return matrix


def jacobian_parts(equations: MeanField, scalars: Scalars) -> JacobianParts:
    """The Jacobian of the mean-field equations, in parts."""
    own = local_generator(equations, scalars)[..., 1:]
    slopes = force_slopes(equations, scalars)
    count = len(equations.averages)
    constants = structure_constants(equations.model.particles.levels)
    weights = np.einsum("abc,pb,pk->pkac", constants, equations.operators[:, 1:], equations.coefficients)
    turned = np.einsum("pkac,...kc->...pka", weights, scalars.bloch)
    through_fields = np.einsum("...py,...pka->...kay", slopes[..., :count, :], turned)
    through_rates = rate_response(equations, scalars)
    particles = np.concatenate([through_fields[..., :count] + through_rates, through_fields[..., count:]], axis=-1)
    shape = (*particles.shape[:-3], particles.shape[-3] * particles.shape[-2], particles.shape[-1])
    response = np.concatenate([particles.reshape(shape), slopes[..., count:, :]], axis=-2)
    return JacobianParts(own, response, input_forms(equations))


def input_forms(equations: MeanField) -> FloatArray:
    """``∂y/∂u`` of the inputs y, shape (P + 2M, n)."""
    count, modes = len(equations.averages), len(equations.quadratures)
    particles = np.concatenate([equations.forms, np.zeros((modes, equations.forms.shape[1]))])
    return np.concatenate([particles, np.eye(count + modes)[:, count:]], axis=1)


def by_local_fields(equations: MeanField, slopes: Any) -> Any:
    """Total slopes ``d/ds_p`` (…, K, rows, P) from slopes by averages and local fields (…, K, rows, P + F)."""
    count = len(equations.averages)
    total = slopes[..., :count]
    for index, field in enumerate(equations.local_fields):
        matrix = equations.field_matrix(field)
        total = total + slopes[..., count + index, None] * matrix[:, None, :]
    return total


def rate_response(equations: MeanField, scalars: Scalars) -> Any:
    """``∂ṁ_{k,a}/∂s_q`` through the rates Γ²(Δ_k), shape (…, K, d²−1, P)."""
    variables = [*equations.averages, *equations.local_fields]
    bloch = scalars.bloch
    slopes = scalars.by_block(
        "rate slopes",
        lambda: [[sp.diff(r, x) for x in variables] for r in equations.rates],
    )
    if not equations.rates:
        return np.zeros((*bloch.shape, len(equations.averages)))
    total = by_local_fields(equations, slopes)
    source, matrix = equations.drift_matrices[..., 0], equations.drift_matrices[..., 1:]
    change = source + np.einsum("rab,...kb->...kra", matrix, bloch)
    return np.einsum("...krp,...kra->...kap", total, change)


def _mode_rates(equations: MeanField) -> list[sp.Expr]:
    return [x for pair in equations.mode_rates for x in pair]

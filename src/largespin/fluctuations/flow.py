"""Mean field and covariance as one system of equations: ``u̇ = F(u)``, ``Σ̇ = J Σ + Σ Jᵀ + Re C``.

The covariance is carried as its upper triangle, so it stays symmetric.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.noise import noise_parts, turned_inputs, variable_weights
from largespin.meanfield.compile import TaylorScalars, TaylorSystem, UnsupportedExpressionError, heyoka_system
from largespin.meanfield.derive import mean_field
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.jacobian import jacobian_parts
from largespin.model.model import Model

LARGEST_TAYLOR = 100
"""Number of mean-field variables up to which the covariance is compiled for the Taylor integrator.

Measured on two cores: 24 variables (324 equations) compile in 1.4 s, 96 variables in 10 s, 192 variables in 46 s.
"""
LARGEST_IMPLICIT = 12
"""Number of mean-field variables up to which an implicit solver can take differences of all covariances."""


@dataclass(frozen=True)
class CovarianceFlow:
    """The mean-field equations of a model together with those of its covariance matrix."""

    model: Model

    @property
    def scipy_method(self) -> str:
        """An implicit solver for few variables; for many its Jacobian would not fit."""
        return "Radau" if self.model.number_of_variables <= LARGEST_IMPLICIT else "DOP853"

    @property
    def number_of_variables(self) -> int:
        """``n + n (n + 1)/2``."""
        n = self.model.number_of_variables
        return n + n * (n + 1) // 2

    def joined(self, u: FloatArray, covariance: FloatArray) -> FloatArray:
        """The state vector (…, n + n(n+1)/2) of u (…, n) and Σ (…, n, n)."""
        rows, columns = np.triu_indices(u.shape[-1])
        return np.concatenate([u, covariance[..., rows, columns]], axis=-1)

    def parted(self, joined: FloatArray) -> tuple[FloatArray, FloatArray]:
        """u (…, n) and Σ (…, n, n) of a state vector."""
        n = self.model.number_of_variables
        rows, columns = np.triu_indices(n)
        covariance = np.empty((*joined.shape[:-1], n, n))
        covariance[..., rows, columns] = joined[..., n:]
        covariance[..., columns, rows] = joined[..., n:]
        return joined[..., :n], covariance

    def system(self) -> TaylorSystem:
        """The equations as heyoka expressions."""
        import heyoka as hy

        if self.model.number_of_variables > LARGEST_TAYLOR:
            raise UnsupportedExpressionError(
                f"a covariance matrix of {self.model.number_of_variables} variables is too large for the Taylor integrator"
            )
        equations = mean_field(self.model)
        base = heyoka_system(equations)
        n = self.model.number_of_variables
        rows, columns = np.triu_indices(n)
        covariance = np.empty((n, n), dtype=object)
        for i, j in zip(rows, columns, strict=True):
            covariance[i, j] = covariance[j, i] = hy.expression(f"S_{i}_{j}")
        change = _covariance_rate(equations, TaylorScalars(equations), covariance)
        further = [(covariance[i, j], change[i, j]) for i, j in zip(rows, columns, strict=True)]
        return TaylorSystem([*base.rows, *further], base.averages)

    def rhs(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray:
        """Time derivatives of mean field and covariance."""
        state, covariance = self.parted(u)
        functions = numeric_fluctuations(self.model)
        scalars = functions.mean_field.scalars(state, parameters, time)
        change = _covariance_rate(functions.mean_field.equations, scalars, covariance)
        return self.joined(functions.mean_field.rhs(state, parameters, time), change)

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: float) -> None:
        """Left to differences: n² times the mean-field Jacobian."""
        return None

    def fastest_rate(self, u: FloatArray, parameters: FloatArray, time: float) -> float:
        """Covariances relax with sums of two rates."""
        state, _ = self.parted(u)
        return 2.0 * MeanFieldFlow(self.model).fastest_rate(state, parameters, time)


def _covariance_rate(equations: Any, scalars: Any, covariance: Any) -> Any:
    """``J Σ + Σ Jᵀ + Re C`` without forming J: own blocks, and the inputs' covariance with everything."""
    parts = jacobian_parts(equations, scalars).rescaled(variable_weights(equations.model))
    blocks, components = parts.own.shape[-3], parts.own.shape[-1]
    n = covariance.shape[-1]
    moved = parts.response @ (parts.forms @ covariance)
    of_blocks = covariance[..., : blocks * components, :].reshape(*covariance.shape[:-2], blocks, components, n)
    own = np.einsum("...kab,...kby->...kay", parts.own, of_blocks)
    moved[..., : blocks * components, :] += own.reshape(*covariance.shape[:-2], blocks * components, n)
    noise = noise_parts(equations, scalars)[0].dense(turned_inputs(equations, scalars), 1)
    return moved + np.swapaxes(moved, -1, -2) + noise

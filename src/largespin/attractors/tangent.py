"""Mean field and a few small disturbances of it as one system of equations: ``u̇ = F(u)``, ``v̇_i = J(u) v_i``."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.compile import TaylorScalars, TaylorSystem, heyoka_system
from largespin.meanfield.derive import mean_field
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.jacobian import jacobian_parts
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model

LARGEST_IMPLICIT = 40
"""Number of variables up to which an implicit solver can take differences of the whole system: n + 1 right-hand sides a
Jacobian and a factorisation of n³, which for 40 still cost less than the steps they save."""


@dataclass(frozen=True)
class TangentFlow:
    """The mean-field equations of a model together with `count` disturbances."""

    model: Model
    count: int

    @property
    def scipy_method(self) -> str:
        """An implicit solver for few variables; for many its Jacobian by differences costs too much."""
        return "Radau" if self.number_of_variables <= LARGEST_IMPLICIT else "DOP853"

    @property
    def number_of_variables(self) -> int:
        """``n (1 + count)``."""
        return self.model.number_of_variables * (1 + self.count)

    def joined(self, u: FloatArray, tangents: FloatArray) -> FloatArray:
        """The state vector of u (…, n) and disturbances in columns (…, n, count)."""
        rows = tangents.swapaxes(-1, -2)
        return np.concatenate([u, rows.reshape(*rows.shape[:-2], -1)], axis=-1)

    def parted(self, joined: FloatArray) -> tuple[FloatArray, FloatArray]:
        """u (…, n) and the disturbances (…, n, count) of a state vector."""
        n = self.model.number_of_variables
        rows = joined[..., n:].reshape(*joined.shape[:-1], self.count, n)
        return joined[..., :n], rows.swapaxes(-1, -2)

    def system(self) -> TaylorSystem:
        """The equations as heyoka expressions."""
        import heyoka as hy

        equations = mean_field(self.model)
        base = heyoka_system(equations)
        tangents = np.empty((self.model.number_of_variables, self.count), dtype=object)
        for i, j in np.ndindex(tangents.shape):
            tangents[i, j] = hy.expression(f"v_{i}_{j}")
        change = _tangent_rate(equations, TaylorScalars(equations), tangents)
        further = [(tangents[i, j], change[i, j]) for j in range(self.count) for i in range(len(tangents))]
        return TaylorSystem([*base.rows, *further], base.averages)

    def rhs(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray:
        """Time derivatives of mean field and disturbances."""
        state, tangents = self.parted(u)
        functions = numeric_mean_field(self.model)
        change = functions.jacobian(state, parameters, time) @ tangents
        return self.joined(functions.rhs(state, parameters, time), change)

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: float) -> None:
        """Left to differences: it contains second derivatives."""
        return None

    def fastest_rate(self, u: FloatArray, parameters: FloatArray, time: float) -> float:
        """The fastest rate of the mean field: disturbances follow it."""
        return MeanFieldFlow(self.model).fastest_rate(self.parted(u)[0], parameters, time)


def _tangent_rate(equations: Any, scalars: Any, tangents: Any) -> Any:
    """``J V`` without forming J: own blocks, and what the disturbed averages do to everything."""
    parts = jacobian_parts(equations, scalars)
    blocks, components = parts.own.shape[-3], parts.own.shape[-1]
    size, count = blocks * components, tangents.shape[-1]
    moved = parts.response @ (parts.forms @ tangents)
    own = np.einsum("kab,kbj->kaj", parts.own, tangents[:size].reshape(blocks, components, count))
    moved[:size] += own.reshape(size, count)
    return moved

"""As many equations as unknowns: the stationary states near a given one, on its level set and with its symmetries.

With ``u = B y`` (B a basis of the states with the wanted symmetries), Q the directions in which the state can move and c
what is conserved, the square system

    Φ(y, p) = (Qᵀ F(B y, p), Uᵀ c(B y)) = 0

has a regular derivative exactly where the Jacobian on the level set has no zero eigenvalue.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from largespin.bifurcations.problem import Problem
from largespin.errors import FloatArray


@dataclass(frozen=True, eq=False)
class Chart:
    """The square system ``Φ`` of b equations.

    Attributes:
        problem: the equations.
        basis: ``B``, orthonormal, shape (n, b).
        rows: ``Qᵀ`` in the coordinates y, shape (r, b).
        mixing: ``U``, which picks b − r independent constraints of m, shape (m, b − r).
    """

    problem: Problem
    basis: FloatArray
    rows: FloatArray
    mixing: FloatArray

    @property
    def size(self) -> int:
        """b, the number of unknowns y."""
        return int(self.basis.shape[1])

    @cached_property
    def _is_plain(self) -> bool:
        return self.mixing.shape[1] == 0

    @cached_property
    def projection(self) -> FloatArray:
        """``Qᵀ Bᵀ``, shape (r, n)."""
        return self.rows @ self.basis.T

    @cached_property
    def mass(self) -> FloatArray:
        """``M`` in ``M ẏ = Φ``, shape (b, b)."""
        return np.concatenate([self.rows, np.zeros((self.size - len(self.rows), self.size))])

    def state(self, y: FloatArray) -> FloatArray:
        """``u = B y``, shape (…, n)."""
        return y @ self.basis.T

    def value(self, y: FloatArray, p: FloatArray) -> FloatArray:
        """``Φ``, shape (b,)."""
        u = self.state(y)
        flow = self.projection @ self.problem.flow(u, p)
        return flow if self._is_plain else np.append(flow, self.problem.constraints(u) @ self.mixing)

    def slope(self, y: FloatArray, p: FloatArray) -> FloatArray:
        """``∂Φ/∂y``, shape (b, b)."""
        u = self.state(y)
        flow = self.projection @ self.problem.jacobian(u, p) @ self.basis
        if self._is_plain:
            return flow
        return np.concatenate([flow, self.mixing.T @ self.problem.constraint_slopes(u) @ self.basis])

    def along(self, y: FloatArray, p: FloatArray, dy: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients of ``Φ(y + s dy, p + s dp)``, shape (order + 1, …, b)."""
        u, du = self.state(y), self.state(dy)
        flow = self.problem.along(u, p, du, dp, order) @ self.projection.T
        if self._is_plain:
            return flow
        parts = self.problem.constraints_along(u, du, order) @ self.mixing
        return np.concatenate([flow, np.broadcast_to(parts, (*flow.shape[:-1], parts.shape[-1]))], axis=-1)

    def parameter_slopes(self, y: FloatArray, p: FloatArray) -> FloatArray:
        """``∂Φ/∂p``, shape (b, P)."""
        flow = self.projection @ self.problem.parameter_jacobian(self.state(y), p)
        return np.concatenate([flow, np.zeros((self.size - len(self.rows), flow.shape[1]))])

    def second(self, y: FloatArray, p: FloatArray, first: FloatArray, other: FloatArray) -> FloatArray:
        """``D²Φ`` along two directions in (y, p), each (…, b + P); shape (…, b)."""
        b = self.size
        plus, minus = first + other, first - other
        both = np.stack(np.broadcast_arrays(plus, minus))
        coefficients = self.along(y, p, both[..., :b], both[..., b:], 2)[2]
        return 0.5 * (coefficients[0] - coefficients[1])

    def lifted(self, w: FloatArray) -> FloatArray:
        """A vector of equation space in coordinates that all charts along a branch share."""
        count = len(self.rows)
        return np.append(self.rows.T @ w[:count], self.mixing @ w[count:])


def chart_at(problem: Problem, u: FloatArray, basis: FloatArray) -> Chart:
    """The chart around the state u (n,) within the symmetric states that `basis` (n, b) spans."""
    directions = problem.directions(u)
    b = basis.shape[1]
    slopes = problem.constraint_slopes(u) @ basis
    if directions.shape[1] == len(u):
        return Chart(problem, basis, np.eye(b), np.zeros((len(slopes), 0)))
    # Symmetries carry moving directions into moving directions, so these singular values are 0 or 1.
    left, sizes, _ = np.linalg.svd(basis.T @ directions, full_matrices=False)
    rows = left[:, sizes > 0.5].T
    mixing = np.linalg.svd(slopes)[0][:, : b - len(rows)]
    return Chart(problem, basis, rows, mixing)


@dataclass(frozen=True, eq=False)
class StationarySystem:
    """``Φ(y, p) = 0`` in z = (y, p) with one free parameter: a branch."""

    chart: Chart

    def value(self, z: FloatArray) -> FloatArray:
        """The equations ``Φ``, one fewer than unknowns."""
        b = self.chart.size
        return self.chart.value(z[:b], z[b:])

    def slope(self, z: FloatArray) -> FloatArray:
        """The derivative ``(Φ_y, Φ_p)`` by (y, p)."""
        b = self.chart.size
        return np.concatenate([self.chart.slope(z[:b], z[b:]), self.chart.parameter_slopes(z[:b], z[b:])], axis=1)

"""Equations with known bifurcations, given as SymPy expressions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import factorial
from typing import Any

import numpy as np
import sympy as sp

from largespin.bifurcations.group import generated
from largespin.bifurcations.problem import Problem
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.trace import BranchSettings, Tracer
from largespin.bifurcations.two_parameters import CurveSettings
from largespin.errors import FloatArray

X = sp.symbols("x y z w", real=True)
MU, NU = sp.symbols("mu nu", real=True)


@dataclass(frozen=True, eq=False)
class NormalForm:
    """``ẋ = F(x, p)``; what is conserved is given as expressions that the flow leaves at zero."""

    rows: Sequence[Any]
    free: tuple[sp.Symbol, ...]
    symmetries: tuple[FloatArray, ...] = ()
    conserved: Sequence[Any] = field(default=())

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.free)

    @cached_property
    def _symbols(self) -> tuple[sp.Symbol, ...]:
        return X[: self.size]

    @cached_property
    def _functions(self) -> dict[tuple[str, int], Any]:
        return {}

    def _evaluate(self, name: str, rows: Any, *values: FloatArray) -> FloatArray:
        """Rows of expressions at values (…, k), shape (…, *shape of the rows)."""
        table = np.array(rows, dtype=object)
        if (name, 0) not in self._functions:
            self._functions[name, 0] = sp.lambdify([*self._symbols, *self.free], list(table.ravel()))
        columns = [v[..., i] for v in values for i in range(v.shape[-1])]
        shape = np.broadcast_shapes(*(c.shape for c in columns))
        parts = [np.broadcast_to(e, shape) for e in self._functions[name, 0](*columns)]
        return np.stack(parts, axis=-1).reshape(*shape, *table.shape).astype(float)

    @cached_property
    def _slopes(self) -> Any:
        return sp.Matrix(self.rows).jacobian(self._symbols).tolist()

    @cached_property
    def _parameter_slopes(self) -> Any:
        return sp.Matrix(self.rows).jacobian(self.free).tolist()

    def flow(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self._evaluate("flow", self.rows, u, p)

    def jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self._evaluate("slope", self._slopes, u, p)

    def parameter_jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self._evaluate("parameters", self._parameter_slopes, u, p)

    def along(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        return self._series("line", self.rows, (u, p, du, dp), order)

    def _series(self, name: str, rows: Sequence[Any], values: Sequence[FloatArray], order: int) -> FloatArray:
        if (name, order) not in self._functions:
            step, symbols = sp.Symbol("step"), [*self._symbols, *self.free]
            changes = [sp.Symbol(f"d{s}") for s in symbols]
            moved = {s: s + step * d for s, d in zip(symbols, changes, strict=True)}
            lines = [sp.sympify(row).subs(moved, simultaneous=True) for row in rows]
            terms = [sp.diff(line, step, j).subs(step, 0) / factorial(j) for j in range(order + 1) for line in lines]
            self._functions[name, order] = sp.lambdify([*symbols, *changes], terms)
        shape = np.broadcast_shapes(*(v.shape[:-1] for v in values))
        columns = [v[..., i] for v in values for i in range(v.shape[-1])]
        parts = [np.broadcast_to(e, shape) for e in self._functions[name, order](*columns)]
        flat = np.stack(parts, axis=-1).reshape(*shape, order + 1, len(rows)).astype(float)
        return np.moveaxis(flat, -2, 0)

    def constraints(self, u: FloatArray) -> FloatArray:
        return self._conserved("conserved", u, list(self.conserved))

    def constraint_slopes(self, u: FloatArray) -> FloatArray:
        if not self.conserved:
            return np.zeros((*u.shape[:-1], 0, self.size))
        return self._conserved("gradients", u, sp.Matrix(self.conserved).jacobian(self._symbols).tolist())

    def _conserved(self, name: str, u: FloatArray, rows: list[Any]) -> FloatArray:
        if not self.conserved:
            return np.zeros((*u.shape[:-1], 0))
        return self._evaluate(name, rows, u, np.zeros((*u.shape[:-1], len(self.free))))

    def constraints_along(self, u: FloatArray, du: FloatArray, order: int) -> FloatArray:
        still = np.zeros(len(self.free))
        return self._series("conserved line", self.conserved, (u, still, du, still), order)

    def directions(self, u: FloatArray) -> FloatArray:
        if not self.conserved:
            return np.eye(self.size)
        rows = np.linalg.svd(self.constraint_slopes(u))[2]
        return rows[len(self.conserved) :].T

    def is_physical(self, u: FloatArray) -> bool:
        return bool(np.abs(u).max() < 100.0)


@dataclass(frozen=True, eq=False)
class Rotated:
    """The same equations for ``u' = R u``, nothing conserved."""

    form: NormalForm
    matrix: FloatArray

    @property
    def size(self) -> int:
        return self.form.size

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.form.parameters

    @property
    def symmetries(self) -> tuple[FloatArray, ...]:
        return tuple(self.matrix @ s @ self.matrix.T for s in self.form.symmetries)

    def flow(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self.form.flow(u @ self.matrix, p) @ self.matrix.T

    def jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self.matrix @ self.form.jacobian(u @ self.matrix, p) @ self.matrix.T

    def parameter_jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        return self.matrix @ self.form.parameter_jacobian(u @ self.matrix, p)

    def along(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        return self.form.along(u @ self.matrix, p, du @ self.matrix, dp, order) @ self.matrix.T

    def constraints(self, u: FloatArray) -> FloatArray:
        return self.form.constraints(u)

    def constraint_slopes(self, u: FloatArray) -> FloatArray:
        return self.form.constraint_slopes(u)

    def constraints_along(self, u: FloatArray, du: FloatArray, order: int) -> FloatArray:
        return self.form.constraints_along(u, du, order)

    def directions(self, u: FloatArray) -> FloatArray:
        return np.eye(self.size)

    def is_physical(self, u: FloatArray) -> bool:
        return True


def around(form: Problem) -> Surroundings:
    return Surroundings(form, generated(form.symmetries, form.size))


def tracer(form: Problem, low: float, high: float, largest_step: float = 0.05, **options: Any) -> Tracer:
    return Tracer(around(form), BranchSettings(low, high, 0.01, largest_step, **options))


def plane(first: tuple[float, float], second: tuple[float, float], largest_step: float = 0.05) -> CurveSettings:
    return CurveSettings((first, second), 0.01, largest_step)

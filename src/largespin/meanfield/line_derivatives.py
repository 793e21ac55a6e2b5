"""How do the mean-field equations change along a straight line through states and parameters, exactly, to any order?

    F(u + s v, p + s π) = Σ_j c_j s^j

Only the few scalars of a model (forces, rates) depend on s in a complicated way, so SymPy expands these, and the series
are multiplied by the blocks as numbers. The first coefficient along a parameter is ∂F/∂p; second and third ones are the
derivatives that normal forms of bifurcations are made of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import factorial
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField, resolved
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.scalars import CompiledScalars
from largespin.model.functions import numpy_function
from largespin.model.model import Model
from largespin.model.operators import structure_constants
from largespin.model.symbols import TIME

Series = list[Any]
"""Coefficients of s⁰, s¹, …"""


@dataclass(frozen=True, eq=False)
class LineDerivatives:
    """Taylor coefficients of ``F`` along lines; all methods broadcast over leading axes.

    Attributes:
        equations: the mean-field equations.
        compiled: their scalars, which know the local fields.
    """

    equations: MeanField
    compiled: CompiledScalars
    _functions: dict[tuple[str, int], Callable[..., list[Any]]] = field(default_factory=dict)

    def along(self, u: FloatArray, parameters: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Coefficients ``c_0 … c_order``, shape (order + 1, …, n).

        Args:
            u: states, shape (…, n).
            parameters: shape (…, number of parameters).
            du: direction ``v`` in the states, shape (…, n).
            dp: direction ``π`` in the parameters, shape (…, number of parameters).
            order: the last coefficient.
        """
        shape = np.broadcast_shapes(u.shape[:-1], parameters.shape[:-1], du.shape[:-1], dp.shape[:-1])
        u, du = (np.broadcast_to(x, (*shape, x.shape[-1])) for x in (u, du))
        (bloch, _), (turn, _) = self.equations.model.split(u), self.equations.model.split(du)
        generators = self._generators(u, parameters, du, dp, order)
        modes = self._common("mode rates", _mode_rates(self.equations), u, parameters, du, dp, order)
        result = np.empty((order + 1, *shape, u.shape[-1]))
        size = bloch.shape[-2] * bloch.shape[-1]
        for j in range(order + 1):
            change = generators[j][..., 0] + np.einsum("...kab,...kb->...ka", generators[j][..., 1:], bloch)
            if j:
                change = change + np.einsum("...kab,...kb->...ka", generators[j - 1][..., 1:], turn)
            result[j][..., :size] = change.reshape(*change.shape[:-2], -1)
            for position, series in enumerate(modes):
                result[j][..., size + position] = series[j]
        return result

    def parameter_jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂p``, shape (…, n, number of parameters).

        Example:
            >>> import numpy as np, largespin as ls
            >>> from largespin.meanfield.line_derivatives import line_derivatives
            >>> slopes = line_derivatives(ls.models.hopfield(ls.ideal_large_spins(1)))
            >>> slopes.parameter_jacobian(np.array([0.0, 0.1, 0.5]), np.array([0.2, 0.5]))[:, 0]
            array([ 0. , -1. ,  0.2])
        """
        count = parameters.shape[-1]
        directions = np.eye(count)[(slice(None), *(None,) * (u.ndim - 1))]
        slopes = self.along(u[None], parameters[None], np.zeros_like(u)[None], directions, 1)[1]
        return np.moveaxis(slopes, 0, -1)

    def _generators(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> Series:
        """Coefficients of the matrices ``G_k`` of ``ṁ_k = G_k (1, m_k)``."""
        equations = self.equations
        rates = self._rates(u, p, du, dp, order)
        forces = self._common("forces", equations.forces, u, p, du, dp, order)
        weights = np.einsum("pk,pb->pkb", equations.coefficients, equations.operators[:, 1:])
        turning = np.einsum("abc,pkb->pkac", structure_constants(equations.model.particles.levels), weights)
        blocks = equations.model.particles.number_of_blocks
        components, columns = equations.model.particles.number_of_components, equations.model.particles.levels**2
        generators = []
        for j in range(order + 1):
            total = np.zeros((*u.shape[:-1], blocks, components, columns))
            for series, matrix in zip(rates, equations.drift_matrices, strict=True):
                if np.any(series[j]):
                    total += np.asarray(series[j])[..., None, None] * matrix
            for series, matrix in zip(forces, turning, strict=True):
                if np.any(series[j]):
                    total[..., 1:] += np.asarray(series[j])[..., None, None, None] * matrix
            generators.append(total)
        return generators

    def _rates(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> list[Series]:
        equations = self.equations
        symbols = [*equations.averages, *equations.local_fields, *equations.parameters]
        values = self._block_values(equations.values_of_averages(u), p, constants=True)
        slopes = self._block_values(du[..., : equations.forms.shape[1]] @ equations.forms.T, dp, constants=False)
        blocks = equations.model.particles.number_of_blocks
        shape = (*u.shape[:-1], blocks)
        return self._series("rates", equations.rates, symbols, values, slopes, order, shape)

    def _block_values(self, s: FloatArray, p: FloatArray, *, constants: bool) -> list[FloatArray]:
        """Values of averages, local fields and parameters (or of their changes) with an axis for blocks."""
        fields = self.compiled.fields(s)
        if not constants:
            fields = fields - self.compiled.fields(np.zeros_like(s))
        values = [s[..., None, i] for i in range(s.shape[-1])]
        values += [fields[..., i] for i in range(fields.shape[-1])]
        return values + [p[..., None, i] for i in range(p.shape[-1])]

    def _common(
        self,
        name: str,
        expressions: Sequence[sp.Expr],
        u: FloatArray,
        p: FloatArray,
        du: FloatArray,
        dp: FloatArray,
        order: int,
    ) -> list[Series]:
        equations = self.equations
        symbols = [*equations.averages, *equations.quadratures, *equations.parameters]
        size = equations.forms.shape[1]
        parts = (equations.values_of_averages(u), u[..., size:], p)
        changes = (du[..., :size] @ equations.forms.T, du[..., size:], dp)
        values = [a[..., i] for a in parts for i in range(a.shape[-1])]
        slopes = [a[..., i] for a in changes for i in range(a.shape[-1])]
        return self._series(name, expressions, symbols, values, slopes, order, u.shape[:-1])

    def _series(
        self,
        name: str,
        expressions: Sequence[sp.Expr],
        symbols: Sequence[sp.Symbol],
        values: list[FloatArray],
        slopes: list[FloatArray],
        order: int,
        shape: tuple[int, ...],
    ) -> list[Series]:
        """Per expression its coefficients, numbers or arrays of `shape`."""
        if (name, order) not in self._functions:
            self._functions[name, order] = _expanded(resolved(tuple(expressions)), symbols, order)
        flat = self._functions[name, order](*values, *slopes)
        flat = [entry if np.ndim(entry) == 0 else np.broadcast_to(entry, shape) for entry in flat]
        return [flat[i : i + order + 1] for i in range(0, len(flat), order + 1)]


def _mode_rates(equations: MeanField) -> list[sp.Expr]:
    return [x for pair in equations.mode_rates for x in pair]


def _expanded(expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], order: int) -> Callable[..., list[Any]]:
    """All coefficients of all expressions as one function of the symbols' values and changes."""
    step = sp.Symbol("step", real=True)
    changes = [sp.Dummy(f"d{symbol.name}", real=True) for symbol in symbols]
    # Explicit time has no place where states are at rest; what remains is evaluated at t = 0.
    moved = {x: x + step * dx for x, dx in zip(symbols, changes, strict=True)} | {TIME: sp.Integer(0)}
    flat = []
    for expression in expressions:
        used = {x: moved[x] for x in expression.free_symbols if x in moved}
        coefficient = expression.xreplace(used)
        for j in range(order + 1):
            flat.append(coefficient.xreplace({step: sp.Integer(0)}) / factorial(j))
            coefficient = sp.diff(coefficient, step)
    compiled = numpy_function([*symbols, *changes], flat, cse=True)
    return lambda *values: list(compiled(*values)) if flat else []


@lru_cache(maxsize=64)
def line_derivatives(model: Model) -> LineDerivatives:
    """The derivatives of `model` along lines, made once and remembered.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.meanfield.line_derivatives import line_derivatives
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> zero, up = np.zeros(3), np.array([0.0, 0.0, 1.0])
        >>> line_derivatives(model).along(zero, np.array([0.2, 0.5]), up, np.zeros(2), 3)[:, 2].round(4)
        array([ 0.    ,  1.    ,  0.    , -0.6667])
    """
    functions = numeric_mean_field(model)
    return LineDerivatives(functions.equations, functions.compiled)

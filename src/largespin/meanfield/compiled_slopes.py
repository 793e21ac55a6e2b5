"""The equations, their Jacobians by state and parameters, and their derivatives along lines, compiled for single states.

A continuation asks for thousands of single states one after the other. For these the NumPy functions, made for arrays,
spend their time on calls: measured on one pattern 150 µs for F and 370 µs for J, compiled 4 µs for everything together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import factorial
from typing import Any, Protocol

import numpy as np

from largespin.errors import FloatArray, read_only
from largespin.meanfield.compile import UnsupportedExpressionError, heyoka_system
from largespin.meanfield.derive import mean_field
from largespin.meanfield.line_derivatives import line_derivatives
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model

LARGEST = 64
"""Number of variables up to which the functions are compiled; beyond, compilation takes longer than it saves."""


class Slopes(Protocol):
    """``F`` and its derivatives at states (…, n) and parameter vectors (…, P)."""

    def rhs(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``F``, shape (…, n)."""

    def jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂u``, shape (…, n, n)."""

    def parameter_jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂p``, shape (…, n, P)."""

    def along(self, u: FloatArray, parameters: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients of ``F(u + s du, p + s dp)``, shape (order + 1, …, n)."""


@dataclass(frozen=True, eq=False)
class NumericSlopes:
    """The same by NumPy, for any number of variables."""

    model: Model

    def rhs(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``F``."""
        return numeric_mean_field(self.model).rhs(u, parameters)

    def jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂u``."""
        return numeric_mean_field(self.model).jacobian(u, parameters)

    def parameter_jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂p``."""
        return line_derivatives(self.model).parameter_jacobian(u, parameters)

    def along(self, u: FloatArray, parameters: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients along a line."""
        return line_derivatives(self.model).along(u, parameters, du, dp, order)


@dataclass(frozen=True, eq=False)
class CompiledSlopes:
    """The same by heyoka; functions are compiled when first needed.

    Attributes:
        model: the model.
        rows: right-hand sides as expressions.
        inputs: variables, then parameters, as expressions.
    """

    model: Model
    rows: list[Any]
    inputs: list[Any]
    _last: list[tuple[Any, tuple[FloatArray, FloatArray]]] = field(default_factory=list)
    _lines: dict[int, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number n of variables."""
        return len(self.rows)

    @cached_property
    def _first_order(self) -> Any:
        import heyoka as hy

        jacobian = hy.diff_tensors(self.rows, diff_args=self.inputs, diff_order=1).jacobian
        return _compiled([*self.rows, *jacobian.ravel()], self.inputs)

    def _values(self, u: FloatArray, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """F (…, n) and all its slopes (…, n, n + P); the last answer is remembered, as F and J are asked for in turn."""
        key = (u.shape, u.tobytes(), parameters.tobytes())
        # One object, read once: another thread may put its own answer here at any moment.
        last = self._last[0] if self._last else None
        if last is not None and last[0] == key:
            return last[1]
        shape = np.broadcast_shapes(u.shape[:-1], parameters.shape[:-1])
        flat = _evaluated(self._first_order, [u, parameters], shape)
        n, count = self.size, len(self.inputs)
        values = read_only(np.ascontiguousarray(flat[..., :n])), read_only(flat[..., n:].reshape(*shape, n, count))
        self._last[:] = [(key, values)]
        return values

    def rhs(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``F``."""
        return self._values(u, parameters)[0]

    def jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂u``."""
        return self._values(u, parameters)[1][..., : self.size]

    def parameter_jacobian(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂F/∂p``."""
        return self._values(u, parameters)[1][..., self.size :]

    def along(self, u: FloatArray, parameters: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients along a line."""
        if order not in self._lines:
            self._lines[order] = self._line(order)
        shape = np.broadcast_shapes(u.shape[:-1], parameters.shape[:-1], du.shape[:-1], dp.shape[:-1])
        flat = _evaluated(self._lines[order], [u, parameters, du, dp], shape)
        return np.moveaxis(flat.reshape(*shape, order + 1, self.size), -2, 0)

    def _line(self, order: int) -> Any:
        import heyoka as hy

        step, zero = hy.expression("step"), hy.expression(0.0)
        changes = [hy.expression(f"change_{i}") for i in range(len(self.inputs))]
        moved = {x: x + step * dx for x, dx in zip(self.inputs, changes, strict=True)}
        tensors = hy.diff_tensors(hy.subs(self.rows, moved), diff_args=[step], diff_order=order)
        outputs = []
        for j in range(order + 1):
            derivatives = [expression for _, expression in tensors.get_derivatives(j)]
            outputs += [e / float(factorial(j)) for e in hy.subs(derivatives, {step: zero})]
        return _compiled(outputs, [*self.inputs, *changes])


def _compiled(outputs: Sequence[Any], inputs: Sequence[Any]) -> Any:
    import heyoka as hy

    # Optimising further costs more than thousands of calls gain.
    return hy.cfunc(list(outputs), vars=list(inputs), compact_mode=True, opt_level=1)


def _evaluated(function: Any, arrays: Sequence[FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """A compiled function of arrays (…, k), concatenated along their last axes; shape (…, outputs)."""
    if not shape:
        return np.asarray(function(np.concatenate(arrays)))
    columns = np.concatenate([np.broadcast_to(a, (*shape, a.shape[-1])) for a in arrays], axis=-1)
    result = function(np.ascontiguousarray(columns.reshape(-1, columns.shape[-1]).T))
    return np.ascontiguousarray(result.T).reshape(*shape, -1)


@lru_cache(maxsize=32)
def slopes_of(model: Model) -> Slopes:
    """The compiled functions of a small model, the NumPy functions of a large one or where heyoka cannot.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.meanfield.compiled_slopes import slopes_of
        >>> slopes = slopes_of(ls.models.hopfield(ls.ideal_large_spins(1)))
        >>> slopes.parameter_jacobian(np.array([0.0, 0.1, 0.5]), np.array([0.2, 0.5]))[:, 0]
        array([ 0. , -1. ,  0.2])
    """
    import heyoka as hy

    if model.number_of_variables > LARGEST:
        return NumericSlopes(model)
    equations = mean_field(model)
    try:
        rows = heyoka_system(equations).rows
    except UnsupportedExpressionError:
        return NumericSlopes(model)
    parameters = [hy.expression(f"parameter_{i}") for i in range(len(equations.parameters))]
    named = {hy.par[i]: parameter for i, parameter in enumerate(parameters)}
    right_sides = hy.subs([rhs for _, rhs in rows], named)
    return CompiledSlopes(model, right_sides, [*(variable for variable, _ in rows), *parameters])

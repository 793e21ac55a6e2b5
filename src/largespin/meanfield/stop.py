"""When a run may end before its last time: rules that become events of either solver."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray, LargespinError, number_in, one_of
from largespin.meanfield.derive import MeanField
from largespin.meanfield.numeric import NumericMeanField
from largespin.model.functions import numpy_function
from largespin.model.symbols import TIME, as_expression, resolve

_DIRECTIONS = {"rising": 1, "falling": -1, "any": 0}


@dataclass(frozen=True)
class StopWhenStationary:
    """Stop when ``|u̇| < rate``.

    Args:
        rate: Euclidean norm of the time derivative of the whole state.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve(model, [0, 0, 0.5], 1e4, stop=ls.StopWhenStationary(1e-6), temperature=0.5, field=0.2)
        >>> run.outcome.item(), bool(run.end_time < 50)
        ('stopped', True)
    """

    rate: float = 1e-9

    def __post_init__(self) -> None:
        number_in("rate", self.rate, 0.0, open_low=True)

    @property
    def sentence(self) -> str:
        """Why the run ended."""
        return f"the state is stationary, |du/dt| < {self.rate:g}"

    def compiled(self, equations: MeanField, system: list[tuple[Any, Any]], averages: list[Any]) -> Any:
        """The heyoka event."""
        import heyoka as hy

        norm = hy.sum([rhs * rhs for _, rhs in system])
        return hy.t_event(norm - self.rate**2, direction=hy.event_direction.negative)

    def function(self, functions: NumericMeanField, parameters: FloatArray) -> Callable[[float, FloatArray], float]:
        """The SciPy event."""
        return lambda t, u: float(np.sum(functions.rhs(u, parameters, t) ** 2) - self.rate**2)

    def holds_at_start(self, functions: NumericMeanField, u: FloatArray, parameters: FloatArray, time: float) -> bool:
        """Whether the run ends before it begins."""
        return self.function(functions, parameters)(time, u) < 0.0

    @property
    def sign(self) -> int:
        """Sign of the crossing."""
        return -1


@dataclass(frozen=True)
class StopWhen:
    """Stop when an expression in the model's averages, quadratures, parameters and time crosses zero.

    Args:
        expression: the SymPy expression.
        direction: ``"rising"``, ``"falling"`` or ``"any"``.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> rule = ls.StopWhen(model.averages[1] - 0.8, "rising")
        >>> run = ls.evolve(model, [0, 0, 0.5], 100.0, stop=rule, temperature=0.5, field=0.2)
        >>> round(run.overlap.item(), 6)
        0.8
    """

    expression: sp.Expr
    direction: str = "any"

    def __post_init__(self) -> None:
        object.__setattr__(self, "expression", as_expression("expression", self.expression))
        one_of("direction", self.direction, tuple(_DIRECTIONS))

    @property
    def sentence(self) -> str:
        """Why the run ended."""
        return f"{self.expression} crossed zero ({self.direction})"

    @property
    def sign(self) -> int:
        """Sign of the crossing."""
        return _DIRECTIONS[self.direction]

    def _checked(self, equations: MeanField) -> sp.Expr:
        known = {*equations.averages, *equations.quadratures, *equations.parameters, TIME}
        expression = resolve(self.expression)
        unknown = expression.free_symbols - known
        if unknown:
            raise LargespinError(
                f"Argument `stop` must use the model's own averages, quadratures and parameters, but "
                f"`{sorted(unknown, key=str)[0]}` is none of them."
            )
        if expression.free_symbols <= set(equations.parameters):
            raise LargespinError(f"Argument `stop` must change along a run, but {expression} does not.")
        return expression

    def compiled(self, equations: MeanField, system: list[tuple[Any, Any]], averages: list[Any]) -> Any:
        """The heyoka event."""
        import heyoka as hy

        from largespin.meanfield.compile import translate

        names = [variable for variable, _ in system][len(system) - len(equations.quadratures) :]
        symbols = dict(zip(equations.averages, averages, strict=True)) | {TIME: hy.time}
        symbols |= dict(zip(equations.quadratures, names, strict=True))
        symbols |= {p: hy.par[i] for i, p in enumerate(equations.parameters)}
        directions = {
            1: hy.event_direction.positive,
            -1: hy.event_direction.negative,
            0: hy.event_direction.any,
        }
        return hy.t_event(translate(self._checked(equations), symbols), direction=directions[self.sign])

    def function(self, functions: NumericMeanField, parameters: FloatArray) -> Callable[[float, FloatArray], float]:
        """The SciPy event."""
        equations = functions.equations
        symbols = [*equations.averages, *equations.quadratures, *equations.parameters, TIME]
        compiled = numpy_function(symbols, self._checked(equations))
        first = functions.model.number_of_variables - len(equations.quadratures)
        return lambda t, u: float(compiled(*functions.averages(u), *u[first:], *parameters, t))

    def holds_at_start(self, functions: NumericMeanField, u: FloatArray, parameters: FloatArray, time: float) -> bool:
        """A crossing needs a time on each side, so never."""
        return False


StopRule = StopWhenStationary | StopWhen

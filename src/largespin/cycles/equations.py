"""What a search for cycles needs of the equations: right-hand side, flow map and its derivatives, symmetries."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.compile import TaylorSystem, integrator, set_parameters
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model
from largespin.stationary.symmetry import symmetries

COMPACT_FROM = 8
"""Number of variables from which Φ is compiled in compact mode; it has the square of them."""
STEP_LIMIT = 1_000_000
"""Taylor steps for one search or one segment; more, and the equations are too stiff for this integrator."""

ARRIVED = 1e-12
"""Distance from the aimed time, relative to it, up to which a run has arrived."""


class IntegrationError(ArithmeticError):
    """The Taylor integrator did not arrive; the message says why."""


@dataclass(frozen=True, eq=False)
class FlowMap:
    """Where a state is carried, and how this depends on the state and on the parameter.

    Attributes:
        end: ``φ_t(u, p)``, shape (n,).
        by_state: ``Φ = ∂φ/∂u``, shape (n, n).
        by_parameter: ``∂φ/∂p``, shape (n,); zero without a parameter that moves.
    """

    end: FloatArray
    by_state: FloatArray
    by_parameter: FloatArray


class CycleEquations(Protocol):
    """``u̇ = F(u, p)`` with one parameter p that moves; normal forms and models alike."""

    @property
    def size(self) -> int:
        """Number of variables n."""

    @property
    def tolerance(self) -> float:
        """Relative error per step of the integrator."""

    @property
    def maps(self) -> Sequence[Callable[[FloatArray], FloatArray]]:
        """Symmetries ``F(Su, p) = S F(u, p)``, as maps of states (…, n)."""

    def rhs(self, u: FloatArray, value: float) -> FloatArray:
        """``F(u, p)``, shape (…, n)."""

    def jacobian(self, u: FloatArray, value: float) -> FloatArray:
        """``∂F/∂u`` at one state, shape (n, n)."""

    def conserved(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Known conserved quantities at one state, shape (k,), and their gradients, shape (k, n)."""

    def advance(self, u: FloatArray, value: float, duration: float) -> FlowMap:
        """The flow map and its derivatives."""

    def path(self, u: FloatArray, value: float, times: FloatArray) -> FloatArray:
        """States (len(times), n) of the run from u at rising times ≥ 0."""


class TaylorEquations:
    """Equations that heyoka integrates, with exact variational equations for the state and for one parameter."""

    def __init__(
        self,
        variational: Any,
        runner: Any,
        rhs: Callable[[FloatArray, FloatArray], FloatArray],
        jacobian: Callable[[FloatArray, FloatArray], FloatArray],
        parameters: FloatArray,
        index: int | None,
    ) -> None:
        """Join integrators and functions of ``(u, parameters)``; `index` is the position of the moving parameter."""
        self._variational, self._runner = variational, runner
        self._rhs, self._jacobian = rhs, jacobian
        self._parameters, self._index = np.array(parameters, dtype=float), index
        self.size = runner.dim
        self.tolerance = float(runner.tol)

    @cached_property
    def maps(self) -> Sequence[Callable[[FloatArray], FloatArray]]:
        """No symmetry is known of equations without a model."""
        return ()

    def parameters(self, value: float) -> FloatArray:
        """All parameters, with the moving one at `value`."""
        result = self._parameters.copy()
        if self._index is not None:
            result[self._index] = value
        return result

    def rhs(self, u: FloatArray, value: float) -> FloatArray:
        """``F(u, p)``, shape (…, n)."""
        return self._rhs(u, self.parameters(value))

    def jacobian(self, u: FloatArray, value: float) -> FloatArray:
        """``∂F/∂u`` at one state, shape (n, n)."""
        return self._jacobian(u, self.parameters(value))

    def conserved(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """None are known of equations without a model."""
        return np.zeros(0), np.zeros((0, self.size))

    def advance(self, u: FloatArray, value: float, duration: float) -> FlowMap:
        """``φ_t(u)``, ``Φ(t)`` and ``∂φ_t/∂p``.

        Raises:
            IntegrationError: the state diverges, or the steps become too short.
        """
        taylor, n = self._variational, self.size
        taylor.time = 0.0
        set_parameters(taylor, self.parameters(value))
        width = n if self._index is None else n + 1
        taylor.state[:n], taylor.state[n:] = u, np.eye(n, width).ravel()
        arrive(taylor, duration)
        slopes = np.array(taylor.state[n:]).reshape(n, width)
        by_parameter = np.zeros(n) if self._index is None else slopes[:, n]
        return FlowMap(np.array(taylor.state[:n]), slopes[:, :n], by_parameter)

    def path(self, u: FloatArray, value: float, times: FloatArray) -> FloatArray:
        """States (len(times), n) of the run from u at rising times ≥ 0."""
        taylor = self._runner
        taylor.time = 0.0
        set_parameters(taylor, self.parameters(value))
        taylor.state[:] = u
        # The integrator wants its own time first, and no time twice.
        grid, position = np.unique(np.append(0.0, times), return_inverse=True)
        if len(grid) == 1:
            return np.broadcast_to(u, (len(times), self.size)).copy()
        states = np.array(taylor.propagate_grid(grid, max_steps=STEP_LIMIT)[-1])
        if len(states) < len(grid) or not np.all(np.isfinite(states)):
            raise IntegrationError(f"the state diverges, or the integrator needs more than {STEP_LIMIT} steps")
        return states[position[1:]]


class ModelEquations(TaylorEquations):
    """The mean field of a model; `index` is the position of the parameter that moves, None if none does."""

    def __init__(self, model: Model, parameters: FloatArray, index: int | None, tolerance: float) -> None:
        functions = numeric_mean_field(model)
        super().__init__(
            deepcopy(_variational(model, index, tolerance)),
            integrator(MeanFieldFlow(model), tolerance),
            lambda u, p: functions.rhs(u, np.broadcast_to(p, (*u.shape[:-1], len(p)))),
            lambda u, p: functions.jacobian(u, p),
            parameters,
            index,
        )
        self._functions, self._conserved = functions, conserved_quantities(model)

    @cached_property
    def maps(self) -> Sequence[Callable[[FloatArray], FloatArray]]:
        """The symmetries of the equations that `stationary_states` knows."""
        return symmetries(self._functions, self._parameters[None])

    def conserved(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The spectra of the blocks without local jumps, and linear quantities."""
        return self._conserved.values(u), self._conserved.gradients(u)


@lru_cache(maxsize=32)
def _variational(model: Model, index: int | None, tolerance: float) -> Any:
    return compiled_variational(MeanFieldFlow(model).system(), index, tolerance)


def compiled_variational(system: TaylorSystem, index: int | None, tolerance: float) -> Any:
    """The integrator of ``(u, ∂u/∂u_0, ∂u/∂p)``, p the parameter number `index`."""
    import heyoka as hy

    # An explicit list keeps the columns in the order of the state vector, whatever order heyoka deduces.
    arguments = [variable for variable, _ in system.rows] + ([] if index is None else [hy.par[index]])
    equations = hy.var_ode_sys(system.rows, arguments)
    n = len(system.rows)
    return hy.taylor_adaptive(equations, np.zeros(n), tol=tolerance, compact_mode=system.is_large or n >= COMPACT_FROM)


def arrive(taylor: Any, time: float) -> None:
    """Run `taylor` until `time`, or say why it cannot."""
    taylor.propagate_until(time, max_steps=STEP_LIMIT)
    check_finite(taylor)
    # A run that goes on from an earlier time may arrive one rounding beside the aim.
    if abs(taylor.time - time) > ARRIVED * max(1.0, abs(time)):
        raise IntegrationError(f"the Taylor integrator needs more than {STEP_LIMIT} steps")


def check_finite(taylor: Any) -> None:
    """Raise if a run has left the numbers."""
    if not (np.isfinite(taylor.time) and np.all(np.isfinite(taylor.state))):
        raise IntegrationError("the state or a rate diverges")

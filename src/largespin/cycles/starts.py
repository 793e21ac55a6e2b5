"""From where is a branch of cycles followed? A computed cycle, a run that ends on one, or a Hopf point."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from largespin.cycles.continuation import Continuation, CyclePoint, CycleSettings
from largespin.cycles.equations import ModelEquations
from largespin.cycles.given_cycle import at_first_phase, cycle_in, holds_cycle
from largespin.cycles.hopf import HopfPoint, first_cycle, hopf_point, stationary_near
from largespin.cycles.hopf_end import birth_place
from largespin.cycles.limit_cycle import FINEST_RUN, cycle_of_run
from largespin.cycles.results import Finding
from largespin.cycles.shooting import Cycle
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.between import check_inside
from largespin.meanfield.evolve import final_states
from largespin.meanfield.points import Points, points_from
from largespin.model.model import Model
from largespin.model.rates import check_rates
from largespin.model.start import StateLike
from largespin.stationary.thresholds import MOVING

TURNING = 1e-3
"""Frequency, relative to the size of the Jacobian, above which a pair of eigenvalues can lead to a Hopf point."""


@dataclass(frozen=True, eq=False)
class Beginning:
    """Where a branch begins: the branch, its first places (a Hopf point and the first cycle, or a cycle)."""

    continuation: Continuation
    places: list[CyclePoint]
    where: Points

    @property
    def is_birth(self) -> bool:
        """Whether the branch begins at a Hopf point and has one direction only."""
        return len(self.places) > 1


def beginning(
    model: Model,
    start: StateLike,
    parameter: str,
    settings: CycleSettings,
    settle: float,
    tolerance: float,
    values: Mapping[str, Any],
) -> Beginning:
    """The first cycle of a branch.

    Raises:
        LargespinError: there is no cycle at `start`, or it is outside the range.
    """
    where = points_from(model, at_first_phase(start), values, one=True)
    row, u = where.parameters[0], where.starts[0]
    value = float(row[model.parameter_index(parameter)])
    _check_range(model, parameter, settings, row)
    equations = ModelEquations(model, row, model.parameter_index(parameter), tolerance)
    cycle = cycle_in(model, start, value) if isinstance(start, xr.Dataset) and holds_cycle(start) else None
    # A branch that ends at a Hopf point has a cycle there that rests.
    seen = u[None] if cycle is None else cycle.nodes
    if np.linalg.norm(equations.rhs(seen, value), axis=1).max() <= MOVING:
        return _born(equations, u, value, settings, where)
    begin = None if cycle is None else _through(equations, cycle, settings, where)
    if begin is None:
        # At other parameters than its own a cycle may be too far away for shooting, but still attract.
        found = replace(_of_run(model, u, row, settle, tolerance), value=value)
        begin = _through(equations, found, settings, where)
    if begin is None:
        raise LargespinError("Argument `start` must lead to a cycle, but shooting did not close it; raise `settle`.")
    return begin


def _through(equations: ModelEquations, cycle: Cycle, settings: CycleSettings, where: Points) -> Beginning | None:
    """The branch through the cycle next to a given one; None if there is none."""
    continuation = Continuation.through(equations, cycle, settings)
    better = continuation.refined(cycle)
    if better is None:
        return None
    return Beginning(continuation, [continuation.place(better, _rising(better))], where)


def _check_range(model: Model, parameter: str, settings: CycleSettings, row: FloatArray) -> None:
    """Refuse a start outside the range, and a range at whose ends a rate is negative."""
    low, high = settings.low, settings.high
    check_inside({parameter: (low, high)}, {parameter: float(row[model.parameter_index(parameter)])})
    # Beyond a rate of zero the branch would go on with gain for loss.
    ends = np.tile(row, (2, 1))
    ends[:, model.parameter_index(parameter)] = low, high
    check_rates(model, ends)


def _of_run(model: Model, u: FloatArray, row: FloatArray, settle: float, tolerance: float) -> Cycle:
    if settle:
        u = final_states(model, u[None], row[None], settle, tolerance=max(tolerance, FINEST_RUN))[0]
    found = cycle_of_run(model, u, row, settle, tolerance)
    if isinstance(found, Finding):
        raise LargespinError(f"Argument `start` must lead to a cycle, but it does not. {found.sentence}")
    return found


def _rising(cycle: Cycle) -> FloatArray:
    return np.append(np.zeros(cycle.nodes.size + 1), 1.0)


def _born(equations: ModelEquations, u: FloatArray, value: float, settings: CycleSettings, where: Points) -> Beginning:
    """The Hopf point near a stationary state, and the first cycle beside it."""
    levels = equations.conserved(u)[0]
    hopf = _hopf_near(equations, u, value, settings, levels)
    if hopf is None or not settings.holds(hopf.value):
        raise LargespinError(
            "Argument `start` must move or be near a Hopf point, but it is stationary and no Hopf point was found inside "
            "`between`; start beside it to let it run."
        )
    dependent = len(levels)
    first = first_cycle(equations, hopf, levels, dependent)
    if first is None or not settings.holds(first[0].value):
        raise LargespinError(
            f"Argument `start` is near the Hopf point at {hopf.value:.8g}, but no cycle beside it was found inside "
            "`between`; widen it."
        )
    cycle, direction = first
    continuation = Continuation.through(equations, cycle, settings)
    place = continuation.place(cycle, direction)
    return Beginning(continuation, [birth_place(continuation, place, hopf), place], where)


def _hopf_near(
    equations: ModelEquations, u: FloatArray, value: float, settings: CycleSettings, levels: FloatArray
) -> HopfPoint | None:
    """The nearest Hopf point of any oscillating pair."""
    state = stationary_near(equations, u, value, levels)
    if state is None:
        return None
    eigenvalues = np.linalg.eigvals(equations.jacobian(state, value))
    turning = eigenvalues[eigenvalues.imag > TURNING * max(1e-3, float(np.abs(eigenvalues).max()))]
    # The pair nearest to the imaginary axis first.
    found = [
        hopf_point(equations, state, value, float(pair.imag), levels, settings.width)
        for pair in turning[np.argsort(np.abs(turning.real))]
    ]
    inside = [hopf for hopf in found if hopf is not None and settings.holds(hopf.value)]
    return min(inside, key=lambda hopf: abs(hopf.value - value), default=None)

"""From where is a branch of cycles followed? A computed cycle, a run that ends on one, or a Hopf point."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.cycles.continuation import Continuation, CyclePoint, CycleSettings
from largespin.cycles.equations import ModelEquations
from largespin.cycles.hopf import HopfPoint, first_cycle, hopf_point, stationary_near
from largespin.cycles.hopf_end import birth_place
from largespin.cycles.limit_cycle import MOVING, cycle_of_run
from largespin.cycles.results import Finding
from largespin.cycles.shooting import Cycle
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.dataset_states import state_of
from largespin.meanfield.evolve import final_states
from largespin.meanfield.points import Points, check_names, points
from largespin.model.model import Model
from largespin.model.rates import check_rates
from largespin.model.state import State

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
    start: npt.ArrayLike | State | xr.Dataset,
    parameter: str,
    settings: CycleSettings,
    settle: float,
    tolerance: float,
    values: Mapping[str, Any],
) -> Beginning:
    """The first cycle of a branch.

    Raises:
        LargespinError: there is no cycle at `start`, or it is outside the interval.
    """
    where, row, value = _checked_point(model, start, parameter, settings, values)
    equations = ModelEquations(model, row, model.parameter_index(parameter), tolerance)
    if isinstance(start, xr.Dataset) and "period" in start:
        cycle = _of_dataset(model, start, value)
    else:
        u = _one_state(model, start)
        if np.linalg.norm(equations.rhs(u, value)) <= MOVING:
            return _born(equations, u, value, settings, where)
        cycle = _of_run(model, u, row, settle, tolerance)
    continuation = Continuation.through(equations, replace(cycle, value=value), settings)
    better = continuation.refined(replace(cycle, value=value))
    if better is None:
        raise LargespinError("Argument `start` must be a cycle, but shooting did not close it; compute it again.")
    return Beginning(continuation, [continuation.place(better, _rising(better))], where)


def _checked_point(
    model: Model, start: Any, parameter: str, settings: CycleSettings, values: Mapping[str, Any]
) -> tuple[Points, FloatArray, float]:
    """The one parameter point at which the branch begins, all its parameters, and the one that moves."""
    check_names(model, [parameter])
    if isinstance(start, xr.Dataset):
        _check_dataset(model, start)
        values = {**_known_values(model, start, parameter), **values}
    where = points(model, values)
    if where.dims:
        raise LargespinError("Parameter values must be single numbers for a branch of cycles, but there are several.")
    row = where.parameters[0]
    value = float(row[model.parameter_index(parameter)])
    if not settings.holds(value):
        raise LargespinError(
            f"Argument `{parameter}` must lie in the interval [{settings.low:g}, {settings.high:g}] of `between`, but it is "
            f"{value:g}."
        )
    # Beyond a rate of zero the branch would go on with gain for loss.
    ends = np.tile(row, (2, 1))
    ends[:, model.parameter_index(parameter)] = settings.low, settings.high
    check_rates(model, ends)
    return where, row, value


def _of_run(model: Model, u: FloatArray, row: FloatArray, settle: float, tolerance: float) -> Cycle:
    if settle:
        u = final_states(model, u[None], row[None], settle, tolerance=max(tolerance, 1e-13))[0]
    found = cycle_of_run(model, u, row, settle, tolerance)
    if isinstance(found, Finding):
        raise LargespinError(f"Argument `start` must lead to a cycle, but it does not. {found.sentence}")
    return found


def _rising(cycle: Cycle) -> FloatArray:
    return np.append(np.zeros(cycle.nodes.size + 1), 1.0)


def _known_values(model: Model, dataset: xr.Dataset, parameter: str) -> dict[str, Any]:
    """The parameter values that a dataset holds; a special point has its own value of the parameter of its branch."""
    known: dict[str, Any] = {key: dataset[key] for key in model.parameters if key in dataset.coords}
    if _is_special(dataset) and f"special_{parameter}" in dataset:
        known[parameter] = float(dataset[f"special_{parameter}"])
    return known


def _is_special(dataset: xr.Dataset) -> bool:
    """Whether this is one special point of `branch` or `branches`."""
    return "special_state" in dataset and dataset["special_state"].dims == ("variable",)


def _one_state(model: Model, start: npt.ArrayLike | State | xr.Dataset) -> FloatArray:
    if isinstance(start, xr.Dataset):
        if _is_special(start):
            return np.asarray(start["special_state"].values, dtype=float)
        start = state_of(model, start)
    state = model.state(start)
    if state.ensemble_shape:
        raise LargespinError("Argument `start` must be one state, but it is an ensemble.")
    return state.vector


def _check_dataset(model: Model, dataset: xr.Dataset) -> None:
    """Refuse what is not one cycle of this model."""
    if dataset.attrs.get("model_key") != model.key:
        raise LargespinError("Argument `start` must belong to the given model, but it was made with another one.")
    if "period" not in dataset and (_is_special(dataset) or set(dataset["m"].dims) == {"block", "component"}):
        return
    if "period" not in dataset or dataset["period"].ndim or "phase" not in dataset["m"].dims:
        raise LargespinError(
            "Argument `start` must hold one cycle, as `limit_cycle` makes it, or one stationary state or special point, "
            "but it does not; choose one with `.isel(…)`."
        )
    if not np.isfinite(dataset["period"].item()):
        raise LargespinError("Argument `start` must hold a cycle, but it is NaN there; its `sentence` says why.")


def _of_dataset(model: Model, dataset: xr.Dataset, value: float) -> Cycle:
    """The cycle in a result of `limit_cycle` or in one point of `cycle_branch`."""
    states = state_of(model, dataset).vector
    # States of the dataset as nodes: integrating an unstable cycle once around would lose it.
    nodes, fractions = states[:-1], np.diff(dataset["phase"].values)
    return Cycle(nodes, fractions, float(dataset["period"].item()), value)


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

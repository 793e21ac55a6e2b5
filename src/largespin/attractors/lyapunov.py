"""Is the motion chaotic? The largest Lyapunov exponents of the mean-field equations."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.attractors.benettin import BLOCKS, exponents, growth
from largespin.attractors.tangent import TangentFlow
from largespin.errors import FloatArray, LargespinError, number_in, whole_number
from largespin.meanfield.compile import UnsupportedExpressionError, integrator
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.derive import mean_field
from largespin.meanfield.ensemble import cores
from largespin.meanfield.evolve import DRIVEN_STEPS
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.solve import Outcome, Task, batch_size, solve_batch, solve_single
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.stability import moving_directions

GROWTH = 4.0
"""Logarithm by which a disturbance may grow or shrink in one interval: far from what rounding spoils."""
FEWEST = 2 * BLOCKS
"""Intervals at least, so that every block holds two."""
RESOLVED = 5.0
"""Growth rate × duration below which an exponent is zero: regular motion parts as ln t, not as an exponential."""
ERRORS = 3.0
"""Standard errors by which an exponent must differ from zero."""
LARGEST = 20_000
"""Variables of mean field and disturbances together up to which compiling them is affordable."""


def lyapunov_exponents(
    model: Model,
    start: npt.ArrayLike | State,
    duration: float,
    *,
    number: int = 1,
    settle: float = 100.0,
    interval: float | None = None,
    tolerance: float = 1e-10,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""``λ_i = lim (1/t) ln |v_i(t)|``,  ``v̇ = J(u(t)) v``: the rates at which disturbances of a run grow.

    The disturbances are integrated with the run, from exact derivatives, and made orthonormal after every interval. A
    stationary state has the real parts of its eigenvalues, a limit cycle one exponent 0 and the logarithms of its
    multipliers over the period; all exponents add up to the mean divergence of the equations; chaos has one above 0.
    Directions along which a conserved quantity changes are left out, as `stability` does.

    Args:
        model: the model; explicit time is allowed.
        start: a state or an ensemble.
        duration: time over which growth is measured, in inverse rates.
        number: how many of the largest exponents.
        settle: time before that, not counted, in which the run reaches its attractor; in its second half the
            disturbances already run along.
        interval: time between two orthonormalisations; from the size of the Jacobian if not given.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``lyapunov_exponent`` and ``lyapunov_error`` (…, exponent) by falling size (NaN where there are
        fewer directions), ``outcome`` (``chaotic``, ``neutral``, ``contracting`` or ``failed``) and ``sentence``, both of
        the largest exponent, and the state variables of `evolve` at the end.

    Raises:
        LargespinError: no state, times below zero, more exponents than variables, or a model that the Taylor integrator
            cannot do.

    Limits: an exponent nearer to zero than ``5/duration`` or three errors counts as zero. The error is the scatter over
    the run, not over attractors: several attractors need several starts.

    Source: Benettin et al., Meccanica 15, 9 (1980).

    Example:
        >>> import largespin as ls
        >>> from largespin.attractors import lyapunov_exponents
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = lyapunov_exponents(model, [0, 0.1, 0.1], 300.0, temperature=[0.6, 1.2], field=0.6)
        >>> result.outcome.values.tolist()
        ['neutral', 'contracting']
        >>> round(float(result.lyapunov_exponent[1, 0]), 2)  # ½(β − 3/2) = −1/3
        -0.33
    """
    duration = number_in("duration", duration, 0.0, open_low=True)
    settle, tolerance = number_in("settle", settle, 0.0), number_in("tolerance", tolerance, 1e-15, 1e-3)
    if interval is not None:
        interval = number_in("interval", interval, 0.0, duration, open_low=True)
    number = whole_number("number", number, 1, model.number_of_variables)
    where = points(model, {**(parameters or {}), **values}, model.state(start))
    check_real_amplitudes(model, where, 0.0)
    plan = Plan(model, number, duration, settle, interval, tolerance)
    result = measure(plan, where.starts, where.parameters)
    dims = (*where.dims, "exponent")
    shape = where.shape
    variables = state_variables(model, result.ends.reshape(*shape, -1), where.dims)
    rate = {"units": "rate"}
    for name, array, words in (
        ("lyapunov_exponent", result.values, "Lyapunov exponent"),
        ("lyapunov_error", result.errors, "standard error of the Lyapunov exponent"),
    ):
        variables[name] = xr.DataArray(array.reshape(*shape, number), dims=dims, attrs={"long_name": words, **rate})
    judged = np.array(result.judgements(duration), dtype=str).reshape(*shape, 2)
    for column, name in enumerate(("outcome", "sentence")):
        variables[name] = xr.DataArray(judged[..., column], dims=where.dims)
    settings = {"duration": duration, "settle": settle, "tolerance": tolerance}
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed, **settings))


@dataclass(frozen=True)
class Plan:
    """What is measured: the arguments of `lyapunov_exponents` that all runs share."""

    model: Model
    number: int
    duration: float
    settle: float
    interval: float | None
    tolerance: float

    def __post_init__(self) -> None:
        size = self.model.number_of_variables * (1 + self.number)
        if size > LARGEST:
            raise LargespinError(
                f"Argument `number` must leave at most {LARGEST} equations, but {self.number} exponent(s) of "
                f"{self.model.number_of_variables} variables need {size}; ask for fewer exponents."
            )


@dataclass(frozen=True, eq=False)
class Measured:
    """Exponents (runs, k), their errors, the last states (runs, n) and how the runs ended."""

    values: FloatArray
    errors: FloatArray
    ends: FloatArray
    outcomes: list[Outcome]

    def judgements(self, duration: float) -> list[tuple[str, str]]:
        """Name and sentence of every run."""
        each = zip(self.values[:, 0], self.errors[:, 0], self.outcomes, strict=True)
        return [judge(float(value), float(error), duration, outcome) for value, error, outcome in each]


def judge(value: float, error: float, duration: float, outcome: Outcome) -> tuple[str, str]:
    """What the largest exponent says."""
    if outcome.code != "finished":
        return "failed", f"Failed: {outcome.sentence}"
    if not np.isfinite(value):
        return "failed", "Failed: no disturbance is left; every direction is conserved, or the run diverged."
    zero = max(RESOLVED / duration, ERRORS * error)
    numbers = f"{value:.4g} ± {error:.1g}"
    if value > zero:
        return "chaotic", f"Chaotic: the distance of near runs grows at rate {numbers}."
    if value < -zero:
        return "contracting", f"Contracting: the distance of near runs decays, at rate {numbers} at last."
    return "neutral", f"Neutral: the largest exponent, {numbers}, is zero within {zero:.2g}, as on a cycle or torus."


def measure(plan: Plan, starts: FloatArray, parameters: FloatArray) -> Measured:
    """All runs: settle, align, measure; shape of starts (runs, n), of parameters (runs, number of parameters)."""
    model, count = plan.model, len(starts)
    interval = plan.interval or _interval(model, starts, parameters, plan.duration)
    intervals = max(FEWEST, int(np.ceil(plan.duration / interval)))
    interval = plan.duration / intervals
    align = int(np.ceil(0.5 * plan.settle / interval))
    values, errors = (np.full((count, plan.number), np.nan) for _ in range(2))
    ends = np.full(starts.shape, np.nan)
    outcomes: list[Outcome] = [Outcome("failed", "not begun", 0.0, "none")] * count
    size = batch_size(_task(plan, TangentFlow(model, plan.number), 0.0, interval), count)

    def work(first: int) -> None:
        chosen = slice(first, min(first + size, count))
        runs = _Runs(plan, starts[chosen], parameters[chosen], interval, size)
        runs.settle(plan.settle - align * interval)
        logarithms = growth(runs.advance, runs.first_tangents(), align, intervals)
        values[chosen], errors[chosen] = exponents(logarithms, interval)
        ends[chosen], outcomes[chosen] = runs.u, runs.outcomes
        values[chosen][:, runs.directions :] = np.nan

    try:
        with ThreadPoolExecutor(cores()) as executor:
            list(executor.map(work, range(0, count, size)))
    except UnsupportedExpressionError as error:
        raise LargespinError(f"Argument `model` must suit the Taylor integrator, but {error.reason}.") from error
    return Measured(values, errors, ends, outcomes)


def _interval(model: Model, starts: FloatArray, parameters: FloatArray, duration: float) -> float:
    with np.errstate(all="ignore"):
        jacobians = numeric_mean_field(model).jacobian(starts, parameters)
    sizes = np.linalg.norm(np.nan_to_num(jacobians), ord=2, axis=(-2, -1))
    return min(GROWTH / max(float(sizes.max()), 1e-12), duration / FEWEST)


def _task(plan: Plan, flow: Any, begin: float, length: float) -> Task:
    autonomous = mean_field(plan.model).is_autonomous
    # With explicit time a step must not leap over a pulse that is still to come.
    longest = np.inf if autonomous else min(length, (plan.settle + plan.duration) / DRIVEN_STEPS)
    if autonomous:
        begin = 0.0
    return Task(flow, np.array([begin, begin + length]), plan.tolerance, "auto", (), True, longest)


class _Runs:
    """A batch of runs that move on as their disturbances are advanced."""

    def __init__(self, plan: Plan, starts: FloatArray, parameters: FloatArray, interval: float, size: int) -> None:
        self.u, self.outcomes = starts.copy(), [Outcome("finished", "", 0.0, "")] * len(starts)
        self._plan, self._parameters, self._interval, self._size = plan, parameters, interval, size
        self._flow = TangentFlow(plan.model, plan.number)
        self._taylor = integrator(self._flow, plan.tolerance, size)
        self._time = 0.0
        conserved = conserved_quantities(plan.model)
        self._conserved = conserved if len(conserved) else None

    def settle(self, time: float) -> None:
        """Move without disturbances."""
        if time > 0.0:
            flow = MeanFieldFlow(self._plan.model)
            self.u = self._moved(flow, integrator(flow, self._plan.tolerance, self._size), self.u, time)

    def first_tangents(self) -> FloatArray:
        """Random directions in which every run can move, the same for equal calls."""
        shape = (*self.u.shape, self._plan.number)
        return self._projected(np.random.default_rng(20264).normal(size=shape))

    @property
    def directions(self) -> int:
        """How many directions a run can move in."""
        if self._conserved is None or not np.isfinite(self.u).all():
            return self.u.shape[1]
        return min(moving_directions(self._plan.model, self._conserved, u).shape[1] for u in self.u)

    def advance(self, tangents: FloatArray) -> FloatArray:
        """Move runs and disturbances by one interval."""
        joined = self._moved(self._flow, self._taylor, self._flow.joined(self.u, tangents), self._interval)
        self.u, moved = self._flow.parted(joined)
        return self._projected(moved)

    def _projected(self, tangents: FloatArray) -> FloatArray:
        """Without what rounding has put along conserved directions, which would outlive all that decays."""
        if self._conserved is None:
            return tangents
        kept = np.full(tangents.shape, np.nan)
        for run, u in enumerate(self.u):
            if np.all(np.isfinite(u)):
                basis = moving_directions(self._plan.model, self._conserved, u)
                kept[run] = basis @ (basis.T @ tangents[run])
        return kept

    def _moved(self, flow: Any, taylor: Any, states: FloatArray, length: float) -> FloatArray:
        out = np.full((len(states), 1, states.shape[1]), np.nan)
        task = _task(self._plan, flow, self._time, length)
        alive = np.flatnonzero(np.isfinite(states).all(axis=1))
        self._time += length
        if alive.size == 0:
            return out[:, 0]
        rows = np.full((alive.size, 1, states.shape[1]), np.nan)
        if self._size > 1:
            ends = solve_batch(task, taylor, states[alive], self._parameters[alive], rows)
        else:
            ends = [solve_single(task, states[i], self._parameters[i], rows[0]) for i in alive]
        out[alive] = rows
        for run, outcome in zip(alive, ends, strict=True):
            self.outcomes[run] = outcome
        return out[:, 0]

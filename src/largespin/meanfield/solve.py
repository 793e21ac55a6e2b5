"""How one run, or one SIMD batch of runs, is integrated, and how it ended."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.compile import Integrators, UnsupportedExpressionError, integrators, set_parameters
from largespin.meanfield.flow import Flow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.stop import StopRule
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome

TOLERANCES = (1e-15, 1e-2)
"""Relative errors per step that runs may be given: from rounding to two digits."""
TAYLOR = "taylor (heyoka)"
IMPLICIT = "implicit Radau (SciPy)"
SMALL = 16
"""Number of variables below which a batch fills two SIMD registers: fewer, longer calls."""
STEP_BUDGET = 100_000
"""Taylor steps after which a run is examined for stiffness."""
AFFORDABLE_STEPS = 1e6
"""Projected Taylor steps up to which a run stays with the Taylor integrator even if it is stiff."""
HOPELESS_STEPS = 1e8
"""Projected Taylor steps beyond which it never does."""


@dataclass(frozen=True)
class RunEnding(Ending):
    """How a run ended.

    Attributes:
        end_time: last time reached.
        solver: which integrator was used.
    """

    end_time: float
    solver: str


@dataclass(frozen=True, eq=False)
class Task:
    """What is integrated: the equations, the output times, the tolerance and the stopping rules."""

    flow: Flow
    times: FloatArray
    tolerance: float
    method: str
    stop: tuple[StopRule, ...] = ()
    final_only: bool = False
    max_step: float = np.inf

    @cached_property
    def reached(self) -> RunEnding:
        """The outcome of a run that the Taylor integrator finished."""
        return RunEnding(Outcome.FINISHED, f"Reached t = {self.times[-1]:g}.", float(self.times[-1]), TAYLOR)

    @cached_property
    def integrators(self) -> Integrators:
        """The compiled integrators of single runs."""
        return integrators(self.flow, self.tolerance, 1, self.stop)

    @property
    def model(self) -> Model:
        """The model whose equations are solved."""
        return self.flow.model

    @property
    def has_implicit(self) -> bool:
        """Whether the solver that takes over can do stiff problems."""
        return self.flow.scipy_method == "Radau"

    @property
    def other_solver(self) -> str:
        """The SciPy solver that takes over, as results name it."""
        return IMPLICIT if self.has_implicit else f"explicit {self.flow.scipy_method} (SciPy)"

    @property
    def rows(self) -> int:
        """Number of states that one run delivers."""
        return 1 if self.final_only else len(self.times)


def batch_size(task: Task, count: int) -> int:
    """How many runs are integrated at once: one for single runs, stopping rules and the implicit solver."""
    import heyoka as hy

    if count == 1 or task.stop or task.method == "implicit":
        return 1
    simd = int(hy.recommended_simd_size())
    return 2 * simd if task.flow.number_of_variables < SMALL else simd


def solve_batch(
    task: Task, taylor: Any, starts: FloatArray, parameters: FloatArray, out: FloatArray
) -> list[RunEnding]:
    """Integrate a batch; `out` (runs, times, n) is filled. Runs that the batch could not finish are done singly.

    Args:
        task: what to integrate.
        taylor: a heyoka batch integrator of at least as many lanes as runs, used by this thread only.
        starts: shape (runs, n).
        parameters: shape (runs, number of parameters).
        out: filled in place; NaN where a run did not arrive. With `final_only` the one row is the last state.
    """
    lanes, runs = taylor.batch_size, len(starts)
    taylor.set_time(task.times[0])
    state = taylor.state
    # Lanes without a run repeat the last one.
    state[:, :runs], state[:, runs:] = starts.T, starts[-1][:, None]
    set_parameters(taylor, parameters)
    if task.final_only:
        taylor.propagate_until(task.times[-1], max_steps=STEP_BUDGET, max_delta_t=task.max_step)
        out[:, 0] = state[:, :runs].T
    else:
        grid = np.repeat(task.times[:, None], lanes, axis=1)
        _, states = taylor.propagate_grid(grid, max_steps=STEP_BUDGET, max_delta_t=task.max_step)
        out[:] = np.moveaxis(states, -1, 0)[:runs]
    outcomes = [task.reached] * runs
    # The sum is finite only if every entry is: one cheap test for the common case.
    if (taylor.time == task.times[-1]).all() and isfinite(state.sum()):
        return outcomes
    arrived = (taylor.time[:runs] == task.times[-1]) & np.isfinite(state[:, :runs]).all(axis=0)
    for lane in np.flatnonzero(~arrived):
        outcomes[lane] = solve_single(task, starts[lane], parameters[lane], out[lane])
    return outcomes


def solve_single(task: Task, start: FloatArray, parameters: FloatArray, out: FloatArray) -> RunEnding:
    """Integrate one run; choose the implicit solver where the problem is stiff, and say so."""
    for rule in task.stop:
        functions = numeric_mean_field(task.model)
        if rule.holds_at_start(functions, start, parameters, float(task.times[0])):
            out[:] = np.nan
            _store(task, out, 0, start[None], start)
            solver = task.other_solver if task.method == "implicit" else TAYLOR
            return RunEnding(Outcome.STOPPED, f"Stopped at the start: {rule.sentence}.", float(task.times[0]), solver)
    if task.method == "implicit":
        return _scipy(task, start, parameters, out, "")
    try:
        with task.integrators.lent() as taylor:
            return _taylor(task, taylor, start, parameters, out)
    except UnsupportedExpressionError as error:
        if task.method == "taylor":
            raise
        return _scipy(task, start, parameters, out, f"; {error.reason}")


def _taylor(task: Task, taylor: Any, start: FloatArray, parameters: FloatArray, out: FloatArray) -> RunEnding:
    import heyoka as hy

    if task.stop:
        taylor.reset_cooldowns()
    taylor.time = task.times[0]
    taylor.state[:] = start
    set_parameters(taylor, parameters)
    out[:] = np.nan
    done, steps = 0, 0
    # In pieces: between them a run is examined for stiffness, and Ctrl-C is heard.
    while True:
        # heyoka wants the grid to begin where the clock stands, which after a piece is between two outputs.
        extra = int(done > 0 and taylor.time != task.times[done])
        grid = np.concatenate([[taylor.time][:extra], task.times[done:]])
        result = taylor.propagate_grid(grid, max_steps=STEP_BUDGET, max_delta_t=task.max_step)
        code, rows = result[0], result[-1][extra:]
        _store(task, out, done, rows, taylor.state)
        done += len(rows)
        steps += int(result[3])
        if code != hy.taylor_outcome.step_limit or done == len(task.times):
            break
        if task.method == "auto" and task.has_implicit and _is_stiff(task, taylor, parameters, steps):
            size = (taylor.time - task.times[0]) / steps
            return _scipy(task, start, parameters, out, f"; the Taylor steps had shrunk to {size:.1e}")
    # The integrator's clock is NaN after a failure; then the last output time is what is known.
    reached = float(taylor.time) if np.isfinite(taylor.time) else float(task.times[max(done - 1, 0)])
    ends = (hy.taylor_outcome.success, hy.taylor_outcome.time_limit, hy.taylor_outcome.step_limit)
    if code in ends:
        return task.reached
    if code == hy.taylor_outcome.err_nf_state:
        if task.method == "auto":
            return _scipy(task, start, parameters, out, "; the Taylor integrator met a value that is not finite")
        return RunEnding(
            Outcome.FAILED, f"Not finite at t = {reached:g}: the state or a rate diverges.", reached, TAYLOR
        )
    rule = task.stop[-int(code) - 1]
    return RunEnding(Outcome.STOPPED, f"Stopped at t = {reached:g}: {rule.sentence}.", reached, TAYLOR)


def _store(task: Task, out: FloatArray, first: int, rows: FloatArray, last: FloatArray) -> None:
    """Put the states that a run delivered, from output number `first` on, into their place."""
    if task.final_only:
        out[0] = last
    else:
        out[first : first + len(rows)] = rows


def _is_stiff(task: Task, taylor: Any, parameters: FloatArray, steps: int) -> bool:
    """Stiff: the remaining Taylor steps are unaffordable although the solution moves slowly on the scale of a step."""
    elapsed = max(taylor.time - float(task.times[0]), 1e-300)
    remaining = steps / elapsed * (float(task.times[-1]) - taylor.time)
    if remaining < AFFORDABLE_STEPS:
        return False
    if remaining > HOPELESS_STEPS:
        return True
    state = np.array(taylor.state)
    fastest = task.flow.fastest_rate(state, parameters, taylor.time)
    change = task.flow.rhs(state, parameters, taylor.time)
    speed = float(np.linalg.norm(change)) / max(float(np.linalg.norm(state)), 1e-12)
    return fastest > 100.0 * speed


class _NotFiniteError(ArithmeticError):
    """The implicit solver met NaN or infinity where it cannot recover by a shorter step."""


def _finite(time: float, *arrays: Any) -> Any:
    """The last array, if all are finite."""
    if not all(np.all(np.isfinite(array)) for array in arrays):
        raise _NotFiniteError(time)
    return arrays[-1]


def _scipy(task: Task, start: FloatArray, parameters: FloatArray, out: FloatArray, why: str) -> RunEnding:
    from scipy.integrate import solve_ivp

    flow = task.flow
    out[:] = np.nan
    events = []
    for rule in task.stop:
        event = rule.function(numeric_mean_field(task.model), parameters)
        event.terminal, event.direction = True, rule.sign  # type: ignore[attr-defined]
        events.append(event)
    options: dict[str, Any] = {"method": flow.scipy_method, "max_step": task.max_step}
    try:
        with np.errstate(all="ignore"):
            if flow.jacobian(start, parameters, float(task.times[0])) is not None:
                options["jac"] = lambda t, u: _finite(t, u, flow.jacobian(u, parameters, t))
            solution = solve_ivp(
                lambda t, u: flow.rhs(_finite(t, t, u), parameters, t),
                (task.times[0], task.times[-1]),
                _finite(task.times[0], flow.rhs(start, parameters, task.times[0]), start),
                t_eval=task.times,
                rtol=max(task.tolerance, 1e-12),
                atol=max(1e-3 * task.tolerance, 1e-15),
                events=events or None,
                **options,
            )
    except ValueError as error:
        # Beyond the largest number inside a step of Radau, LAPACK refuses before the next look at the state.
        if "infs or NaNs" not in str(error):
            raise
        _store(task, out, 0, start[None], np.full(len(start), np.nan))
        sentence = f"Not finite after t = {task.times[0]:g}: the state or a rate diverges{why}."
        return RunEnding(Outcome.FAILED, sentence, float(task.times[0]), task.other_solver)
    except _NotFiniteError as error:
        end = float(error.args[0])
        _store(task, out, 0, start[None], np.full(len(start), np.nan))
        return RunEnding(
            Outcome.FAILED, f"Not finite at t = {end:g}: the state or a rate diverges{why}.", end, task.other_solver
        )
    rows = solution.y.T if len(solution.t) else start[None]
    if solution.status == 1:
        index = next(i for i, times in enumerate(solution.t_events) if len(times))
        _store(task, out, 0, rows, solution.y_events[index][0])
        end = float(solution.t_events[index][0])
        return RunEnding(
            Outcome.STOPPED, f"Stopped at t = {end:g}: {task.stop[index].sentence}{why}.", end, task.other_solver
        )
    arrived = solution.status == 0 and len(rows) == len(task.times) and bool(np.all(np.isfinite(rows)))
    _store(task, out, 0, rows, rows[-1] if arrived else np.full(len(start), np.nan))
    end = float(solution.t[-1]) if len(solution.t) else float(task.times[0])
    if not arrived:
        return RunEnding(
            Outcome.FAILED, f"Failed after t = {end:g}: {solution.message.rstrip('.')}{why}.", end, task.other_solver
        )
    return RunEnding(
        Outcome.FINISHED,
        f"Reached t = {end:g} with the {task.other_solver.split()[0]} solver{why}.",
        end,
        task.other_solver,
    )

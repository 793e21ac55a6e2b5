"""Follow the mean-field equations: one run or thousands, on all cores."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, number_in, one_of, whole_number
from largespin.interruption import partial_results_kept
from largespin.meanfield.derive import mean_field
from largespin.meanfield.ensemble import solve_all
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.points import Points, call_values, output_times, points_from
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import run_dataset
from largespin.meanfield.solve import TOLERANCES, RunEnding, Task
from largespin.meanfield.stop import StopRule, StopWhen, StopWhenStationary
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Outcome

Method = Literal["auto", "taylor", "implicit"]
"""How equations are integrated."""
DRIVEN_STEPS = 1000
"""Steps that a run with explicit time takes at least."""
LARGEST_RESULT = 2e9
"""Bytes that the states of one call may take; the labelled result needs a few times as much."""


def evolve(
    model: Model,
    start: StateLike,
    times: npt.ArrayLike,
    *,
    tolerance: float = 1e-9,
    method: Method = "auto",
    stop: StopRule | tuple[StopRule, ...] = (),
    max_step: float | None = None,
    workers: int | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve the mean-field equations ``u̇ = F(u, p, t)`` (theory page, section 3).

    Parameters given as arrays become axes of the result: one array per axis, all combined. Use `xarray.DataArray`
    with a common axis to vary several parameters together. Leading axes of `start` become axes too.

    Args:
        model: the model.
        start: the state or states at the first time: a `State`, Bloch vectors (…, K, d²−1), density matrices or kets, objects
            of QuTiP, or a row or an axis of states of a result (`stationary_states`, `branch`, `evolve` at one time …), which
            brings its modes and its parameters.
        times: output times (T,), rising, in units of the inverse rates; the start is the state at ``times[0]``. A
            single number gives the final state alone, starting from time 0.
        tolerance: relative error per step.
        method: ``"auto"`` (Taylor integrator heyoka; implicit Radau where the problem is stiff, said in ``solver``),
            ``"taylor"`` or ``"implicit"``.
        max_step: longest step. Without one, steps are as long as the tolerance allows, but with explicit time never
            longer than the output spacing and a thousandth of the run; give less for shorter pulses.
        stop: `StopWhenStationary` or `StopWhen` rules that end a run early.
        workers: number of threads; all cores if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping, for names that are also arguments of this function.
        **values: parameter values by name.

    Returns:
        Dataset with ``m`` (…, time, block, component), ``q``, ``p``, ``alpha`` and ``occupation`` (…, time, mode), ``overlap``
        (…, time, pattern), ``population`` (…, time, block, level) for more than two levels, the model's averages, and for
        every run ``outcome``, ``sentence``, ``usable``, ``end_time``, ``solver``, ``smallest_eigenvalue`` of its density
        matrices and ``conserved_drift``.

    Raises:
        LargespinError: unknown or missing parameters, NaN, no state, times that do not rise.

    Sources: CL21 Eq. 7, FMLC23 Eq. 21, F24 (B.1).

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 50, 6), temperature=[0.5, 2.0], field=0.2)
        >>> run.overlap.isel(time=-1, pattern=0).values.round(4)
        array([0.9235, 0.    ])
        >>> str(run.sentence.values[0])
        'Reached t = 50.'
    """
    given = call_values(evolve, model, parameters, values)
    task = checked_task(model, times, tolerance, method, stop, max_step)
    where = points_from(model, start, given)
    check_real_amplitudes(model, where, float(task.times[0]))
    states, outcomes = solved(task, where, workers, progress)
    return run_dataset(task, where, states, outcomes)


def solved(task: Task, where: Points, workers: int | None, progress: bool) -> tuple[FloatArray, list[RunEnding]]:
    """The states (runs, times, variables) of all runs and how they ended, after a look at the memory they take."""
    count, size = len(where), task.flow.number_of_variables
    needed = 8.0 * count * task.rows * size
    if needed > LARGEST_RESULT:
        raise LargespinError(
            f"The result would take {needed / 1e9:.1f} GB ({count} runs × {task.rows} times × "
            f"{size} variables); ask for fewer times or for the final state only."
        )
    workers = whole_number("workers", workers, 1) if workers is not None else None
    states = np.full((count, task.rows, size), np.nan)
    known: npt.NDArray[np.bool_] = np.asarray(np.isfinite(where.starts).all(axis=1))
    if known.all():
        return states, solve_all(task, where, states, workers, progress, keep=partial_results_kept())
    # Results of different lengths are filled up with NaN; nothing runs from there.
    nowhere = RunEnding(Outcome.NO_STATE, "No state at this place of the result.", float(task.times[0]), "none")
    chosen = Points(("run",), (int(known.sum()),), {}, where.parameters[known], where.starts[known], {})
    some = states[known]
    endings = iter(solve_all(task, chosen, some, workers, progress, keep=partial_results_kept()))
    states[known] = some
    return states, [next(endings) if here else nowhere for here in known]


def final_states(
    model: Model, starts: FloatArray, parameters: FloatArray, duration: float, *, tolerance: float = 1e-9
) -> FloatArray:
    """State vectors (runs, n) after `duration`, for callers that need no dataset; NaN where a run failed.

    Args:
        model: the model.
        starts: shape (runs, n).
        parameters: shape (runs, number of parameters).
        duration: length of the runs.
        tolerance: relative error per step.
    """
    return run_states(model, starts, parameters, np.array([0.0, duration]), tolerance=tolerance, final_only=True)[:, 0]


def run_states(
    model: Model,
    starts: FloatArray,
    parameters: FloatArray,
    times: FloatArray,
    *,
    tolerance: float = 1e-9,
    final_only: bool = False,
    progress: bool = False,
) -> FloatArray:
    """State vectors (runs, times, n) of many runs, for callers that need no dataset; NaN where a run failed.

    Args:
        model: the model.
        starts: shape (runs, n).
        parameters: shape (runs, number of parameters).
        times: rising times, that of the starts first.
        tolerance: relative error per step.
        final_only: give the last time alone.
        progress: show a progress bar.
    """
    task = Task(MeanFieldFlow(model), times, tolerance, "auto", (), final_only)
    states = np.full((len(starts), task.rows, model.number_of_variables), np.nan)
    where = Points(("run",), (len(starts),), {}, parameters, starts, {})
    solve_all(task, where, states, None, progress)
    return states


def checked_task(
    model: Model,
    times: npt.ArrayLike,
    tolerance: float,
    method: str,
    stop: StopRule | Sequence[StopRule] = (),
    max_step: float | None = None,
    steady: bool = True,
) -> Task:
    """What `evolve` was asked to do, after all checks of the arguments that all runs share.

    With `steady` off, steps are kept short as for explicit time, for equations beyond the mean field that contain it.
    """
    moments, final_only = output_times(times)
    rules = tuple(stop) if isinstance(stop, tuple | list) else (stop,)
    for rule in rules:
        if not isinstance(rule, StopWhenStationary | StopWhen):
            raise LargespinError(f"Argument `stop` must be StopWhenStationary or StopWhen rules, but it is {rule!r}.")
    autonomous = mean_field(model).is_autonomous
    if not autonomous and any(isinstance(rule, StopWhenStationary) for rule in rules):
        raise LargespinError(
            "Argument `stop` must not be StopWhenStationary, because the model depends on time explicitly."
        )
    if max_step is not None:
        longest = number_in("max_step", max_step, 0.0, open_low=True)
    elif autonomous and steady:
        longest = np.inf
    else:
        # At rest a Taylor step has no end, and would leap over a pulse that is still to come.
        longest = min(float(np.diff(moments).min()), float(moments[-1] - moments[0]) / DRIVEN_STEPS)
    return Task(
        MeanFieldFlow(model),
        moments,
        number_in("tolerance", tolerance, *TOLERANCES),
        one_of("method", method, Method),
        rules,
        final_only,
        longest,
    )

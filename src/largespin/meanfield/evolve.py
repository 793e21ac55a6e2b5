"""Follow the mean-field equations: one run or thousands, on all cores."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import (
    FloatArray,
    LargespinError,
    LargespinWarning,
    finite_array,
    number_in,
    one_of,
    whole_number,
)
from largespin.meanfield.compile import UnsupportedExpressionError, integrator
from largespin.meanfield.derive import mean_field
from largespin.meanfield.points import Points, points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import run_dataset
from largespin.meanfield.solve import Outcome, Task, batch_size, solve_batch, solve_single
from largespin.meanfield.stop import StopRule, StopWhen, StopWhenStationary
from largespin.model.model import Model
from largespin.model.state import State

DRIVEN_STEPS = 1000
"""Steps that a run with explicit time takes at least."""
LARGEST_RESULT = 2e9
"""Bytes that the states of one call may take; the labelled result needs a few times as much."""


def evolve(
    model: Model,
    start: npt.ArrayLike | State,
    times: npt.ArrayLike,
    *,
    tolerance: float = 1e-9,
    method: str = "auto",
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
        start: the state at the first time: a `State`, Bloch vectors (…, K, d²−1) or density matrices; modes in vacuum.
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
        Dataset with ``m`` (…, time, block, component), ``q``, ``p`` and ``occupation`` (…, time, mode), ``overlap``
        (…, time, pattern), the model's averages, and for every run ``outcome``, ``sentence``, ``end_time``, ``solver``,
        ``smallest_eigenvalue`` of its density matrices and ``conserved_drift``.

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
    task = _task(model, times, tolerance, method, stop, max_step)
    state = model.state(start)
    where = points(model, {**(parameters or {}), **values}, state)
    check_real_amplitudes(model, where, float(task.times[0]))
    count = len(where)
    needed = 8.0 * count * task.rows * model.number_of_variables
    if needed > LARGEST_RESULT:
        raise LargespinError(
            f"The result would take {needed / 1e9:.1f} GB ({count} runs × {task.rows} times × "
            f"{model.number_of_variables} variables); ask for fewer times or for the final state only."
        )
    workers = whole_number("workers", workers, 1) if workers is not None else _cores()
    states = np.full((count, task.rows, model.number_of_variables), np.nan)
    outcomes = _solve_all(task, where, states, workers, progress)
    return run_dataset(task, where, states, outcomes)


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
    states = np.full((len(starts), 1, model.number_of_variables), np.nan)
    where = Points(("run",), (len(starts),), {}, parameters, starts, {})
    task = Task(model, np.array([0.0, duration]), tolerance, "auto", (), True)
    _solve_all(task, where, states, _cores(), False)
    return states[:, 0]


def _task(model: Model, times: npt.ArrayLike, tolerance: float, method: str, stop: Any, max_step: float | None) -> Task:
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `model` must be a Model, but it is a {type(model).__name__}.")
    array = finite_array("times", times)
    if array.ndim > 1:
        raise LargespinError(f"Argument `times` must be a number or one-dimensional, but its shape is {array.shape}.")
    final_only = array.ndim == 0
    if final_only and array <= 0.0:
        raise LargespinError(f"Argument `times` must be above zero, the time of the start, but it is {array:g}.")
    moments = np.array([0.0, float(array)]) if final_only else array
    if len(moments) < 2:
        raise LargespinError(
            "Argument `times` must hold the time of the start and at least one later time, "
            f"but its length is {len(moments)}; a single number gives the final state alone."
        )
    if np.any(np.diff(moments) <= 0):
        raise LargespinError("Argument `times` must rise from the time of the start, but it does not.")
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
    elif autonomous:
        longest = np.inf
    else:
        # At rest a Taylor step has no end, and would leap over a pulse that is still to come.
        longest = min(float(np.diff(moments).min()), float(moments[-1] - moments[0]) / DRIVEN_STEPS)
    return Task(
        model,
        moments,
        number_in("tolerance", tolerance, 1e-15, 1e-2),
        one_of("method", method, ("auto", "taylor", "implicit")),
        rules,
        final_only,
        longest,
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _solve_all(task: Task, where: Points, states: FloatArray, workers: int, progress: bool) -> list[Outcome]:
    """Spread the runs over threads (heyoka frees the interpreter lock) in batches; keep what is done if interrupted."""
    count = len(where)
    waiting = Outcome("interrupted", "Interrupted before this run began.", float(task.times[0]), "none")
    outcomes = [waiting] * count
    batch = batch_size(task, count)
    solve = _batch_solver(task, batch, min(workers, -(-count // batch))) if batch > 1 else None
    if solve is None:
        batch = 1

    def work(first: int) -> None:
        chosen = slice(first, min(first + batch, count))
        if solve is not None:
            outcomes[chosen] = solve(where.starts[chosen], where.parameters[chosen], states[chosen])
        else:
            outcomes[first] = solve_single(task, where.starts[first], where.parameters[first], states[first])

    if workers == 1 or count <= batch:
        _run_serially(work, range(0, count, batch), progress, count)
    else:
        _run_threads(work, range(0, count, batch), workers, progress, count)
    return outcomes


def _batch_solver(task: Task, batch: int, workers: int) -> Callable[..., list[Outcome]] | None:
    """A function that solves one batch with an integrator no other thread is using; None if heyoka cannot."""
    pool: SimpleQueue[Any] = SimpleQueue()
    try:
        for _ in range(max(workers, 1)):
            pool.put(integrator(task.model, task.tolerance, batch))
    except UnsupportedExpressionError:
        return None

    def solve(starts: FloatArray, parameters: FloatArray, out: FloatArray) -> list[Outcome]:
        taylor = pool.get()
        try:
            return solve_batch(task, taylor, starts, parameters, out)
        finally:
            pool.put(taylor)

    return solve


@contextmanager
def _interruptible(count: int) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        warnings.warn(
            f"Interrupted: the runs that were done are kept, the others of the {count} are NaN and marked as interrupted.",
            LargespinWarning,
            stacklevel=5,
        )


def _run_serially(work: Callable[[int], None], firsts: range, progress: bool, count: int) -> None:
    with _interruptible(count), _progress(progress, len(firsts)) as advance:
        for first in firsts:
            work(first)
            advance()


def _run_threads(work: Callable[[int], None], firsts: range, workers: int, progress: bool, count: int) -> None:
    # Several batches per task: the interpreter lock is taken once per task, not once per short batch.
    group = max(1, min(32, len(firsts) // (8 * workers)))
    groups = [firsts[i : i + group] for i in range(0, len(firsts), group)]
    with (
        _interruptible(count),
        _progress(progress, len(groups)) as advance,
        ThreadPoolExecutor(workers) as executor,
    ):
        stopped = Event()
        futures: list[Future[None]] = [executor.submit(_each, work, chosen, stopped) for chosen in groups]
        try:
            for future in as_completed(futures):
                future.result()
                advance()
        except BaseException:
            # Threads finish the batch they are in and leave the rest of their group.
            stopped.set()
            for future in futures:
                future.cancel()
            raise


def _each(work: Callable[[int], None], firsts: range, stopped: Event) -> None:
    for first in firsts:
        if stopped.is_set():
            return
        work(first)


@contextmanager
def _progress(show: bool, total: int) -> Iterator[Callable[[], None]]:
    if not show:
        yield lambda: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:
        identifier = bar.add_task("mean-field runs", total=total)
        yield lambda: bar.advance(identifier)

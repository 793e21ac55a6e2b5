"""Many runs at once: spread over threads in SIMD batches, with a progress bar, and kept if interrupted."""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from threading import Event

from largespin.cores import available_threads
from largespin.errors import FloatArray, LargespinWarning
from largespin.meanfield.compile import UnsupportedExpressionError, integrators
from largespin.meanfield.points import Points
from largespin.meanfield.solve import RunEnding, Task, batch_size, solve_batch, solve_single
from largespin.outcomes import Outcome
from largespin.progress import progress_bar

WORDS = "mean-field runs"
"""What the progress bar counts."""


def solve_all(
    task: Task, where: Points, states: FloatArray, workers: int | None, progress: bool, keep: bool = False
) -> list[RunEnding]:
    """Spread the runs over threads (heyoka frees the interpreter lock) in batches.

    Args:
        task: what all runs share.
        where: the points, one run each.
        states: where the states are written, shape (runs, times, n).
        workers: number of threads; all that are available if None.
        progress: show a progress bar.
        keep: if the user interrupts, return what is done instead of raising.
    """
    count = len(where)
    waiting = RunEnding(Outcome.INTERRUPTED, "Interrupted before this run began.", float(task.times[0]), "none")
    outcomes = [waiting] * count
    batch = batch_size(task, count)
    solve = _batch_solver(task, batch) if batch > 1 else None
    if solve is None:
        batch = 1

    def work(first: int) -> None:
        chosen = slice(first, min(first + batch, count))
        if solve is not None:
            outcomes[chosen] = solve(where.starts[chosen], where.parameters[chosen], states[chosen])
        else:
            outcomes[first] = solve_single(task, where.starts[first], where.parameters[first], states[first])

    with _interruptible(count, keep):
        # Counting the threads takes as long as a short run.
        threads = 1 if count <= batch else workers or available_threads()
        if threads == 1:
            _run_serially(work, range(0, count, batch), count, progress)
        else:
            _run_threads(work, range(0, count, batch), count, threads, progress)
    return outcomes


def _batch_solver(task: Task, batch: int) -> Callable[..., list[RunEnding]] | None:
    """A function that solves one batch with an integrator no other thread is using; None if heyoka cannot."""
    try:
        # Compiled here, once: threads would each compile it.
        pool = integrators(task.flow, task.tolerance, batch)
    except UnsupportedExpressionError:
        return None

    def solve(starts: FloatArray, parameters: FloatArray, out: FloatArray) -> list[RunEnding]:
        with pool.lent() as taylor:
            return solve_batch(task, taylor, starts, parameters, out)

    return solve


@contextmanager
def _interruptible(count: int, keep: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if not keep:
            raise
        warnings.warn(
            f"Interrupted: the runs that were done are kept, the others of the {count} are NaN and marked as interrupted.",
            LargespinWarning,
            stacklevel=6,
        )


def _run_serially(work: Callable[[int], None], firsts: range, count: int, progress: bool) -> None:
    with progress_bar(progress, WORDS, count) as advance:
        for first in firsts:
            work(first)
            advance(min(firsts.step, count - first))


def _run_threads(work: Callable[[int], None], firsts: range, count: int, workers: int, progress: bool) -> None:
    # Several batches per task: the interpreter lock is taken once per task, not once per short batch.
    group = max(1, min(32, len(firsts) // (8 * workers)))
    groups = [firsts[i : i + group] for i in range(0, len(firsts), group)]
    with (
        progress_bar(progress, WORDS, count) as advance,
        ThreadPoolExecutor(workers) as executor,
    ):
        stopped = Event()
        futures: dict[Future[None], int] = {
            executor.submit(_each, work, chosen, stopped): min(len(chosen) * firsts.step, count - chosen[0])
            for chosen in groups
        }
        try:
            for future in as_completed(futures):
                future.result()
                advance(futures[future])
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

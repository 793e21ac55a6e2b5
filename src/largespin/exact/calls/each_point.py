"""Every point of a grid: bad ones are refused before the first starts, and no later trouble loses what is done."""

from collections.abc import Callable
from typing import Any, TypeVar

from largespin.errors import FloatArray, LargespinError
from largespin.exact.calls.grid import Grid
from largespin.interruption import partial_results_kept
from largespin.outcomes import Ending, Outcome
from largespin.progress import Advance, progress_bar

T = TypeVar("T")


class Interrupted(KeyboardInterrupt):
    """The user stopped in the middle of a point, whose first part is worth keeping."""

    def __init__(self, part: Any) -> None:
        super().__init__()
        self.part = part


class Progress:
    """Tells a progress bar over points how far each of them is.

    Args:
        advance: moves the bar; 1 is a point.
        times: output times of every point, if they tell how far it is.
    """

    def __init__(self, advance: Advance, times: FloatArray | None = None) -> None:
        self._advance, self._times, self._share = advance, times, 0.0

    def advanced(self, time: float) -> None:
        """The present point has reached a time."""
        assert self._times is not None
        self._reach(min((time - self._times[0]) / (self._times[-1] - self._times[0]), 1.0))

    def done(self) -> None:
        """The present point is finished."""
        self._reach(1.0)
        self._share = 0.0

    def _reach(self, share: float) -> None:
        self._advance(share - self._share)
        self._share = share


def check_points(where: Grid, check: Callable[[Grid.Point], T]) -> list[T]:
    """What `check` says of every point; an error names the point."""
    found = []
    for point in where:
        try:
            found.append(check(point))
        except LargespinError as error:
            if not point.place:
                raise
            raise LargespinError(f"At {point.place}: {error}") from error
    return found


def solve_points(
    where: Grid, solve: Callable[[int, Grid.Point, Progress], T], progress: bool, times: FloatArray | None = None
) -> list[T | Ending]:
    """The results of all points, one after the other.

    An error at one of several points, or the user's interruption, leaves only its `Ending`. The only point of a grid
    raises, and so does an interruption before anything is done or where the caller cannot use a part.

    Args:
        where: the points.
        solve: gives the result of a point from its number; what it needs on the way is freed before the next one starts.
        progress: whether a progress bar is shown.
        times: what the bar counts within a point.
    """
    results: list[T | Ending] = []
    with progress_bar(progress, f"{len(where)} run(s)", len(where)) as advance:
        bar = Progress(advance, times)
        try:
            for index, point in enumerate(where):
                results.append(_solved(where, solve, index, point, bar))
                bar.done()
        except KeyboardInterrupt as stop:
            if not partial_results_kept():
                raise
            if isinstance(stop, Interrupted):
                results.append(stop.part)
            if not results:
                raise
    rest = Ending(Outcome.INTERRUPTED, "Stopped by the user before this point was done.")
    return [*results, *[rest] * (len(where) - len(results))]


def _solved(where: Grid, solve: Any, index: int, point: Grid.Point, bar: Progress) -> Any:
    # Whatever goes wrong at one point, hours of work at the others must not be lost for it.
    try:
        return solve(index, point, bar)
    except Exception as error:
        if len(where) == 1:
            raise
        return Ending(Outcome.FAILED, _sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, LargespinError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The memory did not suffice for this point; the others are not affected."
    said = str(error).rstrip(".") or "no reason is given"
    return f"The computation broke off with {type(error).__name__}: {said}."

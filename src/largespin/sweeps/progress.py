"""How far is a sweep, and when will it be done? A bar over the points."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(shown: bool, total: int, stored: int) -> Iterator[Callable[[int], None]]:
    """A bar whose estimate of the time left counts only points of this call; gives the function that advances it."""
    if not shown:
        yield lambda points: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Results arrive in blocks, so the speed is averaged over longer than the half minute that is usual.
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), speed_estimate_period=600) as bar:
        task = bar.add_task("points", total=total, completed=stored)
        yield lambda points: bar.advance(task, points)

"""How far is a long computation, and when will it be done? The one progress bar of the library."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

SPEED_SECONDS = 600.0
"""Time over which the speed is averaged: results arrive in blocks, which the usual half minute would take for stops."""

Advance = Callable[[float], None]
"""Tells the bar that so much more is done."""


@contextmanager
def progress_bar(shown: bool, words: str, total: float | None = None, *, done: int = 0) -> Iterator[Advance]:
    """A bar with the time that is left; without a total, a count with the time that has passed.

    Args:
        shown: whether anything is shown.
        words: what is counted, in the plural.
        total: how much there is to do, if that is known.
        done: how much was done before this call, which says nothing about the speed.

    Example:
        >>> from largespin.progress import progress_bar
        >>> with progress_bar(False, "runs", 3) as advance:
        ...     advance(1)
    """
    if not shown:
        yield _nothing
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns: tuple[ProgressColumn, ...] = (TextColumn("{task.completed:.0f} {task.description}"), TimeElapsedColumn())
    if total is not None:
        counts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn())
        columns = (*counts, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, speed_estimate_period=SPEED_SECONDS) as bar:
        task = bar.add_task(words, total=total, completed=done)
        yield lambda more: bar.advance(task, more)


def _nothing(more: float) -> None:
    """Keep quiet."""

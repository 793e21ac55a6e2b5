"""How far is a long computation, and when will it be done? The one progress bar of the library.

The bar is that of rich, which the command line needs anyway. In a notebook rich, as `tqdm.auto`, wants ipywidgets and warns
if they are not there; so there the same bar is handed to IPython's own display, which every notebook has.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

SPEED_SECONDS = 600.0
"""Time over which the speed is averaged: results arrive in blocks, which the usual half minute would take for stops."""
WIDE, NARROW = 72, 48
"""Columns of a terminal from which on the bar itself is shown, and the time that has passed; numbers are worth more."""
NOTEBOOK_WIDTH = 100
"""Letters in a line of a notebook."""
NOTEBOOK_SECONDS = 0.2
"""Shortest time between two pictures in a notebook: each is a message to the browser."""

Advance = Callable[[float], None]
"""Tells the bar that so much more is done."""


@contextmanager
def progress_bar(shown: bool, words: str, total: float | None = None, *, done: int = 0) -> Iterator[Advance]:
    """A bar with the time that is left; without a total, a count with the time that has passed.

    It goes to the standard error, so that results in a pipe stay clean; where that is no terminal, only the last state is
    written, in one line.

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
    if in_notebook():
        with _in_notebook(words, total, done) as advance:
            yield advance
        return
    from rich.console import Console

    console = Console(stderr=True, force_jupyter=False)
    with _bar(total, console, console.width) as bar:
        task = bar.add_task(words, total=total, completed=done)
        yield lambda more: bar.advance(task, more)


def in_notebook() -> bool:
    """Whether Python runs behind a notebook, without importing IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    # Terminals have shells of IPython as well; only those with a kernel have a display that can be renewed.
    return shell is not None and getattr(shell, "kernel", None) is not None


def _bar(total: float | None, console: "Console", width: int, **options: Any) -> "Progress":
    """The bar with the columns that fit into a width."""
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

    columns: list[ProgressColumn] = [TextColumn("{task.completed:.0f} {task.description}"), TimeElapsedColumn()]
    if total is not None:
        columns = [
            TextColumn("{task.description}"),
            *([BarColumn()] if width >= WIDE else []),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            *([TimeElapsedColumn()] if width >= NARROW else []),
            TimeRemainingColumn(),
        ]
    return Progress(*columns, console=console, speed_estimate_period=SPEED_SECONDS, **options)


@contextmanager
def _in_notebook(words: str, total: float | None, done: int) -> Iterator[Advance]:
    """The bar as a picture in text that IPython renews in its place."""
    import io

    from IPython.display import display  # type: ignore[import-not-found,unused-ignore]
    from rich.console import Console

    # Rich measures and estimates; nothing is printed by it.
    silent = Console(file=io.StringIO(), width=NOTEBOOK_WIDTH, force_jupyter=False)
    bar = _bar(total, silent, NOTEBOOK_WIDTH, auto_refresh=False)
    task = bar.add_task(words, total=total, completed=done)
    handle = display(_Picture(bar), display_id=True)
    last = time.monotonic()

    def advance(more: float) -> None:
        nonlocal last
        bar.advance(task, more)
        if time.monotonic() - last >= NOTEBOOK_SECONDS:
            last = time.monotonic()
            handle.update(_Picture(bar))

    try:
        yield advance
    finally:
        bar.stop_task(task)
        handle.update(_Picture(bar))


class _Picture:
    """The state of a bar, as notebooks (HTML) and their text versions show it."""

    def __init__(self, bar: "Progress") -> None:
        import io

        from rich.console import Console

        console = Console(file=io.StringIO(), width=NOTEBOOK_WIDTH, record=True, force_jupyter=False)
        console.print(bar.get_renderable(), end="")
        self._html = console.export_html(
            inline_styles=True, code_format="<pre style='margin:0'>{code}</pre>", clear=False
        )
        self._text = console.export_text().rstrip()

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._text


def _nothing(more: float) -> None:
    """Keep quiet."""

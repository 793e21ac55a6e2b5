"""What is printed, so that it reads well on a terminal and stays plain text in files and pipes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """The console of the standard output, made anew so that redirections count."""
    return Console(highlight=False)


def say(words: str, *, heading: str = "", style: str = "") -> None:
    """Print a sentence with an optional heading; outside terminals on one line, so that it can be searched."""
    out = console()
    text = Text.assemble((f"{heading}: ", "bold") if heading else "", (words, style))
    out.print(text, soft_wrap=not out.is_terminal)


def show_table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, title: str | None = None) -> None:
    """Print a table; the first column is text, the others are numbers. Long texts wrap, none are cut."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """A spinner that says what is being done, on terminals only; yields the function that changes the words."""
    errors = Console(stderr=True, highlight=False)
    if not errors.is_terminal:
        yield _nothing
        return
    with errors.status("starting …") as status:
        yield lambda words: status.update(Text(f"{words} …"))


def _nothing(words: str) -> None:
    """Keep quiet."""

"""How does a failure reach the user? As one line that names the cure, never as a traceback."""

import errno
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from largespin.interruption import interruption_raised

WRONG_INPUT = 2
INTERRUPTED = 130

# What is called so in Python has another name, or another form, on the command line.
_WORDS = (
    (r"Argument `(?:paths|patterns|stored)` must", "The pictures must"),
    (r"Argument `threshold` must leave", "The pictures must have"),
    (r"Argument `(\w+)` must", lambda found: f"Option --{found[1].replace('_', '-')} must"),
    (r"Argument `(\w+)`", lambda found: f"Option --{found[1].replace('_', '-')}"),
    (r"Parameter `(\w+)`", lambda found: f"Option --{found[1].replace('_', '-')}"),
    (r"give size= to make them equal, such as size=(\d+)", r"make them equal, for instance with --size \1"),
    (r"\b(?:rule|learning)='(\w+)'", r"--learning \1"),
    (r"\brates='(\w+)'", r"--rates \1"),
    (r"(Try to \w+) `(\w+)`", r"\1 --\2"),
)


class WrongInputError(Exception):
    """Wrong input found by a command itself, said in one sentence without the name of the program."""


class OneLineGroup(TyperGroup):
    """Commands whose failures are one line on the standard error output."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; wrong input ends it with exit code 2, Ctrl-C with 130."""
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        with _warnings_as_lines():
            try:
                # A command writes the whole result or none.
                with interruption_raised():
                    code = run()
            except KeyboardInterrupt:
                code = INTERRUPTED
            except Exception as error:
                code = _said(error)
        if code == INTERRUPTED:
            _print_line("Interrupted: nothing more is written.")
        sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception) -> int:
    """Print what a user can act upon and return the exit code; anything else is a bug and keeps its traceback."""
    # The vendored click of typer has no public name; its exceptions share these two members.
    message = getattr(error, "format_message", None)
    if callable(message):
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[attr-defined]
            return WRONG_INPUT
        return _fail(f"{_sentence(_without_jargon(str(message())))} Try --help.")
    if type(error).__name__ == "Abort":
        return INTERRUPTED
    if isinstance(error, WrongInputError):
        return _fail(str(error))
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:
            # The reader of a pipe, such as head, has left; the interpreter must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return _fail(f"{_about(error)}; choose another place with --out.")
    if _is_own(error):
        return _fail(command_line_words(str(error)))
    if isinstance(error, MemoryError):
        return _fail("Not enough memory; use fewer or smaller pictures, for instance --size 64.")
    raise error


def _fail(sentence: str) -> int:
    _print_line(f"Error: {sentence}")
    return WRONG_INPUT


def _is_own(error: Exception) -> bool:
    # Imported here: the errors load numpy, which the help does without.
    from largespin.errors import LargespinError

    return isinstance(error, LargespinError)


def _about(error: OSError) -> str:
    where = f" {str(error.filename)!r}" if error.filename is not None else ""
    return f"Cannot write{where}: {error.strerror or error}"


def _without_jargon(words: str) -> str:
    """The complaint without what the parser of numbers adds to it."""
    return re.sub(r"Value error, |, unable to parse string as an? \w+", "", words)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def command_line_words(sentence: str) -> str:
    """A message of the library with the names that the command line uses, on one line.

    Example:
        >>> from largespin.cli.failures import command_line_words
        >>> command_line_words("Argument `temperature` must be above 0, but it is -1.")
        'Option --temperature must be above 0, but it is -1.'
    """
    return " ".join(reworded(sentence, _WORDS).split())


def reworded(text: str, words: Iterable[tuple[str, Any]]) -> str:
    """A text with patterns replaced, one after the other."""
    for pattern, new in words:
        text = re.sub(pattern, new, text)
    return text


def _print_line(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Show warnings of the library as `Warning: …`, others as Python would."""
    usual = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if category.__name__ == "LargespinWarning":
            _print_line(f"Warning: {command_line_words(str(message))}")
        else:
            usual(message, category, *where, **more)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield

"""`largespin run`: compute what a study file asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from largespin.cli.console import console, say, working
from largespin.cli.failures import WrongInputError, reworded
from largespin.cli.folder import result_folder

MOST_REASONS = 3
"""Reasons of failed points that are printed."""
MOST_PROBLEMS = 30
"""Problems of a study that are printed: a screen."""
USELESS = 1
"""Exit code when everything was computed and nothing can be used, so that scripts notice."""

# What is called so in Python has another form on the command line.
_WORDS = (
    (r"go on with `resume=True`, or begin anew with `fresh=True`", "go on with --resume, or begin anew with --fresh"),
    (r"`(?:resume=False|fresh=True)`", "--fresh"),
    (r"Argument `out` must be a new path, because", "Option --out must name another folder, because"),
    (r"Argument `out` must", "The result must"),
    (r"give another path", "choose another folder with --out"),
    (r"Give another path", "Choose another folder"),
    (r"Argument `(executor|workers)`", r"Option --\1"),
    (r"`executor`", "--executor"),
    (r"or a distributed\.Client", "or the address of a Dask scheduler such as tcp://host:8786"),
)


def run(
    study: Annotated[Path, typer.Argument(help="The study, a TOML file.", metavar="STUDY", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the numbers and the picture.", metavar="DIR")] = Path("results"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished result of this study.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute everything anew, whatever is there.")] = False,
    executor: Annotated[
        str | None,
        typer.Option(
            help="serial, processes, dask, or the address of a Dask scheduler.  [default: as the study says, or serial]",
            metavar="WHERE",
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes.  [default: all cores]", min=1)] = None,
    points: Annotated[int | None, typer.Option(help="Values along each axis at most; fewer is faster.", min=2)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, estimate time and size, and stop.")] = False,
) -> None:
    """Compute what a study file asks for: a model, its parameters, a sweep.

    A study is data; nothing in it is run as code.

    [bold]largespin run examples/hopfield-retrieval.toml --dry-run[/bold]

    [bold]largespin run examples/hopfield-retrieval.toml --out results --executor processes[/bold]
    """
    with _said(), working() as tell:
        tell("loading")
        from largespin.study import read_study

        asked = read_study(study)
    say(asked.table.title or asked.table.compute.what, heading=asked.name)
    if dry_run:
        with _said():
            _estimate(asked, out, executor, workers, points)
        return
    with _said(), result_folder(out):
        finished = _computed(asked, out, resume, fresh, executor, workers, points)
        files = [finished.file, *_drawn(asked, finished)]
    _report(finished)
    for file in files:
        say(str(file), heading="Wrote" if finished.computed or file != finished.file else "Was there")
    _exit_if_useless(finished)


def _estimate(asked: Any, out: Path, executor: str | None, workers: int | None, points: int | None) -> None:
    from largespin.study import plan_study
    from largespin.study.run import executor_of
    from largespin.study.work import prepare

    work = prepare(asked, points=points)
    say(_asked(work), heading="Computes")
    say(str(out / work.file), heading="Writes")
    if work.is_single:
        say("a single call, whose time is not known beforehand", heading="Size")
        return
    with working() as tell:
        tell("trying some points")
        estimate = plan_study(asked, folder=out, executor=executor_of(executor), workers=workers, points=points)
    say(str(estimate), heading="Size")


def _asked(work: Any) -> str:
    axes = " × ".join(f"{name} ({len(values)})" for name, values in work.axes.items())
    ranges = ", ".join(f"{name} from {low:g} to {high:g}" for name, (low, high) in work.between.items())
    over = ", ".join(part for part in (axes, ranges) if part)
    return f"{work.what} for {work.model.name}" + (f", over {over}" if over else "")


def _computed(
    asked: Any, out: Path, resume: bool, fresh: bool, executor: str | None, workers: int | None, points: int | None
) -> Any:
    from largespin.study import run_study
    from largespin.study.run import executor_of

    if resume and fresh:
        raise WrongInputError("Options --resume and --fresh must not be given together: go on, or begin anew.")
    try:
        return run_study(
            asked, out, resume=resume, fresh=fresh, executor=executor_of(executor), workers=workers, points=points,
            progress=console().is_terminal,
        )  # fmt: skip
    except KeyboardInterrupt:
        typer.echo(f"Go on with: largespin run {asked.file} --out {out} --resume", err=True)
        raise


def _drawn(asked: Any, finished: Any) -> list[Path]:
    """The picture, if one is wanted; what cannot be drawn must not cost the numbers."""
    from largespin.errors import LargespinError
    from largespin.study.picture import draw

    output = asked.table.output
    if output.plot is False:
        return []
    picture = finished.file.with_suffix(".png")
    if picture.is_symlink():
        say(f"No picture: {picture} is a link.")
        return []
    try:
        with working() as tell:
            tell("drawing")
            return [draw(finished.dataset, finished.work, output.plot, output.select, picture)]
    except LargespinError as error:
        say(f"No picture: {error}")
        return []


def _report(finished: Any) -> None:
    """What was computed, how it ended, and why points failed."""
    from largespin.study.report import endings, reasons

    say(_asked(finished.work), heading="Computed" if finished.computed else "Computed before")
    for line in endings(finished.dataset):
        say(line)
    for reason in reasons(finished.dataset, MOST_REASONS):
        say(reason, heading="Reason")


def _exit_if_useless(finished: Any) -> None:
    from largespin.study.report import is_useless

    if is_useless(finished.dataset):
        typer.echo(f"Error: No point has a result that can be used; the reasons are kept in {finished.file}.", err=True)
        raise typer.Exit(USELESS)


@contextmanager
def _said() -> Iterator[None]:
    """Errors of the library in the words of the command line; several problems on a line each."""
    from largespin.errors import LargespinError

    try:
        yield
    except LargespinError as error:
        raise WrongInputError(command_line_words(str(error))) from error
    except MemoryError as error:
        raise WrongInputError("Not enough memory; ask for less, such as fewer starts, times or particles.") from error


def command_line_words(sentences: str) -> str:
    """Messages of the library with the names that this command uses, a line each.

    Example:
        >>> from largespin.cli.run import command_line_words
        >>> command_line_words("Give another path, or `resume=False` to overwrite it.")
        'Choose another folder, or --fresh to overwrite it.'
    """
    lines = [" ".join(line.split()) for line in reworded(sentences, _WORDS).splitlines()]
    if len(lines) == 1:
        return lines[0]
    more = [f"  … and {len(lines) - MOST_PROBLEMS} more."] if len(lines) > MOST_PROBLEMS else []
    return "\n".join([f"The study has {len(lines)} problems.", *(f"  {line}" for line in lines[:MOST_PROBLEMS]), *more])

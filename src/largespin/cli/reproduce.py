"""`largespin reproduce`: compute a published figure again."""

from pathlib import Path
from typing import Annotated, Any

import typer

from largespin.cli.console import console, say, show_table, working
from largespin.cli.failures import WrongInputError
from largespin.cli.folder import result_folder


def reproduce(
    name: Annotated[
        str | None, typer.Argument(help="Which figure; see --list.", metavar="NAME", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for NAME.nc (numbers) and NAME.png.", metavar="DIR")] = Path(
        "reproduced"
    ),
    points: Annotated[
        int | None,
        typer.Option(help="Resolution along each axis; fewer is faster.  [default: as published]", min=2),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the figures and stop.")] = False,
) -> None:
    """Compute a published figure again and say where it agrees with the print.

    [bold]largespin reproduce --list[/bold]

    [bold]largespin reproduce dicke-retrieval --out figures[/bold]
    """
    from largespin.reproduce import REPRODUCTIONS

    if list_all:
        rows = [(key, entry.source, entry.summary) for key, entry in REPRODUCTIONS.items()]
        _show_list(rows)
        return
    if name is None or name not in REPRODUCTIONS:
        what = "Name a figure" if name is None else f"There is no figure {name!r}"
        raise WrongInputError(f"{what}; choose one of {', '.join(REPRODUCTIONS)}.")
    entry = REPRODUCTIONS[name]
    with result_folder(out):
        say(f"{entry.summary} ({entry.source})", heading=name)
        dataset = entry.compute(points=points, progress=console().is_terminal)
        with working() as tell:
            tell("drawing")
            files = _write(entry, dataset, out)
    for sentence in entry.report(dataset):
        say(sentence)
    for file in files:
        say(str(file), heading="Wrote")


def _show_list(rows: list[tuple[str, str, str]]) -> None:
    if console().is_terminal:
        table_rows = [(key, f"{source}: {summary}") for key, source, summary in rows]
        show_table(("name", "figure"), table_rows)
        return
    for row in rows:
        say("  ".join(row))


def _write(entry: Any, dataset: Any, out: Path) -> list[Path]:
    numbers, picture = out / f"{entry.name}.nc", out / f"{entry.name}.png"
    numbers.unlink(missing_ok=True)
    dataset.to_netcdf(numbers, engine="h5netcdf")
    entry.draw(dataset).savefig(picture, dpi=150, bbox_inches="tight")
    return [numbers, picture]

"""`largespin retrieve`: store pictures, damage one, and see whether it comes back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from largespin.cli.console import say, show_table, working
from largespin.cli.failures import WrongInputError
from largespin.cli.folder import result_folder
from largespin.models.ready.rates import Rates
from largespin.patterns.rules import Learning
from largespin.retrieval.defaults import CORRUPTION, DEFAULT_RATES, DEFAULTS, Memory

if TYPE_CHECKING:
    from largespin.retrieval import Retrieval

LARGEST_SIZE = 1024
"""Sites per direction; beyond, pictures only cost memory."""


_PHYSICS, _START, _HOPFIELD, _DICKE = "Physics", "Pictures and start", "Hopfield only", "Dicke only"


def _default(name: str) -> str:
    values = {model: f"{DEFAULTS[model][name]:g}" for model in DEFAULTS if name in DEFAULTS[model]}
    both = len(values) > 1
    words = ", ".join(f"{value} {model}" if both else value for model, value in values.items())
    return f"[dim]\\[default: {words}][/dim]"


def retrieve(
    pictures: Annotated[
        list[Path],
        typer.Argument(
            help="Picture files to store; dark is +1, light is -1.", metavar="PICTURE...", show_default=False
        ),
    ],
    size: Annotated[
        int | None,
        typer.Option(
            help="Make all pictures N x N sites; needed if they differ in size.  [dim]\\[default: as they are][/dim]",
            metavar="N",
            rich_help_panel=_START,
        ),
    ] = None,
    start: Annotated[
        int,
        typer.Option(
            help="Which picture is damaged, counted from 0 in the order given.", metavar="INDEX", rich_help_panel=_START
        ),
    ] = 0,
    corruption: Annotated[
        float, typer.Option(help="Share of the sites that start wrong, 0 to 1.", rich_help_panel=_START)
    ] = CORRUPTION,
    seed: Annotated[int, typer.Option(help="Chooses these sites.", rich_help_panel=_START)] = 0,
    model: Annotated[
        Memory,
        typer.Option(
            help="Spins that flip (hopfield) or spins coupled to lossy modes (dicke).", rich_help_panel=_PHYSICS
        ),
    ] = "hopfield",
    learning: Annotated[
        Learning | None,
        typer.Option(
            help="How patterns act back on the spins.  [dim]\\[default: projection if the pictures are too alike for Hebb's rule][/dim]",
            rich_help_panel=_PHYSICS,
        ),
    ] = None,
    field: Annotated[
        float | None,
        typer.Option(help=f"Transverse field Ω, in units of the rates.  {_default('field')}", rich_help_panel=_PHYSICS),
    ] = None,
    time: Annotated[
        float | None,
        typer.Option(help=f"Length of the run, in inverse rates.  {_default('time')}", rich_help_panel=_PHYSICS),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            help=f"Temperature T of the flips, above 0.  {_default('temperature')}", rich_help_panel=_HOPFIELD
        ),
    ] = None,
    rates: Annotated[
        Rates | None,
        typer.Option(
            help=f"Form of the flip rates.  [dim]\\[default: {DEFAULT_RATES}][/dim]", rich_help_panel=_HOPFIELD
        ),
    ] = None,
    coupling: Annotated[
        float | None,
        typer.Option(help=f"Coupling g_0 of spins and modes.  {_default('coupling')}", rich_help_panel=_DICKE),
    ] = None,
    mode_frequency: Annotated[
        float | None,
        typer.Option(help=f"Frequency of the modes.  {_default('mode_frequency')}", rich_help_panel=_DICKE),
    ] = None,
    loss: Annotated[
        float | None, typer.Option(help=f"Loss rate κ of the modes.  {_default('loss')}", rich_help_panel=_DICKE)
    ] = None,
    relaxation: Annotated[
        float | None,
        typer.Option(
            help=f"Relaxation rate of single spins; at 0 wrong sites stay wrong.  {_default('relaxation')}",
            rich_help_panel=_DICKE,
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the results; files of an earlier run there are replaced.", metavar="DIR")
    ] = Path("retrieval"),
) -> None:
    """Store pictures in a quantum memory, damage one of them, and follow whether it comes back.

    Writes the stored, damaged and final pictures, the overlaps in time, an animation, and all numbers (run.nc).

    [bold]largespin retrieve house.png boat.png cat.png --corruption 0.3 --out result[/bold]
    """
    _check_size(size)
    with result_folder(out), working() as tell:
        tell("loading")
        from largespin.cli.files import write_results
        from largespin.patterns.images import patterns_from_images
        from largespin.retrieval.retrieve import retrieve as run_retrieval

        stored = patterns_from_images(pictures, size=size)
        _check_sites(stored.picture_shape or (1, 1))
        result = run_retrieval(
            stored,
            model=model,
            start=start,
            corruption=corruption,
            seed=seed,
            learning=learning,
            rates=rates,
            temperature=temperature,
            field=field,
            coupling=coupling,
            mode_frequency=mode_frequency,
            loss=loss,
            relaxation=relaxation,
            time=time,
            report=tell,
        )
        tell("writing pictures")
        files = write_results(result, out, [str(picture) for picture in pictures], size)
    _print(result, files)


def _check_size(size: int | None) -> None:
    if size is not None and not 1 <= size <= LARGEST_SIZE:
        raise WrongInputError(f"Option --size must lie in [1, {LARGEST_SIZE}], but it is {size}.")


def _check_sites(shape: tuple[int, int]) -> None:
    if shape[0] * shape[1] > LARGEST_SIZE**2:
        raise WrongInputError(
            f"The pictures have {shape[0]} x {shape[1]} pixels, one site each, more than {LARGEST_SIZE**2}; "
            "make them smaller, for instance with --size 128."
        )


def _print(result: "Retrieval", files: list[Path]) -> None:
    rows = [
        (
            f"{number} {name}" + (" (damaged)" if number == result.start else ""),
            f"{result.overlaps_start[number]:+.3f}",
            f"{result.overlaps_end[number]:+.3f}"
            + (f" ± {result.overlaps_spread[number]:.3f}" if result.overlaps_spread.any() else ""),
            f"{100 * result.agreement_start[number]:.1f} %",
            f"{100 * result.agreement_end[number]:.1f} %",
        )
        for number, name in enumerate(result.patterns.names)
    ]
    columns = ("picture", "overlap start", "overlap end", "agree start", "agree end")
    show_table(columns, rows)
    say(result.verdict, heading="Verdict", style="green" if result.outcome == "retrieved" else "")
    say(result.learning_reason, heading="Learning")
    say(result.phase, heading="Phase")
    say(f"{files[0].parent}{_separator()}: {', '.join(file.name for file in files)}", heading="Wrote")


def _separator() -> str:
    return "\\" if sys.platform == "win32" else "/"

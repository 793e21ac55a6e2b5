"""The options of `largespin retrieve`: what each one means and under which heading the help shows it."""

from pathlib import Path
from typing import Annotated

import typer

from largespin.models.ready.rates import Rates
from largespin.patterns.rules import Learning
from largespin.retrieval.defaults import DEFAULT_RATES, DEFAULTS, Memory

_PHYSICS, _START, _HOPFIELD, _DICKE = "Physics", "Pictures and start", "Hopfield only", "Dicke only"


def _default(name: str) -> str:
    values = {model: f"{DEFAULTS[model][name]:g}" for model in DEFAULTS if name in DEFAULTS[model]}
    both = len(values) > 1
    words = ", ".join(f"{value} {model}" if both else value for model, value in values.items())
    return f"[dim]\\[default: {words}][/dim]"


Pictures = Annotated[
    list[Path],
    typer.Argument(help="Picture files to store; dark is +1, light is -1.", metavar="PICTURE...", show_default=False),
]
Size = Annotated[
    int | None,
    typer.Option(
        help="Make all pictures N x N sites; needed if they differ in size.  [dim]\\[default: as they are][/dim]",
        metavar="N",
        rich_help_panel=_START,
    ),
]
Start = Annotated[
    int,
    typer.Option(
        help="Which picture is damaged, counted from 0 in the order given.", metavar="INDEX", rich_help_panel=_START
    ),
]
Corruption = Annotated[float, typer.Option(help="Share of the sites that start wrong, 0 to 1.", rich_help_panel=_START)]
Seed = Annotated[int, typer.Option(help="Chooses these sites.", rich_help_panel=_START)]
Model = Annotated[
    Memory,
    typer.Option(help="Spins that flip (hopfield) or spins coupled to lossy modes (dicke).", rich_help_panel=_PHYSICS),
]
LearningOption = Annotated[
    Learning | None,
    typer.Option(
        help="How patterns act back on the spins.  [dim]\\[default: projection if the pictures are too alike for Hebb's rule][/dim]",
        rich_help_panel=_PHYSICS,
    ),
]
Field = Annotated[
    float | None,
    typer.Option(help=f"Transverse field Ω, in units of the rates.  {_default('field')}", rich_help_panel=_PHYSICS),
]
Time = Annotated[
    float | None,
    typer.Option(help=f"Length of the run, in inverse rates.  {_default('time')}", rich_help_panel=_PHYSICS),
]
Temperature = Annotated[
    float | None,
    typer.Option(help=f"Temperature T of the flips, above 0.  {_default('temperature')}", rich_help_panel=_HOPFIELD),
]
RatesOption = Annotated[
    Rates | None,
    typer.Option(help=f"Form of the flip rates.  [dim]\\[default: {DEFAULT_RATES}][/dim]", rich_help_panel=_HOPFIELD),
]
Coupling = Annotated[
    float | None,
    typer.Option(help=f"Coupling g_0 of spins and modes.  {_default('coupling')}", rich_help_panel=_DICKE),
]
ModeFrequency = Annotated[
    float | None,
    typer.Option(help=f"Frequency of the modes.  {_default('mode_frequency')}", rich_help_panel=_DICKE),
]
Loss = Annotated[
    float | None, typer.Option(help=f"Loss rate κ of the modes.  {_default('loss')}", rich_help_panel=_DICKE)
]
Relaxation = Annotated[
    float | None,
    typer.Option(
        help=f"Relaxation rate of single spins; at 0 wrong sites stay wrong.  {_default('relaxation')}",
        rich_help_panel=_DICKE,
    ),
]
Out = Annotated[
    Path, typer.Option(help="Folder for the results; files of an earlier run there are replaced.", metavar="DIR")
]

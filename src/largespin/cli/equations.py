"""`largespin equations`: the mean-field equations of a ready model."""

from enum import StrEnum
from typing import Annotated

import typer

from largespin.cli.failures import WrongInputError


class ModelName(StrEnum):
    """Ready models."""

    hopfield = "hopfield"
    dicke = "dicke"


class RatesName(StrEnum):
    """Forms of the flip rates."""

    exponential = "exponential"
    glauber = "glauber"


MOST_PATTERNS = 10


def equations(
    model: Annotated[ModelName, typer.Argument(help="Which model.", show_default=False)],
    patterns: Annotated[int, typer.Option(help="Number of stored patterns.", min=1, max=MOST_PATTERNS)] = 2,
    rates: Annotated[
        RatesName | None, typer.Option(help="Form of the flip rates, Hopfield only.  [default: exponential]")
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX instead of text.")] = False,
) -> None:
    """Print the mean-field equations of a ready model.

    They are derived from the model, not typed in; k counts large spins, mu patterns and modes.

    [bold]largespin equations hopfield --rates glauber --latex[/bold]
    """
    if model is ModelName.dicke and rates is not None:
        raise WrongInputError("Option --rates must be left out for the Dicke model, which has no flip rates.")
    import largespin as ls

    spins = ls.ideal_large_spins(patterns)
    if model is ModelName.dicke:
        chosen = ls.models.dicke(spins)
    else:
        chosen = ls.models.hopfield(spins, rates=(rates or RatesName.exponential).value)
    found = ls.equations(chosen)
    # Not through rich: equations must not be wrapped, nor their brackets taken for markup.
    typer.echo(found.latex() if latex else str(found))

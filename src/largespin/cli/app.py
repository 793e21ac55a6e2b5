"""The commands together."""

from typing import Annotated

import typer

from largespin._version import __version__
from largespin.cli.equations import equations
from largespin.cli.failures import OneLineGroup
from largespin.cli.reproduce import reproduce
from largespin.cli.retrieve import retrieve
from largespin.cli.run import run

app = typer.Typer(
    name="largespin",
    cls=OneLineGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"largespin {__version__}")
        raise typer.Exit


@app.callback()
def largespin(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Collective open quantum systems for many particles: mean field, memories, published figures.

    Start with your own pictures:

    [bold]largespin retrieve cat.png boat.png --size 64[/bold]
    """


app.command("retrieve")(retrieve)
app.command("reproduce")(reproduce)
# Which options a model has is known when it is loaded.
app.command("equations", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(equations)
app.command("run")(run)


def main() -> None:
    """Run the command line; ends the process with 0, 2 for wrong input, or 130 after Ctrl-C.

    Source: none; the entry point named in `pyproject.toml`.
    """
    app(prog_name="largespin")

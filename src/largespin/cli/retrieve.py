"""`largespin retrieve`: store pictures, damage one, and see whether it comes back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from largespin.cli import retrieve_options as options
from largespin.cli.console import say, show_table, working
from largespin.cli.failures import WrongInputError
from largespin.cli.folder import result_folder
from largespin.retrieval.defaults import CORRUPTION

if TYPE_CHECKING:
    from largespin.retrieval import Retrieval

LARGEST_SIZE = 1024
"""Sites per direction; beyond, pictures only cost memory."""


def retrieve(
    pictures: options.Pictures,
    size: options.Size = None,
    start: options.Start = 0,
    corruption: options.Corruption = CORRUPTION,
    seed: options.Seed = 0,
    model: options.Model = "hopfield",
    learning: options.LearningOption = None,
    field: options.Field = None,
    time: options.Time = None,
    temperature: options.Temperature = None,
    rates: options.RatesOption = None,
    coupling: options.Coupling = None,
    mode_frequency: options.ModeFrequency = None,
    loss: options.Loss = None,
    relaxation: options.Relaxation = None,
    out: options.Out = Path("retrieval"),
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

"""How a point ended and what the physics there is, as the words and labelled arrays of a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

import xarray as xr

from largespin.outcomes import Ending
from largespin.quantities import text


@dataclass(frozen=True)
class Judgement(Ending):
    """How a point ended, and what its physics is.

    Attributes:
        verdict: one word, such as ``stable`` or ``chaotic``; empty where nothing can be said.
    """

    verdict: str = ""


def ending_variables(
    endings: Sequence[Ending], shape: tuple[int, ...], dims: tuple[str, ...]
) -> dict[str, xr.DataArray]:
    """Outcome and sentence of every point as labelled arrays."""
    columns = {"outcome": [e.outcome for e in endings], "sentence": [e.sentence for e in endings]}
    return {name: xr.DataArray(text(column).reshape(shape), dims=dims) for name, column in columns.items()}


def judgement_variables(
    judgements: Sequence[Judgement], shape: tuple[int, ...], dims: tuple[str, ...]
) -> dict[str, xr.DataArray]:
    """Outcome, sentence and verdict of every point as labelled arrays."""
    verdicts = text([judgement.verdict for judgement in judgements]).reshape(shape)
    return ending_variables(judgements, shape, dims) | {"verdict": xr.DataArray(verdicts, dims=dims)}

"""Which cycle is in a result? The way back from `limit_cycle` and `cycle_branch` to the closed orbit and to one of its states."""

import numpy as np
import xarray as xr

from largespin.cycles.shooting import Cycle
from largespin.errors import LargespinError
from largespin.model.model import Model
from largespin.model.start import StateLike, given


def holds_cycle(start: StateLike) -> bool:
    """Whether a start is a result that holds whole cycles, not only one phase of them."""
    return isinstance(start, xr.Dataset) and "period" in start and "m" in start and "phase" in start["m"].dims


def at_first_phase(start: StateLike) -> StateLike:
    """The first phase of cycles, anything else as it is."""
    return start.isel(phase=0) if isinstance(start, xr.Dataset) and holds_cycle(start) else start


def cycle_in(model: Model, dataset: xr.Dataset, value: float) -> Cycle:
    """The one cycle in a result, the moving parameter at `value`.

    Raises:
        LargespinError: several cycles, none there, or a cycle of another model.
    """
    if dataset["period"].ndim:
        axes = ", ".join(f"{dim} ({dataset.sizes[dim]})" for dim in map(str, dataset["period"].dims))
        raise LargespinError(
            f"Argument `start` must hold one cycle, but it holds several along {axes}; choose one with `.isel(…)`."
        )
    states = given(model, dataset).state.vector
    # States of the dataset as nodes: integrating an unstable cycle once around would lose it.
    return Cycle(states[:-1], np.diff(dataset["phase"].values), float(dataset["period"].item()), value)

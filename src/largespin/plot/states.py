"""Bloch vectors of whatever a user holds, for charts that know no model."""

from typing import Any, cast

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.model.start import StateLike
from largespin.model.state import State, bloch_vectors

MOTION = ("time", "phase")
"""Axes along which states are a motion."""


def bloch_of(argument: str, state: StateLike, blocks: int | None = None) -> tuple[FloatArray, bool]:
    """Bloch vectors (…, block, 3) of spins ½; the axis of a motion stands before the block.

    Args:
        argument: how the argument is called.
        state: any start, or whole runs and cycles.
        blocks: how many there must be; None for as many as there are.

    Returns:
        The vectors, and whether there is an axis of a motion.

    Raises:
        LargespinError: no states, or of more levels.
    """
    import xarray as xr

    if isinstance(state, xr.Dataset | xr.DataArray):
        m = state if isinstance(state, xr.DataArray) else state.get("m")
        if m is None or not {"block", "component"} <= set(m.dims):
            raise LargespinError(
                f"Argument `{argument}` must be a state or a result with states, such as that of `evolve`, but it has no `m` "
                "over block and component."
            )
        along = [dim for dim in MOTION if dim in m.dims][:1]
        m = m.transpose(..., *along, "block", "component")
        vectors, moving = np.asarray(m.values, dtype=np.float64), bool(along)
    elif isinstance(state, State):
        vectors, moving = state.bloch, False
    else:
        vectors, moving = bloch_vectors(state, 2, blocks or _blocks(state), argument), False
    if vectors.shape[-1] != 3:
        raise LargespinError(
            f"Argument `{argument}` must hold Bloch vectors of spins ½, with three components, but they have "
            f"{vectors.shape[-1]}; see `ls.plot.populations` for more levels."
        )
    if blocks is not None and vectors.shape[-2] != blocks:
        raise LargespinError(f"Argument `{argument}` must have {blocks} block(s), but it has {vectors.shape[-2]}.")
    return vectors, moving


def _blocks(state: Any) -> int:
    """How many blocks an array or a list of quantum objects has."""
    if hasattr(state, "full"):
        return 1
    if isinstance(state, list | tuple) and any(hasattr(item, "full") for item in state):
        return len(state)
    shape = np.shape(cast(Any, state))
    # Density matrices and kets have two axes behind the block, Bloch vectors one.
    behind = 2 if shape[-2:] in ((2, 2), (2, 1)) else 1
    return int(shape[-behind - 1]) if len(shape) > behind else 1

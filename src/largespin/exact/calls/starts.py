"""Where do exact runs begin? In product states behind whatever a user holds, or in a state of N particles."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from largespin.errors import LargespinError
from largespin.exact.calls.state_of import KEPT, state_of
from largespin.exact.generator.system import System
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import Points, points, points_from
from largespin.model.model import Model
from largespin.model.start import StateLike, given

METHOD = "exact symmetric master equation"
"""What datasets of exact solutions say of how they were made; their averages are those of correlated states."""


def starts_of(
    model: Model, start: StateLike | SymmetricState, values: Mapping[str, Any]
) -> tuple[Points, SymmetricState | None]:
    """Parameter values and product states of all points, or the values and the one state of N particles.

    Raises:
        LargespinError: what is no state, or a row of an exact result whose density matrix was not kept.
    """
    if isinstance(start, SymmetricState):
        return points(model, values), start
    if isinstance(start, xr.Dataset) and start.attrs.get("method") == METHOD:
        found = given(model, start, one=True)
        return points(model, {**found.values, **values}), _kept_state(model, start, found.values)
    return points_from(model, start, values), None


def _kept_state(model: Model, row: xr.Dataset, values: Mapping[str, Any]) -> SymmetricState:
    """The density matrix that a row of an exact run has kept."""
    if KEPT not in row:
        cure = (
            "make the run with `keep_states=True` (one state of it is `largespin.exact.state_of(run, system, …)`)"
            if "end_time" in row
            else "take one of `largespin.exact.stationary_states_of(system).states`"
        )
        raise LargespinError(
            "Argument `start` must hold the whole state of an exact run, but this row has only the averages of a correlated "
            f"state; {cure}, or `model.state(row)` for the product state with the same averages."
        )
    fock = tuple(int(states) for states in row["fock"].values) if model.modes else None
    own = {name: float(value) for name, value in values.items()}
    return state_of(row, System(model, particles=int(row["particles"]), fock=fock, parameters=own))

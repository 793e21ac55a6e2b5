"""What is read from exact states, and on which axes it appears in datasets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.exact.calls.grid import Grid
from largespin.exact.calls.starts import METHOD
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.quantities import described, text

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Reading:
    """How one quantity is read from a state; what it means is said in `largespin.quantities`.

    Attributes:
        axes: its axes beyond those of the grid.
        read: its value in a state; None for what the solver knows.
    """

    axes: tuple[str, ...] = ()
    read: Callable[[SymmetricState], Any] | None = None


READINGS: Mapping[str, Reading] = {
    "means": Reading(("variable",), lambda s: _means(s)),
    "occupation": Reading(("mode",), lambda s: s.bosons()),
    "fock_tail": Reading(("mode",), lambda s: s.fock_tail()),
    "displacement_q": Reading(("mode",), lambda s: _displaced(s).real),
    "displacement_p": Reading(("mode",), lambda s: _displaced(s).imag),
    "covariance": Reading(("row", "column"), lambda s: s.covariance_matrix()),
    "purity": Reading(read=lambda s: s.purity()),
    "trace": Reading(read=lambda s: s.trace()),
    "trace_error": Reading(read=lambda s: abs(s.trace() - 1.0)),
    "hermiticity": Reading(read=lambda s: s.hermiticity()),
    "smallest_population": Reading(read=lambda s: s.smallest_population()),
    "rounding": Reading(),
    "relative_residual": Reading(),
    "negativity": Reading(),
}
"""What every state has; the means become ``m``, ``q``, ``p`` and what follows from them."""


def _means(state: SymmetricState) -> Any:
    amplitudes = state.amplitudes
    pairs = np.sqrt(2.0) * np.stack([amplitudes.real, amplitudes.imag], axis=-1).ravel()
    return np.concatenate([state.means().ravel(), pairs])


def _displaced(state: SymmetricState) -> Any:
    return np.sqrt(2.0) * state.displacement


def empty(model: Model, names: Sequence[str], shape: tuple[int, ...]) -> Arrays:
    """Arrays of NaN for these quantities of states; those of modes are left out for a model without any."""
    n, modes = model.number_of_variables, len(model.modes)
    sizes = {"variable": n, "row": n, "column": n, "mode": modes}
    chosen = {name: READINGS[name].axes for name in names if modes or "mode" not in READINGS[name].axes}
    return {name: np.full((*shape, *(sizes[axis] for axis in axes)), np.nan) for name, axes in chosen.items()}


def read_into(arrays: Arrays, place: Any, state: SymmetricState) -> None:
    """Read everything from a state that has an array and can be read."""
    for name, array in arrays.items():
        read = READINGS[name].read
        if read is not None:
            array[place] = read(state)


def state_quantities(model: Model, arrays: Arrays, dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    """Labelled variables of `empty` arrays: those of every mean-field state, and the others."""
    variables = state_variables(model, arrays["means"], dims)
    names = text(model.variable_names)
    coords = {"mode": mode_names(model), "row": names, "column": names}
    for name, array in arrays.items():
        if name != "means":
            # ⟨a†a⟩/N takes the place of |α|².
            axes = READINGS[name].axes
            own = {axis: coords[axis] for axis in axes}
            variables[name] = xr.DataArray(array, dims=(*dims, *axes), coords=own)
    return variables


def mode_names(model: Model) -> npt.NDArray[np.object_]:
    """Labels of the axis ``mode``."""
    return text([mode.name for mode in model.modes])


def dataset_of(
    model: Model, where: Grid, variables: dict[str, xr.DataArray], points: Mapping[str, Sequence[Any]]
) -> xr.Dataset:
    """The dataset of a grid, from its variables and from lists over its points."""
    for name, values in points.items():
        array = np.array(values)
        shaped = array.reshape((*where.shape, *array.shape[1:]))
        if array.ndim > 1:
            coords = {"mode": mode_names(model)}
            variables[name] = xr.DataArray(shaped, dims=(*where.dims, "mode"), coords=coords)
        else:
            variables[name] = xr.DataArray(shaped, dims=where.dims)
    dataset = labelled(variables, model, where.points)
    dataset["particles"] = ("particles", where.totals) if where.several else int(where.totals[0])
    dataset = dataset.set_coords("particles")
    dataset.attrs = provenance(model, fixed=where.points.fixed, method=METHOD)
    return described(dataset)

"""What is read from exact states, and the names, axes and units under which it appears in datasets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import LargespinError
from largespin.exact.calls.grid import Grid
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Quantity:
    """One variable of a dataset.

    Attributes:
        words: its long name.
        units: its units.
        axes: its axes beyond those of the grid.
        read: how it is read from a state; None for what the solver knows.
    """

    words: str
    units: str = "1"
    axes: tuple[str, ...] = ()
    read: Callable[[SymmetricState], Any] | None = None


OF_STATES: Mapping[str, Quantity] = {
    "means": Quantity("Bloch vectors and quadratures", axes=("variable",), read=lambda s: _means(s)),
    "occupation": Quantity("bosons per particle ⟨a†a⟩/N", axes=("mode",), read=lambda s: s.bosons()),
    "fock_tail": Quantity("probability of the last tenth of the Fock states", axes=("mode",), read=lambda s: s.fock_tail()),
    "displacement_q": Quantity("displacement of the Fock states along q", axes=("mode",), read=lambda s: _displaced(s).real),
    "displacement_p": Quantity("displacement of the Fock states along p", axes=("mode",), read=lambda s: _displaced(s).imag),
    "covariance": Quantity(
        "covariance ½⟨{F, F}⟩ at finite N", axes=("row", "column"), read=lambda s: s.covariance_matrix()
    ),
    "purity": Quantity("purity tr ρ²", read=lambda s: s.purity()),
    "trace": Quantity("trace of ρ", read=lambda s: s.trace()),
    "trace_error": Quantity("deviation of the trace from 1", read=lambda s: abs(s.trace() - 1.0)),
    "hermiticity": Quantity("largest deviation from ρ = ρ†", read=lambda s: s.hermiticity()),
    "smallest_population": Quantity("smallest population of a collective level", read=lambda s: s.smallest_population()),
    "rounding": Quantity("estimate of what rounding has done to the means"),
    "residual": Quantity("residual relative to the norm of L"),
    "negativity": Quantity("weight of negative eigenvalues"),
}  # fmt: skip
"""Variables that every state has."""
OF_POINTS: Mapping[str, Quantity] = {
    "outcome": Quantity("how the point ended"),
    "sentence": Quantity("the same in words"),
    "end_time": Quantity("time that was reached", "inverse rate"),
    "components": Quantity("components of a density matrix"),
    "memory": Quantity("estimated peak memory", "bytes"),
    "fock": Quantity("number of Fock states", axes=("mode",)),
    "number_of_states": Quantity("number of stationary states"),
    "unique": Quantity("whether there is exactly one stationary state"),
    "continuum": Quantity("whether stationary directions do not split into extremal states"),
    "complete": Quantity("whether nothing as slow is missing"),
    "gap": Quantity("slowest non-zero decay rate", "rate"),
    "method": Quantity("how the states were found"),
}
"""Variables that every point has."""
OF_EIGENVALUES: Mapping[str, Quantity] = {
    "decay_rate": Quantity("decay rate −Re λ", "rate"),
    "angular_frequency": Quantity("angular frequency Im λ", "rate"),
    "residual": OF_STATES["residual"],
}
"""Variables that every eigenvalue of a generator has."""
AXES = ("particles", "element", "variable")
"""Axes of exact results beyond those of every result of the library."""


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
    chosen = {name: OF_STATES[name].axes for name in names if modes or "mode" not in OF_STATES[name].axes}
    return {name: np.full((*shape, *(sizes[axis] for axis in axes)), np.nan) for name, axes in chosen.items()}


def read_into(arrays: Arrays, place: Any, state: SymmetricState) -> None:
    """Read everything from a state that has an array and can be read."""
    for name, array in arrays.items():
        read = OF_STATES[name].read
        if read is not None:
            array[place] = read(state)


def state_quantities(model: Model, arrays: Arrays, dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    """Labelled variables of `empty` arrays: those of every mean-field state, and the others."""
    variables = state_variables(model, arrays["means"], dims)
    coords = {"mode": [mode.name for mode in model.modes], "row": model.variable_names, "column": model.variable_names}
    for name, array in arrays.items():
        if name != "means":
            # ⟨a†a⟩/N takes the place of |α|².
            variables[name] = variable(OF_STATES[name], array, dims, coords)
    return variables


def variable(
    quantity: Quantity, array: npt.NDArray[Any], dims: tuple[str, ...], coords: Mapping[str, Sequence[str]]
) -> xr.DataArray:
    """One labelled variable."""
    attrs = {"long_name": quantity.words, "units": quantity.units}
    own = {axis: list(coords[axis]) for axis in quantity.axes if axis in coords}
    return xr.DataArray(array, dims=(*dims, *quantity.axes), coords=own, attrs=attrs)


def dataset_of(
    model: Model, where: Grid, variables: dict[str, xr.DataArray], points: Mapping[str, Sequence[Any]]
) -> xr.Dataset:
    """The dataset of a grid, from its variables and from lists over its points."""
    coords = {"mode": [mode.name for mode in model.modes]}
    for name, values in points.items():
        array = np.array(values)
        shaped = array.reshape((*where.shape, *array.shape[1:]))
        variables[name] = variable(OF_POINTS[name], shaped, where.dims, coords)
    dataset = labelled(variables, model, where.points)
    dataset["particles"] = ("particles", where.totals) if where.several else int(where.totals[0])
    dataset = dataset.set_coords("particles")
    dataset["particles"].attrs = {"long_name": "number of particles", "units": "1"}
    dataset.attrs = provenance(model, fixed=where.points.fixed, method="exact symmetric master equation")
    return dataset


def check_names(where: Grid) -> None:
    """Refuse axes and varying parameters whose names the results use themselves."""
    taken = {*AXES, *OF_STATES, *OF_POINTS, *OF_EIGENVALUES}
    for name in (*where.points.dims, *where.points.along):
        if name in taken:
            raise LargespinError(f"Axis `{name}` must have another name, because results use it.")

"""At which states and parameters fluctuations are asked for: a state, an array, or a result of the library."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.derive import mean_field
from largespin.meanfield.points import Points, points
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.stability import refuse_time

LARGEST_RESULT = 4e9
"""Bytes that the matrices of one call may take."""
STATE_AXES = ("state",)
"""Axes of results that may be kept although arguments must not use their names."""


def places(model: Model, at: npt.ArrayLike | State | xr.Dataset, values: Mapping[str, Any]) -> Points:
    """States and parameters, broadcast. Parameters that a dataset carries need not be given again.

    Raises:
        LargespinError: the dataset belongs to another model, lacks the state, or holds whole runs.
    """
    check_model(model)
    if not isinstance(at, xr.Dataset):
        return points(model, values, model.state(at))
    # In the order of the dataset's axes, so that results have it too.
    order = [*(str(d) for d in at.dims if d in model.parameters), *model.parameters]
    known = {key: at[key] for key in dict.fromkeys(order) if key in at.coords}
    for key in values:
        if key in at.dims:
            raise LargespinError(
                f"Argument `{key}` must not be given again, because it is an axis of the dataset; choose points of it "
                f"with `.sel({key}=…)`."
            )
    return points(model, {**known, **values}, state_of(model, at), keep=STATE_AXES)


def check_model(model: Any) -> None:
    """Refuse what is no model."""
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `model` must be a Model, but it is a {type(model).__name__}.")


def check_steady(model: Any) -> None:
    """Refuse what is no model, and models whose equations or noise contain the time."""
    check_model(model)
    refuse_time(model)
    if not mean_field(model).has_steady_noise:
        raise LargespinError(
            "The noise of the model depends on time explicitly, so its fluctuations do not become stationary; follow them "
            "with `evolve_covariance`."
        )


def check_size(points: int, variables: int, matrices: int) -> None:
    """Refuse results that would not fit into memory."""
    needed = 8.0 * points * variables**2 * matrices
    if needed > LARGEST_RESULT:
        raise LargespinError(
            f"The result would take {needed / 1e9:.1f} GB ({points} points × {variables} × {variables} entries, {matrices} "
            "matrices each); ask for fewer points."
        )


def state_of(model: Model, dataset: xr.Dataset) -> State:
    """The states in a result of `evolve` or `stationary_states`; NaN where there is none."""
    if "m" not in dataset or (model.modes and ("q" not in dataset or "p" not in dataset)):
        raise LargespinError(
            "A dataset of states must contain `m` (and `q`, `p` with modes), as `evolve` and `stationary_states` make it."
        )
    if dataset.attrs.get("model_key", model.key) != model.key:
        raise LargespinError("The dataset must belong to the given model, but it was made with another one.")
    if "time" in dataset["m"].dims:
        raise LargespinError(
            "A dataset of states must not have the axis `time`; choose one time, for instance with `.isel(time=-1)`."
        )
    bloch = dataset["m"]
    dims = tuple(str(d) for d in bloch.dims if d not in ("block", "component"))
    vectors = bloch.transpose(*dims, "block", "component").values
    expected = (model.particles.number_of_blocks, model.particles.number_of_components)
    if vectors.shape[-2:] != expected:
        raise LargespinError(f"A dataset of states must end in the axes {expected}, but they are {vectors.shape[-2:]}.")
    amplitudes = np.zeros((*vectors.shape[:-2], 0), dtype=np.complex128)
    if model.modes:
        q, p = (dataset[name].transpose(*dims, "mode").values for name in ("q", "p"))
        amplitudes = (q + 1j * p) / np.sqrt(2.0)
    return State(vectors, amplitudes, dims)


def matrix(values: FloatArray, dims: tuple[str, ...], names: list[str], long_name: str, units: str) -> xr.DataArray:
    """A matrix per point with named rows and columns."""
    return xr.DataArray(
        values,
        dims=(*dims, "row", "column"),
        coords={"row": names, "column": names},
        attrs={"long_name": long_name, "units": units},
    )

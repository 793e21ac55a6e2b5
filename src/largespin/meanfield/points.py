"""Which runs are asked for: parameter values and start states, broadcast into one list of points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.model.model import Model
from largespin.model.rates import check_rates
from largespin.model.state import State
from largespin.model.symbols import Parameter

RESERVED = (
    "time",
    "block",
    "component",
    "mode",
    "pattern",
    "state",
    "index",
    "weight",
    "m",
    "q",
    "p",
    "occupation",
    "overlap",
    "row",
    "column",
    "frequency",
    "delay",
    "phase",
)


@dataclass(frozen=True, eq=False)
class Points:
    """A grid of points, flattened.

    Attributes:
        dims: names of the grid axes; parameters that vary, then ensemble axes of the start.
        shape: their lengths.
        coords: values along the axes that have some.
        parameters: shape (points, number of parameters), in the order of the model.
        starts: state vectors, shape (points, n); empty (points, 0) if no start was asked for.
        fixed: the parameters that do not vary.
        along: values of parameters that vary along axes of another name, with these axes.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    coords: dict[str, FloatArray]
    parameters: FloatArray
    starts: FloatArray
    fixed: dict[str, float]
    along: dict[str, tuple[tuple[str, ...], FloatArray]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.parameters)


def check_names(model: Model, names: Iterable[str]) -> None:
    """Refuse names that are no parameters of the model."""
    unknown = [name for name in names if name not in model.parameters]
    if unknown:
        raise LargespinError(
            f"The model has no parameter `{unknown[0]}`; its parameters are {', '.join(model.parameters) or 'none'}."
        )


def parameter_arrays(model: Model, values: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Checked values of every parameter as labelled arrays; a plain sequence becomes an axis of its own name."""
    check_names(model, values)
    # Axes appear in the order in which the caller named them.
    order = [*values, *(key for key in model.parameters if key not in values)]
    return {
        key: _checked(key, model.parameters[key], values.get(key, model.parameters[key].data.default)) for key in order
    }


def _checked(key: str, parameter: Parameter, value: Any) -> xr.DataArray:
    if value is None:
        raise LargespinError(f"Parameter `{key}` ({parameter.name}) has no value; give it as `{key}=…`.")
    if isinstance(value, xr.DataArray):
        array = value.copy(data=finite_array(key, value.values))
    else:
        numbers = finite_array(key, value)
        if numbers.ndim > 1:
            raise LargespinError(
                f"Argument `{key}` must be a number or one-dimensional, but its shape is {numbers.shape}; use an "
                "xarray.DataArray to name its axes."
            )
        array = xr.DataArray(numbers, dims=(key,) * numbers.ndim, coords={key: numbers} if numbers.ndim else None)
    if array.size == 0:
        raise LargespinError(f"Argument `{key}` must contain at least one value, but it is empty.")
    smallest = float(array.values.min())
    if (parameter.is_positive and smallest <= 0) or (parameter.is_nonnegative and smallest < 0):
        bound = "above zero" if parameter.is_positive else "at least zero"
        raise LargespinError(f"Argument `{key}` must be {bound}, but it is {smallest:g}.")
    return array


def points(
    model: Model, values: Mapping[str, Any], start: State | None = None, *, keep: tuple[str, ...] = ()
) -> Points:
    """Broadcast parameter values and start states against each other by the names of their axes.

    Args:
        model: the model.
        values: parameter values by keyword.
        start: states; their ensemble axes become axes of the grid.
        keep: reserved names that axes may have nevertheless, because the states come from a result of the library.
    """
    arrays = parameter_arrays(model, values)
    varying = {key: array for key, array in arrays.items() if array.ndim}
    states = _start_array(start)
    _check_axes({**arrays, "start": states}, [name for name in RESERVED if name not in keep])
    *broadcast, template = xr.broadcast(*varying.values(), states.isel(variable=0, drop=True))
    dims = tuple(str(d) for d in template.dims)
    count = int(np.prod(template.shape, dtype=int))
    table = np.empty((count, len(arrays)))
    for key, array in {**arrays, **dict(zip(varying, broadcast, strict=True))}.items():
        table[:, model.parameter_index(key)] = (
            array.values.ravel() if array.ndim == 0 else array.transpose(*dims).values.ravel()
        )
    check_rates(model, table)
    expanded = states.broadcast_like(template).transpose(*dims, "variable").values
    coords = {d: template.coords[d].values for d in dims if d in template.coords}
    fixed = {key: float(array) for key, array in arrays.items() if key not in varying}
    along = {
        key: (tuple(str(d) for d in array.dims), array.values)
        for key, array in varying.items()
        if key not in array.dims
    }
    return Points(dims, template.shape, coords, table, np.ascontiguousarray(expanded).reshape(count, -1), fixed, along)


def _check_axes(arrays: Mapping[str, xr.DataArray], reserved: Sequence[str]) -> None:
    """Refuse axes with a name that results need, and axes of one name that differ; xarray would fill with NaN."""
    seen: dict[Any, tuple[str, xr.DataArray]] = {}
    for name, array in arrays.items():
        for dim in array.dims:
            if dim in reserved:
                raise LargespinError(
                    f"Axis `{dim}` of `{name}` must have another name, because results use {', '.join(reserved)}."
                )
            other_name, other = seen.setdefault(dim, (name, array))
            labelled = dim in array.coords and dim in other.coords
            if array.sizes[dim] != other.sizes[dim] or (labelled and not array[dim].equals(other[dim])):
                raise LargespinError(
                    f"Axis `{dim}` must be the same wherever it occurs, but it differs between `{other_name}` and "
                    f"`{name}`."
                )


def _start_array(start: State | None) -> xr.DataArray:
    if start is None:
        return xr.DataArray(np.zeros(1), dims=("variable",))
    return xr.DataArray(start.vector, dims=(*start.dims, "variable"))

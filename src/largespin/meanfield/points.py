"""Which runs are asked for: parameter values and start states, broadcast into one list of points."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from inspect import signature
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array, meant
from largespin.meanfield.named import Named, all_axes
from largespin.model.model import Model, check_model
from largespin.model.rates import check_rates
from largespin.model.start import StateLike, given
from largespin.model.state import State
from largespin.model.symbols import Parameter
from largespin.quantities import QUANTITIES

RESERVED = frozenset(QUANTITIES) - {"start", "point"}
"""Names that axes of a user's own must not have, because results use them; axes of starts and of points may be called so."""
INNER = frozenset({"time", "block", "component", "level", "mode", "pattern", "row", "column", "particles"})
"""Axes within the results of one point, which no axis of points may have, not even one of another result."""


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
            f"The model has no parameter `{unknown[0]}`; its parameters are {_listed(model.parameters)}"
            f"{meant(unknown[0], model.parameters) or '.'}"
        )


def call_values(
    function: Callable[..., Any], model: Model, parameters: Mapping[str, Any] | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameter values of a call, by keyword and in `parameters` together; unknown keywords are refused.

    Args:
        function: the public call, whose options are named beside the parameters.
        model: the model.
        parameters: the argument `parameters` of the call.
        values: its further keywords.

    Raises:
        LargespinError: a name that is neither an option nor a parameter, or a parameter that is given twice.
    """
    check_model(model)
    if parameters is not None and not isinstance(parameters, Mapping):
        raise LargespinError(
            f"Argument `parameters` must be a mapping from names to values, but it is a {type(parameters).__name__}."
        )
    for name in values:
        if name not in model.parameters:
            options = [key for key, o in signature(function).parameters.items() if o.kind is not o.VAR_KEYWORD]
            hint = meant(name, [*options, *model.parameters])
            raise LargespinError(
                f"`{name}` is neither an option of `{function.__name__}` nor a parameter of the model"
                f"{hint or f'; its parameters are {_listed(model.parameters)}.'}"
            )
    twice = [name for name in values if parameters is not None and name in parameters]
    if twice:
        raise LargespinError(f"Parameter `{twice[0]}` must be given once, but it is a keyword and in `parameters` too.")
    check_names(model, parameters or {})
    return {**(parameters or {}), **values}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def parameter_arrays(model: Model, values: Mapping[str, Any]) -> dict[str, Named]:
    """Checked values of every parameter over named axes; a plain sequence becomes an axis of its own name."""
    check_names(model, values)
    # Axes appear in the order in which the caller named them.
    order = [*values, *(key for key in model.parameters if key not in values)]
    return {
        key: _checked(key, model.parameters[key], values.get(key, model.parameters[key].data.default)) for key in order
    }


def _checked(key: str, parameter: Parameter, value: Any) -> Named:
    if value is None:
        raise LargespinError(f"Parameter `{key}` ({parameter.name}) has no value; give it as `{key}=…`.")
    if isinstance(value, xr.DataArray):
        array = Named.of(value, finite_array(key, value.values))
    else:
        numbers = finite_array(key, value)
        if numbers.ndim > 1:
            raise LargespinError(
                f"Argument `{key}` must be a number or one-dimensional, but its shape is {numbers.shape}; use an "
                "xarray.DataArray to name its axes."
            )
        array = Named((key,), numbers, {key: numbers}) if numbers.ndim else Named((), numbers)
    if array.size == 0:
        raise LargespinError(f"Argument `{key}` must contain at least one value, but it is empty.")
    smallest = float(array.values.min())
    if (parameter.is_positive and smallest <= 0) or (parameter.is_nonnegative and smallest < 0):
        bound = "above zero" if parameter.is_positive else "at least zero"
        raise LargespinError(f"Argument `{key}` must be {bound}, but it is {smallest:g}.")
    return array


def points_from(
    model: Model, start: StateLike, values: Mapping[str, Any], *, name: str = "start", one: bool = False
) -> Points:
    """The points of a call that begins at a state: whatever the start brings along, and the values of the call, which win.

    An axis of a result whose parameter gets other values in the call becomes an axis of starts: ``temperature`` becomes
    ``start_temperature``. Axes that a user has named (`Model.state(dims=)`) are what they are called.

    Args:
        model: the model.
        start: the start as the user gave it.
        values: parameter values of the call (`call_values`).
        name: what the argument is called in messages.
        one: refuse more than one state and more than one value of a parameter.
    """
    found = given(model, start, name=name, one=one)
    anew = [dim for dim in found.state.dims if dim in found.values and dim in values]
    renamed = {dim: f"{name}_{dim}" for dim in anew if not _is_axis(values[dim], found.coords.get(dim))}
    state = replace(found.state, dims=tuple(renamed.get(dim, dim) for dim in found.state.dims))
    brought = {key: _renamed_axes(value, renamed) for key, value in found.values.items() if key not in values}
    coords = {renamed.get(dim, dim): labels for dim, labels in found.coords.items()}
    where = points(model, {**brought, **values}, state, coords=coords, result=found.dataset is not None)
    if one and where.dims:
        raise LargespinError(
            f"Parameter values must be single numbers for this call, but there are several along {', '.join(where.dims)}."
        )
    return where


def _is_axis(value: Any, labels: Any) -> bool:
    """Whether the values of a call are those along the axis that a result brings: state by state, not all with all."""
    return np.ndim(value) == 1 and labels is not None and np.array_equal(np.asarray(value), labels)


def _renamed_axes(value: Any, renamed: Mapping[str, str]) -> Any:
    if not isinstance(value, xr.DataArray):
        return value
    return value.rename({old: new for old, new in renamed.items() if old in value.dims})


def points(
    model: Model,
    values: Mapping[str, Any],
    start: State | None = None,
    *,
    coords: Mapping[str, Any] | None = None,
    result: bool = False,
) -> Points:
    """Broadcast parameter values and start states against each other by the names of their axes.

    Args:
        model: the model.
        values: parameter values by keyword.
        start: states; their ensemble axes become axes of the grid.
        coords: labels of the ensemble axes.
        result: whether the states come from a result, whose axes may have names that a user's own must not have.
    """
    arrays = parameter_arrays(model, values)
    varying = {key: array for key, array in arrays.items() if array.ndim}
    states = _start_array(start, coords or {})
    _check_axes({**varying, "start": states}, INNER if result else RESERVED)
    sizes, labels = all_axes([*varying.values(), states])
    shape = tuple(sizes.values())
    table = np.empty((int(np.prod(shape, dtype=int)), len(arrays)))
    for index, key in enumerate(model.parameters):
        table[:, index] = arrays[key].over(sizes).ravel()
    check_rates(model, table)
    starts = np.ascontiguousarray(states.over(sizes)).reshape(len(table), states.values.shape[-1])
    fixed = {key: float(array) for key, array in arrays.items() if key not in varying}
    along = {key: (array.dims, array.values) for key, array in varying.items() if key not in array.dims}
    return Points(tuple(sizes), shape, labels, table, starts, fixed, along)


def _check_axes(arrays: Mapping[str, Named], reserved: Collection[str]) -> None:
    """Refuse axes with a name that results need, and axes of one name that differ."""
    seen: dict[str, tuple[str, Named]] = {}
    for name, array in arrays.items():
        for dim, size in array.sizes.items():
            if dim in reserved:
                raise LargespinError(f"Axis `{dim}` of `{name}` must have another name, because results use this one.")
            other_name, other = seen.setdefault(dim, (name, array))
            if size != other.sizes[dim] or not array.same_labels(other, dim):
                raise LargespinError(
                    f"Axis `{dim}` must be the same wherever it occurs, but it differs between `{other_name}` and "
                    f"`{name}`."
                )


def _start_array(start: State | None, coords: Mapping[str, Any]) -> Named:
    """State vectors (…, n) over the axes of an ensemble; empty ones if there is no start."""
    return Named((), np.zeros(0)) if start is None else Named(start.dims, start.vector, coords)


def output_times(times: npt.ArrayLike) -> tuple[FloatArray, bool]:
    """Output times (T,) from that of the start on, and whether only the last is asked for (a single number)."""
    array = finite_array("times", times)
    if array.ndim > 1:
        raise LargespinError(f"Argument `times` must be a number or one-dimensional, but its shape is {array.shape}.")
    if array.ndim == 0:
        if array <= 0.0:
            raise LargespinError(f"Argument `times` must be above zero, the time of the start, but it is {array:g}.")
        return np.array([0.0, float(array)]), True
    if len(array) < 2:
        raise LargespinError(
            "Argument `times` must hold the time of the start and at least one later time, "
            f"but its length is {len(array)}; a single number gives the final state alone."
        )
    if np.any(np.diff(array) <= 0):
        raise LargespinError("Argument `times` must rise from the time of the start, but it does not.")
    return array, False

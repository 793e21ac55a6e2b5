"""Which plane of parameters does a phase diagram cover: two intervals to be refined, or two arrays of values?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.meanfield.points import check_names
from largespin.model.model import Model

MOST_AXES = 2
"""A diagram is a line or a plane; more axes are several diagrams."""

MOST_POINTS = 3e7
"""Points of the finest grid, on which labels and what is known are kept: some gigabytes of memory."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The grid of a phase diagram.

    Attributes:
        values: for every axis the values of its parameter on the finest grid.
        fixed: the parameters that do not vary.
        cells: coarse cells along each axis; empty if every point is to be evaluated.
        levels: how often they are halved.
    """

    values: dict[str, FloatArray]
    fixed: dict[str, float]
    cells: tuple[int, ...]
    levels: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis."""
        return tuple(len(array) for array in self.values.values())

    def at(self, indices: np.ndarray) -> dict[str, Any]:
        """Parameter values at grid points given by their indices (points, axes)."""
        varying = {name: array[indices[:, i]] for i, (name, array) in enumerate(self.values.items())}
        return {**varying, **self.fixed}


def plane(model: Model, given: Mapping[str, Any], adaptive: bool, resolution: float, coarse: int) -> Plane:
    """The plane that parameter values describe: numbers are fixed, ``(low, high)`` is an interval, arrays are axes.

    Args:
        model: the model.
        given: values by parameter.
        adaptive: whether intervals are refined, or covered by a uniform grid.
        resolution: width of the finest cells, in parts of an interval.
        coarse: coarse cells along each interval, at most.
    """
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `model` must be a Model, but it is a {type(model).__name__}.")
    check_names(model, given)
    intervals = {name: value for name, value in given.items() if _is_interval(value)}
    arrays = {name: finite_array(name, value) for name, value in given.items() if name not in intervals}
    fixed = {name: float(array) for name, array in arrays.items() if array.ndim == 0}
    grids = {name: array for name, array in arrays.items() if name not in fixed}
    if bool(intervals) == bool(grids) or not 1 <= len(intervals) + len(grids) <= MOST_AXES:
        raise LargespinError(
            "A phase diagram must have one or two parameters given as intervals (low, high), or one or two given as "
            f"arrays, but intervals are {', '.join(intervals) or 'none'} and arrays {', '.join(grids) or 'none'}."
        )
    if grids:
        return Plane({name: _rising(name, array) for name, array in grids.items()}, fixed, (), 0)
    levels = max(0, int(np.ceil(np.log2(1.0 / (resolution * coarse)) - 1e-9)))
    cells = coarse if levels else int(np.ceil(1.0 / resolution - 1e-9))
    if (cells * 2.0**levels + 1) ** len(intervals) > MOST_POINTS:
        raise LargespinError(
            f"Argument `resolution` must leave at most {MOST_POINTS:.0e} points on the finest grid, but {resolution:g} gives "
            f"{cells * 2**levels + 1} along each of {len(intervals)} axes; raise it, or take a smaller part and `known=`."
        )
    values = {name: _covered(name, value, cells * 2**levels) for name, value in intervals.items()}
    return Plane(values, fixed, (cells,) * len(values) if adaptive else (), levels)


def _is_interval(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2


def _covered(name: str, value: tuple[Any, Any], count: int) -> FloatArray:
    low, high = finite_array(name, value)
    if low >= high:
        raise LargespinError(f"Argument `{name}` must be an interval (low, high), but it is ({low:g}, {high:g}).")
    return np.linspace(low, high, count + 1)


def _rising(name: str, array: FloatArray) -> FloatArray:
    if array.ndim != 1 or len(array) == 0 or np.any(np.diff(array) <= 0.0):
        raise LargespinError(
            f"Argument `{name}` must be an interval (low, high) or one-dimensional with rising values, but it is not."
        )
    return array

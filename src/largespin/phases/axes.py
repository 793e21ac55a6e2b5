"""Which plane of parameters does a phase diagram cover: ranges to be refined, or arrays of values?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, whole_number
from largespin.meanfield.between import checked_between, refuse_moving
from largespin.model.model import Model

MOST_AXES = 2
"""A diagram is a line or a plane; more axes are several diagrams."""

RESOLUTION = 0.01
"""Width of the finest cells in parts of a range, where nobody says otherwise: what a picture of this size shows."""
COARSE = 16
"""Cells along each range to begin with, where nobody says otherwise."""
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


def plane(
    model: Model,
    values: Mapping[str, Any],
    between: Mapping[str, tuple[float, float]] | None,
    resolution: float | None,
    coarse: int | None,
) -> Plane:
    """The plane that a call describes: ranges that are refined, or arrays that are taken as they are; numbers are fixed.

    Args:
        model: the model.
        values: values by parameter.
        between: ranges by parameter.
        resolution: width of the finest cells, in parts of a range.
        coarse: coarse cells along each range.
    """
    if between is None:
        for name, option in (("resolution", resolution), ("coarse", coarse)):
            if option is not None:
                raise LargespinError(
                    f"Argument `{name}` must be left out without `between`, because arrays of values are taken as they are; "
                    'give ranges, such as `between={"temperature": (0.4, 1.2)}`.'
                )
        return _given_values(values)
    if isinstance(between, Mapping) and not 1 <= len(between) <= MOST_AXES:
        raise LargespinError(
            f"Argument `between` must give the ranges of one or two parameters, but it gives: {_listed(between)}."
        )
    ranges = checked_between(model, between, len(between) if isinstance(between, Mapping) else 1)
    refuse_moving(ranges, values)
    fixed = {name: _single(name, value) for name, value in values.items()}
    finest = RESOLUTION if resolution is None else number_in("resolution", resolution, 1e-6, 1.0)
    return _refined(ranges, fixed, finest, COARSE if coarse is None else whole_number("coarse", coarse, 1))


def _refined(
    ranges: Mapping[str, tuple[float, float]], fixed: dict[str, float], resolution: float, coarse: int
) -> Plane:
    # Rounding must not halve cells once more: 1/(1/64 · 16) is two halvings, not three.
    levels = max(0, int(np.ceil(np.log2(1.0 / (resolution * coarse)) - 1e-9)))
    cells = coarse if levels else int(np.ceil(1.0 / resolution - 1e-9))
    if (cells * 2.0**levels + 1) ** len(ranges) > MOST_POINTS:
        raise LargespinError(
            f"Argument `resolution` must leave at most {MOST_POINTS:.0e} points on the finest grid, but {resolution:g} gives "
            f"{cells * 2**levels + 1} along each of {len(ranges)} axes; raise it, or take a smaller part and `known=`."
        )
    values = {name: np.linspace(low, high, cells * 2**levels + 1) for name, (low, high) in ranges.items()}
    return Plane(values, fixed, (cells,) * len(values), levels)


def _given_values(values: Mapping[str, Any]) -> Plane:
    arrays = {name: finite_array(name, value) for name, value in values.items()}
    fixed = {name: float(array) for name, array in arrays.items() if array.ndim == 0}
    grids = {name: _rising(name, array) for name, array in arrays.items() if array.ndim}
    if not 1 <= len(grids) <= MOST_AXES:
        raise LargespinError(
            "A phase diagram must have the ranges of one or two parameters in `between`, or one or two parameters given as "
            f"arrays, but there is no `between`, and arrays are given for: {_listed(grids)}."
        )
    return Plane(grids, fixed, (), 0)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(str, names)) or "none"


def _single(name: str, value: Any) -> float:
    array = finite_array(name, value)
    if array.ndim:
        raise LargespinError(
            f"Argument `{name}` must be one number beside `between`, but its shape is {array.shape}; a diagram covers "
            "either ranges or arrays of values."
        )
    return float(array)


def _rising(name: str, array: FloatArray) -> FloatArray:
    if array.ndim != 1 or len(array) == 0 or np.any(np.diff(array) <= 0.0):
        raise LargespinError(
            f"Argument `{name}` must be a number or one-dimensional with rising values, but it is not; give a range to be "
            f'refined as `between={{"{name}": (low, high)}}`.'
        )
    return array

"""Over which named values does a sweep run? The axes, checked, and the point behind every flat index."""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import LargespinError, read_only
from largespin.sweeps.text import is_mixed, storable

MOST_POINTS = 100_000_000
"""Points of a sweep: what became of each is kept in memory, and so many take days however cheap they are."""
MOST_AXES = 32
"""Axes of a sweep; arrays have 64 dimensions at most, and results bring their own."""
USABLE = "usable"
"""Whether there is a result; where the function says so itself, what it says."""
OWN_NAMES = ("sweep_outcome", "sweep_sentence")
"""Variables that only the sweep itself may add to the results."""


@dataclass(frozen=True, eq=False)
class Axes:
    """The axes of a sweep, in the order in which the caller named them.

    Attributes:
        names: what varies.
        values: its values, one-dimensional arrays of numbers, words or truth values.
        attrs: ``long_name``, ``units`` … of each axis.
    """

    names: tuple[str, ...]
    values: tuple[np.ndarray, ...]
    attrs: tuple[dict[str, Any], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of values."""
        return tuple(len(values) for values in self.values)

    @property
    def size(self) -> int:
        """Number of points."""
        return int(np.prod(self.shape, dtype=int))

    def point(self, index: int) -> dict[str, Any]:
        """Values at one flat index (the last axis runs fastest), as plain Python values."""
        places = np.unravel_index(index, self.shape)
        return {name: array[at].item() for name, array, at in zip(self.names, self.values, places, strict=True)}

    def region(self, slices: tuple[slice, ...]) -> dict[str, np.ndarray]:
        """Values along the axes of a rectangular region."""
        return {name: array[at] for name, array, at in zip(self.names, self.values, slices, strict=True)}


def checked_axes(over: Any) -> Axes:
    """The axes behind the argument `over`.

    Args:
        over: names and one-dimensional values (lists, arrays, one-dimensional DataArrays with their attributes).

    Raises:
        LargespinError: no axes or too many, values that are empty, repeated, not finite or not one-dimensional, or more
            points than can be counted.
    """
    if not isinstance(over, Mapping) or not over:
        raise LargespinError(
            f'Argument `over` must name at least one axis with values, such as {{"temperature": [0.2, 0.4]}}, but it is '
            f"{over!r}."
        )
    for name in over:
        if not isinstance(name, str) or not name.isidentifier():
            raise LargespinError(f"Axes in `over` must have names of keyword arguments, but one is {name!r}.")
        if name in (*OWN_NAMES, USABLE):
            raise LargespinError(
                f"Axis `{name}` must have another name, because results use {', '.join(OWN_NAMES)} and {USABLE}."
            )
    if len(over) > MOST_AXES:
        raise LargespinError(f"Argument `over` must name at most {MOST_AXES} axes, but it names {len(over)}.")
    values = tuple(_checked_values(name, given) for name, given in over.items())
    points = math.prod(len(array) for array in values)
    if points > MOST_POINTS:
        raise LargespinError(
            f"Argument `over` must have at most {MOST_POINTS} points, but it has {points:.3g}; sweep a coarser grid, or parts of "
            "it one after the other."
        )
    return Axes(tuple(over), values, tuple(dict(getattr(given, "attrs", {})) for given in over.values()))


def _checked_values(name: str, given: Any) -> np.ndarray:
    array = _as_array(name, given)
    if array.ndim != 1 or array.size == 0:
        raise LargespinError(
            f"Axis `{name}` of `over` must be one-dimensional with at least one value, but its shape is {array.shape}."
        )
    if array.dtype.kind not in "biufU":
        raise LargespinError(
            f"Axis `{name}` of `over` must hold real numbers, words or truth values, but its values are of type "
            f"{array.dtype}; name the choices and look them up inside the function."
        )
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise LargespinError(f"Axis `{name}` of `over` must be finite, but it contains NaN or infinity.")
    if array.dtype.kind == "U" and not all(storable(word) for word in array.tolist()):
        raise LargespinError(f"Axis `{name}` of `over` must hold text that can be stored, but one word cannot.")
    distinct, counts = np.unique(array, return_counts=True)
    if np.any(counts > 1):
        raise LargespinError(
            f"Axis `{name}` of `over` must not repeat values, but {distinct[counts > 1][0]} occurs more than once."
        )
    return np.asarray(read_only(array))


def _as_array(name: str, given: Any) -> np.ndarray:
    """Values as an array of a type that can be stored."""
    if isinstance(given, str | bytes | Mapping | Set) or (not hasattr(given, "__len__") and hasattr(given, "__iter__")):
        raise LargespinError(
            f"Axis `{name}` of `over` must be a list or an array of values, but it is of type {type(given).__name__}."
        )
    if is_mixed(given):
        raise LargespinError(f"Axis `{name}` of `over` must hold either words or numbers, but it holds both.")
    if np.ma.is_masked(given):
        raise LargespinError(f"Axis `{name}` of `over` must not have masked values, but it has; leave them out.")
    try:
        array = np.array(getattr(given, "values", given) if hasattr(given, "dims") else given)
    except ValueError as error:
        raise LargespinError(
            f"Axis `{name}` of `over` must be one-dimensional, but its values have different lengths."
        ) from error
    if array.dtype.kind == "O" and array.size and all(isinstance(item, str) for item in array.ravel()):
        return array.astype(str)
    if array.dtype.kind in "iu":
        # NumPy has several types of one size, of which files know one.
        return array.astype(f"{array.dtype.kind}{array.dtype.itemsize}")
    return array.astype(np.float64) if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8) else array

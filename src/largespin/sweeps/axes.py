"""Over which named values does a sweep run? The axes, checked, and the point behind every flat index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import LargespinError, read_only

OWN_NAMES = ("sweep_outcome", "sweep_sentence")
"""Variables that every sweep adds to the results."""


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
        LargespinError: no axes, values that are empty, repeated, not finite or not one-dimensional.
    """
    if not isinstance(over, Mapping) or not over:
        raise LargespinError(
            f'Argument `over` must name at least one axis with values, such as {{"temperature": [0.2, 0.4]}}, but it is '
            f"{over!r}."
        )
    for name in over:
        if not isinstance(name, str) or not name.isidentifier():
            raise LargespinError(f"Axes in `over` must have names of keyword arguments, but one is {name!r}.")
        if name in OWN_NAMES:
            raise LargespinError(
                f"Axis `{name}` must have another name, because results use {' and '.join(OWN_NAMES)}."
            )
    values = tuple(_checked_values(name, given) for name, given in over.items())
    return Axes(tuple(over), values, tuple(dict(getattr(given, "attrs", {})) for given in over.values()))


def _checked_values(name: str, given: Any) -> np.ndarray:
    array = np.array(getattr(given, "values", given) if hasattr(given, "dims") else given)
    if array.dtype.kind == "O" and array.size and all(isinstance(item, str) for item in array.ravel()):
        array = array.astype(str)
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
    distinct, counts = np.unique(array, return_counts=True)
    if np.any(counts > 1):
        raise LargespinError(
            f"Axis `{name}` of `over` must not repeat values, but {distinct[counts > 1][0]} occurs more than once."
        )
    return np.asarray(read_only(array))

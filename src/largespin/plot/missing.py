"""Which points have no value, and what do their outcomes say?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.outcomes import is_usable

if TYPE_CHECKING:
    import xarray as xr

OUTCOMES = ("sweep_outcome", "outcome")
"""Variables that say how a point ended, the outer one first."""
NO_VALUE = "no value"


def reasons(data: "xr.Dataset | None", array: "xr.DataArray", dims: tuple[str, ...]) -> Any:
    """A word for every point over `dims` that has no value: its outcome, or "no value"; "" where all is well.

    A point has no value if everything there is NaN, or something is and the outcome says that it failed.

    Args:
        data: where the outcomes are; None if there are none.
        array: the values.
        dims: the axes of the points.

    Returns:
        Array of words over `dims`.

    Example:
        >>> import numpy as np, xarray as xr
        >>> from largespin.plot.missing import reasons
        >>> data = xr.Dataset({"f": ("x", [1.0, np.nan, np.nan]), "outcome": ("x", ["finished", "failed", "finished"])})
        >>> reasons(data, data.f, ("x",)).tolist()
        ['', 'failed', 'no value']
    """
    values = array.transpose(*dims, ...).values
    nan = ~np.isfinite(values.astype(np.float64)).reshape(*values.shape[: len(dims)], -1)
    words = np.where(nan.all(axis=-1), NO_VALUE, "").astype(object)
    for name in reversed(OUTCOMES):
        if data is None or name not in data.variables or not set(data[name].dims) <= set(dims):
            continue
        outcome = data[name].transpose(*(dim for dim in dims if dim in data[name].dims))
        told = np.broadcast_to(outcome.values[_places(outcome, dims)], words.shape).astype(object)
        useless = np.array([not is_usable(str(word)) for word in told.ravel()]).reshape(told.shape)
        # Where the outcome is usable, a NaN beside values is padding: no further state, attractor or time.
        failed = useless & nan.any(axis=-1)
        words = np.where(failed, told, words)
    return words


def reasons_along(data: "xr.Dataset | None", array: "xr.DataArray", dim: str) -> "list[tuple[int, str]]":
    """The points along one axis without a value and why: a pair for each, several where curves lie above each other."""
    told = [data[name].dims for name in OUTCOMES if data is not None and name in data.variables]
    others = tuple(str(other) for other in array.dims if other != dim and any(other in dims for dims in told))
    words = reasons(data, array, (dim, *others))
    return [(int(index[0]), str(words[index])) for index in np.ndindex(words.shape) if words[index]]


def lost_to(data: "xr.Dataset | None", place: Mapping[str, int]) -> str:
    """The outcome of one point, if it leaves no result; "" otherwise.

    Example:
        >>> import xarray as xr
        >>> from largespin.plot.missing import lost_to
        >>> data = xr.Dataset({"outcome": ("x", ["finished", "failed"])})
        >>> lost_to(data, {"x": 0}), lost_to(data, {"x": 1})
        ('', 'failed')
    """
    for name in OUTCOMES:
        if data is None or name not in data.variables:
            continue
        told = data[name].isel({dim: index for dim, index in place.items() if dim in data[name].dims})
        if told.size == 1 and not is_usable(str(told.item())):
            return str(told.item())
    return ""


def _places(outcome: "xr.DataArray", dims: tuple[str, ...]) -> Any:
    """Index that puts the axes of outcomes where they stand in `dims`."""
    return tuple(slice(None) if dim in outcome.dims else None for dim in dims)

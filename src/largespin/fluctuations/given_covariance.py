"""A covariance as it was given to a run, or came along with its start: checked, and in the order of the variables."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.fluctuations.positivity import checked_covariance
from largespin.meanfield.points import Points
from largespin.model.model import Model


def brought_covariance(start: object, values: Mapping[str, Any]) -> xr.DataArray | None:
    """The covariance of a result that is handed on as a start; None if it has none.

    Args:
        start: the start as the user gave it.
        values: parameter values of the call; an axis of the result with one of these names becomes an axis of starts.

    Raises:
        LargespinError: states of the result without a covariance.
    """
    if not isinstance(start, xr.Dataset) or "covariance" not in start:
        return None
    covariance = start["covariance"]
    known = start["m"].notnull().all(("block", "component"))
    if (known & ~covariance.notnull().all(("row", "column"))).any():
        raise LargespinError(
            "Argument `start` must bring a covariance, but the result has none at some of its states; give `covariance=`, for "
            "instance `initial_covariance(model, start)`."
        )
    return covariance.rename({dim: f"start_{dim}" for dim in covariance.dims if dim in values})


def covariances_at_start(model: Model, where: Points, covariance: npt.ArrayLike | xr.DataArray | None) -> FloatArray:
    """Checked initial covariances, one per point, shape (points, n, n); NaN where there is no state."""
    if covariance is None:
        return product_covariance(model, model.split(where.starts)[0])
    if isinstance(covariance, xr.DataArray):
        matrices = _along_axes(model, where, covariance)
    else:
        matrices = finite_array("covariance", covariance)
        if matrices.shape[:-2] not in ((), where.shape):
            raise LargespinError(
                f"Argument `covariance` must be one matrix or have the leading axes {where.shape} of the runs, but its "
                f"shape is {matrices.shape}; label its axes to vary it along some of them."
            )
    n, known = model.number_of_variables, np.isfinite(where.starts).all(axis=-1)
    sigma = numeric_fluctuations(model).commutators(where.starts)
    if known.all():
        return checked_covariance("covariance", matrices, sigma.reshape(*where.shape, n, n)).reshape(-1, n, n)
    result = np.full(sigma.shape, np.nan)
    spread = np.broadcast_to(matrices, (*where.shape, *matrices.shape[-2:])).reshape(-1, *matrices.shape[-2:])
    result[known] = checked_covariance("covariance", spread[known], sigma[known])
    return result


def _along_axes(model: Model, where: Points, covariance: xr.DataArray) -> FloatArray:
    """A labelled covariance at every run, shape (…, n, n)."""
    unknown = [d for d in covariance.dims if d not in (*where.dims, "row", "column")]
    if unknown or not {"row", "column"} <= set(covariance.dims):
        raise LargespinError(
            f"Argument `covariance` must have the axes row, column and any of {', '.join(where.dims) or 'no others'}, "
            f"but its axes are {', '.join(map(str, covariance.dims))}."
        )
    covariance = _in_order(model, where, covariance)
    template = xr.DataArray(np.zeros(where.shape), dims=where.dims)
    plain = covariance.drop_vars(list(covariance.coords))
    return np.asarray(plain.broadcast_like(template).transpose(*where.dims, "row", "column").values, dtype=np.float64)


def _in_order(model: Model, where: Points, covariance: xr.DataArray) -> xr.DataArray:
    """Rows and columns in the order of the variables, and axes that are those of the runs."""
    names = model.variable_names
    for axis in ("row", "column"):
        if axis in covariance.coords:
            if sorted(map(str, covariance[axis].values)) != sorted(names):
                raise LargespinError(
                    f"Argument `covariance` must have the {axis}s {', '.join(names)}, but its labels are others."
                )
            covariance = covariance.sel({axis: names})
    for dim, length in zip(where.dims, where.shape, strict=True):
        if dim in covariance.dims:
            own = covariance[dim].values if dim in covariance.coords else None
            differs = own is not None and dim in where.coords and not np.array_equal(own, where.coords[dim])
            if covariance.sizes[dim] != length or differs:
                raise LargespinError(f"Axis `{dim}` of `covariance` must be the one of the runs, but it differs.")
    return covariance

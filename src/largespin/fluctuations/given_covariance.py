"""A covariance as it was given to a run: checked against its states, and brought into the order of their variables."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.fluctuations.positivity import checked_covariance
from largespin.meanfield.points import Points
from largespin.model.model import Model


def covariances_at_start(model: Model, where: Points, covariance: npt.ArrayLike | xr.DataArray | None) -> FloatArray:
    """Checked initial covariances, one per point, shape (points, n, n)."""
    bloch = model.split(where.starts)[0]
    if covariance is None:
        return product_covariance(model, bloch)
    n = model.number_of_variables
    sigma = numeric_fluctuations(model).commutators(where.starts)
    if not isinstance(covariance, xr.DataArray):
        covariance = finite_array("covariance", covariance)
        if covariance.shape[:-2] not in ((), where.shape):
            raise LargespinError(
                f"Argument `covariance` must be one matrix or have the leading axes {where.shape} of the runs, but its "
                f"shape is {covariance.shape}; label its axes to vary it along some of them."
            )
        return checked_covariance("covariance", covariance, sigma.reshape(*where.shape, n, n)).reshape(-1, n, n)
    unknown = [d for d in covariance.dims if d not in (*where.dims, "row", "column")]
    if unknown or not {"row", "column"} <= set(covariance.dims):
        raise LargespinError(
            f"Argument `covariance` must have the axes row, column and any of {', '.join(where.dims) or 'no others'}, "
            f"but its axes are {', '.join(map(str, covariance.dims))}."
        )
    covariance = _in_order(model, where, covariance)
    template = xr.DataArray(np.zeros(where.shape), dims=where.dims)
    plain = covariance.drop_vars(list(covariance.coords))
    full = plain.broadcast_like(template).transpose(*where.dims, "row", "column").values
    return checked_covariance("covariance", full, sigma.reshape(*where.shape, n, n)).reshape(-1, n, n)


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

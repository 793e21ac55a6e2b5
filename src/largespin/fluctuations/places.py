"""At which states and parameters fluctuations are asked for: a state, an array, or a result of the library."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.derive import mean_field
from largespin.meanfield.points import Points, points_from
from largespin.model.model import Model, check_model
from largespin.model.state import State
from largespin.stationary.stability import refuse_time

LARGEST_RESULT = 4e9
"""Bytes that the matrices of one call may take."""


def places(model: Model, at: npt.ArrayLike | State | xr.Dataset, values: Mapping[str, Any]) -> Points:
    """States and parameters, broadcast. Parameters that a dataset carries need not be given again.

    Raises:
        LargespinError: the dataset belongs to another model, lacks the state, or holds whole runs.
    """
    return points_from(model, at, values)


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


def matrix(values: FloatArray, dims: tuple[str, ...], names: list[str], long_name: str, units: str) -> xr.DataArray:
    """A matrix per point with named rows and columns."""
    return xr.DataArray(
        values,
        dims=(*dims, "row", "column"),
        coords={"row": names, "column": names},
        attrs={"long_name": long_name, "units": units},
    )

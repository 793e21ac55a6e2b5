"""Labelled matrices over a grid, a look at the memory they take, and which models have fluctuations that become
stationary."""

import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.derive import mean_field
from largespin.model.model import Model
from largespin.quantities import text
from largespin.stationary.stability import refuse_time

LARGEST_RESULT = 4e9
"""Bytes that the matrices of one call may take: a quarter of the memory of a common computer."""


def check_steady(model: Model) -> None:
    """Refuse models whose equations or noise contain the time."""
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


def matrix(values: FloatArray, dims: tuple[str, ...], names: list[str]) -> xr.DataArray:
    """A matrix per point with named rows and columns."""
    labels = text(names)
    return xr.DataArray(values, dims=(*dims, "row", "column"), coords={"row": labels, "column": labels})

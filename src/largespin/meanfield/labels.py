"""Coordinates with ready indexes: those of every state of a model are made once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from largespin.model.model import Model
from largespin.quantities import text


@dataclass(frozen=True, eq=False)
class Axis:
    """A labelled axis: its index, and its coordinate followed by others along it."""

    index: xr.indexes.PandasIndex
    variables: Mapping[str, xr.Variable]


def array(dims: tuple[str, ...], values: npt.NDArray[Any], attrs: Mapping[str, str] | None = None) -> xr.Variable:
    """A variable with these very `values`; names and units that our table knows come last (`described`), as xarray copies them.

    Without `fastpath` xarray imports Dask to see whether they are one of its arrays, and turns words into a `pandas.Series`
    and back to see whether they are dates.
    """
    return xr.Variable(dims, values, attrs, fastpath=True)


def axis(name: str, labels: npt.NDArray[Any]) -> Axis:
    """The axis `name` with its index, as xarray makes it from an array (for which it imports Dask, too)."""
    words = object if labels.dtype == object else None
    index = xr.indexes.PandasIndex(pd.Index(labels, dtype=words), name, coord_dtype=labels.dtype)
    return Axis(index, index.create_variables())


@lru_cache(maxsize=64)
def axes_of_states(model: Model) -> Mapping[str, Axis]:
    """The axes that states of a model have, by name: ``block`` with its ``weight``, ``component``, ``level``, ``mode``, ``pattern``."""
    particles = model.particles
    block = axis("block", np.arange(particles.number_of_blocks))
    weight = array(("block",), particles.weights)
    return {
        "block": Axis(block.index, {**block.variables, "weight": weight}),
        "component": axis("component", text(particles.component_names)),
        "level": axis("level", text(particles.level_names)),
        "mode": axis("mode", text([mode.name for mode in model.modes])),
        "pattern": axis("pattern", np.arange(len(particles.coefficients))),
    }


def coordinates(axes: Iterable[Axis], others: Mapping[str, xr.Variable] | None = None) -> xr.Coordinates:
    """Coordinates of a dataset: those of its axes, and `others` that need no index."""
    indexes, variables = {}, dict(others or {})
    for one in axes:
        name, *_ = one.variables
        indexes[name] = one.index
        variables |= one.variables
    return xr.Coordinates(variables, indexes)

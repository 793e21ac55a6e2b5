"""How does the result of a study look? A curve or a map of one variable over what was swept, or its phases."""

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import LargespinError
from largespin.study.problems import suggestion
from largespin.study.work import Work

MOST_CURVES = 12
"""Curves in one picture; more cannot be told apart."""
FEWEST_OF_MAP = 7
"""Values along both axes from which a map is drawn; fewer are easier to read as curves."""
NOT_DRAWN = ("weight", "smallest_eigenvalue", "conserved_drift", "end_time", "usable")
"""Variables that nobody wants to see first."""


def drawn_variable(dataset: xr.Dataset, work: Work, wanted: bool | str) -> str:
    """The variable to draw: the one that is named, or the first kept or computed one that holds real numbers.

    Raises:
        LargespinError: no such variable, or none with numbers.
    """
    numeric = [str(name) for name in dataset.data_vars if dataset[name].dtype.kind in "fiub" and dataset[name].ndim]
    if isinstance(wanted, str):
        if wanted not in numeric:
            raise LargespinError(
                f"Key `output.plot` must name a variable with numbers, but {wanted!r} is none; {suggestion(wanted, numeric)}"
            )
        return wanted
    for name in (*(work.keep or ()), "overlap", *numeric):
        if name in numeric and name not in NOT_DRAWN:
            return name
    raise LargespinError("Key `output.plot` must be false, because no variable of the result holds numbers.")


def reduced(array: xr.DataArray, work: Work, select: dict[str, int]) -> xr.DataArray:
    """The array over one or two axes: what the study selects, then the last time, then the first of everything else.

    Raises:
        LargespinError: unknown dimensions or places in `select`.
    """
    for dim, place in select.items():
        if dim not in array.dims:
            words = suggestion(dim, [str(d) for d in array.dims])
            raise LargespinError(
                f"Key `output.select.{dim}` must be a dimension of `{array.name}`, but it is none; {words}"
            )
        if not -array.sizes[dim] <= place < array.sizes[dim]:
            raise LargespinError(
                f"Key `output.select.{dim}` must lie in [{-array.sizes[dim]}, {array.sizes[dim] - 1}], but it is {place}."
            )
    left = array.isel(select)
    swept = [name for name in (*work.axes, *work.between) if name in left.dims]
    if "time" in left.dims and len(swept) > 1:
        left = left.isel(time=-1)
    kept = [*swept, *(["time"] if "time" in left.dims else [])][:2]
    return left.isel({dim: 0 for dim in left.dims if dim not in kept}).transpose(*kept)


def draw(dataset: xr.Dataset, work: Work, wanted: bool | str, select: dict[str, int], file: Path) -> Path:
    """Draw a result into a PNG file.

    Args:
        dataset: the result.
        work: what was computed.
        wanted: True, or the name of a variable.
        select: places along dimensions that are not drawn.
        file: where to write.

    Returns:
        The file.

    Raises:
        LargespinError: nothing that could be drawn.
    """
    from matplotlib.figure import Figure

    if wanted is True and "phase" in dataset and "flag_meanings" in dataset.phase.attrs:
        return _phases(dataset, file)
    array = reduced(dataset[drawn_variable(dataset, work, wanted)], work, select).load()
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    if array.ndim == 2 and "time" not in array.dims and min(array.shape) >= FEWEST_OF_MAP:
        _map(figure, axes, array)
    else:
        # Time runs to the right, otherwise what has more values.
        _curves(axes, array if "time" in array.dims or array.ndim < 2 or array.shape[1] >= array.shape[0] else array.T)
    axes.set_title(_title(array), fontsize="small")
    figure.savefig(file, dpi=150)
    return file


def _phases(dataset: xr.Dataset, file: Path) -> Path:
    from matplotlib.figure import Figure

    from largespin.plot import phase_diagram

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    phase_diagram(dataset.load(), figure.add_subplot())
    figure.savefig(file, dpi=150)
    return file


def _map(figure: Any, axes: Any, array: xr.DataArray) -> None:
    down, across = (str(dim) for dim in array.dims)
    mesh = axes.pcolormesh(_values(array, across), _values(array, down), array.values, shading="nearest")
    figure.colorbar(mesh, ax=axes, label=str(array.name))
    axes.set_xlabel(_label(array, across))
    axes.set_ylabel(_label(array, down))


def _curves(axes: Any, array: xr.DataArray) -> None:
    across = str(array.dims[-1]) if array.ndim else ""
    others = array.dims[0] if array.ndim == 2 else None
    count = array.sizes[others] if others is not None else 1
    for place in np.unique(np.linspace(0, count - 1, min(count, MOST_CURVES)).round().astype(int)):
        curve = array if others is None else array.isel({others: int(place)})
        label = None if others is None else f"{others} = {float(_values(array, str(others))[place]):.4g}"
        style = {"marker": "o", "markersize": 3} if curve.size <= 50 else {}
        axes.plot(_values(curve, across) if across else [0.0], np.atleast_1d(curve.values), label=label, **style)
    if others is not None:
        axes.legend(fontsize="small")
    axes.set_xlabel(_label(array, across) if across else "")
    axes.set_ylabel(str(array.name))


def _values(array: xr.DataArray, dim: str) -> np.ndarray:
    found = array[dim].values
    return found if found.dtype.kind in "fiu" else np.arange(array.sizes[dim])


def _label(array: xr.DataArray, dim: str) -> str:
    return f"{dim} ({words})" if (words := str(array[dim].attrs.get("long_name", ""))) and words != dim else dim


def _title(array: xr.DataArray) -> str:
    places = [
        f"{name} = {array[name].item()}" for name in array.coords if not array[name].ndim and name not in NOT_DRAWN
    ]
    return ", ".join(place for place in places if len(place) < 40)

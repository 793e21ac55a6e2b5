"""How does any quantity change over two axes of a result?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.charts.line import positions
from largespin.plot.inputs import Component, component_label
from largespin.plot.maps import draw_map
from largespin.plot.missing import reasons
from largespin.plot.panels import axes_or_new
from largespin.plot.results import array_and_data
from largespin.plot.style import axis_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def heat_map(
    data: "xr.Dataset | xr.DataArray",
    *,
    variable: Component | None = None,
    x: str | None = None,
    y: str | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw any variable of any result over two axes as colours, with a scale that carries its units.

    Values of both signs have white at zero. Points without a value are grey and hatched, named by their outcome.

    Args:
        data: a Dataset, such as the result of `sweep`, or a DataArray.
        variable: its name, or the name and a selection, such as ``("overlap", {"pattern": 0})``; not needed for a
            DataArray or a Dataset of one variable. Further axes of length one are left out.
        x: the axis to the right; the first one if not given.
        y: the axis upwards; the other one if not given.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: no such variable or axis, values that are no real numbers, or not two axes.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> axes = {"temperature": np.linspace(0.4, 1.2, 5), "field": np.linspace(0.0, 0.6, 4)}
        >>> run = ls.evolve(model, [0, 0, 0.6], 50.0, parameters=axes)
        >>> ax = ls.plot.heat_map(run, variable="overlap")
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('temperature of the flips', 'transverse field')

    Source: none.
    """
    whole, array = array_and_data(data, variable)
    across, up = _axes(array, x, y)
    array = array.isel({dim: 0 for dim in array.dims if dim not in (across, up)}).transpose(up, across)
    x_places, x_words = positions(array, across)
    y_places, y_words = positions(array, up)
    columns, rows = np.argsort(x_places, kind="stable"), np.argsort(y_places, kind="stable")
    values = array.values.astype(np.float64)[np.ix_(rows, columns)]
    words = reasons(whole, array, (up, across))[np.ix_(rows, columns)]
    ax = axes_or_new(ax, size=(6.4, 4.4))
    draw_map(
        ax,
        x_places[columns],
        y_places[rows],
        values,
        component_label(array),
        words=words,
        whole=array.dtype.kind in "iub",
        meanings=_meanings(array),
    )
    for dim, ticks, places, axis in ((across, x_words, x_places, ax.xaxis), (up, y_words, y_places, ax.yaxis)):
        axis.set_label_text(axis_label(array[dim]) if dim in array.coords else dim)
        if ticks is not None:
            axis.set_ticks(places, ticks)
    return ax


def _axes(array: "xr.DataArray", x: str | None, y: str | None) -> tuple[str, str]:
    for argument, name in (("x", x), ("y", y)):
        if name is not None and name not in array.dims:
            raise LargespinError(
                f"Argument `{argument}` must be an axis of the variable, one of {', '.join(map(str, array.dims))}, but "
                f"it is {name!r}."
            )
    if x is not None and x == y:
        raise LargespinError(f"Arguments `x` and `y` must be two axes, but both are {x!r}.")
    long = [str(dim) for dim in array.dims if array.sizes[dim] > 1 and dim not in (x, y)]
    # Axes of one entry count only where they are needed to make two.
    short = [str(dim) for dim in array.dims if array.sizes[dim] == 1 and dim not in (x, y)]
    wanted = [x, y]
    for place in range(2):
        if wanted[place] is None and (long or short):
            wanted[place] = (long or short).pop(0)
    if wanted[0] is None or wanted[1] is None or long:
        dims = ", ".join(map(str, array.dims)) or "none"
        cure = (
            f'; choose one `{long[0]}`, as in ("{array.name}", {{"{long[0]}": …}})' if long else "; see `ls.plot.line`"
        )
        raise LargespinError(f"Argument `variable` must have two axes, but it has {dims}{cure}.")
    return wanted[0], wanted[1]


def _meanings(array: "xr.DataArray") -> dict[float, str] | None:
    """Words for the codes of a classification, by the CF conventions."""
    if "flag_values" not in array.attrs or "flag_meanings" not in array.attrs:
        return None
    codes: Any = np.atleast_1d(array.attrs["flag_values"]).tolist()
    told = array.attrs["flag_meanings"]
    words = told.split() if isinstance(told, str) else list(told)
    return {float(code): str(word).replace("_", " ") for code, word in zip(codes, words, strict=False)}

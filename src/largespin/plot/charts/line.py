"""How does any quantity change along one axis of a result?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, component_label, parameter_axes, point_words
from largespin.plot.missing import reasons_along
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.results import array_and_data
from largespin.plot.style import GREY, LONGEST_LEGEND, axis_label, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

FEW_POINTS = 60
"""Points of a curve up to which each is marked."""
CROSS = 0.03
"""Height of the crosses of missing points, in parts of the panel."""


def line(
    data: "xr.Dataset | xr.DataArray",
    *,
    variable: Component | None = None,
    along: str | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw any variable of any result over one axis; further axes become curves with names.

    Args:
        data: a Dataset, such as the result of `sweep`, or a DataArray.
        variable: its name, or the name and a selection, such as ``("overlap", {"pattern": 0})``; not needed for a
            DataArray or a Dataset of one variable.
        along: the axis to the right; if not given ``time``, else the longest axis with numbers.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes. Points without a value are crosses on its lower edge, named by their outcome.

    Raises:
        LargespinError: no such variable or axis, or values that are no real numbers.

    Limits: of more than 12 curves, 12 are drawn, evenly chosen; the legend says so.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve(model, [0, 0, 0.6], 50.0, temperature=[0.5, 0.8, 1.1, 1.4], field=[0.0, 0.2])
        >>> ax = ls.plot.line(run, variable="overlap")
        >>> ax.get_xlabel(), [text.get_text() for text in ax.get_legend().get_texts()]
        ('temperature of the flips', ['field = 0', 'field = 0.2'])

    Source: none.
    """
    whole, array = array_and_data(data, variable)
    name = _along(array, along)
    x, ticks = positions(array, name)
    order = np.argsort(x, kind="stable")
    others = parameter_axes(array, name)
    values = array.transpose(*others, name).values.astype(np.float64).reshape(-1, len(x))
    places = list(np.ndindex(*(array.sizes[dim] for dim in others)))
    shown = np.unique(np.linspace(0, len(places) - 1, min(len(places), LONGEST_LEGEND)).round().astype(int))
    told = [
        point_words(array, dict(zip(_told(array, others), _told_index(array, others, places[place]), strict=True)))
        for place in shown
    ]
    ax = axes_or_new(ax)
    for number, (place, words) in enumerate(zip(shown, told, strict=True)):
        marks: dict[str, Any] = {"marker": "o", "markersize": 3.5} if len(x) <= FEW_POINTS else {}
        ax.plot(x[order], values[place][order], label=words or None, linewidth=1.6, **line_style(number), **marks)
    _crosses(ax, x, reasons_along(whole, array, name))
    label_axes(ax, axis_label(array[name]) if name in array.coords else name, component_label(array))
    if ticks is not None:
        ax.set_xticks(x, ticks)
    tidy(ax)
    legend(ax, title=None if len(shown) == len(places) else f"{len(shown)} of {len(places)}")
    return ax


def _along(array: "xr.DataArray", along: str | None) -> str:
    if along is not None and along not in array.dims:
        raise LargespinError(
            f"Argument `along` must be an axis of the variable, one of {', '.join(map(str, array.dims))}, but it is "
            f"{along!r}."
        )
    if not array.dims:
        raise LargespinError("Argument `variable` must have an axis, but it is a single number.")
    if along is not None:
        return along
    if "time" in array.dims:
        return "time"
    with_numbers = [str(dim) for dim in array.dims if dim in array.coords and array[dim].dtype.kind in "fiu"]
    return max(with_numbers or [str(dim) for dim in array.dims], key=lambda dim: array.sizes[dim])


def positions(array: "xr.DataArray", dim: str) -> tuple[Any, list[str] | None]:
    """Where the entries of an axis lie: at their numbers; words lie at 0, 1, … and are the ticks."""
    if dim not in array.coords:
        return np.arange(array.sizes[dim], dtype=np.float64), None
    labels = array[dim].values
    if labels.dtype.kind in "fiu":
        return labels.astype(np.float64), None
    return np.arange(len(labels), dtype=np.float64), [str(label) for label in labels]


def _told(array: "xr.DataArray", dims: tuple[str, ...]) -> list[str]:
    """Axes that tell curves apart: those with more than one entry."""
    return [dim for dim in dims if array.sizes[dim] > 1]


def _told_index(array: "xr.DataArray", dims: tuple[str, ...], place: tuple[int, ...]) -> list[int]:
    return [index for dim, index in zip(dims, place, strict=True) if array.sizes[dim] > 1]


def _crosses(ax: "Axes", x: Any, absent: list[tuple[int, str]]) -> None:
    """Points without a value, on the lower edge of the panel, one kind of mark for each reason."""
    for number, word in enumerate(sorted({word for _, word in absent})):
        own = [place for place, why in absent if why == word]
        style: dict[str, Any] = {"marker": "xd+*"[number % 4], "color": GREY, "linestyle": "none", "clip_on": False}
        label = f"{word} ({len(own)})"
        ax.plot(x[own], np.full(len(own), CROSS), transform=ax.get_xaxis_transform(), label=label, **style)

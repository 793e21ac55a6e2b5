"""How do stationary states and cycles change with one parameter? The bifurcation diagram."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, component_label, dataset_with
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import LASTING, LOST, OKABE_ITO, axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

CYCLE, SHADE = OKABE_ITO[2], 0.18
"""Colour of cycles, and how strongly the values they run through are filled."""
STABLE_CYCLE: dict[str, Any] = {"color": CYCLE, "linewidth": 1.6, "linestyle": "-."}
"""How the extreme values of stable cycles are drawn."""
OTHER = "*"
"""Marker of special points whose kind stands in no registry."""
LOST_CYCLE: dict[str, Any] = {"color": CYCLE, "linewidth": 1.0, "linestyle": ":"}
"""The same of unstable ones."""
CYCLES = "a result of `cycle_branch`"


def branches(
    found: "xr.Dataset",
    *,
    quantity: Component = "overlap",
    cycles: "xr.Dataset | None" = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a quantity along branches: stable parts solid, others dashed, special points marked, cycles as a band.

    Args:
        found: a result of `branch` or `branches`.
        quantity: a variable over ``point``, or its name and a selection, such as ``("m", {"component": "x"})``; along
            further axes the first entry is drawn, and the label says so.
        cycles: a result of `cycle_branch` in the same parameter; drawn between smallest and largest value.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: no such quantity, or a dataset that is no result of `branch`.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.branches(model, [0, 0, 0], between={"field": (0, 0.5)}, field=0.1, temperature=0.5)
        >>> ax = ls.plot.branches(found)
        >>> ax.get_xlabel(), len(ax.collections)
        ('transverse field', 2)

    Source: none.
    """
    name = followed_parameter("found", found, "a result of `branch` or `branches`", "branch", "verdict", "special")
    values = along_points("quantity", found, quantity)
    band = None
    if cycles is not None:
        own = followed_parameter("cycles", cycles, CYCLES, "period", "verdict", "phase")
        if own != name:
            raise LargespinError(f"Argument `cycles` must follow the parameter `{name}`, but it follows `{own}`.")
        band = extremes(cycles, quantity)
    ax = axes_or_new(ax)
    if cycles is not None and band is not None:
        draw_cycles(ax, cycles[name].values, *band, (cycles.verdict == "stable").values)
    x = found[name].values
    draw_branches(ax, x, values.values, found.branch.values, found.verdict.isin(["stable", "centre"]).values)
    draw_special(ax, x, values.values, found.special.values.astype(str))
    label_axes(ax, axis_label(found[name]), component_label(values))
    tidy(ax)
    legend(ax)
    return ax


def followed_parameter(argument: str, data: Any, wanted: str, *needed: str) -> str:
    """The parameter that changes along ``point``.

    Raises:
        LargespinError: if it is no such result.
    """
    dataset_with(argument, data, wanted, *needed)
    names = [str(name) for name in data.coords if data[name].dims == ("point",) and name != "point"]
    if len(names) != 1:
        raise LargespinError(f"Argument `{argument}` must be {wanted}, with one parameter over `point`, but it is not.")
    return names[0]


def along_points(argument: str, data: "xr.Dataset", quantity: Component, *own: str) -> "xr.DataArray":
    """A quantity over ``point`` and the axes `own`; of further axes the first entry.

    Raises:
        LargespinError: no such quantity.
    """
    name = quantity if isinstance(quantity, str) else quantity[0]
    if name not in data.variables or "point" not in data[name].dims:
        raise LargespinError(f"Argument `{argument}` must be a variable over `point`, but {name!r} is not.")
    others = tuple(str(dim) for dim in data[name].dims if dim not in ("point", *own))
    return chosen(argument, data, quantity, first=others)


def extremes(cycles: "xr.Dataset", quantity: Component) -> tuple[Any, Any]:
    """Smallest and largest value along each cycle.

    Raises:
        LargespinError: no such quantity.
    """
    values = along_points("quantity", cycles, quantity, "phase")
    if "phase" not in values.dims:
        raise LargespinError("Argument `quantity` must change along the phase of the cycles, but it does not.")
    return values.min("phase").values, values.max("phase").values


def draw_branches(axes: "Axes", x: Any, y: Any, number: Any, lasting: Any) -> None:
    """Branches whose points lie one after the other: `number` says to which one a point belongs."""
    for branch in np.unique(number):
        own = number == branch
        _draw_branch(axes, x[own], y[own], lasting[own])


def _draw_branch(axes: "Axes", x: Any, y: Any, lasting: Any) -> None:
    """One branch, cut where its stability changes; each part reaches to the first point of the next."""
    changes = np.flatnonzero(lasting[1:] != lasting[:-1]) + 1
    for first, last in zip([0, *changes], [*changes, len(x) - 1], strict=True):
        part = slice(first, last + 1)
        stable = lasting[first]
        style: dict[str, Any] = {"color": LASTING, "linestyle": "-", "linewidth": 2.0}
        if not stable:
            style = {"color": LOST, "linestyle": "--", "linewidth": 1.3}
        axes.plot(x[part], y[part], label=_once(axes, "stable" if stable else "unstable"), **style)


def _once(axes: "Axes", label: str) -> str:
    """A label that has not been used; a legend shows each once."""
    return f"_{label}" if label in axes.get_legend_handles_labels()[1] else label


def draw_special(axes: "Axes", x: Any, y: Any, special: Any) -> None:
    """A marker at every point that has a name in `special`."""
    from largespin.bifurcations.kinds.registry import KINDS
    from largespin.bifurcations.special import family_of_kind

    markers = {name: kind.marker for name, kind in KINDS.items()}
    for index in np.flatnonzero(special != ""):
        family = family_of_kind(str(special[index]))
        style: dict[str, Any] = {"marker": markers.get(family, OTHER), "color": "black", "s": 32, "zorder": 4}
        axes.scatter(x[index], y[index], label=_once(axes, family), **style)


def draw_band(axes: "Axes", x: Any, low: Any, high: Any) -> None:
    """The values through which cycles run."""
    # A branch that turns back lies above itself: each stretch between turns is filled alone.
    turns = np.flatnonzero(np.diff(np.sign(np.diff(x))) != 0) + 1
    for first, last in zip([0, *turns], [*turns, len(x) - 1], strict=True):
        part = slice(first, last + 1)
        axes.fill_between(x[part], low[part], high[part], color=CYCLE, alpha=SHADE, linewidth=0)


def draw_cycles(axes: "Axes", x: Any, low: Any, high: Any, stable: Any) -> None:
    """The band of cycles with its edges: dash-dotted where they are stable, dotted where they are not."""
    draw_band(axes, x, low, high)
    for edge in (low, high):
        for own, style, label in (
            (stable, STABLE_CYCLE, "cycle, extremes"),
            (~stable, LOST_CYCLE, "unstable cycle, extremes"),
        ):
            if own.any():
                axes.plot(x, np.where(own, edge, np.nan), label=_once(axes, label), **style)

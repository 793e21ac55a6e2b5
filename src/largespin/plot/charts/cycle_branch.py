"""How do the amplitude and the period of cycles change along one parameter?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.plot.charts.branches import CYCLE, CYCLES, along_points, draw_cycles, extremes, followed_parameter
from largespin.plot.inputs import Component, component_label
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

MARKERS = ("s", "D", "o", "^", "v", "P", "*")
"""Markers of the kinds of special points, in the order in which they come."""


def cycle_branch(cycles: "xr.Dataset", *, quantity: Component = "overlap", ax: "Axes | None" = None) -> "Axes":
    """Draw the smallest and largest value of a quantity along cycles, or a number of each cycle, over the parameter.

    Args:
        cycles: a result of `cycle_branch`.
        quantity: a variable over ``point`` and ``phase``, such as ``"overlap"``, drawn as a band, or over ``point``
            alone, such as ``"period"``, drawn as a line; or its name and a selection. Along further axes the first entry
            is drawn, and the label says so.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes. Stable cycles are dash-dotted, unstable ones dotted, special points marked.

    Raises:
        LargespinError: another kind of result, or no such quantity.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> cycles = ls.cycle_branch(model, [0, 0.1, 0.1], between={"field": (0.5, 0.8)}, temperature=0.6, field=0.6)
        >>> ls.plot.cycle_branch(cycles, quantity="period").get_ylabel()
        'period T of the cycle (inverse rate)'

    Source: none.
    """
    name = followed_parameter("cycles", cycles, CYCLES, "period", "verdict", "phase")
    values = along_points("quantity", cycles, quantity, "phase")
    x, stable = cycles[name].values, (cycles.verdict == "stable").values
    band = extremes(cycles, quantity) if "phase" in values.dims else None
    ax = axes_or_new(ax)
    if band is not None:
        draw_cycles(ax, x, *band, stable)
        marked = band[1]
    else:
        marked = values.values
        for own, style, label in ((stable, "-", "stable cycle"), (~stable, ":", "unstable cycle")):
            if own.any():
                joined = np.where(_reaching(own), marked, np.nan)
                ax.plot(x, joined, color=CYCLE, linestyle=style, linewidth=1.8, label=label)
    _draw_special(ax, cycles, x, marked)
    label_axes(ax, axis_label(cycles[name]), component_label(values))
    tidy(ax)
    legend(ax)
    return ax


def _reaching(own: Any) -> Any:
    """These points, and the first one after each stretch, so that stable and unstable parts meet."""
    return own | np.concatenate([[False], own[:-1]])


def _draw_special(ax: "Axes", cycles: "xr.Dataset", x: Any, y: Any) -> None:
    if "special" not in cycles:
        return
    kinds = cycles.special.values.astype(str)
    for number, kind in enumerate(dict.fromkeys(kinds[kinds != ""].tolist())):
        own = kinds == kind
        style: dict[str, Any] = {"marker": MARKERS[number % len(MARKERS)], "color": "black", "s": 32, "zorder": 4}
        ax.scatter(x[own], y[own], label=kind, **style)

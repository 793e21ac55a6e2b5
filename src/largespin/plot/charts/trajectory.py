"""How does one quantity move against another? A phase portrait of one run."""

from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, component_label, dataset_with
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import OKABE_ITO, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def trajectory(run: "xr.Dataset", x: Component, y: Component, *, ax: "Axes | None" = None) -> "Axes":
    """Draw `(x(t), y(t))`, a circle at the start and a square at the end.

    Args:
        run: a result of `evolve` with output times.
        x: name of a variable, or the name and a selection, such as `("m", {"block": 0, "component": "y"})`.
        y: the same for the other axis.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: for an unknown variable, or if more than the time axis is left after the selection.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 40, 401), temperature=0.5, field=0.6)
        >>> ax = ls.plot.trajectory(run, ("m", {"block": 0, "component": "y"}), ("overlap", {"pattern": 0}))
        >>> ax.get_xlabel()
        'm_y'

    Source: the form of F24, Fig. B1.
    """
    dataset_with("run", run, "a result of `evolve` with output times", "time")
    horizontal, vertical = _in_time("x", run, x), _in_time("y", run, y)
    ax = axes_or_new(ax)
    colour = OKABE_ITO[0]
    ends: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 3}
    ax.plot(horizontal.values, vertical.values, color=colour, linewidth=1.4)
    marks: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (0, "start", {"marker": "o", "color": "white", "markeredgecolor": colour, "markersize": 8}),
        (-1, "end", {"marker": "s", "color": OKABE_ITO[1], "markersize": 7}),
    )
    for place, label, style in marks:
        ax.plot(horizontal.values[place], vertical.values[place], label=label, **ends, **style)
    label_axes(ax, component_label(horizontal), component_label(vertical))
    tidy(ax)
    legend(ax)
    return ax


def _in_time(argument: str, run: "xr.Dataset", component: Component) -> "xr.DataArray":
    values = chosen(argument, run, component)
    if values.dims != ("time",):
        name = component if isinstance(component, str) else component[0]
        left = next((str(dim) for dim in values.dims if dim != "time"), None)
        cure = f'choose one `{left}`, as in ("{name}", {{"{left}": …}})' if left else "it needs output times"
        raise LargespinError(f"Argument `{argument}` must be one number for each time, but {name!r} is not; {cure}.")
    return values

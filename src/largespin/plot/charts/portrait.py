"""How does one quantity move against another? A phase portrait of one run."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError
from largespin.plot.style import OKABE_ITO, axes_or_new, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

Component = str | tuple[str, Mapping[str, Any]]


def trajectory(run: "xr.Dataset", x: Component, y: Component, ax: "Axes | None" = None) -> "Axes":
    """Draw `(x(t), y(t))`, a circle at the start and a square at the end.

    Args:
        run: a result of `evolve` with output times.
        x: name of a variable, or the name and a selection, such as `("m", {"block": 0, "component": "y"})`.
        y: the same for the other axis.
        ax: where to draw; a new figure if not given.

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
        'm (block 0, component y)'

    Source: the form of F24, Fig. B1.
    """
    horizontal, vertical = _component("x", run, x), _component("y", run, y)
    ax = axes_or_new(ax)
    colour = OKABE_ITO[0]
    ax.plot(horizontal, vertical, color=colour, linewidth=1.4)
    ax.plot(horizontal[0], vertical[0], "o", color="white", markeredgecolor=colour, label="start", markersize=8)
    ax.plot(horizontal[-1], vertical[-1], "s", color=OKABE_ITO[1], label="end", markersize=7)
    ax.set_xlabel(_label(run, x))
    ax.set_ylabel(_label(run, y))
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    tidy(ax)
    return ax


def _split(component: Component) -> tuple[str, Mapping[str, Any]]:
    return (component, {}) if isinstance(component, str) else component


def _component(argument: str, run: "xr.Dataset", component: Component) -> Any:
    name, selection = _split(component)
    if name not in run:
        raise LargespinError(
            f"Argument `{argument}` must name a variable of the run, one of {', '.join(map(str, run.data_vars))}, "
            f"but it is {name!r}."
        )
    values = run[name]
    try:
        values = values.sel({dim: selection[dim] for dim in selection})
    except (KeyError, ValueError) as error:
        raise LargespinError(
            f"Argument `{argument}` must select from the axes {', '.join(map(str, values.dims))} by their labels, "
            f"but {dict(selection)} does not."
        ) from error
    if values.dims != ("time",):
        left = next((str(dim) for dim in values.dims if dim != "time"), None)
        cure = f'choose one `{left}`, as in ("{name}", {{"{left}": …}})' if left else "it needs output times"
        raise LargespinError(f"Argument `{argument}` must be one number for each time, but {name!r} is not; {cure}.")
    return values.values


def _label(run: "xr.Dataset", component: Component) -> str:
    name, selection = _split(component)
    chosen = ", ".join(f"{dim} {label}" for dim, label in selection.items())
    units = run[name].attrs.get("units", "1")
    return name + (f" ({chosen})" if chosen else "") + ("" if units == "1" else f" [{units}]")

"""Which starts go where? Starts in a plane, coloured by the attractor that they reach."""

from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, component_label, dataset_with, without_axes
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import GREY, OKABE_ITO, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

STARTS = "start_"
"""How variables of the starts begin: ``start_m`` is ``m`` of the starts."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
MOST = len(OKABE_ITO)
"""Attractors with colours of their own, the largest shares first; starts of others are grey."""


def basins(found: "xr.Dataset", x: Component, y: Component, *, ax: "Axes | None" = None) -> "Axes":
    """Draw every start in a plane of two quantities in the colour of its attractor, and the attractors as stars.

    Args:
        found: a result of `find_attractors` at one point.
        x: a variable of states, or its name and a selection, such as ``("m", {"block": 0, "component": "z"})``.
        y: the same for the other axis.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, several points, or quantities that are not one number for each start.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.find_attractors(model, samples=64, temperature=0.5, field=0.2)
        >>> ax = ls.plot.basins(found, ("m", {"block": 0, "component": "y"}), ("overlap", {"pattern": 0}))
        >>> sorted(text.get_text().split(" (")[0] for text in ax.get_legend().get_texts())
        ['0: stationary', '1: stationary']

    Source: none.
    """
    dataset_with("found", found, "a result of `find_attractors`", "attractor_of_start", "kind", "share")
    without_axes("found", found.attractor_of_start, ("start",), "the result at one point")
    across, up = _of_starts("x", found, x), _of_starts("y", found, y)
    reached = found.attractor_of_start.values
    ax = axes_or_new(ax, size=(7.2, 4.6))
    known = [number for number in range(found.sizes["attractor"]) if (reached == number).any()]
    for number in known:
        own = reached == number
        colour = OKABE_ITO[number] if number < MOST else GREY
        words = f"{number}: {found.kind.values[number]} ({100 * float(found.share.values[number]):.0f} %)"
        label = words if number < MOST else "others" if number == MOST else None
        style: dict[str, Any] = {"marker": MARKERS[number % len(MARKERS)], "color": colour, "s": 16, "alpha": 0.75}
        ax.scatter(across.values[own], up.values[own], label=label, linewidth=0, **style)
    for number in known[:MOST]:
        star = [_at_attractor(found, component, number) for component in (x, y)]
        ax.plot(*star, "*", color=OKABE_ITO[number], markersize=17, markeredgecolor="black", zorder=4)
    label_axes(ax, f"{component_label(across)}, of the start", f"{component_label(up)}, of the start")
    tidy(ax)
    legend(ax, title="attractor")
    return ax


def _of_starts(argument: str, found: "xr.Dataset", component: Component) -> "xr.DataArray":
    """The quantity at every start."""
    name, selection = (component, {}) if isinstance(component, str) else component
    if f"{STARTS}{name}" not in found.variables:
        held = [str(key).removeprefix(STARTS) for key in found.data_vars if str(key).startswith(STARTS)]
        raise LargespinError(
            f"Argument `{argument}` must name a variable of states, one of {', '.join(held)}, but it is {name!r}."
        )
    # The label says that it is of the start; the name is that of the quantity.
    starts = found.drop_vars(name).assign({name: found[f"{STARTS}{name}"].assign_attrs(found[name].attrs)})
    values = chosen(argument, starts, (name, selection))
    left = [str(dim) for dim in values.dims if dim != "start"]
    if left:
        raise LargespinError(
            f"Argument `{argument}` must be one number for each start, but {name!r} is not; choose one `{left[0]}`, as in "
            f'("{name}", {{"{left[0]}": …}}).'
        )
    return values


def _at_attractor(found: "xr.Dataset", component: Component, number: int) -> float:
    """The same quantity at one state of the attractor."""
    return float(chosen("x", found.isel(attractor=number), component))

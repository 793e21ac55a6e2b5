"""Which stationary states are there along one parameter, and which of them attract?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, component_label, dataset_with, parameter_axes
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import GREY, LASTING, LOST, OKABE_ITO, axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

RESULT = "a result of `stationary_states`"
MARKS: dict[str, dict[str, Any]] = {
    "stable": {"marker": "o", "color": LASTING, "s": 26},
    "centre": {"marker": "D", "color": OKABE_ITO[2], "s": 24},
    "marginal": {"marker": "s", "facecolors": "none", "edgecolors": GREY, "s": 26},
    "unstable": {"marker": "o", "facecolors": "none", "edgecolors": LOST, "s": 26},
}
"""Marks by verdict: what lasts is filled, what does not is open, so that prints in black and white tell them apart."""
OTHER: dict[str, Any] = {"marker": "x", "color": GREY, "s": 26}
"""Mark of any other verdict."""


def stationary_states(states: "xr.Dataset", *, quantity: Component = "overlap", ax: "Axes | None" = None) -> "Axes":
    """Draw a quantity of all stationary states over one parameter: stable ones filled, unstable ones open.

    Args:
        states: a result of `stationary_states` over one parameter, or at one point (then over the number of the state).
        quantity: a variable, or its name and a selection, such as ``("m", {"block": 0, "component": "x"})``; along
            further axes the first entry is drawn, and the label says so.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, two parameters, or no such quantity.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> states = ls.stationary_states(model, temperature=0.5, field=np.linspace(0, 0.8, 9))
        >>> ax = ls.plot.stationary_states(states)
        >>> ax.get_legend_handles_labels()[1]
        ['stable', 'unstable']

    Source: none.
    """
    dataset_with("states", states, RESULT, "verdict")
    if "state" not in states.verdict.dims:
        raise LargespinError(f"Argument `states` must be {RESULT}, with the axis `state`, but it has none.")
    axes = parameter_axes(states.verdict, "state")
    if len(axes) > 1:
        raise LargespinError(
            f"Argument `states` must have one parameter, but it has {', '.join(axes)}; choose one value with "
            f"`states.isel({axes[1]}=0)`, or see `ls.plot.number_of_stable_states`."
        )
    array = _one_number_each(states, quantity, axes)
    name = axes[0] if axes else "state"
    x = states[name] if name in states.coords else states[name].copy()
    places = np.broadcast_to(x.values.astype(np.float64)[:, None] if axes else x.values, array.shape)
    ax = axes_or_new(ax)
    verdicts = states.verdict.transpose(*array.dims).values.astype(str)
    known = np.isfinite(array.values)
    for verdict in (*MARKS, *sorted(set(verdicts[known].tolist()) - set(MARKS))):
        own = known & (verdicts == verdict)
        if own.any():
            style = MARKS.get(verdict, OTHER)
            ax.scatter(places[own], array.values[own], label=verdict, zorder=3, **style)
    if not axes:
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_axes(ax, axis_label(x), component_label(array))
    tidy(ax)
    legend(ax)
    return ax


def _one_number_each(states: "xr.Dataset", quantity: Component, axes: tuple[str, ...]) -> "xr.DataArray":
    name = quantity if isinstance(quantity, str) else quantity[0]
    further = parameter_axes(states[name], "state", *axes) if name in states.variables else ()
    array = chosen("quantity", states, quantity, first=further)
    if set(array.dims) != {*axes, "state"}:
        raise LargespinError(f"Argument `quantity` must be one number for each state, but {name!r} is not.")
    return array.transpose(*axes, "state")

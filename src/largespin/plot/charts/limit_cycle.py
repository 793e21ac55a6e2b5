"""What do limit cycles look like in phase space?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, component_label, dataset_with, parameter_axes, point_words
from largespin.plot.panels import axes_or_new, label_axes, legend, note
from largespin.plot.style import LONGEST_LEGEND, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

STATE = ("m", "q", "p")
"""Variables of which the two that move most are drawn if none are named."""
ARROW = 0.12
"""Phase at which an arrow shows the direction of motion."""


def limit_cycle(
    cycle: "xr.Dataset", *, x: Component | None = None, y: Component | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw ``(x(φ), y(φ))`` along closed orbits, with a dot at phase 0 and an arrow along the motion.

    Args:
        cycle: a result of `limit_cycle` or `floquet`, at one or several parameter points.
        x: name of a variable over ``phase``, or the name and a selection, such as
            ``("m", {"block": 0, "component": "y"})``; the state variable that moves most if not given.
        y: the same for the other axis; the one that moves most beside it if not given.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes. Points without a cycle are left out; if there is none at all, their sentence stands there.

    Raises:
        LargespinError: another kind of result, or if more than the phase is left after a selection.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> cycle = ls.limit_cycle(model, [0, 0.1, 0.1], temperature=0.6, field=0.6)
        >>> ax = ls.plot.limit_cycle(cycle)
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('m_z', 'm_y')

    Source: none.
    """
    dataset_with("cycle", cycle, "a result of `limit_cycle`", "period", "phase", "m")
    grid = parameter_axes(cycle.period)
    most, second = _moving(cycle, grid)
    across = _on_cycle("x", cycle, most if x is None else x, grid)
    up = _on_cycle("y", cycle, (second if second != x else most) if y is None else y, grid)
    ax = axes_or_new(ax)
    shape = tuple(cycle.sizes[dim] for dim in grid)
    known = [index for index in np.ndindex(shape) if np.isfinite(across.values[index]).all()]
    for number, index in enumerate(known):
        words = point_words(cycle, dict(zip(grid, index, strict=True)))
        label = words if number < LONGEST_LEGEND and len(known) > 1 else None
        _orbit(ax, across.values[index], up.values[index], line_style(number), label)
    if not known:
        note(ax, str(cycle.sentence.values.ravel()[0]) if "sentence" in cycle else "No cycle.")
    label_axes(ax, component_label(across), component_label(up))
    tidy(ax)
    title = None if len(known) <= LONGEST_LEGEND else f"first {LONGEST_LEGEND} of {len(known)}"
    legend(ax, title=title)
    return ax


def _orbit(ax: "Axes", x: Any, y: Any, style: dict[str, Any], label: str | None) -> None:
    """One closed curve; results that stop short of phase 1 are closed."""
    x, y = (np.append(values, values[0]) for values in (x, y))
    ax.plot(x, y, linewidth=1.8, label=label, **style)
    ax.plot(x[:1], y[:1], "o", color=style["color"], markersize=6)
    place = max(1, round(ARROW * (len(x) - 1)))
    ends: dict[str, Any] = {"xy": (x[place], y[place]), "xytext": (x[place - 1], y[place - 1])}
    ax.annotate("", **ends, arrowprops={"arrowstyle": "-|>", "color": style["color"], "mutation_scale": 16})


def _moving(cycle: "xr.Dataset", grid: tuple[str, ...]) -> tuple[Component, Component]:
    """The two state variables that move most, all points of the grid together."""
    candidates: list[tuple[float, Component]] = []
    for name in (name for name in STATE if name in cycle):
        span = (cycle[name].max("phase") - cycle[name].min("phase")).max(grid)
        for index in np.ndindex(span.shape):
            selection = {
                str(dim): span[dim].values.tolist()[place] if dim in span.coords else place
                for dim, place in zip(span.dims, index, strict=True)
            }
            candidates.append((float(np.nan_to_num(span.values[index])), (name, selection)))
    # Equal spans keep their order, so that the choice does not depend on rounding beyond nine digits.
    candidates.sort(key=lambda entry: -round(entry[0], 9))
    return candidates[0][1], candidates[1][1]


def _on_cycle(argument: str, cycle: "xr.Dataset", component: Component, grid: tuple[str, ...]) -> "xr.DataArray":
    values = chosen(argument, cycle, component)
    name = component if isinstance(component, str) else component[0]
    left = [str(dim) for dim in values.dims if dim not in ("phase", *grid)]
    if "phase" not in values.dims or left:
        cure = f'; choose one `{left[0]}`, as in ("{name}", {{"{left[0]}": …}})' if left else ""
        raise LargespinError(f"Argument `{argument}` must be one number for each phase, but {name!r} is not{cure}.")
    return values.transpose(*grid, "phase")

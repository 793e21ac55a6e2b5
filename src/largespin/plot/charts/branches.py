"""How do stationary states and cycles change with one parameter? The bifurcation diagram."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.style import OKABE_ITO, axes_or_new, axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

LASTING, LOST = OKABE_ITO[0], OKABE_ITO[1]
"""Colours of what attracts and of what does not."""
CYCLE, SHADE = OKABE_ITO[2], 0.18
"""Colour of cycles, and how strongly the values they run through are filled."""
STABLE_CYCLE: dict[str, Any] = {"color": CYCLE, "linewidth": 1.6, "linestyle": "-."}
"""How the extreme values of stable cycles are drawn."""
OTHER = "*"
"""Marker of special points whose kind stands in no registry."""


def branches(
    dataset: "xr.Dataset", axes: "Axes | None" = None, *, quantity: str = "overlap", cycles: "xr.Dataset | None" = None
) -> "Axes":
    """Draw a quantity along branches: stable parts solid, others dashed, special points marked, cycles as a band.

    Args:
        dataset: a result of `branch` or `branches`.
        axes: where to draw; a new figure if not given.
        quantity: a variable over ``point``; of a variable with further axes, the first entry is drawn.
        cycles: a result of `cycle_branch` in the same parameter; drawn between smallest and largest value.

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
    """
    name = _parameter(dataset)
    axes = axes_or_new(axes)
    for drawn in (dataset, *([] if cycles is None else [cycles])):
        if quantity not in drawn or "point" not in drawn[quantity].dims:
            raise LargespinError(f"Argument `quantity` must be a variable over `point`, but {quantity!r} is not.")
    if cycles is not None:
        _draw_cycles(axes, cycles, name, quantity)
    x, y = dataset[name].values, _first(dataset[quantity]).values
    lasting = dataset.verdict.isin(["stable", "centre"]).values
    draw_branches(axes, x, y, dataset.branch.values, lasting)
    draw_special(axes, x, y, dataset.special.values)
    axes.set_xlabel(axis_label(dataset[name]))
    axes.set_ylabel(str(dataset[quantity].attrs.get("long_name", quantity)).split(",")[0])
    tidy(axes)
    return axes


def _parameter(dataset: "xr.Dataset") -> str:
    names = [str(name) for name in dataset.coords if dataset[name].dims == ("point",) and name != "point"]
    if "branch" not in dataset or len(names) != 1:
        raise LargespinError(
            "Argument `dataset` must be a result of `branch` or `branches`, with one parameter over `point`, but it is not."
        )
    return names[0]


def _first(array: "xr.DataArray") -> "xr.DataArray":
    return array.isel({dim: 0 for dim in array.dims if dim not in ("point", "phase")})


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
    order = np.argsort(x)
    axes.fill_between(x[order], low[order], high[order], color=CYCLE, alpha=SHADE, linewidth=0)


def _draw_cycles(axes: "Axes", cycles: "xr.Dataset", name: str, quantity: str) -> None:
    values = _first(cycles[quantity]).transpose("point", "phase").values
    x, low, high = cycles[name].values, values.min(axis=1), values.max(axis=1)
    draw_band(axes, x, low, high)
    stable = (cycles.verdict == "stable").values
    for edge in (low, high):
        axes.plot(x, np.where(stable, edge, np.nan), label=_once(axes, "cycle, extremes"), **STABLE_CYCLE)
        axes.plot(x, np.where(stable, np.nan, edge), color=CYCLE, linewidth=1.0, linestyle=":")

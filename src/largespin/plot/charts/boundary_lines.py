"""Where do phases end? Lines of bifurcations over two parameters, one style for each kind."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import axis_label, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

OTHERS: dict[str, dict[str, Any]] = {
    "neutral saddle": {"color": "#808080", "linestyle": ":"},
    "fold of cycles": {"color": "#CC79A7", "linestyle": "-."},
    "homoclinic": {"color": "#009E73", "linestyle": ":"},
    "heteroclinic": {"color": "#009E73", "linestyle": "-."},
}
"""Lines that are no bifurcations of stationary states; the styles of those stand in the registry of their kinds."""
DOT: dict[str, Any] = {"color": "#000000", "marker": "o", "markersize": 6, "linestyle": "none"}
"""A curve of one point: where lines meet."""
SPECIAL = ("*", "o", "D", "^", "s", "P")
"""Markers of the kinds of special points, in the order in which they come."""


def boundary_lines(
    curves: "xr.Dataset", *, x: str | None = None, y: str | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw curves in a plane of two parameters; a curve changes its style where its kind changes.

    Args:
        curves: a result of `boundaries` or `boundary_curve`: both parameters, ``curve`` (a number) and ``kind`` (a word)
            over ``point``. Its special points, such as cusps, are marked.
        x: the parameter to the right; the first one if not given.
        y: the parameter upwards; the other one if not given.
        ax: where to draw, such as the Axes of a phase diagram, whose limits stay; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, or no such parameters.

    Example:
        >>> import xarray as xr, largespin as ls
        >>> line = {"curve": [0, 0], "kind": ["fold", "fold"]}
        >>> along = {"T": ("point", [0.5, 1.0]), "field": ("point", [0.4, 0.0])}
        >>> curves = xr.Dataset({name: ("point", values) for name, values in line.items()}, coords=along)
        >>> ax = ls.plot.boundary_lines(curves)
        >>> ax.get_xlabel(), ax.get_legend_handles_labels()[1]
        ('T', ['fold'])

    Source: none.
    """
    dataset_with("curves", curves, "a result of `boundaries`", "curve", "kind")
    names = [str(name) for name in curves.coords if curves[name].dims == ("point",) and name != "point"]
    for argument, name in (("x", x), ("y", y)):
        if name is not None and name not in names:
            raise LargespinError(
                f"Argument `{argument}` must be a parameter of the curves, one of {', '.join(names)}, but it is {name!r}."
            )
    left = [name for name in names if name not in (x, y)]
    dims = [x, y]
    for place in range(2):
        if dims[place] is None and left:
            dims[place] = left.pop(0)
    across, up = dims
    if across is None or up is None or across == up:
        raise LargespinError(
            "Argument `curves` must be a result of `boundaries`, with two parameters over `point`, but it has "
            f"{', '.join(names) or 'none'}."
        )
    ax = axes_or_new(ax, size=(7.2, 3.8))
    fresh = not ax.has_data()
    handles = [*draw_boundary_lines(curves, ax, (across, up)), *_special(curves, ax, (across, up))]
    if fresh:
        label_axes(ax, axis_label(curves[across]), axis_label(curves[up]))
        tidy(ax)
    present = ax.get_legend()
    legend(ax, [*(present.legend_handles if present is not None else ()), *handles])
    return ax


def draw_boundary_lines(curves: "xr.Dataset", axes: "Axes", dims: tuple[str, str]) -> list[Any]:
    """Draw the curves, and nothing else: limits of axes with data stay.

    Args:
        curves: both parameters, ``curve`` and ``kind`` over ``point``.
        axes: where to draw.
        dims: the parameters along x and y.

    Returns:
        One line of each kind, for a legend.

    Raises:
        LargespinError: if one of these variables is missing.
    """
    missing = [name for name in (*dims, "curve", "kind") if name not in curves.variables]
    if missing:
        raise LargespinError(f"Argument `boundaries` must hold `{missing[0]}` over the axis `point`, but it does not.")
    handles: dict[str, Any] = {}
    limits = axes.get_xlim(), axes.get_ylim()
    empty = not axes.has_data() and limits == ((0.0, 1.0), (0.0, 1.0))
    for curve in np.unique(curves.curve.values):
        own = np.flatnonzero(curves.curve.values == curve)
        x, y = (curves[dim].values[own] for dim in dims)
        for part, kind in _parts(curves.kind.values[own].astype(str)):
            style = DOT if len(own) == 1 else style_of(kind, handles)
            (line,) = axes.plot(x[part], y[part], label=kind if kind not in handles else f"_{kind}", **style)
            handles.setdefault(kind, line)
    if not empty:
        axes.set(xlim=limits[0], ylim=limits[1])
    return list(handles.values())


def _special(curves: "xr.Dataset", ax: "Axes", dims: tuple[str, str]) -> list[Any]:
    """Marks where lines meet or change, one marker for each kind; their handles."""
    names = [f"special_{dim}" for dim in dims]
    if not {*names, "special_kind"} <= set(curves.variables):
        return []
    x, y = (curves[name].values for name in names)
    kinds = curves.special_kind.values.astype(str)
    handles = []
    for number, kind in enumerate(dict.fromkeys(kinds[kinds != ""].tolist())):
        own = kinds == kind
        style: dict[str, Any] = {"marker": SPECIAL[number % len(SPECIAL)], "markersize": 11, "linestyle": "none"}
        # White edges keep marks apart from the lines that meet there.
        edge: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 0.8}
        handles += ax.plot(x[own], y[own], color="#000000", label=kind, zorder=4, clip_on=True, **style, **edge)
    return handles


def _parts(kinds: Any) -> list[tuple[slice, str]]:
    """Pieces of one kind; each reaches to the first point of the next, so that no gap is left.

    The single point at which a line changes its kind, or begins, belongs to what follows it.
    """
    changes = np.flatnonzero(kinds[1:] != kinds[:-1]) + 1
    firsts, ends = [0, *changes.tolist()], [*changes.tolist(), len(kinds)]
    lines = [(first, end) for first, end in zip(firsts, ends, strict=True) if end - first > 1] or [(0, len(kinds))]
    begins = [0, *(end for _, end in lines[:-1])]
    reaches = [*begins[1:], len(kinds) - 1]
    return [
        (slice(begin, reach + 1), str(kinds[first]))
        for begin, reach, (first, _) in zip(begins, reaches, lines, strict=True)
    ]


def style_of(kind: str, used: dict[str, Any]) -> dict[str, Any]:
    """Colour, dashes and width of a kind of line; curves of one kind look alike, whatever came between."""
    if kind in used:
        line = used[kind]
        return {"color": line.get_color(), "linestyle": line.get_linestyle(), "linewidth": line.get_linewidth()}
    from largespin.bifurcations.kinds.registry import KINDS

    styles = {**OTHERS, **{words: dict(style) for entry in KINDS.values() for words, style in entry.lines.items()}}
    # The longest words with which the kind begins count; kinds that are unknown get the next free style.
    known = [start for start in styles if kind == start or kind.startswith((f"{start} ", f"{start},"))]
    style = styles[max(known, key=len)] if known else line_style(len(used))
    # A boundary of states that nothing rests in is drawn thinner.
    thin = "subcritical" in kind or "unstable" in kind or kind == "neutral saddle"
    return {**style, "linewidth": 1.2 if thin else 2.0}

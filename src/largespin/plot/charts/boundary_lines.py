"""Where do phases end? Lines of bifurcations over two parameters, one style for each kind."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.style import line_style

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


def boundary_lines(curves: "xr.Dataset", axes: "Axes", dims: tuple[str, str]) -> list[Any]:
    """Draw curves in a plane of two parameters; a curve changes its style where its kind changes.

    Args:
        curves: both parameters, ``curve`` (a number) and ``kind`` (a word) over ``point``, as `boundaries` gives them.
        axes: where to draw; its limits stay.
        dims: the parameters along x and y.

    Returns:
        One line of each kind, for a legend.

    Raises:
        LargespinError: if one of these variables is missing.

    Example:
        >>> import xarray as xr
        >>> from matplotlib.figure import Figure
        >>> from largespin.plot import boundary_lines
        >>> line = {"T": [0.5, 1.0], "field": [0.4, 0.0], "curve": [0, 0], "kind": ["fold", "fold"]}
        >>> curves = xr.Dataset({name: ("point", values) for name, values in line.items()})
        >>> [handle.get_label() for handle in boundary_lines(curves, Figure().subplots(), ("T", "field"))]
        ['fold']
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
            (line,) = axes.plot(x[part], y[part], label=kind, **style)
            handles.setdefault(kind, line)
    if not empty:
        axes.set(xlim=limits[0], ylim=limits[1])
    return list(handles.values())


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

"""Which phase is where? Coloured regions that carry their names, with boundary lines on top."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.charts.boundary_lines import draw_boundary_lines
from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import OKABE_ITO, axis_label
from largespin.plot.text_places import text_place

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

TINT = 0.42
"""Share of the full colour in a region: pale enough for names and lines on top, strong enough to be told apart."""
NEUTRAL = "#BDBDBD"
"""Colour of points without a phase."""
NAME = "phase name"
"""Mark of the texts that this file writes into regions."""
RESULT = "a result of `phase_diagram`"
HATCHES = ("", "///", "...", "xxx")
"""For more phases than there are colours."""


def phase_diagram(diagram: "xr.Dataset", *, boundaries: "xr.Dataset | None" = None, ax: "Axes | None" = None) -> "Axes":
    """Draw a phase diagram: one colour per phase, its name inside where it fits, else in the legend.

    Args:
        diagram: a result of `largespin.phase_diagram` over one or two parameters; boundaries kept in it are drawn.
        boundaries: a result of `boundaries` in the same parameters; curves of one point are drawn as a dot.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, more than two parameters, or for boundaries over other parameters.

    Example:
        >>> import largespin as ls
        >>> from largespin import phase_diagram
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> diagram = phase_diagram(model, between={"temperature": (0.7, 1.3), "field": (0.0, 0.3)}, resolution=0.1)
        >>> ax = ls.plot.phase_diagram(diagram)
        >>> ax.get_xlabel(), sorted(text.get_text() for text in ax.texts)
        ('temperature of the flips', ['disordered', 'retrieval'])

    Source: the form of F24, Fig. 2.
    """
    numbers, names = _classified(diagram)
    dims = tuple(str(dim) for dim in numbers.dims)
    own = _own_boundaries(diagram, dims)
    lines = [curves for curves in (own, boundaries) if curves is not None] if len(dims) == 2 else []
    for curves in lines:
        dataset_with("boundaries", curves, "a result of `boundaries`", *dims, "curve", "kind")
    ax = axes_or_new(ax)
    styles = [_region_style(name, number) for number, name in enumerate(names)]
    if len(dims) == 2:
        _plane(ax, numbers, names, styles)
        handles = [handle for curves in lines for handle in draw_boundary_lines(curves, ax, (dims[0], dims[1]))]
        legend(ax, handles)
        nameless = _names(ax, numbers, names)
        if nameless:
            # The legend takes room from the panel, so what fitted may fit no longer.
            legend(ax, [*_patches(nameless, names, styles), *handles])
            nameless = _names(ax, numbers, names)
    else:
        handles = []
        nameless = _line(ax, diagram, numbers, styles)
    if nameless:
        legend(ax, [*_patches(nameless, names, styles), *handles])
    return ax


def _classified(diagram: Any) -> "tuple[xr.DataArray, list[str]]":
    """The number of the phase at each point over one or two parameters, and the name of each number.

    Raises:
        LargespinError: if it is no phase diagram, or has more parameters.
    """
    dataset_with("diagram", diagram, RESULT, "phase")
    numbers, names = _numbers(diagram)
    dims = [str(dim) for dim in numbers.dims]
    if not 1 <= len(dims) <= 2:
        raise LargespinError(
            f"Argument `diagram` must have one or two parameters, but it has {', '.join(dims) or 'none'}; choose one "
            "value of the others with `diagram.isel(…)`."
        )
    return numbers, names


def _numbers(diagram: "xr.Dataset") -> "tuple[xr.DataArray, list[str]]":
    """The phases that occur, numbered in the order of their codes, and their names; codes without a meaning come last."""
    attrs = diagram.phase.attrs
    if "flag_values" not in attrs or "flag_meanings" not in attrs:
        raise LargespinError(
            f"Argument `diagram` must be {RESULT}, whose `phase` has codes with `flag_meanings`, but it has none."
        )
    phase = diagram.phase.values
    meanings = zip(np.atleast_1d(attrs["flag_values"]).tolist(), str(attrs["flag_meanings"]).split(), strict=True)
    # The convention has no blanks in meanings.
    named = {code: name.replace("_", " ") for code, name in meanings if (phase == code).any()}
    found = phase[..., None] == np.array(list(named))
    numbers = np.where(found.any(axis=-1), np.argmax(found, axis=-1), len(named)) if named else np.zeros(phase.shape)
    names = [*named.values(), *(["undecided"] if (numbers == len(named)).any() else [])]
    return diagram.phase.copy(data=numbers.astype(np.int64)), names


def _region_style(name: str, number: int) -> dict[str, Any]:
    from matplotlib.colors import to_rgb

    if name == "undecided":
        return {"facecolor": NEUTRAL, "hatch": ""}
    # From the colours that differ most in lightness to those that differ least; black is for lines.
    colours = (OKABE_ITO[5], OKABE_ITO[4], OKABE_ITO[2], OKABE_ITO[3], OKABE_ITO[0], OKABE_ITO[1])
    full = np.array(to_rgb(colours[number % len(colours)]))
    hatch = HATCHES[(number // len(colours)) % len(HATCHES)]
    return {"facecolor": tuple(TINT * full + (1.0 - TINT)), "hatch": hatch}


def _patches(numbers: list[int], names: list[str], styles: list[dict[str, Any]]) -> list[Any]:
    from matplotlib.patches import Patch

    return [Patch(edgecolor="#555555", linewidth=0.6, label=names[i], **styles[i]) for i in numbers]


def _plane(ax: "Axes", numbers: "xr.DataArray", names: list[str], styles: list[dict[str, Any]]) -> None:
    """Regions over two parameters."""
    from matplotlib.colors import ListedColormap

    x, y = (numbers[dim].values for dim in numbers.dims)
    shown = numbers.values.T
    colours = ListedColormap([style["facecolor"] for style in styles])
    ax.pcolormesh(x, y, shown, cmap=colours, vmin=-0.5, vmax=len(names) - 0.5, shading="nearest", rasterized=True)
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=axis_label(numbers[numbers.dims[0]]))
    label_axes(ax, y=axis_label(numbers[numbers.dims[1]]))
    for number, style in enumerate(styles):
        inside = (shown == number).astype(float)
        if min(inside.shape) > 1 and inside.any() and not inside.all():
            ax.contour(x, y, inside, levels=[0.5], colors="#555555", linewidths=0.6)
            if style["hatch"]:
                ax.contourf(x, y, inside, levels=[0.5, 1.5], colors="none", hatches=[style["hatch"]])


def _names(ax: "Axes", numbers: "xr.DataArray", names: list[str]) -> list[int]:
    """Write the names into their regions, as they are drawn now; the numbers of those that fit nowhere."""
    for text in [text for text in ax.texts if text.get_gid() == NAME]:
        text.remove()
    ax.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    x, y = (numbers[dim].values for dim in numbers.dims)
    shown = numbers.values.T
    present = [number for number in range(len(names)) if (shown == number).any()]
    return [number for number in present if not _named(ax, names[number], x, y, shown == number)]


def _named(ax: "Axes", name: str, x: Any, y: Any, inside: Any) -> bool:
    """Write the name into the middle of the region, upright or along it, if it fits."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    words = name.replace(" + ", "\n+ ")
    halo = [withStroke(linewidth=2.5, foreground="white", alpha=0.7)]
    text = ax.text(x[0], y[0], words, ha="center", va="center", fontsize=10, gid=NAME, path_effects=halo)
    box = text.get_window_extent().transformed(ax.transAxes.inverted())
    # In parts of the panel; turned by 90° width and height change places, in the panel's own proportions.
    panel = ax.get_window_extent()
    turned = Bbox.from_bounds(0, 0, box.height * panel.height / panel.width, box.width * panel.width / panel.height)
    for shape, rotation in ((box, 0), (turned, 90)):
        place = text_place(inside, (x, y), (shape.width, shape.height))
        if place is not None:
            text.set(position=place, rotation=rotation)
            return True
    text.remove()
    return False


def _line(ax: "Axes", diagram: "xr.Dataset", numbers: "xr.DataArray", styles: list[dict[str, Any]]) -> list[int]:
    """Bands over one parameter, with the order parameter where it is known; all phases go to the legend."""
    (dim,) = numbers.dims
    x, shown = numbers[dim].values, numbers.values
    changes = np.flatnonzero(np.diff(shown)) + 1
    edges = np.concatenate([[x[0]], 0.5 * (x[changes - 1] + x[changes]), [x[-1]]])
    for low, high, first in zip(edges[:-1], edges[1:], np.concatenate([[0], changes]), strict=True):
        ax.axvspan(low, high, linewidth=0.0, **styles[shown[first]])
    for edge in edges[1:-1]:
        ax.axvline(edge, color="#555555", linewidth=0.8)
    ax.set(xlim=(x[0], x[-1]) if len(x) > 1 else None, xlabel=axis_label(numbers[dim]))
    if "order" in diagram:
        ax.plot(x, diagram.order.values, "o", color="#000000", markersize=3)
        label_axes(ax, y=axis_label(diagram.order))
    else:
        ax.set_yticks([])
    return sorted(set(shown.tolist()))


def _own_boundaries(diagram: "xr.Dataset", dims: tuple[str, ...]) -> "xr.Dataset | None":
    names = [name for name in diagram.data_vars if str(name).startswith("boundary_")]
    if not names:
        return None
    stems = {name: str(name).removeprefix("boundary_") for name in names}
    return diagram[names].drop_vars(list(dims), errors="ignore").rename({**stems, "boundary_point": "point"})

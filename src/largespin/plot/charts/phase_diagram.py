"""Which phase is where? Coloured regions that carry their names, with boundary lines on top."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.charts.boundary_lines import boundary_lines
from largespin.plot.style import OKABE_ITO, axes_or_new, axis_label
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
HATCHES = ("", "///", "...", "xxx")
"""For more phases than there are colours."""


def phase_diagram(dataset: "xr.Dataset", axes: "Axes | None" = None, boundaries: "xr.Dataset | None" = None) -> "Axes":
    """Draw a phase diagram: one colour per phase, its name inside where it fits, else in the legend.

    Args:
        dataset: a result of `largespin.phase_diagram` over one or two parameters, whose ``phase`` holds codes with
            ``flag_values`` and ``flag_meanings``; boundaries kept in it are drawn.
        axes: where to draw; a new figure if not given (``axes.figure.savefig(...)`` writes it).
        boundaries: curves, both parameters over ``point`` with ``curve`` (a number) and ``kind`` (a word) over the same
            axis; curves of one point are drawn as a dot.

    Returns:
        The Axes.

    Raises:
        LargespinError: without phases, with more than two parameters, or for boundaries over other parameters.

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
    dataset = _numbered(dataset)
    dims = _checked(dataset)
    names = [str(name) for name in dataset.label.values]
    axes = axes_or_new(axes)
    styles = [_region_style(name, number) for number, name in enumerate(names)]
    handles: list[Any] = []
    if len(dims) == 2:
        _plane(axes, dataset, dims, names, styles)
        for curves in (_own_boundaries(dataset, dims), boundaries):
            if curves is not None:
                handles += boundary_lines(curves, axes, (dims[0], dims[1]))
        _legend(axes, handles)
        nameless = _names(axes, dataset, dims, names)
        if nameless:
            # The legend takes room from the panel, so what fitted may fit no longer.
            _legend(axes, [*_patches(nameless, names, styles), *handles])
            nameless = _names(axes, dataset, dims, names)
    else:
        nameless = _line(axes, dataset, dims, styles)
    if nameless:
        _legend(axes, [*_patches(nameless, names, styles), *handles])
    return axes


def _legend(axes: "Axes", handles: list[Any]) -> None:
    if handles:
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def _numbered(dataset: "xr.Dataset") -> "xr.Dataset":
    """The dataset with the places of its phases in the coordinate ``label``, which lists those that occur."""
    if "phase" not in dataset or "flag_values" not in dataset.phase.attrs:
        return dataset
    attrs = dataset.phase.attrs
    meanings = zip(np.atleast_1d(attrs["flag_values"]).tolist(), attrs["flag_meanings"].split(), strict=True)
    named = {code: name.replace("_", " ") for code, name in meanings if (dataset.phase.values == code).any()}
    codes = np.array(list(named))
    places = np.argsort(codes)[np.searchsorted(np.sort(codes), dataset.phase.values)]
    return dataset.assign(phase_number=(dataset.phase.dims, places)).assign_coords(
        label=("label", list(named.values()))
    )


def _checked(dataset: "xr.Dataset") -> tuple[str, ...]:
    if "phase_number" not in dataset or "label" not in dataset.coords:
        raise LargespinError(
            "Argument `dataset` must hold `phase_number` and the coordinate `label`, as results of `phase_diagram` do, "
            f"but it holds {', '.join(map(str, dataset.variables)) or 'nothing'}."
        )
    dims = tuple(str(dim) for dim in dataset.phase_number.dims)
    if not 1 <= len(dims) <= 2:
        raise LargespinError(
            f"Argument `dataset` must have one or two parameters, but it has {', '.join(dims) or 'none'}; choose one "
            "value of the others with `dataset.isel(…)`."
        )
    return dims


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


def _plane(
    axes: "Axes", dataset: "xr.Dataset", dims: tuple[str, ...], names: list[str], styles: list[dict[str, Any]]
) -> None:
    """Regions over two parameters."""
    from matplotlib.colors import ListedColormap

    x, y = (dataset[dim].values for dim in dims)
    numbers = dataset.phase_number.transpose(*dims).values.T
    colours = ListedColormap([style["facecolor"] for style in styles])
    axes.pcolormesh(x, y, numbers, cmap=colours, vmin=-0.5, vmax=len(names) - 0.5, shading="nearest", rasterized=True)
    axes.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=axis_label(dataset[dims[0]]))
    axes.set_ylabel(axis_label(dataset[dims[1]]))
    for number, style in enumerate(styles):
        inside = (numbers == number).astype(float)
        if min(inside.shape) > 1 and inside.any() and not inside.all():
            axes.contour(x, y, inside, levels=[0.5], colors="#555555", linewidths=0.6)
            if style["hatch"]:
                axes.contourf(x, y, inside, levels=[0.5, 1.5], colors="none", hatches=[style["hatch"]])


def _names(axes: "Axes", dataset: "xr.Dataset", dims: tuple[str, ...], names: list[str]) -> list[int]:
    """Write the names into their regions, as they are drawn now; the numbers of those that fit nowhere."""
    for text in [text for text in axes.texts if text.get_gid() == NAME]:
        text.remove()
    axes.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    x, y = (dataset[dim].values for dim in dims)
    numbers = dataset.phase_number.transpose(*dims).values.T
    present = [number for number in range(len(names)) if (numbers == number).any()]
    return [number for number in present if not _named(axes, names[number], x, y, numbers == number)]


def _named(axes: "Axes", name: str, x: Any, y: Any, inside: Any) -> bool:
    """Write the name into the middle of the region, upright or along it, if it fits."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    words = name.replace(" + ", "\n+ ")
    halo = [withStroke(linewidth=2.5, foreground="white", alpha=0.7)]
    text = axes.text(x[0], y[0], words, ha="center", va="center", fontsize=10, gid=NAME, path_effects=halo)
    box = text.get_window_extent().transformed(axes.transAxes.inverted())
    # In parts of the panel; turned by 90° width and height change places, in the panel's own proportions.
    panel = axes.get_window_extent()
    turned = Bbox.from_bounds(0, 0, box.height * panel.height / panel.width, box.width * panel.width / panel.height)
    for shape, rotation in ((box, 0), (turned, 90)):
        place = text_place(inside, (x, y), (shape.width, shape.height))
        if place is not None:
            text.set(position=place, rotation=rotation)
            return True
    text.remove()
    return False


def _line(axes: "Axes", dataset: "xr.Dataset", dims: tuple[str, ...], styles: list[dict[str, Any]]) -> list[int]:
    """Bands over one parameter, with the order parameter where it is known; all phases go to the legend."""
    x, numbers = dataset[dims[0]].values, dataset.phase_number.values
    changes = np.flatnonzero(np.diff(numbers)) + 1
    edges = np.concatenate([[x[0]], 0.5 * (x[changes - 1] + x[changes]), [x[-1]]])
    for low, high, first in zip(edges[:-1], edges[1:], np.concatenate([[0], changes]), strict=True):
        axes.axvspan(low, high, linewidth=0.0, **styles[numbers[first]])
    for edge in edges[1:-1]:
        axes.axvline(edge, color="#555555", linewidth=0.8)
    axes.set(xlim=(x[0], x[-1]) if len(x) > 1 else None, xlabel=axis_label(dataset[dims[0]]))
    if "order" in dataset:
        axes.plot(x, dataset.order.values, "o", color="#000000", markersize=3)
        axes.set_ylabel(str(dataset.order.attrs.get("long_name", "order parameter")))
    else:
        axes.set_yticks([])
    return sorted(set(numbers.tolist()))


def _own_boundaries(dataset: "xr.Dataset", dims: tuple[str, ...]) -> "xr.Dataset | None":
    names = [name for name in dataset.data_vars if str(name).startswith("boundary_")]
    if not names:
        return None
    stems = {name: str(name).removeprefix("boundary_") for name in names}
    return dataset[names].drop_vars(list(dims), errors="ignore").rename({**stems, "boundary_point": "point"})

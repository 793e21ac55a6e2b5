"""Numbers over a plane as colours: cells of any widths, a scale with units, and points without a value in grey."""

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import FloatArray
from largespin.plot.panels import LONGEST_LABEL
from largespin.plot.style import ONE_SIGN, TWO_SIGNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CLASSES = 10
"""Different whole numbers up to which each has a colour of its own."""
ABSENT = "#C8C8C8"
"""Colour of cells without a value: grey is in no colour map here."""
HATCHES = ("xxx", "///", "...", "---")


def edges(values: FloatArray) -> FloatArray:
    """Edges of cells around rising values: midpoints, and as far out as in; a lone value gets a cell of width one.

    Example:
        >>> from largespin.plot.maps import edges
        >>> edges([0.0, 1.0, 3.0]).tolist()
        [-0.5, 0.5, 2.0, 4.0]
    """
    values = np.asarray(values, dtype=np.float64)
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = 0.5 * (values[1:] + values[:-1])
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def draw_map(
    ax: "Axes",
    x: FloatArray,
    y: FloatArray,
    values: FloatArray,
    label: str,
    *,
    words: Any = None,
    whole: bool = False,
    meanings: dict[float, str] | None = None,
) -> Any:
    """Draw a map with its scale.

    Args:
        ax: where to draw.
        x: places of the columns, rising.
        y: places of the rows, rising.
        values: shape (rows, columns); NaN where there is none.
        label: of the scale.
        words: why there is no value, of the same shape, "" where there is one.
        whole: whether the values are whole numbers.
        meanings: words for the values of a classification, written at the scale.

    Returns:
        The mesh.
    """
    known = values[np.isfinite(values)]
    across, up = edges(x), edges(y)
    options, ticks = _scale(known, whole, meanings)
    mesh = ax.pcolormesh(across, up, np.ma.masked_invalid(values), rasterized=True, **options)
    if known.size:
        bar = ax.get_figure(root=False).colorbar(mesh, ax=ax, label=fill(label, LONGEST_LABEL), ticks=ticks)  # type: ignore[union-attr]
        if ticks is not None:
            bar.ax.minorticks_off()
        if meanings is not None:
            bar.ax.set_yticklabels([meanings.get(tick, f"{tick:g}") for tick in ticks or ()])
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    if words is not None:
        _absent(ax, across, up, words)
    return mesh


def _scale(known: FloatArray, whole: bool, meanings: dict[float, str] | None) -> tuple[dict[str, Any], Any]:
    """Colours and their limits, and the ticks of the scale (None: Matplotlib's own)."""
    import matplotlib
    from matplotlib.colors import BoundaryNorm, ListedColormap

    if not known.size:
        return {"cmap": ONE_SIGN}, None
    low, high = float(known.min()), float(known.max())
    if meanings is not None or (whole and high - low < MOST_CLASSES):
        classes = sorted(meanings) if meanings is not None else np.arange(low, high + 1).tolist()
        shades = matplotlib.colormaps["cividis"](np.linspace(0.1, 1.0, max(len(classes), 2)))[: len(classes)]
        return {"cmap": ListedColormap(shades), "norm": BoundaryNorm(edges(np.array(classes)), len(classes))}, classes
    if low < 0 < high:
        size = max(-low, high)
        return {"cmap": TWO_SIGNS, "vmin": -size, "vmax": size}, None
    # One value alone would make a scale of no length.
    return {"cmap": ONE_SIGN, "vmin": low, "vmax": high if high > low else low + max(abs(low), 1.0)}, None


def _absent(ax: "Axes", across: FloatArray, up: FloatArray, words: Any) -> None:
    """Grey hatched cells, one hatch for each reason, named in the legend."""
    from matplotlib.patches import Patch

    handles = []
    for number, word in enumerate(sorted({str(word) for word in words.ravel() if word})):
        own = words == word
        style: dict[str, Any] = {"hatch": HATCHES[number % len(HATCHES)]}
        cells = np.ma.masked_where(~own, np.zeros(words.shape))
        # `pcolor` can hatch, `pcolormesh` cannot.
        ax.pcolor(across, up, cells, cmap=_one_colour(), edgecolors="#777777", linewidth=0.0, zorder=1.5, **style)
        label = f"{word} ({int(own.sum())})"
        handles.append(Patch(facecolor=ABSENT, edgecolor="#777777", label=label, **style))
    if handles:
        place: dict[str, Any] = {
            "loc": "lower left",
            "bbox_to_anchor": (0.0, 1.0),
            "frameon": False,
            "fontsize": 9,
            "ncols": 3,
        }
        ax.legend(handles=handles, borderaxespad=0.2, **place)


def _one_colour() -> Any:
    from matplotlib.colors import ListedColormap

    return ListedColormap([ABSENT])

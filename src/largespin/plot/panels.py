"""Where is drawn? In the Axes of the user, else in a new figure that pyplot knows, with legends beside the data."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from largespin.errors import LargespinError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

SIZE = (6.4, 3.8)
"""Inches of a figure with one panel."""
LONGEST_LABEL = 44
"""Letters beside a panel of usual height."""
GAP = 0.01
"""Space between a panel and its legend, in parts of the panel."""


_SLOTS: "WeakKeyDictionary[Axes, tuple[Bbox, Bbox]]" = WeakKeyDictionary()
"""Panels that a legend has made narrower: where they were, and where they are."""


def axes_or_new(ax: "Axes | None", *, size: tuple[float, float] = SIZE, projection: str | None = None) -> "Axes":
    """`ax`, or the Axes of a new pyplot figure, which notebooks and ``plt.show()`` show.

    Call it when the input is checked: a refused call must leave no empty figure behind.

    Raises:
        LargespinError: if `ax` is no Axes, or has no third axis where one is needed.
    """
    if ax is None:
        import matplotlib.pyplot as plt

        return plt.figure(figsize=size, layout="constrained").add_subplot(projection=projection)
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise LargespinError(
            f"Argument `ax` must be one Matplotlib Axes, such as `figure.add_subplot()`, but it is a {type(ax).__name__}."
        )
    if projection == "3d" and ax.name != "3d":
        raise LargespinError(
            'Argument `ax` must have three dimensions, as `figure.add_subplot(projection="3d")` has, but it has two.'
        )
    return ax


def figure_or_new(figure: "Figure | None", size: tuple[float, float]) -> "Figure":
    """`figure`, or a new pyplot figure of this size.

    Raises:
        LargespinError: if `figure` is none.
    """
    if figure is None:
        import matplotlib.pyplot as plt

        return plt.figure(figsize=size, layout="constrained")
    from matplotlib.figure import FigureBase

    if not isinstance(figure, FigureBase):
        raise LargespinError(f"Argument `figure` must be a Matplotlib figure, but it is a {type(figure).__name__}.")
    return figure


def legend(ax: "Axes", handles: Sequence[Any] | None = None, *, title: str | None = None) -> None:
    """A legend to the right of the panel, where it hides nothing; no legend without entries.

    In figures with a layout engine the engine makes room, in others the panel becomes narrower.

    Args:
        ax: the panel.
        handles: its entries; what carries a label if not given.
        title: words above it.
    """
    entries = ax.get_legend_handles_labels()[0] if handles is None else list(handles)
    if not entries:
        return
    box = ax.legend(
        handles=entries, title=title, loc="center left", bbox_to_anchor=(1.0 + GAP, 0.5), frameon=False, fontsize=9
    )
    figure = ax.get_figure(root=True)
    if figure is None or figure.get_layout_engine() is not None:
        return
    figure.draw_without_rendering()
    now = ax.get_position(original=True)
    slot, narrowed = _SLOTS.get(ax, (now, now))
    if narrowed.bounds != now.bounds:
        # Somebody else has moved the panel since.
        slot = now
    wide = box.get_window_extent().transformed(figure.transFigure.inverted()).width
    # Never below half of the panel: then the legend leaves the figure, which ``bbox_inches="tight"`` mends.
    left = max(0.5 * slot.width, (slot.width - wide) / (1.0 + GAP))
    ax.set_position((slot.x0, slot.y0, left, slot.height))
    _SLOTS[ax] = slot, ax.get_position(original=True)
    # `set_position` takes a panel out of layouts that a user may still ask for.
    ax.set_in_layout(True)


def label_axes(ax: "Axes", x: str | None = None, y: str | None = None) -> None:
    """Name the axes; what is longer than a panel is high goes on two lines."""
    from textwrap import fill

    if x is not None:
        ax.set_xlabel(fill(x, LONGEST_LABEL + 20))
    if y is not None:
        ax.set_ylabel(fill(y, LONGEST_LABEL))


def note(ax: "Axes", words: str) -> None:
    """A sentence in the middle of a panel that has nothing to show."""
    from textwrap import fill

    ax.set_xticks([])
    ax.set_yticks([])
    ax.text(0.5, 0.5, fill(words, 44), transform=ax.transAxes, ha="center", va="center", color="#555555", fontsize=9)

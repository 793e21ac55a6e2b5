"""What do configurations look like, side by side?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy.typing as npt

from largespin.errors import LargespinError, finite_array
from largespin.plot.panels import figure_or_new

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 2.0
"""Inches per picture."""
MOST_COLUMNS = 6


def pictures(
    values: Sequence[npt.ArrayLike],
    *,
    titles: Sequence[str] = (),
    scale_bar: bool = True,
    figure: "Figure | None" = None,
) -> "Figure":
    """Configurations in rows of up to six: +1 black, 0 grey, -1 white, as `save_picture` writes them.

    Args:
        values: z of each site, each of shape (rows, columns), values in [-1, 1].
        titles: one per picture, or none.
        scale_bar: whether to draw the grey scale.
        figure: where to draw; a new pyplot figure of fitting size if not given.

    Returns:
        The Figure.

    Raises:
        LargespinError: without pictures, for other shapes, or if the number of titles differs.

    Example:
        >>> import largespin as ls
        >>> figure = ls.plot.pictures([[[1, -1], [0, 1]], [[1, 1], [1, 1]]], titles=["start", "end"])
        >>> [ax.get_title() for ax in figure.axes[:2]]
        ['start', 'end']

    Source: none.
    """
    if not isinstance(values, Sequence) and not isinstance(getattr(values, "ndim", None), int):
        raise LargespinError(
            f"Argument `values` must be pictures, one array (rows, columns) each, but it is a {type(values).__name__}."
        )
    arrays = [finite_array("values", value, dimensions=2) for value in values]
    if not arrays:
        raise LargespinError("Argument `values` must hold at least one picture, but it is empty.")
    if titles and len(titles) != len(arrays):
        raise LargespinError(
            f"Argument `titles` must have one entry per picture ({len(arrays)}), but it has {len(titles)}."
        )
    columns = min(len(arrays), MOST_COLUMNS)
    rows = -(-len(arrays) // columns)
    figure = figure_or_new(figure, picture_size(len(arrays)))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for number, ax in enumerate(grid):
        ax.set_visible(number < len(arrays))
        if number < len(arrays):
            image = ax.imshow(arrays[number], cmap="gray_r", vmin=-1.0, vmax=1.0, interpolation="nearest")
            ax.set_title(_short(titles[number]) if titles else "", fontsize=10)
            ax.set_xticks([])
            ax.set_yticks([])
    if scale_bar:
        bar = figure.colorbar(image, ax=list(grid), ticks=[-1, 0, 1], shrink=0.8, aspect=25)
        bar.set_label("⟨σ_z⟩ of each site")
    return figure


def picture_size(count: int) -> tuple[float, float]:
    """Inches of a figure for so many pictures."""
    columns = min(count, MOST_COLUMNS)
    return WIDTH * columns + 0.7, (WIDTH + 0.3) * -(-count // columns)


def _short(title: str) -> str:
    """A title that fits above its picture: two lines of some 22 letters."""
    from textwrap import shorten, wrap

    lines = wrap(title, 22, break_long_words=True)
    return "\n".join(lines) if len(lines) <= 2 else f"{lines[0]}\n{shorten(' '.join(lines[1:]), 22, placeholder='…')}"

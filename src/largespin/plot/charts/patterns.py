"""What do stored patterns look like?"""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import LargespinError
from largespin.patterns.patterns import Patterns
from largespin.plot.charts.pictures import pictures
from largespin.plot.panels import figure_or_new

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 24
"""Patterns that are drawn as pictures; more make them too small."""
MOST_NAMES = 40
"""Rows of the matrix up to which each has its name."""


def patterns(patterns: Patterns, *, figure: "Figure | None" = None) -> "Figure":
    """Draw every pattern on its sites: side by side if the sites form pictures, else as rows of the matrix ξ.

    Args:
        patterns: the stored patterns. Of more than 24 pictures the first 24 are drawn; the title says so.
        figure: where to draw; a new pyplot figure if not given.

    Returns:
        The Figure.

    Raises:
        LargespinError: if they are no patterns.

    Example:
        >>> import largespin as ls
        >>> figure = ls.plot.patterns(ls.patterns_from_array([[[1, -1], [-1, 1]]], names=["chess"]))
        >>> figure.axes[0].get_title()
        'chess'

    Source: the form of CL21, Fig. 1.
    """
    if not isinstance(patterns, Patterns):
        raise LargespinError(
            "Argument `patterns` must be patterns, as `patterns_from_images` or `random_patterns` make them, but it is a "
            f"{type(patterns).__name__}."
        )
    size = float(np.abs(patterns.values).max()) or 1.0
    if patterns.picture_shape is not None:
        count = min(len(patterns), MOST)
        # Values beyond ±1 are scaled: pictures show signs and shades.
        shown = [patterns.picture(number) / max(size, 1.0) for number in range(count)]
        drawn = pictures(shown, titles=patterns.names[:count], scale_bar=False, figure=figure)
        if count < len(patterns):
            drawn.suptitle(f"first {count} of {len(patterns)}", fontsize=10)
        return drawn
    return _rows(patterns, size, figure)


def _rows(patterns: Patterns, size: float, figure: "Figure | None") -> "Figure":
    """The matrix ξ, one row for each pattern."""
    height = float(np.clip(1.2 + 0.28 * len(patterns), 1.8, 7.0))
    figure = figure_or_new(figure, (7.0, height))
    ax = figure.subplots()
    image = ax.imshow(
        patterns.values, cmap="gray_r", vmin=-size, vmax=size, interpolation="nearest", aspect="auto", rasterized=True
    )
    step = -(-len(patterns) // MOST_NAMES)
    places = np.arange(0, len(patterns), step)
    ax.set_yticks(places, [patterns.names[place] for place in places])
    ax.set_xlabel("site")
    figure.colorbar(image, ax=ax, label="ξ", ticks=[-size, 0.0, size])
    return figure

"""Where on the Bloch sphere are states, and how do they move?"""

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import FloatArray, whole_number
from largespin.model.start import StateLike
from largespin.plot.panels import axes_or_new, legend
from largespin.plot.states import bloch_of
from largespin.plot.style import LONGEST_LEGEND, OKABE_ITO

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 500
"""Curves or states of one block that are drawn."""


def bloch_sphere(states: StateLike, *, block: int | None = None, ax: "Axes | None" = None) -> "Axes":
    """Draw Bloch vectors of spins ½ in their sphere: states as dots, runs and cycles as curves, one colour per block.

    Args:
        states: anything that can be a start (Bloch vectors (…, block, 3), density matrices, kets, objects of QuTiP, rows of
            results), and whole results with ``m``, such as those of `evolve`, `stationary_states` or `limit_cycle`.
        block: which block; None for all.
        ax: where to draw, three-dimensional (``figure.add_subplot(projection="3d")``); a new pyplot figure if not given.

    Returns:
        The Axes: runs begin at a circle and end at a square.

    Raises:
        LargespinError: another kind of result, more than two levels, unknown blocks, or two-dimensional axes.

    Limits: of more than 500 runs or states of a block, 500 are drawn, evenly chosen.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(2))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 20, 101), temperature=0.5, field=0.6)
        >>> ax = ls.plot.bloch_sphere(run)
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['block 0', 'block 1']

    Source: none.
    """
    vectors, moving = bloch_of("states", states)
    count = vectors.shape[-2]
    shown = range(count) if block is None else [whole_number("block", block, 0, count - 1)]
    ax = axes_or_new(ax, size=(5.4, 4.6), projection="3d")
    _draw_sphere(ax)
    for number, own in enumerate(shown):
        label = f"block {own}" if len(shown) > 1 and number < LONGEST_LEGEND else None
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        (_draw_curves if moving else _draw_dots)(ax, vectors[..., own, :], colour, label)
    title = None if len(shown) <= LONGEST_LEGEND else f"first {LONGEST_LEGEND} of {len(shown)}"
    handles = [copy(handle) for handle in ax.get_legend_handles_labels()[0]]
    for handle in handles:
        # Of many runs each is pale; the entry that names them need not be.
        handle.set_alpha(1.0)
    legend(ax, handles, title=title)
    return ax


def _some(array: FloatArray) -> FloatArray:
    return array[np.unique(np.linspace(0, len(array) - 1, min(len(array), MOST)).round().astype(int))]


def _draw_curves(ax: Any, vectors: FloatArray, colour: str, label: str | None) -> None:
    """Motions (…, times, 3), from a circle to a square."""
    curves = _some(vectors.reshape(-1, *vectors.shape[-2:]))
    alpha = float(np.clip(6.0 / len(curves), 0.15, 1.0))
    for number, curve in enumerate(curves):
        known = curve[np.isfinite(curve).all(axis=-1)]
        if not len(known):
            continue
        ax.plot(*known.T, color=colour, linewidth=1.5, alpha=alpha, label=None if number else label)
        ax.plot(*known[:1].T, "o", color="white", markeredgecolor=colour, markersize=6, alpha=alpha)
        ax.plot(*known[-1:].T, "s", color=colour, markersize=5, alpha=alpha)


def _draw_dots(ax: Any, vectors: FloatArray, colour: str, label: str | None) -> None:
    dots = vectors.reshape(-1, 3)
    dots = _some(dots[np.isfinite(dots).all(axis=-1)]) if np.isfinite(dots).any() else dots[:0]
    ax.plot(*dots.T, "o", color=colour, markersize=6, label=label, linestyle="none")
    if len(dots) <= LONGEST_LEGEND:
        # Few states: arrows from the centre show directions and lengths.
        for dot in dots:
            ax.plot(*np.stack([np.zeros(3), dot]).T, color=colour, linewidth=1.2)


def _draw_sphere(ax: Any) -> None:
    """Three great circles, a pale ball and the names of the axes; no box, whose numbers nobody needs."""
    # Matplotlib would sort whole artists by depth and lay the ball over what is in it.
    ax.computed_zorder = False
    angle = np.linspace(0.0, 2.0 * np.pi, 121)
    circle = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)])
    for turn in (0, 1, 2):
        ax.plot(*np.roll(circle, turn, axis=0), color="#BBBBBB", linewidth=0.7)
    u, v = np.meshgrid(angle[::4], np.linspace(0.0, np.pi, 16))
    ball = np.cos(u) * np.sin(v), np.sin(u) * np.sin(v), np.cos(v)
    ax.plot_surface(*ball, color="#DDDDDD", alpha=0.12, linewidth=0, shade=False, zorder=0)
    for name, place in zip("xyz", np.eye(3), strict=True):
        ax.plot(*np.stack([-place, place]).T, color="#BBBBBB", linewidth=0.7)
        ax.text(*(1.18 * place), name, ha="center", va="center", color="#444444")
    ax.set_box_aspect((1.0, 1.0, 1.0), zoom=1.35)
    ax.set(xlim=(-1.0, 1.0), ylim=(-1.0, 1.0), zlim=(-1.0, 1.0))
    ax.set_axis_off()

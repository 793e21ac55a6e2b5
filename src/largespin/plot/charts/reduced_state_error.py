"""How fast do the states of one and two particles approach mean field?"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.plot.inputs import dataset_with, without_axes
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.scaling import colour_of, particle_axis, shown_times, totals
from largespin.plot.style import axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

MARKERS = ("o", "^")
"""Marks of one and of two particles."""


def reduced_state_error(
    result: "xr.Dataset", *, times: npt.ArrayLike | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw the trace distance of one- and two-particle states from the local map against N, with its slopes.

    Args:
        result: a result of `bounds.reduced_state_error`.
        times: one time or several, the nearest output times are drawn; if not given, up to four that are spread evenly.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes: circles are one particle, triangles two; lines are the limit ``extrapolated/N``.

    Raises:
        LargespinError: another kind of result, or times outside it.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> values = {"temperature": 2.0, "field": 0.5}
        >>> result = ls.bounds.reduced_state_error(model, [0, 0, 0.5], [0, 1], particles=[32, 64], parameters=values)
        >>> ax = ls.plot.reduced_state_error(result)
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['one particle, t = 1, slope −0.97', 'two particles, t = 1, slope −0.98']

    Source: the form of FMLC23, Fig. 1.
    """
    dataset_with("result", result, "a result of `bounds.reduced_state_error`", "error", "extrapolated", "reduced")
    without_axes("result", result.error, ("reduced", "particles", "time"), "the result at one point")
    error = result.error.transpose("reduced", "particles", "time").values
    limit = result.extrapolated.transpose("reduced", "time").values
    slope = result.slope.transpose("reduced", "time").values
    sizes, moments = totals(result), np.atleast_1d(result.time.values)
    shown = shown_times(result, times, np.where(np.isfinite(slope)[:, None], error, np.nan))
    ax = axes_or_new(ax)
    for number, place in enumerate(shown):
        for row, name in enumerate(result.reduced.values):
            if not (error[row, :, place] > 0).any():
                continue
            words = f"{name}, t = {moments[place]:.4g}" + (
                f", slope {slope[row, place]:.2f}".replace("-", "−") if np.isfinite(slope[row, place]) else ""
            )
            style: dict[str, Any] = {"color": colour_of(number), "markersize": 6}
            ax.plot(sizes, error[row, :, place], MARKERS[row % 2], label=words, **style)
            if limit[row, place] > 0:
                ax.plot(sizes, limit[row, place] / sizes, color=colour_of(number), linewidth=1.1, label=None)
    particle_axis(ax, sizes)
    label_axes(ax, y=axis_label(result.error))
    tidy(ax)
    legend(ax)
    return ax

"""How does the error of mean field fall with N, and how far above it are the bounds?"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray
from largespin.plot.inputs import dataset_with, without_axes
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.scaling import colour_of, particle_axis, shown_times, totals
from largespin.plot.style import GREY, axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

DECADES = 12.0
"""How far above the largest error a bound may lie to be drawn; higher ones are named in the legend, with their size."""


def mean_field_error(result: "xr.Dataset", *, times: npt.ArrayLike | None = None, ax: "Axes | None" = None) -> "Axes":
    """Draw the error ``E_N`` of mean field against N with its slope, the prediction ``tr Σ/N``, and the bounds.

    Args:
        result: a result of `bounds.mean_field_error`.
        times: one time or several, the nearest output times are drawn; if not given, up to four that are spread evenly.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes: marks are exact, lines are the prediction of the fluctuations (slope −1), grey dashed lines the
        theorems' bounds at the last of the times.

    Raises:
        LargespinError: another kind of result, or times outside it.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> values = {"temperature": 2.0, "field": 0.5}
        >>> result = ls.bounds.mean_field_error(model, [0, 0, 0.5], [0, 1], particles=[8, 16, 32], parameters=values)
        >>> ax = ls.plot.mean_field_error(result, times=1.0)
        >>> [text.get_text() for text in ax.get_legend().get_texts()][:2]
        ['t = 1, slope −0.98', 'predicted, tr Σ/N']

    Source: the form of FMLC23, Fig. 1.
    """
    dataset_with("result", result, "a result of `bounds.mean_field_error`", "error", "predicted", "slope", "bound")
    without_axes("result", result.error, ("particles", "time"), "the result at one point")
    error = result.error.transpose("particles", "time").values
    predicted = result.predicted.transpose("particles", "time").values
    sizes, moments = totals(result), np.atleast_1d(result.time.values)
    shown = shown_times(result, times, error)
    ax = axes_or_new(ax)
    for number, place in enumerate(shown):
        slope = float(np.atleast_1d(result.slope.values)[place])
        words = f"t = {moments[place]:.4g}" + (f", slope {slope:.2f}".replace("-", "−") if np.isfinite(slope) else "")
        ax.plot(sizes, error[:, place], "o", color=colour_of(number), label=words, markersize=6)
        ax.plot(sizes, predicted[:, place], color=colour_of(number), linewidth=1.2, label=None)
    handles = ax.get_legend_handles_labels()[0]
    if shown:
        from matplotlib.lines import Line2D

        handles.append(Line2D([], [], color=GREY, linewidth=1.2, label="predicted, tr Σ/N"))
        handles += _bounds(ax, result, sizes, shown[-1], float(np.nanmax(error[:, shown])))
    particle_axis(ax, sizes)
    label_axes(ax, y=axis_label(result.error))
    tidy(ax)
    legend(ax, handles)
    return ax


def _bounds(ax: "Axes", result: "xr.Dataset", sizes: FloatArray, place: int, highest: float) -> list[Any]:
    """Lines of the bounds that fit into the picture; the others as words."""
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    logarithms = result.log10_bound.transpose("bound_name", "particles", "time").values[:, :, place]
    for row, name in enumerate(result.bound_name.values):
        own = logarithms[row]
        known = np.isfinite(own)
        if not known.any():
            continue
        style: dict[str, Any] = {"color": GREY, "linestyle": ("--", ":", "-.")[row % 3], "linewidth": 1.6}
        if own[known].max() - np.log10(highest) <= DECADES:
            handles += ax.plot(sizes[known], 10.0 ** own[known], label=f"bound of {name}", **style)
        else:
            words = f"bound of {name}: above,\n10^{own[known].min():.0f} and more"
            handles.append(Line2D([], [], linestyle="none", label=words))
    return handles

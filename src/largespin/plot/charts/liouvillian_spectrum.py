"""How slow are the slowest modes of N particles? Eigenvalues of the Liouvillian in the complex plane."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.complex_plane import HasEigenvalues, Points, draw_points, points_of
from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import GREY, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def liouvillian_spectrum(slow: "xr.Dataset | HasEigenvalues", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the slowest eigenvalues λ of the Liouvillian: decay to the left, frequency up and down.

    Args:
        slow: a result of `exact.liouvillian_spectrum`, with ``decay_rate`` (−Re λ) and ``angular_frequency`` (Im λ) over
            (…, index); of several numbers of particles or parameters each has a mark of its own. Or the eigenvalues of
            one system, as `exact.liouvillian_spectrum_of` gives them.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> slow = ls.exact.liouvillian_spectrum(model, particles=[5, 10], temperature=0.5, field=0.5)
        >>> ax = ls.plot.liouvillian_spectrum(slow)
        >>> ax.get_xlabel(), ax.get_legend_handles_labels()[1]
        ('Re λ (rate)', ['particles = 5', 'particles = 10'])

    Source: none.
    """
    eigenvalues = getattr(slow, "eigenvalues", None)
    if isinstance(eigenvalues, np.ndarray):
        points = Points(eigenvalues[None], [""], [""], None, "")
    else:
        data = dataset_with("slow", slow, "a result of `exact.liouvillian_spectrum`", "decay_rate", "angular_frequency")
        if "index" not in data.decay_rate.dims:
            raise LargespinError(
                "Argument `slow` must be a result of `exact.liouvillian_spectrum`, with the axis `index`, but it has none."
            )
        points = points_of(-data.decay_rate, data.angular_frequency, "index", data)
    ax = axes_or_new(ax)
    title = draw_points(ax, points)
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    ax.axhline(0.0, color=GREY, linewidth=0.8, zorder=0)
    if not np.nanmax(np.abs(points.values.imag), initial=0.0) > 0.0:
        # Without frequencies the scale would be that of rounding.
        ax.set_ylim(-1.0, 1.0)
    label_axes(ax, "Re λ (rate)", "Im λ (rate)")
    tidy(ax)
    legend(ax, title=title)
    return ax

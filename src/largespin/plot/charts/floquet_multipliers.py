"""Do disturbances of a cycle shrink? Its Floquet multipliers and the unit circle."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.plot.complex_plane import draw_points, points_of
from largespin.plot.inputs import dataset_with, sentence_of
from largespin.plot.panels import axes_or_new, label_axes, legend, note
from largespin.plot.style import GREY

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def floquet_multipliers(cycle: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the multipliers ``μ`` of cycles in the complex plane: inside the unit circle disturbances shrink.

    Args:
        cycle: a result of `limit_cycle`, `floquet` or `cycle_branch`: ``multiplier_real`` and ``multiplier_imag``
            (…, index); of several points each has a colour.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> cycle = ls.limit_cycle(model, [0, 0.1, 0.1], temperature=0.6, field=0.6)
        >>> ls.plot.floquet_multipliers(cycle).get_xlabel()
        'Re μ'

    Source: none.
    """
    wanted = "a result of `limit_cycle` or `floquet`"
    dataset_with("cycle", cycle, wanted, "multiplier_real", "multiplier_imag")
    points = points_of(cycle.multiplier_real, cycle.multiplier_imag, "index", cycle)
    ax = axes_or_new(ax, size=(5.6, 4.2))
    angle = np.linspace(0.0, 2.0 * np.pi, 201)
    ax.plot(np.cos(angle), np.sin(angle), color=GREY, linewidth=1.0, label="unit circle")
    title = draw_points(ax, points)
    ax.axhline(0.0, color="#DDDDDD", linewidth=0.6, zorder=0)
    ax.axvline(0.0, color="#DDDDDD", linewidth=0.6, zorder=0)
    # The panel keeps the room that the layout gave it; its limits adapt.
    ax.set_aspect("equal", adjustable="datalim")
    if not np.isfinite(points.values).any():
        note(ax, sentence_of(cycle) or "No cycle here.")
    label_axes(ax, "Re μ", "Im μ")
    legend(ax, title=title)
    return ax

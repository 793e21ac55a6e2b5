"""How do the components of Bloch vectors change in time?"""

from typing import TYPE_CHECKING

from largespin.plot.inputs import chosen, dataset_with
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.style import GREY
from largespin.plot.time_curves import check_times, draw_time_curves

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def bloch_components(run: "xr.Dataset", *, block: int | None = None, ax: "Axes | None" = None) -> "Axes":
    """Draw ``m_x, m_y, m_z`` (for d levels all d² − 1 components) of one block, or of the mean particle, in time.

    Args:
        run: a result of `evolve` (of the mean field or exact) with output times: variable ``m`` (…, time, block,
            component). Of many runs each is a faint line, with the median over the runs.
        block: which block; None for the mean over all particles, ``Σ_k w_k m_k``.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: without ``m``, without a time axis, or for an unknown block.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(2))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 20, 51), temperature=0.5, field=0.2)
        >>> [line.get_label() for line in ls.plot.bloch_components(run, block=0).get_lines()[:3]]
        ['m_x', 'm_y', 'm_z']

    Source: none.
    """
    dataset_with("run", run, "a result of `evolve`", "m", "weight")
    check_times("run", run.m)
    if block is None:
        array, words = (run.m * run.weight).sum("block", skipna=False), "mean particle"
        array = array.assign_coords(time=run.time)
    else:
        array, words = chosen("block", run, ("m", {"block": block})), f"block {block}"
    if run.sizes["block"] == 1:
        words = ""
    names = [f"m_{label}" for label in run.component.values]
    ax = axes_or_new(ax)
    draw_time_curves(ax, array, "component", names, whole=run)
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    label_axes(ax, y="Bloch vector" + (f", {words}" if words else ""))
    return ax

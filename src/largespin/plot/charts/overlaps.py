"""How do the overlaps with the stored patterns change in time?"""

from typing import TYPE_CHECKING

from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.style import GREY
from largespin.plot.time_curves import check_times, draw_time_curves

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def overlaps(run: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw `o_μ(t) = Σ_k w_k e_μk m_kz` for every pattern.

    Args:
        run: a result of `evolve` (of the mean field or exact) with output times: variable ``overlap`` (…, time,
            pattern). Patterns are called by the coordinate ``pattern_name`` if there is one. Of many runs each is a
            faint line, with the median over the runs.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: without ``overlap``, or without a time axis.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(2))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 20, 51), temperature=0.5, field=0.2)
        >>> ls.plot.overlaps(run).get_xlabel()
        'time (inverse rate)'

    Source: the form of CL21, Fig. 3, against time.
    """
    dataset_with("run", run, "a result of `evolve` of a model with patterns", "overlap")
    check_times("run", run.overlap)
    names = [f"pattern {label}" for label in range(run.sizes["pattern"])]
    if "pattern_name" in run.coords:
        names = [str(name) for name in run.pattern_name.values]
    elif "pattern" in run.coords:
        labels = run.pattern.values
        names = [f"pattern {label}" if labels.dtype.kind in "iuf" else str(label) for label in labels]
    ax = axes_or_new(ax)
    before = ax.get_ylim() if ax.has_data() else (-0.05, 1.05)
    draw_time_curves(ax, run.overlap, "pattern", names, whole=run)
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    low, high = float(run.overlap.min()), float(run.overlap.max())
    ax.set_ylim(min(before[0], low - 0.05), max(before[1], high + 0.05))
    label_axes(ax, y="overlap with pattern")
    return ax

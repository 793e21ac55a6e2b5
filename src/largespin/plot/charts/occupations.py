"""How many bosons are in each mode in time?"""

from typing import TYPE_CHECKING

from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.style import axis_label
from largespin.plot.time_curves import check_times, draw_time_curves

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def occupations(run: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the bosons per particle ``|α_μ|²`` of every mode in time.

    Args:
        run: a result of `evolve` (of the mean field or exact) with output times: variable ``occupation`` (…, time,
            mode). Of many runs each is a faint line, with the median over the runs.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: without ``occupation``, or without a time axis.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> start = model.state([-0.9, 0, 0.1], modes=[0.1])
        >>> run = ls.evolve(model, start, np.linspace(0, 20, 101), field=1.0, coupling=2.0)
        >>> [line.get_label() for line in ls.plot.occupations(run).get_lines()]
        ['a_1']

    Source: none.
    """
    dataset_with("run", run, "a result of `evolve` of a model with modes", "occupation")
    check_times("run", run.occupation)
    ax = axes_or_new(ax)
    draw_time_curves(ax, run.occupation, "mode", [str(name) for name in run["mode"].values], whole=run)
    label_axes(ax, y=axis_label(run.occupation))
    return ax

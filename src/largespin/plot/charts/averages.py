"""How do the averages that a model is written in change in time?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from largespin.errors import LargespinError
from largespin.plot.inputs import dataset_with, names_of
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.time_curves import check_times, draw_time_curves

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

PREFIX = "average_"
"""How variables of averages begin."""


def averages(run: "xr.Dataset", *, names: str | Sequence[str] = (), ax: "Axes | None" = None) -> "Axes":
    """Draw the averages of a model, such as ``m_x = Σ_k w_k m_kx``, in time.

    Args:
        run: a result of `evolve` (of the mean field or exact) with output times: variables ``average_…`` (…, time). Of
            many runs each is a faint line, with the median over the runs.
        names: which averages, such as ``"m_x"`` or ``["m_x", "m_z"]``; all if not given.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: without averages or without a time axis, or for an unknown name.

    Example:
        >>> import numpy as np, largespin as ls
        >>> spins = ls.Spins()
        >>> energy = spins.average("x") + spins.average("z") ** 2
        >>> model = ls.Model(spins, energy=energy, jumps=[ls.Jump(spins.lowering)])
        >>> run = ls.evolve(model, [0, 0, 1], np.linspace(0, 10, 51))
        >>> [line.get_label() for line in ls.plot.averages(run).get_lines()]
        ['m_x', 'm_z']

    Source: none.
    """
    dataset_with("run", run, "a result of `evolve`")
    held = [str(name).removeprefix(PREFIX) for name in run.data_vars if str(name).startswith(PREFIX)]
    if not held:
        raise LargespinError(
            "Argument `run` must be a result of `evolve` of a model with averages, but it holds no variable "
            f"`{PREFIX}…`; see `ls.plot.bloch_components`."
        )
    kept = names_of("names", names, held, "averages of the run") or held
    array = run[[PREFIX + name for name in kept]].to_dataarray("average")
    check_times("run", array)
    ax = axes_or_new(ax)
    alone = len(kept) == 1 and array.size == array.sizes["time"]
    # The axis names a single curve.
    draw_time_curves(ax, array, "average", [""] if alone else kept, whole=run)
    label_axes(ax, y=kept[0] if len(kept) == 1 else "average")
    return ax

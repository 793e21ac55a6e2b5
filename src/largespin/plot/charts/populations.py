"""How are the levels of a particle occupied in time?"""

from typing import TYPE_CHECKING

from largespin.plot.inputs import chosen, dataset_with
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.time_curves import check_times, draw_time_curves

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def populations(run: "xr.Dataset", *, block: int | None = None, ax: "Axes | None" = None) -> "Axes":
    """Draw the populations ``ρ_ii`` of the levels of one block, or of the mean particle, in time.

    Args:
        run: a result of `evolve` of particles with three or more levels, with output times: variable ``population``
            (…, time, block, level). Of many runs each is a faint line, with the median over the runs.
        block: which block; None for the mean over all particles, ``Σ_k w_k ρ_k``.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: without ``population``, without a time axis, or for an unknown block.

    Example:
        >>> import numpy as np, largespin as ls
        >>> atoms = ls.Particles(3, operators={"down": np.diag([1.0, 1.0], -1)})
        >>> model = ls.Model(atoms, jumps=[ls.Jump(atoms.operator("down"))])
        >>> run = ls.evolve(model, np.diag([1.0, 0.0, 0.0]), np.linspace(0, 5, 26))
        >>> [line.get_label() for line in ls.plot.populations(run).get_lines()]
        ['level 1', 'level 2', 'level 3']

    Source: none.
    """
    wanted = "a result of `evolve` of particles with three or more levels"
    dataset_with("run", run, wanted, "population", "weight")
    check_times("run", run.population)
    if block is None:
        array = (run.population * run.weight).sum("block", skipna=False).assign_coords(time=run.time)
        words = "mean particle" if run.sizes["block"] > 1 else ""
    else:
        array, words = chosen("block", run, ("population", {"block": block})), f"block {block}"
    ax = axes_or_new(ax)
    draw_time_curves(ax, array, "level", [f"level {label}" for label in run.level.values], whole=run)
    ax.set_ylim(-0.03, 1.03)
    label_axes(ax, y="population" + (f", {words}" if words else ""))
    return ax

"""How do the overlaps with the stored patterns change in time?"""

from typing import TYPE_CHECKING

from largespin.errors import LargespinError
from largespin.plot.style import GREY, axes_or_new, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

LONGEST_LEGEND = 12
"""Patterns beyond which the legend leaves out the rest."""


def overlaps(run: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw `o_μ(t) = Σ_k w_k e_μk m_kz` for every pattern.

    Args:
        run: a result of `evolve` with output times: variable `overlap` (time, pattern). Patterns are called by the
            coordinate `pattern_name` if there is one.
        ax: where to draw; a new figure if not given (`ax.figure.savefig(...)` writes it).

    Returns:
        The Axes.

    Raises:
        LargespinError: without `overlap`, without a time axis, or for several runs at once.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(2))
        >>> run = ls.evolve(model, [0, 0, 0.5], np.linspace(0, 20, 51), temperature=0.5, field=0.2)
        >>> ls.plot.overlaps(run).get_xlabel()
        'time (inverse rates)'

    Source: the form of CL21, Fig. 3, against time.
    """
    values = _checked(run)
    ax = axes_or_new(ax)
    names = [str(name) for name in run.coords.get("pattern_name", run.coords["pattern"]).values]
    if "pattern_name" not in run.coords:
        names = [f"pattern {name}" for name in names]
    for number, name in enumerate(names):
        label = name if number < LONGEST_LEGEND else None
        ax.plot(run.time.values, values.values[:, number], label=label, linewidth=1.8, **line_style(number))
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    ax.set_xlim(float(run.time[0]), float(run.time[-1]))
    ax.set_ylim(min(-0.05, float(values.min()) - 0.05), 1.05)
    ax.set_xlabel("time (inverse rates)")
    ax.set_ylabel("overlap with pattern")
    title = None if len(names) <= LONGEST_LEGEND else f"first {LONGEST_LEGEND} of {len(names)}"
    ax.legend(title=title, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    tidy(ax)
    return ax


def _checked(run: "xr.Dataset") -> "xr.DataArray":
    if "overlap" not in run:
        raise LargespinError(
            "Argument `run` must hold the variable `overlap`, as results of models with patterns do, but it holds "
            f"{', '.join(map(str, run.data_vars)) or 'nothing'}."
        )
    values = run.overlap
    others = [str(dim) for dim in values.dims if dim not in ("time", "pattern")]
    if others:
        raise LargespinError(
            f"Argument `run` must be one run, but it has the axis `{others[0]}`; choose one with "
            f"`run.isel({others[0]}=0)`."
        )
    if "time" not in values.dims:
        raise LargespinError(
            "Argument `run` must have a time axis, but it holds the final state only; give `evolve` an array of times."
        )
    return values.transpose("time", "pattern")

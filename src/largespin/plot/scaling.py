"""Errors against the number of particles, on logarithmic scales, one colour for each time."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.plot.style import OKABE_ITO

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

FEW_TIMES = 4
"""Times that are drawn if none are named, spread evenly; more curves of one slope would hide each other."""
NAMED_SIZES = 10
"""Numbers of particles up to which each is a tick."""


def shown_times(result: "xr.Dataset", wanted: Any, error: FloatArray) -> list[int]:
    """The output times that are drawn: those nearest to `wanted`, or up to four where there is an error.

    Args:
        result: with the coordinate ``time``.
        wanted: one time or several; None for a choice.
        error: shape (…, time); times at which everything is zero or unknown have no logarithm.

    Raises:
        LargespinError: times outside the result.
    """
    times = np.atleast_1d(result.time.values)
    if wanted is not None:
        moments = np.atleast_1d(finite_array("times", wanted))
        if moments.ndim > 1 or moments.min() < times[0] or moments.max() > times[-1]:
            raise LargespinError(
                f"Argument `times` must hold times of the result, in [{times[0]:g}, {times[-1]:g}], but it is {wanted!r}."
            )
        return list(dict.fromkeys(int(np.argmin(np.abs(times - moment))) for moment in moments))
    seen = np.flatnonzero((np.nan_to_num(error.reshape(-1, len(times))) > 0.0).any(axis=0))
    if not len(seen):
        return []
    return [
        int(seen[i]) for i in np.unique(np.linspace(0, len(seen) - 1, min(FEW_TIMES, len(seen))).round().astype(int))
    ]


def colour_of(number: int) -> str:
    """Colour of the time with this number in the picture."""
    return OKABE_ITO[number % len(OKABE_ITO)]


def particle_axis(ax: "Axes", sizes: FloatArray) -> None:
    """Logarithmic scales, with the numbers of particles themselves as ticks where there are few."""
    from matplotlib.ticker import NullLocator

    ax.set_xscale("log")
    ax.set_yscale("log")
    if len(sizes) <= NAMED_SIZES:
        ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("number of particles N")


def totals(result: "xr.Dataset") -> FloatArray:
    """N of each row; of blocks with numbers of their own, their sum."""
    values = result.particles.values
    if values.dtype.kind in "fiu":
        return np.asarray(values, dtype=np.float64)
    return np.array([float(sum(np.atleast_1d(np.asarray(value, dtype=float)))) for value in values])

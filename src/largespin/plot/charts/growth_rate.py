"""How fast do disturbances of the most stable state grow or decay, over two parameters?"""

from typing import TYPE_CHECKING

import numpy as np

from largespin.plot.charts.heat_map import heat_map
from largespin.plot.charts.number_of_stable_states import check_grid

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def growth_rate(
    states: "xr.Dataset", *, x: str | None = None, y: str | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw ``min_s max Re λ(J_s)`` over two parameters: below zero (blue) some stationary state s is stable.

    Args:
        states: a result of `stationary_states` over two parameters.
        x: the parameter to the right; the first one if not given.
        y: the parameter upwards; the other one if not given.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes, with a black line where the growth rate is zero.

    Raises:
        LargespinError: another kind of result, or not two parameters.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> grid = {"temperature": np.linspace(0.4, 1.2, 5), "field": np.linspace(0.0, 0.8, 5)}
        >>> ax = ls.plot.growth_rate(ls.stationary_states(model, parameters=grid))
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('temperature of the flips', 'transverse field')

    Source: none.
    """
    check_grid(states)
    rate = states.growth_rate.min("state")
    rate.attrs = {
        "long_name": "growth rate of the most stable state",
        "units": states.growth_rate.attrs.get("units", "rate"),
    }
    axes = heat_map(rate.rename("rate"), x=x, y=y, ax=ax)
    across, up = (x, y) if x is not None and y is not None else _drawn(rate, x, y)
    values = rate.sortby([across, up]).transpose(up, across)
    if min(values.shape) > 1 and np.nanmin(values) < 0.0 < np.nanmax(values):
        axes.contour(values[across], values[up], values, levels=[0.0], colors="black", linewidths=1.2)
    return axes


def _drawn(rate: "xr.DataArray", x: str | None, y: str | None) -> tuple[str, str]:
    """The axes that `heat_map` chooses."""
    first, second = (str(dim) for dim in rate.dims)
    if x is not None:
        return x, second if x == first else first
    if y is not None:
        return (second if y == first else first), y
    return first, second

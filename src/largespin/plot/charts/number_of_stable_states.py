"""How many stationary states attract, over two parameters?"""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.charts.heat_map import heat_map
from largespin.plot.charts.stationary_states import RESULT
from largespin.plot.inputs import dataset_with, parameter_axes
from largespin.plot.missing import OUTCOMES

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def number_of_stable_states(
    states: "xr.Dataset", *, x: str | None = None, y: str | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw how many stable stationary states there are over two parameters, one colour for each number.

    Args:
        states: a result of `stationary_states` over two parameters.
        x: the parameter to the right; the first one if not given.
        y: the parameter upwards; the other one if not given.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, or not two parameters.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> grid = {"temperature": np.linspace(0.4, 1.2, 5), "field": np.linspace(0.0, 0.5, 5)}
        >>> states = ls.stationary_states(model, parameters=grid)
        >>> mesh = ls.plot.number_of_stable_states(states).collections[0]
        >>> float(mesh.get_array().max())  # the two retrieval states
        2.0

    Source: none.
    """
    check_grid(states)
    stable = states.verdict.isin(["stable", "centre"])
    count = stable.sum("state").astype(np.int64)
    count.attrs = {"long_name": "number of stable states", "units": "1"}
    told = {name: states[name] for name in OUTCOMES if name in states.variables and "state" not in states[name].dims}
    return heat_map(count.to_dataset(name="count").assign(told), variable="count", x=x, y=y, ax=ax)


def check_grid(states: "xr.Dataset") -> None:
    """Refuse what is no result of `stationary_states` over two parameters.

    Raises:
        LargespinError: with the chart for one parameter.
    """
    dataset_with("states", states, f"{RESULT} over two parameters", "verdict", "growth_rate")
    axes = parameter_axes(states.verdict, "state")
    if len(axes) != 2 or "state" not in states.verdict.dims:
        raise LargespinError(
            f"Argument `states` must be {RESULT} over two parameters, but it has {', '.join(axes) or 'none'}; see "
            "`ls.plot.stationary_states` for one."
        )

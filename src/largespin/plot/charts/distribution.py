"""How are the values of an average distributed at finite N?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import LONGEST_LEGEND, OKABE_ITO, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

WANTED = "probabilities over one axis, such as `state.overlap_distribution()` of an exact state"
MOST_BARS = 120
"""Values up to which each has a bar; more are drawn as a line."""
BAR = 0.85
"""Width of a bar, in parts of the distance between values."""


def distribution(chances: "xr.DataArray | Mapping[str, xr.DataArray]", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the probabilities of the values of an average, one distribution as bars, several as densities.

    Distributions of different numbers of particles live on different values. So that they can be compared, several are
    drawn as densities, ``p(o)/Δo`` with the distance Δo between neighbouring values.

    Args:
        chances: probabilities as `SymmetricState.overlap_distribution` and `SymmetricState.distribution` give them, over one axis
            of values; or several of them by the names that the legend shows, such as ``{"N = 20": …, "N = 80": …}``.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: something else.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> system = ls.exact.System(model, particles=20, temperature=0.5, field=0.2)
        >>> state = ls.exact.stationary_states_of(system).states[0]
        >>> ls.plot.distribution(state.overlap_distribution()).get_ylabel()
        'probability'

    Source: none.
    """
    several = isinstance(chances, Mapping) and not hasattr(chances, "data_vars")
    given: dict[str, Any] = dict(chances) if several else {"": chances}
    if not given:
        raise LargespinError(f"Argument `chances` must be {WANTED}, or several by name, but it is empty.")
    curves = {str(name): _checked(array) for name, array in given.items()}
    ax = axes_or_new(ax)
    if several:
        for number, (name, (x, p)) in enumerate(curves.items()):
            label = name if number < LONGEST_LEGEND else None
            ax.plot(x, p / spacing(x), label=label, linewidth=1.6, **line_style(number))
    else:
        x, p = curves[""]
        if len(x) <= MOST_BARS:
            ax.bar(x, p, width=BAR * spacing(x), color=OKABE_ITO[0])
        else:
            ax.fill_between(x, p, color=OKABE_ITO[0], alpha=0.35, linewidth=0)
            ax.plot(x, p, color=OKABE_ITO[0], linewidth=1.6)
    ax.set_ylim(bottom=0.0)
    first: Any = next(iter(given.values()))
    label_axes(ax, _value_words(first), "probability density" if several else "probability")
    tidy(ax)
    legend(ax)
    return ax


def spacing(x: Any) -> Any:
    """Distance of each value from its neighbours; half of that between both."""
    return np.gradient(x) if len(x) > 1 else np.ones(1)


def _checked(array: Any) -> tuple[Any, Any]:
    import xarray as xr

    if not isinstance(array, xr.DataArray) or array.ndim != 1 or array.dtype.kind != "f":
        what = (
            f"over {', '.join(map(str, array.dims))}"
            if isinstance(array, xr.DataArray)
            else f"a {type(array).__name__}"
        )
        raise LargespinError(f"Argument `chances` must be {WANTED}, but it is {what}.")
    (dim,) = array.dims
    x = array[dim].values if dim in array.coords else np.arange(len(array))
    if x.dtype.kind not in "fiu":
        x = np.arange(len(array))
    return x.astype(np.float64), array.values


def _value_words(array: "xr.DataArray") -> str:
    """What is distributed: "probability of o_1" is the probability of the values of o_1."""
    words = str(array.attrs.get("long_name", ""))
    name = str(array.dims[0])
    return words.removeprefix("probability of ") if words.startswith("probability of ") else name

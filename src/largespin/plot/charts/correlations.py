"""How long do averages remember their fluctuations?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from largespin.plot.fluctuations import draw_own
from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes
from largespin.plot.style import GREY

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def correlations(result: "xr.Dataset", *, variables: str | Sequence[str] = (), ax: "Axes | None" = None) -> "Axes":
    """Draw the two-time correlations ``Re ⟨F_x(t+τ) F_x(t)⟩`` of the fluctuations over the delay τ.

    Args:
        result: a result of `correlations`: ``correlation_real`` over (delay, row, column).
        variables: names of variables, such as ``"block 0 z"`` or a list of them; if not given, those with the largest ones, up to seven.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, several points, or unknown names.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> ax = ls.plot.correlations(ls.correlations(result, np.linspace(0, 8, 41)))
        >>> ax.get_xlabel()
        'delay τ (inverse rate)'

    Source: none.
    """
    dataset_with("result", result, "a result of `correlations`", "correlation_real", "delay")
    ax = draw_own(lambda: axes_or_new(ax), result, result.correlation_real, "delay", variables)
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    label_axes(ax, y="correlation, real part")
    return ax

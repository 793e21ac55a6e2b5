"""How fast do neighbouring runs part or meet?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import dataset_with, parameter_axes
from largespin.plot.missing import reasons
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import GREY, LONGEST_LEGEND, axis_label, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

RESULT = "a result of `lyapunov_exponents`"


def lyapunov_exponents(result: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw Lyapunov exponents with their standard errors, over one parameter or by their number.

    Args:
        result: a result of `lyapunov_exponents` at one point or over one axis.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes, with a line at zero: above it motion is chaotic. Points that failed are crosses on the lower edge.

    Raises:
        LargespinError: another kind of result, or two axes.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.lyapunov_exponents(model, [0, 0.1, 0.1], 300.0, temperature=[0.6, 0.9, 1.2], field=0.6)
        >>> ax = ls.plot.lyapunov_exponents(result)
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('temperature of the flips', 'Lyapunov exponent (rate)')

    Source: none.
    """
    dataset_with("result", result, RESULT, "lyapunov_exponent", "lyapunov_error")
    value = result.lyapunov_exponent
    if "exponent" not in value.dims:
        raise LargespinError(f"Argument `result` must be {RESULT}, with the axis `exponent`, but it has none.")
    axes = parameter_axes(value, "exponent")
    if len(axes) > 1:
        raise LargespinError(
            f"Argument `result` must have one axis, but it has {', '.join(axes)}; choose one value with "
            f"`result.isel({axes[1]}=0)`."
        )
    values = value.transpose(*axes, "exponent").values
    errors = result.lyapunov_error.transpose(*axes, "exponent").values
    ax = axes_or_new(ax)
    count = values.shape[-1]
    if axes:
        x = result[axes[0]].values if axes[0] in result.coords else np.arange(len(values))
        for number in range(count):
            label = f"exponent {number + 1}" if count > 1 and number < LONGEST_LEGEND else None
            marks: dict[str, Any] = {"marker": "o", "markersize": 3.5, "capsize": 2, "linewidth": 1.4}
            ax.errorbar(x, values[:, number], errors[:, number], label=label, **marks, **line_style(number))
        words = reasons(None, value.isel(exponent=0), (axes[0],))
        failed = x[words != ""]
        if len(failed):
            style: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "clip_on": False, "linestyle": "none"}
            ax.plot(failed, np.full(len(failed), 0.03), "x", color=GREY, label=f"failed ({len(failed)})", **style)
        ax.set_xlabel(axis_label(result[axes[0]]) if axes[0] in result.coords else axes[0])
    else:
        ax.errorbar(np.arange(1, count + 1), values, errors, fmt="o", capsize=3, color=line_style(0)["color"])
        ax.set_xticks(np.arange(1, count + 1))
        ax.set_xlabel("number of the exponent")
    ax.axhline(0.0, color=GREY, linewidth=0.9)
    label_axes(ax, y=axis_label(value))
    tidy(ax)
    legend(ax)
    return ax

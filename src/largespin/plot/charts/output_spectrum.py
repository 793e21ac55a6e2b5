"""How many photons leave at each frequency?"""

from typing import TYPE_CHECKING

from largespin.plot.output import OWN, checked_output, finish_output
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import axis_label, line_style

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def output_spectrum(result: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the photon flux per frequency that leaves through each collective jump.

    Args:
        result: a result of `output_spectrum`: ``flux`` over (angular_frequency, collective_jump).
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, or several points.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> start = model.state([-1, 0, 0], modes=[0.0])
        >>> normal = ls.stationary_covariance(model, start, field=1.0, coupling=0.5)
        >>> ax = ls.plot.output_spectrum(ls.output_spectrum(model, normal, np.linspace(-3, 3, 61)))
        >>> ax.get_ylabel()
        'photon flux per frequency'

    Source: none.
    """
    data = checked_output(result)
    flux = data.flux.transpose(*OWN)
    ax = axes_or_new(ax)
    names = [str(name) for name in data.collective_jump.values]
    for number, name in enumerate(names):
        label = name if len(names) > 1 else None
        ax.plot(data.angular_frequency.values, flux.values[:, number], linewidth=1.7, label=label, **line_style(number))
    label_axes(ax, y=axis_label(flux))
    finish_output(ax, data)
    legend(ax)
    return ax

"""Is the light that leaves squeezed, and at which frequency?"""

from typing import TYPE_CHECKING

import numpy as np

from largespin.plot.output import OWN, checked_output, finish_output
from largespin.plot.panels import axes_or_new, label_axes, legend
from largespin.plot.style import GREY, OKABE_ITO

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

VACUUM = 0.5
"""Noise of each quadrature of the vacuum, in the convention of the Gaussian measures, ħ = 1."""


def output_squeezing(result: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the noise of the quietest (solid) and the loudest (dashed) quadrature of what leaves; the vacuum has ½.

    Args:
        result: a result of `output_spectrum`: ``quietest_noise`` and ``loudest_noise`` over
            (angular_frequency, collective_jump).
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes, with a logarithmic scale, as noise is read in decibel.

    Raises:
        LargespinError: another kind of result, or several points.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> start = model.state([-1, 0, 0], modes=[0.0])
        >>> normal = ls.stationary_covariance(model, start, field=1.0, coupling=0.5)
        >>> ax = ls.plot.output_squeezing(ls.output_spectrum(model, normal, np.linspace(-3, 3, 61)))
        >>> ax.get_legend_handles_labels()[1]
        ['quietest quadrature', 'loudest quadrature', 'vacuum']

    Source: none.
    """
    data = checked_output(result)
    ax = axes_or_new(ax)
    names = [str(name) for name in data.collective_jump.values]
    for number, name in enumerate(names):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        for variable, style, words in (("quietest_noise", "-", "quietest"), ("loudest_noise", "--", "loudest")):
            noise = data[variable].transpose(*OWN).values[:, number]
            label = f"{words} quadrature" + (f", {name}" if len(names) > 1 else "")
            ax.plot(data.angular_frequency.values, noise, color=colour, linestyle=style, linewidth=1.7, label=label)
    ax.axhline(VACUUM, color=GREY, linewidth=1.0, linestyle=":", label="vacuum")
    if np.isfinite(data.quietest_noise.values).any():
        ax.set_yscale("log")
    label_axes(ax, y="noise of a quadrature")
    finish_output(ax, data)
    legend(ax)
    return ax

"""What leaves through collective jumps, over the frequency."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.plot.inputs import dataset_with, sentence_of, without_axes
from largespin.plot.panels import note
from largespin.plot.style import axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

OWN = ("angular_frequency", "collective_jump")


def checked_output(result: object) -> "xr.Dataset":
    """A result of `output_spectrum` at one point.

    Raises:
        LargespinError: if it is none.
    """
    data = dataset_with("result", result, "a result of `output_spectrum`", "flux", "quietest_noise", "loudest_noise")
    without_axes("result", data.flux, OWN, "the result at one point")
    return data


def finish_output(ax: "Axes", data: "xr.Dataset") -> None:
    """The axis of frequencies, and the sentence where there are no numbers."""
    frequency = data.angular_frequency
    if len(frequency) > 1:
        ax.set_xlim(float(frequency.min()), float(frequency.max()))
    words = axis_label(frequency) if frequency.attrs else "angular frequency ω (rate)"
    ax.set_xlabel(words)
    tidy(ax)
    if not np.isfinite(data.flux.values).any():
        note(ax, sentence_of(data) or "No output spectrum here.")

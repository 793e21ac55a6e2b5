"""At which frequencies do averages fluctuate?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from largespin.plot.fluctuations import draw_own
from largespin.plot.inputs import dataset_with
from largespin.plot.panels import axes_or_new, label_axes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def spectrum(result: "xr.Dataset", *, variables: str | Sequence[str] = (), ax: "Axes | None" = None) -> "Axes":
    """Draw the frequency spectra ``S_xx(ω) = ∫ dτ e^{iωτ} ⟨F_x(t+τ) F_x(t)⟩`` of the fluctuations.

    Args:
        result: a result of `spectrum`: ``spectrum_real`` over (angular_frequency, row, column).
        variables: names of variables, such as ``"block 0 z"`` or a list of them; if not given, those with the highest spectra, up to seven.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, several points, or unknown names.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> ax = ls.plot.spectrum(ls.spectrum(result, np.linspace(-3, 3, 61)))
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('angular frequency ω (rate)', 'spectrum (1/rate)')

    Source: none.
    """
    dataset_with("result", result, "a result of `spectrum`", "spectrum_real", "angular_frequency")
    ax = draw_own(lambda: axes_or_new(ax), result, result.spectrum_real, "angular_frequency", variables)
    label_axes(ax, y=f"spectrum ({result.spectrum_real.attrs.get('units', '1/rate')})")
    return ax

"""Spectra of the fluctuations in the stationary state."""

import numpy.typing as npt
import xarray as xr

from largespin.errors import finite_array
from largespin.fluctuations.two_time import check_size, fluctuations_of, spectral_matrices


def spectrum(result: xr.Dataset, frequencies: npt.ArrayLike) -> xr.Dataset:
    r"""Spectra ``S_xy(ω) = ∫ dτ e^{iωτ} ⟨F_x(t+τ) F_y(t)⟩ = [A⁻¹ C A⁻¹†]_xy``, ``A = −iω − J``.

    Peaks lie at the imaginary parts of the eigenvalues of J, with the real parts as half widths, and
    ``∫ dω/2π S = Σ + iσ/2``. What is conserved contributes a δ function at ω = 0, which is left out.

    Args:
        result: the dataset of `stationary_covariance`.
        frequencies: ω, shape (W,), of either sign, in units of the rates.

    Returns:
        Dataset with ``spectrum_real`` and ``spectrum_imag`` (…, angular_frequency, row, column), and ``outcome``,
        ``verdict``, ``sentence`` and ``usable`` of the covariance.

    Raises:
        LargespinError: a dataset of another kind, or frequencies that are not finite.

    Source: Fourier transform of the quantum regression theorem.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> z = ls.spectrum(result, [0.0, 0.5]).spectrum_real.sel(row="block 0 z", column="block 0 z")
        >>> z.values.round(4)  # 2/(ω² + 1/4)
        array([8., 4.])
    """
    fluctuations = fluctuations_of(result)
    omega = finite_array("frequencies", frequencies, dimensions=1)
    check_size(fluctuations, len(omega), "frequencies")
    return fluctuations.dataset("spectrum", spectral_matrices(fluctuations, omega), ("angular_frequency", omega))

"""Two-time correlations of the fluctuations in the stationary state."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import LargespinError, finite_array
from largespin.fluctuations.two_time import check_size, fluctuations_of


def correlations(result: xr.Dataset, delays: npt.ArrayLike) -> xr.Dataset:
    r"""Two-time correlations ``⟨F(t+τ) F(t)ᵀ⟩ = e^{Jτ} (Σ + iσ/2)`` of the stationary state.

    Args:
        result: the dataset of `stationary_covariance`.
        delays: τ ≥ 0, shape (D,), in units of the inverse rates.

    Returns:
        Dataset with ``correlation_real`` (the symmetrised correlation at τ = 0) and ``correlation_imag``
        (…, delay, row, column), and ``outcome``, ``verdict``, ``sentence`` and ``usable`` of the covariance.

    Raises:
        LargespinError: a dataset of another kind, or delays below zero.

    Source: quantum regression theorem for the linear equations of the fluctuations.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> z = ls.correlations(result, [0.0, 2.0]).correlation_real.sel(row="block 0 z", column="block 0 z")
        >>> z.values.round(4)  # 2 e^{−τ/2}
        array([2.    , 0.7358])
    """
    from scipy.linalg import expm

    fluctuations = fluctuations_of(result)
    tau = finite_array("delays", delays, dimensions=1)
    if np.any(tau < 0):
        raise LargespinError(f"Argument `delays` must be at least 0, but one is {tau.min():g}.")
    check_size(fluctuations, len(tau), "delays")
    known, k = fluctuations.known, fluctuations.equal_time
    values = np.full((*known.shape, len(tau), *k.shape[-2:]), np.nan + 0j)
    values[known] = expm(fluctuations.drift[known][:, None] * tau[:, None, None]) @ k[known][:, None]
    return fluctuations.dataset("correlation", values, ("delay", tau))

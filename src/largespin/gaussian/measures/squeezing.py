"""How far below the vacuum the quietest quadrature lies."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import FloatArray
from largespin.gaussian.convention import Ordering
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.physicality import TOLERANCE, checked

if TYPE_CHECKING:
    import xarray as xr


@measure
def squeezing(
    covariance: Covariance,
    party: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``min spec V`` (vacuum 1): variance of the quietest quadrature in units of the vacuum.

    Below 1 the state is squeezed. For several modes the quadrature may mix them.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        party: the modes to look at: a mode number, a label, or several; all if not given.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,); labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party that does not exist.

    Source: Simon, Mukunda and Dutta, Phys. Rev. A 49, 1567 (1994).

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> gaussian.squeezing(gaussian.squeezed_covariance(np.log(2.0))).round(6)
        np.float64(0.25)
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    chosen = list(range(modes.count)) if party is None else modes.party("party", party)
    v = modes.reduced(chosen)
    known = np.isfinite(v).all(axis=(-1, -2))
    smallest = np.full(v.shape[:-2], np.nan)
    smallest[known] = np.linalg.eigvalsh(v[known])[..., 0]
    return modes.wrap(smallest, "variance of the quietest quadrature over vacuum")


@measure
def squeezing_decibel(
    covariance: Covariance,
    party: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``−10 log₁₀`` of the quietest quadrature's variance over the vacuum's: above zero where the state is squeezed.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        party: the modes to look at: a mode number, a label, or several; all if not given.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in decibels; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party that does not exist.

    Source: Simon, Mukunda and Dutta, Phys. Rev. A 49, 1567 (1994).

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> gaussian.squeezing_decibel(gaussian.squeezed_covariance(0.5 * np.log(10.0))).round(6)
        np.float64(10.0)
    """
    ratio = squeezing(covariance, party, vacuum=vacuum, ordering=ordering, tolerance=tolerance)
    decibel = -10.0 * np.log10(ratio)
    if isinstance(decibel, np.ndarray | np.floating):
        return np.asarray(decibel)
    return decibel.assign_attrs(long_name="squeezing below vacuum", units="dB")

"""How far below the vacuum the quietest quadrature lies."""

from typing import Any

import numpy as np

from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.physicality import TOLERANCE, checked


def squeezing(
    covariance: Covariance,
    party: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: str = "qpqp",
    tolerance: float = TOLERANCE,
) -> Any:
    """``min spec V`` (vacuum 1): variance of the quietest quadrature in units of the vacuum.

    Below 1 the state is squeezed. For several modes the quadrature may mix them.

    Args:
        covariance: shape (…, 2n, 2n), or labelled.
        party: the modes to look at; all if not given.
        vacuum: variance of a vacuum quadrature in the units given.
        ordering: ``"qpqp"`` or ``"qqpp"``.
        tolerance: violation of the uncertainty relation, relative to the largest entry, that passes as rounding.

    Returns:
        Shape (…,).

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


def squeezing_decibel(
    covariance: Covariance,
    party: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: str = "qpqp",
    tolerance: float = TOLERANCE,
) -> Any:
    """``−10 log₁₀`` of `squeezing`: above zero where the state is squeezed. Arguments and errors as there.

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> gaussian.squeezing_decibel(gaussian.squeezed_covariance(0.5 * np.log(10.0))).round(6)
        np.float64(10.0)
    """
    ratio = squeezing(covariance, party, vacuum=vacuum, ordering=ordering, tolerance=tolerance)
    decibel = -10.0 * np.log10(ratio)
    if hasattr(decibel, "dims"):
        return decibel.assign_attrs(long_name="squeezing below vacuum", units="dB")
    return decibel

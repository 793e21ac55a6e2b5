"""Logarithmic negativity and Gaussian steering, for any bipartition."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import FloatArray
from largespin.gaussian.convention import Ordering
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.physicality import TOLERANCE, checked
from largespin.gaussian.symplectic import eigenvalues, reversed_momenta

if TYPE_CHECKING:
    import xarray as xr


@measure
def log_negativity(
    covariance: Covariance,
    first: Party,
    second: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``E_N = Σ_j max(0, −ln ν̃_j)`` with ν̃ the symplectic eigenvalues after the momenta of one party are reversed.

    Above zero the parties are entangled; if one of them is a single mode, zero means that they are not.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: a party: a mode number, a label, or several.
        second: the other party; all other modes if not given.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), natural logarithm; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or parties that do not exist or overlap.

    Limits: ν̃ is lost in the rounding of the entries when it is below 1e-16 times the largest of them, which for
        two-mode
    squeezing r happens from r = 8 on.

    Source: Vidal and Werner, Phys. Rev. A 65, 032314 (2002); F24 below Eq. 76 for two modes.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.log_negativity(gaussian.two_mode_squeezed_covariance(0.5), 0).round(6)  # 2r
        np.float64(1.0)
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    one, two = modes.parties(first, second)
    flipped = reversed_momenta(modes.reduced(one + two), list(range(len(one))))
    return modes.wrap(_below_one(eigenvalues(flipped)), "logarithmic negativity")


@measure
def steering(
    covariance: Covariance,
    first: Party,
    second: Party | None = None,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """How much Gaussian measurements on `first` steer `second`: ``Σ_j max(0, −ln ν̄_j)``.

    ν̄ are the symplectic eigenvalues of ``V_22 − V_21 V_11⁻¹ V_12`` (vacuum 1). The order of the parties matters.

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: the party that is measured: a mode number, a label, or several.
        second: the party that is steered; all other modes if not given.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), natural logarithm; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or parties that do not exist or overlap.

    Source: Kogias, Lee, Ragy, Adesso, Phys. Rev. Lett. 114, 060403 (2015).

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(0.5)
        >>> bool(np.isclose(gaussian.steering(state, 0), np.log(np.cosh(1.0))))
        True
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    one, two = modes.parties(first, second)
    v, cut = modes.reduced(one + two), 2 * len(one)
    own, cross, other = v[..., :cut, :cut], v[..., :cut, cut:], v[..., cut:, cut:]
    left = other - np.swapaxes(cross, -1, -2) @ np.linalg.solve(own, cross)
    return modes.wrap(_below_one(eigenvalues(0.5 * (left + np.swapaxes(left, -1, -2)))), "Gaussian steering")


def _below_one(nu: FloatArray) -> FloatArray:
    return np.maximum(0.0, -np.log(nu)).sum(axis=-1)

"""Entanglement of formation of two modes with equal own states.

The cheapest way to make such a state from pure ones is to displace one two-mode squeezed state at random, that with the
same smallest symplectic eigenvalue after partial transposition, ``ν̃ = e^{−2r}``. What it costs is the entropy of one
of its modes, whose symplectic eigenvalue is ``cosh 2r = (ν̃ + 1/ν̃)/2``."""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.gaussian.convention import Ordering
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.measures.entropy import mode_entropy
from largespin.gaussian.physicality import TOLERANCE, checked, size
from largespin.gaussian.symplectic import eigenvalues, reversed_momenta

if TYPE_CHECKING:
    import xarray as xr


@measure
def entanglement_of_formation(
    covariance: Covariance,
    first: Party,
    second: Party,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``E_F = s((ν̃ + 1/ν̃)/2)`` where ``ν̃ < 1``, else 0: pure entanglement needed to make a symmetric state.

    ν̃ is the smaller symplectic eigenvalue after the momentum of one mode is reversed, s the entropy of a mode,
    ``s(ν) = (n+1) ln(n+1) − n ln n`` with ``n = (ν−1)/2`` (vacuum 1).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: one mode: its number or label.
        second: the other mode: its number or label. The two must be in states of equal determinant.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, and difference of the two modes' symplectic eigenvalues,
            relative to the largest entry of 2Σ (at least 1), that pass as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, a party is not exactly one mode, or the modes are not alike.

    Source: Giedke, Wolf, Krüger, Werner and Cirac, Phys. Rev. Lett. 91, 107901 (2003).

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(0.5)  # pure: the entropy of one mode
        >>> cost = gaussian.entanglement_of_formation(state, 0, 1)
        >>> bool(np.isclose(cost, gaussian.von_neumann_entropy(gaussian.reduced(state, 0))))
        True
    """
    modes = checked(covariance, vacuum, ordering, tolerance)
    v = modes.two_modes(first, second, "the entanglement of formation")
    own = [eigenvalues(part)[..., 0] for part in (v[..., :2, :2], v[..., 2:, 2:])]
    difference = np.abs(own[0] - own[1])
    unlike = difference > tolerance * size(v)
    if unlike.any():
        raise LargespinError(
            f"Arguments `first` and `second` must be modes in states of equal determinant, but their symplectic eigenvalues "
            f"differ by up to {np.nanmax(difference):.3g} (vacuum 1); `log_negativity` is defined for all states."
        )
    smallest = eigenvalues(reversed_momenta(v, [0]))[..., 0]
    entangled = np.minimum(smallest, 1.0)
    return modes.wrap(mode_entropy(0.5 * (entangled + 1.0 / entangled)), "entanglement of formation", "nat")

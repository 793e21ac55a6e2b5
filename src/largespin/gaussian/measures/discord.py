r"""Gaussian discord and classical correlation of two modes, with measurements on either.

In standard form ``V = (a·1, diag(c, d); diag(c, d), b·1)`` with ``|c| ≥ |d|``. A measurement on mode b that projects on
squeezed states of variances ``(λ, 1/λ)`` leaves mode a with the determinant

    E(λ) = (a − x)(a − y),      x = c²/(b + λ),      y = d²λ/(bλ + 1),

λ = 1 being heterodyne, λ = 0 or ∞ homodyne detection. Its minimum is at an end or at a root of

    (ab²c² − ad² − bc²d²) λ² + 2ab(c² − d²) λ + (ac² − ab²d² + bc²d²) = 0,

which avoids the printed formula's division by ``(b² − 1)²`` for pure modes and its differences of large numbers.
"""

from typing import TYPE_CHECKING, Literal

import numpy as np

from largespin.errors import FloatArray, one_of
from largespin.gaussian.convention import Ordering
from largespin.gaussian.labels import Covariance, Party
from largespin.gaussian.measure import measure
from largespin.gaussian.measures.entropy import entropy_loss, mode_entropy
from largespin.gaussian.physicality import TOLERANCE, checked
from largespin.gaussian.symplectic import eigenvalues

if TYPE_CHECKING:
    import xarray as xr

Side = Literal["first", "second"]
"""Which of two parties is measured."""


@measure
def classical_correlation(
    covariance: Covariance,
    first: Party,
    second: Party,
    *,
    measured: Side = "second",
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``J = s(√A) − min s(√E)``: how much a Gaussian measurement on one mode tells about the other.

    A is the determinant of the mode that is not measured, E its determinant after the best Gaussian measurement (vacuum
    1).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: one mode: its number or label.
        second: the other mode: its number or label.
        measured: which of the two is measured, ``"first"`` or ``"second"``.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party is not exactly one mode.

    Source: Adesso and Datta, Phys. Rev. Lett. 105, 030501 (2010); F24 Eq. 75 (measurement on mode 2).

    Example:
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(0.5)  # pure: J is the entropy of one mode
        >>> bool(abs(gaussian.classical_correlation(state, 0, 1) - gaussian.von_neumann_entropy(gaussian.reduced(state, 0))) < 1e-12)
        True
    """
    one_of("measured", measured, Side)
    modes = checked(covariance, vacuum, ordering, tolerance)
    v = modes.two_modes(first, second, "the discord")
    a, b, c, d = standard_form(v)
    value = _classical(a, b, c, d) if measured == "second" else _classical(b, a, c, d)
    return modes.wrap(value, f"classical correlation, {measured} measured", "nat")


@measure
def discord(
    covariance: Covariance,
    first: Party,
    second: Party,
    *,
    measured: Side = "second",
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    tolerance: float = TOLERANCE,
) -> "FloatArray | xr.DataArray":
    """``D = I − J = s(√B) − s(ν₋) − s(ν₊) + min s(√E)``: the part of the mutual information that is not classical.

    B is the determinant of the measured mode, ν∓ are the symplectic eigenvalues of both modes and E is the determinant
    of the other mode after the best Gaussian measurement (vacuum 1).

    Args:
        covariance: shape (…, 2n, 2n), or labelled: a dataset of `canonical_modes`, or an array of it.
        first: one mode: its number or label.
        second: the other mode: its number or label.
        measured: which of the two is measured, ``"first"`` or ``"second"``.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general; a
            labelled covariance that has an attribute ``vacuum`` brings its own.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        tolerance: violation of the uncertainty relation, relative to the largest entry of 2Σ (at least 1), that passes
            as rounding.

    Returns:
        Shape (…,), in nats; labelled on the axes of the grid if the covariance was.

    Raises:
        LargespinError: the matrix is no covariance, or a party is not exactly one mode.

    Source: Adesso and Datta, Phys. Rev. Lett. 105, 030501 (2010); F24 Eq. 76 (measurement on mode 2).

    Example:
        >>> from largespin import gaussian
        >>> gaussian.discord(gaussian.thermal_covariance([1.0, 2.0]), 0, 1).round(12)
        np.float64(0.0)
    """
    one_of("measured", measured, Side)
    modes = checked(covariance, vacuum, ordering, tolerance)
    v = modes.two_modes(first, second, "the discord")
    a, b, c, d = standard_form(v)
    total = mode_entropy(a) + mode_entropy(b) - mode_entropy(eigenvalues(v)).sum(axis=-1)
    value = total - (_classical(a, b, c, d) if measured == "second" else _classical(b, a, c, d))
    return modes.wrap(value, f"Gaussian discord, {measured} measured", "nat")


def _classical(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    gain = _determinant_loss(a, b, c * c, d * d)
    # a² − E = gain, so a − √E without cancellation is as follows. E ≥ 1 but for rounding, since mode a stays physical.
    return entropy_loss(a, gain / (a + np.sqrt(np.maximum(a * a - gain, 1.0))))


def standard_form(v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """``a, b, c, d`` with ``c ≥ |d|`` of two-mode matrices (vacuum 1), each shape (…,)."""
    first, second, cross = v[..., :2, :2], v[..., 2:, 2:], v[..., :2, 2:]
    a, b = (eigenvalues(x)[..., 0] for x in (first, second))
    # Local squeezing that makes the own blocks a·1 and b·1 acts on the cross block from both sides.
    core = np.sqrt(a * b)[..., None, None] * (_inverse_root(first, a) @ cross @ _inverse_root(second, b))
    # Singular values of a 2 × 2 matrix: half sums of the lengths of its rotation and reflection parts.
    turning = np.hypot(core[..., 0, 0] + core[..., 1, 1], core[..., 0, 1] - core[..., 1, 0])
    mirror = np.hypot(core[..., 0, 0] - core[..., 1, 1], core[..., 0, 1] + core[..., 1, 0])
    return a, b, 0.5 * (turning + mirror), 0.5 * (turning - mirror)


def _inverse_root(x: FloatArray, root: FloatArray) -> FloatArray:
    """``X^{−1/2}`` of symmetric positive 2 × 2 matrices: the adjugate of ``√X = (X + √det X)/t`` over `root` ``√det
    X``."""
    scale = root * np.sqrt(x[..., 0, 0] + x[..., 1, 1] + 2.0 * root)
    first, off, second = x[..., 1, 1] + root, -x[..., 0, 1], x[..., 0, 0] + root
    rows = np.stack([np.stack([first, off], axis=-1), np.stack([off, second], axis=-1)], axis=-2)
    return np.asarray(rows / scale[..., None, None])


def _determinant_loss(a: FloatArray, b: FloatArray, c2: FloatArray, d2: FloatArray) -> FloatArray:
    """The largest ``a² − E(λ) = a(x + y) − xy`` over λ, for ``c² ≥ d²``."""
    quadratic = a * b * b * c2 - a * d2 - b * c2 * d2
    linear = a * b * (c2 - d2)
    constant = a * c2 - a * b * b * d2 + b * c2 * d2
    best = a * c2 / b  # homodyne detection, λ = 0; λ = ∞ gives no more because d² ≤ c²
    with np.errstate(divide="ignore", invalid="ignore"):
        # The linear coefficient is not negative, so this sum has no cancellation.
        stem = -(linear + np.sqrt(linear * linear - quadratic * constant))
        for root in (stem / quadratic, constant / stem):
            x, y = c2 / (b + root), d2 * root / (b * root + 1.0)
            gain = a * (x + y) - x * y
            best = np.where(np.isfinite(root) & (root > 0.0) & (gain > best), gain, best)
    return best

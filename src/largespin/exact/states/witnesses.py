r"""Spin squeezing and entanglement of spins ½ from the first and second moments of ``J_a = ½ Σ_i σ_a^(i)``.

Everything here follows from ``⟨J⟩`` and ``γ_ab = ½⟨{J_a, J_b}⟩ − ⟨J_a⟩⟨J_b⟩``. With the means m and the covariance Σ of
``F_a = √N (m_a − ⟨m_a⟩)`` they are ``⟨J⟩ = N m/2`` and ``γ = N Σ/4``; for several blocks they add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, read_only, whole_number
from largespin.exact.states.state import SymmetricState, check_state

ASYMMETRY = 1e-9
"""Asymmetry of covariances in units of N², their largest entries, that passes as rounding of whoever computed them."""
VANISHING = 1e-9
"""Length of ``⟨J⟩/(N/2)`` below which it has no direction."""


@dataclass(frozen=True, eq=False)
class CollectiveMoments:
    """``⟨J⟩`` and ``γ`` of N spins ½.

    Args:
        particles: N.
        mean: ``⟨J_a⟩``, shape (3,).
        covariance: ``γ_ab = ½⟨{J_a, J_b}⟩ − ⟨J_a⟩⟨J_b⟩``, shape (3, 3).

    Raises:
        LargespinError: wrong shapes, numbers that are not finite, or a matrix that is not symmetric.

    Example:
        >>> import numpy as np
        >>> from largespin.exact.states.witnesses import CollectiveMoments
        >>> up = CollectiveMoments(10, [0.0, 0.0, 5.0], np.diag([2.5, 2.5, 0.0]))  # all spins up
        >>> up.particles
        10
    """

    particles: int
    mean: FloatArray
    covariance: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "particles", whole_number("particles", self.particles, 1))
        mean = finite_array("mean", self.mean, dimensions=1)
        covariance = finite_array("covariance", self.covariance, dimensions=2)
        for name, array, shape in (("mean", mean, (3,)), ("covariance", covariance, (3, 3))):
            if array.shape != shape:
                raise LargespinError(f"Argument `{name}` must have shape {shape}, but its shape is {array.shape}.")
        if not np.allclose(covariance, covariance.T, rtol=0.0, atol=ASYMMETRY * self.particles**2):
            raise LargespinError("Argument `covariance` must be symmetric, but it is not.")
        object.__setattr__(self, "mean", read_only(mean))
        object.__setattr__(self, "covariance", read_only(0.5 * (covariance + covariance.T)))


@dataclass(frozen=True, eq=False)
class SpinSqueezing:
    """Squeezing across the mean spin.

    Attributes:
        kitagawa_ueda: ``ξ²_S = 4 min_⊥ Var(J_⊥)/N``; NaN if the mean spin vanishes.
        wineland: ``ξ²_R = N min_⊥ Var(J_⊥)/|⟨J⟩|²``; NaN if the mean spin vanishes. Below 1 the spins are entangled.
        direction: unit vector ⊥ ⟨J⟩ of least variance, shape (3,); NaN if the mean spin vanishes.
        mean_direction: unit vector along ⟨J⟩, shape (3,); NaN if the mean spin vanishes.
        reason: why there are no numbers; empty if there are.
    """

    kitagawa_ueda: float
    wineland: float
    direction: FloatArray
    mean_direction: FloatArray
    reason: str = ""


@dataclass(frozen=True, eq=False)
class SpinWitness:
    """How far a state violates what separable states obey.

    Attributes:
        values: for each inequality of `optimal_spin_squeezing` its violation; above zero means entangled.
        directions: for each inequality the unit vector of the axis m at which it is violated most, shape (3,); NaN for
            ``total_variance``, which has no axis.
        largest: the largest of the violations.
        inequality: the name of the inequality that is violated most, or came closest.
        entangled: whether `largest` exceeds the tolerance. False does not mean separable.
    """

    values: Mapping[str, float]
    directions: Mapping[str, FloatArray]
    largest: float
    inequality: str
    entangled: bool


def collective_moments(state: SymmetricState, *, block: int | None = None) -> CollectiveMoments:
    """``⟨J⟩ = Σ_k N_k m_k/2`` and ``γ = Σ_kl √(N_k N_l) Σ_kl/4``.

    Args:
        state: a state of spins ½.
        block: the block to look at; all particles together if not given.

    Returns:
        `CollectiveMoments`.

    Raises:
        LargespinError: particles with more than two levels, or a block that does not exist.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.states.witnesses import collective_moments
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=8)
        >>> collective_moments(system.product_state([0.0, 0.0, 1.0])).mean.round(9) + 0.0
        array([0., 0., 4.])
    """
    check_state(state)
    levels = state.space.model.particles.levels
    if levels != 2:
        raise LargespinError(f"Argument `state` must be of particles with 2 levels, but they have {levels}.")
    counts = np.array(state.space.counts)
    chosen = list(range(len(counts)))
    if block is not None:
        chosen = [whole_number("block", block, 0, len(counts) - 1)]
    size = 3 * len(counts)
    covariance = np.asarray(state.covariance())[:size, :size].real.reshape(len(counts), 3, len(counts), 3)
    roots = np.sqrt(counts[chosen])
    mean = 0.5 * counts[chosen] @ np.asarray(state.means()).real[chosen]
    part = covariance[np.ix_(chosen, range(3), chosen, range(3))]
    return CollectiveMoments(int(counts[chosen].sum()), mean, 0.25 * np.einsum("k,kalb,l->ab", roots, part, roots))


def spin_squeezing(
    state: SymmetricState | CollectiveMoments, *, block: int | None = None, vanishing: float = VANISHING
) -> SpinSqueezing:
    """``ξ²_S = 4 min_⊥ Var(J_⊥)/N`` and ``ξ²_R = N min_⊥ Var(J_⊥)/|⟨J⟩|²``; both are 1 for spins that all point one way.

    Args:
        state: a state of spins ½, or its `CollectiveMoments`.
        block: the block to look at; all particles together if not given.
        vanishing: length of ``⟨J⟩/(N/2)`` below which the mean spin counts as zero.

    Returns:
        `SpinSqueezing`; NaN and a reason when ``⟨J⟩ = 0``, where no direction is across it.

    Raises:
        LargespinError: particles with more than two levels, or a block that does not exist.

    Source: Kitagawa and Ueda, Phys. Rev. A 47, 5138 (1993) for ξ_S; Wineland et al., Phys. Rev. A 50, 67 (1994) for ξ_R.

    Example:
        >>> import numpy as np
        >>> from largespin.exact.states.witnesses import CollectiveMoments, spin_squeezing
        >>> found = spin_squeezing(CollectiveMoments(10, [0.0, 0.0, 4.0], np.diag([1.0, 7.0, 0.5])))
        >>> round(found.kitagawa_ueda, 6), round(found.wineland, 6)
        (0.4, 0.625)
    """
    number_in("vanishing", vanishing, 0.0, 1.0)
    moments = _moments(state, block)
    length = float(np.linalg.norm(moments.mean))
    if length <= vanishing * moments.particles / 2:
        nowhere = np.full(3, np.nan)
        reason = (
            f"The mean spin vanishes (|⟨J⟩| = {length:.1e} of {moments.particles / 2:g}), so no direction is across it; "
            "use `optimal_spin_squeezing`."
        )
        return SpinSqueezing(np.nan, np.nan, nowhere, nowhere, reason)
    along = moments.mean / length
    # The last two rows of the full QR basis span the plane across the mean.
    across = np.linalg.qr(along[:, None], mode="complete")[0][:, 1:]
    variances, vectors = np.linalg.eigh(across.T @ moments.covariance @ across)
    smallest, n = float(variances[0]), moments.particles
    return SpinSqueezing(4.0 * smallest / n, n * smallest / length**2, across @ vectors[:, 0], along)


def optimal_spin_squeezing(
    state: SymmetricState | CollectiveMoments, *, block: int | None = None, tolerance: float = 1e-9
) -> SpinWitness:
    """Violations of the inequalities that every separable state of N spins ½ obeys for all orthogonal axes (k, l, m).

    With ``Var`` the variances and ``⟨J_a²⟩`` the second moments,

        total_variance   ``[N/2 − (Var J_k + Var J_l + Var J_m)] / (N/2) ≤ 0``
        second_moments   ``[⟨J_k²⟩ + ⟨J_l²⟩ − N/2 − (N−1) Var J_m] / (N²/4) ≤ 0``
        two_variances    ``[⟨J_m²⟩ + N(N−2)/4 − (N−1)(Var J_k + Var J_l)] / (N²/4) ≤ 0``

    The worst axes follow from the eigenvalues of ``X = (N−1) γ + C``, C the second moments. With
    ``⟨J_k²⟩ + ⟨J_l²⟩ + ⟨J_m²⟩ ≤ N(N+2)/4``, which every state obeys, the set is complete: what fulfils it has the moments
    of a separable state (for large N). Singlets violate the first by 1, the Dicke state ``|N/2, 0⟩`` the second by 1.

    Args:
        state: a state of spins ½, or its `CollectiveMoments`.
        block: the block to look at; all particles together if not given.
        tolerance: violation that passes as rounding. Product states of pure spins are at zero exactly.

    Returns:
        `SpinWitness`.

    Raises:
        LargespinError: particles with more than two levels, or a block that does not exist.

    Source: Tóth, Knapp, Gühne and Briegel, Phys. Rev. Lett. 99, 250405 (2007).

    Example:
        >>> import numpy as np
        >>> from largespin.exact.states.witnesses import CollectiveMoments, optimal_spin_squeezing
        >>> dicke = CollectiveMoments(4, np.zeros(3), np.diag([3.0, 3.0, 0.0]))  # |J = 2, m = 0⟩
        >>> found = optimal_spin_squeezing(dicke)
        >>> found.entangled, found.inequality, found.largest
        (True, 'second_moments', 1.0)
    """
    number_in("tolerance", tolerance, 0.0)
    moments = _moments(state, block)
    n, gamma = moments.particles, moments.covariance
    second = gamma + np.outer(moments.mean, moments.mean)
    total, square = float(np.trace(gamma)), float(np.trace(second))
    eigenvalues, vectors = np.linalg.eigh((n - 1) * gamma + second)
    scale = n**2 / 4
    values = {
        "total_variance": (n / 2 - total) / (n / 2),
        "second_moments": (square - n / 2 - float(eigenvalues[0])) / scale,
        "two_variances": (float(eigenvalues[-1]) + n * (n - 2) / 4 - (n - 1) * total) / scale,
    }
    directions = {
        "total_variance": np.full(3, np.nan),
        "second_moments": vectors[:, 0],
        "two_variances": vectors[:, -1],
    }
    worst = max(values, key=lambda name: values[name])
    return SpinWitness(
        MappingProxyType(values), MappingProxyType(directions), values[worst], worst, values[worst] > tolerance
    )


def _moments(state: SymmetricState | CollectiveMoments, block: int | None) -> CollectiveMoments:
    if not isinstance(state, CollectiveMoments):
        return collective_moments(state, block=block)
    if block is not None:
        raise LargespinError(f"Argument `block` must be left out when moments are given, but it is {block}.")
    return state

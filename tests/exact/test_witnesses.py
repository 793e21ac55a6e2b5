"""Squeezing and witnesses: closed forms, separable states that must pass, rotations, brute force in 2^N dimensions."""

from collections.abc import Callable
from functools import reduce
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from sentences import check_sentence

import largespin as ls
from largespin.exact.space.space import Space
from largespin.exact.states.dicke_blocks import from_dicke_blocks
from largespin.exact.states.full import symmetric_part
from largespin.exact.states.state import SymmetricState
from largespin.exact.states.witnesses import (
    CollectiveMoments,
    collective_moments,
    optimal_spin_squeezing,
    spin_squeezing,
)

SEEDS = st.integers(0, 10_000)
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def space(*counts: int, levels: int = 2, fock: tuple[int, ...] = ()) -> Space:
    particles = ls.Particles(levels, weights=np.array(counts) / sum(counts))
    return Space(ls.Model(particles, modes=[ls.Mode(f"a{i}") for i in range(len(fock))]), counts, fock)


def collective(count: int) -> Any:
    """``J_a`` in 2^N dimensions."""
    sites = [
        [reduce(np.kron, [pauli / 2 if i == k else np.eye(2) for i in range(count)]) for k in range(count)]
        for pauli in PAULI
    ]
    return np.array([sum(terms) for terms in sites])


def moments_by_hand(rho: Any, spins: Any, particles: int) -> CollectiveMoments:
    mean = np.einsum("aij,ji->a", spins, rho).real
    second = np.einsum("aij,bjk,ki->ab", spins, spins, rho).real
    return CollectiveMoments(particles, mean, 0.5 * (second + second.T) - np.outer(mean, mean))


def ladder(count: int) -> tuple[Any, Any]:
    """``J_+`` and m on the states of j = N/2."""
    m = count / 2 - np.arange(count + 1.0)
    return np.diag(np.sqrt(np.arange(count, 0, -1.0) * np.arange(1.0, count + 1)), 1), m


def top(count: int, psi: Any) -> SymmetricState:
    """A pure state of j = N/2."""
    return from_dicke_blocks(space(count), {count / 2: np.outer(psi, np.conj(psi))})


def twisted(count: int, angle: float) -> SymmetricState:
    """``exp(−i μ J_z²/2)`` on spins along x."""
    root = np.sqrt([comb(count, a) / 2.0**count for a in range(count + 1)])
    return top(count, np.exp(-0.5j * angle * ladder(count)[1] ** 2) * root)


def product_of(*blochs: Any) -> Any:
    return reduce(np.kron, [0.5 * (np.eye(2) + np.einsum("a,aij->ij", m, PAULI)) for m in blochs])


@pytest.mark.parametrize("count", [2, 5, 20, 40])
@pytest.mark.parametrize("angle", [0.01, 0.2, 0.7])
def test_one_axis_twisting(count: int, angle: float) -> None:
    """Kitagawa and Ueda Eq. 5: ``ξ_S² = 1 + (N−1)/4 [A − √(A² + B²)]``, ``|⟨J⟩| = (N/2) cos^{N−1}(μ/2)``."""
    a = 1 - np.cos(angle) ** (count - 2)
    b = 4 * np.sin(angle / 2) * np.cos(angle / 2) ** (count - 2)
    squeezing = 1 + (count - 1) / 4 * (a - np.hypot(a, b))
    contrast = np.cos(angle / 2) ** (count - 1)
    state = twisted(count, angle)
    found = spin_squeezing(state)
    assert found.kitagawa_ueda == pytest.approx(squeezing, abs=1e-9)
    assert found.kitagawa_ueda < 1
    assert found.wineland == pytest.approx(squeezing / contrast**2, rel=1e-6)
    np.testing.assert_allclose(np.abs(found.mean_direction), [1, 0, 0], atol=1e-6)
    # The direction is a unit vector across the mean, and its variance is the one reported.
    assert np.linalg.norm(found.direction) == pytest.approx(1.0)
    assert found.direction @ found.mean_direction == pytest.approx(0.0, abs=1e-12)
    variance = found.direction @ collective_moments(state).covariance @ found.direction
    assert 4 * variance / count == pytest.approx(found.kitagawa_ueda)
    assert optimal_spin_squeezing(state).entangled


@pytest.mark.parametrize("count", [2, 4, 10, 30])
def test_half_excited_dicke_state(count: int) -> None:
    """``⟨J_x²⟩ + ⟨J_y²⟩ = N(N+2)/4`` and ``J_z = 0`` exactly: the second inequality is violated by N²/4."""
    state = top(count, np.eye(count + 1)[count // 2])
    found = optimal_spin_squeezing(state)
    assert found.entangled
    assert found.inequality == "second_moments"
    assert found.largest == pytest.approx(1.0)
    np.testing.assert_allclose(np.abs(found.directions["second_moments"]), [0, 0, 1], atol=1e-7)
    none = spin_squeezing(state)
    assert np.isnan([none.kitagawa_ueda, none.wineland, *none.direction, *none.mean_direction]).all()
    assert none.reason.startswith("The mean spin vanishes (|⟨J⟩| = ")
    assert none.reason.endswith("use `optimal_spin_squeezing`.")


@pytest.mark.parametrize("count", [5, 8])
def test_other_dicke_states(count: int) -> None:
    """``Var J_z = 0`` and ``⟨J_x²⟩ + ⟨J_y²⟩ = N/2 (N/2 + 1) − m²``: violated by ``N²/4 − m²``, except by product states."""
    for index in range(count + 1):
        m = count / 2 - index
        found = optimal_spin_squeezing(top(count, np.eye(count + 1)[index]))
        assert found.values["second_moments"] == pytest.approx(1 - (2 * m / count) ** 2, abs=1e-12)
        assert found.entangled == (0 < index < count)


@pytest.mark.parametrize("count", [2, 4, 6, 12])
def test_singlets(count: int) -> None:
    """All variances vanish: the first inequality is violated by N/2."""
    found = optimal_spin_squeezing(from_dicke_blocks(space(count), {0: np.eye(1)}))
    assert found.entangled
    assert found.values["total_variance"] == pytest.approx(1.0)
    assert spin_squeezing(from_dicke_blocks(space(count), {0: np.eye(1)})).reason


def test_planar_squeezing_violates_the_third() -> None:
    """Two blocks of opposite triplets in a singlet-like superposition: only two variances are small."""
    generator = np.random.default_rng(0)
    spins, seen = collective(4), 0
    for _ in range(300):
        # Ground states of J_x² + J_y² − c J_z², deformed at random.
        vector = np.linalg.eigh(
            spins[0] @ spins[0] + spins[1] @ spins[1] - generator.uniform(0, 2) * spins[2] @ spins[2]
        )[1][:, 0] + 0.3 * (generator.normal(size=16) + 1j * generator.normal(size=16))
        rho = np.outer(vector, vector.conj()) / np.vdot(vector, vector).real
        moments = moments_by_hand(rho, spins, 4)
        found = optimal_spin_squeezing(moments)
        # By hand, over random orthogonal axes: never worse than the optimum.
        axes = np.linalg.qr(generator.normal(size=(3, 3)))[0]
        for name, value in inequalities(moments, axes).items():
            assert value <= found.values[name] + 1e-12
        for name in ("second_moments", "two_variances"):
            m = found.directions[name]
            best = np.stack([*np.linalg.svd(m[None])[2][1:], m])
            assert inequalities(moments, best)[name] == pytest.approx(found.values[name], abs=1e-12)
        seen += found.values["two_variances"] > 1e-9
    assert seen > 0


def inequalities(moments: CollectiveMoments, axes: Any) -> dict[str, float]:
    """Tóth et al. for the axes k, l, m in the rows of `axes`."""
    n = moments.particles
    gamma = axes @ moments.covariance @ axes.T
    second = gamma + np.outer(axes @ moments.mean, axes @ moments.mean)
    var, sq = np.diag(gamma), np.diag(second)
    return {
        "total_variance": (n / 2 - var.sum()) / (n / 2),
        "second_moments": (sq[0] + sq[1] - n / 2 - (n - 1) * var[2]) / (n**2 / 4),
        "two_variances": (sq[2] + n * (n - 2) / 4 - (n - 1) * (var[0] + var[1])) / (n**2 / 4),
    }


def unit(generator: np.random.Generator) -> Any:
    vector = generator.normal(size=3)
    return vector / np.linalg.norm(vector)


@settings(max_examples=50)
@given(SEEDS, st.integers(1, 4))
def test_separable_states_pass(seed: int, terms: int) -> None:
    """Mixtures of products of different spins, pure and mixed, averaged over permutations."""
    generator = np.random.default_rng(seed)
    rho: Any = 0.0
    for share in generator.dirichlet(np.ones(terms)):
        blochs = [unit(generator) * (1.0 if generator.random() < 0.5 else generator.random()) for _ in range(4)]
        rho = rho + share * product_of(*blochs)
    by_hand = moments_by_hand(rho, collective(4), 4)
    assert not optimal_spin_squeezing(by_hand).entangled
    state = symmetric_part(space(4), rho)
    own = collective_moments(state)
    np.testing.assert_allclose(own.mean, by_hand.mean, atol=1e-12)
    np.testing.assert_allclose(own.covariance, by_hand.covariance, atol=1e-12)
    found = optimal_spin_squeezing(state)
    assert not found.entangled
    assert found.largest == pytest.approx(optimal_spin_squeezing(by_hand).largest, abs=1e-12)
    squeezed = spin_squeezing(state)
    assert squeezed.wineland > 1 - 1e-9 or squeezed.reason


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([(1,), (2,), (7,), (40,), (3, 5), (4, 4, 2)]))
def test_pure_products_are_at_the_edge(seed: int, counts: tuple[int, ...]) -> None:
    """All spins along one unit vector: ξ² = 1 and every inequality is an equality or holds."""
    where, direction = space(*counts), unit(np.random.default_rng(seed))
    rho = 0.5 * (np.eye(2) + np.einsum("a,aij->ij", direction, PAULI))
    blocks: Any = where.factors
    vector: Any = reduce(np.kron, [block.product(rho) for block in blocks])
    state = SymmetricState(where, vector)
    for block in [None, *range(len(counts))]:
        found = spin_squeezing(state, block=block)
        assert found.kitagawa_ueda == pytest.approx(1.0, abs=1e-10)
        assert found.wineland == pytest.approx(1.0, abs=1e-10)
        np.testing.assert_allclose(found.mean_direction, direction, atol=1e-10)
        witness = optimal_spin_squeezing(state, block=block)
        assert not witness.entangled
        assert witness.largest == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("fock", [(), (2,)])
def test_blocks_alone_and_together(fock: tuple[int, ...]) -> None:
    generator = np.random.default_rng(4)
    counts, modes = (2, 3), int(np.prod(fock))
    root = generator.normal(size=(32 * modes, 2)) + 1j * generator.normal(size=(32 * modes, 2))
    state = symmetric_part(space(*counts, fock=fock), root @ root.conj().T / np.linalg.norm(root) ** 2)
    rho = root @ root.conj().T / np.linalg.norm(root) ** 2
    first = np.array([np.kron(j, np.eye(8 * modes)) for j in collective(2)])
    second = np.array([np.kron(np.kron(np.eye(4), j), np.eye(modes)) for j in collective(3)])
    for block, spins, count in ((0, first, 2), (1, second, 3), (None, first + second, 5)):
        own, by_hand = collective_moments(state, block=block), moments_by_hand(rho, spins, count)
        assert own.particles == count
        np.testing.assert_allclose(own.mean, by_hand.mean, atol=1e-12)
        np.testing.assert_allclose(own.covariance, by_hand.covariance, atol=1e-12)


def test_turning_all_spins_changes_no_number() -> None:
    generator = np.random.default_rng(2)
    psi = generator.normal(size=11) + 1j * generator.normal(size=11)
    psi /= np.linalg.norm(psi)
    raising, m = ladder(10)
    turn = expm(-1j * (0.7 * np.diag(m) + 0.4 * (raising + raising.T)))
    before, after = (optimal_spin_squeezing(top(10, p)) for p in (psi, turn @ psi))
    assert dict(after.values) == pytest.approx(dict(before.values), abs=1e-10)
    one, other = (spin_squeezing(top(10, p)) for p in (psi, turn @ psi))
    assert (one.kitagawa_ueda, one.wineland) == pytest.approx((other.kitagawa_ueda, other.wineland), abs=1e-10)


def test_two_blocks_in_a_singlet() -> None:
    """Two spins ½, one per block: each block is mixed, together they are a singlet."""
    psi = np.array([0, 1, -1, 0]) / np.sqrt(2)
    state = symmetric_part(space(1, 1), np.outer(psi, psi))
    assert optimal_spin_squeezing(state).values["total_variance"] == pytest.approx(1.0)
    assert not optimal_spin_squeezing(state, block=0).entangled


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "three levels": (
        lambda: spin_squeezing(SymmetricState(space(2, levels=3), np.zeros(45, dtype=complex))),
        "Argument `state` must be of particles with 2 levels, but they have 3.",
    ),
    "block": (
        lambda: spin_squeezing(twisted(4, 0.1), block=1),
        "Argument `block` must lie in [0, 0], but it is 1.",
    ),
    "block of moments": (
        lambda: optimal_spin_squeezing(CollectiveMoments(2, np.zeros(3), np.eye(3)), block=0),
        "Argument `block` must be left out when moments are given, but it is 0.",
    ),
    "mean": (
        lambda: CollectiveMoments(2, np.zeros(2), np.eye(3)),
        "Argument `mean` must have shape (3,), but its shape is (2,).",
    ),
    "covariance": (
        lambda: CollectiveMoments(2, np.zeros(3), np.eye(2)),
        "Argument `covariance` must have shape (3, 3), but its shape is (2, 2).",
    ),
    "symmetric": (
        lambda: CollectiveMoments(2, np.zeros(3), np.diag([1.0, 1.0], 1)),
        "Argument `covariance` must be symmetric, but it is not.",
    ),
    "particles": (
        lambda: CollectiveMoments(0, np.zeros(3), np.eye(3)),
        "Argument `particles` must be at least 1, but it is 0.",
    ),
    "vanishing": (
        lambda: spin_squeezing(twisted(4, 0.1), vanishing=-1.0),
        "Argument `vanishing` must lie in [0, 1], but it is -1.",
    ),
    "tolerance": (
        lambda: optimal_spin_squeezing(twisted(4, 0.1), tolerance=-1.0),
        "Argument `tolerance` must be at least 0, but it is -1.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input(case: str) -> None:
    check_sentence(*WRONG[case])

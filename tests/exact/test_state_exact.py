"""What is read from a symmetric state, where it is known: product states, collective mixtures, coherent modes."""

from functools import reduce
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

import largespin as ls
from largespin.exact.calls.evolve import evolve
from largespin.exact.calls.state_of import state_of
from largespin.exact.generator.system import System
from largespin.exact.states.full import full_matrix
from largespin.exact.states.state import SymmetricState

SEEDS = st.integers(0, 10_000)
HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(2))
VALUES: dict[str, Any] = {"temperature": 0.5, "field": 0.3}


def density_matrix(generator: np.random.Generator, size: int) -> Any:
    root = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
    return root @ root.conj().T / np.trace(root @ root.conj().T)


def correlated(seed: int, particles: int = 6) -> SymmetricState:
    """A state of two blocks after some interacting evolution."""
    bloch = np.random.default_rng(seed).uniform(-0.55, 0.55, size=(2, 3))
    run = evolve(HOPFIELD, bloch, [0.0, 0.7], particles=particles, keep_states=True, parameters=VALUES)
    return state_of(run, System(HOPFIELD, particles=particles, parameters=VALUES), time=0.7)


@settings(max_examples=10)
@given(SEEDS, st.sampled_from([(2, (3,)), (2, (2, 4)), (3, (2,))]))
def test_product_states(seed: int, kind: tuple[int, tuple[int, ...]]) -> None:
    levels, counts = kind
    generator = np.random.default_rng(seed)
    model = ls.Model(ls.Particles(levels, weights=np.array(counts) / sum(counts)))
    matrices = np.array([density_matrix(generator, levels) for _ in counts])
    state = System(model, particles=counts).product_state(matrices)
    purities = [np.trace(rho @ rho).real ** n for rho, n in zip(matrices, counts, strict=True)]
    assert np.isclose(state.trace(), 1.0, atol=1e-12)
    assert np.isclose(state.purity(), np.prod(purities), atol=1e-12)
    assert state.hermiticity() < 1e-14
    assert np.allclose(state.means(), model.state(matrices).bloch, atol=1e-12)
    populations = state.populations()
    assert populations.dims == tuple(f"block {k}" for k in range(len(counts)))
    assert np.isclose(populations.sum(), 1.0, atol=1e-12)
    for k, rho in enumerate(matrices):
        assert np.allclose(state.reduced(k), rho, atol=1e-12)
        other = (k + 1) % len(counts)
        assert np.allclose(state.reduced_pair(k, other), np.kron(rho, matrices[other]), atol=1e-12)
        if levels == 2:
            own = populations.sum([d for d in populations.dims if d != f"block {k}"])
            p, n = rho[0, 0].real, counts[k]
            expected = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in own[f"block {k}"].values]
            assert np.allclose(own.values, expected, atol=1e-12)
    # Particles are independent: every covariance belongs to one block.
    covariance = state.covariance()
    across = covariance.values.reshape(len(counts), levels**2 - 1, len(counts), -1)
    for k, other in product(range(len(counts)), repeat=2):
        if k != other:
            assert np.abs(across[k, :, other]).max() < 1e-12
    assert covariance.row.values.tolist() == covariance.column.values.tolist()


@settings(max_examples=6)
@given(SEEDS)
def test_reduced_states_of_correlated_particles(seed: int) -> None:
    """Pairs are positive, lead to the single particles, and hold the means of products."""
    state = correlated(seed)
    assert state.trace() == pytest.approx(1.0, abs=1e-9)
    for k, other in product(range(2), repeat=2):
        pair = state.reduced_pair(k, other)
        assert np.allclose(pair, pair.conj().T, atol=1e-12)
        assert np.linalg.eigvalsh(pair).min() > -1e-9
        assert np.trace(pair).real == pytest.approx(1.0, abs=1e-9)
        parts = pair.reshape(2, 2, 2, 2)
        assert np.allclose(np.einsum("ikjk->ij", parts), state.reduced(k), atol=1e-9)
        assert np.allclose(np.einsum("kikj->ij", parts), state.reduced(other), atol=1e-9)


def test_pairs_and_covariance_against_the_full_matrix() -> None:
    state = correlated(3, particles=4)
    full: Any = np.asarray(full_matrix(state)).reshape((2,) * 8)
    # Trace out two of the four spins: 0 and 1 are of block 0, 2 and 3 of block 1.
    for blocks, kept in (((0, 0), (0, 1)), ((0, 1), (1, 2)), ((1, 1), (2, 3)), ((1, 0), (3, 0))):
        letters, lower = list("abcd"), list("ABCD")
        for site in set(range(4)) - set(kept):
            lower[site] = letters[site]
        out = "".join(letters[i] for i in kept) + "".join(lower[i] for i in kept)
        expected = np.einsum(f"{''.join(letters + lower)}->{out}", full).reshape(4, 4)
        assert np.allclose(state.reduced_pair(*blocks), expected, atol=1e-12)
    assert state.purity() == pytest.approx((np.abs(full) ** 2).sum(), abs=1e-12)


def test_two_humps_of_a_mixture() -> None:
    """Half all up, half all down: the mean vanishes, the distribution does not, nor do correlations."""
    system = System(ls.models.hopfield(ls.ideal_large_spins(1)), particles=8, parameters=VALUES)
    up, down = (system.product_state([0.0, 0.0, z]).vector for z in (1.0, -1.0))
    state = system.state(0.5 * (up + down))
    assert np.allclose(state.means(), 0.0, atol=1e-14)
    distribution = state.overlap_distribution()
    assert distribution.value.values.tolist() == np.linspace(-1, 1, 9).tolist()
    assert np.allclose(distribution.values, [0.5, *[0.0] * 7, 0.5], atol=1e-14)
    assert state.covariance().sel(row="block 0 z", column="block 0 z").item() == pytest.approx(8.0)
    assert state.purity() == pytest.approx(0.5)
    assert np.allclose(state.reduced_pair(0, 0), np.diag([0.5, 0.0, 0.0, 0.5]), atol=1e-14)


def test_distributions_have_the_moments_of_expectations() -> None:
    state = correlated(5)
    for pattern, overlap in enumerate(HOPFIELD.particles.overlaps("z")):
        found = state.overlap_distribution(pattern)
        assert found.sum().item() == pytest.approx(1.0, abs=1e-9)
        assert found.min() > -1e-12
        for power in (1, 2, 3):
            moment = (found * found.value**power).sum().item()
            assert moment == pytest.approx(state.expectation(overlap**power).real, abs=1e-10)


def test_coherent_modes() -> None:
    """Poisson numbers, amplitudes as given, vacuum fluctuations."""
    model = ls.models.dicke(ls.ideal_large_spins(1))
    system = System(model, particles=4, fock=30, field=0.5, coupling=0.5)
    alpha = 0.8 - 0.3j
    state = system.product_state(model.state([0, 0, 1], [alpha]))
    assert np.allclose(state.amplitudes, [alpha], atol=1e-9)
    assert np.allclose(state.bosons(), [abs(alpha) ** 2], atol=1e-9)
    assert np.allclose(state.fock_populations(0), poisson.pmf(range(30), 4 * abs(alpha) ** 2), atol=1e-9)
    assert state.fock_tail()[0] == pytest.approx(state.fock_populations(0)[-3:].sum())
    covariance = state.covariance().sel(row=["a_1 q", "a_1 p"], column=["a_1 q", "a_1 p"]).values
    assert np.allclose(covariance, 0.5 * np.eye(2), atol=1e-7)
    mode = model.modes[0]
    assert state.expectation(mode.q) == pytest.approx(np.sqrt(2) * alpha.real, abs=1e-9)
    assert state.populations().dims == ("block 0", "mode a_1")


def test_a_displaced_vacuum_is_a_coherent_state() -> None:
    """The same state around another origin reads the same."""
    model = ls.models.dicke(ls.ideal_large_spins(1))
    alpha, values = 0.5 + 0.4j, {"field": 0.5, "coupling": 0.5}
    start = model.state([0.1, 0.2, 0.3], [alpha])
    plain = System(model, particles=5, fock=25, parameters=values).product_state(start)
    moved = System(model, particles=5, fock=25, displacement=[0.6 + 0.1j], parameters=values).product_state(start)
    vacuum = System(model, particles=5, fock=2, displacement=[alpha], parameters=values).product_state(start)
    assert vacuum.fock_populations(0).tolist() == [1.0, 0.0]
    q, p = model.modes[0].q, model.modes[0].p
    for other in (moved, vacuum):
        assert np.allclose(other.amplitudes, plain.amplitudes, atol=1e-9)
        assert np.allclose(other.bosons(), plain.bosons(), atol=1e-9)
        assert np.allclose(other.means(), plain.means(), atol=1e-12)
    for expression in (q, p * q, q**2 + p**2, q * model.particles.average("z")):
        assert moved.expectation(expression) == pytest.approx(plain.expectation(expression), abs=1e-8)
    assert np.allclose(moved.covariance(), plain.covariance(), atol=1e-7)


def test_all_components_of_a_pure_state() -> None:
    """``Σ_n |y_n|² ‖x_n‖²`` is one for every pure product state, far above the N where c_n overflows nothing yet."""
    spins = ls.Spins()
    for particles in (1, 7, 60):
        state = System(ls.Model(spins), particles=particles).product_state([0.6, 0.0, 0.8])
        assert state.purity() == pytest.approx(1.0, abs=1e-9)
        assert np.abs(state.vector).max() <= 1.0


def test_blocks_join_as_a_tensor_product() -> None:
    system = System(HOPFIELD, particles=(2, 2), parameters=VALUES)
    bloch = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6]])
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    single = [0.5 * (np.eye(2) + np.einsum("a,aij->ij", m, pauli)) for m in bloch]
    expected: Any = reduce(np.kron, [single[0], single[0], single[1], single[1]])
    assert np.allclose(full_matrix(system.product_state(bloch)), expected, atol=1e-14)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda s: s.reduced(2), r"`block` must lie in \[0, 1\], but it is 2"),
        (lambda s: s.reduced_pair(0, 0), "`second` must be another block than 0, which has one particle only"),
        (lambda s: s.overlap_distribution(2), r"`pattern` must lie in \[0, 1\]"),
        (lambda s: s.distribution("z"), "`average` must be an average of the particles"),
        (lambda s: s.distribution(HOPFIELD.particles.average("x")), "must be diagonal"),
        (lambda s: s.expectation("m_z +"), "expression"),
        (lambda s: s.expectation(ls.Mode("b").q), "expression"),
        (lambda s: s.fock_populations(0), "mode"),
    ],
)
def test_questions_without_an_answer(action: Any, sentence: str) -> None:
    state = System(HOPFIELD, particles=(1, 1), parameters=VALUES).product_state([0, 0, 0.5])
    with pytest.raises(ls.LargespinError, match=sentence):
        action(state)

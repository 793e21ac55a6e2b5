"""Macroscopic states: shapes, density matrices, ensembles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solved import random_density_matrix

import largespin as ls
from largespin.model.state import density_matrices, smallest_eigenvalue


def hopfield(patterns: int = 2) -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(patterns))


def cavity() -> ls.Model:
    spins, a, b = ls.Spins(), ls.Mode("a"), ls.Mode("b")
    return ls.Model(spins, energy=a.number + b.number + spins.average("x"), modes=[a, b])


def test_one_bloch_vector_serves_all_blocks() -> None:
    state = hopfield(3).state([0.1, 0.2, 0.3])
    assert state.bloch.shape == (4, 3)
    assert state.dims == ()
    np.testing.assert_array_equal(state.vector, np.tile([0.1, 0.2, 0.3], 4))


def test_modes_follow_the_particles_as_quadratures() -> None:
    state = cavity().state([0.0, 0.0, 1.0], [1 + 2j, -3j])
    np.testing.assert_allclose(state.vector[3:] / np.sqrt(2), [1, 2, 0, -3])
    np.testing.assert_array_equal(cavity().state([0, 0, 1], 0).amplitudes, [0, 0])
    np.testing.assert_array_equal(cavity().state([0, 0, 1], 0.5j).amplitudes, [0.5j, 0.5j])


@given(st.sampled_from([2, 3]), st.integers(0, 1000))
def test_density_matrices_go_in_and_come_out(levels: int, seed: int) -> None:
    model = ls.Model(ls.Particles(levels, weights=np.array([0.5, 0.5])))
    generator = np.random.default_rng(seed)
    rho = np.array([random_density_matrix(levels, generator) for _ in range(2)])
    state = model.state(rho)
    np.testing.assert_allclose(state.density_matrices(), rho, atol=1e-13)
    np.testing.assert_allclose(smallest_eigenvalue(state.bloch), np.linalg.eigvalsh(rho)[:, 0], atol=1e-12)
    again = model.state_from_vector(state.vector)
    np.testing.assert_array_equal(again.bloch, state.bloch)


def test_ensembles_over_particles_and_modes_broadcast() -> None:
    model = cavity()
    state = model.state(np.zeros((5, 1, 3)), np.zeros((5, 2)), dims=("seed",))
    assert state.dims == ("seed",)
    assert state.ensemble_shape == (5,)
    assert state.vector.shape == (5, 7)
    assert model.state(np.zeros((5, 1, 3)), 0).dims == ("start",)
    both = model.state(np.zeros((5, 1, 1, 3)), np.zeros((4, 2)), dims=("seed", "field"))
    assert both.vector.shape == (5, 4, 7)
    matrices = np.broadcast_to(np.eye(2) / 2, (6, 1, 2, 2))
    assert model.state(matrices, 0).ensemble_shape == (6,)


def test_a_state_passes_through_unchanged() -> None:
    model = cavity()
    state = model.state([0.0, 0.0, 1.0], [1.0, 2.0])
    assert model.state(state) is state
    replaced = model.state(state, [3.0, 4.0])
    np.testing.assert_array_equal(replaced.amplitudes, [3.0, 4.0])
    np.testing.assert_array_equal(replaced.bloch, state.bloch)


def test_a_state_keeps_its_modes_and_axes_when_it_is_spread_over_blocks() -> None:
    a = ls.Mode("a")
    one = ls.Model(ls.Spins(), energy=a.number, modes=[a])
    two = ls.Model(ls.Particles(2, weights=np.array([0.5, 0.5])), energy=a.number, modes=[a])
    state = two.state(one.state(np.zeros((4, 1, 3)), [0.5], dims=("seed",)))
    assert state.dims == ("seed",)
    np.testing.assert_array_equal(state.amplitudes, np.full((4, 1), 0.5))


def test_what_is_not_known_has_no_eigenvalue() -> None:
    for components in (3, 8):
        vectors = np.zeros((2, components))
        vectors[1, 0] = np.nan
        found = smallest_eigenvalue(vectors)
        np.testing.assert_allclose(found[0], 1 / round(np.sqrt(components + 1)))
        assert np.isnan(found[1])


def test_a_pure_state_has_a_vanishing_eigenvalue() -> None:
    assert smallest_eigenvalue(np.array([0.6, 0.0, 0.8])) == pytest.approx(0.0, abs=1e-15)
    np.testing.assert_allclose(density_matrices(np.array([0.6, 0.0, 0.8])), [[0.9, 0.3], [0.3, 0.1]])


def test_an_ensemble_from_vectors_starts_runs() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    vectors = np.array([[0.0, 0.0, 0.5], [0.1, 0.0, 0.2]])
    from_vectors = ls.evolve(model, model.state_from_vector(vectors), 1.0, temperature=0.5, field=0.2)
    expected = ls.evolve(model, vectors[:, None, :], 1.0, temperature=0.5, field=0.2)
    assert from_vectors.m.dims == expected.m.dims
    np.testing.assert_array_equal(from_vectors.m.values, expected.m.values)

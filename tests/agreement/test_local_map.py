"""FMLC23 Theorem 2: what one and two particles do inside the large system."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from brute_force import FullSpace
from hypothesis import given
from random_models import SPINS, Recipe, examples, library_model, recipe, start_state
from scipy.integrate import solve_ivp
from solved import random_density_matrix, vectors

import largespin as ls
from largespin.model.operators import hermitian_basis

TIMES = np.array([0.0, 0.4, 1.3])


def choi(propagator: Any, levels: int) -> Any:
    """``Σ_ij |i⟩⟨j| ⊗ Λ(|i⟩⟨j|)``: positive exactly if Λ is completely positive."""
    basis = hermitian_basis(levels)
    blocks = np.zeros((levels, levels, levels, levels), dtype=complex)
    for i, j in np.ndindex(levels, levels):
        coordinates = basis[:, j, i]  # tr(|i⟩⟨j| v_a)
        blocks[i, :, j, :] = np.einsum("a,aij->ij", propagator @ coordinates, basis) / levels
    return blocks.reshape(levels**2, levels**2)


@examples(2)
@given(SPINS)
def test_consistent_and_completely_positive(plan: Recipe) -> None:
    model = library_model(plan, driven=True)
    start = start_state(plan, model)
    map_ = ls.local_map(model, start, TIMES, tolerance=1e-13, strength=1.0)
    run = ls.evolve(model, start, TIMES, tolerance=1e-13, strength=1.0)
    np.testing.assert_allclose(vectors(map_), vectors(run), atol=1e-10)
    for k in range(len(plan.weights)):
        first = np.concatenate([[1.0], start.bloch[k]])
        for t in range(len(TIMES)):
            propagator = map_.propagator.values[t, k]
            np.testing.assert_allclose(propagator @ first, [1.0, *run.m.values[t, k]], atol=1e-9)
            matrix = choi(propagator, plan.levels)
            np.testing.assert_allclose(matrix, matrix.conj().T, atol=1e-12)
            assert np.linalg.eigvalsh(matrix)[0] > -1e-9
            np.testing.assert_allclose(np.trace(matrix).real, plan.levels, atol=1e-9)
    np.testing.assert_allclose(
        map_.propagator.values[0], np.broadcast_to(np.eye(plan.levels**2), map_.propagator.shape[1:])
    )


PAULI = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1.0, -1.0])}
RAISING = np.array([[0.0, 1.0], [0.0, 0.0]])


def test_entangled_pair_against_its_own_master_equation() -> None:
    """A singlet-like pair in blocks 0 and 1 of a Hopfield network with pair coupling, integrated directly.

    Mean field and pair are integrated together by SciPy with equations typed by hand; a pair of 4 × 4 = 16 numbers
    with time-dependent fields ``Ω σ_x + g Δ_k σ_z`` and rates ``½ e^{±βΔ_k}``.
    """
    blocks, temperature, omega, g = ls.ideal_large_spins(2), 0.8, 0.4, 0.7
    e = np.array([[1.0, 1.0], [1.0, -1.0]])
    np.testing.assert_array_equal(blocks.coefficients, e)
    model = ls.models.hopfield(blocks, pair_coupling=True)
    start = np.array([[0.1, 0.2, 0.6], [-0.3, 0.1, 0.5]])

    def on(operator: Any, particle: int) -> Any:
        return np.kron(operator, np.eye(2)) if particle == 0 else np.kron(np.eye(2), operator)

    def rhs(t: float, y: Any) -> Any:
        m, rho = y[:6].real.reshape(2, 3), y[6:].reshape(4, 4)
        delta = e.T @ (e @ m[:, 2] / 2)
        dm, drho = np.zeros((2, 3)), np.zeros((4, 4), dtype=complex)
        for k in range(2):
            up, down = np.exp(delta[k] / temperature) / 2, np.exp(-delta[k] / temperature) / 2
            x, y_, z = m[k]
            dm[k] = [
                -2 * g * delta[k] * y_ - (up + down) / 2 * x,
                2 * g * delta[k] * x - 2 * omega * z - (up + down) / 2 * y_,
                2 * omega * y_ + up * (1 - z) - down * (1 + z),
            ]
            h = on(omega * PAULI["x"] + g * delta[k] * PAULI["z"], k)
            drho += -1j * (h @ rho - rho @ h)
            for rate, jump in ((up, on(RAISING, k)), (down, on(RAISING.T, k))):
                number = jump.T @ jump
                drho += rate * (jump @ rho @ jump.T - 0.5 * (number @ rho + rho @ number))
        return np.concatenate([dm.ravel(), drho.ravel()])

    psi = np.array([0.1, 0.8, -0.5j, 0.2])
    psi /= np.linalg.norm(psi)
    pair = np.outer(psi, psi.conj())
    first = np.concatenate([start.ravel(), pair.ravel()]).astype(complex)
    solution = solve_ivp(rhs, (0.0, 1.3), first, method="DOP853", t_eval=TIMES, rtol=1e-12, atol=1e-13)
    map_ = ls.local_map(model, start, TIMES, tolerance=1e-13, temperature=temperature, field=omega, pair_coupling=g)
    for t, y in zip(TIMES, solution.y.T, strict=True):
        found = ls.apply_local_map(map_, pair, [0, 1], time=float(t))
        np.testing.assert_allclose(found, y[6:].reshape(4, 4), atol=1e-10)
        swap = [0, 2, 1, 3]
        turned = ls.apply_local_map(map_, pair[np.ix_(swap, swap)], [1, 0], time=float(t))
        np.testing.assert_allclose(turned[np.ix_(swap, swap)], found, atol=1e-12)
    assert np.max(np.abs(solution.y[6:, -1] - solution.y[6:, 0])) > 0.05


def test_three_particles_of_one_block() -> None:
    """For product states the tensor product of maps is the product of the single maps."""
    plan = recipe(3, blocks=1)
    model = library_model(plan)
    map_ = ls.local_map(model, start_state(plan, model), 0.7, strength=1.0)
    generator = np.random.default_rng(1)
    states = [random_density_matrix(2, generator) for _ in range(3)]
    singles = [ls.apply_local_map(map_, rho, [0]) for rho in states]
    together = ls.apply_local_map(map_, np.kron(np.kron(states[0], states[1]), states[2]), [0, 0, 0])
    np.testing.assert_allclose(together, np.kron(np.kron(singles[0], singles[1]), singles[2]), atol=1e-12)
    assert np.max(np.abs(singles[0] - states[0])) > 0.01


@pytest.mark.parametrize("kind", ["linear", "exponential"])
def test_tagged_particle_at_finite_n(kind: str) -> None:
    """One particle starts differently from the rest; its exact state tends to Λ of its start as 1/N."""
    plan = recipe(21, blocks=1, kind=kind)
    model = library_model(plan)
    tagged = random_density_matrix(2, np.random.default_rng(8))
    time = 0.25
    map_ = ls.local_map(model, start_state(plan, model), time, tolerance=1e-12, strength=1.0)
    expected = ls.apply_local_map(map_, tagged, [0])
    exact = []
    sizes = (2, 3, 4, 5)
    for particles in sizes:
        space = FullSpace(plan, particles)
        rho = space.product_state({0: tagged})
        solution = solve_ivp(
            lambda t, y, space=space, shape=rho.shape: space.velocity(y.reshape(shape)).ravel(),
            (0.0, time),
            rho.ravel().astype(complex),
            rtol=1e-9,
            atol=1e-11,
        )
        exact.append(space.reduced(solution.y[:, -1].reshape(rho.shape), 0))
    errors = [float(np.max(np.abs(rho - expected))) for rho in exact]
    limit = np.tensordot(np.linalg.inv(np.vander(1 / np.array(sizes), increasing=True))[0], np.array(exact), axes=1)
    assert errors[-1] > 1e-3
    assert all(later < earlier for earlier, later in pairwise(errors))
    assert np.max(np.abs(limit - expected)) < 0.05 * errors[-1]

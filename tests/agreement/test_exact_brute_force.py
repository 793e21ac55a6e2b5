"""The exact solution at finite N against the Lindblad equation of numbered particles.

Random models of every kind, with few particles: the generator on random elements of the symmetric space, states in time
with everything that is reported of them, and the whole spectrum.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from full_space_exact import (
    ExactFullSpace,
    dissipated,
    embedding,
    gathered,
    labels_of,
    of_matrix,
    permuted,
    spread,
    symmetrised,
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st
from random_models import KINDS, SEEDS, LocalJump, Recipe, examples, library_model, recipe, start_state
from scipy.integrate import solve_ivp
from scipy.linalg import eigvals
from scipy.optimize import linear_sum_assignment

import largespin as ls
from largespin.exact.calls.state_of import state_of
from largespin.exact.space.occupations import Occupations
from largespin.exact.states.state import SymmetricState

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1.0, -1.0]).astype(complex)
RAISING, LOWERING = (X + 1j * Y) / 2, (X - 1j * Y) / 2
ONE = np.ones(1)


def sized(seed: int, levels: int, blocks: int, mode: bool, kind: str) -> tuple[Recipe, int, int]:
    """A random recipe, a number of particles that fits it and a number of Fock states."""
    plan = recipe(seed, levels=levels, blocks=blocks, mode=mode, kind=kind)
    fock = 3 if mode else 1
    if mode:
        # So few bosons that the coherent state fits into its Fock states.
        plan = replace(plan, amplitude=0.1 * plan.amplitude / abs(plan.amplitude))
    if levels == 3:
        return plan, 3 if blocks == 1 and not mode else 2, fock
    if blocks == 2 and not mode and seed % 2:
        return replace(plan, weights=np.array([0.4, 0.6])), 5, fock
    return plan, 3 if mode or blocks == 2 else 4, fock


def system_of(plan: Recipe, particles: Any, fock: int, **more: Any) -> Any:
    cut: dict[str, Any] = {"fock": fock} if plan.has_mode else {}
    return ls.exact.System(library_model(plan), particles=particles, **cut, **more)


def random_matrix(generator: np.random.Generator, size: int) -> Any:
    return generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))


def random_state(seed: int, full: ExactFullSpace) -> Any:
    """A correlated symmetric density matrix of full rank."""
    root = random_matrix(np.random.default_rng(seed), full.dimension)
    mixed = permuted(root @ root.conj().T, full.counts, full.plan.levels, (full.fock,))
    return mixed / np.trace(mixed)


def close(found: Any, expected: Any, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(found, expected, atol=tolerance * (1 + np.abs(expected).max()), rtol=0)


SHAPES = st.tuples(SEEDS, st.sampled_from([2, 3]), st.sampled_from([1, 2]), st.booleans(), KINDS)


@pytest.mark.parametrize(("levels", "particles"), [(2, 1), (2, 4), (3, 3)])
def test_labels_and_their_places(levels: int, particles: int) -> None:
    space = Occupations(levels, particles)
    assert [tuple(label) for label in space.labels.tolist()] == labels_of(levels, particles)
    assert space.size == embedding(levels, particles).shape[1]
    np.testing.assert_array_equal(space.index(space.labels), np.arange(space.size))
    norms = np.sum(embedding(levels, particles) ** 2, axis=0)
    np.testing.assert_allclose(np.exp(space.log_norms), norms, rtol=1e-12)


@pytest.mark.parametrize(("levels", "particles"), [(2, 4), (3, 3)])
def test_a_superoperator_summed_over_particles(levels: int, particles: int) -> None:
    """Any matrix on one particle, not only those that keep Hermitian elements Hermitian."""
    generator = np.random.default_rng(levels)
    superoperator = random_matrix(generator, levels**2)
    tensor = superoperator.reshape((levels,) * 4)
    vector = generator.normal(size=Occupations(levels, particles).size)
    shape = (levels,) * particles
    rho = (embedding(levels, particles) @ vector).reshape(shape * 2)
    expected: Any = 0
    for i in range(particles):
        moved = np.tensordot(tensor, rho, axes=([2, 3], [i, particles + i]))
        expected = expected + np.moveaxis(moved, [0, 1], [i, particles + i])
    found = embedding(levels, particles) @ (Occupations(levels, particles).derivation(superoperator) @ vector)
    close(found, expected.ravel())


# ---------------------------------------------------------------------------------------------------------- the generator


@examples(12)
@given(SHAPES)
def test_velocity_of_product_states_and_of_any_element(case: tuple[int, int, int, bool, str]) -> None:
    plan, particles, fock = sized(*case)
    full, system = ExactFullSpace(plan, particles, fock), system_of(plan, particles, fock)
    space, liouvillian = system.space, system.liouvillian
    assert tuple(space.counts) == full.counts
    start = system.product_state(start_state(plan, system.space.model))
    rho = full.product_state()
    close(spread(space, start.vector), rho, 1e-13)
    close(spread(space, liouvillian @ start.vector), full.velocity(rho))
    # One random element has all components, so the whole matrix is compared.
    generator = np.random.default_rng(case[0])
    vector = generator.normal(size=space.size) + 1j * generator.normal(size=space.size)
    close(spread(space, liouvillian @ vector), full.velocity(spread(space, vector)))
    close(liouvillian @ vector, gathered(space, full.velocity(spread(space, vector))))


@examples(4)
@given(SEEDS, st.sampled_from([2, 3]), st.sampled_from([1, 2]), KINDS)
def test_rates_that_depend_on_averages_that_are_not_diagonal(seed: int, levels: int, blocks: int, kind: str) -> None:
    plan, particles, fock = sized(seed, levels, blocks, False, kind)
    root = random_matrix(np.random.default_rng(seed + 1), levels)
    plan = replace(plan, diagonal=root + root.conj().T)
    full, system = ExactFullSpace(plan, particles, fock), system_of(plan, particles, fock)
    space = system.space
    rho = full.product_state()
    start = system.product_state(start_state(plan, space.model))
    close(spread(space, start.vector), rho, 1e-13)
    close(spread(space, system.liouvillian @ start.vector), full.velocity(rho))
    vector = gathered(space, random_state(seed, full))
    close(spread(space, system.liouvillian @ vector), full.velocity(spread(space, vector)))
    check_observables(full, SymmetricState(space, vector), spread(space, vector))


def test_rates_of_two_averages_that_commute_without_being_diagonal() -> None:
    """``m_x`` and, for three levels, a second matrix with the same eigenvectors and degenerate eigenvalues."""
    turn = np.linalg.qr(random_matrix(np.random.default_rng(3), 3))[0]
    first, second = (turn @ np.diag(v) @ turn.conj().T for v in ([1.0, 1.0, -2.0], [1.0, -1.0, 0.0]))
    first, second = (0.5 * (a + a.conj().T) for a in (first, second))
    jump = random_matrix(np.random.default_rng(4), 3)
    particles = ls.Particles(3)
    a, b = particles.average(first, symbol="a"), particles.average(second, symbol="b")
    model = ls.Model(particles, jumps=[ls.Jump(jump, sp.exp((0.3 * a - 0.2 * b) / 2))])
    system = ls.exact.System(model, particles=3)
    plan = recipe(5, levels=3, blocks=1)
    full = ExactFullSpace(replace(plan, energy=(), collective=(), jumps=()), 3)
    delta = full.average(0.15 * first - 0.1 * second, ONE)
    values, vectors = np.linalg.eigh(delta)
    amplitude = (vectors * np.exp(values)) @ vectors.conj().T
    rho = random_state(6, full)
    expected: Any = 0
    for i in range(3):
        expected = expected + dissipated(full.site(jump, i) @ amplitude, rho)
    close(spread(system.space, system.liouvillian @ gathered(system.space, rho)), expected)


def test_one_local_field_of_averages_that_do_not_commute() -> None:
    """``Δ = m_z + m_x/2`` is one operator, and all rates are functions of it."""
    spins = ls.Spins()
    delta = spins.average("z") + spins.average("x") / 2
    jumps = [ls.Jump(spins.lowering, sp.exp(0.6 * delta)), ls.Jump(spins.raising, 1 - delta / 3)]
    system = ls.exact.System(ls.Model(spins, jumps=jumps), particles=3)
    full = ExactFullSpace(replace(recipe(0, blocks=1), energy=(), collective=(), jumps=()), 3)
    own = full.average(Z + X / 2, ONE)
    rho = random_state(6, full)
    expected: Any = 0
    amplitudes = ((LOWERING, of_matrix(lambda x: np.exp(0.6 * x), own)), (RAISING, np.eye(len(own)) - own / 3))
    for jump, amplitude in amplitudes:
        for i in range(3):
            expected = expected + dissipated(full.site(jump, i) @ amplitude, rho)
    close(spread(system.space, system.liouvillian @ gathered(system.space, rho)), expected)


def test_rates_that_do_not_commute_are_refused() -> None:
    spins = ls.Spins()
    model = ls.Model(
        spins,
        jumps=[
            ls.Jump(spins.lowering, sp.exp(spins.average("x"))),
            ls.Jump(spins.raising, sp.exp(spins.average("z"))),
        ],
    )
    with pytest.raises(ls.LargespinError, match="commute"):
        ls.exact.System(model, particles=3)
    with pytest.raises(ls.LargespinError, match="commute"):
        ls.exact.evolve(model, [0, 0, 1], [0.0, 1.0], particles=3)


def test_energies_that_are_functions_of_diagonal_averages() -> None:
    """``h = cosh(m_z) + m_x m_z²/3``; the second term is the mean over its three orders."""
    spins = ls.Spins()
    mx, mz = spins.average("x"), spins.average("z")
    system = ls.exact.System(ls.Model(spins, energy=sp.cosh(mz) + mx * mz**2 / 3), particles=4)
    full = ExactFullSpace(replace(recipe(0, blocks=1), energy=(), jumps=(), collective=()), 4)
    x, z = full.average(X, ONE), full.average(Z, ONE)
    energy = 4 * (np.diag(np.cosh(np.diag(z))) + (x @ z @ z + z @ x @ z + z @ z @ x) / 9)
    rho = random_state(1, full)
    expected = -1j * (energy @ rho - rho @ energy)
    close(spread(system.space, system.liouvillian @ gathered(system.space, rho)), expected)


def test_collective_jumps_of_higher_powers() -> None:
    """``ℓ = (1 + 2i) m_x m_y + 0.4 m_z α + 0.3``: products of averages and quadratures, and a constant."""
    spins, mode = ls.Spins(), ls.Mode("a")
    mx, my, mz = (spins.average(a) for a in "xyz")
    amplitude = (1 + 2 * sp.I) * mx * my + sp.Rational(2, 5) * mz * mode.amplitude + sp.Rational(3, 10)
    model = ls.Model(spins, collective_jumps=[ls.CollectiveJump(amplitude)], modes=[mode])
    system = ls.exact.System(model, particles=3, fock=4)
    plan = recipe(0, blocks=1, mode=True)
    full = ExactFullSpace(replace(plan, energy=(), jumps=(), collective=()), 3, 4)
    x, y, z = (full.average(a, ONE) for a in (X, Y, Z))
    q, p = full.quadratures
    jump = np.sqrt(3) * ((1 + 2j) * (x @ y + y @ x) / 2 + 0.4 * z @ (q + 1j * p) / np.sqrt(2) + 0.3 * np.eye(len(x)))
    rho = random_state(1, full)
    close(spread(system.space, system.liouvillian @ gathered(system.space, rho)), dissipated(jump, rho))


# ------------------------------------------------------------------------------------------------- what is said of a state


def check_observables(full: ExactFullSpace, state: Any, rho: Any, tolerance: float = 1e-10) -> None:
    """Everything a `SymmetricState` reports, against the full density matrix."""
    close(state.trace(), np.trace(rho), tolerance)
    close(state.purity(), np.trace(rho @ rho), tolerance)
    assert state.hermiticity() < tolerance
    close(np.ravel(state.means()), full.means(rho), tolerance)
    close(np.asarray(state.covariance()), full.covariance(rho), tolerance)
    check_expectations(full, state, rho, tolerance)
    check_reduced(full, state, rho, tolerance)
    check_populations(full, state, rho, tolerance)
    if full.plan.has_mode:
        q, p = full.quadratures
        close(state.amplitudes, [np.trace((q + 1j * p) @ rho) / np.sqrt(2)], tolerance)
        populations = full.fock_populations(rho)
        close(state.fock_populations(0), populations, tolerance)
        close(state.bosons(), [np.arange(full.fock) @ populations / full.particles], tolerance)


def check_expectations(full: ExactFullSpace, state: Any, rho: Any, tolerance: float) -> None:
    """Products of averages and quadratures, symmetrised."""
    model = state.space.model
    symbols = {a.name: a for a in model.averages}
    expression, matrix = sp.Integer(3), 3 * np.eye(full.dimension)
    numbers = [i for i in (0, 1) if f"s_{i}" in symbols]
    for i in numbers:
        own = full.average(*full.plan.averages[i])
        expression, matrix = expression + (i + 2) * symbols[f"s_{i}"] ** 2, matrix + (i + 2) * own @ own
    if len(numbers) == 2:
        a, b = (full.average(*average) for average in full.plan.averages)
        expression += symbols["s_0"] * symbols["s_1"] ** 2
        matrix = matrix + symmetrised([a, b, b])
    if full.plan.has_mode:
        (mode,) = model.modes
        expression += mode.q**2 * mode.p * (1 + symbols[f"s_{numbers[0]}"])
        q2p = full.power(2, 1)
        matrix = matrix + q2p + q2p @ full.average(*full.plan.averages[numbers[0]])
    close(state.expectation(expression), np.trace(matrix @ rho), tolerance)


def check_reduced(full: ExactFullSpace, state: Any, rho: Any, tolerance: float) -> None:
    for k in range(len(full.counts)):
        close(state.reduced(k), full.partial(rho, (full.members(k)[0],)), tolerance)
        for other in range(len(full.counts)):
            pair = (full.members(k)[0], full.members(other)[-1])
            if pair[0] != pair[1]:
                close(state.reduced_pair(k, other), full.partial(rho, pair), tolerance)


def check_populations(full: ExactFullSpace, state: Any, rho: Any, tolerance: float) -> None:
    """Only where the levels of the occupation numbers are those of the model."""
    if full.plan.levels != 2 or np.any(full.plan.diagonal - np.diag(np.diag(full.plan.diagonal))):
        return
    found = state.populations()
    expected = full.level_populations(rho)
    close(found.sum([d for d in found.dims if d.startswith("mode")]).values, expected, tolerance)
    for pattern, row in enumerate(full.plan.patterns):
        values = np.zeros(())
        for count, e in zip(full.counts, row, strict=True):
            values = values[..., None] + e * (2 * np.arange(count + 1) - count) / full.particles
        distribution = state.overlap_distribution(pattern)
        for value, probability in zip(distribution["value"].values, distribution.values, strict=True):
            close(probability, expected[np.abs(values - value) < 1e-9].sum(), tolerance)
        close(distribution.sum(), 1.0, tolerance)


@examples(10)
@given(SHAPES)
def test_what_is_read_from_a_correlated_state(case: tuple[int, int, int, bool, str]) -> None:
    plan, particles, fock = sized(*case)
    full = ExactFullSpace(plan, particles, fock)
    space = system_of(plan, particles, fock).space
    rho = random_state(case[0], full)
    check_observables(full, SymmetricState(space, gathered(space, rho)), rho)


# ------------------------------------------------------------------------------------------------------------------- in time

TIMES = np.array([0.0, 0.3, 1.0])
SOLVED = 2e-7
"""Evolutions are asked for at a tolerance of 1e-10 per step."""


def check_run(full: ExactFullSpace, particles: Any, *, driven: bool = False, **more: Any) -> None:
    """`evolve` of a recipe against the full space: what the dataset reports, and the states behind it."""
    plan = full.plan
    model = library_model(plan, driven=driven)
    cut: dict[str, Any] = {"fock": full.fock} if plan.has_mode else {}
    begin = start_state(plan, model)
    run = ls.exact.evolve(model, begin, TIMES, particles=particles, tolerance=1e-10, keep_states=True, **cut, **more)
    # Two or three Fock states are few, which is said; the full space has no more of them.
    assert run["outcome"].item() == ("truncated" if plan.has_mode else "finished"), run["sentence"].item()
    system = ls.exact.System(model, particles=particles, **cut)
    follow = full.evolve_with_pulse if driven else full.evolve
    for time, rho in zip(TIMES, follow(full.product_state(), TIMES), strict=True):
        check_dataset(full, run.sel(time=time), rho)
        state = state_of(run, system, time=time)
        check_observables(full, state, rho, SOLVED)
        found = spread(system.space, state.vector)
        close(found, rho, SOLVED)
        check_state(found)


def check_dataset(full: ExactFullSpace, here: Any, rho: Any) -> None:
    """The variables of a run at one time."""
    close(here["m"].values.ravel(), full.means(rho), SOLVED)
    close(here["covariance"].values, full.covariance(rho), SOLVED)
    close(here["purity"].values, np.trace(rho @ rho).real, SOLVED)
    close(here["trace"].values, 1.0, SOLVED)
    for pattern, row in enumerate(full.plan.patterns):
        if full.plan.levels == 2:
            close(here["overlap"].values[pattern], np.trace(full.average(Z, row) @ rho).real, SOLVED)
    if full.plan.has_mode:
        q, p = (np.trace(x @ rho).real for x in full.quadratures)
        close([here["q"].item(), here["p"].item()], [q, p], SOLVED)
        populations = full.fock_populations(rho)
        close(here["occupation"].item(), np.arange(full.fock) @ populations / full.particles, SOLVED)


def check_state(rho: Any, tolerance: float = SOLVED) -> None:
    """Trace one, Hermitian, no negative eigenvalues."""
    close(np.trace(rho), 1.0, tolerance)
    close(rho, rho.conj().T, tolerance)
    assert np.linalg.eigvalsh(rho).min() > -tolerance


@pytest.mark.slow
@examples(6)
@given(SHAPES)
def test_runs_of_random_models(case: tuple[int, int, int, bool, str]) -> None:
    plan, particles, fock = sized(*case)
    check_run(ExactFullSpace(plan, particles, fock), particles)


@examples(2)
@given(SEEDS, KINDS)
def test_runs_with_rates_in_averages_that_are_not_diagonal(seed: int, kind: str) -> None:
    plan, particles, _ = sized(2 * seed, 2, 2, False, kind)
    root = random_matrix(np.random.default_rng(seed + 1), 2)
    full = ExactFullSpace(replace(plan, diagonal=root + root.conj().T), particles)
    model = library_model(full.plan)
    run = ls.exact.evolve(model, start_state(full.plan, model), TIMES, particles=particles, tolerance=1e-10)
    for time, rho in zip(TIMES, full.evolve(full.product_state(), TIMES), strict=True):
        close(run["m"].sel(time=time).values.ravel(), full.means(rho), SOLVED)
        close(run["covariance"].sel(time=time).values, full.covariance(rho), SOLVED)
        close(run["purity"].sel(time=time).values, np.trace(rho @ rho).real, SOLVED)


@examples(2)
@given(SHAPES)
def test_runs_with_a_pulse_in_energy_and_rates(case: tuple[int, int, int, bool, str]) -> None:
    plan, particles, fock = sized(*case)
    check_run(ExactFullSpace(plan, particles, fock, lambda t: 1 + np.cos(t) / 3), particles, driven=True)


def test_time_and_state_that_do_not_factorise() -> None:
    """``Γ = e^{(1 + cos 2t) m_z/2}``, ``ℓ = (m_x − i m_y) sin(3t)/2 + e^{it} m_z/3 + i m_x/5``, ``h = m_x cos t + m_z²``."""
    spins, t = ls.Spins(), ls.time
    mx, my, mz = (spins.average(a) for a in "xyz")
    model = ls.Model(
        spins,
        energy=mx * sp.cos(t) + mz**2,
        jumps=[ls.Jump(spins.raising, sp.exp((1 + sp.cos(2 * t)) * mz / 2))],
        collective_jumps=[
            ls.CollectiveJump((mx - sp.I * my) * sp.sin(3 * t) / 2 + sp.exp(sp.I * t) * mz / 3 + sp.I * mx / 5)
        ],
    )
    full = ExactFullSpace(replace(recipe(0, blocks=1), energy=(), jumps=(), collective=()), 4)
    x, y, z = (full.average(a, ONE) for a in (X, Y, Z))
    sites = np.array([full.site(RAISING, i) for i in range(4)])

    def velocity(time: float, flat: Any) -> Any:
        rho = flat.reshape(x.shape)
        energy = 4 * (x * np.cos(time) + z @ z)
        amplitude = np.diag(np.exp((1 + np.cos(2 * time)) * np.diag(z) / 2))
        collective = (x - 1j * y) * np.sin(3 * time) / 2 + np.exp(1j * time) * z / 3 + 1j * x / 5
        result = -1j * (energy @ rho - rho @ energy)
        for jump in (*(sites @ amplitude), 2 * collective):
            result = result + dissipated(jump, rho)
        return result.ravel()

    system = ls.exact.System(model, particles=4)
    for time in (0.0, 0.7):
        rho = random_state(1, full)
        found = spread(system.space, system.liouvillian_at(time) @ gathered(system.space, rho))
        close(found, velocity(time, rho.ravel()).reshape(rho.shape))
    times = np.array([0.4, 0.6, 1.2])
    run = ls.exact.evolve(model, [0.3, 0.4, 0.5], times, particles=4, tolerance=1e-10, keep_states=True, max_step=0.05)
    begin = spread(system.space, system.product_state([0.3, 0.4, 0.5]).vector).ravel()
    solved = solve_ivp(velocity, (0.4, 1.2), begin, t_eval=times, method="DOP853", rtol=1e-9, atol=1e-11).y.T
    for time, rho in zip(times, solved, strict=True):
        state = state_of(run, system, time=time)
        close(spread(system.space, state.vector), rho.reshape(16, 16), SOLVED)


@pytest.mark.parametrize("displace", ["mean field", [0.2 - 0.15j]])
def test_displaced_fock_states(displace: Any) -> None:
    """Two spins and a mode with loss and gain; around moving or fixed amplitudes the physics is the same."""
    plan = recipe(11, blocks=1, mode=True, kind="linear", degree=2)
    energy = (*plan.energy[:2], (0.6, (), (2, 0)), (0.6, (), (0, 2)), (0.3, (0,), (1, 0)), (0.2, (1,), (0, 1)))
    mixed = np.array([0.3, 0.2j, 0.25, 0.2j])
    loss = np.array([0.0, 0.0, 0.6, 0.6j])
    plan = replace(plan, amplitude=0.4 + 0.3j, energy=energy, collective=(mixed, loss))
    full = ExactFullSpace(plan, 2, 11)
    model = library_model(plan)
    times = np.array([0.0, 0.25, 0.5])
    run = ls.exact.evolve(
        model,
        start_state(plan, model),
        times,
        particles=2,
        fock=11,
        displace=displace,
        tolerance=1e-10,
        max_step=0.05,
        keep_states=True,
    )
    assert run["fock_tail"].max() < 3e-6, "too few Fock states to compare"
    for time, rho in zip(times, full.evolve(full.product_state(), times), strict=True):
        here = run.sel(time=time)
        close(here["m"].values.ravel(), full.means(rho), 1e-5)
        close([here["q"].item(), here["p"].item()], [np.trace(x @ rho).real for x in full.quadratures], 1e-5)
        if not isinstance(displace, str):
            system = ls.exact.System(model, particles=2, fock=11, displacement=displace)
            state, (q, p) = state_of(run, system, time=time), full.quadratures
            close(state.amplitudes, [np.trace((q + 1j * p) @ rho) / np.sqrt(2)], 1e-5)
            close(state.expectation(model.modes[0].q), np.trace(q @ rho), 1e-5)
        close(here["occupation"].item(), np.arange(11) @ full.fock_populations(rho) / 2, 1e-5)
        close(here["covariance"].values, full.covariance(rho), 1e-4)


# ---------------------------------------------------------------------------------------------------------------- the spectrum


def symmetric_eigenvalues(full: ExactFullSpace) -> Any:
    """Eigenvalues of the Liouvillian on operators that no permutation changes."""
    size = full.dimension**2
    units = np.eye(size).reshape(size, full.dimension, full.dimension)
    means = np.array([permuted(unit, full.counts, full.plan.levels).ravel() for unit in units]).T
    vectors, values, _ = np.linalg.svd(means)
    assert np.all((values > 1 - 1e-9) | (values < 1e-9)), "permutation averages are a projector"
    kept = vectors[:, values > 0.5]
    moved = full.liouvillian() @ kept
    close(kept @ (kept.conj().T @ moved), moved, 1e-12)
    return eigvals(kept.conj().T @ moved)


def same_numbers(found: Any, expected: Any, tolerance: float) -> None:
    """Two lists of complex numbers are equal up to their order, with multiplicity."""
    assert len(found) == len(expected)
    distances = np.abs(np.subtract.outer(np.asarray(found), np.asarray(expected)))
    rows, columns = linear_sum_assignment(distances)
    assert distances[rows, columns].max() < tolerance


def decaying() -> tuple[ls.Model, ExactFullSpace]:
    """Local emission and dephasing with ``H = 0.7 J_x``."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=0.35 * spins.average("x"), jumps=[ls.Jump(spins.lowering), ls.Jump(spins.z, 0.6)])
    plan = Recipe(
        2, ONE, ((X, ONE),), ((0.35, (0,), (0, 0)),), np.ones((1, 1)), np.zeros(1), Z,
        (LocalJump(LOWERING, "constant", 1.0, 0.0), LocalJump(Z, "constant", 0.6, 0.0)), (), False,
        0.5 * np.eye(2)[None], 0.0,
    )  # fmt: skip
    return model, ExactFullSpace(plan, 4)


def network() -> tuple[ls.Model, ExactFullSpace]:
    """A Hopfield network with exponential rates, β = 0.8 and Ω = 0.3."""
    plan = Recipe(
        2, ONE, ((X, ONE),), ((0.3, (0,), (0, 0)),), np.ones((1, 1)), np.zeros(1), Z,
        tuple(LocalJump(j, "exponential", np.sqrt(0.5), s * 0.4) for j, s in ((RAISING, 1), (LOWERING, -1))), (), False,
        0.5 * np.eye(2)[None], 0.0,
    )  # fmt: skip
    return ls.models.hopfield(ls.ideal_large_spins(1)), ExactFullSpace(plan, 4)


NETWORK = {"temperature": 1 / 0.8, "field": 0.3}


@pytest.mark.parametrize(("case", "values"), [(decaying, {}), (network, NETWORK)])
def test_all_eigenvalues_with_their_multiplicity(case: Any, values: dict[str, Any]) -> None:
    model, full = case()
    expected = symmetric_eigenvalues(full)
    assert len(expected) == 35
    system = ls.exact.System(model, particles=4, **values)
    same_numbers(eigvals(system.liouvillian.toarray()), expected, 1e-7)
    found = ls.exact.liouvillian_spectrum_of(system, count=35)
    same_numbers(found.eigenvalues, expected, 1e-7)
    assert found.stationary == 1
    close(found.gap, np.sort(-expected.real)[1], 1e-7)
    for value, mode in zip(found.eigenvalues, found.modes, strict=True):
        close(system.liouvillian @ mode, value * mode, 1e-7)
    # The slowest few are the first of all.
    close(
        np.sort(ls.exact.liouvillian_spectrum_of(system, count=6).eigenvalues.real)[::-1],
        -np.sort(-expected.real)[:6],
        1e-7,
    )

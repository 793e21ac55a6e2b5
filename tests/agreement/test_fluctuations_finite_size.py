"""The covariance of N → ∞ against exact solutions with N spins, extrapolated in 1/N."""

from typing import Any

import numpy as np
import pytest
from brute_force import FullSpace
from random_models import LocalJump, Recipe
from scipy.integrate import solve_ivp
from scipy.linalg import expm, null_space, solve_continuous_lyapunov
from scipy.special import gammaln, logsumexp
from symmetric_space import LOWERING, PAULI, RAISING, SymmetricSpace, hopfield

import largespin as ls
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.meanfield.jacobian import rate_response

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))


def extrapolated(values: Any, sizes: tuple[int, ...]) -> Any:
    """The limit of a polynomial in 1/N through all values."""
    return np.tensordot(np.linalg.inv(np.vander(1.0 / np.array(sizes), increasing=True))[0], np.array(values), axes=1)


def test_the_symmetric_space_is_the_full_space() -> None:
    """Four spins with operator-valued rates and a field, in 4⁴ = 256 and in 35 dimensions."""
    space = SymmetricSpace(4)
    liouvillian = space.hamiltonian(0.3) + space.collective_jump(LOWERING, 0.4)
    liouvillian = liouvillian + space.local_jump(LOWERING, lambda z: np.exp(0.3 * z))
    plan = Recipe(
        2,
        np.array([1.0]),
        ((PAULI["x"], np.ones(1)), (PAULI["y"], np.ones(1))),
        ((0.3, (0,), (0, 0)),),
        np.ones((1, 1)),
        np.zeros(1),
        PAULI["z"],
        (LocalJump(LOWERING, "exponential", 1.0, 0.3),),
        (np.sqrt(0.4) * np.array([0.5, -0.5j, 0.0, 0.0]),),
        False,
        0.5 * (np.eye(2) + 0.2 * PAULI["x"] + 0.3 * PAULI["y"] + 0.5 * PAULI["z"])[None],
        0.0,
    )
    full = FullSpace(plan, 4)
    basis = [PAULI[a] for a in "xyz"]
    rho = full.product_state()
    start = space.product_state([0.2, 0.3, 0.5])
    np.testing.assert_allclose(space.means(start), [0.2, 0.3, 0.5], atol=1e-14)
    for _ in range(3):
        rho, start = full.velocity(rho), liouvillian @ start
        np.testing.assert_allclose(space.means(start), full.macroscopic(rho, basis), atol=1e-12)


@pytest.mark.parametrize("coupling", [0.0, 0.7])
def test_evolution_and_stationary_state_are_those_of_the_full_space(coupling: float) -> None:
    """Every ingredient at once: field, pair coupling, both flips with exponential rates, collective decay."""
    beta, decay, start = 0.8, 0.4, [0.2, 0.3, 0.5]
    space = SymmetricSpace(4)
    liouvillian = space.hamiltonian(0.3, coupling) + space.collective_jump(LOWERING, decay)
    liouvillian = liouvillian + space.local_jump(RAISING, lambda z: np.exp(beta * z / 2) / np.sqrt(2))
    liouvillian = liouvillian + space.local_jump(LOWERING, lambda z: np.exp(-beta * z / 2) / np.sqrt(2))
    jumps = [LocalJump(x, "exponential", np.sqrt(0.5), s * beta / 2) for x, s in ((RAISING, 1), (LOWERING, -1))]
    full = FullSpace(
        Recipe(
            2,
            np.array([1.0]),
            tuple((PAULI[a], np.ones(1)) for a in "xyz"),
            ((0.3, (0,), (0, 0)), (coupling / 2, (2, 2), (0, 0))),
            np.ones((1, 1)),
            np.zeros(1),
            PAULI["z"],
            tuple(jumps),
            (np.sqrt(decay) * np.array([0.5, -0.5j, 0.0, 0.0, 0.0]),),
            False,
            0.5 * (np.eye(2) + sum(m * PAULI[a] for m, a in zip(start, "xyz", strict=True)))[None],
            0.0,
        ),
        4,
    )
    units = np.eye(256).reshape(256, 16, 16)
    matrix = np.array([np.asarray(full.velocity(x)).ravel() for x in units]).T
    averages = [full.average(PAULI[a], np.ones(1)).toarray() for a in "xyz"]

    def covariance(rho: Any) -> Any:
        means = [np.trace(a @ rho).real for a in averages]
        return 4 * (
            np.array([[np.trace(a @ b @ rho).real for b in averages] for a in averages]) - np.outer(means, means)
        )

    times = np.array([0.0, 0.5, 2.0])
    begin = full.product_state().ravel()
    for time, state in zip(times, space.evolve(liouvillian.tocsr(), space.product_state(start), times), strict=True):
        np.testing.assert_allclose(
            space.covariance(state), covariance((expm(matrix * time) @ begin).reshape(16, 16)), atol=1e-8
        )
    # Other stationary states of the full space, if any, are not symmetric; here it has one.
    kernel = null_space(matrix, rcond=1e-10)
    assert kernel.shape[1] == 1
    rho = kernel[:, 0].reshape(16, 16) / np.trace(kernel[:, 0].reshape(16, 16))
    np.testing.assert_allclose(space.covariance(space.stationary(liouvillian)), covariance(rho), atol=1e-9)


def integrated(model: Any, start: Any, times: Any, **values: float) -> Any:
    """``u̇ = F`` and ``Σ̇ = JΣ + ΣJᵀ + Re C`` from a product state by SciPy alone, shape (times, 3, 3)."""
    functions = numeric_fluctuations(model)
    p, u = np.array([values[key] for key in model.parameters]), np.array(start)

    def slope(_: float, y: Any) -> Any:
        u, covariance = y[:3], y[3:].reshape(3, 3)
        half = functions.drift(u, p) @ covariance
        return np.concatenate(
            [functions.mean_field.rhs(u, p), (half + half.T + functions.real_diffusion(u, p)).ravel()]
        )

    begin = np.concatenate([u, product_covariance(model, u[None]).ravel()])
    solution = solve_ivp(slope, (0.0, times[-1]), begin, t_eval=times, method="DOP853", rtol=1e-10, atol=1e-12)
    return solution.y.T[:, 3:].reshape(-1, 3, 3)


def lyapunov(*, with_rates: bool = True, **values: float) -> Any:
    """Stationary covariance at the paramagnet from J and C, with or without the derivative of the rates in J."""
    functions = numeric_fluctuations(MODEL)
    u, p = np.zeros(3), np.array([values[key] for key in MODEL.parameters])
    j, noise = functions.drift(u, p), functions.diffusion(u, p).real
    if not with_rates:
        equations = functions.mean_field.equations
        j = j - rate_response(equations, functions.mean_field.scalars(u, p)).reshape(3, -1) @ equations.forms
    return solve_continuous_lyapunov(j, -noise)


def test_the_derivative_of_the_rates_belongs_into_the_drift() -> None:
    """β = 0.5, Ω = 0.3: 1.2951, 1.7049, −0.2459, and not 1, 1, 0 as with the drift of F24 Theorem 2."""
    sizes = (8, 12, 16, 20)
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        exact.append(space.covariance(space.stationary(hopfield(space, 0.3, 0.5))))
    limit = extrapolated(exact, sizes)
    derived, printed = (lyapunov(with_rates=w, temperature=2.0, field=0.3) for w in (True, False))
    np.testing.assert_allclose(derived[1:, 1:], [[1.29508, -0.24590], [-0.24590, 1.70492]], atol=1e-5)
    np.testing.assert_allclose(printed, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(limit, derived, atol=2e-3)
    assert np.abs(limit - printed).max() > 0.6
    # Every single N is on the way to the derived value, and already far from the printed one.
    gaps = [np.abs(x - derived).max() for x in exact]
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.slow
def test_thirty_spins_and_beyond() -> None:
    """The numbers of theory 9.1 at N = 30, and four digits of the limit with N up to 40."""
    sizes = (16, 24, 30, 40)
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        exact.append(space.covariance(space.stationary(hopfield(space, 0.3, 0.5))))
    np.testing.assert_allclose(exact[2][1:, 1:], [[1.2645, -0.2191], [-0.2191, 1.6424]], atol=6e-5)
    np.testing.assert_allclose(extrapolated(exact, sizes), lyapunov(temperature=2.0, field=0.3), atol=3e-4)


def detailed_balance(particles: int, beta: float) -> tuple[Any, Any]:
    """Values of m_z and their stationary probabilities at Ω = 0.

    A flip up from M to M + 2/N has the rate ``N (1 − M)/2 · e^{βM}/2``, one down from there
    ``N (1 + M + 2/N)/2 · e^{−β(M + 2/N)}/2``: their ratio is a difference of ``ln P``.
    """
    up = np.arange(particles + 1)
    m = 2 * up / particles - 1
    weight = gammaln(particles + 1) - gammaln(up + 1) - gammaln(particles - up + 1)
    # Σ of β(M_j + M_{j+1}) over the steps to M
    steps = np.concatenate([[0.0], np.cumsum(beta * (m[:-1] + m[1:]))])
    logs = weight + steps
    return m, np.exp(logs - logsumexp(logs))


def test_detailed_balance_is_the_stationary_state_without_field() -> None:
    space = SymmetricSpace(10)
    rho = space.stationary(hopfield(space, 0.0, 0.8))
    m, probability = detailed_balance(10, 0.8)
    variance = space.covariance(rho)[2, 2]
    assert variance == pytest.approx(10 * (probability @ m**2), abs=1e-9)


@pytest.mark.parametrize("beta", [0.3, 0.5, 0.7])
def test_curie_weiss_variance(beta: float) -> None:
    """``N Var(m_z) → 1/(1 − β)``."""
    sizes = (200, 400, 800, 1600)
    exact = []
    for particles in sizes:
        m, probability = detailed_balance(particles, beta)
        exact.append(particles * (probability @ m**2))
    assert extrapolated(exact, sizes) == pytest.approx(1 / (1 - beta), rel=2e-5)
    assert lyapunov(temperature=1 / beta, field=0.0)[2, 2] == pytest.approx(1 / (1 - beta), abs=1e-12)


def test_variance_within_one_well_of_a_stored_pattern() -> None:
    """β = 1.4, Ω = 0: the distribution above m_z = 0 alone, against the retrieval state's covariance."""
    beta, sizes = 1.4, (400, 800, 1600, 3200)
    exact = []
    for particles in sizes:
        m, probability = detailed_balance(particles, beta)
        m, probability = m[m > 0], probability[m > 0] / probability[m > 0].sum()
        exact.append(particles * (probability @ m**2 - (probability @ m) ** 2))
    states = ls.stationary_states(MODEL, temperature=1 / beta, field=0.0)
    result = ls.stationary_covariance(MODEL, states.isel(state=0))
    found = float(result.covariance.sel(row="block 0 z", column="block 0 z"))
    assert extrapolated(exact, sizes) == pytest.approx(found, rel=1e-5)


def test_covariance_along_a_run() -> None:
    """Retrieval from a product state: exact N = 12 … 40 and the integrated covariance."""
    times, sizes, start = np.array([0.0, 0.3, 0.8]), (12, 16, 24, 32, 40), [0.3, 0.2, 0.6]
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        states = space.evolve(hopfield(space, 0.2, 1 / 0.6), space.product_state(start), times)
        exact.append([space.covariance(rho) for rho in states])
    run = ls.evolve_covariance(MODEL, start, times, temperature=0.6, field=0.2)
    limit = extrapolated(exact, sizes)
    np.testing.assert_allclose(limit[:2], run.covariance.values[:2], atol=1e-4)
    np.testing.assert_allclose(limit[2], run.covariance.values[2], atol=2e-3)
    assert np.abs(np.array(exact[0]) - run.covariance.values)[1:].max() > 0.1


@pytest.mark.slow
def test_paramagnetic_run_to_late_times() -> None:
    """T = 2: one well, so the corrections are powers of 1/N at all times."""
    times, sizes, start = np.array([0.0, 0.5, 1.0, 2.0, 3.0]), (16, 32, 64), [0.3, 0.2, 0.6]
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        states = space.evolve(hopfield(space, 0.2, 0.5), space.product_state(start), times)
        exact.append([space.covariance(rho) for rho in states])
    limit = integrated(MODEL, start, times, temperature=2.0, field=0.2)
    np.testing.assert_allclose(extrapolated(exact, sizes), limit, atol=5e-4)
    assert np.abs(np.array(exact[-1]) - limit)[-1].max() > 0.02


@pytest.mark.slow
def test_retrieval_run() -> None:
    """T = 0.6, Ω = 0.2, at times before crossings to the other well matter at these N.

    Crossings die out exponentially in N, which no polynomial in 1/N follows. At t = 3 they rule up to N = 64: exact
    Σ_zz is 2.60, 1.68, 0.95 at N = 16, 32, 64 (0.675 at N = 160), the limit 0.585. The bounds below are the errors of
    the extrapolation: at t = 1.5 it misses by 2e-2 here, by 6e-4 with N = 64 … 160.
    """
    times, sizes, start = np.array([0.0, 0.25, 0.5, 1.0, 1.5]), (24, 32, 48, 64), [0.3, 0.2, 0.6]
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        states = space.evolve(hopfield(space, 0.2, 1 / 0.6), space.product_state(start), times)
        exact.append([space.covariance(rho) for rho in states])
    limit = integrated(MODEL, start, times, temperature=0.6, field=0.2)
    errors = np.abs(extrapolated(exact, sizes) - limit).max(axis=(1, 2))
    assert (errors < [1e-8, 5e-5, 5e-4, 6e-3, 3e-2]).all(), errors
    # The largest system alone is much farther away.
    assert (np.abs(np.array(exact[-1]) - limit).max(axis=(1, 2))[1:] > 5 * errors[1:]).all()


def test_driven_collective_decay() -> None:
    """A driven boundary time crystal with some local decay: collective noise at work."""
    spins = ls.Spins()
    model = ls.Model(
        spins,
        energy=0.6 * spins.average("x"),
        jumps=[ls.Jump(spins.lowering, 0.5)],
        collective_jumps=[ls.CollectiveJump(spins.average("lowering"))],
    )
    times, sizes, start = np.array([0.0, 0.3, 0.8]), (8, 12, 16, 20, 24), [0.2, 0.1, 0.7]
    exact = []
    for particles in sizes:
        space = SymmetricSpace(particles)
        liouvillian = space.hamiltonian(0.6) + space.collective_jump(LOWERING, 1.0)
        liouvillian = (liouvillian + space.local_jump(LOWERING, lambda z: np.full_like(z, 0.5))).tocsr()
        states = space.evolve(liouvillian, space.product_state(start), times)
        exact.append([space.covariance(rho) for rho in states])
    run = ls.evolve_covariance(model, start, times)
    limit = integrated(model, start, times)
    np.testing.assert_allclose(extrapolated(exact, sizes), limit, atol=2e-4)
    np.testing.assert_allclose(run.covariance.values, limit, atol=1e-8)

"""Rigorous bounds: constants against closed formulas, lemmas in the full space, bounds against exact solutions."""

import pickle
import warnings
from functools import reduce
from typing import Any

import numpy as np
import pytest
import sympy as sp
from mean_field_by_scipy import mean_field
from scipy.integrate import solve_ivp
from symmetric_space import LOWERING, PAULI, RAISING, SymmetricSpace, hopfield

import largespin as ls
from largespin.bounds import RigorousBound, dicke_bound, rate_bound
from largespin.bounds.majorants import majorant
from largespin.bounds.rigorous_rates import _jump_constants
from largespin.models.ready.rates import Rates

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
GLAUBER = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber", pair_coupling=True)
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
SPINS = ls.Spins()
M_X, M_Z = SPINS.average("x"), SPINS.average("z")
UP = {"temperature": 0.5, "field": 0.2}


# --- constants by hand


@pytest.mark.parametrize(("temperature", "field"), [(0.5, 0.2), (1.3, -0.7)])
def test_constants_of_the_exponential_network(temperature: float, field: float) -> None:
    """FMLC23 with ``v = σ/√2``: ``Δ = √2 m_z``, ``δ = √2``, ``Γ = e^{±βx/2}/√2``, ``a_max = √2``, ``A = 2|Ω|``."""
    beta = 1.0 / temperature
    s = beta / np.sqrt(2.0)  # βδ/2
    gamma2 = np.exp(2.0 * s) / 2.0  # γ²; γ' δ = s γ and γ'' δ² = s² γ
    c_v = 2.0 * gamma2 * ((2.0 * s + 3.0) * s + 2.0 * s**2)
    c_p = 2.0 * gamma2 * (2.0 * s + 4.0 * np.sqrt(2.0)) ** 2
    c_0 = 2.0 * (4.0 * 2.0 * abs(field) + 2.0 * 4.0 * 1.0 * gamma2 * (1.0 + 2.0 * s))
    bound = rate_bound(ONE, [0.0, 0.0, 0.5], parameters={"temperature": temperature, "field": field})
    assert bound.constants["C_v"] == pytest.approx(c_v, rel=1e-12)
    assert bound.constants["C_P"] == pytest.approx(c_p, rel=1e-12)
    assert bound.constants["C_0"] == pytest.approx(c_0, rel=1e-12)
    assert bound.growth == pytest.approx(4.0 * c_0, rel=1e-12)
    assert bound.source == pytest.approx(2.0 * 4.0 * (c_p + 4.0 * 2.0 * c_v), rel=1e-12)


def test_constants_of_the_glauber_network_with_pair_coupling() -> None:
    """Section 5, ``C_σ = 2 max|Γ'| = 4β/(3√3)``; (65) as ``3ΓC_σ + C_σ²``; (78) with R = ½ and δ = 1."""
    beta, g = 2.0, 0.3
    gamma2 = np.exp(beta) / (2.0 * np.cosh(beta))
    c_sigma = 4.0 * beta / (3.0 * np.sqrt(3.0))
    c_v = 3.0 * np.sqrt(gamma2) * c_sigma + c_sigma**2
    c_p = 2.0 * (c_sigma + 4.0 * np.sqrt(2.0 * gamma2)) ** 2
    # In the basis v the energy is g v_z v_z-averages: B = max |a (h + h^T)| = √2 · 2g.
    c_l = 2.0**8 * g * 2.0 + 2.0 * c_v
    lemma_5 = 0.5 * np.sinh(2.0 * beta) / 2.0
    c_0 = 2.0 * (4.0 * 0.4 + 2.0 * 16.0 * 2.0 * np.sqrt(2.0) * g + 2.0 * 4.0 * (gamma2 + np.sqrt(2.0) * lemma_5))
    bound = rate_bound(GLAUBER, [0.0, 0.0, 0.5], parameters={**UP, "pair_coupling": g})
    assert bound.constants["C_sigma"] == pytest.approx(c_sigma, rel=1e-12)
    assert bound.constants["C_v"] == pytest.approx(c_v, rel=1e-12)
    assert bound.constants["C_L"] == pytest.approx(c_l, rel=1e-12)
    assert bound.growth == pytest.approx(4.0 * c_0, rel=1e-12)
    assert bound.source == pytest.approx(8.0 * (c_p + 4.0 * c_l), rel=1e-12)


@pytest.mark.parametrize("patterns", [1, 2, 3])
def test_constants_of_the_dicke_model(patterns: int) -> None:
    """CL21 Lemmata 3 and 4 with ``K = 2^{M−1}``, ``g = g_0/√K``, ``α^CL = √K α``."""
    model = ls.models.dicke(ls.ideal_large_spins(patterns))
    m, k = patterns, 2 ** (patterns - 1)
    g, alpha = 0.8 / np.sqrt(k), np.sqrt(k) * 0.5
    losses = [1.0 + 0.5 * mu for mu in range(m)]
    values = {"field": -0.5, "coupling": -0.8, **{f"loss_{mu + 1}": loss for mu, loss in enumerate(losses)}}
    values |= {f"mode_frequency_{mu + 1}": 0.7 for mu in range(m)}
    beta_bar = 2.0 * (alpha + np.sqrt(3.0) * 2.0**m * g / losses[0])
    c_0 = 12.0 * 0.5 + 24.0 * m * g + 12.0 * g * m * beta_bar
    d_0 = 2.0 * (0.7 + losses[-1] / 2.0 + g * 2.0 ** (m - 1))
    bound = dicke_bound(model, model.state([0.0, 0.0, 1.0], [0.3 - 0.4j] * m), parameters=values)
    assert bound.growth == pytest.approx(2.0 * m * d_0 + 3.0 * 2.0 ** (m - 1) * c_0, rel=1e-12)
    assert bound.source == 0.0
    assert bound.factor == k
    assert bound.constants["beta_bar"] == pytest.approx(beta_bar, rel=1e-12)


def test_the_dicke_class_is_recognised_from_its_expressions() -> None:
    """Another name, other symbols, a rotated order, two losses of one mode: the same constants."""
    spins, mode = ls.Particles(2, weights=np.full(2, 0.5)), ls.Mode("b")
    one, two = (spins.block_average(k, "z") for k in (0, 1))
    energy = 0.25 * (spins.block_average(0, "x") + spins.block_average(1, "x"))
    energy = energy + 1.3 * mode.number + 0.4 * mode.field * (one - two) + 7
    model = ls.Model(spins, energy, modes=[mode], collective_jumps=[mode.loss(0.5), mode.loss(0.5)], name="?")
    ready = ls.models.dicke(ls.large_spins(ls.patterns_from_array([[1, 1, -1, -1]])))
    values = {"field": 0.5, "coupling": 0.8, "mode_frequency_1": 1.3, "loss_1": 1.0}
    assert dicke_bound(model, model.state([0, 0, 1], modes=0)).growth == pytest.approx(
        dicke_bound(ready, ready.state([0, 0, 1], modes=0), parameters=values).growth
    )


def test_majorants_are_the_sums_of_moduli() -> None:
    """``Γ(s + z)`` for exponential, polynomial, cosine and their products, against Taylor coefficients by SymPy."""
    x, z = sp.symbols("x z", real=True)
    terms = {(0, 0.7 + 0j): 1.5, (3, -0.4 + 0j): -0.6, (2, 0j): 1.0, (0, 1j): 0.5, (0, -1j): 0.5}
    function = 1.5 * sp.exp(0.7 * x) - 0.6 * x**3 * sp.exp(-0.4 * x) + x**2 + sp.cos(x)
    series = sp.series(function.subs(x, z - 0.3), z, 0, 26).removeO()
    coefficients = np.array([abs(float(series.coeff(z, n))) for n in range(26)])
    n, powers = np.arange(26), 1.7 ** np.arange(26)
    expected = [(weight * coefficients * powers).sum() for weight in (1.0, n, n * (n - 1))]
    assert majorant(terms, -0.3, 1.7) == pytest.approx(expected, rel=1e-9)
    # Steep rates in closed form: γ(δ) = e^{λ(s + δ)}.
    assert majorant({(0, 300.0 + 0j): 1.0}, -2.0, 2.0) == pytest.approx((1.0, 600.0, 600.0**2), rel=1e-9)


def test_constant_parts_and_polynomials() -> None:
    """Kinetically constrained spins, ``Γ = n_•`` = (1 + m_z)/2: ``γ = ½ + δ/2``, ``δγ' = δ/2``, δ = √2 · ½ per m_z."""
    bound = rate_bound(ls.Model(SPINS, jumps=[ls.Jump(SPINS.lowering, SPINS.average("up"))]), [0, 0, 1])
    root = np.sqrt(0.5)
    assert bound.constants["gamma"] == pytest.approx(0.5 + root)
    assert bound.constants["delta"] == pytest.approx(root)
    assert bound.constants["gamma'"] == pytest.approx(1.0)
    assert bound.constants["C_0"] == pytest.approx(8.0 * ((0.5 + root) ** 2 + 2.0 * root * (0.5 + root)))


def test_splitting_a_block_leaves_the_remainder_of_lemma_2() -> None:
    """Two equal halves of one block have the C_v, δ and γ of the whole: sums over blocks restore it exactly."""
    whole = rate_bound(ONE, [0, 0, 1], parameters=UP).constants
    halves = ls.Particles(2, weights=np.full(2, 0.5))
    beta = ls.parameter("beta")
    jumps = [
        ls.Jump(j, sp.exp(s * beta * halves.average("z") / 2) / sp.sqrt(2)) for j, s in ((RAISING, 1), (LOWERING, -1))
    ]
    split = rate_bound(
        ls.Model(halves, 0.2 * halves.average("x"), jumps), [0, 0, 1], parameters={"beta": 2.0}
    ).constants
    for name in ("C_v", "delta", "gamma", "A", "M"):
        assert split[name] == pytest.approx(whole[name], rel=1e-12)


# --- lemmas in the full space of 2^N dimensions


N, BLOCK_OF = 4, np.array([0, 1, 1, 1])
WEIGHTS = np.array([0.25, 0.75])


def site(operator: Any, i: Any) -> Any:
    return reduce(np.kron, [operator if j == i else np.eye(len(operator)) for j in range(N)])


def norm(matrix: Any) -> float:
    return float(np.linalg.norm(matrix, 2))


def averages() -> Any:
    """``m_{k,a}`` in the library's basis, entries (k, a)."""
    return [
        [sum(site(PAULI[a], i) for i in np.flatnonzero(k == BLOCK_OF)) / (N * WEIGHTS[k]) for a in "xyz"]
        for k in (0, 1)
    ]


def commutator(a: Any, b: Any) -> Any:
    return a @ b - b @ a


CASES = {
    "exponential": (0.7 * PAULI["z"] + 0.2 * PAULI["x"], RAISING + 0.4 * PAULI["z"], lambda d: sp.exp(0.8 * d)),
    "linear": (0.5 * PAULI["z"], LOWERING, lambda d: 1.0 * d),
    "quadratic": (0.3 * PAULI["y"] + 0.4 * np.eye(2), PAULI["x"], lambda d: d**2 - d),
    "glauber": (0.9 * PAULI["z"], RAISING, lambda d: sp.exp(d) / sp.sqrt(2 * sp.cosh(2 * d))),
}
STRENGTHS = (1.0, 0.5)


def two_blocks(name: str) -> tuple[ls.Model, Any, list[Any]]:
    """A model of one and three spins, its Δ as a matrix, and Γ of each block as a function of numbers."""
    operator, jump, function = CASES[name]
    particles, coefficients = ls.Particles(2, weights=WEIGHTS), np.array([1.0, -0.6])
    form = particles.average(operator, coefficients=coefficients, symbol="D")
    z, x = particles.average("z", coefficients=[1.0, 0.5], symbol="s"), particles.average("x")
    theta = particles.per_block(STRENGTHS, symbol="theta")
    model = ls.Model(particles, 0.3 * z**2 + 0.7 * z * x + 0.4 * x, [ls.Jump(jump, function(theta * form))])
    delta = sum(coefficients[k] * site(operator, i) for i, k in enumerate(BLOCK_OF)) / N
    number = sp.Symbol("x", real=True)
    return model, delta, [sp.lambdify(number, function(t * number), "numpy") for t in STRENGTHS]


def applied(function: Any, matrix: Any) -> Any:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * function(values)) @ vectors.conj().T


def dissipator(jumps: Any, v: Any) -> Any:
    return sum(0.5 * (commutator(j.conj().T, v) @ j + j.conj().T @ commutator(v, j)) for j in jumps)


@pytest.mark.parametrize("name", CASES)
def test_lemmas_1_and_5_in_the_full_space(name: str) -> None:
    """``‖[Γ_l, x]‖ ≤ 2 first_lk/(w_k N)`` and ``|Γ² − Γ²(t)| ≤ (drift − γ²) |Δ − Δ(t)|/δ``."""
    model, delta, functions = two_blocks(name)
    rate = _jump_constants(model, model.jumps[0], {})
    values = np.linalg.eigvalsh(delta)
    places = np.linspace(values[0], values[-1], 41)
    for block, function in enumerate(functions):
        gamma = applied(function, delta)
        assert norm(gamma) <= rate.size[block] * (1 + 1e-12)
        for i, k in enumerate(BLOCK_OF):
            worst = max(norm(commutator(gamma, site(PAULI[a], i))) for a in "xyz")
            limit = 2.0 / (N * WEIGHTS[k]) * rate.first[block, k]
            assert worst <= limit * (1 + 1e-12)
            if name == "linear":  # all that is lost is the √2 of the paper's norm of a sum
                assert worst == pytest.approx(limit / np.sqrt(2.0))
        squares = np.abs(function(values)[:, None] ** 2 - function(places) ** 2)
        slope = (rate.drift[block] - rate.size[block] ** 2) / rate.named["delta"]
        assert np.all(squares <= slope * np.abs(values[:, None] - places) + 1e-12)


@pytest.mark.parametrize("name", CASES)
def test_lemmas_2_and_3_in_the_full_space(name: str) -> None:
    """The remainders of dissipator, products and generator for blocks of one and three spins, in the basis σ/√2."""
    model, delta, functions = two_blocks(name)
    bound = rate_bound(model, [0, 0, 1]).constants
    bare = [site(model.jumps[0].operator, i) for i in range(N)]
    rates = [applied(function, delta) for function in functions]
    jumps = [j @ rates[k] for j, k in zip(bare, BLOCK_OF, strict=True)]
    m = averages()
    z = sum(c * w * m_k[2] for c, w, m_k in zip((1.0, 0.5), WEIGHTS, m, strict=True))
    x = sum(w * m_k[0] for w, m_k in zip(WEIGHTS, m, strict=True))
    hamiltonian = N * (0.3 * z @ z + 0.35 * (z @ x + x @ z) + 0.4 * x)
    for k, c in enumerate((1.0, 0.5)):
        slopes = [0.4 * np.eye(len(z)) + 0.7 * z, 0.0 * z, c * (0.6 * z + 0.7 * x)]
        for v in (m_a / np.sqrt(2.0) for m_a in m[k]):
            local = rates[k] @ rates[k] @ dissipator(bare, v)
            assert norm(dissipator(jumps, v) - local) <= bound["C_v"] / N
            assert norm(sum(commutator(j.conj().T, v) @ commutator(v, j) for j in jumps)) <= bound["C_P"] / N
            turn = 1j * N * WEIGHTS[k] * sum(s @ commutator(m_b, v) for s, m_b in zip(slopes, m[k], strict=True))
            remainder = 1j * commutator(hamiltonian, v) + dissipator(jumps, v) - turn - local
            assert norm(remainder) <= bound["C_L"] / N
            # One block's f has d⁴ quadratic terms of at most B in each of the two blocks.
            assert norm(turn) <= 4 * bound["A"] + 2 * 16 * bound["B"]


# --- the bound against exact solutions


def check(bound: RigorousBound, errors: Any, particles: int, times: Any) -> None:
    """The bound starts at the error (times the factor) and is never below it."""
    limits = bound.value(errors[0], particles, times)
    assert limits[0] == pytest.approx(bound.factor * errors[0], rel=1e-12)
    assert np.all(errors <= limits * (1 + 1e-7))
    assert abs(errors[-1] - errors[0]) > 1e-6 * errors[0]


def spin_errors(space: SymmetricSpace, liouvillian: Any, start: Any, times: Any, path: Any) -> Any:
    states = space.evolve(liouvillian, space.product_state(start), times)
    return np.array(
        [
            np.trace(space.covariance(rho)) / space.particles + ((space.means(rho) - u) ** 2).sum()
            for rho, u in zip(states, path, strict=True)
        ]
    )


@pytest.mark.parametrize("particles", [4, 8, 16])
@pytest.mark.parametrize("end", [1e-3, 0.5])
def test_the_bound_bounds_the_hopfield_network(particles: int, end: float) -> None:
    """Exponential rates, exact finite-N error."""
    times, start = np.linspace(0.0, end, 6), [0.3, -0.2, 0.5]
    space = SymmetricSpace(particles)
    errors = spin_errors(space, hopfield(space, 0.2, 2.0), start, times, mean_field(ONE, UP, start, times))
    assert errors[0] == pytest.approx((3.0 - 0.38) / particles)
    check(rate_bound(ONE, start, parameters=UP), errors, particles, times)


@pytest.mark.parametrize("particles", [4, 8])
def test_the_bound_bounds_glauber_rates_with_pair_coupling(particles: int) -> None:
    times, start, values = np.linspace(0.0, 0.3, 5), [0.1, 0.3, 0.6], {**UP, "pair_coupling": 1.5}
    space = SymmetricSpace(particles)
    liouvillian = space.hamiltonian(0.2, 1.5)
    for operator, sign in ((RAISING, 1.0), (LOWERING, -1.0)):
        rate = lambda z, sign=sign: np.exp(sign * z) / np.sqrt(2.0 * np.cosh(2.0 * z))  # noqa: E731
        liouvillian = liouvillian + space.local_jump(operator, rate)
    errors = spin_errors(space, liouvillian.tocsr(), start, times, mean_field(GLAUBER, values, start, times))
    check(rate_bound(GLAUBER, start, parameters=values), errors, particles, times)


@pytest.mark.parametrize("name", CASES)
def test_the_bound_bounds_two_unequal_blocks(name: str) -> None:
    """One and three spins with different rates and a quadratic energy, in the full space."""
    model, delta, functions = two_blocks(name)
    times, start = np.linspace(0.0, 0.3, 4), np.array([[0.1, 0.2, 0.8], [0.5, -0.3, -0.4]])
    rates = [applied(function, delta) for function in functions]
    jumps = [site(model.jumps[0].operator, i) @ rates[k] for i, k in enumerate(BLOCK_OF)]
    m = averages()
    z = sum(c * w * m_k[2] for c, w, m_k in zip((1.0, 0.5), WEIGHTS, m, strict=True))
    x = sum(w * m_k[0] for w, m_k in zip(WEIGHTS, m, strict=True))
    hamiltonian = N * (0.3 * z @ z + 0.35 * (z @ x + x @ z) + 0.4 * x)
    effective = -1j * hamiltonian - 0.5 * sum(j.conj().T @ j for j in jumps)

    def rhs(_: float, flat: Any) -> Any:
        rho = flat.reshape(2**N, 2**N)
        half = effective @ rho
        return (half + half.conj().T + sum(j @ rho @ j.conj().T for j in jumps)).ravel()

    spins = [0.5 * (np.eye(2) + sum(b * PAULI[a] for a, b in zip("xyz", start[k], strict=True))) for k in BLOCK_OF]
    initial = reduce(np.kron, spins).ravel().astype(complex)
    run = solve_ivp(rhs, (0.0, times[-1]), initial, t_eval=times, rtol=1e-9, atol=1e-11)
    path = mean_field(model, {}, start, times)
    errors = []
    for flat, u in zip(run.y.T, path, strict=True):
        deviations = [m[k][a] - u[3 * k + a] * np.eye(2**N) for k in (0, 1) for a in range(3)]
        errors.append(sum(np.trace(e @ e @ flat.reshape(2**N, 2**N)).real for e in deviations))
    assert errors[0] == pytest.approx((3.0 - 0.69) / 1.0 + (3.0 - 0.5) / 3.0)
    check(rate_bound(model, start), np.array(errors), N, times)


def dicke_errors(patterns: int, per_block: int, values: dict[str, float], start: Any, times: Any, path: Any) -> Any:
    """``E_N(t)`` of a small Dicke model in the full space, coherent start, modes cut at `cut` bosons."""
    signs = np.array([[1.0], [1.0]])[:patterns] if patterns == 1 else np.array([[1.0, 1.0], [1.0, -1.0]])
    blocks = signs.shape[1]
    count, cut = blocks * per_block, 9 if patterns == 1 else 7
    sizes = [2] * count + [cut] * patterns

    def place(operator: Any, where: int) -> Any:
        return reduce(np.kron, [operator if j == where else np.eye(n) for j, n in enumerate(sizes)])

    block = np.repeat(np.arange(blocks), per_block)
    sigma = {a: [place(PAULI[a], i) for i in range(count)] for a in "xyz"}
    lower = [place(np.diag(np.sqrt(np.arange(1, cut)), 1), count + mu) for mu in range(patterns)]
    hamiltonian = values["field"] * sum(sigma["x"])
    for mu, a in enumerate(lower):
        overlap = sum(signs[mu, k] * z for k, z in zip(block, sigma["z"], strict=True))
        hamiltonian = hamiltonian + values[f"mode_frequency_{mu + 1}"] * a.T @ a
        hamiltonian = hamiltonian + values["coupling"] / np.sqrt(count) * (a + a.T) @ overlap
    dim = len(hamiltonian)
    damping = sum(values[f"loss_{mu + 1}"] / 2.0 * a.T @ a for mu, a in enumerate(lower))

    def rhs(_: float, flat: Any) -> Any:
        rho = flat.reshape(dim, dim)
        half = (-1j * hamiltonian - damping) @ rho
        gain = sum(values[f"loss_{mu + 1}"] * a @ rho @ a.T for mu, a in enumerate(lower))
        return (half + half.conj().T + gain).ravel()

    spin = 0.5 * (np.eye(2) + sum(b * PAULI[a] for a, b in zip("xyz", start, strict=True)))
    vacuum = np.zeros((cut, cut))
    vacuum[0, 0] = 1.0
    rho = reduce(np.kron, [spin] * count + [vacuum] * patterns)
    run = solve_ivp(rhs, (times[0], times[-1]), rho.ravel().astype(complex), t_eval=times, rtol=1e-8, atol=1e-10)
    errors = []
    for flat, u in zip(run.y.T, path, strict=True):
        rho, total = flat.reshape(dim, dim), 0.0
        for k in range(blocks):
            for c, a in enumerate("xyz"):
                e = sum(s for s, b in zip(sigma[a], block, strict=True) if b == k) / per_block
                e = e - u[3 * k + c] * np.eye(dim)
                total += np.trace(e @ e @ rho).real
        for mu, a in enumerate(lower):
            q, p = u[3 * blocks + 2 * mu : 3 * blocks + 2 * mu + 2]
            shift = (q + 1j * p) / np.sqrt(2.0)
            e = a / np.sqrt(count) - shift * np.eye(dim)
            # AA† = A†A + 1/N holds without the cut.
            total += 2.0 * np.trace(e.conj().T @ e @ rho).real + 1.0 / count
        errors.append(total)
    return np.array(errors)


@pytest.mark.parametrize(("patterns", "per_block"), [(1, 1), (1, 3), (2, 1)])
def test_the_bound_bounds_the_dicke_model(patterns: int, per_block: int) -> None:
    """One mode and block, and two of each, where the library's error and the paper's differ."""
    model = ls.models.dicke(ls.ideal_large_spins(patterns))
    values = {"field": 0.5, "coupling": 0.7}
    for mu in range(1, patterns + 1):
        values |= {f"mode_frequency_{mu}": 0.4 + mu, f"loss_{mu}": 1.0}
    start, times = [0.4, 0.0, 0.6], np.linspace(0.0, 0.2, 5)
    bound = dicke_bound(model, model.state(start, modes=0), parameters=values)
    errors = dicke_errors(patterns, per_block, values, start, times, mean_field(model, values, start, times))
    count = per_block * 2 ** (patterns - 1)
    assert errors[0] == pytest.approx(2 ** (patterns - 1) * (3.0 - 0.52) / per_block + patterns / count)
    check(bound, errors, count, times)


# --- numbers that overflow


def test_the_logarithm_stays_finite_and_the_value_gives_no_warning() -> None:
    bound = rate_bound(ONE, [0, 0, 0.5], parameters=UP)
    times, particles = np.array([0.0, 1e-6, 1e-3, 1.0, 1e6]), np.array([10.0, 1e6])[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logs, values = (
            bound.logarithm(1.0 / particles, particles, times),
            bound.value(1.0 / particles, particles, times),
        )
        assert np.all(bound.logarithm(0.0, 10, times[1:]) < logs[0, 1:])
        assert bound.logarithm(0.0, 10, 0.0) == -np.inf
        assert bound.value(0.0, 10, 0.0) == 0.0
    assert logs.shape == (2, 5)
    assert np.all(np.isfinite(logs))
    assert np.all(np.isinf(values[:, 3:]))
    c, s = bound.growth, bound.source
    direct = (np.exp(c * times[:3]) + s * np.expm1(c * times[:3]) / c) / particles
    np.testing.assert_allclose(values[:, :3], direct, rtol=1e-12)
    np.testing.assert_allclose(logs[:, 3:], c * times[3:] + np.log((1.0 + s / c) / particles), rtol=1e-12)


def test_without_growth_the_bound_is_a_line() -> None:
    line = RigorousBound("FMLC23", {}, 0.0, 2.0)
    np.testing.assert_allclose(line.value(0.5, 4, [0.0, 1.0, 3.0]), [0.5, 1.0, 2.0])
    still = rate_bound(ls.Model(SPINS, sp.Integer(0)), [0, 0, 1])
    assert (still.growth, still.source) == (0.0, 0.0)
    np.testing.assert_array_equal(still.value(0.5, 4, [0.0, 9.0]), [0.5, 0.5])


def test_bounds_can_be_pickled_and_their_constants_not_changed() -> None:
    bound = rate_bound(ONE, [0, 0, 1], parameters=UP)
    again = pickle.loads(pickle.dumps(bound))
    assert (again.growth, dict(again.constants)) == (bound.growth, dict(bound.constants))
    with pytest.raises(TypeError):
        again.constants["C_1"] = 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1.0, 10, 1.0), "`initial_error` must be at least 0, but it contains -1"),
        ((1.0, 0, 1.0), "`particles` must be at least 1, but it contains 0"),
        ((1.0, 10, [0.0, -2.0]), "`times` must be at least 0, but it contains -2"),
        ((1.0, [1, 2], [0.0, 1.0, 2.0]), r"must broadcast, but their shapes are \(\), \(2,\) and \(3,\)"),
        ((np.nan, 10, 1.0), "`initial_error` must be finite"),
    ],
)
def test_wrong_arguments(arguments: Any, message: str) -> None:
    with pytest.raises(ls.LargespinError, match=message):
        RigorousBound("CL21", {}, 1.0, 0.0).logarithm(*arguments)


# --- models outside the classes


A, B = ls.Mode("a"), ls.Mode("b")
LOSS = [A.loss(1.0)]
FREE = A.number + 0.3 * M_X
THREE = ls.Particles(3)


def dicke_like(energy: Any, **changes: Any) -> ls.Model:
    return ls.Model(**{"particles": SPINS, "energy": energy, "modes": [A], "collective_jumps": LOSS, **changes})


def unequal() -> ls.Model:
    return dicke_like(A.number, particles=ls.Particles(2, weights=np.array([0.3, 0.7])))


OUTSIDE_DICKE = {
    "its particles have 3 levels": ls.Model(THREE, modes=[A], collective_jumps=LOSS),
    "it has no modes": ONE,
    "it depends on time explicitly": dicke_like(FREE + sp.cos(ls.time) * A.field * M_Z),
    "it has local jumps": dicke_like(FREE + A.field * M_Z, jumps=[ls.Jump(SPINS.lowering)]),
    "its blocks have different weights": unequal(),
    "its spins feel another field than Ω m_x": dicke_like(FREE + 0.1 * M_Z),
    r"its energy contains m_z\*m_z": dicke_like(FREE + M_Z**2),
    r"its energy contains q_a\*p_a": dicke_like(FREE + A.q * A.p),
    r"its energy contains m_z\*p_a": dicke_like(FREE + A.p * M_Z),
    r"its energy contains m_z\*q_a\*q_a": dicke_like(FREE + A.q**2 * M_Z),
    "its energy contains q_a": dicke_like(FREE + 0.2 * A.q),
    "its modes are squeezed": dicke_like(FREE + A.q**2),
    "other operators than σ_z": dicke_like(FREE + A.field * M_X),
    "or are driven": dicke_like(FREE + A.field * SPINS.average("up")),
    "patterns of ±1": dicke_like(
        B.number + FREE + A.field * M_Z + 0.5 * B.field * M_Z, modes=[A, B], collective_jumps=[A.loss(1), B.loss(1)]
    ),
    "no loss of one mode": dicke_like(
        FREE, collective_jumps=[ls.CollectiveJump(A.amplitude + SPINS.average("lowering"))]
    ),
    "mode a has no loss": dicke_like(FREE, collective_jumps=[]),
    "must be polynomial in its energy": dicke_like(FREE + sp.exp(M_Z)),
}


@pytest.mark.parametrize("reason", OUTSIDE_DICKE)
def test_models_outside_the_class_of_cl21(reason: str) -> None:
    model = OUTSIDE_DICKE[reason]
    start = np.eye(model.particles.levels) / model.particles.levels
    with pytest.raises(ls.LargespinError, match=reason):
        dicke_bound(model, model.state(start, modes=0), parameters=UP if model is ONE else {})


def rated(amplitude: Any, operator: Any = RAISING, energy: Any = 0) -> ls.Model:
    return ls.Model(SPINS, energy, [ls.Jump(operator, amplitude)])


GLAUBER_RATE = 1 / sp.sqrt(1 + sp.exp(-M_Z))
OUTSIDE_RATES = {
    "it has bosonic modes": dicke_like(FREE),
    "it has collective jumps": ls.Model(SPINS, collective_jumps=[ls.CollectiveJump(SPINS.average("lowering"))]),
    "it depends on time explicitly": rated(sp.exp(M_Z) * sp.cos(ls.time)),
    "more than quadratic": ls.Model(SPINS, M_Z**3),
    "must be polynomial in its energy": ls.Model(SPINS, sp.cos(M_Z)),
    r"no constants are known for the amplitude sqrt\(m_z \+ 2\)": rated(sp.sqrt(2 + M_Z)),
    r"amplitude tanh\(m_z\)": rated(sp.tanh(M_Z)),
    r"amplitude exp\(-m_z\*\*2\)": rated(sp.exp(-(M_Z**2))),
    "needs spins ½, a field of σ_z alone": rated(GLAUBER_RATE.subs(M_Z, M_X)),
    "jumps with diagonal j†j": rated(GLAUBER_RATE, RAISING + PAULI["z"]),
}


@pytest.mark.parametrize("reason", OUTSIDE_RATES)
def test_models_outside_the_class_of_fmlc23(reason: str) -> None:
    model = OUTSIDE_RATES[reason]
    with pytest.raises(ls.LargespinError, match=reason):
        rate_bound(model, model.state([0, 0, 1], modes=0))


@pytest.mark.parametrize("temperature", [1e-5, 1e-3, 2e-3])
@pytest.mark.parametrize("rates", ["exponential", "glauber"])
def test_rates_too_steep_for_numbers(rates: Rates, temperature: float) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates=rates)
    with pytest.raises(ls.LargespinError, match="below 1e308, but the rates are too steep"):
        rate_bound(model, [0, 0, 1], parameters={"temperature": temperature, "field": 0.2})


def test_individual_dissipation_of_no_strength_is_none() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1), dephasing=True)
    values = {"field": 0.5, "coupling": 1.0}
    with pytest.raises(ls.LargespinError, match="local jumps"):
        dicke_bound(model, model.state([0, 0, 1], modes=0), parameters={**values, "dephasing": 0.1})
    assert dicke_bound(
        model, model.state([0, 0, 1], modes=0), parameters={**values, "dephasing": 0.0}
    ).growth == pytest.approx(dicke_bound(DICKE, DICKE.state([0, 0, 1], modes=0), parameters=values).growth)


def test_one_set_of_values_at_a_time() -> None:
    with pytest.raises(ls.LargespinError, match="must be single numbers for this call"):
        rate_bound(ONE, [0, 0, 1], parameters={"temperature": [0.5, 0.6], "field": 0.2})
    with pytest.raises(ls.LargespinError, match="must be one state, but it holds several"):
        rate_bound(ONE, np.array([[[0, 0, 1]], [[0, 0, 0.5]]]), parameters=UP)
    with pytest.raises(ls.LargespinError, match="no value"):
        dicke_bound(DICKE, DICKE.state([0, 0, 1], modes=0))

"""The exact solution at finite N where the answer is known: closed forms, conserved quantities, other programs."""

from math import comb
from typing import Any

import numpy as np
import pytest
import sympy as sp
from full_space_exact import multinomial
from scipy.linalg import expm
from scipy.sparse.linalg import expm_multiply
from scipy.special import gammaln, logsumexp

import largespin as ls
from largespin.exact.calls.state_of import state_of
from largespin.exact.solvers.stationary_states_of import stationary_states_of
from largespin.exact.states.dicke_blocks import dicke_blocks
from largespin.exact.states.positivity import positivity

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1.0, -1.0]).astype(complex)
RAISING, LOWERING = (X + 1j * Y) / 2, (X - 1j * Y) / 2


def close(found: Any, expected: Any, tolerance: float) -> None:
    np.testing.assert_allclose(found, expected, atol=tolerance * (1 + np.abs(expected).max()), rtol=0)


def single_liouvillian(hamiltonian: Any, jumps: list[Any]) -> Any:
    """The Lindblad generator of one particle on a flattened density matrix."""
    unit = np.eye(len(hamiltonian))
    result = -1j * (np.kron(hamiltonian, unit) - np.kron(unit, hamiltonian.T))
    for jump in jumps:
        number = jump.conj().T @ jump
        result = result + np.kron(jump, jump.conj()) - 0.5 * (np.kron(number, unit) + np.kron(unit, number.T))
    return result


# -------------------------------------------------------------------------------------------------------- independent particles


@pytest.mark.parametrize(("levels", "particles"), [(2, 25), (3, 4)])
def test_independent_particles_stay_independent(levels: int, particles: int) -> None:
    """Every particle evolves alone, so the state is ρ(t)^{⊗N} at all times."""
    generator = np.random.default_rng(levels)

    def matrix() -> Any:
        return generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))

    energy, jumps, root = matrix(), [0.6 * matrix(), 0.4 * matrix()], matrix()
    energy, start = 0.5 * (energy + energy.conj().T), root @ root.conj().T / np.trace(root @ root.conj().T)
    kind = ls.Particles(levels)
    model = ls.Model(kind, energy=kind.average(energy, symbol="s"), jumps=[ls.Jump(j) for j in jumps])
    times = np.array([0.0, 0.4, 1.5])
    run = ls.exact.evolve(model, start[None], times, particles=particles, tolerance=1e-11, keep_states=True)
    system = ls.exact.System(model, particles=particles)
    basis = ls.model.operators.hermitian_basis(levels)[1:]
    for time in times:
        flat = expm(time * single_liouvillian(energy, jumps)) @ start.ravel()
        rho = flat.reshape(levels, levels)
        state, here = state_of(run, system, time=time), run.sel(time=time)
        close(state.reduced(0), rho, 1e-8)
        close(state.reduced_pair(0, 0), np.kron(rho, rho), 1e-8)
        close(here["purity"].item(), np.trace(rho @ rho).real ** particles, 1e-8)
        means = np.einsum("aij,ji->a", basis, rho).real
        close(here["m"].values[0], means, 1e-8)
        single = np.einsum("aij,bjk,ki->ab", basis, basis, rho).real
        close(here["covariance"].values, 0.5 * (single + single.T) - np.outer(means, means), 1e-7)
        close(state.vector, product_components(system.space, rho), 1e-8)
        close(state.vector.sum(), product_components(system.space, rho).sum(), 1e-7)


def product_components(space: Any, rho: Any) -> Any:
    """``y_n = √(mult(r) mult(c)) Π ρ_ij^n_ij``, label by label."""
    levels, found = len(rho), []
    for label in space.factors[0].labels.tolist():
        table = np.array(label).reshape(levels, levels)
        scale = np.sqrt(float(multinomial(table.sum(axis=1)) * multinomial(table.sum(axis=0))))
        found.append(scale * np.prod(rho**table))
    return np.array(found)


def test_populations_of_independent_particles_are_binomial() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering)])
    run = ls.exact.evolve(model, [0, 0, 1], [0.0, 1.0], particles=40, keep_states=True)
    state = state_of(run, ls.exact.System(model, particles=40), time=1.0)
    p = np.exp(-1.0)
    expected = [comb(40, n) * p**n * (1 - p) ** (40 - n) for n in range(41)]
    populations = state.populations()
    close(populations.sel({"block 0": range(41)}).values, expected, 1e-8)


# -------------------------------------------------------------------------------------------------------------- other programs


def piqs_model(rates: dict[str, float], field: float, tilt: float) -> ls.Model:
    """``H = field J_x + tilt J_z²/N`` with the dissipation of `qutip.piqs.Dicke`, where ``J_z,n = σ_z/2``."""
    spins = ls.Spins()
    mx, my, mz = (spins.average(a) for a in "xyz")
    size = ls.parameter("size", positive=True)
    local: dict[str, Any] = {"emission": LOWERING, "pumping": RAISING, "dephasing": Z / 2}
    # √N ℓ = √γ J with J = N m/2 in place of the sum over particles.
    collective = {
        "collective_emission": (mx - sp.I * my) / 2,
        "collective_pumping": (mx + sp.I * my) / 2,
        "collective_dephasing": mz / 2,
    }
    return ls.Model(
        spins,
        energy=field / 2 * mx + tilt / 4 * mz**2,
        jumps=[ls.Jump(local[name], np.sqrt(rate)) for name, rate in rates.items() if name in local],
        collective_jumps=[
            ls.CollectiveJump(sp.sqrt(rate * size) * collective[name])
            for name, rate in rates.items()
            if name in collective
        ],
    )


ALL_RATES = {
    "emission": 0.5,
    "pumping": 0.3,
    "dephasing": 0.7,
    "collective_emission": 0.2,
    "collective_pumping": 0.1,
    "collective_dephasing": 0.15,
}


SINGLE = 1e-6
"""PIQS loses the trace at 1e-7: parts of it are in single precision."""


@pytest.mark.parametrize(
    ("particles", "rates"),
    [(6, ALL_RATES), (7, {"emission": 1.0}), (10, {"dephasing": 1.0, "collective_emission": 0.4})],
)
def test_the_class_of_piqs(particles: int, rates: dict[str, float]) -> None:
    """Moments in time from a coherent spin state, by QuTiP's PIQS."""
    piqs = pytest.importorskip("qutip.piqs.piqs")
    jx, jy, jz = piqs.jspin(particles)
    system = piqs.Dicke(particles, hamiltonian=0.8 * jx + 0.6 / particles * jz * jz, **rates)
    begin = piqs.css(particles, x=0.8, y=0.6j)
    liouvillian = system.liouvillian().data_as("csr_matrix")
    times = np.array([0.0, 0.5, 1.5])
    flat = expm_multiply(liouvillian, begin.full().ravel(order="F"), start=0.0, stop=1.5, num=4)[[0, 1, 3]]
    m = {a: 2 / particles * (begin * j).tr().real for a, j in zip("xyz", (jx, jy, jz), strict=True)}
    model = piqs_model(rates, 0.8, 0.6)
    size: dict[str, Any] = {"size": particles} if "size" in model.parameters else {}
    run = ls.exact.evolve(model, list(m.values()), times, particles=particles, tolerance=1e-11, **size)
    for time, vector in zip(times, flat, strict=True):
        rho = vector.reshape(jx.shape, order="F")
        j = [x.full() for x in (jx, jy, jz)]
        means = np.array([np.trace(a @ rho).real for a in j])
        close(run["m"].sel(time=time).values[0], 2 * means / particles, SINGLE)
        products = np.array([[np.trace((a @ b + b @ a) @ rho).real / 2 for a in j] for b in j])
        covariance = 4 * (products - np.outer(means, means)) / particles
        close(run["covariance"].sel(time=time).values, covariance, 10 * SINGLE)


@pytest.mark.parametrize("gain", [0.0, 0.3])
def test_two_spins_and_a_mode_with_loss_and_gain(gain: float) -> None:
    """The Dicke model with thermal loss, ``√(κ(1 + n)) a`` and ``√(κn) a†``, by `qutip.mesolve` in the full space."""
    qutip = pytest.importorskip("qutip")
    fock = 12
    mode, spins = ls.Mode("a"), ls.Spins()
    model = ls.Model(
        spins,
        energy=0.4 * spins.average("x") + 1.1 * mode.number + 0.35 * mode.field * spins.average("z"),
        collective_jumps=[mode.loss(0.8 * (1 + gain)), ls.CollectiveJump(np.sqrt(0.8 * gain) * mode.conjugate)],
        jumps=[ls.Jump(spins.lowering, 0.5)],
        modes=[mode],
    )
    times = np.array([0.0, 0.5, 1.0])
    start = model.state([0.6, 0.0, 0.8], [0.2 + 0.1j])
    run = ls.exact.evolve(model, start, times, particles=2, fock=fock, tolerance=1e-11)
    a = qutip.tensor(qutip.qeye(2), qutip.qeye(2), qutip.destroy(fock))
    one, cut = qutip.qeye(2), qutip.qeye(fock)

    def both(operator: Any) -> list[Any]:
        single = qutip.Qobj(operator)
        return [qutip.tensor(single, one, cut), qutip.tensor(one, single, cut)]

    x, z = sum(both(X)), sum(both(Z))
    hamiltonian = 0.4 * x + 1.1 * a.dag() * a + 0.35 / np.sqrt(2) * (a + a.dag()) * z
    jumps = [np.sqrt(0.8 * (1 + gain)) * a, *(0.5 * s for s in both(LOWERING))]
    jumps += [np.sqrt(0.8 * gain) * a.dag()] if gain else []
    rho = qutip.Qobj(0.5 * (np.eye(2) + 0.6 * X + 0.8 * Z))
    psi = np.array([(np.sqrt(2) * (0.2 + 0.1j)) ** n / np.sqrt(np.exp(gammaln(n + 1))) for n in range(fock)])
    coherent = qutip.Qobj(np.outer(psi, psi.conj()) / np.vdot(psi, psi))
    wanted = [x / 2, sum(both(Y)) / 2, z / 2, a / np.sqrt(2), a.dag() * a / 2, z * z, a * z]
    solved = qutip.mesolve(
        hamiltonian, qutip.tensor(rho, rho, coherent), times, jumps, e_ops=wanted,
        options={"atol": 1e-11, "rtol": 1e-10, "progress_bar": "", "nsteps": 20_000},
    ).expect  # fmt: skip
    close(run["m"].values[:, 0], np.array(solved[:3]).T, 1e-7)
    alpha = (run["q"].values[:, 0] + 1j * run["p"].values[:, 0]) / np.sqrt(2)
    close(alpha, solved[3], 1e-7)
    close(run["occupation"].values[:, 0], np.real(solved[4]), 1e-7)
    covariance = run["covariance"]
    zz = 0.5 * np.real(solved[5]) - 2 * np.real(solved[2]) ** 2
    close(covariance.sel(row="block 0 z", column="block 0 z").values, zz, 1e-7)
    # ⟨F_q F_z⟩ = √(2·2) (⟨q m_z⟩ − ⟨q⟩⟨m_z⟩) with a z = √2 α · 2 m_z
    products = np.asarray(solved[6]) / (2 * np.sqrt(2)) - np.asarray(solved[3]) * np.asarray(solved[2])
    close(covariance.sel(row="a q", column="block 0 z").values, 2 * np.sqrt(2) * products.real, 1e-7)


def test_two_modes_and_two_patterns() -> None:
    """The multimode Dicke model of the library, two blocks of one spin, by `qutip.mesolve` in the full space."""
    qutip = pytest.importorskip("qutip")
    states = (6, 5)
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.0, 1.4], losses=[0.9, 0.6])
    times = np.array([0.0, 0.6, 1.2])
    start = model.state([[0.6, 0.0, 0.8], [0.0, 0.0, -1.0]], [0.15, -0.1j])
    run = ls.exact.evolve(model, start, times, particles=2, fock=states, tolerance=1e-11, field=0.7, coupling=0.3)
    e = model.particles.coefficients
    units = [qutip.qeye(2), qutip.qeye(2), *(qutip.qeye(f) for f in states)]

    def at(place: int, operator: Any) -> Any:
        return qutip.tensor([*units[:place], operator, *units[place + 1 :]])

    spin = [{n: at(i, qutip.Qobj(m)) for n, m in (("x", X), ("y", Y), ("z", Z))} for i in range(2)]
    a = [at(2 + mu, qutip.destroy(f)) for mu, f in enumerate(states)]
    hamiltonian = 0.7 * (spin[0]["x"] + spin[1]["x"])
    for mu, frequency in enumerate((1.0, 1.4)):
        overlap = e[mu, 0] * spin[0]["z"] + e[mu, 1] * spin[1]["z"]
        hamiltonian += frequency * a[mu].dag() * a[mu] + 0.3 / np.sqrt(2) * (a[mu] + a[mu].dag()) * overlap
    psi = []
    for alpha, f in zip((0.15, -0.1j), states, strict=True):
        amplitudes = np.array([(np.sqrt(2) * alpha) ** n / np.sqrt(np.exp(gammaln(n + 1))) for n in range(f)])
        psi.append(qutip.Qobj(np.outer(amplitudes, amplitudes.conj()) / np.vdot(amplitudes, amplitudes)))
    blochs = ((0.6, 0.0, 0.8), (0.0, 0.0, -1.0))
    rho = [qutip.Qobj(0.5 * (np.eye(2) + b[0] * X + b[1] * Y + b[2] * Z)) for b in blochs]
    wanted = [
        *(spin[i][n] for i in range(2) for n in "xyz"),
        *(x / np.sqrt(2) for x in a),
        *(x.dag() * x / 2 for x in a),
    ]
    solved = qutip.mesolve(
        hamiltonian, qutip.tensor(*rho, *psi), times, [np.sqrt(0.9) * a[0], np.sqrt(0.6) * a[1]], e_ops=wanted,
        options={"atol": 1e-11, "rtol": 1e-10, "progress_bar": "", "nsteps": 20_000},
    ).expect  # fmt: skip
    close(run["m"].values.reshape(3, 6), np.array(solved[:6]).T, 1e-7)
    close((run["q"].values + 1j * run["p"].values) / np.sqrt(2), np.array(solved[6:8]).T, 1e-7)
    close(run["occupation"].values, np.real(solved[8:]).T, 1e-7)


# ------------------------------------------------------------------------------------------------------------ stationary states

SPINS = ls.Spins()
MX, MY, MZ = (SPINS.average(a) for a in "xyz")
TOTAL = MX**2 + MY**2 + MZ**2


def stationary(model: ls.Model, particles: Any, **values: Any) -> Any:
    """All extremal stationary states, each checked with the generator itself."""
    system = ls.exact.System(model, particles=particles, **values)
    found = stationary_states_of(system)
    for state in found.states:
        close(state.trace(), 1.0, 1e-10)
        assert np.abs(system.liouvillian @ state.vector).max() < 1e-8
        verdict = positivity(state)
        assert not verdict.decided or verdict.negativity < 1e-8
    return found


def test_emission_and_pumping() -> None:
    """Rates 1 and 2: every spin has ``⟨σ_z⟩ = 1/3``, so ``⟨J_z⟩ = N/6`` and the state is a product."""
    found = stationary(ls.Model(SPINS, jumps=[ls.Jump(LOWERING), ls.Jump(RAISING, np.sqrt(2))]), 10)
    assert found.unique
    (state,) = found.states
    close(5 * state.means()[0], [0.0, 0.0, 10 / 6], 1e-10)
    close(state.purity(), (5 / 9) ** 10, 1e-10)


@pytest.mark.parametrize("particles", [3, 4, 6])
def test_emission_and_dephasing_of_driven_spins(particles: int) -> None:
    """``H = 0.7 J_x``: independent spins again, with the stationary state of one by its 4 × 4 matrix."""
    model = ls.Model(SPINS, energy=0.35 * MX, jumps=[ls.Jump(LOWERING), ls.Jump(Z, 0.5)])
    found = stationary(model, particles)
    assert found.unique
    generator = single_liouvillian(0.35 * X, [LOWERING, 0.5 * Z])
    rho = np.linalg.svd(generator)[2][-1].conj().reshape(2, 2)
    rho = rho / np.trace(rho)
    (state,) = found.states
    close(state.reduced(0), rho, 1e-9)
    close(state.reduced_pair(0, 0), np.kron(rho, rho), 1e-9)
    close(state.vector, product_components(state.space, rho), 1e-9)


@pytest.mark.parametrize("particles", [3, 5, 6, 10])
def test_boundary_time_crystal_has_one_stationary_state_per_spin(particles: int) -> None:
    """Drive and collective decay alone conserve ``J²``."""
    model = ls.Model(SPINS, energy=0.35 * MX, collective_jumps=[ls.CollectiveJump(np.sqrt(0.8) * (MX - sp.I * MY) / 2)])
    found = stationary(model, particles)
    expected = [j * (j + 1) for j in np.arange(particles / 2, -0.1, -1.0)][::-1]
    assert len(found.states) == len(expected) == particles // 2 + 1
    assert not found.unique
    assert not found.continuum
    squares = [particles**2 / 4 * state.expectation(TOTAL).real for state in found.states]
    close(np.sort(squares), expected, 1e-7)
    # Each has no spread of J² either.
    for state, square in zip(found.states, squares, strict=True):
        spins = [j for (j,), block in dicke_blocks(state).blocks.items() if np.trace(block).real > 1e-8]
        assert len(spins) == 1
        close(spins[0] * (spins[0] + 1), square, 1e-7)


@pytest.mark.parametrize("axis", ["z", "x"])
def test_pure_dephasing_keeps_every_population(axis: str) -> None:
    """Along any axis: N + 1 extremal states, one for each number of spins that point along it."""
    found = stationary(ls.Model(SPINS, jumps=[ls.Jump(SPINS.operator(axis))]), 4)
    assert not found.unique
    assert not found.continuum
    means = np.sort([state.means()[0][{"x": 0, "z": 2}[axis]] for state in found.states])
    close(means, [-1.0, -0.5, 0.0, 0.5, 1.0], 1e-9)


@pytest.mark.parametrize("axis", ["z", "x"])
def test_collective_dephasing_keeps_all_dicke_states(axis: str) -> None:
    """Along any axis: ``|j, m⟩`` for j = 3/2 and 1/2, six states for N = 3."""
    average = {"x": MX, "z": MZ}[axis]
    found = stationary(ls.Model(SPINS, collective_jumps=[ls.CollectiveJump(average)]), 3)
    assert not found.unique
    if not found.continuum:
        # Two spins j = 1/2 for every m: the state |½, m⟩ has purity 1/2 over its two copies.
        pairs = sorted(
            (round(s.means()[0][{"x": 0, "z": 2}[axis]] * 1.5, 6), round(s.purity(), 6)) for s in found.states
        )
        assert pairs == [(-1.5, 1.0), (-0.5, 0.5), (-0.5, 1.0), (0.5, 0.5), (0.5, 1.0), (1.5, 1.0)]


def test_coherence_that_nothing_destroys_is_said() -> None:
    """Level 2 decays into level 0, and nothing else happens: any state of the levels 0 and 1 is stationary."""
    atoms, jump = ls.Particles(3), np.zeros((3, 3), dtype=complex)
    jump[0, 2] = 1.0
    found = stationary(ls.Model(atoms, jumps=[ls.Jump(jump)]), 1)
    assert not found.unique
    assert found.continuum
    still = stationary(ls.Model(SPINS), 2)
    assert not still.unique
    assert still.continuum


@pytest.mark.parametrize("particles", [11, pytest.param(200, marks=pytest.mark.slow)])
def test_detailed_balance_of_the_network_without_a_field(particles: int) -> None:
    """Exponential rates ``e^{±βΔ}/2`` with Δ before the flip: a birth-death chain with ``p_{n+1}/p_n`` in closed form."""
    beta, n = 1.25, np.arange(particles + 1)
    m = (2 * n - particles) / particles
    # Up from n: (N − n) e^{βm_n}/2; down from n + 1: (n + 1) e^{−βm_{n+1}}/2.
    ratio = np.log((particles - n[:-1]) / (n[:-1] + 1)) + beta * (m[:-1] + m[1:])
    logs = np.concatenate([[0.0], np.cumsum(ratio)])
    found = stationary(ls.models.hopfield(ls.ideal_large_spins(1)), particles, temperature=1 / beta, field=0.0)
    assert found.unique
    (state,) = found.states
    expected = np.exp(logs - logsumexp(logs))
    close(state.populations().sel({"block 0": n}).values, expected, 1e-10)
    distribution = state.overlap_distribution(0)
    close(distribution["value"].values, m, 1e-9)
    close(distribution.values, expected, 1e-10)


def test_two_wells_that_exchange_slowly_are_no_continuum() -> None:
    """β = 2.5 and a bias of 0.02: one well outweighs the other 38 to 1, but the next rate is 2e-10 (of norm 22)."""
    beta, bias, n = 2.5, 0.02, np.arange(41)
    delta, m = MZ + bias, (2 * n - 40) / 40
    jumps = [ls.Jump(j, sp.exp(s * beta * delta / 2) / sp.sqrt(2)) for j, s in ((RAISING, 1), (LOWERING, -1))]
    found = stationary(ls.Model(SPINS, jumps=jumps), 40)
    assert not found.continuum, found.sentence
    ratio = np.log((40 - n[:-1]) / (n[:-1] + 1)) + beta * (m[:-1] + m[1:] + 2 * bias)
    logs = np.concatenate([[0.0], np.cumsum(ratio)])
    if found.unique:
        expected = np.exp(logs - logsumexp(logs)) @ m
        close(found.states[0].means()[0, 2], expected, 1e-3)


def test_covariance_of_the_paramagnet_at_thirty_spins() -> None:
    """Where F24 prints 1, 1, 0 for N → ∞ (theory page, 9.1)."""
    found = stationary(ls.models.hopfield(ls.ideal_large_spins(1)), 30, temperature=2.0, field=0.3)
    assert found.unique
    covariance = found.states[0].covariance()
    entries = [covariance.sel(row=f"block 0 {a}", column=f"block 0 {b}").item() for a, b in ("yy", "zz", "yz", "zy")]
    np.testing.assert_allclose(entries, [1.2645, 1.6424, -0.2191, -0.2191], atol=5e-5)
    close(found.states[0].means(), np.zeros((1, 3)), 1e-9)


# ------------------------------------------------------------------------------------------------- what no evolution may change


@pytest.mark.parametrize("particles", [8, 20])
def test_trace_hermiticity_and_positivity_are_kept(particles: int) -> None:
    """Everything at once, for more spins than the full space has room for."""
    delta = SPINS.average(Z + X / 2, symbol="delta")
    model = ls.Model(
        SPINS,
        energy=0.4 * MX + 0.5 * MZ**2 * MX - 0.3 * MY**2,
        jumps=[ls.Jump(LOWERING, sp.exp(0.6 * delta)), ls.Jump(RAISING, 1 - delta / 3)],
        collective_jumps=[ls.CollectiveJump(0.7 * (MX - sp.I * MY) + 0.2 * MZ**2)],
    )
    system = ls.exact.System(model, particles=particles)
    space = system.space
    assert np.abs(space.trace @ system.liouvillian).max() < 1e-11 * particles
    generator = np.random.default_rng(0)
    vector = generator.normal(size=space.size) + 1j * generator.normal(size=space.size)
    moved = system.liouvillian @ vector
    turned = system.liouvillian @ vector[space.transposed].conj()
    close(turned[space.transposed].conj(), moved, 1e-12)
    run = ls.exact.evolve(model, [0.6, 0.0, 0.8], [0.0, 0.2, 1.0, 4.0], particles=particles, keep_states=True)
    close(run["trace"].values, np.ones(4), 1e-8)
    for time in run["time"].values:
        state = state_of(run, system, time=time)
        assert state.hermiticity() < 1e-12
        verdict = positivity(state, error=1e-9 / particles)
        assert not verdict.decided or verdict.negativity < 1e-6


def test_axes_hold_what_single_runs_give() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    start = model.state([[[0.0, 0.0, 0.8]], [[0.6, 0.0, -0.3]]], dims=("start",))
    times = np.array([0.0, 0.5, 1.0])
    field = [0.0, 0.4]
    grid = ls.exact.evolve(model, start, times, particles=[3, 6], temperature=0.7, field=field)
    for i, bloch in enumerate(start.bloch[:, 0]):
        for omega in field:
            for particles in (3, 6):
                single = ls.exact.evolve(model, bloch, times, particles=particles, temperature=0.7, field=omega)
                here = grid.isel(start=i).sel(field=omega, particles=particles)
                for name in ("m", "overlap", "covariance", "purity", "trace"):
                    close(here[name].values, single[name].values, 1e-12)


def test_a_run_goes_on_from_a_kept_state() -> None:
    """Explicit time included: two runs in a row are one."""
    model = ls.Model(SPINS, energy=MX * sp.cos(ls.time) + MZ**2 / 2, jumps=[ls.Jump(LOWERING, 1 + sp.sin(ls.time) / 2)])
    system = ls.exact.System(model, particles=6)
    whole = ls.exact.evolve(model, [0.0, 0.6, 0.8], [0.0, 0.7, 1.5], particles=6, keep_states=True)
    middle = state_of(whole, system, time=0.7)
    rest = ls.exact.evolve(model, middle, [0.7, 1.5], particles=6)
    for name in ("m", "covariance", "purity"):
        close(rest[name].values[-1], whole[name].values[-1], 1e-7)
    final = ls.exact.evolve(model, [0.0, 0.6, 0.8], 1.5, particles=6)
    close(final["covariance"].values, whole["covariance"].values[-1], 1e-7)

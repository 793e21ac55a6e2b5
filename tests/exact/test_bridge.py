"""States and operators in QuTiP: against Kronecker products, explicit orders of products, and PIQS."""

from collections.abc import Callable
from functools import reduce
from importlib import import_module
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import qutip
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from qutip import piqs
from random_models import library_model, recipe
from scipy.linalg import expm
from sentences import check_sentence

import largespin as ls
from largespin.exact.calls.from_qutip import from_qutip
from largespin.exact.calls.operators_to_qutip import operators_to_qutip
from largespin.exact.calls.to_qutip import to_qutip
from largespin.exact.generator.generator import Generator
from largespin.exact.space.operators import Coefficients, rotations, shift_symbol
from largespin.exact.space.particle_numbers import block_counts
from largespin.exact.space.space import Space
from largespin.exact.states.full import symmetric_part
from largespin.exact.states.state import SymmetricState

SEEDS = st.integers(0, 10_000)
WORD: Any = "model"
TWO: Any = [1.0, 2.0]
LOWERING = np.array([[0.0, 0.0], [1.0, 0.0]])
PAULI = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1, -1])}


def model(weights: Any = (1.0,), levels: int = 2, modes: int = 0, **more: Any) -> ls.Model:
    particles = ls.Particles(levels, weights=np.array(weights))
    return ls.Model(particles, modes=[ls.Mode(f"a{i}") for i in range(modes)], **more)


def space(counts: tuple[int, ...], fock: tuple[int, ...] = (), levels: int = 2) -> Space:
    return Space(model(np.array(counts) / sum(counts), levels, len(fock)), counts, fock)


def random_matrix(generator: np.random.Generator, size: int) -> Any:
    root = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
    return root @ root.conj().T / np.trace(root @ root.conj().T)


def random_state(seed: int, counts: tuple[int, ...], fock: tuple[int, ...] = (), levels: int = 2) -> SymmetricState:
    size = levels ** sum(counts) * int(np.prod(fock))
    return symmetric_part(space(counts, fock, levels), random_matrix(np.random.default_rng(seed), size))


def exchanged(rho: Any, one: int, other: int) -> Any:
    order = list(range(len(rho.dims[0])))
    order[one], order[other] = order[other], order[one]
    return rho.permute(order)


FULL: list[tuple[tuple[int, ...], tuple[int, ...], int]] = [
    ((1,), (), 2),
    ((4,), (), 2),
    ((2, 3), (), 2),
    ((2, 1), (3, 2), 2),
    ((2, 2), (), 3),
    ((2,), (2,), 4),
]


@pytest.mark.parametrize(("counts", "fock", "levels"), FULL)
def test_full_round_trip(counts: tuple[int, ...], fock: tuple[int, ...], levels: int) -> None:
    state = random_state(5, counts, fock, levels)
    rho = to_qutip(state)
    assert rho.dims == [[levels] * sum(counts) + list(fock)] * 2
    assert rho.isherm
    assert rho.tr() == pytest.approx(1.0)
    if counts[0] > 1:
        assert (exchanged(rho, 0, counts[0] - 1) - rho).norm("max") < 1e-14
    np.testing.assert_allclose(from_qutip(rho, state.space).vector, state.vector, atol=1e-14)
    again = from_qutip(rho, state.space.model)
    assert (again.space.counts, again.space.fock) == (counts, fock)
    np.testing.assert_allclose(again.vector, state.vector, atol=1e-14)


def test_particles_come_block_by_block_and_then_the_modes() -> None:
    up, plus = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
    where = space((1, 2), (3,))
    photon = np.diag([0.0, 1.0, 0.0])
    factors: Any = where.factors
    parts = [factors[0].product(up), factors[1].product(plus), photon.ravel()]
    vector: Any = reduce(np.kron, parts)
    rho = to_qutip(SymmetricState(where, vector))
    expected = qutip.tensor(qutip.basis(2, 0).proj(), qutip.Qobj(plus), qutip.Qobj(plus), qutip.fock(3, 1).proj())
    assert (rho - expected).norm("max") < 1e-14


def test_displaced_modes_are_moved_back() -> None:
    """``a = √N α_0 + b`` with b in the vacuum is a coherent state; amplitudes, occupations and trace as the state says."""
    where, shift = space((1, 1), (6, 5)), np.array([0.3 - 0.2j, -0.2 + 0.1j])
    still = random_state(3, (1, 1), (3, 2))
    vector = np.zeros(where.shape, dtype=complex).reshape(4, 4, 6, 6, 5, 5)
    vector[:, :, :3, :3, :2, :2] = still.vector.reshape(4, 4, 3, 3, 2, 2)
    state = SymmetricState(where, vector.ravel(), shift)
    rho = to_qutip(state, fock=(15, 12))
    for index, dimension in ((2, 15), (3, 12)):
        a, part = qutip.destroy(dimension), rho.ptrace(index)
        assert (a * part).tr() / np.sqrt(2) == pytest.approx(state.amplitudes[index - 2], abs=1e-7)
        assert (a.dag() * a * part).tr() / 2 == pytest.approx(state.bosons()[index - 2], abs=1e-7)
    assert rho.purity() == pytest.approx(state.purity(), abs=1e-8)
    vacuum = SymmetricState(where, np.kron(space((1, 1)).trace / 4, np.eye(900)[0]).astype(complex), shift)
    own = to_qutip(vacuum, fock=[15, 12]).ptrace(2)
    assert (own - qutip.coherent_dm(15, np.sqrt(2) * shift[0], method="analytic")).norm("max") < 1e-9
    with pytest.raises(ls.LargespinError) as caught:
        to_qutip(vacuum)
    assert str(caught.value).startswith(
        "Argument `fock` must be large enough to hold the modes, but with 6, 5 Fock states"
    )
    # Without displacement, more Fock states are empty ones.
    wide = to_qutip(still, fock=4).full().reshape([2, 2, 4, 4] * 2)
    np.testing.assert_allclose(wide[:, :, :3, :2, :, :, :3, :2].reshape(24, 24), to_qutip(still).full(), atol=1e-15)


@settings(max_examples=15)
@given(SEEDS, st.integers(1, 5))
def test_states_in_the_basis_of_piqs(seed: int, count: int) -> None:
    """Moments and purity agree with what PIQS and the full space say; ``purity_dicke`` weighs by d_j."""
    state = random_state(seed, (count,))
    rho, full = to_qutip(state, basis="piqs"), to_qutip(state)
    spins = [*piqs.jspin(count), piqs.jspin(count, "+")]
    wide = [*piqs.jspin(count, basis="uncoupled"), piqs.jspin(count, "+", basis="uncoupled")]
    for a, big_a in zip(spins, wide, strict=True):
        for b, big_b in zip(spins, wide, strict=True):
            assert (a * b * rho).tr() == pytest.approx((big_a * big_b * full).tr(), abs=1e-12)
    assert piqs.purity_dicke(rho) == pytest.approx(full.purity(), abs=1e-12)
    assert state.purity() == pytest.approx(full.purity(), abs=1e-12)
    np.testing.assert_allclose(from_qutip(rho, state.space, basis="piqs").vector, state.vector, atol=1e-13)
    again = from_qutip(rho, state.space.model, basis="piqs")
    assert again.space.counts == (count,)
    np.testing.assert_allclose(again.vector, state.vector, atol=1e-13)


NAMED = {
    "excited": (lambda n: piqs.excited(n), lambda n: np.diag([1.0, 0.0])),
    "ground": (lambda n: piqs.ground(n), lambda n: np.diag([0.0, 1.0])),
    "along x": (lambda n: piqs.css(n, x=1 / np.sqrt(2), y=1 / np.sqrt(2)), lambda n: np.full((2, 2), 0.5)),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("count", [3, 8])
def test_named_states_of_piqs(name: str, count: int) -> None:
    theirs, single = NAMED[name]
    where = space((count,))
    block: Any = where.factors[0]
    state = SymmetricState(where, block.product(np.asarray(single(count), dtype=complex)))
    assert (to_qutip(state, basis="piqs") - theirs(count)).norm("max") < 1e-12


def test_states_of_piqs_come_back() -> None:
    dicke = from_qutip(piqs.dicke(6, 3, 0), model(), basis="piqs")
    np.testing.assert_allclose(dicke.means(), np.zeros((1, 3)), atol=1e-13)
    # ⟨J_x²⟩ = ½ (3·4 − 0) = 6, in units of N/4.
    np.testing.assert_allclose(np.diag(np.asarray(dicke.covariance()))[:3], [4.0, 4.0, 0.0], atol=1e-12)
    ghz = from_qutip(piqs.ghz(5), model(), basis="piqs")
    assert ghz.purity() == pytest.approx(1.0)
    wide = from_qutip(qutip.ghz_state(5), model())
    np.testing.assert_allclose(ghz.vector, wide.vector, atol=1e-14)


def lindblad(hamiltonian: Any, jumps: Any, rho: Any) -> Any:
    result = -1j * (hamiltonian * rho - rho * hamiltonian)
    for jump in jumps:
        number = jump.dag() * jump
        result = result + jump * rho * jump.dag() - 0.5 * (number * rho + rho * number)
    return result


# PIQS keeps rates in single precision, so they are sums of powers of two here.
CHANNELS: dict[str, tuple[dict[str, float], Callable[[ls.Spins, int], dict[str, Any]]]] = {
    "emission": ({"emission": 0.75}, lambda s, n: {"jumps": [ls.Jump(s.lowering, np.sqrt(0.75))]}),
    "pumping": ({"pumping": 0.5}, lambda s, n: {"jumps": [ls.Jump(s.raising, np.sqrt(0.5))]}),
    # PIQS dephases with J_z = σ_z/2 of every spin.
    "dephasing": ({"dephasing": 1.0}, lambda s, n: {"jumps": [ls.Jump(s.z, 0.5)]}),
    "collective emission": (
        {"collective_emission": 0.25},
        # √N ℓ = ½ J_−, and J_− = N m_−.
        lambda s, n: {"collective_jumps": [ls.CollectiveJump(np.sqrt(0.25 * n) * s.average("lowering"))]},
    ),
    "everything": (
        {"emission": 0.75, "pumping": 0.5, "dephasing": 1.0, "collective_emission": 0.25},
        lambda s, n: {
            "jumps": [ls.Jump(s.lowering, np.sqrt(0.75)), ls.Jump(s.raising, np.sqrt(0.5)), ls.Jump(s.z, 0.5)],
            "collective_jumps": [ls.CollectiveJump(np.sqrt(0.25 * n) * s.average("lowering"))],
        },
    ),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_velocities_agree_with_piqs(channel: str, count: int) -> None:
    """``H = ω J_z + g J_x + u J_z²``; the velocity of the same state three ways."""
    rates, build = CHANNELS[channel]
    spins = ls.Spins()
    x, z = spins.average("x"), spins.average("z")
    own = ls.Model(spins, energy=0.8 * z / 2 + 0.5 * x / 2 + 0.6 * count * z**2 / 4, **build(spins, count))
    jx, _, jz = piqs.jspin(count)
    ensemble = piqs.Dicke(count, hamiltonian=0.8 * jz + 0.5 * jx + 0.6 * jz * jz, **rates)
    state = random_state(count, (count,))
    start = to_qutip(state, basis="piqs")
    theirs = qutip.vector_to_operator(ensemble.liouvillian() * qutip.operator_to_vector(start))
    hamiltonian, jumps = operators_to_qutip(own, particles=count)
    velocity = lindblad(hamiltonian, jumps, to_qutip(state))
    ours = to_qutip(from_qutip(velocity, state.space), basis="piqs")
    np.testing.assert_allclose(ours.full(), theirs.full(), atol=1e-12)


RANDOM = [
    (2, 1, False, "exponential"),
    (2, 2, True, "linear"),
    (2, 2, False, "exponential"),
    (3, 2, False, "exponential"),
    (3, 1, True, "linear"),
]


def site(operator: Any, i: int, count: int, after: int = 1) -> Any:
    return np.kron(
        reduce(np.kron, [operator if k == i else np.eye(len(operator)) for k in range(count)]), np.eye(after)
    )


def ordered(*factors: Any) -> Any:
    """The mean over all orders, written out."""
    orders = list(permutations(factors))
    return sum(reduce(np.matmul, order) for order in orders) / len(orders)


def test_products_are_means_over_all_orders() -> None:
    spins, a = ls.Spins(weights=np.array([1 / 3, 2 / 3])), ls.Mode("a")
    s = [
        spins.average("x"),
        spins.average("y", coefficients=[1.0, -2.0], symbol="s"),
        spins.block_average(1, "z"),
    ]
    omega = ls.parameter("omega")
    energy = (
        omega * s[0] * s[1] * s[2]
        + 0.3 * s[0] ** 2 * s[1]
        + 0.7 * a.q**2 * a.p**2 * s[2]
        + a.number
        + 0.2 * sp.cos(ls.time)
    )
    own = ls.Model(
        spins, energy=energy, collective_jumps=[a.loss(0.5), ls.CollectiveJump(s[0] * s[1] + sp.I * s[2])], modes=[a]
    )
    hamiltonian, jumps = operators_to_qutip(own, particles=3, fock=4, omega=1.3, time=0.4)
    count, states, room = 3, 4, 12
    blocks = [0, 1, 1]

    def average(name: str, coefficients: Any) -> Any:
        return sum(coefficients[k] * site(PAULI[name], i, count) for i, k in enumerate(blocks)) / count

    by_hand = [average("x", [1, 1]), average("y", [1, -2]), average("z", [0, 1.5])]
    b = np.diag(np.sqrt(np.arange(1, room)), 1) / np.sqrt(count)
    q, p = (b + b.T) / np.sqrt(2), (b - b.T) / (1j * np.sqrt(2))

    def cut(matrix: Any) -> Any:
        return matrix[:states, :states]

    expected = np.kron(1.3 * ordered(*by_hand) + 0.3 * ordered(by_hand[0], by_hand[0], by_hand[1]), np.eye(states))
    expected = expected + 0.7 * np.kron(by_hand[2], cut(ordered(q, q, p, p)))
    expected = expected + np.kron(np.eye(8), cut(q @ q + p @ p) / 2) + 0.2 * np.cos(0.4) * np.eye(32)
    np.testing.assert_allclose(hamiltonian.full(), 3 * expected, atol=1e-12)
    assert hamiltonian.dims == [[2, 2, 2, 4], [2, 2, 2, 4]]
    # Boson loss is √κ a whatever N is.
    loss = np.sqrt(0.5) * np.kron(np.eye(8), qutip.destroy(4).full())
    np.testing.assert_allclose(jumps[0].full(), loss, atol=1e-12)
    other = np.sqrt(3) * np.kron(ordered(by_hand[0], by_hand[1]) + 1j * by_hand[2], np.eye(4))
    np.testing.assert_allclose(jumps[1].full(), other, atol=1e-12)
    assert len(jumps) == 2


@pytest.mark.parametrize(("levels", "blocks", "mode", "kind"), RANDOM)
@pytest.mark.parametrize("seed", [0, 1])
def test_random_models_move_as_in_the_symmetric_space(
    levels: int, blocks: int, mode: bool, kind: str, seed: int
) -> None:
    """Both routes to ρ̇: full matrices of numbered particles, and the sparse generator of `largespin.exact`."""
    own = library_model(recipe(seed, levels=levels, blocks=blocks, mode=mode, kind=kind))
    count, fock = 3 if (levels, blocks) == (2, 2) else 2, (3,) if mode else ()
    where = Space(own, block_counts(own.particles, count), fock, rotations(own))
    unmoved = {shift_symbol(x): 0.0 for a in own.modes for x in (a.q, a.p)}
    generator = Generator(where, Coefficients({p: 1.0 for p in own.parameters.values()}, unmoved))
    state = symmetric_part(where, random_matrix(np.random.default_rng(seed), levels**count * int(np.prod(fock))))
    hamiltonian, jumps = operators_to_qutip(own, particles=count, fock=fock or None)
    velocity = from_qutip(lindblad(hamiltonian, jumps, to_qutip(state)), where)
    np.testing.assert_allclose(
        velocity.vector, generator.steady_matrix(list(generator.terms())) @ state.vector, atol=1e-12
    )


def test_rates_are_functions_of_operators() -> None:
    """``σ_−^(i) e^{Δ_k}`` with Δ along z, and along x, where the exponential is no diagonal matrix."""
    particles = ls.Spins(weights=np.array([0.25, 0.75]), coefficients=np.array([[1.0, -2.0]]))
    temperature = ls.parameter("temperature", positive=True)
    for name in ("z", "x"):
        field = particles.local_field(particles.overlaps(name)) + particles.per_block([0.1, 0.4], symbol="theta")
        own = ls.Model(particles, jumps=[ls.Jump(particles.lowering, sp.exp(field / temperature))])
        hamiltonian, jumps = operators_to_qutip(own, particles=4, temperature=2.0)
        assert hamiltonian.norm() == 0.0
        blocks, e = [0, 1, 1, 1], [1.0, -2.0]
        overlap = sum(e[k] * site(PAULI[name], i, 4) for i, k in enumerate(blocks)) / 4
        for i, k in enumerate(blocks):
            rate = expm((e[k] * overlap + [0.1, 0.4][k] * np.eye(16)) / 2.0)
            np.testing.assert_allclose(jumps[i].full(), site(LOWERING, i, 4) @ rate, atol=1e-12)
        # The generator does not leave the symmetric space.
        state = random_state(1, (1, 3))
        from_qutip(lindblad(hamiltonian, jumps, to_qutip(state)), state.space)


def test_energies_that_are_no_polynomials() -> None:
    spins = ls.Spins()
    z, x = spins.average("z"), spins.average("x")
    hamiltonian, jumps = operators_to_qutip(
        ls.Model(spins, energy=sp.cos(z) + 0.5 * x, jumps=[ls.Jump(spins.z, z)]), particles=3
    )
    wide = {name: sum(site(PAULI[name], i, 3) for i in range(3)) / 3 for name in "xz"}
    expected = (expm(1j * wide["z"]) + expm(-1j * wide["z"])) / 2 + 0.5 * wide["x"]
    np.testing.assert_allclose(hamiltonian.full(), 3 * expected, atol=1e-13)
    np.testing.assert_allclose(jumps[2].full(), site(PAULI["z"], 2, 3) @ wide["z"], atol=1e-13)


def test_three_levels_and_ready_models() -> None:
    ladder = np.diag([1.0, 2.0], 1)
    atoms = ls.Particles(3, operators={"ladder": ladder})
    own = ls.Model(atoms, energy=atoms.average("d1"), jumps=[ls.Jump(ladder)])
    _, jumps = operators_to_qutip(own, particles=2)
    np.testing.assert_allclose(jumps[1].full(), np.kron(np.eye(3), ladder), atol=1e-14)
    dicke = ls.models.dicke(ls.ideal_large_spins(1))
    hamiltonian, losses = operators_to_qutip(dicke, particles=2, fock=3, field=1.0, coupling=0.5)
    assert hamiltonian.isherm
    assert [loss.dims for loss in losses] == [[[2, 2, 3]] * 2]


def test_missing_qutip_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, *more: Any) -> Any:
        if name == "qutip":
            raise ImportError(name)
        return import_module(name, *more)

    monkeypatch.setattr("largespin.exact.calls.qutip_spaces.import_module", without)
    sentence = (
        "QuTiP is needed to exchange states and operators with it, but it is not installed; install it with "
        "`pip install qutip`."
    )
    for wrong in (
        lambda: to_qutip(random_state(0, (2,))),
        lambda: from_qutip(None, model()),  # type: ignore[arg-type]
        lambda: operators_to_qutip(model(), particles=2),
    ):
        with pytest.raises(ls.LargespinError) as caught:
            wrong()
        assert str(caught.value) == sentence


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "basis": (
        lambda: to_qutip(random_state(0, (2,)), basis="dicke"),  # type: ignore[arg-type]
        "Argument `basis` must be one of full, piqs, but it is 'dicke'.",
    ),
    "too large": (
        lambda: to_qutip(SymmetricState(space((12,)), np.zeros(455, dtype=complex))),
        "The full space must have dimension 2048 at most for the state to be written in it, but it has 4096; take fewer particles or Fock states.",
    ),
    "operators too large": (
        lambda: operators_to_qutip(model(modes=1), particles=10, fock=3),
        "The full space must have dimension 2048 at most for the operators to be written in it, but it has 3072; take fewer particles or Fock states.",
    ),
    "piqs of two blocks": (
        lambda: to_qutip(random_state(0, (1, 2), (2,)), basis="piqs"),
        "PIQS's Dicke basis must be of one block of at most 120 spins ½ without modes, but the state has 2 block(s) of 1, 2 particles with 2 levels and 1 mode(s).",
    ),
    "not symmetric": (
        lambda: from_qutip(qutip.tensor(qutip.basis(2, 0), qutip.basis(2, 1)), model()),
        "Argument `state` must not change when particles of one block are exchanged, but its entries differ from the symmetric part by up to 0.5.",
    ),
    "coherence of spins": (
        lambda: from_qutip(qutip.Qobj(np.full((4, 4), 0.25)), model(), basis="piqs"),
        "Argument `state` must have no coherence between different total spins to be symmetric, but it has entries up to 0.25 there.",
    ),
    "no Qobj": (
        lambda: from_qutip(np.eye(4) / 4, model()),  # type: ignore[arg-type]
        "Argument `state` must be a Qobj that is a ket or a density matrix, but it is not.",
    ),
    "dims": (
        lambda: from_qutip(qutip.qeye([2, 3]) / 6, model()),
        "Argument `state` must have dims of one 2 per particle and then 0 for the modes, but they are [2, 3].",
    ),
    "no particles": (
        lambda: from_qutip(qutip.qeye(2) / 2, model(modes=1)),
        "Argument `state` must have dims of one 2 per particle and then 1 for the modes, but they are [2].",
    ),
    "dimension": (
        lambda: from_qutip(qutip.qeye([2, 2]) / 4, space((3,))),
        "Argument `state` must have dimension 8 for 3 particles, but it has 4.",
    ),
    "dimension of piqs": (
        lambda: from_qutip(qutip.qeye(5) / 5, space((3,)), basis="piqs"),
        "Argument `state` must have dimension 6, the number of Dicke states of 3 spins, but it has 5.",
    ),
    "dimension of no ensemble": (
        lambda: from_qutip(qutip.qeye(5) / 5, model(), basis="piqs"),
        "Argument `state` must have dimension 6, the number of Dicke states of 3 spins, but it has 5.",
    ),
    "where": (
        lambda: from_qutip(qutip.qeye(2) / 2, WORD),
        "Argument `where` must be a Model or a System, but it is a str.",
    ),
    "shares": (
        lambda: from_qutip(qutip.qeye([2, 2, 2]) / 8, model([0.5, 0.5])),
        "Argument `particles` must give whole numbers w_k N of particles in every block, but the shares are 0.5, 0.5 and N is 3; a multiple of 2 fits.",
    ),
    "no Fock states": (
        lambda: operators_to_qutip(model(modes=1), particles=2),
        "Argument `fock` must give the number of Fock states of 1 mode(s), but it is missing.",
    ),
    "Fock states of one mode": (
        lambda: operators_to_qutip(model(modes=2), particles=2, fock=[3]),
        "Argument `fock` must give 2 numbers, one per mode, but it has 1.",
    ),
    "several values": (
        lambda: operators_to_qutip(ls.models.hopfield(ls.ideal_large_spins(1)), particles=2, temperature=TWO, field=0),
        "Parameter `temperature` must be one number here, but it has 2 values.",
    ),
    "function of what does not commute": (
        lambda: operators_to_qutip(ls.Model(ls.Spins(), energy=sp.cos(ls.Spins().average("x"))), particles=2),
        "The energy must be a polynomial or a function of averages that commute with the rates, but `m_x` is not of that kind.",
    ),
    "rates that are not finite": (
        lambda: operators_to_qutip(
            ls.Model(ls.Spins(), jumps=[ls.Jump(ls.Spins().z, sp.exp(ls.parameter("b") * ls.Spins().average("z")))]),
            particles=2,
            b=1e6,
        ),
        "The rate must be finite for every configuration, but exp(1000000.0*m_z) is not.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input(case: str) -> None:
    check_sentence(*WRONG[case])

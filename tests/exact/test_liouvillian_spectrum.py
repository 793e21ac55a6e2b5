"""Slow modes: none missing, wherever they oscillate and however often they are repeated, or the spectrum says so."""

import sys
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from scipy import sparse
from scipy.optimize import linear_sum_assignment

import largespin as ls
from largespin.exact.solvers import large_sectors, slow_modes
from largespin.exact.solvers.fewer_particles import frequencies_of_fewer
from largespin.exact.solvers.inverse import SolutionError
from largespin.exact.solvers.long_time import LongTime, rectangle
from largespin.exact.solvers.nearby_modes import modes_near
from largespin.exact.solvers.slow_modes import SlowModes
from largespin.exact.solvers.small_sectors import Modes, modes_of_small

SPINS = ls.Spins()
SPECTRUM = "largespin.exact.solvers.liouvillian_spectrum_of"
"""The module, which the function of the same name hides."""


def same_numbers(found: Any, expected: Any, tolerance: float) -> None:
    """Two lists of complex numbers are equal up to their order, with multiplicity."""
    assert len(found) == len(expected)
    distances = np.abs(np.subtract.outer(np.asarray(found), np.asarray(expected)))
    rows, columns = linear_sum_assignment(distances)
    assert distances[rows, columns].max() < tolerance


def precession(particles: int, **options: Any) -> ls.exact.System:
    """Slow decay beside fast oscillation: the slowest modes are far from zero."""
    energy = 20 * SPINS.average("z") + 0.5 * SPINS.average("x")
    jumps = [ls.Jump(SPINS.lowering, 0.3), ls.Jump(SPINS.raising, 0.3)]
    return ls.exact.System(ls.Model(SPINS, energy=energy, jumps=jumps), particles=particles, **options)


def independent(particles: int) -> Any:
    """All eigenvalues of `precession`: sums of those of one particle, which the steady one leaves 0, with repetition.

    One particle: ``ρ̇ = −i[20 σ_z + ½ σ_x, ρ] + 0.09 (D[σ_-] + D[σ_+]) ρ``.
    """
    x, z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    lowering = np.array([[0, 0], [1, 0]])
    unit, energy = np.eye(2), 20 * z + 0.5 * x
    one = -1j * (np.kron(energy, unit) - np.kron(unit, energy))
    for jump in (0.3 * lowering, 0.3 * lowering.T):
        number = jump.T @ jump
        one += np.kron(jump, jump) - 0.5 * (np.kron(number, unit) + np.kron(unit, number))
    a, b, c = sorted(np.linalg.eigvals(one), key=abs)[1:]
    n = particles
    sums = [i * a + j * b + k * c for i in range(n + 1) for j in range(n + 1 - i) for k in range(n + 1 - i - j)]
    return np.array(sorted(sums, key=lambda value: -value.real))


def blocks_of(*blocks: Any, seed: int = 0) -> sparse.csr_array:
    """A sparse matrix similar to given diagonal blocks, which none of its rows shows."""
    matrix = scipy.linalg.block_diag(*blocks)
    order = np.random.default_rng(seed).permutation(len(matrix))
    shear = np.eye(len(matrix)) + np.diag(np.full(len(matrix) - 1, 0.3), 1)
    return sparse.csr_array((shear @ matrix @ np.linalg.inv(shear))[order][:, order])


def spread_out(size: int, slowest: float, seed: int = 1) -> Any:
    """Many modes that decay at rates of `slowest` to 40 and oscillate at up to 15."""
    generator = np.random.default_rng(seed)
    rates = np.concatenate([[slowest], generator.uniform(slowest, 40.0, size // 2 - 1)])
    turns = generator.uniform(0.0, 15.0, size // 2)
    return [np.array([[-r, w], [-w, -r]]) for r, w in zip(rates, turns, strict=True)]


# ----------------------------------------------------------------------------------------------- what is left after a long time


@pytest.mark.parametrize("time", [None, 0.4, 3.0])
@pytest.mark.parametrize(
    "matrix",
    [
        precession(5).real_liouvillian.steady,
        ls.exact.System(
            ls.models.hopfield(ls.ideal_large_spins(1)), particles=6, temperature=0.5, field=0.2
        ).real_liouvillian.steady,
        sparse.csr_array(scipy.linalg.block_diag(np.zeros((1, 1)), [[-1.0, 1.0], [1.0, -1.0]], [[0.0, 7.0], [-7.0, 0.0]])),
        sparse.csr_array(np.diag([-2.0, -1.0]) + np.array([[0.0, 2.0], [-0.5, 0.0]])),
        sparse.csr_array([[0.0, 30.0], [-30.0, 0.0]]),
        sparse.csr_array(np.diag([0.0, -1e3])),
    ],
)  # fmt: skip
def test_what_is_left_is_the_exponential(matrix: Any, time: float | None) -> None:
    evolution = LongTime(matrix, time)
    expected = scipy.linalg.expm(evolution.time * matrix.toarray())
    np.testing.assert_allclose(evolution(np.eye(matrix.shape[0])), expected, atol=1e-11 * np.abs(expected).max())


def test_the_spectrum_lies_in_the_rectangle() -> None:
    for seed in range(20):
        generator = np.random.default_rng(seed)
        matrix = generator.normal(size=(12, 12)) * (generator.random((12, 12)) < 0.4)
        matrix -= np.diag(np.abs(matrix).sum(axis=seed % 2))
        width, height = rectangle(sparse.csr_array(matrix))
        values = np.linalg.eigvals(matrix)
        assert values.real.min() >= -width
        assert np.abs(values.imag).max() <= height


def test_the_degree_grows_slowly_where_the_spectrum_is_flat() -> None:
    """Taylor steps take more than ‖L‖t products, here 4,000; the root of it suffices where nothing oscillates."""
    flat = sparse.csr_array(np.diag(np.linspace(-400.0, 0.0, 50)))
    assert LongTime(flat, 10.0).products < 1500
    tall = sparse.csr_array(scipy.linalg.block_diag(*([[0.0, w], [-w, 0.0]] for w in np.linspace(0.0, 400.0, 25))))
    assert LongTime(tall, 10.0).products < 8000


# ---------------------------------------------------------------------------------------------------------- the search in one sector


def all_slow(matrix: sparse.csr_array, count: int) -> tuple[Any, bool]:
    """The slowest modes by the search alone."""
    search = SlowModes(matrix)
    search.find(count)
    verdict = None
    while verdict is None:
        rates = np.sort(-search.eigenpairs()[0].real)
        verdict = search.has_all_up_to(rates[count - 1])
    values = search.eigenpairs()[0]
    return values[np.argsort(-values.real)], verdict


def test_a_slow_mode_that_oscillates_fast_is_found() -> None:
    matrix = blocks_of(*spread_out(400, 0.5), [[-0.2, 60.0], [-60.0, -0.2]], [[-0.1]])
    values, complete = all_slow(matrix, 3)
    assert complete
    same_numbers(values[:3], [-0.1, -0.2 + 60j, -0.2 - 60j], 1e-8)


@pytest.mark.parametrize("copies", [2, 3, 7])
def test_all_copies_of_repeated_eigenvalues_are_found(copies: int) -> None:
    """Of which one start sees one: identical blocks, and others that are slower or faster."""
    pair, single = np.array([[-0.3, 5.0], [-5.0, -0.3]]), np.array([[-0.2]])
    matrix = blocks_of(*spread_out(300, 0.8), *[pair] * copies, *[single] * copies, [[0.0]])
    count = 3 * copies + 1
    values, complete = all_slow(matrix, count)
    assert complete
    expected = [0.0, *[-0.2] * copies, *[-0.3 + 5j, -0.3 - 5j] * copies]
    same_numbers(values[:count], expected, 1e-8)


def test_a_missing_copy_is_noticed_and_looked_for() -> None:
    matrix = blocks_of(*spread_out(300, 0.8), *[[[-0.2]]] * 2)
    search = SlowModes(matrix)
    values, vectors = np.linalg.eig(matrix.toarray())
    first = vectors[:, [int(np.argmin(np.abs(values + 0.2)))]]
    assert len(search.add(first.astype(complex))) == 1
    assert not len(search.add((2j * first).astype(complex)))  # known already
    assert search.has_all_up_to(0.4) is None
    assert np.sum(np.abs(search.eigenpairs()[0] + 0.2) < 1e-8) == 2
    assert search.has_all_up_to(0.4) is True


def test_vectors_that_are_no_modes_are_not_kept() -> None:
    matrix = blocks_of(*spread_out(300, 0.8))
    search = SlowModes(matrix)
    assert not len(search.add(np.random.default_rng(0).normal(size=(300, 2)).astype(complex)))
    assert search.basis.shape == (300, 0)


def test_frequencies_that_look_alike_at_one_time_are_told_apart() -> None:
    """``e^{iωt}`` is the same for ω and ω + 2π/t: the first time tried is known, and another must be tried."""
    others = spread_out(300, 2.0)
    fast = [np.array([[-0.1, w], [-w, -0.1]]) for w in (3.0, 14.0)]
    guess = blocks_of(*others, *fast)
    period = 2 * np.pi / LongTime(guess).time
    alike = [np.array([[-0.1, w], [-w, -0.1]]) for w in (period / 2, 3 * period / 2 if period < 10 else 3.0)]
    values, complete = all_slow(blocks_of(*others, *alike), 4)
    assert complete
    assert np.allclose(values[:4].real, -0.1)
    expected = np.sort([a[0, 1] * s for a in alike for s in (1, -1)])
    np.testing.assert_allclose(np.sort(values[:4].imag), expected, atol=1e-8)


def test_a_budget_that_is_too_small_is_said() -> None:
    search = SlowModes(blocks_of(*spread_out(400, 0.5)), budget=1e5)
    search.find(4)
    assert search.exhausted
    assert search.has_all_up_to(0.1) is False


def test_modes_near_a_frequency() -> None:
    matrix = blocks_of(*spread_out(400, 0.5), [[-0.2, 60.0], [-60.0, -0.2]])
    vector = modes_near(matrix, 60.0, 2, None)
    values = np.sum(vector.conj() * (matrix @ vector), axis=0) / np.sum(np.abs(vector) ** 2, axis=0)
    assert np.abs(values - (-0.2 + 60j)).min() < 1e-9


# ----------------------------------------------------------------------------------------------------------------- small sectors


def test_small_sectors_of_many_sizes_are_solved_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largespin.exact.solvers.small_sectors.BATCH", 20)
    generator = np.random.default_rng(5)
    sizes = generator.integers(1, 5, 40)
    blocks = [generator.normal(size=(s, s)) for s in sizes]
    order = generator.permutation(int(sizes.sum()))
    matrix = scipy.linalg.block_diag(*blocks)[order][:, order]
    labels = np.repeat(np.arange(40), sizes)[order]
    chosen = np.flatnonzero(sizes != 2)
    found = list(modes_of_small(sparse.csr_array(matrix), labels, chosen, 3))
    everything = np.concatenate([modes.eigenvalues for modes in found])
    same_numbers(everything, np.concatenate([np.linalg.eigvals(blocks[i]) for i in chosen]), 1e-10)
    for modes in found:
        best = np.sort(modes.eigenvalues.real)[::-1][:3]
        np.testing.assert_allclose(modes.slowest.real, best[: len(modes.slowest)])
        for value, place, vector, residual in zip(
            modes.slowest, modes.places, modes.vectors, modes.residuals, strict=True
        ):
            full = np.zeros(len(matrix), dtype=complex)
            full[place] = vector
            assert np.abs(matrix @ full - value * full).max() < 1e-10
            assert residual < 1e-12


def test_thousands_of_sectors() -> None:
    """Dephasing alone at ½·½·2 per flip: rate q²-free, ``−½ Δ`` with Δ the number of coherences."""
    model = ls.Model(SPINS, energy=SPINS.average("z"), jumps=[ls.Jump(SPINS.z, 0.5)])
    system = ls.exact.System(model, particles=20)
    found = ls.exact.liouvillian_spectrum_of(system, count=40)
    assert found.complete
    assert found.stationary == 21
    assert ls.exact.liouvillian_spectrum_of(system, count=5).stationary == 21
    # ρ_01^n ρ_10^m decays at (n + m)/2 and turns at 2 (m − n).
    assert found.gap == pytest.approx(0.5)
    np.testing.assert_allclose(found.eigenvalues[:21], 0.0)
    np.testing.assert_allclose(found.eigenvalues[21:].real, -0.5)
    np.testing.assert_allclose(np.abs(found.eigenvalues[21:].imag), 2.0)
    for value, mode in zip(found.eigenvalues, found.modes, strict=True):
        np.testing.assert_allclose(system.liouvillian @ mode, value * mode, atol=1e-12)


# --------------------------------------------------------------------------------------------------------------- whole systems


@pytest.mark.parametrize("count", [1, 4, 10])
def test_fast_precession_of_many_spins(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Independent particles, 165 unknowns in one sector, by the search alone; without it the gap would be 0.18."""
    monkeypatch.setattr(large_sectors, "LARGEST_DENSE", 0)
    monkeypatch.setattr(sys.modules[SPECTRUM], "DENSE", 10)
    found = ls.exact.liouvillian_spectrum_of(precession(8), count=count)
    expected = independent(8)
    assert found.complete
    assert found.stationary == 1
    assert found.gap == pytest.approx(-expected[1].real, rel=1e-8)
    np.testing.assert_allclose(found.eigenvalues.real, expected[:count].real, atol=1e-8)
    assert found.gap == pytest.approx(0.09, rel=1e-3)
    # Each is one of the exact ones, and no copy is given twice.
    rows, columns = linear_sum_assignment(np.abs(np.subtract.outer(found.eigenvalues, expected[: count + 20])))
    np.testing.assert_allclose(found.eigenvalues[rows], expected[columns], atol=1e-8)


@pytest.mark.slow
def test_the_example_of_twenty_spins() -> None:
    found = ls.exact.liouvillian_spectrum_of(precession(20), count=4)
    assert found.complete
    assert found.gap == pytest.approx(-independent(20)[1].real, rel=1e-8)
    same_numbers(found.eigenvalues, independent(20)[:4], 1e-8)


def test_where_time_is_short_all_eigenvalues_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_sectors, "DENSE_TIME", 1e-9)
    found = ls.exact.liouvillian_spectrum_of(precession(11), count=30)
    assert found.complete
    np.testing.assert_allclose(found.eigenvalues.real, independent(11)[:30].real, atol=1e-9)
    assert found.residuals.max() < 1e-12


def test_where_time_is_short_and_sectors_are_large_frequencies_of_fewer_particles_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(large_sectors, "LARGEST_DENSE", 0)
    monkeypatch.setattr(large_sectors, "BUDGET", 1e6)
    found = ls.exact.liouvillian_spectrum_of(precession(12), count=4)
    assert not found.complete
    same_numbers(found.eigenvalues, independent(12)[:4], 1e-8)
    monkeypatch.setattr(sys.modules[SPECTRUM], "frequencies_of_fewer", lambda system, count: np.zeros(0))
    found = ls.exact.liouvillian_spectrum_of(precession(12), count=4)
    assert not found.complete
    assert found.gap == pytest.approx(0.18, rel=1e-2)  # the wrong one, and the spectrum says that it may be
    said = ls.exact.liouvillian_spectrum(precession(12).model, particles=12, count=4).sentence.item()
    assert "may be missing" in said


def test_frequencies_of_fewer_particles() -> None:
    np.testing.assert_allclose(frequencies_of_fewer(precession(20), 4)[:2], [40.0125, 80.025], rtol=1e-4)
    assert not len(frequencies_of_fewer(precession(1), 2))
    two = ls.models.hopfield(ls.ideal_large_spins(2))
    found = frequencies_of_fewer(ls.exact.System(two, particles=(6, 6), temperature=0.5, field=0.4), 4)
    assert len(found) <= 4
    assert np.all(found > 0)


def test_nothing_found_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LARGEST_DENSE", 0), ("BUDGET", 1e3), ("LARGEST_DIRECT", 10)):
        monkeypatch.setattr(large_sectors, name, value)
    with pytest.raises(ls.LargespinError, match="what is left of 455 unknowns after a long time does not converge"):
        ls.exact.liouvillian_spectrum_of(precession(12), count=4)


@pytest.mark.parametrize("particles", [12, 15])
def test_repeated_zero_of_a_boundary_time_crystal(particles: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drive and collective decay conserve J²: one stationary state per total spin, and the gap beside all of them."""
    monkeypatch.setattr(large_sectors, "LARGEST_DENSE", 0)
    monkeypatch.setattr(sys.modules[SPECTRUM], "DENSE", 100)
    decay = ls.CollectiveJump((SPINS.average("x") - 1j * SPINS.average("y")) / 2)
    model = ls.Model(SPINS, energy=0.2 * SPINS.average("x"), collective_jumps=[decay])
    system = ls.exact.System(model, particles=particles)
    found = ls.exact.liouvillian_spectrum_of(system, count=3)
    assert found.complete
    assert found.stationary == particles // 2 + 1
    expected = np.sort(-np.linalg.eigvals(system.real_liouvillian.steady.toarray()).real)
    assert found.gap == pytest.approx(expected[particles // 2 + 1], rel=1e-6)


def test_two_groups_of_spins_that_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Identical blocks: every eigenvalue of the sum is there as often as the sums of single ones say."""
    monkeypatch.setattr(large_sectors, "LARGEST_DENSE", 0)
    monkeypatch.setattr(sys.modules[SPECTRUM], "DENSE", 60)
    spins = ls.Spins(ls.ideal_large_spins(2))
    x = spins.average("x")
    model = ls.Model(spins, energy=0.35 * x, jumps=[ls.Jump(spins.lowering), ls.Jump(spins.z, 0.4)])
    system = ls.exact.System(model, particles=(3, 3))
    found = ls.exact.liouvillian_spectrum_of(system, count=12)
    one = np.linalg.eigvals(ls.exact.System(_single(), particles=3).real_liouvillian.steady.toarray())
    expected = np.sort(np.add.outer(one, one).real.ravel())[::-1]
    assert found.complete
    np.testing.assert_allclose(found.eigenvalues.real, expected[:12], atol=1e-8)
    assert found.stationary == 1


def _single() -> ls.Model:
    energy = 0.35 * SPINS.average("x")
    return ls.Model(SPINS, energy=energy, jumps=[ls.Jump(SPINS.lowering), ls.Jump(SPINS.z, 0.4)])


# --------------------------------------------------------------------------------------------------------------------- memory


def test_many_eigenvalues_are_counted_before() -> None:
    """Modes of the result first, before the generator is built; then the dense matrix of the sector."""
    system = precession(20, memory_limit=4e7)
    with pytest.raises(
        ls.LargespinError, match=r"1,700 modes of 1,771 components take about 96 MB, and only 40 MB are"
    ):
        ls.exact.liouvillian_spectrum_of(system, count=1700)
    with pytest.raises(ls.LargespinError, match=r"all eigenvalues of a sector of 1,771 unknowns take about 150 MB"):
        ls.exact.liouvillian_spectrum_of(system, count=500)
    with pytest.raises(
        ls.LargespinError, match=r"200 modes of 1,771 unknowns are looked for take about 15 MB.* with `count`"
    ):
        ls.exact.liouvillian_spectrum_of(precession(20, memory_limit=1.3e7), count=200)
    assert not ls.exact.liouvillian_spectrum_of(precession(3, memory_limit=4e7), count=4).eigenvalues[0]


def test_factors_are_estimated_from_the_widest_front() -> None:
    from largespin.exact.solvers.inverse import ShiftedInverse
    from largespin.exact.solvers.room import BYTES_PER_FACTOR, factor_size

    modes = ls.exact.System(ls.models.dicke(ls.ideal_large_spins(1)), particles=3, fock=8, field=0.5, coupling=0.9)
    levels, generator = ls.Particles(3), np.random.default_rng(0)
    energy, jump = generator.normal(size=(2, 3, 3, 2)) @ [1, 1j]
    three = ls.Model(levels, energy=levels.average(energy + energy.conj().T, symbol="s"), jumps=[ls.Jump(jump)])
    for system in (precession(16), modes, ls.exact.System(three, particles=4)):
        matrix = system.real_liouvillian.steady
        taken = BYTES_PER_FACTOR * ShiftedInverse(matrix, 1e-6)._factors.nnz
        assert taken <= factor_size(matrix) < 5 * taken


def test_factors_that_do_not_fit_are_refused_before() -> None:
    from largespin.exact.solvers.inverse import Corrections, ShiftedInverse
    from largespin.exact.solvers.null_space import null_space

    matrix = precession(16).real_liouvillian.steady
    said = r"the factors of 969 unknowns take about .* MB, and only 1 MB are free; take fewer particles"
    with pytest.raises(SolutionError, match=said):
        ShiftedInverse(matrix, limit=1e6)
    with pytest.raises(SolutionError, match="the incomplete factors of 969 unknowns"):
        Corrections(matrix, 1e6)
    nothing = np.zeros(matrix.shape[0])
    with pytest.raises(SolutionError, match="the factors of 969 unknowns"):
        null_space(matrix, nothing, nothing, "direct", 1e6)


def test_the_fall_back_to_a_factorisation_is_refused_where_it_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several stationary states send the iterative solver to the factorisation, which was not counted before."""
    from largespin.exact.solvers import null_space as module

    monkeypatch.setattr(module, "DIRECT", 100)
    decay = ls.CollectiveJump((SPINS.average("x") - 1j * SPINS.average("y")) / 2)
    model = ls.Model(SPINS, energy=0.3 * SPINS.average("x"), collective_jumps=[decay])
    matrix = ls.exact.System(model, particles=12).real_liouvillian.steady
    start = np.ones(matrix.shape[0])
    monkeypatch.setattr(module, "factors_too_large", lambda *_: "the factors take too much")
    with pytest.raises(SolutionError, match="; a factorisation would decide, but the factors take too much"):
        module.null_space(matrix, np.zeros(len(start)), start, "auto")


def test_the_rate_up_to_which_everything_must_be_known() -> None:
    """The slowest so many, and the gap in any case; everything as long as there are too few or nothing moves."""

    def needed(values: list[complex], count: int) -> float:
        return large_sectors.rate_needed([Modes(np.array(values, dtype=complex), *[None] * 4)], count, 10.0)  # type: ignore[arg-type]

    values = [0.0, -3.0 + 1j, -3.0 - 1j, -1.0, 1e-16]
    assert needed(values, 1) == needed(values, 3) == 1.0
    assert needed(values, 4) == 3.0
    assert needed(values, 6) == needed([0.0, 0.0], 1) == np.inf


def test_constants_that_the_search_relies_on() -> None:
    assert 1.0 < slow_modes.LONGER != round(slow_modes.LONGER)
    assert slow_modes.MARGIN >= 10 * slow_modes.ROUGH

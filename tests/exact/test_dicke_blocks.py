"""Blocks of total spin against angular momentum built by hand in the full space, closed forms and way back."""

from collections.abc import Callable
from functools import reduce
from math import comb, factorial, prod
from typing import Any

import numpy as np
import pytest
from full_space_exact import permuted
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import check_sentence

import largespin as ls
from largespin.exact.space.space import Space
from largespin.exact.states.dicke_blocks import dicke_blocks, from_dicke_blocks
from largespin.exact.states.full import full_matrix, symmetric_part
from largespin.exact.states.positivity import positivity
from largespin.exact.states.state import SymmetricState

SEEDS = st.integers(0, 10_000)
PLUS = np.full((2, 2), 0.5)


def space(counts: tuple[int, ...], fock: tuple[int, ...] = (), levels: int = 2, **more: Any) -> Space:
    weights = np.array(counts) / sum(counts)
    modes = [ls.Mode(f"a{i}") for i in range(len(fock))]
    particles = ls.Particles(levels, weights=weights)
    return Space(ls.Model(particles, modes=modes), counts, fock, **more)


def product(where: Space, *matrices: Any) -> SymmetricState:
    """Every particle of a block in the same state; one matrix per factor."""
    factors: Any = where.factors
    parts: list[Any] = [f.product(np.asarray(m, dtype=complex)) for f, m in zip(factors, matrices, strict=True)]
    vector: Any = reduce(lambda a, b: np.kron(a, b), parts)
    return SymmetricState(where, vector)


def random_state(generator: np.random.Generator, size: int) -> Any:
    root = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
    return root @ root.conj().T / np.trace(root @ root.conj().T)


def stored(where: Space, rho: Any) -> SymmetricState:
    """``y_n = √(mult(r) mult(c)) ⟨i|ρ|j⟩`` for one (i, j) of every type, label by label."""
    levels = where.model.particles.levels
    factors = [levels] * where.particles + list(where.fock)
    tensor = rho.reshape(factors * 2)
    blocks: Any = where.factors
    vector = np.empty(where.shape, dtype=complex)

    def orders(digits: list[int]) -> int:
        return factorial(len(digits)) // prod(factorial(digits.count(level)) for level in range(levels))

    for position in np.ndindex(*where.shape):
        row: list[int] = []
        column: list[int] = []
        scale = 1.0
        for axis, index in enumerate(position):
            if axis < len(where.counts):
                label = blocks[axis].labels[index]
                pairs = [divmod(place, levels) for place, n in enumerate(label) for _ in range(n)]
                kets, bras = [i for i, _ in pairs], [j for _, j in pairs]
                scale *= np.sqrt(orders(kets) * orders(bras))
                row += kets
                column += bras
            else:
                m, n = divmod(index, where.fock[axis - len(where.counts)])
                row.append(m)
                column.append(n)
        vector[position] = scale * tensor[tuple(row + column)]
    return SymmetricState(where, vector.ravel())


def spin_bases(count: int) -> dict[float, list[Any]]:
    """For every j the copies of |j, m⟩, m = j … −j, shape (2^N, 2j + 1): highest weights, then the lowering operator."""
    lowering = np.array([[0.0, 0.0], [1.0, 0.0]])
    minus = sum(reduce(np.kron, [lowering if i == k else np.eye(2) for i in range(count)]) for k in range(count))
    minus = np.asarray(minus)
    ups = np.array([count - bin(i).count("1") for i in range(2**count)])
    found: dict[float, list[Any]] = {}
    for k in range(count // 2 + 1):
        j = count / 2 - k
        inside = np.flatnonzero(ups == count - k)
        # Vectors with m = j that the raising operator annihilates.
        _, values, rows = np.linalg.svd(minus.T[:, inside])
        rank = int((values > 1e-9).sum())
        copies = []
        for weight in rows[rank:]:
            vector = np.zeros(2**count, dtype=complex)
            vector[inside] = weight.conj()
            columns, m = [vector], j
            while m > -j + 1e-9:
                vector = minus @ vector / np.sqrt(j * (j + 1) - m * (m - 1))
                columns.append(vector)
                m -= 1
            copies.append(np.stack(columns, axis=1))
        found[j] = copies
    return found


def blocks_by_hand(rho: Any, counts: tuple[int, ...], fock: tuple[int, ...] = ()) -> dict[tuple[float, ...], Any]:
    """``Σ_copies ⟨j, m, copy|ρ|j, m', copy⟩``."""
    bases = [spin_bases(count) for count in counts]
    found: dict[tuple[float, ...], Any] = {}

    def go(axis: int, spins: tuple[float, ...], columns: Any) -> None:
        if axis == len(counts):
            columns = np.kron(columns, np.eye(prod(fock)))
            found[spins] = found.get(spins, 0) + columns.conj().T @ rho @ columns
            return
        for j, copies in bases[axis].items():
            for copy in copies:
                go(axis + 1, (*spins, j), np.kron(columns, copy))

    go(0, (), np.eye(1))
    return found


def assert_same(blocks: Any, expected: Any) -> None:
    assert set(blocks) == set(expected)
    for j, block in blocks.items():
        np.testing.assert_allclose(block, expected[j], atol=1e-12, err_msg=str(j))


CASES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    *(((n,), ()) for n in range(1, 6)),
    ((2, 3), ()),
    ((1, 2, 2), ()),
    ((3,), (3,)),
    ((1, 2), (2, 3)),
]


@pytest.mark.parametrize(("counts", "fock"), CASES)
def test_blocks_of_random_symmetric_states(counts: tuple[int, ...], fock: tuple[int, ...]) -> None:
    generator = np.random.default_rng(sum(counts))
    rho = permuted(random_state(generator, 2 ** sum(counts) * prod(fock)), counts, fock=fock)
    where = space(counts, fock)
    state = stored(where, rho)
    found = dicke_blocks(state)
    assert_same(found.blocks, blocks_by_hand(rho, counts, fock))
    assert sum(np.trace(block).real for block in found.blocks.values()) == pytest.approx(1.0)
    np.testing.assert_allclose(from_dicke_blocks(where, found.blocks).vector, state.vector, atol=1e-13)
    np.testing.assert_allclose(full_matrix(state), rho, atol=1e-14)
    np.testing.assert_allclose(symmetric_part(where, rho).vector, state.vector, atol=1e-13)
    # Every eigenvalue occurs once per copy.
    values = [np.repeat(ev / found.multiplicities[j], found.multiplicities[j]) for j, ev in found.eigenvalues().items()]
    np.testing.assert_allclose(np.sort(np.concatenate(values)), np.linalg.eigvalsh(rho), atol=1e-13)


@pytest.mark.parametrize("copies_of", [1, 2, 3, 4, 5, 8])
def test_copies_fill_the_space(copies_of: int) -> None:
    found = dicke_blocks(product(space((copies_of,)), np.eye(2) / 2))
    assert sum(copies * (2 * j[0] + 1) for j, copies in found.multiplicities.items()) == 2**copies_of
    for j, block in found.blocks.items():
        np.testing.assert_allclose(block, found.multiplicities[j] / 2**copies_of * np.eye(len(block)), atol=1e-13)


@settings(max_examples=15)
@given(SEEDS, st.sampled_from([(4,), (2, 2), (1, 3)]))
def test_mixtures_of_product_states(seed: int, counts: tuple[int, ...]) -> None:
    generator = np.random.default_rng(seed)
    where = space(counts)
    rho, vector = np.zeros((1, 1)), np.zeros(1)
    for share in generator.dirichlet(np.ones(3)):
        parts = [random_state(generator, 2) for _ in counts]
        rho = rho + share * reduce(np.kron, [part for part, n in zip(parts, counts, strict=True) for _ in range(n)])
        vector = vector + share * product(where, *parts).vector
    state = SymmetricState(where, np.asarray(vector))
    assert_same(dicke_blocks(state).blocks, blocks_by_hand(rho, counts))
    found = positivity(state)
    assert found.decided
    assert found.negativity < 1e-14


@settings(max_examples=15)
@given(SEEDS, st.sampled_from([((6,), ()), ((9,), ()), ((3, 4), ()), ((4,), (3,))]))
def test_round_trip_of_any_blocks(seed: int, case: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    generator = np.random.default_rng(seed)
    where = space(*case)
    sizes = {
        j: len(b) for j, b in dicke_blocks(SymmetricState(where, np.zeros(where.size, dtype=complex))).blocks.items()
    }
    blocks = {j: generator.normal(size=(n, n)) + 1j * generator.normal(size=(n, n)) for j, n in sizes.items()}
    again = dicke_blocks(from_dicke_blocks(where, blocks)).blocks
    for j, block in blocks.items():
        np.testing.assert_allclose(again[j], block, atol=1e-10)


@pytest.mark.parametrize("count", [20, 30, 61])
def test_eigenvalues_of_large_product_states(count: int) -> None:
    """``d_j (λ_+ λ_−)^k λ_+^a λ_−^{2j−a}`` for a = 0 … 2j."""
    rho = np.array([[0.55, 0.2 - 0.1j], [0.2 + 0.1j, 0.45]])
    low, high = np.linalg.eigvalsh(rho)
    where = space((count,))
    found = dicke_blocks(product(where, rho))
    for (j,), values in found.eigenvalues().items():
        k = round(count / 2 - j)
        copies = comb(count, k) - (comb(count, k - 1) if k else 0)
        assert found.multiplicities[(j,)] == copies
        exact = [copies * (low * high) ** k * high**a * low ** (round(2 * j) - a) for a in range(round(2 * j) + 1)]
        np.testing.assert_allclose(values, np.sort(exact), atol=1e-11)


@pytest.mark.parametrize("count", [10, 30, 50, 70])
def test_rounding_is_neither_hidden_nor_exaggerated(count: int) -> None:
    """A coherent state lies in j = N/2 alone and is pure; what is found besides is rounding."""
    where = space((count,))
    found = dicke_blocks(product(where, PLUS))
    root = np.sqrt([comb(count, a) / 2.0**count for a in range(count + 1)])
    error = 0.0
    for (j,), block in found.blocks.items():
        exact = np.outer(root, root) if j == count / 2 else 0.0
        error += np.abs(np.linalg.svd(block - exact, compute_uv=False)).sum()
    assert error < 3 * found.rounding
    assert found.rounding < 100 * error
    assert (found.rounding < 1e-6) == (count < 60)


@pytest.mark.parametrize("count", [10, 30])
def test_errors_of_the_numbers_are_followed(count: int) -> None:
    where = space((count,))
    vector = product(where, [[0.6, 0.2], [0.2, 0.4]]).vector
    noise = 1e-9 * np.random.default_rng(1).normal(size=where.size)
    clean, noisy = (dicke_blocks(SymmetricState(where, v), error=1e-9) for v in (vector, vector + noise))
    moved = sum(np.linalg.svd(noisy.blocks[j] - block, compute_uv=False).sum() for j, block in clean.blocks.items())
    assert 0.3 * noisy.rounding < moved < 2 * noisy.rounding


@pytest.mark.parametrize("levels", [2, 3])
def test_a_basis_turned_for_the_rates_changes_nothing(levels: int) -> None:
    generator = np.random.default_rng(7)
    counts = (3, 2) if levels == 2 else (2, 1)
    rho = permuted(random_state(generator, levels ** sum(counts) * 2), counts, levels, (2,))
    turns = tuple(np.linalg.qr(random_state(generator, levels))[0] for _ in counts)
    plain, turned = space(counts, (2,), levels), space(counts, (2,), levels, rotations=turns)
    state, other = (symmetric_part(where, rho) for where in (plain, turned))
    np.testing.assert_allclose(full_matrix(other), rho, atol=1e-13)
    assert np.abs(state.vector - other.vector).max() > 0.01
    # By hand: particle by particle into the columns of the rotation.
    unitary = reduce(np.kron, [u for u, n in zip(turns, counts, strict=True) for _ in range(n)] + [np.eye(2)])
    np.testing.assert_allclose(other.vector, stored(plain, unitary.conj().T @ rho @ unitary).vector, atol=1e-13)
    if levels == 2:
        blocks = dicke_blocks(other).blocks
        assert_same(blocks, dicke_blocks(state).blocks)
        np.testing.assert_allclose(from_dicke_blocks(turned, blocks).vector, other.vector, atol=1e-13)


def test_weight_below_zero() -> None:
    where = space((12,))
    good, bad, worse = (np.diag(np.eye(n)[k]) for n, k in ((13, 3), (13, 5), (9, 4)))
    state = from_dicke_blocks(where, {6: 1.025 * good - 0.005 * bad, (4.0,): -0.02 * worse})
    found = positivity(state)
    assert found.decided
    assert found.negativity == pytest.approx(0.025, abs=1e-12)
    assert found.smallest == pytest.approx(-0.02, abs=1e-12)
    assert found.rounding < 1e-12
    assert found.sentence.startswith("Decided from the blocks of total spin")


def test_weight_below_zero_of_three_levels() -> None:
    generator = np.random.default_rng(3)
    where = space((2, 2), (2,), levels=3)
    for share in (0.0, 0.2):
        rho = (1 + share) * random_state(generator, 162) - share * random_state(generator, 162)
        rho = permuted(rho - share * np.diag(np.eye(162)[0]) + share * np.eye(162) / 162, (2, 2), 3, (2,))
        values = np.linalg.eigvalsh(rho)
        found = positivity(stored(where, rho))
        assert found.decided
        assert found.negativity == pytest.approx(-values[values < 0].sum(), abs=1e-13)
        assert found.smallest == pytest.approx(values[0], abs=1e-14)
        assert "full matrix of dimension 162" in found.sentence


UNDECIDED: dict[str, tuple[Callable[[], Any], str]] = {
    "cancellation": (
        lambda: positivity(product(space((80,)), PLUS)),
        "Not decided: cancellation between the stored numbers moves the blocks by about",
    ),
    "error given": (
        lambda: positivity(product(space((40,)), np.eye(2) / 2), error=1e-9),
        "Not decided: cancellation between the stored numbers moves the blocks by about",
    ),
    "three levels": (
        lambda: positivity(SymmetricState(space((7,), levels=3), space((7,), levels=3).trace.astype(complex))),
        "Not decided: particles with 3 levels have no Dicke blocks here, and the full space has dimension 2187, above 1500.",
    ),
    "too many spins": (
        lambda: positivity(SymmetricState(space((121,)), np.zeros(1, dtype=complex))),
        "Not decided: a block has more than 120 spins, for which the blocks of total spin keep no digit.",
    ),
    "three levels with errors": (
        lambda: positivity(
            SymmetricState(space((2,), levels=3), space((2,), levels=3).trace.astype(complex)), error=1e-3
        ),
        "Not decided: the error of the eigenvalues is about",
    ),
}


@pytest.mark.parametrize("case", UNDECIDED)
def test_what_is_not_decided_says_so(case: str) -> None:
    run, sentence = UNDECIDED[case]
    found = run()
    assert not found.decided
    assert np.isnan(found.negativity)
    assert np.isnan(found.smallest)
    assert found.sentence.startswith(sentence)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "three levels": (
        lambda: dicke_blocks(SymmetricState(space((2,), levels=3), np.zeros(45, dtype=complex))),
        "Argument `state` must be of particles with 2 levels to have Dicke blocks, but they have 3.",
    ),
    "too many": (
        lambda: dicke_blocks(SymmetricState(space((130,)), np.zeros(1, dtype=complex))),
        "Argument `state` must have at most 120 spins per block to be split into Dicke blocks, but one block has 130.",
    ),
    "wrong spin": (
        lambda: from_dicke_blocks(space((3,)), {1.0: np.eye(3)}),
        "Argument `blocks` must have spins that the particles can form, such as (1.5,), but it has (1.0,).",
    ),
    "wrong shape": (
        lambda: from_dicke_blocks(space((2,), (2,)), {1.0: np.eye(3)}),
        "Argument `blocks` must hold a 6 × 6 matrix for (1.0,), but its shape is (3, 3).",
    ),
    "negative error": (
        lambda: positivity(SymmetricState(space((2,)), np.zeros(10, dtype=complex)), error=-1.0),
        "Argument `error` must be at least 0, but it is -1.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input(case: str) -> None:
    check_sentence(*WRONG[case])

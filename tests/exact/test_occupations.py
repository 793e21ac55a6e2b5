"""Labels, derivations and product states of one block against polynomials in SymPy."""

from itertools import pairwise, product
from math import comb, factorial, prod
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from largespin.exact.space.occupations import Occupations, compositions, number_of_occupations

SIZES = st.sampled_from([(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)])
SEEDS = st.integers(0, 10_000)


def norm(label: Any, levels: int) -> sp.Expr:
    """``w_n = μ(n)/√(μ(r) μ(c))`` in exact arithmetic."""
    table = np.array(label).reshape(levels, levels)

    def multinomial(counts: Any) -> int:
        return factorial(int(sum(counts))) // prod(factorial(int(n)) for n in counts)

    return multinomial(table.ravel()) / sp.sqrt(multinomial(table.sum(axis=1)) * multinomial(table.sum(axis=0)))


def variables(levels: int) -> list[sp.Symbol]:
    return list(sp.symbols(f"x0:{levels**2}"))


def coefficients(polynomial: Any, block: Occupations) -> Any:
    """``y_n = c_n / w_n`` of a polynomial."""
    terms = sp.Poly(polynomial, *variables(block.levels)).as_dict()
    labels = block.labels.tolist()
    return np.array([complex(terms.get(tuple(n), 0) / norm(n, block.levels)) for n in labels])


def random_matrix(seed: int, size: int) -> Any:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))


def density_matrix(seed: int, size: int) -> Any:
    root = random_matrix(seed, size)
    return root @ root.conj().T / np.trace(root @ root.conj().T)


@given(st.integers(1, 6), st.integers(1, 7))
def test_compositions_are_all_and_in_order(places: int, particles: int) -> None:
    found = compositions(places, particles).tolist()
    assert len(found) == number_of_occupations(places, particles) == comb(particles + places - 1, places - 1)
    assert all(a < b for a, b in pairwise(found))
    assert all(min(label) >= 0 and sum(label) == particles for label in found)


@pytest.mark.parametrize(("levels", "particles"), [(2, 1), (2, 40), (3, 6), (4, 3)])
def test_index_undoes_labels(levels: int, particles: int) -> None:
    block = Occupations(levels, particles)
    assert np.array_equal(block.index(block.labels), np.arange(block.size))
    mixed = np.random.default_rng(0).permutation(block.size).reshape(1, -1)
    assert np.array_equal(block.index(block.labels[mixed]), mixed)


@pytest.mark.parametrize(("levels", "particles"), [(2, 5), (3, 3)])
def test_structure_of_labels(levels: int, particles: int) -> None:
    block = Occupations(levels, particles)
    tables = block.labels.reshape(-1, levels, levels)
    assert np.array_equal(block.labels[block.transposed].reshape(tables.shape), tables.transpose(0, 2, 1))
    assert np.array_equal(block.transposed[block.transposed], np.arange(block.size))
    assert np.array_equal(block.kets, tables.sum(axis=2))
    assert np.array_equal(block.bras, tables.sum(axis=1))
    diagonal = [i for i, table in enumerate(tables) if np.array_equal(table, np.diag(np.diag(table)))]
    assert np.array_equal(block.diagonal, diagonal)
    expected = [float(sp.log(norm(n, levels) ** 2)) - np.log(_multinomial(n)) for n in block.labels]
    assert np.allclose(block.log_norms, expected, atol=1e-12)
    eigenvalues: Any = np.arange(levels) - 0.3
    assert np.allclose(block.values(eigenvalues), tables.sum(axis=2) @ eigenvalues)


def _multinomial(label: Any) -> float:
    return factorial(int(sum(label))) / prod(factorial(int(n)) for n in label)


@settings(max_examples=8)
@given(SIZES, SEEDS)
def test_derivation_is_the_one_of_polynomials(size: tuple[int, int], seed: int) -> None:
    """``Σ_AB S_AB x_A ∂_B`` applied to ``Σ_n w_n y_n x^n``."""
    levels, particles = size
    block, x = Occupations(levels, particles), variables(levels)
    generator = np.random.default_rng(seed)
    # Whole numbers keep SymPy fast, zeros and a full diagonal included.
    single = generator.integers(-2, 3, size=(levels**2, levels**2))
    y = generator.integers(-3, 4, size=block.size)
    polynomial = sum(
        int(c) * norm(n, levels) * prod(v**k for v, k in zip(x, n, strict=True))
        for c, n in zip(y, block.labels.tolist(), strict=True)
    )
    moved = sum(int(single[a, b]) * x[a] * sp.diff(polynomial, x[b]) for a, b in product(range(levels**2), repeat=2))
    expected = coefficients(moved, block)
    assert np.allclose(block.derivation(single.astype(complex)) @ y, expected, atol=1e-10 * (1 + abs(expected).max()))


@settings(max_examples=8)
@given(SIZES, SEEDS)
def test_product_state_is_a_power(size: tuple[int, int], seed: int) -> None:
    levels, particles = size
    block = Occupations(levels, particles)
    rho = density_matrix(seed, levels)
    linear = sum(complex(r) * v for r, v in zip(rho.ravel(), variables(levels), strict=True))
    assert np.allclose(block.product(rho), coefficients(sp.expand(linear**particles), block), atol=1e-12)


@pytest.mark.parametrize("rho", [np.diag([1.0, 0.0]), np.full((2, 2), 0.5), np.array([[0.5, -0.5j], [0.5j, 0.5]])])
def test_many_spins_neither_overflow_nor_vanish(rho: Any) -> None:
    """Components of 60 spins lie in the unit circle, populations are binomial."""
    block = Occupations(2, 60)
    vector = block.product(rho.astype(complex))
    assert np.abs(vector).max() <= 1 + 1e-12
    p = rho[0, 0].real
    expected = [comb(60, k) * p**k * (1 - p) ** (60 - k) for k in block.kets[block.diagonal][:, 0]]
    assert np.allclose(vector[block.diagonal], expected, atol=1e-13)
    bound = np.sqrt(_populations(block, vector, block.kets) * _populations(block, vector, block.bras))
    assert np.all(np.abs(vector) <= bound + 1e-12)


def _populations(block: Occupations, vector: Any, levels: Any) -> Any:
    table = dict(zip(block.kets[block.diagonal][:, 0].tolist(), vector[block.diagonal].real, strict=True))
    return np.array([table[k] for k in levels[:, 0].tolist()])


def from_the_right(block: Occupations, matrix: Any) -> Any:
    """Multiplication by ``Σ_particles A`` from the right."""
    return block.derivation(np.kron(np.eye(block.levels), matrix.T))


@given(st.sampled_from([(2, 6), (3, 3)]), SEEDS)
def test_left_and_right_are_adjoint_and_commute(size: tuple[int, int], seed: int) -> None:
    levels, particles = size
    block, a = Occupations(levels, particles), random_matrix(seed, levels)
    left, right = block.left(a), from_the_right(block, a.conj().T)
    vector = np.random.default_rng(seed).normal(size=(block.size, 2)) @ [1, 1j]
    mirrored = (left @ vector[block.transposed].conj())[block.transposed].conj()
    assert np.allclose(right @ vector, mirrored, atol=1e-12)
    assert abs(left @ right - right @ left).max() < 1e-11
    # Both have the same trace: tr Aρ = tr ρA.
    row = np.zeros(block.size)
    row[block.diagonal] = 1.0
    assert np.allclose(row @ left, row @ from_the_right(block, a), atol=1e-12)


def test_zero_superoperator_is_an_empty_matrix() -> None:
    block = Occupations(2, 3)
    assert block.derivation(np.zeros((4, 4), dtype=complex)).nnz == 0

"""Real coordinates of Hermitian elements and of maps between them."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from largespin.exact.space.hermitian import HermitianBasis

SEEDS = st.integers(0, 10_000)


def involution(generator: np.random.Generator, size: int) -> Any:
    """A random permutation that is its own inverse, fixed points included."""
    order = generator.permutation(size)
    result = np.arange(size)
    pairs = generator.integers(0, size // 2 + 1)
    first, second = order[:pairs], order[pairs : 2 * pairs]
    result[first], result[second] = second, first
    return result


def hermitian(generator: np.random.Generator, transposed: Any, *leading: int) -> Any:
    vector = generator.normal(size=(*leading, len(transposed), 2)) @ [1, 1j]
    return vector + vector[..., transposed].conj()


def random_map(generator: np.random.Generator, transposed: Any, density: float = 0.4) -> sparse.csr_array:
    """A sparse map with ``S(ρ†) = S(ρ)†``."""
    size = len(transposed)
    matrix = generator.normal(size=(size, size, 2)) @ [1, 1j]
    matrix *= generator.random((size, size)) < density
    return sparse.csr_array(matrix + matrix[transposed][:, transposed].conj())


@given(SEEDS, st.integers(1, 12))
def test_coordinates_and_components_undo_each_other(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    basis = HermitianBasis(involution(generator, size))
    vectors = hermitian(generator, basis.transposed, 3)
    coordinates = basis.coordinates(vectors)
    assert coordinates.shape == (3, size)
    assert coordinates.dtype == np.float64
    assert np.allclose(basis.components(coordinates), vectors, atol=1e-14)
    numbers = generator.normal(size=(2, 2, size))
    assert np.allclose(basis.coordinates(basis.components(numbers)), numbers, atol=1e-14)


@given(SEEDS, st.integers(1, 10))
def test_coordinates_take_the_hermitian_part(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    basis = HermitianBasis(involution(generator, size))
    vector: Any = generator.normal(size=(size, 2)) @ [1, 1j]
    part = 0.5 * (vector + vector[basis.transposed].conj())
    assert np.allclose(basis.components(basis.coordinates(vector)), part, atol=1e-14)


@given(SEEDS, st.integers(1, 12), st.sampled_from([0.1, 0.5, 1.0]))
def test_real_matrix_does_what_the_complex_one_does(seed: int, size: int, density: float) -> None:
    generator = np.random.default_rng(seed)
    basis = HermitianBasis(involution(generator, size))
    matrix = random_map(generator, basis.transposed, density)
    real = basis.matrix(matrix)
    assert real.dtype == np.float64
    assert real.has_canonical_format or np.array_equal(real.toarray(), sparse.csr_array(real.toarray()).toarray())
    assert np.all(real.data != 0)
    vector = hermitian(generator, basis.transposed)
    assert np.allclose(basis.components(real @ basis.coordinates(vector)), matrix @ vector, atol=1e-12)
    # The map is the same in another basis, so it has the same eigenvalues.
    assert np.isclose(np.trace(real.toarray()), matrix.trace(), atol=1e-11)
    powers = (np.trace(np.linalg.matrix_power(m, 3)) for m in (real.toarray(), matrix.toarray()))
    first, second = powers
    assert np.isclose(first, second, atol=1e-9 * (1 + abs(second)))


@given(SEEDS, st.integers(1, 12))
def test_row_is_the_real_part_of_a_functional(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    basis = HermitianBasis(involution(generator, size))
    functional: Any = generator.normal(size=(size, 2)) @ [1, 1j]
    vector = hermitian(generator, basis.transposed)
    assert np.isclose(basis.row(functional) @ basis.coordinates(vector), (functional @ vector).real, atol=1e-12)


def test_no_entries_and_no_pairs() -> None:
    basis = HermitianBasis(np.arange(3))
    empty = basis.matrix(sparse.csr_array((3, 3), dtype=np.complex128))
    assert empty.shape == (3, 3)
    assert empty.nnz == 0
    assert np.array_equal(basis.coordinates(np.array([1.0, 2.0, 3.0 + 0j])), [1.0, 2.0, 3.0])

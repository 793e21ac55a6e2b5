"""Bases, structure constants, expansions and the action of one jump."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin.model.operators import (
    component_names,
    dissipator_matrix,
    expansion,
    hermitian_basis,
    named_operators,
    structure_constants,
    transition,
)

LEVELS = [2, 3, 4]


def random_matrix(levels: int, seed: int) -> Any:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))


@pytest.mark.parametrize("levels", LEVELS)
def test_basis_is_hermitian_and_orthogonal(levels: int) -> None:
    basis = hermitian_basis(levels)
    np.testing.assert_allclose(basis, basis.conj().swapaxes(1, 2), atol=1e-15)
    products = np.einsum("aij,bji->ab", basis, basis)
    np.testing.assert_allclose(products, levels * np.eye(levels**2), atol=1e-13)
    np.testing.assert_array_equal(basis[0], np.eye(levels))


def test_spin_half_is_pauli_with_the_excited_state_first() -> None:
    _, x, y, z = hermitian_basis(2)
    np.testing.assert_array_equal(x, [[0, 1], [1, 0]])
    np.testing.assert_array_equal(y, [[0, -1j], [1j, 0]])
    np.testing.assert_array_equal(z, [[1, 0], [0, -1]])
    named = named_operators(2)
    np.testing.assert_array_equal(named["raising"], (x + 1j * y) / 2)
    np.testing.assert_array_equal(named["up"] @ named["raising"], named["raising"])


@pytest.mark.parametrize("levels", LEVELS)
def test_structure_constants(levels: int) -> None:
    f, basis = structure_constants(levels), hermitian_basis(levels)[1:]
    for order in itertools.permutations(range(3)):
        sign = np.linalg.det(np.eye(3)[list(order)])
        np.testing.assert_allclose(f.transpose(order), sign * f, atol=1e-13)
    commutators = np.einsum("aij,bjk->abik", basis, basis) - np.einsum("bij,ajk->abik", basis, basis)
    np.testing.assert_allclose(commutators, 1j * np.einsum("abc,cij->abij", f, basis), atol=1e-13)
    assert np.max(np.abs(f)) > 1.0


def test_spin_half_structure_constants() -> None:
    assert structure_constants(2)[0, 1, 2] == 2.0
    assert structure_constants(2)[1, 0, 2] == -2.0
    assert np.count_nonzero(structure_constants(2)) == 6


@given(st.sampled_from(LEVELS), st.integers(0, 1000))
def test_expansion_rebuilds_the_matrix(levels: int, seed: int) -> None:
    matrix = random_matrix(levels, seed)
    np.testing.assert_allclose(np.tensordot(expansion(matrix), hermitian_basis(levels), axes=1), matrix, atol=1e-12)


@given(st.sampled_from(LEVELS), st.integers(0, 1000))
def test_dissipator_matrix_against_its_formula(levels: int, seed: int) -> None:
    j = random_matrix(levels, seed)
    basis = hermitian_basis(levels)
    found = dissipator_matrix(j)
    assert found.shape == (levels**2 - 1, levels**2)
    dagger = j.conj().T
    for a, v in enumerate(basis[1:]):
        direct = 0.5 * ((dagger @ v - v @ dagger) @ j + dagger @ (v @ j - j @ v))
        np.testing.assert_allclose(np.tensordot(found[a], basis, axes=1), direct, atol=1e-11)


def test_lowering_empties_the_upper_level_at_rate_one() -> None:
    lowering = transition(2, 1, 0)
    expected = np.array([[0, -0.5, 0, 0], [0, 0, -0.5, 0], [-1, 0, 0, -1]])
    np.testing.assert_allclose(dissipator_matrix(lowering), expected)


@pytest.mark.parametrize("levels", LEVELS)
def test_names_match_the_matrices(levels: int) -> None:
    names, basis = component_names(levels), hermitian_basis(levels)[1:]
    assert len(names) == len(set(names)) == levels**2 - 1
    for name, matrix in zip(names, basis, strict=True):
        np.testing.assert_array_equal(named_operators(levels)[name], matrix)
    if levels == 3:
        antisymmetric = basis[names.index("a13")]
        assert abs(antisymmetric[0, 2]) > 0
        assert np.count_nonzero(antisymmetric) == 2


def test_shared_arrays_cannot_be_overwritten() -> None:
    with pytest.raises(ValueError, match="read-only"):
        hermitian_basis(2)[1, 0, 0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        structure_constants(2)[0, 1, 2] = 5.0

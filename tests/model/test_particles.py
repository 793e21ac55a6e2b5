"""Levels, blocks, named operators and the averages one can form."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.operators import expansion, hermitian_basis, named_operators

WEIGHTS = np.array([0.2, 0.3, 0.5])


def value(expression: Any, bloch: Any) -> complex:
    """An expression in averages at Bloch vectors, block by block and by hand."""
    numbers = {}
    for s in expression.free_symbols:
        form = s.data
        a = expansion(form.operator).real
        numbers[s] = float(np.sum(form.weights * form.coefficients * (a[0] + bloch @ a[1:])))
    return complex(expression.evalf(subs=numbers))


def test_averages_weight_the_blocks() -> None:
    atoms = ls.Particles(2, weights=WEIGHTS)
    bloch = np.array([[0.1, 0.2, 0.3], [0.4, -0.1, 0.2], [-0.3, 0.0, 0.6]])
    assert value(atoms.average("z"), bloch) == pytest.approx(WEIGHTS @ bloch[:, 2])
    lowering = value(atoms.average("lowering"), bloch)
    assert lowering == pytest.approx(WEIGHTS @ (bloch[:, 0] - 1j * bloch[:, 1]) / 2)
    assert value(atoms.average("up"), bloch) == pytest.approx(WEIGHTS @ (1 + bloch[:, 2]) / 2)
    assert value(atoms.block_average(1, "x"), bloch) == pytest.approx(0.4)
    staggered = atoms.average("lowering", coefficients=[1.0, -1.0, 2.0], symbol="s")
    assert sorted(str(s) for s in staggered.free_symbols) == ["s_x", "s_y"]
    expected = (WEIGHTS * [1.0, -1.0, 2.0]) @ (bloch[:, 0] - 1j * bloch[:, 1]) / 2
    assert value(staggered, bloch) == pytest.approx(expected)


def test_non_hermitian_three_level_operator() -> None:
    atoms = ls.Particles(3)
    ladder = np.diag([1.0, np.sqrt(2.0)], 1)
    bloch = np.random.default_rng(0).normal(size=(1, 8)) * 0.1
    rho = (np.eye(3) + np.tensordot(bloch[0], hermitian_basis(3)[1:], axes=1)) / 3
    assert value(atoms.average(ladder), bloch) == pytest.approx(np.trace(rho @ ladder), abs=1e-12)


def test_overlaps_and_local_fields() -> None:
    patterns = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]])
    spins = ls.Particles(2, weights=WEIGHTS, coefficients=patterns)
    o = spins.overlaps("z")
    assert [str(s) for s in o] == ["o_1", "o_2"]
    np.testing.assert_array_equal(o[1].data.coefficients, patterns[1])
    mixing = np.array([[1.0, 0.2], [0.3, 2.0]])
    field = spins.local_field(o, matrix=mixing)
    np.testing.assert_allclose(field.data.matrix, patterns.T @ mixing)
    np.testing.assert_allclose(spins.local_field(o).data.matrix, patterns.T)


def test_operators_are_called_by_name() -> None:
    ladder = np.diag([1.0, 1.0], 1)
    atoms = ls.Particles(3, operators={"ladder": ladder})
    np.testing.assert_array_equal(atoms.operator("ladder"), ladder)
    np.testing.assert_array_equal(atoms.operator("p2"), np.diag([0.0, 1.0, 0.0]))
    with pytest.raises(
        ls.LargespinError, match=r"must be one of identity, s12.*but it is 'laddr'; did you mean 'ladder'"
    ):
        atoms.operator("laddr")
    with pytest.raises(ValueError, match="read-only"):
        atoms.operator("ladder")[0, 0] = 1.0


def test_spins_have_their_operators_as_attributes() -> None:
    spins = ls.Spins(operators={"own": np.diag([2.0, 0.0])})
    for name in ("x", "y", "z", "raising", "lowering", "up", "down", "identity"):
        np.testing.assert_array_equal(getattr(spins, name), named_operators(2)[name])
    np.testing.assert_array_equal(spins.operator("own"), 2 * spins.up)


@pytest.mark.parametrize(
    ("particles", "name", "sentence"),
    [
        (ls.Spins(), "xx", "There is no operator 'xx'; the named ones are identity, x, y.*; did you mean 'x'?"),
        (ls.Spins(), "lovering", "; did you mean 'lowering'?"),
        (ls.Particles(3), "s12", r"called by name: `operator\('s12'\)`\.$"),
        (ls.Particles(2), "z", r"`operator\('z'\)` \(`Spins` has them as attributes\)\.$"),
    ],
)
def test_unknown_attributes_are_answered_in_one_sentence(particles: ls.Particles, name: str, sentence: str) -> None:
    assert not hasattr(particles, name)
    with pytest.raises(AttributeError, match=sentence):
        getattr(particles, name)


def test_spins_take_blocks_or_weights() -> None:
    blocks = ls.ideal_large_spins(2)
    assert ls.Spins(blocks) == ls.Spins(weights=blocks.weights, coefficients=blocks.coefficients)
    assert ls.Spins(blocks) == ls.Particles(2, blocks.weights, blocks.coefficients)
    with pytest.raises(ls.LargespinError, match="must be left out with `blocks`"):
        ls.Spins(blocks, weights=[1.0])
    with pytest.raises(ls.LargespinError, match="must have weights and coefficients, but ndarray has not"):
        ls.Spins(np.ones((2, 3)))  # type: ignore[arg-type]


@pytest.mark.parametrize("copier", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_particles_are_values(copier: Any) -> None:
    one = ls.Spins(ls.ideal_large_spins(2))
    again = copier(one)
    assert again == one
    assert hash(again) == hash(one)
    np.testing.assert_array_equal(again.raising, one.raising)
    assert one != ls.Spins(ls.ideal_large_spins(3))
    assert one != ls.Particles(2, weights=one.weights)
    with pytest.raises(AttributeError):
        one.levels = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        one.weights[0] = 0.9


def test_given_arrays_are_copied() -> None:
    weights = np.array([0.5, 0.5])
    atoms = ls.Particles(2, weights=weights)
    weights[0] = 0.1
    np.testing.assert_array_equal(atoms.weights, [0.5, 0.5])


def test_averages_of_the_numeric_functions_agree() -> None:
    atoms = ls.Particles(2, weights=WEIGHTS)
    model = ls.Model(atoms, energy=atoms.average("up") * atoms.average("x"))
    bloch = np.array([[0.1, 0.2, 0.3], [0.4, -0.1, 0.2], [-0.3, 0.0, 0.6]])
    found = numeric_mean_field(model).averages(bloch.ravel())
    assert [str(s) for s in model.averages] == ["m_up", "m_x"]
    np.testing.assert_allclose(found, [WEIGHTS @ (1 + bloch[:, 2]) / 2, WEIGHTS @ bloch[:, 0]])

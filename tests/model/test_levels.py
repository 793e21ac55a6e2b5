"""Levels are counted from 1 or called by name, and operators may come from anywhere."""

import numpy as np
import pytest
import qutip
import scipy.sparse
import sympy as sp

import largespin as ls
from largespin.model.exact_numbers import exact
from largespin.model.operators import as_matrix, component_names
from largespin.model.operators import transition as from_zero


def test_transitions_count_like_the_names_of_components() -> None:
    """``s13 ∝ |1⟩⟨3| + |3⟩⟨1|`` and ``a13 ∝ −i |1⟩⟨3| + i |3⟩⟨1|``."""
    for levels in (3, 4):
        atoms = ls.Particles(levels)
        for one in range(1, levels + 1):
            for other in range(one + 1, levels + 1):
                up, down = ls.transition(levels, one, other), ls.transition(levels, other, one)
                scale = np.sqrt(levels / 2)
                np.testing.assert_allclose(atoms.operator(f"s{one}{other}"), scale * (up + down))
                np.testing.assert_allclose(atoms.operator(f"a{one}{other}"), -1j * scale * (up - down))
            np.testing.assert_array_equal(atoms.operator(f"p{one}"), ls.transition(levels, one, one))
    np.testing.assert_array_equal(ls.transition(2, 2, 1), ls.Spins().lowering)
    np.testing.assert_array_equal(ls.transition(3, 1, 3), from_zero(3, 0, 2))


def test_names_of_levels() -> None:
    atoms = ls.Particles(3, level_names=("g", "e", "r"))
    np.testing.assert_array_equal(atoms.transition("g", "r"), ls.transition(3, 1, 3))
    np.testing.assert_array_equal(atoms.transition(1, "r"), ls.transition(atoms, "g", 3))
    assert atoms.component_names == ("sge", "sgr", "ser", "age", "agr", "aer", "d1", "d2")
    assert str(atoms.average("pe")) == str(atoms.average(atoms.transition("e", "e"))) == "m_pe"
    rise = atoms.average(atoms.transition("e", "g"))
    assert {str(s) for s in rise.free_symbols} == {"m_sge", "m_age"}
    run = ls.evolve(ls.Model(atoms, energy=atoms.average("sge")), np.diag([1.0, 0.0, 0.0]), 0.1)
    assert list(run.component.values) == list(atoms.component_names)
    assert component_names(3, ("up", "down", "dark"))[0] == "s_up_down"
    assert len(set(component_names(4, ("a", "ab", "b", "bb")))) == 15


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ls.transition(3, 0, 1), r"Argument `to` must lie in \[1, 3\], because levels are counted from 1"),
        (lambda: ls.transition(3, 1, 4), r"Argument `source` must lie in \[1, 3\].*but it is 4"),
        (lambda: ls.transition(3, 1.5, 2), "Argument `to` must be a whole number"),  # type: ignore[arg-type]
        (lambda: ls.transition(3, "g", 2), "Argument `to` must be one of the levels 1, 2, 3, but it is 'g'"),
        (lambda: ls.transition("three", 1, 2), "Argument `levels` must be a whole number"),  # type: ignore[arg-type]
        (lambda: ls.Particles(3, level_names=("g", "e")), "must be 3 different names, one per level"),
        (lambda: ls.Particles(3, level_names=("g", "e", "e")), "must be 3 different names, one per level"),
        (lambda: ls.Particles(3, level_names="ger"), "must be a list of 3 names, but it is 'ger'"),
        (lambda: ls.Particles(2, level_names=("↑", "↓")), "must hold names of letters and digits, but one is '↑'"),
        (lambda: ls.Particles(3, operators=3), "must be a mapping from names to matrices, but it is a int"),  # type: ignore[arg-type]
    ],
)
def test_wrong_levels_are_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ls.LargespinError, match=sentence):
        call()  # type: ignore[operator]


OPERATORS = [
    qutip.sigmam(),
    scipy.sparse.csr_array([[0, 0], [1, 0]]),
    sp.Matrix([[0, 0], [1, 0]]),
    [[0, 0], [1, 0]],
]


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: type(operator).__name__)
def test_operators_of_any_kind_are_accepted_wherever_one_is_meant(operator: object) -> None:
    spins = ls.Spins()
    lowering = np.array([[0, 0], [1, 0]])
    given: qutip.Qobj = operator
    np.testing.assert_array_equal(ls.Jump(given).operator, lowering)
    np.testing.assert_array_equal(spins.operator(given), lowering)
    np.testing.assert_array_equal(ls.Spins(operators={"own": given}).operator("own"), lowering)
    np.testing.assert_array_equal(ls.Particles(2, operators={"own": given}).operator("own"), lowering)
    assert spins.average(given) == spins.average("lowering")
    assert not as_matrix("operator", given).flags.writeable


@pytest.mark.parametrize("ket", [qutip.basis(2, 0), qutip.basis(2, 0).dag(), [1, 0], np.array([[1], [0]])], ids=str)
def test_kets_and_bras_are_no_operators(ket: qutip.Qobj) -> None:
    for call in (ls.Jump, ls.Spins().average, ls.Spins().operator, lambda k: ls.Spins(operators={"own": k})):
        with pytest.raises(
            ls.LargespinError, match=r"must be a matrix, but it is a state vector .* the projector on it is"
        ):
            call(ket)


@pytest.mark.parametrize(
    "wrong", [None, 3, "lowering", [[1, 2], [3]], {}, object(), np.ones((2, 3)), ls, [[np.nan, 0], [0, 0]]]
)
def test_what_is_no_operator_is_refused(wrong: qutip.Qobj) -> None:
    with pytest.raises(ls.LargespinError, match="Argument `operator` must be"):
        ls.Jump(wrong)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, sp.Rational(1, 2)),
        (-np.sqrt(6) / 4, -sp.sqrt(6) / 4),
        (1 / 3, sp.Rational(1, 3)),
        (0.0, sp.Integer(0)),
        (0.5 + np.sqrt(2) * 1j, sp.Rational(1, 2) + sp.sqrt(2) * sp.I),
        (0.3, sp.Float(0.3)),
        (1.2345678, sp.Float(1.2345678)),
    ],
)
def test_exact_numbers(value: complex, expected: sp.Expr) -> None:
    assert exact(value) == expected
    assert abs(complex(exact(value)) - value) <= 1e-14 * abs(value)

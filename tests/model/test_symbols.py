"""Symbols that carry their meaning."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.model.symbols import Parameter, resolve


def test_one_name_with_two_meanings_is_two_symbols() -> None:
    one, two = ls.Particles(2, weights=np.array([0.5, 0.5])), ls.Particles(2, weights=np.array([0.4, 0.6]))
    a, b = one.average("x"), two.average("x")
    assert a.name == b.name
    assert a != b
    assert len({a, b}) == 2
    assert (a - b) != 0
    assert str(sp.expand((a + b) ** 2)).count("m_x") >= 3
    assert a == one.average("x")
    assert hash(a) == hash(one.average("x"))
    assert a != sp.Symbol("m_x", real=True)


def test_parameters_differ_by_key_default_and_assumptions() -> None:
    plain = ls.parameter("field", symbol="Omega")
    assert plain == ls.parameter("field", symbol="Omega")
    assert plain != ls.parameter("drive", symbol="Omega")
    assert plain != ls.parameter("field", symbol="Omega", default=1.0)
    assert plain != ls.parameter("field", symbol="Omega", positive=True)
    assert sp.sqrt(ls.parameter("x", positive=True) ** 2) == ls.parameter("x", positive=True)
    assert sp.sqrt(plain**2) != plain


def test_symbols_of_one_name_can_be_ordered() -> None:
    """SymPy sorts the terms of a sum; symbols that differ in meaning alone must not break that."""
    spins = ls.Particles(2, weights=np.array([0.5, 0.5]))
    same = [spins.average("z", coefficients=c, symbol="s") for c in ([1.0, -1.0], [2.0, 0.5], [0.0, 1.0])]
    assert len(sp.Add(*same).args) == 3
    assert len(sp.Mul(*same).args) == 3
    keys = [ls.parameter(key, symbol="s", default=default) for key, default in (("a", None), ("b", 1.0))]
    assert len(sp.Add(*keys).args) == 2


@pytest.mark.parametrize("copier", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_pickling_keeps_the_meaning(copier: Any) -> None:
    spins = ls.Spins(ls.ideal_large_spins(2))
    overlaps = spins.overlaps()
    a = ls.Mode("a")
    beta = ls.derived_parameter("beta", 1 / ls.parameter("temperature", symbol="T", positive=True))
    for symbol in (*overlaps, spins.local_field(overlaps), a.q, a.p, beta, ls.parameter("x", nonnegative=True)):
        again = copier(symbol)
        assert again == symbol
        assert hash(again) == hash(symbol)
        assert again.family == symbol.family
        assert again.assumptions0 == symbol.assumptions0
    expression = sp.exp(beta * overlaps[0]) + overlaps[1] ** 2 * a.q
    assert copier(expression) == expression


def test_xreplace_and_derivatives_go_by_meaning() -> None:
    spins = ls.Spins()
    m, other = spins.average("x"), sp.Symbol("m_x", real=True)
    expression = m**2 + other
    assert sp.diff(expression, m) == 2 * m
    assert expression.xreplace({m: sp.Integer(3)}) == 9 + other
    assert m.is_real


def test_abbreviations_resolve_through_each_other() -> None:
    t = ls.parameter("temperature", symbol="T", positive=True)
    beta = ls.derived_parameter("beta", 1 / t)
    half = ls.derived_parameter("half", beta / 2)
    assert resolve(half**2) == 1 / (4 * t**2)
    assert isinstance(half, Parameter)


def test_several_parameters_at_once() -> None:
    assert [p.key for p in ls.parameters("a b c")] == ["a", "b", "c"]


def test_time_is_one_symbol_of_any_spelling() -> None:
    assert ls.time == sp.Symbol("t", real=True)

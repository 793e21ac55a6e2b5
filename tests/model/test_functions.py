"""SymPy scalars as NumPy functions give SymPy's own numbers, special functions included."""

import numpy as np
import pytest
import sympy as sp

from largespin.meanfield.derive import _simplified
from largespin.model.functions import numpy_function

X, Y = sp.symbols("x y", real=True)
EXPRESSIONS = [
    sp.cosh(X * Y) / 3,
    sp.sqrt(1 + X**2) + sp.pi * Y,
    sp.erf(X) * sp.exp(-Y),
    sp.Piecewise((X, X > Y), (Y**3, True)),
    sp.Max(X, Y, 0) + sp.sech(X),
    sp.Abs(X - Y) + sp.sign(X) + sp.besselj(0, Y),
    sp.Heaviside(X, sp.Rational(1, 2)),
]


@pytest.mark.parametrize("cse", [False, True])
@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_numbers_are_those_of_sympy(expression: sp.Expr, cse: bool) -> None:
    x, y = np.array([-0.7, 0.2, 1.3]), np.array([0.4, -0.9, 0.6])
    (found,) = numpy_function([X, Y], [expression], cse=cse)(x, y)
    expected = [float(expression.subs({X: a, Y: b}).evalf()) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize(
    "expression",
    [
        sp.exp(X * Y) / 2 + sp.exp(-X * Y) / 2,
        sp.exp(X) - sp.exp(-X),
        3 * sp.exp(-X * Y) + 3 * sp.exp(X * Y),
        sp.exp(X * (Y + 1) - X) + sp.exp(-X * Y),
        sp.exp(X) + sp.exp(Y),
        2 * sp.exp(X),
    ],
    ids=str,
)
def test_the_way_around_simplify_ends_where_simplify_ends(expression: sp.Expr) -> None:
    found, known = _simplified(expression), sp.simplify(expression)
    assert sp.simplify(found - known) == 0
    assert sp.count_ops(found) <= sp.count_ops(known)

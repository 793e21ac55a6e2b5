"""Formulas mean what Python's arithmetic says, and whatever is not arithmetic is refused with its place."""

import cmath
import contextlib
import time

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sentences import check_sentence

from largespin.study.expressions import DEEPEST, LONGEST, MOST_PIECES, ExpressionError, read_expression
from largespin.study.pieces import FUNCTIONS, HIGHEST_DEGREE, LARGEST_POWER, MOST_TERMS, Piece, name_piece

X, Y = sp.symbols("x y", real=True)
Q, P = sp.symbols("q p", real=True)
NAMES = {"x": name_piece(X), "y": name_piece(Y), "m_x": name_piece(sp.Symbol("m_x"))}
NAMES["alpha"] = name_piece((Q + sp.I * P) / sp.sqrt(2))
FUNCTION_NAMES = "exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh, atan, abs"
ALLOWED = f"allowed are numbers, names, + - * / ** ( ) and the functions {FUNCTION_NAMES}."


def read(text: str) -> Piece:
    return read_expression(text, NAMES)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    """Arithmetic that stays small for x and y between ½ and 1."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(["x", "y", "2", "0.5", "1e-3", "(1/3)", "pi", "7"]))
    kind = draw(st.sampled_from(["binary", "binary", "minus", "power", "call"]))
    inner = draw(formulas(depth - 1))
    if kind == "binary":
        return f"({inner}) {draw(st.sampled_from('+-*'))} {draw(formulas(depth - 1))}"
    if kind == "minus":
        return f"-({inner})"
    if kind == "power":
        return f"({inner})**{draw(st.integers(0, 3))}"
    return f"{draw(st.sampled_from(['sin', 'cos', 'tanh', 'atan']))}({inner})"


@given(formulas(), st.floats(0.5, 1.0), st.floats(0.5, 1.0))
def test_formulas_have_the_value_that_python_gives_them(text: str, x: float, y: float) -> None:
    functions = {"sin": np.sin, "cos": np.cos, "tanh": np.tanh, "atan": np.arctan, "pi": np.pi}
    expected = eval(text, {"__builtins__": {}}, {**functions, "x": x, "y": y})  # Made here, of safe pieces.
    found = read(text).expression.evalf(subs={X: x, Y: y})
    assert complex(found) == pytest.approx(complex(expected), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions(name: str) -> None:
    numeric = {"abs": abs}.get(name) or getattr(cmath, name)
    assert complex(read(f"{name}(x)").expression.subs(X, 0.3)) == pytest.approx(complex(numeric(0.3)))
    number = read(f"{name}(0.3)")
    assert number.number == pytest.approx(complex(numeric(0.3)))
    assert complex(number.expression) == pytest.approx(complex(numeric(0.3)))


def test_precedence_and_exactness() -> None:
    assert read("-x**2").expression == -(X**2)
    assert read("2**3**2").expression == 512
    assert read("x - y - 1").expression == X - Y - 1
    assert read("x/y/2").expression == X / Y / 2
    assert read("1/3*x").expression == sp.Rational(1, 3) * X
    assert read("sqrt(2)*x").expression == sp.sqrt(2) * X
    assert read("\n  exp(-x/2)\n / sqrt(2)\n").expression == sp.exp(-X / 2) / sp.sqrt(2)
    assert read("I*x + 2j").expression == sp.I * X + 2 * sp.I
    assert read("1 + 0.5j").number == 1 + 0.5j
    assert read("+alpha**2").expression == ((Q + sp.I * P) / sp.sqrt(2)) ** 2


def test_size_is_never_underestimated() -> None:
    for text in ("(x + y + 1)**5", "(x + 1)*(y - x)*(x*y + 2)", "alpha**3 + x", "(alpha + x)**2*(y + 1)"):
        piece = read(text)
        full = sp.Poly(piece.expression, *sorted(piece.expression.free_symbols, key=str))
        assert piece.degree >= full.total_degree()
        assert piece.terms >= len(full.terms())


def test_limits_are_where_they_are_said_to_be() -> None:
    assert read(f"x**{LARGEST_POWER}").degree == HIGHEST_DEGREE
    assert read("x" + " " * (LONGEST - 1)).expression == X
    read("+".join(["x"] * DEEPEST))
    with pytest.raises(ValueError, match=f"nested at most {DEEPEST}"):
        read("+".join(["x"] * (DEEPEST + 2)))
    assert read("(x+y+1)**60").terms < MOST_TERMS


SMALL = "must be small enough to work with, but in"
TOO_LARGE = {
    "9**9**9": f"{SMALL} `9**9**9` at column 1 the exponent 387420489 is beyond 64.",
    "x**65": f"{SMALL} `x**65` at column 1 the exponent 65 is beyond 64.",
    "x**-65": f"{SMALL} `x**-65` at column 1 the exponent -65 is beyond 64.",
    "(x**8)**9": f"{SMALL} `(x**8)**9` at column 1 its degree would be 72, above 64.",
    "x**40*y**40": f"{SMALL} `x**40*y**40` at column 1 its degree would be 80, above 64.",
    "(x+y+m_x+alpha+1)**12": f"{SMALL} `(x+y+m_x+alpha+1)**12` at column 1 it would have more than 5000 terms when multiplied out.",
    "1e400": f"{SMALL} `1e400` at column 1 its value is beyond 1e+300.",
    "1e200*1e200": f"{SMALL} `1e200*1e200` at column 1 its value is beyond 1e+300.",
    "x + exp(1000)": f"{SMALL} `exp(1000)` at column 5 its value is beyond 1e+300.",
    "((1/3)**64)**64": f"{SMALL} `((1/3)**64)**64` at column 1 its value is below 1e-300.",
    "1/0": f"{SMALL} `1/0` at column 1 there is no value (a division by zero, or the logarithm of zero).",
    "x/(y-y)": f"{SMALL} `x/(y-y)` at column 1 there is no value (a division by zero, or the logarithm of zero).",
    "log(0)": f"{SMALL} `log(0)` at column 1 there is no value (a division by zero, or the logarithm of zero).",
    "exp(exp(x))": f"{SMALL} `exp(exp(x))` at column 1 `exp` contains an exponential, whose values it cannot work out.",
    "sin(cosh(x))": f"{SMALL} `sin(cosh(x))` at column 1 `sin` contains an exponential, whose values it cannot work out.",
    "2**(2**x)": f"{SMALL} `2**(2**x)` at column 1 an exponential stands in an exponent, which grows beyond all numbers.",
    "(" * 300 + "x" + ")" * 300: "must be an expression, but it is nested too deeply at column 201.",
    "-" * 1999 + "1": f"must have at most {MOST_PIECES} pieces, but it has 3999; split it up.",
    "-" * 400 + "1": f"must be nested at most {DEEPEST} deep, but it is deeper; use brackets or split it up.",
    "x" * 2001: "must have at most 2000 characters, but it has 2001; split it up.",
}


@pytest.mark.parametrize("text", TOO_LARGE)
def test_what_would_keep_sympy_busy_is_refused_at_once(text: str) -> None:
    begin = time.process_time()
    check_sentence(lambda: read(text), TOO_LARGE[text])
    assert time.process_time() - begin < 2.0  # Without limits: for ever, not seconds.


def test_rational_towers_become_floats_instead_of_megabytes() -> None:
    piece = read("((((1000000001/1000000000)**64)**64)**64)**64")
    assert complex(piece.expression) == pytest.approx((1 + 1e-9) ** (64**4), rel=1e-6)
    assert piece.expression.is_Float


NOT_ARITHMETIC = {
    "": "must be an expression, but it is empty.",
    "  \n ": "must be an expression, but it is empty.",
    "__import__('os').system('true')": f'must not contain "\'" (APOSTROPHE), but does at column 12; {ALLOWED[:-1]}.',
    "open(1)": f"must call known functions only, but `open(1)` at column 1 is not one of {FUNCTION_NAMES}.",
    "eval(x)": f"must call known functions only, but `eval(x)` at column 1 is not one of {FUNCTION_NAMES}.",
    "exp(x)(y)": f"must call known functions only, but `exp(x)(y)` at column 1 is not one of {FUNCTION_NAMES}.",
    "x.real": f"must be arithmetic, but `x.real` at column 1 is a name with a dot; {ALLOWED}",
    "x.__class__.__mro__": f"must be arithmetic, but `x.__class__.__mro__` at column 1 is a name with a dot; {ALLOWED}",
    "().__class__": f"must be arithmetic, but `().__class__` at column 1 is a name with a dot; {ALLOWED}",
    "x if y else 1": f"must be arithmetic, but `x if y else 1` at column 1 is a condition; {ALLOWED}",
    "x and y": f"must be arithmetic, but `x and y` at column 1 is a condition; {ALLOWED}",
    "not x": f"must be arithmetic, but `not x` at column 1 is a condition; {ALLOWED}",
    "x in y": f"must be arithmetic, but `x in y` at column 1 is a comparison; {ALLOWED}",
    "x is y": f"must be arithmetic, but `x is y` at column 1 is a comparison; {ALLOWED}",
    "x, y": f"must be arithmetic, but `x, y` at column 1 is a comma between values; {ALLOWED}",
    "x // 2": f"must be arithmetic, but `x // 2` at column 1 is the operator //; {ALLOWED}",
    "True": f"must be arithmetic, but `True` at column 1 is something else; {ALLOWED}",
    "None": f"must be arithmetic, but `None` at column 1 is something else; {ALLOWED}",
    "...": f"must be arithmetic, but `...` at column 1 is something else; {ALLOWED}",
    "(yield x)": f"must be arithmetic, but `yield x` at column 2 is something else; {ALLOWED}",
    "(x for x in y)": f"must be arithmetic, but `(x for x in y)` at column 1 is something else; {ALLOWED}",
    "exp(*x)": f"must be arithmetic, but `*x` at column 5 is a star before a value; {ALLOWED}",
    "lambda: x": f"must not contain ':' (COLON), but does at column 7; {ALLOWED[:-1]}.",
    "[x for x in y]": f"must not contain '[' (LEFT SQUARE BRACKET), but does at column 1; {ALLOWED[:-1]}.",
    "{x}": f"must not contain '{{' (LEFT CURLY BRACKET), but does at column 1; {ALLOWED[:-1]}.",
    "f'{x}'": f'must not contain "\'" (APOSTROPHE), but does at column 2; {ALLOWED[:-1]}.',
    "'%s' % x": f'must not contain "\'" (APOSTROPHE), but does at column 1; {ALLOWED[:-1]}.',
    "x; y": f"must not contain ';' (SEMICOLON), but does at column 2; {ALLOWED[:-1]}.",
    "x\\\n+1": f"must not contain '\\\\' (REVERSE SOLIDUS), but does at column 2; {ALLOWED[:-1]}.",
    "x\x00": f"must not contain '\\\\x00' (U+0000), but does at column 2; {ALLOWED[:-1]}.",
    "x^2": "must not contain '^' (CIRCUMFLEX ACCENT), but does at column 2; powers are written with **.",
    "y=x": "must not contain '=' (EQUALS SIGN), but does at column 2; an expression has no equals sign.",
    "x # y": "must not contain '#' (NUMBER SIGN), but does at column 3; comments belong outside.",
    "\u0435xp(x)": f"must not contain '\u0435' (CYRILLIC SMALL LETTER IE), but does at column 1; {ALLOWED[:-1]}.",
    "\uff45xp(x)": f"must not contain '\uff45' (FULLWIDTH LATIN SMALL LETTER E), but does at column 1; {ALLOWED[:-1]}.",
    "\u03a9*x": f"must not contain '\u03a9' (GREEK CAPITAL LETTER OMEGA), but does at column 1; {ALLOWED[:-1]}.",
    "x \u2212 y": f"must not contain '\u2212' (MINUS SIGN), but does at column 3; {ALLOWED[:-1]}.",
    "(x": "must be an expression, but a bracket has no partner at column 1.",
    "x)": "must be an expression, but a bracket has no partner at column 2.",
    "2x": "must be an expression, but something is missing or too much (perhaps a *) at column 1.",
    "x +": "must be an expression, but something is missing or too much (perhaps a *) at its end.",
    "x y": "must be an expression, but something is missing or too much (perhaps a *) at column 3.",
    "exp": "must be an expression, but the function `exp` at column 1 has no brackets: exp(…).",
    "exp()": "must give `exp` one value, but `exp()` at column 1 does not.",
    "exp(x, y)": "must give `exp` one value, but `exp(x, y)` at column 1 does not.",
    "x(2)": "must have an operator before the bracket in `x(2)` at column 1, but it has none; write *.",
    "  mx": "must use known names, but `mx` at column 3 is not one of them; did you mean `m_x`?",
    "zebra": "must use known names, but `zebra` at column 1 is not one of them; known are I, alpha, m_x, pi, x, y.",
}


@pytest.mark.parametrize("text", NOT_ARITHMETIC)
def test_whatever_is_not_arithmetic_is_refused_with_its_place(text: str) -> None:
    check_sentence(lambda: read(text), NOT_ARITHMETIC[text])


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        read(text)


@given(st.text(alphabet="xy()+-*/.,0123456789eEjI _expsqrtlog", max_size=25))
def test_anything_like_a_formula_is_read_or_refused_quickly(text: str) -> None:
    begin = time.process_time()
    with contextlib.suppress(ExpressionError):
        read(text)
    assert time.process_time() - begin < 2.0


def test_long_lists_of_names_are_cut() -> None:
    many = {f"name_{number}": name_piece(sp.Symbol(f"n{number}")) for number in range(50)}
    with pytest.raises(ValueError, match=r"known are I, name_0, .* and 32 more\.$"):
        read_expression("zzz", many)


def test_constants_cannot_be_shadowed() -> None:
    assert read_expression("pi", {"pi": name_piece(X)}).expression == sp.pi

"""How large may an expression become? Numbers, powers and products that carry their own size while they are built.

SymPy works out what it is given: ``9**9**9`` or a bracket with a million terms would keep it busy for ever. So every
piece of an expression knows its value (if it is a number), its degree and how many terms it would have multiplied out,
and what would become too large is refused before SymPy sees it.
"""

import cmath
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, comb

import sympy as sp

LARGEST_NUMBER = 1e300
"""Largest absolute value of a number, and inverse of the smallest: what double precision holds."""
LARGEST_POWER = 64
"""Largest exponent that is a number: far above any p-spin model, far below what takes time."""
HIGHEST_DEGREE = 64
"""Highest degree in all names together, such as 3 for ``x*y**2``."""
MOST_TERMS = 5000
"""Terms of the expression when multiplied out, at most; more take SymPy minutes."""
MOST_NESTED = 20
"""Functions inside one another: SymPy works through them by recursion, derivatives included."""
LARGEST_SIZE = 3000
"""Numbers, names and operations when all definitions are written out; each definition may double it."""
EXACT_BITS = 512
"""Digits (binary) of a fraction up to which powers stay exact."""
EXACT_OPERATIONS = 8
"""Operations in a number such as ``sqrt(2)/3`` up to which it is kept as it was written."""

NO_VALUE = "there is no value (a division by zero, or the logarithm of zero)"
"""What is wrong with what would be infinite or undefined."""

FUNCTIONS: dict[str, tuple[Callable[[sp.Expr], sp.Expr], Callable[[complex], complex]]] = {
    "exp": (sp.exp, cmath.exp),
    "log": (sp.log, cmath.log),
    "sqrt": (sp.sqrt, cmath.sqrt),
    "sin": (sp.sin, cmath.sin),
    "cos": (sp.cos, cmath.cos),
    "tan": (sp.tan, cmath.tan),
    "sinh": (sp.sinh, cmath.sinh),
    "cosh": (sp.cosh, cmath.cosh),
    "tanh": (sp.tanh, cmath.tanh),
    "atan": (sp.atan, cmath.atan),
    "abs": (sp.Abs, abs),
}
"""Functions that expressions may use: for SymPy, and for the value of a number."""
GROWING = frozenset({"exp", "sinh", "cosh"})
"""Functions that turn a large number into one too large for any other function but these:"""
TAMING = frozenset({"log", "sqrt", "abs"})
"""functions that make sense of the exponential of a large number."""


class RefusedError(Exception):
    """A piece that may not be built, in words that follow "but …"."""


@dataclass(frozen=True)
class Piece:
    """Part of an expression.

    Attributes:
        expression: for SymPy.
        number: its value if it contains no names, otherwise None.
        degree: its degree in all names, as if functions were names.
        terms: the terms it has when multiplied out, at most.
        growing: whether it contains an exponential of a name.
        nested: functions and powers inside one another.
        size: numbers, names and operations.
    """

    expression: sp.Expr
    number: complex | None = None
    degree: int = 0
    terms: int = 1
    growing: bool = False
    nested: int = 0
    size: int = 1


def name_piece(expression: sp.Expr) -> Piece:
    """What a name stands for: a symbol, or a polynomial of symbols such as ``|α|² = (q² + p²)/2``."""
    polynomial = sp.Poly(expression, *sorted(expression.free_symbols, key=str))
    return Piece(expression, None, max(1, polynomial.total_degree()), max(1, len(polynomial.terms())))


def number_piece(value: complex) -> Piece:
    """A number that was written down."""
    if isinstance(value, complex):
        exact = sp.Float(value.real) + sp.I * _float(value.imag) if value.real else sp.I * _float(value.imag)
    else:
        exact = sp.Integer(value) if isinstance(value, int) else sp.Float(value)
    return _checked(exact, lambda: complex(value), 0, 1, False)


def _float(value: float) -> sp.Expr:
    return sp.Integer(int(value)) if value == int(value) else sp.Float(value)


def add(one: Piece, other: Piece) -> Piece:
    """``a + b``."""
    _check_built(one, other)
    return _checked(
        one.expression + other.expression,
        _value(lambda a, b: a + b, one, other),
        max(one.degree, other.degree),
        one.terms + other.terms,
        one.growing or other.growing,
        one,
        other,
    )


def multiply(one: Piece, other: Piece) -> Piece:
    """``a·b``."""
    degree, terms = one.degree + other.degree, one.terms * other.terms
    _check_size(degree, terms)
    _check_built(one, other)
    value = _value(lambda a, b: a * b, one, other)
    return _checked(one.expression * other.expression, value, degree, terms, one.growing or other.growing, one, other)


def power(base: Piece, exponent: Piece) -> Piece:
    """``a**b``."""
    growing = base.growing or exponent.number is None
    _check_built(base, exponent, deeper=1)
    if exponent.growing:
        raise RefusedError("an exponential stands in an exponent, which grows beyond all numbers")
    if exponent.number is None:
        return _checked(
            base.expression**exponent.expression, None, max(base.degree, 1), 1, growing, base, exponent, deeper=1
        )
    height = abs(exponent.number)
    if height > LARGEST_POWER:
        raise RefusedError(f"the exponent {exponent.expression} is beyond {LARGEST_POWER}")
    whole = exponent.expression.is_Integer
    degree = base.degree * ceil(height)
    terms = comb(base.terms + int(height) - 1, int(height)) if whole else 1
    _check_size(degree, terms)
    value = _value(lambda a, b: a**b, base, exponent)
    exact = base.expression
    if exact.is_Rational and max(abs(exact.p), exact.q).bit_length() * height > EXACT_BITS:
        exact = sp.Float(exact)
    if value is not None:
        # Known before SymPy works it out, which may take for ever.
        _number(value)
    return _checked(exact**exponent.expression, value, degree, terms, growing, base, exponent, deeper=1)


def call(name: str, argument: Piece) -> Piece:
    """``f(a)`` for one of the functions."""
    symbolic, numeric = FUNCTIONS[name]
    if argument.growing and name not in TAMING:
        raise RefusedError(f"`{name}` contains an exponential, whose values it cannot work out")
    if name == "sqrt":
        return power(argument, Piece(sp.Rational(1, 2), 0.5))
    _check_built(argument, deeper=1)
    number = argument.number
    value = None if number is None else lambda: complex(numeric(number))
    if value is not None:
        _number(value)
    growing = argument.growing or (number is None and name in GROWING)
    degree = max(argument.degree, 1) if number is None else 0
    return _checked(symbolic(argument.expression), value, degree, 1, growing, argument, deeper=1)


def _value(rule: Callable[[complex, complex], complex], one: Piece, other: Piece) -> Callable[[], complex] | None:
    first, second = one.number, other.number
    return None if first is None or second is None else lambda: complex(rule(first, second))


def _check_size(degree: int, terms: int) -> None:
    if degree > HIGHEST_DEGREE:
        raise RefusedError(f"its degree would be {degree}, above {HIGHEST_DEGREE}")
    if terms > MOST_TERMS:
        raise RefusedError(f"it would have more than {MOST_TERMS} terms when multiplied out")


def _check_built(*parts: Piece, deeper: int = 0) -> None:
    """Refuse what would be nested too deeply or written out too long, before SymPy sees it."""
    if max(part.nested for part in parts) + deeper > MOST_NESTED:
        raise RefusedError(f"more than {MOST_NESTED} functions stand inside one another")
    if sum(part.size for part in parts) + 1 > LARGEST_SIZE:
        raise RefusedError(f"it would have more than {LARGEST_SIZE} pieces with all definitions written out")


def _number(value: Callable[[], complex]) -> complex:
    """The value, or a refusal of what double precision cannot hold."""
    try:
        number = value()
    except OverflowError:
        number = complex(cmath.inf)
    except (ZeroDivisionError, ValueError):
        raise RefusedError(NO_VALUE) from None
    if not cmath.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise RefusedError(f"its value is beyond {LARGEST_NUMBER:g}")
    return number


def _checked(
    expression: sp.Expr,
    value: Callable[[], complex] | None,
    degree: int,
    terms: int,
    growing: bool,
    *parts: Piece,
    deeper: int = 0,
) -> Piece:
    """The piece made of `parts`, if it is not too large; numbers that became complicated are worked out."""
    _check_size(degree, terms)
    number = None if value is None else _number(value)
    if expression.has(sp.zoo, sp.oo, sp.nan, -sp.oo):
        raise RefusedError(NO_VALUE)
    if number is None:
        nested = max(part.nested for part in parts) + deeper
        return Piece(expression, None, degree, terms, growing, nested, 1 + sum(part.size for part in parts))
    if number == 0 and expression.is_zero is False:
        raise RefusedError(f"its value is below {1 / LARGEST_NUMBER:g}")
    if expression.count_ops() > EXACT_OPERATIONS:
        expression = sp.Float(number.real) + sp.I * sp.Float(number.imag) if number.imag else sp.Float(number.real)
    return Piece(expression, number)

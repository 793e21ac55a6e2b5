"""Numbers of matrices as a physicist writes them: 1/2, √3/2, and only otherwise 0.618034."""

from fractions import Fraction
from math import isqrt

import sympy as sp

CLOSE = 1e-14
"""Relative distance within which a number is taken for a fraction or a root: some roundings of double precision."""
DENOMINATORS = frozenset((1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 36, 48))
"""Denominators that traces of basis operators have; other decimals, such as 0.3, stay as they were typed."""
LARGEST_UNDER_ROOT = 1000
"""Largest denominator under a root; a random number comes that close to one of these roots once in 10⁸ times."""


def exact(value: complex) -> sp.Expr:
    """A number as a fraction or a root if it is one to rounding, else as a floating-point number.

    Example:
        >>> from largespin.model.exact_numbers import exact
        >>> exact(-0.5), exact(3**0.5 / 2), exact(0.5j)
        (-1/2, sqrt(3)/2, I/2)
    """
    number = complex(value)
    if number.imag == 0.0:
        return _exact_real(number.real)
    return _exact_real(number.real) + sp.I * _exact_real(number.imag)


def _exact_real(value: float) -> sp.Expr:
    fraction = Fraction(value).limit_denominator(max(DENOMINATORS))
    if fraction.denominator in DENOMINATORS and _close(float(fraction), value):
        return sp.Rational(fraction.numerator, fraction.denominator)
    square = Fraction(value * value).limit_denominator(LARGEST_UNDER_ROOT)
    root = float(square) ** 0.5
    if not _is_square(square) and _close(root, abs(value)):
        positive = sp.sqrt(sp.Rational(square.numerator, square.denominator))
        return positive if value > 0 else -positive
    return sp.Float(value)


def _close(guess: float, value: float) -> bool:
    return abs(guess - value) <= CLOSE * abs(value)


def _is_square(fraction: Fraction) -> bool:
    return all(isqrt(part) ** 2 == part for part in (fraction.numerator, fraction.denominator))

"""How does a SymPy scalar become one of heyoka, and what does the Taylor integrator not take?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp

from largespin.errors import LargespinError


class UnsupportedExpressionError(LargespinError):
    """What the Taylor integrator cannot do, but another solver can."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{self.reason[0].upper()}{self.reason[1:]}; use method='auto'.")


@contextmanager
def taylor_needed() -> Iterator[None]:
    """Say of what the Taylor integrator cannot do that nothing else will do it here."""
    try:
        yield
    except UnsupportedExpressionError as error:
        raise LargespinError(f"Argument `model` must suit the Taylor integrator, but {error.reason}.") from error


def translate(expression: sp.Expr, symbols: dict[sp.Symbol, Any]) -> Any:
    """A SymPy scalar as a heyoka expression.

    Numbers stay outermost in every term: heyoka scales a series by a number or parameter cheaply, but multiplies
    (number × parameter) × series as two series.
    """
    import heyoka as hy

    terms = []
    try:
        for term in sp.Add.make_args(expression):
            number, rest = term.as_independent(*symbols, as_Add=False)
            value = _from_sympy(_digestible(rest), symbols)
            terms.append(value if number == 1 else float(number) * value)
    except (TypeError, ValueError) as error:
        raise UnsupportedExpressionError(f"the Taylor integrator cannot differentiate {expression}") from error
    return hy.sum(terms)


def _from_sympy(expression: sp.Expr, symbols: dict[sp.Symbol, Any]) -> Any:
    """heyoka's own conversion, with whole powers from 3 on as products: its power series fails where the base is 0."""
    import heyoka as hy

    known = dict(symbols)
    while powers := [p for p in expression.atoms(sp.Pow) if p.exp.is_Integer and p.exp >= 3]:
        power = min(powers, key=sp.count_ops)
        product = sp.Dummy("power")
        known[product] = hy.prod([_from_sympy(power.base, known)] * int(power.exp))
        expression = expression.xreplace({power: product})
    return hy.from_sympy(expression, known)


def _digestible(expression: sp.Expr) -> sp.Expr:
    """Numbers as floats (heyoka refuses 1/3) and hyperbolic functions that heyoka lacks through cosh and sinh."""
    rare = (sp.sech, sp.csch, sp.coth)
    known = expression.rewrite(list(rare), sp.cosh) if expression.has(*rare) else expression
    return known.replace(lambda e: e.is_number and not e.is_Integer, lambda e: sp.Float(e.evalf(20), 20))

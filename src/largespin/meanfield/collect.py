"""Terms of a printed equation that belong together: added, cancelled, and written once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import sympy as sp

from largespin.meanfield.typeset import Term
from largespin.model.symbols import TIME, Parameter

ROUNDING = 1e-12
"""What is left of numbers that cancel, relative to the largest of them, when it is rounding."""


def collected(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The same sum with every product of variables written once, in the order in which they first occur.

    Args:
        terms: terms as they follow from the derivation; constant ones come last.

    Example:
        >>> import largespin as ls, sympy as sp
        >>> from largespin.meanfield.collect import collected
        >>> from largespin.meanfield.typeset import Term, text_sum
        >>> m, D = sp.Symbol("m_x"), ls.parameter("D")
        >>> text_sum(collected([Term(-D / 2, m), Term(D**2, m), Term(-D / 2, m)]))
        '(D^2 - D) m_x'
    """
    placed = [*_collected_sums(terms), *_collected_products(terms)]
    placed += [(place, term) for place, term in enumerate(terms) if term.literal]
    return tuple(term for _, term in sorted(placed, key=lambda item: (_is_constant(item[1]), item[0])))


def _is_constant(term: Term) -> bool:
    return not term.sum_over and not term.literal and term.expression.free_symbols <= _constants(term.expression)


def _collected_sums(terms: Sequence[Term]) -> list[tuple[int, Term]]:
    """Σ terms over the same summand and with the same variable, added; with the place of the first."""
    found: dict[tuple[object, ...], list[tuple[int, Term]]] = {}
    for place, term in enumerate(terms):
        if term.sum_over:
            upright = _upright(term)
            found.setdefault((upright.sum_over, upright.sum_of, upright.times_symbol), []).append((place, upright))
    added = [(same[0], coefficient([term.factor for _, term in same])) for same in found.values()]
    return [(place, replace(term, factor=factor)) for (place, term), factor in added if factor != 0]


def _upright(term: Term) -> Term:
    """The sign of the summand in front of the sum."""
    *first, last = term.sum_of
    if last.could_extract_minus_sign():
        return replace(term, factor=-term.factor, sum_of=(*first, -last))
    return term


def _collected_products(terms: Sequence[Term]) -> list[tuple[int, Term]]:
    """All other terms, one for each product of variables, with the place of the first in which it occurs."""
    products = {place: term.expression for place, term in enumerate(terms) if not term.sum_over and not term.literal}
    variables = [term.times_symbol for term in terms if term.times_symbol is not None]
    found = _by_variables(products)
    total = sp.Add(*products.values())
    if any(_is_power_of_sum(power) for power in total.atoms(sp.Pow)):
        # What cancels between (a + b)² and its terms shows when it is multiplied out.
        expanded = _by_variables({min(products): sp.expand(total)})
        found = min(found, expanded, key=_length)
    found = _with_quadratures(found)
    return [(place, _term(_short(factor), state, variables)) for state, (place, factor) in found.items()]


def _with_quadratures(found: "Found") -> "Found":
    """``g α m_x ± g α* m_x`` as ``g (α ± α*) m_x``, the quadrature of a mode that papers write."""
    shorter = dict(found)
    for state, (place, factor) in found.items():
        for alpha, power in state.as_powers_dict().items():
            star = sp.Symbol(f"{alpha}*")
            partner = state.xreplace({alpha: star})
            if power != 1 or partner == state or state.has(star) or partner not in shorter or state not in shorter:
                continue
            other = shorter[partner][1]
            if other in (factor, -factor):
                first = min(place, shorter[partner][0])
                del shorter[state], shorter[partner]
                shorter[state / alpha * (alpha + star if other == factor else alpha - star)] = (first, factor)
    return shorter


def _is_power_of_sum(power: sp.Pow) -> bool:
    return isinstance(power.base, sp.Add) and power.exp.is_Integer and bool(power.free_symbols - _constants(power))


Found = dict[sp.Expr, tuple[int, sp.Expr]]
"""Coefficients, with their places, by the product of variables that they multiply."""


def _length(found: Found) -> tuple[int, int]:
    return len(found), sum(int(sp.count_ops(state) + sp.count_ops(factor)) for state, (_, factor) in found.items())


def _by_variables(products: Mapping[int, sp.Expr]) -> Found:
    """Coefficients (numbers, parameters, time) by the product of variables that they multiply; none is zero."""
    found: dict[sp.Expr, list[tuple[int, sp.Expr]]] = {}
    for place, product in products.items():
        for piece in _pieces(product):
            factor, state = _parted(piece, lambda part: part.free_symbols <= _constants(part))
            found.setdefault(state, []).append((place, factor))
    added = {state: (same[0][0], coefficient([factor for _, factor in same])) for state, same in found.items()}
    return {state: (place, factor) for state, (place, factor) in added.items() if factor != 0}


def _short(factor: sp.Expr) -> sp.Expr:
    """``i (g - h)`` for ``2 (i g/2 - i h/2)``: what is common to a sum of parameters stands in front of it."""
    if factor.is_Atom or not any(isinstance(part, sp.Add) for part in sp.Mul.make_args(factor)):
        return factor
    return min((factor, sp.factor_terms(factor)), key=sp.count_ops)


def _pieces(expression: sp.Expr) -> Iterator[sp.Expr]:
    """The products whose sum an expression is; sums of parameters stay in brackets."""
    for part in sp.Add.make_args(expression):
        sums = [f for f in sp.Mul.make_args(part) if isinstance(f, sp.Add) and f.free_symbols - _constants(f)]
        if isinstance(part, sp.Mul) and sums:
            rest = sp.Mul(*(f for f in part.args if f is not sums[0] and f != sums[0]))
            for summand in sums[0].args:
                yield from _pieces(rest * summand)
        else:
            yield part


def _constants(expression: sp.Expr) -> set[sp.Symbol]:
    """Symbols that are no variables of the state."""
    return {s for s in expression.free_symbols if isinstance(s, Parameter) or s == TIME}


def _parted(product: sp.Expr, first: Callable[[sp.Expr], bool]) -> tuple[sp.Expr, sp.Expr]:
    """Two products: of the factors of the first kind, and of the others."""
    parts: tuple[list[sp.Expr], list[sp.Expr]] = ([], [])
    for part in sp.Mul.make_args(product):
        parts[not first(part)].append(part)
    # Factors of a product are in order already; sorting them anew costs most of the time of large models.
    one, other = (sp.Mul._from_args(tuple(kind)) if kind else sp.Integer(1) for kind in parts)
    return one, other


def coefficient(factors: Sequence[sp.Expr]) -> sp.Expr:
    """The sum of some factors, without what is left over when floating-point numbers cancel."""
    if len(factors) == 1:
        return factors[0]
    total = sp.Add(*factors)
    if any(isinstance(factor, sp.Add) for part in sp.Add.make_args(total) for factor in sp.Mul.make_args(part)):
        total = min((total, sp.expand_mul(total)), key=sp.count_ops)
    if not any(factor.has(sp.Float) for factor in factors):
        return total
    numbers: dict[sp.Expr, list[sp.Expr]] = {}
    for factor in factors:
        for part in sp.Add.make_args(sp.expand_mul(factor)):
            number, rest = (
                part.as_independent(*part.free_symbols, as_Add=False) if part.free_symbols else (part, sp.Integer(1))
            )
            numbers.setdefault(rest, []).append(number)
    return sp.Add(*(_number(parts) * rest for rest, parts in numbers.items()))


def _number(parts: Sequence[sp.Expr]) -> sp.Expr:
    if len(parts) == 1:
        return parts[0]
    if not any(part.has(sp.Float) for part in parts):
        return sp.Add(*parts)
    values = [complex(part) for part in parts]
    value, largest = sum(values), max(abs(part) for part in values)
    real, imaginary = (0.0 if abs(x) <= ROUNDING * largest else x for x in (value.real, value.imag))
    if not imaginary:
        return sp.Float(real) if real else sp.Integer(0)
    return (sp.Float(real) if real else sp.Integer(0)) + sp.I * sp.Float(imaginary)


def _term(factor: sp.Expr, state: sp.Expr, variables: Sequence[sp.Expr]) -> Term:
    """The term ``factor · state`` with the variable that turns or decays written last."""
    powers = {s: n for s, n in state.as_powers_dict().items() if s in variables and n.is_Integer and n > 0}
    if not powers:
        return Term(factor * state)
    # m_z² m_x rather than m_x m_z².
    symbol = min(powers, key=lambda s: (powers[s], variables.index(s)))
    last = symbol ** powers[symbol]
    return Term(factor * (state / last), times_symbol=last)

"""From expressions of the model to operators of N particles: averages, quadratures, symmetrised products, functions."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial, reduce
from typing import Any, cast

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.exact.space.fock import symmetrised
from largespin.exact.space.space import Space
from largespin.exact.space.superoperators import CANCELLED, TINY, Superoperator, diagonal
from largespin.model.checks import linear_field
from largespin.model.model import Model
from largespin.model.symbols import TIME, Average, LocalField, Parameter, Quadrature, resolve

IMAGINARY = 1e-7
"""Imaginary parts up to this size come from square roots of zeros that rounding made negative."""


@dataclass(frozen=True)
class Coefficients:
    """Numbers behind parameters, and functions of time behind the displacement of modes.

    Attributes:
        values: parameter values.
        shifts: per quadrature the displacement as a function of time, or a number.
    """

    values: Mapping[Parameter, float]
    shifts: Mapping[sp.Symbol, Callable[[float], float] | float]

    @cached_property
    def _moving(self) -> dict[sp.Symbol, Callable[[float], float]]:
        return {symbol: shift for symbol, shift in self.shifts.items() if callable(shift)}

    @cached_property
    def _fixed(self) -> dict[sp.Symbol, sp.Float]:
        numbers: dict[sp.Symbol, Any] = {p: sp.Float(v) for p, v in self.values.items()}
        return numbers | {s: sp.Float(shift) for s, shift in self.shifts.items() if not callable(shift)}

    def filled(self, expression: sp.Expr) -> sp.Expr:
        """`expression` with numbers for everything that does not move."""
        return resolve(expression).xreplace(self._fixed)

    def is_steady(self, expression: sp.Expr) -> bool:
        """Whether a filled expression is free of time."""
        return not expression.free_symbols & {TIME, *self._moving}

    def number(self, expression: sp.Expr) -> complex:
        """The value of a filled expression without time."""
        value = complex(expression)
        if not np.isfinite(value):
            raise LargespinError(f"The model must have finite coefficients, but {expression} is not finite.")
        return value

    def function(self, expression: sp.Expr) -> Callable[[float], complex]:
        """A filled expression as a function of time."""
        moving = list(self._moving.items())
        compiled = sp.lambdify([TIME, *(symbol for symbol, _ in moving)], expression, "numpy")
        return lambda t: complex(compiled(t, *(shift(t) for _, shift in moving)))


class Operators:
    """Operators of the model on one `Space`, as multiplications from the left.

    Args:
        space: where they act.
        coefficients: parameter values; quadratures are shifted by its displacement first.
    """

    def __init__(self, space: Space, coefficients: Coefficients) -> None:
        self.space, self.coefficients = space, coefficients
        self._offset = {q: q + shift_symbol(q) for mode in space.model.modes for q in (mode.q, mode.p)}

    def average(self, symbol: Average) -> Superoperator:
        """``s = (1/N) Σ_k e_k Σ_{i∈k} A_i``."""
        form, terms = symbol.data, []
        for block, value in enumerate(form.coefficients):
            if value:
                terms.append((value / self.space.particles) * self.space.left(block, form.operator))
        return reduce(lambda a, b: a + b, terms) if terms else 0.0 * self.space.identity

    def is_diagonal(self, symbol: Average) -> bool:
        """Whether the average is a number for every collective level."""
        form = symbol.data
        return all(
            not np.any(turned - np.diag(np.diag(turned)))
            for block, value in enumerate(form.coefficients)
            if value
            for turned in [self.space.turned(block, form.operator)]
        )

    def values(self, symbol: Average) -> FloatArray:
        """A diagonal average for every ket, shape (size,)."""
        form, parts = symbol.data, []
        for block, value in enumerate(form.coefficients):
            own = np.diag(self.space.turned(block, form.operator)).real
            factor: Any = self.space.factors[block]
            parts.append(value / self.space.particles * factor.values(own) if value else 0.0)
        return np.asarray(self.space.sum_of([*parts, *(0.0 for _ in self.space.fock)]))

    def field_values(self, symbol: sp.Symbol, block: int) -> FloatArray:
        """An average or a local field ``Δ_k`` of one block for every ket."""
        if isinstance(symbol, Average):
            return self.values(symbol)
        form = symbol.data
        total = np.full(self.space.size, float(form.constants[block]))
        for average, weight in zip(form.averages, form.matrix[block], strict=True):
            if weight:
                total += weight * self.values(average)
        return total

    def function_values(self, where: str, expression: sp.Expr, block: int = 0, time: float = 0.0) -> Any:
        """A filled function of diagonal averages for every ket; a number if it contains none."""
        fields = sorted((s for s in expression.free_symbols if isinstance(s, Average | LocalField)), key=str)
        compiled = _compiled(expression, tuple(fields))
        # Complex input, so that √(−1e-17) is tiny instead of NaN.
        arrays = [self.field_values(symbol, block).astype(np.complex128) for symbol in fields]
        with np.errstate(all="ignore"):
            result = np.asarray(compiled(time, *arrays), dtype=np.complex128)
        if not np.all(np.isfinite(result)):
            raise LargespinError(
                f"The {where} must be finite for every configuration of {self.space.particles} particles, but it is not."
            )
        if np.abs(result.imag).max() > IMAGINARY:
            raise LargespinError(
                f"The {where} must be real for every configuration of {self.space.particles} particles, but it is "
                "complex for some; check the parameters."
            )
        return result.real

    def terms(self, where: str, expression: sp.Expr) -> list[tuple[sp.Expr, Superoperator]]:
        """Filled coefficients and operators whose sum is `expression` with symmetrised products."""
        shifted = resolve(expression).xreplace(self._offset)
        filled = self.coefficients.filled(shifted)
        symbols = sorted((s for s in filled.free_symbols if isinstance(s, Average | Quadrature)), key=str)
        if not symbols:
            return [(filled, self.space.identity)] if filled != 0 else []
        try:
            polynomial = sp.Poly(filled, *symbols)
        except sp.PolynomialError:
            return self._functions(where, sp.expand(filled))
        if any(s in c.free_symbols for _, c in polynomial.terms() for s in symbols):
            return self._functions(where, sp.expand(filled))
        return [
            (coefficient, self.monomial(dict(zip(symbols, powers, strict=True))))
            for powers, coefficient in polynomial.terms()
            if coefficient != 0
        ]

    def _functions(self, where: str, expression: sp.Expr) -> list[tuple[sp.Expr, Superoperator]]:
        """Terms of a sum of polynomials and functions of diagonal averages."""
        found = []
        for term in sp.Add.make_args(expression):
            symbols = [s for s in term.free_symbols if isinstance(s, Average | Quadrature)]
            if term.is_polynomial(*symbols):
                found += self.terms(where, term)
                continue
            unfit = [str(s) for s in symbols if isinstance(s, Quadrature) or not self.is_diagonal(s)]
            coefficient, rest = term.as_independent(*symbols, as_Add=False)
            if unfit or not self.coefficients.is_steady(rest):
                reason = f"{', '.join(sorted(unfit))} does not commute with it" if unfit else "it contains time"
                raise LargespinError(
                    f"The {where} must be a polynomial, or a function of averages that commute with each other and with "
                    f"the rates, but {term} is not: {reason}."
                )
            found.append((coefficient, diagonal(partial(self.function_values, where, rest))))
        return found

    def monomial(self, powers: Mapping[sp.Symbol, int]) -> Superoperator:
        """The average of a product over all orders of its factors."""
        averages = Counter({s: n for s, n in powers.items() if n and isinstance(s, Average)})
        plain = [s for s in averages if self.is_diagonal(s)]
        parts: list[Superoperator] = []
        if averages and len(plain) == len(averages):
            parts.append(diagonal(lambda: np.prod([self.values(s) ** n for s, n in averages.items()], axis=0)))
        elif averages:
            parts.append(self._symmetrised(averages))
        for index, mode in enumerate(self.space.model.modes):
            q, p = powers.get(mode.q, 0), powers.get(mode.p, 0)
            if q or p:
                matrix = symmetrised(q, p, self.space.fock[index], self.space.particles)
                parts.append(self.space.left_mode(index, matrix))
        return reduce(lambda a, b: a @ b, parts) if parts else self.space.identity

    def _symmetrised(self, factors: Counter[Average]) -> Superoperator:
        # The symmetrised product of n factors is the mean over which of them comes first.
        total = sum(factors.values())
        if total == 1 or len(factors) == 1:
            (symbol,) = factors if len(factors) == 1 else factors.elements()
            return reduce(lambda a, b: a @ b, [self.average(symbol)] * total)
        parts = []
        for symbol, count in factors.items():
            parts.append((count / total) * (self.average(symbol) @ self._symmetrised(factors - Counter([symbol]))))
        return reduce(lambda a, b: a + b, parts)


def shift_symbol(quadrature: Quadrature) -> sp.Symbol:
    """The symbol of a quadrature's displacement."""
    return sp.Symbol(f"displacement of {quadrature.name}", real=True)


# As many functions as models with dozens of rates have; each is compiled for all points of a grid once.
@lru_cache(maxsize=128)
def _compiled(expression: sp.Expr, fields: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    return cast("Callable[..., Any]", sp.lambdify([TIME, *fields], expression, "numpy"))


def rotations(model: Model, coefficients: Coefficients | None = None) -> tuple[ComplexArray, ...]:
    """Per block the basis in which everything that rates depend on is diagonal; refused if there is none.

    Without `coefficients` parameters count as one: they matter only where a rate mixes averages of different operators.
    """
    known = coefficients or Coefficients(dict.fromkeys(model.parameters.values(), 1.0), {})
    blocks = model.particles.number_of_blocks
    wanted: list[dict[str, ComplexArray]] = [{} for _ in range(blocks)]
    for number, jump in enumerate(model.jumps, start=1):
        where = f"amplitude of jump {jump.name or number}"
        field = linear_field(where, known.filled(jump.amplitude))
        if field.has(TIME):
            raise LargespinError(
                f"The {where} must depend on one operator at all times, but {field} turns with time: no fixed basis makes "
                "it diagonal."
            )
        for target in range(blocks):
            for block in range(blocks):
                operator = _in_block(field, target, block, model.particles.levels)
                if np.any(operator):
                    wanted[block][f"the field of jump {jump.name or number} in block {target}"] = operator
    return tuple(_common_basis(found, model.particles.levels, block) for block, found in enumerate(wanted))


def _in_block(field: sp.Expr, target: int, block: int, levels: int) -> ComplexArray:
    """The operator of one particle of `block` in the field ``Δ_target``, up to a factor."""
    total = np.zeros((levels, levels), dtype=np.complex128)
    for symbol in field.free_symbols:
        slope = float(sp.diff(field, symbol))
        if isinstance(symbol, Average):
            total += slope * symbol.data.coefficients[block] * symbol.data.operator
        elif isinstance(symbol, LocalField):
            for average, weight in zip(symbol.data.averages, symbol.data.matrix[target], strict=True):
                total += slope * weight * average.data.coefficients[block] * average.data.operator
    return total


def _common_basis(operators: Mapping[str, ComplexArray], levels: int, block: int) -> ComplexArray:
    """Joint eigenvectors (d, d) of commuting Hermitian matrices; the identity if all are diagonal."""
    names, matrices = list(operators), list(operators.values())
    for i, first in enumerate(matrices):
        for j in range(i):
            second = matrices[j]
            size = float(np.abs(first).max() * np.abs(second).max())
            if np.abs(first @ second - second @ first).max() > CANCELLED * size:
                raise LargespinError(
                    f"The rates must depend on averages that commute, but {names[j]} and {names[i]} do not commute in block "
                    f"{block}: no basis makes both numbers, and the exact solution at finite N has no occupation numbers."
                )
    if all(not np.any(m - np.diag(np.diag(m))) for m in matrices):
        return np.eye(levels, dtype=np.complex128)
    weights = np.random.default_rng(0).uniform(1.0, 2.0, size=len(matrices))
    mixed = sum(w * m / max(np.abs(m).max(), TINY) for w, m in zip(weights, matrices, strict=True))
    vectors = np.linalg.eigh(mixed)[1]
    return np.asarray(vectors[:, ::-1], dtype=np.complex128)

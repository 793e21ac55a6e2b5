"""How terms of printed equations look, as text and as LaTeX."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp
from sympy.printing.pretty.pretty_symbology import greek_unicode
from sympy.printing.str import StrPrinter

from largespin.model.symbols import Parameter

DIGITS = 6
"""Digits of floating-point numbers in print; the expressions behind them keep all."""


class TextPrinter(StrPrinter):
    """Products with spaces and Greek letters: ``2 Ω m_{k,y}``, ``cosh(β ΔE_k)``."""

    def _print_Symbol(self, symbol: sp.Symbol) -> str:
        return greek(symbol.name)

    _print_Quantity = _print_Average = _print_LocalField = _print_Parameter = _print_Quadrature = _print_Symbol

    def _print_Float(self, number: sp.Float) -> str:
        return f"{float(number):.{DIGITS}g}"

    def _print_ImaginaryUnit(self, expr: sp.Expr) -> str:
        return "i"

    def _print_Mul(self, expr: sp.Mul) -> str:
        numerator, denominator = sp.fraction(expr)
        number, rest = numerator.as_coeff_Mul()
        sign = "-" if number.is_negative else ""
        number = abs(number)
        factors = [self._factor(f) for f in _ordered(rest)]
        if denominator.is_number and denominator != 1:
            factors.insert(0, f"{self._print(number)}/{self.parenthesize(denominator, 60)}")
            denominator = sp.Integer(1)
        elif number != 1 or not factors:
            factors.insert(0, self._print(number))
        text = sign + " ".join(factors)
        if denominator != 1:
            bottom = self._print(denominator)
            text += f"/({bottom})" if isinstance(denominator, sp.Add | sp.Mul) else f"/{bottom}"
        return text

    def _factor(self, factor: sp.Expr) -> str:
        text = self._print(factor)
        return f"({text})" if isinstance(factor, sp.Add | sp.Mul) else text

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if expr.exp == sp.Rational(1, 2):
            return f"√{self._factor(expr.base)}"
        if expr.exp.is_Integer and expr.exp > 0:
            base = self._factor(expr.base)
            return f"({base})^{expr.exp}" if base.endswith("*") else f"{base}^{expr.exp}"
        return str(super()._print_Pow(expr, rational=rational)).replace("**", "^")


def _ordered(product: sp.Expr) -> list[sp.Expr]:
    """Factors in reading order: i, roots of numbers, parameters, then sums, functions and variables."""
    if product == 1:
        return []
    factors = list(product.args) if isinstance(product, sp.Mul) else [product]
    return sorted(
        factors, key=lambda f: (f != sp.I, not f.is_number, not _is_parameter(f), isinstance(f, sp.Add), str(f))
    )


def _is_parameter(factor: sp.Expr) -> bool:
    return all(isinstance(symbol, Parameter) for symbol in factor.free_symbols)


_LETTERS = "|".join(sorted((word for word in greek_unicode if len(word) > 1), key=len, reverse=True))
_GREEK = re.compile(rf"(?<![A-Za-z])({_LETTERS})(?![a-z])")


def greek(name: str) -> str:
    """Letters written out become Greek: ``Omega_mu`` → ``Ω_μ``, ``DeltaE_k`` → ``ΔE_k``."""
    return _GREEK.sub(lambda match: greek_unicode[match.group(1)], name)


@dataclass(frozen=True)
class Term:
    """``factor · Σ_index (a b …) · symbol``, or a literal right-hand side.

    Attributes:
        factor: the coefficient.
        times_symbol: the variable it multiplies, or a power of it, written last.
        sum_over: index of a sum ("" if none).
        sum_of: what is summed, factors in reading order.
        literal: text that stands for the whole term, with Greek letters written out.
    """

    factor: sp.Expr
    times_symbol: sp.Expr | None = None
    sum_over: str = ""
    sum_of: tuple[sp.Expr, ...] = ()
    literal: str = ""

    def times(self, factor: sp.Expr, symbol: sp.Symbol) -> "Term":
        """The term multiplied by a number and a variable."""
        return replace(self, factor=self.factor * factor, times_symbol=symbol)

    @property
    def expression(self) -> sp.Expr:
        """The term as a SymPy expression, without the sum over an index."""
        return self.factor if self.times_symbol is None else self.factor * self.times_symbol

    def text(self) -> str:
        """The term as text, with its sign."""
        if self.literal:
            return greek(self.literal)
        return self._written(TextPrinter().doprint, f"Σ_{greek(self.sum_over)}", " ", ("(", ")"))

    def latex(self) -> str:
        """The term as LaTeX, with its sign."""
        if self.literal:
            return _latex_name(self.literal)
        return self._written(_latex, rf"\sum_{{{_latex_name(self.sum_over)}}}", r"\, ", (r"\left(", r"\right)"))

    def _written(self, show: Callable[[sp.Expr], str], sigma: str, joint: str, brackets: tuple[str, str]) -> str:
        sign, factor = _signed(self.factor)
        alone = self.times_symbol is None and not self.sum_over

        def bracketed(expression: sp.Expr) -> str:
            body = show(expression)
            return f"{brackets[0]}{body}{brackets[1]}" if isinstance(expression, sp.Add) else body

        parts = []
        if alone:
            parts.append(show(factor) if not (sign and isinstance(factor, sp.Add)) else bracketed(factor))
        elif factor != 1:
            parts.append(bracketed(factor))
        if self.sum_over:
            parts.append(" ".join([sigma, *(bracketed(part) for part in self.sum_of)]))
        if self.times_symbol is not None:
            parts.append(show(self.times_symbol))
        return sign + joint.join(parts)


def _signed(factor: sp.Expr) -> tuple[str, sp.Expr]:
    """``−(iΩ + κ/2)`` instead of ``−iΩ − κ/2``."""
    if all(part.could_extract_minus_sign() for part in sp.Add.make_args(factor)):
        return "-", -factor
    return "", factor


def _latex(expression: sp.Expr) -> str:
    # SymPy orders products by name; the proxies put parameters first, as papers do (β ΔE, not ΔE β).
    ordered = {s: sp.Symbol(f"{0 if isinstance(s, Parameter) else 1}{s.name}") for s in expression.free_symbols}
    names = {ordered[s]: _latex_name(s.name) for s in ordered}
    rounded = {x: sp.Float(f"{float(x):.{DIGITS}g}") for x in expression.atoms(sp.Float)}
    return str(sp.latex(expression.xreplace(ordered | rounded), imaginary_unit="i", symbol_names=names))


def _latex_name(text: str) -> str:
    """``DeltaE_k`` → ``\\Delta E_{k}``, ``alpha_mu*`` → ``{\\alpha_{\\mu}^{*}}``."""
    text = text.replace("Σ_", "\\sum_").replace("C^-1", "C^{-1}").replace("\\sum_mu,nu", "\\sum_{mu,nu}")
    # Two subscripts in a row are no LaTeX: m_1_z becomes m_{1,z}.
    text = re.sub(r"_([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)", lambda found: f"_{{{found[1].replace('_', ',')}}}", text)
    text = _GREEK.sub(r"\\\1 ", text).replace(" }", "}").replace(" _", "_")
    if text.endswith("*"):
        text = f"{{{text[:-1].strip()}^{{*}}}}"
    return text.strip().replace(" ,", ",")


def text_sum(terms: Sequence[Term]) -> str:
    """Terms joined by plus and minus."""
    return _joined([term.text() for term in terms])


def latex_sum(terms: Sequence[Term]) -> str:
    """Terms joined by plus and minus, in LaTeX."""
    return _joined([term.latex() for term in terms])


def _joined(parts: list[str]) -> str:
    if not parts:
        return "0"
    result = parts[0]
    for part in parts[1:]:
        result += f" - {part[1:].lstrip()}" if part.startswith("-") else f" + {part}"
    return result

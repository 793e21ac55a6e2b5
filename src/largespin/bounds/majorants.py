r"""Rates as sums of ``c xⁿ e^{λx}``, and the majorants ``γ(δ) = Σ_n |c_n| δⁿ`` of their power series.

Source: FMLC23 Eq. 15.
"""

from collections.abc import Mapping

import numpy as np
import sympy as sp

X = sp.Symbol("x", real=True)
"""What rates depend on: Δ in the library's basis."""
ExponentialPolynomial = Mapping[tuple[int, complex], complex]
"""``Σ c xⁿ e^{λx}`` as ``{(n, λ): c}``."""
STEEPEST = 1e4
"""Largest |λ|δ for which ``γ(δ)`` is summed: from 709 on ``e^{|λ|δ}`` exceeds the largest number, unless the shift of Δ
takes as much away, and beyond this no shift of a sensible model does."""
ORDERS = (8.0, 60)
"""Orders that are summed, ``8 |λ|δ + 60``: beyond n = e²|λ|δ a term of the exponential series is below ``e^{−n}``, and the
60 more leave ``e^{−60}`` where |λ|δ is small."""


def exponential_polynomial(expression: sp.Expr) -> dict[tuple[int, sp.Expr], sp.Expr] | None:
    """``Σ c xⁿ e^{λx}`` as ``{(n, λ): c}``, or None if the expression in x is not of this form.

    Example:
        >>> import sympy as sp
        >>> from largespin.bounds.majorants import X, exponential_polynomial
        >>> exponential_polynomial(X**2 + 3 * sp.exp(2 * X + 1))
        {(2, 0): 1, (0, 2): 3*E}
    """
    terms: dict[tuple[int, sp.Expr], sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(expression.rewrite(sp.exp))):
        coefficient, power, exponent = sp.Integer(1), 0, sp.Integer(0)
        for factor in sp.Mul.make_args(term):
            base, index = factor.as_base_exp()
            if not factor.has(X):
                coefficient *= factor
            elif base == X and index.is_Integer and index > 0:
                power += int(index)
            elif base == sp.E:
                exponent += index
            else:
                return None
        if not exponent.is_polynomial(X) or sp.degree(exponent, X) > 1:
            return None
        rate, constant = sp.diff(exponent, X), exponent.subs(X, 0)
        key = (power, sp.expand(rate))
        terms[key] = terms.get(key, sp.Integer(0)) + coefficient * sp.exp(constant)
    return terms


def evaluated(
    terms: Mapping[tuple[int, sp.Expr], sp.Expr], known: Mapping[sp.Symbol, float]
) -> dict[tuple[int, complex], complex]:
    """An exponential polynomial with a number for every parameter."""
    numeric: dict[tuple[int, complex], complex] = {}
    for (power, rate), coefficient in terms.items():
        key = (power, complex(rate.subs(known)))
        numeric[key] = numeric.get(key, 0.0) + complex(coefficient.subs(known))
    return numeric


def majorant(terms: ExponentialPolynomial, shift: float, reach: float) -> tuple[float, float, float]:
    """``γ(δ), δγ'(δ), δ²γ''(δ)`` with ``γ(z) = Σ_n |c_n| |z|ⁿ`` for ``Γ(shift + z) = Σ_n c_n zⁿ`` and δ = `reach`.

    A constant part of Δ is put into Γ: that is allowed, and smaller than counting it in δ. Source: FMLC23 Eq. 15.

    Example:
        >>> from largespin.bounds.majorants import majorant
        >>> majorant({(1, 0.0): 1.0}, 2.0, 3.0)  # Γ(x) = x at x = 2 + z, |z| ≤ 3
        (5.0, 3.0, 0.0)
    """
    degree = max(power for power, _ in terms)
    steepest = max(abs(rate) for _, rate in terms) * reach
    if not np.isfinite(steepest) or steepest > STEEPEST:
        return np.inf, np.inf, np.inf
    orders = np.arange(degree + int(ORDERS[0] * steepest) + ORDERS[1])
    logs = np.concatenate([[0.0], np.cumsum(np.log(orders[1:]))])
    total = np.zeros(orders.size, dtype=np.complex128)
    for (power, rate), coefficient in terms.items():
        argument = rate * reach
        series = np.exp(orders * np.log(complex(argument)) - logs) if argument else (orders == 0).astype(np.complex128)
        binomial = np.asarray((np.poly1d([reach, shift]) ** power).coeffs[::-1]) if power else np.ones(1)
        total += coefficient * np.exp(rate * shift) * np.convolve(series, binomial)[: orders.size]
    sizes = np.abs(total.real)
    return float(sizes.sum()), float((orders * sizes).sum()), float((orders * (orders - 1) * sizes).sum())

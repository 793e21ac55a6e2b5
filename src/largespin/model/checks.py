"""What a model's expressions may contain: checked once, at birth, each refusal with its cure."""

from collections.abc import Iterable

import numpy as np
import sympy as sp

from largespin.errors import LargespinError
from largespin.model.mode import Mode
from largespin.model.particles import Particles
from largespin.model.symbols import TIME, Average, LocalField, Parameter, Quadrature, Quantity, resolve

_DRAWS, _STATES = 6, 6
_KINKS = (sp.Abs, sp.sign, sp.Heaviside, sp.DiracDelta, sp.Max, sp.Min, sp.Piecewise, sp.floor, sp.ceiling)


def check_symbols(
    where: str, expression: sp.Expr, particles: Particles, modes: Iterable[Mode], allowed: tuple[type, ...]
) -> None:
    """Refuse symbols that mean nothing to the model, naming them."""
    names = {mode.name for mode in modes}
    check_smooth(where, expression)
    for symbol in sorted(expression.free_symbols, key=str):
        if symbol == TIME:
            continue
        if not isinstance(symbol, Quantity):
            raise LargespinError(
                f"The {where} contains the unknown symbol `{symbol}`; declare it with "
                f"`ls.parameter('{symbol}')`, or use an average, a mode or `ls.time`."
            )
        if isinstance(symbol, LocalField) and LocalField not in allowed:
            raise LargespinError(
                f"The {where} must be one number for the whole system, but `{symbol}` differs from block to block."
            )
        if not isinstance(symbol, (*allowed, Parameter)):
            raise LargespinError(f"The {where} may not depend on `{symbol}`: only {_words(allowed)} are allowed.")
        if isinstance(symbol, Quadrature) and symbol.data.mode not in names:
            raise LargespinError(f"The {where} uses mode '{symbol.data.mode}', which is not in `modes`.")
        for average in averages_of(symbol):
            if not np.array_equal(average.data.weights, particles.weights) or (
                average.data.operator.shape[0] != particles.levels
            ):
                raise LargespinError(f"The {where} uses `{average}`, an average of other particles than the model's.")


def averages_of(symbol: sp.Basic) -> tuple[Average, ...]:
    """The averages behind a symbol."""
    if isinstance(symbol, Average):
        return (symbol,)
    if isinstance(symbol, LocalField):
        return tuple(symbol.data.averages)
    return ()


def _words(allowed: tuple[type, ...]) -> str:
    words: dict[type, str] = {Average: "averages", LocalField: "local fields", Quadrature: "mode quadratures"}
    return ", ".join(words[kind] for kind in allowed) + ", parameters and time"


def real_part(where: str, expression: sp.Expr) -> sp.Expr:
    """`expression` without its vanishing imaginary part; refused if that part does not vanish."""
    if not expression.has(sp.I) and expression.is_real is not False:
        return expression
    real, imaginary = sp.expand(expression).as_real_imag()
    imaginary = sp.simplify(imaginary)
    if imaginary != 0 and any(abs(v) > 1e-10 for v in samples(imaginary)):
        raise LargespinError(f"The {where} must be real, but its imaginary part is {imaginary}.")
    return real


def samples(expression: sp.Expr) -> list[complex]:
    """Values of `expression` at random points where every average lies inside its spectrum."""
    return [value for draw in range(_DRAWS) for value in _values(resolve(expression), draw)]


def _values(expression: sp.Expr, draw: int) -> list[complex]:
    """Values for several states at one choice of the parameters."""
    symbols = sorted(expression.free_symbols, key=str)
    fields = [s for s in symbols if isinstance(s, Average | LocalField)]
    generator = np.random.default_rng(20260 + draw)
    fixed = {s: _parameter_value(s, generator, draw) for s in symbols if s not in fields}
    points = [{**fixed, **{s: _state_value(s, generator, edge) for s in fields}} for edge in range(_STATES)]
    return [complex(expression.evalf(subs=point)) for point in points] if symbols else [complex(expression)]


def _state_value(symbol: sp.Symbol, generator: np.random.Generator, edge: int) -> float:
    """A value the average can take: zero field first, then both ends of the range, then random ones."""
    low, high = field_range(symbol)
    return (min(max(0.0, low), high), low, high)[edge] if edge < 3 else float(generator.uniform(low, high))


def _parameter_value(symbol: sp.Symbol, generator: np.random.Generator, draw: int) -> float:
    """The default or a number near it; without a default small numbers and numbers around one."""
    default = symbol.data.default if isinstance(symbol, Parameter) else None
    if default is not None:
        return float(default) * (1.0 if draw == 0 else float(generator.uniform(0.9, 1.1)))
    ranges = ((0.3, 1.7), (0.05, 0.95), (0.3, 1.7), (0.05, 0.95), (1.0, 10.0), (-1.7, -0.3))
    low, high = ranges[0] if symbol.is_nonnegative and draw == 5 else ranges[draw]
    return float(generator.uniform(low, high))


def field_range(symbol: sp.Symbol) -> tuple[float, float]:
    """The interval in which the symbol's values lie for any state of the particles."""
    if isinstance(symbol, Average):
        form = symbol.data
        ends = np.linalg.eigvalsh(form.operator)[[0, -1]]
        extremes = np.outer(form.weights * form.coefficients, ends)
        return float(extremes.min(axis=1).sum()), float(extremes.max(axis=1).sum())
    if isinstance(symbol, LocalField):
        form = symbol.data
        bounds = np.array([field_range(s) for s in form.averages]).reshape(-1, 2)
        products = form.matrix[:, :, None] * bounds[None]
        low = form.constants + products.min(axis=2).sum(axis=1)
        high = form.constants + products.max(axis=2).sum(axis=1)
        return float(low.min()), float(high.max())
    return 0.3, 1.7


def check_smooth(where: str, expression: sp.Expr) -> None:
    """Refuse kinks and jumps as functions of the state, where the equations have no derivative."""
    for part in expression.atoms(*_KINKS):
        if any(isinstance(s, Average | LocalField | Quadrature) for s in part.free_symbols):
            raise LargespinError(f"The {where} must be a smooth function of the state, but {part} is not.")


def checked_amplitude(where: str, amplitude: sp.Expr) -> sp.Expr:
    """The real amplitude Γ; refused if not real, not finite, or no function of one linear combination Δ.

    Γ must be real and finite for every state at some values of the parameters; which values are allowed is the user's
    knowledge.
    """
    real = real_part(where, amplitude)
    linear_field(where, real)
    trouble = ""
    for draw in range(_DRAWS):
        try:
            values = _values(resolve(real), draw)
        except (TypeError, ValueError, ZeroDivisionError):
            values = [complex(np.nan)]
        if not all(np.isfinite(v) for v in values):
            trouble = trouble or f"must be finite for every state, but {amplitude} is not"
        elif any(abs(v.imag) > 1e-10 for v in values):
            trouble = trouble or f"must be real for every state, but {amplitude} becomes complex"
        else:
            return real
    raise LargespinError(f"The {where} {trouble}.")


def linear_field(where: str, amplitude: sp.Expr) -> sp.Expr:
    """The linear combination ``Δ`` of averages through which ``Γ(Δ)`` depends on the state (0 if it does not).

    The theorems hold for functions of one linear combination. Γ is one exactly if the ratios of its derivatives are
    constants.
    """
    fields = sorted((s for s in amplitude.free_symbols if isinstance(s, Average | LocalField)), key=str)
    fields = [s for s in fields if not _is_constant(s)]
    if not fields:
        return sp.Integer(0)
    slopes = [sp.diff(amplitude, s) for s in fields]
    ratios = [sp.simplify(slope / slopes[0]) for slope in slopes]
    if any(ratio.free_symbols & set(fields) for ratio in ratios):
        names = ", ".join(f"`{s}`" for s in fields)
        raise LargespinError(
            f"The {where} must depend on the state through one linear combination of averages, but {amplitude} "
            f"depends on {names} separately; split it into several jumps or rewrite it as a function of a sum."
        )
    return sp.Add(*(ratio * s for ratio, s in zip(ratios, fields, strict=True)))


def _is_constant(symbol: sp.Symbol) -> bool:
    return isinstance(symbol, LocalField) and not symbol.data.averages


def check_names(symbols: Iterable[Quantity]) -> None:
    """Refuse two different meanings under one name, which would make results and printed equations ambiguous."""
    seen: dict[str, Quantity] = {}
    keys: dict[str, Parameter] = {}
    for symbol in symbols:
        other = seen.setdefault(symbol.name, symbol)
        if other != symbol:
            raise LargespinError(
                f"Two different quantities of the model are both called `{symbol}`; give one another name with `symbol=`."
            )
        if isinstance(symbol, Parameter) and symbol.data.definition is None:
            first = keys.setdefault(symbol.key, symbol)
            if first != symbol:
                raise LargespinError(
                    f"The parameters `{first}` and `{symbol}` are both given as `{symbol.key}`; give one another key."
                )

"""The mean-field equations as a heyoka system, compiled once per model, tolerance and batch size."""

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.derive import MeanField, mean_field, resolved
from largespin.model.model import Model
from largespin.model.operators import structure_constants
from largespin.model.symbols import TIME

COMPACT_FROM = 64
"""Number of variables from which heyoka's compact mode is used: slower code, but compiled in linear time."""


class UnsupportedExpressionError(LargespinError):
    """The model uses a function that the Taylor integrator cannot differentiate; another solver can."""

    def __init__(self, expression: sp.Expr) -> None:
        self.reason = f"the Taylor integrator cannot differentiate {expression}"
        super().__init__(f"{self.reason[0].upper()}{self.reason[1:]}; use method='implicit' for this model.")


def translate(expression: sp.Expr, symbols: dict[sp.Symbol, Any]) -> Any:
    """A SymPy scalar as a heyoka expression."""
    import heyoka as hy

    # heyoka refuses rationals such as 1/3 but takes floats.
    numeric = expression.replace(lambda e: e.is_Rational and not e.is_Integer, lambda e: sp.Float(e, 17))
    numeric = numeric.replace(lambda e: e.is_NumberSymbol, lambda e: sp.Float(e.evalf(20), 20))
    numeric = numeric.rewrite([sp.sech, sp.csch, sp.coth], sp.cosh) if numeric.has(sp.sech, sp.csch, sp.coth) else numeric
    numeric = numeric.subs(sp.sqrt(2), sp.sqrt(2).evalf(20)) if numeric.has(sp.sqrt(2)) else numeric
    try:
        return hy.from_sympy(numeric, symbols)
    except (TypeError, ValueError) as error:
        raise UnsupportedExpressionError(expression) from error


@dataclass(frozen=True, eq=False)
class TaylorSystem:
    """The mean-field equations as heyoka expressions.

    Attributes:
        rows: ``(variable, right-hand side)`` in the order of the state vector.
        averages: the averages ``s_p`` as expressions.
        constants: expressions in the parameters alone, such as 1/T. They are computed once per run and follow the
            parameters in the integrator's parameter vector; left inside they would cost a Taylor series each.
    """

    rows: list[tuple[Any, Any]]
    averages: list[Any]
    constants: list[sp.Expr]


class _Constants:
    """Replaces what depends on parameters alone by one symbol each."""

    def __init__(self, equations: MeanField) -> None:
        self.parameters = frozenset(equations.parameters)
        self.found: dict[sp.Expr, sp.Symbol] = {}

    def hoist(self, expression: sp.Expr) -> sp.Expr:
        if not expression.free_symbols or expression.is_Symbol:
            return expression
        if expression.free_symbols and expression.free_symbols <= self.parameters:
            return self.found.setdefault(expression, sp.Dummy(f"constant_{len(self.found)}"))
        if not isinstance(expression, sp.Add | sp.Mul):
            return expression.func(*(self.hoist(argument) for argument in expression.args))
        own = [x for x in expression.args if x.free_symbols <= self.parameters]
        others = [self.hoist(x) for x in expression.args if x not in own]
        return expression.func(self.hoist(expression.func(*own)), *others)


def heyoka_system(equations: MeanField, probes: int = 0) -> TaylorSystem:
    """The heyoka expressions of `equations`.

    Args:
        equations: the derived mean-field equations.
        probes: number of further particles per block that feel the averages without contributing to them; their
            Bloch vectors follow the state vector, block by block.
    """
    import heyoka as hy

    particles = equations.model.particles
    blocks, components = particles.number_of_blocks, particles.number_of_components
    m = [[hy.expression(f"m_{k}_{a}") for a in range(components)] for k in range(blocks)]
    quadratures = [hy.expression(f"x_{i}") for i in range(len(equations.quadratures))]
    averages = _averages(equations, m)
    constants = _Constants(equations)
    force_expressions = [constants.hoist(force) for force in resolved(equations.forces)]
    rates = [constants.hoist(rate) for rate in resolved(equations.rates)]
    mode_rates = [constants.hoist(rate) for rate in resolved(tuple(x for pair in equations.mode_rates for x in pair))]
    parameters = [*equations.parameters, *constants.found.values()]
    symbols: dict[sp.Symbol, Any] = {TIME: hy.time}
    symbols |= dict(zip(parameters, [hy.par[i] for i in range(len(parameters))], strict=True))
    symbols |= dict(zip(equations.quadratures, quadratures, strict=True))
    symbols |= dict(zip(equations.averages, averages, strict=True))
    forces = [translate(force, symbols) for force in force_expressions]
    rows = []
    for k in range(blocks):
        rows += zip(m[k], _block_equations(equations, k, m[k], forces, rates, averages, symbols), strict=True)
    rows += [(x, translate(rate, symbols)) for x, rate in zip(quadratures, mode_rates, strict=True)]
    for k, probe in np.ndindex(blocks, probes):
        own = [hy.expression(f"probe_{k}_{probe}_{a}") for a in range(components)]
        rows += zip(own, _block_equations(equations, k, own, forces, rates, averages, symbols), strict=True)
    return TaylorSystem(rows, averages, list(constants.found))


def _averages(equations: MeanField, m: list[list[Any]]) -> list[Any]:
    import heyoka as hy

    weighted = equations.coefficients * equations.model.particles.weights
    result = []
    for row, operator in zip(weighted, equations.operators, strict=True):
        parts = [
            float(c * operator[a]) * m[k][a - 1]
            for k, c in enumerate(row)
            for a in range(1, operator.size)
            if c * operator[a] != 0.0
        ]
        constant = float(row.sum() * operator[0])
        result.append(hy.sum([*parts, hy.expression(constant)] if constant else parts or [hy.expression(0.0)]))
    return result


def _block_equations(
    equations: MeanField,
    k: int,
    m: list[Any],
    forces: list[Any],
    rates: list[sp.Expr],
    averages: list[Any],
    symbols: dict[sp.Symbol, Any],
) -> list[Any]:
    import heyoka as hy

    terms: list[list[Any]] = [[] for _ in m]
    for (a, c), turn in _turning(equations, k, forces).items():
        terms[a].append(turn * m[c])
        terms[c].append(-(turn * m[a]))
    local = dict(symbols)
    for symbol in equations.local_fields:
        local[symbol] = _local_field(symbol, k, averages, equations)
    local_rates = [translate(rate, local) for rate in rates]
    for term in equations.drift:
        value = term.factor * local_rates[term.rate]
        terms[term.component].append(value * m[term.source - 1] if term.source else value)
    return [hy.sum(parts) if parts else hy.expression(0.0) for parts in terms]


def _turning(equations: MeanField, k: int, forces: list[Any]) -> dict[tuple[int, int], Any]:
    """The antisymmetric matrix ``Σ_b f_abc B_{k,b}``, entries a < c that do not vanish identically."""
    import heyoka as hy

    constants = structure_constants(equations.model.particles.levels)
    active = [p for p, force in enumerate(equations.forces) if force != 0]
    operators = equations.operators[active, 1:] * equations.coefficients[active, k, None]
    weights = np.einsum("abc,pb->acp", constants, operators)
    entries = {}
    for a, c in zip(*np.nonzero(np.any(weights != 0.0, axis=-1)), strict=True):
        if a < c:
            row = weights[a, c]
            entries[int(a), int(c)] = hy.sum([float(row[i]) * forces[active[i]] for i in np.flatnonzero(row)])
    return entries


def _local_field(symbol: Any, k: int, averages: list[Any], equations: MeanField) -> Any:
    import heyoka as hy

    form = symbol.data
    positions = [equations.averages.index(s) for s in form.averages]
    parts = [float(e) * averages[p] for e, p in zip(form.matrix[k], positions, strict=True) if e != 0.0]
    if form.constants[k] or not parts:
        parts.append(hy.expression(float(form.constants[k])))
    return hy.sum(parts)


@lru_cache(maxsize=32)
def _system(model: Model) -> TaylorSystem:
    return heyoka_system(mean_field(model))


@lru_cache(maxsize=32)
def _constant_function(model: Model) -> Any:
    return sp.lambdify(mean_field(model).parameters, _system(model).constants, modules="numpy", dummify=True)


def taylor_parameters(model: Model, parameters: FloatArray) -> FloatArray:
    """Parameter vectors (…, number of parameters) followed by the constants that the integrator wants."""
    constants = _system(model).constants
    if not constants:
        return parameters
    values = _constant_function(model)(*np.moveaxis(parameters, -1, 0))
    columns = [np.broadcast_to(np.asarray(value, dtype=np.float64), parameters.shape[:-1]) for value in values]
    return np.concatenate([parameters, np.stack(columns, axis=-1)], axis=-1)


@lru_cache(maxsize=32)
def _compiled(model: Model, tolerance: float, batch: int, events: tuple[Any, ...]) -> Any:
    import heyoka as hy

    equations, system = mean_field(model), _system(model)
    size, count = len(system.rows), len(equations.parameters) + len(system.constants)
    options: dict[str, Any] = {"tol": tolerance, "compact_mode": size >= COMPACT_FROM}
    if batch == 1:
        if events:
            options["t_events"] = [event.compiled(equations, system.rows, system.averages) for event in events]
        return hy.taylor_adaptive(system.rows, np.zeros(size), pars=np.zeros(count), **options)
    return hy.taylor_adaptive_batch(system.rows, np.zeros((size, batch)), pars=np.zeros((count, batch)), **options)


def integrator(model: Model, tolerance: float, batch: int = 1, events: tuple[Any, ...] = ()) -> Any:
    """A fresh copy of the compiled integrator (`batch` states at once); the compilation is remembered."""
    return deepcopy(_compiled(model, tolerance, batch, events))

"""The mean-field equations as a heyoka system, compiled once per model, tolerance and batch size."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField, mean_field, resolved
from largespin.meanfield.scalars import Table
from largespin.meanfield.translate import UnsupportedExpressionError as UnsupportedExpressionError
from largespin.meanfield.translate import translate
from largespin.model.operators import structure_constants
from largespin.model.symbols import TIME

if TYPE_CHECKING:
    from largespin.meanfield.flow import Flow

COMPACT_FROM = 64
"""Number of variables from which a system counts as large."""
COMPACT_TERMS = 5000
"""Number of nodes in the right-hand sides from which it does."""


@dataclass(frozen=True, eq=False)
class TaylorSystem:
    """The mean-field equations as heyoka expressions.

    Attributes:
        rows: ``(variable, right-hand side)`` in the order of the state vector.
        averages: the averages ``s_p`` as expressions.
    """

    rows: list[tuple[Any, Any]]
    averages: list[Any]

    @property
    def is_large(self) -> bool:
        """Whether heyoka's compact mode pays: about half as fast, but compiled in seconds whatever the size.

        Measured: three levels in four blocks (32 variables) compile in 0.4 s instead of 8 s.
        """
        return len(self.rows) >= COMPACT_FROM or sum(len(rhs) for _, rhs in self.rows) > COMPACT_TERMS


@dataclass(frozen=True, eq=False)
class TaylorScalars:
    """The scalars of a model as heyoka expressions in object arrays (see `largespin.meanfield.scalars.Scalars`)."""

    equations: MeanField

    @cached_property
    def bloch(self) -> Any:
        """The variables of the particles, shape (K, d²−1)."""
        import heyoka as hy

        particles = self.equations.model.particles
        shape = (particles.number_of_blocks, particles.number_of_components)
        variables = [hy.expression(f"m_{k}_{a}") for k, a in np.ndindex(shape)]
        return np.array(variables, dtype=object).reshape(shape)

    @cached_property
    def quadratures(self) -> list[Any]:
        """The variables of the modes."""
        import heyoka as hy

        return [hy.expression(f"x_{i}") for i in range(len(self.equations.quadratures))]

    @cached_property
    def averages(self) -> list[Any]:
        """``s_p``."""
        return _averages(self.equations, self.bloch.tolist())

    @cached_property
    def symbols(self) -> dict[sp.Symbol, Any]:
        """What stands for each symbol that is the same in all blocks."""
        import heyoka as hy

        equations = self.equations
        symbols: dict[sp.Symbol, Any] = {TIME: hy.time}
        symbols |= {parameter: hy.par[i] for i, parameter in enumerate(equations.parameters)}
        symbols |= dict(zip(equations.quadratures, self.quadratures, strict=True))
        return symbols | dict(zip(equations.averages, self.averages, strict=True))

    def common(self, name: str, table: Table) -> Any:
        """A table of expressions in averages, quadratures, parameters and time."""
        return _table(table(), self.symbols)

    def by_block(self, name: str, table: Table) -> Any:
        """A table of expressions that may contain local fields, one per block."""
        rows = table()
        blocks = range(self.equations.model.particles.number_of_blocks)
        return np.stack([_table(rows, self.symbols | self._fields(k)) for k in blocks])

    def _fields(self, k: int) -> dict[sp.Symbol, Any]:
        return {f: _local_field(f, k, self.averages, self.equations) for f in self.equations.local_fields}


def _table(rows: list[list[sp.Expr]], symbols: dict[sp.Symbol, Any]) -> Any:
    result = np.empty((len(rows), len(rows[0]) if rows else 0), dtype=object)
    for index in np.ndindex(result.shape):
        (entry,) = resolved((rows[index[0]][index[1]],))
        # Zeros stay numbers, so that products with them vanish.
        result[index] = translate(entry, symbols) if entry != 0 else 0.0
    return result


def heyoka_system(equations: MeanField, probes: int = 0) -> TaylorSystem:
    """The heyoka expressions of `equations`.

    Args:
        equations: the derived mean-field equations.
        probes: number of further particles per block that feel the averages without contributing to them; their
            Bloch vectors follow the state vector, block by block.
    """
    import heyoka as hy

    blocks, components = equations.model.particles.number_of_blocks, equations.model.particles.number_of_components
    scalars = TaylorScalars(equations)
    m, quadratures = scalars.bloch.tolist(), scalars.quadratures
    averages, symbols = scalars.averages, scalars.symbols
    forces = [translate(force, symbols) for force in resolved(equations.forces)]
    rates = resolved(equations.rates)
    mode_rates = resolved(tuple(x for pair in equations.mode_rates for x in pair))
    rows: list[tuple[Any, Any]] = []
    for k in range(blocks):
        rows += zip(m[k], _block_equations(equations, k, m[k], forces, rates, averages, symbols), strict=True)
    rows += [(x, translate(rate, symbols)) for x, rate in zip(quadratures, mode_rates, strict=True)]
    for k, probe in np.ndindex(blocks, probes):
        own = [hy.expression(f"probe_{k}_{probe}_{a}") for a in range(components)]
        rows += zip(own, _block_equations(equations, k, own, forces, rates, averages, symbols), strict=True)
    return TaylorSystem(rows, averages)


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
    rates: tuple[sp.Expr, ...],
    averages: list[Any],
    symbols: dict[sp.Symbol, Any],
) -> list[Any]:
    import heyoka as hy

    terms: list[list[Any]] = [[] for _ in m]
    for (a, c), turn in _turning(equations, k, forces).items():
        for target, source, sign in ((a, c, 1.0), (c, a, -1.0)):
            if len(turn) == 1:
                # The number outermost: a parameter times a variable is a scaling, a product of two series is not.
                weight, force = turn[0]
                terms[target].append(sign * weight * (force * m[source]))
            else:
                product = hy.sum([weight * force for weight, force in turn]) * m[source]
                terms[target].append(product if sign > 0 else -product)
    local = dict(symbols)
    for symbol in equations.local_fields:
        local[symbol] = _local_field(symbol, k, averages, equations)
    local_rates = [translate(rate, local) for rate in rates]
    for term in equations.drift:
        value = term.factor * local_rates[term.rate]
        terms[term.component].append(value * m[term.source - 1] if term.source else value)
    return [hy.sum(parts) if parts else hy.expression(0.0) for parts in terms]


def _turning(equations: MeanField, k: int, forces: list[Any]) -> dict[tuple[int, int], list[tuple[float, Any]]]:
    """The antisymmetric matrix ``Σ_b f_abc B_{k,b}``: its entries a < c as sums of number times force."""
    constants = structure_constants(equations.model.particles.levels)
    active = [p for p, force in enumerate(equations.forces) if force != 0]
    operators = equations.operators[active, 1:] * equations.coefficients[active, k, None]
    weights = np.einsum("abc,pb->acp", constants, operators)
    entries = {}
    for a, c in zip(*np.nonzero(np.any(weights != 0.0, axis=-1)), strict=True):
        if a < c:
            row = weights[a, c]
            entries[int(a), int(c)] = [(float(row[i]), forces[active[i]]) for i in np.flatnonzero(row)]
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
def _system(flow: "Flow") -> TaylorSystem:
    return flow.system()


class Integrators:
    """Copies of one compiled integrator. A copy takes as long as fifty short runs, so it is lent to one run after the other."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._idle: list[Any] = []

    def copy(self) -> Any:
        """A fresh copy that belongs to the caller."""
        return deepcopy(self._compiled)

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """A copy that nobody else is using, as the last run left it: time, state and parameters must be set."""
        try:
            taylor = self._idle.pop()
        except IndexError:
            taylor = self.copy()
        try:
            yield taylor
        finally:
            self._idle.append(taylor)


@lru_cache(maxsize=32)
def integrators(flow: "Flow", tolerance: float, batch: int = 1, events: tuple[Any, ...] = ()) -> Integrators:
    """The compiled integrators of a flow (`batch` states at once); the compilation is remembered."""
    import heyoka as hy

    equations, system = mean_field(flow.model), _system(flow)
    size = len(system.rows)
    options: dict[str, Any] = {"tol": tolerance, "compact_mode": system.is_large}
    if batch > 1:
        return Integrators(hy.taylor_adaptive_batch(system.rows, np.zeros((size, batch)), **options))
    if events:
        options["t_events"] = [event.compiled(equations, system.rows, system.averages) for event in events]
    return Integrators(hy.taylor_adaptive(system.rows, np.zeros(size), **options))


def set_parameters(taylor: Any, parameters: FloatArray) -> None:
    """Give an integrator its parameters; heyoka knows them up to the last one that occurs in the equations.

    Args:
        taylor: the integrator.
        parameters: shape (number of parameters,), or (lanes, number of parameters) for a batch; lanes that are left
            over repeat the last one.
    """
    pars = taylor.pars
    if pars.ndim == 1:
        pars[:] = parameters[: len(pars)]
        return
    known = parameters[:, : len(pars)].T
    runs = known.shape[1]
    pars[:, :runs] = known
    if runs < pars.shape[1]:
        pars[:, runs:] = known[:, -1:]


def integrator(flow: "Flow", tolerance: float, batch: int = 1, events: tuple[Any, ...] = ()) -> Any:
    """A fresh copy of the compiled integrator (`batch` states at once), for callers that keep it."""
    return integrators(flow, tolerance, batch, events).copy()

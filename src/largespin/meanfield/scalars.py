"""The scalar expressions of a model, evaluated: with numbers over whole arrays of states, or as heyoka expressions.

Whatever is derived from a model is a few scalars (forces, rates, their derivatives) joined by constant matrices. The
joining is written once, for arrays; here are the two kinds of arrays it is done with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField, resolved
from largespin.model.functions import numpy_function
from largespin.model.symbols import TIME

Table = Callable[[], list[list[sp.Expr]]]


class Scalars(Protocol):
    """Values of scalar expressions at one place: numbers, or expressions of another kind in an object array."""

    @property
    def bloch(self) -> Any:
        """Bloch vectors, shape (…, K, d²−1)."""

    def common(self, name: str, table: Table) -> Any:
        """A table of expressions in averages, quadratures, parameters and time, shape (…, rows, columns)."""

    def by_block(self, name: str, table: Table) -> Any:
        """A table of expressions that may contain local fields, shape (…, K, rows, columns)."""


class CompiledScalars:
    """The scalar expressions of a model as NumPy functions, each compiled when first asked for."""

    def __init__(self, equations: MeanField) -> None:
        self.equations = equations
        self.field_matrices = [equations.field_matrix(field) for field in equations.local_fields]
        common = (*equations.quadratures, *equations.parameters, TIME)
        self._common = [*equations.averages, *common]
        self._by_block = [*equations.averages, *equations.local_fields, *equations.parameters, TIME]
        self._cache: dict[str, Callable[..., FloatArray]] = {}

    def at(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float) -> "NumericScalars":
        """The scalars at states (…, n), parameter vectors (…, number of parameters) and times."""
        bloch, quadratures = self.equations.model.split(u)
        s = self.equations.values_of_averages(u)
        return NumericScalars(self, s, bloch, quadratures, parameters, time)

    def fields(self, s: FloatArray) -> FloatArray:
        """Local fields of averages (…, P), shape (…, K, F)."""
        blocks = self.equations.model.particles.number_of_blocks
        columns = [
            s @ matrix.T + field.data.constants
            for matrix, field in zip(self.field_matrices, self.equations.local_fields, strict=True)
        ]
        return np.stack(columns, axis=-1) if columns else np.zeros((*s.shape[:-1], blocks, 0))

    def function(self, name: str, table: Table, *, local: bool) -> Callable[..., FloatArray]:
        """A function of the symbols' values (…,) that returns (…, *shape of the table); made once."""
        if name not in self._cache:
            rows = [list(resolved(tuple(row))) for row in table()]
            self._cache[name] = _compiled(self._by_block if local else self._common, rows)
        return self._cache[name]


def _compiled(symbols: Sequence[sp.Symbol], rows: list[list[sp.Expr]]) -> Callable[..., FloatArray]:
    flat = [entry for row in rows for entry in row]
    compiled = numpy_function(symbols, flat, cse=True)
    shape = (len(rows), len(rows[0]) if rows else 0)

    def evaluate(*values: FloatArray) -> FloatArray:
        leading = np.broadcast_shapes(*(np.shape(v) for v in values))
        result = np.empty((*leading, len(flat)))
        for position, entry in enumerate(compiled(*values) if flat else ()):
            result[..., position] = entry
        return result.reshape(*leading, *shape)

    return evaluate


@dataclass(frozen=True, eq=False)
class NumericScalars:
    """The scalars of a model at given states (see `Scalars`)."""

    functions: CompiledScalars
    averages: FloatArray
    bloch: FloatArray
    quadratures: FloatArray
    parameters: FloatArray
    time: FloatArray | float

    def common(self, name: str, table: Table) -> FloatArray:
        """A table of expressions in averages, quadratures, parameters and time, shape (…, rows, columns)."""
        values = [a[..., i] for a in (self.averages, self.quadratures, self.parameters) for i in range(a.shape[-1])]
        values.append(np.asarray(self.time, dtype=np.float64))
        result = self.functions.function(name, table, local=False)(*values)
        leading = np.broadcast_shapes(result.shape[:-2], self.averages.shape[:-1])
        return np.broadcast_to(result, (*leading, *result.shape[-2:]))

    def by_block(self, name: str, table: Table) -> FloatArray:
        """A table of expressions that may contain local fields, shape (…, K, rows, columns)."""
        fields = self.functions.fields(self.averages)
        values = [self.averages[..., None, i] for i in range(self.averages.shape[-1])]
        values += [fields[..., i] for i in range(fields.shape[-1])]
        values += [self.parameters[..., None, i] for i in range(self.parameters.shape[-1])]
        moment = np.asarray(self.time, dtype=np.float64)
        values.append(moment[..., None] if moment.ndim else moment)
        result = self.functions.function(name, table, local=True)(*values)
        leading = np.broadcast_shapes(result.shape[:-2], fields.shape[:-1])
        return np.broadcast_to(result, (*leading, *result.shape[-2:]))

"""The mean-field equations and their exact Jacobian as NumPy functions over whole arrays of states.

Scalars are differentiated by SymPy and assembled with the linear forms, so the Jacobian of K blocks is a block
diagonal plus a product of rank P (the number of averages): no finite differences, no cost beyond its own size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField, mean_field, resolved
from largespin.model.model import Model
from largespin.model.operators import structure_constants
from largespin.model.symbols import TIME


@dataclass(frozen=True, eq=False)
class NumericMeanField:
    """Right-hand side ``u̇ = F(u, p, t)`` and Jacobian ``∂F/∂u`` of a model.

    All methods take states ``u`` of shape (…, n), parameter vectors (…, number of parameters) in the order of
    ``equations.parameters``, and times that broadcast with the leading axes.
    """

    equations: MeanField
    _scalars: "_Scalars"

    @property
    def model(self) -> Model:
        """The model behind the functions."""
        return self.equations.model

    def averages(self, u: FloatArray) -> FloatArray:
        """``s_p``, shape (…, P)."""
        return _split(self.model, u)[0].reshape(*u.shape[:-1], -1) @ self._forms.T + self._offsets

    def rhs(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``F(u, p, t)``, shape (…, n)."""
        bloch, quadratures = _split(self.model, u)
        s = self.averages(u)
        scalars = self._scalars.first(s, quadratures, parameters, time)
        field = self._effective_field(scalars["forces"])
        rates = self._rates(s, parameters, time)
        drift, source = self._local_drift(rates)
        turn = np.einsum("abc,...kb,...kc->...ka", structure_constants(self.model.particles.levels), field, bloch)
        change = turn + np.einsum("...kab,...kb->...ka", drift, bloch) + source
        return np.concatenate([change.reshape(*u.shape[:-1], -1), scalars["modes"]], axis=-1)

    def effective_field(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``B_{k,b}``, shape (…, K, d²−1): the single-particle Hamiltonian is ``Σ_b B_{k,b} v_b``."""
        _, quadratures = _split(self.model, u)
        return self._effective_field(self._scalars.first(self.averages(u), quadratures, parameters, time)["forces"])

    def single_particle_generator(
        self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0
    ) -> FloatArray:
        """Matrix ``G_k`` of ``ṁ_k = G_k (1, m_k)`` at given averages, shape (…, K, d²−1, d²). FMLC23 Eq. 50."""
        field = self.effective_field(u, parameters, time)
        drift, source = self._local_drift(self._rates(self.averages(u), parameters, time))
        turn = np.einsum("abc,...kb->...kac", structure_constants(self.model.particles.levels), field)
        return np.concatenate([source[..., None], turn + drift], axis=-1)

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``∂F/∂u``, shape (…, n, n)."""
        model = self.model
        bloch, quadratures = _split(model, u)
        s = self.averages(u)
        scalars = self._scalars.first(s, quadratures, parameters, time)
        second = self._scalars.second(s, quadratures, parameters, time)
        constants = structure_constants(model.particles.levels)
        drift, _ = self._local_drift(self._rates(s, parameters, time))
        turn = np.einsum("abc,...kb->...kac", constants, self._effective_field(scalars["forces"]))
        by_average = self._particle_response(second["forces_by_average"], bloch) + self._rate_response(
            s, parameters, time, bloch
        )
        by_mode = self._particle_response(second["forces_by_mode"], bloch)
        return _assemble(turn + drift, by_average, by_mode, second, self._forms)

    def mode_jacobian(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """The corner of the Jacobian that belongs to the modes alone, shape (…, 2M, 2M)."""
        _, quadratures = _split(self.model, u)
        return self._scalars.second(self.averages(u), quadratures, parameters, time)["modes_by_mode"]

    def _effective_field(self, forces: FloatArray) -> FloatArray:
        equations = self.equations
        return np.einsum("...p,pk,pb->...kb", forces, equations.coefficients, equations.operators[:, 1:], optimize=True)

    def _particle_response(self, slopes: FloatArray, bloch: FloatArray) -> FloatArray:
        """``∂ṁ_{k,a}/∂y`` through the effective field, for slopes ``∂φ_p/∂y`` of shape (…, P, Y)."""
        equations = self.equations
        constants = structure_constants(self.model.particles.levels)
        turned = np.einsum("abc,pb,...kc->...pka", constants, equations.operators[:, 1:], bloch, optimize=True)
        return np.einsum("...py,pk,...pka->...kay", slopes, equations.coefficients, turned, optimize=True)

    def _rate_response(
        self, s: FloatArray, parameters: FloatArray, time: FloatArray | float, bloch: FloatArray
    ) -> FloatArray:
        """``∂ṁ_{k,a}/∂s_q`` through the rates Γ²(Δ_k), shape (…, K, d²−1, P)."""
        fields = self._fields(s)
        slopes = self._scalars.rate_slopes(s, fields, parameters, time)  # (…, K, R, P + F)
        count = s.shape[-1]
        total = slopes[..., :count]
        for index, matrix in enumerate(self._field_matrices):
            total = total + slopes[..., count + index, None] * matrix[:, None, :]
        ones = np.ones((*bloch.shape[:-1], 1))
        change = np.einsum("rab,...kb->...kra", self._drift_matrices, np.concatenate([ones, bloch], axis=-1))
        return np.einsum("...krp,...kra->...kap", total, change)

    def _fields(self, s: FloatArray) -> FloatArray:
        """Local fields, shape (…, K, F)."""
        blocks = self.model.particles.number_of_blocks
        columns = [
            s @ matrix.T + field.data.constants
            for matrix, field in zip(self._field_matrices, self.equations.local_fields, strict=True)
        ]
        return np.stack(columns, axis=-1) if columns else np.zeros((*s.shape[:-1], blocks, 0))

    def _rates(self, s: FloatArray, parameters: FloatArray, time: FloatArray | float) -> FloatArray:
        return self._scalars.rates(s, self._fields(s), parameters, time)

    def _local_drift(self, rates: FloatArray) -> tuple[FloatArray, FloatArray]:
        full = np.einsum("...kr,rab->...kab", rates, self._drift_matrices)
        return full[..., 1:], full[..., 0]

    @property
    def _forms(self) -> FloatArray:
        return self._scalars.forms

    @property
    def _offsets(self) -> FloatArray:
        return self._scalars.offsets

    @property
    def _field_matrices(self) -> list[FloatArray]:
        return self._scalars.field_matrices

    @property
    def _drift_matrices(self) -> FloatArray:
        return self._scalars.drift_matrices


def _split(model: Model, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    blocks, components = model.particles.number_of_blocks, model.particles.number_of_components
    return u[..., : blocks * components].reshape(*u.shape[:-1], blocks, components), u[..., blocks * components :]


def _assemble(
    own: FloatArray,
    by_average: FloatArray,
    by_mode: FloatArray,
    second: dict[str, FloatArray],
    forms: FloatArray,
) -> FloatArray:
    blocks, components = own.shape[-3], own.shape[-2]
    size = blocks * components
    leading = own.shape[:-3]
    particle_rows = by_average.reshape(*leading, size, -1) @ forms
    view = particle_rows.reshape(*leading, blocks, components, blocks, components)
    index = np.arange(blocks)
    view[..., index, :, index, :] += np.moveaxis(own, -3, 0)
    upper = np.concatenate([particle_rows, by_mode.reshape(*leading, size, -1)], axis=-1)
    lower = np.concatenate([second["modes_by_average"] @ forms, second["modes_by_mode"]], axis=-1)
    return np.concatenate([upper, lower], axis=-2)


class _Scalars:
    """The scalar expressions of a model as NumPy functions, and the constant matrices that join them."""

    def __init__(self, equations: MeanField) -> None:
        self.equations = equations
        particles = equations.model.particles
        weighted = equations.coefficients * particles.weights
        size = particles.number_of_blocks * particles.number_of_components
        self.forms = (weighted[:, :, None] * equations.operators[:, None, 1:]).reshape(len(equations.averages), size)
        self.offsets = weighted.sum(axis=1) * equations.operators[:, 0]
        self.field_matrices = [equations.field_matrix(field) for field in equations.local_fields]
        shape = (len(equations.rates), particles.number_of_components, particles.levels**2)
        self.drift_matrices = np.zeros(shape)
        for term in equations.drift:
            self.drift_matrices[term.rate, term.component, term.source] += term.factor
        self._global = [*equations.averages, *equations.quadratures, *equations.parameters, TIME]
        self._local = [*equations.averages, *equations.local_fields, *equations.parameters, TIME]
        self._forces = resolved(equations.forces)
        self._modes = resolved(tuple(x for pair in equations.mode_rates for x in pair))
        self._rate_expressions = resolved(equations.rates)
        self._cache: dict[str, Callable[..., FloatArray]] = {}

    def _function(
        self, name: str, symbols: Sequence[sp.Symbol], table: Callable[[], list[list[sp.Expr]]]
    ) -> Callable[..., FloatArray]:
        """A function of the symbols' values (…,) that returns (…, *shape of the table); made once."""
        if name not in self._cache:
            rows = table()
            flat = [entry for row in rows for entry in row]
            compiled: Callable[..., Any] = sp.lambdify(
                symbols, flat, modules=["scipy", "numpy"], cse=True, dummify=True
            )
            shape = (len(rows), len(rows[0]) if rows else 0)

            def evaluate(*values: FloatArray) -> FloatArray:
                leading = np.broadcast_shapes(*(np.shape(v) for v in values))
                result = np.empty((*leading, len(flat)))
                for position, entry in enumerate(compiled(*values) if flat else ()):
                    result[..., position] = entry
                return result.reshape(*leading, *shape)

            self._cache[name] = evaluate
        return self._cache[name]

    def first(
        self, s: FloatArray, quadratures: FloatArray, parameters: FloatArray, time: FloatArray | float
    ) -> dict[str, FloatArray]:
        """Forces (…, P) and mode rates (…, 2M)."""
        values = _columns(s, quadratures, parameters, time=time)
        both = self._function("first", self._global, lambda: [[*self._forces, *self._modes]])(*values)[..., 0, :]
        both = np.broadcast_to(both, (*np.broadcast_shapes(both.shape[:-1], s.shape[:-1]), both.shape[-1]))
        return {"forces": both[..., : len(self._forces)], "modes": both[..., len(self._forces) :]}

    def second(
        self, s: FloatArray, quadratures: FloatArray, parameters: FloatArray, time: FloatArray | float
    ) -> dict[str, FloatArray]:
        """Derivatives of forces and mode rates by averages and quadratures."""
        values = _columns(s, quadratures, parameters, time=time)
        variables = [*self.equations.averages, *self.equations.quadratures]
        scalars = (*self._forces, *self._modes)
        function = self._function("second", self._global, lambda: [[sp.diff(f, x) for x in variables] for f in scalars])
        table = function(*values)
        table = np.broadcast_to(table, (*np.broadcast_shapes(table.shape[:-2], s.shape[:-1]), *table.shape[-2:]))
        forces, count = len(self._forces), len(self.equations.averages)
        return {
            "forces_by_average": table[..., :forces, :count],
            "forces_by_mode": table[..., :forces, count:],
            "modes_by_average": table[..., forces:, :count],
            "modes_by_mode": table[..., forces:, count:],
        }

    def rates(self, s: FloatArray, fields: FloatArray, parameters: FloatArray, time: FloatArray | float) -> FloatArray:
        """The rate combinations per block, shape (…, K, R)."""
        values = _local_columns(s, fields, parameters, time)
        table = self._function("rates", self._local, lambda: [list(self._rate_expressions)])(*values)
        return np.broadcast_to(table[..., 0, :], (*fields.shape[:-1], table.shape[-1]))

    def rate_slopes(
        self, s: FloatArray, fields: FloatArray, parameters: FloatArray, time: FloatArray | float
    ) -> FloatArray:
        """Their derivatives by averages and local fields, shape (…, K, R, P + F)."""
        values = _local_columns(s, fields, parameters, time)
        variables = [*self.equations.averages, *self.equations.local_fields]
        if not self._rate_expressions:
            return np.zeros((*fields.shape[:-1], 0, len(variables)))
        function = self._function(
            "rate slopes",
            self._local,
            lambda: [[sp.diff(r, x) for x in variables] for r in self._rate_expressions],
        )
        table = function(*values)
        return np.broadcast_to(table, (*fields.shape[:-1], *table.shape[-2:]))


def _columns(*arrays: FloatArray, time: FloatArray | float) -> list[FloatArray]:
    columns = [array[..., i] for array in arrays for i in range(array.shape[-1])]
    return [*columns, np.asarray(time, dtype=np.float64)]


def _local_columns(
    s: FloatArray, fields: FloatArray, parameters: FloatArray, time: FloatArray | float
) -> list[FloatArray]:
    """Columns that broadcast over the block axis."""
    columns = [s[..., None, i] for i in range(s.shape[-1])]
    columns += [fields[..., i] for i in range(fields.shape[-1])]
    columns += [parameters[..., None, i] for i in range(parameters.shape[-1])]
    moment = np.asarray(time, dtype=np.float64)
    return [*columns, moment[..., None] if moment.ndim else moment]


@lru_cache(maxsize=64)
def numeric_mean_field(model: Model) -> NumericMeanField:
    """The NumPy functions of `model`, made once and remembered.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.meanfield.numeric import numeric_mean_field
        >>> functions = numeric_mean_field(ls.models.hopfield(ls.ideal_large_spins(1)))
        >>> functions.rhs(np.array([0.0, 0.0, 1.0]), np.array([0.2, 0.5])).round(3)
        array([ 0.   , -0.4  , -0.135])
    """
    equations = mean_field(model)
    return NumericMeanField(equations, _Scalars(equations))

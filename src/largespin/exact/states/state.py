"""A permutation-symmetric state of N particles and modes, and what can be read from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, of_kind, whole_number
from largespin.exact.space.occupations import IntArray
from largespin.exact.space.space import Space
from largespin.exact.states.observables import Observables
from largespin.model.checks import check_symbols
from largespin.model.operators import hermitian_basis
from largespin.model.symbols import Average, Parameter, Quadrature, as_expression

TAIL = 10
"""The tail is this part of the Fock states, and two at least: parity may empty every other one."""
DIGITS = 10
"""Digits after the point up to which values of an average are the same: sums of N terms round the last few of sixteen."""


@dataclass(frozen=True, eq=False, repr=False)
class SymmetricState:
    """The density matrix ρ of N particles and their modes.

    Attributes:
        space: where it lives.
        vector: components ``y_n``, complex, shape (size,); see `largespin.exact.space.occupations`.
        displacement: amplitudes ``α_0`` (M,) by which the modes are displaced: ``a = √N α_0 + b``, with b in Fock states.
        parameters: parameter values, for expectation values of expressions that contain some.

    Example:
        >>> import largespin as ls
        >>> system = ls.exact.System(ls.models.hopfield(ls.ideal_large_spins(1)), particles=10, temperature=0.5, field=0.2)
        >>> state = system.product_state([0, 0, 0.5])
        >>> state.means().round(3).tolist(), round(state.purity(), 6)  # purity ((1 + 0.25)/2)^10
        ([[0.0, 0.0, 0.5]], 0.009095)
    """

    space: Space
    vector: ComplexArray
    displacement: ComplexArray = field(default_factory=lambda: np.zeros(0, dtype=np.complex128))
    parameters: Mapping[Parameter, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        modes = len(self.space.model.modes)
        if self.displacement.shape != (modes,):
            object.__setattr__(self, "displacement", np.zeros(modes, dtype=np.complex128))

    def __repr__(self) -> str:
        fock = f", Fock states {self.space.fock}" if self.space.fock else ""
        return f"SymmetricState(particles per block {self.space.counts}{fock}, {self.vector.size} components)"

    @property
    def _observables(self) -> Observables:
        return Observables(self.space)

    def trace(self) -> float:
        """``tr ρ``."""
        return float(self.vector[self.space.diagonal].real.sum())

    def hermiticity(self) -> float:
        """Largest ``|y_n − y_{nᵀ}*|``; zero for a Hermitian matrix."""
        return float(np.abs(self.vector - self.vector[self.space.transposed].conj()).max())

    def purity(self) -> float:
        """``tr ρ²``."""
        return float(np.sum(np.abs(self.vector) ** 2 * np.exp(self.space.log_norms)))

    def means(self) -> FloatArray:
        """Bloch vectors ``⟨m_{k,a}⟩``, shape (K, d² − 1)."""
        count = len(self.space.counts)
        return self._observables.means(self.vector)[: count * self._components].reshape(count, -1)

    @property
    def _components(self) -> int:
        return self.space.model.particles.number_of_components

    @property
    def amplitudes(self) -> ComplexArray:
        """``⟨α_μ⟩ = ⟨a_μ⟩/√N``, shape (M,)."""
        if not self.space.fock:
            return self.displacement
        pairs = self._observables.means(self.vector)[len(self.space.counts) * self._components :].reshape(-1, 2)
        return self.displacement + (pairs[:, 0] + 1j * pairs[:, 1]) / np.sqrt(2.0)

    def bosons(self) -> FloatArray:
        """``⟨a†a⟩/N`` of every mode, shape (M,)."""
        numbers = self._observables.numbers(self.vector)
        moved = self.amplitudes - self.displacement
        return np.asarray(numbers + 2 * (self.displacement.conj() * moved).real + np.abs(self.displacement) ** 2)

    def covariance(self) -> xr.DataArray:
        """``½⟨{F_x, F_y}⟩`` with ``F_{k,a} = √N_k (m^N_{k,a} − ⟨m_{k,a}⟩)``, ``√N (q^N − ⟨q⟩)``, ``√N (p^N − ⟨p⟩)``.

        Returns:
            Array over ``row`` and ``column``, in the normalisation of `largespin.evolve_covariance`, which it approaches
            for N → ∞.
        """
        names = self.space.model.variable_names
        attrs = {"long_name": "covariance ½⟨{F, F}⟩ at finite N", "units": "1"}
        matrix = self.covariance_matrix()
        return xr.DataArray(matrix, dims=("row", "column"), coords={"row": names, "column": names}, attrs=attrs)

    def covariance_matrix(self) -> FloatArray:
        """The numbers of `covariance` alone, shape (n, n)."""
        return self._observables.covariance(self.vector)

    def smallest_population(self) -> float:
        """The smallest probability of a collective level; below zero where the matrix is no state."""
        return float(self.vector[self.space.diagonal].real.min())

    def expectation(self, expression: Any) -> complex:
        """``⟨A⟩`` of an expression in averages, quadratures and parameters, products symmetrised.

        Args:
            expression: a SymPy expression, such as ``spins.average("z")**2``.

        Raises:
            LargespinError: symbols that the model does not know, or functions of averages that do not commute.

        Example:
            >>> import largespin as ls
            >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
            >>> state = ls.exact.System(model, particles=10, temperature=0.5, field=0.2).product_state([0, 0, 0])
            >>> round(state.expectation(model.particles.average("z") ** 2).real, 6)  # 1/N
            0.1
        """
        checked = as_expression("expression", expression)
        model = self.space.model
        check_symbols("expression", checked, model.particles, model.modes, (Average, Quadrature))
        return self._observables.expectation(checked, self.vector, self.displacement, self.parameters)

    def reduced(self, block: int) -> ComplexArray:
        """The state of one particle of a block, shape (d, d)."""
        block = whole_number("block", block, 0, len(self.space.counts) - 1)
        basis = hermitian_basis(self.space.model.particles.levels)
        return np.asarray((basis[0] + np.einsum("a,aij->ij", self.means()[block], basis[1:])) / len(basis[0]))

    def reduced_pair(self, first: int = 0, second: int = 0) -> ComplexArray:
        """The state of two different particles, of one block or of two, shape (d², d²).

        Raises:
            LargespinError: if the block has only one particle.
        """
        count = len(self.space.counts)
        first, second = (whole_number(n, b, 0, count - 1) for n, b in (("first", first), ("second", second)))
        if first == second and self.space.counts[first] < 2:
            raise LargespinError(f"Argument `second` must be another block than {first}, which has one particle only.")
        basis = hermitian_basis(self.space.model.particles.levels)
        moments = self._observables.pair_moments(self.vector, first, second)
        levels = self.space.model.particles.levels
        full = np.einsum("ab,aij,bkl->ikjl", moments, basis, basis) / levels**2
        return np.asarray(full.reshape(levels**2, levels**2))

    def populations(self) -> xr.DataArray:
        """Probabilities of the collective levels: how many particles of each block are in each state.

        Returns:
            Array with one axis ``block k`` per block (its labels are numbers of particles in level 0 for spin ½, else
            tuples) and ``mode μ`` per mode (Fock states).
        """
        values = self.vector[self.space.diagonal].real
        shape, dims, coords = [], [], {}
        for k in range(len(self.space.counts)):
            kets = self._kets(k)
            dims.append(f"block {k}")
            shape.append(len(kets))
            coords[f"block {k}"] = (
                kets[:, 0] if kets.shape[1] == 2 else np.array([str(tuple(r)) for r in kets.tolist()])
            )
        for mode, states in zip(self.space.model.modes, self.space.fock, strict=True):
            dims.append(f"mode {mode.name}")
            shape.append(states)
            coords[f"mode {mode.name}"] = np.arange(states)
        attrs = {"long_name": "probability", "units": "1"}
        return xr.DataArray(values.reshape(shape), dims=dims, coords=coords, attrs=attrs)

    def _kets(self, block: int) -> IntArray:
        factor: Any = self.space.factors[block]
        return factor.kets[factor.diagonal]

    def fock_populations(self, mode: int = 0) -> FloatArray:
        """Probabilities of the Fock states of a mode (after its displacement), shape (F,)."""
        mode = whole_number("mode", mode, 0, len(self.space.fock) - 1)
        populations = self.populations()
        name = f"mode {self.space.model.modes[mode].name}"
        return np.asarray(populations.sum([d for d in populations.dims if d != name]).values)

    def fock_tail(self) -> FloatArray:
        """Probability of the last tenth (at least two) of each mode's Fock states, shape (M,)."""
        parts = [self.fock_populations(index) for index in range(len(self.space.fock))]
        return np.array([np.abs(p[-max(2, len(p) // TAIL) :]).sum() for p in parts])

    def distribution(self, average: Any) -> xr.DataArray:
        """Probabilities of the values of an average that is diagonal in the basis of the rates.

        Args:
            average: an average of the model, such as ``spins.average("z")``.

        Raises:
            LargespinError: if it is no average, or not diagonal.

        Example:
            >>> import largespin as ls
            >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
            >>> state = ls.exact.System(model, particles=2, temperature=0.5, field=0.2).product_state([0, 0, 0])
            >>> state.distribution(model.particles.average("z")).values
            array([0.25, 0.5 , 0.25])
        """
        if not isinstance(average, Average):
            raise LargespinError(f"Argument `average` must be an average of the particles, but it is {average!r}.")
        values = self._observables.diagonal_values(average)[self.space.diagonal]
        populations = self.vector[self.space.diagonal].real
        places, inverse = np.unique(values.round(DIGITS) + 0.0, return_inverse=True)
        probabilities = np.bincount(inverse.ravel(), weights=populations)
        attrs = {"long_name": f"probability of {average.name}", "units": "1"}
        return xr.DataArray(probabilities, dims=("value",), coords={"value": places}, attrs=attrs)

    def overlap_distribution(self, pattern: int = 0) -> xr.DataArray:
        """Probabilities of the overlap ``o_μ = Σ_k w_k e_μk m_kz`` with a pattern (spin ½).

        Two separate humps are what becomes symmetry breaking for N → ∞.
        """
        patterns = self.space.model.particles.coefficients
        if not len(patterns) or self.space.model.particles.levels != 2:
            raise LargespinError("The distribution of overlaps must have patterns of spins ½, but the model has none.")
        pattern = whole_number("pattern", pattern, 0, len(patterns) - 1)
        return self.distribution(self.space.model.particles.overlaps("z")[pattern])


def check_state(state: Any) -> SymmetricState:
    """Refuse what is no state of N particles."""
    return of_kind("state", state, SymmetricState, "a SymmetricState, as `System.product_state` and `state_of` make it")

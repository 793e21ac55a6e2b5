"""Expectation values as row vectors: computed once per space, applied to every state."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.exact.space.fock import symmetrised
from largespin.exact.space.operators import Coefficients, Operators, shift_symbol
from largespin.exact.space.space import Space
from largespin.exact.space.superoperators import Superoperator
from largespin.model.operators import hermitian_basis
from largespin.model.symbols import Average, Parameter


class Observables:
    """Rows ``⟨A⟩ = Σ_n r_n y_n`` on one space, which keeps them.

    Args:
        space: the space.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self.basis = hermitian_basis(space.model.particles.levels)

    def _once(self, name: str, build: Callable[[], Any]) -> Any:
        # The space keeps the rows and knows nothing of this object: a cycle would keep both until the next collection.
        if name not in self.space.rows:
            self.space.rows[name] = build()
            self.space.forget()
        return self.space.rows[name]

    def row(self, *factors: Superoperator) -> ComplexArray:
        """``tr(A B … ρ)`` for multiplications from the left."""
        row = self.space.trace.astype(np.complex128)
        for factor in factors:
            row = factor.matrix().T @ row
        return np.asarray(row)

    @property
    def _lefts(self) -> list[Any]:
        """Matrices of all variables: block averages ``m_{k,a}``, then q and p."""
        return self._once("lefts", self._build_lefts)

    def _build_lefts(self) -> list[Any]:
        space = self.space
        result = [
            (1.0 / count * space.left(block, v)).matrix()
            for block, count in enumerate(space.counts)
            for v in self.basis[1:]
        ]
        for mode, states in enumerate(space.fock):
            a = np.diag(np.sqrt(np.arange(1.0, states)), 1) / np.sqrt(2.0 * space.particles)
            result += [space.left_mode(mode, x).matrix() for x in (a + a.T, -1j * (a - a.T))]
        return result

    @property
    def _first(self) -> ComplexArray:
        """Rows of the means, shape (n, size)."""
        return self._once("first", lambda: np.array([matrix.T @ self.space.trace for matrix in self._lefts]))

    @property
    def _squares(self) -> dict[tuple[int, int], ComplexArray]:
        """Rows of q², ½(qp + pq) and p² of every mode by their places."""
        return self._once("squares", self._build_squares)

    def _build_squares(self) -> dict[tuple[int, int], ComplexArray]:
        first = len(self.space.counts) * (len(self.basis) - 1)
        rows = {}
        for mode, states in enumerate(self.space.fock):
            for i, j in ((0, 0), (0, 1), (1, 1)):
                matrix = symmetrised(2 - i - j, i + j, states, self.space.particles)
                rows[first + 2 * mode + i, first + 2 * mode + j] = self.row(self.space.left_mode(mode, matrix))
        return rows

    @property
    def _numbers(self) -> list[ComplexArray]:
        """Rows of ``b†b/N`` of every mode."""
        return self._once("numbers", self._build_numbers)

    def _build_numbers(self) -> list[ComplexArray]:
        counts = [np.diag(np.arange(states)) / self.space.particles for states in self.space.fock]
        return [self.row(self.space.left_mode(mode, matrix)) for mode, matrix in enumerate(counts)]

    @property
    def _weights(self) -> FloatArray:
        """``√N_k`` and ``√N``: what turns averages into fluctuations."""
        components = len(self.basis) - 1
        blocks = np.repeat(np.sqrt(self.space.counts), components)
        return np.concatenate([blocks, np.full(2 * len(self.space.fock), np.sqrt(self.space.particles))])

    def means(self, vectors: ComplexArray) -> FloatArray:
        """Means of all variables, shape (…, n), without displacement."""
        return np.asarray((vectors @ self._first.T).real)

    def numbers(self, vector: ComplexArray) -> FloatArray:
        """``⟨b†b⟩/N`` of every mode in its Fock states."""
        return np.array([float((row @ vector).real) for row in self._numbers])

    def covariance(self, vector: ComplexArray) -> FloatArray:
        """``½⟨{F_x, F_y}⟩``, shape (n, n)."""
        columns = np.array([matrix @ vector for matrix in self._lefts])
        products = (self._first @ columns.T).real
        for place, row in self._squares.items():
            # Products of matrices that are cut miss the last Fock state; these are cut after the product.
            products[place] = products[place[::-1]] = float((row @ vector).real)
        means = self.means(vector)
        symmetric = 0.5 * (products + products.T) - np.outer(means, means)
        return np.asarray(symmetric * np.outer(self._weights, self._weights))

    def pair_moments(self, vector: ComplexArray, first: int, second: int) -> FloatArray:
        """``⟨v_a^(1) v_b^(2)⟩`` of two different particles, shape (d², d²), the identity included."""
        components = len(self.basis) - 1
        n, m = self.space.counts[first], self.space.counts[second]
        means = self.means(vector).reshape(-1)
        own, other = (slice(b * components, (b + 1) * components) for b in (first, second))
        columns = np.array([matrix @ vector for matrix in self._lefts[other]])
        products = self._first[own] @ columns.T * (n * m)
        if first == second:
            # Σ_{i≠j} = Σ_{ij} − Σ_i, where v_a v_b of one particle is a single-particle operator.
            rho = (self.basis[0] + np.einsum("a,aij->ij", means[own], self.basis[1:])) / len(self.basis[0])
            single = np.einsum("aij,bjk,ki->ab", self.basis[1:], self.basis[1:], rho)
            products = (products - n * single) / (n * (n - 1))
        else:
            products = products / (n * m)
        result = np.ones((components + 1, components + 1))
        result[1:, 0], result[0, 1:] = means[own], means[other]
        result[1:, 1:] = products.real
        return result

    def diagonal_values(self, average: Average) -> FloatArray:
        """The values of an average for every ket; refused if it is not diagonal."""
        operators = Operators(self.space, Coefficients({}, {}))
        if average.data.coefficients.shape != (len(self.space.counts),):
            raise LargespinError(
                f"Argument `average` must have one coefficient per block ({len(self.space.counts)}), but it has "
                f"{average.data.coefficients.size}."
            )
        if not operators.is_diagonal(average):
            raise LargespinError(
                f"Argument `average` must be diagonal in the basis of the occupation numbers, but {average.name} is not; "
                "only averages that commute with those in the rates have a distribution here."
            )
        return operators.values(average)

    def expectation(
        self, expression: sp.Expr, vector: ComplexArray, displacement: ComplexArray, values: Mapping[Parameter, float]
    ) -> complex:
        """``⟨A⟩`` of an expression with symmetrised products."""
        shifts = {}
        for mode, amplitude in zip(self.space.model.modes, displacement, strict=True):
            shifts[shift_symbol(mode.q)] = float(np.sqrt(2.0) * amplitude.real)
            shifts[shift_symbol(mode.p)] = float(np.sqrt(2.0) * amplitude.imag)
        coefficients = Coefficients(values, shifts)
        total = 0.0 + 0.0j
        for coefficient, operator in Operators(self.space, coefficients).terms("expression", expression):
            total += coefficients.number(coefficient) * complex(self.row(operator) @ vector)
        return total

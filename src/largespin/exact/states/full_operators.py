"""Averages, quadratures and functions of them as matrices in the space of numbered particles."""

from collections import Counter
from collections.abc import Callable
from functools import reduce
from math import prod
from typing import Any

import numpy as np
import scipy.sparse as sparse
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.exact.space.fock import symmetrised
from largespin.exact.space.space import Space
from largespin.exact.space.superoperators import CANCELLED
from largespin.model.symbols import Average, LocalField, Quadrature


class FullOperators:
    """Sparse matrices in the space of numbered particles; nothing is taken from the symmetric space but its bases."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.levels = space.model.particles.levels
        self.block_of = [k for k, count in enumerate(space.counts) for _ in range(count)]
        self.particle_dimension = self.levels**space.particles
        self.dimension = self.particle_dimension * prod(space.fock)

    def site(self, operator: Any, i: int) -> Any:
        """An operator of particle i."""
        before, after = self.levels**i, self.dimension // self.levels ** (i + 1)
        return sparse.kron(
            sparse.kron(sparse.eye(before), sparse.csr_matrix(operator)), sparse.eye(after), format="csr"
        )

    def average(self, symbol: Average) -> Any:
        """``s = (1/N) Σ_k e_k Σ_{i∈k} A_i``."""
        form = symbol.data
        terms = [form.coefficients[k] * self.site(form.operator, i) for i, k in enumerate(self.block_of)]
        return sparse.csr_matrix(reduce(lambda a, b: a + b, terms) / self.space.particles)

    def mode(self, index: int, power_q: int, power_p: int) -> Any:
        """The symmetrised product ``q^a p^b`` of one mode."""
        fock = self.space.fock
        matrix = symmetrised(power_q, power_p, fock[index], self.space.particles)
        before = self.particle_dimension * prod(fock[:index])
        return sparse.kron(
            sparse.kron(sparse.eye(before), sparse.csr_matrix(matrix)),
            sparse.eye(prod(fock[index + 1 :])),
            format="csr",
        )

    def polynomial(self, where: str, expression: sp.Expr) -> Any:
        """A sum of symmetrised products and of functions of averages that commute."""
        total = sparse.csr_matrix((self.dimension, self.dimension), dtype=np.complex128)
        for term in sp.Add.make_args(sp.expand(expression)):
            symbols = sorted((s for s in term.free_symbols if isinstance(s, Average | Quadrature)), key=str)
            if term.is_polynomial(*symbols):
                for powers, coefficient in sp.Poly(term, *symbols).terms() if symbols else [((), term)]:
                    if coefficient != 0:
                        total = total + complex(coefficient) * self.product(dict(zip(symbols, powers, strict=True)))
            elif any(isinstance(s, Quadrature) for s in symbols):
                raise LargespinError(f"The {where} must be a polynomial in the quadratures, but {term} is not.")
            else:
                total = total + self.function(where, term, 0)
        return total

    def product(self, powers: dict[sp.Symbol, int]) -> Any:
        """The mean over all orders of the factors."""
        result = self._symmetrised(Counter({s: n for s, n in powers.items() if n and isinstance(s, Average)}))
        for index, mode in enumerate(self.space.model.modes):
            q, p = powers.get(mode.q, 0), powers.get(mode.p, 0)
            if q or p:
                result = result @ self.mode(index, q, p)
        return result

    def _symmetrised(self, factors: Counter[Average]) -> Any:
        count = sum(factors.values())
        if count == 0:
            return sparse.eye(self.dimension, format="csr", dtype=np.complex128)
        return sum(
            (n / count) * (self.average(s) @ self._symmetrised(factors - Counter([s]))) for s, n in factors.items()
        )

    def function(self, where: str, expression: sp.Expr, block: int) -> Any:
        """A function of averages and of the local fields of one block, all diagonal in the basis of the rates."""
        fields = sorted((s for s in expression.free_symbols if isinstance(s, Average | LocalField)), key=str)
        compiled: Callable[..., Any] = sp.lambdify(fields, expression, "numpy", dummify=True)
        arguments = [self._values(where, symbol, block).astype(np.complex128) for symbol in fields]
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(compiled(*arguments), dtype=np.complex128), (self.dimension,))
        if not np.all(np.isfinite(values)):
            raise LargespinError(f"The {where} must be finite for every configuration, but {expression} is not.")
        basis = self._basis()
        return basis @ sparse.diags(values) @ basis.conj().T

    def _basis(self) -> Any:
        """Columns are the product states in which the rates are diagonal."""
        turns = [sparse.csr_matrix(self.space.rotations[k]) for k in self.block_of]
        turns.append(sparse.eye(prod(self.space.fock), format="csr"))
        return reduce(lambda a, b: sparse.kron(a, b, format="csr"), turns)

    def _values(self, where: str, symbol: sp.Symbol, block: int) -> FloatArray:
        """An average or local field of one block in every product state of the basis."""
        if isinstance(symbol, LocalField):
            form = symbol.data
            total = np.full(self.dimension, float(form.constants[block]))
            for average, weight in zip(form.averages, form.matrix[block], strict=True):
                if weight:
                    total = total + weight * self._values(where, average, block)
            return total
        own, total = [], np.zeros(self.dimension)
        for k, rotation in enumerate(self.space.rotations):
            matrix: ComplexArray = rotation.conj().T @ symbol.data.operator @ rotation
            if symbol.data.coefficients[k] and np.abs(matrix - np.diag(np.diag(matrix))).max() > CANCELLED:
                raise LargespinError(
                    f"The {where} must be a polynomial or a function of averages that commute with the rates, but `{symbol}` "
                    "is not of that kind."
                )
            own.append(np.diag(np.diag(matrix).real))
        for i, k in enumerate(self.block_of):
            if symbol.data.coefficients[k]:
                total = total + symbol.data.coefficients[k] * self.site(own[k], i).diagonal().real
        return np.asarray(total / self.space.particles)

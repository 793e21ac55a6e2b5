"""The generator as real matrices on the part of the space that a start can reach."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.generator.generator import Generator, Term
from largespin.exact.space.hermitian import HermitianBasis
from largespin.exact.space.occupations import IntArray


class Liouvillian:
    """``L(t) = L_0 + Σ_j f_j(t) L_j`` in real coordinates.

    Args:
        generator: the terms.
    """

    def __init__(self, generator: Generator) -> None:
        self.generator, self.space = generator, generator.space
        self.basis = HermitianBasis(self.space.transposed)
        self._terms = list(generator.terms())

    @cached_property
    def steady(self) -> sparse.csr_array:
        """``L_0``, real."""
        return self.basis.matrix(self.generator.steady_matrix(self._terms))

    @property
    def is_steady(self) -> bool:
        """Whether the generator is constant in time."""
        return not self._moving

    @cached_property
    def _moving(self) -> list[Term]:
        return [term for term in self._terms if term.function is not None or term.rebuilt is not None]

    @cached_property
    def moving(self) -> list[tuple[Callable[[float], float], sparse.csr_array]]:
        """Functions and real matrices of the terms that factorise into time and state."""
        found = [
            (term.function, self.basis.matrix(self.generator.full(term)))
            for term in self._moving
            if term.function is not None
        ]
        self.space.forget()
        return found

    def rebuilt(self, time: float) -> list[sparse.csr_array]:
        """Real matrices of the terms that do not, at one time."""
        return [
            self.basis.matrix(self.generator.full(term, term.rebuilt(time)))
            for term in self._moving
            if term.rebuilt is not None
        ]

    def complex_matrix(self, time: float = 0.0) -> sparse.csr_array:
        """The generator on all components, complex."""
        total = self.generator.steady_matrix(self._terms)
        for term in self._moving:
            factor = term.function(time) if term.function is not None else 1.0
            built = term.rebuilt(time) if term.rebuilt is not None else None
            total = total + factor * self.generator.full(term, built)
        return sparse.csr_array(total)

    def real_matrix(self, time: float = 0.0) -> sparse.csr_array:
        """The generator in real coordinates at one time."""
        parts = [self.steady, *(f(time) * matrix for f, matrix in self.moving), *self.rebuilt(time)]
        return sparse.csr_array(sum(parts[1:], parts[0]))

    @cached_property
    def sectors(self) -> tuple[int, IntArray]:
        """Number of sectors that never mix, and the sector of every real coordinate."""
        pattern = abs(self.steady)
        for _, matrix in self.moving:
            pattern = pattern + abs(matrix)
        if any(term.rebuilt is not None for term in self._moving):
            # Their pattern may change with time.
            return 1, np.zeros(self.basis.size, dtype=np.int64)
        count, labels = connected_components(pattern, directed=False)
        return int(count), labels

    def part(self, coordinates: FloatArray) -> "Part":
        """The sectors in which a vector lies."""
        labels = self.sectors[1]
        kept = np.isin(labels, np.unique(labels[coordinates != 0.0]))
        return Part(self, np.flatnonzero(kept))


@dataclass(frozen=True)
class Part:
    """A set of sectors of the Liouvillian.

    Attributes:
        liouvillian: the whole.
        kept: its real coordinates.
    """

    liouvillian: Liouvillian
    kept: IntArray

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return len(self.kept) == self.liouvillian.basis.size

    def cut(self, matrix: sparse.csr_array) -> sparse.csr_array:
        """The rows and columns of this part."""
        if self.is_all:
            return matrix
        rows, count = matrix[self.kept], len(self.kept)
        # Its rows have entries in its columns only. SciPy's own cut takes as long as the whole space is large.
        columns = np.searchsorted(self.kept, rows.indices).astype(rows.indices.dtype)
        return sparse.csr_array((rows.data, columns, rows.indptr), shape=(count, count))

    def widened(self, coordinates: FloatArray) -> ComplexArray:
        """Complex components of the whole space."""
        full = np.zeros((*coordinates.shape[:-1], self.liouvillian.basis.size))
        full[..., self.kept] = coordinates
        return self.liouvillian.basis.components(full)

    @cached_property
    def steady(self) -> sparse.csr_array:
        """``L_0`` of this part."""
        return self.cut(self.liouvillian.steady)

    @cached_property
    def _moving(self) -> list[tuple[Callable[[float], float], sparse.csr_array]]:
        return [(f, self.cut(matrix)) for f, matrix in self.liouvillian.moving]

    def velocity(self, time: float, y: FloatArray) -> Any:
        """``L(t) y``."""
        result = self.steady @ y
        for f, matrix in self._moving:
            result += f(time) * (matrix @ y)
        for matrix in self.liouvillian.rebuilt(time):
            result += self.cut(matrix) @ y
        return result

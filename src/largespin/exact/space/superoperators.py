"""Superoperators that are described first and built later, so that their size is known before memory is taken."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

Place = tuple[int, int, int]
"""A factor and two indices: ``|i⟩⟨j|`` of a block, or, with a negative factor, (0, 0) for the ket and (1, 1) for the bra of a mode."""
Move = frozenset[tuple[Place, int]]
"""By how much the occupations of some places change."""

REST: Move = frozenset()
"""Nothing moves."""

CANCELLED = 1e-12
"""Size of a sum, relative to its terms, below which they cancel: rounding of parameters leaves less than that, and terms
that differ on purpose more."""
TINY = 1e-300
"""Stands for zero where something is divided by it: the quotient is zero then, as it should be."""


@dataclass(frozen=True)
class Superoperator:
    """A linear map on symmetric density matrices.

    Attributes:
        moves: what it does to occupation numbers: one entry of a column per move, with a typical coefficient, so that
            what cancels in sums is not counted.
        matrix: builds the sparse matrix.
    """

    moves: Mapping[Move, complex]
    matrix: Callable[[], sparse.csr_array]

    @property
    def width(self) -> int:
        """Largest number of entries in a column."""
        return len(self.moves)

    def __matmul__(self, other: "Superoperator") -> "Superoperator":
        moves: dict[Move, complex] = defaultdict(complex)
        for first, a in self.moves.items():
            for second, b in other.moves.items():
                # Absolute values: the same move by two ways has different numbers on the way and does not cancel.
                moves[_joined(first, second)] += abs(a) * abs(b)
        return Superoperator(moves, lambda: sparse.csr_array(self.matrix() @ other.matrix()))

    def __add__(self, other: "Superoperator") -> "Superoperator":
        moves = dict(self.moves)
        for move, coefficient in other.moves.items():
            total = moves.get(move, 0.0) + coefficient
            moves[move] = total
            if abs(total) < CANCELLED * abs(coefficient):
                del moves[move]
        return Superoperator(moves, lambda: sparse.csr_array(self.matrix() + other.matrix()))

    def __rmul__(self, factor: complex) -> "Superoperator":
        moves = {move: factor * c for move, c in self.moves.items()}
        return Superoperator(moves, lambda: sparse.csr_array(self.matrix() * factor))

    def scaled(self, before: Any = None, after: Any = None) -> "Superoperator":
        """``diag(after) S diag(before)``, each a diagonal or None."""

        def build() -> sparse.csr_array:
            result = self.matrix().copy()
            if before is not None:
                result.data = result.data * before[result.indices]
            if after is not None:
                result.data = result.data * np.repeat(after, np.diff(result.indptr))
            return result

        return Superoperator(self.moves, build)

    def conjugated(self, transposed: Callable[[], Any]) -> "Superoperator":
        """``ρ → (S ρ†)†``; turns multiplication by A from the left into multiplication by A† from the right."""
        return Superoperator(conjugated_moves(self.moves), lambda: conjugated(self.matrix(), transposed()))


def conjugated_moves(moves: Mapping[Move, complex]) -> dict[Move, complex]:
    """The moves of ``ρ → (S ρ†)†``."""
    return {frozenset((_mirrored(place), change) for place, change in move): np.conj(c) for move, c in moves.items()}


def _mirrored(place: Place) -> Place:
    factor, i, j = place
    return (factor, 1 - i, 1 - j) if i == j and factor < 0 else (factor, j, i)


def _joined(first: Move, second: Move) -> Move:
    total = dict(first)
    for place, change in second:
        total[place] = total.get(place, 0) + change
    return frozenset((place, change) for place, change in total.items() if change)


def conjugated(matrix: sparse.csr_array, transposed: Any) -> sparse.csr_array:
    """``ρ → (S ρ†)†`` as a matrix; `transposed` is the permutation of the Hermitian conjugate."""
    turned = matrix[transposed]
    indices = transposed[turned.indices].astype(turned.indices.dtype)
    return sparse.csr_array((turned.data.conj(), indices, turned.indptr), shape=matrix.shape)


def diagonal(values: Callable[[], Any]) -> Superoperator:
    """Multiplication of every component by a number; the numbers are computed when the matrix is built."""
    build = lambda: sparse.csr_array(sparse.diags_array(np.asarray(values(), dtype=np.complex128)))  # noqa: E731
    return Superoperator({REST: 1.0}, build)

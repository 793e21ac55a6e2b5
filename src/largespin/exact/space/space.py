"""The minimal space: occupation numbers of every block times Fock pairs of every mode."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from math import prod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from largespin.errors import ComplexArray, FloatArray, of_kind
from largespin.exact.space.fock import FockPairs
from largespin.exact.space.occupations import IntArray, Occupations, number_of_occupations
from largespin.exact.space.superoperators import REST, Move, Place, Superoperator, diagonal
from largespin.model.model import Model

TURNED = 1e-14
"""Entries of a turned operator, relative to its largest, that are rounding: they would become moves of the generator."""


@dataclass(frozen=True, eq=False)
class Space:
    """Permutation-symmetric density matrices of K blocks and M modes.

    Attributes:
        model: what the particles and modes are.
        counts: particles per block ``N_k``.
        fock: Fock states per mode.
        rotations: per block the unitary (d, d) whose columns are the states that the levels i of the occupation numbers
            stand for; the identity unless the rates demand another basis.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.space.space import Space
        >>> Space(ls.models.hopfield(ls.ideal_large_spins(1)), (10,), ()).size
        286
    """

    model: Model
    counts: tuple[int, ...]
    fock: tuple[int, ...] = ()
    rotations: tuple[ComplexArray, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.rotations:
            unit = np.eye(self.model.particles.levels, dtype=np.complex128)
            object.__setattr__(self, "rotations", (unit,) * len(self.counts))

    def __getstate__(self) -> dict[str, Any]:
        # Labels, rows and matrices are computed again where they are needed.
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @property
    def particles(self) -> int:
        """N."""
        return sum(self.counts)

    @cached_property
    def factors(self) -> tuple[Occupations | FockPairs, ...]:
        """The blocks, then the modes."""
        levels = self.model.particles.levels
        known = {count: Occupations(levels, count) for count in set(self.counts)}
        return (*(known[count] for count in self.counts), *(FockPairs(states) for states in self.fock))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the factors."""
        return sizes(self.model.particles.levels, self.counts, self.fock)

    @property
    def size(self) -> int:
        """Number of components of a density matrix."""
        return prod(self.shape)

    def _flat(self, parts: Sequence[IntArray]) -> IntArray:
        result = np.zeros(1, dtype=np.int64)
        for part, size in zip(parts, self.shape, strict=True):
            result = (result[:, None] * size + part).ravel()
        return result

    @cached_property
    def transposed(self) -> IntArray:
        """The permutation of the Hermitian conjugate: ``ρ = ρ†`` means ``y[transposed] = y*``."""
        return self._flat([factor.transposed for factor in self.factors])

    @cached_property
    def diagonal(self) -> IntArray:
        """Where the populations stand: collective levels of all blocks and Fock states, row by row."""
        return self._flat([factor.diagonal for factor in self.factors])

    @cached_property
    def trace(self) -> FloatArray:
        """The trace as a row vector."""
        row = np.zeros(self.size)
        row[self.diagonal] = 1.0
        return row

    @cached_property
    def log_norms(self) -> FloatArray:
        """Logarithms of the squared Hilbert–Schmidt norms of the basis."""
        return self.sum_of([factor.log_norms for factor in self.factors])

    def sum_of(self, parts: Sequence[Any]) -> Any:
        """``Σ_f v_f`` over the whole space for one vector (or 0) per factor."""
        total = np.zeros((1,) * len(self.shape))
        for axis, part in enumerate(parts):
            if np.ndim(part):
                shape = [1] * len(self.shape)
                shape[axis] = -1
                total = total + np.reshape(part, shape)
        return np.broadcast_to(total, self.shape).ravel()

    def on_factor(self, moves: Mapping[Move, complex], index: int, build: Any) -> Superoperator:
        """A superoperator of one factor, `build` making its matrix, with identities on the others."""

        def lifted() -> sparse.csr_array:
            matrix = build()
            before, after = prod(self.shape[:index]), prod(self.shape[index + 1 :])
            if before > 1:
                matrix = sparse.kron(sparse.eye_array(before), matrix, format="csr")
            if after > 1:
                matrix = sparse.kron(matrix, sparse.eye_array(after), format="csr")
            return sparse.csr_array(matrix)

        return Superoperator(moves, lifted)

    def turned(self, block: int, matrix: ComplexArray) -> ComplexArray:
        """``U† A U``: a particle's operator in the basis of the block's occupation numbers."""
        u = self.rotations[block]
        result = u.conj().T @ matrix @ u
        result[np.abs(result) < TURNED * np.abs(result).max()] = 0.0
        return result

    def left(self, block: int, matrix: ComplexArray) -> Superoperator:
        """``Σ_{i∈k} A_i`` from the left."""
        own = self.turned(block, matrix)
        factor = self.factors[block]
        moves = moves_of(block, np.kron(own, np.eye(len(own))))
        key = (block, own.tobytes())

        def build() -> sparse.csr_array:
            if key not in self._kept:
                self._kept[key] = factor.left(own)
            return self._kept[key]

        return self.on_factor(moves, block, build)

    def derivation(self, block: int, jump: ComplexArray) -> Superoperator:
        """``Σ_{i∈k} j_i ρ j_i†``."""
        own = self.turned(block, jump)
        single = np.kron(own, own.conj())
        factor: Any = self.factors[block]
        return self.on_factor(moves_of(block, single), block, lambda: factor.derivation(single))

    def left_mode(self, mode: int, matrix: npt.NDArray[Any]) -> Superoperator:
        """An operator of a mode from the left."""
        index = len(self.counts) + mode
        factor = self.factors[index]
        states = len(matrix)
        moves: dict[Move, complex] = {}
        for change in range(1 - states, states):
            entries = np.diagonal(matrix, -change)
            if np.any(entries):
                ket: Place = (-1 - mode, 0, 0)
                moves[frozenset({(ket, change)}) if change else REST] = complex(entries[np.argmax(np.abs(entries))])
        return self.on_factor(moves, index, lambda: factor.left(matrix))

    @cached_property
    def rows(self) -> dict[str, Any]:
        """What `largespin.exact.states.observables` has computed for this space."""
        return {}

    @cached_property
    def _kept(self) -> dict[Any, sparse.csr_array]:
        """Multiplications from the left by operators of one block; the same few occur in many terms."""
        return {}

    def forget(self) -> None:
        """Free what is kept between terms."""
        self._kept.clear()

    @property
    def identity(self) -> Superoperator:
        """``ρ → ρ``."""
        return diagonal(lambda: np.ones(self.size))


def moves_of(block: int, superoperator: npt.NDArray[Any]) -> dict[Move, complex]:
    """The moves of a superoperator on one particle: ``|j⟩⟨l|`` becomes ``|i⟩⟨k|``."""
    levels = round(len(superoperator) ** 0.5)
    moves: dict[Move, complex] = {}
    for a, b in np.argwhere(superoperator != 0):
        to, source = ((block, *divmod(int(place), levels)) for place in (a, b))
        move = REST if a == b else frozenset({(to, 1), (source, -1)})
        moves[move] = moves.get(move, 0.0) + superoperator[a, b]
    return moves


def sizes(levels: int, counts: Sequence[int], fock: Sequence[int]) -> tuple[int, ...]:
    """Sizes of the factors, known without building them."""
    return (*(number_of_occupations(levels**2, count) for count in counts), *(states**2 for states in fock))


class HasSpace(Protocol):
    """A `System` or a `SymmetricState`."""

    @property
    def space(self) -> Space:
        """Where it lives."""
        ...


def space_of(name: str, value: Space | HasSpace, what: str = "a System") -> Space:
    """The space that is meant by a system, by a state, or by itself."""
    return of_kind(name, value if isinstance(value, Space) else getattr(value, "space", value), Space, what)

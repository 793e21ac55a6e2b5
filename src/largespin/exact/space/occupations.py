r"""The permutation-symmetric density matrices of one block: occupation numbers of ``|i⟩⟨j|``.

A symmetric density matrix of N particles with d levels is a homogeneous polynomial of degree N in commuting variables
``x_ij`` that stand for ``|i⟩⟨j|``: ``ρ = Σ_n c_n x^n``, where a product state is ``ρ^{⊗N} = (Σ_ij ρ_ij x_ij)^N``. The
labels are ``n_ij ≥ 0`` with ``Σ n_ij = N``; there are ``C(N + d² − 1, d² − 1)`` of them.

What is stored is ``y_n = c_n / w_n`` with ``w_n = μ(n)/√(μ(r) μ(c))``: μ is the multinomial coefficient, ``r_i = Σ_j n_ij``
and ``c_j = Σ_i n_ij`` count levels in ket and bra. Then ``y_n`` is the population of the collective level r where n is
diagonal, and positivity of ρ says ``|y_n|² ≤ y_r y_c`` elsewhere: all numbers lie within the unit circle, and an error
tolerance means an error of populations. (In units of ``c_n`` a pure state reaches 2^N.)
"""

from functools import cached_property
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import gammaln

from largespin.errors import ComplexArray, FloatArray, read_only

IntArray = npt.NDArray[np.int64]


class Occupations:
    """All ways to put N particles into the d² places ``|i⟩⟨j|``.

    Args:
        levels: d.
        particles: N.

    Example:
        >>> from largespin.exact.space.occupations import Occupations
        >>> Occupations(2, 3).size  # (N + 1)(N + 2)(N + 3)/6
        20
    """

    def __init__(self, levels: int, particles: int) -> None:
        self.levels, self.particles = levels, particles

    @property
    def size(self) -> int:
        """``C(N + d² − 1, d² − 1)``."""
        return number_of_occupations(self.levels**2, self.particles)

    @cached_property
    def labels(self) -> npt.NDArray[np.int32]:
        """``n_ij``, shape (size, d²), row by row: 00, 01, …; in rising lexicographic order."""
        return read_only(compositions(self.levels**2, self.particles))

    @cached_property
    def _ranks(self) -> list[IntArray]:
        """How many labels share the first places and leave r particles or fewer for the others."""
        places = self.levels**2
        left = np.arange(self.particles + 1)
        return [np.array([comb(r + places - i - 1, places - i - 1) for r in left]) for i in range(places - 1)]

    def index(self, labels: npt.NDArray[np.integer]) -> IntArray:
        """The number of each label, shape (…,) for labels (…, d²)."""
        left = np.full(labels.shape[:-1], self.particles, dtype=np.int64)
        result = np.zeros(labels.shape[:-1], dtype=np.int64)
        for place, table in enumerate(self._ranks):
            result += table[left]
            left = left - labels[..., place]
            result -= table[left]
        return result

    @cached_property
    def kets(self) -> npt.NDArray[np.int32]:
        """``r_i = Σ_j n_ij``, shape (size, d)."""
        return self.labels.reshape(-1, self.levels, self.levels).sum(axis=2, dtype=np.int32)

    @cached_property
    def bras(self) -> npt.NDArray[np.int32]:
        """``c_j = Σ_i n_ij``, shape (size, d)."""
        return self.labels.reshape(-1, self.levels, self.levels).sum(axis=1, dtype=np.int32)

    @cached_property
    def transposed(self) -> IntArray:
        """Where the label with ``n_ij`` and ``n_ji`` exchanged stands: the Hermitian conjugate."""
        swapped = np.arange(self.levels**2).reshape(self.levels, self.levels).T.ravel()
        return self.index(self.labels[:, swapped])

    @cached_property
    def diagonal(self) -> IntArray:
        """Numbers of the labels without coherence, in rising order."""
        off = ~np.eye(self.levels, dtype=bool).ravel()
        return np.flatnonzero(self.labels[:, off].sum(axis=1) == 0)

    @cached_property
    def log_norms(self) -> FloatArray:
        """Logarithm of the squared Hilbert–Schmidt norm of each basis element, ``μ(n)/(μ(r) μ(c))``."""
        return _log_multinomial(self.labels) - _log_multinomial(self.kets) - _log_multinomial(self.bras)

    def values(self, eigenvalues: FloatArray) -> FloatArray:
        """``Σ_i r_i a_i``: the eigenvalue of ``Σ_particles A`` in every ket, for a diagonal A."""
        return np.asarray(self.kets @ eigenvalues)

    def left(self, matrix: npt.NDArray[Any]) -> sparse.csr_array:
        """Multiplication by ``Σ_particles A`` from the left."""
        return self.derivation(np.kron(matrix, np.eye(self.levels)))

    def derivation(self, superoperator: npt.NDArray[Any]) -> sparse.csr_array:
        """``Σ_AB S_AB x_A ∂_B``: a superoperator on one particle, summed over the particles.

        Args:
            superoperator: S on ``|i⟩⟨j|`` in the order 00, 01, …, shape (d², d²).
        """
        rows: list[npt.NDArray[Any]] = []
        columns: list[npt.NDArray[Any]] = []
        data: list[npt.NDArray[Any]] = []
        everything = np.arange(self.size, dtype=np.int32)
        moves = [(int(a), int(b)) for a, b in np.argwhere(superoperator != 0) if a != b]
        kept = self.labels @ np.diag(superoperator)
        if np.any(kept):
            rows.append(everything)
            columns.append(everything)
            data.append(kept)
        for a, b in moves:
            source = np.flatnonzero(self.labels[:, b] > 0)
            moved = self.labels[source].copy()
            moved[:, b] -= 1
            moved[:, a] += 1
            rows.append(self.index(moved))
            columns.append(source)
            data.append(superoperator[a, b] * self._ratio(source, a, b))
        if not rows:
            return sparse.csr_array((self.size, self.size), dtype=np.complex128)
        entries = np.concatenate(data).astype(np.complex128)
        where = (np.concatenate(rows).astype(np.int32), np.concatenate(columns).astype(np.int32))
        return sparse.csr_array((entries, where), shape=(self.size, self.size))

    def _ratio(self, source: IntArray, a: int, b: int) -> FloatArray:
        """``n_B w_n / w_{n − e_B + e_A} = (n_A + 1) √(…)``, where only rows and columns that change enter."""
        result = self.labels[source, a] + 1.0
        (ket_a, bra_a), (ket_b, bra_b) = divmod(a, self.levels), divmod(b, self.levels)
        if ket_a != ket_b:
            result *= np.sqrt(self.kets[source, ket_b] / (self.kets[source, ket_a] + 1.0))
        if bra_a != bra_b:
            result *= np.sqrt(self.bras[source, bra_b] / (self.bras[source, bra_a] + 1.0))
        return result

    def product(self, rho: ComplexArray) -> ComplexArray:
        """``ρ^{⊗N}``, shape (size,), for one density matrix (d, d)."""
        logs = 0.5 * (_log_multinomial(self.kets) + _log_multinomial(self.bras))
        entries = rho.ravel()
        with np.errstate(divide="ignore"):
            logarithms, phases = np.log(np.abs(entries)), np.angle(entries)
        for place in range(self.levels**2):
            occupied = self.labels[:, place] > 0
            logs[occupied] += self.labels[occupied, place] * logarithms[place]
        vector = np.exp(logs + 1j * (self.labels @ phases))
        return vector / vector[self.diagonal].sum()


def number_of_occupations(places: int, particles: int) -> int:
    """``C(N + p − 1, p − 1)``: ways to put N particles into p places."""
    return comb(particles + places - 1, places - 1)


def compositions(places: int, particles: int) -> npt.NDArray[np.int32]:
    """All ways to write N as an ordered sum of `places` numbers, in rising lexicographic order.

    Example:
        >>> compositions(2, 2).tolist()
        [[0, 2], [1, 1], [2, 0]]
    """
    done = np.zeros((1, 0), dtype=np.int32)
    left = np.array([particles], dtype=np.int32)
    for _ in range(places - 1):
        parent = np.repeat(np.arange(len(left)), left + 1)
        first = np.repeat(np.cumsum(left + 1) - (left + 1), left + 1)
        value = (np.arange(len(parent)) - first).astype(np.int32)
        done = np.concatenate([done[parent], value[:, None]], axis=1)
        left = left[parent] - value
    return np.ascontiguousarray(np.concatenate([done, left[:, None]], axis=1))


def _log_multinomial(counts: npt.NDArray[np.integer]) -> FloatArray:
    """``log(N!/Π n!)`` over the last axis."""
    total = int(counts[0].sum())
    table = gammaln(np.arange(total + 1) + 1.0)
    return np.asarray(table[total] - table[counts].sum(axis=-1))

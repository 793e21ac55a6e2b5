"""Hermitian matrices as real vectors: half the numbers, real arithmetic.

A map that keeps ``ρ = ρ†`` is real on the real parts of one component of each conjugate pair ``y_n, y_{nᵀ} = y_n*`` and on
their imaginary parts.
"""

from functools import cached_property

import numpy as np
from scipy import sparse

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.space.occupations import IntArray


class HermitianBasis:
    """Real coordinates of Hermitian elements: all ``Re y_n`` with n ≤ nᵀ, then ``Im y_n`` with n < nᵀ.

    Args:
        transposed: the permutation n → nᵀ.
    """

    def __init__(self, transposed: IntArray) -> None:
        self.transposed = transposed

    @property
    def size(self) -> int:
        """Number of real coordinates: that of complex components."""
        return len(self.transposed)

    @cached_property
    def first(self) -> IntArray:
        """The component n ≤ nᵀ of every pair."""
        return np.flatnonzero(np.arange(self.size) <= self.transposed)

    @cached_property
    def own(self) -> IntArray:
        """Places within `first` of those that have an imaginary part."""
        return np.flatnonzero(self.transposed[self.first] != self.first)

    @cached_property
    def _columns(self) -> tuple[IntArray, IntArray, FloatArray]:
        """For every component: coordinate of its real part, of its imaginary part (−1: none) and that one's sign."""
        real = np.empty(self.size, dtype=np.int64)
        real[self.first] = np.arange(len(self.first))
        real[self.transposed[self.first]] = np.arange(len(self.first))
        imaginary = np.full(self.size, -1, dtype=np.int64)
        pairs = self.first[self.own]
        imaginary[pairs] = imaginary[self.transposed[pairs]] = len(self.first) + np.arange(len(pairs))
        sign = np.where(np.arange(self.size) <= self.transposed, 1.0, -1.0)
        return real, imaginary, sign

    def coordinates(self, vector: ComplexArray) -> FloatArray:
        """Real coordinates (…, size) of the Hermitian part of components (…, size)."""
        chosen = 0.5 * (vector[..., self.first] + vector[..., self.transposed[self.first]].conj())
        return np.concatenate([chosen.real, chosen.imag[..., self.own]], axis=-1)

    def components(self, coordinates: FloatArray) -> ComplexArray:
        """Complex components (…, size) of real coordinates (…, size)."""
        half = coordinates[..., : len(self.first)].astype(np.complex128)
        half[..., self.own] += 1j * coordinates[..., len(self.first) :]
        result = np.empty(coordinates.shape, dtype=np.complex128)
        result[..., self.transposed[self.first]] = half.conj()
        result[..., self.first] = half
        return result

    def matrix(self, generator: sparse.csr_array) -> sparse.csr_array:
        """The real matrix of a map that keeps Hermitian elements Hermitian."""
        half = generator[self.first]
        real, imaginary, sign = self._columns
        row = np.repeat(np.arange(len(self.first), dtype=np.int32), np.diff(half.indptr))
        below = np.full(len(self.first), -1, dtype=np.int64)
        below[self.own] = len(self.first) + np.arange(len(self.own))
        a, b = half.data.real, half.data.imag
        columns = half.indices
        parts = (
            (row, real[columns], a),
            (row, imaginary[columns], -sign[columns] * b),
            (below[row], real[columns], b),
            (below[row], imaginary[columns], sign[columns] * a),
        )
        rows, places, values = [], [], []
        for r, c, v in parts:
            kept = (v != 0.0) & (r >= 0) & (c >= 0)
            rows.append(r[kept].astype(np.int32))
            places.append(c[kept].astype(np.int32))
            values.append(v[kept])
        where = (np.concatenate(rows), np.concatenate(places))
        result = sparse.csr_array((np.concatenate(values), where), shape=generator.shape)
        result.eliminate_zeros()
        return result

    def row(self, functional: ComplexArray) -> FloatArray:
        """Real row r with ``r · coordinates = Re Σ f_n y_n``."""
        mirror = functional[self.transposed[self.first]]
        chosen = functional[self.first]
        single = np.ones(len(self.first), dtype=bool)
        single[self.own] = False
        real = np.where(single, chosen.real, chosen.real + mirror.real)
        return np.concatenate([real, (mirror.imag - chosen.imag)[self.own]])

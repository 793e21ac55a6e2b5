"""All eigenvalues of sectors that are small enough, many at once: models without couplings fall into thousands of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.solvers.inverse import norm
from largespin.exact.space.occupations import IntArray

BATCH = 4_000_000
"""Entries of dense blocks that are held at once: 32 MB, and six times as much within LAPACK."""


@dataclass(frozen=True)
class Modes:
    """Eigenvalues of one or several sectors, and the slowest modes among them.

    Attributes:
        eigenvalues: all that are known, shape (m,).
        slowest: eigenvalues of the modes below, shape (c,), slowest first.
        places: coordinates in which each of these modes lives.
        vectors: the modes there.
        residuals: ``‖L y − λ y‖ / (‖L‖ ‖y‖)`` of each, with the norm of its sector.
    """

    eigenvalues: ComplexArray
    slowest: ComplexArray
    places: tuple[IntArray, ...]
    vectors: tuple[ComplexArray, ...]
    residuals: FloatArray


def modes_of_small(matrix: sparse.csr_array, labels: IntArray, small: IntArray, count: int) -> Iterator[Modes]:
    """All eigenvalues of the sectors `small`, and their `count` slowest modes, batch by batch.

    Args:
        matrix: L, real (n, n), which mixes no two sectors.
        labels: sector of every coordinate.
        small: numbers of the sectors that are wanted.
        count: modes kept of every batch.
    """
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(labels.max() + 2))
    sizes = np.diff(starts)[small]
    for size in np.unique(sizes):
        chosen = small[sizes == size]
        step = max(1, BATCH // int(size) ** 2)
        for begin in range(0, len(chosen), step):
            first = starts[chosen[begin : begin + step]]
            yield _batch(matrix, order[first[:, None] + np.arange(size)], count)


def modes_of_dense(matrix: sparse.csr_array, places: IntArray, count: int) -> Modes:
    """All eigenvalues of one sector of moderate size, which has these coordinates, and its `count` slowest modes."""
    return _modes(matrix.toarray()[None], places[None], count)


def _batch(matrix: sparse.csr_array, places: IntArray, count: int) -> Modes:
    """Sectors of one size, with their coordinates as rows (m, s)."""
    number, size = places.shape
    rows = sparse.coo_array(matrix[places.ravel()])
    local = np.full(matrix.shape[0], 0)
    local[places] = np.arange(size)
    blocks = np.zeros((number, size, size))
    blocks[rows.row // size, rows.row % size, local[rows.col]] = rows.data
    return _modes(blocks, places, count)


def _modes(blocks: FloatArray, places: IntArray, count: int) -> Modes:
    """Modes of dense blocks (m, s, s) at the coordinates (m, s)."""
    size = blocks.shape[-1]
    values, vectors = np.linalg.eig(blocks)
    flat = values.ravel().astype(np.complex128)
    kept = np.argsort(-flat.real, kind="stable")[:count]
    block, own = kept // size, kept % size
    chosen = np.asarray(vectors[block, :, own], dtype=np.complex128)
    residuals = np.array(
        [relative_residual(blocks[b], value, y) for b, value, y in zip(block, flat[kept], chosen, strict=True)]
    )
    return Modes(flat, flat[kept], tuple(places[b] for b in block), tuple(chosen), residuals)


def relative_residual(matrix: FloatArray, value: complex, vector: ComplexArray) -> float:
    """``‖L y − λ y‖ / (‖L‖ ‖y‖)`` with the 1-norm of a dense matrix."""
    return float(np.linalg.norm(matrix @ vector - value * vector) / (norm(matrix) * np.linalg.norm(vector)))

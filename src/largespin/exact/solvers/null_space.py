"""All solutions of ``L x = 0``, with the rate that separates them from the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.linalg import svd

from largespin.errors import FloatArray
from largespin.exact.solvers.inverse import Corrections, ShiftedInverse, SolutionError, norm
from largespin.exact.solvers.room import factors_too_large
from largespin.exact.space.superoperators import TINY

Method = Literal["auto", "direct", "iterative"]
"""By size, by a factorisation, or by GMRES with incomplete factors."""
DENSE = 24
"""Unknowns up to which all eigenvalues are computed; beyond, they would carry more rounding than a factorisation."""
NULL = 1e-9
"""Singular values relative to the norm that may count as zero where the eigenvalue is: a Jordan block would leave the
square root of rounding or more."""
DIRECT = 16_000
"""Unknowns up to which the matrix is factorised: 0.6 s and 50 MB at 12,000; factors fill up fast beyond."""
LARGEST_DIRECT = 150_000
"""Unknowns up to which that is tried where the iterative solver cannot tell slow from stationary: minutes, and as much
memory as most machines have; whether it fits is checked before."""
ZERO = 1e-13
"""Rates below this share of the generator's norm count as zero: 500 times the rounding of one operation."""
UNRESOLVED = 1e-9
"""Rates below this share of the norm are left by the iterative solver to the direct one: its corrections carry few digits."""
LARGEST_DEGENERACY = 128
"""Stationary states of one sector that are looked for: more would be wanted only of models in which nearly nothing moves,
and the block of vectors grows with them."""
BLOCKS = (4, 2)
"""Directions of the first block, and of large ones: the unknown number of stationary states and one more, to see that it
moves; it doubles where all stand still."""
ROUNDS = 3
"""Rounds of inverse iteration; each gains eight digits on rates of order one, and slower rates need the rest."""


@dataclass(frozen=True)
class NullSpace:
    """Solutions of ``L x = 0``.

    Attributes:
        vectors: basis (n, D); orthonormal if D > 1.
        average: gives the long-time average of a start (n,), which is a state if the start is one.
        gap: smallest modulus of the other eigenvalues, an estimate where not all are known.
        method: how they were found.
    """

    vectors: FloatArray
    average: Callable[[FloatArray], FloatArray]
    gap: float
    method: str


def null_space(
    matrix: sparse.csr_array, trace: FloatArray, start: FloatArray, method: Method, limit: float | None = None
) -> NullSpace:
    """The null space of a generator, or of one of its sectors.

    Args:
        matrix: L, real (n, n).
        trace: the row whose product with L vanishes, (n,); zero in sectors without populations, which may have no solution.
        start: a state of full rank, such as the maximally mixed one, (n,).
        method: ``"direct"``, ``"iterative"`` or ``"auto"``.
        limit: bytes allowed for factors; most of the free memory if not given.

    Raises:
        SolutionError: no convergence, more solutions than are looked for, or factors that do not fit into memory.
    """
    size = matrix.shape[0]
    if size <= DENSE and method != "iterative":
        return _dense(matrix.toarray())
    if method == "direct" or (method == "auto" and size <= DIRECT):
        return _direct(matrix, start, limit)
    try:
        return _iterative(matrix, trace, start, limit)
    except SolutionError as error:
        if method == "iterative" or size > LARGEST_DIRECT:
            raise
        problem = factors_too_large(matrix, limit)
        if problem:
            raise SolutionError(f"{error}; a factorisation would decide, but {problem}") from error
    return _direct(matrix, start, limit)


def _dense(matrix: FloatArray) -> NullSpace:
    eigenvalues = np.sort(np.abs(np.linalg.eigvals(matrix)))
    scale = norm(matrix)
    count = int((eigenvalues <= ZERO * scale).sum())
    left, singular, right = svd(matrix)
    if count == 0:
        return NullSpace(np.zeros((len(matrix), 0)), np.zeros_like, float(eigenvalues[0]), "dense")
    if singular[-count] > NULL * scale:
        raise SolutionError(f"the zero eigenvalue has no full set of solutions (singular value {singular[-count]:.1e})")
    vectors, duals = right[-count:].T, left[:, -count:]
    gap = float(eigenvalues[count]) if count < len(eigenvalues) else np.inf
    overlap = duals.T @ vectors
    return NullSpace(vectors, lambda y: vectors @ np.linalg.solve(overlap, duals.T @ y), gap, "dense")


def _direct(matrix: sparse.csr_array, start: FloatArray, limit: float | None) -> NullSpace:
    """Block inverse iteration, so that no multiplicity is missed."""
    size = matrix.shape[0]
    inverse = ShiftedInverse(matrix, limit=limit)
    generator = np.random.default_rng(7)
    block = generator.normal(size=(size, min(size, BLOCKS[0] if size <= DIRECT else BLOCKS[1])))
    if np.any(start):
        block[:, 0] = start
    while True:
        for _ in range(ROUNDS):
            block = np.linalg.qr(inverse(block))[0]
        if not np.all(np.isfinite(block)):
            raise SolutionError("the rates span more orders of magnitude than double precision holds")
        eigenvalues, vectors = _slow(matrix, block)
        null = eigenvalues <= ZERO * inverse.scale
        if not null.all() or block.shape[1] >= size:
            break
        if block.shape[1] >= LARGEST_DEGENERACY:
            raise SolutionError(f"there are {LARGEST_DEGENERACY} stationary states or more in one sector")
        block = np.column_stack([block, generator.normal(size=(size, min(block.shape[1], size - block.shape[1])))])
    count = int(null.sum())

    def average(y: FloatArray) -> FloatArray:
        for _ in range(ROUNDS):
            y = -float(np.real(inverse.shift)) * inverse(y)
        return y

    gap = float(eigenvalues[count]) if count < len(eigenvalues) else np.inf
    return NullSpace(vectors[:, :count], average, gap, "direct")


def _slow(matrix: sparse.csr_array, block: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Moduli of the eigenvalues within an invariant block, rising, and directions in the order of their velocity."""
    image = matrix @ block
    eigenvalues = np.sort(np.abs(np.linalg.eigvals(block.T @ image)))
    turned = svd(image, full_matrices=False)[2][::-1].T
    return eigenvalues, block @ turned


def _iterative(matrix: sparse.csr_array, trace: FloatArray, start: FloatArray, limit: float | None) -> NullSpace:
    """One solution where there are populations, and a second start to see whether there is another."""
    solver = Corrections(matrix, limit)
    x: FloatArray | None = None
    if np.any(trace):
        x = solver.solve(start, ZERO)
        x = x / (trace @ x)
    other = np.random.default_rng(7).normal(size=len(trace))
    for _ in range(ROUNDS):
        # Inverse iteration among vectors without trace, where a unique stationary state has no part.
        other = _without(other, trace, x)
        other = solver.correction(other / np.linalg.norm(other))
    other = _without(other, trace, x)
    gap = float(np.linalg.norm(matrix @ other) / np.linalg.norm(other))
    if gap <= UNRESOLVED * norm(matrix):
        raise SolutionError(f"a further state moves at a rate below {gap:.1e}, which this method cannot tell from zero")
    if x is None:
        return NullSpace(np.zeros((len(trace), 0)), np.zeros_like, gap, "iterative")
    found = x
    return NullSpace(found[:, None], lambda y: (trace @ y) * found, gap, "iterative")


def _without(vector: FloatArray, trace: FloatArray, stationary: FloatArray | None) -> FloatArray:
    return vector if stationary is None else vector - (trace @ vector) * stationary


def relative_residual(matrix: Any, vector: FloatArray) -> float:
    """``max |L x| / (‖L‖ max |x|)``."""
    return float(np.abs(matrix @ vector).max() / (norm(matrix) * max(np.abs(vector).max(), TINY)))

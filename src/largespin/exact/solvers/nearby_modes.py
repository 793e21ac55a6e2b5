"""The modes of a large sector nearest to one point of the imaginary axis: cheap, precise, and blind for all others."""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigs

from largespin.errors import ComplexArray
from largespin.exact.solvers.inverse import ShiftedInverse, norm

SHIFT = 1e-6
"""Shift relative to the generator's norm: far above rounding, so that the inverse exists with many stationary states, and
far below the rates of interest."""
TOLERANCE = 1e-12
"""Relative accuracy of eigenvalues of the inverse, near rounding: rates much slower than others are wanted to digits."""


def modes_near(matrix: sparse.csr_array, frequency: float, wanted: int, limit: float | None) -> ComplexArray:
    """Eigenvectors (n, wanted) of the eigenvalues nearest to iω, by Arnoldi iteration on the inverse of ``L − iω``.

    Args:
        matrix: L, real (n, n).
        frequency: ω; where it is zero, all arithmetic is real.
        wanted: how many.
        limit: bytes allowed for the factors; most of the free memory if None.

    Raises:
        SolutionError: the factors do not fit into memory.
        ArpackError: no convergence.
    """
    kind = np.complex128 if frequency else np.float64
    shift = SHIFT * norm(matrix) + (1j * frequency if frequency else 0.0)
    operator = LinearOperator(matrix.shape, ShiftedInverse(matrix, shift, limit), dtype=kind)
    start = np.random.default_rng(3).normal(size=matrix.shape[0]).astype(kind)
    found = eigs(matrix.astype(kind), k=wanted, sigma=shift, OPinv=operator, v0=start, tol=TOLERANCE)
    return np.asarray(found[1], dtype=np.complex128)

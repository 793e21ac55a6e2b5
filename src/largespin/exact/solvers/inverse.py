"""Linear solvers for generators: a sparse factorisation, or an incomplete one that speeds up GMRES."""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, gmres, spilu, splu

from largespin.errors import FloatArray
from largespin.exact.solvers.room import factors_too_large, incomplete_too_large
from largespin.exact.space.superoperators import TINY

SHIFT = 1e-8
"""σ relative to the norm of the matrix: far above rounding, so that many stationary states come out clean; rates that are
slower still are told apart within the block of slow directions."""
INCOMPLETE_SHIFT = 1e-5
"""σ of incomplete factors relative to the norm: larger, because a matrix that is nearly singular would spoil them."""

MOST_FILL = 16.0
"""Entries of incomplete factors per entry of the matrix, at most: 10 are taken where they help; what wants more is left to
complete factors."""
DROPPED = 1e-4
"""Entries dropped from incomplete factors, relative to their column, and the digits that one correction need not have."""
DIRECTIONS, RESTARTS = 60, 2
"""Size of GMRES's Krylov space and how often it is built: what has not converged within 120 products with good factors does
not, and vectors of 150,000 unknowns take 72 MB."""
CORRECTIONS = 12
"""Corrections at most: each gains four digits where factors are good and one digit where they are poor."""
STALLED = 0.5
"""Ratio of two residuals above which corrections have ended: rounding, or factors that are no help."""


class SolutionError(ArithmeticError):
    """A linear problem could not be solved; the message says why."""


def norm(matrix: Any) -> float:
    """The 1-norm of a sparse or dense matrix, a bound of all rates; never zero."""
    return max(float(abs(matrix).sum(axis=0).max()), TINY)


def _shifted(matrix: sparse.csr_array, shift: complex) -> Any:
    result = sparse.csc_matrix(matrix - shift * sparse.eye_array(matrix.shape[0]))
    # SuperLU takes 32-bit indices only.
    result.indices, result.indptr = result.indices.astype(np.int32), result.indptr.astype(np.int32)
    return result


def _refuse(problem: str) -> None:
    if problem:
        raise SolutionError(f"{problem}; take fewer particles, or allow more with `memory_limit`")


class ShiftedInverse:
    """``(L − σ)⁻¹`` by a sparse factorisation.

    Args:
        matrix: L, real.
        shift: σ; above zero and tiny if not given.
        limit: bytes allowed for the factors; most of the free memory if not given.

    Raises:
        SolutionError: the matrix is singular to rounding, or the factors do not fit into memory.
    """

    def __init__(self, matrix: sparse.csr_array, shift: complex | None = None, limit: float | None = None) -> None:
        _refuse(factors_too_large(matrix, limit, 2.0 if isinstance(shift, complex) else 1.0))
        self.scale = norm(matrix)
        self.shift = SHIFT * self.scale if shift is None else shift
        self._matrix = _shifted(matrix, self.shift)
        try:
            self._factors = splu(
                self._matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
            )
        except (RuntimeError, MemoryError) as error:
            raise SolutionError(f"the factorisation of {matrix.shape[0]} unknowns failed ({error})") from error

    def __call__(self, vector: Any) -> Any:
        """``x`` for one right-hand side (n,) or several (n, b)."""
        solution = self._factors.solve(vector)
        # One step of refinement: without pivoting the factors lose digits.
        return solution + self._factors.solve(vector - self._matrix @ solution)


class Corrections:
    """Solves ``L x = 0`` by corrections ``L d = −L x``, each by GMRES with incomplete factors of ``L − σ``.

    The right-hand side lies in the range of L, so that GMRES converges although L has no inverse.

    Args:
        matrix: L, real.
        limit: bytes allowed for the factors; most of the free memory if not given.

    Raises:
        SolutionError: the incomplete factors do not exist, or do not fit into memory.
    """

    def __init__(self, matrix: sparse.csr_array, limit: float | None = None) -> None:
        _refuse(incomplete_too_large(matrix, MOST_FILL, limit))
        self.matrix, self.scale = matrix, norm(matrix)
        try:
            factors = spilu(
                _shifted(matrix, INCOMPLETE_SHIFT * self.scale),
                drop_tol=DROPPED,
                fill_factor=MOST_FILL,
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
            )
        except (RuntimeError, MemoryError) as error:
            raise SolutionError(
                f"the incomplete factorisation of {matrix.shape[0]} unknowns failed ({error})"
            ) from error
        self._operator = LinearOperator(matrix.shape, factors.solve)

    def solve(self, start: FloatArray, residual: float) -> FloatArray:
        """A solution near `start`, with ``‖L x‖ ≤ residual ‖L‖ ‖x‖``."""
        x, best = start, np.inf
        for _ in range(CORRECTIONS):
            defect = self.matrix @ x
            size = float(np.linalg.norm(defect) / (self.scale * np.linalg.norm(x)))
            if size <= residual:
                return x
            if size > STALLED * best:
                break
            best = size
            x = x + self.correction(-defect)
        raise SolutionError(f"GMRES stopped at the residual {best:.1e} for {len(start)} unknowns")

    def correction(self, right: FloatArray) -> FloatArray:
        """An approximate solution of ``L d = b``."""
        solution, _ = gmres(
            self.matrix, right, M=self._operator, rtol=DROPPED, atol=0.0, restart=DIRECTIONS, maxiter=RESTARTS
        )
        return np.asarray(solution)

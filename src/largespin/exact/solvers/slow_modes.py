r"""Which modes of one large sector are slow, and how one knows that none is missing.

After a long time t only slow modes are left: ``e^{Lt}`` multiplies every mode by ``μ = e^{λt}``, and ``|μ|`` depends on its
decay rate alone, however fast it oscillates. So the slowest modes are the largest eigenvalues of ``e^{Lt}``, where Krylov
methods are at their best, and not those of L next to zero.

Modes that were found are projected out. What a new random start then has left after the time t tells the slowest rate of
all others: if it is faster than what was asked for, nothing is missing, neither far from zero nor a further copy of a
repeated eigenvalue, of which a Krylov space of one start holds one vector only.
"""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.linalg import svd
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigs

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.solvers.inverse import norm
from largespin.exact.solvers.long_time import LongTime
from largespin.exact.space.superoperators import TINY

BUDGET = 2e10
"""Entries of matrices that may be visited in one sector: half a minute to a minute of one processor core."""
SPARE = 2
"""Modes asked for beyond those wanted: the next one must be seen for the wanted ones to converge, and a pair is two."""
KRYLOV = 16
"""Directions of the Krylov space beyond twice the modes asked for."""
RESTARTS = 6
"""Restarts of the Krylov space before a longer time is tried: with a time long enough, two or three suffice."""
LONGER = 2.7
"""Factor of the time then. No whole number: two frequencies that look alike at one time do not at the next."""
PRECISE = 1e-12
"""Tolerance of modes that are kept: rounding of the polynomial is of this order."""
ROUGH = 1e-3
"""Tolerance where only the rate of what is left is asked for."""
MARGIN = 1e-2
"""Uncertainty of ``log |μ|`` then: ten times the tolerance, because eigenvectors are not orthogonal."""
INVARIANT = 1e-9
"""Largest residual of a mode relative to the norm of L: rounding of ill-conditioned modes stays below, mixtures of two
modes that look alike at the time t are far above."""
SAME = 1e-7
"""Length of what is left of a unit vector without the modes known, below which it is rounding of these."""
TIE = 1e-6
"""Relative difference of rates that are equal up to the accuracy of eigenvalues."""
MORE = 6
"""Modes looked for at once where something was missing."""


class _OutOfTimeError(Exception):
    """The budget is spent, in the middle of ARPACK."""


class SlowModes:
    """The search in one sector.

    Args:
        matrix: L of the sector, real (n, n).
        budget: entries of matrices that may be visited.

    Attributes:
        basis: orthonormal basis (n, D) of the space of the modes found.
        exhausted: whether the budget was too small for what was asked last.
    """

    def __init__(self, matrix: sparse.csr_array, budget: float = BUDGET) -> None:
        self.matrix, self.scale, self.budget = matrix, norm(matrix), budget
        self.basis = np.zeros((matrix.shape[0], 0))
        self.exhausted = False
        self._spent, self._seed, self._missed = 0.0, 0, False
        self._evolution = LongTime(matrix)

    @staticmethod
    def directions(wanted: int) -> int:
        """Size of the Krylov space for so many modes."""
        return 2 * wanted + KRYLOV

    def find(self, wanted: int) -> None:
        """Look for so many modes, slowest first; `exhausted` if there is no time for it."""
        while not self.exhausted and self.basis.shape[1] < wanted:
            self._more(max(SPARE, wanted - self.basis.shape[1]))

    def has_all_up_to(self, rate: float) -> bool | None:
        """Whether every mode that decays more slowly than `rate` is known; None if more were found just now."""
        if self.exhausted:
            return False
        if not self._missed:
            left, _, converged = self._leading(SPARE, ROUGH)
            if converged and -(np.log(np.abs(left).max()) + MARGIN) / self._evolution.time >= rate:
                return True
            # Perhaps a tie, perhaps a mode that is missing: only its eigenvalue tells. Where one is missing, there are more.
            self._missed = True
        found, converged = self._more(MORE)
        tie = converged and len(found) > 0 and float((-found.real).min()) >= rate * (1.0 - TIE)
        return True if tie else None

    def add(self, vectors: ComplexArray) -> ComplexArray:
        """Keep modes found otherwise; those known already change nothing. Their eigenvalues."""
        space = self._new_directions(vectors)
        if not space.shape[1]:
            return np.zeros(0, dtype=np.complex128)
        image = self._without_known(self.matrix @ space)
        values, turns = np.linalg.eig(space.T @ image)
        residuals = np.linalg.norm(image @ turns - (space @ turns) * values, axis=0)
        good = residuals <= INVARIANT * self.scale
        new = self._new_directions(space @ turns[:, good])
        self.basis = np.column_stack([self.basis, new])
        return np.asarray(values[good])

    def eigenpairs(self) -> tuple[ComplexArray, ComplexArray]:
        """Eigenvalues (D,) and eigenvectors (n, D) in the space found."""
        values, turns = np.linalg.eig(self.basis.T @ (self.matrix @ self.basis))
        return np.asarray(values, dtype=np.complex128), np.asarray(self.basis @ turns, dtype=np.complex128)

    def _more(self, count: int) -> tuple[ComplexArray, bool]:
        """Look for further modes: the eigenvalues of those that are kept, and whether these are the slowest of all."""
        values, vectors, converged = self._leading(count, PRECISE)
        found = self.add(vectors)
        if converged and len(found) < len(values):
            # Two modes that look alike at this time, or rounding: another time tells.
            self._lengthen()
            return found, False
        return found, converged

    def _leading(self, count: int, tolerance: float) -> tuple[ComplexArray, ComplexArray, bool]:
        """Largest eigenvalues of ``e^{Lt}`` without the known modes, and whether they converged.

        The time t grows until they do; where vectors are wanted, those that converge on the way are given at once.
        """
        size = self.matrix.shape[0]
        krylov = min(self.directions(count), size)
        while True:
            try:
                # Nothing converges before the Krylov space is full.
                self._afford(krylov * self._price)
                values, vectors = eigs(
                    LinearOperator((size, size), self._left, dtype=np.float64),
                    k=min(count, krylov - 2), which="LM", v0=self._start(), ncv=krylov, maxiter=RESTARTS, tol=tolerance,
                )  # fmt: skip
                return values, vectors, True
            except ArpackNoConvergence as error:
                self._lengthen()
                if tolerance == PRECISE and error.eigenvectors.size:
                    return error.eigenvalues, error.eigenvectors, False
            except ArpackError:
                self._lengthen()
            except _OutOfTimeError:
                self.exhausted = True
                return np.zeros(0, dtype=np.complex128), np.zeros((size, 0), dtype=np.complex128), False

    def _afford(self, price: float) -> None:
        if self._spent + price > self.budget:
            raise _OutOfTimeError

    @property
    def _price(self) -> float:
        """Entries visited when ``e^{Lt}`` is applied once: three vectors a product, and the basis twice before and after."""
        products = self._evolution.products * (self.matrix.nnz + 3.0 * self.matrix.shape[0])
        return products + 4.0 * self.basis.size

    def _left(self, vector: Any) -> Any:
        self._afford(self._price)
        self._spent += self._price
        return self._without_known(self._evolution(self._without_known(np.ravel(vector))))

    def _lengthen(self) -> None:
        self._evolution = LongTime(self.matrix, LONGER * self._evolution.time)

    def _start(self) -> FloatArray:
        # Another start each time: what one happens to lack, the next one has.
        self._seed += 1
        return self._without_known(np.random.default_rng(self._seed).normal(size=self.matrix.shape[0]))

    def _without_known(self, vectors: Any) -> Any:
        return vectors - self.basis @ (self.basis.T @ vectors)

    def _new_directions(self, vectors: ComplexArray) -> FloatArray:
        """Orthonormal basis of what vectors and their conjugates add to the known modes."""
        parts = np.column_stack([vectors.real, vectors.imag])
        lengths = np.linalg.norm(np.column_stack([vectors, vectors]), axis=0)
        # Twice: once leaves rounding of large parts.
        parts = self._without_known(self._without_known(parts / np.maximum(lengths, TINY)))
        if not parts.shape[1]:
            return parts
        left, sizes, _ = svd(parts, full_matrices=False)
        return np.asarray(left[:, sizes > SAME])

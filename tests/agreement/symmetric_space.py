"""Exact finite-N master equation of one block of spins ½ in the space of permutation-symmetric density matrices.

A symmetric density matrix is a homogeneous polynomial of degree N in four variables ``x_ij`` that stand for ``|i⟩⟨j|``:
``ρ^{⊗N}`` is ``(Σ ρ_ij x_ij)^N``. A superoperator S summed over particles is ``Σ S_AB x_A ∂_B``, multiplication by a
function of m_z is diagonal. Nothing here uses the library.
"""

from collections.abc import Callable
from functools import cached_property
from math import lgamma
from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.integrate import solve_ivp
from scipy.sparse.linalg import spsolve

Z = np.array([1.0, -1.0])
PAULI = {
    "x": np.array([[0, 1], [1, 0]], dtype=complex),
    "y": np.array([[0, -1j], [1j, 0]], dtype=complex),
    "z": np.diag([1.0, -1.0]).astype(complex),
}
RAISING, LOWERING = np.array([[0, 1], [0, 0]], dtype=complex), np.array([[0, 0], [1, 0]], dtype=complex)


class SymmetricSpace:
    """N spins ½."""

    def __init__(self, particles: int) -> None:
        self.particles = particles
        full = range(particles + 1)
        labels = [
            (a, b, c, particles - a - b - c)
            for a in full
            for b in full[: particles - a + 1]
            for c in full[: particles - a - b + 1]
        ]
        # In lexicographic order, so that a label is found by bisection.
        self.labels = np.array(labels)
        self._place = np.array([(particles + 1) ** 2, particles + 1, 1, 0])

    def derivation(self, superoperator: Any) -> Any:
        """``Σ_AB S_AB x_A ∂_B`` for a 4 × 4 matrix on (00, 01, 10, 11)."""
        keys = self.labels @ self._place
        size = len(keys)
        total = sparse.csr_matrix((size, size), dtype=complex)
        for a, b in np.argwhere(superoperator != 0):
            source = np.flatnonzero(self.labels[:, b] > 0)
            target = np.searchsorted(keys, keys[source] - self._place[b] + self._place[a])
            values = superoperator[a, b] * self.labels[source, b]
            total = total + sparse.csr_matrix((values, (target, source)), shape=(size, size))
        return total

    def left(self, matrix: Any) -> Any:
        """Multiplication by ``Σ_i A_i`` from the left."""
        return self.derivation(np.kron(matrix, np.eye(2)))

    def right(self, matrix: Any) -> Any:
        """Multiplication by ``Σ_i A_i`` from the right."""
        return self.derivation(np.kron(np.eye(2), matrix.T))

    def left_function(self, function: Callable[[Any], Any]) -> Any:
        """``f(m_z)`` from the left."""
        return sparse.diags(function(self.labels @ np.repeat(Z, 2) / self.particles))

    def right_function(self, function: Callable[[Any], Any]) -> Any:
        """``f(m_z)`` from the right."""
        return sparse.diags(function(self.labels @ np.tile(Z, 2) / self.particles))

    def hamiltonian(self, field: float, coupling: float = 0.0) -> Any:
        """``−i[N(Ω m_x + (g/2) m_z²), ·]``."""
        n = self.particles
        result = -1j * field * (self.left(PAULI["x"]) - self.right(PAULI["x"]))
        if coupling:
            squares = [f(lambda z: z**2) for f in (self.left_function, self.right_function)]
            result = result - 0.5j * n * coupling * (squares[0] - squares[1])
        return result

    def local_jump(self, operator: Any, amplitude: Callable[[Any], Any]) -> Any:
        """Dissipator of ``j^(i) Γ(m_z)`` summed over particles."""
        left, right = self.left_function(amplitude), self.right_function(amplitude)
        number = operator.conj().T @ operator
        gain = self.derivation(np.kron(operator, operator.conj())) @ left @ right
        loss = left @ self.left(number) @ left + right @ self.right(number) @ right
        return gain - 0.5 * loss

    def collective_jump(self, operator: Any, rate: float) -> Any:
        """Dissipator of ``√(κ/N) Σ_i j^(i)``."""
        up, down = operator, operator.conj().T
        gain = self.left(up) @ self.right(down)
        loss = self.left(down) @ self.left(up) + self.right(up) @ self.right(down)
        return rate / self.particles * (gain - 0.5 * loss)

    def product_state(self, bloch: Any) -> Any:
        """``ρ^{⊗N}`` for a Bloch vector."""
        rho = 0.5 * (np.eye(2) + sum(m * PAULI[a] for m, a in zip(bloch, "xyz", strict=True))).ravel()
        logs = np.array([lgamma(k + 1) for k in range(self.particles + 1)])
        weight = np.exp(logs[-1] - logs[self.labels].sum(axis=1))
        return weight * np.prod(np.where(self.labels > 0, rho**self.labels, 1.0), axis=1)

    @cached_property
    def trace(self) -> Any:
        """The trace as a row vector."""
        return ((self.labels[:, 1] == 0) & (self.labels[:, 2] == 0)).astype(complex)

    @cached_property
    def _lefts(self) -> dict[str, Any]:
        return {a: self.left(PAULI[a]) / self.particles for a in "xyz"}

    def means(self, rho: Any) -> Any:
        """``⟨m_a⟩``."""
        return np.array([(self.trace @ (self._lefts[a] @ rho)).real for a in "xyz"])

    def covariance(self, rho: Any) -> Any:
        """``N (½⟨{m_a, m_b}⟩ − ⟨m_a⟩⟨m_b⟩)``."""
        moved = [self._lefts[b] @ rho for b in "xyz"]
        products = np.array([[self.trace @ (self._lefts[a] @ m) for m in moved] for a in "xyz"])
        means = self.means(rho)
        return self.particles * (0.5 * (products + products.T).real - np.outer(means, means))

    def evolve(self, liouvillian: Any, rho: Any, times: Any) -> Any:
        """States at `times`, the first of them `rho`."""
        solution = solve_ivp(
            lambda _, y: liouvillian @ y,
            (times[0], times[-1]),
            rho,
            t_eval=times,
            method="DOP853",
            rtol=1e-9,
            atol=1e-13,
        )
        return solution.y.T

    def stationary(self, liouvillian: Any) -> Any:
        """The stationary state: one equation is replaced by the trace."""
        matrix = liouvillian.tolil()
        row = int(np.flatnonzero(self.trace)[0])
        matrix[row] = self.trace
        right = np.zeros(len(self.labels), dtype=complex)
        right[row] = 1.0
        return spsolve(matrix.tocsc(), right)


def hopfield(space: SymmetricSpace, field: float, beta: float) -> Any:
    """Liouvillian of the one-pattern network with exponential rates, ``Γ_± = e^{±β m_z/2}/√2``."""
    result = space.hamiltonian(field)
    result = result + space.local_jump(RAISING, lambda z: np.exp(beta * z / 2) / np.sqrt(2))
    result = result + space.local_jump(LOWERING, lambda z: np.exp(-beta * z / 2) / np.sqrt(2))
    return result.tocsr()

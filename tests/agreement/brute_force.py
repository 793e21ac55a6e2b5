"""The full Lindblad equation of N particles and a mode, written with NumPy and SciPy sparse matrices alone.

Nothing here uses the library: operators are Kronecker products, averages are sums over sites, and
``ρ̇ = −i[N h, ρ] + Σ_L (L ρ L† − ½{L†L, ρ})`` is evaluated as it stands.
"""

from functools import cached_property, reduce
from typing import Any

import numpy as np
import scipy.sparse as sparse
from random_models import Recipe
from scipy.linalg import expm

FOCK = 22


class FullSpace:
    """`recipe` with exactly N particles; the first w_1 N of them are block 0."""

    def __init__(self, plan: Recipe, particles: int) -> None:
        self.plan, self.particles = plan, particles
        counts = plan.weights * particles
        assert np.allclose(counts, np.round(counts)), "N must fit the weights"
        self.block_of = np.repeat(np.arange(len(counts)), np.round(counts).astype(int))
        self.fock = FOCK if plan.has_mode else 1

    def site(self, operator: Any, i: int) -> Any:
        """The operator on particle i."""
        d = self.plan.levels
        left = sparse.identity(d**i, format="csr", dtype=complex)
        right = sparse.identity(d ** (self.particles - 1 - i) * self.fock, format="csr", dtype=complex)
        return sparse.kron(sparse.kron(left, sparse.csr_matrix(operator)), right, format="csr")

    def mode(self, operator: Any) -> Any:
        """The operator on the mode."""
        identity = sparse.identity(self.plan.levels**self.particles, format="csr", dtype=complex)
        return sparse.kron(identity, sparse.csr_matrix(operator), format="csr")

    def average(self, operator: Any, coefficients: Any) -> Any:
        """``Σ_k w_k e_k ⟨A⟩_k = (1/N) Σ_i e_{k(i)} A_i``."""
        terms = [coefficients[self.block_of[i]] * self.site(operator, i) for i in range(self.particles)]
        return sum(terms[1:], terms[0]) / self.particles

    @cached_property
    def annihilation(self) -> Any:
        return np.diag(np.sqrt(np.arange(1, self.fock)), 1).astype(complex)

    @cached_property
    def quadratures(self) -> tuple[Any, Any]:
        """``q, p`` of ``α = a/√N = (q + i p)/√2``."""
        alpha = self.mode(self.annihilation) / np.sqrt(self.particles)
        dagger = alpha.conj().T.tocsr()
        return (alpha + dagger) / np.sqrt(2), (alpha - dagger) / (1j * np.sqrt(2))

    @cached_property
    def hamiltonian(self) -> Any:
        """``N h`` with products of averages symmetrised."""
        q, p = self.quadratures
        s = [self.average(a, e) for a, e in self.plan.averages]
        total = 0
        for coefficient, which, (power_q, power_p) in self.plan.energy:
            factors = [*(s[i] for i in which), *([q] * power_q), *([p] * power_p)]
            product = reduce(lambda a, b: a @ b, factors)
            total = total + coefficient * (product + product.conj().T) / 2
        return self.particles * total

    @cached_property
    def jumps(self) -> list[Any]:
        """All jump operators, local and collective."""
        plan = self.plan
        overlaps = [self.average(plan.diagonal, row).diagonal().real for row in plan.patterns]
        shapes: dict[str, Any] = {"constant": np.ones_like, "linear": lambda x: 1 + x, "exponential": np.exp}
        result = []
        for jump in plan.jumps:
            for i, block in enumerate(self.block_of):
                field = plan.threshold[block] + sum(
                    e * o for e, o in zip(plan.patterns[:, block], overlaps, strict=True)
                )
                amplitude = jump.size * shapes[jump.kind](jump.slope * field)
                result.append(self.site(jump.operator, i) @ sparse.diags(amplitude))
        variables = [*(self.average(a, e) for a, e in plan.averages), *self.quadratures]
        for row in plan.collective:
            result.append(np.sqrt(self.particles) * sum(c * x for c, x in zip(row, variables, strict=True)))
        return result

    def product_state(self, replace: dict[int, Any] | None = None) -> Any:
        """Every particle in its block's state (or the one given for its number), the mode coherent."""
        states = [self.plan.density_matrices[k] for k in self.block_of]
        for i, rho in (replace or {}).items():
            states[i] = rho
        if self.plan.has_mode:
            shift = np.sqrt(self.particles) * self.plan.amplitude
            # Displaced in a larger space, so that the cut does not disturb the displacement.
            size = 3 * FOCK
            a = np.diag(np.sqrt(np.arange(1, size)), 1)
            psi = expm(shift * a.T - np.conj(shift) * a)[:FOCK, 0]
            states.append(np.outer(psi, psi.conj()))
        return reduce(np.kron, states)

    def velocity(self, rho: Any) -> Any:
        """``ρ̇``."""
        h = self.hamiltonian
        result = -1j * (h @ rho - (h.T @ rho.T).T)
        for jump in self.jumps:
            number = jump.conj().T @ jump
            moved = jump @ rho
            result = result + (jump.conj() @ moved.T).T - 0.5 * (number @ rho + (number.T @ rho.T).T)
        return result

    def macroscopic(self, rho: Any, basis: Any) -> Any:
        """The vector u = (m_{1,1}, …, q, p) of expectation values in ρ (or of its velocity)."""
        values = []
        for block in range(len(self.plan.weights)):
            share = np.where(np.arange(len(self.plan.weights)) == block, 1 / self.plan.weights[block], 0.0)
            values += [self._expectation(self.average(v, share), rho) for v in basis]
        if self.plan.has_mode:
            values += [self._expectation(x, rho) for x in self.quadratures]
        return np.array(values)

    def _expectation(self, operator: Any, rho: Any) -> float:
        return float(operator.multiply(rho.T).sum().real)

    def reduced(self, rho: Any, i: int) -> Any:
        """The density matrix of particle i."""
        d = self.plan.levels
        left, right = d**i, d ** (self.particles - 1 - i) * self.fock
        return np.einsum("aibajb->ij", rho.reshape(left, d, right, left, d, right))

"""N numbered particles and a mode in the full space, exactly as the library defines a model at finite N.

Nothing here uses the library's symmetric space: operators are Kronecker products, symmetrised products are means over
all orders, functions of averages are functions of matrices, and a symmetric state is spread out by going through all
arrangements of its particles.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache, reduce
from itertools import permutations, product
from math import factorial, prod
from typing import Any

import numpy as np
import scipy.sparse as sparse
from brute_force import FullSpace
from random_models import Recipe
from scipy.integrate import solve_ivp

from largespin.model.operators import hermitian_basis

SHAPES: dict[str, Callable[[Any], Any]] = {"constant": np.ones_like, "linear": lambda x: 1 + x, "exponential": np.exp}


def multinomial(counts: Any) -> int:
    """``N!/Π n!``."""
    return factorial(int(sum(counts))) // prod(factorial(int(n)) for n in counts)


def symmetrised(factors: list[Any]) -> Any:
    """The mean of the matrix product over all orders of the factors."""
    orders = list(permutations(range(len(factors))))
    return sum(reduce(np.matmul, [factors[i] for i in order]) for order in orders) / len(orders)


def of_matrix(function: Callable[[Any], Any], matrix: Any) -> Any:
    """A function of a Hermitian matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * function(values)) @ vectors.conj().T


@lru_cache(maxsize=8)
def labels_of(levels: int, particles: int) -> list[tuple[int, ...]]:
    """All ``n_ij`` with ``Σ n_ij = N``, in rising lexicographic order."""
    places = levels**2

    def rest(length: int, left: int) -> list[tuple[int, ...]]:
        if length == 1:
            return [(left,)]
        return [(n, *tail) for n in range(left + 1) for tail in rest(length - 1, left - n)]

    return rest(places, particles)


@lru_cache(maxsize=8)
def embedding(levels: int, particles: int) -> Any:
    """Column n: the full matrix, flattened, of the stored number ``y_n = c_n/w_n``.

    ``c_n x^n`` is ``c_n/mult(n)`` for each distinct arrangement of the pairs (i, j) on numbered particles, because
    ``(Σ ρ_ij x_ij)^N`` stands for a matrix of entries ``Π ρ_{i_a j_a}``.
    """
    dimension = levels**particles
    numbers = {label: column for column, label in enumerate(labels_of(levels, particles))}
    result = np.zeros((dimension, dimension, len(numbers)))
    for arrangement in product(range(levels**2), repeat=particles):
        label = tuple(arrangement.count(place) for place in range(levels**2))
        table = np.array(label).reshape(levels, levels)
        weight = multinomial(label) / np.sqrt(multinomial(table.sum(axis=1)) * multinomial(table.sum(axis=0)))
        row = column = 0
        for place in arrangement:
            i, j = divmod(place, levels)
            row, column = row * levels + i, column * levels + j
        result[row, column, numbers[label]] = weight / multinomial(label)
    return result.reshape(dimension**2, -1)


def _factors(space: Any) -> tuple[list[Any], list[int]]:
    levels = space.model.particles.levels
    matrices = [embedding(levels, count) for count in space.counts] + [np.eye(states**2) for states in space.fock]
    return matrices, [levels**count for count in space.counts] + list(space.fock)


def _turn(space: Any) -> Any:
    """The unitary from the levels of the occupation numbers to those of the model, on all particles."""
    sites = [space.rotations[k] for k, count in enumerate(space.counts) for _ in range(count)]
    return reduce(np.kron, [*sites, np.eye(prod(space.fock))])


def spread(space: Any, vector: Any) -> Any:
    """The full matrix (D, D) of a stored vector: particles block by block, then modes."""
    matrices, sizes = _factors(space)
    tensor = np.asarray(vector, dtype=complex).reshape(space.shape)
    for axis, matrix in enumerate(matrices):
        tensor = np.moveaxis(np.tensordot(matrix, tensor, axes=(1, axis)), 0, axis)
    pairs = tensor.reshape([size for size in sizes for _ in range(2)])
    order = [2 * f for f in range(len(sizes))] + [2 * f + 1 for f in range(len(sizes))]
    turn = _turn(space)
    return turn @ pairs.transpose(order).reshape(prod(sizes), prod(sizes)) @ turn.conj().T


def gathered(space: Any, matrix: Any) -> Any:
    """The stored vector of the symmetric part of a full matrix: the way back."""
    matrices, sizes = _factors(space)
    turn = _turn(space)
    pairs = (turn.conj().T @ matrix @ turn).reshape(sizes * 2)
    order = [axis for f in range(len(sizes)) for axis in (f, f + len(sizes))]
    tensor = pairs.transpose(order).reshape([size**2 for size in sizes])
    for axis, own in enumerate(matrices):
        back = own.T / np.sum(own**2, axis=0)[:, None]
        tensor = np.moveaxis(np.tensordot(back, tensor, axes=(1, axis)), 0, axis)
    return tensor.ravel()


def dissipated(jump: Any, rho: Any) -> Any:
    """``j ρ j† − ½{j†j, ρ}``."""
    number = jump.conj().T @ jump
    return jump @ rho @ jump.conj().T - 0.5 * (number @ rho + rho @ number)


def permuted(matrix: Any, counts: tuple[int, ...], levels: int = 2, fock: tuple[int, ...] = ()) -> Any:
    """The mean over all permutations of the particles of every block; modes come last."""
    shape = [levels] * sum(counts) + list(fock)
    tensor = matrix.reshape(shape * 2)
    start = 0
    for count in counts:
        total: Any = 0
        for order in permutations(range(count)):
            axes = list(range(len(shape)))
            axes[start : start + count] = [start + i for i in order]
            total = total + tensor.transpose(axes + [len(shape) + a for a in axes])
        tensor = total / factorial(count)
        start += count
    return tensor.reshape(matrix.shape)


class ExactFullSpace(FullSpace):
    """A `FullSpace` with dense matrices, all products symmetrised, and as many Fock states as wanted.

    Args:
        plan: the recipe; its ``diagonal`` may be any Hermitian matrix.
        particles: N.
        fock: Fock states of the mode, if there is one.
        pulse: factor of the energy and of the local amplitudes in time.
    """

    def __init__(
        self, plan: Recipe, particles: int, fock: int = 1, pulse: Callable[[float], float] = lambda _: 1.0
    ) -> None:
        super().__init__(plan, particles)
        self.fock, self.pulse = fock if plan.has_mode else 1, pulse
        self.counts = tuple(int(n) for n in np.bincount(self.block_of))
        self.dimension = plan.levels**particles * self.fock

    def site(self, operator: Any, i: int) -> Any:
        return super().site(operator, i).toarray()

    def mode(self, operator: Any) -> Any:
        return super().mode(operator).toarray()

    @cached_property
    def quadratures(self) -> tuple[Any, Any]:
        return self.power(1, 0), self.power(0, 1)

    def power(self, power_q: int, power_p: int) -> Any:
        """``q^a p^b``, symmetrised in a larger Fock space and cut afterwards."""
        a = np.diag(np.sqrt(np.arange(1, self.fock + 8)), 1).astype(complex) / np.sqrt(self.particles)
        q, p = (a + a.T) / np.sqrt(2), (a - a.T) / (1j * np.sqrt(2))
        if power_q + power_p == 0:
            return np.eye(self.dimension)
        return self.mode(symmetrised([q] * power_q + [p] * power_p)[: self.fock, : self.fock])

    @cached_property
    def hamiltonian(self) -> Any:
        """``N h`` with all products symmetrised."""
        s = [self.average(a, e) for a, e in self.plan.averages]
        total = np.zeros((self.dimension, self.dimension), dtype=complex)
        for coefficient, which, (power_q, power_p) in self.plan.energy:
            spins = symmetrised([s[i] for i in which]) if which else np.eye(self.dimension)
            total += coefficient * spins @ self.power(power_q, power_p)
        return self.particles * total

    def field(self, block: int) -> Any:
        """``Δ_k`` as a matrix."""
        plan = self.plan
        overlaps = [self.average(plan.diagonal, row) for row in plan.patterns]
        own = sum(e * o for e, o in zip(plan.patterns[:, block], overlaps, strict=True))
        return own + plan.threshold[block] * np.eye(self.dimension)

    @cached_property
    def local_jumps(self) -> Any:
        """``j^(i) Γ(Δ_k)``, shape (number, D, D)."""
        fields = [self.field(block) for block in range(len(self.counts))]
        result = []
        for jump in self.plan.jumps:
            shape = SHAPES[jump.kind]
            amplitudes = [jump.size * of_matrix(lambda x, s=jump.slope, f=shape: f(s * x), own) for own in fields]  # type: ignore[misc]
            result += [self.site(jump.operator, i) @ amplitudes[block] for i, block in enumerate(self.block_of)]
        return np.array(result).reshape(-1, self.dimension, self.dimension)

    @cached_property
    def collective_jumps(self) -> Any:
        """``√N ℓ``, shape (number, D, D)."""
        variables = [*(self.average(a, e) for a, e in self.plan.averages), *self.quadratures]
        result = [
            np.sqrt(self.particles) * sum(c * x for c, x in zip(row, variables, strict=True) if c)
            for row in self.plan.collective
        ]
        return np.array(result, dtype=complex).reshape(-1, self.dimension, self.dimension)

    def product_state(self, replace: dict[int, Any] | None = None) -> Any:
        """Every particle in its block's state, the mode coherent; cut and normalised."""
        states = [self.plan.density_matrices[k] for k in self.block_of]
        if self.plan.has_mode:
            z = np.sqrt(self.particles) * self.plan.amplitude
            psi = np.array([z**n / np.sqrt(factorial(n)) for n in range(self.fock)])
            states.append(np.outer(psi, psi.conj()) / np.vdot(psi, psi))
        return reduce(np.kron, states)

    @cached_property
    def _rates(self) -> tuple[Any, Any]:
        locals_, collective = self.local_jumps, self.collective_jumps
        dagger = (locals_.conj().swapaxes(1, 2), collective.conj().swapaxes(1, 2))
        return (dagger[0] @ locals_).sum(axis=0), (dagger[1] @ collective).sum(axis=0)

    def velocity(self, rho: Any, time: float = 0.0) -> Any:
        """``ρ̇ = −i[H, ρ] + Σ (LρL† − ½{L†L, ρ})``."""
        pulse, rates = self.pulse(time), self._rates
        drain = 1j * pulse * self.hamiltonian + 0.5 * (pulse**2 * rates[0] + rates[1])
        result = -drain @ rho - rho @ drain.conj().T
        for factor, jumps in ((pulse**2, self.local_jumps), (1.0, self.collective_jumps)):
            result += factor * ((jumps @ rho) @ jumps.conj().swapaxes(1, 2)).sum(axis=0)
        return result

    def evolve(self, rho: Any, times: Any) -> list[Any]:
        """Density matrices at `times`, the first of them `rho`, without a pulse: ``Σ_n (hL)^n ρ/n!`` step by step."""
        matrix, vector = self.liouvillian(), rho.astype(complex).ravel()
        norm = float(abs(matrix).sum(axis=0).max())
        states = [rho]
        for span in np.diff(times):
            steps = int(np.ceil(span * norm / 4))
            for _ in range(steps):
                term = vector
                for order in range(1, 60):
                    term = (matrix @ term) * (span / steps / order)
                    vector = vector + term
                    if np.abs(term).max() < 1e-15:
                        break
            states.append(vector.reshape(rho.shape))
        return states

    def evolve_with_pulse(self, rho: Any, times: Any) -> Any:
        """Density matrices at `times`, the first of them `rho`, with the pulse."""
        shape = rho.shape
        solution = solve_ivp(
            lambda t, y: self.velocity(y.reshape(shape), t).ravel(),
            (times[0], times[-1]),
            rho.astype(complex).ravel(),
            t_eval=times,
            method="DOP853",
            rtol=1e-9,
            atol=1e-11,
        )
        return solution.y.T.reshape(-1, *shape)

    def liouvillian(self) -> Any:
        """The sparse matrix of `velocity` on flattened density matrices (row by row), without a pulse."""
        unit = sparse.identity(self.dimension, format="csr")
        drain = sparse.csr_matrix(1j * self.hamiltonian + 0.5 * sum(self._rates))
        result = -sparse.kron(drain, unit, format="csr") - sparse.kron(unit, drain.conj(), format="csr")
        for jump in (*self.local_jumps, *self.collective_jumps):
            own = sparse.csr_matrix(jump)
            result = result + sparse.kron(own, own.conj(), format="csr")
        return result

    def partial(self, rho: Any, kept: tuple[int, ...]) -> Any:
        """The density matrix of some particles, in the order given."""
        d, n = self.plan.levels, self.particles
        tensor = rho.reshape([d] * n + [self.fock] + [d] * n + [self.fock])
        kets, bras = list(range(n + 1)), [i if i not in kept else n + 1 + i for i in range(n + 1)]
        out = [*kept, *(n + 1 + i for i in kept)]
        return np.einsum(tensor, kets + bras, out).reshape(d ** len(kept), d ** len(kept))

    def members(self, block: int) -> list[int]:
        """Numbers of the particles of a block."""
        return [int(i) for i in np.flatnonzero(self.block_of == block)]

    def _expectation(self, operator: Any, rho: Any) -> float:
        return float(np.trace(operator @ rho).real)

    @cached_property
    def block_averages(self) -> Any:
        """``m_{k,a}`` in the order of the state vector, shape (number, D, D)."""
        basis = hermitian_basis(self.plan.levels)[1:]
        return np.array(
            [sum(self.site(v, i) for i in self.members(k)) / n for k, n in enumerate(self.counts) for v in basis]
        )

    @cached_property
    def _fluctuations(self) -> Any:
        weights = np.repeat(np.sqrt(self.counts), self.plan.levels**2 - 1)
        operators = weights[:, None, None] * self.block_averages
        if self.plan.has_mode:
            operators = np.concatenate([operators, np.sqrt(self.particles) * np.array(self.quadratures)])
        return operators

    def means(self, rho: Any) -> Any:
        """``⟨m_{k,a}⟩`` of all blocks in one list."""
        return np.einsum("aij,ji->a", self.block_averages, rho).real

    def covariance(self, rho: Any) -> Any:
        """``½⟨{F_x, F_y}⟩ − ⟨F_x⟩⟨F_y⟩`` with ``F = √N_k m_{k,a}``, ``√N q``, ``√N p``."""
        operators = self._fluctuations
        count = len(operators)
        moved = operators @ rho
        means = np.trace(moved, axis1=1, axis2=2).real
        products = operators.swapaxes(1, 2).reshape(count, -1) @ moved.reshape(count, -1).T
        result = 0.5 * (products + products.T).real
        if self.plan.has_mode:
            # Squares are cut after the product, as everywhere else.
            own = [[np.trace(self.power(2 - i - j, i + j) @ rho).real for j in range(2)] for i in range(2)]
            result[-2:, -2:] = self.particles * np.array(own)
        return result - np.outer(means, means)

    def fock_populations(self, rho: Any) -> Any:
        """Probabilities of the Fock states."""
        return np.diag(rho).real.reshape(-1, self.fock).sum(axis=0)

    def level_populations(self, rho: Any) -> Any:
        """Probabilities of how many particles of each block are in level 0, shape (N_1 + 1, …)."""
        result = np.zeros([n + 1 for n in self.counts])
        for place, levels in enumerate(product(range(self.plan.levels), repeat=self.particles)):
            lowest = [sum(levels[i] == 0 for i in self.members(k)) for k in range(len(self.counts))]
            result[tuple(lowest)] += np.diag(rho).real.reshape(-1, self.fock)[place].sum()
        return result

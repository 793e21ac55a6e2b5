r"""Which stationary states are extremal, when several exist.

Without coherence between them the extremal states ρ_α have orthogonal supports, and every stationary state is a mixture.
Then for the mixture ``ρ = Σ_α p_α ρ_α`` of all of them and any other stationary ``ρ' = Σ_α c_α ρ_α``

    ρ^{-1/2} ρ' ρ^{-1/2} = Σ_α (c_α/p_α) P_α ,

so the eigenspaces of the left-hand side are the supports, and ``ρ_α ∝ ρ^{1/2} P_α ρ^{1/2}``. Where this does not give
stationary states, coherences between some of them persist for ever and the extremal states form a continuum.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.errors import ComplexArray
from largespin.exact.space.space import Space
from largespin.exact.states.dicke_blocks import dicke_blocks, from_dicke_blocks
from largespin.exact.states.full import full_dimension, full_matrix, symmetric_part
from largespin.exact.states.positivity import LARGEST_DIMENSION
from largespin.exact.states.state import SymmetricState

LARGEST_BLOCK = 56
"""Spins per block up to which the blocks of total spin keep enough digits: they lose up to a factor of 2^(N/2), which at 56
leaves seven of sixteen."""
SUPPORT = 1e-6
"""Eigenvalues of the mixture, relative to the largest of the block, whose directions tell the states apart:
below, dividing by the root of two of them would leave fewer than ten digits."""
FAINT = 1e-11
"""Eigenvalues whose directions are given to the state that fits best; below, they are rounding."""
SEPARATION = 10.0
"""Ratio of the distances between and within groups of eigenvalues, above which the groups count: exact groups differ by
rounding only, a continuum by a factor of order one."""

Matrices = Mapping[Any, ComplexArray]


def can_split(space: Space) -> bool:
    """Whether density matrices of this space can be written as matrices of moderate size."""
    if space.model.particles.levels == 2:
        return max(space.counts) <= LARGEST_BLOCK
    return full_dimension(space) <= LARGEST_DIMENSION


def extremal_states(mixture: SymmetricState, other: SymmetricState, count: int) -> list[SymmetricState] | None:
    """The extremal states of which two generic stationary states are mixtures.

    Args:
        mixture: a stationary state whose support contains those of all others.
        other: a generic Hermitian stationary matrix.
        count: how many there must be.

    Returns:
        States of trace 1, or None if the two are not mixtures of `count` states with orthogonal supports.
    """
    space = mixture.space
    total, generic = _matrices(mixture), _matrices(other)
    roots: dict[Any, tuple[ComplexArray, Any]] = {}
    clear: list[float] = []
    for key, matrix in total.items():
        values, vectors = np.linalg.eigh(matrix)
        if values[-1] <= 0.0:
            continue
        weights, directions = _weights(values, vectors, generic[key], values > SUPPORT * values[-1])
        clear += weights.tolist()
        weights, directions = _weights(values, vectors, generic[key], values > FAINT * values[-1])
        roots[key] = (directions, weights)
    centres = _centres(np.sort(clear), count)
    if centres is None:
        return None
    return [_state(space, total, roots, centres, index) for index in range(count)]


def _weights(values: Any, vectors: ComplexArray, generic: ComplexArray, kept: Any) -> tuple[Any, ComplexArray]:
    """Eigenvalues of ``ρ^{-1/2} ρ' ρ^{-1/2}`` on a part of the support, and ``ρ^{1/2}`` times their directions."""
    root = vectors[:, kept] * np.sqrt(values[kept])
    inverse = vectors[:, kept] / np.sqrt(values[kept])
    weights, directions = np.linalg.eigh(inverse.conj().T @ generic @ inverse)
    return weights, root @ directions


def _centres(values: Any, count: int) -> Any:
    """Centres of `count` groups of equal values; None if the values do not form so many."""
    if len(values) < count:
        return None
    steps = np.diff(values)
    order = np.argsort(steps)[::-1]
    edges = np.sort(order[: count - 1])
    within = steps[order[count - 1 :]].max(initial=0.0)
    if count > 1 and steps[edges].min() <= SEPARATION * within:
        return None
    return np.array([part.mean() for part in np.split(values, edges + 1)])


def _state(space: Space, total: Matrices, roots: Any, centres: Any, index: int) -> SymmetricState:
    parts = {key: np.zeros_like(matrix) for key, matrix in total.items()}
    for key, (directions, weights) in roots.items():
        nearest = np.argmin(np.abs(weights[:, None] - centres), axis=1)
        chosen = directions[:, nearest == index]
        parts[key] = chosen @ chosen.conj().T
    trace = sum(float(np.trace(matrix).real) for matrix in parts.values())
    return _symmetric(space, {key: matrix / trace for key, matrix in parts.items()})


def spread_state(space: Space) -> SymmetricState:
    """A state of full rank with equal weight on every total spin, or the maximally mixed state where there is none.

    The maximally mixed state has only ``(N + 1)/2^N`` of its weight on the largest spin.
    """
    if space.model.particles.levels != 2 or not can_split(space):
        return SymmetricState(space, maximally_mixed(space))
    blocks = dicke_blocks(SymmetricState(space, maximally_mixed(space))).blocks
    equal = {
        key: np.eye(len(matrix), dtype=np.complex128) / (len(matrix) * len(blocks)) for key, matrix in blocks.items()
    }
    return from_dicke_blocks(space, equal)


def maximally_mixed(space: Space) -> ComplexArray:
    """Components of the maximally mixed state of the particles and of equal weights of the Fock states."""
    levels = space.model.particles.levels
    factors: tuple[Any, ...] = space.factors
    vector: Any = np.ones(1, dtype=np.complex128)
    for factor in factors[: len(space.counts)]:
        vector = np.kron(vector, factor.product(np.eye(levels) / levels))
    for factor in factors[len(space.counts) :]:
        own = np.zeros(factor.size, dtype=np.complex128)
        own[factor.diagonal] = 1.0 / factor.states
        vector = np.kron(vector, own)
    return np.asarray(vector)


def _matrices(state: SymmetricState) -> Matrices:
    if state.space.model.particles.levels == 2:
        return dicke_blocks(state).blocks
    return {(): full_matrix(state)}


def _symmetric(space: Space, matrices: Matrices) -> SymmetricState:
    if space.model.particles.levels == 2:
        return from_dicke_blocks(space, matrices)
    return symmetric_part(space, matrices[()])

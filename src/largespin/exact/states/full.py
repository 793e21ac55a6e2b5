"""Symmetric states as matrices in the space of numbered particles, and back."""

from math import factorial, prod
from typing import Any

import numpy as np
import scipy.sparse as sparse

from largespin.errors import ComplexArray
from largespin.exact.space.occupations import Occupations
from largespin.exact.space.space import Space
from largespin.exact.states.state import SymmetricState


def full_dimension(space: Space) -> int:
    """``∏_k d_k^{N_k} × ∏ fock``, the dimension of the Hilbert space of numbered particles.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.states.full import full_dimension
        >>> full_dimension(ls.exact.System(ls.Model(ls.Spins()), particles=5).space)
        32
    """
    return int(prod(_sizes(space)))


def full_matrix(state: SymmetricState) -> ComplexArray:
    """``⟨i|ρ|j⟩ = y_n / √(mult(r) mult(c))`` with ``n`` counting the pairs (i_1, j_1), …, (i_N, j_N).

    Args:
        state: any symmetric state; `full_dimension` says how large the result is.

    Returns:
        The density matrix in the space of numbered particles, shape (D, D): particles block by block, then modes, which
        stay displaced if those of the state are; the last index runs fastest.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.states.full import full_matrix
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=2)
        >>> full_matrix(system.product_state([0.0, 0.0, 1.0])).real.diagonal()
        array([1., 0., 0., 0.])
    """
    space = state.space
    tensor = np.asarray(state.vector, dtype=np.complex128).reshape(space.shape)
    for axis, block in enumerate(occupations(space)):
        tensor = along(_embedding(block), tensor, axis)
    sizes = _sizes(space)
    return _particles_turned(space, rows_and_columns(tensor, sizes))


def symmetric_part(space: Space, matrix: ComplexArray) -> SymmetricState:
    """The state whose full matrix is the average of `matrix` over permutations inside each block.

    ``y_n = √(mult(r) mult(c)) · mean of ⟨i|ρ|j⟩`` over all (i, j) of type n.

    Args:
        space: the symmetric space.
        matrix: shape (D, D) in the order of `full_matrix`.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.exact.states.full import symmetric_part
        >>> space = ls.exact.System(ls.Model(ls.Spins()), particles=2).space
        >>> symmetric_part(space, np.diag([0, 1, 0, 0])).means()  # one up, one down
        array([[0., 0., 0.]])
    """
    sizes = _sizes(space)
    tensor = pairs(_particles_turned(space, np.asarray(matrix, dtype=np.complex128), back=True), sizes)
    for axis, block in enumerate(occupations(space)):
        embedding = _embedding(block)
        # The columns of the embedding are orthogonal, with all entries of one column equal.
        weight = np.asarray(embedding.power(2).sum(axis=0)).ravel()
        tensor = along(sparse.diags(1.0 / weight) @ embedding.T.tocsr(), tensor, axis)
    return SymmetricState(space, tensor.ravel())


def occupations(space: Space) -> list[Occupations]:
    """The factors that are blocks."""
    return [factor for factor in space.factors if isinstance(factor, Occupations)]


def along(matrix: Any, tensor: Any, axis: int) -> Any:
    """A matrix applied to one axis of a tensor."""
    moved = np.moveaxis(tensor, axis, 0)
    result = matrix @ moved.reshape(len(moved), -1)
    return np.moveaxis(result.reshape(-1, *moved.shape[1:]), 0, axis)


def rows_and_columns(tensor: ComplexArray, sizes: list[int]) -> ComplexArray:
    """Axes of pairs (row, column) split and sorted into one matrix."""
    count = len(sizes)
    split = tensor.reshape([size for size in sizes for _ in range(2)])
    order = [2 * k for k in range(count)] + [2 * k + 1 for k in range(count)]
    total = int(prod(sizes))
    return np.ascontiguousarray(split.transpose(order)).reshape(total, total)


def pairs(matrix: ComplexArray, sizes: list[int]) -> ComplexArray:
    """The way back from `rows_and_columns`: one axis of pairs (row, column) per factor."""
    count = len(sizes)
    order = [axis for k in range(count) for axis in (k, count + k)]
    return matrix.reshape(*sizes, *sizes).transpose(order).reshape([size**2 for size in sizes])


def is_turned(rotation: ComplexArray) -> bool:
    """Whether a rotation is more than the identity."""
    return bool(np.any(rotation != np.eye(len(rotation))))


def turned(matrix: ComplexArray, turns: list[ComplexArray]) -> ComplexArray:
    """``V ρ V†`` with V the tensor product of `turns`; ρ itself if there are none."""
    if not turns:
        return matrix
    sizes = [len(turn) for turn in turns]
    tensor = matrix.reshape(*sizes, *sizes)
    for axis, turn in enumerate(turns):
        tensor = along(turn, tensor, axis)
        tensor = along(turn.conj(), tensor, len(sizes) + axis)
    return np.ascontiguousarray(tensor).reshape(matrix.shape)


def _sizes(space: Space) -> list[int]:
    """Dimensions ``d^{N_k}`` of the blocks and F of the modes."""
    return [space.model.particles.levels**count for count in space.counts] + list(space.fock)


def _particles_turned(space: Space, matrix: ComplexArray, *, back: bool = False) -> ComplexArray:
    """A full matrix with every particle turned by its block's rotation, or back."""
    if not any(is_turned(rotation) for rotation in space.rotations):
        return matrix
    turns = [u.conj().T if back else u for u, n in zip(space.rotations, space.counts, strict=True) for _ in range(n)]
    return turned(matrix, turns + [np.eye(states, dtype=np.complex128) for states in space.fock])


def _embedding(block: Occupations) -> Any:
    """Sparse matrix from the ``y_n`` of one block to all ``⟨i|ρ|j⟩``, shape (d^{2N}, size)."""
    levels, total = block.levels, block.particles
    size = levels**total
    digits = np.stack(np.unravel_index(np.arange(size), (levels,) * total), axis=1)
    fact = [factorial(i) for i in range(total + 1)]
    counts = np.stack([(digits == level).sum(axis=1) for level in range(levels)], axis=1)
    orders = np.array([fact[total] // prod(fact[i] for i in row) for row in counts.tolist()], dtype=np.float64)
    values = (1.0 / np.sqrt(np.outer(orders, orders))).ravel()
    columns = np.empty(size**2, dtype=np.int64)
    for row in range(size):
        places = digits[row] * levels + digits
        labels = np.stack([(places == place).sum(axis=1) for place in range(levels**2)], axis=1)
        columns[row * size : (row + 1) * size] = block.index(labels)
    return sparse.csr_matrix((values, (np.arange(size**2), columns)), shape=(size**2, block.size))

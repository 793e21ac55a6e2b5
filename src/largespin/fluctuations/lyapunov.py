"""The Lyapunov equation ``J Σ + Σ Jᵀ + Q = 0`` for whole grids of small matrices, and for single large ones.

Variables that J does not connect are solved apart: x components of a Hopfield network, for instance, never meet y and
z. Small pieces of all grid points are solved at once as linear systems for the independent entries of Σ, large ones by
SciPy's Bartels–Stewart solver."""

from functools import lru_cache
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray

Indices = npt.NDArray[np.intp]

SMALL = 64
"""Number of unknowns up to which a piece is solved as one linear system, all grid points at once."""
FEW = 24
"""Number of variables up to which all pieces are told apart; beyond, the largest one from the rest."""
NEGLIGIBLE = 1e-15
"""Entries below this fraction of the largest entry of a matrix count as zero: they are what rounding leaves of sums
that cancel."""
CHUNK = 4e6
"""Numbers in the linear systems that are set up at one time: 32 MB."""


def solve_lyapunov(drift: FloatArray, noise: FloatArray) -> FloatArray:
    """Σ with ``J Σ + Σ Jᵀ + Q = 0`` for stable matrices J of shape (…, n, n) and symmetric Q of the same shape.

    Example:
        >>> import numpy as np
        >>> from largespin.fluctuations.lyapunov import solve_lyapunov
        >>> solve_lyapunov(np.diag([-0.5, -1.0]), np.diag([1.0, 2.0]))
        array([[1., 0.],
               [0., 1.]])
    """
    n = drift.shape[-1]
    j, q = drift.reshape(-1, n, n), np.broadcast_to(noise, drift.shape).reshape(-1, n, n)
    result = np.zeros(j.shape)
    pieces = _pieces(j)
    present = _present(q)
    for first, second in combinations_with_replacement(range(len(pieces)), 2):
        a, b = pieces[first], pieces[second]
        if not present[np.ix_(a, b)].any():
            continue
        block = (slice(None), a[:, None], b)
        if first == second:
            result[block] = _symmetric_piece(j[block], q[block])
        else:
            off = _mixed_piece(j[:, a[:, None], a], j[:, b[:, None], b], q[block])
            result[block] = off
            result[:, b[:, None], a] = np.swapaxes(off, -1, -2)
    return result.reshape(drift.shape)


def _present(matrices: FloatArray) -> FloatArray:
    """Which entries are not negligible in some matrix of the batch, shape (n, n)."""
    largest = np.abs(matrices).max(axis=(-1, -2), keepdims=True, initial=0.0)
    return np.asarray((np.abs(matrices) > NEGLIGIBLE * largest).any(axis=0))


def _pieces(drift: FloatArray) -> list[Indices]:
    """Index sets between which J has no entries at any grid point."""
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(_present(drift), directed=True, connection="weak")
    pieces = [np.flatnonzero(label == number) for number in range(count)]
    if drift.shape[-1] <= FEW or count <= 2:
        return pieces
    largest = max(pieces, key=len)
    return [largest, np.setdiff1d(np.arange(drift.shape[-1]), largest)]


def _symmetric_piece(drift: FloatArray, noise: FloatArray) -> FloatArray:
    from scipy.linalg import solve_continuous_lyapunov

    size = drift.shape[-1]
    rows, columns = np.triu_indices(size)
    if len(rows) > SMALL:
        solved = np.array([solve_continuous_lyapunov(j, -q) for j, q in zip(drift, noise, strict=True)])
        return 0.5 * (solved + np.swapaxes(solved, -1, -2))
    entries = _solve_in_chunks(drift.reshape(len(drift), -1), _symmetric_operator(size), noise[:, rows, columns])
    result = np.empty(drift.shape)
    result[:, rows, columns] = entries
    result[:, columns, rows] = entries
    return result


def _mixed_piece(first: FloatArray, second: FloatArray, noise: FloatArray) -> FloatArray:
    """``J_a Σ_ab + Σ_ab J_bᵀ + Q_ab = 0`` between two pieces."""
    from scipy.linalg import solve_sylvester

    a, b = first.shape[-1], second.shape[-1]
    if a * b > SMALL:
        return np.array([solve_sylvester(x, y.T, -q) for x, y, q in zip(first, second, noise, strict=True)])
    both = np.concatenate([first.reshape(len(first), -1), second.reshape(len(second), -1)], axis=1)
    return _solve_in_chunks(both, _mixed_operator(a, b), noise.reshape(len(noise), -1)).reshape(noise.shape)


def _solve_in_chunks(entries: FloatArray, operator: FloatArray, noise: FloatArray) -> FloatArray:
    """Solve ``(entries · operator) x = −noise`` for every grid point; `operator` is linear in the entries of J."""
    unknowns = noise.shape[-1]
    result = np.empty(noise.shape)
    size = max(1, int(CHUNK // unknowns**2))
    for begin in range(0, len(noise), size):
        chosen = slice(begin, begin + size)
        matrices = (entries[chosen] @ operator).reshape(-1, unknowns, unknowns)
        result[chosen] = np.linalg.solve(matrices, -noise[chosen, :, None])[..., 0]
    return result


@lru_cache(maxsize=32)
def _symmetric_operator(size: int) -> FloatArray:
    """How the entries of J (size², first axis) enter the equations for the upper triangle of Σ, flattened."""
    rows, columns = np.triu_indices(size)
    place = np.empty((size, size), dtype=int)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))
    operator = np.zeros((size, size, len(rows), len(rows)))
    for equation, (i, j) in enumerate(zip(rows, columns, strict=True)):
        for k in range(size):
            operator[i, k, equation, place[k, j]] += 1.0
            operator[j, k, equation, place[i, k]] += 1.0
    return operator.reshape(size**2, -1)


@lru_cache(maxsize=64)
def _mixed_operator(a: int, b: int) -> FloatArray:
    """How the entries of J_a (first) and J_b (behind them, first axis) enter the equations for a block Σ_ab,
    flattened."""
    first = np.einsum("ip,kq,jl->pqijkl", np.eye(a), np.eye(a), np.eye(b)).reshape(a * a, -1)
    second = np.einsum("jp,lq,ik->pqijkl", np.eye(b), np.eye(b), np.eye(a)).reshape(b * b, -1)
    return np.concatenate([first, second])

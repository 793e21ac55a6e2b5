"""Does the work space of a linear solver fit into memory? Asked when the matrix is known, before anything is allocated."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from largespin.errors import LargespinError
from largespin.exact.generator.memory import BYTES_PER_FACTOR, SHARE, free_memory, in_words

FRONT = 14.0
"""Entries of complete factors per square of the widest front: 3 to 13.2 measured for spins ½, spins with a mode, two blocks
and three levels, with 946 to 20,336 unknowns. The last fronts are dense, and the others add up like a geometric series."""
DENSE_COPIES = 48.0
"""Bytes per entry of a dense matrix whose eigenvectors are computed: the matrix, LAPACK's copy and work, real and complex
eigenvectors."""


def allowed(limit: float | None) -> float:
    """Bytes that may be taken: the limit, or most of what is free."""
    return SHARE * free_memory() if limit is None else limit


def widest_front(matrix: sparse.csr_array) -> int:
    """The most unknowns at one distance from the end of the graph: what has to be cut to part it in two."""
    graph = abs(matrix) + abs(matrix.T)
    end = dijkstra(graph, unweighted=True, indices=0)
    # From the far end the levels are longest and narrowest; unreachable unknowns have no distance.
    far = int(np.argmax(np.where(np.isfinite(end), end, -1.0)))
    distances = dijkstra(graph, unweighted=True, indices=far)
    return int(np.bincount(distances[np.isfinite(distances)].astype(int)).max())


def factor_size(matrix: sparse.csr_array) -> float:
    """Bytes of complete factors, estimated from the widest front."""
    size = matrix.shape[0]
    return BYTES_PER_FACTOR * min(float(size) ** 2, FRONT * float(widest_front(matrix)) ** 2)


def factors_too_large(matrix: sparse.csr_array, limit: float | None, copies: float = 1.0) -> str:
    """Why complete factors do not fit into memory, as a part of a sentence; empty if they do.

    Args:
        matrix: what is factorised.
        limit: bytes allowed; most of the free memory if None.
        copies: size of a number, relative to a real one.
    """
    room = allowed(limit)
    # The graph is walked only where full factors would not fit.
    if copies * BYTES_PER_FACTOR * float(matrix.shape[0]) ** 2 <= room:
        return ""
    return _too_large(f"the factors of {matrix.shape[0]:,} unknowns", copies * factor_size(matrix), room)


def incomplete_too_large(matrix: sparse.csr_array, fill: float, limit: float | None) -> str:
    """Why incomplete factors, of at most `fill` entries per entry of the matrix, do not fit into memory; empty if they do."""
    what = f"the incomplete factors of {matrix.shape[0]:,} unknowns"
    return _too_large(what, BYTES_PER_FACTOR * fill * float(matrix.nnz), allowed(limit))


def check_room(what: str, size: float, limit: float | None, cure: str) -> None:
    """Refuse work space of `size` bytes that does not fit.

    Raises:
        LargespinError: with what is needed, what is free, and the cure.
    """
    problem = _too_large(what, size, allowed(limit))
    if problem:
        raise LargespinError(f"The Liouvillian spectrum must fit into memory, but {problem}; {cure}.")


def _too_large(what: str, size: float, room: float) -> str:
    return "" if size <= room else f"{what} take about {in_words(size)}, and only {in_words(room)} are free"

"""Which symmetries does a state have, and in which directions can it move without losing them?

A branch that starts in a symmetric state stays symmetric, so it is followed in the space of states with its symmetries.
There a pitchfork is no obstacle, and of several critical directions that symmetry makes equal only one is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from largespin.errors import FloatArray

MOST_ELEMENTS = 3000
"""Number of symmetries up to which products of the given ones are formed; four stored patterns have 768."""
MOST_NUMBERS = 2e6
"""Numbers in all matrices of the group up to which products are formed: 16 MB, and multiplied at every state."""
SAME = 1e-7
"""Distance below which a state is its own image; states along branches are accurate to 1e-9 or so."""
MOVED = 1e-12
"""Scalar product of two changes that is rounding; of neighbouring states that a symmetry tells apart it is the square of
their distance, above 1e-10."""
DIGITS = 6
"""Digits to which matrices of a group are compared; their entries are 0, ±1 or algebraic numbers, rounded to 1e-16."""
FIXED = 1e-9
"""How far the eigenvalue of the mean over a group may be from 1 for a fixed vector; others have a half at most."""
MOST_PAIRS_FROM = 64
"""Elements up to which pairs of them are tried: two thousand pairs take milliseconds."""
SAME_AXIS = 1e-6
"""Difference of a cosine from 1 up to which two axes are one; critical vectors of a rough guess are off by 1e-5."""


@dataclass(frozen=True, eq=False)
class Group:
    """Symmetries as matrices, shape (elements, n, n), the identity first."""

    matrices: FloatArray

    def stabiliser(self, u: FloatArray, tolerance: float = SAME) -> FloatArray:
        """The elements that leave u (n,) where it is, shape (elements, n, n)."""
        limit = tolerance * max(1.0, float(np.abs(u).max(initial=0.0)))
        return self.matrices[np.abs(self.matrices @ u - u).max(axis=1) < limit]

    def images(self, u: FloatArray) -> FloatArray:
        """All images of u (n,), shape (elements, n)."""
        return self.matrices @ u

    def became_symmetric(self, before: FloatArray, after: FloatArray) -> bool:
        """Whether a state moved through one with more symmetries: beyond it is the image of what was before."""
        moved = np.einsum("gi,gi->g", self.matrices @ before - before, self.matrices @ after - after)
        return bool(np.any(moved < -MOVED))


def generated(generators: Sequence[FloatArray], size: int) -> Group:
    """The group of all products, or identity and generators alone if there are too many."""
    return _generated(tuple(np.ascontiguousarray(g, dtype=float).tobytes() for g in generators), size)


@lru_cache(maxsize=32)
def _generated(contents: tuple[bytes, ...], size: int) -> Group:
    generators = [np.frombuffer(content).reshape(size, size) for content in contents]
    elements = [np.eye(size)]
    seen = {_key(elements[0])}
    most = min(MOST_ELEMENTS, MOST_NUMBERS / size**2)
    position = 0
    while position < len(elements):
        for generator in generators:
            product = generator @ elements[position]
            if (key := _key(product)) not in seen:
                seen.add(key)
                elements.append(product)
        if len(elements) > most:
            return Group(np.stack([np.eye(size), *generators]))
        position += 1
    return Group(np.stack(elements))


def _key(matrix: FloatArray) -> bytes:
    return (np.round(matrix, DIGITS) + 0.0).tobytes()


def fixed_space(matrices: FloatArray) -> FloatArray:
    """Orthonormal basis of the vectors that all matrices (elements, n, n) leave alone, shape (n, b)."""
    mean = matrices.mean(axis=0)
    if np.array_equal(mean, np.eye(len(mean))):
        return np.eye(len(mean))
    values, vectors = np.linalg.eigh(0.5 * (mean + mean.T))
    return vectors[:, values > 1.0 - FIXED]


def symmetric_axes(stabiliser: FloatArray, kernel: FloatArray) -> list[FloatArray]:
    """Directions of a critical space that symmetries single out, one of each kind.

    By the equivariant branching lemma a branch leaves along every axis of the kernel (n, k) that a group of symmetries
    fixes. Axes fixed by one element or two are found; images of one another are named once.

    Args:
        stabiliser: symmetries of the state, shape (elements, n, n).
        kernel: orthonormal basis of the critical space.
    """
    if kernel.shape[1] == 1:
        return [kernel[:, 0]]
    small = np.unique(np.round(kernel.T @ stabiliser @ kernel, 9) + 0.0, axis=0)
    axes: list[FloatArray] = []
    for chosen in _sets(len(small)):
        fixed = fixed_space(small[list(chosen)])
        if fixed.shape[1] == 1:
            axis = fixed[:, 0]
            if not any(_same_line(image, other) for image in small @ axis for other in axes):
                axes.append(axis)
    return [kernel @ axis for axis in axes]


def _sets(count: int) -> Iterable[tuple[int, ...]]:
    yield from ((i,) for i in range(count))
    if count <= MOST_PAIRS_FROM:
        yield from ((i, j) for i in range(count) for j in range(i))


def _same_line(first: FloatArray, second: FloatArray) -> bool:
    return bool(abs(abs(first @ second) - 1.0) < SAME_AXIS)

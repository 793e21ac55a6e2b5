r"""Total angular momentum of symmetric states of spins ½: ``ρ = ⊕_j ρ_j ⊗ 1/d_j``, there and back.

For one block of N spins, ``j = N/2, N/2 − 1, …`` and ``d_j = C(N, k) − C(N, k−1)`` copies with ``k = N/2 − j``. On a
product ``t^{⊗N}`` the part of spin j is ``det(t)^k Sym^{2j}(t)`` in each copy, where ``Sym^M(t)`` acts on M spins without
order. Both are polynomials in the entries of t; the coefficient of ``t^n`` gives the part of the monomial ``x^n`` of the
symmetric space. With ``r = n_00 + n_01``, ``c = n_00 + n_10``, ``M = 2j``, ``a = r − k`` and ``b = c − k`` spins up

    d_j ⟨a|ρ_j|b⟩ = Σ_n y_n d_j K_j(n) / √(C(N,r) C(N,c) C(M,a) C(M,b)),
    K_j(n) = Σ_s C(k,s) (−1)^s M! / ∏ (n − shift_s)! ,

a square matrix for every pair (r, c). The integers K obey a recurrence with three terms in ``n_01``, because ``J²`` moves
``n_01`` by one at most; it is run with Python's integers, so every entry is right to the last digit of a float. What
remains is the cancellation between the ``y_n``, which costs up to ``2^{N/2}``: it is estimated and returned with the result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import comb, factorial, prod
from types import MappingProxyType
from typing import Any

import numpy as np
import scipy.sparse as sparse

from largespin.errors import ComplexArray, FloatArray, LargespinError, number_in
from largespin.exact.space.occupations import Occupations
from largespin.exact.space.space import HasSpace, Space, space_of
from largespin.exact.states.full import along, is_turned, occupations, pairs, rows_and_columns, turned
from largespin.exact.states.state import SymmetricState, check_state
from largespin.model.operators import hermitian_basis

LARGEST_BLOCK = 120
"""Spins per block; beyond, the cancellation leaves no digit and the matrices take gigabytes."""

Spin = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class DickeBlocks:
    """The blocks ``d_j ρ_j`` of a state, of total trace one, and how far rounding moves them.

    Attributes:
        blocks: for ``(j_1, …, j_K)`` the matrix on ``|j_1, m_1⟩ … |j_K, m_K⟩`` and the modes, shape
            (∏ (2 j_k + 1) ∏ fock, same); the last index runs fastest and m falls from j to −j, level 0 being up. Modes
            stay displaced if those of the state are.
        multiplicities: for ``(j_1, …, j_K)`` the number of copies ``∏ d_{j_k}``; an eigenvalue of the state itself is one
            of the block divided by it.
        rounding: estimate of ``Σ_j tr|δ(d_j ρ_j)|``, the error of all blocks together.
    """

    blocks: Mapping[Spin, ComplexArray]
    multiplicities: Mapping[Spin, int]
    rounding: float

    def eigenvalues(self) -> Mapping[Spin, FloatArray]:
        """Eigenvalues of the Hermitian part of every block, rising; they sum to the trace."""
        hermitian = {j: 0.5 * (block + block.conj().T) for j, block in self.blocks.items()}
        return {j: np.asarray(np.linalg.eigvalsh(block), dtype=np.float64) for j, block in hermitian.items()}


def dicke_blocks(state: SymmetricState, *, error: float = 0.0) -> DickeBlocks:
    """The blocks of ``ρ = ⊕_j ρ_j ⊗ 1_{d_j}``, each multiplied by ``d_j``.

    Args:
        state: a state of spins ½, with any number of blocks and modes.
        error: absolute error of the stored numbers beyond their rounding, for instance the tolerance of an integrator.

    Returns:
        `DickeBlocks`. One block without modes gives the matrices on the diagonal of QuTiP PIQS's Dicke basis.

    Raises:
        LargespinError: particles with more than two levels, or more than 120 spins in a block.

    Limits: errors of the stored numbers grow by up to ``2^{N/2}``; see ``rounding``.

    Source: Schur–Weyl duality; Chase and Geremia, Phys. Rev. A 78, 052101 (2008) for the blocks.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.exact.states.dicke_blocks import dicke_blocks
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=2)
        >>> mixed = dicke_blocks(system.product_state([0.0, 0.0, 0.0]))
        >>> {j: float(np.trace(block).real.round(6)) for j, block in mixed.blocks.items()}  # triplet and singlet
        {(1.0,): 0.75, (0.0,): 0.25}
    """
    space = check_state(state).space
    _check(space)
    number_in("error", error, 0.0)
    tensor = np.asarray(state.vector, dtype=np.complex128).reshape(space.shape)
    # Numbers made with logarithms of factorials, such as those of product states, lose digits in proportion to N.
    unit = np.finfo(np.float64).eps * max(1.0, space.particles / 4)
    variance = (unit * np.abs(tensor)) ** 2 + error**2
    for axis, block in enumerate(occupations(space)):
        matrix = _transform(block.particles)
        tensor = along(matrix, tensor, axis)
        # Errors of the entries are taken as independent; the new entries are rounded in turn.
        variance = along(matrix.power(2), variance, axis) + (np.finfo(np.float64).eps * np.abs(tensor)) ** 2
    blocks, copies, rounding = {}, {}, 0.0
    for spins, part in _parts(space):
        blocks[spins] = turned(_as_matrix(tensor[part]), _turns(space, spins))
        copies[spins] = prod(_copies(n, j) for n, j in zip(space.counts, spins, strict=True))
        # tr|X| ≤ √dim ‖X‖ for any matrix.
        rounding += float(np.sqrt(len(blocks[spins]) * variance[part].sum()))
    return DickeBlocks(MappingProxyType(blocks), MappingProxyType(copies), rounding)


def from_dicke_blocks(where: Space | HasSpace, blocks: Mapping[Any, Any]) -> SymmetricState:
    """The state ``⊕_j (block_j / d_j) ⊗ 1_{d_j}``: the way back from `dicke_blocks`.

    Args:
        where: a `System` of spins ½, or its space.
        blocks: for ``(j_1, …, j_K)`` a matrix of shape (∏ (2 j_k + 1) ∏ fock, same); spins that are left out are empty.
            For one block the key may be the number j.

    Returns:
        `SymmetricState`. Nothing grows on this way: an error of the blocks moves no stored number by more than itself.

    Raises:
        LargespinError: more than two levels, spins that N particles do not have, or matrices of the wrong shape.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.exact.states.dicke_blocks import from_dicke_blocks
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=4)
        >>> dicke = from_dicke_blocks(system, {2: np.diag([0, 0, 1, 0, 0])})  # |j = 2, m = 0⟩
        >>> round(dicke.purity(), 9)
        1.0
    """
    space = space_of("where", where)
    _check(space, "where")
    if not isinstance(blocks, Mapping):
        raise LargespinError(
            "Argument `blocks` must be a mapping from total spins to matrices, as `dicke_blocks(…).blocks` is, but it is a "
            f"{type(blocks).__name__}."
        )
    given = {_spin(key): value for key, value in blocks.items()}
    places = dict(_parts(space))
    tensor = np.zeros(space.shape, dtype=np.complex128)
    for spins, value in given.items():
        if spins not in places:
            raise LargespinError(
                f"Argument `blocks` must have spins that the particles can form, such as {next(iter(places))}, but it has "
                f"{spins}."
            )
        size = int(prod(round(2 * j) + 1 for j in spins) * prod(space.fock))
        matrix = np.asarray(value, dtype=np.complex128)
        if matrix.shape != (size, size):
            raise LargespinError(
                f"Argument `blocks` must hold a {size} × {size} matrix for {spins}, but its shape is {matrix.shape}."
            )
        turns = [turn.conj().T for turn in _turns(space, spins)]
        tensor[places[spins]] = pairs(turned(matrix, turns), [round(2 * j) + 1 for j in spins] + list(space.fock))
    for axis, block in enumerate(occupations(space)):
        outer, inner = _scales(block)
        tensor = along(sparse.diags(outer) @ _transform(block.particles).T.tocsr() @ sparse.diags(inner), tensor, axis)
    return SymmetricState(space, tensor.ravel())


def _check(space: Space, name: str = "state") -> None:
    if space.model.particles.levels != 2:
        raise LargespinError(
            f"Argument `{name}` must be of particles with 2 levels to have Dicke blocks, but they have {space.model.particles.levels}."
        )
    largest = max(space.counts)
    if largest > LARGEST_BLOCK:
        raise LargespinError(
            f"Argument `{name}` must have at most {LARGEST_BLOCK} spins per block to be split into Dicke blocks, but one "
            f"block has {largest}."
        )


def _spin(key: Any) -> Spin:
    try:
        return tuple(float(j) for j in (key if isinstance(key, tuple) else (key,)))
    except (TypeError, ValueError) as error:
        raise LargespinError(
            f"Argument `blocks` must have total spins as keys, or a tuple of one per block, but {key!r} is none."
        ) from error


def _copies(particles: int, j: float) -> int:
    """``d_j``."""
    k = round(particles / 2 - j)
    return comb(particles, k) - (comb(particles, k - 1) if k else 0)


def _parts(space: Space) -> Iterator[tuple[Spin, tuple[slice, ...]]]:
    """Spins ``(j_1, …)``, falling, and where their blocks lie in the tensor after `_transform`."""
    choices = []
    for count in space.counts:
        ends = _ends(count)
        choices.append([(count / 2 - k, slice(ends[k], ends[k + 1])) for k in range(count // 2 + 1)])
    for chosen in product(*choices):
        yield tuple(j for j, _ in chosen), tuple(part for _, part in chosen)


def _ends(particles: int) -> list[int]:
    """Where the parts of spin j, falling, begin and end."""
    return [0, *np.cumsum([(particles - 2 * k + 1) ** 2 for k in range(particles // 2 + 1)]).tolist()]


def _as_matrix(part: ComplexArray) -> ComplexArray:
    return rows_and_columns(part, [round(np.sqrt(size)) for size in part.shape])


def _turns(space: Space, spins: Spin) -> list[ComplexArray]:
    """Per factor the unitary from the basis of the occupation numbers to the basis of the particles; empty if none is."""
    if not any(is_turned(rotation) for rotation in space.rotations):
        return []
    turns = [_spin_rotation(u, round(2 * j)) for u, j in zip(space.rotations, spins, strict=True)]
    return turns + [np.eye(states, dtype=np.complex128) for states in space.fock]


def _spin_rotation(unitary: ComplexArray, spins: int) -> ComplexArray:
    """``Sym^M(U) = exp(−iθ n·J)`` for ``U = cos(θ/2) − i sin(θ/2) n·σ``, up to a phase, in the basis m = j … −j."""
    special = unitary / np.sqrt(np.linalg.det(unitary))
    cosine = 0.5 * float(np.trace(special).real)
    vector = np.array([0.5 * float((1j * np.trace(special @ pauli)).real) for pauli in hermitian_basis(2)[1:]])
    sine = float(np.linalg.norm(vector))
    if sine == 0.0:
        return np.eye(spins + 1, dtype=np.complex128)
    x, y, z = vector / sine
    raising = np.diag(np.sqrt(np.arange(spins, 0, -1.0) * np.arange(1.0, spins + 1)), 1)
    m = spins / 2 - np.arange(spins + 1.0)
    spin = 0.5 * x * (raising + raising.T) - 0.5j * y * (raising - raising.T) + z * np.diag(m)
    values, columns = np.linalg.eigh(spin)
    return np.asarray((columns * np.exp(-2j * np.arctan2(sine, cosine) * values)) @ columns.conj().T)


# A quarter of the memory of the entries it is made of, and only as many as two blocks of different size need.
@lru_cache(maxsize=2)
def _transform(particles: int) -> Any:
    """Sparse matrix from the ``y_n`` of one block to the entries of all ``d_j ρ_j``, j falling, row by row."""
    block = Occupations(2, particles)
    rows, labels, values = _entries(particles)
    return sparse.csr_matrix((values, (rows, block.index(labels))), shape=(block.size, block.size))


def _entries(particles: int) -> tuple[Any, Any, Any]:
    """Rows, labels ``n`` and values of the matrix of `_transform`."""
    rows, labels, values = [], [], []
    ends = np.array(_ends(particles))
    for r in range(particles // 2 + 1):
        for c in range(r, particles - r + 1):
            entries = _sector(particles, r, c)
            k, step = (grid.ravel() for grid in np.indices(entries.shape))
            n = np.stack([r - step, step, c - r + step, particles - c - step], axis=1)
            size = particles - 2 * k + 1
            # Transposing, and turning all spins over, change the labels and not the value.
            seen = set()
            for up, down, columns in (
                (r, c, (0, 1, 2, 3)),
                (c, r, (0, 2, 1, 3)),
                (particles - r, particles - c, (3, 2, 1, 0)),
                (particles - c, particles - r, (3, 1, 2, 0)),
            ):
                if (up, down) in seen:
                    continue
                seen.add((up, down))
                # M − a spins down is the row of a spins up.
                rows.append(ends[k] + (size - 1 - (up - k)) * size + (size - 1 - (down - k)))
                labels.append(n[:, list(columns)])
                values.append(entries.ravel())
    return np.concatenate(rows), np.concatenate(labels), np.concatenate(values)


def _sector(particles: int, r: int, c: int) -> FloatArray:
    """``d_j K_j(n) / √(C(N,r) C(N,c) C(M,a) C(M,b))`` for ``k = 0 … r`` (rows) and ``n_01 = 0 … r``, with r ≤ c, N − c.

    ``(n_01 + 1)(n_10 + 1) K(n_01 + 1) = (n_00 n_11 + n_01 n_10 − k (N + 1 − k)) K(n_01) − (n_00 + 1)(n_11 + 1) K(n_01 − 1)``
    says that J² has the eigenvalue j (j + 1).
    """
    total = particles
    fact = [factorial(i) for i in range(total + 1)]
    first = [fact[total - 2 * k] // (fact[r - k] * fact[c - r] * fact[total - c - k]) for k in range(r + 1)]
    shift = np.array([k * (total + 1 - k) for k in range(r + 1)], dtype=object)
    before, now = np.zeros(r + 1, dtype=object), np.array(first, dtype=object)
    columns = [now]
    for n01 in range(r):
        n00, n10, n11 = r - n01, c - r + n01, total - c - n01
        after = ((n00 * n11 + n01 * n10 - shift) * now - (n00 + 1) * (n11 + 1) * before) // ((n01 + 1) * (n10 + 1))
        before, now = now, after
        columns.append(now)
    integers = np.stack(columns, axis=1)
    outer = comb(total, r) * comb(total, c)
    copies = np.array([[_copies(total, total / 2 - k)] for k in range(r + 1)], dtype=object)
    norms = np.array(
        [[outer * comb(total - 2 * k, r - k) * comb(total - 2 * k, c - k)] for k in range(r + 1)], dtype=object
    )
    # Squares are divided as integers, so that only one rounding and one root remain.
    squares = ((copies * integers) ** 2 / norms).astype(np.float64)
    return np.where(integers < 0, -1.0, 1.0) * np.sqrt(squares)


def _scales(block: Occupations) -> tuple[FloatArray, FloatArray]:
    """``mult(r) mult(c) / mult(n)`` per label and ``1/d_j`` per entry; between them `_transform` transposed is its inverse."""
    total = block.particles
    fact = [factorial(i) for i in range(total + 1)]
    labels = [tuple(int(i) for i in row) for row in block.labels]
    outer = [
        comb(total, n[0] + n[1]) * comb(total, n[0] + n[2]) * prod(fact[i] for i in n) / fact[total] for n in labels
    ]
    inner = [np.full((total - 2 * k + 1) ** 2, 1.0 / _copies(total, total / 2 - k)) for k in range(total // 2 + 1)]
    return np.array(outer, dtype=np.float64), np.concatenate(inner)

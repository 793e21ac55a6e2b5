"""From QuTiP back to symmetric states, from numbered particles or from PIQS's Dicke basis."""

from typing import Any

import numpy as np

from largespin.errors import ComplexArray, LargespinError, number_in, one_of
from largespin.exact.calls.qutip_spaces import Basis, Qobj, check_full, check_piqs, loaded_qutip, number_above
from largespin.exact.space.operators import rotations
from largespin.exact.space.particle_numbers import block_counts
from largespin.exact.space.space import HasSpace, Space, space_of
from largespin.exact.states.dicke_blocks import from_dicke_blocks
from largespin.exact.states.full import full_dimension, full_matrix, symmetric_part
from largespin.exact.states.state import SymmetricState
from largespin.model.model import Model


def from_qutip(
    state: Qobj, where: Model | Space | HasSpace, *, basis: Basis = "full", tolerance: float = 1e-9
) -> SymmetricState:
    """The symmetric state behind a `qutip.Qobj`: the way back from `to_qutip`.

    ``y_n = √(mult(r) mult(c)) · ⟨i|ρ|j⟩`` for any (i, j) of type n; that it is the same for all is checked.

    Args:
        state: a density matrix or a ket, in the order that `to_qutip` documents.
        where: the model, if the dims of `state` say how many particles there are, or a `System`
            of this many particles.
        basis: ``"full"`` or ``"piqs"``.
        tolerance: largest entry of what is not symmetric: QuTiP's solvers leave some 1e-12 of a symmetric state, and
            particles in a wrong order 1e-3 or more.

    Returns:
        `SymmetricState`.

    Raises:
        LargespinError: QuTiP is missing, wrong dims, or a state that changes when particles of a block are exchanged.

    Example:
        >>> import qutip, largespin as ls
        >>> from largespin.exact.calls.from_qutip import from_qutip
        >>> bell = qutip.bell_state("00")
        >>> from_qutip(bell, ls.Model(ls.Spins())).means().round(9) + 0.0
        array([[0., 0., 0.]])
    """
    one_of("basis", basis, Basis)
    number_in("tolerance", tolerance, 0.0)
    qutip = loaded_qutip()
    if not isinstance(state, qutip.Qobj) or not (state.isket or state.isoper):
        raise LargespinError("Argument `state` must be a Qobj that is a ket or a density matrix, but it is not.")
    rho = state.proj() if state.isket else state
    space = _space(rho, where, basis) if isinstance(where, Model) else space_of("where", where, "a Model or a System")
    matrix = np.asarray(rho.full(), dtype=np.complex128)
    if basis == "piqs":
        return _from_piqs(space, matrix, tolerance)
    size = full_dimension(space)
    check_full(size, "the state")
    if matrix.shape != (size, size):
        raise LargespinError(
            f"Argument `state` must have dimension {size} for {space.particles} particles, but it has {len(matrix)}."
        )
    result = symmetric_part(space, matrix)
    rest = float(np.abs(full_matrix(result) - matrix).max())
    if rest > tolerance:
        raise LargespinError(
            "Argument `state` must not change when particles of one block are exchanged, but its entries differ from the "
            f"symmetric part by up to {rest:.2g}."
        )
    return result


def _from_piqs(space: Space, matrix: ComplexArray, tolerance: float) -> SymmetricState:
    check_piqs(space)
    total = space.particles
    size = number_above(total, -1.0 if total % 2 == 0 else -0.5)
    if matrix.shape != (size, size):
        raise LargespinError(
            f"Argument `state` must have dimension {size}, the number of Dicke states of {total} spins, but it has "
            f"{len(matrix)}."
        )
    rest = matrix.copy()
    blocks: dict[tuple[float], ComplexArray] = {}
    for k in range(total // 2 + 1):
        part = slice(number_above(total, total / 2 - k), number_above(total, total / 2 - k - 1))
        blocks[(total / 2 - k,)] = matrix[part, part]
        rest[part, part] = 0.0
    if float(np.abs(rest).max()) > tolerance:
        raise LargespinError(
            "Argument `state` must have no coherence between different total spins to be symmetric, but it has entries up "
            f"to {float(np.abs(rest).max()):.2g} there."
        )
    return from_dicke_blocks(space, blocks)


def _space(rho: Any, model: Model, basis: str) -> Space:
    """The space that fits the dims of a density matrix."""
    if basis == "piqs":
        size = rho.shape[0]
        total = next((n for n in range(1, size) if number_above(n, -1.0 if n % 2 == 0 else -0.5) >= size), 1)
        return Space(model, block_counts(model.particles, total), (), rotations(model))
    dims, levels, modes = list(rho.dims[0]), model.particles.levels, len(model.modes)
    particles, fock = dims[: len(dims) - modes], dims[len(dims) - modes :]
    if not particles or any(d != levels for d in particles):
        raise LargespinError(
            f"Argument `state` must have dims of one {levels} per particle and then {modes} for the modes, but they are "
            f"{dims}."
        )
    return Space(model, block_counts(model.particles, len(particles)), tuple(fock), rotations(model))

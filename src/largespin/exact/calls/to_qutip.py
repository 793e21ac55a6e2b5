"""From symmetric states to QuTiP, in the space of numbered particles or in PIQS's Dicke basis."""

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import Any

import numpy as np
from scipy.linalg import expm

from largespin.errors import ComplexArray, LargespinError, one_of
from largespin.exact.calls.qutip_spaces import Basis, Qobj, check_full, check_piqs, loaded_qutip, number_above
from largespin.exact.generator.system import fock_states
from largespin.exact.space.fock import annihilation
from largespin.exact.states.dicke_blocks import dicke_blocks
from largespin.exact.states.full import full_matrix
from largespin.exact.states.state import SymmetricState, check_state

LARGEST_LOSS = 1e-9
"""Share of a state that may lie above the Fock states asked for: the trace keeps the digits that QuTiP's solvers keep."""


def to_qutip(state: SymmetricState, *, basis: Basis = "full", fock: int | Sequence[int] | None = None) -> Qobj:
    """The density matrix as a `qutip.Qobj`.

    ``"full"``: ``⟨i_1 … i_N|ρ|j_1 … j_N⟩ = y_n/√(mult(r) mult(c))``, n counting the pairs (i_a, j_a).
    ``"piqs"``: ``⊕_j d_j ρ_j`` on ``|j, m⟩``, one block of spins ½ without modes.

    Args:
        state: a symmetric state.
        basis: ``"full"`` or ``"piqs"``.
        fock: Fock states per mode of the result, those of the state if not given. A state with displaced modes is moved
            back, ``D(√N α_0) ρ D†``, and needs enough of them.

    Returns:
        Qobj of dims ``[[d, …, d, F_1, …]] * 2`` (particles block by block, then modes), or of shape (D, D) with D the
        number of Dicke states.

    Raises:
        LargespinError: QuTiP is missing, the full space is larger than 2048, the Fock states do not hold the modes, or PIQS
            has no basis for the state.

    Source: Shammah et al., Phys. Rev. A 98, 063815 (2018) for PIQS.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.calls.to_qutip import to_qutip
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=3)
        >>> to_qutip(system.product_state([0.0, 0.0, 1.0])).dims
        [[2, 2, 2], [2, 2, 2]]
    """
    check_state(state)
    one_of("basis", basis, Basis)
    qutip, space = loaded_qutip(), state.space
    if basis == "full":
        states = space.fock if fock is None else fock_states(space.model, fock)
        check_full(int(space.model.particles.levels**space.particles * prod(states)), "the state")
        dims = [space.model.particles.levels] * space.particles + list(states)
        return qutip.Qobj(_undisplaced(state, states), dims=[dims, dims])
    check_piqs(space)
    blocks = dicke_blocks(state).blocks
    size = sum(len(block) for block in blocks.values())
    matrix = np.zeros((size, size), dtype=np.complex128)
    for (j,), block in blocks.items():
        start = number_above(space.particles, j)
        matrix[start : start + len(block), start : start + len(block)] = block
    return qutip.Qobj(matrix)


def _undisplaced(state: SymmetricState, states: tuple[int, ...]) -> ComplexArray:
    """The full matrix with the modes in Fock states 0 … F − 1 of a itself, not of ``b = a − √N α_0``."""
    space, matrix = state.space, full_matrix(state)
    if states == space.fock and not np.any(state.displacement):
        return matrix
    turns: list[Any] = [np.eye(space.model.particles.levels**space.particles, dtype=np.complex128)]
    for amplitude, given, wanted in zip(np.sqrt(space.particles) * state.displacement, space.fock, states, strict=True):
        turns.append(_displacement(amplitude, given, wanted))
    isometry: Any = reduce(lambda a, b: np.kron(a, b), turns)
    moved: ComplexArray = isometry @ matrix @ isometry.conj().T
    lost = abs(np.trace(matrix) - np.trace(moved))
    if lost > LARGEST_LOSS:
        raise LargespinError(
            f"Argument `fock` must be large enough to hold the modes, but with {', '.join(map(str, states))} Fock states a "
            f"share {lost:.1e} of the state is lost."
        )
    return moved


def _displacement(amplitude: complex, given: int, wanted: int) -> ComplexArray:
    """``⟨m|D(z)|n⟩`` for m below `wanted` and n below `given`, computed with room above both."""
    size = max(given, wanted)
    # D(z)|n⟩ has n + |z|² bosons with a deviation of |z|√(2n + 1): four of these, four times |z|², and 20 for small numbers.
    room = size + int(8 * abs(amplitude) * np.sqrt(size) + 4 * abs(amplitude) ** 2) + 20
    a = annihilation(room)
    return np.asarray(expm(amplitude * a.T - np.conj(amplitude) * a)[:wanted, :given], dtype=np.complex128)

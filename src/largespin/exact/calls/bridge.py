r"""To QuTiP and back: states in the space of numbered particles or in PIQS's Dicke basis, operators of a model.

The full space has one tensor factor per particle, block by block, and then one per mode: dims ``[[d, …, d, F_1, …]] * 2``.
Level 0 comes first, which for spins ½ is the excited state of QuTiP, ``basis(2, 0)``. PIQS's basis is ``|j, m⟩`` with j
falling and m falling within each j.

QuTiP is no dependency of the library: it is loaded by the functions here and must be installed separately.
"""

from collections.abc import Sequence
from functools import reduce
from importlib import import_module
from math import prod
from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.linalg import expm

from largespin.errors import ComplexArray, LargespinError, number_in, one_of
from largespin.exact.generator.system import fock_states, single_values
from largespin.exact.space.fock import annihilation
from largespin.exact.space.operators import Coefficients, rotations
from largespin.exact.space.particle_numbers import block_counts
from largespin.exact.space.space import Space
from largespin.exact.states.dicke_blocks import LARGEST_BLOCK, dicke_blocks, from_dicke_blocks
from largespin.exact.states.full import full_dimension, full_matrix, symmetric_part
from largespin.exact.states.full_operators import FullOperators
from largespin.exact.states.state import SymmetricState
from largespin.model.model import Model
from largespin.model.symbols import TIME

LARGEST_FULL = 2048
"""Dimension of the full space up to which it is used: eleven spins ½."""
LARGEST_LOSS = 1e-9
"""Share of a state that may lie above the Fock states asked for."""
BASES = ("full", "piqs")


def to_qutip(state: SymmetricState, basis: str = "full", *, fock: int | Sequence[int] | None = None) -> Any:
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
        >>> from largespin.exact.calls.bridge import to_qutip
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=3)
        >>> to_qutip(system.product_state([0.0, 0.0, 1.0])).dims
        [[2, 2, 2], [2, 2, 2]]
    """
    one_of("basis", basis, BASES)
    qutip, space = _qutip(), state.space
    if basis == "full":
        states = space.fock if fock is None else fock_states(space.model, fock)
        _check_full(int(space.model.particles.levels**space.particles * prod(states)), "the state")
        dims = [space.model.particles.levels] * space.particles + list(states)
        return qutip.Qobj(_undisplaced(state, states), dims=[dims, dims])
    _check_piqs(space)
    blocks = dicke_blocks(state).blocks
    size = sum(len(block) for block in blocks.values())
    matrix = np.zeros((size, size), dtype=np.complex128)
    for (j,), block in blocks.items():
        start = _first(space.particles, j)
        matrix[start : start + len(block), start : start + len(block)] = block
    return qutip.Qobj(matrix)


def from_qutip(state: Any, where: Model | Space, basis: str = "full", *, tolerance: float = 1e-9) -> SymmetricState:
    """The symmetric state behind a `qutip.Qobj`: the way back from `to_qutip`.

    ``y_n = √(mult(r) mult(c)) · ⟨i|ρ|j⟩`` for any (i, j) of type n; that it is the same for all is checked.

    Args:
        state: a density matrix or a ket, in the order that `to_qutip` documents.
        where: the model, if the dims of `state` say how many particles there are, or a space.
        basis: ``"full"`` or ``"piqs"``.
        tolerance: largest entry of what is not symmetric.

    Returns:
        `SymmetricState`.

    Raises:
        LargespinError: QuTiP is missing, wrong dims, or a state that changes when particles of a block are exchanged.

    Example:
        >>> import qutip, largespin as ls
        >>> from largespin.exact.calls.bridge import from_qutip
        >>> bell = qutip.bell_state("00")
        >>> from_qutip(bell, ls.Model(ls.Spins())).means().round(9) + 0.0
        array([[0., 0., 0.]])
    """
    one_of("basis", basis, BASES)
    number_in("tolerance", tolerance, 0.0)
    qutip = _qutip()
    if not isinstance(state, qutip.Qobj) or not (state.isket or state.isoper):
        raise LargespinError("Argument `state` must be a Qobj that is a ket or a density matrix, but it is not.")
    rho = state.proj() if state.isket else state
    space = where if isinstance(where, Space) else _space(rho, where, basis)
    matrix = np.asarray(rho.full(), dtype=np.complex128)
    if basis == "piqs":
        return _from_piqs(space, matrix, tolerance)
    size = full_dimension(space)
    _check_full(size, "the state")
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


def operators_to_qutip(
    model: Model, particles: Any, fock: int | Sequence[int] | None = None, *, time: float = 0.0, **values: float
) -> tuple[Any, list[Any]]:
    """``H = N h`` and all jump operators ``j^(i) Γ(Δ_k)`` and ``√N ℓ`` of numbered particles, for `qutip.mesolve`.

    Averages are ``s = (1/N) Σ_k e_k Σ_{i∈k} A_i`` and quadratures ``q = (a + a†)/√(2N)``; a product stands for the mean
    over all orders of its factors, and a function of averages for the function of commuting operators.

    Args:
        model: the model.
        particles: N, or a tuple of particles per block.
        fock: Fock states per mode, one number for all or one each.
        time: the time at which coefficients are taken.
        **values: parameter values.

    Returns:
        The Hamiltonian and a list: for every local jump one operator per particle, then the collective jumps. Operators
        that vanish are left out. Dims as in `to_qutip`.

    Raises:
        LargespinError: QuTiP is missing, the full space is larger than 2048, several points, or expressions that are
            neither polynomials nor functions of averages that commute.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.calls.bridge import operators_to_qutip
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> energy, jumps = operators_to_qutip(model, 3, temperature=0.5, field=0.2)
        >>> energy.dims[0], len(jumps)  # two kinds of jumps for each of three spins
        ([2, 2, 2], 6)
    """
    qutip = _qutip()
    counts = block_counts(model.particles, particles)
    states = fock_states(model, fock)
    size = int(model.particles.levels ** sum(counts) * prod(states))
    _check_full(size, "the operators")
    numbers = single_values(model, values)
    number_in("time", time)
    space = Space(model, counts, states, rotations(model, Coefficients(numbers, {})))

    filled = Coefficients(numbers, {TIME: time}).filled
    operators = FullOperators(space)
    n = space.particles
    hamiltonian = n * operators.polynomial("energy", filled(model.energy))
    jumps = []
    for jump in model.jumps:
        amplitudes: dict[int, Any] = {}
        for i, block in enumerate(operators.block_of):
            if block not in amplitudes:
                amplitudes[block] = operators.function("rate", filled(jump.amplitude), block)
            jumps.append(operators.site(jump.operator, i) @ amplitudes[block])
    for number, collective in enumerate(model.collective_jumps, start=1):
        label = f"collective jump {collective.name or number}"
        jumps.append(np.sqrt(n) * operators.polynomial(label, filled(collective.amplitude)))
    dims = [model.particles.levels] * n + list(states)
    kept = [sparse.csr_matrix(jump) for jump in jumps if abs(jump).max() > 0]
    return (
        qutip.Qobj(sparse.csr_matrix(hamiltonian), dims=[dims, dims]),
        [qutip.Qobj(jump, dims=[dims, dims]) for jump in kept],
    )


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
    room = size + int(8 * abs(amplitude) * np.sqrt(size) + 4 * abs(amplitude) ** 2) + 20
    a = annihilation(room)
    return np.asarray(expm(amplitude * a.T - np.conj(amplitude) * a)[:wanted, :given], dtype=np.complex128)


def _qutip() -> Any:
    try:
        return import_module("qutip")
    except ImportError as error:
        raise LargespinError(
            "QuTiP is needed to exchange states and operators with it, but it is not installed; install it with "
            "`pip install qutip`."
        ) from error


def _check_full(size: int, what: str) -> None:
    if size > LARGEST_FULL:
        raise LargespinError(
            f"The full space must have dimension {LARGEST_FULL} at most for {what} to be written in it, but it has {size}; "
            "take fewer particles or Fock states."
        )


def _check_piqs(space: Space) -> None:
    levels = space.model.particles.levels
    if levels != 2 or len(space.counts) != 1 or space.fock or space.particles > LARGEST_BLOCK:
        raise LargespinError(
            f"PIQS's Dicke basis must be of one block of at most {LARGEST_BLOCK} spins ½ without modes, but the state has "
            f"{len(space.counts)} block(s) of {', '.join(map(str, space.counts))} particles with {levels} levels and "
            f"{len(space.fock)} mode(s)."
        )


def _first(particles: int, j: float) -> int:
    """How many Dicke states have a larger spin than j."""
    return sum(particles - 2 * k + 1 for k in range(round(particles / 2 - j)))


def _from_piqs(space: Space, matrix: ComplexArray, tolerance: float) -> SymmetricState:
    _check_piqs(space)
    total = space.particles
    size = _first(total, -1.0 if total % 2 == 0 else -0.5)
    if matrix.shape != (size, size):
        raise LargespinError(
            f"Argument `state` must have dimension {size}, the number of Dicke states of {total} spins, but it has "
            f"{len(matrix)}."
        )
    rest = matrix.copy()
    blocks: dict[tuple[float], ComplexArray] = {}
    for k in range(total // 2 + 1):
        part = slice(_first(total, total / 2 - k), _first(total, total / 2 - k - 1))
        blocks[(total / 2 - k,)] = matrix[part, part]
        rest[part, part] = 0.0
    if float(np.abs(rest).max()) > tolerance:
        raise LargespinError(
            "Argument `state` must have no coherence between different total spins to be symmetric, but it has entries up "
            f"to {float(np.abs(rest).max()):.2g} there."
        )
    return from_dicke_blocks(space, blocks)


def _space(rho: Any, model: Any, basis: str) -> Space:
    """The space that fits the dims of a density matrix."""
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `where` must be a Model or a Space, but it is a {type(model).__name__}.")
    if basis == "piqs":
        size = rho.shape[0]
        total = next((n for n in range(1, size) if _first(n, -1.0 if n % 2 == 0 else -0.5) >= size), 1)
        return Space(model, block_counts(model.particles, total), (), rotations(model))
    dims, levels, modes = list(rho.dims[0]), model.particles.levels, len(model.modes)
    particles, fock = dims[: len(dims) - modes], dims[len(dims) - modes :]
    if not particles or any(d != levels for d in particles):
        raise LargespinError(
            f"Argument `state` must have dims of one {levels} per particle and then {modes} for the modes, but they are "
            f"{dims}."
        )
    return Space(model, block_counts(model.particles, len(particles)), tuple(fock), rotations(model))

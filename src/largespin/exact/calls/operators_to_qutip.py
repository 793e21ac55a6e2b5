"""The Hamiltonian and the jump operators of a model on numbered particles, for QuTiP's solvers."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import scipy.sparse as sparse

from largespin.errors import number_in
from largespin.exact.calls.qutip_spaces import Qobj, check_full, loaded_qutip
from largespin.exact.generator.system import fock_states, single_values
from largespin.exact.space.operators import Coefficients, rotations
from largespin.exact.space.particle_numbers import BlockNumbers, block_counts
from largespin.exact.space.space import Space
from largespin.exact.states.full_operators import FullOperators
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.symbols import TIME


def operators_to_qutip(
    model: Model,
    *,
    particles: BlockNumbers,
    fock: int | Sequence[int] | None = None,
    time: float = 0.0,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> tuple[Qobj, list[Qobj]]:
    """``H = N h`` and all jump operators ``j^(i) Γ(Δ_k)`` and ``√N ℓ`` of numbered particles, for `qutip.mesolve`.

    Averages are ``s = (1/N) Σ_k e_k Σ_{i∈k} A_i`` and quadratures ``q = (a + a†)/√(2N)``; a product stands for the mean
    over all orders of its factors, and a function of averages for the function of commuting operators.

    Args:
        model: the model.
        particles: N, or a tuple of particles per block.
        fock: Fock states per mode, one number for all or one each.
        time: the time at which coefficients are taken.
        parameters: parameter values as a mapping.
        **values: parameter values.

    Returns:
        The Hamiltonian and a list: for every local jump one operator per particle, then the collective jumps. Operators
        that vanish are left out. Dims as in `to_qutip`.

    Raises:
        LargespinError: QuTiP is missing, the full space is larger than 2048, several points, or expressions that are
            neither polynomials nor functions of averages that commute.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.calls.operators_to_qutip import operators_to_qutip
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> energy, jumps = operators_to_qutip(model, particles=3, temperature=0.5, field=0.2)
        >>> energy.dims[0], len(jumps)  # two kinds of jumps for each of three spins
        ([2, 2, 2], 6)
    """
    given = call_values(operators_to_qutip, model, parameters, values)
    qutip = loaded_qutip()
    counts = block_counts(model.particles, particles)
    states = fock_states(model, fock)
    size = int(model.particles.levels ** sum(counts) * prod(states))
    check_full(size, "the operators")
    numbers = single_values(model, given)
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

r"""How local is the dynamics? States of one and of two particles out of N against the propagator of the local map.

Source: FMLC23 Theorem 2; theory page, section 7.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.bounds.calls.extrapolation import extrapolated, slopes
from largespin.bounds.calls.one_run import OneRun, one_run, quantity
from largespin.errors import ComplexArray, FloatArray
from largespin.exact.calls.evolve import evolve as exact_evolve
from largespin.exact.calls.state_of import state_of
from largespin.exact.generator.system import System
from largespin.exact.space.particle_numbers import ParticleNumbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.local_map import apply_local_map, local_map
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.quantities import text

ROUNDING = 100.0
"""Trace distances below this multiple of the tolerance have no slope: the tolerance is that of one step, errors of many
steps add up, and the logarithm of what is left of them would look like physics."""
LOCAL_MAP_TOLERANCE = 1e-10
"""Tolerance of the local map at most: it costs next to nothing, and its error must not show in that of the exact run."""
REDUCED = ("one particle", "two particles")

LocalStates = list[dict[tuple[int, ...], ComplexArray]]
"""At every time, states of one and two particles by their blocks."""


def reduced_state_error(
    model: Model,
    start: StateLike,
    times: npt.ArrayLike,
    *,
    particles: ParticleNumbers,
    fock: int | Sequence[int] | None = None,
    tolerance: float = 1e-9,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""``½‖ρ^N_k(t) − Λ_k[ρ_k]‖_1`` and ``½‖ρ^N_{kl}(t) − (Λ_k ⊗ Λ_l)[ρ_k ⊗ ρ_l]‖_1``: how local the dynamics is.

    ρ^N_k and ρ^N_kl are the states of one and of two particles out of N, Λ the propagator of `largespin.local_map`. The
    theorem says that the distances vanish; measured, they fall as 1/N.

    Args:
        model: the model.
        start: the mean-field state at the first time, of which the N particles start in the product state; a row of a result
            brings its parameters.
        times: output times (T,), rising from the time of the start; a single number t means 0 and t.
        particles: N, a tuple of numbers per block, or a list of them.
        fock: Fock states of the modes; as many as needed if not given.
        tolerance: error per step of the exact run and of the local map.
        progress: show a progress bar for every number of particles.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each.

    Returns:
        Dataset with ``error`` (reduced, particles, time), the largest trace distance among the blocks
        (``"one particle"``) and among the pairs of particles of one or two blocks (``"two particles"``; NaN if no block
        has two particles and there is one block only), ``slope`` (reduced, time) of ln error against ln N, NaN where the
        error is below 100 `tolerance`, as at the first time, ``coefficient`` (reduced, time), N times the error
        extrapolated to 1/N = 0, and ``outcome`` and ``sentence`` (particles) of the exact runs.

    Raises:
        LargespinError: grids of parameters or starts, a start that is no product state, numbers of particles that do not
            fit the weights or the memory, models that exact solutions refuse.

    Example:
        >>> import largespin as ls
        >>> from largespin.bounds import reduced_state_error
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = reduced_state_error(model, [0, 0, 0.5], [0, 1], particles=[32, 64], temperature=2.0, field=0.5)
        >>> result.slope.isel(time=1).values.round(2)
        array([-0.97, -0.98])

    Source: FMLC23 Theorem 2.
    """
    run = one_run(model, start, times, particles, call_values(reduced_state_error, model, parameters, values))
    expected = _local_states(run, tolerance)
    error = np.full((2, len(run.numbers), len(run.times)), np.nan)
    outcomes, sentences = [], []
    for row, number in enumerate(run.numbers):
        exact = exact_evolve(
            model, run.state, run.times, particles=number, fock=fock, tolerance=tolerance, keep_states=True,
            progress=progress, parameters=run.values,
        )  # fmt: skip
        error[:, row] = _distances_in_time(run, number, exact, expected)
        outcomes.append(str(exact.outcome.item()))
        sentences.append(str(exact.sentence.item()))
    visible = np.where(error > ROUNDING * tolerance, error, np.nan)
    slope = [slopes(run.totals, part) for part in visible]
    coefficient = [extrapolated(run.totals, run.totals[:, None] * part) for part in error]
    words, over_time = "trace distance of reduced states to the local map", ("reduced", "time")
    variables = {
        "error": quantity(("reduced", "particles", "time"), error, words).assign_coords(reduced=list(REDUCED)),
        "slope": quantity(over_time, slope),
        "coefficient": quantity(over_time, coefficient),
        "outcome": xr.DataArray(text(outcomes), dims="particles"),
        "sentence": xr.DataArray(text(sentences), dims="particles"),
    }
    return run.dataset(variables, tolerance)


def _local_states(run: OneRun, tolerance: float) -> LocalStates:
    """States of one and two particles after the local maps, by their blocks, at every time."""
    accuracy = min(tolerance, LOCAL_MAP_TOLERANCE)
    map_ = local_map(run.model, run.state, run.times, tolerance=accuracy, parameters=run.values)
    begin = run.state.density_matrices()
    result = []
    for moment in run.times:
        one = [apply_local_map(map_, rho, [k], time=float(moment)) for k, rho in enumerate(begin)]
        # A product state stays one: (Λ_k ⊗ Λ_l)[ρ_k ⊗ ρ_l] = Λ_k[ρ_k] ⊗ Λ_l[ρ_l].
        states: dict[tuple[int, ...], ComplexArray] = {(k,): rho for k, rho in enumerate(one)}
        for k, j in combinations_with_replacement(range(len(one)), 2):
            states[k, j] = np.asarray(np.kron(one[k], one[j]), dtype=np.complex128)
        result.append(states)
    return result


def _distances_in_time(run: OneRun, number: Any, exact: xr.Dataset, expected: LocalStates) -> FloatArray:
    """Largest trace distances of the kept states of one exact run, shape (2, time); NaN where the run had ended."""
    cutoffs = tuple(int(f) for f in exact.fock.values) if run.model.modes else None
    system = System(run.model, particles=number, fock=cutoffs, parameters=run.values)
    result = np.full((2, len(run.times)), np.nan)
    for column in np.flatnonzero(np.isfinite(exact.trace.values)):
        result[:, column] = _distances(state_of(exact.isel(time=column), system), expected[column])
    return result


def _distances(found: SymmetricState, expected: Mapping[tuple[int, ...], ComplexArray]) -> FloatArray:
    """Largest trace distances of one-particle and of two-particle states."""
    distances: tuple[list[float], list[float]] = ([], [])
    for blocks, rho in expected.items():
        if len(blocks) == 2 and blocks[0] == blocks[1] and found.space.counts[blocks[0]] < 2:
            continue
        own = found.reduced(*blocks) if len(blocks) == 1 else found.reduced_pair(*blocks)
        difference = own - rho
        distances[len(blocks) - 1].append(0.5 * float(np.abs(np.linalg.eigvalsh(difference)).sum()))
    return np.array([max(group) if group else np.nan for group in distances])

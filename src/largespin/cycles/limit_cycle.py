"""Which cycle does a run end on? Its period, amplitude and stability, at one parameter point or on a grid."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.cycles.equations import IntegrationError, ModelEquations
from largespin.cycles.given_cycle import at_first_phase
from largespin.cycles.mesh import spread_cycle
from largespin.cycles.multipliers import floquet_multipliers
from largespin.cycles.periodic_orbit import NoOrbit, find_orbit
from largespin.cycles.results import Finding, cycles_dataset, found
from largespin.cycles.shooting import Cycle, conserved_count, refined, shoot
from largespin.errors import FloatArray, number_in, whole_number
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import call_values, points_from
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import provenance
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Outcome
from largespin.stationary.stability import refuse_time
from largespin.stationary.thresholds import MOVING

FEWEST_PHASES = 17
"""Phases at which states are given at least: with fewer a picture of the cycle has corners, and a branch that goes on from
the stored states has too few nodes."""
SEARCH = 100.0
"""Shortest time for which a period is looked for, whatever `settle` is, in inverse rates: ten periods of slow oscillations."""
NOWHERE = "No state at this place of the result."
"""What is said where a start is missing: results of different lengths are filled up with NaN."""
FINEST_RUN = 1e-13
"""Tolerance of the run that settles, at least: finer ones take longer, and shooting solves for the cycle anyway."""
TOLERANCES = (1e-15, 1e-6)
"""Tolerances of the integrator with which an orbit can still be told from its neighbours."""


def limit_cycle(
    model: Model,
    start: StateLike,
    *,
    settle: float = 200.0,
    tolerance: float = 1e-12,
    phases: int = 201,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""The cycle on which a run from `start` ends.

    ``φ_T(u) = u``;  a disturbance δ becomes ``M δ`` after a period, ``M = ∂φ_T/∂u``

    The run gives a first guess, which multiple shooting with exact variational equations refines to the accuracy of the
    integrator. The eigenvalues of M, the Floquet multipliers, tell the stability: one belongs to a shift along the cycle
    and is 1, the others say how a disturbance across it grows within a period.

    Args:
        model: the model, without explicit time.
        start: the state or states from which the cycle is reached: a state, or a row or an axis of states of a result,
            which brings its modes and its parameters; of another cycle its first phase is taken.
        settle: time given to the run to reach the cycle, in inverse rates; then a period is looked for during the same
            time again, at least 100. 0 if `start` lies on the cycle, as it must for unstable ones.
        tolerance: relative error per step.
        phases: number of evenly spaced phases 0 … 1 at which states are given.
        parameters: parameter values as a mapping.
        **values: parameter values by name, instead of those that come with `start`; arrays become axes.

    Returns:
        Dataset with the state variables of `evolve` over (…, phase, …), phase = t/T from 0 to 1, where the variable that
        moves most is largest at phase 0; ``period``; ``m_amplitude``, ``overlap_amplitude`` … (largest minus smallest
        value along the cycle); ``multiplier_real`` and ``multiplier_imag`` (…, index; that of the shift first, the others
        by falling modulus); ``verdict`` (``stable``, ``unstable``, ``neutral``); ``closure``, ``shift_error``,
        ``conserved`` (conserved quantities, known or not: their multipliers are 1 and left out of the verdict);
        ``outcome`` (``finished``, ``no cycle``, ``failed``), ``sentence`` and ``usable``. What does not exist is NaN, and
        the sentence says why.

    Raises:
        LargespinError: no state, a model that depends on time or that the Taylor integrator cannot do.

    Limits: a run shows attracting cycles only; follow them into unstable ones with `cycle_branch`. Close to a Hopf point
    runs settle slowly; raise `settle`.

    Source: Y. A. Kuznetsov, Elements of Applied Bifurcation Theory, sections 1.5 and 10.1 (multiple shooting).

    Example:
        >>> import largespin as ls
        >>> from largespin import limit_cycle
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> cycle = limit_cycle(model, [0, 0.1, 0.1], temperature=0.6, field=0.6)
        >>> cycle.sentence.item()
        'Stable cycle of period 6.01019: disturbances shrink by the factor 0.35 a period.'
        >>> round(cycle.overlap_amplitude.item(), 4)
        0.9937
    """
    given = call_values(limit_cycle, model, parameters, values)
    refuse_time(model)
    settle, tolerance = number_in("settle", settle, 0.0), number_in("tolerance", tolerance, *TOLERANCES)
    phases = whole_number("phases", phases, FEWEST_PHASES)
    where = points_from(model, at_first_phase(start), given)
    check_real_amplitudes(model, where, 0.0)
    begins = where.starts.copy()
    known = np.array([np.isfinite(u).all() for u in begins], dtype=bool)
    if settle:
        rows = where.parameters[known]
        begins[known] = final_states(model, begins[known], rows, settle, tolerance=max(tolerance, FINEST_RUN))
    findings: list[Finding] = []
    for u, row, here in zip(begins, where.parameters, known, strict=True):
        if not here:
            findings.append(Finding(Outcome.NO_STATE, NOWHERE))
            continue
        with taylor_needed():
            cycle = cycle_of_run(model, u, row, settle, tolerance)
        findings.append(cycle if isinstance(cycle, Finding) else _described(model, cycle, row, tolerance, phases))
    result = cycles_dataset(model, where, findings, phases)
    return result.assign_attrs(provenance(model, fixed=where.fixed, settle=settle, tolerance=tolerance))


def cycle_of_run(
    model: Model, u: FloatArray, parameters: FloatArray, settle: float, tolerance: float
) -> Cycle | Finding:
    """The cycle on which a settled run moves, or why there is none."""
    if not np.all(np.isfinite(u)):
        return Finding(Outcome.FAILED, f"Failed: the run did not reach t = {settle:g}.")
    speed = float(np.linalg.norm(numeric_mean_field(model).rhs(u, parameters)))
    if speed <= MOVING:
        words = f"No cycle: the run came to rest at a stationary state, |du/dt| = {speed:.2g} at t = {settle:g}"
        hint = "; start beside it, for an unstable state stays where it is" if settle == 0.0 else ""
        return Finding(Outcome.NO_CYCLE, f"{words}{hint}.")
    try:
        orbit = find_orbit(model, u, parameters, max(settle, SEARCH), tolerance)
        if isinstance(orbit, NoOrbit):
            return Finding(orbit.outcome, orbit.sentence)
        equations = ModelEquations(model, parameters, None, tolerance)
        guess = spread_cycle(equations, orbit.start, orbit.period, 0.0)
        # The search for a closed orbit may have left the level set of the run; conserved quantities that nobody knows
        # make the equations dependent, and of their cycles the nearest is meant.
        cycle = refined(equations, guess, equations.conserved(u)[0], shortest_step=True)
    except IntegrationError as error:
        return Finding(Outcome.FAILED, f"Failed: {error}.")
    return cycle or Finding(Outcome.FAILED, f"Failed: shooting did not close the orbit of period {orbit.period:.6g}.")


def _described(model: Model, cycle: Cycle, parameters: FloatArray, tolerance: float, phases: int) -> Finding:
    equations = ModelEquations(model, parameters, None, tolerance)
    floquet = floquet_multipliers(equations, cycle, shoot(equations, cycle), conserved_count(equations, cycle))
    return found(equations, cycle, floquet, phases)

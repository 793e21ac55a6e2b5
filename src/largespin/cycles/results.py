"""Cycles as labelled datasets: states over the phase, amplitudes, multipliers, verdict and sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.interpolate import CubicHermiteSpline

from largespin.cycles.equations import CycleEquations
from largespin.cycles.mesh import states_at, within
from largespin.cycles.multipliers import Floquet, stability_sentence, verdict
from largespin.cycles.shooting import Cycle
from largespin.errors import FloatArray
from largespin.meanfield.points import Points
from largespin.meanfield.results import labelled, state_variables
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome, in_order
from largespin.quantities import QUANTITIES, described, text

AMPLITUDES = ("m", "q", "p", "overlap")
"""Variables whose difference between largest and smallest value along the cycle is given."""

DENSE = 401
"""States along the cycle from which extreme values are taken."""
FINER = 8
"""Points between two of them at which values are interpolated; extremes err by about 1e-5 of the cycle."""


@dataclass(frozen=True, eq=False)
class Finding(Ending):
    """What was found at one point: a cycle with its states (phases, n), or the reason why there is none.

    `extremes` are dense states (any number, n), from which amplitudes are taken.
    """

    cycle: Cycle | None = None
    floquet: Floquet | None = None
    states: FloatArray | None = None
    extremes: FloatArray | None = None


def found(equations: CycleEquations, cycle: Cycle, floquet: Floquet, phases: int, sentence: str = "") -> Finding:
    """A cycle with evenly spaced states."""
    sentence = sentence or stability_sentence(cycle.period, floquet)
    return Finding(
        Outcome.FINISHED, sentence, cycle, floquet, sampled(equations, cycle, phases), finely(equations, cycle)
    )


def sampled(equations: CycleEquations, cycle: Cycle, count: int) -> FloatArray:
    """States at phases 0 … 1; at phase 0 the variable that moves most is largest, so that cycles can be compared."""
    phases = np.linspace(0.0, 1.0, count)[:-1]
    states = states_at(equations, cycle, phases)
    most = int(np.argmax(states.max(axis=0) - states.min(axis=0)))
    first = phases[int(np.argmax(states[:, most]))]
    turned = (phases + first) % 1.0
    order = np.argsort(turned)
    result = np.empty((count, states.shape[1]))
    result[order] = states_at(equations, cycle, turned[order])
    result[-1] = result[0]
    return result


def cycles_dataset(model: Model, where: Points, findings: Sequence[Finding], phases: int) -> xr.Dataset:
    """The dataset of findings, one for each point of `where`."""
    n = model.number_of_variables
    states = np.full((len(findings), phases, n), np.nan)
    numbers = {name: np.full(len(findings), np.nan) for name in _NUMBERS}
    multipliers = np.full((len(findings), n), complex(np.nan, np.nan))
    verdicts = np.full(len(findings), "", dtype=object)
    for i, finding in enumerate(findings):
        if finding.cycle is None or finding.floquet is None or finding.states is None:
            continue
        states[i], multipliers[i], verdicts[i] = finding.states, finding.floquet.all, verdict(finding.floquet)
        numbers["period"][i], numbers["closure"][i] = finding.cycle.period, finding.cycle.closure
        numbers["shift_error"][i] = finding.floquet.along_error
        numbers["conserved"][i] = finding.floquet.conserved
    variables = state_variables(model, states.reshape(*where.shape, phases, n), (*where.dims, "phase"))
    variables |= _amplitudes(model, where, findings)
    for name in _NUMBERS:
        variables[name] = xr.DataArray(numbers[name].reshape(where.shape), dims=where.dims)
    for name, part in (("multiplier_real", multipliers.real), ("multiplier_imag", multipliers.imag)):
        variables[name] = xr.DataArray(part.reshape(*where.shape, n), dims=(*where.dims, "index"))
    for name, words in {**in_order(findings), "verdict": verdicts}.items():
        variables[name] = xr.DataArray(text(words).reshape(where.shape), dims=where.dims)
    result = labelled(variables, model, where)
    return described(result.assign_coords(phase=np.linspace(0.0, 1.0, phases)))


_NUMBERS = ("period", "closure", "shift_error", "conserved")
"""Variables with one number for each cycle."""


def _amplitudes(model: Model, where: Points, findings: Sequence[Finding]) -> dict[str, xr.DataArray]:
    """Largest minus smallest value along the cycle, for every state variable and overlap."""
    n = model.number_of_variables
    template = state_variables(model, np.full((1, n), np.nan), ("phase",))
    names = [name for name in AMPLITUDES if name in template]
    heights = {name: np.full((len(findings), *template[name].shape[1:]), np.nan) for name in names}
    for i, finding in enumerate(findings):
        if finding.extremes is not None:
            along = state_variables(model, finding.extremes, ("phase",))
            for name in names:
                heights[name][i] = np.ptp(along[name].values, axis=0)
    result = {}
    for name in names:
        array = template[name].isel(phase=0, drop=True)
        attrs = {"long_name": f"{QUANTITIES[name][0]}, largest minus smallest along the cycle", "units": "1"}
        values = heights[name].reshape(*where.shape, *array.shape)
        result[f"{name}_amplitude"] = xr.DataArray(values, array.coords, (*where.dims, *array.dims), attrs=attrs)
    return result


def finely(equations: CycleEquations, cycle: Cycle) -> FloatArray:
    """States so dense that the largest is the largest, spread evenly over time and length, between them by value and slope.

    Even phases would miss the short excursions of a cycle that spends its period near saddles.
    """
    phases = np.append(within(cycle), 1.0)
    lengths = np.linalg.norm(np.diff(states_at(equations, cycle, phases), axis=0), axis=1)
    travelled = np.append(0.0, np.cumsum(np.diff(phases) + lengths / max(float(lengths.sum()), 1e-300)))
    phases = np.interp(np.linspace(0.0, travelled[-1], DENSE), travelled, phases)
    states = states_at(equations, cycle, phases)
    rates = cycle.period * equations.rhs(states, cycle.value)
    inner = (phases[:-1, None] + np.diff(phases)[:, None] * np.arange(FINER) / FINER).ravel()
    return np.asarray(CubicHermiteSpline(phases, states, rates)(inner))

"""Results as labelled datasets: coordinates with names and units, and where they come from."""

from typing import Any

import numpy as np
import xarray as xr

from largespin._version import __version__
from largespin.errors import FloatArray
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points
from largespin.meanfield.real_rates import imaginary_amplitude
from largespin.meanfield.solve import RunEnding, Task
from largespin.model.model import Model
from largespin.model.particles import Particles
from largespin.model.reserved import AVERAGE
from largespin.model.state import density_matrices, smallest_eigenvalue
from largespin.outcomes import Outcome
from largespin.quantities import attributes, described, text

NEGATIVE = -1e-6
"""Smallest eigenvalue of a density matrix below which a run is called unphysical."""
CHUNK = 2e6
"""Numbers in the states whose conserved quantities are computed at one time."""
DRIFTED = 1e-5
"""Change of a conserved quantity above which a run is called unphysical."""


def provenance(model: Model, **settings: Any) -> dict[str, Any]:
    """Attributes that say how a dataset was made, the same on every machine."""
    attributes: dict[str, Any] = {
        "model": str(model),
        "model_key": model.key,
        "largespin_version": __version__,
        "parameters": ", ".join(f"{key} = {value:.12g}" for key, value in settings.pop("fixed", {}).items()),
    }
    return attributes | {
        key: value if isinstance(value, float | int) else str(value) for key, value in settings.items()
    }


def state_variables(model: Model, states: FloatArray, dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    """``m``, ``q``, ``p``, ``alpha``, ``occupation``, ``population``, ``overlap``, the model's averages of states (…, n)."""
    state = model.state_from_vector(states)
    particles = model.particles
    coords: dict[str, Any] = {
        "block": np.arange(particles.number_of_blocks),
        "component": text(particles.component_names),
        "weight": ("block", particles.weights),
    }
    variables = {
        "m": xr.DataArray(state.bloch, dims=(*dims, "block", "component"), coords=coords, attrs=attributes("m"))
    }
    if particles.levels > 2:
        populations = np.einsum("...ii->...i", density_matrices(state.bloch)).real
        levels = {"block": coords["block"], "level": text(level_names(particles))}
        axes = (*dims, "block", "level")
        variables["population"] = xr.DataArray(populations, dims=axes, coords=levels, attrs=attributes("population"))
    if model.modes:
        names = {"mode": text([mode.name for mode in model.modes])}
        alpha = state.amplitudes
        for name, values in (
            ("q", np.sqrt(2.0) * alpha.real),
            ("p", np.sqrt(2.0) * alpha.imag),
            ("alpha", alpha),
            ("occupation", np.abs(alpha) ** 2),
        ):
            variables[name] = xr.DataArray(values, dims=(*dims, "mode"), coords=names, attrs=attributes(name))
    return variables | _average_variables(model, states, dims)


def level_names(particles: Particles) -> tuple[str, ...]:
    """Names of the levels of one particle, 1 … d."""
    return tuple(str(level + 1) for level in range(particles.levels))


def _average_variables(model: Model, states: FloatArray, dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    variables = {}
    patterns = model.particles.coefficients
    if len(patterns) and model.particles.levels == 2:
        bloch = model.state_from_vector(states).bloch
        values = np.einsum("...k,mk->...m", bloch[..., 2], patterns * model.particles.weights)
        coords = {"pattern": np.arange(len(patterns))}
        axes = (*dims, "pattern")
        variables["overlap"] = xr.DataArray(values, dims=axes, coords=coords, attrs=attributes("overlap"))
    values = numeric_mean_field(model).averages(states)
    for index, average in enumerate(model.averages):
        if average.family is None:
            attrs = {"long_name": f"average {average.name}", "units": "1"}
            variables[f"{AVERAGE}{average.name}"] = xr.DataArray(values[..., index], dims=dims, attrs=attrs)
    return variables


def run_dataset(task: Task, where: Points, states: FloatArray, outcomes: list[RunEnding]) -> xr.Dataset:
    """The dataset of `evolve`."""
    model = task.model
    shaped = states.reshape(*where.shape, *states.shape[1:])
    dims: tuple[str, ...] = (*where.dims, "time")
    if task.final_only:
        shaped, dims = shaped[..., 0, :], where.dims
    variables = state_variables(model, shaped, dims)
    smallest = smallest_eigenvalue(model.state_from_vector(states).bloch)
    worst = np.fmin.reduce(smallest.reshape(len(states), -1), axis=1)
    drift = _drift(model, where, states)
    judged = list(outcomes)
    for run in np.flatnonzero((worst < NEGATIVE) | (drift > DRIFTED)):
        broken = float(worst[run]), float(drift[run])
        judged[run] = _unphysical(
            judged[run], *broken, task, where.parameters[run], states[run, :, : model.number_of_variables]
        )
    per_run = {
        **_outcome_arrays(judged),
        "smallest_eigenvalue": worst,
        "conserved_drift": drift,
    }
    for name, values in per_run.items():
        variables[name] = xr.DataArray(values.reshape(where.shape), dims=where.dims)
    dataset = labelled(variables, model, where)
    dataset["time"] = float(task.times[-1]) if task.final_only else task.times
    dataset = dataset.set_coords("time")
    dataset.attrs = provenance(
        model,
        fixed=where.fixed,
        tolerance=task.tolerance,
        method=task.method,
        stop="; ".join(rule.sentence for rule in task.stop),
        start_time=float(task.times[0]),
    )
    return described(dataset)


def labelled(variables: dict[str, xr.DataArray], model: Model, where: Points) -> xr.Dataset:
    """A dataset whose parameters, varying or not, are coordinates with values; everything with names and units."""
    dataset = xr.Dataset(variables, coords={**where.coords, **where.along, **where.fixed})
    for name, parameter in model.parameters.items():
        if name in dataset.coords:
            data = parameter.data
            dataset[name].attrs = {"long_name": data.description or name, "units": data.unit or "1"}
    return described(dataset)


def _outcome_arrays(outcomes: list[RunEnding]) -> dict[str, np.ndarray]:
    """The fields of all outcomes as arrays; most runs of an ensemble share one outcome."""
    distinct = list({id(outcome): outcome for outcome in outcomes}.values())
    number = {id(outcome): index for index, outcome in enumerate(distinct)}
    which = np.array([number[id(outcome)] for outcome in outcomes])
    return {
        "outcome": text([o.outcome for o in distinct])[which],
        "sentence": text([o.sentence for o in distinct])[which],
        "usable": np.array([o.outcome.usable for o in distinct])[which],
        "solver": text([o.solver for o in distinct])[which],
        "end_time": np.array([o.end_time for o in distinct])[which],
    }


def _unphysical(
    ending: RunEnding, smallest: float, drift: float, task: Task, parameters: FloatArray, states: FloatArray
) -> RunEnding:
    """The ending of a run that broke what the equations keep, with the cause where it can be seen."""
    if smallest < NEGATIVE:
        reason = f"a density matrix has the eigenvalue {smallest:.2g}"
    else:
        reason = f"a conserved quantity changed by {drift:.2g}"
    times = task.times[-1:] if task.final_only else task.times
    cause = imaginary_amplitude(task.model, parameters, states, times)
    advice = f"{cause}" if cause else "lower `tolerance`, if it is the integration that errs"
    sentence = f"{ending.sentence} But {reason}: not physical; {advice}."
    return RunEnding(Outcome.UNPHYSICAL, sentence, ending.end_time, ending.solver)


def _drift(model: Model, where: Points, states: FloatArray) -> FloatArray:
    """Largest change of any conserved quantity between the start and any output; NaN if none was reached."""
    conserved = conserved_quantities(model)
    if len(conserved) == 0:
        return np.zeros(len(states))
    drift = np.empty(len(states))
    size = max(1, int(CHUNK // max(states[0].size, 1)))
    for first in range(0, len(states), size):
        chosen = slice(first, first + size)
        change = np.abs(conserved.values(states[chosen]) - conserved.values(where.starts[chosen])[:, None])
        drift[chosen] = np.fmax.reduce(change.reshape(len(change), -1), axis=1)
    return drift

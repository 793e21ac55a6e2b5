"""Results as labelled datasets: coordinates with names and units, and where they come from."""

from typing import Any

import numpy as np
import xarray as xr

from largespin._version import __version__
from largespin.errors import FloatArray
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import RESERVED, Points
from largespin.meanfield.solve import Outcome, Task
from largespin.model.model import Model
from largespin.model.state import smallest_eigenvalue

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
    """``m``, ``q``, ``p``, ``occupation``, ``overlap`` and the model's averages of state vectors (…, n)."""
    state = model.state_from_vector(states)
    components = list(model.particles.component_names)
    variables = {
        "m": xr.DataArray(
            state.bloch,
            dims=(*dims, "block", "component"),
            coords={"component": components, "weight": ("block", model.particles.weights)},
            attrs={"long_name": "Bloch vector of each block", "units": "1"},
        )
    }
    if model.modes:
        names = {"mode": [mode.name for mode in model.modes]}
        alpha = state.amplitudes
        for name, values, words in (
            ("q", np.sqrt(2.0) * alpha.real, "quadrature q = (α + α*)/√2"),
            ("p", np.sqrt(2.0) * alpha.imag, "quadrature p = (α − α*)/(i√2)"),
            ("occupation", np.abs(alpha) ** 2, "bosons per particle |α|²"),
        ):
            attrs = {"long_name": words, "units": "1"}
            variables[name] = xr.DataArray(values, dims=(*dims, "mode"), coords=names, attrs=attrs)
    return variables | _average_variables(model, states, dims)


def _average_variables(model: Model, states: FloatArray, dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    variables = {}
    patterns = model.particles.coefficients
    if len(patterns) and model.particles.levels == 2:
        bloch = model.state_from_vector(states).bloch
        values = np.einsum("...k,mk->...m", bloch[..., 2], patterns * model.particles.weights)
        attrs = {"long_name": "overlap with pattern, Σ_k w_k e_μk m_kz", "units": "1"}
        coords = {"pattern": np.arange(len(patterns))}
        variables["overlap"] = xr.DataArray(values, dims=(*dims, "pattern"), coords=coords, attrs=attrs)
    values = numeric_mean_field(model).averages(states)
    for index, average in enumerate(model.averages):
        if average.family is None:
            attrs = {"long_name": f"average {average.name}", "units": "1"}
            variables[f"average_{average.name}"] = xr.DataArray(values[..., index], dims=dims, attrs=attrs)
    return variables


def run_dataset(task: Task, where: Points, states: FloatArray, outcomes: list[Outcome]) -> xr.Dataset:
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
        judged[run] = _unphysical(judged[run], float(worst[run]), float(drift[run]))
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
    dataset["time"].attrs = {"long_name": "time", "units": "inverse rate"}
    dataset["conserved_drift"].attrs["long_name"] = "largest change of a conserved quantity along the run"
    dataset["smallest_eigenvalue"].attrs["long_name"] = "smallest eigenvalue of any block's density matrix"
    dataset.attrs = provenance(
        model,
        fixed=where.fixed,
        tolerance=task.tolerance,
        method=task.method,
        stop="; ".join(rule.sentence for rule in task.stop),
        start_time=float(task.times[0]),
    )
    return dataset


def labelled(variables: dict[str, xr.DataArray], model: Model, where: Points) -> xr.Dataset:
    """A dataset whose parameters, varying or not, are coordinates with values, names and units."""
    taken = {*variables, *(name for array in variables.values() for name in (*array.dims, *array.coords)), *RESERVED}
    fixed = {key: value for key, value in where.fixed.items() if key not in taken}
    dataset = xr.Dataset(variables, coords={**where.coords, **where.along, **fixed})
    for name in (*where.dims, *where.along, *fixed):
        if name in model.parameters and name in dataset.coords:
            data = model.parameters[name].data
            dataset[name].attrs = {"long_name": data.description or name, "units": data.unit or "1"}
    return dataset


def _outcome_arrays(outcomes: list[Outcome]) -> dict[str, np.ndarray]:
    """The fields of all outcomes as arrays; most runs of an ensemble share one outcome."""
    distinct = list({id(outcome): outcome for outcome in outcomes}.values())
    number = {id(outcome): index for index, outcome in enumerate(distinct)}
    which = np.array([number[id(outcome)] for outcome in outcomes])
    return {
        "outcome": np.array([o.code for o in distinct], dtype=str)[which],
        "sentence": np.array([o.sentence for o in distinct], dtype=str)[which],
        "solver": np.array([o.solver for o in distinct], dtype=str)[which],
        "end_time": np.array([o.end_time for o in distinct])[which],
    }


def _unphysical(outcome: Outcome, smallest: float, drift: float) -> Outcome:
    """The outcome of a run that broke what the equations keep."""
    if smallest < NEGATIVE:
        reason = f"a density matrix has the eigenvalue {smallest:.2g}"
    else:
        reason = f"a conserved quantity changed by {drift:.2g}"
    sentence = f"{outcome.sentence} But {reason}: not physical; lower `tolerance`."
    return Outcome("unphysical", sentence, outcome.end_time, outcome.solver)


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

"""Results as labelled datasets: coordinates with names and units, and where they come from."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin._version import __version__
from largespin.errors import FloatArray
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.forms import FORMS, filled, form_of
from largespin.meanfield.labels import Axis, array, axes_of_states, axis, coordinates
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points
from largespin.meanfield.real_rates import imaginary_amplitude
from largespin.meanfield.solve import RunEnding, Task
from largespin.model.model import Model
from largespin.model.reserved import AVERAGE
from largespin.model.state import density_matrices, smallest_eigenvalue
from largespin.outcomes import Outcome
from largespin.quantities import add_names, described, text

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
    variables = bare_variables(model, states, dims)
    dataset = xr.Dataset(variables, coordinates(_axes_of(model, variables)))
    add_names(dataset.variables)
    return {name: dataset[name] for name in variables}


def bare_variables(model: Model, states: FloatArray, dims: tuple[str, ...]) -> dict[str, xr.Variable]:
    """The same without coordinates, which `labelled` adds."""
    state, particles = model.state_from_vector(states), model.particles
    found: dict[str, tuple[tuple[str, ...], npt.NDArray[Any]]] = {"m": (("block", "component"), state.bloch)}
    if particles.levels > 2:
        populations = np.einsum("...ii->...i", density_matrices(state.bloch)).real
        found["population"] = ("block", "level"), populations
    if model.modes:
        alpha = state.amplitudes
        found["q"] = ("mode",), np.sqrt(2.0) * alpha.real
        found["p"] = ("mode",), np.sqrt(2.0) * alpha.imag
        found["alpha"] = ("mode",), alpha
        found["occupation"] = ("mode",), np.abs(alpha) ** 2
    patterns = particles.coefficients
    if len(patterns) and particles.levels == 2:
        found["overlap"] = ("pattern",), np.einsum("...k,mk->...m", state.bloch[..., 2], patterns * particles.weights)
    variables = {name: array((*dims, *own), values) for name, (own, values) in found.items()}
    averages = numeric_mean_field(model).averages(states)
    for index, average in enumerate(model.averages):
        if average.family is None:
            attrs = {"long_name": f"average {average.name}", "units": "1"}
            variables[f"{AVERAGE}{average.name}"] = array(dims, averages[..., index], attrs)
    return variables


def run_dataset(task: Task, where: Points, states: FloatArray, outcomes: list[RunEnding]) -> xr.Dataset:
    """The dataset of `evolve`."""
    model = task.model
    shaped = states.reshape(*where.shape, *states.shape[1:])
    dims: tuple[str, ...] = (*where.dims, "time")
    if task.final_only:
        shaped, dims = shaped[..., 0, :], where.dims
    variables = bare_variables(model, shaped, dims)
    smallest = smallest_eigenvalue(model.split(states)[0])
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
        variables[name] = array(where.dims, values.reshape(where.shape))
    dataset = labelled(variables, model, where, time=task.times[-1] if task.final_only else task.times)
    dataset.attrs = provenance(
        model,
        fixed=where.fixed,
        tolerance=task.tolerance,
        method=task.method,
        stop="; ".join(rule.sentence for rule in task.stop),
        start_time=float(task.times[0]),
    )
    return dataset


def labelled(
    variables: Mapping[str, xr.DataArray | xr.Variable], model: Model, where: Points, **more: npt.ArrayLike
) -> xr.Dataset:
    """A dataset whose parameters, varying or not, are coordinates with values; everything with names and units.

    Args:
        variables: the contents. Variables without coordinates get those of the model's states, and numbers along other axes.
        model: the model.
        where: the points.
        **more: further coordinates: single numbers, or values along an axis of their own name.
    """
    labels = where.coords | {key: np.asarray(values) for key, values in more.items() if np.ndim(values)}
    numbers = where.fixed | {key: float(value) for key, value in more.items() if not np.ndim(value)}  # type: ignore[arg-type]
    form = None if where.dims else form_of(model, variables, labels, numbers)
    if form is not None and form in FORMS:
        return filled(FORMS[form], variables, numbers)
    others = {key: array(dims, values) for key, (dims, values) in where.along.items()}
    others |= {key: array((), np.array(value)) for key, value in numbers.items()}
    axes = [axis(name, values) for name, values in labels.items()] + _axes_of(model, variables, known=labels)
    dataset = xr.Dataset(variables, coordinates(axes, others))
    for name, parameter in model.parameters.items():
        if name in dataset.coords:
            data = parameter.data
            dataset.variables[name].attrs = {"long_name": data.description or name, "units": data.unit or "1"}
    dataset = described(dataset)
    if form is not None:
        FORMS[form] = dataset.copy()
    return dataset


def _axes_of(
    model: Model, variables: Mapping[str, xr.DataArray | xr.Variable], known: Collection[str] = ()
) -> list[Axis]:
    """The axes of the model's states along which there are variables without coordinates."""
    used = {dim for variable in variables.values() if isinstance(variable, xr.Variable) for dim in variable.dims}
    return [one for name, one in axes_of_states(model).items() if name in used and name not in known]


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
    sentence = f"{ending.sentence} But {reason}: not physical; {unphysical_cause(task, parameters, states)}."
    return RunEnding(Outcome.UNPHYSICAL, sentence, ending.end_time, ending.solver)


def unphysical_cause(task: Task, parameters: FloatArray, states: FloatArray) -> str:
    """Why a run (T, n) left what states can be: a rate that turned negative, or else the advice for integration errors."""
    times = task.times[-1:] if task.final_only else task.times
    cause = imaginary_amplitude(task.model, parameters, states, times)
    return cause or "lower `tolerance`, if it is the integration that errs"


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

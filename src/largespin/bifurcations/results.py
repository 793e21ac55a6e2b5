"""What a continuation returns: points, special points and ends as one labelled dataset."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from largespin.bifurcations.curve_events import CurveStop
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.trace import StationaryBranch, Stop
from largespin.bifurcations.two_parameters import BoundaryCurve
from largespin.ends import End, in_columns
from largespin.errors import ComplexArray, FloatArray
from largespin.meanfield.points import Points
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.outcomes import Outcome
from largespin.quantities import text
from largespin.stationary.stability import stability_variables


def branch_dataset(
    model: Model, parameter: str, full: FloatArray, branches: Sequence[StationaryBranch], settings: dict[str, Any]
) -> xr.Dataset:
    """The dataset of `branches`."""
    stops = [stop for branch in branches for stop in branch.stops]
    numbers = np.repeat(np.arange(len(branches)), [len(branch.stops) for branch in branches])
    values = {parameter: np.array([stop.p[0] for stop in stops])}
    variables = _point_variables(model, stops)
    variables["branch"] = xr.DataArray(numbers, dims="point")
    variables["special"] = xr.DataArray(
        text([stop.special.kind if stop.special else "" for stop in stops]), dims="point"
    )
    marked = [(number, stop.special) for number, stop in zip(numbers, stops, strict=True) if stop.special is not None]
    variables |= _special_variables(model, (parameter,), [special for _, special in marked])
    variables["special_branch"] = xr.DataArray(
        np.array([number for number, _ in marked], dtype=int), dims="special_point"
    )
    variables |= _ends([branch.ended for branch in branches], "branch_number")
    variables["parent"] = xr.DataArray(np.array([branch.parent for branch in branches]), dims="branch_number")
    return _finished(model, full, values, variables, {"parameter": parameter, **settings})


def boundary_dataset(
    model: Model,
    parameters: tuple[str, str],
    full: FloatArray,
    curves: Sequence[BoundaryCurve],
    settings: dict[str, Any],
) -> xr.Dataset:
    """The dataset of `boundaries`."""
    stops = [stop for curve in curves for stop in curve.stops]
    numbers = np.repeat(np.arange(len(curves)), [len(curve.stops) for curve in curves])
    values = {name: np.array([stop.p[i] for stop in stops]) for i, name in enumerate(parameters)}
    variables = _point_variables(model, stops)
    columns: dict[str, Any] = {
        "curve": numbers,
        "kind": text([stop.reading.kind for stop in stops]),
        "coefficient": np.array([stop.reading.coefficient for stop in stops], dtype=float),
        "angular_frequency": np.array([stop.reading.frequency for stop in stops], dtype=float),
        "special": text([_joined(stop) for stop in stops]),
    }
    variables |= {name: xr.DataArray(column, dims="point") for name, column in columns.items()}
    marked = [(number, stop) for number, stop in zip(numbers, stops, strict=True) if stop.specials]
    variables |= _special_variables(model, parameters, [_as_special(stop) for _, stop in marked])
    variables["special_curve"] = xr.DataArray(
        np.array([number for number, _ in marked], dtype=int), dims="special_point"
    )
    variables |= _ends([curve.ended for curve in curves], "curve_number")
    return _finished(model, full, values, variables, {"parameters_free": ", ".join(parameters), **settings})


def _ends(ends: Sequence[tuple[End, End]], dim: str) -> dict[str, xr.DataArray]:
    return {name: xr.DataArray(text(words), dims=dim) for name, words in in_columns(ends).items()}


def _joined(stop: CurveStop) -> str:
    return ", ".join(stop.specials)


def _as_special(stop: CurveStop) -> SpecialPoint:
    reading, names = stop.reading, _joined(stop)
    return SpecialPoint(
        names,
        stop.u,
        stop.p,
        reading.vector,
        np.zeros((len(stop.u), 0)),
        reading.frequency,
        reading.coefficient,
        stop.residual,
        sentence=f"{names[0].upper()}{names[1:]} on a line of {reading.kind} points.",
    )


def _point_variables(model: Model, stops: Sequence[Stop] | Sequence[CurveStop]) -> dict[str, xr.DataArray]:
    n = model.number_of_variables
    states = np.array([stop.u for stop in stops]).reshape(-1, n)
    variables = state_variables(model, states, ("point",))
    eigenvalues_at = np.array([_sorted(stop.values, n) for stop in stops]).reshape(-1, n)
    variables |= stability_variables(model, eigenvalues_at, ("point",))
    variables["arclength"] = xr.DataArray(np.array([stop.arclength for stop in stops], dtype=float), dims="point")
    variables["outcome"] = xr.DataArray(text([Outcome.FINISHED] * len(stops)), dims="point")
    return variables


def _sorted(values: ComplexArray, size: int) -> ComplexArray:
    """By falling real part, NaN where directions are conserved."""
    result = np.full(size, complex(np.nan, np.nan))
    result[: len(values)] = values[np.argsort(-values.real, kind="stable")]
    return result


def _special_variables(
    model: Model, parameters: Sequence[str], specials: Sequence[SpecialPoint]
) -> dict[str, xr.DataArray]:
    n, names = model.number_of_variables, {"variable": text(model.variable_names)}
    columns: dict[str, Any] = {
        "special_kind": text([s.kind for s in specials]),
        "special_sentence": text([s.sentence for s in specials]),
        "special_frequency": np.array([s.frequency for s in specials], dtype=float),
        "special_coefficient": np.array([s.coefficient for s in specials], dtype=float),
        "residual": np.array([s.residual for s in specials], dtype=float),
        "multiplicity": np.array([s.multiplicity for s in specials], dtype=int),
    }
    variables = {name: xr.DataArray(column, dims="special_point") for name, column in columns.items()}
    for i, name in enumerate(parameters):
        data = model.parameters[name].data
        attrs = {"long_name": f"{data.description or name} at the special point", "units": data.unit or "1"}
        values = np.array([s.p[i] for s in specials], dtype=float)
        variables[f"special_{name}"] = xr.DataArray(values, dims="special_point", attrs=attrs)
    vectors = np.array([s.vector for s in specials], dtype=complex).reshape(-1, n)
    states = np.array([s.u for s in specials], dtype=float).reshape(-1, n)
    for name, array in (("special_state", states), ("null_real", vectors.real), ("null_imag", vectors.imag)):
        variables[name] = xr.DataArray(array, dims=("special_point", "variable"), coords=names)
    return variables


def _finished(
    model: Model,
    full: FloatArray,
    values: dict[str, FloatArray],
    variables: dict[str, xr.DataArray],
    settings: dict[str, Any],
) -> xr.Dataset:
    fixed = {name: float(x) for name, x in zip(model.parameters, full, strict=True) if name not in values}
    count = len(next(iter(values.values())))
    along: dict[str, tuple[tuple[str, ...], FloatArray]] = {name: (("point",), x) for name, x in values.items()}
    where = Points(("point",), (count,), {}, np.zeros((count, 0)), np.zeros((count, 0)), fixed, along)
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=fixed, **settings))

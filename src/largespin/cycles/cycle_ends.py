"""Where do cycles die? The end of the attracting cycle and of its branch, over a grid of the other parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.cycles.continuation import CyclePoint, CycleSettings, Walk, checked_span, follow
from largespin.cycles.cycle_branch import branch_end
from largespin.cycles.equations import IntegrationError
from largespin.cycles.events import events_between
from largespin.cycles.limit_cycle import TOLERANCES
from largespin.cycles.multipliers import verdict
from largespin.cycles.starts import beginning
from largespin.errors import LargespinError, number_in
from largespin.meanfield.points import Points, check_names
from largespin.meanfield.points import points as grid_of
from largespin.meanfield.results import labelled, provenance
from largespin.meanfield.translate import UnsupportedExpressionError, taylor_needed
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.stability import refuse_time


def cycle_ends(
    model: Model,
    start: npt.ArrayLike | State,
    parameter: str,
    between: tuple[float, float],
    *,
    points: int = 300,
    largest_step: float = 0.1,
    settle: float = 400.0,
    tolerance: float = 1e-12,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Where the cycle that attracts at ``between[0]`` dies on the way to ``between[1]``: a line in two parameters.

    At every point of a grid of the other parameters a run gives the cycle at ``between[0]``, which is then followed as by
    `cycle_branch`, beyond the place where it ceases to attract, until the branch ends.

    Args:
        model: the model, without explicit time.
        start: a state from which a run reaches the cycle at ``between[0]``.
        parameter: name of the parameter in which the cycle is followed.
        between: where the cycle is found, and towards which value it is followed.
        points: largest number of points of one branch.
        largest_step: longest step, as in `cycle_branch`.
        settle: time given to a run to reach the cycle.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: the other parameters by name; arrays become axes.

    Returns:
        Dataset over the other parameters: ``stable_until`` (the value of `parameter` at which the cycle ceases to
        attract), ``stable_until_error``, ``stable_until_kind`` (one of the special points of `cycle_branch`, or "" if the
        cycle attracts in the whole interval) and ``period`` there; ``branch_ends``, ``branch_ends_error`` and
        ``branch_ends_kind`` of the whole branch; ``outcome`` (``cycle`` or why there is none) and ``sentence``.

    Raises:
        LargespinError: unknown parameters, `parameter` given twice, or a model that depends on time.

    Limits: those of `cycle_branch`; the run finds one cycle where several attract.

    Example:
        >>> import largespin as ls
        >>> from largespin import cycle_ends
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> ends = cycle_ends(model, [0, 0.1, 0.1], between={"field": (0.6, 0.1)}, temperature=0.6)
        >>> ends.stable_until_kind.item(), round(ends.stable_until.item(), 6)
        ('saddle-node on the cycle (infinite period)', 0.294106)
    """
    refuse_time(model)
    settings, begins_at = checked_span(between, points, largest_step)
    given = {**(parameters or {}), **values}
    if parameter in given:
        raise LargespinError(f"Argument `{parameter}` must not be given, because `between` says where it starts.")
    tolerance, settle = number_in("tolerance", tolerance, *TOLERANCES), number_in("settle", settle, 0.0)
    check_names(model, [parameter])
    where = grid_of(model, {**given, parameter: begins_at})
    fates = []
    for row in where.parameters:
        at = dict(zip(model.parameters, (float(value) for value in row), strict=True))
        with taylor_needed():
            fates.append(_fate(model, start, parameter, settings, settle, tolerance, at))
    result = _dataset(model, parameter, where, fates)
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    return result.assign_attrs(provenance(model, fixed=fixed, tolerance=tolerance, start_value=begins_at))


@dataclass(frozen=True, eq=False)
class _Fate:
    """What became of one cycle: where it ceases to attract and where its branch ends; why there is none."""

    outcome: str
    sentence: str
    death: CyclePoint | None = None
    end: CyclePoint | None = None


def _fate(
    model: Model,
    start: Any,
    parameter: str,
    settings: CycleSettings,
    settle: float,
    tolerance: float,
    at: dict[str, float],
) -> _Fate:
    try:
        begin = beginning(model, start, parameter, settings, settle, tolerance, at)
        if begin.is_birth:
            return _Fate("stationary state", "No cycle: `start` is a stationary state; start beside it.")
        first = begin.places[-1]
        sign = 1.0 if at[parameter] == settings.low else -1.0
        towards = CyclePoint(first.cycle, sign * first.direction, first.floquet)
        walk = follow(begin.continuation, towards, events_between, branch_end)
    except UnsupportedExpressionError:
        # A fault of the model, not of this point.
        raise
    except LargespinError as error:
        return _Fate("no cycle", f"No cycle at {parameter} = {at[parameter]:g}: {error}")
    except IntegrationError as error:
        return _Fate("failed", f"Failed: {error}.")
    death = death_of(walk)
    end = walk.places[-1] if walk.places[-1].special else None
    words = death.sentence if death is not None else "The cycle attracts along its whole branch."
    rest = "" if death is end and end is not None else f" {walk.ended}"
    return _Fate("cycle", words + rest, death, end)


def death_of(walk: Walk) -> CyclePoint | None:
    """The first place behind which the cycle does not attract, or the end of the branch; None if it is not reached."""
    for index, place in enumerate(walk.places):
        is_last = index == len(walk.places) - 1
        if is_last:
            return place if place.special else None
        if place.special and verdict(walk.places[index + 1].floquet) != "stable":
            return place
        if not place.special and verdict(place.floquet) == "unstable":
            return place
    return None


def _dataset(model: Model, parameter: str, where: Points, fates: list[_Fate]) -> xr.Dataset:
    variables: dict[str, xr.DataArray] = {}
    for name, place_of, words in (
        ("stable_until", lambda fate: fate.death, "at which the cycle ceases to attract"),
        ("branch_ends", lambda fate: fate.end, "at which the branch of the cycle ends"),
    ):
        places = [place_of(fate) for fate in fates]
        ats = np.array([place.at if place is not None else (np.nan, np.nan) for place in places])
        kinds = np.array([place.special if place is not None else "" for place in places], dtype=str)
        attrs = {"long_name": f"{parameter} {words}"}
        for ending, column in (("", ats[:, 0]), ("_error", ats[:, 1]), ("_kind", kinds)):
            variables[name + ending] = xr.DataArray(column.reshape(where.shape), dims=where.dims, attrs=attrs)
    periods = np.array([fate.death.cycle.period if fate.death is not None else np.nan for fate in fates])
    attrs = {"long_name": "period of the last cycle computed there", "units": "inverse rate"}
    variables["period"] = xr.DataArray(periods.reshape(where.shape), dims=where.dims, attrs=attrs)
    for name in ("outcome", "sentence"):
        texts = np.array([getattr(fate, name) for fate in fates], dtype=str).reshape(where.shape)
        variables[name] = xr.DataArray(texts, dims=where.dims)
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    others = Points(where.dims, where.shape, where.coords, where.parameters, where.starts, fixed, where.along)
    return labelled(variables, model, others)

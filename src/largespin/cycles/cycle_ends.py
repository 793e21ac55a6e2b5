"""Where do cycles die? The end of the attracting cycle and of its branch, over a grid of the other parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from largespin.cycles.continuation import CyclePoint, CycleSettings, Walk, checked_settings, follow
from largespin.cycles.cycle_branch import Towards, branch_end
from largespin.cycles.equations import IntegrationError
from largespin.cycles.events import events_between
from largespin.cycles.given_cycle import at_first_phase, holds_cycle
from largespin.cycles.limit_cycle import NOWHERE, TOLERANCES
from largespin.cycles.multipliers import verdict
from largespin.cycles.starts import beginning
from largespin.errors import FloatArray, LargespinError, number_in, one_of
from largespin.meanfield.between import check_inside
from largespin.meanfield.points import Points, call_values, points_from
from largespin.meanfield.results import labelled, provenance
from largespin.meanfield.translate import UnsupportedExpressionError, taylor_needed
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Ending, Outcome, in_order
from largespin.quantities import text
from largespin.stationary.stability import refuse_time


def cycle_ends(
    model: Model,
    start: StateLike,
    *,
    between: Mapping[str, tuple[float, float]],
    towards: Towards | None = None,
    points: int = 300,
    largest_step: float = 0.1,
    settle: float = 400.0,
    tolerance: float = 1e-12,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Where an attracting cycle dies when one parameter moves through a range: a line in two parameters.

    At every point of a grid of the other parameters the cycle is found at the given value of the moving one and then
    followed as by `cycle_branch`, beyond the place where it ceases to attract, until the branch ends.

    Args:
        model: the model, without explicit time.
        start: a state from which a run reaches the cycle, or a row or an axis of states of a result, which brings its modes
            and its parameters; a cycle is followed itself, where it is one at the parameters of the point.
        between: the parameter in which the cycle is followed and its range, ``{"field": (0.1, 0.6)}``.
        towards: the end of the range, ``"low"`` or ``"high"``, towards which it is followed; if not given, the one that is
            further away from where the cycle is found.
        points: largest number of points of one branch.
        largest_step: longest step, as in `cycle_branch`.
        settle: time given to a run to reach the cycle.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name, among them the one number of the moving parameter at which the cycle is found;
            arrays of the others become axes.

    Returns:
        Dataset over the other parameters: ``stable_until`` (the value of the moving parameter at which the cycle ceases to
        attract), ``stable_until_error``, ``stable_until_kind`` (one of the special points of `cycle_branch`, or "" if the
        cycle attracts in the whole range) and ``period`` there; ``branch_ends``, ``branch_ends_error`` and
        ``branch_ends_kind`` of the whole branch; ``outcome`` (``finished``, ``no cycle``, ``failed``), ``sentence`` and
        ``usable``.

    Raises:
        LargespinError: unknown parameters, several values of the moving one or one outside its range, or a model that
            depends on time.

    Limits: those of `cycle_branch`; the run finds one cycle where several attract.

    Example:
        >>> import largespin as ls
        >>> from largespin import cycle_ends
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> ends = cycle_ends(model, [0, 0.1, 0.1], between={"field": (0.1, 0.6)}, field=0.6, temperature=0.6)
        >>> ends.stable_until_kind.item(), round(ends.stable_until.item(), 6)
        ('saddle-node on the cycle (infinite period)', 0.294106)
    """
    given = call_values(cycle_ends, model, parameters, values)
    refuse_time(model)
    parameter, settings = checked_settings(model, between, points, largest_step)
    tolerance, settle = number_in("tolerance", tolerance, *TOLERANCES), number_in("settle", settle, 0.0)
    where = points_from(model, at_first_phase(start), given)
    begins_at = _one_value(parameter, where, settings)
    follower = _Follower(model, parameter, settings, _direction(begins_at, settings, towards), settle, tolerance)
    own = start if isinstance(start, xr.Dataset) and holds_cycle(start) and not start["period"].ndim else None
    with taylor_needed():
        fates = [follower.fate(u, row, own) for u, row in zip(where.starts, where.parameters, strict=True)]
    result = _dataset(model, parameter, where, fates)
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    return result.assign_attrs(
        provenance(model, fixed=fixed, tolerance=tolerance, parameter=parameter, start_value=begins_at)
    )


def _one_value(parameter: str, where: Points, settings: CycleSettings) -> float:
    """The one value of the moving parameter at which cycles are found."""
    if parameter not in where.fixed:
        raise LargespinError(
            f"Argument `{parameter}` must be one number, because `between` says where it moves, but it has several values."
        )
    check_inside({parameter: (settings.low, settings.high)}, where.fixed)
    return where.fixed[parameter]


def _direction(begins_at: float, settings: CycleSettings, towards: Towards | None) -> float:
    """The sign in which the parameter changes."""
    if towards is not None:
        return -1.0 if one_of("towards", towards, Towards) == "low" else 1.0
    return 1.0 if begins_at - settings.low < settings.high - begins_at else -1.0


@dataclass(frozen=True, eq=False)
class _Fate(Ending):
    """What became of one cycle: where it ceases to attract and where its branch ends; why there is none."""

    death: CyclePoint | None = None
    end: CyclePoint | None = None


@dataclass(frozen=True, eq=False)
class _Follower:
    """How cycles are found and followed, and in which direction."""

    model: Model
    parameter: str
    settings: CycleSettings
    sign: float
    settle: float
    tolerance: float

    def fate(self, u: FloatArray, row: FloatArray, own: xr.Dataset | None) -> _Fate:
        """What becomes of the cycle that is reached from u at one parameter point, or of a given one."""
        at = dict(zip(self.model.parameters, row.tolist(), strict=True))
        if not np.all(np.isfinite(u)):
            return _Fate(Outcome.NO_STATE, NOWHERE)
        start = self.model.state_from_vector(u) if own is None else own
        try:
            begin = beginning(self.model, start, self.parameter, self.settings, self.settle, self.tolerance, at)
            if begin.is_birth:
                return _Fate(Outcome.NO_CYCLE, "No cycle: `start` is a stationary state; start beside it.")
            first = begin.places[-1]
            outwards = CyclePoint(first.cycle, self.sign * first.direction, first.floquet)
            walk = follow(begin.continuation, outwards, events_between, branch_end)
        except UnsupportedExpressionError:
            # A fault of the model, not of this point.
            raise
        except LargespinError as error:
            return _Fate(Outcome.NO_CYCLE, f"No cycle at {self.parameter} = {at[self.parameter]:g}: {error}")
        except IntegrationError as error:
            return _Fate(Outcome.FAILED, f"Failed: {error}.")
        death = death_of(walk)
        end = walk.places[-1] if walk.places[-1].special else None
        words = death.sentence if death is not None else "The cycle attracts along its whole branch."
        rest = "" if death is end and end is not None else f" {walk.ended.sentence}"
        return _Fate(Outcome.FINISHED, words + rest, death, end)


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
        kinds = text([place.special if place is not None else "" for place in places])
        unit = model.parameters[parameter].data.unit or "1"
        for ending, column, long_name in (
            ("", ats[:, 0], f"{parameter} {words}"),
            ("_error", ats[:, 1], f"how far the {parameter} may be off {words}"),
            ("_kind", kinds, f"what happens at the {parameter} {words}"),
        ):
            attrs = {"long_name": long_name} | ({} if column is kinds else {"units": unit})
            variables[name + ending] = xr.DataArray(column.reshape(where.shape), dims=where.dims, attrs=attrs)
    periods = np.array([fate.death.cycle.period if fate.death is not None else np.nan for fate in fates])
    variables["period"] = xr.DataArray(
        periods.reshape(where.shape), dims=where.dims, attrs={"long_name": "period of the last cycle computed there"}
    )
    for name, texts in in_order(fates).items():
        variables[name] = xr.DataArray(text(texts).reshape(where.shape), dims=where.dims)
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    others = Points(where.dims, where.shape, where.coords, where.parameters, where.starts, fixed, where.along)
    return labelled(variables, model, others)

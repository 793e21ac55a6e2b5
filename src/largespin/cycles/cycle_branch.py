"""A branch of cycles in one parameter: periods, amplitudes, stability, and what happens to the cycle on the way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.cycles.continuation import Continuation, CyclePoint, Walk, checked_span, follow
from largespin.cycles.equations import IntegrationError
from largespin.cycles.events import events_between
from largespin.cycles.hopf_end import HOPF_END, hopf_end
from largespin.cycles.infinite_period import infinite_period
from largespin.cycles.limit_cycle import FEWEST_SAMPLES, TOLERANCES
from largespin.cycles.multipliers import stability_sentence
from largespin.cycles.results import Finding, cycles_dataset, found
from largespin.cycles.starts import Beginning, beginning
from largespin.errors import FloatArray, LargespinError, number_in, whole_number
from largespin.meanfield.points import Points
from largespin.meanfield.results import provenance
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.stability import refuse_time


def cycle_branch(
    model: Model,
    start: npt.ArrayLike | State | xr.Dataset,
    parameter: str,
    between: tuple[float, float],
    *,
    both_ways: bool = True,
    points: int = 200,
    largest_step: float = 0.1,
    longest_period: float | None = None,
    settle: float = 400.0,
    tolerance: float = 1e-12,
    samples: int = 65,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Follow a cycle in one parameter, through folds, until its branch ends, and say why it ends.

    ``φ_{T f_i}(x_i, p) = x_{i+1}``  with the phase and the step along the branch fixed (pseudo-arclength)

    Between neighbouring points are located, by solving for them: folds of cycles, branch points (another branch
    crosses), period doublings and tori. The branch ends where the cycle shrinks to a Hopf point, where its period
    becomes infinite (at a homoclinic or heteroclinic connection or at a saddle-node on the cycle), or at the border of
    `between`.

    Args:
        model: the model, without explicit time.
        start: a cycle (one point of `limit_cycle` or `cycle_branch`), a state from which a run reaches a cycle, or a
            stationary state near a Hopf point, from which the branch then starts: a state, one point of
            `stationary_states`, or one special point of `branch`, ``found.isel(special_point=0)``.
        parameter: name of the parameter that changes.
        between: interval of the parameter.
        both_ways: follow the branch to both sides of `start`; otherwise only in the order in which `between` is given.
        points: largest number of points in each direction.
        largest_step: longest step; 1 is the size of the cycle, a factor e of the period or the whole interval.
        longest_period: period at which the reason of its growth is asked for; 40 times the shortest one if not given.
        settle: time given to a run to reach the cycle.
        tolerance: relative error per step of the integrator.
        samples: number of phases at which states are given.
        parameters: parameter values as a mapping.
        **values: the other parameters by name, and where `parameter` starts unless `start` is a dataset.

    Returns:
        Dataset over `point`, along the branch: the parameter as coordinate, what `limit_cycle` gives at one point
        (states over the phase, ``period``, amplitudes, multipliers, ``verdict`` …), ``special`` (``fold of cycles``,
        ``branch point of cycles``, ``period doubling``, ``torus (Neimark–Sacker)``, ``period halving`` and
        ``pitchfork of cycles`` (the branch ends on a cycle of half the period, or of more symmetry), ``Hopf end``,
        ``homoclinic end``, ``heteroclinic end``, ``saddle-node on the cycle (infinite period)``, ``long period`` or ""),
        ``special_value`` and ``special_error`` (parameter where it happens; of infinite periods the extrapolated one)
        and ``sentence``.
        ``attrs["first_end"]`` and ``attrs["last_end"]`` say why the branch ends there.

    Raises:
        LargespinError: no cycle at `start`, values outside `between`, or a model that depends on time.

    Limits: other branches that begin at branch points, period doublings and tori are not followed. A cycle that becomes
    infinitely long in another way (at another cycle, say) ends as ``long period``.

    Source: E. J. Doedel, H. B. Keller, J. P. Kernevez, Int. J. Bifurcation Chaos 1, 745 (1991); Y. A. Kuznetsov,
    Elements of Applied Bifurcation Theory, sections 6.2, 7.1 and 10.2.

    Example:
        >>> import largespin as ls
        >>> from largespin import cycle_branch
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
        >>> branch = cycle_branch(
        ...     model, [0, 0.1, 0.1], between={"field": (0.4, 0.1)}, both_ways=False, temperature=0.6, field=0.4
        ... )
        >>> for kind, value in zip(branch.special.values, branch.special_value.values):
        ...     if kind:
        ...         print(f"{kind} at {value:.8f}")
        fold of cycles at 0.27204013
        homoclinic end at 0.27296194
    """
    refuse_time(model)
    settings, begins_at = checked_span(between, points, largest_step, longest_period)
    tolerance, settle = number_in("tolerance", tolerance, *TOLERANCES), number_in("settle", settle, 0.0)
    samples = whole_number("samples", samples, FEWEST_SAMPLES)
    try:
        with taylor_needed():
            begin = beginning(model, start, parameter, settings, settle, tolerance, {**(parameters or {}), **values})
            walks = _walks(begin, both_ways, begins_at == settings.high)
    except IntegrationError as error:
        raise LargespinError(f"Argument `start` must lead to a cycle, but {error}.") from error
    result = _dataset(model, parameter, begin, walks, samples)
    first = walks[0].ended if len(walks) > 1 else begin.places[0].sentence or "The branch begins here."
    ends = {"first_end": first, "last_end": walks[-1].ended}
    fixed = {key: value for key, value in begin.where.fixed.items() if key != parameter}
    return result.assign_attrs(provenance(model, fixed=fixed, tolerance=tolerance, **ends))


def _walks(begin: Beginning, both_ways: bool, falling: bool) -> list[Walk]:
    """The branch in one or two directions, each from the start outwards."""
    continuation, start = begin.continuation, begin.places[-1]
    if begin.is_birth:
        walk = follow(continuation, start, events_between, branch_end)
        walk.places.insert(0, begin.places[0])
        return [walk]
    there = replace(start, direction=-start.direction)
    ways = [there, start] if both_ways else [there if falling else start]
    return [follow(continuation, way, events_between, branch_end) for way in ways]


def branch_end(continuation: Continuation, places: list[CyclePoint]) -> CyclePoint | None:
    """The last point of a branch that ends by itself, or None."""
    return hopf_end(continuation, places) or infinite_period(continuation, places)


def _dataset(model: Model, parameter: str, begin: Beginning, walks: list[Walk], samples: int) -> xr.Dataset:
    places = walks[-1].places
    if len(walks) > 1:
        places = walks[0].places[:0:-1] + places
    findings = [_finding(begin.continuation, place, samples) for place in places]
    where = begin.where
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    along: dict[str, tuple[tuple[str, ...], FloatArray]] = {
        parameter: (("point",), np.array([place.cycle.value for place in places]))
    }
    row = np.repeat(where.parameters, len(places), axis=0)
    result = cycles_dataset(model, Points(("point",), (len(places),), {}, row, row, fixed, along), findings, samples)
    result["special"] = ("point", np.array([place.special for place in places], dtype=str))
    for name, part, words in (
        ("special_value", 0, "parameter at which it happens"),
        ("special_error", 1, "how far this value may be off"),
    ):
        result[name] = ("point", np.array([place.at[part] for place in places]), {"long_name": words})
    return result


def _finding(continuation: Continuation, place: CyclePoint, samples: int) -> Finding:
    sentence = place.sentence or stability_sentence(place.cycle.period, place.floquet)
    if place.special == HOPF_END:
        states = np.broadcast_to(place.cycle.nodes[0], (samples, place.cycle.nodes.shape[1]))
        return Finding("cycle", sentence, place.cycle, place.floquet, states, states)
    try:
        return found(continuation.equations, place.cycle, place.floquet, samples, sentence)
    except IntegrationError as error:
        return Finding("failed", f"Failed: {error}.", place.cycle, place.floquet)

"""A branch of cycles in one parameter: periods, amplitudes, stability, and what happens to the cycle on the way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import xarray as xr

from largespin.cycles.continuation import Continuation, CyclePoint, Walk, checked_settings, follow
from largespin.cycles.equations import IntegrationError
from largespin.cycles.events import events_between
from largespin.cycles.hopf_end import HOPF_END, hopf_end
from largespin.cycles.infinite_period import infinite_period
from largespin.cycles.limit_cycle import FEWEST_PHASES, TOLERANCES
from largespin.cycles.multipliers import stability_sentence
from largespin.cycles.results import Finding, cycles_dataset, found
from largespin.cycles.starts import Beginning, beginning
from largespin.ends import End, EndKind, in_columns
from largespin.errors import FloatArray, LargespinError, number_in, one_of, whole_number
from largespin.meanfield.points import Points, call_values
from largespin.meanfield.results import provenance
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Outcome
from largespin.quantities import described, text
from largespin.stationary.stability import refuse_time

Towards = Literal["low", "high"]
"""To which end of its range a parameter moves."""


def cycle_branch(
    model: Model,
    start: StateLike,
    *,
    between: Mapping[str, tuple[float, float]],
    towards: Towards | None = None,
    points: int = 200,
    largest_step: float = 0.1,
    longest_period: float | None = None,
    settle: float = 400.0,
    tolerance: float = 1e-12,
    phases: int = 65,
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
            `stationary_states`, or one special point of `branch`, ``found.isel(special_point=0)``. Results bring their
            modes and their parameter values.
        between: the parameter that changes and its range, ``{"field": (0.2, 0.6)}``.
        towards: follow the branch from `start` only towards the ``"low"`` or the ``"high"`` end of the range; to both sides
            if not given.
        points: largest number of points in each direction.
        largest_step: longest step; 1 is the size of the cycle, a factor e of the period or the whole range.
        longest_period: period at which the reason of its growth is asked for; 40 times the shortest one if not given.
        settle: time given to a run to reach the cycle.
        tolerance: relative error per step of the integrator.
        phases: number of phases at which states are given.
        parameters: parameter values as a mapping.
        **values: parameter values by name, also where the changing one starts, instead of those that come with `start`.

    Returns:
        Dataset over `point`, along the branch: the parameter as coordinate, what `limit_cycle` gives at one point
        (states over the phase, ``period``, amplitudes, multipliers, ``verdict`` …), ``special`` (``fold of cycles``,
        ``branch point of cycles``, ``period doubling``, ``torus (Neimark–Sacker)``, ``period halving`` and
        ``pitchfork of cycles`` (the branch ends on a cycle of half the period, or of more symmetry), ``Hopf end``,
        ``homoclinic end``, ``heteroclinic end``, ``saddle-node on the cycle (infinite period)``, ``long period`` or ""),
        ``special_value`` and ``special_error`` (parameter where it happens; of infinite periods the extrapolated one)
        and ``sentence``; ``end_first`` and ``end_last`` say why the branch ends there.

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
        ...     model, [0, 0.1, 0.1], between={"field": (0.1, 0.4)}, towards="low", temperature=0.6, field=0.4
        ... )
        >>> for kind, value in zip(branch.special.values, branch.special_value.values):
        ...     if kind:
        ...         print(f"{kind} at {value:.8f}")
        fold of cycles at 0.27204013
        homoclinic end at 0.27296194
    """
    given = call_values(cycle_branch, model, parameters, values)
    refuse_time(model)
    parameter, settings = checked_settings(model, between, points, largest_step, longest_period)
    if towards is not None:
        one_of("towards", towards, Towards)
    tolerance, settle = number_in("tolerance", tolerance, *TOLERANCES), number_in("settle", settle, 0.0)
    phases = whole_number("phases", phases, FEWEST_PHASES)
    try:
        with taylor_needed():
            begin = beginning(model, start, parameter, settings, settle, tolerance, given)
            walks = _walks(begin, towards)
    except IntegrationError as error:
        raise LargespinError(f"Argument `start` must lead to a cycle, but {error}.") from error
    result = _dataset(model, parameter, begin, walks, phases)
    fixed = {key: value for key, value in begin.where.fixed.items() if key != parameter}
    return result.assign_attrs(provenance(model, fixed=fixed, tolerance=tolerance, parameter=parameter))


def _walks(begin: Beginning, towards: Towards | None) -> list[Walk]:
    """The branch in one or two directions, each from the start outwards."""
    continuation, start = begin.continuation, begin.places[-1]
    if begin.is_birth:
        walk = follow(continuation, start, events_between, branch_end)
        walk.places.insert(0, begin.places[0])
        return [walk]
    there = replace(start, direction=-start.direction)
    ways = {None: [there, start], "low": [there], "high": [start]}[towards]
    return [follow(continuation, way, events_between, branch_end) for way in ways]


def branch_end(continuation: Continuation, places: list[CyclePoint]) -> CyclePoint | None:
    """The last point of a branch that ends by itself, or None."""
    return hopf_end(continuation, places) or infinite_period(continuation, places)


def _dataset(model: Model, parameter: str, begin: Beginning, walks: list[Walk], phases: int) -> xr.Dataset:
    places = walks[-1].places
    if len(walks) > 1:
        places = walks[0].places[:0:-1] + places
    findings = [_finding(begin.continuation, place, phases) for place in places]
    where = begin.where
    fixed = {key: value for key, value in where.fixed.items() if key != parameter}
    along: dict[str, tuple[tuple[str, ...], FloatArray]] = {
        parameter: (("point",), np.array([place.cycle.value for place in places]))
    }
    row = np.repeat(where.parameters, len(places), axis=0)
    result = cycles_dataset(model, Points(("point",), (len(places),), {}, row, row, fixed, along), findings, phases)
    result["special"] = ("point", text([place.special for place in places]))
    for part, name in enumerate(("special_value", "special_error")):
        result[name] = ("point", np.array([place.at[part] for place in places]))
    for name, (words,) in in_columns([_ends(begin, walks)]).items():
        result[name] = words
    return described(result)


def _ends(begin: Beginning, walks: list[Walk]) -> tuple[End, End]:
    """Why the branch ends at its first and at its last point."""
    if len(walks) > 1:
        return walks[0].ended, walks[-1].ended
    origin = begin.places[0].end if begin.is_birth else End(EndKind.ORIGIN, "The branch begins at `start`.")
    return origin, walks[-1].ended


def _finding(continuation: Continuation, place: CyclePoint, phases: int) -> Finding:
    sentence = place.sentence or stability_sentence(place.cycle.period, place.floquet)
    if place.special == HOPF_END:
        states = np.broadcast_to(place.cycle.nodes[0], (phases, place.cycle.nodes.shape[1]))
        return Finding(Outcome.FINISHED, sentence, place.cycle, place.floquet, states, states)
    try:
        return found(continuation.equations, place.cycle, place.floquet, phases, sentence)
    except IntegrationError as error:
        return Finding(Outcome.FAILED, f"Failed: {error}.", place.cycle, place.floquet)

"""What happens between two points of a branch? Folds, branch points, period doublings and tori, located by solving."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from largespin.cycles.continuation import Continuation, CyclePoint
from largespin.cycles.equations import CycleEquations
from largespin.cycles.multipliers import UNIT, Floquet
from largespin.cycles.repetition import (
    BESIDE,
    HALVING,
    PITCHFORK,
    Repetition,
    extrapolated,
    repetition_between,
    step_with_gap,
)

SHARP = 1e-12
"""Accuracy of the place of an event along the branch, relative to the step; a fold's parameter is its square."""
LOST = 1e-4
"""Relative change of a test function between neighbouring evaluations that is beyond rounding."""
SMALLEST_SCALE = 1e-3
"""Value of a parameter below which errors are not measured relative to it: it may be zero at an event."""
ERROR_GROWTH = 10.0
"""Error of an event's parameter in units of the integrator's error per step, which adds up along a cycle."""

FOLD, BRANCH_POINT = "fold of cycles", "branch point of cycles"
DOUBLING, TORUS = "period doubling", "torus (Neimark–Sacker)"
WORDS = {
    FOLD: "Fold of cycles: two cycles meet and vanish",
    BRANCH_POINT: "Branch point of cycles: a multiplier passes 1 but the branch goes on, so another one crosses",
    DOUBLING: "Period doubling: a multiplier passes −1",
    TORUS: "Torus (Neimark–Sacker): a pair of multipliers crosses the unit circle",
    HALVING: "Period halving: the branch ends on a cycle of half the period, which doubles its period here",
    PITCHFORK: "Pitchfork of cycles: the branch ends on a cycle of more symmetry, beyond it lies its mirror image",
}


@dataclass(frozen=True)
class Event:
    """Something that may happen to a cycle: its name and a function of the place that changes sign there."""

    name: str
    test: Callable[[CyclePoint], float]


def _turning(place: CyclePoint) -> float:
    return float(place.direction[-1])


def _at_one(place: CyclePoint) -> float:
    return _product(place.floquet, 1.0)


def _at_minus_one(place: CyclePoint) -> float:
    return _product(place.floquet, -1.0)


def _product(floquet: Floquet, unit: float) -> float:
    """``Π (μ − unit)/(1 + |μ|)``; the sign counts the real multipliers below it."""
    free = floquet.free
    return float(np.prod((free - unit) / (1.0 + np.abs(free))).real) if free.size else 1.0


def _pair(place: CyclePoint) -> float:
    """Logarithm of the modulus of the complex pair that is nearest to the unit circle; NaN without a pair."""
    free = place.floquet.free
    pairs = np.abs(free[np.abs(free.imag) > UNIT * np.abs(free)])
    if pairs.size == 0:
        return np.nan
    logarithms = np.log(pairs)
    return float(logarithms[np.argmin(np.abs(logarithms))])


EVENTS = (
    Event(FOLD, _turning),
    Event(BRANCH_POINT, _at_one),
    Event(DOUBLING, _at_minus_one),
    Event(TORUS, _pair),
)


def events_between(
    continuation: Continuation, before: CyclePoint, after: CyclePoint, length: float
) -> list[CyclePoint]:
    """All events between two neighbouring points, located, in the order in which they are passed."""
    found: list[tuple[float, CyclePoint]] = []
    names: set[str] = set()
    for event in EVENTS:
        first, last = event.test(before), event.test(after)
        # At a fold the multiplier 1 is passed as well.
        if not first * last < 0.0 or (event.name == BRANCH_POINT and FOLD in names):
            continue
        repetition = (
            repetition_between(continuation.equations, before.cycle, after.cycle) if event.name == FOLD else None
        )
        if repetition is None:
            located = _located(continuation, event, before, after, length)
        else:
            located = _repeated(continuation, repetition, before, after, length)
        if located is not None:
            names.add(event.name)
            found.append(located)
    return [place for _, place in sorted(found, key=lambda item: item[0])]


class _NotFoundError(Exception):
    """A trial step did not arrive or has no such multiplier."""


def _located(
    continuation: Continuation, event: Event, before: CyclePoint, after: CyclePoint, length: float
) -> tuple[float, CyclePoint] | None:
    """Step and place of an event; None if it was none, such as a pair that only became real in between."""
    places: dict[float, CyclePoint] = {0.0: before, length: after}

    def test(step: float) -> float:
        if step not in places:
            places[step] = _between(continuation, before, after, step)
        value = event.test(places[step])
        if not np.isfinite(value):
            raise _NotFoundError
        return value

    try:
        step = float(brentq(test, 0.0, length, xtol=SHARP * length, rtol=1e-15))
    except (_NotFoundError, ArithmeticError, RuntimeError):
        return None
    order = sorted(places, key=lambda trial: abs(trial - step))
    place = places[order[0]]
    if event.name == TORUS and abs(_pair(place)) > LOST:
        return None
    value = place.cycle.value
    error = max(abs(places[order[1]].cycle.value - value), accuracy(continuation.equations, value))
    sentence = f"{WORDS[event.name]}, at {value:.10g}, period {place.cycle.period:.6g}."
    return step, replace(place, special=event.name, at=(value, error), sentence=sentence)


def _repeated(
    continuation: Continuation, found: Repetition, before: CyclePoint, after: CyclePoint, length: float
) -> tuple[float, CyclePoint] | None:
    """Step and place where a cycle becomes one that repeats itself: the nearest cycle that could be computed."""
    last = found.gap(after.cycle)

    def gap_at(step: float) -> float:
        return found.gap(_between(continuation, before, after, step).cycle)

    gaps, values = [1.0], [before.cycle.value]
    step, place = 0.0, before
    try:
        for aim in BESIDE:
            step = step_with_gap(gap_at, aim, length, last)
            place = _between(continuation, before, after, step)
            gaps.append(found.gap(place.cycle))
            values.append(place.cycle.value)
    except (_NotFoundError, ArithmeticError):
        gaps, values = [*gaps, last], [*values, after.cycle.value]
    ends = [extrapolated((gaps[i], gaps[i + 1]), (values[i], values[i + 1])) for i in range(len(gaps) - 1)]
    error = max(abs(ends[-1] - ends[0]) * BESIDE[0], accuracy(continuation.equations, ends[-1]))
    sentence = f"{WORDS[found.name]}, at {ends[-1]:.10g}, period {place.cycle.period:.6g}."
    return step, replace(place, special=found.name, at=(ends[-1], error), sentence=sentence, is_end=True)


def _between(continuation: Continuation, before: CyclePoint, after: CyclePoint, step: float) -> CyclePoint:
    """The place a step behind `before`; where `after` was reached by its parameter, so is this one."""
    slope = before.direction[-1]
    by_parameter = after.cycle.value == continuation.settings.low or after.cycle.value == continuation.settings.high
    aim = before.cycle.value + step * slope
    cycle = continuation.reaching(before, aim) if by_parameter else continuation.stepped(before, step)
    if cycle is None:
        raise _NotFoundError
    return continuation.place(cycle, before.direction)


def scale_of(value: float) -> float:
    """The size of a parameter that errors of it are compared with, also where it is zero."""
    return max(abs(value), SMALLEST_SCALE)


def accuracy(equations: CycleEquations, value: float) -> float:
    """How well the parameter of an event can be known with the integrator's tolerance."""
    return ERROR_GROWTH * equations.tolerance * scale_of(value)

"""Where does a cycle go when a parameter changes? Pseudo-arclength continuation, through folds, until the branch ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from largespin.cycles.equations import CycleEquations
from largespin.cycles.mesh import carried_between, is_worn, remeshed
from largespin.cycles.multipliers import Floquet, floquet_multipliers
from largespin.cycles.shooting import (
    Cycle,
    CycleConditions,
    bordered,
    conserved_count,
    corrected,
    parameter_row,
    phase_row,
    shoot,
)
from largespin.ends import End, left, stuck, too_many
from largespin.errors import FloatArray, number_in, whole_number
from largespin.meanfield.between import checked_between
from largespin.model.model import Model

EASY, HARD = 4, 7
"""Newton steps up to which the next step along the branch may be longer, and from which it must be shorter: as each doubles the
digits, four lead from one digit to rounding."""
SHORTER, LONGER = 0.5, 1.5
"""Factors of a step after one that failed or was hard, and after an easy one."""
STRAIGHT = 0.9
"""Cosine of the angle, 26°, between successive directions below which a step was too long: events may hide behind the bend."""
SMALLEST = 1e-7
"""Step along the branch, relative to the size of the cycle, below which there is no going on: cycles are accurate to 1e-9."""
FIRST_STEP = 0.02
"""Length of the first step, where nothing is known of the curvature yet: a fifth of the longest usual one."""
SHORTEST_STEP = 1e-4
"""Smallest `largest_step` that may be asked for; with less a branch takes thousands of points."""
FLOOR = 0.02
"""Size of a cycle, relative to that of its states, below which changes are measured by the states: beside a Hopf point a step
measured by the cycle would never reach the point."""


@dataclass(frozen=True, eq=False)
class CyclePoint:
    """A point of a branch.

    Attributes:
        cycle: the cycle.
        direction: tangent of the branch in the unknowns of the cycle, of length 1 in `metric`.
        floquet: its multipliers.
        special: name of what happens here, or "".
        at: value of the parameter where it happens, and how far it may be off.
        sentence: the same in words.
        is_end: whether the branch ends here, because what follows is the same once more.
    """

    cycle: Cycle
    direction: FloatArray
    floquet: Floquet
    special: str = ""
    at: tuple[float, float] = (np.nan, np.nan)
    sentence: str = ""
    is_end: bool = False

    @property
    def end(self) -> End:
        """Why a branch ends here."""
        return End(self.special, self.sentence)


@dataclass(frozen=True)
class CycleSettings:
    """How far a branch is followed.

    Attributes:
        low, high: range of the parameter.
        points: largest number of points in one direction.
        first_step: length of the first step.
        largest_step: longest step; 1 is the size of the cycle, a factor e of the period or the whole range.
        longest_period: period at which the search for the reason of its growth begins.
    """

    low: float
    high: float
    points: int = 200
    first_step: float = FIRST_STEP
    largest_step: float = 0.15
    longest_period: float = np.inf

    @property
    def width(self) -> float:
        """Length of the range."""
        return self.high - self.low

    def holds(self, value: float) -> bool:
        """Whether the parameter is inside."""
        return self.low <= value <= self.high

    def is_left_by(self, place: CyclePoint) -> bool:
        """Whether a place lies on a border and the branch goes on beyond it."""
        value, slope = place.cycle.value, float(place.direction[-1])
        return (value <= self.low and slope < 0.0) or (value >= self.high and slope > 0.0)


def metric(cycle: Cycle, settings: CycleSettings) -> FloatArray:
    """Weights of the unknowns in the length of a step: mean square over the cycle, by its size."""
    scale = max(cycle.size, FLOOR * max(1.0, float(np.abs(cycle.middle).max())))
    weights = np.repeat(cycle.fractions / scale**2, cycle.nodes.shape[1])
    return np.append(weights, [1.0, 1.0 / settings.width**2])


def checked_settings(
    model: Model,
    between: Any,
    points: int,
    largest_step: float,
    longest_period: float | None = None,
) -> tuple[str, CycleSettings]:
    """The parameter that moves, and how far a branch is followed in it, as a caller asked for."""
    ((parameter, (low, high)),) = checked_between(model, between, 1).items()
    longest = np.inf if longest_period is None else number_in("longest_period", longest_period, 0.0, open_low=True)
    step = number_in("largest_step", largest_step, SHORTEST_STEP, 1.0)
    count = whole_number("points", points, 2)
    return parameter, CycleSettings(low, high, count, min(FIRST_STEP, step), step, longest)


@dataclass(frozen=True, eq=False)
class Continuation:
    """Equations and settings of a continuation, with what stays the same along it."""

    equations: CycleEquations
    settings: CycleSettings
    levels: FloatArray
    dependent: int

    @classmethod
    def through(cls, equations: CycleEquations, cycle: Cycle, settings: CycleSettings) -> "Continuation":
        """The branch through a cycle."""
        levels = equations.conserved(cycle.nodes[0])[0]
        return cls(equations, settings, levels, conserved_count(equations, cycle))

    def place(self, cycle: Cycle, towards: FloatArray) -> CyclePoint:
        """The point of the branch at a cycle, its direction on the side of `towards`; new nodes where needed."""
        shot = shoot(self.equations, cycle)
        if is_worn(self.equations, cycle, shot):
            old, cycle = cycle, remeshed(self.equations, cycle, shot)
            towards = carried_between(cycle, old, towards)
            cycle = self.refined(cycle) or cycle
            shot = shoot(self.equations, cycle)
        weights = metric(cycle, self.settings)
        conditions = CycleConditions(phase_row(self.equations, cycle), weights * towards, self.levels, self.dependent)
        system = bordered(self.equations, cycle, shot, conditions)
        right = np.zeros(len(towards) + len(self.levels))
        right[cycle.nodes.size + 1] = 1.0
        try:
            direction = system.solve(right)
        except ArithmeticError:
            # Exactly at a branch point the direction is not unique; the old one goes on.
            direction = towards
        direction = direction / np.sqrt(direction @ (weights * direction))
        return CyclePoint(cycle, direction, floquet_multipliers(self.equations, cycle, shot, self.dependent))

    def refined(self, cycle: Cycle) -> Cycle | None:
        """The cycle at the same parameter."""
        conditions = CycleConditions(
            phase_row(self.equations, cycle), parameter_row(cycle), self.levels, self.dependent
        )
        return corrected(self.equations, cycle, conditions)

    def stepped(self, place: CyclePoint, length: float) -> Cycle | None:
        """The cycle a step of this length further."""
        cycle = place.cycle
        guess = cycle.at(cycle.vector + length * place.direction)
        row = metric(cycle, self.settings) * place.direction
        conditions = CycleConditions(phase_row(self.equations, cycle), row, self.levels, self.dependent)
        return corrected(self.equations, guess, conditions)

    def reaching(self, place: CyclePoint, value: float) -> Cycle | None:
        """The cycle at a nearby value of the parameter, along the direction of the branch."""
        cycle, slope = place.cycle, place.direction[-1]
        guess = cycle.at(cycle.vector + (value - cycle.value) / slope * place.direction)
        guess = replace(guess, value=value)
        conditions = CycleConditions(
            phase_row(self.equations, cycle), parameter_row(cycle), self.levels, self.dependent
        )
        return corrected(self.equations, guess, conditions)


Watch = Callable[["Continuation", CyclePoint, CyclePoint, float], list[CyclePoint]]
"""Looks at two neighbouring points (and the step between them) and returns what lies between, in order."""
EndTest = Callable[["Continuation", list[CyclePoint]], CyclePoint | None]
"""Looks at the points so far and returns the last one if the branch ends."""


@dataclass
class Walk:
    """A branch in one direction and why it ended."""

    places: list[CyclePoint]
    ended: End


def follow(continuation: Continuation, start: CyclePoint, watch: Watch, stop: EndTest) -> Walk:
    """Follow a branch from `start` along its direction."""
    if continuation.settings.is_left_by(start):
        return Walk([start], left("branch", f"{start.cycle.value:.8g}"))
    places, length = [start], continuation.settings.first_step
    while len(places) < continuation.settings.points:
        here = places[-1]
        step = _next(continuation, here, length)
        if step is None:
            return Walk(places, stuck("branch", f"{here.cycle.value:.8g}"))
        there, taken, at_border = step
        last = stop(continuation, [*places, there])
        if last is None or last.cycle is there.cycle:
            places += _until_end(watch(continuation, here, there, taken))
            if places[-1].is_end:
                return Walk(places, places[-1].end)
        places.append(last or there)
        if last is not None:
            return Walk(places, last.end)
        if at_border:
            return Walk(places, left("branch", f"{there.cycle.value:.8g}"))
        easy = there.cycle.iterations <= EASY
        length = min(
            taken * (LONGER if easy else 1.0 if there.cycle.iterations < HARD else SHORTER),
            continuation.settings.largest_step,
        )
    return Walk(places, too_many(continuation.settings.points))


def _until_end(places: list[CyclePoint]) -> list[CyclePoint]:
    """The places up to the first at which the branch ends."""
    ends = [index for index, place in enumerate(places) if place.is_end]
    return places[: ends[0] + 1] if ends else places


def _next(continuation: Continuation, here: CyclePoint, length: float) -> tuple[CyclePoint, float, bool] | None:
    """The next point, the step to it, and whether it is the border of the range; None if steps become too small."""
    while length > SMALLEST:
        slope = here.direction[-1]
        aim = here.cycle.value + length * slope
        at_border = not continuation.settings.holds(aim)
        if at_border:
            border = continuation.settings.high if slope > 0 else continuation.settings.low
            taken = (border - here.cycle.value) / slope
            cycle = continuation.reaching(here, border)
        else:
            taken, cycle = length, continuation.stepped(here, length)
        if cycle is not None and (at_border or continuation.settings.holds(cycle.value)):
            there = _judged(continuation, here, cycle)
            if there is not None:
                return there, taken, at_border
        length *= SHORTER
    return None


def _judged(continuation: Continuation, here: CyclePoint, cycle: Cycle) -> CyclePoint | None:
    """The point at a new cycle, unless the branch has turned too much for the step."""
    try:
        there = continuation.place(cycle, here.direction)
    except ArithmeticError:
        return None
    turned = carried_between(there.cycle, here.cycle, here.direction)
    weights = metric(there.cycle, continuation.settings)
    cosine = turned @ (weights * there.direction) / np.sqrt(turned @ (weights * turned))
    return there if cosine > STRAIGHT else None

"""How is a curve of solutions followed? Pseudo-arclength steps that adapt to its curvature, whatever the equations.

A curve is the solution of N equations in N + 1 unknowns z. The equations may be written anew at every point
(`LocalSystem`), as long as the unknowns keep their meaning.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from largespin.errors import FloatArray

FIRST_STEP = 0.01
"""Length of the first step, where nothing is known of the curvature yet; 1 is a whole range, or a change of the state by 1."""
LARGEST_STEP = 0.05
"""Longest step: twenty across a range, so that few events fall on one step and a picture shows the shape."""
MOST_ITERATIONS = 10
"""Newton steps before a guess is given up: a good guess takes three to five, as each step doubles the digits."""
EASY = 4
"""Newton steps up to which the next step along the curve may be longer: the guess was good to a few digits."""
STRAIGHT = 0.93
"""Cosine of the turn of the tangent, 22°, below which a step was too long: events are searched over the tangent."""
VERY_STRAIGHT = 0.985
"""Cosine above which the next step may be longer: a turn of 10° becomes one of 15°, well below 22°."""
SHORTER, LONGER = 0.5, 1.5
"""Factors of a step after one that failed and after an easy one; growing more slowly than shrinking avoids failures."""
FAR = 3.0
"""Distance of the next place, in steps, beyond which Newton's method has landed on another piece of the curve."""
KINK = np.radians(8.0)
"""Angle between neighbouring pieces of a drawn line that the eye takes for a corner."""
SEEN = 0.004
"""Length of a piece, relative to the drawing, below which its angle does not matter: two pixels of a picture of 500. Cusps
have corners."""
NEIGHBOURS = 3
"""Places from which it is tried whether a curve passes through a point: the nearest, and one on either side of it."""
CONVERGED = 1e-8
"""Newton step, relative to the unknowns, after which the solution is exact: the next step would be at rounding."""
STALLED, NO_GAIN, GROWING = 1e-5, 0.3, 2.0
"""Newton step below which no gain means that rounding is reached: where it is not below 0.3 of the last one. A step that is
twice the last one, after three, moves away."""
ACCEPTED = 1e-6
"""Newton step at which a stalled search is still a solution: a double root, as at bifurcations, has half the digits."""
SAME_PLACE = 1e-6
"""Difference of the unknowns below which two solutions are one; Newton's method leaves less than 1e-8."""
SMALLEST = 1e-6
"""Step, relative to the largest, below which a curve cannot be followed: shorter ones are lost in the error of places."""


class LocalSystem(Protocol):
    """N equations in N + 1 unknowns near one point of a curve."""

    def value(self, z: FloatArray) -> FloatArray:
        """The residual, shape (N,)."""

    def slope(self, z: FloatArray) -> FloatArray:
        """The derivative of the residual by the unknowns, shape (N, N + 1)."""


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """A point of a curve.

    Attributes:
        z: the unknowns.
        tangent: of length one in the metric.
        system: the equations written at this point.
        iterations: Newton steps that it took.
    """

    z: FloatArray
    tangent: FloatArray
    system: LocalSystem
    iterations: int = 0


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve to be followed.

    Attributes:
        system_at: writes the equations at a point, like those of the previous one.
        metric: weights of the unknowns in the length of a step, shape (N + 1,).
        first_step, largest_step: lengths of steps.
        limits: per bounded unknown its position, smallest and largest value.
        states: number of leading unknowns that are a state, whose size scales steps where it is above 1.
        shown: positions of the unknowns that are drawn, in whose plane the curve shall look smooth.
    """

    system_at: Callable[[FloatArray, LocalSystem | None], LocalSystem]
    metric: FloatArray
    first_step: float
    largest_step: float
    limits: tuple[tuple[int, float, float], ...] = ()
    states: int = 0
    shown: tuple[int, ...] = ()

    def longest(self, z: FloatArray) -> float:
        """The largest step at z: amplitudes of modes may be large, and so are their changes."""
        return self.largest_step * max(1.0, float(np.abs(z[: self.states]).max(initial=0.0)))

    def place(self, z: FloatArray, towards: FloatArray, before: LocalSystem | None, iterations: int = 0) -> CurvePoint:
        """The place at a solution z, with the tangent on the side of `towards`."""
        system = self.system_at(z, before)
        right = np.zeros(len(z))
        right[-1] = 1.0
        tangent = np.linalg.solve(np.concatenate([system.slope(z), (self.metric * towards)[None]]), right)
        return CurvePoint(z, tangent / np.sqrt(tangent @ (self.metric * tangent)), system, iterations)

    def at(self, place: CurvePoint, length: float) -> CurvePoint | None:
        """The place a step of this length further, None if Newton's method does not get there."""
        guess = place.z + length * place.tangent
        return self._landed(place, guess, self.metric * place.tangent)

    def _landed(self, place: CurvePoint, guess: FloatArray, row: FloatArray) -> CurvePoint | None:
        z, iterations = solved(place.system, guess, row)
        if z is None:
            return None
        try:
            return self.place(z, place.tangent, place.system, iterations)
        except np.linalg.LinAlgError:
            return None

    def steps(self, start: CurvePoint) -> Iterator[CurvePoint]:
        """Places after the start; ends at a limit or where steps become too small."""
        here, length = start, 0.0 if self.is_leaving(start) else self.first_step
        while length > SMALLEST * self.largest_step:
            there, taken, at_limit = self._within(here, length)
            turn = -1.0 if there is None else float(here.tangent @ (self.metric * there.tangent))
            far = there is not None and _distance_between(self, here.z, there.z) > FAR * taken
            if there is None or turn < STRAIGHT or far or self._shown_turn(here, there) > KINK:
                length *= SHORTER
                continue
            yield there
            if at_limit:
                return
            if there.iterations <= EASY and turn > VERY_STRAIGHT and self._shown_turn(here, there) < 0.5 * KINK:
                length = min(LONGER * length, self.longest(there.z))
            here = there

    def _shown_turn(self, here: CurvePoint, there: CurvePoint) -> float:
        """Angle by which the curve turns between two places where it is drawn; 0 for a step too short to be seen."""
        shown = list(self.shown)
        weights = np.sqrt(self.metric[shown])
        before, after, chord = (weights * v[shown] for v in (here.tangent, there.tangent, there.z - here.z))
        lengths = float(np.linalg.norm(before) * np.linalg.norm(after))
        if np.linalg.norm(chord) < SEEN or lengths == 0.0:
            return 0.0
        return float(np.arccos(np.clip(before @ after / lengths, -1.0, 1.0)))

    def is_leaving(self, place: CurvePoint) -> bool:
        """Whether a place lies on a limit and the curve goes on beyond it."""
        return any(
            (place.z[index] <= low and place.tangent[index] < 0.0)
            or (place.z[index] >= high and place.tangent[index] > 0.0)
            for index, low, high in self.limits
        )

    def _within(self, here: CurvePoint, length: float) -> tuple[CurvePoint | None, float, bool]:
        """The next place, or the one on the limit that lies before it."""
        there = self.at(here, length)
        if there is None:
            return None, length, False
        for index, low, high in self.limits:
            if low <= there.z[index] <= high:
                continue
            border = low if there.z[index] < low else high
            gap = border - here.z[index]
            if gap * (there.z[index] - here.z[index]) <= 0.0:
                return None, length, False
            share = gap / (there.z[index] - here.z[index])
            row = np.zeros(len(here.z))
            row[index] = 1.0
            guess = here.z + share * (there.z - here.z)
            guess[index] = border
            return self._landed(here, guess, row), share * length, True
        return there, length, False


def returned(curve: Curve, start: CurvePoint, before: CurvePoint, place: CurvePoint) -> bool:
    """Whether the last step passed the start of the curve again."""
    if before is start or not _is_towards(curve, before, place, start.z):
        return False
    there = curve.at(before, float(before.tangent @ (curve.metric * (start.z - before.z))))
    return there is not None and float(np.abs(there.z - start.z).max()) < SAME_PLACE


def _distance_between(curve: Curve, here: FloatArray, there: FloatArray) -> float:
    change = there - here
    return float(np.sqrt(change @ (curve.metric * change)))


def solved(system: LocalSystem, guess: FloatArray, row: FloatArray | None = None) -> tuple[FloatArray | None, int]:
    """Newton's method from a guess in the hyperplane ``row · (z − guess) = 0``; without `row` for square systems.

    Returns:
        The solution and the number of steps; None where the steps do not become small.
    """
    z, last = guess, np.inf
    for iteration in range(1, MOST_ITERATIONS + 1):
        with np.errstate(all="ignore"):
            try:
                value, slope = system.value(z), system.slope(z)
            except np.linalg.LinAlgError:
                return None, iteration
            if row is not None:
                value, slope = np.append(value, row @ (z - guess)), np.concatenate([slope, row[None]])
            if not (np.all(np.isfinite(value)) and np.all(np.isfinite(slope))):
                return None, iteration
            try:
                change = np.linalg.solve(slope, -value)
            except np.linalg.LinAlgError:
                return None, iteration
        z = z + change
        size = float(np.abs(change).max())
        scale = max(1.0, float(np.abs(z).max()))
        if size < CONVERGED * scale or (size < STALLED * scale and size > NO_GAIN * last):
            return (z, iteration) if size < ACCEPTED * scale else (None, iteration)
        if iteration > 3 and size > GROWING * last:
            return None, iteration
        last = size
    return None, MOST_ITERATIONS


def passes(curve: Curve, places: list[CurvePoint], z: FloatArray) -> bool:
    """Whether a followed curve passes through z: a step from one of the nearest places leads there."""
    distances = np.array([_distance_between(curve, place.z, z) for place in places])
    for index in np.argsort(distances)[:NEIGHBOURS]:
        place = places[index]
        if np.abs(place.z - z).max() < SAME_PLACE:
            return True
        beside = places[max(index - 1, 0) : index + 2]
        if not any(_is_towards(curve, place, other, z) for other in beside if other is not place):
            continue
        there = curve.at(place, float(place.tangent @ (curve.metric * (z - place.z))))
        if there is not None and np.abs(there.z - z).max() < SAME_PLACE:
            return True
    return False


def _is_towards(curve: Curve, here: CurvePoint, there: CurvePoint, z: FloatArray) -> bool:
    """Whether z lies beside the stretch between two neighbouring places."""
    stretch = there.z - here.z
    share = ((z - here.z) @ (curve.metric * stretch)) / (stretch @ (curve.metric * stretch))
    return bool(-SAME_PLACE <= share <= 1.0 + SAME_PLACE)

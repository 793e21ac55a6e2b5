"""Where does a stationary state go when one parameter changes? A branch, followed both ways, with its special points."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from largespin.bifurcations.chart import chart_at
from largespin.bifurcations.crossing_search import Line, Span
from largespin.bifurcations.extended import StationarySystem
from largespin.bifurcations.locate import (
    Surroundings,
    critical_space,
    located_hopf,
    located_steady,
    zero_between,
)
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.spectrum import eigenvalues, neutral
from largespin.bifurcations.walk import Curve, LocalSystem, Place, returned
from largespin.errors import ComplexArray, FloatArray

SAME_PLACE = 1e-6
"""Difference of states and parameter (relative to the interval) below which two special points are one."""
TURNING = 1e-9
"""Slope of the parameter along the branch below which it does not change."""


@dataclass(frozen=True)
class Settings:
    """How a branch is followed.

    Attributes:
        low, high: interval of the parameter.
        first_step, largest_step: lengths of steps; 1 is the whole interval, or a change of the state by 1.
        points: largest number of points on each side of the start.
    """

    low: float
    high: float
    first_step: float = 0.01
    largest_step: float = 0.05
    points: int = 1000


@dataclass(frozen=True, eq=False)
class Stop:
    """A computed state of a branch: u (n,), the parameter, the eigenvalues where the state can move."""

    u: FloatArray
    p: FloatArray
    values: ComplexArray
    arclength: float
    special: SpecialPoint | None = None
    place: Place | None = None


@dataclass(eq=False)
class Branch:
    """States in order, with special points among them.

    Attributes:
        stops: the states.
        ended: why the branch ended, on the side of its first and of its last state.
        basis: the symmetric states in which it lies, shape (n, b).
        curve: the equations in z = (y, p).
        origin: the special point that it leaves, if any.
        parent: number of the branch on which that point lies.
    """

    stops: list[Stop]
    ended: tuple[str, str]
    basis: FloatArray
    curve: Curve
    origin: SpecialPoint | None = None
    parent: int = -1

    @property
    def specials(self) -> list[SpecialPoint]:
        """Its special points in order."""
        return [stop.special for stop in self.stops if stop.special is not None]


@dataclass
class Tracer:
    """Follows branches of one problem.

    Attributes:
        around: the equations and their symmetries.
        settings: how.
    """

    around: Surroundings
    settings: Settings
    failures: list[str] = field(default_factory=list)

    def curve(self, basis: FloatArray) -> Curve:
        """The branch as a curve in z = (y, p)."""
        b, settings = basis.shape[1], self.settings

        def system_at(z: FloatArray, before: LocalSystem | None) -> StationarySystem:
            return StationarySystem(chart_at(self.around.problem, basis @ z[:b], basis))

        metric = np.append(np.ones(b), (settings.high - settings.low) ** -2)
        limits = ((b, settings.low, settings.high),)
        return Curve(system_at, metric, settings.first_step, settings.largest_step, limits)

    def through(self, u: FloatArray, p: float) -> Branch:
        """The branch through a stationary state."""
        basis = self.around.basis_for(u)
        curve = self.curve(basis)
        z = np.append(basis.T @ u, p)
        unit = np.zeros(len(z))
        unit[-1] = 1.0
        start = curve.place(z, unit, None)
        forward, why_forward = self.one_way(curve, basis, start)
        if why_forward.startswith("Closed"):
            return Branch(forward, (why_forward, why_forward), basis, curve)
        back = Place(start.z, -start.tangent, start.system)
        backward, why_backward = self.one_way(curve, basis, back)
        stops = [replace(s, arclength=-s.arclength) for s in backward[:0:-1]] + forward
        return Branch(stops, (why_backward, why_forward), basis, curve)

    def leaving(self, origin: SpecialPoint, basis: FloatArray, tangent: FloatArray) -> Branch:
        """The branch that leaves a special point along a tangent in z = (y, p)."""
        curve = self.curve(basis)
        z = np.append(basis.T @ origin.u, origin.p)
        tangent = tangent / np.sqrt(tangent @ (curve.metric * tangent))
        stops, why = self.one_way(curve, basis, Place(z, tangent, curve.system_at(z, None)), origin)
        return Branch(stops, (f"The branch leaves a special point: {origin.kind}.", why), basis, curve, origin)

    def one_way(
        self, curve: Curve, basis: FloatArray, start: Place, origin: SpecialPoint | None = None
    ) -> tuple[list[Stop], str]:
        """The states in one direction, and why they end."""
        here = self._stop(start, basis, 0.0)
        stops, before, persistent = [here], start, 0 if origin is None else len(here.values)
        if curve.is_leaving(start):
            return stops, f"The branch left the interval at {here.p[0]:.6g}."
        for place, _ in curve.steps(start):
            length = float(before.tangent @ (curve.metric * (place.z - before.z)))
            there = self._stop(place, basis, here.arclength + length)
            if not self.around.problem.is_physical(there.u):
                return stops, f"The state became unphysical near {there.p[0]:.6g}: a density matrix is not positive."
            found = self._between(curve, basis, before, place, here, there, length, persistent, origin)
            stops += [s for s in found if not _is_origin(s, origin, self.settings)]
            if self.around.group.became_symmetric(here.u, there.u) and stops[-1].special is not None:
                return stops, "The branch ends at a pitchfork: beyond it lies its mirror image."
            stops.append(there)
            if returned(curve, start, before, place):
                return stops, "Closed: the branch came back to its start."
            if len(stops) > self.settings.points:
                return stops, f"{self.settings.points} points were computed; raise `points` to go on."
            if not self.settings.low < there.p[0] < self.settings.high:
                return stops, f"The branch left the interval at {there.p[0]:.6g}."
            persistent = int(np.sum(neutral(here.values))) if origin is None or len(stops) > 2 else 0
            here, before = there, place
        return stops, f"The branch could not be followed beyond {here.p[0]:.8g}: steps became too small."

    def _stop(self, place: Place, basis: FloatArray, arclength: float) -> Stop:
        b = basis.shape[1]
        u, p = basis @ place.z[:b], place.z[b:]
        return Stop(u, p, eigenvalues(self.around.problem, u, p), arclength, None, place)

    def _between(
        self,
        curve: Curve,
        basis: FloatArray,
        before: Place,
        after: Place,
        here: Stop,
        there: Stop,
        length: float,
        persistent: int,
        origin: SpecialPoint | None,
    ) -> Iterator[Stop]:
        """The special points between two neighbouring states, in order."""
        found: list[tuple[float, SpecialPoint]] = []
        first, last = before.tangent[-1], after.tangent[-1]
        if first * last < 0.0 and min(abs(first), abs(last)) > TURNING:
            where = zero_between(lambda s: _slope(curve.at(before, s)), length, first, last)
            self._add(found, where, self._steady(curve, basis, before, where, 1), here)
        line = Line(self.around, curve, basis, before)
        for span in line.crossings(Span(0.0, here.values, length, there.values), persistent):
            where, value = line.crossing_at(span)
            crossing = span.crossing
            special = (
                self._hopf(curve.at(before, where), basis, value, crossing.count)
                if crossing.oscillates
                else self._steady(curve, basis, before, where, crossing.count)
            )
            self._add(found, where, special, here)
        for where, special in sorted(found, key=lambda item: item[0]):
            values = eigenvalues(self.around.problem, special.u, special.p)
            yield Stop(special.u, special.p, values, here.arclength + where, special)

    def _add(
        self, found: list[tuple[float, SpecialPoint]], where: float, special: SpecialPoint | None, here: Stop
    ) -> None:
        if special is None:
            self.failures.append(
                f"A bifurcation after {here.p[0]:.8g} could not be located; use a smaller `largest_step`."
            )
        elif not any(_same(special, other, self.settings) for _, other in found):
            found.append((where, special))

    def _steady(self, curve: Curve, basis: FloatArray, before: Place, where: float, count: int) -> SpecialPoint | None:
        place = curve.at(before, where)
        z = before.z + where * before.tangent if place is None else place.z
        b = basis.shape[1]
        u, p = basis @ z[:b], z[b:]
        return located_steady(self.around, u, p, critical_space(self.around, u, p, count))

    def _hopf(self, place: Place | None, basis: FloatArray, near: complex, count: int) -> SpecialPoint | None:
        if place is None:
            return None
        b = basis.shape[1]
        return located_hopf(self.around, basis @ place.z[:b], place.z[b:], near, 2 * max(1, count // 2))


def _slope(place: Place | None) -> float | None:
    return None if place is None else float(place.tangent[-1])


def _same(first: SpecialPoint, other: SpecialPoint, settings: Settings) -> bool:
    width = settings.high - settings.low
    near = np.abs(first.p - other.p).max() < SAME_PLACE * width and np.abs(first.u - other.u).max() < SAME_PLACE
    return bool(near and (first.frequency > 0.0) == (other.frequency > 0.0))


def _is_origin(stop: Stop, origin: SpecialPoint | None, settings: Settings) -> bool:
    return origin is not None and stop.special is not None and _same(stop.special, origin, settings)

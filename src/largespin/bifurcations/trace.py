"""Where does a stationary state go when one parameter changes? A branch, followed both ways, with its special points."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from largespin.bifurcations.chart import StationarySystem, chart_at
from largespin.bifurcations.crossing_search import Line, Stretch
from largespin.bifurcations.crossings import eigenvalues, neutral
from largespin.bifurcations.kinds.kind import Pair
from largespin.bifurcations.locate import located_pair, located_steady
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import FIRST_STEP, LARGEST_STEP, SAME_PLACE, Curve, CurvePoint, LocalSystem, returned
from largespin.bifurcations.zero_search import zero_between
from largespin.ends import End, EndKind, left, stuck, too_many
from largespin.errors import ComplexArray, FloatArray

BESIDE = 1e-3
"""Distance, relative to the step, below which two events on it are one: searched to 1e-6, then moved by Newton's method."""
TURNING = 1e-9
"""Slope of the parameter along the branch below which it does not change, as on branches that exist at one value only; its
sign is rounding."""


@dataclass(frozen=True)
class BranchSettings:
    """How a branch is followed.

    Attributes:
        low, high: range of the parameter.
        first_step, largest_step: lengths of steps; 1 is the whole range, or a change of the state by 1.
        points: largest number of points on each side of the start.
    """

    low: float
    high: float
    first_step: float = FIRST_STEP
    largest_step: float = LARGEST_STEP
    points: int = 1000


@dataclass(frozen=True, eq=False)
class Stop:
    """A computed state of a branch: u (n,), the parameter, the eigenvalues where the state can move."""

    u: FloatArray
    p: FloatArray
    values: ComplexArray
    arclength: float
    special: SpecialPoint | None = None
    place: CurvePoint | None = None


@dataclass(frozen=True, eq=False)
class BranchStep:
    """A step along a branch.

    Attributes:
        line: the states over the tangent where it begins.
        here, there: the states at its ends.
        tangent: of the branch at its end.
        length: along the tangent where it begins.
        centres: whether eigenvalues were on the axis before, on which they stay.
    """

    line: Line
    here: Stop
    there: Stop
    tangent: FloatArray
    length: float
    centres: bool


@dataclass(eq=False)
class StationaryBranch:
    """States in order, with special points among them.

    Attributes:
        stops: the states.
        ended: why the branch ended, on the side of its first and of its last state.
        basis: the symmetric states in which it lies, shape (n, b).
        curve: the equations in z = (y, p).
        origin: the special point that it leaves, if any.
        parent: number of the branch on which that point lies.
        beyond: where it ended at a pitchfork, the place behind that, on the side of its first and of its last state.
    """

    stops: list[Stop]
    ended: tuple[End, End]
    basis: FloatArray
    curve: Curve
    origin: SpecialPoint | None = None
    parent: int = -1
    beyond: tuple[CurvePoint | None, CurvePoint | None] = (None, None)

    @property
    def specials(self) -> list[SpecialPoint]:
        """The special points of the branch in order."""
        return [stop.special for stop in self.stops if stop.special is not None]

    @property
    def places(self) -> list[CurvePoint]:
        """The places of the states of the branch in order, with those beyond its ends."""
        behind, beyond = self.beyond
        places = [behind, *(stop.place for stop in self.stops), beyond]
        return [place for place in places if place is not None]


@dataclass
class Tracer:
    """Follows branches of one problem.

    Attributes:
        around: the equations and their symmetries.
        settings: how.
    """

    around: Surroundings
    settings: BranchSettings
    failures: list[str] = field(default_factory=list)

    def curve(self, basis: FloatArray) -> Curve:
        """The branch as a curve in z = (y, p)."""
        b, settings = basis.shape[1], self.settings

        def system_at(z: FloatArray, before: LocalSystem | None) -> StationarySystem:
            return StationarySystem(chart_at(self.around.problem, basis @ z[:b], basis))

        metric = np.append(np.ones(b), (settings.high - settings.low) ** -2)
        limits = ((b, settings.low, settings.high),)
        return Curve(system_at, metric, settings.first_step, settings.largest_step, limits, b)

    def through(self, u: FloatArray, p: float) -> StationaryBranch:
        """The branch through a stationary state."""
        basis = self.around.basis_for(u)
        curve = self.curve(basis)
        z = np.append(basis.T @ u, p)
        unit = np.zeros(len(z))
        unit[-1] = 1.0
        start = curve.place(z, unit, None)
        forward, last, beyond = self.one_way(curve, basis, start)
        if last.kind is EndKind.CLOSED:
            return StationaryBranch(forward, (last, last), basis, curve)
        back = CurvePoint(start.z, -start.tangent, start.system)
        backward, first, behind = self.one_way(curve, basis, back)
        stops = [replace(s, arclength=-s.arclength) for s in backward[:0:-1]] + forward
        return StationaryBranch(stops, (first, last), basis, curve, beyond=(behind, beyond))

    def leaving(self, origin: SpecialPoint, basis: FloatArray, tangent: FloatArray) -> StationaryBranch:
        """The branch that leaves a special point along a tangent in z = (y, p)."""
        curve = self.curve(basis)
        z = np.append(basis.T @ origin.u, origin.p)
        tangent = tangent / np.sqrt(tangent @ (curve.metric * tangent))
        start = CurvePoint(z, tangent, curve.system_at(z, None))
        stops, last, beyond = self.one_way(curve, basis, start, origin)
        begins = End(EndKind.ORIGIN, f"The branch leaves a special point: {origin.kind}.")
        return StationaryBranch(stops, (begins, last), basis, curve, origin, beyond=(None, beyond))

    def one_way(
        self, curve: Curve, basis: FloatArray, start: CurvePoint, origin: SpecialPoint | None = None
    ) -> tuple[list[Stop], End, CurvePoint | None]:
        """The states in one direction, why they end, and the place behind the pitchfork at which they do."""
        here = self._stop(start, basis, 0.0)
        # Of a branch that leaves a special point an eigenvalue is on the axis at the start; it does not cross there.
        stops, before, centres = [here], start, origin is not None
        if curve.is_leaving(start):
            return stops, _left(here), None
        for place in curve.steps(start):
            length = float(before.tangent @ (curve.metric * (place.z - before.z)))
            there = self._stop(place, basis, here.arclength + length)
            if not self.around.problem.is_physical(there.u):
                words = f"The state became unphysical near {there.p[0]:.6g}: a density matrix is not positive."
                return stops, End(EndKind.UNPHYSICAL, words), None
            step = BranchStep(Line(self.around, curve, basis, before), here, there, place.tangent, length, centres)
            stops += [s for s in self._specials(step) if not _is_origin(s, origin, self.settings)]
            if self.around.group.became_symmetric(here.u, there.u) and stops[-1].special is not None:
                words = "The branch ends at a pitchfork: beyond it lies its mirror image."
                return stops, End(EndKind.SYMMETRIC, words), place
            stops.append(there)
            end = self._end_at(there, len(stops), returned(curve, start, before, place))
            if end is not None:
                return stops, end, None
            centres = bool(np.any(neutral(here.values))) and (origin is None or len(stops) > 2)
            here, before = there, place
        return stops, stuck("branch", f"{here.p[0]:.8g}"), None

    def _end_at(self, there: Stop, count: int, is_back: bool) -> End | None:
        """Why a branch ends at a state, None if it goes on."""
        if is_back:
            return End(EndKind.CLOSED, "Closed: the branch came back to its start.")
        if count > self.settings.points:
            return too_many(self.settings.points)
        return None if self.settings.low < there.p[0] < self.settings.high else _left(there)

    def _stop(self, place: CurvePoint, basis: FloatArray, arclength: float) -> Stop:
        b = basis.shape[1]
        u, p = basis @ place.z[:b], place.z[b:]
        return Stop(u, p, eigenvalues(self.around.problem, u, p), arclength, None, place)

    def _specials(self, step: BranchStep) -> Iterator[Stop]:
        """The special points on a step, in order."""
        found: list[tuple[float, SpecialPoint]] = []
        line, first, last = step.line, float(step.line.place.tangent[-1]), float(step.tangent[-1])
        if first * last < 0.0 and min(abs(first), abs(last)) > TURNING:
            where = zero_between(line.parameter_slope, step.length, first, last)
            self._add(found, where, self._turning(line, where), step)
        whole = Stretch(0.0, step.here.values, step.length, step.there.values)
        for stretch in line.crossings(whole, step.centres):
            where, value = line.crossing_at(stretch)
            crossing = stretch.crossing
            if crossing.oscillates:
                special = self._oscillating(line, where, value, crossing.count)
            else:
                special = self._steady(line, where, crossing.count)
            self._add(found, where, special, step)
        for where, special in sorted(found, key=lambda item: item[0]):
            values = eigenvalues(self.around.problem, special.u, special.p)
            yield Stop(special.u, special.p, values, step.here.arclength + where, special)

    def _add(
        self, found: list[tuple[float, SpecialPoint]], where: float, special: SpecialPoint | None, step: BranchStep
    ) -> None:
        if special is None:
            # What else becomes critical at a located point, such as a second block at its fold, is part of it.
            if any(abs(where - other) < BESIDE * step.length for other, _ in found):
                return
            self.failures.append(
                f"A bifurcation after {step.here.p[0]:.8g} could not be located; it may be degenerate, or need a smaller "
                "`largest_step`."
            )
        elif not any(_same(special, other, self.settings) for _, other in found):
            found.append((where, special))

    def _turning(self, line: Line, where: float) -> SpecialPoint | None:
        """The point where the branch turns back; of several critical directions the one with its symmetries is meant."""
        u, p = line.near(where)
        basis = line.basis
        slope = chart_at(self.around.problem, u, basis).slope(basis.T @ u, p)
        return located_steady(self.around, u, p, basis @ np.linalg.svd(slope)[2][-1:].T)

    def _steady(self, line: Line, where: float, count: int) -> SpecialPoint | None:
        u, p = line.near(where)
        return located_steady(self.around, u, p, self.around.critical_space(u, p, count))

    def _oscillating(self, line: Line, where: float, near: complex, count: int) -> SpecialPoint | None:
        found = line.state_at(where)
        return None if found is None else located_pair(self.around, Pair(*found, near, 2 * max(1, count // 2)))


def _left(stop: Stop) -> End:
    return left("branch", f"{stop.p[0]:.6g}")


def _same(first: SpecialPoint, other: SpecialPoint, settings: BranchSettings) -> bool:
    width = settings.high - settings.low
    near = np.abs(first.p - other.p).max() < SAME_PLACE * width and np.abs(first.u - other.u).max() < SAME_PLACE
    return bool(near and (first.frequency > 0.0) == (other.frequency > 0.0))


def _is_origin(stop: Stop, origin: SpecialPoint | None, settings: BranchSettings) -> bool:
    return origin is not None and stop.special is not None and _same(stop.special, origin, settings)

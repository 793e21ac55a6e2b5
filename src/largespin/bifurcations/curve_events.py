"""What happens between two neighbouring points of a boundary curve? Special points, located, in order."""

from dataclasses import dataclass, replace

import numpy as np

from largespin.bifurcations.crossings import crossings, eigenvalues, nearest
from largespin.bifurcations.kinds.kind import CurveFamily, CurveReading
from largespin.bifurcations.special import DOUBLE_ZERO
from largespin.bifurcations.walk import SAME_PLACE, Curve, CurvePoint
from largespin.bifurcations.zero_search import zero_between
from largespin.errors import ComplexArray, FloatArray

FINE = 1e-12
"""Accuracy, relative to the step, to which special points on a curve are searched."""
SAME_PARAMETERS = 1e-7
"""Difference of the parameters below which two events on one step are one: closer than `SAME_PLACE`, for both are sharp."""


@dataclass(frozen=True, eq=False)
class CurveStop:
    """A point of a boundary curve, or a special point on it.

    Attributes:
        u, p: state and parameters.
        reading: what is known there.
        values: the eigenvalues where the state can move.
        arclength: along the curve.
        specials: names of the special points that lie here, in alphabetical order; () at other points.
        residual: of a special point.
        place: of other points.
    """

    u: FloatArray
    p: FloatArray
    reading: CurveReading
    values: ComplexArray
    arclength: float
    specials: tuple[str, ...] = ()
    residual: float = np.nan
    place: CurvePoint | None = None


def stop_at(family: CurveFamily, place: CurvePoint, arclength: float) -> CurveStop:
    """The point of a curve at a place."""
    y, p = family.parts(place.z)
    u = family.basis @ y
    values = eigenvalues(family.around.problem, u, p)
    return CurveStop(u, p, family.reading(place), values, arclength, place=place)


@dataclass(frozen=True, eq=False)
class CurveStep:
    """A step along a curve.

    Attributes:
        family, curve: the equations.
        before: where it begins.
        here, there: the points at its ends.
        length: along the tangent at `before`.
    """

    family: CurveFamily
    curve: Curve
    before: CurvePoint
    here: CurveStop
    there: CurveStop
    length: float

    def specials(self) -> list[CurveStop]:
        """The special points inside, in order; two at one place are named together."""
        found = self._zeros()
        found += self._crossings([name for _, name in found])
        stops: list[CurveStop] = []
        for where, name in sorted(found):
            stop = self._special(where, name)
            if stop is None:
                continue
            if stops and _is_same(stops[-1], stop):
                names = tuple(sorted((*stops[-1].specials, name)))
                stops[-1] = replace(stops[-1], specials=names)
            else:
                stops.append(stop)
        return stops

    def _zeros(self) -> list[tuple[float, str]]:
        """Where monitors change sign."""
        found = []
        for name, first in self.here.reading.monitors.items():
            last = self.there.reading.monitors.get(name)
            if last is None or not first * last < 0.0:
                continue

            def monitor(s: float, name: str = name) -> float | None:
                place = self.curve.at(self.before, s)
                return None if place is None else self.family.reading(place).monitors.get(name)

            where = zero_between(monitor, self.length, first, last, FINE)
            value = monitor(where)
            # A coefficient may also change sign through a pole, where another special point is.
            if value is None or not abs(value) > max(abs(first), abs(last)):
                found.append((where, name))
        return found

    def _crossings(self, seen: list[str]) -> list[tuple[float, str]]:
        """Where further eigenvalues cross the axis; at a double zero that was seen one does anyway."""
        found = []
        for crossing in crossings(_others(self.family, self.here), _others(self.family, self.there)):
            if not crossing.oscillates and DOUBLE_ZERO in seen:
                continue
            ends = crossing.before, crossing.after

            def growth(s: float, ends: tuple[complex, complex] = ends) -> float | None:
                place = self.curve.at(self.before, s)
                if place is None:
                    return None
                values = _others(self.family, stop_at(self.family, place, 0.0))
                return nearest(values, ends[0] + (ends[1] - ends[0]) * s / self.length).real

            where = zero_between(growth, self.length, ends[0].real, ends[1].real, FINE)
            found.append((where, self.family.name_of_crossing(crossing.oscillates)))
        return found

    def _special(self, where: float, name: str) -> CurveStop | None:
        place = self.curve.at(self.before, where)
        if place is None:
            return None
        stop = stop_at(self.family, place, self.here.arclength + where)
        residual = float(np.abs(place.system.value(place.z)).max())
        residual = max(residual, abs(stop.reading.monitors.get(name, 0.0)))
        return replace(stop, specials=(name,), residual=residual, place=None)


def _is_same(one: CurveStop, two: CurveStop) -> bool:
    return bool(np.abs(one.p - two.p).max() < SAME_PARAMETERS and np.abs(one.u - two.u).max() < SAME_PLACE)


def _others(family: CurveFamily, stop: CurveStop) -> ComplexArray:
    """The eigenvalues without those that are on the axis all along the curve."""
    return family.others(stop.values, stop.reading)

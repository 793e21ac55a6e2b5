"""Which line in two parameters does a bifurcation draw, and what special points lie on it?"""

from dataclasses import dataclass, replace

import numpy as np

from largespin.bifurcations.curves import SLOW, BranchPointFamily, Family, FoldFamily, HopfFamily, Reading, family_of
from largespin.bifurcations.extended import Defined, FoldSystem, borders_at
from largespin.bifurcations.locate import Surroundings, zero_between
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.spectrum import InvariantSpace, crossings, eigenvalues, invariant_space, nearest
from largespin.bifurcations.walk import Curve, LocalSystem, Place, passes, returned, solved
from largespin.errors import ComplexArray, FloatArray

FINE = 1e-12
"""Accuracy, relative to the step, to which special points on a curve are searched."""
BESIDE = (0.1, 0.05, 0.02, 0.2)
"""Distances of the first fold beside a degenerate pitchfork, tried in turn."""


@dataclass(frozen=True)
class Plane:
    """The region of the two parameters and how curves are followed in it.

    Attributes:
        limits: ``((low, high), (low, high))``.
        first_step, largest_step: lengths of steps; 1 is a whole interval, or a change of the state by 1.
        points: largest number of points in each direction.
    """

    limits: tuple[tuple[float, float], tuple[float, float]]
    first_step: float = 0.01
    largest_step: float = 0.05
    points: int = 500

    @property
    def widths(self) -> FloatArray:
        """Lengths of both intervals."""
        return np.array([high - low for low, high in self.limits])

    def holds(self, p: FloatArray) -> bool:
        """Whether the parameters are inside, the border not included."""
        return all(low < x < high for x, (low, high) in zip(p, self.limits, strict=True))


@dataclass(frozen=True, eq=False)
class CurveStop:
    """A point of a boundary curve, or a special point on it (`special`)."""

    u: FloatArray
    p: FloatArray
    reading: Reading
    values: ComplexArray
    arclength: float
    special: str = ""
    residual: float = np.nan
    place: Place | None = None


@dataclass(eq=False)
class BoundaryCurve:
    """A followed curve.

    Attributes:
        stops: its points in order, special points among them.
        family: its equations.
        curve: the same as a curve.
        ended: why it ended on either side.
    """

    stops: list[CurveStop]
    family: Family
    curve: Curve
    ended: tuple[str, str]

    @property
    def specials(self) -> list[CurveStop]:
        """Its special points."""
        return [stop for stop in self.stops if stop.special]

    def passes(self, around: Surroundings, u: FloatArray, p: FloatArray) -> bool:
        """Whether a point, or an image of it under the symmetries, lies on it."""
        places = [stop.place for stop in self.stops if stop.place is not None]
        basis = self.family.basis
        for image in np.unique(np.round(around.group.images(u), 9), axis=0):
            inside = np.abs(basis @ (basis.T @ image) - image).max() < 1e-6
            if inside and passes(self.curve, places, self.family.unknowns(image, p)):
                return True
        return False


def curve_through(around: Surroundings, special: SpecialPoint, plane: Plane) -> BoundaryCurve | None:
    """The curve of a special point, both ways; None if it has none or cannot be started."""
    family = family_of(around, special, plane.widths)
    return None if family is None else _both_ways(family, family.unknowns(special.u, special.p), plane)


def _both_ways(family: Family, z: FloatArray, plane: Plane) -> BoundaryCurve | None:
    curve = family.curve(plane.first_step, plane.largest_step, np.array(plane.limits))
    start = _start(curve, family.system_at(z, None), z)
    if start is None:
        return None
    forward, why_forward = _one_way(family, curve, start, plane)
    if why_forward.startswith("Closed"):
        return BoundaryCurve(forward, family, curve, (why_forward, why_forward))
    backward, why_backward = _one_way(family, curve, replace(start, tangent=-start.tangent), plane)
    stops = [replace(s, arclength=-s.arclength) for s in backward[:0:-1]] + forward
    return BoundaryCurve(stops, family, curve, (why_backward, why_forward))


def _start(curve: Curve, system: LocalSystem, z: FloatArray) -> Place | None:
    """The place at z: the tangent is the null vector of the slope."""
    slope = system.slope(z)
    if slope.shape[0] + 1 != slope.shape[1]:
        return None
    tangent = np.linalg.svd(slope / np.sqrt(curve.metric))[2][-1] / np.sqrt(curve.metric)
    corrected, _ = solved(system, z, curve.metric * tangent)
    if corrected is None:
        return None
    return curve.place(corrected, tangent, system)


def _one_way(family: Family, curve: Curve, start: Place, plane: Plane) -> tuple[list[CurveStop], str]:
    here = _stop(family, start, 0.0)
    stops, before = [here], start
    if curve.is_leaving(start):
        return stops, f"The curve left the region at {here.p[0]:.6g}, {here.p[1]:.6g}."
    for place, _ in curve.steps(start):
        length = float(before.tangent @ (curve.metric * (place.z - before.z)))
        there = _stop(family, place, here.arclength + length)
        if not family.around.problem.is_physical(there.u):
            return stops, "The state became unphysical: a density matrix is not positive."
        stops += _between(family, curve, before, here, there, length)
        if isinstance(family, HopfFamily) and there.reading.frequency == 0.0:
            return stops, "The frequency went to zero: beyond the double zero eigenvalue there is no Hopf point."
        if family.around.group.became_symmetric(here.u, there.u):
            return stops, "The curve ends in a state of more symmetry; beyond it lies its mirror image."
        stops.append(there)
        if returned(curve, start, before, place):
            return stops, "Closed: the curve came back to its start."
        if not plane.holds(there.p):
            return stops, f"The curve left the region at {there.p[0]:.6g}, {there.p[1]:.6g}."
        if len(stops) > plane.points:
            return stops, f"{plane.points} points were computed; raise `points` to go on."
        here, before = there, place
    return stops, f"The curve could not be followed beyond {here.p[0]:.6g}, {here.p[1]:.6g}: steps became too small."


def _stop(family: Family, place: Place, arclength: float) -> CurveStop:
    y, p = family.parts(place.z)
    u = family.basis @ y
    return CurveStop(
        u, p, family.reading(place), eigenvalues(family.around.problem, u, p), arclength, "", np.nan, place
    )


def _between(
    family: Family, curve: Curve, before: Place, here: CurveStop, there: CurveStop, length: float
) -> list[CurveStop]:
    """The special points between two neighbouring points, in order; two at one place are named together."""
    found: list[tuple[float, str]] = []
    for name, first in here.reading.monitors.items():
        last = there.reading.monitors.get(name)
        if last is not None and first * last < 0.0:

            def monitor(s: float, name: str = name) -> float | None:
                place = curve.at(before, s)
                return None if place is None else family.reading(place).monitors.get(name)

            where = zero_between(monitor, length, first, last, FINE)
            value = monitor(where)
            # A coefficient may also change sign through a pole, where another special point is.
            if value is None or not abs(value) > max(abs(first), abs(last)):
                found.append((where, name))
    found += _eigenvalue_events(family, curve, before, here, there, length, [name for _, name in found])
    return _joined(family, curve, before, here, sorted(found))


def _eigenvalue_events(
    family: Family,
    curve: Curve,
    before: Place,
    here: CurveStop,
    there: CurveStop,
    length: float,
    seen: list[str],
) -> list[tuple[float, str]]:
    """Where further eigenvalues cross the axis."""
    events = []
    for crossing in crossings(here.values, there.values):
        hopf = isinstance(family, HopfFamily)
        if crossing.oscillates:
            name = "Hopf–Hopf" if hopf else "zero–Hopf"
        elif "double zero" in seen:
            continue
        else:
            name = "zero–Hopf" if hopf else "two zero eigenvalues"

        def growth(s: float, ends: tuple[complex, complex] = (crossing.before, crossing.after)) -> float | None:
            place = curve.at(before, s)
            if place is None:
                return None
            values = _stop(family, place, 0.0).values
            return nearest(values, ends[0] + (ends[1] - ends[0]) * s / length).real

        events.append((zero_between(growth, length, crossing.before.real, crossing.after.real, FINE), name))
    return events


def _joined(
    family: Family, curve: Curve, before: Place, here: CurveStop, found: list[tuple[float, str]]
) -> list[CurveStop]:
    stops: list[CurveStop] = []
    for where, name in found:
        place = curve.at(before, where)
        if place is None:
            continue
        stop = _stop(family, place, here.arclength + where)
        if stops and np.abs(stop.p - stops[-1].p).max() < 1e-7 and np.abs(stop.u - stops[-1].u).max() < 1e-6:
            names = sorted([*stops[-1].special.split(", "), name])
            stops[-1] = replace(stops[-1], special=", ".join(names))
            continue
        residual = float(np.abs(place.system.value(place.z)).max())
        residual = max(residual, abs(stop.reading.monitors.get(name, 0.0)))
        stops.append(replace(stop, special=name, residual=residual, place=None))
    return stops


def emanating(around: Surroundings, from_curve: BoundaryCurve, stop: CurveStop, plane: Plane) -> list[BoundaryCurve]:
    """Curves of other kinds that begin at a special point of a curve."""
    found = []
    names = stop.special.split(", ")
    if "degenerate pitchfork" in names and isinstance(from_curve.family, BranchPointFamily):
        found.append(_folds_beside(around, from_curve.family, stop, plane))
    if "double zero" in names and not isinstance(from_curve.family, HopfFamily):
        found.append(_hopf_from_double_zero(around, stop, plane))
    return [curve for curve in found if curve is not None and len(curve.stops) > 1]


def _folds_beside(
    around: Surroundings, pitchforks: BranchPointFamily, stop: CurveStop, plane: Plane
) -> BoundaryCurve | None:
    """The line of folds that begins where a pitchfork changes sides: the first one a little along the null vector."""
    vector = stop.reading.vector.real
    family = FoldFamily(around, pitchforks.basis, plane.widths, vector)
    curve = family.curve(plane.first_step, plane.largest_step, np.array(plane.limits))
    centre = family.unknowns(stop.u, stop.p)
    y, p = family.parts(centre)
    chart = family.chart(centre)
    at = Defined(chart, borders_at(chart, y, p, family.basis.T @ vector), y, p)
    row = np.concatenate([family.basis.T @ vector, np.zeros(2)])
    bend = at.borders.solution(at.slope, -chart.along(y, p, row[:-2], np.zeros(2), 2)[2])
    for distance in BESIDE:
        guess = centre + distance * row + np.append(distance**2 * bend, [0.0, 0.0])
        system = FoldSystem(family.chart(guess), borders_at(family.chart(guess), guess[:-2], p, row[:-2]))
        z, _ = solved(system, guess, row)
        if z is not None and plane.holds(z[-2:]) and np.abs(z - guess).max() < 0.3:
            start = curve.place(z, row, None)
            stops, why = _one_way(family, curve, start, plane)
            first = replace(stop, reading=replace(stop.reading, kind="fold", coefficient=0.0), place=None, special="")
            begins = "The curve begins at a degenerate pitchfork."
            return BoundaryCurve([replace(first, arclength=-distance), *stops], family, curve, (begins, why))
    return None


def _hopf_from_double_zero(around: Surroundings, stop: CurveStop, plane: Plane) -> BoundaryCurve | None:
    basis = around.basis_for(stop.u)
    values = np.linalg.eigvals(around.problem.jacobian(stop.u, stop.p)).astype(np.complex128)
    chosen = values[np.argsort(np.abs(values), kind="stable")[:2]]
    space: InvariantSpace = invariant_space(around.problem.jacobian(stop.u, stop.p), chosen)
    family = HopfFamily(around, basis, plane.widths, space)
    found = _both_ways(family, family.unknowns(stop.u, stop.p), plane)
    if found is None:
        return None
    kept = [
        s for s in found.stops if s.reading.monitors["double zero"] > -SLOW and not s.special.startswith("double zero")
    ]
    return BoundaryCurve(kept, family, found.curve, found.ended) if len(kept) > 1 else None

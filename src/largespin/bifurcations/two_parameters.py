"""Which line in two parameters does a bifurcation draw, and what special points lie on it?"""

from dataclasses import dataclass, replace

import numpy as np

from largespin.bifurcations.borders import Defined, borders_at
from largespin.bifurcations.crossings import size_of
from largespin.bifurcations.curve_events import CurveStep, CurveStop, stop_at
from largespin.bifurcations.invariant_space import InvariantSpace, invariant_space
from largespin.bifurcations.kinds.branch_point import BranchPointFamily
from largespin.bifurcations.kinds.fold import FoldFamily, FoldSystem
from largespin.bifurcations.kinds.hopf import SLOW, HopfFamily
from largespin.bifurcations.kinds.kind import CurveFamily
from largespin.bifurcations.kinds.registry import kind_of
from largespin.bifurcations.special import DEGENERATE_PITCHFORK, DOUBLE_ZERO, SpecialPoint
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import (
    FIRST_STEP,
    LARGEST_STEP,
    SAME_PLACE,
    Curve,
    CurvePoint,
    LocalSystem,
    passes,
    returned,
    solved,
)
from largespin.ends import End, EndKind, left, stuck, too_many
from largespin.errors import FloatArray

NEARLY_ZERO = 1e-4
"""Eigenvalue, relative to the size of the Jacobian, below which it is part of a double zero: the root of the accuracy."""
BESIDE = (0.1, 0.05, 0.02, 0.2)
"""Distances of the first fold beside a degenerate pitchfork, tried in turn: two largest steps, then nearer, where the line
bends, then further, where the normal form is flat."""
STRAYED = 0.3
"""Distance from its guess beyond which the first fold is another one."""


@dataclass(frozen=True)
class CurveSettings:
    """The region of the two parameters and how curves are followed in it.

    Attributes:
        limits: ``((low, high), (low, high))``.
        first_step, largest_step: lengths of steps; 1 is a whole range, or a change of the state by 1.
        points: largest number of points in each direction.
    """

    limits: tuple[tuple[float, float], tuple[float, float]]
    first_step: float = FIRST_STEP
    largest_step: float = LARGEST_STEP
    points: int = 500

    @property
    def widths(self) -> FloatArray:
        """Lengths of both ranges."""
        return np.array([high - low for low, high in self.limits])

    def holds(self, p: FloatArray) -> bool:
        """Whether the parameters are inside, the border not included."""
        return all(low < x < high for x, (low, high) in zip(p, self.limits, strict=True))


@dataclass(eq=False)
class BoundaryCurve:
    """A followed curve.

    Attributes:
        stops: its points in order, special points among them.
        family: equations that hold along it.
        curve: these equations with the lengths of steps and the border of the region.
        ended: why it ended on either side.
    """

    stops: list[CurveStop]
    family: CurveFamily
    curve: Curve
    ended: tuple[End, End]

    @property
    def specials(self) -> list[CurveStop]:
        """The points of the curve at which something special happens."""
        return [stop for stop in self.stops if stop.specials]

    def passes(self, around: Surroundings, u: FloatArray, p: FloatArray) -> bool:
        """Whether a point, or an image of it under the symmetries, lies on it."""
        places = [stop.place for stop in self.stops if stop.place is not None]
        basis = self.family.basis
        for image in np.unique(np.round(around.group.images(u), 9), axis=0):
            inside = np.abs(basis @ (basis.T @ image) - image).max() < SAME_PLACE
            if inside and passes(self.curve, places, self.family.unknowns(image, p)):
                return True
        return False


def curve_through(around: Surroundings, special: SpecialPoint, settings: CurveSettings) -> BoundaryCurve | None:
    """The curve of a special point, both ways; None if it has none or cannot be started."""
    curves = kind_of(special.kind).curves
    if curves is None:
        return None
    try:
        family = curves(around, special, settings.widths)
    except np.linalg.LinAlgError:
        return None
    return _both_ways(family, family.unknowns(special.u, special.p), settings)


def _both_ways(family: CurveFamily, z: FloatArray, settings: CurveSettings) -> BoundaryCurve | None:
    curve = family.curve(settings.first_step, settings.largest_step, np.array(settings.limits))
    try:
        start = _start(curve, family.system_at(z, None), z)
    except np.linalg.LinAlgError:
        return None
    if start is None:
        return None
    forward, last = _one_way(family, curve, start, settings)
    if last.kind is EndKind.CLOSED:
        return BoundaryCurve(forward, family, curve, (last, last))
    backward, first = _one_way(family, curve, replace(start, tangent=-start.tangent), settings)
    stops = [replace(s, arclength=-s.arclength) for s in backward[:0:-1]] + forward
    return BoundaryCurve(stops, family, curve, (first, last))


def _start(curve: Curve, system: LocalSystem, z: FloatArray) -> CurvePoint | None:
    """The place at z: the tangent is the null vector of the slope."""
    slope = system.slope(z)
    if slope.shape[0] + 1 != slope.shape[1]:
        return None
    tangent = np.linalg.svd(slope / np.sqrt(curve.metric))[2][-1] / np.sqrt(curve.metric)
    corrected, _ = solved(system, z, curve.metric * tangent)
    if corrected is None:
        return None
    return curve.place(corrected, tangent, system)


def _one_way(
    family: CurveFamily, curve: Curve, start: CurvePoint, settings: CurveSettings
) -> tuple[list[CurveStop], End]:
    here = stop_at(family, start, 0.0)
    stops, before = [here], start
    if curve.is_leaving(start):
        return stops, _left(here)
    for place in curve.steps(start):
        length = float(before.tangent @ (curve.metric * (place.z - before.z)))
        there = stop_at(family, place, here.arclength + length)
        if not family.around.problem.is_physical(there.u):
            return stops, End(EndKind.UNPHYSICAL, "The state became unphysical: a density matrix is not positive.")
        stops += CurveStep(family, curve, before, here, there, length).specials()
        end = _end_before(family, here, there)
        if end is not None:
            return stops, end
        stops.append(there)
        if returned(curve, start, before, place):
            return stops, End(EndKind.CLOSED, "Closed: the curve came back to its start.")
        if not settings.holds(there.p):
            return stops, _left(there)
        if len(stops) > settings.points:
            return stops, too_many(settings.points)
        here, before = there, place
    return stops, stuck("curve", f"{here.p[0]:.6g}, {here.p[1]:.6g}")


def _end_before(family: CurveFamily, here: CurveStop, there: CurveStop) -> End | None:
    """Why a curve ends between two points, None if it goes on."""
    end = family.end_before(there.reading)
    if end is not None:
        return end
    if family.around.group.became_symmetric(here.u, there.u):
        words = "The curve ends in a state of more symmetry; beyond it lies its mirror image."
        return End(EndKind.SYMMETRIC, words)
    return None


def _left(stop: CurveStop) -> End:
    return left("curve", f"{stop.p[0]:.6g}, {stop.p[1]:.6g}")


def emanating(
    around: Surroundings, from_curve: BoundaryCurve, stop: CurveStop, settings: CurveSettings
) -> list[BoundaryCurve]:
    """Curves of other kinds that begin at a special point of a curve."""
    found = []
    if DEGENERATE_PITCHFORK in stop.specials and isinstance(from_curve.family, BranchPointFamily):
        found.append(_folds_beside(around, from_curve.family, stop, settings))
    if DOUBLE_ZERO in stop.specials and not isinstance(from_curve.family, HopfFamily):
        found.append(_hopf_from_double_zero(around, stop, settings))
    return [curve for curve in found if curve is not None and len(curve.stops) > 1]


def _folds_beside(
    around: Surroundings, pitchforks: BranchPointFamily, stop: CurveStop, settings: CurveSettings
) -> BoundaryCurve | None:
    """The line of folds that begins where a pitchfork changes sides: the first one a little along the null vector."""
    vector = stop.reading.vector.real
    family = FoldFamily(around, pitchforks.basis, settings.widths, vector)
    curve = family.curve(settings.first_step, settings.largest_step, np.array(settings.limits))
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
        if z is not None and settings.holds(z[-2:]) and np.abs(z - guess).max() < STRAYED:
            start = curve.place(z, row, None)
            stops, last = _one_way(family, curve, start, settings)
            reading = replace(stop.reading, kind="fold", coefficient=0.0)
            first = replace(stop, reading=reading, arclength=-distance, place=None, specials=())
            begins = End(EndKind.ORIGIN, "The curve begins at a degenerate pitchfork.")
            return BoundaryCurve([first, *stops], family, curve, (begins, last))
    return None


def _hopf_from_double_zero(around: Surroundings, stop: CurveStop, settings: CurveSettings) -> BoundaryCurve | None:
    basis = around.basis_for(stop.u)
    values = np.linalg.eigvals(around.problem.jacobian(stop.u, stop.p)).astype(np.complex128)
    # Several pairs at once where symmetry makes them equal; the square of their frequencies is what is accurate.
    count = max(2, int(np.sum(np.abs(values) < NEARLY_ZERO * size_of(values))))
    chosen = values[np.argsort(np.abs(values), kind="stable")[:count]]
    try:
        space: InvariantSpace = invariant_space(around.problem.jacobian(stop.u, stop.p), chosen)
    except np.linalg.LinAlgError:
        return None
    family = HopfFamily(around, basis, settings.widths, space)
    found = _both_ways(family, family.unknowns(stop.u, stop.p), settings)
    if found is None:
        return None
    # Beyond the double zero the same equations hold for neutral saddles, which are no bifurcations.
    kept = [s for s in found.stops if s.reading.monitors[DOUBLE_ZERO] > -SLOW and DOUBLE_ZERO not in s.specials]
    return BoundaryCurve(kept, family, found.curve, found.ended) if len(kept) > 1 else None

"""Where on a step along a branch do eigenvalues cross the axis, and which ones?"""

from dataclasses import dataclass

from largespin.bifurcations.crossings import Crossing, crossings, eigenvalues, nearest
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import Curve, CurvePoint
from largespin.bifurcations.zero_search import zero_between
from largespin.errors import ComplexArray, FloatArray

HALVINGS = 12
"""How often a step is halved to tell eigenvalues apart that cross in it: 1/4096 of a step, about the accuracy of a crossing."""
BESIDE_MIDDLE = 0.47
"""Where a step is parted: somewhat beside the middle, where symmetric steps have their special points."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """A stretch of a step with the eigenvalues at its ends, and one crossing inside."""

    first: float
    before: ComplexArray
    last: float
    after: ComplexArray
    inside: Crossing | None = None

    @property
    def crossing(self) -> Crossing:
        """What crosses inside."""
        assert self.inside is not None
        return self.inside


@dataclass(frozen=True, eq=False)
class Line:
    """The states over the tangent at a place, and their eigenvalues."""

    around: Surroundings
    curve: Curve
    basis: FloatArray
    place: CurvePoint

    def state_at(self, s: float) -> tuple[FloatArray, FloatArray] | None:
        """State and parameter a step of length s further, None where Newton's method does not get there."""
        place = self.curve.at(self.place, s)
        return None if place is None else self._state(place.z)

    def near(self, s: float) -> tuple[FloatArray, FloatArray]:
        """State and parameter a step of length s further; on the tangent, good enough as a guess, where Newton's method fails."""
        found = self.state_at(s)
        return self._state(self.place.z + s * self.place.tangent) if found is None else found

    def _state(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        b = self.basis.shape[1]
        return self.basis @ z[:b], z[b:]

    def parameter_slope(self, s: float) -> float | None:
        """How fast the parameter changes along the branch there: zero where it turns back."""
        place = self.curve.at(self.place, s)
        return None if place is None else float(place.tangent[-1])

    def eigenvalues_at(self, s: float) -> ComplexArray | None:
        """The eigenvalues a step of length s further."""
        found = self.state_at(s)
        return None if found is None else eigenvalues(self.around.problem, *found)

    def crossings(self, stretch: Stretch, centres: bool, depth: int = 0) -> list[Stretch]:
        """Stretches in each of which one kind of eigenvalue crosses; halved until eigenvalues can be followed."""
        found = crossings(stretch.before, stretch.after, centres)
        clear = all(crossing.is_clear for crossing in found) and len(found) < 2
        if not found or clear or depth == HALVINGS:
            return [Stretch(stretch.first, stretch.before, stretch.last, stretch.after, crossing) for crossing in found]
        middle = stretch.first + BESIDE_MIDDLE * (stretch.last - stretch.first)
        values = self.eigenvalues_at(middle)
        if values is None:
            return [Stretch(stretch.first, stretch.before, stretch.last, stretch.after, crossing) for crossing in found]
        lower = self.crossings(Stretch(stretch.first, stretch.before, middle, values), centres, depth + 1)
        return lower + self.crossings(Stretch(middle, values, stretch.last, stretch.after), centres, depth + 1)

    def crossing_at(self, stretch: Stretch) -> tuple[float, complex]:
        """Where the crossing happens, and the eigenvalue there."""
        crossing, length = stretch.crossing, stretch.last - stretch.first
        seen = [crossing.before]

        def growth(s: float) -> float | None:
            values = self.eigenvalues_at(stretch.first + s)
            if values is None:
                return None
            seen.append(nearest(values, crossing.before + (crossing.after - crossing.before) * s / length))
            return seen[-1].real

        where = zero_between(growth, length, crossing.before.real, crossing.after.real)
        return stretch.first + where, seen[-1]

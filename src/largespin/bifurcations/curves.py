"""Where do special points go when two parameters change? Fold, branch-point and Hopf curves, each as a `Curve`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.chart import Chart, chart_at
from largespin.bifurcations.extended import (
    Borders,
    BranchPointSystem,
    Defined,
    FoldSystem,
    HopfSystem,
    borders_at,
    continued_borders,
)
from largespin.bifurcations.locate import Surroundings, growing_others
from largespin.bifurcations.locate_hopf import oscillating_vector
from largespin.bifurcations.normal_forms import critical_borders, cubic, lyapunov_coefficient, mixed_slope, quadratic
from largespin.bifurcations.special import (
    DEGENERATE_PITCHFORK,
    DOUBLE_ZERO,
    SpecialPoint,
    family_of_kind,
    kind_on_side,
    side,
)
from largespin.bifurcations.spectrum import InvariantSpace, invariant_space
from largespin.bifurcations.walk import Curve, CurvePoint, LocalSystem
from largespin.errors import ComplexArray, FloatArray

SLOW = 1e-12
"""``ω²`` below which a pair is no oscillation but a double zero eigenvalue."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What is known at one point of a boundary curve.

    Attributes:
        kind: of the bifurcation.
        coefficient: of its normal form.
        frequency: ω of a Hopf point, else 0.
        vector: what becomes critical, shape (n,).
        monitors: numbers whose zeros are special points, by the name of these.
    """

    kind: str
    coefficient: float
    frequency: float
    vector: ComplexArray
    monitors: dict[str, float]

    @property
    def family(self) -> str:
        """The kind without its side."""
        return family_of_kind(self.kind)


@dataclass(frozen=True, eq=False)
class CurveFamily(ABC):
    """One kind of curve in two parameters, in the unknowns z = (y, p, …).

    Attributes:
        around: the equations with two free parameters.
        basis: the symmetric states in which the curve lies, shape (n, b).
        widths: lengths of the intervals of the parameters, shape (2,).
    """

    around: Surroundings
    basis: FloatArray
    widths: FloatArray

    @property
    def count(self) -> int:
        """b."""
        return int(self.basis.shape[1])

    @property
    def extra(self) -> int:
        """Number of unknowns after the parameters."""
        return 0

    def chart(self, z: FloatArray) -> Chart:
        """The square system around z."""
        return chart_at(self.around.problem, self.basis @ z[: self.count], self.basis)

    def parts(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y and p."""
        return z[: self.count], z[self.count : self.count + 2]

    def unknowns(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """z of a state."""
        return np.concatenate([self.basis.T @ u, p, np.zeros(self.extra)])

    def curve(self, first_step: float, largest_step: float, limits: FloatArray) -> Curve:
        """The curve inside the limits, shape (2, 2)."""
        b = self.count
        metric = np.concatenate([np.ones(b), 1.0 / self.widths**2, np.ones(self.extra)])
        bounds = tuple((b + i, float(low), float(high)) for i, (low, high) in enumerate(limits))
        return Curve(self.system_at, metric, first_step, largest_step, bounds, b, (b, b + 1))

    @abstractmethod
    def system_at(self, z: FloatArray, before: LocalSystem | None) -> LocalSystem:
        """The equations at z, oriented like those before."""

    @abstractmethod
    def reading(self, place: CurvePoint) -> Reading:
        """What is known there."""


@dataclass(frozen=True, eq=False)
class FoldFamily(CurveFamily):
    """Folds; `seed` is a null vector nearby, shape (n,)."""

    seed: FloatArray

    def system_at(self, z: FloatArray, before: LocalSystem | None) -> FoldSystem:
        """The fold equations."""
        chart, (y, p) = self.chart(z), self.parts(z)
        if isinstance(before, FoldSystem):
            return FoldSystem(chart, continued_borders(chart, y, p, before.chart, before.borders))
        return FoldSystem(chart, borders_at(chart, y, p, self.basis.T @ self.seed))

    def reading(self, place: CurvePoint) -> Reading:
        """Monitors: the quadratic coefficient (cusp) and ``wᵀ M v`` (double zero)."""
        at = _defined(self, place)
        second = quadratic(at)
        vector = self.basis @ at.critical.right
        return Reading(
            "fold", at.dynamic(second), 0.0, vector.astype(np.complex128), {"cusp": second, DOUBLE_ZERO: at.overlap}
        )


@dataclass(frozen=True, eq=False)
class BranchPointFamily(CurveFamily):
    """Pitchforks and transcritical points; `seed` is a null vector nearby, shape (n,)."""

    seed: FloatArray
    name: str

    @property
    def extra(self) -> int:
        """The imperfection ψ."""
        return 1

    def system_at(self, z: FloatArray, before: LocalSystem | None) -> BranchPointSystem:
        """The equations of branch points, unfolded across the curve."""
        chart, (y, p) = self.chart(z), self.parts(z)
        if isinstance(before, BranchPointSystem):
            borders = continued_borders(chart, y, p, before.chart, before.borders)
        else:
            borders = critical_borders(chart.slope(y, p), self.basis.T @ self.seed)
        slopes = [mixed_slope(Defined(chart, borders, y, p), unit) for unit in np.diag(self.widths)]
        across = np.array(slopes) * self.widths
        size = float(np.linalg.norm(across))
        return BranchPointSystem(chart, borders, across / size if size > 0.0 else np.ones(2))

    def reading(self, place: CurvePoint) -> Reading:
        """Monitors: the coefficient of the normal form and ``wᵀ M v`` (double zero)."""
        at = _defined(self, place)
        vector = (self.basis @ at.critical.right).astype(np.complex128)
        if self.name == "pitchfork":
            third = cubic(at)
            coefficient = at.dynamic(third)
            others = growing_others(at.chart, at.y, at.p)
            kind = kind_on_side("pitchfork", side(coefficient * (-1.0) ** others))
            return Reading(kind, coefficient, 0.0, vector, {DEGENERATE_PITCHFORK: third, DOUBLE_ZERO: at.overlap})
        second = quadratic(at)
        monitors = {"degenerate transcritical": second, DOUBLE_ZERO: at.overlap}
        return Reading(self.name, at.dynamic(second), 0.0, vector, monitors)


@dataclass(frozen=True, eq=False)
class HopfFamily(CurveFamily):
    """Hopf points; `seed` is an invariant space nearby."""

    seed: InvariantSpace

    def system_at(self, z: FloatArray, before: LocalSystem | None) -> HopfSystem:
        """The Hopf equations."""
        space = before.space if isinstance(before, HopfSystem) else self.seed
        nearby = HopfSystem(self.chart(z), space)
        return HopfSystem(nearby.chart, nearby.space_at(z))

    def reading(self, place: CurvePoint) -> Reading:
        """Monitors: the first Lyapunov coefficient (generalised Hopf) and ω² (double zero)."""
        assert isinstance(place.system, HopfSystem)
        squared = place.system.space.squared_frequency
        y, p = self.parts(place.z)
        u = self.basis @ y
        if squared <= SLOW:
            kind = "neutral saddle" if squared < -SLOW else DOUBLE_ZERO
            return Reading(kind, np.nan, 0.0, np.zeros(len(u), dtype=np.complex128), {DOUBLE_ZERO: squared})
        frequency = float(np.sqrt(squared))
        vector = oscillating_vector(self.around.problem, u, p, frequency)
        first = lyapunov_coefficient(self.around.full_chart(u), u, p, frequency, vector)
        # Times ω³: near a double zero the coefficient itself diverges.
        monitors = {"generalised Hopf": first * frequency**3, DOUBLE_ZERO: squared}
        return Reading(kind_on_side("Hopf", side(first)), first, frequency, vector, monitors)


def _defined(family: CurveFamily, place: CurvePoint) -> Defined:
    system = place.system
    assert isinstance(system, FoldSystem | BranchPointSystem)
    borders: Borders = system.borders
    return Defined(system.chart, borders, *family.parts(place.z))


def family_of(around: Surroundings, special: SpecialPoint, widths: FloatArray) -> CurveFamily | None:
    """The family of curves through a special point (with both parameters free), None if it has none.

    Raises:
        LinAlgError: the pair of a Hopf point cannot be told from other eigenvalues.
    """
    if special.family == "Hopf":
        jacobian = around.problem.jacobian(special.u, special.p)
        values = np.linalg.eigvals(jacobian).astype(np.complex128)
        distance = np.minimum(*(np.abs(values - sign * 1j * special.frequency) for sign in (1.0, -1.0)))
        chosen = values[np.argsort(distance, kind="stable")[: 2 * special.multiplicity]]
        return HopfFamily(around, special.basis, widths, invariant_space(jacobian, chosen))
    vector = special.vector.real
    if special.family == "fold":
        return FoldFamily(around, special.basis, widths, vector)
    if special.axes:
        return BranchPointFamily(around, special.basis, widths, vector, special.family)
    return None

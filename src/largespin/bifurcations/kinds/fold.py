"""Folds, where two states meet and vanish: ``Φ = 0, g = 0``.

g comes from the bordered matrix ``[[Φ_y, b], [cᵀ, 0]] (v, g) = (0, 1)`` and is zero where Φ_y is singular. With one free
parameter these are as many equations as unknowns, with two they are a curve.

Sources: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapters 3 and 4.
"""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.borders import Borders, Defined, borders_at, continued_borders
from largespin.bifurcations.chart import Chart
from largespin.bifurcations.kinds.kind import CurveReading
from largespin.bifurcations.kinds.steady import PERHAPS_FORCED, SteadyFamily, forced, oriented
from largespin.bifurcations.normal_forms import quadratic
from largespin.bifurcations.special import DOUBLE_ZERO, SpecialPoint
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import CurvePoint, LocalSystem, solved
from largespin.errors import FloatArray

FORCED = 1e-5
"""Distance to a branch point below which branches meet instead of turning: the root of what Newton's method leaves."""


@dataclass(frozen=True, eq=False)
class FoldSystem:
    """``Φ = 0, g = 0`` in z = (y, p)."""

    chart: Chart
    borders: Borders

    def value(self, z: FloatArray) -> FloatArray:
        """The equations ``(Φ, g)``, one fewer than unknowns with two parameters."""
        b = self.chart.size
        y, p = z[:b], z[b:]
        return np.append(self.chart.value(y, p), self.borders.critical(self.chart.slope(y, p)).gap)

    def slope(self, z: FloatArray) -> FloatArray:
        """The derivative of ``(Φ, g)`` by (y, p): ``g_z = −wᵀ D²Φ(v, ·)``."""
        b = self.chart.size
        y, p = z[:b], z[b:]
        slope = self.chart.slope(y, p)
        critical = self.borders.critical(slope)
        right = np.append(critical.right, np.zeros(len(p)))
        gradient = -self.chart.second(y, p, right, np.eye(len(z))) @ critical.left
        first = np.concatenate([slope, self.chart.parameter_slopes(y, p)], axis=1)
        return np.concatenate([first, gradient[None]])


@dataclass(frozen=True, eq=False)
class FoldFamily(SteadyFamily):
    """Curves of folds."""

    def system_at(self, z: FloatArray, before: LocalSystem | None) -> FoldSystem:
        """The fold equations."""
        chart, (y, p) = self.chart(z), self.parts(z)
        if isinstance(before, FoldSystem):
            return FoldSystem(chart, continued_borders(chart, y, p, before.chart, before.borders))
        return FoldSystem(chart, borders_at(chart, y, p, self.basis.T @ self.seed))

    def reading(self, place: CurvePoint) -> CurveReading:
        """Monitors: the quadratic coefficient (cusp) and ``wᵀ M v`` (double zero)."""
        assert isinstance(place.system, FoldSystem)
        at = Defined(place.system.chart, place.system.borders, *self.parts(place.z))
        second = quadratic(at)
        vector = self.basis @ at.critical.right
        return CurveReading(
            "fold", at.dynamic(second), 0.0, vector.astype(np.complex128), {"cusp": second, DOUBLE_ZERO: at.overlap}
        )


def is_likely(at: Defined) -> bool:
    """Whether the parameter pushes along the null vector, so that the branch turns back here."""
    return forced(at) > PERHAPS_FORCED


def locate(around: Surroundings, near: Defined, allowed: float) -> SpecialPoint | None:
    """The fold near null vectors, not further away than `allowed`."""
    chart, guess = near.chart, np.append(near.y, near.p)
    system = FoldSystem(chart, near.borders)
    z, _ = solved(system, guess)
    if z is None or np.abs(z - guess).max() > allowed:
        return None
    at = oriented(chart, z[: chart.size], z[chart.size :])
    if forced(at) < FORCED:
        return None
    coefficient = at.dynamic(quadratic(at))
    return SpecialPoint(
        "fold",
        chart.state(at.y),
        at.p,
        (chart.basis @ at.critical.right).astype(np.complex128),
        chart.basis,
        coefficient=coefficient,
        residual=float(np.abs(system.value(z)).max()),
        sentence=f"Fold: two states meet (quadratic coefficient {coefficient:.4g}).",
    )


def curves(around: Surroundings, special: SpecialPoint, widths: FloatArray) -> FoldFamily:
    """The folds that continue a located one in two parameters."""
    return FoldFamily(around, special.basis, widths, special.vector.real)

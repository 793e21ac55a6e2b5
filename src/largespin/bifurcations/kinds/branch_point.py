"""Branch points, where branches cross or fork: ``Φ + ψ b = 0, g = 0, wᵀ Φ_p d = 0``.

ψ is an imperfection, which vanishes where branches really meet; g as at folds, w the left null vector, d a direction of
parameters across the curve. Which of both it is, pitchfork or transcritical, symmetry and the normal form decide.

Sources: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapters 3 to 5.
"""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.borders import Borders, Defined, continued_borders
from largespin.bifurcations.chart import Chart
from largespin.bifurcations.crossings import size_of
from largespin.bifurcations.kinds.kind import CurveReading
from largespin.bifurcations.kinds.steady import PERHAPS_FORCED, SteadyFamily, forced, oriented
from largespin.bifurcations.normal_forms import critical_borders, cubic, mixed_slope, quadratic
from largespin.bifurcations.special import DEGENERATE_PITCHFORK, DOUBLE_ZERO, SpecialPoint, kind_on_side, side
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import CurvePoint, LocalSystem, solved
from largespin.errors import FloatArray

VANISHES = 1e-7
"""Quadratic coefficient, relative to the cubic one and to the linear part, below which it is zero: located points are
accurate to about its root times the curvature."""
EXACTLY_SYMMETRIC = 1e-6
"""Distance below which a located point is its own image, and a symmetry exactly inverts its critical direction."""
NO_IMPERFECTION = 1e-8
"""Imperfection up to which branches really meet; Newton's method leaves about this where they do."""
GROWS = 1e-6
"""Real part, relative to the Jacobian, above which a direction surely grows: next to a located point others may be zero."""


@dataclass(frozen=True, eq=False)
class BranchPointSystem:
    """``Φ + ψ b = 0, g = 0, wᵀ Φ_p d = 0`` in z = (y, p, ψ).

    Attributes:
        chart: the square system.
        borders: of its derivative.
        across: ``d``, a direction of parameters that crosses the curve of branch points, shape (P,).
    """

    chart: Chart
    borders: Borders
    across: FloatArray

    def value(self, z: FloatArray) -> FloatArray:
        """``(Φ + ψ b, g, wᵀ Φ_p d)``."""
        b = self.chart.size
        y, p, imperfection = z[:b], z[b:-1], z[-1]
        critical = self.borders.critical(self.chart.slope(y, p))
        force = critical.left @ self.chart.parameter_slopes(y, p) @ self.across
        return np.concatenate([self.chart.value(y, p) + imperfection * self.borders.equations, [critical.gap, force]])

    def slope(self, z: FloatArray) -> FloatArray:
        """The derivative of the three equations by (y, p, ψ); that of the last is ``wᵀ D²Φ((−x, d), ·)`` with ``Φ_y x = Φ_p d``."""
        b = self.chart.size
        y, p = z[:b], z[b:-1]
        slope, by_parameters = self.chart.slope(y, p), self.chart.parameter_slopes(y, p)
        critical = self.borders.critical(slope)
        right = np.append(critical.right, np.zeros(len(p)))
        along = np.append(-self.borders.solution(slope, by_parameters @ self.across), self.across)
        unit = np.eye(b + len(p))
        pairs = np.stack([-right, along])[:, None, :]
        gradients = self.chart.second(y, p, pairs, unit) @ critical.left
        result = np.zeros((b + 2, len(z)))
        result[:b, :-1] = np.concatenate([slope, by_parameters], axis=1)
        result[:b, -1] = self.borders.equations
        result[b:, :-1] = gradients
        return result


@dataclass(frozen=True, eq=False)
class BranchPointFamily(SteadyFamily):
    """Curves of pitchforks or of transcritical points; `name` says which."""

    name: str

    @property
    def extra(self) -> int:
        """One: the imperfection ψ."""
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

    def reading(self, place: CurvePoint) -> CurveReading:
        """Monitors: the coefficient of the normal form and ``wᵀ M v`` (double zero)."""
        assert isinstance(place.system, BranchPointSystem)
        at = Defined(place.system.chart, place.system.borders, *self.parts(place.z))
        vector = (self.basis @ at.critical.right).astype(np.complex128)
        if self.name == "pitchfork":
            third = cubic(at)
            coefficient = at.dynamic(third)
            others = growing_others(at.chart, at.y, at.p)
            kind = kind_on_side("pitchfork", side(coefficient * (-1.0) ** others))
            return CurveReading(kind, coefficient, 0.0, vector, {DEGENERATE_PITCHFORK: third, DOUBLE_ZERO: at.overlap})
        second = quadratic(at)
        monitors = {"degenerate transcritical": second, DOUBLE_ZERO: at.overlap}
        return CurveReading(self.name, at.dynamic(second), 0.0, vector, monitors)


def is_likely(at: Defined) -> bool:
    """Whether the parameter hardly pushes along the null vector, so that branches may meet here."""
    return forced(at) <= PERHAPS_FORCED


def locate(around: Surroundings, near: Defined, allowed: float) -> SpecialPoint | None:
    """The pitchfork or transcritical point near null vectors, not further away than `allowed`."""
    chart, guess = near.chart, np.append(near.y, near.p)
    system = BranchPointSystem(chart, near.borders, np.ones(1))
    z, _ = solved(system, np.append(guess, 0.0))
    if z is None or abs(z[-1]) > NO_IMPERFECTION or np.abs(z[:-1] - guess).max() > allowed:
        return None
    at = oriented(chart, z[: chart.size], z[chart.size : -1])
    vector = chart.basis @ at.critical.right
    kind, coefficient, words = _judged(around, at)
    return SpecialPoint(
        kind,
        chart.state(at.y),
        at.p,
        vector.astype(np.complex128),
        chart.basis,
        coefficient=coefficient,
        residual=float(np.abs(system.value(z)).max()),
        axes=(vector,),
        sentence=words,
    )


def _judged(around: Surroundings, at: Defined) -> tuple[str, float, str]:
    """Kind, coefficient and sentence of a branch point with one critical direction in its chart."""
    chart, vector = at.chart, at.chart.basis @ at.critical.right
    stabiliser = around.group.stabiliser(chart.state(at.y), EXACTLY_SYMMETRIC)
    odd = bool(np.any(np.abs(stabiliser @ vector + vector).max(axis=1) < EXACTLY_SYMMETRIC))
    second, third = quadratic(at), cubic(at)
    if not odd and abs(second) > VANISHES * max(1.0, abs(third)):
        coefficient = at.dynamic(second)
        return "transcritical", coefficient, f"Transcritical: two branches cross (coefficient {coefficient:.4g})."
    coefficient = at.dynamic(third)
    word = side(coefficient * (-1.0) ** growing_others(chart, at.y, at.p))
    return kind_on_side("pitchfork", word), coefficient, f"Pitchfork, {word} (cubic coefficient {coefficient:.4g})."


def growing_others(chart: Chart, y: FloatArray, p: FloatArray) -> int:
    """How many directions of a chart grow at a state where one eigenvalue is zero; that one is left out.

    Subcritical means that the new states lie where the old one has an even number of growing directions, as a stable one
    has. Then the new states have an odd number and are never stable.
    """
    u = chart.state(y)
    values = np.linalg.eigvals(chart.projection @ chart.problem.jacobian(u, p) @ chart.projection.T).astype(complex)
    values = np.delete(values, np.argmin(np.abs(values)))
    return int(np.sum(values.real > GROWS * size_of(values)))


def curves(around: Surroundings, special: SpecialPoint, widths: FloatArray) -> BranchPointFamily:
    """The branch points of the same kind that continue a located one in two parameters."""
    return BranchPointFamily(around, special.basis, widths, special.vector.real, special.family)

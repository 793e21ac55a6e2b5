"""Which equations hold at a fold, a branch point, a Hopf point? Solved with the state, they locate these exactly.

With one free parameter each system has as many equations as unknowns and is solved by Newton's method; with two it has
one unknown more and its solutions are curves.

* fold: ``Φ = 0, g = 0`` with g from the bordered matrix ``[[Φ_y, b], [cᵀ, 0]] (v, g) = (0, 1)``, zero where Φ_y is singular;
* branch point: ``Φ + ψ b = 0, g = 0, wᵀ Φ_p d = 0``, ψ an imperfection that vanishes where branches really meet;
* Hopf: ``Φ = 0, tr A = 0``, A the Jacobian in the invariant space of the pair (of all pairs that symmetry makes equal).

Sources: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapters 3–5; Beyn et al., Numerical
continuation, in Handbook of Dynamical Systems 2 (2002).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from largespin.bifurcations.chart import Chart
from largespin.bifurcations.spectrum import InvariantSpace, continued_space
from largespin.errors import FloatArray


@dataclass(frozen=True, eq=False)
class Critical:
    """Null vectors of a nearly singular matrix: ``A v = −g b``, ``c·v = 1``, ``Aᵀ w = −g c``, ``b·w = 1``."""

    right: FloatArray
    left: FloatArray
    gap: float


@dataclass(frozen=True, eq=False)
class Borders:
    """Vectors b (equations) and c (unknowns) that make the bordered matrix regular, both of length one."""

    equations: FloatArray
    unknowns: FloatArray

    def matrix(self, slope: FloatArray) -> FloatArray:
        """``[[A, b], [cᵀ, 0]]``."""
        size = len(slope)
        bordered = np.zeros((size + 1, size + 1))
        bordered[:size, :size] = slope
        bordered[:size, size], bordered[size, :size] = self.equations, self.unknowns
        return bordered

    def critical(self, slope: FloatArray) -> Critical:
        """The null vectors and the gap."""
        unit = np.zeros(len(slope) + 1)
        unit[-1] = 1.0
        bordered = self.matrix(slope)
        right, left = _solution(bordered, unit), _solution(bordered.T, unit)
        return Critical(right[:-1], left[:-1], float(right[-1]))

    def solution(self, slope: FloatArray, right: FloatArray) -> FloatArray:
        """``x`` with ``A x + ξ b = right``, ``c·x = 0``: the pseudo-inverse where A is singular."""
        return _solution(self.matrix(slope), np.append(right, 0.0))[:-1]


def _solution(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """``matrix⁻¹ right``; NaN where two directions are critical at once, which Newton's method takes as no solution."""
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(len(right), np.nan)


def borders_at(chart: Chart, y: FloatArray, p: FloatArray, towards: FloatArray | None = None) -> Borders:
    """Borders from the smallest singular value, the unknowns on the side of `towards`."""
    left, _, right = np.linalg.svd(chart.slope(y, p))
    unknowns, equations = right[-1], left[:, -1]
    if towards is not None and unknowns @ towards < 0.0:
        unknowns = -unknowns
    return Borders(equations, unknowns)


def continued_borders(chart: Chart, y: FloatArray, p: FloatArray, old: Chart, before: Borders) -> Borders:
    """Borders whose orientation continues that of other ones nearby."""
    found = borders_at(chart, y, p, before.unknowns)
    same = chart.lifted(found.equations) @ old.lifted(before.equations) >= 0.0
    return found if same else Borders(-found.equations, found.unknowns)


@dataclass(frozen=True, eq=False)
class StationarySystem:
    """``Φ(y, p) = 0`` in z = (y, p) with one free parameter: a branch."""

    chart: Chart

    def value(self, z: FloatArray) -> FloatArray:
        """``Φ``."""
        b = self.chart.size
        return self.chart.value(z[:b], z[b:])

    def slope(self, z: FloatArray) -> FloatArray:
        """``(Φ_y, Φ_p)``."""
        b = self.chart.size
        return np.concatenate([self.chart.slope(z[:b], z[b:]), self.chart.parameter_slopes(z[:b], z[b:])], axis=1)


@dataclass(frozen=True, eq=False)
class FoldSystem:
    """``Φ = 0, g = 0`` in z = (y, p)."""

    chart: Chart
    borders: Borders

    def value(self, z: FloatArray) -> FloatArray:
        """``(Φ, g)``."""
        b = self.chart.size
        y, p = z[:b], z[b:]
        return np.append(self.chart.value(y, p), self.borders.critical(self.chart.slope(y, p)).gap)

    def slope(self, z: FloatArray) -> FloatArray:
        """Its derivative: ``g_z = −wᵀ D²Φ(v, ·)``."""
        b = self.chart.size
        y, p = z[:b], z[b:]
        slope = self.chart.slope(y, p)
        critical = self.borders.critical(slope)
        right = np.append(critical.right, np.zeros(len(p)))
        gradient = -self.chart.second(y, p, right, np.eye(len(z))) @ critical.left
        first = np.concatenate([slope, self.chart.parameter_slopes(y, p)], axis=1)
        return np.concatenate([first, gradient[None]])


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
        """Its derivative; that of the last row is ``wᵀ D²Φ((−x, d), ·)`` with ``Φ_y x = Φ_p d``."""
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
class HopfSystem:
    """``Φ = 0, tr A / k = 0`` in z = (y, p).

    Attributes:
        chart: the square system of the states.
        space: an invariant space nearby, which the one at z continues.
    """

    chart: Chart
    space: InvariantSpace

    def space_at(self, z: FloatArray) -> InvariantSpace:
        """The invariant space at z."""
        b = self.chart.size
        return continued_space(self.chart.problem.jacobian(self.chart.state(z[:b]), z[b:]), self.space)

    def value(self, z: FloatArray) -> FloatArray:
        """``(Φ, tr A / k)``."""
        b = self.chart.size
        return np.append(self.chart.value(z[:b], z[b:]), self.space_at(z).growth)

    def slope(self, z: FloatArray) -> FloatArray:
        """Its derivative: ``tr(Wᵀ D²F(V, ·)) / k``."""
        b = self.chart.size
        y, p = z[:b], z[b:]
        first = np.concatenate([self.chart.slope(y, p), self.chart.parameter_slopes(y, p)], axis=1)
        return np.concatenate([first, self._gradient(y, p, self.space_at(z))[None]])

    def _gradient(self, y: FloatArray, p: FloatArray, space: InvariantSpace) -> FloatArray:
        chart, k = self.chart, len(space.small)
        count = chart.size + len(p)
        du = np.concatenate([chart.basis.T, np.zeros((len(p), len(chart.basis)))])
        dp = np.eye(count)[:, chart.size :]
        vectors = space.right.T[:, None, :]
        moves = np.stack([vectors + du, vectors - du])
        parameters = np.broadcast_to(np.stack([dp, -dp])[:, None], (2, k, count, len(p)))
        pieces = chart.problem.along(chart.state(y), p, moves, parameters, 2)[2]
        gradient: FloatArray = np.einsum("kin,nk->i", 0.5 * (pieces[0] - pieces[1]), space.left) / k
        return gradient


@dataclass(frozen=True, eq=False)
class Defined:
    """Null vectors and slopes at a solution, for normal forms."""

    chart: Chart
    borders: Borders
    y: FloatArray
    p: FloatArray

    @cached_property
    def slope(self) -> FloatArray:
        """``Φ_y``."""
        return self.chart.slope(self.y, self.p)

    @cached_property
    def critical(self) -> Critical:
        """Its null vectors, scaled by ``c·v = 1`` and ``b·w = 1``; of other lengths than one."""
        return self.borders.critical(self.slope)

    @property
    def overlap(self) -> float:
        """``wᵀ M v``: zero where zero is a double eigenvalue."""
        v, w = self.critical.right, self.critical.left
        return float(w @ self.chart.mass @ v / np.linalg.norm(v) / np.linalg.norm(w))

    def dynamic(self, coefficient: float) -> float:
        """A coefficient for ``|v| = |w| = 1`` as one of ``ξ̇ = …``; NaN where zero is a double eigenvalue."""
        return coefficient / self.overlap if abs(self.overlap) > 1e-14 else float("nan")

"""Hopf points, where a pair ``±iω`` is on the axis: ``Φ = 0, tr A = 0``.

A is the Jacobian in the invariant space of the pair (of all pairs that symmetry makes equal).

Sources: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapter 4; Beyn et al., Numerical
continuation, in Handbook of Dynamical Systems 2 (2002).
"""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.chart import Chart, chart_at
from largespin.bifurcations.crossings import size_of
from largespin.bifurcations.invariant_space import InvariantSpace, continued_space, invariant_space
from largespin.bifurcations.kinds.kind import NEARBY, CurveFamily, CurveReading, Pair, Still
from largespin.bifurcations.normal_forms import lyapunov_coefficient
from largespin.bifurcations.problem import Problem
from largespin.bifurcations.special import DOUBLE_ZERO, SpecialPoint, kind_on_side, side
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import CurvePoint, LocalSystem, solved
from largespin.ends import End, EndKind
from largespin.errors import ComplexArray, FloatArray

SLOW = 1e-12
"""``ω²`` below which a pair is no oscillation but a double zero eigenvalue."""
STILL = 1e-6
"""Frequency, relative to the size of the Jacobian, below which a pair does not oscillate but is zero twice."""


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
        """The derivative of ``(Φ, tr A / k)`` by (y, p), its last row ``tr(Wᵀ D²F(V, ·)) / k``."""
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
class HopfFamily(CurveFamily):
    """Curves of Hopf points; `seed` is an invariant space nearby."""

    seed: InvariantSpace

    def system_at(self, z: FloatArray, before: LocalSystem | None) -> HopfSystem:
        """The Hopf equations."""
        space = before.space if isinstance(before, HopfSystem) else self.seed
        nearby = HopfSystem(self.chart(z), space)
        return HopfSystem(nearby.chart, nearby.space_at(z))

    def reading(self, place: CurvePoint) -> CurveReading:
        """Monitors: the first Lyapunov coefficient (generalised Hopf) and ω² (double zero)."""
        assert isinstance(place.system, HopfSystem)
        squared = place.system.space.squared_frequency
        y, p = self.parts(place.z)
        u = self.basis @ y
        if squared <= SLOW:
            kind = "neutral saddle" if squared < -SLOW else DOUBLE_ZERO
            return CurveReading(kind, np.nan, 0.0, np.zeros(len(u), dtype=np.complex128), {DOUBLE_ZERO: squared})
        frequency = float(np.sqrt(squared))
        vector = oscillating_vector(self.around.problem, u, p, frequency)
        first = lyapunov_coefficient(self.around.full_chart(u), u, p, frequency, vector)
        # Times ω³: near a double zero the coefficient itself diverges.
        monitors = {"generalised Hopf": first * frequency**3, DOUBLE_ZERO: squared}
        return CurveReading(kind_on_side("Hopf", side(first)), first, frequency, vector, monitors)

    def others(self, values: ComplexArray, reading: CurveReading) -> ComplexArray:
        """All eigenvalues but the pairs ``±iω`` of the curve."""
        distance = np.minimum(*(np.abs(values - sign * 1j * reading.frequency) for sign in (1.0, -1.0)))
        return values[np.sort(np.argsort(distance, kind="stable")[len(self.seed.small) :])]

    def name_of_crossing(self, oscillates: bool) -> str:
        """The name of the special point where more than the pair of the curve is on the axis."""
        return "Hopf–Hopf" if oscillates else "zero–Hopf"

    def end_before(self, reading: CurveReading) -> End | None:
        """The curve ends where its frequency is zero."""
        if reading.frequency > 0.0:
            return None
        words = "The frequency went to zero: beyond the double zero eigenvalue there is no Hopf point."
        return End(EndKind.DOUBLE_ZERO, words)


def locate(around: Surroundings, pair: Pair) -> SpecialPoint | Still | None:
    """The Hopf point near a state with a pair of eigenvalues near ``±iω``; `Still` where the pair turns out to be zero."""
    basis = around.basis_for(pair.u)
    u, p = around.tidied(pair.u, basis), pair.p
    jacobian = around.problem.jacobian(u, p)
    values = np.linalg.eigvals(jacobian).astype(np.complex128)
    if abs(pair.near.imag) <= STILL * size_of(values):
        return Still(u, p, pair.count)
    distance = np.minimum(np.abs(values - pair.near), np.abs(values - np.conj(pair.near)))
    chosen = values[np.argsort(distance, kind="stable")[: pair.count]]
    guess = np.append(basis.T @ u, p)
    try:
        system = HopfSystem(chart_at(around.problem, u, basis), invariant_space(jacobian, chosen))
        z, _ = solved(system, guess)
        if z is None or np.abs(z - guess).max() > NEARBY:
            return None
        space = system.space_at(z)
    except np.linalg.LinAlgError:
        return None
    state, p = basis @ z[: basis.shape[1]], z[basis.shape[1] :]
    if abs(space.squared_frequency) <= (STILL * size_of(values)) ** 2:
        return Still(state, p, pair.count)
    if space.squared_frequency < 0.0:
        return None
    residual = float(np.abs(system.value(z)).max())
    return _point(around, state, p, float(np.sqrt(space.squared_frequency)), basis, residual, pair.count // 2)


def _point(
    around: Surroundings,
    u: FloatArray,
    p: FloatArray,
    frequency: float,
    basis: FloatArray,
    residual: float,
    multiplicity: int,
) -> SpecialPoint:
    """The record of a Hopf point."""
    vector = oscillating_vector(around.problem, u, p, frequency)
    coefficient = lyapunov_coefficient(around.full_chart(u), u, p, frequency, vector)
    word = side(coefficient)
    more = f"; {multiplicity} pairs at once by symmetry" if multiplicity > 1 else ""
    return SpecialPoint(
        kind_on_side("Hopf", word),
        u,
        p,
        vector,
        basis,
        frequency,
        coefficient,
        residual,
        multiplicity,
        sentence=f"Hopf, {word}: oscillations of frequency {frequency:.4g} "
        f"(first Lyapunov coefficient {coefficient:.4g}{more}).",
    )


def oscillating_vector(problem: Problem, u: FloatArray, p: FloatArray, frequency: float) -> ComplexArray:
    """The eigenvector of the eigenvalue next to iω."""
    values, vectors = np.linalg.eig(problem.jacobian(u, p))
    vector: ComplexArray = vectors[:, np.argmin(np.abs(values - 1j * frequency))].astype(np.complex128)
    return vector / np.linalg.norm(vector)


def curves(around: Surroundings, special: SpecialPoint, widths: FloatArray) -> HopfFamily:
    """The Hopf points that continue a located one in two parameters.

    Raises:
        LinAlgError: its pair cannot be told from other eigenvalues.
    """
    jacobian = around.problem.jacobian(special.u, special.p)
    values = np.linalg.eigvals(jacobian).astype(np.complex128)
    distance = np.minimum(*(np.abs(values - sign * 1j * special.frequency) for sign in (1.0, -1.0)))
    chosen = values[np.argsort(distance, kind="stable")[: 2 * special.multiplicity]]
    return HopfFamily(around, special.basis, widths, invariant_space(jacobian, chosen))

"""What is critical at a nearly singular state? Null vectors from bordered matrices, which stay regular there.

Source: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapter 3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from largespin.bifurcations.chart import Chart
from largespin.errors import FloatArray

NO_OVERLAP = 1e-14
"""``wᵀ M v`` of unit vectors that is rounding: zero is a double eigenvalue."""


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
        """Null vectors and gap of a nearly singular matrix."""
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
class Defined:
    """Null vectors and slopes at a solution, for normal forms."""

    chart: Chart
    borders: Borders
    y: FloatArray
    p: FloatArray

    @cached_property
    def slope(self) -> FloatArray:
        """The derivative ``Φ_y`` of the chart by its unknowns."""
        return self.chart.slope(self.y, self.p)

    @cached_property
    def critical(self) -> Critical:
        """The null vectors of ``Φ_y``, scaled by ``c·v = 1`` and ``b·w = 1``; of other lengths than one."""
        return self.borders.critical(self.slope)

    @property
    def overlap(self) -> float:
        """``wᵀ M v``: zero where zero is a double eigenvalue."""
        v, w = self.critical.right, self.critical.left
        return float(w @ self.chart.mass @ v / np.linalg.norm(v) / np.linalg.norm(w))

    def dynamic(self, coefficient: float) -> float:
        """A coefficient for ``|v| = |w| = 1`` as one of ``ξ̇ = …``; NaN where zero is a double eigenvalue."""
        return coefficient / self.overlap if abs(self.overlap) > NO_OVERLAP else float("nan")

"""What folds and branch points share: zero is an eigenvalue, and its null vectors tell which of the two it is."""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.borders import Borders, Defined, borders_at
from largespin.bifurcations.chart import Chart
from largespin.bifurcations.kinds.kind import CurveFamily, CurveReading
from largespin.bifurcations.normal_forms import mixed_slope
from largespin.errors import ComplexArray, FloatArray

PERHAPS_FORCED = 1e-3
"""Distance to a branch point, at a rough guess, below which meeting branches are tried before a fold: a rough guess is off
by less than the root of the accuracy to which it was searched."""
NO_SLOPE = 1e-12
"""Slope of the critical eigenvalue in the parameter below which it is rounding: the parameter does not move it."""


def forced(at: Defined) -> float:
    """``|wᵀ Φ_p| / |wᵀ D²Φ(v, (−x, 1))|``: about how far along v the next branch point is, where it vanishes."""
    v, w = at.critical.right, at.critical.left
    force = abs(float(w @ at.chart.parameter_slopes(at.y, at.p)[:, 0])) / float(np.linalg.norm(w))
    slope = abs(mixed_slope(at, np.ones(1)))
    return force / slope if slope > NO_SLOPE * float(np.linalg.norm(v)) else (np.inf if force > 0.0 else 0.0)


def oriented(chart: Chart, y: FloatArray, p: FloatArray) -> Defined:
    """Null vectors with a positive largest component: the sign of a quadratic coefficient depends on it."""
    borders = borders_at(chart, y, p)
    vector = chart.basis @ borders.unknowns
    # Rounded, so that of two components that symmetry makes equal the same is taken every time.
    if vector[np.argmax(np.round(np.abs(vector), 9))] < 0.0:
        borders = Borders(borders.equations, -borders.unknowns)
    return Defined(chart, borders, y, p)


@dataclass(frozen=True, eq=False)
class SteadyFamily(CurveFamily):
    """Curves on which zero is an eigenvalue; `seed` is a null vector nearby, shape (n,)."""

    seed: FloatArray

    def others(self, values: ComplexArray, reading: CurveReading) -> ComplexArray:
        """All eigenvalues but the one that is zero."""
        return np.delete(values, np.argmin(np.abs(values)))

    def name_of_crossing(self, oscillates: bool) -> str:
        """The name of the special point where more than one eigenvalue is on the axis."""
        return "zero–Hopf" if oscillates else "two zero eigenvalues"

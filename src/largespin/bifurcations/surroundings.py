"""What surrounds a state? The equations with their symmetries, and the directions in which they are nearly singular."""

from dataclasses import dataclass

import numpy as np

from largespin.bifurcations.chart import Chart, chart_at
from largespin.bifurcations.group import Group, fixed_space
from largespin.bifurcations.problem import Problem
from largespin.errors import FloatArray

KEPT = 1e-5
"""Change of a direction below which a symmetry keeps it: critical vectors of a rough guess are off by about its distance."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The equations with their symmetries."""

    problem: Problem
    group: Group

    def basis_for(self, u: FloatArray, vector: FloatArray | None = None) -> FloatArray:
        """The states with the symmetries of u and, if given, of a direction."""
        elements = self.group.stabiliser(u)
        if vector is not None:
            elements = elements[np.abs(elements @ vector - vector).max(axis=1) < KEPT]
        return fixed_space(elements)

    def full_chart(self, u: FloatArray) -> Chart:
        """The chart of all states near u."""
        return chart_at(self.problem, u, np.eye(len(u)))

    def tidied(self, u: FloatArray, basis: FloatArray) -> FloatArray:
        """u without the rounding errors that break its symmetries."""
        return basis @ (basis.T @ u)

    def critical_space(self, u: FloatArray, p: FloatArray, count: int) -> FloatArray:
        """Orthonormal basis of the `count` directions nearest to critical, shape (n, count)."""
        return np.linalg.svd(self.full_chart(u).slope(u, p))[2][-count:].T

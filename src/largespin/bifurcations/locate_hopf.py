"""Where exactly does a pair of eigenvalues reach the axis, and what kind of Hopf point is it?"""

import numpy as np

from largespin.bifurcations.chart import chart_at
from largespin.bifurcations.extended import HopfSystem
from largespin.bifurcations.locate import NEARBY, Surroundings, critical_space, located_steady
from largespin.bifurcations.normal_forms import lyapunov_coefficient
from largespin.bifurcations.problem import Problem
from largespin.bifurcations.special import SpecialPoint, kind_on_side, side
from largespin.bifurcations.spectrum import invariant_space, size_of
from largespin.bifurcations.walk import solved
from largespin.errors import ComplexArray, FloatArray

STILL = 1e-6
"""Frequency, relative to the size of the Jacobian, below which a pair does not oscillate but is zero twice."""


def located_hopf(around: Surroundings, u: FloatArray, p: FloatArray, near: complex, count: int) -> SpecialPoint | None:
    """The Hopf point near a state with a pair of eigenvalues near ``±iω``.

    Args:
        around: the equations.
        u: a state nearby, with the symmetries of the branch.
        p: the free parameter, shape (1,).
        near: one of the eigenvalues.
        count: number of eigenvalues that cross, two for a simple pair.
    """
    basis = around.basis_for(u)
    u = around.tidied(u, basis)
    jacobian = around.problem.jacobian(u, p)
    values = np.linalg.eigvals(jacobian).astype(np.complex128)
    if abs(near.imag) <= STILL * size_of(values):
        return located_steady(around, u, p, critical_space(around, u, p, count))
    distance = np.minimum(np.abs(values - near), np.abs(values - np.conj(near)))
    chosen = values[np.argsort(distance, kind="stable")[:count]]
    try:
        system = HopfSystem(chart_at(around.problem, u, basis), invariant_space(jacobian, chosen))
    except np.linalg.LinAlgError:
        return None
    z, _ = solved(system, np.append(basis.T @ u, p))
    if z is None or np.abs(z - np.append(basis.T @ u, p)).max() > NEARBY:
        return None
    try:
        space = system.space_at(z)
    except np.linalg.LinAlgError:
        return None
    state, values_at = basis @ z[: basis.shape[1]], z[basis.shape[1] :]
    if abs(space.squared_frequency) <= (STILL * size_of(values)) ** 2:
        return located_steady(around, state, values_at, critical_space(around, state, values_at, count))
    if space.squared_frequency < 0.0:
        return None
    residual = float(np.abs(system.value(z)).max())
    return hopf_point(around, state, values_at, float(np.sqrt(space.squared_frequency)), basis, residual, count // 2)


def hopf_point(
    around: Surroundings,
    u: FloatArray,
    p: FloatArray,
    frequency: float,
    basis: FloatArray,
    residual: float,
    multiplicity: int = 1,
) -> SpecialPoint:
    """The record of a Hopf point."""
    vector = oscillating_vector(around.problem, u, p, frequency)
    coefficient = lyapunov_coefficient(around.full_chart(u), u, p, frequency, vector)
    word = side(coefficient)
    more = f"; {multiplicity} pairs at once by symmetry" if multiplicity > 1 else ""
    sentence = (
        f"Hopf, {word}: oscillations of frequency {frequency:.4g} (first Lyapunov coefficient {coefficient:.4g}{more})."
    )
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
        sentence=sentence,
    )


def oscillating_vector(problem: Problem, u: FloatArray, p: FloatArray, frequency: float) -> ComplexArray:
    """The eigenvector of the eigenvalue next to iω."""
    values, vectors = np.linalg.eig(problem.jacobian(u, p))
    vector: ComplexArray = vectors[:, np.argmin(np.abs(values - 1j * frequency))].astype(np.complex128)
    return vector / np.linalg.norm(vector)

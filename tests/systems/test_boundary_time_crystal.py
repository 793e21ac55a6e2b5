"""Boundary time crystal: ``h = ω m_x/2``, ``ℓ = √κ (m_x − i m_y)/2``.

By hand, with ``B = ∇h − Im ℓ*∇ℓ = (ω/2 − κ m_y/4, κ m_x/4, 0)`` and ``ṁ = 2 B × m``:

    ẋ = ½κ x z,   ẏ = −ω z + ½κ y z,   ż = ω y − ½κ (x² + y²).

|m| = 1 is conserved. For ω < κ/2 the fixed points are y = 2ω/κ, z = ∓√(1 − 4ω²/κ²), the lower one stable. For
ω > κ/2 they are y = κ/(2ω), z = 0, centres with δz̈ = −(ω² − κ²/4) δz. On the circle x = 0,
(y, z) = (sin θ, −cos θ) obeys Adler's equation ``θ̇ = ω − ½κ sin θ``, whose period is exactly 2π/√(ω² − κ²/4).
"""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from solved import check_equations, check_trajectory, library_rhs, parameter_vector

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field


def crystal() -> ls.Model:
    spins, omega = ls.Spins(), ls.parameter("omega")
    kappa = ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * (spins.average("x") - sp.I * spins.average("y")) / 2)
    return ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=[decay])


def hand_written(omega: float, kappa: float) -> Any:
    def rhs(t: float, u: Any) -> Any:
        x, y, z = u
        return np.array([kappa * x * z / 2, -omega * z + kappa * y * z / 2, omega * y - kappa * (x**2 + y**2) / 2])

    return rhs


@pytest.mark.parametrize(("omega", "kappa"), [(0.3, 1.0), (1.1, 1.0), (0.7, 2.3)])
def test_equations_and_trajectory(omega: float, kappa: float) -> None:
    values = {"omega": omega, "kappa": kappa}
    check_equations(crystal(), hand_written(omega, kappa), values)
    run = check_trajectory(crystal(), hand_written(omega, kappa), values)
    assert float(run.conserved_drift) < 1e-11


def test_fixed_points_of_the_stationary_phase() -> None:
    omega, kappa = 0.3, 1.0
    y, z = 2 * omega / kappa, np.sqrt(1 - 4 * omega**2 / kappa**2)
    for sign in (-1.0, 1.0):
        at = np.array([0.0, y, sign * z])
        np.testing.assert_allclose(library_rhs(crystal(), at, {"omega": omega, "kappa": kappa}), 0.0, atol=1e-15)
    start = np.array([0.6, 0.0, 0.8])
    run = ls.evolve(crystal(), start, 80.0, omega=omega, kappa=kappa)
    np.testing.assert_allclose(run.m.values[0], [0.0, y, -z], atol=1e-8)


def test_centres_of_the_time_crystal() -> None:
    omega, kappa = 0.9, 1.0
    y = kappa / (2 * omega)
    at = np.array([np.sqrt(1 - y**2), y, 0.0])
    values = {"omega": omega, "kappa": kappa}
    np.testing.assert_allclose(library_rhs(crystal(), at, values), 0.0, atol=1e-15)
    jacobian = numeric_mean_field(crystal()).jacobian(at, parameter_vector(crystal(), values))
    frequency = np.sqrt(omega**2 - kappa**2 / 4)
    eigenvalues = np.linalg.eigvals(jacobian)
    np.testing.assert_allclose(np.sort(eigenvalues.imag), [-frequency, 0.0, frequency], atol=1e-12)
    np.testing.assert_allclose(eigenvalues.real, 0.0, atol=1e-12)


def test_period_of_the_time_crystal() -> None:
    omega, kappa = 0.65, 1.0
    period = 2 * np.pi / np.sqrt(omega**2 - kappa**2 / 4)
    times = np.array([0.0, 0.37 * period, period, 3 * period])
    run = ls.evolve(crystal(), [0.0, 0.0, -1.0], times, tolerance=1e-13, omega=omega, kappa=kappa)
    m = run.m.values[:, 0]
    np.testing.assert_allclose(m[2], m[0], atol=1e-9)
    np.testing.assert_allclose(m[3], m[0], atol=1e-8)
    assert np.linalg.norm(m[1] - m[0]) > 0.5

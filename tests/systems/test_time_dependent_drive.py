"""Coefficients that depend on time: a periodic drive and a periodic loss."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from solved import check_equations, check_trajectory, cross

import largespin as ls

OMEGA, NU, DELTA, GAMMA = 0.8, 1.7, 0.3, 0.2


def driven() -> ls.Model:
    spins = ls.Spins()
    omega, nu, delta, gamma = ls.parameters("omega nu delta gamma")
    energy = omega * sp.cos(nu * ls.time) * spins.average("x") + delta * spins.average("z")
    return ls.Model(spins, energy=energy, jumps=[ls.Jump(spins.lowering, gamma * (1 + sp.sin(ls.time) / 2))])


def hand_written(t: float, u: Any) -> Any:
    rate = GAMMA**2 * (1 + np.sin(t) / 2) ** 2
    local = np.array([-rate / 2 * u[0], -rate / 2 * u[1], -rate * (1 + u[2])])
    return cross((OMEGA * np.cos(NU * t), 0.0, DELTA), u) + local


VALUES = {"omega": OMEGA, "nu": NU, "delta": DELTA, "gamma": GAMMA}


def test_equations_at_many_times() -> None:
    check_equations(driven(), hand_written, VALUES)


@pytest.mark.parametrize("first", [0.0, 2.5])
def test_trajectory_from_any_first_time(first: float) -> None:
    check_trajectory(driven(), hand_written, VALUES, times=first + np.array([0.0, 1.0, 6.0]))


def test_resonant_turning_in_closed_form() -> None:
    """With the drive alone, the spin turns by the angle (2Ω/ν) sin νt."""
    times = np.linspace(0.0, 9.0, 10)
    run = ls.evolve(driven(), [0.0, 0.0, 1.0], times, tolerance=1e-13, omega=OMEGA, nu=NU, delta=0.0, gamma=0.0)
    angle = 2 * OMEGA / NU * np.sin(NU * times)
    expected = np.stack([0 * angle, -np.sin(angle), np.cos(angle)], axis=-1)
    np.testing.assert_allclose(run.m.values[:, 0], expected, atol=1e-11)


def test_drive_switched_off_by_a_step() -> None:
    """Functions that the Taylor integrator cannot take are done by the other solver, which says so."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=sp.Piecewise((OMEGA, ls.time < 1), (0, True)) * spins.average("x"))
    run = ls.evolve(model, [0.0, 0.0, 1.0], [0.0, 1.0, 3.0])
    np.testing.assert_allclose(run.m.values[1:, 0, 2], np.cos(2 * OMEGA), atol=1e-6)
    assert "implicit" in run.solver.item()
    assert "cannot differentiate" in run.sentence.item()

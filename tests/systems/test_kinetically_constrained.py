"""Spins that flip only if their neighbours are up: ``σ_± √γ_± n_•`` (FMLC23, section 2.1)."""

from typing import Any

import numpy as np
import sympy as sp
from solved import check_equations, check_trajectory

import largespin as ls

VALUES = {"gamma_up": 0.7, "gamma_down": 0.4, "Omega": 0.3}


def constrained() -> ls.Model:
    spins = ls.Spins()
    up, down = (ls.parameter(name, nonnegative=True) for name in ("gamma_up", "gamma_down"))
    n = (1 + spins.average("z")) / 2
    return ls.Model(
        spins,
        energy=ls.parameter("Omega") * spins.average("x"),
        jumps=[ls.Jump(spins.raising, sp.sqrt(up) * n), ls.Jump(spins.lowering, sp.sqrt(down) * n)],
    )


def hand_written(t: float, u: Any) -> Any:
    x, y, z = u
    n = (1 + z) / 2
    up, down, omega = VALUES["gamma_up"] * n**2, VALUES["gamma_down"] * n**2, VALUES["Omega"]
    return np.array(
        [
            -(up + down) / 2 * x,
            -2 * omega * z - (up + down) / 2 * y,
            2 * omega * y + up * (1 - z) - down * (1 + z),
        ]
    )


def test_equations_and_trajectory() -> None:
    check_equations(constrained(), hand_written, VALUES)
    check_trajectory(constrained(), hand_written, VALUES)


def test_the_average_may_be_the_occupation_itself() -> None:
    """The same model with n_• as an average that has an identity part."""
    spins = ls.Spins()
    up, down = (ls.parameter(name, nonnegative=True) for name in ("gamma_up", "gamma_down"))
    n = spins.average("up")
    energy = ls.parameter("Omega") * spins.average("x")
    jumps = [ls.Jump(spins.raising, sp.sqrt(up) * n), ls.Jump(spins.lowering, sp.sqrt(down) * n)]
    check_equations(ls.Model(spins, energy=energy, jumps=jumps), hand_written, VALUES)
    check_trajectory(ls.Model(spins, energy=energy, jumps=jumps), hand_written, VALUES)


def test_stationary_and_frozen_states_without_field() -> None:
    values = dict(VALUES, Omega=0.0)
    run = ls.evolve(constrained(), [0.3, 0.1, 0.2], 400.0, parameters=values)
    expected = (values["gamma_up"] - values["gamma_down"]) / (values["gamma_up"] + values["gamma_down"])
    np.testing.assert_allclose(run.m.values, [[0.0, 0.0, expected]], atol=1e-8)
    frozen = ls.evolve(constrained(), [0.0, 0.0, -1.0], 50.0, parameters=values)
    np.testing.assert_allclose(frozen.m.values, [[0.0, 0.0, -1.0]], atol=1e-12)

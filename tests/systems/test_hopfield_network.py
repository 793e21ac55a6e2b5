"""The quantum Hopfield network: F24 (B.1), FMLC23 Eqs. 58–59, with and without a pair coupling."""

from typing import Any

import numpy as np
import pytest
from solved import check_equations, check_trajectory, join, part

import largespin as ls
from largespin.models.ready.rates import Rates

BLOCKS = ls.large_spins(ls.random_patterns(2, 20, seed=1))
# Three overlapping rows, as of pictures: correlated, on blocks of different weights.
PICTURES = ls.large_spins(
    ls.patterns_from_array([[1, 1, 1, 1, -1, -1, 1, 1], [1, 1, 1, -1, -1, -1, 1, -1], [1, 1, -1, 1, -1, 1, 1, 1]])
)
T, OMEGA = 0.7, 0.35


def hand_written(blocks: ls.LargeSpins, rates: Rates, matrix: Any = None, g: float = 0.0) -> Any:
    """F24 (B.1) for the exponential rates; with cosh → 1 and sinh → tanh for the Glauber rates of FMLC23."""
    e, w = blocks.coefficients, blocks.weights

    def rhs(t: float, u: Any) -> Any:
        (x, y, z), _ = part(u, len(w))
        overlaps = e @ (w * z)
        delta = e.T @ (overlaps if matrix is None else matrix @ overlaps)
        up, down = np.exp(delta / T) / 2, np.exp(-delta / T) / 2
        if rates == "glauber":
            up, down = up / np.cosh(delta / T), down / np.cosh(delta / T)
        dx = -2 * g * delta * y - 0.5 * (up + down) * x
        dy = 2 * g * delta * x - 2 * OMEGA * z - 0.5 * (up + down) * y
        dz = 2 * OMEGA * y - (up + down) * z + up - down
        return join([dx, dy, dz])

    return rhs


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
@pytest.mark.parametrize("g", [None, 0.9])
def test_rates_and_pair_coupling(rates: Rates, g: float | None) -> None:
    model = ls.models.hopfield(BLOCKS, rates=rates, pair_coupling=g is not None)
    values = {"temperature": T, "field": OMEGA} | ({} if g is None else {"pair_coupling": g})
    rhs = hand_written(BLOCKS, rates, g=g or 0.0)
    check_equations(model, rhs, values)
    check_trajectory(model, rhs, values)


@pytest.mark.parametrize("g", [None, -0.6])
def test_projection_rule_with_correlated_patterns(g: float | None) -> None:
    e, w = PICTURES.coefficients, PICTURES.weights
    correlation = (e * w) @ e.T
    assert np.max(np.abs(correlation - np.eye(3))) > 0.2, "the patterns must be correlated"
    matrix = np.linalg.inv(correlation)
    model = ls.models.hopfield(PICTURES, learning="projection", pair_coupling=g is not None)
    values = {"temperature": T, "field": OMEGA} | ({} if g is None else {"pair_coupling": g})
    rhs = hand_written(PICTURES, "exponential", matrix, g=g or 0.0)
    check_equations(model, rhs, values)
    check_trajectory(model, rhs, values)


def test_projection_rule_gives_every_pattern_its_own_field() -> None:
    """If m_z is a stored pattern, so is Δ: no crosstalk, whatever the correlations (theory, section 3)."""
    model = ls.models.hopfield(PICTURES, learning="projection")
    for row in PICTURES.coefficients:
        m = np.zeros((len(row), 3))
        m[:, 2] = 0.4 * row
        run = ls.evolve(model, m, [0.0, 2.0], temperature=0.5, field=0.2, tolerance=1e-12)
        final = run.m.isel(time=-1).values
        np.testing.assert_allclose(final[:, 2] * row, final[0, 2] * row[0], atol=1e-10)

"""The multimode Dicke model of CL21 Eq. 7 for three patterns on blocks of unequal weight."""

from typing import Any

import numpy as np
import pytest
from solved import check_equations, check_trajectory, join, part

import largespin as ls

BLOCKS = ls.large_spins(ls.random_patterns(3, 30, seed=4))
FREQUENCIES, LOSSES = np.array([1.2, 1.9, 0.7]), np.array([1.0, 0.4, 1.7])
VALUES = {"field": 0.6, "coupling": 0.8}
VALUES |= {f"mode_frequency_{mu + 1}": float(FREQUENCIES[mu]) for mu in range(3)}
VALUES |= {f"loss_{mu + 1}": float(LOSSES[mu]) for mu in range(3)}


def hand_written(couplings: Any, decay: float = 0.0, dephasing: float = 0.0) -> Any:
    """CL21 Eqs. 7 and S27 with g_0 and α per particle; individual decay and dephasing by hand."""
    weights, omega, g = BLOCKS.weights, VALUES["field"], VALUES["coupling"]

    def rhs(t: float, u: Any) -> Any:
        (x, y, z), alpha = part(u, len(weights))
        push = g * couplings.T @ (alpha + alpha.conj()).real
        dx = -2 * push * y - (0.5 * decay + 2 * dephasing) * x
        dy = 2 * push * x - 2 * omega * z - (0.5 * decay + 2 * dephasing) * y
        dz = 2 * omega * y - decay * (1 + z)
        overlaps = couplings @ (weights * z)
        return join([dx, dy, dz], -(1j * FREQUENCIES + LOSSES / 2) * alpha - 1j * g * overlaps)

    return rhs


def test_weights_are_unequal() -> None:
    assert BLOCKS.number_of_patterns == 3
    assert np.ptp(BLOCKS.weights) > 0.01


def test_without_individual_dissipation() -> None:
    model, rhs = ls.models.dicke(BLOCKS), hand_written(BLOCKS.coefficients)
    check_equations(model, rhs, VALUES)
    run = check_trajectory(model, rhs, VALUES)
    lengths = np.linalg.norm(run.m.values, axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(lengths[0], lengths.shape), atol=1e-11)


def test_with_individual_decay_and_dephasing() -> None:
    model = ls.models.dicke(BLOCKS, decay=True, dephasing=True)
    values = VALUES | {"decay": 0.3, "dephasing": 0.2}
    rhs = hand_written(BLOCKS.coefficients, decay=0.3, dephasing=0.2)
    check_equations(model, rhs, values)
    check_trajectory(model, rhs, values)


@pytest.mark.parametrize("only", ["decay", "dephasing"])
def test_each_channel_alone(only: str) -> None:
    model = ls.models.dicke(BLOCKS, decay=only == "decay", dephasing=only == "dephasing")
    check_equations(model, hand_written(BLOCKS.coefficients, **{only: 0.45}), VALUES | {only: 0.45})


def test_orthogonalised_couplings() -> None:
    correlation = (BLOCKS.coefficients * BLOCKS.weights) @ BLOCKS.coefficients.T
    values, directions = np.linalg.eigh(correlation)
    rows = (directions / np.sqrt(values)) @ directions.T @ BLOCKS.coefficients
    assert np.max(np.abs(rows - BLOCKS.coefficients)) > 0.05, "the patterns must be correlated"
    check_equations(ls.models.dicke(BLOCKS, learning="projection"), hand_written(rows), VALUES)

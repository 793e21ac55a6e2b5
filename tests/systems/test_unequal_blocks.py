"""Three blocks of unequal weight with couplings that single out blocks; ``B_k = (1/w_k) ∂h/∂m_k`` by hand."""

from typing import Any

import numpy as np
import sympy as sp
from solved import check_equations, check_trajectory, cross, join, part

import largespin as ls

WEIGHTS = np.array([0.2, 0.3, 0.5])
PATTERN = np.array([1.0, -0.4, 0.7])
THRESHOLD = np.array([0.1, -0.3, 0.2])
J, G, BETA, EPSILON = 0.9, -0.7, 1.1, 0.4


def blocks_model() -> ls.Model:
    spins = ls.Spins(weights=WEIGHTS, coefficients=PATTERN[None])
    j, g, beta, epsilon = ls.parameters("J G beta epsilon")
    (overlap,) = spins.overlaps()
    local = spins.local_field([overlap]) - spins.per_block(THRESHOLD, symbol="theta")
    staggered = spins.average("y", coefficients=PATTERN**2, symbol="s")
    energy = j * spins.average("z") * spins.average("x") + g * overlap * staggered**2
    energy += epsilon * spins.block_average(0, "z") * spins.block_average(2, "x")
    return ls.Model(
        spins,
        energy=energy,
        jumps=[
            ls.Jump(spins.raising, sp.exp(beta * local / 2)),
            ls.Jump(spins.lowering, sp.exp(-beta * local / 2)),
        ],
    )


def hand_written(t: float, u: Any) -> Any:
    (x, y, z), _ = part(u, 3)
    mx, mz = WEIGHTS @ x, WEIGHTS @ z
    o, s = (WEIGHTS * PATTERN) @ z, (WEIGHTS * PATTERN**2) @ y
    first, last = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    bx = J * mz + EPSILON * z[0] * last / WEIGHTS
    by = 2 * G * o * s * PATTERN**2
    bz = J * mx + G * s**2 * PATTERN + EPSILON * x[2] * first / WEIGHTS
    delta = PATTERN * o - THRESHOLD
    up, down = np.exp(BETA * delta), np.exp(-BETA * delta)
    local = np.array([-(up + down) / 2 * x, -(up + down) / 2 * y, up * (1 - z) - down * (1 + z)])
    return join(cross((bx, by, bz), (x, y, z)) + local)


VALUES = {"J": J, "G": G, "beta": BETA, "epsilon": EPSILON}


def test_equations_and_trajectory() -> None:
    check_equations(blocks_model(), hand_written, VALUES)
    check_trajectory(blocks_model(), hand_written, VALUES)


def test_weights_matter() -> None:
    """The same equations with equal weights are other equations: the check above can fail."""
    u = np.linspace(-0.4, 0.5, 9)
    global WEIGHTS
    kept, before = WEIGHTS, hand_written(0.0, u)
    try:
        WEIGHTS = np.full(3, 1 / 3)
        assert np.max(np.abs(hand_written(0.0, u) - before)) > 0.01
    finally:
        WEIGHTS = kept

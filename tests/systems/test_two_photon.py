"""Two-photon coupling ``h = ω|α|² + δ m_z + g (α² + α*²) m_x`` with loss ``√κ α``."""

from typing import Any

import numpy as np
from solved import check_equations, check_trajectory, cross, join, part

import largespin as ls

VALUES = {"omega": 1.3, "delta": 0.4, "g": 0.35, "kappa": 0.5}


def two_photon() -> ls.Model:
    spins, a = ls.Spins(), ls.Mode("a")
    omega, delta, g = ls.parameters("omega delta g")
    kappa = ls.parameter("kappa", positive=True)
    pairs = a.amplitude**2 + a.conjugate**2
    return ls.Model(
        spins,
        energy=omega * a.number + delta * spins.average("z") + g * pairs * spins.average("x"),
        collective_jumps=[a.loss(kappa)],
        modes=[a],
    )


def hand_written(t: float, u: Any) -> Any:
    """``α̇ = −i ∂h/∂α* − ½κα``, ``ṁ = 2 B × m``."""
    bloch, alpha = part(u, 1)
    a, x = alpha[0], bloch[0, 0]
    g, omega = VALUES["g"], VALUES["omega"]
    velocity = -1j * (omega * a + 2 * g * np.conj(a) * x) - VALUES["kappa"] / 2 * a
    field = (2 * g * (a**2).real, 0.0, VALUES["delta"])
    return join(cross(field, bloch[:, 0])[:, None], [velocity])


def test_equations_and_trajectory() -> None:
    check_equations(two_photon(), hand_written, VALUES)
    check_trajectory(two_photon(), hand_written, VALUES)


def test_vacuum_stays_empty() -> None:
    """Pairs are made from pairs: parity keeps α = 0 (in mean field)."""
    run = ls.evolve(two_photon(), two_photon().state([0.6, 0.0, 0.8], 0), 10.0, parameters=VALUES)
    assert float(run.occupation.max()) == 0.0

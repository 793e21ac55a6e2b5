"""Particles that do not feel each other: local loss, pumping and dephasing in closed form."""

import numpy as np

import largespin as ls
from largespin.model.operators import transition
from largespin.model.state import density_matrices

OMEGA, LOSS, PUMP, DEPHASING = 0.7, 0.5, 0.2, 0.1


def test_spins_in_closed_form() -> None:
    """``z_∞ + (z_0 − z_∞) e^{−(γ_↓+γ_↑)t}`` and ``x + iy = e^{2iωt − ½(γ_↓+γ_↑)t − 2γ_z t}(x_0 + i y_0)``."""
    spins = ls.Spins()
    model = ls.Model(
        spins,
        energy=OMEGA * spins.average("z"),
        jumps=[
            ls.Jump(spins.lowering, np.sqrt(LOSS)),
            ls.Jump(spins.raising, np.sqrt(PUMP)),
            ls.Jump(spins.z, np.sqrt(DEPHASING)),
        ],
    )
    start = np.array([0.3, -0.5, 0.6])
    times = np.linspace(0.0, 8.0, 9)
    run = ls.evolve(model, start, times, tolerance=1e-13)
    x, y, z = run.m.values[:, 0].T
    resting = (PUMP - LOSS) / (PUMP + LOSS)
    np.testing.assert_allclose(z, resting + (start[2] - resting) * np.exp(-(LOSS + PUMP) * times), atol=1e-11)
    turning = np.exp((2j * OMEGA - (LOSS + PUMP) / 2 - 2 * DEPHASING) * times)
    np.testing.assert_allclose(x + 1j * y, (start[0] + 1j * start[1]) * turning, atol=1e-11)


def test_ladder_of_four_levels() -> None:
    """Decay down a ladder at unit rates: the populations are those of a Poisson process."""
    atoms = ls.Particles(4)
    model = ls.Model(atoms, jumps=[ls.Jump(transition(4, i + 1, i)) for i in range(3)])
    times = np.array([0.0, 0.5, 2.0])
    run = ls.evolve(model, np.diag([1.0, 0.0, 0.0, 0.0]), times, tolerance=1e-13)
    populations = np.einsum("tii->ti", density_matrices(run.m.values[:, 0])).real
    for step, factorial in ((0, 1), (1, 1), (2, 2)):
        np.testing.assert_allclose(populations[:, step], times**step * np.exp(-times) / factorial, atol=1e-12)


def test_mode_alone() -> None:
    """``α(t) = e^{−iωt − ½κt} α_0``, with a particle that nothing acts on."""
    mode = ls.Mode("a")
    model = ls.Model(ls.Spins(), energy=1.3 * mode.number, collective_jumps=[mode.loss(0.4)], modes=[mode])
    start = model.state([0.1, 0.2, 0.3], [0.7 - 0.2j])
    times = np.linspace(0.0, 5.0, 6)
    run = ls.evolve(model, start, times, tolerance=1e-13)
    alpha = (run.q.values + 1j * run.p.values)[:, 0] / np.sqrt(2)
    np.testing.assert_allclose(alpha, (0.7 - 0.2j) * np.exp(-(1.3j + 0.2) * times), atol=1e-11)
    np.testing.assert_allclose(run.m.values[:, 0], np.tile([0.1, 0.2, 0.3], (6, 1)), atol=1e-15)
    np.testing.assert_allclose(run.occupation.values[:, 0], 0.53 * np.exp(-0.4 * times), atol=1e-11)

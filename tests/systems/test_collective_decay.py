"""Collective jumps whose amplitude holds averages of operators that are not Hermitian."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from solved import check_equations, check_trajectory, cross, join, part

import largespin as ls

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


@pytest.mark.parametrize("seed", [0, 1])
def test_any_matrix(seed: int) -> None:
    """``ℓ = √κ ⟨A⟩``: with ``a_b = tr(A σ_b)/2``, ``B_b = −κ Im(ℓ* a_b)``; the identity part of A counts."""
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(2, 2)) + 1j * generator.normal(size=(2, 2))
    spins, kappa = ls.Spins(), ls.parameter("kappa", positive=True)
    model = ls.Model(spins, collective_jumps=[ls.CollectiveJump(sp.sqrt(kappa) * spins.average(matrix))])
    a = np.einsum("ij,bji->b", matrix, PAULI) / 2

    def hand_written(t: float, u: Any) -> Any:
        amplitude = np.trace(matrix) / 2 + a @ u
        return cross(-0.8 * np.imag(np.conj(amplitude) * a), u)

    check_equations(model, hand_written, {"kappa": 0.8})
    check_trajectory(model, hand_written, {"kappa": 0.8})


def test_two_channels_that_interfere() -> None:
    """Mode and spins decay into one channel: ``ℓ = √κ α + √γ Σ_k w_k c_k ⟨σ_-⟩_k``."""
    weights, couplings = np.array([0.25, 0.75]), np.array([1.0, -0.5])
    kappa, gamma, omega = 0.6, 0.9, 1.1
    spins, mode = ls.Particles(2, weights=weights), ls.Mode("a")
    lowering = spins.average("lowering", coefficients=couplings, symbol="s")
    jump = ls.CollectiveJump(sp.sqrt(sp.Float(kappa)) * mode.amplitude + sp.sqrt(sp.Float(gamma)) * lowering)
    model = ls.Model(spins, energy=omega * (mode.number + spins.average("z")), collective_jumps=[jump], modes=[mode])

    def hand_written(t: float, u: Any) -> Any:
        (x, y, z), alpha = part(u, 2)
        minus = (weights * couplings) @ (x - 1j * y) / 2
        channel = np.sqrt(kappa) * alpha[0] + np.sqrt(gamma) * minus
        # ½([L†, a] L + L† [a, L]) with [a, a†] = 1 leaves −½ √κ L.
        velocity = -1j * omega * alpha[0] - np.sqrt(kappa) / 2 * channel
        push = -np.sqrt(gamma) * couplings * np.conj(channel) / 2
        return join(cross((push.imag, (-1j * push).imag, omega + 0 * x), (x, y, z)), [velocity])

    check_equations(model, hand_written, {})
    check_trajectory(model, hand_written, {})


def test_superradiant_decay_of_a_full_inversion_needs_a_seed() -> None:
    """``ℓ = √κ⟨σ_-⟩``: ``ż = −½κ(x² + y²)``, so z(t) = −tanh(½κ(t − t_0)) on the sphere."""
    spins, kappa = ls.Spins(), 0.7
    model = ls.Model(spins, collective_jumps=[ls.CollectiveJump(np.sqrt(kappa) * spins.average("lowering"))])
    upright = ls.evolve(model, [0.0, 0.0, 1.0], 20.0)
    np.testing.assert_allclose(upright.m.values[0], [0.0, 0.0, 1.0], atol=1e-14)
    delay, times = 6.0, np.linspace(0.0, 15.0, 6)
    z = -np.tanh(kappa / 2 * (times - delay))
    start = [np.sqrt(1 - z[0] ** 2), 0.0, z[0]]
    run = ls.evolve(model, start, times, tolerance=1e-13)
    np.testing.assert_allclose(run.m.values[:, 0, 2], z, atol=1e-10)

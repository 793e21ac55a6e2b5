"""Start states are uniform, and the intervals of shares hold the truth as often as they say."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest, kstest

import largespin as ls
from largespin.attractors.samples import uniform_states, wilson_interval
from largespin.model.state import smallest_eigenvalue


def test_bloch_ball_is_filled_evenly() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    u = uniform_states(model, 4000, np.random.default_rng(5)).reshape(-1, 3)
    radius = np.linalg.norm(u, axis=1)
    assert kstest(radius**3, "uniform").pvalue > 1e-3
    for axis in range(3):
        assert kstest(u[:, axis] / radius, "uniform", (-1.0, 2.0)).pvalue > 1e-3
    # Blocks are independent.
    blocks = u.reshape(-1, 2, 3)
    assert abs(np.corrcoef(blocks[:, 0, 2], blocks[:, 1, 2])[0, 1]) < 0.06


def test_pure_states_and_modes() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    u = uniform_states(model, 4000, np.random.default_rng(6), 0.5)
    assert np.linalg.norm(u[:, :3], axis=1) == pytest.approx(np.ones(4000))
    assert kstest(u[:, 2], "uniform", (-1.0, 2.0)).pvalue > 1e-3
    assert kstest(u[:, 3] / 0.5, "norm").pvalue > 1e-3


def test_three_levels_have_the_hilbert_schmidt_purity() -> None:
    particles = ls.Particles(3)
    model = ls.Model(particles, jumps=[ls.Jump(np.diag([1.0, 1.0], 1), 1)])
    u = uniform_states(model, 20_000, np.random.default_rng(7))
    state = model.state_from_vector(u)
    assert smallest_eigenvalue(state.bloch).min() >= -1e-12
    rho = state.density_matrices()[:, 0]
    purity = np.einsum("sij,sji->s", rho, rho).real
    # ⟨tr ρ²⟩ = 2d/(d² + 1) (Życzkowski and Sommers).
    assert purity.mean() == pytest.approx(0.6, abs=0.003)


@pytest.mark.parametrize("count", [8, 100])
def test_wilson_interval(count: int) -> None:
    for hits in range(count + 1):
        low, high = wilson_interval(np.array(hits), count)
        expected = binomtest(hits, count).proportion_ci(0.95, method="wilson")
        assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_interval_covers() -> None:
    hits = np.arange(257)
    low, high = wilson_interval(hits, 256)
    for share in (0.01, 0.1, 0.5, 0.97):
        inside = (low <= share) & (share <= high)
        assert 0.91 < binom.pmf(hits, 256, share)[inside].sum() < 0.99

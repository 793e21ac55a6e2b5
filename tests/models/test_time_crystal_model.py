"""The boundary time crystal: hand-typed equations, both phases in closed form, the second constant, and finite N."""

import numpy as np
import pytest
from solved import library_rhs

import largespin as ls

MODEL = ls.models.boundary_time_crystal()


@pytest.mark.parametrize("seed", range(3))
def test_equations(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, y, z = generator.uniform(-0.5, 0.5, 3)
    drive, decay = generator.uniform(0.2, 2.0, 2)
    expected = [decay * x * z, -drive * z + decay * y * z, drive * y - decay * (x**2 + y**2)]
    found = library_rhs(MODEL, np.array([x, y, z]), {"drive": drive, "decay": decay})
    np.testing.assert_allclose(found, np.array(expected), atol=1e-13)


@pytest.mark.parametrize(("drive", "decay"), [(0.6, 1.0), (1.5, 2.5)])
def test_weak_drive_ends_in_one_state(drive: float, decay: float) -> None:
    ratio = drive / decay
    states = ls.stationary_states(MODEL, drive=drive, decay=decay)
    stable = states.isel(state=np.flatnonzero(states.verdict.values == "stable"))
    assert stable.sizes["state"] == 1
    np.testing.assert_allclose(stable.m.values.ravel(), [0.0, ratio, -np.sqrt(1 - ratio**2)], atol=1e-8)
    assert float(stable.growth_rate.item()) == pytest.approx(-np.sqrt(decay**2 - drive**2), rel=1e-6)


@pytest.mark.parametrize(("drive", "decay"), [(1.25, 1.0), (3.0, 0.8)])
def test_strong_drive_never_rests(drive: float, decay: float) -> None:
    states = ls.stationary_states(MODEL, drive=drive, decay=decay)
    assert set(states.verdict.values) == {"centre"}
    xs = sorted(states.m.sel(component="x").values.ravel())
    np.testing.assert_allclose(xs, np.array([-1.0, 1.0]) * np.sqrt(1 - (decay / drive) ** 2), atol=1e-8)
    frequency = float(np.nanmax(states.eigenvalue_imag.values))
    assert frequency == pytest.approx(np.sqrt(drive**2 - decay**2), rel=1e-6)


def test_motion_conserves_two_quantities() -> None:
    """|m|² and m_x/(m_y − ω_0/κ): d/dt of the second is (κ m_x m_z (m_y − ω_0/κ) − m_x (κ m_y − ω_0) m_z)/(…)² = 0."""
    drive, decay = 1.7, 1.0
    run = ls.evolve(MODEL, [0.6, 0.1, 0.7], np.linspace(0.0, 40.0, 41), drive=drive, decay=decay)
    x, y, _ = (run.m.sel(component=c).values[:, 0] for c in "xyz")
    np.testing.assert_allclose(np.linalg.norm(run.m.values[:, 0], axis=-1), np.linalg.norm([0.6, 0.1, 0.7]), atol=1e-8)
    np.testing.assert_allclose(x / (y - drive / decay), 0.6 / (0.1 - drive / decay), atol=1e-7)
    assert np.ptp(y) > 0.5


def test_finite_number_of_particles_approaches_the_limit() -> None:
    values = {"drive": 1.5, "decay": 1.0}
    times = [0.0, 1.0, 2.0]
    limit = ls.evolve(MODEL, [0, 0, -1], times, parameters=values).m.values
    exact = ls.exact.evolve(MODEL, [0, 0, -1], times, particles=[20, 40], parameters=values).m
    errors = [
        float(np.abs(exact.sel(particles=n).transpose(*exact.sel(particles=n).dims).values - limit).max())
        for n in (20, 40)
    ]
    assert errors[1] < 0.6 * errors[0] < 0.1

"""Rounding errors that grow are noticed: collective dynamics of coherent states against the largest spin j = N/2 alone."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.special import gammaln

import largespin as ls

TWIST, DRIVE, TIMES = 0.05, 0.6, np.array([0.0, 2.0, 4.0, 6.0])
LARGE = 106
"""So many spins still have some digits at the last time but one, and none worth giving at the last."""

pytestmark = pytest.mark.xdist_group("rounding")  # which share a run


def twisting(particles: int) -> Any:
    """``H = χ J_z² + ω J_x``."""
    spins = ls.Spins()
    energy = TWIST * particles / 4 * spins.average("z") ** 2 + DRIVE / 2 * spins.average("x")
    return ls.Model(spins, energy=energy)


def largest_spin(particles: int, time: float) -> float:
    """``2⟨J_x⟩/N`` from the N + 1 states with j = N/2."""
    j = particles / 2
    m = np.arange(j, -j - 1, -1)
    up = np.diag(np.sqrt(j * (j + 1) - m[1:] * (m[1:] + 1)), 1)
    jx = (up + up.T) / 2
    values, vectors = np.linalg.eigh(TWIST * np.diag(m**2) + DRIVE * jx)
    binomial = gammaln(particles + 1) - gammaln(j + m + 1) - gammaln(j - m + 1)
    start = np.exp(0.5 * (binomial - particles * np.log(2)))
    psi = vectors @ (np.exp(-1j * time * values) * (vectors.T @ start))
    return float((psi.conj() @ jx @ psi).real / j)


@cache
def twisted(particles: int) -> xr.Dataset:
    return ls.exact.evolve(twisting(particles), [1, 0, 0], TIMES, particles=particles, tolerance=1e-11)


@pytest.mark.parametrize("particles", [20, 60, pytest.param(LARGE, marks=pytest.mark.slow)])
def test_the_estimate_covers_the_error(particles: int) -> None:
    run = twisted(particles).isel(time=slice(0, -1))
    for time in (1, 2):
        error = abs(run.m.values[time, 0, 0] - largest_spin(particles, TIMES[time]))
        assert error < max(1e-9, run["rounding"].values[time])
    assert (run["rounding"].values[-1] > 1e-6) == (particles == LARGE)
    assert run.outcome.item() == ("inaccurate" if particles == LARGE else "finished")


@pytest.mark.slow
def test_destroyed_values_are_not_given() -> None:
    run = twisted(LARGE)
    assert run.outcome.item() == "inaccurate"
    assert "rounding errors have grown" in run.sentence.item()
    assert np.isnan(run.m.values[-1]).all()
    assert np.isfinite(run.m.values[:-1]).all()


def test_dissipation_forgets_rounding() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.exact.evolve(model, [0.6, 0, 0.8], [0, 1, 2], particles=100, temperature=0.5, field=0.2)
    assert run["rounding"].values.max() < 1e-10
    assert run.outcome.item() == "finished"


def test_explicit_time_is_watched_as_well() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=(0.5 + 0.1 * ls.time) * spins.average("x"))
    run = ls.exact.evolve(model, [0, 0, 1], [0, 1], particles=52)
    assert 0 < run["rounding"].values[-1] < 1e-9
    assert run.m.values[-1, 0, 2] == pytest.approx(np.cos(1.1), abs=1e-7)

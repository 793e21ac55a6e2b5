"""The figure of the boundary time crystal: closed forms of both phases, and spectra by matrices typed here."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls
from largespin.errors import ComplexArray, FloatArray
from largespin.reproduce.time_crystal import compute, large_spin, report

pytestmark = pytest.mark.xdist_group("figure time-crystal")  # whose data they share


@pytest.fixture(scope="module")
def dataset() -> xr.Dataset:
    return compute(points=7)


def eigenvalues(spin: float, drive: float, decay: float) -> ComplexArray:
    """Those of ``ρ̇ = −iω_0[S_x, ρ] + decay (S_- ρ S_+ − ½{S_+ S_-, ρ})``, slowest first."""
    m = spin - np.arange(int(2 * spin))
    lowering = np.diag(np.sqrt((spin + m) * (spin - m + 1)), -1)
    one, x, rate = np.eye(len(lowering)), (lowering + lowering.T) / 2, lowering.T @ lowering
    unitary = -1j * drive * (np.kron(x, one) - np.kron(one, x))
    found = np.linalg.eigvals(
        unitary + decay * (np.kron(lowering, lowering) - (np.kron(rate, one) + np.kron(one, rate)) / 2)
    )
    return np.asarray(found[np.argsort(-found.real)])


def on_the_great_circle(times: FloatArray, drive: float) -> FloatArray:
    """m_z of ``φ̇ = ω_0 − κ sin φ`` with m = (0, sin φ, −cos φ), φ(0) = π and κ = 1, from the Riccati equation of cot(φ/2)."""
    root = np.sqrt(complex(drive**2 - 1))
    cotangent = -drive * np.sin(root * times / 2) / (root * np.cos(root * times / 2) - np.sin(root * times / 2))
    square = (cotangent**2).real
    return np.asarray((square - 1) / (square + 1)) * -1


def at_rest(particles: int, drive: float) -> float:
    """m_z of ``ρ ∝ η η†`` with ``η = Σ_n (S_-/g)^n``, ``g = iω_0 S/κ``: Puri and Lawande, Phys. Lett. A 72, 200 (1979)."""
    spin = particles / 2
    m = spin - np.arange(particles)
    ratio = np.diag(np.sqrt((spin + m) * (spin - m + 1)), -1) / (1j * drive * spin)
    eta = np.sum([np.linalg.matrix_power(ratio, power) for power in range(particles + 1)], axis=0)
    chances = np.diag(eta @ eta.conj().T).real
    return float(chances @ (spin - np.arange(particles + 1)) / spin / chances.sum())


def test_mean_field_and_last_state_in_closed_form(dataset: xr.Dataset) -> None:
    for index, drive in enumerate((0.5, 1.5)):
        expected = on_the_great_circle(dataset.time.values, drive)
        np.testing.assert_allclose(dataset.m_z_mean_field.values[index], expected, atol=1e-8)
        np.testing.assert_allclose(dataset.m_z.values[index, :, 0], 1.0, atol=1e-12)
        for column, particles in enumerate(dataset.particles.values):
            # What is left after 30/κ: e^(−30 gap), with gaps from 0.69 and 0.12.
            rest, left = at_rest(particles, drive), (1e-6, 0.03)[index]
            assert float(dataset.m_z[index, column, -1]) == pytest.approx(rest, abs=left)


def test_orbits_of_all_sizes_take_the_same_time(dataset: xr.Dataset) -> None:
    assert dataset.return_distance.shape == (4,)
    assert float(dataset.return_distance.max()) < 1e-8
    # Not because they had not moved: after half a turn the same starts are elsewhere.
    half = np.pi / np.sqrt(1.5**2 - 1)
    run = ls.evolve(ls.models.boundary_time_crystal(), [0, 0, 1], [0, half], drive=1.5, decay=1.0)
    assert float(np.linalg.norm(run.m.isel(time=1) - run.m.isel(time=0))) > 1


def test_spectra_of_the_largest_spin(dataset: xr.Dataset) -> None:
    assert dataset.spectrum_particles.values.tolist() == [4, 6, 8, 12]
    for column, particles in enumerate(dataset.spectrum_particles.values):
        for row, drive in enumerate(dataset.drive.values):
            slow = eigenvalues(particles / 2, drive, 2 / particles)
            assert abs(slow[0]) < 1e-10
            assert float(dataset.gap[row, column]) == pytest.approx(-slow[1].real, rel=1e-7)
        first = slow[np.flatnonzero(slow.imag > 0.1)[0]]
        assert float(dataset.oscillation_rate[1, column]) == pytest.approx(-first.real, rel=1e-7)
        assert float(dataset.oscillation_frequency[1, column]) == pytest.approx(first.imag, rel=1e-7)
    assert dataset.oscillation_rate.isel(drive=0).isnull().all()
    weak, strong = dataset.gap.values
    assert np.all(np.diff(weak) > 0)
    assert weak[-1] < float(dataset.rate_limit[0]) == pytest.approx(np.sqrt(0.75))
    np.testing.assert_allclose(strong[1:] * dataset.spectrum_particles.values[1:], 1.46, atol=0.03)


def test_strong_drive_turns_tensors_of_every_rank_in_closed_form() -> None:
    """For ω_0 ≫ κ, first order in κ: ``Re λ = −κ (k(k + 1) + q²)/(2N)``, ``Im λ = qω_0``, q = −k … k."""
    particles, drive = 8, 200.0
    slow = ls.exact.liouvillian_spectrum(large_spin(particles), particles=1, count=7, drive=drive, decay=1.0)
    expected = sorted((k * (k + 1) + q**2, q) for k in range(particles + 1) for q in range(-k, k + 1))[:7]
    np.testing.assert_allclose(slow.decay_rate.values, [rate / (2 * particles) for rate, _ in expected], atol=1e-5)
    np.testing.assert_allclose(
        np.sort(slow.angular_frequency), np.sort([q * drive for _, q in expected]), atol=1 / drive
    )


def test_ready_model_is_the_largest_spin_and_smaller_ones_that_decay_more_slowly() -> None:
    particles, drive, decay = 6, 0.5, 1.0
    spectra = [eigenvalues(spin, drive, 2 * decay / particles) for spin in (3.0, 2.0, 1.0, 0.0)]
    rates = np.sort(-np.concatenate(spectra).real)[:12]
    model = ls.models.boundary_time_crystal()
    found = ls.exact.liouvillian_spectrum(model, particles=particles, count=12, drive=drive, decay=decay)
    np.testing.assert_allclose(found.decay_rate.values, rates, atol=1e-8)
    # The smaller spins hide the open gap of the largest one.
    assert float(found.gap) < 0.3 < -eigenvalues(3.0, drive, 2 * decay / particles)[1].real


def test_report_says_numbers(dataset: Any) -> None:
    rest, gap, frequency, life = report(dataset)
    assert "−√(1 − ω₀²/κ²) = -0.8660" in rest
    assert f"{float(dataset.gap[0, -1]):.4f} κ at N = 12; √(κ² − ω₀²) = 0.8660 κ" in gap
    assert "5.6199/κ" in frequency
    assert "1.1180 κ" in frequency
    slope = np.polyfit(np.log([6, 8, 12]), np.log(dataset.gap.values[1, 1:]), 1)[0]
    assert f"gap closes as N^{slope:.3f}" in life


def test_label_units_reach_the_picture(dataset: xr.Dataset) -> None:
    from largespin.reproduce.time_crystal import draw

    above, below, rates = draw(dataset).axes
    assert (above.get_xlabel(), below.get_ylabel()) == ("time (1/κ)", "magnetisation along z")
    assert (rates.get_xlabel(), rates.get_ylabel()) == ("number of particles N", "decay rate of slow modes (κ)")
    drawn = {line.get_label(): np.asarray(line.get_ydata()) for line in below.get_lines()}
    np.testing.assert_array_equal(drawn["N → ∞"], dataset.m_z_mean_field[1])
    np.testing.assert_array_equal(drawn["N = 12"], dataset.m_z[1, 1])
    markers = {line.get_label(): np.asarray(line.get_ydata()) for line in rates.get_lines()}
    np.testing.assert_array_equal(markers["slowest, ω₀ = 1.5 κ"], dataset.gap[1])

"""Two-time correlations, spectra and output spectra: transforms of each other, peaks, and closed forms."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls

DICKE = ls.models.dicke(ls.ideal_large_spins(1))
NORMAL = ls.stationary_covariance(DICKE, DICKE.state([-1, 0, 0], modes=0), field=1.0, coupling=[0.3, 0.5])


def combined(dataset: xr.Dataset, name: str) -> Any:
    return dataset[f"{name}_real"].values + 1j * dataset[f"{name}_imag"].values


def test_spectrum_and_correlations_are_transforms_of_each_other() -> None:
    result = NORMAL.isel(coupling=1)
    omega = np.linspace(-300, 300, 60_001)
    s = combined(ls.spectrum(result, omega), "spectrum")
    k = result.covariance.values + 0.5j * result.commutator.values
    np.testing.assert_allclose(np.trapezoid(s, omega, axis=0) / (2 * np.pi), k, atol=1e-3)
    delays = np.array([0.0, 0.8, 3.0])
    c = combined(ls.correlations(result, delays), "correlation")
    np.testing.assert_allclose(c[0], k, atol=1e-14)
    for index in (1, 2):
        back = np.trapezoid(s * np.exp(-1j * omega * delays[index])[:, None, None], omega, axis=0) / (2 * np.pi)
        np.testing.assert_allclose(back, c[index], atol=1e-3)
    # A spectral matrix is Hermitian and positive.
    np.testing.assert_allclose(s[::500], np.swapaxes(s[::500].conj(), -1, -2), atol=1e-12)
    assert np.linalg.eigvalsh(s[::500]).min() > -1e-12


def test_correlations_decay_as_the_equations_say() -> None:
    """d/dτ of ⟨F(τ)F⟩ is J times it, and its imaginary part at equal times is the commutator."""
    result = NORMAL.isel(coupling=0)
    step = 1e-5
    c = combined(ls.correlations(result, [0.5 - step, 0.5, 0.5 + step]), "correlation")
    slope = (c[2] - c[0]) / (2 * step)
    np.testing.assert_allclose(slope, result.drift.values @ c[1], atol=1e-8)


def test_peaks_lie_at_the_eigenvalues() -> None:
    """Weak coupling: the photon spectrum has its peaks at the imaginary parts of the eigenvalues of J."""
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=3.0, losses=0.1)
    result = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=0), field=0.5, coupling=0.2)
    omega = np.linspace(0.5, 4.0, 7001)
    flux = ls.output_spectrum(model, result, omega).flux.values[:, 0]
    peaks = omega[1:-1][(flux[1:-1] > flux[:-2]) & (flux[1:-1] > flux[2:])]
    values = np.linalg.eigvals(result.drift.values)
    expected = np.sort(values.imag[values.imag > 0.1])
    np.testing.assert_allclose(np.sort(peaks), expected, atol=5e-3)


def test_output_of_a_parametric_oscillator() -> None:
    """``H = i(ε/2)(a†² − a²)`` with loss κ below threshold: the textbook squeezing spectrum."""
    mode, spins = ls.Mode("a"), ls.Spins()
    epsilon, kappa = ls.parameters("epsilon kappa")
    model = ls.Model(
        spins,
        energy=epsilon * mode.q * mode.p,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[ls.CollectiveJump(mode.loss(kappa).amplitude, name="mirror")],
        modes=[mode],
    )
    result = ls.stationary_covariance(model, model.state([0, 0, -1], modes=0), epsilon=0.3, kappa=1.0)
    omega = np.array([-1.0, 0.0, 0.4, 2.0])
    out = ls.output_spectrum(model, result, omega)
    np.testing.assert_allclose(out.quietest_noise.values[:, 0], 0.5 - 0.3 / (0.8**2 + omega**2), atol=1e-12)
    np.testing.assert_allclose(out.loudest_noise.values[:, 0], 0.5 + 0.3 / (0.2**2 + omega**2), atol=1e-12)
    assert list(out.collective_jump.values) == ["mirror"]
    # All photons that leave: κ⟨δa†δa⟩ = ∫ flux dω/2π.
    wide = np.linspace(-100, 100, 40_001)
    total = np.trapezoid(ls.output_spectrum(model, result, wide).flux.values[:, 0], wide) / (2 * np.pi)
    number = 0.5 * (np.trace(result.covariance.values[3:, 3:]) - 1)
    assert total == pytest.approx(number, rel=1e-3)


def test_photons_leave_at_their_own_frequency() -> None:
    """A mode at ω = 2 kept warm by gain: ``flux = κ n γ/((ω − 2)² + γ²/4)`` with γ the net loss, and nothing at −2."""
    mode, spins = ls.Mode("a"), ls.Spins()
    loss, gain = 1.0, 0.4
    model = ls.Model(
        spins,
        energy=2.0 * mode.number,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[mode.loss(loss), ls.CollectiveJump(np.sqrt(gain) * mode.conjugate)],
        modes=[mode],
    )
    result = ls.stationary_covariance(model, model.state([0, 0, -1], modes=0))
    omega = np.array([-2.0, 0.0, 1.7, 2.0])
    net, number = loss - gain, gain / (loss - gain)
    expected = loss * number * net / ((omega - 2) ** 2 + net**2 / 4)
    np.testing.assert_allclose(ls.output_spectrum(model, result, omega).flux.values[:, 0], expected, atol=1e-12)


def test_an_empty_lossy_mode_sends_out_vacuum() -> None:
    mode, spins = ls.Mode("a"), ls.Spins()
    model = ls.Model(
        spins, energy=mode.number, jumps=[ls.Jump(spins.lowering)], collective_jumps=[mode.loss(1.0)], modes=[mode]
    )
    result = ls.stationary_covariance(model, model.state([0, 0, -1], modes=0))
    out = ls.output_spectrum(model, result, [0.0, 1.0])
    np.testing.assert_allclose(out.flux.values, 0.0, atol=1e-14)
    np.testing.assert_allclose(out.quietest_noise.values, 0.5, atol=1e-14)


def test_conserved_directions_do_not_disturb_zero_frequency() -> None:
    """|m| of Dicke spins is conserved, so J is singular; the spectrum at 0 is the limit of small frequencies."""
    at = combined(ls.spectrum(NORMAL, [0.0, 1e-7]), "spectrum")
    assert np.isfinite(at).all()
    np.testing.assert_allclose(at[:, 0], at[:, 1], atol=1e-5)


def test_what_is_conserved_does_not_leave_with_the_light() -> None:
    """Mixed spins: |m| fluctuates statically and drags the mode along, a δ function at 0 that is left out."""
    states = ls.stationary_states(DICKE, like=DICKE.state([0.8, 0, 0], modes=0), field=0.6, coupling=0.75, starts=16)
    result = ls.stationary_covariance(DICKE, states.isel(state=0))
    out = ls.output_spectrum(DICKE, result, [0.0, 1e-6, 0.3])
    for name in ("flux", "quietest_noise", "loudest_noise"):
        values = out[name].values[:, 0]
        assert values[0] == pytest.approx(values[1], abs=1e-6)
    assert float(out.quietest_noise.min()) > 0
    assert np.abs(result.covariance.values[3:, :3]).max() > 1e-3


def test_grids_may_be_transposed_and_must_not_grow() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    result = ls.stationary_covariance(
        model, model.state([-1, 0, 0], modes=0), field=[0.8, 1.0, 1.4], coupling=[0.2, 0.4]
    )
    turned = result.transpose("coupling", "field", ...)
    one, two = (ls.output_spectrum(model, r, [0.0, 0.7]).flux for r in (result, turned))
    np.testing.assert_allclose(one.values, two.transpose(*one.dims).values, atol=1e-13)
    single = ls.output_spectrum(model, result.sel(field=1.4, coupling=0.2), [0.0, 0.7]).flux
    np.testing.assert_allclose(one.sel(field=1.4, coupling=0.2).values, single.values, atol=1e-13)
    with pytest.raises(
        ls.LargespinError, match="Argument `field` must not be given again, because the covariance was computed"
    ):
        ls.output_spectrum(model, result, [0.0], field=2.0)
    with pytest.raises(ls.LargespinError, match="must not add axes"):
        ls.output_spectrum(model, result.drop_vars("loss_1"), [0.0], loss_1=[1.0, 2.0])


def test_points_without_a_state_stay_empty() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    result = ls.stationary_covariance(model, [0, 0, 0], temperature=[0.5, 2.0], field=0.0)
    for dataset, name in (
        (ls.spectrum(result, [0.0, 1.0]), "spectrum"),
        (ls.correlations(result, [0.0]), "correlation"),
    ):
        values = combined(dataset, name)
        assert np.isnan(values[0]).all()
        assert np.isfinite(values[1]).all()
        assert list(dataset.temperature.values) == [0.5, 2.0]


SENTENCES: dict[str, tuple[Any, str]] = {
    "delays": (lambda: ls.correlations(NORMAL, [-1.0]), "Argument `delays` must be at least 0, but one is -1."),
    "dimensions": (
        lambda: ls.spectrum(NORMAL, 1.0),
        "Argument `frequencies` must have 1 dimension(s), but its shape is ().",
    ),
    "other dataset": (
        lambda: ls.spectrum(xr.Dataset(), [0.0]),
        "Argument `result` must be the dataset of `stationary_covariance`, but it lacks covariance, drift or diffusion.",
    ),
    "too much": (
        lambda: ls.spectrum(NORMAL, np.zeros(10_000_000)),
        "The result would take 8.0 GB (10000000 frequencies × 50 entries of matrices); ask for fewer frequencies or fewer "
        "points.",
    ),
    "nothing leaves": (
        lambda: ls.output_spectrum(ls.models.hopfield(ls.ideal_large_spins(1)), NORMAL, [0.0]),
        "The model has no collective jump, such as `mode.loss(kappa)`, so nothing leaves through one.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    check_sentence(*SENTENCES[name])

"""Limit cycles: period, multipliers, phase diffusion and covariance against closed forms, exact identities and long runs."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from scipy.interpolate import CubicSpline

import largespin as ls
from largespin.fluctuations.floquet import floquet
from largespin.fluctuations.linear import numeric_fluctuations

START = [0.0, 0.1, 0.1]
FIELDS = (0.35, 0.6)


@lru_cache
def hopfield(gauge: bool = True) -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1, gauge=gauge))


@lru_cache
def cycle(field: float, phases: int = 64) -> xr.Dataset:
    return floquet(hopfield(), START, temperature=0.6, field=field, phases=phases)


def vectors(result: xr.Dataset) -> np.ndarray:
    """State vectors (phase, n) of one cycle."""
    parts = [result.m.values.reshape(result.sizes["phase"], -1)]
    if "q" in result:
        parts.append(np.stack([result.q.values, result.p.values], axis=-1).reshape(len(parts[0]), -1))
    return np.concatenate(parts, axis=1)


def multipliers(result: xr.Dataset) -> np.ndarray:
    return result.multiplier_real.values + 1j * result.multiplier_imag.values


@lru_cache
def van_der_pol(gain: int = 1) -> ls.Model:
    """A mode with loss in pairs and gain (or, with `gain` = −1, the reverse), a Kerr shift, and a spin that looks on."""
    spins, a = ls.Spins(), ls.Mode("a")
    omega, kerr = ls.parameter("omega"), ls.parameter("kerr", symbol="U")
    g, pairs = ls.parameter("g", positive=True), ls.parameter("pairs", symbol="kappa_2", positive=True)
    linear, squared = (a.conjugate, a.amplitude**2) if gain > 0 else (a.amplitude, a.conjugate**2)
    return ls.Model(
        spins,
        energy=omega * a.number + kerr / 2 * a.number**2,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[ls.CollectiveJump(sp.sqrt(g) * linear), ls.CollectiveJump(sp.sqrt(pairs) * squared)],
        modes=[a],
    )


def on_the_circle(model: ls.Model, number: float) -> Any:
    return ls.State(np.array([[0.0, 0.0, -1.0]]), np.array([np.sqrt(number) + 0j]))


def test_period_is_the_time_between_zero_crossings() -> None:
    for field in FIELDS:
        times = np.linspace(0.0, 400.0, 20001)
        run = ls.evolve(hopfield(), START, times, temperature=0.6, field=field, tolerance=1e-12)
        roots = CubicSpline(times, run.m.values[:, 0, 2]).roots(extrapolate=False)
        rising = roots[roots > 200.0][::2]
        expected = (rising[-1] - rising[0]) / (len(rising) - 1)
        assert cycle(field).period.item() == pytest.approx(expected, rel=1e-8)
        assert cycle(field).verdict.item() == "stable"
        assert cycle(field).closure.item() < 1e-9


def test_newton_finds_the_same_cycle_from_a_run_that_has_hardly_settled() -> None:
    early = floquet(hopfield(), START, settle=25.0, temperature=0.6, field=0.35)
    assert early.period.item() == pytest.approx(cycle(0.35).period.item(), rel=1e-11)
    assert early.closure.item() < 1e-11
    assert early.phase_diffusion.item() == pytest.approx(cycle(0.35).phase_diffusion.item(), rel=1e-9)


@pytest.mark.parametrize("field", FIELDS)
def test_multipliers_obey_liouville(field: float) -> None:
    """One is 1; their product is ``exp ∮ tr J dt``."""
    result = cycle(field)
    found = multipliers(result)
    assert abs(found[0] - 1.0) < 1e-9
    assert np.all(np.diff(np.abs(found[1:])) <= 0.0)
    drift = numeric_fluctuations(hopfield()).drift(vectors(result), np.array([field, 0.6]))
    trace = np.trace(drift, axis1=1, axis2=2).mean()
    assert np.prod(found).real == pytest.approx(np.exp(trace * result.period.item()), rel=1e-7)


@pytest.mark.parametrize("field", FIELDS)
def test_phase_response_and_diffusion_along_the_cycle(field: float) -> None:
    """``z·v = 1`` and ``ż = −Jᵀz`` everywhere, and D is the mean of ``zᵀ Re C z``."""
    result = cycle(field)
    functions, values = numeric_fluctuations(hopfield()), np.array([field, 0.6])
    z, v, period = result.phase_response.values, result.tangent.values, result.period.item()
    np.testing.assert_allclose(np.einsum("px,px->p", z, v), 1.0, atol=1e-12)
    np.testing.assert_allclose(v, functions.mean_field.rhs(vectors(result), values), atol=1e-13)
    frequencies = np.fft.fftfreq(len(z), 1.0 / len(z)) * 2j * np.pi / period
    slope = np.fft.ifft(frequencies[:, None] * np.fft.fft(z, axis=0), axis=0).real
    expected = -np.einsum("pyx,py->px", functions.drift(vectors(result), values), z)
    np.testing.assert_allclose(slope, expected, atol=2e-4 * np.abs(expected).max())
    noise = functions.real_diffusion(vectors(result), values)
    assert result.phase_diffusion.item() == pytest.approx(np.einsum("px,pxy,py->p", z, noise, z).mean(), rel=1e-6)


@pytest.mark.parametrize("field", FIELDS)
def test_long_covariance_runs_have_these_parts(field: float) -> None:
    """After many periods ``QΣQᵀ = Σ_⊥``, ``QΣz = x``, and ``z·Σ·z`` grows by D T a period."""
    phases, periods = 8, 20
    result = cycle(field, phases)
    period, z, v = result.period.item(), result.phase_response.values, result.tangent.values
    times = period * np.arange(periods * phases + 1) / phases
    run = ls.evolve_covariance(
        hopfield(), result.m.values[0], times, temperature=0.6, field=field, tolerance=1e-13
    ).covariance.values
    last = run[-phases - 1 : -1]
    q = np.eye(3) - v[:, :, None] * z[:, None, :]
    size = np.abs(last).max()
    transverse = result.covariance_transverse.values
    np.testing.assert_allclose(q @ last @ np.swapaxes(q, 1, 2), transverse, atol=1e-9 * size)
    cross = np.einsum("pxy,pyz,pz->px", q, last, z)
    np.testing.assert_allclose(cross, result.phase_covariance.values, atol=1e-9 * size)
    growth = np.einsum("px,pxy,py->p", z, last - run[-2 * phases - 1 : -phases - 1], z)
    np.testing.assert_allclose(growth, result.phase_diffusion.item() * period, rtol=1e-7)
    spread = np.einsum("px,pxy,py->p", z, last, z)
    xv = result.phase_covariance.values[:, :, None] * v[:, None, :]
    whole = transverse + xv + np.swapaxes(xv, 1, 2) + spread[:, None, None] * v[:, :, None] * v[:, None, :]
    np.testing.assert_allclose(whole, last, atol=1e-9 * size)


@pytest.mark.parametrize("field", FIELDS)
def test_transverse_covariance_is_one(field: float) -> None:
    """Symmetric, blind to the phase, and with ``QσQᵀ`` within the uncertainty relation."""
    result = cycle(field)
    covariance, z, v = (result[k].values for k in ("covariance_transverse", "phase_response", "tangent"))
    np.testing.assert_allclose(covariance, np.swapaxes(covariance, 1, 2), atol=1e-12)
    np.testing.assert_allclose(np.einsum("pxy,py->px", covariance, z), 0.0, atol=1e-9 * np.abs(covariance).max())
    np.testing.assert_allclose(np.einsum("px,px->p", result.phase_covariance.values, z), 0.0, atol=1e-8)
    q = np.eye(3) - v[:, :, None] * z[:, None, :]
    sigma = numeric_fluctuations(hopfield()).commutators(vectors(result))
    smallest = np.linalg.eigvalsh(covariance + 0.5j * q @ sigma @ np.swapaxes(q, 1, 2))[:, 0]
    assert smallest.min() > -1e-9 * np.abs(covariance).max()


@pytest.mark.parametrize(
    ("omega", "g", "pairs", "kerr"),
    [(1.0, 0.3, 0.2, 0.0), (1.0, 0.3, 0.2, 0.15), (2.0, 1.4, 0.5, -0.3), (1.0, 9.0, 1.0, 0.4)],
)
def test_van_der_pol_oscillator_in_closed_form(omega: float, g: float, pairs: float, kerr: float) -> None:
    """``α̇ = [−i(ω + U n) + g/2 − κ₂ n] α`` and isotropic noise ``3g/2``, of which ``g/2`` from the gain.

    On the circle n = g/(2κ₂), R² = 2n: multiplier e^{−gT}; ``z = e_t/(ΩR) + e_r UR/(gΩ)``; the radius has variance ¾.
    The last case contracts by e^{−20} a period.
    """
    model, number = van_der_pol(), g / (2 * pairs)
    values = {"omega": omega, "g": g, "pairs": pairs, "kerr": kerr}
    result = floquet(model, on_the_circle(model, 0.8 * number), settle=60.0, parameters=values)
    turning, radius = omega + kerr * number, np.sqrt(2 * number)
    period = 2 * np.pi / turning
    assert result.period.item() == pytest.approx(period, rel=1e-9)
    expected = sorted([np.exp(-g * period), np.exp(-period), np.exp(-period / 2), np.exp(-period / 2)], reverse=True)
    np.testing.assert_allclose(multipliers(result), [1.0, *expected], atol=1e-9)
    diffusion = 1.5 * pairs * (1 + (kerr / pairs) ** 2) / turning**2
    assert result.phase_diffusion.item() == pytest.approx(diffusion, rel=1e-8)
    outward = vectors(result)[:, 3:] / radius
    along = np.stack([outward[:, 1], -outward[:, 0]], axis=1)
    response = along / (turning * radius) + outward * kerr * radius / (g * turning)
    np.testing.assert_allclose(result.phase_response.values[:, 3:], response, atol=1e-8)
    np.testing.assert_allclose(result.tangent.values[:, 3:], turning * radius * along, atol=1e-8)
    lasting = outward - kerr / pairs * along
    transverse = 0.75 * lasting[:, :, None] * lasting[:, None, :]
    np.testing.assert_allclose(result.covariance_transverse.values[:, 3:, 3:], transverse, atol=1e-8)
    np.testing.assert_allclose(result.covariance_transverse.values[:, 0, 0], 1.0, atol=1e-9)
    cross = 1.5 * kerr * radius / (g * turning) * lasting
    np.testing.assert_allclose(result.phase_covariance.values[:, 3:], cross, atol=1e-8)


def test_two_blocks_hold_the_cycle_of_one() -> None:
    """The block with the flipped pattern is turned about x; the mean of both blocks fluctuates like one block."""
    turned = np.array([1.0, -1.0, -1.0])
    one = cycle(0.35)
    two = floquet(hopfield(False), [START, START * turned], temperature=0.6, field=0.35)
    assert two.sizes["block"] == 2
    assert two.period.item() == pytest.approx(one.period.item(), rel=1e-9)
    assert two.phase_diffusion.item() == pytest.approx(one.phase_diffusion.item(), rel=1e-7)
    for value in multipliers(one):
        assert np.abs(multipliers(two) - value).min() < 1e-9
    assert np.abs(multipliers(two)[1:]).max() < 0.1
    mean = np.concatenate([np.eye(3), np.diag(turned)], axis=1) / np.sqrt(2.0)
    covariance = mean @ two.covariance_transverse.values @ mean.T
    np.testing.assert_allclose(covariance, one.covariance_transverse.values, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(two.tangent.values @ mean.T, one.tangent.values, atol=1e-7)


def test_unequal_blocks_weigh_in() -> None:
    """Weights enter v and z inversely; the shift of the cycle diffuses as in one block, however it is divided."""
    spins = ls.large_spins(ls.patterns_from_array([[1, 1, 1, -1]]), gauge=False)
    start = [START if e > 0 else START * np.array([1.0, -1.0, -1.0]) for e in spins.coefficients[0]]
    two = floquet(ls.models.hopfield(spins), start, temperature=0.6, field=0.35)
    np.testing.assert_allclose(sorted(two.weight.values), [0.25, 0.75])
    assert two.phase_diffusion.item() == pytest.approx(cycle(0.35).phase_diffusion.item(), rel=1e-7)


def test_parameter_axes_and_outcomes() -> None:
    result = floquet(hopfield(), START, temperature=0.6, field=[0.35, 0.2, 0.6], phases=16)
    assert result.outcome.values.tolist() == ["finished", "no cycle", "finished"]
    assert result.verdict.values.tolist() == ["stable", "", "stable"]
    assert result.usable.values.tolist() == [True, False, True]
    assert result.covariance_transverse.dims == ("field", "phase", "row", "column")
    assert np.isnan(result.period.values).tolist() == [False, True, False]
    for index, field in ((0, 0.35), (2, 0.6)):
        alone = cycle(field)
        assert result.period.values[index] == pytest.approx(alone.period.item(), rel=1e-10)
        assert result.phase_diffusion.values[index] == pytest.approx(alone.phase_diffusion.item(), rel=1e-7)
    np.testing.assert_allclose(result.phase, np.arange(16) / 16)


def test_stationary_state() -> None:
    result = floquet(hopfield(), [0, 0, 0.5], temperature=0.5, field=0.2)
    assert result.outcome.item() == "no cycle"
    assert "|du/dt|" in result.sentence.item()
    assert np.isnan(result.covariance_transverse.values).all()


def test_undamped_precession_is_neutral() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=ls.parameter("omega") * spins.average("z"))
    result = floquet(model, [0.6, 0.0, 0.2], omega=0.8)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "neutral"
    assert result.period.item() == pytest.approx(np.pi / 0.8, rel=1e-9)
    np.testing.assert_allclose(multipliers(result), 1.0, atol=1e-7)
    assert np.isnan(result.covariance_transverse.values).all()
    assert np.isnan(result.phase_response.values).all()


@pytest.mark.parametrize("tolerance", [1e-7, 1e-10])
def test_frequency_that_depends_on_amplitude_is_neutral(tolerance: float) -> None:
    """``h = m_x + 0.4 m_z²``: M is a Jordan block, whose double root 1 splits by the root of the error."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=spins.average("x") + 0.4 * spins.average("z") ** 2)
    result = floquet(model, [0.6, 0.0, 0.3], settle=0.0, tolerance=tolerance)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "neutral"
    assert np.isnan(result.phase_response.values).all()
    run = ls.evolve(model, [0.6, 0.0, 0.3], [0.0, result.period.item()], tolerance=1e-13)
    np.testing.assert_allclose(run.m.values[-1], run.m.values[0], atol=10 * tolerance)


def test_unstable_cycle() -> None:
    model = van_der_pol(-1)
    values = {"omega": 1.0, "g": 0.2, "pairs": 0.1, "kerr": 0.0}
    result = floquet(model, on_the_circle(model, 1.0), settle=0.0, parameters=values)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "unstable"
    assert multipliers(result)[1].real == pytest.approx(np.exp(0.2 * 2 * np.pi), rel=1e-7)
    assert np.isnan(result.covariance_transverse.values).all()
    assert "grow by the factor 3.514 a period in 1 direction(s)" in result.sentence.item()


def two_modes(ratio: float, loss: float) -> ls.Model:
    """A van der Pol oscillator of frequency 1 and an oscillator that does not feel it."""
    a, b = ls.Mode("a"), ls.Mode("b")
    pumped = [ls.CollectiveJump(a.conjugate), ls.CollectiveJump(a.amplitude**2 / sp.sqrt(2))]
    return ls.Model(
        ls.Spins(),
        energy=a.number + ratio * b.number,
        jumps=[ls.Jump(ls.Spins().lowering)],
        collective_jumps=[*pumped, b.loss(loss)],
        modes=[a, b],
    )


def test_quasiperiodic_motion_has_no_period() -> None:
    model = two_modes((np.sqrt(5) - 1) / 2, 0.0)
    start = ls.State(np.array([[0.0, 0.0, -1.0]]), np.array([1.0 + 0j, 0.7]))
    result = floquet(model, start, settle=50.0)
    assert result.outcome.item() == "no cycle"
    assert "misses the start by" in result.sentence.item()
    assert "raise `settle`" in result.sentence.item()


def test_the_period_is_not_one_of_its_multiples() -> None:
    """A faint oscillation at a third of the frequency makes every third return far closer than the others."""
    model = two_modes(1.0 / 3.0, 0.01)
    start = ls.State(np.array([[0.0, 0.0, -1.0]]), np.array([1.0 + 0j, 3e-3]))
    result = floquet(model, start, settle=20.0)
    assert result.period.item() == pytest.approx(2 * np.pi, rel=1e-9)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "stable"
    assert np.abs(multipliers(result)[1]) == pytest.approx(np.exp(-0.01 * np.pi), rel=1e-8)


def test_the_period_is_not_a_part_of_it() -> None:
    """With frequencies 1 and 2 the second mode returns twice as often as the whole."""
    model = two_modes(0.5, 0.0)
    start = ls.State(np.array([[0.0, 0.0, -1.0]]), np.array([1.0 + 0j, 0.7]))
    result = floquet(model, start, settle=30.0)
    assert result.period.item() == pytest.approx(4 * np.pi, rel=1e-9)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "neutral"


def test_a_run_that_has_not_settled_says_so() -> None:
    model = van_der_pol()
    result = floquet(model, on_the_circle(model, 1e-6), settle=0.0, omega=1.0, g=1e-3, pairs=0.2, kerr=0.0)
    assert result.outcome.item() == "no cycle"


def test_divergence_is_an_outcome() -> None:
    model = van_der_pol(-1)
    values = {"omega": 1.0, "g": 0.2, "pairs": 0.1, "kerr": 0.0}
    result = floquet(model, on_the_circle(model, 4.0), settle=0.0, parameters=values)
    assert result.outcome.item() == "failed"
    assert result.sentence.item() == "Failed: the state or a rate diverges."


def test_refusals() -> None:
    values = {"temperature": 0.6, "field": 0.35}
    with pytest.raises(ls.LargespinError, match="`phases` must be at least 8, but it is 7"):
        floquet(hopfield(), START, phases=7, parameters=values)
    with pytest.raises(ls.LargespinError, match="`settle` must be at least 0"):
        floquet(hopfield(), START, settle=-1.0, parameters=values)
    spins = ls.Spins()
    driven = ls.Model(spins, energy=sp.cos(ls.time) * spins.average("x"))
    with pytest.raises(ls.LargespinError, match="depends on time"):
        floquet(driven, START)

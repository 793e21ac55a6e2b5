"""Stationary covariances against closed forms, and what is said where there is none."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from sentences import check_sentence

import largespin as ls
from largespin.fluctuations.linear import product_covariance

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
TWO = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))
DICKE = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.3, losses=0.7)
NORMAL = DICKE.state([-1.0, 0.0, 0.0], modes=0)


def entry(result: xr.Dataset, row: str, column: str) -> float:
    return float(result.covariance.sel(row=row, column=column))


@pytest.mark.parametrize("beta", [0.2, 0.7, 0.95])
def test_curie_weiss(beta: float) -> None:
    result = ls.stationary_covariance(ONE, [0, 0, 0], temperature=1 / beta, field=0.0)
    assert entry(result, "block 0 z", "block 0 z") == pytest.approx(1 / (1 - beta))
    assert entry(result, "block 0 x", "block 0 x") == pytest.approx(1.0)


def test_two_blocks_share_the_critical_fluctuation() -> None:
    """At Ω = 0 the staggered magnetisation fluctuates as 1/(1 − β), the uniform one as 1."""
    result = ls.stationary_covariance(TWO, [0, 0, 0], temperature=2.0, field=0.0)
    own, cross = entry(result, "block 0 z", "block 0 z"), entry(result, "block 0 z", "block 1 z")
    assert own + cross == pytest.approx(1.0)
    assert own - cross == pytest.approx(2.0)


def test_dicke_normal_phase_in_closed_form() -> None:
    """Two coupled oscillators of which one decays; solved with SymPy in docs/fluctuations.md."""
    omega, kappa, field, g = 1.3, 0.7, 0.6, 0.45
    w = 2 * field
    result = ls.stationary_covariance(DICKE, NORMAL, field=field, coupling=g)
    modes = ls.canonical_modes(result)
    v = modes.canonical_covariance.values
    d = w * (kappa**2 + 4 * omega**2) - 16 * g**2 * omega
    expected = {
        ("a_1 q", "a_1 q"): 0.5 + 4 * g**2 * omega / d,
        ("a_1 q", "a_1 p"): 2 * g**2 * kappa / d,
        ("a_1 p", "a_1 p"): 0.5 + g**2 * kappa**2 / (omega * d),
    }
    canonical = modes.canonical_covariance
    for (row, column), value in expected.items():
        assert float(canonical.sel(quadrature=row, quadrature_2=column)) == pytest.approx(value, abs=1e-12)
    number = 0.5 * (v[2, 2] + v[3, 3] - 1)
    r = g**2 / (w * (omega**2 + kappa**2 / 4) / (4 * omega))
    assert number == pytest.approx((omega**2 + kappa**2 / 4) / (8 * omega**2) * r / (1 - r))
    # The spin: q' and p' of some frame, so its invariants.
    spin = v[:2, :2]
    q_spin = (4 * w**2 * kappa**2 + 16 * w**2 * omega**2 - 64 * w * g**2 * omega + (kappa**2 + 4 * omega**2) ** 2) / (
        16 * omega * d
    )
    p_spin = (4 * w**2 + kappa**2 + 4 * omega**2) / (16 * w * omega)
    assert np.linalg.det(spin) == pytest.approx(q_spin * p_spin)
    assert np.trace(spin) == pytest.approx(q_spin + p_spin)
    assert "purity of block 0" in result.sentence.item()


def test_vacuum_and_thermal_modes() -> None:
    """A mode alone with loss κ(n + 1) and gain κn: Σ = n + ½."""
    mode, n = ls.Mode("a"), ls.parameter("n", nonnegative=True)
    spins = ls.Spins()
    gain = ls.CollectiveJump(sp.sqrt(n) * mode.conjugate)
    model = ls.Model(
        spins,
        energy=2.0 * mode.number,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[mode.loss(n + 1), gain],
        modes=[mode],
    )
    result = ls.stationary_covariance(model, model.state([0, 0, -1], modes=0), n=[0.0, 0.3, 2.0])
    for index, occupation in enumerate((0.0, 0.3, 2.0)):
        values = result.covariance.isel(n=index).values
        np.testing.assert_allclose(values[3:, 3:], (occupation + 0.5) * np.eye(2), atol=1e-12)
        np.testing.assert_allclose(values[:3, :3], np.diag([1, 1, 0]), atol=1e-12)
    np.testing.assert_allclose(result.uncertainty.values, 0.0, atol=1e-12)


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_independent_particles_stay_a_product_state(levels: int) -> None:
    """Local jumps at constant rates and a field: every particle for itself, in unequal blocks."""
    generator = np.random.default_rng(levels)
    particles = ls.Particles(levels, weights=np.array([0.3, 0.7]))
    jumps = [
        ls.Jump(generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels)))
        for _ in range(3)
    ]
    model = ls.Model(particles, energy=particles.average(particles.component_names[0]), jumps=jumps)
    states = ls.stationary_states(model, starts=8)
    result = ls.stationary_covariance(model, states.isel(state=0))
    expected = product_covariance(model, states.m.isel(state=0).values)
    np.testing.assert_allclose(result.covariance.values, expected, atol=1e-9)


def test_results_are_taken_with_their_parameters_and_gaps() -> None:
    states = ls.stationary_states(ONE, temperature=[0.6, 2.0], field=[0.2, 0.4])
    result = ls.stationary_covariance(ONE, states)
    assert result.covariance.dims == ("temperature", "field", "state", "row", "column")
    outcome = result.outcome.values
    assert outcome[1, 0, 0] == "finished"
    assert outcome[1, 0, 1] == "no state"
    assert outcome[0, 0, 2] == "no covariance"
    assert result.verdict.values[0, 0, 2] == "unstable"
    assert result.verdict.values[1, 0, 1] == ""
    np.testing.assert_array_equal(np.isnan(result.covariance.values[..., 0, 0]), outcome != "finished")
    np.testing.assert_array_equal(result.usable.values, outcome == "finished")
    single = ls.stationary_covariance(ONE, states.m.values[1, 1, 0], temperature=2.0, field=0.4)
    np.testing.assert_allclose(result.covariance.values[1, 1, 0], single.covariance.values, atol=1e-12)
    assert float(result.temperature[1]) == 2.0
    chosen = ls.stationary_covariance(ONE, states.isel(temperature=1, field=1, state=0))
    np.testing.assert_allclose(chosen.covariance.values, single.covariance.values, atol=1e-12)


def test_what_is_returned_obeys_the_equations() -> None:
    states = ls.stationary_states(TWO, temperature=0.55, field=0.2)
    result = ls.stationary_covariance(TWO, states.isel(state=0))
    j, sigma, commutator = (result[name].values for name in ("drift", "covariance", "commutator"))
    noise = result.diffusion_real.values
    np.testing.assert_allclose(j @ sigma + sigma @ j.T + noise, 0.0, atol=1e-11)
    # σ does not change at a stationary state.
    np.testing.assert_allclose(j @ commutator + commutator @ j.T, -2 * result.diffusion_imag.values, atol=1e-11)
    assert float(result.uncertainty) > 0
    assert list(result.row.values[:2]) == ["block 0 x", "block 0 y"]


def test_critical_unstable_and_undamped_directions_are_named() -> None:
    def sentence(temperature: float, field: float) -> str:
        result = ls.stationary_covariance(ONE, [0, 0, 0], temperature=temperature, field=field)
        return str(result.sentence.item())

    assert sentence(temperature=1.0, field=0.0) == (
        "No stationary covariance: fluctuations along 1.00 block 0 z are not damped."
    )
    assert sentence(temperature=0.5, field=0.0) == (
        "No stationary covariance: the state is unstable: fluctuations along 1.00 block 0 z grow at rate 1."
    )
    spins, mode = ls.Spins(), ls.Mode("b")
    free = ls.Model(spins, energy=3.0 * mode.number, jumps=[ls.Jump(spins.lowering)], modes=[mode])
    words = str(ls.stationary_covariance(free, free.state([0, 0, -1], modes=0)).sentence.item())
    assert words.startswith("No stationary covariance: fluctuations along ")
    assert words.endswith(" oscillate at frequency 3 without damping.")
    assert "0.71 b q, 0.71 b p" in words or "0.71 b p, 0.71 b q" in words


def squeezing_model() -> ls.Model:
    """Spins that conserve z (dephasing and a field along z), driven mode: a linear conserved quantity."""
    spins, mode = ls.Spins(), ls.Mode("a")
    energy = spins.average("z") * mode.field + mode.number
    return ls.Model(
        spins, energy=energy, jumps=[ls.Jump(spins.z, 0.5)], collective_jumps=[mode.loss(1.0)], modes=[mode]
    )


def test_linear_conserved_quantities_need_a_start() -> None:
    """z is conserved with the variance 1 − z²; the mode follows it: F_α = −√2 F_z (1 + i/2)/(5/4)/√2 …"""
    model = squeezing_model()
    z = 0.6
    alpha = -z * (1 + 0.5j) / 1.25
    state = model.state([0, 0, z], [alpha])
    undetermined = ls.stationary_covariance(model, state)
    assert undetermined.outcome.item() == "no covariance"
    assert undetermined.verdict.item() == "undetermined"
    assert "give the start as `like=`." in undetermined.sentence.item()
    result = ls.stationary_covariance(model, state, like=state)
    variance = 1 - z**2
    assert entry(result, "block 0 z", "block 0 z") == pytest.approx(variance)
    slope = np.sqrt(2) * np.array([alpha.real, alpha.imag]) / z
    expected = 0.5 * np.eye(2) + variance * np.outer(slope, slope)
    np.testing.assert_allclose(result.covariance.values[3:, 3:], expected, atol=1e-10)
    np.testing.assert_allclose(result.covariance.values[3:, 2], variance * slope, atol=1e-10)
    # The same from a long run.
    late = ls.evolve_covariance(model, state, 200.0)
    np.testing.assert_allclose(late.covariance.values[2:, 2:], expected_block(variance, slope), atol=1e-8)


def expected_block(variance: float, slope: Any) -> Any:
    full = np.zeros((3, 3))
    full[0, 0], full[0, 1:], full[1:, 0] = variance, variance * slope, variance * slope
    full[1:, 1:] = 0.5 * np.eye(2) + variance * np.outer(slope, slope)
    return full


def test_conserved_spectra_keep_the_product_variance() -> None:
    """Dicke spins in mixed states: |m| is conserved, its fluctuation keeps 1 − |m|² and drags the others along."""
    length = 0.8
    states = ls.stationary_states(DICKE, like=DICKE.state([length, 0, 0], modes=0), field=0.6, coupling=0.75, starts=16)
    stable = states.isel(state=0)
    result = ls.stationary_covariance(DICKE, stable)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "stable"
    m = stable.m.values[0]
    along = m / np.linalg.norm(m)
    sigma = result.covariance.values
    assert along @ sigma[:3, :3] @ along == pytest.approx(1 - length**2)
    late = ls.evolve_covariance(
        DICKE, DICKE.state(m, [complex(stable.q[0], stable.p[0]) / np.sqrt(2)]), 2000.0, field=0.6, coupling=0.75
    )
    np.testing.assert_allclose(sigma, late.covariance.values, atol=1e-6)
    assert float(result.uncertainty) > -1e-12


def test_unequal_blocks_against_a_long_run() -> None:
    patterns = ls.patterns_from_array([[1, 1, 1, -1, -1, 1, 1, 1], [1, 1, -1, -1, 1, 1, 1, -1]])
    model = ls.models.hopfield(ls.large_spins(patterns, gauge=False))
    run = ls.evolve(model, model.state([0.0, 0.1, 0.3]), 2000.0, temperature=0.7, field=0.1)
    result = ls.stationary_covariance(model, run)
    late = ls.evolve_covariance(model, run_state(model, run), 1000.0, temperature=0.7, field=0.1)
    np.testing.assert_allclose(result.covariance.values, late.covariance.values, atol=1e-7)


def run_state(model: ls.Model, run: xr.Dataset) -> ls.State:
    return model.state(run.m.transpose("block", "component").values)


SENTENCES: dict[str, tuple[Any, str]] = {
    "moving": (
        lambda: ls.stationary_covariance(ONE, [0, 0, 0.5], temperature=0.5, field=0.2),
        "Argument `start` must be stationary, but |du/dt| = 0.45; find states with `stationary_states`, or follow the "
        "covariance with `evolve_covariance`.",
    ),
    "no state": (
        lambda: ls.stationary_covariance(ONE, [0, 0, 1.5], temperature=0.5, field=0.2),
        "Argument `start` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but a smallest eigenvalue is -0.25.",
    ),
    "another model": (
        lambda: ls.stationary_covariance(TWO, ls.stationary_states(ONE, temperature=2.0, field=0.1)),
        "Argument `start` must belong to the given model, but the result was made with another one.",
    ),
    "whole run": (
        lambda: ls.stationary_covariance(ONE, ls.evolve(ONE, [0, 0, 0.5], [0, 1], temperature=0.5, field=0.2)),
        "Argument `start` must not be a whole run, but it has the axis `time`; choose one time, for instance with "
        "`.isel(time=-1)`.",
    ),
    "other dataset": (
        lambda: ls.stationary_covariance(ONE, xr.Dataset({"x": 1.0})),
        "Argument `start` must be a result that holds states, as `evolve` and `stationary_states` make it, but it has no `m` over "
        "block and component.",
    ),
    "missing parameter": (
        lambda: ls.stationary_covariance(ONE, [0, 0, 0], field=0.2),
        "Parameter `temperature` (T) has no value; give it as `temperature=…`.",
    ),
    "ensemble like": (
        lambda: ls.stationary_covariance(
            squeezing_model(),
            squeezing_model().state([0, 0, 0], modes=0),
            like=squeezing_model().state(np.zeros((2, 1, 3)), modes=0),
        ),
        "Argument `like` must be one state, but it holds several along start (2); choose one, for instance with `.isel(…)`.",
    ),
    "model": (
        lambda: ls.stationary_covariance("hopfield", [0, 0, 0]),  # type: ignore[arg-type]
        "Argument `model` must be a Model, but it is a str.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    check_sentence(*SENTENCES[name])


def test_a_model_with_explicit_time_has_none() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    with pytest.raises(ls.LargespinError, match="depends on time explicitly"):
        ls.stationary_covariance(model, [0, 0, -1])


def test_linear_conserved_quantities_of_unequal_blocks_against_a_long_run() -> None:
    """Each block conserves its own z; both push the mode, so the mode carries both variances."""
    particles = ls.Spins(weights=np.array([0.3, 0.7]))
    mode = ls.Mode("a")
    pushed = particles.average("z", coefficients=[1.0, -0.4], symbol="s")
    model = ls.Model(
        particles,
        energy=pushed * mode.field + mode.number,
        jumps=[ls.Jump(particles.z, 0.5)],
        collective_jumps=[mode.loss(1.0)],
        modes=[mode],
    )
    start = model.state([[0.1, 0.2, 0.5], [0.2, 0.0, -0.6]], modes=0)
    late = ls.evolve_covariance(model, start, 300.0)
    at = ls.stationary_states(model, like=start, starts=4)
    result = ls.stationary_covariance(model, at.isel(state=0), like=start)
    assert result.outcome.item() == "finished"
    assert result.verdict.item() == "stable"
    np.testing.assert_allclose(result.covariance.values, late.covariance.values, atol=1e-8)
    other = ls.stationary_covariance(model, at.isel(state=0), like=model.state([[0, 0, 0.9], [0, 0, -0.6]], modes=0))
    assert np.abs(other.covariance.values - late.covariance.values).max() > 0.1


def test_amplitudes_without_a_derivative_are_said() -> None:
    """Γ = √n with n = 0 at the state: the noise contains Γ' = 1/(2√n)."""
    spins = ls.Spins()
    up = (1 + spins.average("z")) / 2
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, sp.sqrt(up)), ls.Jump(spins.lowering, 0.5)])
    result = ls.stationary_covariance(model, [0, 0, -1])
    assert result.outcome.item() == "no covariance"
    assert result.verdict.item() == "not finite"
    assert "an amplitude such as √n has no derivative" in result.sentence.item()
    assert np.isnan(result.covariance.values).all()


def test_where_nothing_can_move_everything_keeps_its_variance() -> None:
    """``h = m_z m_x`` at m = 0: every direction is conserved to first order."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=spins.average("z") * spins.average("x"))
    result = ls.stationary_covariance(model, [0, 0, 0])
    assert result.sentence.item().startswith("Stationary: every direction is conserved")
    np.testing.assert_allclose(result.covariance.values, np.eye(3), atol=1e-14)


def test_values_of_the_call_win_over_those_of_a_result() -> None:
    """m = 0 is stationary without field at every temperature, wherever it was found."""
    states = ls.stationary_states(ONE, temperature=[1.5, 2.0], field=0.0)
    result = ls.stationary_covariance(ONE, states, temperature=3.0)
    assert result.covariance.dims[:-2] == ("start_temperature", "state")
    np.testing.assert_array_equal(result["start_temperature"], [1.5, 2.0])
    assert float(result.temperature) == 3.0
    again = ls.stationary_covariance(ONE, [0, 0, 0], temperature=3.0, field=0.0)
    np.testing.assert_allclose(result.covariance.values[0, 0], again.covariance.values, atol=1e-12)


def test_unphysical_results_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small part of the right covariance violates the uncertainty relation of a nearly pure state."""
    monkeypatch.setattr("largespin.fluctuations.stationary_covariance.solve_lyapunov", lambda j, q: 0.01 * q)
    states = ls.stationary_states(ONE, temperature=0.3, field=0.1)
    result = ls.stationary_covariance(ONE, states.isel(state=0))
    assert result.outcome.item() == "unphysical"
    assert not result.usable.item()
    assert f"has the eigenvalue {float(result.uncertainty):.3g}" in result.sentence.item()

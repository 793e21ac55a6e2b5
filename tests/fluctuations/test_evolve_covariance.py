"""Covariance along runs: closed forms, two integrators, every kind of start, and bad ones."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from hypothesis import given
from random_models import KINDS, SEEDS, examples, library_model, recipe, start_state
from scipy.integrate import solve_ivp
from sentences import check_sentence

import largespin as ls
from largespin.fluctuations.flow import CovarianceFlow
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
TWO = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
DOWN = DICKE.state([-1, 0, 0], modes=0)


@pytest.mark.slow
@examples(5)
@given(SEEDS, KINDS)
def test_taylor_and_runge_kutta_agree(seed: int, kind: str) -> None:
    """Random models with a mode and a drive: heyoka's joint system, and the matrix equation written out for SciPy."""
    plan = recipe(seed, levels=2 + seed % 2, blocks=1 + seed % 2, mode=seed % 3 == 0, kind=kind)
    model = library_model(plan, driven=True)
    start = start_state(plan, model)
    run = ls.evolve_covariance(model, start, [0.0, 0.2, 0.5], tolerance=1e-11)
    functions, p = numeric_fluctuations(model), np.array([1.0])
    n = model.number_of_variables

    def rhs(t: float, y: Any) -> Any:
        u, s = y[:n], y[n:].reshape(n, n)
        j = functions.drift(u, p, t)
        change = j @ s + s @ j.T + functions.diffusion(u, p, t).real
        return np.concatenate([functions.mean_field.rhs(u, p, t), change.ravel()])

    begin = np.concatenate([start.vector, product_covariance(model, start.bloch).ravel()])
    theirs = solve_ivp(rhs, (0.0, 0.5), begin, t_eval=[0.0, 0.2, 0.5], method="DOP853", rtol=1e-10, atol=1e-12)
    expected = theirs.y[n:].T.reshape(3, n, n)
    size = np.abs(expected).max()
    np.testing.assert_allclose(run.covariance.values, expected, atol=1e-7 * size)
    assert run.uncertainty.values.min() > -1e-9 * size
    assert run.outcome.item() == "finished"


@pytest.mark.parametrize("levels", [2, 3])
def test_independent_particles_stay_product_states_on_the_way(levels: int) -> None:
    generator = np.random.default_rng(levels)
    particles = ls.Particles(levels, weights=np.array([0.25, 0.75]))
    jump = generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))
    energy = sp.cos(ls.time) * particles.average(particles.component_names[0])
    model = ls.Model(particles, energy=energy, jumps=[ls.Jump(jump), ls.Jump(jump.T.copy(), 0.3)])
    start = model.state(0.3 * generator.uniform(-1, 1, size=(2, levels**2 - 1)) / levels)
    run = ls.evolve_covariance(model, start, np.linspace(0, 3, 7))
    expected = product_covariance(model, run.m.values)
    np.testing.assert_allclose(run.covariance.values, expected, atol=1e-8)


def test_squeezed_thermal_mode_decays_to_the_vacuum() -> None:
    """``Σ(t) = ½ + e^{−κt} R (Σ(0) − ½) Rᵀ`` with R the rotation by ωt."""
    mode, spins = ls.Mode("a"), ls.Spins()
    model = ls.Model(
        spins,
        energy=1.7 * mode.number,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[mode.loss(0.4)],
        modes=[mode],
    )
    start = model.state([0, 0, -1], [0.3 + 0.2j])
    begin = ls.initial_covariance(model, start, occupation=0.8, squeezing=0.5, angle=0.3)
    cos, sin = np.cos(0.3), np.sin(0.3)
    own = begin.values[3:, 3:]
    assert np.array([cos, sin]) @ own @ np.array([cos, sin]) == pytest.approx(1.3 * np.exp(-1.0))
    times = np.array([0.0, 0.7, 2.0])
    run = ls.evolve_covariance(model, start, times, covariance=begin)
    for t, values in zip(times, run.covariance.values[:, 3:, 3:], strict=True):
        turn = np.array([[np.cos(1.7 * t), np.sin(1.7 * t)], [-np.sin(1.7 * t), np.cos(1.7 * t)]])
        expected = 0.5 * np.eye(2) + np.exp(-0.4 * t) * turn @ (own - 0.5 * np.eye(2)) @ turn.T
        np.testing.assert_allclose(values, expected, atol=1e-9)


def test_the_other_solvers_agree() -> None:
    values: dict[str, Any] = {"temperature": 0.6, "field": 0.2}
    start = TWO.state([[0.1, 0.2, 0.6], [0.0, -0.1, -0.5]])
    taylor = ls.evolve_covariance(TWO, start, 2.0, **values)
    implicit = ls.evolve_covariance(TWO, start, 2.0, method="implicit", **values)
    assert "Radau" in implicit.solver.item()
    np.testing.assert_allclose(implicit.covariance.values, taylor.covariance.values, atol=1e-6)


def test_many_variables_use_an_explicit_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(4))
    start = model.state([0.0, 0.1, 0.6])
    values: dict[str, Any] = {"temperature": 0.6, "field": 0.2}
    taylor = ls.evolve_covariance(model, start, 1.0, **values)
    monkeypatch.setattr("largespin.fluctuations.flow.LARGEST_TAYLOR", 20)
    other = ls.models.hopfield(ls.ideal_large_spins(4), rates="exponential", pair_coupling=True)
    explicit = ls.evolve_covariance(other, start, 1.0, pair_coupling=0.0, **values)
    assert explicit.solver.item() == "explicit DOP853 (SciPy)"
    assert "too large for the Taylor integrator" in explicit.sentence.item()
    np.testing.assert_allclose(explicit.covariance.values, taylor.covariance.values, atol=1e-7)


def test_ensembles_of_parameters_starts_and_covariances() -> None:
    starts = ONE.state(np.array([[[0, 0, 0.5]], [[0, 0.2, 0.1]]]))
    begin = ls.initial_covariance(ONE, starts)
    assert begin.dims == ("start", "row", "column")
    run = ls.evolve_covariance(ONE, starts, [0.0, 1.0], covariance=begin, temperature=[0.5, 1.0, 2.0], field=0.2)
    assert run.covariance.dims == ("temperature", "start", "time", "row", "column")
    single = ls.evolve_covariance(ONE, [0, 0.2, 0.1], [0.0, 1.0], temperature=1.0, field=0.2)
    np.testing.assert_allclose(run.covariance.values[1, 1], single.covariance.values, atol=1e-9)
    plain = ls.evolve_covariance(ONE, starts, 1.0, covariance=2 * np.eye(3), temperature=1.0, field=0.2)
    assert plain.covariance.shape == (2, 3, 3)


def test_a_long_run_ends_in_the_stationary_covariance() -> None:
    run = ls.evolve_covariance(DICKE, DOWN, 300.0, field=0.5, coupling=0.4)
    result = ls.stationary_covariance(DICKE, DOWN, field=0.5, coupling=0.4)
    np.testing.assert_allclose(run.covariance.values, result.covariance.values, atol=1e-9)


def test_fluctuations_grow_without_bound_on_a_limit_cycle() -> None:
    run = ls.evolve_covariance(ONE, [0, 0.1, 0.1], [0.0, 200.0, 400.0], temperature=0.6, field=0.6)
    trace = np.trace(run.covariance.values, axis1=-2, axis2=-1)
    assert trace[2] > 1.5 * trace[1] > 100


def test_joined_states_come_apart_again() -> None:
    flow = CovarianceFlow(TWO)
    generator = np.random.default_rng(0)
    u, root = generator.normal(size=(4, 6)), generator.normal(size=(4, 6, 6))
    covariance = root + np.swapaxes(root, -1, -2)
    back = flow.parted(flow.joined(u, covariance))
    np.testing.assert_array_equal(back[0], u)
    np.testing.assert_array_equal(back[1], covariance)
    assert flow.number_of_variables == 27


def pulsed(shape: sp.Expr) -> tuple[ls.Model, ls.State]:
    """A mode whose position is measured for a while: ``ℓ = 3 f(t) q`` heats p at the rate 9 f²."""
    mode, spins = ls.Mode("a"), ls.Spins()
    model = ls.Model(
        spins, jumps=[ls.Jump(spins.lowering)], collective_jumps=[ls.CollectiveJump(3 * shape * mode.q)], modes=[mode]
    )
    return model, model.state([0, 0, -1], modes=0)


def test_pulses_of_noise_are_not_lost() -> None:
    """``Var p`` grows by ``∫ 9 e^{−40(t−50)²} dt``: late, short, and in the noise alone."""
    model, start = pulsed(sp.exp(-20 * (ls.time - 50) ** 2))
    run = ls.evolve_covariance(model, start, [0.0, 49.0, 51.0, 100.0])
    heat = 9 * np.sqrt(np.pi / 40)
    values = run.covariance.sel(row="a p", column="a p").values
    np.testing.assert_allclose(values, [0.5, 0.5, 0.5 + heat, 0.5 + heat], atol=1e-6)
    assert ls.drift_diffusion(model, start, time=50.0).diffusion_real.sel(row="a p", column="a p") == pytest.approx(9.0)


def test_noise_that_depends_on_time_is_not_stationary() -> None:
    model, start = pulsed((1 + sp.cos(3 * ls.time)) / 2)
    for refused in (
        lambda: ls.stationary_covariance(model, start),
        lambda: ls.floquet(model, start),
    ):
        with pytest.raises(ls.LargespinError, match="The noise of the model depends on time explicitly"):
            refused()


def test_labels_of_a_given_covariance_count() -> None:
    begin = ls.initial_covariance(DICKE, DOWN, occupation=1.5, squeezing=0.4)
    values: dict[str, Any] = {"field": [0.5, 1.0], "coupling": 0.4}
    straight = ls.evolve_covariance(DICKE, DOWN, 2.0, covariance=begin, **values)
    shuffled = begin.isel(row=[3, 0, 4, 2, 1], column=[1, 4, 0, 2, 3])
    again = ls.evolve_covariance(DICKE, DOWN, 2.0, covariance=shuffled, **values)
    np.testing.assert_array_equal(straight.covariance.values, again.covariance.values)
    for fields in ([5.0, 7.0], [0.5, 1.0, 2.0]):
        other = begin.expand_dims(field=fields)
        with pytest.raises(ls.LargespinError, match="Axis `field` of `covariance` must be the one of the runs"):
            ls.evolve_covariance(DICKE, DOWN, 2.0, covariance=other, **values)
    with pytest.raises(ls.LargespinError, match="must have the rows block 0 x, "):
        ls.evolve_covariance(
            ONE, [0, 0, 1], 1.0, covariance=begin.isel(row=[0, 1, 3], column=[0, 1, 3]), temperature=1.0, field=0.1
        )


def test_implicit_is_implicit_or_refused() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(4))
    with pytest.raises(ls.LargespinError, match="must be auto or taylor for the covariance of more than 12 variables"):
        ls.evolve_covariance(model, [0, 0, 0.5], 1.0, method="implicit", temperature=1.0, field=0.1)


def test_unphysical_results_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"temperature": [0.5, 1.0], "field": 0.2}
    monkeypatch.setattr(
        "largespin.fluctuations.evolve_covariance.violates", lambda smallest, _: smallest < np.nanmin(smallest) + 1e-12
    )
    run = ls.evolve_covariance(ONE, [0, 0.1, 0.5], [0.0, 1.0], parameters=values)
    assert sorted(run.outcome.values) == ["finished", "unphysical"]
    worst = run.isel(temperature=int(np.argmax(run.outcome.values == "unphysical")))
    assert f"But Σ + iσ/2 has the eigenvalue {float(worst.uncertainty.min()):.2g}, which" in worst.sentence.item()


def bad(covariance: Any, start: Any = (0, 0, 0.5), **options: Any) -> Any:
    return ls.evolve_covariance(ONE, start, 1.0, covariance=covariance, temperature=0.5, field=0.2, **options)


SENTENCES: dict[str, tuple[Any, str]] = {
    "wrong size": (
        lambda: bad(np.eye(4)),
        "Argument `covariance` must end in 3 rows and columns, but its shape is (4, 4).",
    ),
    "not symmetric": (
        lambda: bad(np.eye(3) + np.triu(np.ones((3, 3)), 1)),
        "Argument `covariance` must be symmetric, but entries differ by 1.",
    ),
    "uncertainty": (
        lambda: bad(0.4 * np.eye(3)),
        "Argument `covariance` must obey Σ + iσ/2 ≥ 0 (the uncertainty relation), but the smallest eigenvalue is -0.1.",
    ),
    "NaN": (
        lambda: bad(np.full((3, 3), np.nan)),
        "Argument `covariance` must be finite, but it contains NaN or infinity.",
    ),
    "other leading axes": (
        lambda: bad(np.tile(np.eye(3), (5, 1, 1))),
        "Argument `covariance` must be one matrix or have the leading axes () of the runs, but its shape is (5, 3, 3); "
        "label its axes to vary it along some of them.",
    ),
    "other labels": (
        lambda: bad(xr.DataArray(np.tile(np.eye(3), (5, 1, 1)), dims=("shot", "row", "column"))),
        "Argument `covariance` must have the axes row, column and any of no others, but its axes are shot, row, column.",
    ),
    "no state": (
        lambda: bad(None, (0, 0, 2.0)),
        "Argument `start` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but a smallest eigenvalue is -0.5.",
    ),
    "occupation": (
        lambda: ls.initial_covariance(DICKE, DOWN, occupation=-1.0),
        "Argument `occupation` must be at least 0, but it is -1.",
    ),
    "per mode": (
        lambda: ls.initial_covariance(DICKE, DOWN, squeezing=[0.1, 0.2]),
        "Argument `squeezing` must be one number or one per mode (1), but its shape is (2,).",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    check_sentence(*SENTENCES[name])

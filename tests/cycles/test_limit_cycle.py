"""Cycles of models: against closed forms, long runs and the Floquet analysis of fluctuations; every failure says why."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from scipy.interpolate import CubicSpline
from sentences import check_sentence

import largespin as ls
from largespin import limit_cycle
from largespin.fluctuations.floquet import floquet
from largespin.models.ready.rates import Rates

START = [0.0, 0.1, 0.1]
POINT: dict[str, Any] = {"temperature": 0.6, "field": 0.6}


@lru_cache
def hopfield(rates: Rates = "exponential", patterns: int = 1) -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(patterns), rates=rates)


@lru_cache
def crystal() -> ls.Model:
    spins, omega = ls.Spins(), ls.parameter("omega")
    kappa = ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * (spins.average("x") - sp.I * spins.average("y")) / 2)
    return ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=[decay])


@lru_cache
def laser() -> ls.Model:
    """A mode with gain g and pair loss κ₂, and a spin that looks on: |α|² = g/(2κ₂), a circle."""
    spins, a = ls.Spins(), ls.Mode("a")
    omega = ls.parameter("omega")
    g, pairs = ls.parameter("g", positive=True), ls.parameter("pairs", symbol="kappa_2", positive=True)
    return ls.Model(
        spins,
        energy=omega * a.number,
        jumps=[ls.Jump(spins.lowering)],
        collective_jumps=[
            ls.CollectiveJump(sp.sqrt(g) * a.conjugate),
            ls.CollectiveJump(sp.sqrt(pairs) * a.amplitude**2),
        ],
        modes=[a],
    )


@lru_cache
def cycle() -> xr.Dataset:
    return limit_cycle(hopfield(), START, **POINT)


def test_period_and_amplitude_are_those_of_a_long_run() -> None:
    times = np.linspace(0.0, 300.0, 30001)
    run = ls.evolve(hopfield(), START, times, tolerance=1e-12, **POINT)
    overlap = run.overlap.values[:, 0]
    roots = CubicSpline(times, overlap).roots(extrapolate=False)
    rising = roots[roots > 150.0][::2]
    expected = (rising[-1] - rising[0]) / (len(rising) - 1)
    assert cycle().period.item() == pytest.approx(expected, rel=1e-8)
    late = overlap[times > 150.0]
    assert cycle().overlap_amplitude.item() == pytest.approx(late.max() - late.min(), abs=2e-6)
    assert cycle().outcome.item() == "finished"
    assert cycle().sentence.item() == "Stable cycle of period 6.01019: disturbances shrink by the factor 0.35 a period."


def test_states_over_the_phase_are_those_of_a_run() -> None:
    result = cycle()
    assert result.phase.values[[0, -1]].tolist() == [0.0, 1.0]
    np.testing.assert_allclose(result.m.values[0], result.m.values[-1], atol=1e-12)
    assert result.overlap.values[:, 0].argmax() in (0, 200)
    times = result.phase.values * result.period.item()
    run = ls.evolve(hopfield(), result.m.values[0], times, tolerance=1e-12, **POINT)
    np.testing.assert_allclose(result.m.values, run.m.values, atol=1e-9)


@pytest.mark.parametrize("field", [0.35, 0.6])
def test_multipliers_agree_with_the_floquet_analysis_of_fluctuations(field: float) -> None:
    ours = limit_cycle(hopfield(), START, temperature=0.6, field=field)
    theirs = floquet(hopfield(), START, temperature=0.6, field=field)
    assert ours.period.item() == pytest.approx(theirs.period.item(), rel=1e-10)
    np.testing.assert_allclose(ours.multiplier_real, theirs.multiplier_real, atol=1e-9)
    np.testing.assert_allclose(ours.multiplier_imag, 0.0, atol=1e-12)
    assert ours.shift_error.item() < 1e-10


def test_a_laser_runs_around_a_circle() -> None:
    start = ls.State(np.array([[0.0, 0.0, -1.0]]), np.array([1.0 + 0j]))
    result = limit_cycle(laser(), start, omega=1.3, g=0.5, pairs=0.2)
    assert result.period.item() == pytest.approx(2 * np.pi / 1.3, rel=1e-10)
    np.testing.assert_allclose(result.occupation, 0.5 / 0.4, rtol=1e-9)
    np.testing.assert_allclose(result.q_amplitude, 2 * np.sqrt(2 * 0.5 / 0.4), rtol=1e-6)
    np.testing.assert_allclose(result.p_amplitude, result.q_amplitude, rtol=1e-6)


@pytest.mark.parametrize("start", [[0.0, 0.6, 0.8], [0.48, 0.36, 0.8]])
def test_the_time_crystal_has_a_family_of_neutral_cycles(start: list[float]) -> None:
    result = limit_cycle(crystal(), start, settle=0.0, omega=0.9, kappa=1.0)
    assert result.period.item() == pytest.approx(2 * np.pi / np.sqrt(0.81 - 0.25), rel=1e-10)
    assert result.verdict.item() == "neutral"
    assert result.conserved.item() == 2
    np.testing.assert_allclose(result.multiplier_real, 1.0, atol=1e-5)
    np.testing.assert_allclose((result.m**2).sum("component"), 1.0, atol=1e-10)
    assert (
        "one of a family, 1 further multiplier(s) of modulus 1; 1 conserved quantity(ies) left out"
        in result.sentence.item()
    )


def test_blocks_that_do_not_feel_each_other_are_neutral() -> None:
    # Two orthogonal patterns in two blocks: each block has its own local field 2·(own share), so phases are free.
    signs = hopfield(patterns=2).particles.coefficients[0]
    start = np.stack([0 * signs, 0.1 * signs, 0.1 * signs], axis=-1)
    result = limit_cycle(hopfield(patterns=2), start, **POINT)
    assert result.period.item() == pytest.approx(cycle().period.item(), rel=1e-10)
    assert result.verdict.item() == "neutral"


def test_a_grid_says_point_by_point_what_was_found() -> None:
    result = limit_cycle(hopfield(), START, temperature=0.6, field=[0.1, 0.3, 0.6], phases=33)
    assert result.outcome.values.tolist() == ["no cycle", "finished", "finished"]
    assert result.period.values[2] == pytest.approx(cycle().period.item(), rel=1e-10)
    assert result.usable.values.tolist() == [False, True, True]
    assert np.isnan(result.period.values[0])
    assert np.isnan(result.m.values[0]).all()
    assert result.verdict.values.tolist() == ["", "stable", "stable"]
    assert result.sentence.values[0].startswith("No cycle: the run came to rest at a stationary state, |du/dt| = ")
    assert result.sizes["phase"] == 33


def test_failures_are_sentences() -> None:
    rest = limit_cycle(hopfield(), [0.0, 0.0, 0.0], settle=0.0, **POINT)
    assert rest.sentence.item().endswith("start beside it, for an unstable state stays where it is.")
    early = limit_cycle(hopfield(), [0.0, 0.0, 0.9], settle=1.0, temperature=0.7, field=0.5)
    assert early.outcome.item() == "no cycle"
    assert early.sentence.item().startswith("No period found: ")


def test_bad_arguments_are_refused() -> None:
    def call(**changed: Any) -> Any:
        arguments: dict[str, Any] = {"start": START, **POINT, **changed}
        start = arguments.pop("start")
        return lambda: limit_cycle(hopfield(), start, **arguments)

    check_sentence(call(phases=4), "Argument `phases` must be at least 17, but it is 4.")
    check_sentence(call(tolerance=1e-3), "Argument `tolerance` must lie in [1e-15, 1e-06], but it is 0.001.")
    check_sentence(call(settle=-1.0), "Argument `settle` must be at least 0, but it is -1.")


def test_amplitudes_do_not_depend_on_the_number_of_phases() -> None:
    coarse = limit_cycle(hopfield(), START, temperature=0.6, field=0.2942, settle=2000.0, phases=17)
    assert coarse.period.item() > 150.0
    times = np.linspace(0.0, coarse.period.item(), 100001)
    run = ls.evolve(hopfield(), coarse.m.values[0], times, tolerance=1e-11, temperature=0.6, field=0.2942)
    exact = run.m.max("time") - run.m.min("time")
    np.testing.assert_allclose(coarse.m_amplitude, exact, atol=1e-5)

"""How runs end: finished, stopped, failed, unphysical, interrupted; and by which solver."""

from typing import Any, Literal

import numpy as np
import pytest
import sympy as sp
from solved import library_rhs

import largespin as ls
from largespin.meanfield import ensemble as ensemble_module
from largespin.meanfield.evolve import final_states
from largespin.model.operators import transition

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
START = [0.0, 0.0, 0.5]
METHODS = ["taylor", "implicit"]


def exploding() -> ls.Model:
    """``q̇ = g q²``: infinite at t = 1/(g q_0)."""
    mode = ls.Mode("a")
    return ls.Model(ls.Spins(), energy=ls.parameter("g") * mode.q**2 * mode.p, modes=[mode])


@pytest.mark.parametrize("method", METHODS)
def test_finished(method: Literal["taylor", "implicit"]) -> None:
    run = ls.evolve(ONE, START, [0.0, 2.0], method=method, temperature=0.5, field=0.2)
    assert run.outcome.item() == "finished"
    assert run.sentence.item().startswith("Reached t = 2")
    assert float(run.end_time) == 2.0
    assert ("heyoka" in run.solver.item()) is (method == "taylor")


@pytest.mark.parametrize("method", METHODS)
def test_stop_when_stationary(method: Literal["taylor", "implicit"]) -> None:
    rule = ls.StopWhenStationary(1e-5)
    run = ls.evolve(ONE, START, np.linspace(0, 500, 11), stop=rule, method=method, temperature=0.5, field=0.2)
    assert run.outcome.item() == "stopped"
    end = float(run.end_time)
    assert run.sentence.item() == f"Stopped at t = {end:g}: the state is stationary, |du/dt| < 1e-05."
    assert 5 < end < 100
    reached = run.time.values <= end
    assert np.isfinite(run.m.values[reached]).all()
    assert np.isnan(run.m.values[~reached]).all()
    later = ls.evolve(ONE, START, 500.0, stop=rule, method=method, temperature=0.5, field=0.2)
    speed = np.linalg.norm(library_rhs(ONE, later.m.values.ravel(), {"temperature": 0.5, "field": 0.2}))
    assert speed == pytest.approx(1e-5, rel=1e-2)


@pytest.mark.parametrize("method", METHODS)
def test_stop_when_already_stationary(method: Literal["taylor", "implicit"]) -> None:
    run = ls.evolve(ONE, [0, 0, 0], [0.0, 5.0], stop=ls.StopWhenStationary(), method=method, temperature=2.0, field=0.2)
    assert run.outcome.item() == "stopped"
    assert run.sentence.item() == "Stopped at the start: the state is stationary, |du/dt| < 1e-09."
    assert float(run.end_time) == 0.0
    np.testing.assert_array_equal(run.m.values[0, 0], [0, 0, 0])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("direction", "crossing"), [("rising", 0.75), ("falling", 0.25), ("any", 0.25)])
def test_stop_when_an_expression_crosses_zero(
    method: Literal["taylor", "implicit"], direction: str, crossing: float
) -> None:
    """A spin that turns as z = cos 2πt falls through zero at t = 1/4 and rises at t = 3/4, 7/4."""
    spins = ls.Spins()
    y, z = spins.average("y"), spins.average("z")
    coupled = ls.Model(spins, energy=np.pi * spins.average("x") + sp.Float(1e-30) * z * y)
    run = ls.evolve(coupled, [0, 0, 1], 3.0, stop=ls.StopWhen(z, direction), method=method, tolerance=1e-11)
    assert float(run.end_time) == pytest.approx(crossing, abs=1e-7)
    assert run.sentence.item() == f"Stopped at t = {crossing:g}: m_z crossed zero ({direction})."
    np.testing.assert_allclose(run.m.values[0, 2], 0.0, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_first_of_several_rules_wins_and_parameters_may_occur(method: Literal["taylor", "implicit"]) -> None:
    T = next(p for p in ONE.parameters.values() if p.key == "temperature")
    o = next(s for s in ONE.averages if str(s) == "o_1")
    rules = (ls.StopWhen(ls.time - 50, "rising"), ls.StopWhen(o - T, "rising"))
    run = ls.evolve(ONE, START, 100.0, stop=rules, method=method, temperature=[0.6, 0.8], field=0.05)
    assert list(run.outcome.values) == ["stopped", "stopped"]
    assert run.sentence.values[0].endswith("-T + o_1 crossed zero (rising).")
    np.testing.assert_allclose(run.overlap.values[0], 0.6, atol=1e-6)
    assert run.sentence.values[1] == "Stopped at t = 50: t - 50 crossed zero (rising)."


def test_three_level_runs_can_stop() -> None:
    atoms = ls.Particles(3)
    model = ls.Model(atoms, jumps=[ls.Jump(transition(3, 1, 0)), ls.Jump(transition(3, 2, 1))])
    times = np.linspace(0, 100, 5)
    run = ls.evolve(model, np.diag([1.0, 0, 0]), times, stop=ls.StopWhenStationary(1e-3))
    assert run.outcome.item() == "stopped"
    assert np.isnan(run.m.values[-1]).all()
    assert abs(float(run.smallest_eigenvalue)) < 1e-9


@pytest.mark.parametrize("method", ["auto", "taylor", "implicit"])
def test_a_run_that_explodes_fails_alone(method: Literal["taylor", "implicit"]) -> None:
    model = exploding()
    start = model.state([0, 0, 1], [1.0])
    times = np.array([0.0, 0.3, 5.0])
    g = np.array([-0.1, 1.0, -0.2, 0.0, -0.3, -0.4, -0.5, -0.6, -0.7, -0.8])
    run = ls.evolve(model, start, times, method=method, tolerance=1e-12 if method == "taylor" else 1e-6, g=g)
    q0 = np.sqrt(2.0)
    expected = np.where(np.arange(g.size) == 1, "failed", "finished")
    np.testing.assert_array_equal(run.outcome.values, expected)
    good = g <= 0
    exact = q0 / (1 - g[good, None] * q0 * times)
    np.testing.assert_allclose(run.q.values[good, :, 0], exact, rtol=1e-4)
    assert np.isnan(run.q.values[1, -1, 0])
    sentence = run.sentence.values[1]
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert float(run.end_time[1]) <= 1 / q0 + 1e-6


@pytest.mark.parametrize("method", ["auto", "taylor", "implicit"])
@pytest.mark.parametrize("final", [False, True])
def test_a_rate_that_overflows_fails_alone(method: Literal["taylor", "implicit"], final: bool) -> None:
    """β = 10⁵ makes cosh(βo) infinite at the start already."""
    times: Any = 1.0 if final else [0.0, 1.0]
    run = ls.evolve(ONE, START, times, method=method, temperature=[1e-5, 0.5, 1.0], field=1.0)
    assert list(run.outcome.values) == ["failed", "finished", "finished"]
    assert run.sentence.values[0].startswith("Not finite at t = 0: the state or a rate diverges")
    assert np.isfinite(run.m.values[1:]).all()
    alone = ls.evolve(ONE, START, times, method=method, temperature=0.5, field=1.0)
    np.testing.assert_allclose(run.m.values[1], alone.m.values, atol=1e-7)


def test_a_stiff_run_goes_to_the_implicit_solver_and_says_so() -> None:
    """At T = 0.05 spins flip at rates of e²⁰; the solution itself moves slowly."""
    run = ls.evolve(ONE, START, [0.0, 50.0, 100.0], temperature=[0.05, 0.5], field=0.2)
    assert list(run.outcome.values) == ["finished", "finished"]
    assert "implicit" in run.solver.values[0]
    assert "heyoka" in run.solver.values[1]
    assert "with the implicit solver; the Taylor steps had shrunk to" in run.sentence.values[0]
    o = float(run.overlap.isel(temperature=0, time=-1).squeeze())
    assert o == pytest.approx(np.tanh(o / 0.05) / (1 + 8 * 0.04 / np.cosh(o / 0.05) ** 2), abs=1e-9)


def test_unphysical_states_are_called_so() -> None:
    """A start outside the Bloch ball cannot be given by hand, but a state vector is not checked."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=spins.average("x"))
    outside = model.state_from_vector(np.array([0.0, 0.0, 1.2]))
    run = ls.evolve(model, outside, [0.0, 1.0])
    assert run.outcome.item() == "unphysical"
    assert float(run.smallest_eigenvalue) == pytest.approx(-0.1, abs=1e-9)
    assert run.sentence.item() == (
        "Reached t = 1. But a density matrix has the eigenvalue -0.1: not physical; lower `tolerance`, if it is the integration that errs."
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_what_is_done(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = ensemble_module.solve_single

    def interrupted(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return original(*args)

    monkeypatch.setattr(ensemble_module, "solve_single", interrupted)
    fields = np.linspace(0.1, 1.0, 40)
    with pytest.warns(ls.LargespinWarning, match=r"Interrupted: .* the others of the 40 are NaN"):
        run = ls.evolve(
            ONE, START, [0.0, 1.0], stop=ls.StopWhenStationary(1e-12), workers=workers, temperature=0.5, field=fields
        )
    done = run.outcome.values == "finished"
    assert 3 <= done.sum() < 40
    assert np.isfinite(run.m.values[done]).all()
    assert set(run.outcome.values[~done]) == {"interrupted"}
    assert np.isnan(run.m.values[~done]).all()
    assert set(run.sentence.values[~done]) == {"Interrupted before this run began."}


def test_errors_of_a_worker_are_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(ensemble_module, "solve_single", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        ls.evolve(ONE, START, 1.0, stop=ls.StopWhenStationary(), workers=2, temperature=0.5, field=[0.1, 0.2, 0.3])


def test_final_states_without_a_dataset() -> None:
    fields = np.array([0.1, 0.5, 0.9])
    columns = {"field": fields, "temperature": np.full(3, 0.5)}
    parameters = np.stack([columns[key] for key in ONE.parameters], axis=-1)
    found = final_states(ONE, np.tile(START, (3, 1)), parameters, 2.0)
    run = ls.evolve(ONE, START, 2.0, temperature=0.5, field=fields)
    np.testing.assert_allclose(found, run.m.values[:, 0], atol=1e-9)


def test_a_rate_that_turns_negative_is_named_as_the_cause() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, sp.sqrt(1 - ls.time))])
    run = ls.evolve(model, [0, 0, 1], [0.0, 1.0, 2.0, 3.0])
    assert run.outcome.item() == "unphysical"
    assert not run.usable.item()
    assert "is imaginary at t = 2, a negative rate" in run.sentence.item()
    assert "tolerance" not in run.sentence.item()

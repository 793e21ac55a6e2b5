"""Grids of exact solutions: bad points are refused before the first starts, and no later trouble loses what is done."""

import gc
import re
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from weakref import WeakSet

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import check_sentence

import largespin as ls
from largespin.exact import cutoff, memory, plan, tables
from largespin.exact.each_point import Interrupted, Missing, solve_points
from largespin.exact.grid import Grid, Progress, grid
from largespin.exact.propagate import PropagationError
from largespin.exact.space import Space
from largespin.exact.system import System

EVOLVE = import_module("largespin.exact.evolve")
"""The module: the package has a function of this name."""
HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
COUPLED: dict[str, Any] = {"field": 0.5, "coupling": 0.9}
TIMES = np.array([0.0, 0.3, 0.8, 1.5])
UP = [0.0, 0.0, 1.0]
RATIO = 0.4
"""Rate of excitation over that of decay."""


def counting() -> ls.Model:
    """Independent spins that relax, with dephasing at the rate 1 + a m_z, of which the populations know nothing.

    For a > 1 its amplitude is imaginary in some configurations, which is found only when the generator is built.
    """
    spins, (a,) = ls.Spins(), ls.parameters("a")
    rate = sp.sqrt(1 + a * spins.average("z"))
    jumps = [ls.Jump(spins.lowering), ls.Jump(spins.raising, np.sqrt(RATIO)), ls.Jump(spins.operator("z") / 2, rate)]
    return ls.Model(spins, jumps=jumps)


def relaxed(times: Any, start: float = 1.0) -> Any:
    """``m_z(t)`` of one spin that falls at the rate 1 and is raised at the rate r: ``ṁ_z = −(1 + r) m_z + r − 1``."""
    final = (RATIO - 1.0) / (RATIO + 1.0)
    return final + (start - final) * np.exp(-(1.0 + RATIO) * np.asarray(times))


COUNTING = counting()
COMPLEX = (
    "The amplitude of jump 3 must be real for every configuration of 4 particles, but it is complex for some; check the "
    "parameters."
)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing may be computed")


# ------------------------------------------------------------------------------------------------- errors that arise at one point


def test_an_error_at_one_point_of_a_run_keeps_the_others() -> None:
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=4, a=[0.3, 2.0, 0.9], keep_states=True)
    assert run.outcome.values.tolist() == ["reached", "failed", "reached"]
    assert run.sentence.values[1] == COMPLEX
    for place in (0, 2):
        np.testing.assert_allclose(run.m.values[place, :, 0, 2], relaxed(TIMES), atol=1e-8)
    failed = run.isel(a=1)
    for name in ("m", "covariance", "purity", "trace", "rounding", "state", "end_time", "memory"):
        assert np.all(np.isnan(failed[name].values)), name
    assert run.components.values.tolist() == [35, 0, 35]
    assert run.end_time.values[[0, 2]].tolist() == [1.5, 1.5]


def test_an_error_at_one_point_of_stationary_states_keeps_the_others() -> None:
    found = ls.exact.stationary_states(COUNTING, particles=4, a=[0.3, 2.0, 0.9])
    assert found.outcome.values.tolist() == ["found", "failed", "found"]
    assert found.sentence.values[1] == COMPLEX
    np.testing.assert_allclose(found.m.values[[0, 2], 0, 0, 2], relaxed(np.inf), atol=1e-9)
    assert np.all(np.isnan(found.m.values[1]))
    assert found.number_of_states.values.tolist() == [1, 0, 1]
    assert found.unique.values.tolist() == [True, False, True]
    assert np.isnan(found.gap.values[1])


def test_an_error_at_one_point_of_spectra_keeps_the_others() -> None:
    found = ls.exact.spectrum(COUNTING, particles=4, a=[0.0, 2.0], count=3)
    assert found.outcome.values.tolist() == ["found", "failed"]
    assert found.sentence.values[1] == COMPLEX
    # Coherences of one spin decay at (1 + r)/2 + 1/2 and populations at 1 + r.
    rate = 1.0 + RATIO
    np.testing.assert_allclose(found.decay_rate.values[0], [0.0, rate / 2 + 0.5, rate / 2 + 0.5], atol=1e-9)
    assert np.all(np.isnan(found.decay_rate.values[1]))
    assert found.complete.values.tolist() == [True, False]


@pytest.mark.parametrize("solve", ["evolve", "stationary_states", "spectrum"])
def test_the_only_point_raises(solve: str) -> None:
    arguments = (UP, TIMES) if solve == "evolve" else ()
    check_sentence(lambda: getattr(ls.exact, solve)(COUNTING, *arguments, particles=4, a=2.0), COMPLEX)


def test_all_points_may_fail() -> None:
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=[2, 4], a=2.0, keep_states=True)
    assert run.outcome.values.tolist() == ["failed", "failed"]
    assert np.all(np.isnan(run.m.values))
    assert run.state.shape == (2, len(TIMES), 0)
    found = ls.exact.stationary_states(COUNTING, particles=[2, 4], a=2.0)
    assert found.outcome.values.tolist() == ["failed", "failed"]
    assert found.m.shape[:2] == (2, 1)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError("Unable to allocate"), "The memory did not suffice for this point; the others are not affected."),
        (RuntimeError("Factor is exactly singular"), "The computation broke off with RuntimeError: Factor is exactly singular."),
        (np.linalg.LinAlgError("no convergence."), "The computation broke off with LinAlgError: no convergence."),
        (ZeroDivisionError(), "The computation broke off with ZeroDivisionError: no reason is given."),
    ],
)  # fmt: skip
def test_any_error_is_said_at_its_point(error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = EVOLVE.propagate

    def breaking(matrix: Any, *rest: Any) -> Any:
        if matrix.shape[0] < 5:
            raise error
        return real(matrix, *rest)

    monkeypatch.setattr(EVOLVE, "propagate", breaking)
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=[6, 1], a=0.5)
    assert run.outcome.values.tolist() == ["reached", "failed"]
    assert run.sentence.values[1] == sentence
    np.testing.assert_allclose(run.m.values[0, :, 0, 2], relaxed(TIMES), atol=1e-8)
    with pytest.raises(type(error)):
        ls.exact.evolve(COUNTING, UP, TIMES, particles=1, a=0.5)


def test_a_solver_that_stops_at_once_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise PropagationError("the generator is not finite")

    monkeypatch.setattr(EVOLVE, "propagate", failing)
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=2, a=0.5)
    assert run.outcome.item() == "failed"
    assert run.sentence.item() == "The solver stopped: the generator is not finite."
    assert np.all(np.isnan(run.m))
    assert run.end_time.item() == 0.0


def test_memory_that_runs_out_while_fock_states_grow_costs_one_point() -> None:
    """The first guess, from a mean field that stays empty, fits for both; above its threshold the mode needs more."""
    run = ls.exact.evolve(amplifier(), UP, 4.0, particles=1, chi=[0.1, 1.0], memory_limit=3e6)
    assert run.outcome.values.tolist() == ["reached", "failed"]
    assert re.match("The exact solution must fit into memory, but 1 particles, ", run.sentence.values[1])
    assert np.all(np.isnan(run.m.values[1]))
    assert np.all(np.isfinite(run.m.values[0]))


def test_a_mean_field_that_fails_costs_one_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(model: Any, start: Any, times: Any, *, parameters: Any) -> Any:
        run = ls.evolve(model, start, times, parameters=parameters)
        return run.assign(q=run.q * np.nan, sentence="It failed.") if parameters["coupling"] > 0.5 else run

    monkeypatch.setattr(cutoff, "evolve", failed)
    for displace, words in (
        (None, "The number of Fock states must be given"),
        ("mean field", "Argument `displace` must be"),
    ):
        run = ls.exact.evolve(DICKE, UP, 1.0, particles=2, field=0.5, coupling=[0.2, 0.9], displace=displace)
        assert run.outcome.values.tolist() == ["reached", "failed"]
        assert run.sentence.values[1].startswith(words)
        assert run.sentence.values[1].endswith("failed: It failed.")


# --------------------------------------------------------------------------------------------------------- refused at the door


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be solved."""
    monkeypatch.setattr(EVOLVE, "_run", never)
    monkeypatch.setattr(tables, "stationary_states_of", never)
    monkeypatch.setattr(tables, "spectrum_of", never)


@pytest.mark.usefixtures("idle")
def test_what_cannot_fit_is_refused_before_the_first_run() -> None:
    for call in (
        lambda: ls.exact.evolve(COUNTING, UP, TIMES, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
        lambda: ls.exact.stationary_states(COUNTING, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
        lambda: ls.exact.spectrum(COUNTING, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
    ):
        with pytest.raises(
            ls.LargespinError,
            match=r"^At a = 0.1, particles = 200: The exact solution must fit into memory, but 200 part",
        ):
            call()


@pytest.mark.usefixtures("idle")
def test_a_start_that_does_not_fit_is_refused_before_the_first_run() -> None:
    check_sentence(
        lambda: ls.exact.evolve(DICKE, DICKE.state(UP, [1.0]), 1.0, particles=[1, 9], fock=12, parameters=COUPLED),
        "At particles = 9: Argument `fock` must be large enough for the start, but mode a_1 has 9 bosons and 0.2 of them "
        "lie above 12 states.",
    )


@pytest.mark.usefixtures("idle")
def test_rates_that_do_not_commute_are_refused_before_the_first_run() -> None:
    spins, (g,) = ls.Spins(), ls.parameters("g")
    field = spins.average("z"), spins.average("x")
    model = ls.Model(
        spins, jumps=[ls.Jump(spins.lowering, sp.exp(field[0])), ls.Jump(spins.raising, sp.exp(g * field[1]))]
    )
    for call in (
        lambda: ls.exact.evolve(model, UP, 1.0, particles=3, g=[0.0, 0.5]),
        lambda: ls.exact.stationary_states(model, particles=3, g=[0.0, 0.5]),
        lambda: ls.exact.spectrum(model, particles=3, g=[0.0, 0.5]),
    ):
        with pytest.raises(ls.LargespinError, match=r"^At g = 0.5: The rates must depend on averages that commute"):
            call()


@pytest.mark.usefixtures("idle")
def test_explicit_time_is_refused_before_the_first_point() -> None:
    spins, (drive,) = ls.Spins(), ls.parameters("drive")
    model = ls.Model(spins, energy=drive * sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    axis = xr.DataArray([0.0, 0.3], dims="strength", coords={"strength": ["none", "some"]})
    for solve, what in ((ls.exact.stationary_states, "stationary states"), (ls.exact.spectrum, "a spectrum")):
        sentence = f"The model must be constant in time to have {what}, but it depends on time."
        check_sentence(lambda s=solve: s(model, particles=3, drive=0.3), sentence)  # type: ignore[misc]
        check_sentence(lambda s=solve: s(model, particles=3, drive=axis), f"At strength = some: {sentence}")  # type: ignore[misc]


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("solve", [ls.exact.stationary_states, ls.exact.spectrum])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fock": 1}, "Argument `fock` must be at least 2, but it is 1."),
        ({"fock": (3, 3)}, "Argument `fock` must give 1 numbers, one per mode, but it has 2."),
        ({"memory_limit": -1}, "Argument `memory_limit` must be above 0, but it is -1."),
        ({"coupling_1": 3.0}, "The model has no parameter `coupling_1`; its parameters are"),
        ({"particles": []}, "Argument `particles` must contain at least one number, but it is empty."),
        ({"particles": [2, 2.5]}, "Argument `particles` must be a whole number, but 2.5 is not."),
        ({"field": [0.1, np.nan]}, "Argument `field` must be finite, but it contains NaN or infinity."),
        ({"model": "dicke"}, "Argument `model` must be a Model, but it is a str."),
        ({"model": HOPFIELD}, "Argument `fock` must be left out for a model without modes, but it is given."),
    ],
)
def test_bad_arguments_of_tables_are_refused(solve: Callable[..., Any], change: dict[str, Any], sentence: str) -> None:
    arguments: dict[str, Any] = {"particles": [2, 3], "fock": 4, "field": [0.1, 0.2], "coupling": 0.3, **change}
    model = arguments.pop("model", DICKE)
    with pytest.raises(ls.LargespinError) as refusal:
        solve(model, **arguments)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.usefixtures("idle")
def test_bad_arguments_of_one_table_are_refused() -> None:
    values: dict[str, Any] = {"particles": [2, 3], "temperature": 0.5, "field": [0.1, 0.2]}
    check_sentence(
        lambda: ls.exact.stationary_states(HOPFIELD, method="fast", **values),
        "Argument `method` must be one of auto, direct, iterative, but it is 'fast'.",
    )
    check_sentence(
        lambda: ls.exact.stationary_states(HOPFIELD, fock_tolerance=0, **values),
        "Argument `fock_tolerance` must lie in (0, 1], but it is 0.",
    )
    check_sentence(
        lambda: ls.exact.spectrum(HOPFIELD, count=0, **values), "Argument `count` must be at least 1, but it is 0."
    )
    check_sentence(
        lambda: ls.exact.spectrum(DICKE, particles=[2, 3], field=0.1, coupling=[0.2, 0.3]),
        "Argument `fock` must give the number of Fock states of 1 mode(s), but it is missing.",
    )


@pytest.mark.usefixtures("idle")
def test_explicit_time_on_a_gpu_is_refused_before_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "check_device", lambda device: device)
    spins, (drive,) = ls.Spins(), ls.parameters("drive")
    model = ls.Model(spins, energy=drive * sp.cos(ls.time) * spins.average("x"))
    check_sentence(
        lambda: ls.exact.evolve(model, UP, 1.0, particles=2, drive=[0.0, 0.5], device="gpu"),
        "At drive = 0.5: Argument `device` must be cpu for a model that depends on time, but it is gpu.",
    )


@pytest.mark.usefixtures("idle")
def test_kept_states_of_all_points_must_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 4e6)
    many = np.linspace(0.1, 0.9, 60)
    with pytest.raises(
        ls.LargespinError, match=r"^The states that are kept must fit into memory, but those of all points"
    ):
        ls.exact.evolve(COUNTING, UP, np.linspace(0, 1, 20), particles=10, a=many, keep_states=True)
    with pytest.raises(AssertionError, match="nothing may be computed"):
        ls.exact.evolve(COUNTING, UP, np.linspace(0, 1, 20), particles=10, a=0.5, keep_states=True)


def test_places_are_named_by_their_axes() -> None:
    starts = HOPFIELD.state([[UP], [[0.0, 0.0, -1.0]]], dims=("run",))
    fields = xr.DataArray([0.1, 0.2], dims="drive", coords={"drive": [10, 20]})
    where = grid(HOPFIELD, {"temperature": [0.5, 0.25], "field": fields}, starts, [2, 4])
    places = [point.place for point in where]
    assert places[0] == "temperature = 0.5, drive = 10, run = 0, particles = 2"
    assert places[-1] == "temperature = 0.25, drive = 20, run = 1, particles = 4"
    assert len(set(places)) == len(where) == 16
    assert [p.place for p in grid(HOPFIELD, {"temperature": 0.5, "field": 0.1}, UP, 4)] == [""]


@pytest.mark.parametrize("name", ["particles", "element", "fock", "purity", "gap", "decay_rate", "outcome"])
def test_axes_with_names_of_results_are_refused(name: str) -> None:
    axis = xr.DataArray([0.1, 0.2], dims=name)
    sentence = f"Axis `{name}` must have another name, because results use it."
    check_sentence(lambda: ls.exact.stationary_states(HOPFIELD, particles=2, temperature=0.5, field=axis), sentence)
    check_sentence(lambda: ls.exact.evolve(HOPFIELD, UP, 1.0, particles=2, temperature=0.5, field=axis), sentence)


# -------------------------------------------------------------------------------------------------------------- interruption


@pytest.fixture
def keyboard() -> Iterator[None]:
    """Ctrl-C interrupts, as it does at a terminal, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("keyboard")
@pytest.mark.parametrize("final_only", [False, True])
def test_ctrl_c_within_a_run_keeps_its_first_part(final_only: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    advanced = Progress.advanced

    def stop(self: Any, time: float) -> None:
        advanced(self, time)
        if self._finished == 1 and time > 0.8:
            signal.raise_signal(signal.SIGINT)

    times = 1.5 if final_only else TIMES
    monkeypatch.setattr(Progress, "advanced", stop)
    run = ls.exact.evolve(COUNTING, UP, times, particles=[2, 3, 4], a=0.5, keep_states=True)
    assert run.outcome.values.tolist() == ["reached", "interrupted", "interrupted"]
    np.testing.assert_allclose(run.m.values[0, ..., 0, 2], relaxed(1.5 if final_only else TIMES), atol=1e-8)
    assert run.sentence.values[2] == "Stopped by the user before this point was done."
    assert np.all(np.isnan(run.m.values[2]))
    if final_only:
        assert np.all(np.isnan(run.m.values[1]))
        return
    assert run.sentence.values[1] == "Stopped by the user after t = 0.8."
    assert run.end_time.values[1] == 0.8
    np.testing.assert_allclose(run.m.values[1, :3, 0, 2], relaxed(TIMES[:3]), atol=1e-8)
    assert np.all(np.isnan(run.m.values[1, 3]))
    assert np.all(np.isfinite(run.state.values[1, :3]))
    assert np.all(np.isnan(run.state.values[1, 3, :20]))


@pytest.mark.usefixtures("keyboard")
@pytest.mark.parametrize("solve", ["stationary_states", "spectrum"])
@pytest.mark.parametrize("after", [0, 2])
def test_ctrl_c_within_a_table_keeps_what_is_done(solve: str, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    solver = f"{solve}_of"
    real, calls = getattr(tables, solver), []

    def stop(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            signal.raise_signal(signal.SIGINT)
        return real(*arguments, **more)

    monkeypatch.setattr(tables, solver, stop)
    if after == 0:
        with pytest.raises(KeyboardInterrupt):
            getattr(ls.exact, solve)(COUNTING, particles=[2, 3, 4], a=0.5)
        return
    found = getattr(ls.exact, solve)(COUNTING, particles=[2, 3, 4], a=0.0)
    assert found.outcome.values.tolist() == ["found", "found", "interrupted"]
    assert found.sentence.values[2] == "Stopped by the user before this point was done."
    np.testing.assert_allclose(found.gap.values, [RATIO / 2 + 1.0] * 2 + [np.nan], rtol=1e-6)


@pytest.mark.usefixtures("keyboard")
def test_ctrl_c_within_a_single_run_keeps_its_first_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Progress, "advanced", lambda self, time: signal.raise_signal(signal.SIGINT) if time > 0.3 else None
    )
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=3, a=0.5)
    assert run.outcome.item() == "interrupted"
    np.testing.assert_allclose(run.m.values[:2, 0, 2], relaxed(TIMES[:2]), atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["solved", "failed", "stopped", "stopped within"]), min_size=2, max_size=6))
def test_every_order_of_events(events: list[str]) -> None:
    """Point by point: what is solved is kept, what failed says so, and after an interruption nothing is tried."""
    where = grid(HOPFIELD, {"temperature": np.linspace(0.5, 1.0, len(events)), "field": 0.1}, UP, 2)
    tried = []

    def solve(index: int, point: Grid.Point, bar: Progress) -> str:
        tried.append(point.values["temperature"])
        if events[index] == "failed":
            raise ls.LargespinError("It failed.")
        if events[index] == "stopped":
            raise KeyboardInterrupt
        if events[index] == "stopped within":
            raise Interrupted("part")
        return "solved"

    end = next((i for i, event in enumerate(events) if event.startswith("stopped")), len(events))
    if end == 0 and events[0] == "stopped":
        with pytest.raises(KeyboardInterrupt):
            solve_points(where, solve, False)
        return
    results = [r.outcome if isinstance(r, Missing) else r for r in solve_points(where, solve, False)]
    assert results[:end] == events[:end]
    if end < len(events):
        assert results[end] == ("part" if events[end] == "stopped within" else "interrupted")
        assert results[end + 1 :] == ["interrupted"] * (len(events) - end - 1)
    np.testing.assert_allclose(tried, np.linspace(0.5, 1.0, len(events))[: end + 1])


# ----------------------------------------------------------------------------------------------------------- Fock states


def test_a_given_state_keeps_its_fock_states() -> None:
    system = System(DICKE, 2, 6, parameters=COUPLED)
    begin = system.product_state(UP)
    run = ls.exact.evolve(DICKE, begin, TIMES, particles=2, parameters=COUPLED)
    given = ls.exact.evolve(DICKE, UP, TIMES, particles=2, fock=6, parameters=COUPLED)
    assert run.outcome.item() == given.outcome.item() == "cut"
    assert run.sentence.item().endswith("of the probability; more are needed.")
    assert given.sentence.item().endswith("of the probability; raise `fock` or leave it out.")
    assert run.fock.values.tolist() == [6]
    for name in ("m", "q", "occupation", "covariance", "fock_tail"):
        np.testing.assert_allclose(run[name].values, given[name].values, atol=1e-10, err_msg=name)
    assert np.all(np.isfinite(run.m))
    check_sentence(
        lambda: ls.exact.evolve(DICKE, begin, TIMES, particles=[2, 3], parameters=COUPLED),
        "At particles = 3: Argument `start` must be a state of (3,) particles and (6,) Fock states, but it has (2,) and (6,).",
    )


def amplifier() -> ls.Model:
    """``q̇ = χ q − κ q/2`` and the like: unstable for χ > κ/2, and empty in the mean field."""
    mode, (chi,) = ls.Mode("b"), ls.parameters("chi")
    return ls.Model(ls.Spins(), energy=chi * mode.q * mode.p, collective_jumps=[mode.loss(0.5)], modes=[mode])


def test_an_unstable_mode_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoff, "LARGEST_FOCK", 40)
    run = ls.exact.evolve(amplifier(), UP, [0.0, 0.4, 4.0], particles=1, chi=[0.1, 1.0], keep_states=True)
    assert run.outcome.values.tolist() == ["reached", "failed"]
    said = (
        r"The number of Fock states was not raised beyond 40, but the last of them hold 0.\d+ of the probability of mode b, "
        r"which may be unstable; give `fock`, or end earlier\."
    )
    assert re.fullmatch(said, run.sentence.values[1])
    # What was reached with enough Fock states is good: the squeezed vacuum q² → e^{(2χ − κ) t} (…) of a parametric drive.
    assert run.end_time.values[1] == 0.4
    assert np.all(np.isnan(run.m.values[1, 2]))
    assert np.all(np.isnan(run.state.values[1, 2]))
    for row, chi in enumerate((0.1, 1.0)):
        growth = 2 * chi - 0.5
        expected = 0.5 * (np.exp(growth * 0.4) + 0.5 * (np.exp(growth * 0.4) - 1.0) / growth)
        variance = float(run.covariance.sel(row="b q", column="b q").values[row, 1])
        assert variance == pytest.approx(expected, rel=2e-4)
    found = ls.exact.stationary_states(amplifier(), particles=1, chi=[0.1, 1.0])
    assert found.outcome.values.tolist() == ["found", "failed"]
    assert re.fullmatch(said, found.sentence.values[1])


def test_a_guess_beyond_the_limit_may_double() -> None:
    assert cutoff.grown(DICKE, (400,), np.array([1.0]), 1e-6, (400,)) == (602,)
    with pytest.raises(cutoff.CutoffError, match="not raised beyond 800"):
        cutoff.grown(DICKE, (602,), np.array([1.0]), 1e-6, (400,))
    with pytest.raises(cutoff.CutoffError, match=f"not raised beyond {cutoff.LARGEST_FOCK}"):
        cutoff.grown(DICKE, (250,), np.array([1.0]), 1e-6, (8,))
    assert cutoff.grown(DICKE, (8,), np.array([0.0]), 1e-6, (8,)) == (8,)


def test_given_fock_states_that_do_not_suffice_are_said_of_stationary_states() -> None:
    found = ls.exact.stationary_states(DICKE, particles=1, fock=3, field=0.5, coupling=[0.0, 1.5])
    assert found.outcome.values.tolist()[1] == "cut"
    assert "raise `fock` or leave it out" in str(found.sentence.values[1])
    enough = ls.exact.stationary_states(DICKE, particles=1, field=0.5, coupling=1.5)
    assert enough.outcome.item() == "found"
    assert enough.fock_tail.max() <= 1e-6 < np.nanmax(found.fock_tail.values[1])
    assert enough.fock.values[0] > 3


# --------------------------------------------------------------------------------------------------------- clear errors


@pytest.mark.parametrize(
    ("model", "fock", "displacement", "sentence"),
    [
        (HOPFIELD, None, [1.0], "Argument `displacement` must be left out for a model without modes, but it is given."),
        (HOPFIELD, None, [], "Argument `displacement` must be left out for a model without modes, but it is given."),
        (DICKE, 4, "mean field", "Argument `displacement` must be amplitudes, or a function of time that gives them, but it is "
         "'mean field'; `largespin.exact.evolve` finds it for displace='mean field'."),
        (DICKE, 4, [1.0, 2.0], "Argument `displacement` must be 1 finite amplitudes, one per mode, but its shape is (2,)."),
        (DICKE, 4, [np.inf], "Argument `displacement` must be 1 finite amplitudes, one per mode, but it contains NaN or infinity."),
    ],
)  # fmt: skip
def test_bad_displacements(model: ls.Model, fock: Any, displacement: Any, sentence: str) -> None:
    values = {"temperature": 0.5, "field": 0.2} if model is HOPFIELD else COUPLED
    check_sentence(lambda: System(model, 2, fock, displacement=displacement, parameters=values), sentence)


def test_displacements_of_runs_without_modes() -> None:
    values: dict[str, Any] = {"particles": 2, "temperature": 0.5, "field": 0.2}
    check_sentence(
        lambda: ls.exact.evolve(HOPFIELD, UP, 1.0, displace=[0.1], **values),
        "Argument `displace` must be left out for a model without modes, but it is given.",
    )
    free = ls.exact.evolve(HOPFIELD, UP, 1.0, displace="mean field", **values)
    np.testing.assert_array_equal(free.m.values, ls.exact.evolve(HOPFIELD, UP, 1.0, **values).m.values)


def test_memory_without_modes_has_another_cure() -> None:
    with pytest.raises(ls.LargespinError) as refusal:
        System(HOPFIELD, 50, memory_limit=100.0, temperature=0.5, field=0.2).check_memory()
    assert str(refusal.value).endswith(
        "are free; no number of particles would fit; free some memory, or allow more with `memory_limit`."
    )
    with pytest.raises(ls.LargespinError, match="`memory_limit` must be above 0"):
        System(HOPFIELD, 50, memory_limit=-1.0, temperature=0.5, field=0.2)


@pytest.fixture(scope="module")
def kept() -> xr.Dataset:
    """Fields with the rounding of whoever computed them: 0.1 + 0.2 is not 0.3."""
    fields = [0.1, 0.1 + 0.2, 0.5, 0.7]
    return ls.exact.evolve(HOPFIELD, UP, TIMES, particles=[10, 16], temperature=0.5, field=fields, keep_states=True)


def test_only_time_is_nearest(kept: xr.Dataset) -> None:
    system = System(HOPFIELD, 16, temperature=0.5, field=0.3)
    for time in (0.8, 0.75, 0.95):
        state = ls.exact.state_of(kept, system, particles=16, field=0.3, time=time)
        np.testing.assert_allclose(state.means(), kept.m.values[1, 1, 2], atol=1e-12)
    same = ls.exact.state_of(kept.isel(time=2), system, particles=16, field=0.3, time=0.8)
    np.testing.assert_array_equal(same.vector, state.vector)


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ({"particles": 15}, "Argument `particles` must be one of 10, 16, but it is 15."),
        ({"field": 0.31}, "Argument `field` must be one of 0.1, 0.3, 0.5, 0.7, but it is 0.31."),
        ({"particles": [16]}, "Argument `particles` must be one label, but it is [16]."),
        ({"particles": slice(10, 16)}, "Argument `particles` must be one label, but it is slice(10, 16, None)."),
        ({"time": 1.6}, "Argument `time` must lie within the run, [0, 1.5], but it is 1.6."),
        ({"time": -0.1}, "Argument `time` must lie within the run, [0, 1.5], but it is -0.1."),
        ({"time": np.nan}, "Argument `time` must be finite, but it contains NaN or infinity."),
        ({"temperature": 0.6}, "Argument `temperature` must be one of 0.5, but it is 0.6."),
        ({"pattern": 0}, "The run has no axis `pattern` of states; its axes are field, particles, time."),
    ],
)
def test_labels_that_the_run_does_not_have(kept: xr.Dataset, where: dict[str, Any], sentence: str) -> None:
    system = System(HOPFIELD, 16, temperature=0.5, field=0.3)
    arguments = {"particles": 16, "field": 0.3, "time": 0.8, **where}
    check_sentence(lambda: ls.exact.state_of(kept, system, **arguments), sentence)


def test_states_that_were_not_reached_and_axes_without_labels() -> None:
    starts = COUNTING.state([[UP], [[0.0, 0.0, -1.0]]], dims=("run",))
    run = ls.exact.evolve(COUNTING, starts, TIMES, particles=4, a=[0.5, 2.0], keep_states=True)
    system = System(COUNTING, 4, a=0.5)
    for place, sign in enumerate((1.0, -1.0)):
        state = ls.exact.state_of(run, system, a=0.5, run=place, time=0.8)
        assert state.means()[0, 2] == pytest.approx(relaxed(0.8, sign), abs=1e-8)
    check_sentence(
        lambda: ls.exact.state_of(run, system, a=2.0, run=0, time=0.8),
        f"The run must have reached this time, but it has no state here: {COMPLEX}",
    )
    check_sentence(
        lambda: ls.exact.state_of(run, system, a=0.5, run=2, time=0.8),
        "Argument `run` must be one of 0, 1, but it is 2.",
    )


# ---------------------------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize("model", [COUNTING, DICKE, "driven"])
@pytest.mark.parametrize("solve", ["evolve", "stationary_states", "spectrum"])
def test_one_generator_at_a_time(model: Any, solve: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without garbage collection, so that cycles would be seen: counted whenever a new space is made."""
    values: dict[str, Any] = {"a": [0.1, 0.2, 0.3, 0.4]}
    if model is DICKE:
        values = {"field": 0.5, "coupling": [0.1, 0.2, 0.3, 0.4], "fock": 3}
    elif model == "driven":
        if solve != "evolve":
            return
        spins, (a,) = ls.Spins(), ls.parameters("a")
        model = ls.Model(spins, energy=a * sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    arguments = (UP, TIMES) if solve == "evolve" else ()

    def compute() -> Any:
        return getattr(ls.exact, solve)(model, *arguments, particles=3, **values)

    compute()
    living: WeakSet[Space] = WeakSet()
    most = []
    real = Space.__post_init__

    def count(self: Space) -> None:
        living.add(self)
        most.append(len(living))
        real(self)

    monkeypatch.setattr(Space, "__post_init__", count)
    gc.collect()
    gc.disable()
    try:
        found = compute()
        assert max(most) <= 2
        assert len(living) == 0
    finally:
        gc.enable()
    assert found.outcome.shape == (4,)


def test_what_is_kept_between_terms_is_freed() -> None:
    system = System(HOPFIELD, 10, temperature=0.5, field=0.2)
    state = system.product_state(UP)
    assert system.liouvillian.nnz
    state.covariance(), state.bosons(), state.populations()
    assert system.space._kept == {}


@pytest.mark.parametrize("solve", ["evolve", "stationary_states"])
def test_a_grid_takes_the_memory_of_one_point(solve: str) -> None:
    arguments = (UP, 0.05) if solve == "evolve" else ()

    def peak(a: Any) -> int:
        tracemalloc.start()
        try:
            getattr(ls.exact, solve)(COUNTING, *arguments, particles=16, a=a)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(0.5)
    assert peak([0.1, 0.3, 0.5, 0.7, 0.9]) < 1.25 * peak(0.5)


# ---------------------------------------------------------------------------------------------------------------- labels


@pytest.mark.parametrize("model", [COUNTING, DICKE])
def test_every_variable_has_a_name_and_units(model: ls.Model) -> None:
    values: dict[str, Any] = {"a": [0.1, 0.2]} if model is COUNTING else {**COUPLED, "fock": 4}
    for found in (
        ls.exact.evolve(model, UP, TIMES, particles=[2, 3], keep_states=True, **values),
        ls.exact.stationary_states(model, particles=[2, 3], **values),
        ls.exact.spectrum(model, particles=[2, 3], **values),
    ):
        for name, variable in found.data_vars.items():
            assert variable.attrs.get("long_name"), name
            assert variable.attrs.get("units"), name
        assert found.particles.attrs["long_name"] == "number of particles"
        if model is DICKE:
            assert found.fock.dims == ("particles", "mode")
            assert found["mode"].values.tolist() == ["a_1"]
        assert found.attrs["method"] == "exact symmetric master equation"


def test_tables_and_runs_read_the_same_from_a_state() -> None:
    """A run that starts in the stationary state stays there."""
    found = ls.exact.stationary_states(DICKE, particles=2, fock=12, parameters=COUPLED)
    system = System(DICKE, 2, 12, parameters=COUPLED)
    start = ls.exact.stationary_states_of(system).states[0]
    run = ls.exact.evolve(DICKE, start, 3.0, particles=2, parameters=COUPLED)
    for name in ("m", "q", "p", "occupation", "covariance", "purity", "fock_tail", "overlap"):
        np.testing.assert_allclose(run[name].values, found[name].isel(state=0).values, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(found.occupation.values[0], start.bosons(), rtol=1e-12)
    expected = start.vector[system.space.diagonal].real.min()
    assert found.smallest_population.values[0] == pytest.approx(expected, abs=1e-12)

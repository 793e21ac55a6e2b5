"""What does a grid of exact solutions keep when the user interrupts it?"""

import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from grid_models import COUNTING, HOPFIELD, RATIO, TIMES, UP, relaxed
from hypothesis import given, settings
from hypothesis import strategies as st

import largespin as ls
from largespin.exact.calls import liouvillian_spectrum, stationary_states
from largespin.exact.calls.each_point import Interrupted, Progress, solve_points
from largespin.exact.calls.grid import Grid, grid
from largespin.outcomes import Ending


@pytest.fixture
def keyboard() -> Iterator[None]:
    """Ctrl-C interrupts, as it does at a terminal, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("keyboard")
@pytest.mark.parametrize("final_only", [False, True])
def test_ctrl_c_within_a_run_keeps_its_first_part(final_only: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    finished: list[Progress] = []

    def stop(self: Any, time: float) -> None:
        if finished and time > 0.8:
            signal.raise_signal(signal.SIGINT)

    times = 1.5 if final_only else TIMES
    monkeypatch.setattr(Progress, "done", lambda self: finished.append(self))
    monkeypatch.setattr(Progress, "advanced", stop)
    run = ls.exact.evolve(COUNTING, UP, times, particles=[2, 3, 4], a=0.5, keep_states=True)
    assert run.outcome.values.tolist() == ["finished", "interrupted", "interrupted"]
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
    assert np.all(np.isfinite(run.density_matrix.values[1, :3]))
    assert np.all(np.isnan(run.density_matrix.values[1, 3, :20]))


@pytest.mark.usefixtures("keyboard")
@pytest.mark.parametrize("solve", ["stationary_states", "liouvillian_spectrum"])
@pytest.mark.parametrize("after", [0, 2])
def test_ctrl_c_within_a_table_keeps_what_is_done(solve: str, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    solver = f"{solve}_of"
    module = stationary_states if solve == "stationary_states" else liouvillian_spectrum
    real, calls = getattr(module, solver), []

    def stop(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            signal.raise_signal(signal.SIGINT)
        return real(*arguments, **more)

    monkeypatch.setattr(module, solver, stop)
    if after == 0:
        with pytest.raises(KeyboardInterrupt):
            getattr(ls.exact, solve)(COUNTING, particles=[2, 3, 4], a=0.5)
        return
    found = getattr(ls.exact, solve)(COUNTING, particles=[2, 3, 4], a=0.0)
    assert found.outcome.values.tolist() == ["finished", "finished", "interrupted"]
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
    results = [r.outcome if isinstance(r, Ending) else r for r in solve_points(where, solve, False)]
    assert results[:end] == events[:end]
    if end < len(events):
        assert results[end] == ("part" if events[end] == "stopped within" else "interrupted")
        assert results[end + 1 :] == ["interrupted"] * (len(events) - end - 1)
    np.testing.assert_allclose(tried, np.linspace(0.5, 1.0, len(events))[: end + 1])

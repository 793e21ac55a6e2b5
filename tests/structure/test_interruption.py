"""Who keeps what is done on Ctrl-C? The call of the user; calls inside other calls raise, so that no part passes for a whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import largespin as ls
from largespin.exact.calls import each_point
from largespin.meanfield import ensemble

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
START = [0.0, 0.0, 0.5]


class _Stopped:
    """Raises KeyboardInterrupt in place of one call of a function, and counts the calls."""

    def __init__(self, function: Callable[..., Any], at: int) -> None:
        self.function, self.at, self.calls = function, at, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt
        return self.function(*args, **kwargs)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Callable[..., _Stopped]:
    def replace(module: Any, name: str, at: int) -> _Stopped:
        stop = _Stopped(getattr(module, name), at)
        monkeypatch.setattr(module, name, stop)
        return stop

    return replace


def late_overlap(temperature: float) -> float:
    run = ls.evolve(MODEL, START, 50.0, temperature=temperature, field=0.1)
    return float(run.overlap.item())


def exact_overlap(temperature: float) -> Any:
    run = ls.exact.evolve(MODEL, START, [0.0, 1.0], particles=[2, 3], temperature=temperature, field=0.1)
    return run.overlap.values


@pytest.mark.parametrize(
    ("function", "module", "name", "at"),
    [(late_overlap, ensemble, "solve_single", 2), (exact_overlap, each_point, "_solved", 4)],
)
def test_a_sweep_does_not_store_an_interrupted_point(
    function: Any, module: Any, name: str, at: int, stopped: Callable[..., _Stopped], tmp_path: Path
) -> None:
    temperatures = [0.5, 0.6, 0.7]
    expected = [function(value) for value in temperatures]
    stop = stopped(module, name, at)
    with pytest.raises(KeyboardInterrupt), pytest.warns(ls.LargespinWarning, match="1 of 3 points are stored"):
        ls.sweep(function, over={"temperature": temperatures}, out=tmp_path / "done.zarr", block=1)
    assert stop.calls == at
    done = ls.sweep(function, over={"temperature": temperatures}, out=tmp_path / "done.zarr", block=1)
    values = next(iter(done.data_vars.values())).values
    np.testing.assert_allclose(values, expected, atol=1e-12)


def test_stationary_states_are_whole_or_not_given(stopped: Callable[..., _Stopped]) -> None:
    stop = stopped(ensemble, "_run_serially", 1)
    stopped(ensemble, "_run_threads", 1)
    with pytest.raises(KeyboardInterrupt):
        ls.stationary_states(MODEL, temperature=0.5, field=0.1)
    assert stop.calls <= 1


def test_the_call_of_the_user_keeps_what_is_done(stopped: Callable[..., _Stopped]) -> None:
    stopped(ensemble, "_run_serially", 1)
    with pytest.warns(ls.LargespinWarning, match="Interrupted"):
        run = ls.evolve(MODEL, START, [0.0, 1.0], workers=1, temperature=0.5, field=0.1)
    assert run.outcome.item() == "interrupted"

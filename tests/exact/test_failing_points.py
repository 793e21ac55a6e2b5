"""What becomes of the other points of a grid when one of them fails?"""

import re
from importlib import import_module
from typing import Any, Literal

import numpy as np
import pytest
from grid_models import COMPLEX, COUNTING, DICKE, RATIO, TIMES, UP, amplifier, relaxed, up
from sentences import check_sentence

import largespin as ls
from largespin.exact.solvers import cutoff
from largespin.exact.solvers.propagate import PropagationError

EVOLVE = import_module("largespin.exact.calls.evolve")
"""The module: the package has a function of this name."""


def test_an_error_at_one_point_of_a_run_keeps_the_others() -> None:
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=4, a=[0.3, 2.0, 0.9], keep_states=True)
    assert run.outcome.values.tolist() == ["finished", "failed", "finished"]
    assert run.sentence.values[1] == COMPLEX
    for place in (0, 2):
        np.testing.assert_allclose(run.m.values[place, :, 0, 2], relaxed(TIMES), atol=1e-8)
    failed = run.isel(a=1)
    for name in ("m", "covariance", "purity", "trace", "rounding", "density_matrix", "end_time", "memory"):
        assert np.all(np.isnan(failed[name].values)), name
    assert run.components.values.tolist() == [35, 0, 35]
    assert run.end_time.values[[0, 2]].tolist() == [1.5, 1.5]


def test_an_error_at_one_point_of_stationary_states_keeps_the_others() -> None:
    found = ls.exact.stationary_states(COUNTING, particles=4, a=[0.3, 2.0, 0.9])
    assert found.outcome.values.tolist() == ["finished", "failed", "finished"]
    assert found.sentence.values[1] == COMPLEX
    np.testing.assert_allclose(found.m.values[[0, 2], 0, 0, 2], relaxed(np.inf), atol=1e-9)
    assert np.all(np.isnan(found.m.values[1]))
    assert found.number_of_states.values.tolist() == [1, 0, 1]
    assert found.unique.values.tolist() == [True, False, True]
    assert np.isnan(found.gap.values[1])


def test_an_error_at_one_point_of_spectra_keeps_the_others() -> None:
    found = ls.exact.liouvillian_spectrum(COUNTING, particles=4, a=[0.0, 2.0], count=3)
    assert found.outcome.values.tolist() == ["finished", "failed"]
    assert found.sentence.values[1] == COMPLEX
    # Coherences of one spin decay at (1 + r)/2 + 1/2 and populations at 1 + r.
    rate = 1.0 + RATIO
    np.testing.assert_allclose(found.decay_rate.values[0], [0.0, rate / 2 + 0.5, rate / 2 + 0.5], atol=1e-9)
    assert np.all(np.isnan(found.decay_rate.values[1]))
    assert found.complete.values.tolist() == [True, False]


@pytest.mark.parametrize("solve", ["evolve", "stationary_states", "liouvillian_spectrum"])
def test_the_only_point_raises(solve: str) -> None:
    arguments = (UP, TIMES) if solve == "evolve" else ()
    check_sentence(lambda: getattr(ls.exact, solve)(COUNTING, *arguments, particles=4, a=2.0), COMPLEX)


def test_all_points_may_fail() -> None:
    run = ls.exact.evolve(COUNTING, UP, TIMES, particles=[2, 4], a=2.0, keep_states=True)
    assert run.outcome.values.tolist() == ["failed", "failed"]
    assert np.all(np.isnan(run.m.values))
    assert run.density_matrix.shape == (2, len(TIMES), 0)
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
    assert run.outcome.values.tolist() == ["finished", "failed"]
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
    run = ls.exact.evolve(amplifier(), up(amplifier()), 4.0, particles=1, chi=[0.1, 1.0], memory_limit=3e6)
    assert run.outcome.values.tolist() == ["finished", "failed"]
    assert re.match("The exact solution must fit into memory, but 1 particles, ", run.sentence.values[1])
    assert np.all(np.isnan(run.m.values[1]))
    assert np.all(np.isfinite(run.m.values[0]))


def test_a_mean_field_that_fails_costs_one_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(model: Any, start: Any, times: Any, *, parameters: Any) -> Any:
        run = ls.evolve(model, start, times, parameters=parameters)
        return run.assign(q=run.q * np.nan, sentence="It failed.") if parameters["coupling"] > 0.5 else run

    monkeypatch.setattr(cutoff, "evolve", failed)
    ways: tuple[tuple[Literal["mean field"] | None, str], ...] = (
        (None, "The number of Fock states must be given"),
        ("mean field", "Argument `displace` must be"),
    )
    for displace, words in ways:
        run = ls.exact.evolve(DICKE, up(DICKE), 1.0, particles=2, field=0.5, coupling=[0.2, 0.9], displace=displace)
        assert run.outcome.values.tolist() == ["finished", "failed"]
        assert run.sentence.values[1].startswith(words)
        assert run.sentence.values[1].endswith("failed: It failed.")

"""How many Fock states: automatic growth, given numbers that do not suffice, displacements that need fewer."""

from typing import Any

import numpy as np
import pytest

import largespin as ls
from largespin.exact.calls.evolve import evolve
from largespin.exact.calls.grid import Grid
from largespin.exact.solvers import cutoff
from largespin.exact.solvers.cutoff import first_fock, moving_displacement

MODEL = ls.models.dicke(ls.ideal_large_spins(1))
VALUES: dict[str, Any] = {"field": 0.5, "coupling": 0.9}
UP, TIMES, N = MODEL.state([0.0, 0.0, 1.0], modes=0), np.array([0.0, 1.0, 3.0]), 3
READ = ("m", "q", "p", "occupation", "covariance", "purity", "overlap")


@pytest.fixture(scope="module")
def large() -> Any:
    """The same run with many Fock states."""
    run = evolve(MODEL, UP, TIMES, particles=N, fock=26, **VALUES)
    assert run.fock_tail.max() < 1e-9
    return run


def same(first: Any, second: Any, tolerance: float, names: tuple[str, ...] = READ) -> None:
    for name in names:
        np.testing.assert_allclose(first[name].values, second[name].values, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("fock_tolerance", [1e-3, 1e-8])
def test_growth_ends_below_the_tolerance(large: Any, fock_tolerance: float) -> None:
    run = evolve(MODEL, UP, TIMES, particles=N, fock_tolerance=fock_tolerance, **VALUES)
    assert run.outcome.item() == "finished"
    assert run.fock_tail.max() <= fock_tolerance
    assert run.fock.values.item() < 40
    same(run, large, 60 * fock_tolerance)


def test_growth_repeats_a_run_that_needs_more_than_the_mean_field_says() -> None:
    """Spins along y push the mode at no amplitude of the mean field; its fluctuations need Fock states."""
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=0.1, losses=0.02)
    start = model.state([0.0, 1.0, 0.0], modes=0)
    values: dict[str, Any] = {"field": 0.0, "coupling": 1.2}
    where = Grid.Point(values, start, (1,))
    guess = first_fock(model, start, np.array([0.0, 3.0]), where, None)
    run = evolve(model, start, 3.0, particles=1, **values)
    assert guess[0] < run.fock.values.item()
    assert run.outcome.item() == "finished"
    assert run.fock_tail.max() <= 1e-6


def test_too_few_states_are_said(large: Any) -> None:
    run = evolve(MODEL, UP, TIMES, particles=N, fock=6, **VALUES)
    assert run.outcome.item() == "truncated"
    assert "raise `fock` or leave it out" in run.sentence.item()
    assert run.fock_tail.max() > 1e-6
    # Such a run goes on to its end.
    assert np.all(np.isfinite(run.m))


@pytest.mark.parametrize("displace", ["mean field", [0.2 - 0.4j], [0.3]])
def test_displacement_changes_the_description_not_the_answer(large: Any, displace: Any) -> None:
    run = evolve(MODEL, UP, TIMES, particles=N, fock=26, displace=displace, max_step=0.1, **VALUES)
    assert run.outcome.item() == "finished"
    same(run, large, 2e-6)


def test_displacement_with_growth(large: Any) -> None:
    """Around the mean field the numbers of states are found as well."""
    run = evolve(MODEL, UP, TIMES, particles=N, displace="mean field", max_step=0.1, **VALUES)
    assert run.fock_tail.max() <= 1e-6
    same(run, large, 1e-4)


def test_two_modes_grow_each_for_itself() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[0.3, 4.0])
    run = evolve(
        model, model.state([0, 0, 1], modes=0), [0.0, 0.8], particles=2, field=0.2, coupling=0.9, fock_tolerance=1e-4
    )
    assert run.fock.dims == ("mode",)
    assert run.fock.values[0] != run.fock.values[1]
    assert run.fock_tail.max() <= 1e-4


def test_moving_displacement_follows_the_mean_field() -> None:
    start = MODEL.state(UP, modes=0.3 - 0.2j)
    times = np.array([0.0, 3.0])
    path = moving_displacement(MODEL, start, times, VALUES)
    run = ls.evolve(MODEL, start, np.linspace(0.0, 3.0, 7), **VALUES)
    for time, q, p in zip(run.time.values, run.q.values[:, 0], run.p.values[:, 0], strict=True):
        amplitude, velocity = path(time)
        assert amplitude[0] == pytest.approx((q + 1j * p) / np.sqrt(2), abs=1e-7)
        if 0.0 < time < 3.0:
            step = 1e-4
            difference = (path(time + step)[0] - path(time - step)[0]) / (2 * step)
            assert velocity[0] == pytest.approx(difference[0], abs=1e-6)


def test_a_displaced_coherent_state_needs_two_states() -> None:
    """Free decay of a bright coherent state stays a displaced vacuum."""
    mode = ls.Mode("b")
    model = ls.Model(ls.Spins(), energy=0.7 * mode.number, collective_jumps=[mode.loss(0.6)], modes=[mode])
    run = evolve(
        model, model.state([0, 0, 1], [3.0]), [0.0, 1.0, 2.0], particles=50, fock=3, displace="mean field", max_step=0.1
    )
    expected = 3.0 * np.exp((-0.7j - 0.3) * np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose((run.q + 1j * run.p).values[:, 0] / np.sqrt(2), expected, atol=1e-7)
    np.testing.assert_allclose(run.occupation.values[:, 0], np.abs(expected) ** 2, atol=1e-6)
    assert run.fock_tail.max() < 1e-9


def test_a_mean_field_that_fails_asks_for_fock(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(*arguments: Any, **values: Any) -> Any:
        run = ls.evolve(*arguments, **values)
        return run.assign(q=run.q * np.nan, sentence="It failed.")

    monkeypatch.setattr(cutoff, "evolve", failed)
    with pytest.raises(ls.LargespinError, match=r"must be given as `fock`, because .* failed: It failed"):
        evolve(MODEL, UP, 1.0, particles=N, **VALUES)
    assert evolve(MODEL, UP, 1.0, particles=N, fock=20, **VALUES).outcome.item() == "finished"

"""Late motion against runs of `evolve` that are watched in the same window."""

import numpy as np
import pytest

import largespin as ls
from largespin.meanfield.points import points
from largespin.phases.late_motion import LateMotion, late_motion

HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
STARTS = np.array([[0.0, 0.0, 0.5], [0.0, 0.1, 0.1], [0.0, 0.0, 0.9]])


def watched(window: tuple[float, float], patience: float = 0.0) -> LateMotion:
    """A run that creeps to rest (pitchfork), one on a cycle, one at rest."""
    where = points(HOPFIELD, {"temperature": [1.0, 0.6, 0.5], "field": 0.2})
    table = where.parameters.copy()
    table[0, list(HOPFIELD.parameters).index("field")] = 0.0
    return late_motion(HOPFIELD, STARTS, table, window, patience=np.array([patience, 0.0, 0.0]))


@pytest.fixture(scope="module")
def creeping() -> np.ndarray:
    run = ls.evolve(HOPFIELD, STARTS[0], np.linspace(0, 4100, 16401), tolerance=1e-10, temperature=1.0, field=0.0)
    return run.overlap.values[:, 0]


def test_creeping(creeping: np.ndarray) -> None:
    found = watched((1000.0, 1100.0))
    assert found.spread[0] == pytest.approx(creeping[4000:4401].std(), rel=1e-3)
    # ż = −z³/3·… never turns round.
    assert found.turns[0] == 0


def test_patience_moves_the_window(creeping: np.ndarray) -> None:
    found = watched((1000.0, 1100.0), patience=1500.0)
    assert found.spread[0] == pytest.approx(creeping[16000:16401].std(), rel=1e-3)
    # A run without patience beside it is watched when it would be alone.
    where = points(HOPFIELD, {"temperature": 1.0, "field": [0.0, 0.0]})
    both = late_motion(HOPFIELD, STARTS[[0, 0]], where.parameters, (1000.0, 1100.0), patience=np.array([1500.0, 0.0]))
    expected = [creeping[16000:16401].std(), creeping[4000:4401].std()]
    assert both.spread == pytest.approx(expected, rel=1e-3)


def test_cycle_and_rest() -> None:
    where = points(HOPFIELD, {"temperature": 0.6, "field": 0.4})
    found = late_motion(HOPFIELD, STARTS[1:2], where.parameters, (500.0, 600.0))
    run = ls.evolve(HOPFIELD, STARTS[1], np.linspace(0, 600, 2401), temperature=0.6, field=0.4)
    overlap = run.overlap.values[2000:, 0]
    assert found.spread[0] == pytest.approx(overlap.std(), rel=1e-2)
    assert found.turns[0] == pytest.approx(np.sum(np.diff(np.sign(np.diff(overlap))) != 0), abs=1)
    rest = watched((1000.0, 1100.0))
    assert rest.spread[2] < 1e-8

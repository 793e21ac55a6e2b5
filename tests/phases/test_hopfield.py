"""The phases of the Hopfield network against the analytic lines of the theory page."""

import numpy as np
import pytest

from largespin.errors import LargespinError
from largespin.phases import has_phase, hopfield_phase, hopfield_phases, phase_names
from largespin.reproduce.hopfield_phases import disagreements, expected_phases


def test_grid_follows_the_analytic_lines() -> None:
    temperatures = [0.31, 0.45, 0.55, 0.63, 0.7, 0.85, 0.97, 1.2]
    grid = hopfield_phases(temperatures, [0.0, 0.07, 0.2, 0.27, 0.3, 0.45, 0.8])
    assert grid.phase.dims == ("temperature", "field")
    expected = expected_phases(grid.temperature.values[:, None], grid.field.values[None, :])
    found = phase_names(grid).values
    assert found.tolist() == expected.tolist()
    assert disagreements(grid) == 0
    assert {"paramagnet", "retrieval", "limit cycle"} == set(found.ravel())
    # Overlap where retrieval is, motion where the cycle is.
    retrieval = found == "retrieval"
    assert np.array_equal(np.isfinite(grid.overlap.values), retrieval)
    assert np.array_equal(grid.limit_cycle.values, has_phase(grid, "limit cycle").values)
    assert np.array_equal(grid.paramagnet_stable.values, (found == "paramagnet"))
    o, beta = grid.overlap.values, 1 / grid.temperature.values[:, None]
    gap = (1 + 8 * grid.field.values**2 / np.cosh(beta * o) ** 2) * o - np.tanh(beta * o)
    assert np.abs(gap[retrieval]).max() < 1e-8
    assert grid.overlap_std.values[retrieval].max() < 1e-6
    assert grid.overlap_std.values[grid.limit_cycle.values].min() > 0.05


def test_expected_phases_by_hand() -> None:
    # docs/theory.md: at T = 0.5 the fold is at 0.39949; at T = 0.8 the pitchfork at √(0.25/8) = 0.17678.
    temperature = np.array([0.5, 0.5, 0.8, 0.8, 1.1])
    field = np.array([0.399, 0.400, 0.176, 0.177, 0.0])
    names = expected_phases(temperature, field)
    assert names.tolist() == ["retrieval", "limit cycle", "retrieval", "paramagnet", "paramagnet"]


@pytest.mark.parametrize(
    ("field", "name"), [(0.271, "retrieval"), (0.274, "retrieval + limit cycle"), (0.277, "limit cycle")]
)
def test_glauber_rates_have_a_strip_of_coexistence(field: float, name: str) -> None:
    # docs/theory.md, section 9: 0.27204 < Ω < 0.27603 at T = 0.6.
    phase = hopfield_phase(0.6, field, rates="glauber")
    assert phase.name == name
    if name == "retrieval + limit cycle":
        assert phase.sentence.startswith("Coexistence of retrieval and a limit cycle at T = 0.6, Ω = 0.274")
        beta = 1 / 0.6
        grid = np.linspace(0.05, 0.9, 200001)
        overlap = grid[np.argmin(np.abs((1 + 8 * field**2) * grid - np.tanh(beta * grid)))]
        assert f"overlap {overlap:.4f}" in phase.sentence


def test_exponential_rates_have_none_there() -> None:
    assert hopfield_phase(0.6, 0.290).name == "retrieval"
    assert hopfield_phase(0.6, 0.297).name == "limit cycle"


@pytest.mark.parametrize(
    ("temperature", "field", "sentence"),
    [
        (0.5, 0.2, "Retrieval phase at T = 0.5, Ω = 0.2: a stored pattern is held with overlap 0.9235."),
        (1.3, 0.1, "Paramagnetic phase at T = 1.3, Ω = 0.1: every pattern is forgotten."),
        (0.6, 0.35, "Limit-cycle phase at T = 0.6, Ω = 0.35: the overlap oscillates with standard deviation 0.35"),
    ],
)
def test_sentences(temperature: float, field: float, sentence: str) -> None:
    assert hopfield_phase(temperature, field).sentence.startswith(sentence)


@pytest.mark.parametrize(("temperature", "field"), [(1.0, 0.0), (0.8, np.sqrt(0.25 / 8))])
def test_slow_decay_on_the_pitchfork_is_no_cycle(temperature: float, field: float) -> None:
    # No cycle exists for β ≤ 3/2; on the line the overlap creeps to zero as t^(−1/2).
    phase = hopfield_phase(temperature, field)
    assert "limit cycle" not in phase.name
    assert phase.sentence.startswith("Undecided")
    assert "phase boundary" in phase.sentence


def test_wrong_input() -> None:
    with pytest.raises(LargespinError):
        hopfield_phase(-1.0, 0.1)
    with pytest.raises(LargespinError, match="rates"):
        hopfield_phase(0.5, 0.1, rates="metropolis")  # type: ignore[arg-type]

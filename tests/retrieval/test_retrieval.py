"""Patterns come back where theory says so, and the verdict says what happened where they do not."""

import numpy as np
import pytest

import largespin as ls
from largespin import retrieve
from largespin.phases import critical_couplings
from largespin.retrieval import Retrieval


@pytest.fixture(scope="module")
def patterns() -> ls.Patterns:
    """Three pictures that resemble each other: a common frame and different insides."""
    generator = np.random.default_rng(5)
    values = np.sign(generator.standard_normal((3, 40, 40)))
    values[:, :14] = 1.0
    return ls.patterns_from_array(values, names=["a", "b", "c"])


def test_hopfield_retrieves_with_the_overlap_of_the_stationary_equation(patterns: ls.Patterns) -> None:
    result = retrieve(patterns, start="b", temperature=0.5, field=0.25)
    z, beta, field = result.overlaps_end[1], 2.0, 0.25
    assert result.outcome == "retrieved"
    assert result.retrieved == 1
    assert (1 + 8 * field**2 / np.cosh(beta * z) ** 2) * z == pytest.approx(np.tanh(beta * z), abs=1e-6)
    assert result.overlaps_start[1] == pytest.approx(0.6)
    assert result.agreement_start[1] == pytest.approx(0.8)
    assert result.agreement_end[1] == 1.0
    assert "Retrieved 'b': overlap 0.60 at the start" in result.verdict


def test_pictures_are_what_the_numbers_say(patterns: ls.Patterns) -> None:
    result = retrieve(patterns, corruption=0.1, seed=4)
    assert np.array_equal(result.start_picture.ravel(), ls.corrupt(patterns.values[0], 0.1, seed=4))
    assert np.array_equal(np.sign(result.end_picture), patterns.picture(0))
    assert result.frames.shape == (len(result.frame_times), 40, 40)
    assert np.array_equal(result.frames[0], result.start_picture)
    assert result.frames[-1] == pytest.approx(result.end_picture)
    assert result.frame_overlaps[0] == pytest.approx(result.overlaps_start)


def test_rule_is_chosen_by_the_patterns_and_said(patterns: ls.Patterns) -> None:
    assert retrieve(patterns).learning == "projection"
    assert "more than the tolerated" in retrieve(patterns).learning_reason
    assert retrieve(ls.random_patterns(2, 4000, seed=1)).learning == "hebb"
    asked = retrieve(patterns, learning="hebb")
    assert asked.outcome == "mixture"
    assert "as asked; for these patterns the recommendation is: Projection rule" in asked.learning_reason
    assert "Hebb's rule does not undo" in asked.phase


def test_other_ends_are_named(patterns: ls.Patterns) -> None:
    def outcome(**numbers: float) -> Retrieval:
        return retrieve(patterns, **numbers)  # type: ignore[arg-type]

    assert outcome(corruption=0.9).outcome == "antipattern"
    assert "the negative of 'a'" in outcome(corruption=0.9).verdict
    assert outcome(temperature=1.5).outcome == "forgotten"
    cycle = outcome(temperature=0.5, field=0.6, time=60.0)
    assert cycle.outcome == "oscillating"
    assert cycle.overlaps_spread[0] > 0.4
    assert "no pattern is held" in cycle.verdict
    assert outcome(temperature=0.9, field=0.0, time=0.5).outcome == "moving"


@pytest.mark.parametrize("coupling", [0.9, 1.2])
def test_dicke_with_relaxation_repairs_every_site(patterns: ls.Patterns, coupling: float) -> None:
    result = retrieve(patterns, model="dicke", coupling=coupling, relaxation=0.3, time=100.0)
    r = (critical_couplings(0.5, [1.0], [1.0]) / coupling) ** 2
    assert result.outcome == "retrieved"
    assert result.agreement_end[0] == 1.0
    assert result.overlaps_end[0] == pytest.approx(np.sqrt(2 * r * (1 - r)), abs=0.02)


def test_dicke_without_relaxation_repairs_no_site(patterns: ls.Patterns) -> None:
    result = retrieve(patterns, model="dicke", relaxation=0.0)
    m = result.dataset.m.values
    right = result.spins.start == result.spins.coefficients[0]
    columns = result.spins.coefficients.T
    for wrong_block in np.flatnonzero(~right):
        partners = np.flatnonzero(right & (columns == columns[wrong_block]).all(axis=1))
        assert m[:, partners[0]] == pytest.approx(-m[:, wrong_block], abs=1e-6)
    assert result.outcome != "retrieved"
    assert abs(result.overlaps_end[0]) < 0.6 + 1e-9
    assert "wrong sites stay opposite to right ones" in result.verdict


def test_dicke_below_the_critical_coupling_forgets(patterns: ls.Patterns) -> None:
    result = retrieve(patterns, model="dicke", coupling=0.4, time=100.0)
    assert result.outcome == "forgotten"
    assert "Normal phase" in result.phase


def test_dataset_repeats_the_run(patterns: ls.Patterns) -> None:
    first = retrieve(patterns, start=2, corruption=0.3, seed=9, field=0.1)
    attrs = first.dataset.attrs
    stored = ls.patterns_from_array(
        first.dataset.stored.values.astype(float), names=list(first.dataset.pattern_name.values)
    )
    keys = ("model", "rates", "learning", "start", "corruption", "seed", "temperature", "field", "time")
    second = retrieve(stored, **{key: attrs[f"retrieval_{key}"] for key in keys})
    assert np.array_equal(first.dataset.m, second.dataset.m)


def test_steps_are_reported(patterns: ls.Patterns) -> None:
    phrases: list[str] = []
    retrieve(patterns, report=phrases.append)
    assert phrases[0] == "sorting sites into large spins"
    assert len(phrases) == 4

"""How alike patterns are, and the recommended learning rule."""

import numpy as np
import pytest

from largespin import (
    ideal_large_spins,
    large_spins,
    patterns_from_array,
    random_patterns,
    recommended_rule,
    strongest_correlation,
)
from largespin.errors import LargespinError
from largespin.patterns.correlations import random_level

ALIKE = [[1] * 1000, [1] * 500 + [-1] * 500, [-1] * 900 + [1] * 100]


def test_strongest_correlation_by_hand_ignores_the_sign() -> None:
    patterns = patterns_from_array(ALIKE)
    assert strongest_correlation(patterns) == (pytest.approx(0.8), 0, 2)
    assert strongest_correlation(large_spins(patterns, gauge=True)) == (pytest.approx(0.8), 0, 2)


def test_strongest_correlation_does_not_depend_on_the_scale_of_general_values() -> None:
    small = strongest_correlation(patterns_from_array([[0.1, 0.1, 0], [0, 0.1, 0.1]]))
    large = strongest_correlation(patterns_from_array([[50.0, 50, 0], [0, 0.1, 0.1]]))
    assert small == (pytest.approx(0.5), 0, 1)
    assert large == (pytest.approx(0.5), 0, 1)


def test_strongest_correlation_without_any() -> None:
    assert strongest_correlation(patterns_from_array([[1, -1]])) == (0.0, 0, 0)
    assert strongest_correlation(ideal_large_spins(3)) == (0.0, 0, 1)
    assert strongest_correlation(patterns_from_array([[0, 0], [1, 1]], keep_values=True)) == (0.0, 0, 1)


def test_random_level_covers_random_patterns() -> None:
    assert random_level(100) == pytest.approx(0.4)
    assert random_level(10**6) == 0.1
    assert random_level(None) == 0.1
    for seed in range(20):
        assert strongest_correlation(random_patterns(5, 400, seed=seed))[0] < random_level(400)


def test_recommended_rule_and_its_sentence() -> None:
    patterns = patterns_from_array(ALIKE, names=["cat", "boat", "tree"])
    assert recommended_rule(patterns) == (
        "projection",
        "Projection rule: patterns 'cat' and 'tree' overlap by 0.80, more than the tolerated 0.13.",
    )
    assert recommended_rule(patterns.select("boat", "tree"))[0] == "projection"
    assert recommended_rule(patterns.select("boat", "tree"), limit=0.21)[0] == "hebb"
    assert recommended_rule(patterns, limit=0.9) == (
        "hebb",
        "Hebb's rule: no two patterns overlap by more than the tolerated 0.90 "
        "(patterns 'cat' and 'tree' overlap by 0.80).",
    )
    assert recommended_rule(patterns.select(0)) == (
        "hebb",
        "Hebb's rule: a single pattern overlaps with no other.",
    )
    assert recommended_rule(random_patterns(4, 1000, seed=2))[0] == "hebb"
    assert recommended_rule(ideal_large_spins(4))[0] == "hebb"


def test_limit_is_checked() -> None:
    with pytest.raises(LargespinError, match=r"Argument `limit` must lie in \[0, 1\], but it is 2."):
        recommended_rule(patterns_from_array(2 * np.eye(2) - 1), limit=2)

"""Patterns: what is stored, what random patterns look like, overlaps site by site."""

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin import Patterns, overlaps, patterns_from_array, random_patterns
from largespin.errors import LargespinError

LEFT_AND_ODD = [[1, 1, -1, -1], [1, -1, 1, -1], [1, 1, 1, -1]]


def test_facts_of_a_small_example() -> None:
    patterns = patterns_from_array(LEFT_AND_ODD, names=["left", "odd", "most"])
    assert (patterns.number_of_patterns, patterns.number_of_sites, len(patterns)) == (3, 4, 3)
    assert patterns.correlations.tolist() == [[1, 0, 0.5], [0, 1, 0.5], [0.5, 0.5, 1]]
    assert [row.tolist() for row in patterns] == LEFT_AND_ODD
    assert patterns["odd"].tolist() == patterns[1].tolist() == LEFT_AND_ODD[1]
    assert repr(patterns) == "Patterns(3 patterns of 4 sites, values ±1: left, odd, most)"


@pytest.mark.parametrize(("values", "binary"), [([[1, -1]], True), ([[1, 0]], False), ([[1, -1], [1, 1.5]], False)])
def test_binary_means_plus_and_minus_one_only(values: Any, binary: bool) -> None:
    assert patterns_from_array(values, keep_values=True).is_binary is binary


def test_values_belong_to_the_patterns_alone() -> None:
    given_values = np.array(LEFT_AND_ODD, dtype=float)
    patterns = patterns_from_array(given_values)
    given_values[0, 0] = 7.0
    assert patterns.values[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        patterns.values[0, 0] = 7.0
    with pytest.raises(FrozenInstanceError):
        patterns.names = ("a", "b", "c")  # type: ignore[misc]


def test_pictures_keep_their_rows_and_columns() -> None:
    pictures = np.array([[[1, -1, 1], [-1, -1, 1]], [[1, 1, 1], [-1, 1, 1]]])
    patterns = patterns_from_array(pictures, names=["a", "b"])
    assert patterns.picture_shape == (2, 3)
    assert patterns.values[0].tolist() == [1, -1, 1, -1, -1, 1]
    assert np.array_equal(patterns.picture("b"), pictures[1])
    assert "2 x 3 sites" in repr(patterns)
    flat = patterns_from_array(pictures.reshape(2, 6), picture_shape=(2, 3))
    assert np.array_equal(flat.picture(0), pictures[0])


def test_select_keeps_order_names_and_shape() -> None:
    patterns = patterns_from_array(np.arange(12).reshape(3, 2, 2), names=["a", "b", "c"]).select("c", 0)
    assert patterns.names == ("c", "a")
    assert patterns.values.tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
    assert patterns.picture_shape == (2, 2)


def test_random_patterns_follow_seed_and_probabilities() -> None:
    first = random_patterns(2, 20_000, seed=5, values=(2, 0, -1), probabilities=(0.5, 0.3, 0.2))
    again = random_patterns(2, 20_000, seed=5, values=(2, 0, -1), probabilities=(0.5, 0.3, 0.2))
    other = random_patterns(2, 20_000, seed=6, values=(2, 0, -1), probabilities=(0.5, 0.3, 0.2))
    assert np.array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)
    for value, probability in ((2, 0.5), (0, 0.3), (-1, 0.2)):
        assert np.mean(first.values == value) == pytest.approx(probability, abs=0.01)


def test_random_signs_are_even_and_independent() -> None:
    patterns = random_patterns(3, 40_000, seed=1)
    assert patterns.is_binary
    assert np.abs(patterns.values.mean(axis=1)).max() < 4 / 200
    assert np.abs(patterns.correlations - np.eye(3)).max() < 4 / 200


def test_overlaps_by_hand_for_several_configurations() -> None:
    patterns = patterns_from_array(LEFT_AND_ODD)
    found = overlaps(patterns, [[1, 1, -1, 1], [-1, 1, -1, 1]])
    assert found.tolist() == [[0.5, -0.5, 0.0], [0.0, -1.0, -0.5]]


def test_overlaps_accept_pictures() -> None:
    patterns = patterns_from_array(np.array(LEFT_AND_ODD).reshape(3, 2, 2))
    batch = patterns.values.reshape(3, 2, 2)
    assert np.array_equal(overlaps(patterns, batch), patterns.correlations)
    assert np.array_equal(overlaps(patterns, patterns.picture(1)), patterns.correlations[1])


@given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 1000))
def test_overlap_of_a_pattern_with_itself_is_one(count: int, sites: int, seed: int) -> None:
    patterns = random_patterns(count, sites, seed=seed)
    assert np.allclose(np.diag(overlaps(patterns, patterns.values)), 1.0)


def _refusal(call: Any) -> str:
    with pytest.raises(LargespinError) as caught:
        call()
    return str(caught.value)


def test_refusals_say_what_is_allowed() -> None:
    patterns = patterns_from_array(LEFT_AND_ODD)
    square = patterns_from_array(np.ones((1, 2, 2)))
    expected = {
        "Argument `array` must have shape (patterns, sites) or (patterns, rows, columns), "
        "but its shape is (2,).": lambda: patterns_from_array([1, -1]),
        "Argument `array` must be numbers, but it holds truth values; 2*array - 1 makes them ±1.": lambda: (
            patterns_from_array([[True, False]])
        ),
        "Argument `values` must hold at least one pattern of one site, but its shape is (0, 4).": lambda: (
            patterns_from_array(np.zeros((0, 4)))
        ),
        "Argument `names` must be 3 name(s), one per pattern, but it is ['a', 'b'].": lambda: patterns_from_array(
            LEFT_AND_ODD, names=["a", "b"]
        ),
        "Argument `names` must be 3 name(s), one per pattern, but it is 'abc'.": lambda: Patterns(
            patterns.values,
            "abc",  # type: ignore[arg-type]
        ),
        "Argument `names` must be all different, but 'a' occurs more than once.": lambda: patterns_from_array(
            LEFT_AND_ODD, names=["a", "b", "a"]
        ),
        "Argument `picture_shape` must be (rows, columns) with rows*columns = 4, but it is (2, 3).": lambda: (
            patterns_from_array(LEFT_AND_ODD, picture_shape=(2, 3))
        ),
        "Argument `picture_shape` must be (2, 2) like the array, but it is (4, 1).": lambda: patterns_from_array(
            np.ones((1, 2, 2)), picture_shape=(4, 1)
        ),
        "Argument `picture_shape` must be given when the patterns are made to see them as pictures, "
        "but it is None.": lambda: patterns.picture(0),
        "Argument `index` must lie in [0, 2], but it is 3.": lambda: patterns[3],
        "Argument `index` must be one of pattern 0, pattern 1, pattern 2, or a number, but it is 'x'.": (
            lambda: patterns["x"]
        ),
        "Argument `configuration` must have shape (..., 4), but its shape is (3,).": lambda: overlaps(
            patterns, [1, 1, 1]
        ),
        "Argument `configuration` must have shape (..., 4) or (..., 2, 2), but its shape is (3,).": lambda: overlaps(
            square, [1, 1, 1]
        ),
        "Argument `values` must list at least two different values, but it is [1.0, 1.0].": lambda: random_patterns(
            1, 2, seed=0, values=(1, 1)
        ),
        "Argument `probabilities` must have one entry per value (2), but it has 1.": lambda: random_patterns(
            1, 2, seed=0, probabilities=[1.0]
        ),
        "Argument `probabilities` must be positive numbers that sum to 1, but they are [0.5, 0.6].": lambda: (
            random_patterns(1, 2, seed=0, probabilities=[0.5, 0.6])
        ),
        "Argument `count` must be at least 1, but it is 0.": lambda: random_patterns(0, 2, seed=0),
        "Argument `sites` must be at least 1, but it is 0.": lambda: random_patterns(1, 0, seed=0),
        "Argument `seed` must be a whole number, but None is not.": lambda: random_patterns(
            1,
            2,
            seed=None,  # type: ignore[arg-type]
        ),
    }
    for sentence, call in expected.items():
        assert _refusal(call) == sentence

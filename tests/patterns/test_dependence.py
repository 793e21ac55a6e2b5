"""Dependent patterns are found and named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin.patterns.dependence import dependent_patterns

A = np.array([1.0, 1, 1, 1, -1, -1])
B = np.array([1.0, -1, 1, -1, 1, 1])
C = np.array([1.0, 1, -1, -1, 1, -1])


@pytest.mark.parametrize(
    ("rows", "phrases"),
    [
        ([A, B, C], []),
        ([1e-8 * A, 1e-8 * B], []),
        ([A, A], ["'b' equals 'a'"]),
        ([A, B, -A], ["'c' is the negative of 'a'"]),
        ([A, B, 3 * B], ["'c' is 3 times 'b'"]),
        ([A, B, C, A - C], ["'d' is a combination of 'a', 'c'"]),
        ([A, B, C, 1e-9 * (A - C)], ["'d' is a combination of 'a', 'c'"]),
        ([A, 0 * A], ["'b' is zero everywhere"]),
        ([0 * A, A], ["'a' is zero everywhere"]),
        (
            [A, B, A, -B, A + B],
            ["'c' equals 'a'", "'d' is the negative of 'b'", "'e' is a combination of 'a', 'b'"],
        ),
    ],
)
def test_phrases(rows: list[np.ndarray], phrases: list[str]) -> None:
    assert dependent_patterns(np.array(rows), "abcdef") == phrases


def test_patterns_of_a_million_sites_that_differ_on_one_are_independent() -> None:
    rows = np.ones((2, 1_000_000))
    rows[1, 0] = -1
    assert dependent_patterns(rows, "ab") == []


def test_rounding_does_not_hide_a_combination_of_nearly_dependent_rows() -> None:
    # Powers of x are close to dependent. Orthogonalised only once, rounding leaves the last row a remainder
    # above the tolerance, and the equality would go unnoticed.
    x = np.linspace(0.0, 1.0, 60)
    rows = np.array([x**power for power in range(11)] + [(1 - 2 * x) ** 10])
    everything = ", ".join(repr(name) for name in "abcdefghijk")
    assert dependent_patterns(rows, "abcdefghijkl") == [f"'l' is a combination of {everything}"]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_number_of_phrases_is_the_lack_of_rank(count: int, sites: int, seed: int) -> None:
    rows = np.random.default_rng(seed).choice([-1.0, 1.0], size=(count, sites))
    assert len(dependent_patterns(rows, "abcdef")) == count - np.linalg.matrix_rank(rows)

"""Damaged configurations: how many sites flip, and which."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin import corrupt, overlaps, random_patterns
from largespin.errors import LargespinError

SHARES = st.floats(0.0, 1.0)
SEEDS = st.integers(0, 10_000)


@given(st.integers(1, 60), SHARES, SEEDS)
def test_exactly_the_rounded_share_flips(sites: int, share: float, seed: int) -> None:
    pattern = random_patterns(1, sites, seed=3)[0]
    damaged = corrupt(pattern, share, seed=seed)
    assert np.sum(damaged == -pattern) == round(share * sites)
    assert np.sum(damaged == pattern) == sites - round(share * sites)


@given(SHARES, SHARES, SEEDS)
def test_more_damage_includes_less_damage(one: float, two: float, seed: int) -> None:
    few = corrupt(np.ones(50), min(one, two), seed=seed) < 0
    many = corrupt(np.ones(50), max(one, two), seed=seed) < 0
    assert np.all(many[few])


def test_seed_decides_which_sites_and_the_original_stays() -> None:
    original = np.ones(100)
    first = corrupt(original, 0.3, seed=1)
    assert np.array_equal(first, corrupt(original, 0.3, seed=1))
    assert not np.array_equal(first, corrupt(original, 0.3, seed=2))
    assert np.array_equal(original, np.ones(100))


def test_every_site_is_as_likely_as_any_other() -> None:
    hits = sum((corrupt(np.ones(10), 0.3, seed=seed) < 0).astype(int) for seed in range(2000))
    # Standard deviation of a binomial count with 2000 trials and probability 0.3 is 20.5.
    assert np.all(np.abs(np.asarray(hits) - 600) < 5 * 20.5)


def test_overlap_falls_by_twice_the_share() -> None:
    patterns = random_patterns(1, 1000, seed=4)
    assert overlaps(patterns, corrupt(patterns[0], 0.2, seed=9))[0] == pytest.approx(0.6)


def test_refusals_say_what_is_allowed() -> None:
    with pytest.raises(LargespinError, match=r"Argument `share` must lie in \[0, 1\], but it is 1.5."):
        corrupt(np.ones(4), 1.5, seed=0)
    with pytest.raises(
        LargespinError,
        match=r"one row of sites, shape \(N,\), but its shape is \(2, 2\); np\.ravel makes a row",
    ):
        corrupt(np.ones((2, 2)), 0.5, seed=0)
    with pytest.raises(LargespinError, match=r"Argument `seed` must be at least 0, but it is -1\."):
        corrupt(np.ones(4), 0.5, seed=-1)

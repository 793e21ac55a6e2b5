"""Retrievals that start from sites of one's own."""

from typing import Any

import numpy as np
import pytest

import largespin as ls

PATTERNS = ls.patterns_from_array(ls.random_patterns(2, 400, seed=3).values.reshape(2, 20, 20), names=["cat", "boat"])


def damaged(index: int, sites: int) -> Any:
    probe = PATTERNS.picture(index).copy()
    probe.ravel()[:sites] *= -1
    return probe


@pytest.mark.parametrize("shape", [(400,), (20, 20)])
@pytest.mark.parametrize("index", [0, 1])
def test_a_picture_damaged_by_hand_comes_back(index: int, shape: tuple[int, ...]) -> None:
    probe = damaged(index, 60)
    result = ls.retrieve(PATTERNS, start=probe.reshape(shape))
    assert (result.outcome, result.retrieved, result.start, result.is_own_start) == ("retrieved", index, index, True)
    # No further damage: the run starts from exactly these sites.
    np.testing.assert_array_equal(result.start_picture, probe)
    assert result.settings.corruption == 0.0
    assert result.overlaps_start[index] == pytest.approx(1 - 2 * 60 / 400)
    assert result.dataset.attrs["retrieval_start_is_own"] == 1


def test_unknown_sites_are_filled_in() -> None:
    probe = damaged(1, 0)
    probe[:6] = 0.0
    result = ls.retrieve(PATTERNS, start=probe)
    assert (result.outcome, result.retrieved) == ("retrieved", 1)
    np.testing.assert_array_equal(result.dataset.start_sites, probe)


def test_sites_of_ones_own_are_damaged_further_if_asked() -> None:
    result = ls.retrieve(PATTERNS, start=damaged(0, 40), corruption=0.1, seed=2)
    assert np.count_nonzero(result.start_picture != damaged(0, 40)) == 40


def test_names_and_positions_name_stored_patterns() -> None:
    by_name, by_number = ls.retrieve(PATTERNS, start="boat"), ls.retrieve(PATTERNS, start=np.int64(1))
    np.testing.assert_array_equal(by_name.start_picture, by_number.start_picture)
    assert not by_name.is_own_start
    assert by_name.settings.corruption == 0.2


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (np.ones(3), "Argument `start` must have shape"),
        (
            (damaged(0, 0) + 1) / 2,
            r"none is -1, as in a picture of 0 and 1; make them ±1.*np.where\(start > 0.5, 1, -1\)",
        ),
        (damaged(0, 0) > 0, "none is -1, as in a picture of 0 and 1"),
        (255 * (damaged(0, 0) + 1) / 2, r"picture of 0 and 255; .*np.where\(start > 127.5, 1, -1\)"),
        (np.zeros(400), "must have sites that are not zero"),
        (3 * np.ones(400), r"must have values in \[-1, 1\]"),
        ([["cat"]], "must be real numbers"),
    ],
)
def test_sites_that_do_not_fit_are_refused(start: Any, sentence: str) -> None:
    with pytest.raises(ls.LargespinError, match=sentence):
        ls.retrieve(PATTERNS, start=start)

"""Rules of one's own: what they may return, and what is said of those that fail."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

from largespin.phases import Rule

POINTS = xr.Dataset({"number_of_stable": ("point", [0, 1, 2]), "order": ("point", [0.0, 0.5, 1.0])})


@pytest.mark.parametrize(
    ("holds", "truth"),
    [
        (lambda points: points.number_of_stable > 0, [False, True, True]),
        (lambda points: True, [True] * 3),
        (lambda points: np.bool_(False), [False] * 3),
    ],
)
def test_truth_of_every_point(holds: Any, truth: list[bool]) -> None:
    assert Rule("a", holds)(POINTS).tolist() == truth


@pytest.mark.parametrize("kept", [slice(0, 1), slice(0, 2), slice(0, 0)])
def test_points_must_not_be_left_out(kept: slice) -> None:
    """One value for three points was taken for all of them."""
    rule = Rule("a", lambda points: (points.order < 2).isel(point=kept))
    check_sentence(
        lambda: rule(POINTS),
        f"Rule `a` must return one truth value for each point, but it returned {kept.stop} for 3 points; keep all of them.",
    )


def test_a_rule_that_fails() -> None:
    check_sentence(
        lambda: Rule("a", lambda points: points.nope > 1)(POINTS),
        "Rule `a` must not fail, but it raised AttributeError: 'Dataset' object has no attribute 'nope'. It gets a Dataset with "
        "number_of_stable, order.",
    )

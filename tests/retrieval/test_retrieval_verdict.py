"""Verdicts on made-up endings, whose right answer is known."""

import numpy as np
import pytest

import largespin as ls
from largespin.errors import FloatArray
from largespin.retrieval.result import frame_indices
from largespin.retrieval.verdict import agreement, judge, late_state

SPINS = ls.ideal_large_spins(3, gauge=False)
A, B, C = SPINS.coefficients


def verdict(end: FloatArray) -> tuple[str, int | None, str]:
    z = np.vstack([np.linspace(0.5, 1.0, 40)[:, None] * end, np.tile(end, (60, 1))])
    found = judge(SPINS, late_state(SPINS, z, step=0.2), start=0, first_z=0.5 * A, turning_only=False)
    return found.kind, found.pattern, found.sentence


@pytest.mark.parametrize(
    ("end", "kind", "pattern"),
    [
        (0.9 * A, "retrieved", 0),
        (0.9 * B, "retrieved", 1),
        (-0.9 * A, "antipattern", 0),
        (0.5 * A + 0.4 * B, "mixture", 0),
        (0.5 * (A + B), "mixture", 0),
        (0.001 * A, "forgotten", None),
        (A * np.where(np.arange(8) == 3, -1.0, 1.0), "mixture", 0),
        (0.9 * A + 0.1 * B, "retrieved", 0),
    ],
)
def test_settled_ends(end: FloatArray, kind: str, pattern: int | None) -> None:
    assert verdict(end)[:2] == (kind, pattern)


def test_mixture_names_its_parts_largest_first() -> None:
    assert "Mixture of 'pattern 1' and the negative of 'pattern 0', started" in verdict(0.6 * B - 0.3 * A)[2]


def test_grey_sites_agree_with_nothing() -> None:
    assert agreement(SPINS, 0.5 * (A + B)) == pytest.approx([0.5, 0.5, 0.25])


def test_oscillation_about_a_pattern_is_told_from_one_about_zero() -> None:
    wave = np.sin(np.linspace(0.0, 60.0, 300))[:, None]
    about_pattern = judge(
        SPINS, late_state(SPINS, (0.6 + 0.1 * wave) * A, step=0.2), start=0, first_z=A, turning_only=False
    )
    about_zero = judge(SPINS, late_state(SPINS, 0.6 * wave * A, step=0.2), start=0, first_z=A, turning_only=False)
    assert (about_pattern.kind, about_pattern.pattern) == ("oscillating", 0)
    assert "0.6" in about_pattern.sentence
    assert "± 0.07" in about_pattern.sentence
    assert (about_zero.kind, about_zero.pattern) == ("oscillating", None)


def test_precession_that_no_overlap_shows_is_mentioned() -> None:
    hidden = A * B
    wave = np.sin(np.linspace(0.0, 60.0, 300))[:, None]
    z = 0.7 * A + 0.2 * wave * hidden
    late = late_state(SPINS, z, step=0.2)
    assert late.motion == "settled"
    assert late.z == pytest.approx(0.7 * A, abs=0.03)
    assert "keep precessing (z ± 0.14)" in judge(SPINS, late, start=0, first_z=A, turning_only=False).sentence


def test_decaying_oscillation_is_still_moving() -> None:
    times = np.linspace(0.0, 60.0, 300)[:, None]
    z = (0.6 + 0.4 * np.exp(-0.04 * times) * np.sin(2 * times)) * A
    assert late_state(SPINS, z, step=0.2).motion == "moving"


def test_frames_are_denser_where_more_happens() -> None:
    z = np.exp(-np.linspace(0.0, 50.0, 1001))[:, None]
    indices = frame_indices(z, np.ones(1), 40)
    assert indices[0] == 0
    assert indices[-1] == 1000
    assert np.count_nonzero(indices < 100) > 15
    assert np.max(np.diff(indices)) < 60


def test_slow_drift_is_still_moving() -> None:
    z = np.linspace(0.6, 0.605, 300)[:, None] * A
    assert late_state(SPINS, z, step=1e-3).motion == "moving"
    assert late_state(SPINS, z, step=1.0).motion == "settled"

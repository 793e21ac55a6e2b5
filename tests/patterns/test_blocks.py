"""LargeSpins by hand: states, painting, overlaps, and what is refused."""

from typing import Any

import numpy as np
import pytest

from largespin import LargeSpins, ideal_large_spins, large_spins, patterns_from_array
from largespin.errors import LargespinError

PICTURES = np.array([[[1, -1], [1, -1]], [[1, 1], [-1, -1]]])


def test_properties_with_and_without_sites() -> None:
    sampled = large_spins(patterns_from_array(PICTURES, names=["left", "top"]), gauge=True)
    assert (sampled.number_of_patterns, sampled.number_of_blocks, sampled.number_of_sites) == (2, 2, 4)
    assert sampled.names == ("left", "top")
    assert sampled.picture_shape == (2, 2)
    assert repr(sampled) == "LargeSpins(2 patterns, 2 blocks, 4 sites, gauge)"
    limit = ideal_large_spins(1)
    assert limit.number_of_sites is None
    assert repr(limit) == "LargeSpins(1 pattern, 1 block, infinitely many sites)"
    assert limit.names == ("pattern 0",)


def test_near_pattern_by_hand() -> None:
    spins = large_spins(patterns_from_array(PICTURES, names=["left", "top"]))
    assert spins.near_pattern(1).tolist() == [[0, 0, 1], [0, 0, -1], [0, 0, 1], [0, 0, -1]]
    assert np.array_equal(spins.near_pattern("top"), spins.near_pattern(1))
    assert np.allclose(spins.near_pattern(0, flipped=0.2)[:, 2], [0.6, 0.6, -0.6, -0.6])
    assert np.allclose(spins.near_pattern(0, flipped=0.2, antipattern=True)[:, 2], [-0.6, -0.6, 0.6, 0.6])
    assert np.allclose(spins.overlaps(spins.near_pattern(1, flipped=0.1)[:, 2]), [0.0, 0.8])


def test_from_sites_averages_in_the_gauge_frame() -> None:
    spins = large_spins(patterns_from_array([[1, 1, -1, -1]]), gauge=True)
    # Site values times the gauge: 1, 0.5, 0.5, -1.
    assert spins.from_sites([1, 0.5, -0.5, 1]).tolist() == [[0, 0, 0.25]]


def test_from_sites_takes_pictures_and_forgives_rounding() -> None:
    spins = large_spins(patterns_from_array(PICTURES))
    assert spins.from_sites(PICTURES[1] * (1 + 1e-9))[:, 2].tolist() == [1, -1, 1, -1]


def test_paint_undoes_the_gauge_and_keeps_leading_axes() -> None:
    spins = large_spins(patterns_from_array(PICTURES), gauge=True)
    # Gauge of the four sites: + - + -; blocks: top-left and bottom-right feel +, the others -.
    values = np.array([[0.5, 0.25], [1.0, -1.0], [0.0, 0.75]])
    painted = spins.paint(values)
    assert painted.shape == (3, 2, 2)
    assert painted[0].tolist() == [[0.5, -0.25], [0.25, -0.5]]
    assert spins.paint(values.reshape(3, 1, 2)).shape == (3, 1, 2, 2)


def test_overlaps_by_hand_for_several_states() -> None:
    spins = LargeSpins(
        coefficients=np.array([[1.0, 1.0], [2.0, -1.0]]), weights=np.array([0.25, 0.75]), names=("a", "b")
    )
    assert spins.overlaps([[1, 1], [1, -1]]).tolist() == [[1.0, -0.25], [-0.5, 1.25]]
    assert spins.correlations.tolist() == [[1.0, -0.25], [-0.25, 1.75]]


def test_arrays_are_read_only_copies() -> None:
    weights = np.array([1.0])
    spins = LargeSpins(coefficients=np.array([[1.0]]), weights=weights, names=("a",))
    weights[0] = 5.0
    assert spins.weights[0] == 1.0
    sampled = large_spins(patterns_from_array(PICTURES), gauge=False, start=PICTURES[0])
    for array in (
        sampled.coefficients,
        sampled.weights,
        sampled.block_of_site,
        sampled.counts,
        sampled.start,
    ):
        assert array is not None
        assert not array.flags.writeable


def _refusal(call: Any) -> str:
    with pytest.raises(LargespinError) as caught:
        call()
    return str(caught.value)


def test_refusals_of_states_say_what_is_allowed() -> None:
    sampled = large_spins(patterns_from_array([[1, -1, -1]], names=["a"]))
    general = large_spins(patterns_from_array([[1, 0, 0.5]], names=["a"]))
    ideal = large_spins(patterns_from_array([[1, -1, -1], [1, 1, 1]]).select(0), weights="ideal")
    unreached = large_spins(patterns_from_array([[1, 1, 1]]), weights="ideal")
    assert ideal.from_sites([1, 1, -1])[:, 2].tolist() == [1, 0]
    expected = {
        "Argument `index` must lie in [0, 0], but it is 1.": lambda: sampled.near_pattern(1),
        "Argument `index` must be one of a, or a number, but it is 'b'.": lambda: sampled.near_pattern("b"),
        "Argument `flipped` must lie in [0, 1], but it is -0.1.": lambda: sampled.near_pattern(0, flipped=-0.1),
        "Argument `index` must name a pattern with values ±1, but 'a' has values from 0 to 1; "
        "give the Bloch vectors yourself, shape (3, 3).": lambda: general.near_pattern(0),
        "Argument `configuration` must have shape (..., 3), but its shape is (2,).": lambda: sampled.from_sites([1, 1]),
        "Argument `configuration` must have values in [-1, 1], but one has the size 1.5.": lambda: sampled.from_sites(
            [1, 1.5, 0]
        ),
        "Argument `configuration` must reach every block, but block 1 has no site; "
        "make the blocks with weights='actual'.": lambda: unreached.from_sites([1, 1, 1]),
        "Method `paint` must know the sites of each block, but these blocks describe infinitely many sites; "
        "make them with `large_spins(patterns)`.": lambda: ideal_large_spins(1).paint([1]),
        "Method `from_sites` must know the sites of each block, but these blocks describe infinitely many "
        "sites; make them with `large_spins(patterns)`.": lambda: ideal_large_spins(1).from_sites([1]),
        "Argument `block_values` must have shape (..., 2), one value per block, but its shape is (2, 3); "
        "take one component of the Bloch vectors, such as [..., 2] for z.": lambda: sampled.overlaps(
            sampled.near_pattern(0)
        ),
        "Argument `block_values` must have shape (..., 2), one value per block, but its shape is (4,).": (
            lambda: sampled.paint(np.ones(4))
        ),
        "Argument `start` must be given to `large_spins` to start from it, but it is None.": (sampled.start_state),
    }
    for sentence, call in expected.items():
        assert _refusal(call) == sentence


def test_refusals_at_birth_say_what_is_allowed() -> None:
    columns = np.array([[1.0, -1.0]])
    expected = {
        "Argument `names` must be 1 name(s), one per pattern, but it is ('a', 'b').": lambda: LargeSpins(
            columns, np.array([0.5, 0.5]), ("a", "b")
        ),
        "Argument `coefficients` must have one column per weight (3), but its shape is (1, 2).": lambda: LargeSpins(
            columns, np.full(3, 1 / 3), ("a",)
        ),
        "Argument `weights` must be positive with sum 1, but the smallest is 0 and the sum 1.": lambda: LargeSpins(
            columns, np.array([1.0, 0.0]), ("a",)
        ),
        "Argument `weights` must be positive with sum 1, but the smallest is 0.5 and the sum 1.1.": lambda: LargeSpins(
            columns, np.array([0.5, 0.6]), ("a",)
        ),
        "Argument `coefficients` must be finite, but it contains NaN or infinity.": lambda: LargeSpins(
            np.array([[1.0, np.nan]]), np.array([0.5, 0.5]), ("a",)
        ),
    }
    for sentence, call in expected.items():
        assert _refusal(call) == sentence

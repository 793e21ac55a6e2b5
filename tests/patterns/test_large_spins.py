"""The mapping from sites to large spins, from samples and in the limit of many sites."""

import itertools
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin import Patterns, ideal_large_spins, large_spins, overlaps, patterns_from_array, random_patterns
from largespin.errors import LargespinError, LargespinWarning
from largespin.patterns.large_spins import Weights, _column_codes

# Of the size of CL21, Fig. 2: three patterns, eight spins. After the gauge, rows 1 and 2 read
# (-1 +1 +1 -1 -1 +1 -1 +1) and (-1 -1 +1 +1 -1 +1 +1 -1): every one of the four columns occurs twice.
FIGURE_2 = [
    [1, -1, 1, -1, -1, 1, 1, -1],
    [-1, -1, 1, 1, 1, 1, -1, -1],
    [-1, 1, 1, -1, 1, 1, 1, 1],
]

binary_samples = st.builds(random_patterns, st.integers(1, 5), st.integers(1, 40), seed=st.integers(0, 10_000))
general_samples = st.builds(
    random_patterns,
    st.integers(1, 4),
    st.integers(1, 40),
    seed=st.integers(0, 10_000),
    values=st.sampled_from([(-1, 0, 1), (0, 1), (-2.5, 0.3, 0.7, 4.0)]),
)
samples = st.one_of(
    st.tuples(binary_samples, st.booleans()),
    st.tuples(general_samples, st.just(False)),
)
SEEDS = st.integers(0, 10_000)


def test_figure_2_with_gauge_by_hand() -> None:
    spins = large_spins(patterns_from_array(FIGURE_2), gauge=True)
    assert spins.coefficients.tolist() == [[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1]]
    assert spins.weights.tolist() == [0.25] * 4
    assert spins.counts is not None
    assert spins.counts.tolist() == [2] * 4
    assert spins.block_of_site is not None
    assert spins.block_of_site.tolist() == [3, 1, 0, 2, 3, 0, 2, 1]
    assert spins.gauge is not None
    assert spins.gauge.tolist() == FIGURE_2[0]


def test_figure_s1_without_gauge_by_hand() -> None:
    spins = large_spins(patterns_from_array(FIGURE_2))
    assert spins.coefficients.tolist() == [
        [1, 1, 1, -1, -1, -1],
        [1, -1, -1, 1, 1, -1],
        [1, 1, -1, 1, -1, 1],
    ]
    assert spins.weights.tolist() == [0.25, 0.125, 0.125, 0.125, 0.125, 0.25]
    assert spins.gauge is None


def test_general_values_come_in_descending_order() -> None:
    spins = large_spins(patterns_from_array([[0.5, 2, -1, 2, 0.5], [7.0, 3, 7, 7, 3]]))
    assert spins.coefficients.tolist() == [[2, 2, 0.5, 0.5, -1], [7, 3, 7, 3, 7]]
    assert spins.block_of_site is not None
    assert spins.block_of_site.tolist() == [2, 1, 4, 0, 3]


@given(samples)
def test_every_site_lies_in_the_block_with_its_column(sample: tuple[Patterns, bool]) -> None:
    patterns, gauge = sample
    spins = large_spins(patterns, gauge=gauge)
    expected = patterns.values * patterns.values[0] if gauge else patterns.values
    assert np.array_equal(spins.coefficients[:, spins.block_of_site], expected)
    columns = list(zip(*spins.coefficients.tolist(), strict=True))
    assert len(set(columns)) == len(columns)
    assert columns == sorted(columns, reverse=True)
    assert spins.counts is not None
    assert spins.counts.min() >= 1


@given(samples, st.sampled_from(["actual", "ideal"]))
def test_weights_sum_to_one_and_blocks_stay_in_bounds(sample: tuple[Patterns, bool], weights: Weights) -> None:
    patterns, gauge = sample
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LargespinWarning)
        spins = large_spins(patterns, gauge=gauge, weights=weights)
    assert spins.weights.sum() == pytest.approx(1.0, abs=1e-12)
    distinct = 2 if patterns.is_binary else len(np.unique(patterns.values))
    possible = distinct ** (patterns.number_of_patterns - gauge)
    if weights == "ideal":
        assert spins.number_of_blocks == possible
    else:
        assert spins.number_of_blocks <= min(possible, patterns.number_of_sites)


@given(samples, SEEDS, st.booleans())
def test_overlaps_of_blocks_equal_overlaps_of_sites(sample: tuple[Patterns, bool], seed: int, split: bool) -> None:
    patterns, gauge = sample
    configuration = np.random.default_rng(seed).uniform(-1, 1, patterns.number_of_sites)
    spins = large_spins(patterns, gauge=gauge, start=configuration if split else None)
    from_blocks = spins.overlaps(spins.from_sites(configuration)[:, 2])
    assert np.allclose(from_blocks, overlaps(patterns, configuration), atol=1e-12)
    assert np.allclose(spins.correlations, patterns.correlations, atol=1e-12)


@given(samples, SEEDS)
def test_start_splits_blocks_and_can_be_painted_back(sample: tuple[Patterns, bool], seed: int) -> None:
    patterns, gauge = sample
    start = np.random.default_rng(seed).choice([-1.0, 0.25, 1.0], patterns.number_of_sites)
    spins = large_spins(patterns, gauge=gauge, start=start)
    assert spins.start is not None
    assert np.array_equal(spins.paint(spins.start), start)
    assert np.allclose(spins.start_state(), spins.from_sites(start), atol=1e-12)
    pairs = list(zip(*spins.coefficients.tolist(), spins.start.tolist(), strict=True))
    assert pairs == sorted(set(pairs), reverse=True)


@given(samples, SEEDS)
def test_painted_blocks_average_to_themselves(sample: tuple[Patterns, bool], seed: int) -> None:
    patterns, gauge = sample
    spins = large_spins(patterns, gauge=gauge)
    z = np.random.default_rng(seed).uniform(-1, 1, spins.number_of_blocks)
    painted = spins.paint(z)
    assert np.allclose(spins.from_sites(painted)[:, 2], z, atol=1e-12)
    assert np.allclose(overlaps(patterns, painted), spins.overlaps(z), atol=1e-12)


@given(binary_samples, st.booleans(), st.booleans())
def test_a_state_near_a_pattern_paints_that_pattern(patterns: Patterns, gauge: bool, antipattern: bool) -> None:
    spins = large_spins(patterns, gauge=gauge)
    for index in range(len(patterns)):
        painted = spins.paint(spins.near_pattern(index, flipped=0.25, antipattern=antipattern)[:, 2])
        assert np.allclose(painted, (-0.5 if antipattern else 0.5) * patterns[index])


@given(binary_samples, st.booleans())
def test_ideal_weights_keep_the_sites(patterns: Patterns, gauge: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LargespinWarning)
        spins = large_spins(patterns, gauge=gauge, weights="ideal")
    limit = ideal_large_spins(len(patterns), gauge=gauge)
    assert np.array_equal(spins.coefficients, limit.coefficients)
    assert np.array_equal(spins.weights, limit.weights)
    for index in range(len(patterns)):
        assert np.array_equal(spins.paint(spins.near_pattern(index)[:, 2]), patterns[index])
    assert spins.counts is not None
    assert spins.block_of_site is not None
    assert np.array_equal(spins.counts, np.bincount(spins.block_of_site, minlength=len(spins.weights)))


def test_ideal_weights_of_general_values_cover_all_columns() -> None:
    patterns = random_patterns(2, 9000, seed=2, values=(0, 1, 5))
    with warnings.catch_warnings():
        # The values 0, 1, 5 have a mean, so the rows overlap, but that is no correlation to warn of.
        warnings.simplefilter("error")
        spins = large_spins(patterns, weights="ideal")
    assert spins.coefficients.T.tolist() == [list(pair) for pair in itertools.product([5, 1, 0], repeat=2)]
    assert np.array_equal(spins.coefficients[:, spins.block_of_site], patterns.values)
    assert spins.counts is not None
    assert np.allclose(spins.counts / 9000, spins.weights, atol=0.02)


def test_ideal_weights_of_correlated_patterns_warn() -> None:
    patterns = patterns_from_array([[1] * 900, [1] * 800 + [-1] * 100], names=["cat", "boat"])
    with pytest.warns(LargespinWarning, match="'cat' and 'boat' are correlated by 0.78; weights='actual'") as caught:
        large_spins(patterns, weights="ideal")
    assert caught[0].filename == __file__


def test_actual_weights_approach_the_ideal_ones() -> None:
    spins = large_spins(random_patterns(3, 100_000, seed=7), gauge=True)
    limit = ideal_large_spins(3)
    assert np.array_equal(spins.coefficients, limit.coefficients)
    # Standard deviation of a share 1/4 of 10^5 sites is 0.0014.
    assert np.allclose(spins.weights, limit.weights, atol=5 * 0.0014)


@pytest.mark.parametrize("gauge", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_ideal_columns_are_all_sign_combinations_in_order(count: int, gauge: bool) -> None:
    spins = ideal_large_spins(count, gauge=gauge)
    free = itertools.product([1, -1], repeat=count - gauge)
    assert spins.coefficients.T.tolist() == [[1] * gauge + list(signs) for signs in free]
    assert np.allclose(spins.correlations, np.eye(count))


def test_ideal_weights_are_products_of_probabilities() -> None:
    spins = ideal_large_spins(2, gauge=False, values=(-1, 0, 3), probabilities=(0.5, 0.3, 0.2))
    probability = {-1: 0.5, 0: 0.3, 3: 0.2}
    expected = [probability[first] * probability[second] for first, second in spins.coefficients.T]
    assert spins.number_of_blocks == 9
    assert np.allclose(spins.weights, expected)
    mean = -0.5 + 0.6
    assert np.allclose(spins.correlations, [[0.5 + 1.8, mean**2], [mean**2, 0.5 + 1.8]])


def test_twelve_patterns_need_little_memory() -> None:
    tracemalloc.start()
    spins = ideal_large_spins(12, gauge=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spins.number_of_blocks == 4096
    assert peak < 5e6


def test_many_patterns_do_not_overflow_the_codes() -> None:
    # 100 random signs do not fit into 64 bits; sites 0 and 1 differ in the first row, 2 and 3 in the last.
    rows = np.random.default_rng(1).choice([-1.0, 1.0], size=(100, 1)) * np.ones((100, 4))
    rows[0] = [1, -1, -1, -1]
    rows[-1] = [1, 1, 1, -1]
    spins = large_spins(patterns_from_array(rows))
    assert spins.block_of_site is not None
    assert spins.block_of_site.tolist() == [0, 1, 1, 2]


@given(st.integers(1, 200), st.integers(1, 20), SEEDS)
def test_column_codes_sort_like_columns(rows: int, sites: int, seed: int) -> None:
    values = np.random.default_rng(seed).choice([-1.0, 1.0, 0.5], size=(rows, sites), p=[0.05, 0.9, 0.05])
    codes = _column_codes(values).tolist()
    columns = values.T.tolist()
    assert sorted(range(sites), key=codes.__getitem__) == sorted(
        range(sites), key=lambda site: [-value for value in columns[site]]
    )
    assert len(set(codes)) == len({tuple(column) for column in columns})


def _refusal(call: Any) -> str:
    with pytest.raises(LargespinError) as caught:
        call()
    return str(caught.value)


def test_refusals_say_what_is_allowed() -> None:
    signs = random_patterns(2, 10, seed=1)
    general = patterns_from_array([[0, 1, 0.5], [1.0, 1, 1]])
    many = random_patterns(22, 4, seed=1)
    expected = {
        "Argument `weights` must be one of actual, ideal, but it is 'equal'; did you mean 'ideal'?": lambda: (
            large_spins(
                signs,
                weights="equal",  # type: ignore[arg-type]
            )
        ),
        "Argument `gauge` must be False unless all pattern values are +1 or -1, "
        "but the values run from 0 to 1.": lambda: large_spins(general, gauge=True),
        "Argument `start` must be None with weights='ideal', but it is given; use weights='actual'.": lambda: (
            large_spins(signs, weights="ideal", start=np.ones(10))
        ),
        "Argument `start` must have shape (..., 10), but its shape is (9,).": lambda: large_spins(
            signs, start=np.ones(9)
        ),
        "Argument `start` must be one configuration of 10 sites, but its shape is (2, 10); give one row.": lambda: (
            large_spins(signs, start=np.ones((2, 10)))
        ),
        "Argument `start` must have values in [-1, 1], but one has the size 2.": lambda: large_spins(
            signs, start=2 * np.ones(10)
        ),
        "Argument `patterns` must lead to at most 1048576 blocks, but there would be 2097152; "
        "use fewer patterns, fewer different values, or weights='actual'.": lambda: large_spins(
            many, weights="ideal", gauge=True
        ),
        "Argument `count` must lead to at most 1048576 blocks, but there would be 2097152; "
        "use fewer patterns, fewer different values, or a gauge.": lambda: ideal_large_spins(21, gauge=False),
        "Argument `gauge` must be False unless the values are -1 and 1 with equal probabilities, "
        "but the values are [0.0, 1.0] with probabilities [0.5, 0.5].": lambda: ideal_large_spins(2, values=(0, 1)),
        "Argument `gauge` must be False unless the values are -1 and 1 with equal probabilities, "
        "but the values are [-1.0, 1.0] with probabilities [0.25, 0.75].": lambda: ideal_large_spins(
            2, probabilities=(0.25, 0.75)
        ),
        "Argument `count` must be at least 1, but it is 0.": lambda: ideal_large_spins(0),
    }
    for sentence, call in expected.items():
        assert _refusal(call) == sentence


def test_a_sample_with_too_many_blocks_is_refused() -> None:
    patterns = patterns_from_array(np.arange(2**20 + 1)[np.newaxis])
    assert _refusal(lambda: large_spins(patterns)) == (
        "Argument `patterns` must lead to at most 1048576 blocks, but there would be 1048577; "
        "use fewer patterns, fewer different values, or fewer sites."
    )

"""Learning rules: the identities they must obey, dependent patterns, and the load."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from largespin import (
    Patterns,
    check_load,
    ideal_large_spins,
    large_spins,
    learning_matrix,
    orthogonalised_couplings,
    patterns_from_array,
    random_patterns,
)
from largespin.errors import LargespinError, LargespinWarning
from largespin.patterns.dependence import dependent_patterns
from largespin.patterns.learning import coupling_matrix

samples = st.builds(
    random_patterns,
    st.integers(1, 5),
    st.integers(6, 40),
    seed=st.integers(0, 10_000),
    values=st.sampled_from([(-1, 1), (-1, 0, 1), (0.5, 2)]),
)


def _independent(patterns: Patterns) -> Patterns:
    assume(not dependent_patterns(patterns.values, patterns.names))
    return patterns


@given(samples)
def test_projection_makes_every_pattern_its_own_field(patterns: Patterns) -> None:
    spins = large_spins(_independent(patterns))
    projection = learning_matrix(spins, "projection")
    for pattern in spins.coefficients:
        field = spins.coefficients.T @ projection @ spins.overlaps(pattern)
        assert np.allclose(field, pattern, atol=1e-9)


@given(samples, st.booleans())
def test_orthogonalised_couplings_are_orthonormal(patterns: Patterns, gauge: bool) -> None:
    spins = large_spins(_independent(patterns), gauge=gauge and patterns.is_binary)
    couplings = orthogonalised_couplings(spins)
    gram = (couplings * spins.weights) @ couplings.T
    assert np.allclose(gram, np.eye(len(patterns)), atol=1e-9)
    assert np.allclose(couplings, coupling_matrix(spins, "projection") @ spins.coefficients)


@given(samples, st.integers(0, 10_000))
def test_orthogonalised_couplings_give_the_field_of_the_projection_rule(patterns: Patterns, seed: int) -> None:
    spins = large_spins(_independent(patterns))
    z = np.random.default_rng(seed).uniform(-1, 1, spins.number_of_blocks)
    couplings = orthogonalised_couplings(spins)
    from_couplings = couplings.T @ (couplings @ (spins.weights * z))
    from_matrix = spins.coefficients.T @ learning_matrix(spins, "projection") @ spins.overlaps(z)
    assert np.allclose(from_couplings, from_matrix, atol=1e-8)


@given(samples)
def test_sites_and_blocks_agree(patterns: Patterns) -> None:
    spins = large_spins(_independent(patterns))
    for rule in ("hebb", "projection"):
        assert np.allclose(learning_matrix(patterns, rule), learning_matrix(spins, rule), rtol=1e-7)
        assert np.allclose(coupling_matrix(patterns, rule), coupling_matrix(spins, rule), rtol=1e-7)
    on_sites = orthogonalised_couplings(patterns)
    assert np.allclose(on_sites, orthogonalised_couplings(spins)[:, spins.block_of_site], atol=1e-8)


@given(samples)
def test_matrices_are_powers_of_the_correlations(patterns: Patterns) -> None:
    _independent(patterns)
    unit = np.eye(len(patterns))
    projection, coupling = (f(patterns, "projection") for f in (learning_matrix, coupling_matrix))
    assert np.allclose(projection @ patterns.correlations, unit, atol=1e-8)
    assert np.allclose(coupling @ coupling, projection, rtol=1e-8)
    assert np.linalg.eigvalsh(coupling).min() > 0


def test_hebb_and_uncorrelated_patterns_need_no_matrix() -> None:
    alike = patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]])
    assert np.array_equal(learning_matrix(alike, "hebb"), np.eye(2))
    assert np.array_equal(coupling_matrix(alike, "hebb"), np.eye(2))
    assert np.allclose(learning_matrix(ideal_large_spins(4), "projection"), np.eye(4))


def test_hebb_does_not_make_correlated_patterns_their_own_field() -> None:
    spins = large_spins(patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]))
    pattern = spins.coefficients[0]
    field = spins.coefficients.T @ learning_matrix(spins, "hebb") @ spins.overlaps(pattern)
    assert field.tolist() == [1.5, 0.5]


@pytest.mark.parametrize("function", [learning_matrix, coupling_matrix])
def test_dependent_patterns_are_refused_by_name_and_allowed_for_hebb(function: object) -> None:
    assert callable(function)
    patterns = patterns_from_array([[1, 1, -1], [1, 1, -1], [-1, -1, 1]], names=["a", "b", "c"])
    sentence = (
        "Argument `stored` must hold linearly independent patterns for the projection rule, but "
        "'b' equals 'a'; 'c' is the negative of 'a'. "
        "Leave out one pattern of each such set, or use rule='hebb'."
    )
    for stored in (patterns, large_spins(patterns)):
        with pytest.raises(LargespinError) as caught:
            function(stored, "projection")
        assert str(caught.value) == sentence
    assert np.array_equal(function(patterns, "hebb"), np.eye(3))


def test_orthogonalised_couplings_refuse_dependent_patterns() -> None:
    with pytest.raises(LargespinError, match="'pattern 2' is a combination of 'pattern 0', 'pattern 1'"):
        orthogonalised_couplings(patterns_from_array([[1, 1], [1, -1], [1, 0]]))


def test_unknown_rules_are_refused() -> None:
    for function in (learning_matrix, coupling_matrix):
        with pytest.raises(LargespinError, match="must be one of hebb, projection, but it is 'storkey'"):
            function(ideal_large_spins(2), "storkey")  # type: ignore[arg-type]
    with pytest.raises(LargespinError, match="must be one of hebb, projection, but it is 'storkey'"):
        check_load(random_patterns(1, 100, seed=1), 2, "storkey")  # type: ignore[arg-type]


def test_a_comfortable_load_is_silent() -> None:
    patterns = random_patterns(3, 1000, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_load(patterns, large_spins(patterns), "hebb")
        check_load(patterns, 100, "projection")
        check_load(random_patterns(13, 100, seed=1), 1, "hebb")


def test_too_many_patterns_for_hebb_warn() -> None:
    sentence = "Hebb's rule retrieves at most about 0.138·N = 13.8 patterns on 100 sites, but 14 are stored; "
    with pytest.warns(LargespinWarning, match=sentence) as caught:
        check_load(random_patterns(14, 100, seed=1), 1, "hebb")
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_load(random_patterns(14, 100, seed=1), 1, "projection")


def test_more_patterns_than_sites_are_refused_for_projection() -> None:
    with pytest.raises(LargespinError) as caught:
        check_load(random_patterns(4, 3, seed=1), 1, "projection")
    assert str(caught.value) == (
        "Argument `patterns` must hold at most as many patterns as sites for rule 'projection', "
        "but there are 4 patterns on 3 sites."
    )


def test_blocks_with_few_sites_warn() -> None:
    sentence = "101 blocks share 1000 sites, 9.9 on average; use more sites or fewer patterns."
    with pytest.warns(LargespinWarning, match=sentence):
        check_load(random_patterns(3, 1000, seed=1), 101, "hebb")
    with pytest.raises(LargespinError, match=r"Argument `blocks` must be at least 1, but it is 0\."):
        check_load(random_patterns(3, 1000, seed=1), 0, "hebb")

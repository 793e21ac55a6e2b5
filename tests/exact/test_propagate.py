"""The Taylor solver against matrix exponentials, and the solver for generators that depend on time."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.linalg import expm

from largespin.exact.solvers.propagate import PropagationError, integrate, propagate


def random_matrix(seed: int, size: int, kind: str) -> Any:
    """A random real matrix: all eigenvalues stable, some unstable, or far from normal."""
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(size, size))
    if kind == "stable":
        return matrix - (np.linalg.eigvals(matrix).real.max() + 0.3) * np.eye(size)
    if kind == "non-normal":
        return np.triu(3 * matrix, 1) - np.diag(generator.uniform(0.5, 1.5, size))
    return matrix


def solved(matrix: Any, start: Any, times: Any, tolerance: float = 1e-10, **more: Any) -> Any:
    times = np.asarray(times, dtype=float)
    return np.array(list(propagate(sparse.csr_array(matrix), np.asarray(start), times, tolerance, **more)))


@given(st.integers(0, 10_000), st.integers(1, 9), st.sampled_from(["stable", "unstable", "non-normal"]))
def test_equals_the_matrix_exponential(seed: int, size: int, kind: str) -> None:
    matrix, start = random_matrix(seed, size, kind), np.random.default_rng(seed + 1).normal(size=size)
    times = np.array([0.5, 0.7, 1.9, 4.5])
    found = solved(matrix, start, times, 1e-12)
    assert np.array_equal(found[0], start)
    # Errors of early steps are carried along by the exact flow, so they are compared with its norm.
    for state, time in zip(found, times, strict=True):
        flow = expm((time - times[0]) * matrix)
        largest = max(np.abs(expm(s * matrix)).sum(axis=1).max() for s in np.linspace(0, time - times[0], 9))
        assert np.abs(state - flow @ start).max() < 1e-9 * largest * np.abs(start).max()


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8, 1e-11])
def test_tolerance_is_honoured(tolerance: float) -> None:
    """A rotation with slow decay: errors of a few steps add up, none is lost."""
    matrix = np.array([[-0.01, 3.0, 0.0], [-3.0, -0.01, 1.0], [0.0, 0.0, -0.2]])
    found = solved(matrix, [1.0, 0.5, -0.3], [0.0, 30.0], tolerance)[-1]
    exact = expm(30.0 * matrix) @ [1.0, 0.5, -0.3]
    assert np.abs(found - exact).max() < 30 * tolerance


def test_a_small_first_term_does_not_end_the_series() -> None:
    """A chain whose first link is thin: the terms begin below the tolerance and rise above it."""
    matrix = np.diag([5e-10, 8.0, 8.0, 8.0, 8.0], -1)
    start = np.eye(6)[0]
    assert np.abs(solved(matrix, start, [0.0, 1.0], 1e-9)[-1] - expm(matrix) @ start).max() < 2e-9


def test_steps_are_lengthened_where_the_state_is_slow() -> None:
    """The norm is that of a fast direction that the state has not."""
    steps: list[float] = []
    found = solved(np.diag([-1e3, -1e-3]), [0.0, 1.0], [0.0, 1e3], advanced=steps.append)
    assert len(steps) < 300
    np.testing.assert_allclose(found[-1], [0.0, np.exp(-1.0)], rtol=1e-8)


def test_the_state_at_rest_stays() -> None:
    start = np.array([0.2, -0.7, 0.0])
    assert np.array_equal(solved(np.zeros((3, 3)), start, [0.0, 1.0, 1e9])[-1], start)
    assert np.array_equal(solved(random_matrix(0, 3, "stable"), np.zeros(3), [0.0, 2.0])[-1], np.zeros(3))


def test_huge_steps_reach_the_stationary_state() -> None:
    """A chain that conserves probability, observed at one very late time."""
    matrix = np.array([[-1.0, 0.5, 0.0], [1.0, -1.5, 2.0], [0.0, 1.0, -2.0]])
    found = solved(matrix, [1.0, 0.0, 0.0], [0.0, 3000.0])[-1]
    assert np.allclose(found, np.array([2.0, 4.0, 2.0]) / 8, atol=1e-8)
    assert np.isclose(found.sum(), 1.0, atol=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30])
def test_scale_of_the_state_does_not_matter(size: float) -> None:
    matrix, start = random_matrix(3, 5, "stable"), np.random.default_rng(0).normal(size=5)
    found = solved(matrix, size * start, [0.0, 1.0])[-1] / size
    assert np.allclose(found, expm(matrix) @ start, atol=1e-8)


@pytest.mark.parametrize("rate", [1e-12, 1e12])
def test_scale_of_time_does_not_matter(rate: float) -> None:
    matrix, start = random_matrix(4, 5, "stable"), np.random.default_rng(0).normal(size=5)
    found = solved(rate * matrix, start, np.array([0.0, 0.3, 1.0]) / rate)
    assert np.allclose(found[-1], expm(matrix) @ start, atol=1e-8)


def test_decay_over_many_orders_keeps_digits_relative_to_the_state() -> None:
    found = solved(np.diag([-1.0, -2.0]), [1.0, 1.0], [0.0, 60.0])[-1]
    assert np.isclose(found[0], np.exp(-60.0), rtol=1e-6)


def test_late_starts_count_from_the_first_time() -> None:
    matrix = random_matrix(5, 4, "stable")
    start = np.ones(4)
    assert np.allclose(solved(matrix, start, [10.0, 11.0])[-1], solved(matrix, start, [0.0, 1.0])[-1], atol=1e-9)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_stop_the_solver(bad: float) -> None:
    matrix = random_matrix(6, 4, "stable")
    start = np.array([0.1, bad, 0.2, 0.3])
    with pytest.raises(PropagationError, match=r"the step length fell to .* at t = 0"), np.errstate(all="ignore"):
        solved(matrix, start, [0.0, 1.0])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_generators_that_are_not_finite_stop_the_solver(bad: float) -> None:
    with np.errstate(all="ignore"), pytest.raises(PropagationError):
        solved(np.array([[-1.0, bad], [0.0, -1.0]]), np.ones(2), [0.0, 1.0])


def test_growth_without_bound_stops_the_solver() -> None:
    with np.errstate(all="ignore"), pytest.raises(PropagationError, match="at t = "):
        solved(np.array([[50.0]]), [1.0], [0.0, 100.0])


def test_progress_rises_to_every_output_time() -> None:
    seen: list[float] = []
    times = [0.5, 1.0, 1.0 + 1e-9, 7.0]
    solved(random_matrix(7, 6, "stable"), np.ones(6), times, advanced=seen.append)
    assert all(a < b for a, b in pairwise(seen))
    assert set(times[1:]) <= set(seen)
    assert seen[-1] == 7.0


def test_states_are_not_changed_afterwards() -> None:
    """What was yielded earlier must not be overwritten, and the start belongs to the caller."""
    start = np.ones(4)
    runs = propagate(sparse.csr_array(random_matrix(8, 4, "stable")), start, np.array([0.0, 0.1, 3.0]), 1e-9)
    kept = [(state, state.copy()) for state in runs]
    assert np.array_equal(start, np.ones(4))
    assert all(np.array_equal(state, copy) for state, copy in kept)


def test_a_second_column_follows_rounding_errors() -> None:
    """It changes nothing of the first, and a direction that grows makes it grow as rounding does."""
    matrix, start = random_matrix(10, 5, "stable"), np.random.default_rng(2).normal(size=5)
    times, signs = np.array([0.0, 0.7, 2.0]), np.array([1.0, -1.0, 1.0, 1.0, -1.0])
    columns = np.column_stack([start, 0 * start])
    found = np.array(list(propagate(sparse.csr_array(matrix), columns, times, 1e-11, None, signs)))
    assert np.allclose(found[:, :, 0], solved(matrix, start, times, 1e-11), atol=1e-13)
    assert 0 < np.abs(found[-1, :, 1]).max() < 1e-13
    # The state decays, an error of one rounding grows: by sinh 10 along the other direction.
    growing, columns = np.array([[-1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 1e-16], [-0.5, 0.0]])
    last = list(propagate(sparse.csr_array(growing), columns, np.array([0.0, 10.0]), 1e-11))[-1]
    assert np.isclose(last[1, 1], 1e-16 * np.sinh(10.0), rtol=1e-6)


# -------------------------------------------------------------------------------------------------------------- explicit time


def driven(
    matrix: Any, start: Any, times: Any, tolerance: float = 1e-10, longest: float = 1.0, **more: Any
) -> list[Any]:
    return list(integrate(lambda t, y: matrix(t) @ y, np.asarray(start), np.asarray(times), tolerance, longest, **more))


@pytest.mark.parametrize("kind", ["stable", "unstable", "non-normal"])
def test_a_constant_generator_gives_what_taylor_gives(kind: str) -> None:
    matrix, start = random_matrix(9, 6, kind), np.random.default_rng(1).normal(size=6)
    times = [0.0, 0.1, 0.11, 2.0]
    found, expected = np.array(driven(lambda _: matrix, start, times)), solved(matrix, start, times)
    assert np.allclose(found, expected, atol=1e-8 * np.abs(expected).max())


def test_small_states_are_solved_as_well_as_large_ones() -> None:
    found = list(integrate(lambda t, y: -np.cos(t) * y, np.array([1e-6]), np.array([0.0, 2.0]), 1e-9, np.inf))
    np.testing.assert_allclose(found[-1], 1e-6 * np.exp(-np.sin(2.0)), rtol=1e-5)


def test_a_driven_rotation() -> None:
    """``ẏ = cos(t) J y`` turns by sin t."""
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    times = np.linspace(0.0, 6.0, 7)
    seen: list[float] = []
    found = driven(lambda t: np.cos(t) * turn, [1.0, 0.0], times, advanced=seen.append)
    expected = np.stack([np.cos(np.sin(times)), -np.sin(np.sin(times))], axis=1)
    assert np.allclose(found, expected, atol=1e-8)
    assert all(a <= b for a, b in pairwise(seen))
    assert seen[-1] == 6.0


def test_longest_step_sees_a_short_pulse() -> None:
    """A pulse of area π at t = 50 of width 0.02 in a run of length 100."""
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])

    def pulse(time: float) -> Any:
        return np.sqrt(np.pi) / 0.02 * np.exp(-(((time - 50.0) / 0.02) ** 2)) * turn

    found = driven(pulse, [1.0, 0.0], [0.0, 100.0], longest=0.01, tolerance=1e-8)[-1]
    assert np.allclose(found, [-1.0, 0.0], atol=1e-5)


def test_a_velocity_that_is_not_finite_stops_the_run() -> None:
    with np.errstate(all="ignore"), pytest.raises(PropagationError):
        driven(lambda t: np.array([[np.nan if t > 0.5 else -1.0]]), [1.0], [0.0, 1.0])

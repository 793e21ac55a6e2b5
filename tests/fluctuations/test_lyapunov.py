"""The Lyapunov solver against SciPy: whole grids, pieces that are not connected, large single matrices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_lyapunov

from largespin.fluctuations.lyapunov import solve_lyapunov


def problem(seed: int, size: int, pieces: int, count: int = 4) -> tuple[Any, Any]:
    """Stable J that connect variables of one piece only, in shuffled order, and full positive Q."""
    generator = np.random.default_rng(seed)
    label = generator.integers(0, pieces, size=size)
    connected = label[:, None] == label
    drift = generator.normal(size=(count, size, size)) * connected
    drift -= (np.abs(np.linalg.eigvals(drift).real).max() + 0.3) * np.eye(size)
    root = generator.normal(size=(count, size, size))
    return drift, root @ np.swapaxes(root, -1, -2)


@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 4))
def test_small_matrices_in_any_pieces(seed: int, size: int, pieces: int) -> None:
    drift, noise = problem(seed, size, pieces)
    solved = solve_lyapunov(drift, noise)
    for j, q, sigma in zip(drift, noise, solved, strict=True):
        np.testing.assert_allclose(sigma, solve_continuous_lyapunov(j, -q), rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(sigma, sigma.T)


@pytest.mark.parametrize(("size", "pieces"), [(14, 1), (20, 3), (40, 6), (60, 2)])
def test_large_matrices(size: int, pieces: int) -> None:
    drift, noise = problem(3, size, pieces, count=2)
    solved = solve_lyapunov(drift, noise)
    residual = drift @ solved + solved @ np.swapaxes(drift, -1, -2) + noise
    assert np.abs(residual).max() < 1e-10 * np.abs(noise).max() * size


def test_leading_axes_and_noise_that_is_shared() -> None:
    drift, noise = problem(1, 4, 2, count=6)
    solved = solve_lyapunov(drift.reshape(2, 3, 4, 4), noise[0])
    assert solved.shape == (2, 3, 4, 4)
    np.testing.assert_allclose(solved[1, 2], solve_continuous_lyapunov(drift[5], -noise[0]), atol=1e-10)


def test_pieces_of_one_grid_point_may_be_joined_at_another() -> None:
    drift = np.tile(-np.eye(2), (2, 1, 1))
    drift[1, 0, 1] = 0.7
    solved = solve_lyapunov(drift, np.eye(2))
    np.testing.assert_allclose(solved[0], 0.5 * np.eye(2))
    np.testing.assert_allclose(solved[1], solve_continuous_lyapunov(drift[1], -np.eye(2)), atol=1e-14)


def test_large_grids_are_solved_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    drift, noise = problem(5, 5, 1, count=50)
    at_once = solve_lyapunov(drift, noise)
    monkeypatch.setattr("largespin.fluctuations.lyapunov.CHUNK", 700.0)
    np.testing.assert_array_equal(solve_lyapunov(drift, noise), at_once)

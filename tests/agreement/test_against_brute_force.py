"""Mean field against the full Lindblad equation of N particles, N → ∞ by Richardson extrapolation.

For polynomial models every initial slope of a product state is a polynomial in 1/N, here of degree two at most, so three
values of N determine its limit to rounding. That is a test to eight digits, not a trend.
"""

from typing import Any

import numpy as np
import pytest
from brute_force import FullSpace
from hypothesis import given
from hypothesis import strategies as st
from random_models import SEEDS, Recipe, examples, library_model, recipe, start_state
from solved import library_rhs

from largespin.model.operators import hermitian_basis


def limit_and_errors(plan: Recipe, sizes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Mean-field slope, extrapolated exact slope, and the largest deviation for every N."""
    model = library_model(plan)
    mean_field = library_rhs(model, start_state(plan, model).vector, {"strength": 1.0})
    basis = hermitian_basis(plan.levels)[1:]
    slopes = []
    for particles in sizes:
        space = FullSpace(plan, particles)
        slopes.append(space.macroscopic(space.velocity(space.product_state()), basis))
    inverse = 1.0 / np.array(sizes)
    exact = np.linalg.solve(np.vander(inverse, increasing=True), np.array(slopes))[0]
    return mean_field, exact, np.max(np.abs(np.array(slopes) - mean_field), axis=1)


def sizes_for(blocks: int) -> tuple[int, ...]:
    return (3, 6, 9) if blocks == 2 else (2, 4, 6)


@examples(5)
@given(SEEDS, st.sampled_from([1, 2]), st.sampled_from(["constant", "linear"]))
def test_spins_to_rounding(seed: int, blocks: int, kind: str) -> None:
    plan = recipe(seed, blocks=blocks, kind=kind)
    mean_field, exact, errors = limit_and_errors(plan, sizes_for(blocks))
    assert errors[-1] > 1e-3, "finite N must differ, or nothing is tested"
    np.testing.assert_allclose(exact, mean_field, atol=1e-9 * (1 + np.max(np.abs(mean_field))))


@examples(6)
@given(SEEDS, st.sampled_from(["constant", "linear"]))
def test_three_levels_to_rounding(seed: int, kind: str) -> None:
    plan = recipe(seed, levels=3, blocks=1, kind=kind)
    mean_field, exact, errors = limit_and_errors(plan, (2, 3, 4))
    assert errors[-1] > 1e-3
    np.testing.assert_allclose(exact, mean_field, atol=1e-9 * (1 + np.max(np.abs(mean_field))))


@examples(3)
@given(SEEDS, st.sampled_from(["constant", "linear"]))
def test_spins_with_a_mode(seed: int, kind: str) -> None:
    plan = recipe(seed, blocks=1, mode=True, kind=kind)
    mean_field, exact, errors = limit_and_errors(plan, (2, 3, 4))
    assert errors[-1] > 1e-3
    # The cut of the Fock space leaves 1e-7 or so.
    np.testing.assert_allclose(exact, mean_field, atol=1e-5 * (1 + np.max(np.abs(mean_field))))


@examples(4)
@given(SEEDS, st.sampled_from([1, 2]))
def test_exponential_rates_converge_as_one_over_n(seed: int, blocks: int) -> None:
    sizes = sizes_for(blocks)
    mean_field, exact, errors = limit_and_errors(recipe(seed, blocks=blocks, kind="exponential"), sizes)
    assert errors[-1] > 1e-3
    assert np.max(np.abs(exact - mean_field)) < 0.1 * errors[-1]
    assert errors[-1] < 1.3 * errors[0] * sizes[0] / sizes[-1]


@pytest.mark.slow
@examples(2)
@given(SEEDS, st.sampled_from(["constant", "linear"]))
def test_three_levels_in_two_blocks_to_rounding(seed: int, kind: str) -> None:
    plan = recipe(seed, levels=3, blocks=2, kind=kind)
    mean_field, exact, _ = limit_and_errors(plan, (2, 4, 6))
    np.testing.assert_allclose(exact, mean_field, atol=1e-9 * (1 + np.max(np.abs(mean_field))))

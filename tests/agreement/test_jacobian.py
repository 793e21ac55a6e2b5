"""The exact Jacobian against central differences of the right-hand side, for random models."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_models import KINDS, RECIPES, SEEDS, Recipe, examples, library_model, recipe, start_state

from largespin.meanfield.jacobian import rate_response
from largespin.meanfield.numeric import numeric_mean_field

STRENGTH = np.array([1.3])


def differences(function: Any, u: Any, step: float = 1e-3) -> Any:
    """Central differences of sixth order: exact to 1e-12 or so for smooth functions."""
    columns = []
    for direction in np.eye(u.size):
        d = [function(u + k * step * direction) - function(u - k * step * direction) for k in (1, 2, 3)]
        columns.append((45 * d[0] - 9 * d[1] + d[2]) / (60 * step))
    return np.array(columns).T


@pytest.mark.slow
@examples(15)
@given(RECIPES, st.booleans(), st.floats(0.0, 5.0))
def test_full_jacobian(plan: Recipe, driven: bool, time: float) -> None:
    model = library_model(plan, driven=driven)
    functions = numeric_mean_field(model)
    u = start_state(plan, model).vector
    found = functions.jacobian(u, STRENGTH, time)
    expected = differences(lambda x: functions.rhs(x, STRENGTH, time), u)
    np.testing.assert_allclose(found, expected, atol=1e-8 * (1 + np.max(np.abs(expected))))


@examples(6)
@given(SEEDS, KINDS)
def test_arrays_of_states_parameters_and_times(seed: int, kind: str) -> None:
    """Whole arrays give what single calls give."""
    plan = recipe(seed, mode=True, kind=kind)
    model = library_model(plan, driven=True)
    functions = numeric_mean_field(model)
    generator = np.random.default_rng(seed)
    u = start_state(plan, model).vector + 0.1 * generator.normal(size=(2, 3, model.number_of_variables))
    p, t = generator.uniform(0.5, 1.5, size=(2, 3, 1)), generator.uniform(0.0, 3.0, size=(2, 3))
    rhs, jacobian = functions.rhs(u, p, t), functions.jacobian(u, p, t)
    field, generators = functions.effective_field(u, p, t), functions.single_particle_generator(u, p, t)
    for i in np.ndindex(2, 3):
        np.testing.assert_allclose(rhs[i], functions.rhs(u[i], p[i], t[i]), atol=1e-13)
        np.testing.assert_allclose(jacobian[i], functions.jacobian(u[i], p[i], t[i]), atol=1e-13)
        np.testing.assert_allclose(field[i], functions.effective_field(u[i], p[i], t[i]), atol=1e-13)
        # The generator of one particle moves the Bloch vectors as the equations do.
        m = np.concatenate([np.ones((2, 1)), u[i][:6].reshape(2, 3)], axis=1)
        moved = np.einsum("kab,kb->ka", generators[i], m)
        np.testing.assert_allclose(moved.ravel(), rhs[i][:6], atol=1e-12)


def test_rates_and_thresholds_enter_the_jacobian() -> None:
    """Guards the test above: without the derivative of the rates the Jacobian would be another one."""
    plan = recipe(11, kind="exponential")
    model = library_model(plan)
    functions = numeric_mean_field(model)
    u = start_state(plan, model).vector
    response = rate_response(functions.equations, functions.scalars(u, STRENGTH))
    assert np.max(np.abs(response)) > 1e-3

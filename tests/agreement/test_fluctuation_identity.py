"""The identity σ̇ = Jσ + σJᵀ + 2 Im C, positivity of C, and J against differences, for random models of every kind."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_models import KINDS, SEEDS, Recipe, examples, library_model, recipe, start_state

import largespin as ls
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.meanfield.jacobian import rate_response

STRENGTH = np.array([1.0])
MODELS = st.builds(
    recipe,
    SEEDS,
    levels=st.sampled_from([2, 3, 4]),
    blocks=st.sampled_from([1, 2]),
    mode=st.booleans(),
    kind=KINDS,
)


def residual(plan: Recipe, model: ls.Model, drift: Any | None = None) -> float:
    """Largest entry of ``σ̇ − Jσ − σJᵀ − 2 Im C`` relative to the largest of σ̇."""
    functions = numeric_fluctuations(model)
    u, time = start_state(plan, model).vector, 0.7
    sigma = functions.commutators(u)
    # σ is linear in u apart from the constant of the modes, so its derivative is σ of the derivative.
    flow = functions.mean_field.rhs(u, STRENGTH, time)
    change = functions.commutators(u + flow) - sigma
    j = functions.drift(u, STRENGTH, time) if drift is None else drift(model, u)
    c = functions.diffusion(u, STRENGTH, time)
    expected = j @ sigma + sigma @ j.T + 2 * c.imag
    return float(np.max(np.abs(change - expected)) / np.max(np.abs(change)))


@pytest.mark.slow
@examples(40)
@given(MODELS, st.booleans())
def test_commutators_survive_and_diffusion_is_positive(plan: Recipe, driven: bool) -> None:
    """Both at once: deriving a model takes far longer than either check."""
    model = library_model(plan, driven=driven)
    assert residual(plan, model) < 1e-11
    c = numeric_fluctuations(model).diffusion(start_state(plan, model).vector, STRENGTH, 0.7)
    np.testing.assert_allclose(c, c.conj().T, atol=1e-12)
    assert np.linalg.eigvalsh(c)[0] > -1e-11 * np.abs(c).max()


@pytest.mark.parametrize("seed", [3, 8])
def test_without_the_derivative_of_the_rates_the_identity_fails(seed: int) -> None:
    """The drift of F24 Theorem 2 leaves out how the rates respond to the averages."""

    def printed(model: Any, u: Any) -> Any:
        functions = numeric_fluctuations(model)
        equations = functions.mean_field.equations
        response = rate_response(equations, functions.mean_field.scalars(u, STRENGTH))
        weights = np.repeat(model.particles.weights, model.particles.number_of_components)
        missing = response.reshape(len(u), -1) @ equations.forms
        return functions.drift(u, STRENGTH) - np.sqrt(weights)[:, None] * missing / np.sqrt(weights)

    plan = recipe(seed, kind="exponential")
    model = library_model(plan)
    assert residual(plan, model, printed) > 1e-3
    assert residual(plan, model) < 1e-11


def test_functions_take_whole_grids() -> None:
    plan = recipe(5, mode=True, kind="exponential")
    model = library_model(plan, driven=True)
    functions = numeric_fluctuations(model)
    rng = np.random.default_rng(0)
    u = 0.4 * rng.uniform(-1, 1, size=(2, 3, model.number_of_variables))
    p, t = rng.uniform(0.5, 1.5, size=(2, 3, 1)), rng.uniform(0, 3, size=(2, 3))
    j, c, sigma = functions.drift(u, p, t), functions.diffusion(u, p, t), functions.commutators(u)
    for i in np.ndindex(2, 3):
        np.testing.assert_allclose(j[i], functions.drift(u[i], p[i], t[i]), atol=1e-13)
        np.testing.assert_allclose(c[i], functions.diffusion(u[i], p[i], t[i]), atol=1e-13)
        np.testing.assert_allclose(sigma[i], functions.commutators(u[i]), atol=1e-13)

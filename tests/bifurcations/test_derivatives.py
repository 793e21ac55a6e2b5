"""Derivatives along lines and by parameters: two independent routes, and differences of the equations themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_models import RECIPES, Recipe, examples, library_model, start_state

import largespin as ls
from largespin.meanfield.compiled_slopes import LARGEST, CompiledSlopes, NumericSlopes, slopes_of
from largespin.meanfield.line_derivatives import line_derivatives
from largespin.meanfield.numeric import numeric_mean_field
from largespin.models.ready.rates import Rates


@examples(5)
@given(RECIPES, st.integers(0, 1000))
def test_series_along_a_line(plan: Recipe, seed: int) -> None:
    """Taylor coefficients against a polynomial through values of F."""
    model = library_model(plan)
    u, p = start_state(plan, model).vector, np.array([1.3])
    generator = np.random.default_rng(seed)
    du, dp = 0.3 * generator.normal(size=u.shape), 0.3 * generator.normal(size=1)
    nodes = 0.2 * np.cos(np.pi * (np.arange(13) + 0.5) / 13)
    values = numeric_mean_field(model).rhs(u + nodes[:, None] * du, p + nodes[:, None] * dp)
    expected = np.polynomial.polynomial.polyfit(nodes, values, 10)[:4]
    found = line_derivatives(model).along(u, p, du, dp, 3)
    scale = 1.0 + np.abs(expected).max()
    assert np.abs(found - expected).max() < 1e-9 * scale
    many = line_derivatives(model).along(np.stack([u, 0.5 * u]), p, np.stack([du, -du]), np.stack([dp, dp]), 2)
    assert np.abs(many[:, 0] - found[:3]).max() < 1e-12 * scale


@examples(2)
@given(RECIPES, st.integers(0, 1000))
def test_compiled_and_numeric_functions_agree(plan: Recipe, seed: int) -> None:
    model = library_model(plan)
    slopes, numeric = slopes_of(model), NumericSlopes(model)
    assert isinstance(slopes, CompiledSlopes)
    generator = np.random.default_rng(seed)
    u = start_state(plan, model).vector + 0.1 * generator.normal(size=(2, 3, model.number_of_variables))
    p = generator.uniform(0.5, 1.5, size=(2, 3, 1))
    du, dp = generator.normal(size=u.shape), generator.normal(size=p.shape)
    for states, values in ((u, p), (u[0, 0], p[0, 0])):
        assert np.allclose(slopes.rhs(states, values), numeric.rhs(states, values), atol=1e-10)
        assert np.allclose(slopes.jacobian(states, values), numeric.jacobian(states, values), atol=1e-10)
        by_parameters = numeric.parameter_jacobian(states, values)
        assert np.allclose(slopes.parameter_jacobian(states, values), by_parameters, atol=1e-10)
    assert np.allclose(slopes.along(u, p, du, dp, 3), numeric.along(u, p, du, dp, 3), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
def test_parameter_jacobian_against_differences(rates: Rates) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2), rates=rates, pair_coupling=True)
    functions, generator = numeric_mean_field(model), np.random.default_rng(3)
    u, p = generator.uniform(-0.5, 0.5, size=model.number_of_variables), np.array([0.3, 0.7, 0.4])
    for i, unit in enumerate(np.eye(3)):
        d = [functions.rhs(u, p + k * 1e-3 * unit) - functions.rhs(u, p - k * 1e-3 * unit) for k in (1, 2, 3)]
        expected = (45 * d[0] - 9 * d[1] + d[2]) / (60 * 1e-3)
        for slopes in (NumericSlopes(model), slopes_of(model)):
            assert slopes.parameter_jacobian(u, p)[:, i] == pytest.approx(expected, abs=1e-9)


def test_large_models_stay_with_numpy() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(6))
    assert model.number_of_variables > LARGEST
    assert isinstance(slopes_of(model), NumericSlopes)

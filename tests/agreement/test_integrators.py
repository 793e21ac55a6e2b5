"""Two routes to one trajectory: heyoka, SciPy on the NumPy equations, and the implicit solver."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_models import RECIPES, Recipe, library_model, start_state
from scipy.integrate import solve_ivp
from solved import vectors

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field

TIMES = np.array([0.3, 0.8, 1.1, 1.8])


def by_scipy(model: ls.Model, start: Any) -> Any:
    functions = numeric_mean_field(model)
    solution = solve_ivp(
        lambda t, u: functions.rhs(u, np.array([1.0]), t),
        TIMES[[0, -1]],
        start,
        method="DOP853",
        t_eval=TIMES,
        rtol=1e-12,
        atol=1e-13,
    )
    assert solution.success
    return solution.y.T


@settings(max_examples=10)
@given(RECIPES, st.booleans())
def test_taylor_and_implicit_agree_with_scipy(plan: Recipe, driven: bool) -> None:
    model = library_model(plan, driven=driven)
    start = start_state(plan, model)
    expected = by_scipy(model, start.vector)
    taylor = ls.evolve(model, start, TIMES, tolerance=1e-13, method="taylor", strength=1.0)
    assert taylor.solver.item() == "taylor (heyoka)"
    np.testing.assert_allclose(vectors(taylor), expected, atol=1e-9)
    implicit = ls.evolve(model, start, TIMES, tolerance=1e-9, method="implicit", strength=1.0)
    assert implicit.solver.item() == "implicit Radau (SciPy)"
    np.testing.assert_allclose(vectors(implicit), expected, atol=1e-6)


@settings(max_examples=6)
@given(RECIPES)
def test_tolerance_controls_the_error(plan: Recipe) -> None:
    model = library_model(plan)
    start = start_state(plan, model)
    reference = vectors(ls.evolve(model, start, TIMES, tolerance=1e-14, strength=1.0))
    for tolerance in (1e-6, 1e-10):
        found = vectors(ls.evolve(model, start, TIMES, tolerance=tolerance, strength=1.0))
        assert np.max(np.abs(found - reference)) < 1e3 * tolerance

"""Two routes to one trajectory: heyoka, SciPy on the NumPy equations, and the implicit solver."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_models import SPINS, Recipe, examples, library_model, start_state
from scipy.integrate import solve_ivp
from solved import vectors

import largespin as ls
from largespin.meanfield.evolve import Method
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


@pytest.mark.slow
@examples(3)
@given(SPINS, st.booleans())
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


@examples(2)
@given(SPINS)
def test_tolerance_controls_the_error(plan: Recipe) -> None:
    model = library_model(plan)
    start = start_state(plan, model)
    reference = vectors(ls.evolve(model, start, TIMES, tolerance=1e-14, strength=1.0))
    for tolerance in (1e-6, 1e-10):
        found = vectors(ls.evolve(model, start, TIMES, tolerance=tolerance, strength=1.0))
        assert np.max(np.abs(found - reference)) < 1e3 * tolerance


def test_three_levels() -> None:
    """A ladder of three levels with a coherent drive and collective decay, by all three routes."""
    atoms = ls.Particles(3)
    ladder = np.diag([1.0, np.sqrt(2.0)], 1)
    strength = ls.parameter("strength")
    model = ls.Model(
        atoms,
        energy=strength * atoms.average(ladder + ladder.T, symbol="X") ** 2,
        jumps=[ls.Jump(ladder.T, 0.4)],
        collective_jumps=[ls.CollectiveJump(0.6 * atoms.average(ladder.T))],
    )
    start = model.state(np.diag([0.6, 0.3, 0.1]) + 0.05 * (np.ones((3, 3)) - np.eye(3)))
    expected = by_scipy(model, start.vector)
    bounds: dict[Method, float] = {"taylor": 1e-9, "implicit": 1e-6}
    for method, atol in bounds.items():
        run = ls.evolve(model, start, TIMES, method=method, tolerance=1e-11, strength=1.0)
        np.testing.assert_allclose(vectors(run), expected, atol=atol)
    assert np.max(np.abs(expected[-1] - expected[0])) > 0.05

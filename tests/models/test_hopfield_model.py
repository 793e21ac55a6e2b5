"""The ready Hopfield network against its closed forms (theory, section 9)."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from solved import library_rhs, parameter_vector

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field
from largespin.models.ready.rates import Rates

RATES = ["exponential", "glauber"]


def retrieval(rates: Rates, temperature: float, field: float) -> Any:
    """``o`` from the retrieval equation (F24 B.4, or its Glauber form), ``o_y = −4Ωo/R``, and ``R``."""
    beta = 1 / temperature

    def rate(o: float) -> float:
        return float(np.cosh(beta * o)) if rates == "exponential" else 1.0

    o = brentq(lambda o: (1 + 8 * field**2 / rate(o) ** 2) * o - np.tanh(beta * o), 0.2, 1.0, xtol=1e-15)
    return o, -4 * field * o / rate(o), rate(o)


@pytest.mark.parametrize("rates", RATES)
def test_retrieval_state_of_every_pattern(rates: Rates) -> None:
    blocks = ls.ideal_large_spins(3)
    model = ls.models.hopfield(blocks, rates=rates)
    values = {"temperature": 0.5, "field": 0.25}
    o, oy, _ = retrieval(rates, **values)
    for row in blocks.coefficients:
        for sign in (1, -1):
            m = sign * row[:, None] * np.array([0.0, oy, o])
            np.testing.assert_allclose(library_rhs(model, m.ravel(), values), 0.0, atol=1e-13)
            off = library_rhs(model, (1.01 * m).ravel(), values)
            assert np.max(np.abs(off)) > 1e-4
    run = ls.evolve(model, blocks.near_pattern(1, flipped=0.2), 100.0, parameters=values)
    np.testing.assert_allclose(run.overlap.values, [0.0, o, 0.0], atol=1e-7)


@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize(("temperature", "field"), [(0.5, 0.1), (0.8, 0.4), (2.0, 0.3), (0.6, 0.6)])
def test_paramagnet_eigenvalues(rates: Rates, temperature: float, field: float) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2), rates=rates)
    functions = numeric_mean_field(model)
    p = parameter_vector(model, {"temperature": temperature, "field": field})
    found = np.linalg.eigvals(functions.jacobian(np.zeros(6), p))
    beta = 1 / temperature
    root = np.sqrt(complex((beta - 0.5) ** 2 - 16 * field**2))
    pair = [0.5 * (beta - 1.5 + root), 0.5 * (beta - 1.5 - root)]
    expected = np.array([*pair, *pair, -0.5, -0.5])
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(expected), atol=1e-7)


@pytest.mark.parametrize("rates", RATES)
def test_jacobian_at_retrieval(rates: Rates) -> None:
    """``tr J`` and ``det J`` of the two-variable equations in closed form, one pattern."""
    temperature, field = 0.45, 0.2
    beta = 1 / temperature
    o, oy, rate = retrieval(rates, temperature, field)
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates=rates)
    p = parameter_vector(model, {"temperature": temperature, "field": field})
    jacobian = numeric_mean_field(model).jacobian(np.array([0.0, oy, o]), p)[1:, 1:]
    tanh = np.tanh(beta * o)
    if rates == "exponential":
        expected = [[-rate / 2, -2 * field * (1 - beta * o * tanh)], [2 * field, rate * (beta * (1 - o * tanh) - 1)]]
    else:
        expected = [[-0.5, -2 * field], [2 * field, beta * (1 - tanh**2) - 1]]
    np.testing.assert_allclose(jacobian, expected, atol=1e-12)


def test_critical_lines() -> None:
    """Pitchfork β = 1 + 8Ω² (a zero), Hopf line β = 3/2 with frequency √(4Ω² − 1/4)."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    functions = numeric_mean_field(model)

    def spectrum(beta: float, field: float) -> Any:
        p = parameter_vector(model, {"temperature": 1 / beta, "field": field})
        return np.linalg.eigvals(functions.jacobian(np.zeros(3), p)[1:, 1:])

    assert np.min(np.abs(spectrum(1 + 8 * 0.2**2, 0.2))) < 1e-12
    hopf = spectrum(1.5, 0.6)
    np.testing.assert_allclose(hopf.real, 0.0, atol=1e-12)
    np.testing.assert_allclose(np.sort(hopf.imag)[1], np.sqrt(4 * 0.36 - 0.25), atol=1e-12)


@pytest.mark.slow
def test_limit_cycle_and_its_absence() -> None:
    """T = 0.6: retrieval up to the fold at Ω = 0.29411, a cycle beyond it; no cycle for T ≥ 2/3."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    times = np.linspace(0.0, 400.0, 2001)
    run = ls.evolve(model, [0, 0, 0.9], times, temperature=0.6, field=[0.28, 0.35])
    late = run.overlap.isel(pattern=0).sel(time=slice(200, None)).std("time").values
    assert late[0] < 1e-6
    assert late[1] == pytest.approx(0.353, abs=2e-3)
    above = ls.evolve(model, [0, 0, 0.9], times, temperature=0.75, field=0.35)
    assert float(above.overlap.sel(time=slice(300, None)).std("time").squeeze()) < 1e-6


def test_gauge_changes_nothing() -> None:
    """Blocks with and without gauge describe the same sites."""
    patterns = ls.random_patterns(2, 24, seed=2)
    painted = []
    for gauge in (False, True):
        blocks = ls.large_spins(patterns, gauge=gauge)
        start = blocks.from_sites(0.7 * patterns.values[0])
        run = ls.evolve(ls.models.hopfield(blocks), start, 3.0, tolerance=1e-12, temperature=0.6, field=0.3)
        painted.append(blocks.paint(run.m.sel(component="z").values))
    np.testing.assert_allclose(painted[0], painted[1], atol=1e-10)
    assert np.ptp(painted[0]) > 0.5

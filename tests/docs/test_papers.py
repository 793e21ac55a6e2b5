"""The numbers on the page about papers and equations, computed anew."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import largespin as ls
from largespin.meanfield.jacobian import rate_response
from largespin.meanfield.numeric import numeric_mean_field
from largespin.phases import dicke_retrieval_state

BLOCK_NUMBERS = {
    0.5: (0.69743, 0.23560),
    1.0: (0.79105, 0.14237),
    2.0: (0.90486, 0.02190),
    20.0: (0.92346, 0.0),
}
OVERLAP_NUMBERS = {
    0.5: (0.86127, 0.72877),
    1.0: (0.95288, 0.95085),
    2.0: (0.95491, 0.95491),
    20.0: (0.95491, 0.95491),
}


def overlap_equations(beta: float, omega: float, start: tuple[float, float], times: list[float]) -> np.ndarray:
    """F24 (B.2) as printed, for two patterns: averages over the four sign combinations."""
    signs = np.array([[1, 1, -1, -1], [1, -1, 1, -1]], dtype=float)

    def rhs(_: float, o: np.ndarray) -> np.ndarray:
        z, y = o[:2], o[2:]
        fields = beta * (z @ signs)
        mean_cosh = np.cosh(fields).mean()
        mean_sinh = (signs * np.sinh(fields)).mean(axis=1)
        return np.concatenate([2 * omega * y - mean_cosh * z + mean_sinh, -2 * omega * z - 0.5 * mean_cosh * y])

    return solve_ivp(rhs, (0, max(times)), [*start, 0.0, 0.0], t_eval=times, rtol=1e-10, atol=1e-12).y[:2].T


def test_mixtures_leave_the_printed_overlap_equations() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2, gauge=False))
    bloch = np.zeros((4, 3))
    bloch[:, 2] = np.array([0.6, 0.3]) @ model.particles.coefficients
    times = [0.0, *BLOCK_NUMBERS]
    run = ls.evolve(model, bloch, times, temperature=0.5, field=0.2)
    np.testing.assert_allclose(run.overlap.values[1:], list(BLOCK_NUMBERS.values()), atol=6e-6)
    printed = overlap_equations(2.0, 0.2, (0.6, 0.3), list(OVERLAP_NUMBERS))
    np.testing.assert_allclose(printed, list(OVERLAP_NUMBERS.values()), atol=6e-6)
    # No state of two orthogonal ±1 patterns reaches what (B.2) ends at.
    assert np.abs(printed[-1]).sum() > 1.0 > np.abs(run.overlap.values[-1]).sum()


def test_overlap_equations_are_right_for_one_pattern() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2, gauge=False))
    bloch = np.zeros((4, 3))
    bloch[:, 2] = 0.6 * model.particles.coefficients[0]
    times = [0.0, 0.5, 2.0]
    run = ls.evolve(model, bloch, times, temperature=0.5, field=0.2)
    printed = overlap_equations(2.0, 0.2, (0.6, 0.0), times)
    np.testing.assert_allclose(run.overlap.values, printed, atol=1e-8)


def test_retrieval_stability_needs_tanh_in_b5() -> None:
    """F24 (B.5) with tanh gives the Jacobian's eigenvalues; with tan, as printed, it does not."""
    beta, omega = 2.0, 0.2
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    states = ls.stationary_states(model, temperature=1 / beta, field=omega)
    held = states.isel(state=int(np.argmax(states.overlap.values[:, 0])))
    o = held.overlap.item()

    def printed(function: np.ufunc) -> np.ndarray:
        c, f = np.cosh(beta * o), function(beta * o)
        matrix = [[c * (beta * (1 - o * f) - 1), 2 * omega], [-2 * omega * (1 - beta * o * f), -0.5 * c]]
        return np.sort(np.linalg.eigvals(matrix).real)[::-1]

    exact = held.eigenvalue_real.values
    np.testing.assert_allclose(printed(np.tanh), [-1.49853, -2.58632], atol=1e-5)
    assert all(np.abs(exact - value).min() < 1e-8 for value in printed(np.tanh))
    assert printed(np.tan).max() > 20


def test_square_in_s28() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(4), mode_frequencies=[1.5, 2.0, 2.5, 3.0])
    state = dicke_retrieval_state(model, 3, field=0.5, coupling=0.95)
    z, x = abs(state.bloch[0, 2]), state.bloch[0, 0]
    assert z == pytest.approx(0.52009, abs=1e-5)
    assert x == pytest.approx(-0.85411, abs=1e-5)
    assert float(ls.stability(model, state, field=0.5, coupling=0.95).growth_rate) == pytest.approx(0.38846, abs=1e-5)
    # With |z| instead of |z|² the state is not stationary.
    bloch = state.bloch.copy()
    bloch[:, 0] = -np.sqrt(1 - z)
    with pytest.raises(ls.LargespinError, match="must be stationary"):
        ls.stability(model, model.state(bloch, state.amplitudes), field=0.5, coupling=0.95)


def test_undamped_directions_of_the_dicke_memory() -> None:
    """K − M = 4 pairs at ±2iΩ/|x|, |x| = g_ν²/g_0²: a centre, not a stable state."""
    model = ls.models.dicke(ls.ideal_large_spins(4), mode_frequencies=[1.5, 2.0, 2.5, 3.0])
    state = dicke_retrieval_state(model, 3, field=0.5, coupling=0.95)
    result = ls.stability(model, state, field=0.5, coupling=0.95)
    undamped = np.abs(result.eigenvalue_real.values) < 1e-9
    assert undamped.sum() == 8
    np.testing.assert_allclose(np.abs(result.eigenvalue_imag.values[undamped]), 1.1708, atol=1e-4)


def test_retrieval_between_pitchfork_and_fold() -> None:
    """T = 0.5, Ω = 0.38 lies beyond the pitchfork and retrieves; Ω = 0.41 lies beyond the fold and cycles."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    late = ls.evolve(model, [0, 0, 0.01], 2000.0, temperature=0.5, field=[0.38, 0.41])
    assert abs(late.overlap.values[0, 0]) == pytest.approx(0.7449, abs=1e-4)
    states = ls.stationary_states(model, temperature=0.5, field=0.41)
    assert states.verdict.values.tolist() == ["unstable"]


def test_no_cycle_below_three_halves() -> None:
    """T = 0.7 (β < 3/2), Ω = 0.5 ends in the paramagnet although F24 prints β < 3/2 for limit cycles."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    late = ls.evolve(model, [0, 0, 0.9], 500.0, temperature=0.7, field=0.5)
    assert abs(late.overlap.item()) < 1e-6


PARAMETERS: dict[str, Any] = {"temperature": 0.7, "field": 0.3}


def test_printed_diffusion_is_right_and_the_printed_drift_lacks_the_rates() -> None:
    """F24 (61)–(63) are Re C; (66) is J without the derivative of the rates."""
    model = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))
    m = np.array([[0.1, -0.3, 0.4], [-0.2, 0.25, -0.35]])
    result = ls.drift_diffusion(model, model.state(m), **PARAMETERS)
    beta, e = 1 / 0.7, model.particles.coefficients[0]
    w = np.outer(e, e) / 2
    delta = w @ m[:, 2]
    cosh, sinh, tanh = (f(beta * delta) for f in (np.cosh, np.sinh, np.tanh))
    # σ_{αz(h)} = 2 ε_{αzγ} m_γ
    column = np.stack([-2 * m[:, 1], 2 * m[:, 0], np.zeros(2)], axis=1)
    printed, drift = np.zeros((2, 3, 2, 3)), np.zeros((2, 3, 2, 3))
    for h in range(2):
        x, y, z = m[h]
        t = tanh[h]
        printed[h, :, h] += cosh[h] * np.array([[1, 0, -t * x], [0, 1, -t * y], [-t * x, -t * y, 2 * (1 - t * z)]])
        c = cosh[h]
        drift[h, :, h] = [[-c / 2, 0, 0], [0, -c / 2, -2 * 0.3], [0, 2 * 0.3, -c]]
        for k in range(2):
            s1 = beta**2 / 8 * sum((cosh[q] - m[q, 2] * sinh[q]) * w[h, q] * w[q, k] for q in range(2))
            s2 = -beta / 8 * w[h, k] * (cosh[h] + cosh[k])
            printed[h, :, k] += (s1 + s2) * -np.outer(column[h], -column[k])
    np.testing.assert_allclose(printed.reshape(6, 6), result.diffusion_real.values, atol=1e-13)
    functions = numeric_mean_field(model)
    p = np.array([PARAMETERS[key] for key in model.parameters])
    response = rate_response(functions.equations, functions.scalars(m.ravel(), p)).reshape(6, -1)
    np.testing.assert_allclose(
        drift.reshape(6, 6), result.drift.values - response @ functions.equations.forms, atol=1e-13
    )


CORRELATIONS = {
    0.20: (-0.00354, 0.00270, 0.00404, 0.0),
    0.25: (-0.01003, 0.00693, 0.01108, 0.02132),
    0.30: (-0.02624, 0.01539, 0.02768, 0.05012),
}


def test_large_spins_are_correlated_and_even_entangled() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))
    states = ls.stationary_states(model, temperature=0.5, field=list(CORRELATIONS))
    modes = ls.canonical_modes(ls.stationary_covariance(model, states.isel(state=0)))
    parties = ("spin 0", "spin 1")
    cross = 2 * modes.canonical_covariance.values[:, :2, 2:]
    found = np.stack(
        [
            np.linalg.det(cross),
            ls.gaussian.discord(modes, *parties).values,
            ls.gaussian.classical_correlation(modes, *parties).values,
            ls.gaussian.log_negativity(modes, *parties).values,
        ],
        axis=1,
    )
    np.testing.assert_allclose(found, list(CORRELATIONS.values()), atol=6e-6)
    hot = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0).covariance.values
    one, both = np.linalg.det(hot[:3, :3]), np.linalg.det(hot)
    assert 0.5 * np.log(one**2 / both) == pytest.approx(0.0589, abs=6e-5)

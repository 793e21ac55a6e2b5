"""Single cycles: periods and multipliers against closed forms, SciPy runs, Liouville's formula and finite differences."""

import cycle_normal_forms as forms
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from largespin.cycles.equations import IntegrationError, TaylorEquations
from largespin.cycles.mesh import carried_between, is_worn, remeshed, spread_cycle, states_at
from largespin.cycles.multipliers import Floquet, floquet_multipliers, stability_sentence, verdict
from largespin.cycles.shooting import (
    Cycle,
    CycleConditions,
    bordered,
    conserved_count,
    parameter_row,
    phase_row,
    refined,
    shoot,
    slopes,
)


def closed(equations: TaylorEquations, start: list[float], period: float, value: float) -> Cycle:
    cycle = refined(equations, spread_cycle(equations, np.array(start), period, value))
    assert cycle is not None
    return cycle


def multipliers(equations: TaylorEquations, cycle: Cycle) -> Floquet:
    return floquet_multipliers(equations, cycle, shoot(equations, cycle), 0)


@pytest.mark.parametrize(("mu", "known"), [(1.0, 6.66328686), (5.0, 11.61223067)])
def test_van_der_pol_has_the_period_of_a_long_run(mu: float, known: float) -> None:
    def crossing(t: float, u: np.ndarray) -> float:
        return float(u[0])

    crossing.direction = 1.0  # type: ignore[attr-defined]
    run = solve_ivp(
        lambda t, u: [u[1], mu * (1 - u[0] ** 2) * u[1] - u[0]],
        (0.0, 80.0),
        [2.0, 0.0],
        method="DOP853",
        rtol=1e-12,
        atol=1e-13,
        events=crossing,
    )
    times = run.t_events[0]
    equations = forms.equations(2, forms.van_der_pol, [mu])
    cycle = closed(equations, [2.0, 0.0], known, mu)
    assert cycle.period == pytest.approx(times[-1] - times[-2], rel=1e-9)
    assert cycle.period == pytest.approx(known, rel=1e-9)
    # Liouville: the multiplier is exp ∮ div F dt, div F = μ(1 − x²).
    x = states_at(equations, cycle, np.linspace(0.0, 1.0, 20001)[:-1])[:, 0]
    expected = mu * cycle.period * np.mean(1.0 - x**2)
    found = multipliers(equations, cycle)
    if mu == 1.0:
        assert np.log(found.across[0].real) == pytest.approx(expected, rel=1e-7)
    else:  # what shrinks by more than 1e16 within a segment is rounding
        assert abs(found.across[0]) < 1e-30
    assert found.along_error < 1e-11


@pytest.mark.parametrize("mu", [0.01, 0.3, 2.0])
def test_hopf_normal_form_has_its_exact_cycle(mu: float) -> None:
    equations = forms.equations(2, forms.hopf, [mu, 1.7])
    cycle = closed(equations, [1.1 * np.sqrt(mu), 0.0], 6.0 / (1.7 + mu), mu)
    assert cycle.period == pytest.approx(2 * np.pi / (1.7 + mu), rel=1e-12)
    np.testing.assert_allclose(np.linalg.norm(cycle.nodes, axis=1), np.sqrt(mu), rtol=1e-12)
    found = multipliers(equations, cycle)
    assert found.across[0] == pytest.approx(np.exp(-2 * mu * cycle.period), rel=1e-10)
    assert verdict(found) == "stable"


def test_multipliers_of_two_disturbances_carried_around_the_circle() -> None:
    equations = forms.equations(4, forms.carried, [-0.4, 0.37])
    found = multipliers(equations, closed(equations, [1, 0, 0, 0], 6.2, -0.4))
    pair = np.exp(2 * np.pi * (-0.4 + 0.37j))
    expected = [pair, np.conj(pair)]
    order = np.argsort(-found.across[:2].imag * np.sign(pair.imag))
    np.testing.assert_allclose(found.across[:2][order], expected, rtol=1e-11)
    assert found.across[2] == pytest.approx(np.exp(-4 * np.pi), rel=1e-9)
    twisted = forms.equations(4, forms.twisted, [0.3, 2.5])
    found = multipliers(twisted, closed(twisted, [1, 0, 0, 0], 2 * np.pi, 0.3))
    expected = [-np.exp(0.6 * np.pi), np.exp(-4 * np.pi), -np.exp(-5 * np.pi)]
    np.testing.assert_allclose(found.across, expected, rtol=1e-8)
    assert verdict(found) == "unstable"


def test_derivative_by_the_parameter_is_the_limit_of_differences() -> None:
    equations = forms.equations(2, forms.van_der_pol, [1.3])
    u, h = np.array([1.2, -0.4]), 1e-5
    step = equations.advance(u, 1.3, 2.0)
    ends = [equations.advance(u, 1.3 + sign * h, 2.0).end for sign in (1, -1)]
    np.testing.assert_allclose(step.by_parameter, (ends[0] - ends[1]) / (2 * h), rtol=1e-8)
    for k in range(2):
        move = h * np.eye(2)[k]
        ends = [equations.advance(u + sign * move, 1.3, 2.0).end for sign in (1, -1)]
        np.testing.assert_allclose(step.by_state[:, k], (ends[0] - ends[1]) / (2 * h), rtol=1e-8)


def test_slopes_of_the_gaps_are_limits_of_differences() -> None:
    equations = forms.equations(2, forms.van_der_pol, [1.0])
    cycle = spread_cycle(equations, np.array([1.9, 0.1]), 6.5, 1.0)

    def gaps(vector: np.ndarray) -> np.ndarray:
        moved = cycle.at(vector)
        return (shoot(equations, moved).ends - np.roll(moved.nodes, -1, axis=0)).ravel()

    matrix, h = slopes(cycle, shoot(equations, cycle)).toarray(), 1e-6
    for k in range(matrix.shape[1]):
        move = h * np.eye(matrix.shape[1])[k]
        difference = (gaps(cycle.vector + move) - gaps(cycle.vector - move)) / (2 * h)
        np.testing.assert_allclose(matrix[:, k], difference, atol=1e-7)


def test_a_new_mesh_keeps_the_cycle() -> None:
    equations = forms.equations(2, forms.van_der_pol, [4.0])
    cycle = closed(equations, [2.0, 0.0], 10.2, 4.0)
    uneven = Cycle(states_at(equations, cycle, np.array([0.0, 0.5])), np.array([0.5, 0.5]), cycle.period, 4.0)
    again = refined(equations, remeshed(equations, uneven))
    assert again is not None
    assert not is_worn(equations, again)
    assert again.period == pytest.approx(cycle.period, rel=1e-12)
    assert len(again.nodes) >= 8
    phases = np.linspace(0.0, 0.9, 7)
    np.testing.assert_allclose(states_at(equations, again, phases), states_at(equations, cycle, phases), atol=1e-9)


def test_changes_are_carried_to_other_nodes() -> None:
    equations = forms.equations(2, forms.hopf, [1.0, 1.0])
    cycle = closed(equations, [1.0, 0.0], np.pi, 1.0)
    finer = Cycle(states_at(equations, cycle, np.arange(200) / 200), np.full(200, 1 / 200), cycle.period, 1.0)
    carried = carried_between(cycle, finer, finer.vector)
    np.testing.assert_allclose(carried, cycle.vector, atol=1e-3)


def test_conserved_quantities_are_counted_even_if_unknown() -> None:
    pendulum = forms.equations(2, lambda x, y, p: [y, -p[0] * x - x * x * x], [1.0])
    cycle = refined(pendulum, spread_cycle(pendulum, np.array([0.8, 0.0]), 5.2, 1.0), shortest_step=True)
    assert cycle is not None
    assert conserved_count(pendulum, cycle) == 1
    # The equations are singular: only least squares keep a step within the family short.
    right = np.append(np.ones(cycle.nodes.size), [0.0, 0.0])
    for shortest_step in (True, False):
        conditions = CycleConditions(
            phase_row(pendulum, cycle), parameter_row(cycle), np.zeros(0), shortest_step=shortest_step
        )
        step = bordered(pendulum, cycle, shoot(pendulum, cycle), conditions).solve(right)
        assert (np.linalg.norm(step) < 1e3) == shortest_step
    vdp = forms.equations(2, forms.van_der_pol, [1.0])
    assert conserved_count(vdp, closed(vdp, [2.0, 0.0], 6.66, 1.0)) == 0


def test_nothing_is_invented_where_no_cycle_is() -> None:
    exploding = forms.equations(2, lambda x, y, p: [p[0] * x * x * x, -y], [1.0])
    with pytest.raises(IntegrationError):
        exploding.advance(np.array([1.0, 0.0]), 1.0, 5.0)
    with pytest.raises(IntegrationError):
        exploding.path(np.array([1.0, 0.0]), 1.0, np.array([0.0, 5.0]))


def test_the_path_accepts_repeated_and_zero_times() -> None:
    equations = forms.equations(2, forms.hopf, [0.3, 1.7])
    u = np.array([1.0, 0.0])
    states = equations.path(u, 0.3, np.array([0.0, 0.0, 0.5, 0.5, 1.0]))
    np.testing.assert_array_equal(states[:2], [u, u])
    np.testing.assert_allclose(states[2:4], 2 * [equations.advance(u, 0.3, 0.5).end], rtol=1e-12)
    np.testing.assert_array_equal(equations.path(u, 0.3, np.zeros(1)), [u])


@pytest.mark.parametrize(
    ("across", "conserved", "known", "sentence"),
    [
        ([0.5, 0.1], 0, 0, "Stable cycle of period 2: disturbances shrink by the factor 0.5 a period."),
        (
            [1.0, 0.1],
            1,
            1,
            "Stable cycle of period 2: disturbances shrink by the factor 0.1 a period; 1 conserved quantity(ies) left out.",
        ),
        ([1.0, 0.1], 1, 0, "Neutral cycle of period 2: one of a family, 1 further multiplier(s) of modulus 1."),
        ([1.0, 0.1], 0, 0, "Neutral cycle of period 2: 1 further multiplier(s) of modulus 1."),
        (
            [3.0, -2.0],
            0,
            0,
            "Unstable cycle of period 2: disturbances grow by the factor 3 a period in 2 direction(s).",
        ),
    ],
)
def test_verdicts_say_what_counts(across: list[float], conserved: int, known: int, sentence: str) -> None:
    assert stability_sentence(2.0, Floquet(np.array(across, dtype=complex), 0.0, conserved, known)) == sentence


def test_the_phase_condition_is_along_the_cycle() -> None:
    equations = forms.equations(2, forms.hopf, [1.0, 1.0])
    cycle = closed(equations, [1.0, 0.0], np.pi, 1.0)
    later = states_at(equations, cycle, np.append((cycle.phases + 1e-6)[:-1], cycle.phases[-1] + 1e-6))
    row = phase_row(equations, cycle)
    shift = np.append((later - cycle.nodes).ravel(), [0.0, 0.0])
    radial = np.append(cycle.nodes.ravel(), [0.0, 0.0])
    assert row @ shift > 0.9 * np.linalg.norm(shift)
    assert abs(row @ radial) < 1e-12

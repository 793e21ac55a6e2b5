"""Rates under roots: the equations contain the rates themselves, and no public call accepts a negative one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sentences import check_sentence

import largespin as ls
from largespin.meanfield.derive import conjugate_product, mean_field
from largespin.model.rates import check_rates, roots_of_rates

KAPPA, GAMMA, QUANTA = ls.parameters("kappa gamma quanta")
UP = [0.0, 0.0, 1.0]


def cavity(rate: Any = KAPPA) -> ls.Model:
    """A damped mode, detuned by 1 and pushed by 1/2 spins."""
    mode, spins = ls.Mode("a"), ls.Spins()
    energy = mode.number + 0.3 * mode.field * spins.average("z")
    return ls.Model(spins, energy=energy, modes=[mode], collective_jumps=[mode.loss(rate)])


def bath() -> ls.Model:
    """Spins in a thermal bath: down at γ(n + 1), up at γ n, signs of both unknown."""
    spins = ls.Spins()
    down, up = (ls.Jump(matrix, sp.sqrt(rate)) for matrix, rate in (
        (spins.lowering, GAMMA * (QUANTA + 1)), (spins.raising, GAMMA * QUANTA)
    ))  # fmt: skip
    return ls.Model(spins, energy=0.2 * spins.average("x"), jumps=[down, up])


def test_loss_at_a_rate_of_unknown_sign_is_that_of_a_positive_one() -> None:
    positive = ls.parameter("kappa", positive=True)
    rates = [x for pair in mean_field(cavity()).mode_rates for x in pair]
    assert not any(rate.has(sp.Abs, sp.conjugate, sp.sqrt(KAPPA)) for rate in rates)
    known = [x for pair in mean_field(cavity(positive)).mode_rates for x in pair]
    assert [rate.xreplace({KAPPA: positive}) for rate in rates] == known


def test_the_taylor_integrator_takes_it_and_is_right() -> None:
    times = np.linspace(0.0, 6.0, 5)
    run = ls.evolve(cavity(), cavity().state(UP, 0), times, kappa=[0.0, 0.7])
    assert run.solver.values.tolist() == ["taylor (heyoka)"] * 2
    # α̇ = −(i + κ/2) α − 0.3 i for spins that stay up.
    for row, kappa in enumerate((0.0, 0.7)):
        decay = 1j + kappa / 2
        alpha = -0.3j / decay * (1.0 - np.exp(-decay * times))
        found = (run.q.values[row, :, 0] + 1j * run.p.values[row, :, 0]) / np.sqrt(2.0)
        np.testing.assert_allclose(found, alpha, atol=1e-8)


def test_fluctuations_and_slopes_know_the_rate_too() -> None:
    vacuum = ls.evolve_covariance(cavity(), cavity().state(UP, 0), [0.0, 2.0], kappa=0.7)
    numbers = ls.evolve_covariance(cavity(0.7), cavity(0.7).state(UP, 0), [0.0, 2.0])
    np.testing.assert_allclose(vacuum.covariance.values, numbers.covariance.values, atol=1e-10)
    assert vacuum.solver.item() == numbers.solver.item()


CALLS: list[Callable[..., Any]] = [
    lambda model, **values: ls.evolve(model, model.state(UP, 0), 1.0, **values),
    lambda model, **values: ls.stationary_states(model, starts=4, **values),
    lambda model, **values: ls.stability(model, model.state(UP, 0), **values),
    lambda model, **values: ls.limit_cycle(model, model.state(UP, 0), **values),
    lambda model, **values: ls.find_attractors(model, samples=2, **values),
    lambda model, **values: ls.lyapunov_exponents(model, model.state(UP, 0), 1.0, **values),
    lambda model, **values: ls.evolve_covariance(model, model.state(UP, 0), [0.0, 1.0], **values),
    lambda model, **values: ls.exact.evolve(model, model.state(UP, 0), 1.0, particles=2, **values),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_negative_rate_is_refused_at_every_door(call: Callable[..., Any]) -> None:
    check_sentence(
        lambda: call(cavity(), kappa=-0.5),
        "The rate kappa under a root in collective jump 1 must be at least zero, but it is -0.5.",
    )
    check_sentence(
        lambda: call(bath(), gamma=0.5, quanta=[0.1, -0.2]),
        "The rate gamma*quanta under a root in jump 2 must be at least zero, but it is -0.1 at gamma = 0.5, quanta = -0.2.",
    )


def test_branches_do_not_go_on_into_gain() -> None:
    sentence = "The rate kappa under a root in collective jump 1 must be at least zero, but it is -1."
    state = cavity().state(UP, [-0.3j / (1j + 0.25)])
    check_sentence(lambda: ls.branch(cavity(), state, between={"kappa": (-1.0, 1.0)}, kappa=0.5), sentence)
    vacuum = cavity().state(UP, 0)
    check_sentence(lambda: ls.cycle_branch(cavity(), vacuum, between={"kappa": (-1.0, 1.0)}, kappa=0.5), sentence)


def test_what_may_vary_is_left_alone() -> None:
    spins = ls.Spins()
    z, alpha = spins.average("z"), ls.Mode("a").amplitude
    for amplitude in (
        sp.sqrt(1 + GAMMA * z),
        sp.sqrt(KAPPA * sp.cos(ls.time)) * alpha,
        KAPPA**2 * alpha,
        sp.sqrt(2) * z,
    ):
        assert roots_of_rates(amplitude) == set()
    # A declared parameter needs no second look.
    assert roots_of_rates(sp.sqrt(ls.parameter("rate", nonnegative=True)) * z) == set()


def test_amplitudes_that_depend_on_the_state_are_judged_at_the_start() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, sp.sqrt(1 + GAMMA * spins.average("z")))])
    assert ls.evolve(model, model.state(UP, 0), 0.1, gamma=2.0).outcome.item() == "finished"
    check_sentence(
        lambda: ls.evolve(model, [0.0, 0.0, -1.0], 0.1, gamma=[0.5, 2.0]),
        "The amplitude sqrt(gamma*m_z + 1) of jump 1 must be real, but it is not at gamma = 2; "
        "choose values that give a rate of at least zero.",
    )


def test_abbreviations_are_looked_through() -> None:
    spins, driven = ls.Spins(), ls.derived_parameter("nu", KAPPA * sp.cos(ls.time))
    inverse = ls.derived_parameter("tau", 1 / KAPPA)
    assert roots_of_rates(sp.sqrt(inverse) * spins.average("z")) == {sp.sqrt(inverse)}
    assert roots_of_rates(sp.sqrt(driven) * spins.average("z")) == set()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, sp.sqrt(inverse), name="decay")])
    check_sentence(
        lambda: check_rates(model, np.array([[2.0], [-4.0]])),
        "The rate tau under a root in jump decay must be at least zero, but it is -0.25 at kappa = -4.",
    )
    strength = ls.derived_parameter("nu", sp.sqrt(GAMMA))
    model = ls.Model(spins, collective_jumps=[ls.CollectiveJump(strength * spins.average("lowering"))])
    check_sentence(
        lambda: ls.stationary_states(model, gamma=-1.0),
        "The rate gamma under a root in collective jump 1 must be at least zero, but it is -1.",
    )


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_products_have_their_values(kappa: float, gamma: float, q: float, p: float) -> None:
    mode = ls.Mode("a")
    first = sp.sqrt(KAPPA) * mode.amplitude + sp.I * sp.sqrt(KAPPA * GAMMA) * mode.q**2
    second = KAPPA ** sp.Rational(3, 2) * mode.conjugate + GAMMA**0.5 * mode.p * sp.I
    at = {KAPPA: kappa, GAMMA: gamma, mode.q: q, mode.p: p}
    real, imaginary = (complex(part.subs(at)) for part in conjugate_product(first, second))
    expected = complex(first.subs(at)).conjugate() * complex(second.subs(at))
    assert real + 1j * imaginary == pytest.approx(expected, abs=1e-9)


def test_a_root_in_the_energy_must_be_real() -> None:
    spins, ratio = ls.Spins(), ls.parameter("ratio")
    model = ls.Model(spins, energy=sp.sqrt(1 - ratio**2) * spins.average("x"), jumps=[ls.Jump(spins.lowering, 1)])
    assert ls.stationary_states(model, ratio=0.5).verdict.values.tolist() == ["stable"]
    sentence = "The rate 1 - ratio**2 under a root in the energy must be at least zero, but it is -3 at ratio = 2."
    for call in (
        lambda: ls.stationary_states(model, ratio=2.0),
        lambda: ls.evolve(model, model.state(UP, 0), 1.0, ratio=2.0),
    ):
        check_sentence(call, sentence)

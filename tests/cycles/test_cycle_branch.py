"""Branches of cycles of models: the lines where the Hopfield network's cycles are born and die, from independent routes."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from scipy.optimize import brentq, minimize_scalar
from sentences import check_sentence

import largespin as ls
from largespin import cycle_branch, cycle_ends, limit_cycle
from largespin.cycles.infinite_period import SADDLE_NODE
from largespin.models.ready.rates import Rates

START = [0.0, 0.1, 0.1]


@lru_cache
def hopfield(rates: Rates) -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1), rates=rates)


def special(branch: xr.Dataset, name: str) -> xr.Dataset:
    (index,) = np.flatnonzero(branch.special.values == name)
    return branch.isel(point=int(index))


def retrieval(field: float, temperature: float) -> tuple[float, float]:
    """Overlap and ``Re λ`` of the retrieval state of Glauber rates, from its closed equation and own Jacobian."""
    beta = 1 / temperature
    o = brentq(lambda x: (1 + 8 * field**2) * x - np.tanh(beta * x), 1e-3, 1.0, xtol=1e-15)
    # ẏ = −y/2 − 2Ω z, ż = 2Ω y + tanh(βz) − z.
    trace = -0.5 - 1 + beta / np.cosh(beta * o) ** 2
    return o, 0.5 * trace


@lru_cache
def large_glauber() -> xr.Dataset:
    return cycle_branch(
        hopfield("glauber"),
        START,
        between={"field": (0.1, 0.4)},
        towards="low",
        temperature=0.6,
        field=0.4,
        phases=33,
    )


@lru_cache
def small_glauber() -> xr.Dataset:
    field, temperature = 0.275, 0.6
    o, _ = retrieval(field, temperature)
    return cycle_branch(
        hopfield("glauber"),
        [0.0, -4 * field * o, o],
        between={"field": (0.2, 0.4)},
        temperature=temperature,
        field=field,
        phases=33,
    )


def fold_of_retrieval(temperature: float) -> float:
    """Exponential rates, F24 (B.4): ``8Ω² = cosh βo (sinh βo/o − cosh βo)`` is largest."""
    beta = 1 / temperature
    found = minimize_scalar(
        lambda o: -np.cosh(beta * o) * (np.sinh(beta * o) / o - np.cosh(beta * o)),
        bounds=(0.01, 0.99),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(np.sqrt(-found.fun / 8))


@pytest.mark.slow
def test_the_stable_glauber_cycle_dies_at_a_fold_of_cycles() -> None:
    branch = large_glauber()
    fold = special(branch, "fold of cycles")
    assert fold.special_value.item() == pytest.approx(0.27204012687, abs=2e-11)
    assert fold.multiplier_real.values[1] == pytest.approx(1.0, abs=1e-5)
    before = branch.verdict.values[: int(np.flatnonzero(branch.special.values == "fold of cycles")[0])]
    assert set(before) == {"stable"}
    assert branch.verdict.values[-2] == "unstable"
    # A run beside the fold tells the same: a cycle above, rest below.
    near = fold.special_value.item()
    states = limit_cycle(hopfield("glauber"), START, settle=3000.0, temperature=0.6, field=[near - 1e-3, near + 1e-3])
    assert states.outcome.values.tolist() == ["no cycle", "finished"]


def test_cycles_around_one_and_around_two_memories_end_at_the_same_homoclinic_field() -> None:
    large, small = special(large_glauber(), "homoclinic end"), special(small_glauber(), "homoclinic end")
    assert large.special_value.item() == pytest.approx(small.special_value.item(), abs=5e-11)
    assert large.special_error.item() < 1e-10
    assert "a loop of 2 turns at one saddle" in large.sentence.item()
    assert "a loop at one saddle" in small.sentence.item()
    assert np.abs(small_glauber().overlap.isel(pattern=0)).min() < 0.01 < small_glauber().overlap.max()
    assert small_glauber().overlap.min() > -1e-6


def test_the_small_cycles_are_born_unstable_where_retrieval_loses_stability() -> None:
    branch = small_glauber()
    born = branch.isel(point=0)
    exact = brentq(lambda field: retrieval(field, 0.6)[1], 0.2, 0.285, xtol=1e-14)
    assert born.special.item() == "Hopf end"
    assert born.special_value.item() == pytest.approx(exact, abs=1e-10)
    assert set(branch.verdict.values[1:]) == {"unstable"}
    assert branch.end_first.item().startswith("Hopf end: the cycle is born from a stationary state at 0.27603138")
    assert branch.end_last.item().startswith("Homoclinic end")


def test_near_the_double_zero_point_distances_obey_the_symmetric_normal_form() -> None:
    # Takens and Carr: Hopf, double homoclinic and fold of cycles at μ₂/μ₁ = 1, 4/5, 0.752.
    temperature = 0.664
    pitchfork = np.sqrt((1 / temperature - 1) / 8)
    hopf = brentq(lambda field: retrieval(field, temperature)[1], 0.2, pitchfork - 1e-5, xtol=1e-14)
    ends = cycle_ends(
        hopfield("glauber"),
        [0.0, 0.02, 0.05],
        between={"field": (0.2, 0.3)},
        field=0.3,
        temperature=temperature,
        settle=3000.0,
    )
    assert ends.stable_until_kind.item() == "fold of cycles"
    assert ends.branch_ends_kind.item() == "homoclinic end"
    ratio = (pitchfork - np.array([ends.branch_ends.item(), ends.stable_until.item()])) / (pitchfork - hopf)
    np.testing.assert_allclose(ratio, [1 / 0.8, 1 / 0.752], rtol=0.01)


def test_the_exponential_cycle_dies_where_retrieval_is_born() -> None:
    temperatures = [0.5, 0.6, 0.65]
    ends = cycle_ends(
        hopfield("exponential"), START, between={"field": (0.1, 0.6)}, field=0.6, temperature=temperatures
    )
    assert set(ends.stable_until_kind.values) == {SADDLE_NODE}
    expected = [fold_of_retrieval(temperature) for temperature in temperatures]
    np.testing.assert_allclose(ends.stable_until, expected, atol=1e-9)
    np.testing.assert_allclose(ends.branch_ends, expected, atol=1e-9)
    assert np.all(np.abs(ends.stable_until.values - expected) <= ends.stable_until_error.values)
    assert "2 saddle-nodes appear on it" in ends.sentence.values[0]


def test_points_of_a_branch_are_cycles_of_their_own() -> None:
    branch = cycle_branch(hopfield("exponential"), START, between={"field": (0.4, 0.8)}, temperature=0.6, field=0.6)
    assert np.all(np.diff(branch.field.values) > 0)
    assert branch.field.values[[0, -1]].tolist() == [0.4, 0.8]
    chosen = [0, 3, -1]
    alone = limit_cycle(hopfield("exponential"), START, temperature=0.6, field=branch.field.values[chosen])
    np.testing.assert_allclose(branch.period[chosen], alone.period, rtol=1e-9)
    np.testing.assert_allclose(branch.multiplier_real[chosen], alone.multiplier_real, atol=1e-8)
    np.testing.assert_allclose(branch.overlap_amplitude[chosen], alone.overlap_amplitude, atol=3e-6)
    assert branch.end_first.item() == "The branch left the range at 0.4."
    assert branch.temperature.item() == 0.6


def test_a_branch_goes_on_from_a_dataset_even_where_the_cycle_is_unstable() -> None:
    branch = large_glauber()
    unstable = branch.isel(point=int(np.flatnonzero(branch.verdict.values == "unstable")[2]))
    again = cycle_branch(hopfield("glauber"), unstable, between={"field": (0.1, 0.3)})
    np.testing.assert_allclose(special(again, "fold of cycles").special_value, 0.27204012687, atol=2e-11)
    assert special(again, "homoclinic end").special_error.item() < 1e-10


def test_a_cycle_is_born_at_the_hopf_line_of_the_paramagnet() -> None:
    branch = cycle_branch(
        hopfield("exponential"), [0, 0, 0], between={"temperature": (0.55, 0.9)}, temperature=0.7, field=0.5
    )
    born = branch.isel(point=0)
    assert born.special_value.item() == pytest.approx(2 / 3, abs=1e-11)
    # Eigenvalues ½[β − 3/2 ± √((β − ½)² − 16Ω²)] at β = 3/2.
    assert born.period.item() == pytest.approx(2 * np.pi / (0.5 * np.sqrt(16 * 0.25 - 1)), rel=1e-10)
    assert born.overlap_amplitude.item() == 0.0
    assert set(branch.verdict.values[1:]) == {"stable"}
    assert np.all(branch.temperature.values[1:] < 2 / 3)
    assert branch.temperature.values[-1] == 0.55


def test_the_time_crystal_slows_down_at_its_transition() -> None:
    spins, omega, kappa = ls.Spins(), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * (spins.average("x") - sp.I * spins.average("y")) / 2)
    model = ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=[decay])
    branch = cycle_branch(
        model,
        [0.0, 0.6, 0.8],
        between={"omega": (0.52, 1.2)},
        towards="low",
        settle=0.0,
        omega=0.9,
        kappa=1.0,
        phases=17,
    )
    np.testing.assert_allclose(branch.period, 2 * np.pi / np.sqrt(branch.omega**2 - 0.25), rtol=1e-9)
    np.testing.assert_allclose((branch.m**2).sum("component"), 1.0, atol=1e-10)
    assert set(branch.verdict.values) == {"neutral"}
    assert branch.omega.values[-1] == 0.52


def test_cycle_ends_say_where_there_is_no_cycle() -> None:
    ends = cycle_ends(hopfield("exponential"), START, between={"field": (0.5, 0.6)}, field=0.6, temperature=[0.6, 0.8])
    assert ends.outcome.values.tolist() == ["finished", "no cycle"]
    assert ends.stable_until_kind.values.tolist() == ["", ""]
    assert ends.sentence.values[0] == "The cycle attracts along its whole branch. The branch left the range at 0.5."
    assert ends.sentence.values[1].startswith("No cycle at field = 0.6: Argument `start` must lead to a cycle")


def test_bad_arguments_are_refused() -> None:
    model = hopfield("exponential")

    def call(**changed: Any) -> Any:
        arguments: dict[str, Any] = {
            "start": START, "between": {"field": (0.1, 0.7)}, "temperature": 0.6, "field": 0.6, **changed,
        }  # fmt: skip
        return lambda: cycle_branch(model, arguments["start"], **{k: x for k, x in arguments.items() if k != "start"})

    check_sentence(call(field=0.9), "Argument `field` must lie in the range [0.1, 0.7] of `between`, but it is 0.9.")
    check_sentence(call(towards="up"), "Argument `towards` must be one of low, high, but it is 'up'.")
    check_sentence(
        call(temperature=[0.5, 0.6]),
        "Parameter values must be single numbers for this call, but there are several along temperature.",
    )
    check_sentence(call(points=1), "Argument `points` must be at least 2, but it is 1.")
    check_sentence(call(phases=4), "Argument `phases` must be at least 17, but it is 4.")
    check_sentence(
        call(tol=1e-9),
        "`tol` is neither an option of `cycle_branch` nor a parameter of the model; did you mean `tolerance`?",
    )
    check_sentence(
        call(start=[0.0, 0.0, 0.0]),
        "Argument `start` must move or be near a Hopf point, but it is stationary and no Hopf point was found inside "
        "`between`; start beside it to let it run.",
    )
    with pytest.raises(
        ls.LargespinError, match=r"must lead to a cycle, but it does not\. No cycle: the run came to rest"
    ):
        call(field=0.2)()
    cycles = limit_cycle(model, START, temperature=0.6, field=[0.1, 0.6])
    check_sentence(
        call(start=cycles),
        "Argument `start` must be one state, but it holds several along field (2); choose one, for instance with "
        "`.isel(…)`.",
    )
    with pytest.raises(
        ls.LargespinError, match=r"must be a state, but the result holds none there \(NaN\)\. No cycle:"
    ):
        call(start=cycles.isel(field=0), field=0.1)()
    other = cycles.isel(field=1).assign_attrs(model_key="another")
    check_sentence(
        call(start=other), "Argument `start` must belong to the given model, but the result was made with another one."
    )


def test_bad_arguments_of_cycle_ends_are_refused() -> None:
    model = hopfield("exponential")

    def call(**changed: Any) -> Any:
        arguments: dict[str, Any] = {"between": {"field": (0.1, 0.6)}, "temperature": 0.6, "field": 0.6, **changed}
        return lambda: cycle_ends(model, START, **arguments)

    check_sentence(
        call(field=[0.5, 0.6]),
        "Argument `field` must be one number, because `between` says where it moves, but it has several values.",
    )
    check_sentence(call(field=0.7), "Argument `field` must lie in the range [0.1, 0.6] of `between`, but it is 0.7.")
    check_sentence(call(towards="up"), "Argument `towards` must be one of low, high, but it is 'up'.")


def test_models_without_a_taylor_series_are_refused() -> None:
    """Also by `cycle_ends`, which reports other failures point by point: this one is a fault of the model."""
    spins = ls.Spins()
    energy = spins.average("x") + sp.Abs(ls.parameter("f")) * spins.average("z")
    model = ls.Model(spins, energy, (ls.Jump(spins.lowering),))
    start = [0.1, 0.2, 0.3]
    for call in (
        lambda: limit_cycle(model, start, settle=0.0, f=0.3),
        lambda: cycle_branch(model, start, between={"f": (0.1, 0.7)}, settle=0.0, f=0.3),
        lambda: cycle_ends(model, start, between={"f": (0.3, 0.7)}, f=0.3, settle=0.0),
    ):
        with pytest.raises(ls.LargespinError, match=r"^Argument `model` must suit the Taylor integrator, but "):
            call()


def test_a_cycle_is_followed_towards_the_further_end_or_where_it_is_told() -> None:
    """The fold of retrieval, where the cycle dies, lies below; above nothing happens to it."""
    at: dict[str, Any] = {"field": 0.4, "temperature": 0.6}
    low = cycle_ends(hopfield("exponential"), START, between={"field": (0.1, 0.6)}, **at)
    assert low.stable_until.item() == pytest.approx(fold_of_retrieval(0.6), abs=1e-9)
    high = cycle_ends(hopfield("exponential"), START, between={"field": (0.1, 0.6)}, towards="high", **at)
    assert high.sentence.item() == "The cycle attracts along its whole branch. The branch left the range at 0.6."
    near = cycle_ends(hopfield("exponential"), START, between={"field": (0.3, 0.6)}, **at)
    assert near.sentence.item() == high.sentence.item()

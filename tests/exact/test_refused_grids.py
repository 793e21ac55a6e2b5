"""Are bad points of a grid refused before the first one starts?"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from grid_models import COUNTING, COUPLED, DICKE, HOPFIELD, TIMES, UP, never
from sentences import check_sentence

import largespin as ls
from largespin.exact.calls import liouvillian_spectrum, plan, stationary_states
from largespin.exact.calls.grid import grid
from largespin.exact.generator import memory

EVOLVE = import_module("largespin.exact.calls.evolve")
"""The module: the package has a function of this name."""


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be solved."""
    monkeypatch.setattr(EVOLVE, "_run", never)
    monkeypatch.setattr(stationary_states, "stationary_states_of", never)
    monkeypatch.setattr(liouvillian_spectrum, "liouvillian_spectrum_of", never)


@pytest.mark.usefixtures("idle")
def test_what_cannot_fit_is_refused_before_the_first_run() -> None:
    for call in (
        lambda: ls.exact.evolve(COUNTING, UP, TIMES, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
        lambda: ls.exact.stationary_states(COUNTING, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
        lambda: ls.exact.liouvillian_spectrum(COUNTING, particles=[4, 200], a=[0.1, 0.2], memory_limit=1e7),
    ):
        with pytest.raises(
            ls.LargespinError,
            match=r"^At a = 0.1, particles = 200: The exact solution must fit into memory, but 200 part",
        ):
            call()


@pytest.mark.usefixtures("idle")
def test_a_start_that_does_not_fit_is_refused_before_the_first_run() -> None:
    check_sentence(
        lambda: ls.exact.evolve(DICKE, DICKE.state(UP, [1.0]), 1.0, particles=[1, 9], fock=12, parameters=COUPLED),
        "At particles = 9: Argument `fock` must be large enough for the start, but mode a_1 has 9 bosons and 0.2 of them "
        "lie above 12 states.",
    )


@pytest.mark.usefixtures("idle")
def test_rates_that_do_not_commute_are_refused_before_the_first_run() -> None:
    spins, (g,) = ls.Spins(), ls.parameters("g")
    field = spins.average("z"), spins.average("x")
    model = ls.Model(
        spins, jumps=[ls.Jump(spins.lowering, sp.exp(field[0])), ls.Jump(spins.raising, sp.exp(g * field[1]))]
    )
    for call in (
        lambda: ls.exact.evolve(model, UP, 1.0, particles=3, g=[0.0, 0.5]),
        lambda: ls.exact.stationary_states(model, particles=3, g=[0.0, 0.5]),
        lambda: ls.exact.liouvillian_spectrum(model, particles=3, g=[0.0, 0.5]),
    ):
        with pytest.raises(ls.LargespinError, match=r"^At g = 0.5: The rates must depend on averages that commute"):
            call()


@pytest.mark.usefixtures("idle")
def test_explicit_time_is_refused_before_the_first_point() -> None:
    spins, (drive,) = ls.Spins(), ls.parameters("drive")
    model = ls.Model(spins, energy=drive * sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    axis = xr.DataArray([0.0, 0.3], dims="strength", coords={"strength": ["none", "some"]})
    for solve, what in (
        (ls.exact.stationary_states, "stationary states"),
        (ls.exact.liouvillian_spectrum, "a Liouvillian spectrum"),
    ):
        sentence = f"The model must be constant in time to have {what}, but it depends on time."
        check_sentence(lambda s=solve: s(model, particles=3, drive=0.3), sentence)  # type: ignore[misc]
        check_sentence(lambda s=solve: s(model, particles=3, drive=axis), f"At strength = some: {sentence}")  # type: ignore[misc]


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("solve", [ls.exact.stationary_states, ls.exact.liouvillian_spectrum])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fock": 1}, "Argument `fock` must be at least 2, but it is 1."),
        ({"fock": (3, 3)}, "Argument `fock` must give 1 numbers, one per mode, but it has 2."),
        ({"memory_limit": -1}, "Argument `memory_limit` must be above 0, but it is -1."),
        ({"coupling_1": 3.0}, "`coupling_1` is neither an option of `"),
        ({"particles": []}, "Argument `particles` must contain at least one number, but it is empty."),
        ({"particles": [2, 2.5]}, "Argument `particles` must be a whole number, but 2.5 is not."),
        ({"field": [0.1, np.nan]}, "Argument `field` must be finite, but it contains NaN or infinity."),
        ({"model": "dicke"}, "Argument `model` must be a Model, but it is a str."),
        ({"model": HOPFIELD}, "Argument `fock` must be left out for a model without modes, but it is given."),
    ],
)
def test_bad_arguments_of_tables_are_refused(solve: Callable[..., Any], change: dict[str, Any], sentence: str) -> None:
    arguments: dict[str, Any] = {"particles": [2, 3], "fock": 4, "field": [0.1, 0.2], "coupling": 0.3, **change}
    model = arguments.pop("model", DICKE)
    if model is HOPFIELD:
        arguments["temperature"] = arguments.pop("coupling")
    with pytest.raises(ls.LargespinError) as refusal:
        solve(model, **arguments)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.usefixtures("idle")
def test_bad_arguments_of_one_table_are_refused() -> None:
    values: dict[str, Any] = {"particles": [2, 3], "temperature": 0.5, "field": [0.1, 0.2]}
    check_sentence(
        lambda: ls.exact.stationary_states(HOPFIELD, method="fast", **values),  # type: ignore[arg-type]
        "Argument `method` must be one of auto, direct, iterative, but it is 'fast'.",
    )
    check_sentence(
        lambda: ls.exact.stationary_states(HOPFIELD, fock_tolerance=0, **values),
        "Argument `fock_tolerance` must lie in (0, 1], but it is 0.",
    )
    check_sentence(
        lambda: ls.exact.liouvillian_spectrum(HOPFIELD, count=0, **values),
        "Argument `count` must be at least 1, but it is 0.",
    )
    check_sentence(
        lambda: ls.exact.liouvillian_spectrum(DICKE, particles=[2, 3], field=0.1, coupling=[0.2, 0.3]),
        "Argument `fock` must give the number of Fock states of 1 mode(s), but it is missing.",
    )


@pytest.mark.usefixtures("idle")
def test_explicit_time_on_a_gpu_is_refused_before_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "check_device", lambda device: device)
    spins, (drive,) = ls.Spins(), ls.parameters("drive")
    model = ls.Model(spins, energy=drive * sp.cos(ls.time) * spins.average("x"))
    check_sentence(
        lambda: ls.exact.evolve(model, UP, 1.0, particles=2, drive=[0.0, 0.5], device="gpu"),
        "At drive = 0.5: Argument `device` must be cpu for a model that depends on time, but it is gpu.",
    )


@pytest.mark.usefixtures("idle")
def test_kept_states_of_all_points_must_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 4e6)
    many = np.linspace(0.1, 0.9, 60)
    with pytest.raises(
        ls.LargespinError, match=r"^The states that are kept must fit into memory, but those of all points"
    ):
        ls.exact.evolve(COUNTING, UP, np.linspace(0, 1, 20), particles=10, a=many, keep_states=True)
    with pytest.raises(AssertionError, match="nothing may be computed"):
        ls.exact.evolve(COUNTING, UP, np.linspace(0, 1, 20), particles=10, a=0.5, keep_states=True)


def test_places_are_named_by_their_axes() -> None:
    starts = HOPFIELD.state([[UP], [[0.0, 0.0, -1.0]]], dims=("run",))
    fields = xr.DataArray([0.1, 0.2], dims="drive", coords={"drive": [10, 20]})
    where = grid(HOPFIELD, {"temperature": [0.5, 0.25], "field": fields}, starts, [2, 4])
    places = [point.place for point in where]
    assert places[0] == "temperature = 0.5, drive = 10, run = 0, particles = 2"
    assert places[-1] == "temperature = 0.25, drive = 20, run = 1, particles = 4"
    assert len(set(places)) == len(where) == 16
    assert [p.place for p in grid(HOPFIELD, {"temperature": 0.5, "field": 0.1}, UP, 4)] == [""]


@pytest.mark.parametrize("name", ["particles", "element", "fock", "purity", "gap", "decay_rate", "outcome"])
def test_axes_with_names_of_results_are_refused(name: str) -> None:
    axis = xr.DataArray([0.1, 0.2], dims=name)
    sentence = f"Axis `{name}` of `field` must have another name, because results use this one."
    check_sentence(lambda: ls.exact.stationary_states(HOPFIELD, particles=2, temperature=0.5, field=axis), sentence)
    check_sentence(lambda: ls.exact.evolve(HOPFIELD, UP, 1.0, particles=2, temperature=0.5, field=axis), sentence)

"""When two models are one, and what nobody may change: hazards of caches keyed on models."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr

import largespin as ls
from largespin.meanfield.derive import mean_field
from largespin.model.symbols import Family


def with_nested_abbreviation(factor: int) -> ls.Model:
    temperature = ls.parameter("T", positive=True)
    tau = ls.derived_parameter("tau", factor * temperature)
    beta = ls.derived_parameter("beta", 1 / tau)
    return ls.Model(ls.Spins(), energy=beta * ls.Spins().average("x"))


def test_nested_abbreviations_are_part_of_the_definition() -> None:
    assert with_nested_abbreviation(2) == with_nested_abbreviation(2)
    assert with_nested_abbreviation(2) != with_nested_abbreviation(3)
    runs = [ls.evolve(with_nested_abbreviation(c), [0, 0, 1.0], 1.0, T=1.0).m.values[0, 2] for c in (2, 3)]
    np.testing.assert_allclose(runs, [np.cos(2 * 1 / 2), np.cos(2 * 1 / 3)], atol=1e-8)


def decaying(*, positive: bool = False, nonnegative: bool = False) -> ls.Model:
    kappa, cavity = ls.parameter("kappa", positive=positive, nonnegative=nonnegative), ls.Mode("a")
    return ls.Model(ls.Spins(), energy=cavity.number, modes=[cavity], collective_jumps=[cavity.loss(kappa)])


def test_assumptions_are_part_of_the_definition() -> None:
    assert decaying(positive=True) != decaying(nonnegative=True)
    assert mean_field(decaying(positive=True)).parameters[0].is_positive


def test_families_are_part_of_the_definition() -> None:
    spins = ls.Particles(2, weights=np.array([0.5, 0.5]))
    one, other = (
        ls.Model(spins, energy=spins.average("z", coefficients=[1, -1], symbol="o_1", family=family))
        for family in (None, Family("o", 1))
    )
    assert one != other


def test_arrays_of_operators_and_forms_cannot_be_changed() -> None:
    spins = ls.Spins(ls.ideal_large_spins(2))
    form = spins.overlaps()[0].data
    conserved = ls.conserved_quantities(ls.models.dicke(ls.ideal_large_spins(1)))
    for array in (spins.raising, spins.x, spins.up, form.coefficients, form.operator, conserved.linear):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_built_in_operators_cannot_be_replaced() -> None:
    with pytest.raises(ls.LargespinError, match="must use free Python names, but 'x' is taken"):
        ls.Particles(2, operators={"x": np.diag([1.0, -1.0])})


def test_small_operators_are_not_zero() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(1e-8 * spins.lowering, 1e8)])
    run = ls.evolve(model, [0, 0, 1.0], 1.0)
    assert run.m.values[0, 2] == pytest.approx(2 * np.exp(-1) - 1, abs=1e-8)


def test_nearly_hermitian_is_not_hermitian() -> None:
    tilted = np.array([[0.0, 1.0], [1.0 + 9e-6, 0.0]])
    assert not isinstance(ls.Spins().average(tilted, symbol="s"), sp.Symbol)


def test_text_is_never_evaluated() -> None:
    with pytest.raises(ls.LargespinError, match="must be a number or a SymPy expression"):
        ls.Mode("a").loss("print('evaluated') or 4")
    with pytest.raises(ls.LargespinError, match="must be a number or a SymPy expression"):
        ls.derived_parameter("beta", "1/0.5")
    with pytest.raises(ls.LargespinError, match="must be at least 0"):
        ls.Mode("a").loss(-1.0)


def test_amplitudes_and_energies_of_bounded_parameters() -> None:
    """√(1 − p) is real for some values of p; so the model is born, and runs where it is."""
    spins, p, eta = ls.Spins(), ls.parameter("chance"), ls.parameter("eta", default=0.3)
    model = ls.Model(
        spins, energy=sp.sqrt(1 - eta**2) * spins.average("x"), jumps=[ls.Jump(spins.lowering, sp.sqrt(1 - p))]
    )
    assert ls.evolve(model, [0, 0, 1.0], 1.0, chance=0.2).outcome.item() == "finished"
    with pytest.raises(
        ls.LargespinError,
        match="rate 1 - chance under a root in jump 1 must be at least zero, but it is -1 at chance = 2",
    ):
        ls.evolve(model, [0, 0, 1.0], [0.0, 1.0], chance=[0.5, 2.0])


def test_kinks_in_the_state_are_refused_and_kinks_in_time_are_not() -> None:
    spins = ls.Spins()
    with pytest.raises(ls.LargespinError, match="must be a smooth function of the state"):
        ls.Model(spins, energy=sp.Abs(spins.average("z")))
    driven = ls.Model(spins, energy=sp.Piecewise((1, ls.time < 1), (0, True)) * spins.average("x"))
    run = ls.evolve(driven, [0, 0, 1.0], 2.0)
    assert run.m.values[0, 2] == pytest.approx(np.cos(2.0), abs=1e-5)


def test_failed_runs_do_not_look_perfect() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve(model, [0, 0, 0.5], 1.0, temperature=1e-5, field=0.1)
    assert run.outcome.item() == "failed"
    assert np.isnan(run.smallest_eigenvalue)


def test_shared_axes_keep_their_values_everywhere() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    values: dict[str, Any] = {
        name: xr.DataArray(v, dims="point") for name, v in (("temperature", [2.0, 3.0]), ("field", [0.1, 0.2]))
    }
    for result in (
        ls.evolve(model, [0, 0, 0.5], 1.0, **values),
        ls.stationary_states(model, starts=4, **values),
        ls.stability(model, [0, 0, 0.0], **values),
    ):
        np.testing.assert_array_equal(result.temperature.values, [2.0, 3.0])
        assert result.field.dims == ("point",)

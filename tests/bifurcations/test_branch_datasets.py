"""Branches and lines as datasets: any result begins one, everything in them has names, units and coordinates, and they join."""

import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls

MEMORY = ls.models.hopfield(ls.ideal_large_spins(1))
CAVITY = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.5)


@lru_cache
def memory_branches() -> xr.Dataset:
    return ls.branches(MEMORY, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)


@lru_cache
def cavity_branch() -> xr.Dataset:
    start = CAVITY.state([-1, 0, 0], modes=0)
    return ls.branch(CAVITY, start, between={"coupling": (0.2, 1.0)}, coupling=0.35, field=0.5, loss_1=1.0)


@lru_cache
def lines() -> xr.Dataset:
    return ls.boundaries(MEMORY, between={"temperature": (0.5, 1.2), "field": (0.0, 0.4)}, cuts=1)


RESULTS = {"branches": memory_branches, "branch of a cavity": cavity_branch, "boundaries": lines}


@pytest.mark.parametrize("name", RESULTS)
def test_everything_is_named(name: str) -> None:
    result = RESULTS[name]()
    assert set(result.sizes) <= set(result.coords), "an axis without a coordinate"
    for key, variable in result.variables.items():
        assert variable.attrs.get("long_name"), key
        assert variable.dtype.kind == "O" or "units" in variable.attrs, key
        assert variable.dtype.kind != "U", key
    assert result.usable.dtype == bool
    assert result.usable.all()
    assert set(result.outcome.values) == {"finished"}


@pytest.mark.parametrize("name", RESULTS)
def test_they_are_written_without_warnings_and_join(name: str, tmp_path: Path) -> None:
    result = RESULTS[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result.to_netcdf(tmp_path / "result.nc", engine="h5netcdf")
        result.to_zarr(tmp_path / "result.zarr", consolidated=False)
        both = xr.concat([result, result], "repetition", data_vars="all")
    assert both.sizes["repetition"] == 2
    xr.testing.assert_equal(both.isel(repetition=0), result)
    with xr.open_dataset(tmp_path / "result.nc", engine="h5netcdf") as read:
        np.testing.assert_array_equal(read.special_kind.values, result.special_kind.values)


def test_the_amplitude_stands_beside_its_quadratures() -> None:
    found = cavity_branch()
    np.testing.assert_allclose(found.alpha, (found.q + 1j * found.p) / np.sqrt(2.0), rtol=1e-14)


def test_ends_are_sentences_with_a_word() -> None:
    found = memory_branches()
    assert found.end_first_kind.values.tolist() == ["left the range", "origin"]
    assert found.end_first.values.tolist() == [
        "The branch left the range at 0.",
        "The branch leaves a special point: pitchfork (subcritical).",
    ]
    short = ls.branch(MEMORY, [0, 0, 0], between={"field": (0.0, 0.4)}, points=2, field=0.1, temperature=2.0)
    assert short.end_last_kind.item() == "number of points"
    assert short.end_last.item() == "2 points were computed; raise `points` to go on."


def rows(model: ls.Model, found: xr.Dataset, parameter: str) -> dict[str, tuple[Any, dict[str, float]]]:
    """The same place of a branch as a row of every kind of result, and as a state with the values that it needs."""
    number = int(np.flatnonzero((found.branch.values == 0) & (found.special.values == ""))[2])
    point = found.isel(point=number)
    values = {key: float(point[key]) for key in model.parameters}
    run = ls.evolve(model, point, [0.0, 0.5])
    states = ls.stationary_states(
        model, starts=1, seed=0, also=model.state(point), like=model.state(point), parameters=values
    )
    here = int(np.nanargmin(np.abs(states.m.values - point.m.values).max(axis=(-2, -1))))
    return {
        "branch": (point, {}),
        "evolve": (run.isel(time=-1), {}),
        "stationary_states": (states.isel(state=here), {}),
        "State": (model.state(point), values),
        parameter: (point, {parameter: values[parameter] + 0.01}),
    }


@pytest.mark.parametrize(("name", "parameter"), [("memory", "field"), ("cavity", "coupling")])
def test_any_result_begins_a_branch(name: str, parameter: str) -> None:
    """Its modes and parameters come along; a value of the call wins; the branch is the one it came from."""
    model, found = (MEMORY, memory_branches()) if name == "memory" else (CAVITY, cavity_branch())
    between = {parameter: (0.2, 0.4) if name == "cavity" else (0.0, 0.3)}
    for source, (start, values) in rows(model, found, parameter).items():
        again = ls.branch(model, start, between=between, parameters=values)
        own = found.isel(point=(found.branch == 0).values)
        order = np.argsort(own[parameter].values)
        for variable in ("m", "alpha") if name == "cavity" else ("m",):
            old = own[variable].values.reshape(len(order), -1)[order]
            new = again[variable].values.reshape(again.sizes["point"], -1)
            expected = [np.interp(again[parameter], own[parameter].values[order], column.real) for column in old.T]
            np.testing.assert_allclose(new.real, np.transpose(expected), atol=1e-9, err_msg=source)


def test_a_value_of_the_call_wins_over_that_of_the_row() -> None:
    point = memory_branches().isel(point=3)
    found = ls.branch(MEMORY, point, between={"field": (0.0, 0.5)}, temperature=0.8)
    assert found.temperature.item() == 0.8
    # β = 1 + 8 Ω² for the pitchfork of the paramagnet.
    assert found.special_field.item() == pytest.approx(np.sqrt(0.25 / 8), abs=1e-10)


def test_special_points_begin_branches_of_their_own_parameter_values() -> None:
    special = memory_branches().isel(special_point=0)
    run = ls.evolve(MEMORY, special, 1.0)
    assert run.field.item() == special.special_field.item()
    np.testing.assert_allclose(run.m.values.ravel(), special.special_state.values, atol=1e-9)


def test_particles_alone_do_not_begin_a_branch_of_a_cavity() -> None:
    with pytest.raises(ls.LargespinError, match="must say where the 1 mode"):
        ls.branch(CAVITY, [-1, 0, 0], between={"coupling": (0.2, 1.0)}, coupling=0.35, field=0.5)

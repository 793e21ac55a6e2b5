"""Cycles as datasets: any result begins one, everything in them has names, units and coordinates, and they join."""

import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import largespin as ls

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
START = [0.0, 0.1, 0.1]
AT = {"temperature": 0.6, "field": 0.6}


@lru_cache
def cycle() -> xr.Dataset:
    return ls.limit_cycle(MODEL, START, phases=65, parameters=AT)


@lru_cache
def branch() -> xr.Dataset:
    return ls.cycle_branch(MODEL, cycle(), between={"field": (0.5, 0.7)}, phases=33)


@lru_cache
def grid() -> xr.Dataset:
    return ls.limit_cycle(MODEL, START, temperature=0.6, field=[0.1, 0.5, 0.6], phases=33)


@lru_cache
def ends() -> xr.Dataset:
    return ls.cycle_ends(MODEL, START, between={"field": (0.1, 0.6)}, field=0.6, temperature=[0.6, 0.8])


RESULTS = {"limit_cycle": cycle, "grid": grid, "cycle_branch": branch, "cycle_ends": ends}


@pytest.mark.parametrize("name", RESULTS)
def test_everything_is_named(name: str) -> None:
    result = RESULTS[name]()
    assert set(result.sizes) <= set(result.coords), "an axis without a coordinate"
    for key, variable in result.variables.items():
        assert variable.attrs.get("long_name"), key
        assert variable.dtype.kind == "O" or "units" in variable.attrs, key
        assert variable.dtype.kind != "U", key
    assert result.usable.dtype == bool
    assert (result.usable == (result.outcome == "finished")).all()


@pytest.mark.parametrize("name", RESULTS)
def test_they_are_written_without_warnings_and_join(name: str, tmp_path: Path) -> None:
    result = RESULTS[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result.to_netcdf(tmp_path / "result.nc", engine="h5netcdf")
        result.to_zarr(tmp_path / "result.zarr", consolidated=False)
        both = xr.concat([result, result], "repetition", data_vars="all")
    xr.testing.assert_equal(both.isel(repetition=0), result)
    with xr.open_dataset(tmp_path / "result.nc", engine="h5netcdf") as read:
        np.testing.assert_array_equal(read.sentence.values, result.sentence.values)


def test_a_branch_says_in_a_word_why_it_ends() -> None:
    assert (branch().end_first_kind.item(), branch().end_last_kind.item()) == ("left the range",) * 2
    away = ls.cycle_branch(MODEL, cycle(), between={"field": (0.5, 0.7)}, towards="high", phases=17)
    assert away.end_first.item() == "The branch begins at `start`."
    assert away.end_first_kind.item() == "origin"
    assert away.field.values.min() == 0.6
    at_border = ls.cycle_branch(MODEL, cycle(), between={"field": (0.5, 0.6)}, phases=17)
    assert np.all(np.diff(at_border.field.values) > 0.0), "the start at the border is one point"
    assert at_border.end_last.item() == "The branch left the range at 0.6."
    short = ls.cycle_branch(MODEL, cycle(), between={"field": (0.5, 0.7)}, points=2, phases=17)
    assert short.end_last_kind.item() == "number of points"


def test_any_result_begins_a_cycle() -> None:
    """A state, one time of a run, a phase of a cycle, a whole cycle, a point of a branch: all lead to the same one."""
    period = cycle().period.item()
    run = ls.evolve(MODEL, START, [0.0, 30.0], parameters=AT)
    near = branch().isel(point=int(np.abs(branch().field.values - 0.6).argmin()))
    starts = {
        "one time": run.isel(time=-1),
        "a phase": cycle().isel(phase=7),
        "a cycle": cycle(),
        "a point of a branch": near,
    }
    for name, start in starts.items():
        again = ls.limit_cycle(MODEL, start)
        assert again.period.item() == pytest.approx(period, rel=1e-10), name
        assert (again.temperature.item(), again.field.item()) == pytest.approx((0.6, 0.6), abs=1e-12), name
        followed = ls.cycle_branch(MODEL, start, between={"field": (0.58, 0.62)}, points=5, phases=17)
        place = int(np.abs(followed.field.values - 0.6).argmin())
        assert followed.field.values[place] == pytest.approx(0.6, abs=1e-12), name
        assert followed.period.values[place] == pytest.approx(period, rel=1e-10), name
        end = ls.cycle_ends(MODEL, start, between={"field": (0.1, 0.6)})
        assert end.stable_until.item() == pytest.approx(0.29410588, abs=1e-7), name


def test_a_value_of_the_call_wins() -> None:
    """The cycle of one field is the guess at another; far away, the run from one of its states finds it."""
    for field in (0.62, 0.95):
        direct = ls.limit_cycle(MODEL, START, temperature=0.6, field=field).period.item()
        assert ls.limit_cycle(MODEL, cycle(), field=field).period.item() == pytest.approx(direct, rel=1e-9)
        followed = ls.cycle_branch(
            MODEL, cycle(), between={"field": (0.5, 1.0)}, towards="high", points=2, phases=17, field=field
        )
        assert followed.period.values[0] == pytest.approx(direct, rel=1e-9)


def test_an_axis_of_states_becomes_an_axis_of_cycles() -> None:
    starts = MODEL.state([[[0, 0.1, 0.1]], [[0, 0.3, -0.2]]], dims=("sign",))
    found = ls.limit_cycle(MODEL, starts, parameters=AT, phases=17)
    assert found.period.dims == ("sign",)
    np.testing.assert_allclose(found.period, cycle().period.item(), rtol=1e-10)
    again = ls.limit_cycle(MODEL, grid(), phases=17)
    assert again.period.dims == ("field",)
    np.testing.assert_allclose(again.period[1:], grid().period[1:], rtol=1e-10)
    assert again.outcome.values.tolist() == ["no state", "finished", "finished"]
    dying = ls.cycle_ends(MODEL, grid().drop_vars("field"), between={"field": (0.55, 0.6)}, field=0.6)
    assert dying.outcome.values.tolist() == ["no state", "finished", "finished"]
    died = ls.cycle_ends(MODEL, cycle(), between={"field": (0.1, 0.6)}, temperature=[0.55, 0.6])
    assert died.stable_until.dims == ("temperature",)
    assert died.stable_until.values[1] == pytest.approx(0.29410588, abs=1e-7)
    assert died.stable_until.values[0] > died.stable_until.values[1]


def test_where_a_branch_was_born_it_is_born_again() -> None:
    born = ls.cycle_branch(MODEL, [0, 0, 0], between={"temperature": (0.6, 0.9)}, temperature=0.7, field=0.5, phases=17)
    assert born.special.values[0] == "Hopf end"
    assert born.end_first_kind.item() == "Hopf end"
    again = ls.cycle_branch(MODEL, born.isel(point=0), between={"temperature": (0.6, 0.9)}, phases=17)
    assert again.special_value.values[0] == pytest.approx(2 / 3, abs=1e-10)

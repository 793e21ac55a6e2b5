"""Runs: single and many, over parameters and starts, labelled and reproducible."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls
from largespin.meanfield.evolve import final_states, run_states

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
TWO = ls.models.hopfield(ls.ideal_large_spins(2))
TIMES = np.linspace(0.0, 3.0, 4)
START = [0.0, 0.1, 0.5]
P: dict[str, Any] = {"temperature": 0.5, "field": 0.2}


def single(model: ls.Model = TWO, start: Any = START, times: Any = TIMES, **values: Any) -> xr.Dataset:
    return ls.evolve(model, start, times, workers=1, **{**P, **values})


def test_output_times_do_not_change_the_solution() -> None:
    dense = single(times=np.linspace(0.0, 3.0, 301))
    np.testing.assert_allclose(dense.m.sel(time=TIMES, method="nearest").values, single().m.values, atol=1e-9)
    np.testing.assert_array_equal(dense.m.values[0], TWO.state(START).bloch)


def test_one_number_gives_the_final_state_alone() -> None:
    final = single(times=3.0)
    assert "time" not in final.m.dims
    assert float(final.time) == 3.0
    np.testing.assert_allclose(final.m.values, single().m.values[-1], atol=1e-9)


def test_averages_overlaps_and_occupation_belong_to_the_state() -> None:
    run = single()
    weights, patterns = TWO.particles.weights, TWO.particles.coefficients
    z = run.m.sel(component="z").values
    np.testing.assert_allclose(run.overlap.values, z @ (patterns * weights).T, atol=1e-15)
    np.testing.assert_allclose(run.average_m_x.values, run.m.sel(component="x").values @ weights, atol=1e-15)
    np.testing.assert_array_equal(run.weight.values, weights)
    model = ls.models.dicke(ls.ideal_large_spins(2))
    with_modes = ls.evolve(model, model.state(START, 0), TIMES, field=0.5, coupling=1.0)
    assert list(with_modes.mode.values) == ["a_1", "a_2"]
    np.testing.assert_allclose(with_modes.occupation.values, (with_modes.q.values**2 + with_modes.p.values**2) / 2)
    assert float(with_modes.occupation.max()) > 1e-3


def test_every_point_of_a_grid_is_its_single_run() -> None:
    fields, temperatures = [0.1, 0.4, 0.9], [0.5, 2.0]
    starts = TWO.state(np.array([[[0, 0, 0.9]], [[0.2, 0, -0.3]]]), dims=("seed",))
    grid = single(start=starts, field=fields, temperature=temperatures)
    assert grid.m.dims == ("temperature", "field", "seed", "time", "block", "component")
    for f in range(3):
        for t in range(2):
            for s in range(2):
                alone = single(start=starts.bloch[s], field=fields[f], temperature=temperatures[t])
                chosen = grid.isel(field=f, temperature=t, seed=s)
                np.testing.assert_allclose(chosen.m.values, alone.m.values, atol=1e-8)
                assert chosen.outcome.item() == "finished"


def test_axes_appear_in_the_order_of_the_call() -> None:
    one = ls.evolve(ONE, START, 1.0, temperature=[0.5, 1.0], field=[0.1, 0.2, 0.3])
    two = ls.evolve(ONE, START, 1.0, field=[0.1, 0.2, 0.3], temperature=[0.5, 1.0])
    assert one.outcome.dims == ("temperature", "field")
    assert two.outcome.dims == ("field", "temperature")
    xr.testing.assert_allclose(one.m, two.m.transpose(*one.m.dims))
    np.testing.assert_array_equal(one.field.values, [0.1, 0.2, 0.3])


def test_arrays_with_a_common_axis_vary_together() -> None:
    temperature = xr.DataArray([0.5, 0.8, 1.2], dims="run", coords={"run": [10, 20, 30]})
    field = xr.DataArray([0.1, 0.2, 0.3], dims="run", coords={"run": [10, 20, 30]})
    together = ls.evolve(ONE, START, 2.0, temperature=temperature, field=field)
    assert together.outcome.dims == ("run",)
    np.testing.assert_array_equal(together.run.values, [10, 20, 30])
    np.testing.assert_array_equal(together.temperature.values, temperature.values)
    np.testing.assert_array_equal(together.field.values, field.values)
    for i in range(3):
        alone = ls.evolve(ONE, START, 2.0, temperature=float(temperature[i]), field=float(field[i]))
        np.testing.assert_allclose(together.m.values[i], alone.m.values, atol=1e-8)


def test_starts_may_share_an_axis_with_a_parameter() -> None:
    starts = ONE.state(np.array([[[0, 0, 0.9]], [[0, 0, 0.1]]]), dims=("run",))
    field = xr.DataArray([0.1, 0.6], dims="run")
    paired = ls.evolve(ONE, starts, 2.0, temperature=0.5, field=field)
    assert paired.outcome.dims == ("run",)
    alone = ls.evolve(ONE, [0, 0, 0.1], 2.0, temperature=0.5, field=0.6)
    np.testing.assert_allclose(paired.m.values[1], alone.m.values, atol=1e-8)


def test_number_of_threads_changes_nothing() -> None:
    fields = np.linspace(0.05, 1.0, 150)
    runs = [ls.evolve(ONE, START, TIMES, workers=w, temperature=0.5, field=fields) for w in (1, 2, 3)]
    for other in runs[1:]:
        xr.testing.assert_identical(runs[0], other)


def test_a_run_repeats_exactly() -> None:
    xr.testing.assert_identical(single(), single())


def test_first_time_may_be_any() -> None:
    shifted = single(times=TIMES - 7.0)
    np.testing.assert_allclose(shifted.m.values, single().m.values, atol=1e-9)
    assert shifted.attrs["start_time"] == -7.0


def test_continuing_a_run_from_its_state() -> None:
    half = single(times=[0.0, 1.5])
    state = TWO.state(half.m.isel(time=-1).values)
    rest = single(start=state, times=[1.5, 3.0])
    np.testing.assert_allclose(rest.m.values[-1], single().m.values[-1], atol=1e-8)


def test_parameters_named_like_arguments() -> None:
    # A keyword that is an option could never reach the model.
    for name in ("tolerance", "times", "m", "sentence", "average_x", "special_point"):
        with pytest.raises(ls.LargespinError, match=f"must not be `{name}`, because"):
            ls.parameter(name)
    assert str(ls.parameter("pump", symbol="p")) == "p"


def test_defaults_are_used_and_recorded() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1), losses=0.7)
    run = ls.evolve(model, model.state(START, 0), 1.0, field=0.5, coupling=1.0)
    assert "loss_1 = 0.7" in run.attrs["parameters"]
    other = ls.evolve(model, model.state(START, 0), 1.0, field=0.5, coupling=1.0, loss_1=0.9)
    assert np.max(np.abs(other.m.values - run.m.values)) > 1e-4


def test_names_units_and_origin() -> None:
    run = ls.evolve(ONE, START, TIMES, temperature=[0.5, 1.0], field=0.2)
    assert run.time.attrs == {"long_name": "time", "units": "inverse rate"}
    assert run.temperature.attrs["long_name"] == "temperature of the flips"
    assert run.temperature.attrs["units"] == "1"
    assert run.m.attrs["units"] == "1"
    assert run.overlap.attrs["long_name"].startswith("overlap with pattern")
    assert run.attrs["largespin_version"] == ls.__version__
    assert run.attrs["model_key"] == ONE.key
    assert run.attrs["parameters"] == "field = 0.2"
    assert run.attrs["model"] == str(ONE)
    assert run.attrs["tolerance"] == 1e-9
    for name in run.data_vars:
        if run[name].dtype.kind == "f" and name != "end_time":
            assert "long_name" in run[name].attrs, name


@pytest.mark.parametrize("final", [False, True])
def test_netcdf_round_trip(final: bool, tmp_path: Any) -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2))
    run = ls.evolve(model, model.state(START, 0), 2.0 if final else TIMES, field=[0.5, 0.7], coupling=1.0)
    path = tmp_path / "run.nc"
    run.to_netcdf(path, engine="h5netcdf")
    with xr.open_dataset(path, engine="h5netcdf") as loaded:
        assert set(loaded.variables) == set(run.variables)
        for name in run.variables:
            np.testing.assert_array_equal(loaded[name].values, run[name].values)
            assert loaded[name].dims == run[name].dims
        assert loaded.attrs["model_key"] == model.key
        assert loaded.m.attrs == run.m.attrs


def test_density_matrices_as_start() -> None:
    matrix = np.array([[0.75, 0.1j], [-0.1j, 0.25]])
    bloch = [0.0, -0.2, 0.5]
    np.testing.assert_allclose(single(start=matrix).m.values, single(start=bloch).m.values, atol=1e-14)


def test_progress_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    single()
    assert capsys.readouterr() == ("", "")
    ls.evolve(ONE, START, 1.0, progress=True, temperature=[0.5, 1.0], field=0.2)
    assert "mean-field runs" in capsys.readouterr().err


def test_progress_counts_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for count in (1, 7, 50, 333):
        ls.evolve(ONE, START, 1.0, progress=True, temperature=np.linspace(0.5, 1.0, count), field=0.2)
        assert f"{count}/{count}" in capsys.readouterr().err


def test_states_alone_are_those_of_the_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    starts, table = np.array([[0.0, 0.1, 0.5], [0.0, 0.0, -1.0]]), np.array([[0.5, 0.2], [0.9, 0.1]])
    values = dict(zip(ONE.parameters, table.T, strict=True))
    axes = {name: xr.DataArray(column, dims="start") for name, column in values.items()}
    run = ls.evolve(ONE, ONE.state(starts[:, None]), TIMES, parameters=axes)
    np.testing.assert_array_equal(run_states(ONE, starts, table, TIMES, progress=True), run.m.values[:, :, 0])
    assert "mean-field runs" in capsys.readouterr().err
    last = run_states(ONE, starts, table, TIMES, final_only=True)
    np.testing.assert_allclose(last[:, 0], run.m.values[:, -1, 0], atol=1e-9)
    np.testing.assert_array_equal(final_states(ONE, starts, table, 3.0), last[:, 0])


def test_a_parameter_may_drop_out_of_the_equations() -> None:
    """A constant energy does not move anything; heyoka knows parameters only up to the last that occurs."""
    spins = ls.Spins()
    field, shift = ls.parameters("field zero_point")
    model = ls.Model(spins, energy=field * spins.average("x") + shift, jumps=[ls.Jump(spins.lowering)])
    without = ls.Model(spins, energy=field * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    expected = ls.evolve(without, [0, 0, 1], 1.0, field=0.4).m.values
    single = ls.evolve(model, [0, 0, 1], 1.0, field=0.4, zero_point=3.0)
    several = ls.evolve(model, [0, 0, 1], 1.0, field=0.4, zero_point=[0.0, 1.0, 2.0])
    np.testing.assert_allclose(single.m.values, expected, atol=1e-12)
    np.testing.assert_allclose(several.m.values, np.broadcast_to(expected, several.m.shape), atol=1e-12)
    assert ls.evolve_covariance(model, [0, 0, 1], 1.0, field=0.4, zero_point=3.0).outcome.item() == "finished"
    assert ls.floquet(model, [0, 0, 1], field=0.4, zero_point=3.0).outcome.item() == "no cycle"
    assert ls.local_map(model, [0, 0, 1], 1.0, field=0.4, zero_point=3.0).propagator.shape == (1, 4, 4)

"""Every result is a start of every call about fluctuations; its covariance goes on; and what the datasets are like."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
COLD: dict[str, Any] = {"temperature": 0.5, "field": 0.2}
LIGHT: dict[str, Any] = {"field": 0.5, "coupling": 0.9}

Call = Callable[..., Any]
CALLS: dict[str, tuple[Call, str]] = {
    "stability": (ls.stability, "eigenvalue_real"),
    "stationary_covariance": (ls.stationary_covariance, "covariance"),
    "drift_diffusion": (ls.drift_diffusion, "drift"),
    "evolve_covariance": (lambda m, s, **v: ls.evolve_covariance(m, s, 1.0, **v), "m"),
    "lyapunov_exponents": (lambda m, s, **v: ls.lyapunov_exponents(m, s, 200.0, settle=20.0, **v), "lyapunov_exponent"),
}


@pytest.fixture(scope="module")
def memory() -> xr.Dataset:
    return ls.stationary_states(ONE, **COLD)


@pytest.fixture(scope="module")
def light() -> xr.Dataset:
    return ls.stationary_states(DICKE, **LIGHT)


def rows_of(model: ls.Model, state: xr.Dataset) -> dict[str, xr.Dataset]:
    return {
        "stationary_states": state,
        "evolve": ls.evolve(model, state, [0.0, 1.0]).isel(time=-1),
        "stability": ls.stability(model, state),
        "stationary_covariance": ls.stationary_covariance(model, state),
        "evolve_covariance": ls.evolve_covariance(model, state, [0.0, 1.0]).isel(time=-1),
        "drift_diffusion": ls.drift_diffusion(model, state),
        "find_attractors": ls.find_attractors(model, samples=1, starts=state).isel(attractor=0),
        "lyapunov_exponents": ls.lyapunov_exponents(model, state, 1.0),
    }


@pytest.mark.parametrize("name", CALLS)
def test_rows_bring_state_modes_and_parameters(name: str, light: xr.Dataset) -> None:
    """Against the same call with the state and the numbers written out."""
    call, variable = CALLS[name]
    state = light.isel(state=0)
    assert abs(state.alpha.values[0]) > 0.1
    plain = call(DICKE, DICKE.state(state.m.values, state.alpha.values), **LIGHT)
    for source, row in rows_of(DICKE, state).items():
        found = call(DICKE, row)
        np.testing.assert_allclose(found[variable].values, plain[variable].values, atol=1e-6, err_msg=source)
        assert {key: float(found[key]) for key in LIGHT} == LIGHT, source
        other = call(DICKE, row, loss_1=1.0)  # the value it has: given again, it changes nothing
        np.testing.assert_allclose(other[variable].values, plain[variable].values, atol=1e-6, err_msg=source)


@pytest.mark.parametrize("name", CALLS)
def test_whole_axes_of_states_with_gaps(name: str) -> None:
    """Three states at T = 0.5, one at 1.5: every place with a state has what the state alone has, the others say so."""
    call, variable = CALLS[name]
    # Turning disturbances are met at some angle when the measurement ends, so a rate is uncertain by 1/duration.
    close = 2e-2 if name == "lyapunov_exponents" else 1e-7
    grid = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2)
    found = call(ONE, grid)
    assert found.outcome.dims == ("temperature", "state")
    for t, s in ((0, 0), (0, 2), (1, 0)):
        alone = call(ONE, grid.isel(temperature=t, state=s))
        np.testing.assert_allclose(
            found[variable].isel(temperature=t, state=s).values, alone[variable].values, atol=close
        )
        assert found.sentence.values[t, s].split(":")[0] == alone.sentence.item().split(":")[0]
    assert found.outcome.values[1].tolist()[1:] == ["no state"] * 2
    assert found.usable.values[1].tolist() == [True, False, False]
    assert np.isnan(found[variable].values[1, 1:]).all()


def test_a_covariance_goes_on() -> None:
    """Σ(2) from Σ(1) is Σ(2) from Σ(0), on a grid, with the labels of the result."""
    whole = ls.evolve_covariance(ONE, [0.1, 0.2, 0.3], [0.0, 1.0, 2.0], temperature=[0.5, 0.9], field=0.4)
    half = ls.evolve_covariance(ONE, whole.isel(time=1), [0.0, 1.0])
    assert half.covariance.dims == ("temperature", "time", "row", "column")
    np.testing.assert_array_equal(half.temperature, [0.5, 0.9])
    np.testing.assert_allclose(half.covariance.values[:, -1], whole.covariance.values[:, -1], atol=1e-8)
    assert np.abs(whole.covariance.values[:, 1] - whole.covariance.values[:, 0]).max() > 0.1
    # One that is given wins, and so do parameters, on axes of starts of their own.
    fresh = ls.initial_covariance(ONE, whole.isel(time=1))
    assert fresh.dims == ("temperature", "row", "column")
    np.testing.assert_array_equal(fresh.temperature, [0.5, 0.9])
    product = ls.evolve_covariance(ONE, whole.isel(time=1), [0.0, 1.0], covariance=fresh)
    np.testing.assert_allclose(product.covariance.values[:, 0], fresh.values, atol=1e-12)
    hotter = ls.evolve_covariance(ONE, whole.isel(time=1), [0.0, 1.0], temperature=2.0)
    assert hotter.covariance.dims == ("start_temperature", "time", "row", "column")
    np.testing.assert_allclose(hotter.covariance.values[:, 0], whole.covariance.values[:, 1], atol=1e-12)


def test_a_stationary_covariance_stays(light: xr.Dataset) -> None:
    covariance = ls.stationary_covariance(DICKE, light.isel(state=0))
    run = ls.evolve_covariance(DICKE, covariance, [0.0, 5.0])
    np.testing.assert_allclose(run.covariance.values[-1], covariance.covariance.values, atol=1e-7)


def test_covariances_of_states_among_gaps_go_on() -> None:
    """Two stable states at T = 0.5, one at T = 1.5; the unstable one is taken out, and gaps stay gaps."""
    grid = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2)
    stable = ls.stationary_covariance(ONE, grid.where(grid.verdict == "stable"))
    run = ls.evolve_covariance(ONE, stable, [0.0, 2.0])
    np.testing.assert_allclose(run.covariance.values[..., 1, :, :], stable.covariance.values, atol=1e-7)
    assert np.isnan(stable.covariance.values).any()
    assert np.isfinite(stable.covariance.values).any()


def test_a_state_without_a_covariance_needs_one(memory: xr.Dataset) -> None:
    unstable = ls.stationary_covariance(ONE, memory).isel(state=2)
    assert (unstable.outcome.item(), unstable.verdict.item()) == ("no covariance", "unstable")
    check_sentence(
        lambda: ls.evolve_covariance(ONE, unstable, 1.0),
        "Argument `start` must bring a covariance, but the result has none at some of its states; give `covariance=`, for "
        "instance `initial_covariance(model, start)`.",
    )
    run = ls.evolve_covariance(ONE, unstable, 1.0, covariance=ls.initial_covariance(ONE, unstable))
    assert run.outcome.item() == "finished"


def test_a_cycle_of_a_result_needs_no_settling() -> None:
    at: dict[str, Any] = {"temperature": 0.6, "field": 0.6}
    cycle = ls.limit_cycle(ONE, [0, 0.1, 0.1], parameters=at)
    found = ls.floquet(ONE, cycle)
    assert found.attrs["settle"] == 0.0
    assert found.verdict.item() == "stable"
    direct = ls.floquet(ONE, [0, 0.1, 0.1], parameters=at)
    assert direct.attrs["settle"] == 200.0
    assert found.period.item() == pytest.approx(direct.period.item(), rel=1e-8)
    assert found.phase_diffusion.item() == pytest.approx(direct.phase_diffusion.item(), rel=1e-6)
    again = ls.floquet(ONE, found)  # its own result, too
    assert again.period.item() == pytest.approx(direct.period.item(), rel=1e-8)
    later = ls.floquet(ONE, cycle.isel(phase=slice(10, None)).drop_vars("period"), settle=0.0)
    assert later.m.dims == ("phase", "block", "component")
    np.testing.assert_allclose(later.m.values[0], cycle.m.values[10], atol=1e-8)


def test_values_that_a_covariance_was_computed_with_are_not_given_again() -> None:
    covariance = ls.stationary_covariance(DICKE, DICKE.state([-1, 0, 0], modes=0), field=1.0, coupling=0.3)
    check_sentence(
        lambda: ls.output_spectrum(DICKE, covariance, [0.0], loss_1=2.0),
        "Argument `loss_1` must not be given again, because the covariance was computed at the value that the dataset "
        "carries; compute the covariance anew.",
    )


def test_two_time_functions_say_how_the_covariance_ended(memory: xr.Dataset) -> None:
    covariance = ls.stationary_covariance(ONE, memory)
    for dataset in (
        ls.spectrum(covariance, [0.0, 1.0]),
        ls.correlations(covariance, [0.0]),
        ls.canonical_modes(covariance),
    ):
        assert dataset.outcome.values.tolist() == ["finished", "finished", "no covariance"]
        assert dataset.usable.values.tolist() == [True, True, False]
        assert dataset.sentence.values[2] == covariance.sentence.values[2]
    modes = ls.canonical_modes(covariance)
    assert modes.sentence.values[0] == "Every block has its canonical pairs."
    nothing = ls.canonical_modes(ls.stationary_covariance(ONE, [0, 0, 0], temperature=2.0, field=0.0))
    assert nothing.outcome.item() == "no covariance"
    assert nothing.sentence.item() == "No canonical pair in block 0: its Bloch vector vanishes."


def results(memory: xr.Dataset, light: xr.Dataset) -> dict[str, xr.Dataset]:
    covariance = ls.stationary_covariance(DICKE, light)
    return {
        "stationary_covariance": covariance,
        "evolve_covariance": ls.evolve_covariance(DICKE, light.isel(state=0), [0.0, 1.0]),
        "drift_diffusion": ls.drift_diffusion(DICKE, light),
        "spectrum": ls.spectrum(covariance, [0.0, 1.0]),
        "output_spectrum": ls.output_spectrum(DICKE, covariance, [0.0, 1.0]),
        "correlations": ls.correlations(covariance, [0.0, 1.0]),
        "canonical_modes": ls.canonical_modes(covariance, classical="keep"),
        "floquet": ls.floquet(ONE, [0, 0.1, 0.1], temperature=0.6, field=[0.1, 0.6]),
        "find_attractors": ls.find_attractors(ONE, samples=8, temperature=[0.5, 1.5], field=0.2),
        "lyapunov_exponents": ls.lyapunov_exponents(ONE, memory, 5.0, count=2),
    }


def test_datasets_explain_themselves_and_go_to_files(memory: xr.Dataset, light: xr.Dataset, tmp_path: Path) -> None:
    found = results(memory, light)
    # Words of more than one meaning have that of their result.
    assert found["find_attractors"].kind.attrs["long_name"] == "kind of attractor"
    assert found["canonical_modes"].kind.attrs["long_name"] == "quantum quadrature or classical variable"
    assert found["floquet"].closure.attrs["long_name"] == "gap |u(T) − u(0)| of the computed cycle"
    for name, dataset in found.items():
        assert {"outcome", "sentence", "usable"} <= set(dataset.data_vars), name
        assert set(map(str, dataset.dims)) <= set(map(str, dataset.coords)), name
        assert not [key for key, v in dataset.variables.items() if not v.attrs.get("long_name")], name
        assert not [key for key, v in dataset.variables.items() if v.dtype.kind == "U"], name
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            dataset.to_zarr(tmp_path / f"{name}.zarr", consolidated=False)
            dataset.to_netcdf(tmp_path / f"{name}.nc")
            xr.testing.assert_equal(xr.open_zarr(tmp_path / f"{name}.zarr", consolidated=False).load(), dataset)
            xr.testing.assert_equal(xr.load_dataset(tmp_path / f"{name}.nc"), dataset)


def test_results_are_joined_along_new_axes(memory: xr.Dataset) -> None:
    hot = ls.stationary_states(ONE, temperature=1.5, field=0.2)
    both = xr.concat(
        [ls.stationary_covariance(ONE, states) for states in (memory, hot)], dim="temperature", join="outer"
    )
    assert (both.sizes["temperature"], both.sizes["state"]) == (2, 3)
    grid = ls.stationary_covariance(ONE, ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2))
    np.testing.assert_allclose(both.covariance.values, grid.covariance.values, atol=1e-8)

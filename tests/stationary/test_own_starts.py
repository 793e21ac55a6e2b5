"""States of one's own as starts of the search, results that bring parameters, and what the datasets are like."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
PLACE: dict[str, Any] = {"temperature": 0.5, "field": 0.2}


@pytest.fixture(scope="module")
def found() -> xr.Dataset:
    return ls.stationary_states(ONE, **PLACE)


def test_own_starts_replace_the_random_ones(found: xr.Dataset) -> None:
    """At T = 0.5 there are ±0.92 and the unstable 0: without images, a start near 0.92 finds no other state."""
    one = ls.stationary_states(ONE, starts=[0.0, 0.1, 0.9], images=False, **PLACE)
    assert one.sizes["state"] == 1
    assert one.overlap.item() == pytest.approx(found.overlap.max().item(), abs=1e-10)
    # Searched from where it is and from where it is carried.
    assert one.found_by.item() == 2
    assert one.attrs["starts"] == "1 of one's own"
    both = ls.stationary_states(ONE, starts=np.array([[[0, 0, 0.9]], [[0, 0, -0.9]]]), images=False, **PLACE)
    np.testing.assert_allclose(np.sort(both.overlap.values.ravel()), np.array([-1, 1]) * one.overlap.item(), atol=1e-9)


def test_also_adds_to_the_starts(found: xr.Dataset) -> None:
    less = ls.stationary_states(ONE, starts=[0, 0, 0.9], images=False, **PLACE)
    more = ls.stationary_states(ONE, starts=[0, 0, 0.9], also=found.isel(state=1), images=False, **PLACE)
    assert (less.sizes["state"], more.sizes["state"]) == (1, 2)
    assert more.overlap.values.min() == pytest.approx(found.overlap.values.min(), abs=1e-10)


@pytest.mark.parametrize("name", ["starts", "also"])
def test_results_bring_parameters_and_the_call_wins(found: xr.Dataset, name: str) -> None:
    given: dict[str, Any] = {name: found}
    here = ls.stationary_states(ONE, **given)
    assert (float(here.temperature), float(here.field)) == (0.5, 0.2)
    np.testing.assert_allclose(here.overlap.values, found.overlap.values, atol=1e-9)
    there = ls.stationary_states(ONE, **given, temperature=0.6)
    assert (float(there.temperature), float(there.field)) == (0.6, 0.2)
    fresh = ls.stationary_states(ONE, temperature=0.6, field=0.2)
    np.testing.assert_allclose(there.overlap.values, fresh.overlap.values, atol=1e-9)


def test_results_of_several_points_need_the_values_that_are_meant() -> None:
    grid = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2)
    check_sentence(
        lambda: ls.stationary_states(ONE, also=grid),
        "Argument `also` must hold states at one value of `temperature`, but it holds 2; give `temperature=…`, or choose "
        "states with `.sel(temperature=…)`.",
    )
    again = ls.stationary_states(ONE, starts=grid, temperature=[0.5, 1.5], images=False)
    xr.testing.assert_allclose(again.overlap.dropna("state", how="all"), grid.overlap, atol=1e-8)
    assert again.attrs["starts"] == "4 of one's own"  # the gaps of the colder and the hotter point are no starts


def test_starts_for_another_start_win_over_also() -> None:
    cold, hot = (ls.stationary_states(ONE, temperature=t, field=0.2) for t in (0.5, 1.5))
    assert float(ls.stationary_states(ONE, starts=cold, also=hot).temperature) == 0.5


def test_modes_come_along() -> None:
    """The superradiant state is far from the vacuum; as the only start it is found at once, modes included."""
    values: dict[str, Any] = {"field": 0.5, "coupling": 1.2}
    states = ls.stationary_states(DICKE, like=DICKE.state([-1, 0, 0], modes=0), **values)
    row = states.isel(state=0)
    assert abs(row.alpha.values[0]) > 0.5
    again = ls.stationary_states(DICKE, starts=row, like=row, images=False)
    assert again.sizes["state"] == 1
    np.testing.assert_allclose(again.alpha.values[0], row.alpha.values, atol=1e-9)
    check_sentence(
        lambda: ls.stationary_states(DICKE, starts=[0, 0, 1.0], **values),
        "Argument `starts` must say where the 1 mode(s) of the model begin, but it holds particles alone; hand on the whole "
        "result, or make the state with `model.state(…, modes=…)` (`modes=0` is the vacuum).",
    )


def test_like_is_one_state_of_any_kind(found: xr.Dataset) -> None:
    spins = ls.Spins()
    bias = ls.parameter("bias")
    model = ls.Model(spins, energy=bias * spins.average("z"))  # conserves |m| and m_z
    run = ls.evolve(model, [0.6, 0.0, 0.3], [0.0, 1.0], bias=0.7)
    brought = ls.stationary_states(model, like=run.isel(time=-1))
    assert float(brought.bias) == 0.7
    # Without bias every state rests, and those that are found have the conserved values of the run.
    states = ls.stationary_states(model, like=run.isel(time=-1), bias=0.0)
    assert float(states.bias) == 0.0
    np.testing.assert_allclose(states.m.values[..., 2], 0.3, atol=1e-8)
    np.testing.assert_allclose(np.linalg.norm(states.m.values, axis=-1), np.sqrt(0.45), atol=1e-8)
    check_sentence(
        lambda: ls.stationary_states(ONE, like=found, **PLACE),
        "Argument `like` must be one state, but it holds several along state (3); choose one, for instance with `.isel(…)`.",
    )


def test_numbers_of_starts_are_whole() -> None:
    check_sentence(
        lambda: ls.stationary_states(ONE, starts=0, **PLACE), "Argument `starts` must be at least 1, but it is 0."
    )
    check_sentence(
        lambda: ls.stationary_states(ONE, starts=2.5, **PLACE),
        "Argument `starts` must be a whole number, but 2.5 is not.",
    )
    check_sentence(
        lambda: ls.stationary_states(ONE, start=3, **PLACE),  # type: ignore[misc]
        "`start` is neither an option of `stationary_states` nor a parameter of the model; did you mean `starts`?",
    )


def test_whole_grids_are_judged_at_once() -> None:
    """The eigenvalues of a grid with gaps are those that the search has found, and gaps stay gaps."""
    grid = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=[0.1, 0.2])
    judged = ls.stability(ONE, grid)
    assert judged.growth_rate.dims == ("temperature", "field", "state")
    np.testing.assert_allclose(judged.eigenvalue_real.values, grid.eigenvalue_real.values, atol=1e-12)
    np.testing.assert_array_equal(judged.verdict.values, grid.verdict.values)
    np.testing.assert_array_equal(judged.outcome.values, grid.outcome.values)
    assert set(judged.sentence.values[1, :, 1:].ravel()) == {"No state at this point."}
    np.testing.assert_array_equal(judged.usable.values, np.isfinite(grid.residual.values))
    # Its rows are starts, too.
    again = ls.stability(ONE, judged.isel(temperature=0, field=1, state=0))
    assert again.growth_rate.item() == judged.growth_rate.values[0, 1, 0]


def test_values_of_the_call_move_a_state_out_of_rest() -> None:
    row = ls.stationary_states(ONE, **PLACE).isel(state=0)
    run = ls.evolve(ONE, row, [0.0, 1e-5], temperature=0.7)
    speed = float(np.linalg.norm(np.diff(run.m.values, axis=0))) / 1e-5
    check_sentence(
        lambda: ls.stability(ONE, row, temperature=0.7),
        f"Argument `start` must be stationary, but |du/dt| = {speed:.3g}; find states with `stationary_states`.",
    )


def test_results_are_joined_along_new_axes() -> None:
    cold, hot = (ls.stationary_states(ONE, temperature=t, field=0.2) for t in (0.5, 1.5))
    both = xr.concat([cold, hot], dim="temperature", join="outer")
    assert (both.sizes["temperature"], both.sizes["state"]) == (2, 3)
    grid = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2)
    np.testing.assert_allclose(both.overlap.values, grid.overlap.values, atol=1e-9)


def test_files_without_warnings(found: xr.Dataset, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for dataset in (found, ls.stability(ONE, found)):
            dataset.to_zarr(tmp_path / "states.zarr", mode="w", consolidated=False)
            dataset.to_netcdf(tmp_path / "states.nc")
            for back in (
                xr.open_zarr(tmp_path / "states.zarr", consolidated=False).load(),
                xr.load_dataset(tmp_path / "states.nc"),
            ):
                xr.testing.assert_equal(back, dataset)

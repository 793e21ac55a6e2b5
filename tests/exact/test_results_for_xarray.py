"""Exact results as people expect of xarray: labels on every axis, amplitudes, joining, storing without a word."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from grid_models import COUPLED, DICKE, HOPFIELD, TIMES, UP, up

import largespin as ls

VALUES: dict[str, Any] = {"temperature": 0.5, "field": 0.2}


def light(coupling: Any) -> xr.Dataset:
    return ls.exact.evolve(
        DICKE, up(DICKE), TIMES, particles=2, fock=10, keep_states=True, field=0.5, coupling=coupling
    )


def results() -> dict[str, xr.Dataset]:
    return {
        "evolve": light(0.9),
        "stationary_states": ls.exact.stationary_states(DICKE, particles=[1, 2], fock=6, parameters=COUPLED),
        "liouvillian_spectrum": ls.exact.liouvillian_spectrum(DICKE, particles=[1, 2], fock=4, parameters=COUPLED),
        "mean_field_error": ls.bounds.mean_field_error(HOPFIELD, UP, TIMES, particles=[4, 8], parameters=VALUES),
        "reduced_state_error": ls.bounds.reduced_state_error(HOPFIELD, UP, TIMES, particles=[4, 8], parameters=VALUES),
    }


@pytest.fixture(scope="module", name="found")
def results_of_all_calls() -> dict[str, xr.Dataset]:
    return results()


def test_every_axis_has_labels_and_every_name_its_words(found: dict[str, xr.Dataset]) -> None:
    for call, dataset in found.items():
        for axis in dataset.dims:
            assert axis in dataset.coords, (call, axis)
        for name, variable in dataset.variables.items():
            assert variable.attrs.get("long_name"), (call, name)
            assert variable.dtype.kind != "U", (call, name)
        assert dataset.usable.dtype == bool
        assert set(np.unique(dataset.outcome.values.astype(str))) <= {"finished", "truncated"}
    assert found["evolve"].element.values[-1] == found["evolve"].sizes["element"] - 1
    assert found["liouvillian_spectrum"].index.values.tolist() == list(range(6))


def test_outcomes_say_what_is_usable() -> None:
    run = ls.exact.evolve(DICKE, up(DICKE), TIMES, particles=2, fock=[3], parameters=COUPLED)
    assert (run.outcome.item(), run.usable.item()) == ("truncated", False)
    enough = ls.exact.evolve(DICKE, up(DICKE), TIMES, particles=2, parameters=COUPLED)
    assert (enough.outcome.item(), enough.usable.item()) == ("finished", True)


def test_amplitudes_beside_quadratures() -> None:
    run = light(0.9)
    np.testing.assert_allclose(run.alpha, (run.q + 1j * run.p) / np.sqrt(2.0), atol=1e-14)
    assert abs(run.alpha.values).max() > 0.1
    # Bosons are counted in the state: more than |α|² where the light is no coherent state.
    assert float((run.occupation - abs(run.alpha) ** 2).max()) > 1e-3


def test_results_can_be_joined() -> None:
    both, together = [light(x) for x in (0.3, 0.9)], light([0.3, 0.9])
    joined = xr.concat(both, dim="coupling")
    for name in ("m", "q", "alpha", "outcome", "density_matrix"):
        np.testing.assert_array_equal(joined[name].values, together[name].values, err_msg=name)
    states = [ls.exact.stationary_states(HOPFIELD, particles=n, parameters=VALUES) for n in (4, 6)]
    assert xr.concat(states, dim="particles").particles.values.tolist() == [4, 6]


@pytest.mark.parametrize("kind", ["zarr", "netcdf"])
def test_results_are_stored_without_a_word(kind: str, found: dict[str, xr.Dataset], tmp_path: Path) -> None:
    for call, dataset in found.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if kind == "zarr":
                dataset.to_zarr(tmp_path / f"{call}.zarr", consolidated=False)
                read = xr.open_zarr(tmp_path / f"{call}.zarr", consolidated=False)
            else:
                dataset.to_netcdf(tmp_path / f"{call}.nc", engine="h5netcdf")
                read = xr.open_dataset(tmp_path / f"{call}.nc", engine="h5netcdf")
        for name in dataset.variables:
            np.testing.assert_array_equal(read[name].values, dataset[name].values, err_msg=f"{call} {name}")
        read.close()

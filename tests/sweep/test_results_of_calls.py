"""Sweeps over calls of the library: outcomes of one list, complex amplitudes, text that can be stored, coordinates kept."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls
from largespin import open_sweep, sweep
from largespin.meanfield.points import points_from
from largespin.outcomes import Outcome, all_usable
from largespin.sweeps.store import OUTCOMES

OUTS = (None, "a.zarr", "a.nc")


def swept(tmp_path: Path, out: str | None, function: Any, over: Any, **more: Any) -> xr.Dataset:
    """The sweep, loaded; from disk it is read once more."""
    place = None if out is None else tmp_path / out
    with sweep(function, over, out=place, **more) as found:
        loaded = found.load()
    if place is not None:
        with open_sweep(place) as again:
            xr.testing.assert_identical(again.load(), loaded)
    return loaded


def half(x: int) -> dict[str, Any]:
    if x == 3:
        raise ValueError("three")
    return {"y": x / 2}


@pytest.mark.parametrize("out", OUTS)
def test_words_are_those_of_all_outcomes(tmp_path: Path, out: str | None) -> None:
    found = swept(tmp_path, out, half, {"x": [2, 3]})
    assert found.sweep_outcome.values.tolist() == [Outcome.FINISHED, Outcome.FAILED]
    assert all_usable(found.sweep_outcome.values) == found.usable.values.tolist() == [True, False]
    assert found.usable.dtype == bool
    assert found.usable.attrs["long_name"] == "whether the numbers asked for are there"
    assert {type(word) for word in found.sweep_outcome.values} == {str}
    assert set(OUTCOMES) == {Outcome.MISSING, Outcome.FINISHED, Outcome.FAILED}


@pytest.mark.parametrize("out", OUTS)
@pytest.mark.parametrize("coordinate", [False, True])
def test_what_the_function_says_of_its_results_counts(tmp_path: Path, out: str | None, coordinate: bool) -> None:
    """Padding, failed points and results that are not usable are all no results."""

    def function(x: int) -> xr.Dataset:
        if x == 3:
            raise ValueError("three")
        found = xr.Dataset({"y": ("k", np.arange(float(x))), "usable": ("k", np.arange(x) > 0)})
        return found.set_coords("usable") if coordinate else found

    found = swept(tmp_path, out, function, {"x": [1, 2, 3]})
    assert found.usable.dtype == bool
    assert found.usable.values.tolist() == [[False, False], [False, True], [False, False]]


def test_usable_is_a_truth_value() -> None:
    found = sweep(lambda x: {"usable": "yes" if x else True}, {"x": [0, 1]})
    assert (
        found.sweep_sentence.values[1]
        == "`usable` must be true or false wherever the function returns it, but it is 'yes'."
    )
    with pytest.raises(ls.LargespinError, match="Axis `usable` must have another name"):
        sweep(half, {"usable": [1]})


@pytest.mark.parametrize("out", OUTS)
@pytest.mark.parametrize("together", [False, True])
def test_amplitudes_stay_complex(tmp_path: Path, out: str | None, together: bool) -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    fixed: dict[str, Any] = {
        "model": model,
        "start": model.state([0, 0, 0.5], modes=0.1j),
        "times": [0.0, 0.5, 1.0],
        "field": 0.5,
    }
    over: dict[str, Any] = {"coupling": [0.4, 1.2, 1.4]}
    found = swept(tmp_path, out, ls.evolve, over, fixed=fixed, together=together, block=2)
    direct = ls.evolve(**fixed, **over)
    assert found.alpha.dtype == np.complex128
    np.testing.assert_allclose(found.alpha, direct.alpha, atol=1e-9)
    np.testing.assert_allclose(found.alpha, (found.q + 1j * found.p) / np.sqrt(2))
    assert np.abs(found.alpha.imag).max() > 0.01
    assert found["mode"].values.tolist() == direct["mode"].values.tolist()
    assert found.alpha.attrs == direct.alpha.attrs


@pytest.mark.parametrize("out", OUTS)
def test_states_keep_their_coordinates(tmp_path: Path, out: str | None) -> None:
    """Points with one and with three states; rows are starts again."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    over = {"temperature": [0.5, 1.5]}
    found = swept(
        tmp_path, out, ls.stationary_states, over, fixed={"model": model, "field": 0.1, "starts": 16}, block=1
    )
    direct = ls.stationary_states(model, temperature=[0.5, 1.5], field=0.1, starts=16)
    assert found.sweep_outcome.values.tolist() == ["finished"] * 2
    for name in ("state", "block", "component", "pattern"):
        assert found[name].dims == (name,)
        assert found[name].values.tolist() == direct[name].values.tolist(), name
    np.testing.assert_allclose(found.m, direct.m, atol=1e-7)
    row = found.isel(temperature=0, state=0)
    where = points_from(model, row, {})
    assert where.fixed == {"field": 0.1, "temperature": 0.5}
    np.testing.assert_allclose(where.starts, direct.m.isel(temperature=0, state=0).values, atol=1e-9)


@pytest.mark.parametrize("out", OUTS)
@pytest.mark.parametrize("together", [False, True])
def test_single_rows_can_be_returned(tmp_path: Path, out: str | None, together: bool) -> None:
    """A chosen row brings its number along as a coordinate without an axis."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))

    def held(temperature: Any) -> xr.Dataset:
        return ls.stationary_states(model, temperature=temperature, field=0.1, starts=16).isel(state=0, block=0)

    found = swept(tmp_path, out, held, {"temperature": [0.5, 0.7, 1.5]}, together=together, block=2)
    assert found.sweep_outcome.values.tolist() == ["finished"] * 3
    assert found.m.dims == ("temperature", "component")
    assert found.state.item() == found.block.item() == 0
    # F24 (B.4): [1 + 8Ω²/cosh²(βo)] o = tanh(βo), with a solution o > 0 at the first two temperatures only.
    o, beta = np.abs(found.overlap.values[:, 0]), 1 / found.temperature.values
    assert np.abs((1 + 8 * 0.1**2 / np.cosh(beta * o) ** 2) * o - np.tanh(beta * o)).max() < 1e-7
    assert (o > 0.5).tolist() == [True, True, False]


@pytest.mark.parametrize("out", OUTS)
def test_results_are_stored_without_a_warning(tmp_path: Path, out: str | None) -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    fixed = {"model": model, "start": model.state([0, 0, 0.5], modes=0), "times": [0.0, 0.5], "field": 0.5}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = swept(tmp_path, out, ls.evolve, {"coupling": [0.4, 1.2]}, fixed=fixed)
        assert not [name for name, variable in found.variables.items() if variable.dtype.kind == "U"]
        found.to_zarr(tmp_path / "again.zarr", consolidated=False)
        found.to_netcdf(tmp_path / "again.nc", engine="h5netcdf")
    with xr.open_zarr(tmp_path / "again.zarr", consolidated=False) as again:
        np.testing.assert_array_equal(again.alpha, found.alpha)
        assert again.sweep_outcome.values.tolist() == ["finished"] * 2


def test_text_is_written_to_netcdf_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long words at one point must not cost their width at all points, nor all of them be loaded at one time."""
    from largespin.sweeps import open_sweep as reading

    monkeypatch.setattr(reading, "LAZY_NUMBERS", 4.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sweep(lambda x: {"word": "ü" * x}, {"x": range(40)}, out=tmp_path / "a.nc", block=4)
    assert found.word.values.tolist() == ["ü" * x for x in range(40)]


def test_a_mistyped_executor_is_answered_with_the_right_one() -> None:
    with pytest.raises(ls.LargespinError, match=r"but it is 'proceses'; did you mean 'processes'\?$"):
        sweep(half, {"x": [1]}, executor="proceses")  # type: ignore[arg-type]
    with pytest.raises(
        ls.LargespinError, match=r"; connect to a running scheduler by distributed\.Client\('tcp://a:1'\)\.$"
    ):
        sweep(half, {"x": [1]}, executor="tcp://a:1")  # type: ignore[arg-type]

"""Whatever a function returns comes back over the axes: numbers, words, arrays, Datasets, of equal size or not."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

from largespin import open_sweep, sweep

BLOCKS = [1, 2, 100]


def both(tmp_path: Any, function: Any, over: Any, **more: Any) -> list[xr.Dataset]:
    """The sweep in memory, on disk as Zarr and as NetCDF, all loaded."""
    results = [sweep(function, over, out=out, **more) for out in (None, tmp_path / "x.zarr", tmp_path / "x.nc")]
    loaded = [result.load() for result in results]
    for result in results:
        result.close()
    return loaded


@pytest.mark.parametrize("block", BLOCKS)
def test_numbers_words_and_arrays(tmp_path: Any, block: int) -> None:
    def function(x: float, word: str, flag: bool) -> dict[str, Any]:
        return {
            "half": x / 2,
            "whole": int(4 * x),
            "truth": flag,
            "turned": 1j * x,
            "text": word * int(4 * x),
            "matrix": np.full((2, 3), x),
        }

    over = {"x": [0.25, 0.5, 0.75], "word": ["ä", "bc"], "flag": [True, False]}
    for result in both(tmp_path, function, over, block=block):
        assert result.half.dims == ("x", "word", "flag")
        assert list(result.data_vars)[:6] == ["half", "whole", "truth", "turned", "text", "matrix"]
        assert result.whole.dtype == np.int64
        assert result.truth.dtype == bool
        point = result.sel(x=0.75, word="bc", flag=False)
        assert (point.half, point.whole, point.truth, point.turned) == (0.375, 3, False, 0.75j)
        assert point.text.item() == "bcbcbc"
        assert point.matrix.dims == ("matrix_0", "matrix_1")
        assert (point.matrix == 0.75).all()
        assert set(result.sweep_outcome.values.ravel()) == {"finished"}
        assert set(result.sweep_sentence.values.ravel()) == {""}


def test_one_number_is_called_value() -> None:
    assert sweep(lambda x: 2 * x, {"x": [1, 2]}).value.values.tolist() == [2, 4]


def test_axes_keep_their_labels_and_units(tmp_path: Any) -> None:
    axis = xr.DataArray([0.1, 0.2], dims="T", attrs={"units": "rate", "long_name": "temperature"})
    for result in both(tmp_path, lambda T, n: T * n, {"T": axis, "n": [3]}):
        assert result["T"].attrs["units"] == "rate"
        assert result["T"].attrs["long_name"] == "temperature"
        assert result.n.dtype.kind == "i"


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("sizes", [[1, 3, 2, 5], [5, 1, 1, 2], [0, 2, 0, 4]])
def test_dimensions_grow(tmp_path: Any, block: int, sizes: list[int]) -> None:
    def function(i: int) -> dict[str, Any]:
        roots = xr.DataArray(np.arange(float(sizes[i])), dims="root")
        return {"roots": roots, "names": xr.DataArray([f"r{k}" for k in range(sizes[i])], dims="root"), "n": sizes[i]}

    for result in both(tmp_path, function, {"i": range(4)}, block=block):
        assert result.sizes["root"] == max(sizes)
        for i, size in enumerate(sizes):
            assert result.roots.values[i, :size].tolist() == list(range(size))
            assert np.isnan(result.roots.values[i, size:]).all()
            assert result.names.values[i].tolist() == [f"r{k}" for k in range(size)] + [""] * (max(sizes) - size)
        assert result.n.values.tolist() == sizes


@pytest.mark.parametrize("block", BLOCKS)
def test_datasets_with_labels_coordinates_and_attributes(tmp_path: Any, block: int) -> None:
    def function(x: float, scale: float) -> xr.Dataset:
        return xr.Dataset(
            {"y": (("time",), x * np.arange(3.0), {"units": "1"})},
            coords={
                "time": ("time", [0.0, 0.5, 1.0], {"units": "inverse rate"}),
                "weight": ("time", [1.0, 2.0, 3.0]),
                "scale": scale,
                "double": 2 * x,
                "x": x,
                "level": 7,
            },
            attrs={"model": "m", "parameters": f"x = {x}"},
        )

    for result in both(tmp_path, function, {"x": [1.0, 2.0, 4.0]}, fixed={"scale": 0.5}, block=block):
        assert result.y.dims == ("x", "time")
        assert result.y.attrs["units"] == "1"
        assert result.time.values.tolist() == [0.0, 0.5, 1.0]
        assert result.time.attrs["units"] == "inverse rate"
        assert result.weight.dims == ("time",), "the same at all points"
        assert result.scale.item() == 0.5
        assert result.level.dtype.kind == "i"
        assert result.double.dims == ("x",), "differs from point to point"
        assert result.double.values.tolist() == [2.0, 4.0, 8.0]
        assert result.y.sel(x=4.0).values.tolist() == [0.0, 4.0, 8.0]
        assert result.attrs["model"] == "m"
        assert "parameters" not in result.attrs, "not the same at all points"
        assert result.attrs["sweep_fixed"] == "scale = 0.5"


@pytest.mark.parametrize("block", [1, 3])
def test_kinds_widen_and_do_not_lose_digits(tmp_path: Any, block: int) -> None:
    for result in both(tmp_path, lambda x: {"y": 0 if x < 2 else 0.5, "b": x > 1 or 3}, {"x": [1, 2, 3]}, block=block):
        assert result.y.values.tolist() == [0.0, 0.5, 0.5]
        assert result.b.values.tolist() == [3, 1, 1]


def test_gaps_make_whole_numbers_floats() -> None:
    result = sweep(lambda x: {"n": 1} if x else {"m": True}, {"x": [0, 1]}, block=1)
    np.testing.assert_array_equal(result.n, [np.nan, 1.0])
    np.testing.assert_array_equal(result.m, [1.0, np.nan])


@pytest.mark.parametrize("block", BLOCKS)
def test_contradictions_fail_with_a_reason(block: int) -> None:
    def function(x: int) -> Any:
        return {"y": [1.0, "two", 3j, xr.DataArray([1.0], dims="k"), 5.0][x]}

    result = sweep(function, {"x": range(5)}, block=block)
    assert result.sweep_outcome.values.tolist() == ["finished", "failed", "failed", "failed", "finished"]
    np.testing.assert_array_equal(result.y, [1.0, np.nan, np.nan, np.nan, 5.0])
    begin = "The result does not fit those of other points: "
    assert result.sweep_sentence.values[1:4].tolist() == [
        begin + "`y` is text here, but real at other points; return the same type at all points.",
        begin + "`y` is complex here, but real at other points; return the same type at all points.",
        begin + "`y` has the dimensions ('k',), but () at other points.",
    ]


@pytest.mark.parametrize("block", BLOCKS)
def test_labels_may_grow_but_not_change(block: int) -> None:
    labels = [[0.0, 1.0], [0.0, 1.0, 2.0], [0.0, 3.0], [0.0]]

    def function(x: int) -> xr.DataArray:
        return xr.DataArray(labels[x], dims="t", coords={"t": labels[x]}, name="y")

    result = sweep(function, {"x": range(4)}, block=block)
    assert result.t.values.tolist() == [0.0, 1.0, 2.0]
    assert result.sweep_outcome.values.tolist() == ["finished", "finished", "failed", "finished"]
    assert "the labels of `t` differ" in result.sweep_sentence.values[2]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "The function must return numbers or text, but `value` is of type NoneType."),
        ({}, "The function must return at least one value, but it returned an empty mapping."),
        ({"x": 1}, "The function must not return a variable `x`, because the sweep has one."),
        ({"a/b": 1}, "Names of results must be text without a slash that does not begin with a dot or an underscore, but one is 'a/b'."),
        (xr.Dataset(attrs={"a": 1}), "The function must return at least one value, but its Dataset has no variables."),
        (
            xr.DataArray([1, 2], dims="x"),
            "`value` must not have the dimension `x` at a single point, because it is an axis of the sweep; with "
            "`together=True` the function gets arrays and may return it.",
        ),
        (np.datetime64("2026-01-01"), "The function must return numbers or text, but `value` is of type datetime64[D]."),
    ],
)  # fmt: skip
def test_results_that_cannot_be_kept(returned: Any, reason: str) -> None:
    result = sweep(lambda x: 1.0 if x == 0 else returned, {"x": [0, 1]})
    assert result.sweep_outcome.values.tolist() == ["finished", "failed"]
    assert result.sweep_sentence.values[1] == reason


def test_open_sweep_is_lazy(tmp_path: Any) -> None:
    sweep(lambda x, y: x * y, {"x": range(50), "y": range(40)}, out=tmp_path / "x.zarr", block=40)
    result = open_sweep(tmp_path / "x.zarr")
    assert result.value.chunks is not None
    assert (result.value.values == np.arange(50)[:, None] * np.arange(40)).all()
    raw = xr.open_zarr(tmp_path / "x.zarr", consolidated=False)
    assert (raw.value.values == result.value.values).all(), "a plain Zarr store that others can read"


@pytest.mark.parametrize("block", [1, 4])
@pytest.mark.parametrize("sizes", [[2, 2, 3, 1], [3, 3, 1, 3]])
def test_coordinates_may_have_different_lengths(block: int, sizes: list[int]) -> None:

    def function(n: int) -> xr.Dataset:
        return xr.Dataset({"m": ("block", np.ones(sizes[n]))}, coords={"weight": ("block", np.full(sizes[n], 0.5))})

    result = sweep(function, {"n": range(4)}, block=block)
    assert result.weight.dims == ("n", "block")
    assert np.isfinite(result.weight.values).sum(axis=1).tolist() == sizes

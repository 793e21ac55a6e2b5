"""Odd results and axes: what cannot be stored as it is fails with a reason, and nothing comes back as something else."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls
from largespin import open_sweep, sweep
from largespin.sweeps.evaluate import reason

OUTS = (None, "a.zarr", "a.nc")


def reasons(tmp_path: Path, function: Any, out: str | None = None) -> list[str]:
    """Why the points x = 1, 2 failed; empty where they did not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ls.LargespinWarning)
        result = sweep(function, {"x": [1, 2]}, out=None if out is None else tmp_path / out).load()
    result.close()
    return [str(sentence) for sentence in result.sweep_sentence.values]


WHOLE = (
    "Whole numbers that the function returns must lie within ±2**53, but one in `value` does not, and would be rounded; return "
    "it as text or as a float."
)
NAMES = "Names of results must be printable text of at most 100 letters other than zarr.json, but one is "


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (2**53 + 1, WHOLE),
        (-(2**53) - 1, WHOLE),
        (np.array([0, 2**63], dtype=np.uint64), WHOLE),
        (2**70, WHOLE),
        (
            np.ma.masked_array([1.0, 2.0], [True, False]),
            "The function must not return masked values, but `value` has some; fill them with NaN.",
        ),
        (
            (1, "a"),
            "The function must return numbers or text, but `value` holds both; return them under different names.",
        ),
        (
            [["a", 1.0], ["b", 2.0]],
            "The function must return numbers or text, but `value` holds both; return them under different names.",
        ),
        (
            "a\0b",
            "The function must return text without null characters and halves of surrogate pairs, but `value` has some.",
        ),
        (
            ["a", "\udcff"],
            "The function must return text without null characters and halves of surrogate pairs, but `value` has some.",
        ),
        ({"zarr.json": 1}, f"{NAMES}'zarr.json'."),
        ({"a\nb": 1}, f"{NAMES}'a\\nb'."),
        ({"c" * 101: 1}, f"{NAMES}{'c' * 100!r}."),
    ],
)
def test_what_would_change_is_refused(tmp_path: Path, value: Any, sentence: str) -> None:
    assert reasons(tmp_path, lambda x: value if x == 1 else 2.0) == [sentence, ""]


def test_the_largest_whole_numbers_come_back() -> None:
    assert sweep(lambda x: x * 2**53, {"x": [-1, 1]}).value.values.tolist() == [-(2**53), 2**53]


@pytest.mark.parametrize("out", OUTS)
def test_what_a_function_raises_is_stored_whatever_it_says(tmp_path: Path, out: str | None) -> None:
    def function(x: int) -> int:
        if x == 1:
            raise ValueError("file \udcff \0 " + "long " * 1000)
        return x

    sentence, nothing = reasons(tmp_path, function, out)
    assert sentence.startswith("ValueError: file \\udcff \\0 long long")
    assert len(sentence) == 501
    assert nothing == ""
    assert reason(ValueError()) == "ValueError."


class SilentError(Exception):
    def __str__(self) -> str:
        raise ValueError


def test_errors_that_cannot_say_what_they_are(tmp_path: Path) -> None:
    def function(x: int) -> int:
        raise SilentError

    assert reasons(tmp_path, function) == ["SilentError."] * 2


@pytest.mark.parametrize("out", OUTS)
@pytest.mark.parametrize("labelled", [1, 2])
def test_a_name_is_a_label_or_a_result(tmp_path: Path, labelled: int, out: str | None) -> None:
    def function(x: int) -> Any:
        return xr.Dataset({"a": ("t", [1.0, 2.0])}, coords={"t": [0.0, 1.0]}) if x == labelled else {"t": 3.0}

    assert reasons(tmp_path, function, out) == [
        "",
        "The result does not fit those of other points: `t` labels a dimension at some points and is a result at others; give "
        "one of them another name.",
    ]


def test_labels_that_are_not_numbers_do_not_make_results_differ() -> None:
    result = sweep(lambda x: xr.Dataset({"a": ("t", [1.0, 2.0])}, coords={"t": [0.0, np.nan]}), {"x": [1, 2]}, block=1)
    assert (result.sweep_outcome == "finished").all()


@pytest.mark.parametrize("out", OUTS)
def test_attributes_change_no_numbers(tmp_path: Path, out: str | None) -> None:
    """Readers of NetCDF obey attributes: units may make dates, fill values NaN."""
    obeyed = {"units": "seconds since 2000-01-01", "_FillValue": 9.0, "scale_factor": 2.0, "dtype": "bool"}

    def function(x: float) -> xr.Dataset:
        attrs = {"missing_value": 1, "odd\udcff": "\udcff", "large": 2**70, "coordinates": "t"}
        return xr.Dataset(
            {"a": ("t", [9.0, x], obeyed)}, coords={"t": ("t", [0.0, 1.0], {"units": "days"})}, attrs=attrs
        )

    axis = xr.DataArray([1.0, 2.0], dims="x", attrs={"units": "hours"})
    result = sweep(function, {"x": axis}, out=None if out is None else tmp_path / out)
    assert result.a.values.tolist() == [[9.0, 1.0], [9.0, 2.0]]
    assert (result.a.dtype, result.t.dtype, result.x.dtype) == (np.float64,) * 3
    assert result.a.attrs["units"] == "seconds since 2000-01-01"
    assert result.attrs["odd\\udcff"] == "\\udcff"
    result.close()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([[1], [2, 3]], "must be one-dimensional, but its values have different lengths."),
        (["a", 1], "must hold either words or numbers, but it holds both."),
        (["a\0b", "c"], "must hold text that can be stored, but one word cannot."),
        ("abc", "must be a list or an array of values, but it is of type str."),
        ({1, 2}, "must be a list or an array of values, but it is of type set."),
        ((i for i in range(3)), "must be a list or an array of values, but it is of type generator."),
        (np.ma.masked_array([1, 2], [True, False]), "must not have masked values, but it has; leave them out."),
    ],
)
def test_odd_axes(values: Any, sentence: str) -> None:
    check_sentence(lambda: sweep(lambda x: x, {"x": values}), f"Axis `x` of `over` {sentence}")


def test_grids_that_nobody_can_compute() -> None:
    check_sentence(
        lambda: sweep(lambda **_: 0, {f"x{i}": range(100) for i in range(6)}),
        "Argument `over` must have at most 100000000 points, but it has 1e+12; sweep a coarser grid, or parts of it one after "
        "the other.",
    )
    check_sentence(
        lambda: sweep(lambda **_: 0, {f"x{i}": [0] for i in range(33)}),
        "Argument `over` must name at most 32 axes, but it names 33.",
    )


@pytest.mark.parametrize("dtype", ["Q", "q", "g", "e", "f", "i"])
def test_axes_of_all_types_of_numbers(tmp_path: Path, dtype: str) -> None:
    for out in OUTS:
        with sweep(
            lambda x: 2 * x, {"x": np.array([0.5, 2], dtype)}, out=None if out is None else tmp_path / out
        ) as found:
            assert found.value.values.tolist() == (2 * np.array([0.5, 2], dtype)).tolist()


@pytest.mark.parametrize("out", OUTS)
def test_long_reasons_do_not_fill_the_memory(tmp_path: Path, out: str | None) -> None:
    """Text of one width has the width of its longest word at all points, so one long reason may need gigabytes."""
    expected = ["ZeroDivisionError: division by zero", "", ""]
    result = sweep(
        lambda x: {"y": 1 / x, "word": "w" * x}, {"x": [0, 1, 20]}, out=None if out is None else tmp_path / out
    )
    assert result.sweep_sentence.values.tolist() == expected
    assert result.word.values.tolist() == ["", "w", "w" * 20]
    assert result.sweep_sentence.dtype == result.sweep_outcome.dtype == result.word.dtype == object
    if out is not None:
        assert open_sweep(tmp_path / out).sweep_sentence.values.tolist() == expected

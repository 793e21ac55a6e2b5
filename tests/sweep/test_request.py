"""What cannot be swept is refused at the door, in a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentences import check_sentence

from largespin import sweep
from largespin.sweeps.request import Scheduler


def f(x: float = 0.0, y: float = 0.0) -> float:
    return x + y


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        (
            {},
            'Argument `over` must name at least one axis with values, such as {"temperature": [0.2, 0.4]}, but it is {}.',
        ),
        ({"a b": [1]}, "Axes in `over` must have names of keyword arguments, but one is 'a b'."),
        (
            {"sweep_outcome": [1]},
            "Axis `sweep_outcome` must have another name, because results use sweep_outcome, sweep_sentence and usable.",
        ),
        ({"x": []}, "Axis `x` of `over` must be one-dimensional with at least one value, but its shape is (0,)."),
        ({"x": 1.0}, "Axis `x` of `over` must be one-dimensional with at least one value, but its shape is ()."),
        ({"x": np.ones((2, 2))}, "Axis `x` of `over` must be one-dimensional with at least one value, but its shape is (2, 2)."),
        ({"x": [1.0, np.nan]}, "Axis `x` of `over` must be finite, but it contains NaN or infinity."),
        ({"x": [1.0, 2.0, 1.0]}, "Axis `x` of `over` must not repeat values, but 1.0 occurs more than once."),
        (
            {"x": [f, f]},
            "Axis `x` of `over` must hold real numbers, words or truth values, but its values are of type object; name the "
            "choices and look them up inside the function.",
        ),
        (
            {"x": [1j]},
            "Axis `x` of `over` must hold real numbers, words or truth values, but its values are of type complex128; name "
            "the choices and look them up inside the function.",
        ),
    ],
)  # fmt: skip
def test_axes(over: Any, sentence: str) -> None:
    check_sentence(lambda: sweep(f, over), sentence)


OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"function": 3}, "Argument `function` must be callable, but it is 3."),
    ({"fixed": {"x": 1}}, "Argument `x` must stand in `over` or in `fixed`, but it stands in both."),
    ({"fixed": [1]}, "Argument `fixed` must be a mapping of keyword arguments, but it is [1]."),
    (
        {"fixed": {"z": 1}},
        "The function must take the keyword arguments z, x, but this does not fit f(x: float = 0.0, y: float = 0.0) -> float: "
        "got an unexpected keyword argument 'z'.",
    ),
    ({"out": "a.csv"}, "Argument `out` must be a path that ends in .zarr or .nc, but it is 'a.csv'."),
    ({"out": 3}, "Argument `out` must be a path that ends in .zarr or .nc, but it is 3."),
    (
        {"executor": "threads"},
        "Argument `executor` must be one of serial, processes, dask, or a distributed.Client, but it is 'threads'.",
    ),
    (
        {"executor": None},
        "Argument `executor` must be one of serial, processes, dask, or a distributed.Client, but it is None.",
    ),
    ({"executor": "processes", "workers": 0}, "Argument `workers` must be at least 1, but it is 0."),
    (
        {"workers": 2},
        'Argument `workers` must be left out unless `executor` is "processes" or "dask", which start workers.',
    ),
    ({"block": 0}, "Argument `block` must be at least 1, but it is 0."),
    ({"block": 1.5}, "Argument `block` must be a whole number, but 1.5 is not."),
    ({"seed": -1}, "Argument `seed` must be at least 0, but it is -1."),
    (
        {"seed": 1, "together": True},
        "Argument `seed` must be left out with `together`, because a block of points is one call; give the function's own "
        "`seed` in `fixed`.",
    ),
    (
        {"seed": 1, "function": lambda x, seed: x, "fixed": {"seed": 2}},
        "Argument `seed` must be given once: to the sweep, in `over` or in `fixed`.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("options", "sentence"), OPTIONS)
def test_options(options: dict[str, Any], sentence: str) -> None:
    check_sentence(lambda: sweep(**{"function": f, "over": {"x": [1.0]}, **options}), sentence)


def test_what_cannot_travel_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / "file", "w") as file:
        check_sentence(
            lambda: sweep(lambda x: file.name, {"x": [1]}, executor="processes", workers=1),
            "Arguments `function` and `fixed` must be able to travel to a worker process, but they are not: PicklingError: "
            "Cannot pickle files that are not opened for reading: w Create such objects inside the function, or use "
            'executor="serial".',
        )


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largespin.sweeps.dask_pool.CONNECT_SECONDS", 0.5)
    check_sentence(
        lambda: sweep(f, {"x": [1.0]}, executor=Scheduler("tcp://127.0.0.1:9")),
        "Argument `executor` must be the address of a running Dask scheduler, but none answers at tcp://127.0.0.1:9.",
    )

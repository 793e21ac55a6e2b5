"""Which numbers does the picture of a study show? Those that it names, over what was swept."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

from largespin.errors import LargespinError
from largespin.study.picture import draw, drawn_variable, reduced

DATA = xr.Dataset(
    {
        "weight": ("state", [1.0, 2.0]),
        "overlap": (("a", "b", "state", "time"), np.arange(8 * 9 * 2 * 3.0).reshape(8, 9, 2, 3)),
        "few": (("b", "c"), np.arange(18.0).reshape(9, 2)),
        "sentence": ("a", ["x"] * 8),
    },
    coords={"a": np.linspace(0, 1, 8), "b": np.linspace(1, 2, 9), "c": [0.5, 1.5], "time": [0.0, 1.0, 2.0]},
)


class Asked:
    """The part of a study's work that pictures use."""

    def __init__(self, *axes: str, keep: tuple[str, ...] | None = None) -> None:
        self.axes = {name: DATA[name].values for name in axes}
        self.keep = keep
        self.between: dict[str, tuple[float, float]] = {}


def work(*axes: str, keep: tuple[str, ...] | None = None) -> Any:
    return Asked(*axes, keep=keep)


def test_the_variable_that_is_drawn() -> None:
    assert drawn_variable(DATA, work("a"), True) == "overlap"
    assert drawn_variable(DATA, work("a", keep=("sentence", "few")), True) == "few"
    assert drawn_variable(DATA, work("a"), "weight") == "weight"
    check_sentence(
        lambda: drawn_variable(DATA, work("a"), "overlop"),
        "Key `output.plot` must name a variable with numbers, but 'overlop' is none; did you mean `overlap`?",
    )
    check_sentence(
        lambda: drawn_variable(DATA[["sentence"]], work("a"), True),
        "Key `output.plot` must be false, because no variable of the result holds numbers.",
    )


def test_what_is_left_of_it() -> None:
    two = reduced(DATA.overlap, work("a", "b"), {"state": 1})
    xr.testing.assert_equal(two, DATA.overlap.isel(state=1, time=-1))
    one = reduced(DATA.overlap.isel(b=0), work("a"), {})
    xr.testing.assert_equal(one, DATA.overlap.isel(b=0, state=0))
    assert one.dims == ("a", "time")
    assert reduced(DATA.overlap, work("a", "b"), {"time": 0}).equals(DATA.overlap.isel(time=0, state=0))
    with pytest.raises(
        LargespinError, match=r"^Key `output\.select\.stat` must be a dimension .* did you mean `state`\?$"
    ):
        reduced(DATA.overlap, work("a"), {"stat": 0})
    check_sentence(
        lambda: reduced(DATA.overlap, work("a"), {"state": 2}),
        "Key `output.select.state` must lie in [-2, 1], but it is 2.",
    )


@pytest.mark.parametrize(
    ("axes", "variable", "curves", "meshes"),
    [(("a", "b"), "overlap", 0, 1), (("a",), "overlap", 8, 0), (("b", "c"), "few", 2, 0), (("b",), "few", 1, 0)],
)
def test_maps_and_curves(
    axes: tuple[str, ...], variable: str, curves: int, meshes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.axes import Axes

    seen: dict[str, list[Any]] = {"plot": [], "pcolormesh": []}
    for name, found in seen.items():
        usual = getattr(Axes, name)

        def spy(self: Any, *values: Any, usual: Any = usual, found: list[Any] = found, **more: Any) -> Any:
            found.append(values)
            return usual(self, *values, **more)

        monkeypatch.setattr(Axes, name, spy)
    file = draw(DATA, work(*axes), variable, {}, tmp_path / "picture.png")
    assert file.read_bytes()[:4] == b"\x89PNG"
    # The bar of colours is a mesh of its own.
    assert (len(seen["plot"]), bool(seen["pcolormesh"])) == (curves, bool(meshes))
    if meshes:
        b, a, values = seen["pcolormesh"][0]
        # The values are the middles of the cells, whose edges are drawn.
        np.testing.assert_allclose((b[1:] + b[:-1]) / 2, DATA.b)
        np.testing.assert_allclose((a[1:] + a[:-1]) / 2, DATA.a)
        np.testing.assert_array_equal(values, DATA.overlap.isel(state=0, time=-1))
    if variable == "few":
        np.testing.assert_array_equal(seen["plot"][0][0], DATA.b)
        np.testing.assert_array_equal(seen["plot"][0][1], DATA.few.isel(c=0))


def test_phases_are_drawn_with_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import largespin.plot

    drawn: list[Any] = []
    usual = largespin.plot.phase_diagram

    def spy(dataset: xr.Dataset, *, ax: Any) -> Any:
        drawn.append(usual(dataset, ax=ax))
        return drawn[0]

    monkeypatch.setattr(largespin.plot, "phase_diagram", spy)
    numbers = np.array([[0] * 8 + [1] * 8] * 16)
    attrs = {"flag_values": np.array([1, 2], dtype=np.int32), "flag_meanings": "left right"}
    diagram = xr.Dataset(
        {"phase": (("a", "b"), numbers + 1, attrs)}, coords={"a": np.arange(16.0), "b": np.arange(16.0)}
    )
    file = draw(diagram, work(), True, {}, tmp_path / "phases.png")
    assert file.read_bytes()[:4] == b"\x89PNG"
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()
    assert sorted(text.get_text() for text in drawn[0].texts) == ["left", "right"]

"""Plots show what is in the dataset, are labelled, and refuse what they cannot draw."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from PIL import Image

import largespin as ls
from largespin.errors import LargespinError
from largespin.plot.style import line_style


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    return ls.evolve(model, [0, 0, 0.5], np.linspace(0, 20, 51), temperature=0.5, field=0.2)


def test_package_loads_no_matplotlib() -> None:
    words = "import sys, largespin.plot; print([m for m in ('matplotlib', 'PIL', 'xarray') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_overlaps_draws_every_pattern(run: xr.Dataset) -> None:
    ax = ls.plot.overlaps(run.assign_coords(pattern_name=("pattern", ["cat", "boat"])))
    curves = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    assert np.array_equal(curves["cat"], run.overlap.sel(pattern=0))
    assert np.array_equal(curves["boat"], run.overlap.sel(pattern=1))
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["cat", "boat"]
    assert ax.get_xlabel() == "time (inverse rate)"


def test_axes_given_are_used(run: xr.Dataset) -> None:
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert ls.plot.overlaps(run, ax=ax) is ax
    assert ls.plot.trajectory(run, ("overlap", {"pattern": 0}), ("overlap", {"pattern": 1}), ax=ax) is ax


def test_trajectory_selects_components(run: xr.Dataset) -> None:
    ax = ls.plot.trajectory(run, ("overlap", {"pattern": 0}), ("m", {"block": 0, "component": "y"}))
    line = ax.get_lines()[0]
    assert np.array_equal(line.get_xdata(), run.overlap.sel(pattern=0))
    assert np.array_equal(line.get_ydata(), run.m.sel(component="y").isel(block=0))


def test_plots_refuse_what_they_cannot_draw(run: xr.Dataset) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    last = ls.evolve(model, [0, 0, 0.5], 1.0, temperature=0.5, field=0.2)
    for dataset, words in ((xr.Dataset(), "which holds `overlap`"), (last, "final state")):
        with pytest.raises(LargespinError, match=words):
            ls.plot.overlaps(dataset)
    for x, words in (
        ("nothing", "must name a variable"),
        ("m", "choose one `block`"),
        (("m", {"site": 0}), "`site` is none"),
        (("m", {"component": "w"}), "one of its labels, 'x', 'y', 'z', but it is 'w'"),
        ("sentence", "real numbers"),
    ):
        with pytest.raises(LargespinError, match=words):
            ls.plot.trajectory(run, x, "overlap")


def test_pictures_in_rows() -> None:
    figure = ls.plot.pictures([np.ones((3, 4))] * 8, titles=[f"p{n}" for n in range(8)])
    shown = [ax for ax in figure.axes if ax.get_visible() and ax.get_images()]
    assert [ax.get_title() for ax in shown] == [f"p{n}" for n in range(8)]
    with pytest.raises(LargespinError, match="one entry per picture"):
        ls.plot.pictures([np.ones((3, 4))], titles=["a", "b"])
    with pytest.raises(LargespinError, match="at least one picture"):
        ls.plot.pictures([])


def test_line_styles_differ() -> None:
    assert len({tuple(line_style(number).items()) for number in range(28)}) == 28


def test_animation_shows_the_frames(tmp_path: Path) -> None:
    frames = np.linspace(-1.0, 1.0, 20)[:, None, None] * np.ones((1, 30, 40))
    file = ls.plot.animate(
        frames,
        tmp_path / "a.gif",
        scale=8,
        overlaps=np.linspace(-1, 1, 40).reshape(20, 2),
        names=["x", "y" * 80],
        times=range(20),
    )
    with Image.open(file) as picture:
        assert picture.n_frames == 20  # type: ignore[attr-defined]
        assert picture.size == (320, 240 + 3 * 18)
        assert picture.info["loop"] == 0
        length = 0
        for number in range(20):
            picture.seek(number)
            length += picture.info["duration"]
            grey = picture.convert("L").getpixel((100, 100))
            assert grey == pytest.approx(255 * (1 - frames[number, 0, 0]) / 2, abs=2)
    assert 4000 <= length <= 6000


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("a.png", {}, "must end in .gif"),
        ("none/a.gif", {}, "existing folder"),
        ("a.gif", {"overlaps": [[1.0]]}, "one row per frame"),
        ("a.gif", {"names": ["x"]}, "one entry per column"),
        ("a.gif", {"scale": 0}, "must be at least 1"),
    ],
)
def test_animation_refuses(tmp_path: Path, name: str, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(LargespinError, match=words):
        ls.plot.animate(np.zeros((2, 3, 3)), tmp_path / name, **arguments)  # type: ignore[arg-type]

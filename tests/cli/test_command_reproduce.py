"""The command for published figures, with a figure that costs nothing."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import xarray as xr
from matplotlib.figure import Figure
from typer.testing import CliRunner

import largespin.reproduce
from largespin.cli.app import app


@dataclass
class Line:
    name: str = "line"
    source: str = "Euclid Fig. 1"
    summary: str = "a straight [line]"

    def compute(self, points: int | None = None, progress: bool = False) -> xr.Dataset:
        assert progress is False
        return xr.Dataset({"y": ("x", list(range(points or 7)))})

    def draw(self, dataset: xr.Dataset) -> Figure:
        figure = Figure()
        figure.add_subplot().plot(dataset.y)
        return figure

    def report(self, dataset: xr.Dataset) -> list[str]:
        return [f"It has {dataset.x.size} points.", "It agrees with the print. " * 10]


@pytest.fixture(autouse=True)
def only_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(largespin.reproduce, "REPRODUCTIONS", {"line": Line()})


def test_figure_is_written_and_reported(tmp_path: Path) -> None:
    for points in ("5", "4"):
        result = CliRunner().invoke(app, ["reproduce", "line", "--out", str(tmp_path / "out"), "--points", points])
        assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[:2] == ["line: a straight [line] (Euclid Fig. 1)", "It has 4 points."]
    assert lines[-2:] == [f"Wrote: {tmp_path / 'out' / file}" for file in ("line.nc", "line.png")]
    with xr.open_dataset(tmp_path / "out" / "line.nc", engine="h5netcdf") as dataset:
        assert dataset.x.size == 4


def test_list() -> None:
    result = CliRunner().invoke(app, ["reproduce", "--list"])
    assert result.stdout == "line  Euclid Fig. 1  a straight [line]\n"


@pytest.mark.parametrize(("words", "message"), [(["curve"], "There is no figure 'curve'"), ([], "Name a figure")])
def test_unknown_name_is_one_line_with_the_list(words: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["reproduce", *words])
    assert result.exit_code == 2
    assert result.stderr == f"Error: {message}; choose one of line.\n"

"""The command that a user tries first, on drawings made here."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from largespin.cli.app import app


@pytest.fixture
def drawings(tmp_path: Path) -> list[str]:
    files = []
    for name, shape in (("disc", "ellipse"), ("box", "rectangle"), ("bar [1]", "line")):
        picture = Image.new("L", (40, 40), 255)
        pen = ImageDraw.Draw(picture)
        if shape == "line":
            pen.line([2, 4, 36, 30], fill=0, width=9)
        else:
            getattr(pen, shape)([5, 8, 30, 36] if shape == "ellipse" else [12, 3, 36, 25], fill=0)
        picture.save(tmp_path / f"{name}.png")
        files.append(str(tmp_path / f"{name}.png"))
    return files


@pytest.mark.parametrize("model", ["hopfield", "dicke"])
def test_default_command_retrieves_and_writes_everything(drawings: list[str], tmp_path: Path, model: str) -> None:
    out = tmp_path / "deep" / "result"
    result = CliRunner().invoke(app, ["retrieve", *drawings, "--start", "1", "--model", model, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert "Verdict: Retrieved 'box': overlap 0.60 at the start" in result.stdout
    assert "100.0 % of the sites agree (80.0 % at the start)" in result.stdout
    assert "Learning: Projection rule: patterns" in result.stdout
    assert "Phase: Retrieval phase" in result.stdout
    assert "bar [1]" in result.stdout
    assert "\x1b" not in result.stdout
    expected = {"overview.png", "stored_0_disc.png", "stored_1_box.png", "stored_2_bar_1.png", "start.png"}
    expected |= {"end.png", "overlaps.png", "retrieval.gif", "run.nc"}
    assert {file.name for file in out.iterdir()} == expected
    assert all(name in result.stdout for name in expected)
    stored, end = (np.asarray(Image.open(out / f"{name}.png")) < 128 for name in ("stored_1_box", "end"))
    assert np.array_equal(stored, end)


def test_file_of_numbers_tells_how_it_was_made(drawings: list[str], tmp_path: Path) -> None:
    words = [
        "retrieve",
        *drawings,
        "--size",
        "20",
        "--temperature",
        "0.5",
        "--seed",
        "3",
        "--out",
        str(tmp_path / "out"),
    ]
    for _ in range(2):  # the second time over the files of the first
        assert CliRunner().invoke(app, words).exit_code == 0
    with xr.open_dataset(tmp_path / "out" / "run.nc", engine="h5netcdf") as run:
        assert run.attrs["retrieval_temperature"] == 0.5
        assert run.attrs["retrieval_seed"] == 3
        assert run.attrs["retrieval_size"] == 20
        assert run.attrs["retrieval_pictures"] == ", ".join(drawings)
        assert run.attrs["retrieval_learning"] == "projection"
        assert list(run.pattern_name.values) == ["disc", "box", "bar [1]"]
        assert run.stored.shape == (3, 20, 20)
        assert (run.stored.sel(pattern=0) != run.start_sites).mean() == 0.2


def test_help_teaches() -> None:
    result = CliRunner().invoke(app, ["retrieve", "--help"], env={"COLUMNS": "160"})
    assert result.exit_code == 0
    assert "largespin retrieve house.png boat.png cat.png" in result.stdout
    for word in ("counted from 0", "default: 0.4", "0.2 hopfield, 0.5 dicke", "inverse rates", "Dicke only"):
        assert word in result.stdout

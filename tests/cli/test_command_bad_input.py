"""Every bad input is one line on the standard error output, with exit code 2 and no traceback."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from largespin.cli.app import app

Run = Callable[..., Result]


def draw(path: Path, kind: int, size: int = 16) -> Path:
    picture = Image.new("L", (size, size), 255)
    for x in range(size):
        for y in range(size):
            if (x // (2 + kind) + y // 3) % 2 == 0:
                picture.putpixel((x, y), 0)
    picture.save(path)
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for kind, name in enumerate(("a.png", "b.png", "c.png")):
        draw(tmp_path / name, kind)
    return lambda *words: CliRunner().invoke(app, list(words))


def one_line(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--temperature", "0"), "Option --temperature must be above 0, but it is 0."),
        (("--temperature", "-1"), "must be above 0"),
        (("--temperature", "nan"), "Option --temperature must be finite"),
        (("--temperature", "warm"), "should be a valid number. Try --help."),
        (("--temperature", "0.01"), "use --rates glauber"),
        (("--corruption", "1.5"), "Option --corruption must lie in [0, 1], but it is 1.5."),
        (("--corruption", "-0.1"), "must lie in [0, 1]"),
        (("--corruption", "nan"), "must be finite"),
        (("--start", "2"), "Option --start must lie in [0, 1], but it is 2."),
        (("--start", "-1"), "Option --start must lie in [0, 1], but it is -1."),
        (("--seed", "-1"), "Option --seed must be at least 0"),
        (("--size", "0"), "Option --size must lie in [1, 1024], but it is 0."),
        (("--size", "100000"), "Option --size must lie in [1, 1024]"),
        (("--size", "1"), "dark and light pixels"),
        (("--model", "ising"), "'ising' is not one of 'hopfield', 'dicke'"),
        (("--rates", "fast"), "'fast' is not one of 'exponential', 'glauber'"),
        (("--learning", "none"), "'none' is not one of 'hebb', 'projection'"),
        (("--time", "0"), "Option --time must lie in (0, 100000]"),
        (("--time", "-1"), "Option --time must lie in"),
        (("--time", "nan"), "Option --time must be finite"),
        (("--field", "nan"), "Option --field must be finite"),
        (("--coupling", "1"), "Option --coupling must be left out for the Hopfield network"),
        (("--model", "dicke", "--temperature", "1"), "must be left out for the Dicke model"),
        (("--model", "dicke", "--rates", "glauber"), "Option --rates must be left out"),
        (("--model", "dicke", "--field", "0"), "Option --field must lie in (0, 100]"),
        (("--model", "dicke", "--loss", "-1"), "Option --loss must lie in [0, 100]"),
        (("--bogus", "1"), "No such option: --bogus"),
    ],
)
def test_options_out_of_range(run: Run, options: tuple[str, ...], words: str) -> None:
    assert words in one_line(run("retrieve", "a.png", "b.png", *options))
    assert not Path("retrieval").exists()


def test_pictures_that_cannot_be_stored(run: Run) -> None:
    Path("text.png").write_text("no picture")
    Path("folder.png").mkdir()
    Image.new("L", (16, 16), 255).save("white.png")
    draw(Path("small.png"), 0, size=8)
    expected = {
        "text.png": "Pillow can read, but 'text.png' is not",
        "missing.png": "there is no 'missing.png'",
        "folder.png": "'folder.png' is a folder",
        "white.png": "'white.png' is light everywhere",
        "small.png": "make them equal, for instance with --size 8",
    }
    for name, words in expected.items():
        assert words in one_line(run("retrieve", "a.png", name))


def test_the_same_picture_twice(run: Run) -> None:
    words = one_line(run("retrieve", "a.png", "a.png"))
    assert "'a (2)' equals 'a'" in words
    assert "--learning hebb" in words


def test_pictures_of_a_camera_need_a_size(run: Run) -> None:
    picture = Image.new("L", (1200, 1000), 255)
    picture.paste(0, (0, 0, 600, 1000))
    picture.save("large.png")
    assert "--size 128" in one_line(run("retrieve", "large.png"))


@pytest.mark.filterwarnings("default::largespin.errors.LargespinWarning")
def test_more_patterns_than_make_sense_are_warned_of(run: Run) -> None:
    result = run("retrieve", "a.png", "b.png", "--size", "5")
    lines = result.stderr.splitlines()
    assert result.exit_code == 0, result.output
    assert any(line.startswith("Warning: Mean field is exact for many sites per block") for line in lines)
    assert all(line.startswith("Warning: ") for line in lines)


def test_folders_that_cannot_be_written(run: Run) -> None:
    Path("file").touch()
    for place in ("file", "file/below"):
        assert f"Cannot write '{place}'" in one_line(run("retrieve", "a.png", "b.png", "--out", place))


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_folder_without_permission(run: Run) -> None:
    Path("closed").mkdir(mode=0o500)
    assert "Permission denied" in one_line(run("retrieve", "a.png", "b.png", "--out", "closed"))


def test_commands_that_do_not_exist(run: Run) -> None:
    assert "Did you mean 'retrieve'?" in one_line(run("retriev"))
    assert "Missing argument 'PICTURE...'" in one_line(run("retrieve"))


def test_equations_of_no_model(run: Run) -> None:
    assert "There is no model 'ising'; choose one of " in one_line(run("equations", "ising"))
    assert "Option --rates must be left out" in one_line(run("equations", "dicke", "--rates", "glauber"))
    assert "--patterns" in one_line(run("equations", "dicke", "--patterns", "0"))

"""The installed program as a process of its own: what it loads, pipes, interruption."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

COMMAND = [sys.executable, "-c", "from largespin.cli import main; main()"]


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, cwd=cwd, check=False)


def test_help_loads_nothing_heavy() -> None:
    heavy = ["numpy", "sympy", "scipy", "heyoka", "xarray", "matplotlib", "PIL"]
    words = f"import sys, largespin.cli.app; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_version() -> None:
    from largespin import __version__

    assert run("--version").stdout == f"largespin {__version__}\n"


def test_output_in_a_pipe_is_plain_and_one_line_per_sentence(tmp_path: Path) -> None:
    for number in range(2):
        picture = Image.new("L", (16, 16), 255)
        picture.paste(0, (number * 8, 0, number * 8 + 4, 16))
        picture.save(tmp_path / f"{number}.png")
    found = run("retrieve", "0.png", "1.png", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "\x1b" not in found.stdout + found.stderr
    lines = found.stdout.splitlines()
    assert [line.split(":")[0] for line in lines if line[:1].isalpha()] == ["Verdict", "Learning", "Phase", "Wrote"]


def test_errors_leave_the_standard_output_empty(tmp_path: Path) -> None:
    found = run("retrieve", "missing.png", cwd=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "Error: The pictures must name existing files, but there is no 'missing.png'.\n"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interruption_is_one_line(tmp_path: Path) -> None:
    # Jobs in the background of a shell inherit that Ctrl-C is ignored.
    words = "import signal, time, largespin.patterns.images as p; signal.signal(signal.SIGINT, signal.default_int_handler); p.patterns_from_images = lambda *a, **k: (print('on', flush=True), time.sleep(60))"
    program = [sys.executable, "-c", f"{words}; from largespin.cli import main; main()", "retrieve", "a.png"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == "Interrupted: nothing more is written.\n"
    assert not (tmp_path / "retrieval").exists()

"""`largespin run`: what it prints and writes, how it is resumed, and every failure as a line with its cure."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import xarray as xr
from typer.testing import CliRunner, Result

from largespin.cli.app import app
from largespin.cli.run import command_line_words

Run = Callable[..., Result]
STUDY = """
title = "A memory [and] its loss"
[model]
ready = "hopfield"
patterns = 1
[parameters]
field = 0.2
[sweep]
temperature = { from = 0.4, to = 1.2, points = 5 }
[compute]
what = "evolve"
start = { pattern = 0 }
times = { from = 0, to = 4, points = 3 }
[output]
keep = ["overlap"]
"""
WHAT = "evolve for quantum Hopfield network (exponential rates, hebb rule), over temperature (5)"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("memory.toml").write_text(STUDY)
    return lambda *words: CliRunner().invoke(app, ["run", *words])


def refused(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output
    return result.stderr


def test_a_study_is_computed_stored_and_drawn(run: Run) -> None:
    result = run("memory.toml", "--out", "deep/out")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "memory: A memory [and] its loss",
        f"Computed: {WHAT}",
        "Of 5 results: 5 finished.",
        "Wrote: deep/out/memory.nc",
        "Wrote: deep/out/memory.png",
    ]
    with xr.open_dataset("deep/out/memory.nc", engine="h5netcdf") as found:
        assert found.sizes["temperature"] == 5
    again = run("memory.toml", "--out", "deep/out")
    assert again.stdout.splitlines()[1] == f"Computed before: {WHAT}"
    assert again.stdout.splitlines()[-2] == "Was there: deep/out/memory.nc"


def test_points_and_no_picture(run: Run) -> None:
    Path("memory.toml").write_text(STUDY + "plot = false\n")
    result = run("memory.toml", "--points", "2")
    assert result.stdout.splitlines()[-1] == "Wrote: results/memory.nc"
    assert "over temperature (2)" in result.stdout
    assert sorted(file.suffix for file in Path("results").iterdir() if file.suffix != ".lock") == [".nc"]


def test_a_picture_that_cannot_be_drawn_costs_no_numbers(run: Run) -> None:
    Path("memory.toml").write_text(STUDY + "select = { pattern = 3 }\n")
    result = run("memory.toml")
    assert result.exit_code == 0
    assert "No picture: Key `output.select.pattern` must lie in [-1, 0], but it is 3." in result.stdout
    assert Path("results/memory.nc").exists()


def test_dry_run_writes_nothing(run: Run) -> None:
    result = run("memory.toml", "--dry-run")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1:3] == [f"Computes: {WHAT}", "Writes: results/memory.nc"]
    assert lines[3].startswith("Size: 5 points in 1 block(s); about ")
    assert not Path("results").exists()
    Path("single.toml").write_text(
        STUDY.replace("{ from = 0.4, to = 1.2, points = 5 }", "[0.4]").replace("[sweep]", "")
    )
    Path("single.toml").write_text(Path("single.toml").read_text().replace("temperature = [0.4]", "temperature = 0.4"))
    assert "Size: a single call, whose time is not known beforehand" in run("single.toml", "--dry-run").stdout


def test_another_study_in_the_same_place_is_refused(run: Run) -> None:
    assert run("memory.toml").exit_code == 0
    Path("memory.toml").write_text(STUDY.replace("field = 0.2", "field = 0.3"))
    for words in ((), ("--resume",)):
        message = refused(run("memory.toml", *words))
        assert "Option --out must name another folder, because" in message
        assert "Choose another folder, or --fresh to overwrite it." in message
        assert message.count("\n") == 1
    assert run("memory.toml", "--fresh").exit_code == 0


def test_all_problems_are_listed(run: Run) -> None:
    Path("memory.toml").write_text(STUDY.replace("field = 0.2", "feild = 0.3").replace('"evolve"', '"evolv"'))
    assert refused(run("memory.toml")) == (
        "Error: Key `compute.what` must name a computation, but 'evolv' is none; did you mean `evolve`?\n"
    )
    Path("memory.toml").write_text(STUDY.replace("field = 0.2", "feild = 0.3"))
    assert refused(run("memory.toml")).splitlines() == [
        "Error: The study has 2 problems.",
        "  Key `parameters.feild` must be a parameter of the model, but it is none; did you mean `field`?",
        "  Key `parameters.field` must be given (or swept), but it is missing.",
    ]
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.toml",), "Error: A study must be a TOML file, but 'missing.toml' is no file.\n"),
        (("memory.toml", "--points", "1"), "Invalid value for '--points'"),
        (("memory.toml", "--workers", "0"), "Invalid value for '--workers'"),
        (("memory.toml", "--resume", "--fresh"), "Error: Options --resume and --fresh must not be given together"),
        (
            ("memory.toml", "--executor", "cloud"),
            "Error: Option --executor must be one of serial, processes, dask, or the address of a Dask scheduler",
        ),
        (("memory.toml", "--workers", "2"), "Error: Option --workers must be left out unless --executor is"),
        (("memory.toml", "--out", "memory.toml"), "Error: Cannot write 'memory.toml': File exists"),
        ((), "Error: Missing argument 'STUDY'. Try --help.\n"),
    ],
)
def test_wrong_options(run: Run, words: tuple[str, ...], message: str) -> None:
    assert message in refused(run(*words))
    assert not Path("results/memory.nc").exists()


def test_a_mistake_that_only_computing_shows(run: Run) -> None:
    Path("memory.toml").write_text(STUDY.replace('"overlap"', '"overlop"'))
    assert "Key `output.keep` must name computed variables" in refused(run("memory.toml"))
    assert not Path("results").exists()


def test_failed_points_are_counted_with_reasons(run: Run) -> None:
    text = STUDY.replace('"evolve"', '"exact.evolve"\nmemory_limit = 1e8').replace(
        "[sweep]", "[sweep]\nparticles = [2, 4000]"
    )
    Path("memory.toml").write_text(text)
    result = run("memory.toml", "--points", "2")
    assert result.exit_code == 0, result.output
    assert "Of 4 points: 2 failed, 2 finished." in result.stdout
    assert 1 <= result.stdout.count("Reason: ") <= 2  # The sentences may name the free memory of the moment.


@pytest.mark.parametrize("swept", [True, False])
def test_scripts_notice_that_nothing_can_be_used(run: Run, swept: bool) -> None:
    """All points fail, for different reasons or in a single call: the results stay, and the exit code is not 0."""
    text = '[model]\nenergy = "log(a - 9)*m_x"\nparameters = { a = 1.0 }\n[compute]\nwhat = "evolve"\n'
    text += "start = [0, 0, 1]\ntimes = 1\n[output]\nplot = false\n" + ("[sweep]\na = [1, 2, 3]\n" if swept else "")
    Path("memory.toml").write_text(text)
    for heading in ("Computed", "Computed before"):
        result = run("memory.toml")
        assert result.exit_code == 1, result.output
        assert f"{heading}: evolve for model" in result.stdout
        assert "Reason: Not finite at t = 0" in result.stdout
        error = "Error: No point has a result that can be used; the reasons are kept in results/memory.nc."
        assert result.stderr.splitlines()[-1] == error
        assert Path("results/memory.nc").exists()


def test_a_thousand_problems_fit_on_a_screen(run: Run) -> None:
    Path("memory.toml").write_text(STUDY + "".join(f"[a{i}]\n" for i in range(1000)))
    lines = refused(run("memory.toml")).splitlines()
    assert lines[0] == "Error: The study has 1000 problems."
    assert (len(lines), lines[-1]) == (32, "  … and 970 more.")


def test_more_than_the_memory_holds(run: Run) -> None:
    text = STUDY.replace('"evolve"', '"stationary_states"').replace("start = { pattern = 0 }", "starts = 1000000000000")
    Path("memory.toml").write_text(text.replace("times = { from = 0, to = 4, points = 3 }", ""))
    message = refused(run("memory.toml"))
    assert message == "Error: Not enough memory; ask for less, such as fewer starts, times or particles.\n"


def test_words_of_the_command_line() -> None:
    assert command_line_words("one\ntwo  words") == "The study has 2 problems.\n  one\n  two words"
    assert command_line_words("a is unfinished; go on with `resume=True`, or begin anew with `fresh=True`.") == (
        "a is unfinished; go on with --resume, or begin anew with --fresh."
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_says_how_to_go_on_and_nothing_is_lost(tmp_path: Path) -> None:
    study = STUDY.replace("times = { from = 0, to = 4, points = 3 }", "settle = 11.0").replace('"evolve"', '"branch"')
    (tmp_path / "memory.toml").write_text(study.replace("{ pattern = 0 }", "[0.1, 0.2, 0.5]").replace("5 }", "100 }"))
    # Jobs in the background of a shell inherit that Ctrl-C is ignored. The computation is made slow enough to be met.
    words = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import time, xarray, largespin\n"
        "def slow(model, start, *, between=None, settle: float = 1.0, parameters=None) -> xarray.Dataset:\n"
        "    time.sleep(0.03); open('calls', 'a').write(str(parameters['temperature']) + '\\n')\n"
        "    return xarray.Dataset({'overlap': parameters['temperature']})\n"
        "largespin.branch = slow\n"
        "from largespin.cli import main; main()"
    )
    program = [sys.executable, "-c", words, "run", "memory.toml"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "calls").exists() or len((tmp_path / "calls").read_text().splitlines()) < 50:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Go on with: largespin run memory.toml --out results --resume" in errors.splitlines()
    assert "Traceback" not in errors
    refusal = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path)
    assert "is unfinished; go on with --resume, or begin anew with --fresh." in refusal.stderr
    assert refusal.returncode == 2
    before = len((tmp_path / "calls").read_text().splitlines())
    rest = subprocess.run([*program, "--resume"], capture_output=True, text=True, cwd=tmp_path, check=True)
    after = len((tmp_path / "calls").read_text().splitlines())
    assert "Of 100 points: 100 finished." in rest.stdout
    # Less than all, so something was kept; at most what was under way, and the trial, is computed twice.
    assert 100 - before <= after - before < 100 - before + 40

"""One progress bar: what it shows in terminals, pipes and notebooks, how it estimates, and how exact runs move it."""

import os
import subprocess
import sys
import types
import warnings
from typing import Any

import numpy as np
import pytest
import rich.progress

from largespin.exact.calls.each_point import Progress
from largespin.progress import progress_bar


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that bars see, in its one entry."""
    now = [0.0]

    class Clocked(rich.progress.Progress):
        def __init__(self, *columns: Any, **options: Any) -> None:
            super().__init__(*columns, **{**options, "get_time": lambda: now[0], "auto_refresh": False})

    monkeypatch.setattr(rich.progress, "Progress", Clocked)
    return now


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_nothing_is_shown_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(False, "runs", 4) as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_share_count_and_time_left_are_shown(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(True, "runs", 8) as advance:
        for clock[0] in (10.0, 20.0):
            advance(1)
    # Two of eight in steps of ten seconds: six steps are left.
    shown = last_line(capsys).split()
    assert [shown[0], *shown[-4:]] == ["runs", "25%", "2/8", "0:00:20", "0:01:00"]


def test_slow_blocks_and_what_was_there_before_do_not_spoil_the_estimate(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar(True, "points", 100, done=90) as advance:
        for clock[0] in (100.0, 200.0, 300.0):
            advance(2)
    assert last_line(capsys).split()[-3:] == ["96/100", "0:05:00", "0:03:20"]


def test_without_a_total_it_counts(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(True, "points of the phase diagram") as advance:
        advance(40)
        advance(2)
        clock[0] = 5.0
    assert last_line(capsys) == "42 points of the phase diagram 0:00:05"


def test_runs_move_the_bar_by_their_time_and_may_begin_again() -> None:
    moves: list[float] = []
    bar = Progress(moves.append, np.array([1.0, 2.0, 5.0]))
    for time, share in ((2.0, 0.25), (5.0, 1.0), (3.0, 0.5), (5.5, 1.0)):
        bar.advanced(time)
        assert sum(moves) == pytest.approx(share)
    bar.done()
    assert sum(moves) == pytest.approx(1.0)
    bar.advanced(3.0)
    assert sum(moves) == pytest.approx(1.5)
    bar.done()
    assert sum(moves) == pytest.approx(2.0)


SCRIPT = """
import warnings
warnings.simplefilter("error")
from largespin.progress import progress_bar
print("before")
with progress_bar(True, "mean-field runs", 8) as advance:
    advance(3)
    advance(5)
print("after")
"""


def test_pipes_get_one_line_and_results_stay_clean() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "before\nafter\n"
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("mean-field runs")
    assert "8/8" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(("columns", "has"), [(30, ("8/8",)), (50, ("8/8", "100%")), (100, ("━", "8/8", "100%"))])
def test_terminals_of_any_width(columns: int, has: tuple[str, ...]) -> None:
    """In a pseudo-terminal: one line at a time, never wider than the terminal, with the numbers in it."""
    pty, fcntl, termios = pytest.importorskip("pty"), pytest.importorskip("fcntl"), pytest.importorskip("termios")
    import re
    import struct

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    environment["TERM"] = "xterm"
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=theirs, stderr=theirs, env=environment)
    process.wait(60)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.returncode == 0
    plain = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in re.split(r"[\r\n]+", shown.decode())]
    bars = [line.rstrip() for line in plain if "mean" in line]
    assert bars
    assert max(map(len, bars)) <= columns
    assert all(word in bars[-1] for word in has)
    assert plain[0] == "before"
    assert "after" in plain[-2:]


class _Handle:
    def __init__(self, first: Any) -> None:
        self.shown = [first]

    def update(self, picture: Any) -> None:
        self.shown.append(picture)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[_Handle]:
    """An IPython with a kernel, and what its display has been given; there are no ipywidgets."""
    handles: list[_Handle] = []

    def display(thing: Any, *, display_id: bool) -> _Handle:
        assert display_id
        handles.append(_Handle(thing))
        return handles[-1]

    ipython, shown = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    ipython.display = shown  # type: ignore[attr-defined]
    shown.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    return handles


def test_notebooks_get_a_bar_that_is_renewed_in_its_place(
    notebook: list[_Handle], clock: list[float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("largespin.progress.NOTEBOOK_SECONDS", 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with progress_bar(True, "runs", 8) as advance:
            for clock[0] in (10.0, 20.0):
                advance(1)
    (handle,) = notebook
    assert len(handle.shown) == 4
    assert {"runs", "0%", "0/8"} < set(repr(handle.shown[0]).split())
    last = repr(handle.shown[-1]).split()
    assert [last[0], *last[-4:-1]] == ["runs", "25%", "2/8", "0:00:20"]
    assert "2/8" in handle.shown[-1]._repr_html_()
    assert handle.shown[-1]._repr_html_().startswith("<pre")
    assert capsys.readouterr() == ("", "")


def test_notebooks_are_not_flooded_and_see_the_end(notebook: list[_Handle]) -> None:
    with progress_bar(True, "runs", 1000) as advance:
        for _ in range(1000):
            advance(1)
    (handle,) = notebook
    assert len(handle.shown) < 100
    assert "1000/1000" in repr(handle.shown[-1])


def test_a_bar_that_is_not_shown_asks_nobody(notebook: list[_Handle]) -> None:
    with progress_bar(False, "runs", 3) as advance:
        advance(3)
    assert not notebook


def test_a_terminal_of_ipython_is_a_terminal(notebook: list[_Handle], monkeypatch: pytest.MonkeyPatch) -> None:
    shell = types.SimpleNamespace()
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
    with progress_bar(True, "runs", 3) as advance:
        advance(3)
    assert not notebook

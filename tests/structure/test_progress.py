"""One progress bar: what it shows, how it estimates the time left, and how exact runs move it."""

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
            super().__init__(*columns, get_time=lambda: now[0], auto_refresh=False, **options)

    monkeypatch.setattr(rich.progress, "Progress", Clocked)
    return now


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip().splitlines()[-1]


def test_nothing_is_shown_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(False, "runs", 4) as advance:
        advance(3)
    assert capsys.readouterr().out == ""


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

"""Real kills: whatever dies, nothing that was stored is lost or computed again."""

import os
import signal
from pathlib import Path

import pytest
from programs import HEAD, POINTS, calls, finish, kill_after, program, start, wait_for

from largespin import open_sweep

pytestmark = pytest.mark.slow


def check_nothing_lost(folder: Path, stored: int, in_flight: int) -> None:
    """Every point was computed; again at most those that had been computed but not stored."""
    counted = calls(folder)
    assert len(counted) == POINTS
    assert max(counted.values()) <= 2
    assert sum(counted.values()) - POINTS <= in_flight
    assert stored > 0


@pytest.mark.parametrize(("executor", "workers", "out"), [("serial", 1, "x.zarr"), ("processes", 2, "x.nc")])
def test_a_killed_sweep_goes_on_where_it_was(tmp_path: Path, executor: str, workers: int, out: str) -> None:
    path = program(tmp_path, EXECUTOR=executor, OUT=out, MORE={} if workers == 1 else {"workers": workers})
    status, _ = kill_after(path, 23)
    assert status == -signal.SIGKILL
    before = calls(tmp_path).total()
    with open_sweep(tmp_path / out) as found:
        stored = int((found.sweep_outcome == "finished").sum())
        assert (found.product.values[found.sweep_outcome == "finished"] >= 0).all()
        assert set(found.sweep_sentence.values[found.sweep_outcome == "missing"]) == {"Not computed yet."}
    assert before - stored <= 5 * workers
    assert finish(path) == "done\n"
    check_nothing_lost(tmp_path, stored, in_flight=5 * workers)
    if out == "x.nc":
        again = calls(tmp_path)
        assert finish(path) == "done\n"
        assert calls(tmp_path) == again, "a finished sweep computes nothing"
    assert sorted(file.name for file in tmp_path.glob("x.*")) == [out]


def test_workers_of_a_killed_sweep_do_not_live_on(tmp_path: Path) -> None:
    text = HEAD + (
        "def slow(x):\n    note(os.getpid())\n    time.sleep(60)\n"
        'if __name__ == "__main__":\n    sweep(slow, {"x": range(4)}, executor="processes", workers=2, block=1)\n'
    )
    kill_after(program(tmp_path, text), 2)
    workers = [int(line) for line in calls(tmp_path)]
    wait_for(lambda: not any(alive(worker) for worker in workers), seconds=15)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    path = program(tmp_path, EXECUTOR="processes", MORE={"workers": 2})
    process = start(path)
    wait_for(lambda: calls(tmp_path).total() >= 25)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _, err = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    assert f"of 60 points are stored in {tmp_path / 'x.zarr'}; the same call again computes the rest." in err
    stored = int((open_sweep(tmp_path / "x.zarr").sweep_outcome == "finished").sum())
    finish(path)
    check_nothing_lost(tmp_path, stored, in_flight=10)


KILLER = HEAD + (
    "import signal\n"
    "def deadly(x):\n"
    "    note(x)\n"
    "    if x in (7, 8) and FATAL or x == 3 and not (HERE / 'died').exists():\n"
    "        (HERE / 'died').touch()\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "    time.sleep(0.01)\n"
    "    return x\n"
    'if __name__ == "__main__":\n'
    '    result = sweep(deadly, {"x": range(16)}, out=HERE / "x.zarr", executor=EXECUTOR, workers=2, block=4)\n'
    "    values = result.value.values\n"
    "    good = [x for x in range(16) if not (FATAL and x in (7, 8))]\n"
    "    assert (values[good] == good).all()\n"
    "    for x in set(range(16)) - set(good): print(result.sweep_outcome.values[x], result.sweep_sentence.values[x])\n"
)


def test_a_worker_that_dies_once_costs_its_block_only(tmp_path: Path) -> None:
    finish(program(tmp_path, KILLER, EXECUTOR="processes", FATAL=False))
    counted = calls(tmp_path)
    assert len(counted) == 16
    assert {x for x, count in counted.items() if count > 1} <= {"0", "1", "2", "3"}


@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_points_that_kill_their_workers_are_named_and_the_others_live(tmp_path: Path, executor: str) -> None:
    """Points 7 and 8 always kill, in two blocks; point 3 did it once, which was bad luck."""
    printed = finish(program(tmp_path, KILLER, EXECUTOR=executor, FATAL=True))
    sentence = "failed The worker process died at this point 2 times (killed from outside, out of memory, or a crash)."
    assert printed.splitlines()[:2] == [sentence, sentence]


def test_a_killed_dask_sweep_goes_on_elsewhere(tmp_path: Path) -> None:
    path = program(tmp_path, EXECUTOR="dask", MORE={"workers": 2})
    status, _ = kill_after(path, 23)
    assert status == -signal.SIGKILL
    stored = int((open_sweep(tmp_path / "x.zarr").sweep_outcome == "finished").sum())
    finish(program(tmp_path))
    check_nothing_lost(tmp_path, stored, in_flight=4 * 5)

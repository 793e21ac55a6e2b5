"""A Dask scheduler that dies, or was never there: a sentence, nothing lost, and the rest on any other executor."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import POINTS, calls, finish, program, start, wait_for

import largespin as ls
from largespin import open_sweep, sweep
from largespin.sweeps.request import Scheduler


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the scheduler of a real cluster: a `dask scheduler` and a `dask worker` of two processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    tool = [sys.executable, "-m", "dask"]
    port = address.rsplit(":", 1)[1]
    scheduler = subprocess.Popen([*tool, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **quiet)  # type: ignore[call-overload]
    options = ["--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path / "dask")]
    workers = subprocess.Popen([*tool, "worker", address, *options], **quiet)  # type: ignore[call-overload]
    try:
        yield address, scheduler
    finally:
        for process in (workers, scheduler):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_scheduler(address: str) -> None:
    def answers() -> bool:
        with socket.socket() as found:
            return found.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) == 0

    wait_for(answers)


LOST = "The Dask cluster was lost: its scheduler does not answer any more."


@pytest.mark.slow
def test_a_scheduler_that_dies_costs_the_blocks_under_way(
    tmp_path: Path, cluster: tuple[str, subprocess.Popen[bytes]]
) -> None:
    address, scheduler = cluster
    wait_for_scheduler(address)
    process = start(program(tmp_path, PAUSE=0.05, EXECUTOR=address))
    wait_for(lambda: calls(tmp_path).total() >= 25 or process.poll() is not None)
    scheduler.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    found = open_sweep(tmp_path / "x.zarr")
    stored = int((found.sweep_outcome == "finished").sum())
    assert 0 < stored < POINTS
    last = errors.strip().splitlines()[-1]
    assert last == (
        f"largespin.sweeps.pools.ClusterLostError: {LOST} {stored} of 60 points are stored in {tmp_path / 'x.zarr'}; the same "
        "call again computes the rest."
    )
    assert "distributed.client - ERROR" not in errors
    before = calls(tmp_path).total()
    assert finish(program(tmp_path, PAUSE=0.05)) == "done\n"
    assert calls(tmp_path).total() - before == POINTS - stored


STUDY = """
[model]
ready = "hopfield"
patterns = 1
[parameters]
field = 0.6
[sweep]
temperature = { from = 0.4, to = 1.2, points = 80 }
[compute]
what = "limit_cycle"
start = [0.1, 0.2, 0.5]
settle = 20.0
[output]
plot = false
"""


@pytest.mark.slow
def test_a_study_whose_scheduler_dies_is_resumed_elsewhere(
    tmp_path: Path, cluster: tuple[str, subprocess.Popen[bytes]]
) -> None:
    address, scheduler = cluster
    (tmp_path / "s.toml").write_text(STUDY)
    command = [sys.executable, "-c", "from largespin.cli import main; main()", "run", "s.toml"]
    wait_for_scheduler(address)
    process = subprocess.Popen(
        [*command, "--executor", address], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    store = tmp_path / "results" / "s.nc.partial.zarr" / "sweep_outcome" / "c"
    wait_for(lambda: store.exists() or process.poll() is not None)
    scheduler.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    (line,) = errors.splitlines()
    assert line.startswith(f"Error: {LOST} ")
    stored = int(line.removeprefix(f"Error: {LOST} ").split()[0])
    assert 0 < stored < 80
    rest = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, text=True)
    assert rest.returncode == 0, rest.stderr
    assert "Of 80 results:" in rest.stdout


def test_an_address_without_a_scheduler_leaves_nothing_behind(tmp_path: Path) -> None:
    """A client that could not connect stayed the default, and every lazy array asked it for ever."""
    stored = sweep(lambda x: x, {"x": [1, 2]}, out=tmp_path / "a.zarr")
    with pytest.raises(ls.LargespinError, match="none answers at foo://nowhere"):
        sweep(lambda x: x, {"x": [1, 2]}, executor=Scheduler("foo://nowhere"))
    assert stored.value.values.tolist() == [1, 2]


@pytest.mark.slow
def test_a_cluster_of_our_own_prints_nothing_and_leaves_no_process(tmp_path: Path) -> None:
    import psutil  # type: ignore[import-untyped]

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if taken.connect_ex(("127.0.0.1", 8787)):
            taken.close()
            taken = socket.socket()
            taken.bind(("0.0.0.0", 8787))
            taken.listen()
        process = start(program(tmp_path, PAUSE=0.01, EXECUTOR="dask", MORE={"workers": 2}))
        wait_for(lambda: calls(tmp_path).total() > 0 or process.poll() is not None)
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (0, "done\n", "")
    end = time.monotonic() + 10
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
        assert time.monotonic() < end, "its processes live on"
        time.sleep(0.1)

"""Small programs that the tests start, kill and start again; every call of the swept function leaves a line in a file."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HEAD = """
import os, signal, time, warnings
import numpy as np
from pathlib import Path
from largespin import sweep
from largespin.sweeps.request import Scheduler

# Jobs in the background of a shell inherit that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
HERE = Path(os.environ["HERE"])

def note(line):
    # One write of a short line to a file opened for appending is not torn apart.
    with open(HERE / "calls", "ab", buffering=0) as file:
        file.write(f"{line}\\n".encode())
"""

PLAIN = (
    HEAD
    + """
def product(x, y):
    note(f"{x} {y}")
    time.sleep(PAUSE)
    return {"product": x * y, "name": f"{x} times {y}"}

if __name__ == "__main__":
    result = sweep(product, over={"x": range(12), "y": range(5)}, out=HERE / OUT, executor=Scheduler(EXECUTOR) if "://" in EXECUTOR else EXECUTOR, block=BLOCK, **MORE)
    assert (result.product.values == np.arange(12)[:, None] * np.arange(5)).all()
    assert (result.sweep_outcome == "finished").all()
    assert result.name.values[3, 4] == "3 times 4"
    print("done")
"""
)
POINTS = 60


def program(folder: Path, text: str = PLAIN, **values: object) -> Path:
    """Write a program in which words in capitals are replaced by values."""
    defaults: dict[str, object] = {"PAUSE": 0.02, "OUT": "x.zarr", "EXECUTOR": "serial", "BLOCK": 5, "MORE": {}}
    for name, value in {**defaults, **values}.items():
        text = text.replace(name, repr(value))
    path = folder / f"program_{len(list(folder.glob('program_*')))}.py"
    path.write_text(text)
    return path


def start(path: Path) -> subprocess.Popen[str]:
    """Start a program in a session of its own, so that a signal to its group reaches nobody else."""
    environment = {**os.environ, "HERE": str(path.parent)}
    return subprocess.Popen(
        [sys.executable, str(path)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(path: Path) -> str:
    """Run a program to its end."""
    process = start(path)
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert process.returncode == 0, err
    return out + err


def calls(folder: Path) -> Counter[str]:
    """How often the function was called at every point so far."""
    file = folder / "calls"
    return Counter(file.read_text().split("\n")[:-1]) if file.exists() else Counter()


def kill_after(path: Path, number: int, how: int = signal.SIGKILL) -> tuple[int, str]:
    """Start a program and send it a signal once it has called the function so often; its exit status and messages."""
    process = start(path)
    wait_for(lambda: calls(path.parent).total() >= number or process.poll() is not None)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def wait_for(happens: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something happens."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)

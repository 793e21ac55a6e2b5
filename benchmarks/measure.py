"""How the benchmarks measure: in turn, several times, medians; and how they print."""

import os
import re
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

FINDS_US = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
"""Environment of programs in fresh interpreters, which measure themselves with this file."""


def in_turn(repeats: int, **candidates: Callable[[], object]) -> dict[str, float]:
    """Median seconds of every candidate; they take turns so that a busy machine hits all of them alike."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(repeats):
        for name, run in candidates.items():
            begin = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in seconds.items()}


def ratio(name: str, value: float, comment: str = "") -> None:
    """One line `ratio NAME VALUE`; above 1 ours is faster."""
    print(f"ratio {name} {value:.3g}" + (f"   # {comment}" if comment else ""), flush=True)


def peak_memory() -> float:
    """Largest memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux ru_maxrss is inherited from the parent process.
        return 1024.0 * int(re.findall(r"VmHWM:\s*(\d+)", status.read_text())[0])
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

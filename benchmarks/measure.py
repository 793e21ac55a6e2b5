"""How the benchmarks measure: in turn, several times, medians; and how they print."""

import statistics
import time
from collections.abc import Callable


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

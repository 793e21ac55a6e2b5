"""Sweeps: overhead per point with each executor, and memory of a sweep of 100,000 points, in fresh interpreters."""

import statistics
import subprocess
import sys
import tempfile

from measure import FINDS_US, ratio

POINTS, MANY, REPEATS = 10_000, 100_000, 3
ALLOWED_MILLISECONDS, ALLOWED_GIGABYTES = 1.0, 1.0
OVERHEAD = """
import sys, time
import numpy as np
from largespin import sweep

def product(x, y):
    return {{"product": x * y, "sum": x + y}}

if __name__ == "__main__":
    over = {{"x": np.arange(100.0), "y": np.arange({points} // 100) / 7}}
    options = {{}} if "{executor}" == "serial" else {{"workers": 2}}
    begin, cpu = time.perf_counter(), time.process_time()
    result = sweep(product, over, out="{folder}/{executor}.zarr", resume=False, executor="{executor}", **options)
    seconds = time.perf_counter() - begin
    assert (result["product"].values == np.multiply.outer(over["x"], over["y"])).all()
    assert (result.sweep_outcome == "finished").all()
    print(seconds, time.process_time() - cpu)
"""
MEMORY = """
import sys, time
from measure import peak_memory
import numpy as np
from largespin import sweep

def curve(x, seed):
    return np.random.default_rng(seed).normal(size=500) * x

if __name__ == "__main__":
    sweep(curve, {{"x": range(200)}}, seed=1, out="{folder}/small.zarr", executor="processes", workers=2)
    before = peak_memory() / 1e9
    begin = time.perf_counter()
    result = sweep(
        curve, {{"x": np.arange({points} + 0.0)}}, seed=1, out="{folder}/many{suffix}", executor="processes", workers=2
    )
    seconds = time.perf_counter() - begin
    peak = peak_memory() / 1e9
    assert (result.sweep_outcome == "finished").all()
    assert result.value[7].values.std() > 0
    print(seconds, before, peak, result.value.nbytes / 1e9)
"""


def numbers(text: str) -> list[float]:
    """What a program prints, run in a fresh interpreter from a file, so that workers can find its function."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(text)
        file.flush()
        output = subprocess.run(
            [sys.executable, file.name], capture_output=True, text=True, check=True, env=FINDS_US
        ).stdout
    return [float(word) for word in output.split()]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for executor in ("serial", "processes", "dask"):
            runs = [numbers(OVERHEAD.format(points=POINTS, executor=executor, folder=folder)) for _ in range(REPEATS)]
            seconds, own = (statistics.median(column) for column in zip(*runs, strict=True))
            each = 1e3 * seconds / POINTS
            print(
                f"{POINTS} points, {executor}: {seconds:.2f} s from start to end of the workers, of which this process computed "
                f"{own:.2f} s; {each:.3f} ms a point"
            )
            ratio(
                f"sweep-overhead-{executor}",
                ALLOWED_MILLISECONDS / each,
                f"{ALLOWED_MILLISECONDS:g} ms a point allowed",
            )
        for suffix in (".zarr", ".nc"):
            text = MEMORY.format(points=MANY, folder=folder, suffix=suffix)
            seconds, before, peak, size = numbers(text)
            print(
                f"{MANY} points to {suffix}: {seconds:.1f} s, results of {size:.2f} GB, peak memory {peak:.2f} GB "
                f"({before:.2f} GB after 200 points)"
            )
            ratio(f"sweep-memory{suffix}", ALLOWED_GIGABYTES / peak, f"{ALLOWED_GIGABYTES:g} GB allowed")


if __name__ == "__main__":
    main()

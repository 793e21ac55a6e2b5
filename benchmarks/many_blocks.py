"""256 and 4096 blocks: seconds and memory from a fresh interpreter's first line of model to the first result."""

import subprocess
import sys

from measure import FINDS_US, ratio

SCRIPT = """
import sys, time
from measure import peak_memory
import largespin as ls
begin = time.perf_counter()
spins = ls.ideal_large_spins({patterns}, gauge=False)
model = ls.models.hopfield(spins)
run = ls.evolve(model, spins.near_pattern(0, flipped=0.2), 20.0, temperature=0.5, field=0.2)
seconds = time.perf_counter() - begin
single = ls.evolve(ls.models.hopfield(ls.ideal_large_spins(1)), [0, 0, 0.6], 20.0, temperature=0.5, field=0.2)
assert abs(run.overlap.values[0] - single.overlap.values[0]) < 1e-8 and abs(run.overlap.values[1:]).max() < 1e-8
print(spins.number_of_blocks, seconds, peak_memory() / 1e9)
"""


def main() -> None:
    for patterns, seconds_allowed, gigabytes_allowed in ((8, 3.0, 2.0), (12, 30.0, 2.0)):
        script = SCRIPT.format(patterns=patterns)
        output = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=FINDS_US
        ).stdout
        blocks, seconds, gigabytes = (float(word) for word in output.split())
        print(f"{blocks:.0f} blocks: model to first result {seconds:.2f} s, peak memory {gigabytes:.2f} GB")
        ratio(f"blocks-{blocks:.0f}", seconds_allowed / seconds, f"{seconds_allowed:g} s allowed")
        ratio(f"blocks-{blocks:.0f}-memory", gigabytes_allowed / gigabytes, f"{gigabytes_allowed:g} GB allowed")


if __name__ == "__main__":
    main()

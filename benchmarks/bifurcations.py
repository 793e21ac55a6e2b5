"""Two-parameter structure of the Hopfield network, and a branch of 200 points of the Dicke model with four patterns."""

import time

import numpy as np
import xarray as xr
from measure import in_turn, ratio

import largespin as ls
from largespin import boundaries, branch
from largespin.phases import dicke_retrieval_state

BOX = {"temperature": (0.2, 1.4), "field": (0.0, 1.0)}
MOST_SECONDS_FOR_LINES, MOST_SECONDS_FOR_BRANCH = 10.0, 2.0


def hopfield_lines() -> None:
    def run() -> xr.Dataset:
        return boundaries(ls.models.hopfield(ls.ideal_large_spins(1)), between=BOX)

    begin = time.perf_counter()
    lines = run()
    first = time.perf_counter() - begin
    kind = lines.kind.str
    pitchfork = lines.isel(point=kind.startswith("pitchfork").values)
    hopf = lines.isel(point=kind.startswith("Hopf").values)
    errors = {
        "pitchfork": float(np.abs(pitchfork.temperature * (1 + 8 * pitchfork.field**2) - 1).max()),
        "Hopf": float(np.abs(hopf.temperature - 2 / 3).max()),
        "double zero": float(
            abs(lines.special_temperature.values[0] - 2 / 3) + abs(lines.special_field.values[0] - 0.25)
        ),
    }
    assert max(errors.values()) < 1e-6, errors
    seconds = in_turn(3, lines=run)["lines"]
    words = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
    print(f"Hopfield, all lines in two parameters: {lines.sizes['curve_number']} lines; errors: {words}")
    print(f"  seconds: first {first:.2f} (with derivation and compilation), again {seconds:.2f}")
    ratio("hopfield-lines-budget", MOST_SECONDS_FOR_LINES / first, "10 s allowed, first run")


def dicke_branch() -> None:
    frequencies = 0.5 * (np.arange(4) + 3.0)
    model = ls.models.dicke(ls.ideal_large_spins(4), mode_frequencies=frequencies, losses=1.0)
    start = dicke_retrieval_state(model, 2, field=0.5, coupling=1.2)

    def run(largest_step: float = 0.0075) -> xr.Dataset:
        return branch(
            model, start, between={"coupling": (0.3, 1.4)}, coupling=1.2, field=0.5, largest_step=largest_step
        )

    begin = time.perf_counter()
    found = run()
    first = time.perf_counter() - begin
    g = np.sqrt(0.5 * (0.5 / frequencies) * (frequencies**2 + 0.25))
    expected = np.sort([g[2], g[2] ** 1.5 / g[1] ** 0.5, g[2] ** 1.5 / g[0] ** 0.5])
    assert np.abs(np.sort(found.special_coupling.values) - expected).max() < 1e-9
    count = found.sizes["point"]
    seconds = in_turn(3, branch=run)["branch"]
    print(f"Dicke, M = 4, 32 variables: branch of {count} points with {len(expected)} pitchforks")
    print(f"  seconds: first {first:.2f} (with derivation and compilation), again {seconds:.2f}")
    ratio("dicke-branch-budget", MOST_SECONDS_FOR_BRANCH / (seconds * 200 / count), "2 s allowed for 200 points")


def main() -> None:
    hopfield_lines()
    dicke_branch()


if __name__ == "__main__":
    main()

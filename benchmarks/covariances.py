"""Fluctuations: Lyapunov solver against SciPy, a whole phase diagram with all measures, large systems, runs in time."""

import subprocess
import sys
import time

import numpy as np
import xarray as xr
from measure import FINDS_US, in_turn, ratio
from scipy.linalg import solve_continuous_lyapunov

import largespin as ls
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.lyapunov import solve_lyapunov
from largespin.meanfield.points import points
from largespin.reproduce import hopfield_correlations

GRID = {"temperature": np.linspace(0.2, 1.4, 128), "field": np.linspace(0.0, 1.0, 128)}
LARGE = """
import sys, time
from measure import peak_memory
import numpy as np, largespin as ls
patterns = int(sys.argv[1])
spins = ls.ideal_large_spins(patterns, gauge=False)
model = ls.models.hopfield(spins)
column = spins.coefficients[0]
start = model.state(np.stack([0 * column, 0 * column, 0.9 * column], axis=-1))
run = ls.evolve(model, start, 400.0, temperature=0.6, field=0.2)
begin = time.perf_counter()
result = ls.stationary_covariance(model, run)
seconds = time.perf_counter() - begin
assert result.outcome.item() == "finished", result.sentence.item()
j, sigma = result.drift.values, result.covariance.values
assert np.abs(j @ sigma + sigma @ j.T + result.diffusion_real.values).max() < 1e-10
single = ls.models.hopfield(ls.ideal_large_spins(1))
one = ls.stationary_covariance(single, ls.evolve(single, [0, 0, 0.9], 400.0, temperature=0.6, field=0.2))
# The overlap with the retrieved pattern fluctuates as if it were alone.
weights = np.repeat(np.sqrt(spins.weights), 3) * np.tile([0, 0, 1], len(column)) * np.repeat(column, 3)
assert abs(weights @ sigma @ weights - one.covariance.values[2, 2]) < 1e-8
print(model.number_of_variables, seconds, peak_memory() / 1e9)
"""


def lyapunov_grid() -> None:
    model = hopfield_correlations.figure_model()
    where = points(model, GRID)
    u, _ = hopfield_correlations.attractors(model, where.parameters)
    known = np.isfinite(u).all(axis=1)
    functions = numeric_fluctuations(model)
    drift = functions.drift(u[known], where.parameters[known])
    noise = functions.real_diffusion(u[known], where.parameters[known])

    def loop() -> np.ndarray:
        return np.array([solve_continuous_lyapunov(j, -c) for j, c in zip(drift, noise, strict=True)])

    expected = loop()
    error = np.abs(solve_lyapunov(drift, noise) - expected).max(axis=(1, 2)) / np.abs(expected).max(axis=(1, 2))
    assert error.max() < 1e-7, error.max()
    seconds = in_turn(5, ours=lambda: solve_lyapunov(drift, noise), scipy=loop)
    print(f"Lyapunov, {len(drift)} points: ours {seconds['ours']:.3f} s, loop over SciPy {seconds['scipy']:.2f} s")
    ratio("lyapunov-grid", seconds["scipy"] / seconds["ours"])


def phase_diagram() -> None:
    hopfield_correlations.compute(points=3)
    seconds = in_turn(3, ours=lambda: hopfield_correlations.compute(points=128))["ours"]
    print(f"128 x 128: stationary states, J, C, covariance (two variants) and all measures {seconds:.2f} s")
    ratio("correlations-grid", 5.0 / seconds, "5 s allowed")


def large_systems() -> None:
    for patterns, seconds_allowed, gigabytes_allowed in ((6, 1.0, None), (8, 30.0, 1.0)):
        output = subprocess.run(
            [sys.executable, "-c", LARGE, str(patterns)], capture_output=True, text=True, check=True, env=FINDS_US
        ).stdout
        variables, seconds, gigabytes = (float(word) for word in output.split())
        print(f"{variables:.0f} variables: stationary covariance {seconds:.2f} s, peak memory {gigabytes:.2f} GB")
        ratio(f"covariance-{variables:.0f}", seconds_allowed / seconds, f"{seconds_allowed:g} s allowed")
        if gigabytes_allowed:
            ratio(
                f"covariance-{variables:.0f}-memory", gigabytes_allowed / gigabytes, f"{gigabytes_allowed:g} GB allowed"
            )


def along_runs() -> None:
    model = hopfield_correlations.figure_model()
    generator = np.random.default_rng(0)
    values = {
        "temperature": xr.DataArray(generator.uniform(0.3, 1.4, 1000), dims="point"),
        "field": xr.DataArray(generator.uniform(0.0, 0.6, 1000), dims="point"),
    }
    start = model.state([[0.0, 0.1, 0.6], [0.0, -0.1, -0.6]])
    begin = time.perf_counter()
    run = ls.evolve_covariance(model, start, 100.0, **values)
    seconds = time.perf_counter() - begin
    assert set(run.outcome.values) == {"finished"}
    # Where a stationary covariance exists and relaxes in time, the runs have reached it.
    last = ls.stationary_covariance(model, run)
    there = (last.outcome == "finished").values
    difference = np.abs(last.covariance - run.covariance).max(("row", "column")).values[there]
    assert np.median(difference) < 1e-6, np.median(difference)
    print(f"covariance to t = 100, 1000 points, compilation included: {seconds:.2f} s")
    ratio("covariance-runs", 10.0 / seconds, "10 s allowed")


def main() -> None:
    lyapunov_grid()
    phase_diagram()
    large_systems()
    along_runs()


if __name__ == "__main__":
    main()

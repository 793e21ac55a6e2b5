"""What does each call cost? The numbers of docs/choose.md: `python benchmarks/choose.py`, seconds on this machine.

Every line stands for one question. The first time includes what the model needs once, its equations derived and compiled, if no line
before has made them; the second is the same call again. Libraries are loaded before.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import xarray as xr
from sympy import sqrt

import largespin as ls

PLANE = {"temperature": (0.4, 1.2), "field": (0.0, 0.6)}
COLD = {"temperature": 0.5, "field": 0.2}
MOVING = {"temperature": 0.6, "field": 0.6}
NEAR = [0.0, 0.1, 0.1]


def memory(patterns: int = 1, **options: object) -> ls.Model:
    """The Hopfield network: 3 variables per block, 2^(patterns − 1) blocks."""
    return ls.models.hopfield(ls.ideal_large_spins(patterns), **options)


def cavity() -> ls.Model:
    """Two-level atoms with decay in a lossy cavity, as in docs/start.md at equal couplings."""
    spins, light = ls.Spins(), ls.Mode("a")
    energy = light.number + spins.average("z") / 2 + ls.parameter("coupling") * light.field * spins.average("x")
    jumps = [ls.Jump(spins.lowering, sqrt(sqrt(2)) / 4)]
    return ls.Model(spins, energy=energy, modes=[light], jumps=jumps, collective_jumps=[light.loss(1.0)])


def three_levels() -> ls.Model:
    atoms = ls.Particles(3)
    jumps = [ls.Jump(np.diag([1.0, 1.0], 1), 1.0)]
    return ls.Model(atoms, energy=ls.parameter("drive") * atoms.average("s12"), jumps=jumps)


def seconds(run: Callable[[], xr.Dataset]) -> float:
    begin = time.perf_counter()
    result = run()
    took = time.perf_counter() - begin
    # What broke off early would look cheap; places in a table that hold no state are none of that.
    words = set(result.outcome.values.ravel()) if "outcome" in result else set()
    assert words <= {"finished", "stopped", "no state"}, words
    return took


def line(question: str, run: Callable[[], xr.Dataset], repeats: int = 3) -> None:
    """The first call and the fastest of the repeats: a busy machine makes times longer, never shorter."""
    first = seconds(run)
    again = min((seconds(run) for _ in range(repeats)), default=float("nan"))
    print(f"{question:72} {first:10.4f} {again:10.4f}", flush=True)


def mean_field() -> None:
    model, times = memory(), np.linspace(0, 30, 301)
    line("evolve: one run, 3 variables, 301 times", lambda: ls.evolve(model, NEAR, times, **COLD), 20)
    grid = {"temperature": np.linspace(0.2, 1.4, 128), "field": np.linspace(0, 1, 128)}
    line("evolve: 128 x 128 points to t = 100", lambda: ls.evolve(model, NEAR, 100.0, **grid))
    large = memory(9)
    start = large.state([0.0, 0.1, 0.1])
    line("evolve: one run, 768 variables (256 blocks)", lambda: ls.evolve(large, start, 30.0, **COLD))
    line("local_map: one run", lambda: ls.local_map(model, NEAR, times, **COLD))
    line("stationary_states: one point", lambda: ls.stationary_states(model, **COLD))
    some = {"temperature": np.linspace(0.3, 1.2, 32), "field": np.linspace(0, 0.6, 32)}
    line("stationary_states: 32 x 32 points", lambda: ls.stationary_states(model, **some), 1)


def curves() -> None:
    model = memory()
    line(
        "branches: all in one parameter",
        lambda: ls.branches(model, [0, 0, 0], between={"field": (0, 0.8)}, field=0.1, temperature=0.5),
    )
    line("boundaries: all lines of a plane", lambda: ls.boundaries(model, between=PLANE), 1)
    line(
        "phase_diagram: a plane at 0.01 of its ranges",
        lambda: ls.phase_diagram(model, between=PLANE, resolution=0.01),
        0,
    )
    cycle = ls.limit_cycle(model, NEAR, **MOVING)
    line("limit_cycle: one", lambda: ls.limit_cycle(model, NEAR, **MOVING))
    line("cycle_branch: from birth to death", lambda: ls.cycle_branch(model, cycle, between={"field": (0.2, 0.7)}), 1)
    line("find_attractors: 256 starts", lambda: ls.find_attractors(model, **MOVING), 1)
    line("lyapunov_exponents: to t = 1000", lambda: ls.lyapunov_exponents(model, NEAR, duration=1000.0, **MOVING), 1)


def gaussian() -> None:
    model = memory()
    state = ls.stationary_states(model, **COLD).isel(state=0)
    line("stationary_covariance: one point", lambda: ls.stationary_covariance(model, state))
    large = memory(7)
    here = ls.evolve(large, large.state([0.0, 0.0, 0.0]), 1.0, temperature=1.5, field=0.2)
    line("stationary_covariance: 192 variables", lambda: ls.stationary_covariance(large, here), 1)
    times = np.linspace(0, 30, 301)
    line("evolve_covariance: one run, 301 times", lambda: ls.evolve_covariance(model, NEAR, times, **COLD))
    covariance = ls.stationary_covariance(model, state)
    line("spectrum: 1000 frequencies", lambda: ls.spectrum(covariance, np.linspace(-5, 5, 1000)))
    line("floquet: around one cycle", lambda: ls.floquet(model, NEAR, **MOVING))


def finite() -> None:
    model = memory()
    for n in (10, 50, 100, 200):
        line(
            f"exact.evolve: {n} spins to t = 1",
            lambda n=n: ls.exact.evolve(model, NEAR, 1.0, particles=n, **COLD),
            int(n < 100),
        )
    for n in (10, 50, 100):
        line(
            f"exact.stationary_states: {n} spins",
            lambda n=n: ls.exact.stationary_states(model, particles=n, **COLD),
            int(n < 100),
        )
    for n in (10, 30, 50):
        line(
            f"exact.liouvillian_spectrum: {n} spins",
            lambda n=n: ls.exact.liouvillian_spectrum(model, particles=n, **COLD),
            int(n < 50),
        )
    two = memory(2)
    for n in (8, 16, 24):
        line(
            f"exact.evolve: 2 blocks of {n // 2} spins to t = 1",
            lambda n=n: ls.exact.evolve(two, NEAR, 1.0, particles=n, **COLD),
            int(n < 24),
        )
    levels = three_levels()
    first = np.diag([0.0, 0.0, 1.0])
    for n in (5, 10):
        line(
            f"exact.evolve: {n} three-level atoms to t = 1",
            lambda n=n: ls.exact.evolve(levels, first, 1.0, particles=n, drive=1.0),
            1,
        )
    light = cavity()
    start = light.state([0.6, 0.0, -0.8], modes=0)
    for n, fock in ((4, 10), (8, 16), (12, 24)):
        line(
            f"exact.evolve: {n} spins, {fock} Fock states, to t = 1",
            lambda n=n, fock=fock: ls.exact.evolve(light, start, 1.0, particles=n, fock=fock, coupling=0.5),
            int(n < 12),
        )
    times, numbers = [0.0, 1.0, 2.0], [10, 20, 40]
    line(
        "bounds.mean_field_error: N = 10, 20, 40",
        lambda: ls.bounds.mean_field_error(model, NEAR, times, particles=numbers, **COLD),
        1,
    )


if __name__ == "__main__":
    ls.evolve(memory(rates="glauber"), NEAR, 1.0, **COLD)  # loads the libraries
    print(f"{'':72} {'first':>10} {'again':>10}")
    for part in (mean_field, curves, gaussian, finite):
        if len(sys.argv) == 1 or part.__name__ in sys.argv[1:]:
            part()

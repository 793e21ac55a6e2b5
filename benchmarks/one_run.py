"""One run of three variables, compiled before: everything that is not integration, from the checks to the labelled result."""

import statistics
import time
from collections.abc import Callable

import heyoka as hy
import numpy as np
import xarray as xr
from measure import ratio

import largespin as ls

TIMES, START, TOLERANCE = np.linspace(0.0, 50.0, 101), np.array([0.0, 0.0, 0.1]), 1e-9
TEMPERATURE, FIELD = 0.5, 0.2
ROUNDS, CALLS = 25, 40


def by_hand() -> Callable[[], np.ndarray]:
    """The same equations typed by hand, and the call that a careful user would write."""
    x, y, z = hy.make_vars("x", "y", "z")
    beta, omega = hy.par[0], hy.par[1]
    c, s = hy.cosh(beta * z), hy.sinh(beta * z)
    system = [(x, -0.5 * c * x), (y, -2 * omega * z - 0.5 * c * y), (z, 2 * omega * y - c * z + s)]
    integrator = hy.taylor_adaptive(system, np.zeros(3), tol=TOLERANCE)

    def run() -> np.ndarray:
        integrator.time = 0.0
        integrator.state[:] = START
        integrator.pars[:] = 1.0 / TEMPERATURE, FIELD
        return np.asarray(integrator.propagate_grid(TIMES)[-1])

    return run


def processor_time(run: Callable[[], object]) -> float:
    """Milliseconds of one call; other programs take turns on the same cores, so the clock on the wall says little."""
    begin = time.process_time()
    for _ in range(CALLS):
        run()
    return 1e3 * (time.process_time() - begin) / CALLS


def main() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))

    def ours() -> xr.Dataset:
        return ls.evolve(model, START, TIMES, tolerance=TOLERANCE, temperature=TEMPERATURE, field=FIELD)

    hand = by_hand()
    difference = np.abs(ours().m.values[:, 0] - hand()).max()
    assert difference < 1e-8, difference
    pairs = [(processor_time(ours), processor_time(hand)) for _ in range(ROUNDS)]
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"one run with {len(TIMES)} times: largest difference from the hand-written one {difference:.1e}")
    print(f"  milliseconds of processor time: ours {own:.3f}, by hand {other:.4f}")
    ratio(
        "one-run",
        statistics.median(b / a for a, b in pairs),
        "a call of heyoka on bare numbers, without labels and checks",
    )
    ratio("one-run-budget", 0.5 / own, "0.5 ms allowed on an idle machine")


if __name__ == "__main__":
    main()

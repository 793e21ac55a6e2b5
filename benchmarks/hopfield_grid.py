"""Hopfield, one pattern, 128 × 128 grid to t = 100 at tolerance 1e-8: ours, a hand-written heyoka loop, SciPy."""

import heyoka as hy
import numpy as np
from measure import in_turn, ratio
from scipy.integrate import solve_ivp

import largespin as ls

TEMPERATURES, FIELDS = np.linspace(0.2, 1.4, 128), np.linspace(0.0, 1.0, 128)
START, END, TOLERANCE = np.array([0.0, 0.0, 0.1]), 100.0, 1e-8


class HandWritten:
    """F24 (B.1) for one block typed by hand, and the plain batch loop a careful user would write."""

    def __init__(self) -> None:
        x, y, z = hy.make_vars("x", "y", "z")
        beta, omega = hy.par[0], hy.par[1]
        c, s = hy.cosh(beta * z), hy.sinh(beta * z)
        system = [(x, -0.5 * c * x), (y, -2 * omega * z - 0.5 * c * y), (z, 2 * omega * y - c * z + s)]
        self.width = hy.recommended_simd_size()
        shape = (3, self.width)
        self.integrator = hy.taylor_adaptive_batch(
            system, np.zeros(shape), pars=np.zeros((2, self.width)), tol=TOLERANCE
        )

    def __call__(self) -> np.ndarray:
        temperature, field = (a.ravel() for a in np.meshgrid(TEMPERATURES, FIELDS, indexing="ij"))
        result = np.empty((temperature.size, 3))
        ta = self.integrator
        for first in range(0, temperature.size, self.width):
            lanes = slice(first, first + self.width)
            ta.set_time(0.0)
            ta.state[:] = START[:, None]
            ta.pars[0], ta.pars[1] = 1.0 / temperature[lanes], field[lanes]
            ta.propagate_until(END)
            result[lanes] = ta.state.T
        return result.reshape(TEMPERATURES.size, FIELDS.size, 3)


def scipy_point(temperature: float, field: float, method: str) -> np.ndarray:
    def rhs(_: float, m: np.ndarray) -> list[float]:
        x, y, z = m
        c, s = np.cosh(z / temperature), np.sinh(z / temperature)
        return [-0.5 * c * x, -2 * field * z - 0.5 * c * y, 2 * field * y - c * z + s]

    return solve_ivp(rhs, (0.0, END), START, method=method, rtol=TOLERANCE, atol=TOLERANCE).y[:, -1]


def main() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))

    def ours(workers: int) -> np.ndarray:
        run = ls.evolve(model, START, END, tolerance=TOLERANCE, workers=workers, temperature=TEMPERATURES, field=FIELDS)
        return run.m.values[:, :, 0]

    by_hand = HandWritten()
    difference = np.abs(ours(1) - by_hand()).max()
    assert difference < 1e-4, difference
    seconds = in_turn(15, ours=lambda: ours(1), both=lambda: ours(2), hand=by_hand)
    points = TEMPERATURES.size * FIELDS.size
    print(f"Hopfield grid: largest difference from the hand-written loop {difference:.1e}")
    print(f"  seconds: ours {seconds['ours']:.3f}, on 2 threads {seconds['both']:.3f}, by hand {seconds['hand']:.3f}")
    ratio("grid-vs-heyoka", seconds["hand"] / seconds["ours"], "one core, both compiled")
    ratio("grid-two-cores", seconds["ours"] / seconds["both"], "scaling from 1 to 2 threads")
    rows, columns = np.linspace(3, 124, 5).astype(int), np.linspace(3, 124, 5).astype(int)
    sample = [(TEMPERATURES[i], FIELDS[j]) for i in rows for j in columns]
    exact = np.array([by_hand()[i, j] for i in rows[:2] for j in columns[:2]])
    for method in ("RK45", "DOP853"):
        check = np.array([scipy_point(TEMPERATURES[i], FIELDS[j], method) for i in rows[:2] for j in columns[:2]])
        assert np.abs(check - exact).max() < 1e-4
        each = in_turn(1, loop=lambda m=method: [scipy_point(*p, m) for p in sample])["loop"] / len(sample)
        ratio(
            f"grid-vs-scipy-{method}",
            each * points / seconds["ours"],
            f"one core, {len(sample)} points sampled",
        )
        if method == "RK45":
            ratio(
                "grid-vs-scipy",
                each * points / seconds["both"],
                "solve_ivp default method; ours on 2 threads",
            )


if __name__ == "__main__":
    main()

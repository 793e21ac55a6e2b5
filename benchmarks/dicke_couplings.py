"""Dicke model, M = 4, 256 couplings to t = 500 at tolerance 1e-9: ours, a hand-written heyoka loop, SciPy DOP853."""

import heyoka as hy
import numpy as np
from measure import in_turn, ratio
from scipy.integrate import solve_ivp

import largespin as ls

PATTERNS, FIELD, LOSS = 4, 0.5, 1.0
BLOCKS = 2 ** (PATTERNS - 1)
FREQUENCIES = FIELD * (np.arange(1, PATTERNS + 1) + 2.0)
COUPLINGS = np.linspace(0.4, 1.4, 256)
END, TOLERANCE = 500.0, 1e-9
SIGNS = np.array([[1 if (k >> mu) & 1 == 0 else -1 for k in range(BLOCKS)] for mu in (30, 2, 1, 0)], dtype=float)


def start() -> np.ndarray:
    """Spins near pattern 1, slightly turned so that x, y, z all move; modes empty. Shape (3 K + 2 M,)."""
    angles = 0.3 + 0.02 * np.arange(BLOCKS)
    bloch = np.stack([np.sin(angles), np.zeros(BLOCKS), np.cos(angles)], axis=-1)
    return np.concatenate([bloch.ravel(), np.zeros(2 * PATTERNS)])


class HandWritten:
    """CL21 Eq. 7 typed by hand (with our scaling g_0, α/√K)."""

    def __init__(self) -> None:
        spins = [[hy.expression(f"{a}{k}") for a in "xyz"] for k in range(BLOCKS)]
        q, p = ([hy.expression(f"{a}{mu}") for mu in range(PATTERNS)] for a in "qp")
        g = hy.par[0]
        system = []
        for k, (x, y, z) in enumerate(spins):
            field = hy.sum([float(SIGNS[mu, k]) * q[mu] for mu in range(PATTERNS)]) * (2 * np.sqrt(2.0)) * g
            system += [(x, -field * y), (y, field * x - 2 * FIELD * z), (z, 2 * FIELD * y)]
        for mu in range(PATTERNS):
            overlap = hy.sum([float(SIGNS[mu, k] / BLOCKS) * spins[k][2] for k in range(BLOCKS)])
            w = float(FREQUENCIES[mu])
            system.append((q[mu], w * p[mu] - 0.5 * LOSS * q[mu]))
            system.append((p[mu], -w * q[mu] - 0.5 * LOSS * p[mu] - np.sqrt(2.0) * g * overlap))
        self.width = hy.recommended_simd_size()
        shape = (3 * BLOCKS + 2 * PATTERNS, self.width)
        # In the order x, y, z of every block, then q, p of every mode.
        self.integrator = hy.taylor_adaptive_batch(
            system, np.zeros(shape), pars=np.zeros((1, self.width)), tol=TOLERANCE
        )

    def __call__(self) -> np.ndarray:
        result = np.empty((COUPLINGS.size, 3 * BLOCKS + 2 * PATTERNS))
        ta = self.integrator
        for first in range(0, COUPLINGS.size, self.width):
            lanes = slice(first, first + self.width)
            ta.set_time(0.0)
            ta.state[:] = start()[:, None]
            ta.pars[0] = COUPLINGS[lanes]
            ta.propagate_until(END)
            result[lanes] = ta.state.T
        return result


def scipy_run(coupling: float) -> np.ndarray:
    def rhs(_: float, u: np.ndarray) -> np.ndarray:
        m, quadratures = u[: 3 * BLOCKS].reshape(BLOCKS, 3), u[3 * BLOCKS :].reshape(PATTERNS, 2)
        x, y, z = m.T
        q, p = quadratures.T
        field = 2 * np.sqrt(2.0) * coupling * (q @ SIGNS)
        spins = np.stack([-field * y, field * x - 2 * FIELD * z, 2 * FIELD * y], axis=-1)
        force = np.sqrt(2.0) * coupling * (SIGNS @ z) / BLOCKS
        modes = np.stack([FREQUENCIES * p - 0.5 * LOSS * q, -FREQUENCIES * q - 0.5 * LOSS * p - force], axis=-1)
        return np.concatenate([spins.ravel(), modes.ravel()])

    return solve_ivp(rhs, (0.0, END), start(), method="DOP853", rtol=TOLERANCE, atol=TOLERANCE).y[:, -1]


def main() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(PATTERNS), mode_frequencies=FREQUENCIES, losses=LOSS)
    assert np.array_equal(model.particles.coefficients, SIGNS)
    state = model.state(start()[: 3 * BLOCKS].reshape(BLOCKS, 3), modes=0)

    def ours(workers: int) -> np.ndarray:
        run = ls.evolve(model, state, END, tolerance=TOLERANCE, workers=workers, coupling=COUPLINGS, field=FIELD)
        modes = np.stack([run.q.values, run.p.values], axis=-1).reshape(COUPLINGS.size, -1)
        return np.concatenate([run.m.values.reshape(COUPLINGS.size, -1), modes], axis=1)

    by_hand = HandWritten()
    distance = np.abs(ours(1) - by_hand()).max(axis=1)
    # Long transients near the transitions amplify rounding; most couplings must agree closely, none may differ in kind.
    assert np.median(distance) < 1e-6, np.median(distance)
    seconds = in_turn(15, ours=lambda: ours(1), both=lambda: ours(2), hand=by_hand)
    print(
        f"Dicke couplings: median difference from the hand-written loop {np.median(distance):.1e}, largest {distance.max():.1e}"
    )
    print(f"  seconds: ours {seconds['ours']:.3f}, on 2 threads {seconds['both']:.3f}, by hand {seconds['hand']:.3f}")
    ratio("dicke-vs-heyoka", seconds["hand"] / seconds["ours"], "one core, both compiled")
    ratio("dicke-two-cores", seconds["ours"] / seconds["both"], "scaling from 1 to 2 threads")
    chosen = np.array([0, 60, 130, 200, 255])
    check = np.array([scipy_run(COUPLINGS[i]) for i in chosen[:1]])
    assert np.abs(check - by_hand()[chosen[:1]]).max() < 1e-4
    each = in_turn(1, loop=lambda: [scipy_run(COUPLINGS[i]) for i in chosen])["loop"] / chosen.size
    ratio(
        "dicke-vs-scipy-one-core",
        each * COUPLINGS.size / seconds["ours"],
        f"DOP853, {chosen.size} couplings sampled",
    )
    ratio("dicke-vs-scipy", each * COUPLINGS.size / seconds["both"], "DOP853; ours on 2 threads")


if __name__ == "__main__":
    main()

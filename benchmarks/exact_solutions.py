"""Exact solutions: 50 spins against QuTiP's PIQS and SciPy's DOP853, then time and memory of what the library aims at."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import sympy as sp
from measure import in_turn, peak_memory, ratio
from scipy.integrate import solve_ivp

import largespin as ls
from largespin.exact import System, evolve
from largespin.exact.solvers.propagate import propagate
from largespin.exact.solvers.stationary_states_of import stationary_states_of

SPINS, END, DRIVE = 50, 1.0, 0.6
EMISSION, PUMPING, DEPHASING, COLLECTIVE = 0.5, 0.3, 0.1, 0.2
UP = np.array([0.0, 0.0, 1.0])
LIMITS = {"spins-200": (120.0, 8e9), "stationary-100": (60.0, 8e9), "hopfield-12-12": (60.0, 8e9), "dicke-10": (60.0, 8e9)}  # fmt: skip


def driven_spins() -> ls.Model:
    """``H = 0.6 J_x`` with local emission, pumping and dephasing ``σ_z/2``, and collective emission at rate 0.2/N."""
    spins = ls.Spins()
    x, y = spins.average("x"), spins.average("y")
    local = ((EMISSION, spins.lowering), (PUMPING, spins.raising), (DEPHASING, spins.operator("z") / 2))
    return ls.Model(
        spins,
        energy=0.5 * DRIVE * x,
        jumps=[ls.Jump(operator, np.sqrt(rate)) for rate, operator in local],
        collective_jumps=[ls.CollectiveJump(np.sqrt(COLLECTIVE) * (x - sp.I * y) / 2)],
    )


# ---------------------------------------------------------------------------------------- 50 spins by several programs


def ours(tolerance: float = 1e-9) -> tuple[np.ndarray, np.ndarray]:
    """Means and covariance after defining the model, building and evolving."""
    run = evolve(driven_spins(), UP, END, particles=SPINS, tolerance=tolerance)
    return run.m.values[0], run.covariance.values


class Piqs:
    """The same with `qutip.piqs`; the accuracy is that of its matrices, which are partly in single precision."""

    def __init__(self, method: str = "") -> None:
        import qutip
        from qutip.piqs import piqs

        self.qutip, self.piqs = qutip, piqs
        self.options = {"progress_bar": ""} | ({"method": method} if method else {})

    def build(self) -> tuple[Any, Any, Any]:
        """Collective operators, Liouvillian and start."""
        operators = self.piqs.jspin(SPINS)
        rates = {"emission": EMISSION, "pumping": PUMPING, "dephasing": DEPHASING}
        ensemble = self.piqs.Dicke(
            SPINS, hamiltonian=DRIVE * operators[0], collective_emission=COLLECTIVE / SPINS, **rates
        )
        return operators, ensemble.liouvillian(), self.piqs.excited(SPINS)

    def evolve(self, liouvillian: Any, start: Any) -> Any:
        return self.qutip.mesolve(liouvillian, start, [0.0, END], [], options=self.options).final_state

    def moments(self, operators: Any, state: Any) -> tuple[np.ndarray, np.ndarray]:
        first = np.array([self.qutip.expect(a, state) for a in operators]).real
        second = [[self.qutip.expect(a * b + b * a, state).real / 2 for a in operators] for b in operators]
        return 2 * first / SPINS, 4 / SPINS * (np.array(second) - np.outer(first, first))

    def total(self) -> tuple[np.ndarray, np.ndarray]:
        operators, liouvillian, start = self.build()
        return self.moments(operators, self.evolve(liouvillian, start))


class Evolution:
    """The built generator on the part of the space that the start reaches."""

    def __init__(self, tolerance: float) -> None:
        self.system = System(driven_spins(), particles=SPINS)
        self.liouvillian, self.start = self.system.real_liouvillian, self.system.product_state(UP)
        coordinates = self.liouvillian.basis.coordinates(self.start.vector)
        self.part, self.tolerance = self.liouvillian.part(coordinates), tolerance
        self.matrix, self.vector = self.part.steady, coordinates[self.part.kept]
        self.whole = self.system.liouvillian

    def taylor(self) -> np.ndarray:
        """Ours."""
        *_, state = propagate(self.matrix, self.vector, np.array([0.0, END]), self.tolerance)
        return np.asarray(self.part.widened(state))

    def by_scipy(self, part: bool) -> np.ndarray:
        """DOP853 on our matrix: on the real part that the start reaches, or on all complex components."""
        matrix, vector = (self.matrix, self.vector) if part else (self.whole, self.start.vector)
        run = solve_ivp(lambda _, y: matrix @ y, (0.0, END), vector, method="DOP853", rtol=1e-6, atol=1e-9)
        return np.asarray(self.part.widened(run.y[:, -1]) if part else run.y[:, -1])

    def moments(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        state = self.system.state(vector)
        return state.means()[0], state.covariance().values


def error(found: tuple[np.ndarray, np.ndarray], exact: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    return np.abs(found[0] - exact[0]).max(), np.abs(found[1] - exact[1]).max()


def fifty_spins() -> None:
    exact = ours(1e-13)
    evolution = Evolution(1e-9)
    errors = {
        "ours": error(ours(), exact),
        "DOP853 on the real part": error(evolution.moments(evolution.by_scipy(True)), exact),
        "DOP853 on all components": error(evolution.moments(evolution.by_scipy(False)), exact),
    }
    piqs = Piqs() if find_spec("qutip") else None
    if piqs:
        errors["PIQS"] = error(piqs.total(), exact)
    assert all(max(errors["ours"]) <= max(other) for other in errors.values()), errors
    print(f"{SPINS} spins to t = {END:g}: errors of means and covariance against tolerance 1e-13")
    for name, (means, covariance) in errors.items():
        print(f"  {name}: {means:.1e}, {covariance:.1e}")
        # PIQS holds its rates in single precision.
        assert means < 1e-7, (name, means)
        assert covariance < 1e-6, (name, covariance)
    if piqs:
        # mesolve as it is called by default, and with the fastest of its methods here; the error is the same.
        quick = Piqs("dop853")
        total = in_turn(3, ours=ours, piqs=piqs.total, quick=quick.total)
        _, liouvillian, start = piqs.build()
        alone = in_turn(
            3,
            ours=evolution.taylor,
            piqs=lambda: piqs.evolve(liouvillian, start),
            quick=lambda: quick.evolve(liouvillian, start),
        )
        for words, seconds in (("with model and matrices", total), ("of evolution alone", alone)):
            print(
                f"  seconds {words}: ours {seconds['ours']:.3f}, PIQS {seconds['piqs']:.2f}, {seconds['quick']:.2f} by dop853"
            )
        ratio("piqs-50-total", total["piqs"] / total["ours"], "models, matrices, evolution by mesolve; ours closer")
        ratio("piqs-50-evolve", alone["piqs"] / alone["ours"], "evolution on built matrices by mesolve")
        ratio("piqs-50-total-dop853", total["quick"] / total["ours"], "the same with the fastest method of mesolve")
        ratio("piqs-50-evolve-dop853", alone["quick"] / alone["ours"], "the same with the fastest method of mesolve")
    else:
        print(
            "  QuTiP is not installed, so there is no comparison with PIQS; `pip install qutip` or `make test` adds it."
        )
    scipy = in_turn(
        7, ours=evolution.taylor, part=lambda: evolution.by_scipy(True), all=lambda: evolution.by_scipy(False)
    )
    ratio("scipy-50-part", scipy["part"] / scipy["ours"], "DOP853 on the same real matrix, rtol 1e-6; ours closer")
    ratio("scipy-50-all", scipy["all"] / scipy["ours"], "DOP853 on all complex components, rtol 1e-6; ours closer")


# ---------------------------------------------------------------------------------------------- time and memory of single runs


def spins_200() -> System:
    """200 spins to t = 1: 1.4 million components. The distance from the mean field must fall as 1/N."""
    model = driven_spins()
    mean_field = ls.evolve(model, UP, END).m.values
    run = evolve(model, UP, END, particles=200)
    fifty, found = ours()[0] - mean_field, run.m.values - mean_field
    assert np.abs(fifty - 4 * found).max() < 0.1 * np.abs(fifty).max(), (fifty, found)
    return System(model, particles=200)


def stationary_100() -> System:
    """The stationary state of 100 spins."""
    system = System(driven_spins(), particles=100)
    found = stationary_states_of(system)
    assert found.unique
    assert max(found.residuals) < 1e-9
    return system


def hopfield_12_12() -> System:
    """Two blocks of twelve spins with two patterns to t = 5; they start near the first."""
    model, values = ls.models.hopfield(ls.ideal_large_spins(2)), {"temperature": 0.5, "field": 0.2}
    start = np.tile([0.0, 0.0, 0.3], (model.particles.number_of_blocks, 1))
    run = evolve(model, start, 5.0, particles=24, **values)
    assert run.outcome.item() == "finished", run.sentence.item()
    return System(model, particles=24, parameters=values)


def dicke_10() -> System:
    """Ten spins and one mode with 40 Fock states, above the transition, to t = 10."""
    model, values = ls.models.dicke(ls.ideal_large_spins(1)), {"field": 0.5, "coupling": 0.9}
    run = evolve(model, [UP], 10.0, particles=10, fock=40, **values)
    assert run.outcome.item() == "finished", run.sentence.item()
    return System(model, particles=10, fock=40, parameters=values)


CASES: dict[str, Callable[[], System]] = {
    "spins-200": spins_200,
    "stationary-100": stationary_100,
    "hopfield-12-12": hopfield_12_12,
    "dicke-10": dicke_10,
}


def measured(name: str) -> None:
    """One case in a process of its own: seconds, memory beyond the imports, and the estimate."""
    before, begin = peak_memory(), time.perf_counter()
    system = CASES[name]()
    seconds, peak = time.perf_counter() - begin, peak_memory() - before
    print(json.dumps({"seconds": seconds, "peak": peak, "estimate": system.estimate.memory}))


def main() -> None:
    fifty_spins()
    for name, case in CASES.items():
        run = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        found, (seconds, size) = json.loads(run.stdout.splitlines()[-1]), LIMITS[name]
        print(f"{name}: {case.__doc__}")
        print(
            f"  {found['seconds']:.1f} s (aim {seconds:g} s); peak memory {found['peak'] / 1e9:.2f} GB, said before "
            f"{found['estimate'] / 1e9:.2f} GB (aim {size / 1e9:g} GB)"
        )
        ratio(f"aim-{name}", seconds / found["seconds"], "seconds allowed over seconds taken")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measured(sys.argv[1])
    else:
        main()

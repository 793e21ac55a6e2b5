"""How fast do disturbances of runs grow? The runs, their disturbances, and the rates seen."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.attractors.benettin import BLOCKS, exponents, growth
from largespin.attractors.tangent import TangentFlow
from largespin.cores import available_threads
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.compile import integrator
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.derive import mean_field
from largespin.meanfield.evolve import DRIVEN_STEPS
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.solve import RunEnding, Task, batch_size, solve_batch, solve_single
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.outcomes import Outcome
from largespin.stationary.stability import moving_directions

GROWTH = 4.0
"""Logarithm by which a disturbance may grow or shrink in one interval: two disturbances then part by e⁸ = 3000 at most,
and the slower one keeps twelve of its sixteen digits."""
FEWEST = 2 * BLOCKS
"""Intervals at least, so that every block holds two."""
LARGEST = 20_000
"""Variables of mean field and disturbances together up to which compiling them is affordable: some ten seconds, by the
linear cost of the compiled equations."""


@dataclass(frozen=True)
class GrowthMeasurement:
    """What is measured: the arguments of `lyapunov_exponents` that all runs share."""

    model: Model
    count: int
    duration: float
    settle: float
    interval: float | None
    tolerance: float

    def __post_init__(self) -> None:
        size = self.model.number_of_variables * (1 + self.count)
        if size > LARGEST:
            raise LargespinError(
                f"Argument `count` must leave at most {LARGEST} equations, but {self.count} exponent(s) of "
                f"{self.model.number_of_variables} variables need {size}; ask for fewer exponents."
            )


@dataclass(frozen=True, eq=False)
class GrowthRates:
    """Lyapunov exponents (runs, k), their errors, the last states (runs, n) and how the runs ended."""

    values: FloatArray
    errors: FloatArray
    ends: FloatArray
    outcomes: list[RunEnding]


def measure(measurement: GrowthMeasurement, starts: FloatArray, parameters: FloatArray) -> GrowthRates:
    """All runs: settle, align, measure; shape of starts (runs, n), of parameters (runs, number of parameters)."""
    model, runs_in_all = measurement.model, len(starts)
    interval = measurement.interval or _interval(model, starts, parameters, measurement.duration)
    intervals = max(FEWEST, int(np.ceil(measurement.duration / interval)))
    interval = measurement.duration / intervals
    align = int(np.ceil(0.5 * measurement.settle / interval))
    values, errors = (np.full((runs_in_all, measurement.count), np.nan) for _ in range(2))
    ends = np.full(starts.shape, np.nan)
    outcomes: list[RunEnding] = [RunEnding(Outcome.FAILED, "not begun", 0.0, "none")] * runs_in_all
    size = batch_size(_task(measurement, TangentFlow(model, measurement.count), 0.0, interval), runs_in_all)

    def work(first: int) -> None:
        chosen = slice(first, min(first + size, runs_in_all))
        runs = _Runs(measurement, starts[chosen], parameters[chosen], interval, size)
        runs.settle(measurement.settle - align * interval)
        logarithms = growth(runs.advance, runs.first_tangents(), align, intervals)
        values[chosen], errors[chosen] = exponents(logarithms, interval)
        ends[chosen], outcomes[chosen] = runs.u, runs.outcomes
        values[chosen][:, runs.directions :] = np.nan

    with taylor_needed(), ThreadPoolExecutor(available_threads()) as executor:
        list(executor.map(work, range(0, runs_in_all, size)))
    return GrowthRates(values, errors, ends, outcomes)


def _interval(model: Model, starts: FloatArray, parameters: FloatArray, duration: float) -> float:
    with np.errstate(all="ignore"):
        jacobians = numeric_mean_field(model).jacobian(starts, parameters)
    sizes = np.linalg.norm(np.nan_to_num(jacobians), ord=2, axis=(-2, -1))
    return min(GROWTH / max(float(sizes.max()), np.finfo(float).tiny), duration / FEWEST)


def _task(measurement: GrowthMeasurement, flow: Any, begin: float, length: float) -> Task:
    autonomous = mean_field(measurement.model).is_autonomous
    # With explicit time a step must not leap over a pulse that is still to come.
    longest = np.inf if autonomous else min(length, (measurement.settle + measurement.duration) / DRIVEN_STEPS)
    if autonomous:
        begin = 0.0
    return Task(flow, np.array([begin, begin + length]), measurement.tolerance, "auto", (), True, longest)


class _Runs:
    """A batch of runs that move on as their disturbances are advanced."""

    def __init__(
        self, measurement: GrowthMeasurement, starts: FloatArray, parameters: FloatArray, interval: float, size: int
    ) -> None:
        self.u, self.outcomes = starts.copy(), [RunEnding(Outcome.FINISHED, "", 0.0, "")] * len(starts)
        self._measurement, self._parameters, self._interval, self._size = measurement, parameters, interval, size
        self._flow = TangentFlow(measurement.model, measurement.count)
        self._taylor = integrator(self._flow, measurement.tolerance, size)
        self._time = 0.0
        conserved = conserved_quantities(measurement.model)
        self._conserved = conserved if len(conserved) else None

    def settle(self, time: float) -> None:
        """Move without disturbances."""
        if time > 0.0:
            flow = MeanFieldFlow(self._measurement.model)
            self.u = self._moved(flow, integrator(flow, self._measurement.tolerance, self._size), self.u, time)

    def first_tangents(self) -> FloatArray:
        """Random directions in which every run can move, the same for equal calls."""
        shape = (*self.u.shape, self._measurement.count)
        # Any fixed seed: equal calls give equal numbers, and random directions miss no growing one.
        return self._projected(np.random.default_rng(20264).normal(size=shape))

    @property
    def directions(self) -> int:
        """How many directions a run can move in."""
        if self._conserved is None or not np.isfinite(self.u).all():
            return self.u.shape[1]
        return min(moving_directions(self._measurement.model, self._conserved, u).shape[1] for u in self.u)

    def advance(self, tangents: FloatArray) -> FloatArray:
        """Move runs and disturbances by one interval."""
        joined = self._moved(self._flow, self._taylor, self._flow.joined(self.u, tangents), self._interval)
        self.u, moved = self._flow.parted(joined)
        return self._projected(moved)

    def _projected(self, tangents: FloatArray) -> FloatArray:
        """Without what rounding has put along conserved directions, which would outlive all that decays."""
        if self._conserved is None:
            return tangents
        kept = np.full(tangents.shape, np.nan)
        for run, u in enumerate(self.u):
            if np.all(np.isfinite(u)):
                basis = moving_directions(self._measurement.model, self._conserved, u)
                kept[run] = basis @ (basis.T @ tangents[run])
        return kept

    def _moved(self, flow: Any, taylor: Any, states: FloatArray, length: float) -> FloatArray:
        out = np.full((len(states), 1, states.shape[1]), np.nan)
        task = _task(self._measurement, flow, self._time, length)
        alive = np.flatnonzero(np.isfinite(states).all(axis=1))
        self._time += length
        if alive.size == 0:
            return out[:, 0]
        rows = np.full((alive.size, 1, states.shape[1]), np.nan)
        if self._size > 1:
            ends = solve_batch(task, taylor, states[alive], self._parameters[alive], rows)
        else:
            ends = [solve_single(task, states[i], self._parameters[i], rows[0]) for i in alive]
        out[alive] = rows
        for run, outcome in zip(alive, ends, strict=True):
            self.outcomes[run] = outcome
        return out[:, 0]

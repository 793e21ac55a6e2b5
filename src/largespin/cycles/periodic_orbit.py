"""Periodic orbits of the mean field: a close return of a run, refined by Newton's method on ``φ_T(u) = u``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from largespin.cycles.equations import STEP_LIMIT, IntegrationError, ModelEquations, check_finite
from largespin.errors import FloatArray
from largespin.meanfield.compile import integrator, set_parameters
from largespin.meanfield.flow import MeanFieldFlow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome

CLOSE = 1e-2
"""Distance of a return, relative to the size of the motion, up to which it counts as a period to be refined."""
EXACT = 1e-6
"""Distance of a return, relative to the size of the motion, below which it closes the orbit for certain and the search ends."""
BETTER = 10.0
"""How many times closer a later return must come than an earlier one to be preferred; else it is a multiple of it."""
MOVED = 0.25
"""How far refining may move the orbit, relative to its size; further, and it is another orbit or a fixed point."""
NEWTON_STEPS = 12
CLOSED = 1e3
"""Gap ``|u(T) − u(0)|`` of a refined orbit, in units of tolerance × size, above which refining has failed."""
SAMPLES = 8
"""Looks at the section within one Taylor step."""
PIECE = 2000
"""Taylor steps that are kept at one time while the section is watched."""


@dataclass(frozen=True, eq=False)
class Orbit:
    """A periodic orbit: ``φ_T(start) = start`` up to `closure`."""

    start: FloatArray
    period: float
    closure: float


@dataclass(frozen=True)
class NoOrbit(Ending):
    """Why no orbit was found."""


def find_orbit(model: Model, u: FloatArray, parameters: FloatArray, search: float, tolerance: float) -> Orbit | NoOrbit:
    """The periodic orbit on which the run from `u` moves, or why there is none.

    Args:
        model: the model, without explicit time.
        u: a state on or near the orbit, shape (n,).
        parameters: shape (number of parameters,).
        search: how long returns are waited for.
        tolerance: relative error per step.

    Raises:
        IntegrationError: the integrator gave up.
    """
    returns, size = _returns(model, u, parameters, search, tolerance)
    if not returns:
        return _not_found(f"the run does not come back within t = {search:g}")
    best = min(distance for _, distance in returns) / size
    if best > CLOSE:
        return _not_found(
            f"the closest return within t = {search:g} misses the start by {best:.2g} of the motion's size"
        )
    close = max(BETTER * best, EXACT) * size
    turns, guess = next((i, time) for i, (time, distance) in enumerate(returns, start=1) if distance <= close)
    aim = tolerance * max(size, float(np.abs(u).max()))
    equations = ModelEquations(model, parameters, None, tolerance)
    orbit = _refined(equations, u, guess, aim)
    if orbit.closure > CLOSED * aim or orbit.closure > CLOSE * size:
        sentence = f"Failed: refining the period {guess:.4g} left a gap of {orbit.closure:.2g}; raise `settle`."
        return NoOrbit(Outcome.FAILED, sentence)
    moved = float(np.linalg.norm(orbit.start - u)) / size
    if moved > MOVED or not 0.5 < orbit.period / guess < 2.0:
        return _not_found(
            f"the nearest closed orbit is {moved:.2g} of the motion's size away, so the run has not settled"
        )
    return _shortest(equations, orbit, turns, EXACT * size, aim)


def _not_found(reason: str) -> NoOrbit:
    return NoOrbit(Outcome.NO_CYCLE, f"No period found: {reason}; raise `settle`.")


def _returns(
    model: Model, u: FloatArray, parameters: FloatArray, search: float, tolerance: float
) -> tuple[list[tuple[float, float]], float]:
    """Times and distances from `u` of the passages through the plane across the flow at `u`; the size of the motion."""
    normal = numeric_mean_field(model).rhs(u, parameters)
    normal = normal / np.linalg.norm(normal)
    found: list[tuple[float, float]] = []
    size = 0.0
    for output, times in _pieces(model, u, parameters, search, tolerance):

        def height(time: float, output: Any = output) -> float:
            return float(normal @ (output(time) - u))

        away = output(times) - u
        size = max(size, float(np.linalg.norm(away, axis=-1).max()))
        heights = away @ normal
        for i in np.flatnonzero((heights[:-1] < 0.0) & (heights[1:] >= 0.0)):
            inside = height(times[i]) < 0.0 < height(times[i + 1])
            time = float(brentq(height, times[i], times[i + 1], xtol=1e-14)) if inside else float(times[i + 1])
            found.append((time, float(np.linalg.norm(output(time) - u))))
        if any(distance <= EXACT * size for _, distance in found):
            break
    return found, size


def _pieces(
    model: Model, u: FloatArray, parameters: FloatArray, search: float, tolerance: float
) -> Iterator[tuple[Any, FloatArray]]:
    """The run from `u` as functions of time, piece by piece, each with the times at which to look at it."""
    taylor = integrator(MeanFieldFlow(model), tolerance)
    taylor.time = 0.0
    taylor.state[:] = u
    set_parameters(taylor, parameters)
    steps = 0
    while taylor.time < search:
        result = taylor.propagate_until(search, max_steps=PIECE, c_output=True)
        check_finite(taylor)
        output, steps = result[4], steps + int(result[3])
        if steps > STEP_LIMIT:
            raise IntegrationError(f"the Taylor integrator needs more than {STEP_LIMIT} steps")
        knots = np.asarray(output.times)
        inner = knots[:-1, None] + np.diff(knots)[:, None] * (np.arange(SAMPLES) / SAMPLES)
        yield output, np.append(inner.ravel(), knots[-1])


def _refined(equations: ModelEquations, u: FloatArray, period: float, aim: float) -> Orbit:
    """Newton's method for ``φ_T(u) − u = 0`` with ``F(u_ref) · (u − u_ref) = 0``; the best orbit it met.

    Conserved quantities make the equations singular but consistent, hence the shortest least-squares step.
    """
    reference, across, n = u, equations.rhs(u, 0.0), len(u)
    best = Orbit(u, period, np.inf)
    for _ in range(NEWTON_STEPS):
        step = equations.advance(u, 0.0, period)
        gap = step.end - u
        closure = float(np.linalg.norm(gap))
        stalled = closure > 0.5 * best.closure and best.closure < CLOSED * aim
        if closure < best.closure:
            best = Orbit(u, period, closure)
        if stalled or closure <= 0.01 * aim:
            break
        slope = np.zeros((n + 1, n + 1))
        slope[:n, :n], slope[:n, n], slope[n, :n] = step.by_state - np.eye(n), equations.rhs(step.end, 0.0), across
        change = np.linalg.lstsq(slope, np.append(-gap, -across @ (u - reference)), rcond=1e-9)[0]
        u, period = u + change[:n], period + float(change[n])
        if not 0.0 < period < np.inf:
            break
    return best


def _shortest(equations: ModelEquations, orbit: Orbit, turns: int, gap: float, aim: float) -> Orbit:
    """The same orbit run through once: a return may have closed best after several turns."""
    for number in range(turns, 1, -1):
        part = orbit.period / number
        end = equations.advance(orbit.start, 0.0, part).end
        if np.linalg.norm(end - orbit.start) <= gap:
            return _refined(equations, orbit.start, part, aim)
    return orbit

"""Follow ``ẏ = L y`` for a real sparse matrix, by Taylor steps whose length is set by the growth of their terms."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from largespin.errors import FloatArray

DEGREES = (12, 45)
"""Steps that need fewer terms than the first are lengthened; more than the second are refused. Long steps are cheap: at
tolerance 1e-9 the terms ``(h‖L‖)^k/k!`` allow h‖L‖ = 0.9 for 12 of them, 13 products per unit of time and norm, and
h‖L‖ = 11 for 45 of them, 4 products; there the largest term reaches `GROWTH`."""
GROWTH = 1e4
"""Largest ratio of a term to the state: no more than four of sixteen digits are lost to cancellation, which leaves
tolerances of 1e-11."""
FIRST_STEP = 8.0
"""Norm times length of the first step: its largest term, 8⁸/8! = 416 times the state at most, stays below `GROWTH`."""
LONGER, SHORTER = 1.5, 0.5
"""Factors by which steps grow and shrink: growing too far costs the products of a refused step, hence less than twice."""
SHORTEST_STEP = 1e-8
"""Norm times length below which there is no going on: the run would take 1e8 steps in the time of the fastest rate."""
FEWEST_TERMS = 3
"""Terms of a step at least: a first term that vanishes by chance, or by symmetry, must not end the series."""
ABSOLUTE = 1e-3
"""Absolute error of DOP853 in parts of the relative one: elements of states are at most of order one, most are far smaller."""
ROUNDING = 2.0**-52
"""Spacing of double precision: no operation errs by more, relative to its result."""


class PropagationError(ArithmeticError):
    """The solver cannot go on; the message says why."""


def propagate(
    matrix: Any,
    start: Any,
    times: FloatArray,
    tolerance: float,
    advanced: Callable[[float], None] | None = None,
    noise: Any = None,
) -> Iterator[Any]:
    """``e^{L (t − t_0)} y_0`` at each of the times, the first of them the start.

    ``y(t + h) = Σ_k (hL)^k y / k!``; a step ends when a term is below the tolerance relative to the state, in the largest
    component. Works on arrays of NumPy and of CuPy alike.

    Args:
        matrix: L, real sparse.
        start: y_0 (n,), or (n, 2) with a second column that follows how rounding errors grow.
        times: rising times.
        tolerance: size of the first neglected term, relative to the largest component of the state.
        advanced: called with the time after every step.
        noise: signs (n,): after every step the second column receives the rounding of the first with these signs.
    """
    # An induced norm bounds the spectral radius; terms reach their maximum near k = h‖L‖.
    norm = min(float(abs(matrix).sum(axis=0).max()), float(abs(matrix).sum(axis=1).max()))
    if not np.isfinite(norm):
        raise PropagationError("the generator is not finite")
    step = np.inf if norm == 0.0 else FIRST_STEP / norm
    state, now = start, float(times[0])
    yield state
    for moment in times[1:]:
        while now < moment:
            left = float(moment) - now
            length = _evenly(left, step)
            taken, degree = _step(matrix, state, length, tolerance)
            if taken is None:
                step = SHORTER * length
                if step * norm < SHORTEST_STEP:
                    raise PropagationError(f"the step length fell to {step:.2g} at t = {now:g}")
                continue
            state = taken
            if noise is not None:
                state[:, 1] += ROUNDING * noise * state[:, 0]
            now = float(moment) if length == left else now + length
            if degree < DEGREES[0] and length == step:
                step *= LONGER
            if advanced is not None:
                advanced(now)
        yield state


def _evenly(left: float, step: float) -> float:
    """The next step: two equal ones at the end rather than a long one and a sliver."""
    return left if left <= step else (left / 2 if left < 2 * step else step)


def _step(matrix: Any, state: Any, length: float, tolerance: float) -> tuple[Any, int]:
    """The state after one step and the number of terms; None if the step is too long."""
    term, total = state, state.copy()
    # The column of rounding errors goes through the same polynomial and has no say in the step.
    size = float(abs(_first(state)).max())
    for degree in range(1, DEGREES[1] + 1):
        term = matrix @ term
        term *= length / degree
        total += term
        largest = float(abs(_first(term)).max())
        if not np.isfinite(largest) or largest > GROWTH * size:
            return None, degree
        if largest <= tolerance * size and degree >= FEWEST_TERMS:
            return total, degree
    return None, DEGREES[1]


def _first(state: Any) -> Any:
    return state if state.ndim == 1 else state[:, 0]


def integrate(
    velocity: Callable[[float, FloatArray], FloatArray],
    start: FloatArray,
    times: FloatArray,
    tolerance: float,
    longest: float,
    advanced: Callable[[float], None] | None = None,
    noise: FloatArray | None = None,
) -> Iterator[FloatArray]:
    """States at the times for a generator that depends on time, by SciPy's DOP853.

    Args:
        velocity: ``ẏ`` at a time for y (n,), or (n, 2) as in `propagate`.
        start: y_0 of this shape.
        times: rising times, the first of them that of the start.
        tolerance: error per step, relative to each element.
        longest: longest step, so that no pulse is leapt over.
        advanced: called with the time after every step.
        noise: signs (n,): at every output the second column receives the rounding of the first with these signs.
    """
    shape = start.shape

    def flat(time: float, y: FloatArray) -> FloatArray:
        return velocity(time, y.reshape(shape)).ravel()

    yield start
    state, now = start, float(times[0])
    for moment in map(float, times[1:]):
        if noise is not None:
            state = state.copy()
            state[:, 1] += ROUNDING * noise * state[:, 0]
        options = {"rtol": tolerance, "atol": ABSOLUTE * tolerance, "max_step": min(longest, moment - now)}
        state, now = _arrived(DOP853(flat, now, state.ravel(), moment, **options), advanced).reshape(shape), moment
        yield state


def _arrived(solver: DOP853, advanced: Callable[[float], None] | None) -> FloatArray:
    """The state at the end of a solver's interval."""
    try:
        while solver.status == "running":
            message = solver.step()
            if solver.status == "failed":
                raise PropagationError(f"{message} (t = {solver.t:g})")
            if advanced is not None:
                advanced(float(solver.t))
        return np.asarray(solver.y)
    finally:
        # SciPy's solver refers to itself: the generator in it would outlive the run until the next collection.
        vars(solver).clear()

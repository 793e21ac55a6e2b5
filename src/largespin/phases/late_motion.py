"""What still moves long after the start? Late motion of many runs, most of which are at rest and need no watching."""

from dataclasses import dataclass

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.evolve import final_states, run_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model

AT_REST = 1e-10
"""``|u̇|`` below which a run moves no more: nothing it still can do shows in a standard deviation."""
FIRST_LOOKS = (100.0, 400.0)
"""Times of the first looks at which runs have come to rest."""
LONGEST = 16.0
"""Most patience with a run, in begins of the window: near boundaries relaxation takes for ever."""
UNEVEN = 1.5
"""Ratio of the motion in the two halves of the window above which it may be passing: on its way from a saddle, say."""
SEEN = 1e-6
"""Motion below which nobody asks whether it is passing."""
CHUNK = 2e7
"""Numbers in the late states that are held at one time."""


@dataclass(frozen=True, eq=False)
class LateMotion:
    """Motion in a late window.

    Attributes:
        spread: largest standard deviation of an observable in the window, shape (runs,); NaN where a run failed. Where
            the halves of the window differ much, the smaller one of this window and a later one.
        turns: how often that observable turns round in the window, shape (runs,); creeping to a halt never does.
    """

    spread: FloatArray
    turns: FloatArray


def late_motion(
    model: Model,
    starts: FloatArray,
    parameters: FloatArray,
    window: tuple[float, float],
    *,
    looks: int = 401,
    patience: FloatArray | float = 0.0,
    tolerance: float = 1e-8,
    progress: bool = False,
) -> LateMotion:
    """How the overlaps (without patterns, all variables) move in a late window of time.

    Runs with more `patience` than the begin of the window are watched as long, but later.

    Args:
        model: the model, without explicit time.
        starts: state vectors, shape (runs, n).
        parameters: shape (runs, number of parameters).
        window: begin and end of the window.
        looks: how often runs are looked at in it.
        patience: time given to each run, if it still moves, before it is watched, shape (runs,) or a number.
        tolerance: relative error per step.
        progress: show a progress bar of the runs that are watched.
    """
    begins = window[0] * _rounded_up(np.broadcast_to(patience, len(starts)) / window[0])
    u, moving = _still_moving(model, starts, parameters, begins, tolerance)
    spread, turns = np.zeros(len(starts)), np.zeros(len(starts))
    failed = ~np.isfinite(u).all(axis=1)
    spread[failed] = turns[failed] = np.nan
    moments = np.linspace(*window, looks)
    size = max(1, int(CHUNK // (looks * starts.shape[1])))
    for first in range(0, len(moving), size):
        chosen = moving[first : first + size]
        states = run_states(model, u[chosen], parameters[chosen], moments, tolerance=tolerance, progress=progress)
        spread[chosen], turns[chosen], uneven = _watched(model, states)
        again = chosen[uneven]
        if again.size:
            later = final_states(model, states[uneven, -1], parameters[again], window[0], tolerance=tolerance)
            states = run_states(model, later, parameters[again], moments, tolerance=tolerance, progress=progress)
            second, turned, _ = _watched(model, states)
            turns[again] = np.where(second < spread[again], turned, turns[again])
            spread[again] = np.fmin(second, spread[again])
    return LateMotion(spread, turns)


def _watched(model: Model, states: FloatArray) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Spread and turns of the observable that moves most, and whether its motion is uneven; each of shape (runs,)."""
    seen = _observables(model, states)
    deviations = seen.std(axis=1)
    most = np.argmax(np.nan_to_num(deviations, nan=-1.0), axis=-1)
    runs = np.arange(len(states))
    curves = seen[runs, :, most]
    steps = np.sign(np.diff(curves, axis=-1))
    turns = (steps[:, 1:] * steps[:, :-1] < 0).sum(axis=-1)
    halves = np.stack([half.std(axis=-1) for half in np.array_split(curves, 2, axis=-1)])
    spread = deviations[runs, most]
    return spread, turns, (spread > SEEN) & (halves.max(axis=0) > UNEVEN * halves.min(axis=0))


def _rounded_up(ratios: FloatArray) -> FloatArray:
    """1, 4, 16 … up to `LONGEST`, so that runs of like patience go on together."""
    powers = np.ceil(np.log(np.clip(ratios, 1.0, LONGEST)) / np.log(4.0) - 1e-9)
    return np.asarray(4.0**powers)


def _still_moving(
    model: Model, starts: FloatArray, parameters: FloatArray, begins: FloatArray, tolerance: float
) -> tuple[FloatArray, np.ndarray]:
    """States when the runs begin to be watched, of those that are not at rest before; and which these are."""
    functions, u, moving = numeric_mean_field(model), starts.copy(), np.arange(len(starts))
    first = float(begins.min())
    looks = sorted({*(t for t in FIRST_LOOKS if 2.0 * t < first), *begins.tolist()})
    time = 0.0
    for look in looks:
        if moving.size == 0:
            break
        going = moving[begins[moving] >= look]
        u[going] = final_states(model, u[going], parameters[going], look - time, tolerance=tolerance)
        with np.errstate(all="ignore"):
            speed = np.linalg.norm(functions.rhs(u[moving], parameters[moving]), axis=-1)
        moving = moving[speed > AT_REST]
        time = look
    return u, moving


def _observables(model: Model, states: FloatArray) -> FloatArray:
    """Overlaps of spins with patterns, all variables of other particles, shape (…, observables)."""
    particles = model.particles
    if len(particles.coefficients) and particles.levels == 2:
        bloch, _ = model.split(states)
        return bloch[..., 2] @ (particles.coefficients * particles.weights).T
    return states

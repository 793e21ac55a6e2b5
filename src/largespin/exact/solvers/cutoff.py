"""How many Fock states a run needs, and displacements that follow the mean field."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.exact.generator.displacement import Path
from largespin.exact.states.state import SymmetricState
from largespin.interruption import interruption_raised
from largespin.meanfield.evolve import evolve
from largespin.model.model import Model

GROWTH = 1.5
"""By this factor the number of Fock states grows when it did not suffice. Cost goes as its square for one mode: all
attempts that failed cost 0.8 of the last one at most, and the last 2.25 times what was needed."""
LARGEST_FOCK = 300
"""Fock states per mode up to which their number grows by itself, unless the mean field asks for more: an unstable mode
needs more at every attempt, and F of them take F² times the components of the particles alone."""
SAMPLES = 400
"""Times at which the mean field is sampled for a displacement: six for each of sixty oscillations. Any smooth path is
exact; one that misses faster oscillations only needs more Fock states."""


class CutoffError(LargespinError):
    """No number of Fock states can be found; the message says why."""


def grown(model: Model, fock: tuple[int, ...], tails: FloatArray, tolerance: float, first: tuple[int, ...]) -> Any:
    """More Fock states for the modes whose tails are above the tolerance.

    Args:
        model: the model.
        fock: the numbers that did not suffice.
        tails: the probability in the last tenth of them, by mode.
        tolerance: the probability that is allowed.
        first: the numbers of the first attempt.

    Raises:
        CutoffError: a mode would need more than `LARGEST_FOCK`, and more than twice the first guess.
    """
    larger = tuple(int(np.ceil(GROWTH * f)) + 2 if t > tolerance else f for f, t in zip(fock, tails, strict=True))
    for mode, number, tail, guess in zip(model.modes, larger, tails, first, strict=True):
        limit = max(LARGEST_FOCK, 2 * guess)
        if number > limit:
            raise CutoffError(
                f"The number of Fock states was not raised beyond {limit}, but the last of them hold {tail:.2g} of the "
                f"probability of mode {mode.name}, which may be unstable; give `fock`, or end earlier."
            )
    return larger


def first_fock(model: Model, start: Any, times: FloatArray, point: Any, displacement: Any) -> tuple[int, ...]:
    """A first guess from the mean-field amplitudes: the mean number plus some standard deviations."""
    if not model.modes:
        return ()
    if isinstance(start, SymmetricState):
        return start.space.fock
    largest = np.zeros(len(model.modes))
    if not callable(displacement):
        cure = "The number of Fock states must be given as `fock`, because the mean field that suggests it failed"
        amplitudes = _mean_field(model, start, times, point.values, cure)[1]
        origin = 0.0 if displacement is None else np.asarray(displacement, dtype=np.complex128)
        largest = np.abs(amplitudes - origin).max(axis=0)
    bosons = sum(point.counts) * largest**2
    return tuple(int(n + 4 * np.sqrt(n)) + 8 for n in bosons)


def moving_displacement(model: Model, start: Any, times: FloatArray, values: Mapping[str, float]) -> Path:
    """Mean-field amplitudes and their velocities as smooth functions of time."""
    cure = "Argument `displace` must be amplitudes or left out, because the mean field that it follows failed"
    moments, amplitudes = _mean_field(model, start, times, values, cure)
    spline = make_interp_spline(moments, amplitudes, k=5)
    velocity = spline.derivative()
    return lambda t: (spline(t), velocity(t))


def _mean_field(
    model: Model, start: Any, times: FloatArray, values: Mapping[str, float], cure: str
) -> tuple[FloatArray, ComplexArray]:
    """Times and amplitudes (T, M) of a mean-field run; `cure` is said if it fails."""
    moments = np.linspace(times[0], times[-1], SAMPLES)
    with interruption_raised():
        run = evolve(model, start, moments, parameters=values)
    amplitudes = (run.q.values + 1j * run.p.values) / np.sqrt(2.0)
    if not np.all(np.isfinite(amplitudes)):
        raise CutoffError(f"{cure}: {run.sentence.item()}")
    return moments, amplitudes

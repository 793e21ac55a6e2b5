"""How many Fock states a run needs, and displacements that follow the mean field."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.exact.state import SymmetricState
from largespin.meanfield.evolve import evolve
from largespin.model.model import Model

GROWTH = 1.5
"""By this factor the number of Fock states grows when it did not suffice."""
SAMPLES = 400
"""Times at which the mean field is sampled for a displacement; any smooth path is exact."""


def first_fock(model: Model, start: Any, times: FloatArray, point: Any, displacement: Any) -> tuple[int, ...]:
    """A first guess from the mean-field amplitudes: the mean number plus some standard deviations."""
    if not model.modes:
        return ()
    if isinstance(start, SymmetricState):
        return start.space.fock
    if displacement is None:
        amplitudes = _mean_field(model, start, times, point.values)[1]
        largest = np.abs(amplitudes).max(axis=0)
    elif callable(displacement):
        largest = np.zeros(len(model.modes))
    else:
        amplitudes = _mean_field(model, start, times, point.values)[1]
        largest = np.abs(amplitudes - np.asarray(displacement, dtype=np.complex128)).max(axis=0)
    bosons = sum(point.counts) * largest**2
    return tuple(int(n + 4 * np.sqrt(n)) + 8 for n in bosons)


def moving_displacement(
    model: Model, start: Any, times: FloatArray, values: Mapping[str, float]
) -> Callable[[float], tuple[ComplexArray, ComplexArray]]:
    """Mean-field amplitudes and their velocities as smooth functions of time."""
    if isinstance(start, SymmetricState):
        raise LargespinError(
            "Argument `displace` must be amplitudes for a given SymmetricState, but it is 'mean field'."
        )
    moments, amplitudes = _mean_field(model, start, times, values)
    spline = make_interp_spline(moments, amplitudes, k=5)
    velocity = spline.derivative()
    return lambda t: (spline(t), velocity(t))


def _mean_field(
    model: Model, start: Any, times: FloatArray, values: Mapping[str, float]
) -> tuple[FloatArray, ComplexArray]:
    """Times and amplitudes (T, M) of a mean-field run."""
    moments = np.linspace(times[0], times[-1], SAMPLES)
    run = evolve(model, start, moments, parameters=values)
    amplitudes = (run.q.values + 1j * run.p.values) / np.sqrt(2.0)
    if not np.all(np.isfinite(amplitudes)):
        raise LargespinError(
            "The number of Fock states must be given as `fock`, because the mean field that suggests it failed: "
            f"{run.sentence.item()}"
        )
    return moments, amplitudes

"""Are the amplitudes Γ real at the parameters that are asked for? A negative rate Γ² would be integrated silently."""

from functools import lru_cache
from typing import Any

import numpy as np

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points
from largespin.model.functions import numpy_function
from largespin.model.model import Model
from largespin.model.symbols import TIME, resolve

IMAGINARY = 1e-12
"""Imaginary part, relative to amplitudes of order one, that rounding leaves in an amplitude that is real."""


@lru_cache(maxsize=64)
def _risky(model: Model) -> tuple[tuple[int, Any], ...]:
    """Jumps whose amplitude SymPy does not know to be real, as functions of averages, parameters and time."""
    symbols = [*model.averages, *model.parameters.values(), TIME]
    found = []
    for number, jump in enumerate(model.jumps):
        amplitude = resolve(jump.amplitude)
        # Block-dependent fields are left to the check of the runs themselves.
        if amplitude.is_real is not True and amplitude.free_symbols <= set(symbols):
            found.append((number, numpy_function(symbols, amplitude)))
    return tuple(found)


def _values(model: Model, function: Any, states: FloatArray, parameters: FloatArray, times: Any) -> ComplexArray:
    """An amplitude at states (…, n), with parameters and times that broadcast against them."""
    averages = np.moveaxis(numeric_mean_field(model).averages(states), -1, 0).astype(complex)
    with np.errstate(all="ignore"):
        values = function(*averages, *np.moveaxis(parameters, -1, 0).astype(complex), np.asarray(times, dtype=complex))
    return np.broadcast_to(np.asarray(values, dtype=complex), states.shape[:-1])


def check_real_amplitudes(model: Model, where: Points, time: float) -> None:
    """Refuse parameter values at which an amplitude is imaginary at the start, naming the jump and the values."""
    for number, function in _risky(model):
        values = _values(model, function, where.starts, where.parameters, time)
        wrong = np.flatnonzero(np.abs(values.imag) > IMAGINARY)
        if wrong.size:
            given = dict(zip(model.parameters, where.parameters[wrong[0]], strict=True))
            chosen = ", ".join(f"{key} = {value:g}" for key, value in given.items())
            jump = model.jumps[number]
            raise LargespinError(
                f"The amplitude {jump.amplitude} of jump {jump.name or number + 1} must be real, but it is not at {chosen}; "
                "choose values that give a rate of at least zero."
            )


def imaginary_amplitude(model: Model, parameters: FloatArray, states: FloatArray, times: FloatArray) -> str:
    """Which amplitude becomes imaginary along a run (T, n), and when; nothing if none does at the output times."""
    for number, function in _risky(model):
        values = _values(model, function, states, parameters[None], times)
        wrong = np.flatnonzero(np.abs(values.imag) > IMAGINARY)
        if wrong.size:
            jump = model.jumps[number]
            name = jump.name or number + 1
            return f"the amplitude {jump.amplitude} of jump {name} is imaginary at t = {times[wrong[0]]:g}, a negative rate"
    return ""

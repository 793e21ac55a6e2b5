"""Are the amplitudes Γ real at the parameters that are asked for? A negative rate Γ² would be integrated silently."""

from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import LargespinError
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points
from largespin.model.model import Model
from largespin.model.symbols import TIME, resolve


@lru_cache(maxsize=64)
def _risky(model: Model) -> tuple[tuple[int, Any], ...]:
    """Jumps whose amplitude SymPy does not know to be real, as functions of averages, parameters and time."""
    symbols = [*model.averages, *model.parameters.values(), TIME]
    found = []
    for number, jump in enumerate(model.jumps):
        amplitude = resolve(jump.amplitude)
        # Block-dependent fields are left to the check of the runs themselves.
        if amplitude.is_real is not True and amplitude.free_symbols <= set(symbols):
            found.append((number, sp.lambdify(symbols, amplitude, modules=["scipy", "numpy"], dummify=True)))
    return tuple(found)


def check_real_amplitudes(model: Model, where: Points, time: float) -> None:
    """Refuse parameter values at which an amplitude is imaginary at the start, naming the jump and the values."""
    if not _risky(model):
        return
    averages = numeric_mean_field(model).averages(where.starts)
    columns = [*averages.T.astype(complex), *where.parameters.T.astype(complex), time]
    for number, function in _risky(model):
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(function(*columns), dtype=complex), len(where))
        wrong = np.flatnonzero(np.abs(values.imag) > 1e-12)
        if wrong.size:
            given = dict(zip(model.parameters, where.parameters[wrong[0]], strict=True))
            chosen = ", ".join(f"{key} = {value:g}" for key, value in given.items())
            jump = model.jumps[number]
            raise LargespinError(
                f"The amplitude {jump.amplitude} of jump {jump.name or number + 1} must be real, but it is not at {chosen}; "
                "choose values that give a rate of at least zero."
            )

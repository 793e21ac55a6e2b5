"""The mean-field solution by another solver."""

from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field


def mean_field(model: ls.Model, values: dict[str, float], start: Any, times: Any) -> Any:
    """The mean-field solution at `times` by SciPy, from the numeric right-hand side."""
    functions = numeric_mean_field(model)
    parameters = np.array([values[key] for key in model.parameters])
    run = solve_ivp(
        lambda t, u: functions.rhs(u, parameters, t),
        (times[0], times[-1]),
        (start if isinstance(start, ls.State) else model.state(start, modes=0)).vector,
        t_eval=times,
        rtol=1e-11,
        atol=1e-13,
    )
    return run.y.T

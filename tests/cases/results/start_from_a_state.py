"""A stationary state, taken from the dataset that `stationary_states` returned, as the start of further calls.

A state that the library returned is the natural start of the next call; it carries m (and q, p of the modes) by name.
`stationary_covariance` and `branches` take it; the others must too. A run started there stays there.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    model, point = ls.models.hopfield(ls.ideal_large_spins(1)), dict(temperature=0.5, field=0.2)
    state = ls.stationary_states(model, **point).isel(state=0)
    calls = {
        "evolve": lambda: ls.evolve(model, state, [0, 1.0], **point),
        "exact.evolve": lambda: ls.exact.evolve(model, state, [0, 1.0], particles=4, **point),
        "evolve_covariance": lambda: ls.evolve_covariance(model, state, [0, 1.0], **point),
        "local_map": lambda: ls.local_map(model, state, [0, 1.0], **point),
        "limit_cycle": lambda: ls.limit_cycle(model, state, **point),
        "lyapunov_exponents": lambda: ls.lyapunov_exponents(model, state, 10.0, **point),
    }
    failed = {}
    for name, call in calls.items():
        try:
            answer = call()
            if name == "evolve" and np.abs(answer.m.values[-1] - state.m.values).max() > 1e-7:
                failed[name] = "moved"
        except Exception as error:
            failed[name] = type(error).__name__
    return not failed, f"{failed}" if failed else "all calls take it"


WANT = "every call that takes a start takes it"

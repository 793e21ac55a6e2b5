"""A superradiant state of a Dicke model handed on as `state.m` (the only thing that `evolve` takes from a result).

The state is stationary with occupation 0.5515. Handing on its spins alone empties the cavity without a word. Right is
to take the whole state, or to refuse labelled data that come from a model with modes and hold no modes.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    model, point = ls.models.dicke(ls.ideal_large_spins(1)), dict(coupling=0.9, field=0.5)
    states = ls.stationary_states(model, **point)
    state = states.isel(state=int(states.occupation[:, 0].argmax()))
    want = state.occupation.values.ravel()[0]
    try:
        got = ls.evolve(model, state, [0, 2.0], **point).occupation.values.ravel()
    except Exception as error:
        spins_only = ls.evolve(model, state.m, [0, 2.0], **point).occupation.values.ravel()
        return False, f"{type(error).__name__} for the state; occupation {spins_only.round(4)} for `state.m`"
    return np.allclose(got, want, atol=1e-6), f"occupation {got.round(4)}"


WANT = "occupation 0.5515 throughout"

"""A model parameter with the name of a variable of results: p (a pump), m, time, outcome.

The documentation promises that a result carries its parameters. Either the name is refused when the model is made, or
`stationary_covariance(model, state)` works as it does with any other name.
"""

from sympy import sqrt

import largespin as ls
from cases import named


def check() -> tuple[bool, str]:
    wrong = []
    for name in ("w", "p", "q", "m", "occupation", "outcome", "sentence", "time", "component"):
        try:
            pump, spins = ls.parameter(name, positive=True), ls.Spins()
            jumps = [ls.Jump(spins.raising, sqrt(pump)), ls.Jump(spins.lowering, 1.0)]
            model = ls.Model(spins, jumps=jumps)
        except ls.LargespinError:
            continue
        try:
            states = ls.stationary_states(model, **{name: 0.3})
            ls.stationary_covariance(model, states.isel(state=0)).covariance.values.sum()
            ls.evolve(model, [0, 0, 1.0], 1.0, **{name: [0.3, 0.4]})
        except Exception as error:
            wrong.append(f"{name}: {named(error)[:60]}")
    return not wrong, "; ".join(wrong) or "every accepted name works"


WANT = "names that clash are refused when the model is made"

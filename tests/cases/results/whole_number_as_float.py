"""A number of particles that comes out of a division or of NumPy: `particles=10.0`.

10.0 is a whole number; "must be a whole number, but 10.0 is not" is false. (10.5 must stay refused.)
"""

import largespin as ls


def check() -> tuple[bool, str]:
    model, point = ls.models.hopfield(ls.ideal_large_spins(1)), dict(temperature=0.5, field=0.2)
    whole = ls.exact.evolve(model, [0, 0, 0.9], [0, 1.0], particles=10, **point).m.values
    try:
        same = ls.exact.evolve(model, [0, 0, 0.9], [0, 1.0], particles=10.0, **point).m.values
    except ls.LargespinError as error:
        return False, f"{str(error)!r}"
    return bool((whole == same).all()), "the same run"


WANT = "the run with 10 particles"

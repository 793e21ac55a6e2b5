"""The time of `local_map` beside the time of `evolve`: long_name and units.

The same coordinate of the same model must be described alike in every result.
"""

import largespin as ls


def check() -> tuple[bool, str]:
    model, point = ls.models.hopfield(ls.ideal_large_spins(1)), dict(temperature=0.5, field=0.2)
    run = ls.evolve(model, [0, 0.1, 0.5], [0, 1.0], **point)
    local = ls.local_map(model, [0, 0.1, 0.5], [0, 1.0], **point)
    return local.time.attrs == run.time.attrs != {}, f"{local.time.attrs} (evolve: {run.time.attrs})"


WANT = "the attributes that evolve gives"

"""`ls.plot.overlaps(run)` in a script that ends with `plt.show()`, or in a notebook cell.

What pyplot does not know, it does not show: a figure made without Axes given must be one of `plt.get_fignums()`, as
with `DataArray.plot()` of xarray. With Axes given, the plot goes there.
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve(model, [0, 0.1, 0.5], np.linspace(0, 5, 11), temperature=0.5, field=0.2)
    found = ls.branches(model, [0, 0, 0], between={"field": (0.0, 0.8)}, field=0.1, temperature=0.5)
    drawn = {}
    for name, draw in (("overlaps", lambda: ls.plot.overlaps(run)), ("branches", lambda: ls.plot.branches(found))):
        before = len(plt.get_fignums())
        draw()
        drawn[name] = len(plt.get_fignums()) - before
    return set(drawn.values()) == {1}, f"figures that pyplot knows: {drawn}"


WANT = "one for each call"

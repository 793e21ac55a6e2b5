"""The Axes of a plot are called `ax` in `overlaps` and `trajectory` and `axes` in `phase_diagram` and `branches`.

One keyword must work for all, as in xarray and pandas (`ax=`).
"""

import numpy as np
from matplotlib.figure import Figure

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve(model, [0, 0.1, 0.5], np.linspace(0, 5, 11), temperature=0.5, field=0.2)
    found = ls.branches(model, [0, 0, 0], between={"field": (0.0, 0.8)}, field=0.1, temperature=0.5)
    diagram = ls.phase_diagram(model, between={"temperature": (0.4, 1.2), "field": (0.0, 0.4)}, resolution=0.2)
    calls = {
        "overlaps": lambda ax: ls.plot.overlaps(run, ax=ax),
        "branches": lambda ax: ls.plot.branches(found, ax=ax),
        "phase_diagram": lambda ax: ls.plot.phase_diagram(diagram, ax=ax),
    }
    failed = []
    for name, call in calls.items():
        try:
            call(Figure().subplots())
        except TypeError as error:
            failed.append(f"{name}: {error}")
    return not failed, "; ".join(failed) or "`ax` works everywhere"


WANT = "`ax=` accepted by all"

"""`diagram.phase.plot()`, xarray's own picture of the phases of a diagram.

An array of objects cannot be drawn (TypeError). Whole numbers with `flag_values` and `flag_meanings` can.
"""

import matplotlib

matplotlib.use("Agg")
import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    axes = dict(temperature=np.linspace(0.4, 1.2, 4), field=np.linspace(0, 0.4, 4))
    diagram = ls.phase_diagram(model, **axes)
    diagram.phase.plot()
    return True, f"drawn, dtype {diagram.phase.dtype}"


WANT = "a picture"

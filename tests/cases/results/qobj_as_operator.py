"""Operators and starts typed as QuTiP objects (needs qutip): Jump(qt.sigmam()), ket2dm(basis(2, 0)) as a start.

They are matrices of numbers with a method `full()`. Decay from the upper state gives m_z = 2 exp(-1) - 1 at t = 1.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    import qutip as qt

    spins = ls.Spins()
    got = {}
    try:
        model = ls.Model(spins, jumps=[ls.Jump(qt.sigmam(), 1.0)])
        got["jump"] = ls.evolve(model, [0, 0, 1.0], 1.0).m.values.ravel()[2]
    except ls.LargespinError as error:
        got["jump"] = str(error)[:70]
    try:
        model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, 1.0)])
        got["start"] = ls.evolve(model, qt.ket2dm(qt.basis(2, 0)), 1.0).m.values.ravel()[2]
    except ls.LargespinError as error:
        got["start"] = str(error)[:70]
    true = 2 * np.exp(-1) - 1
    return all(isinstance(v, float) and abs(v - true) < 1e-7 for v in got.values()), f"{got}"


WANT = "m_z = -0.2642 for both"

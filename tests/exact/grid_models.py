"""Models whose exact solutions are known at every point of a grid, shared by the tests of grids."""

from typing import Any

import numpy as np
import sympy as sp

import largespin as ls

HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
COUPLED: dict[str, Any] = {"field": 0.5, "coupling": 0.9}
TIMES = np.array([0.0, 0.3, 0.8, 1.5])
UP = [0.0, 0.0, 1.0]
RATIO = 0.4
"""Rate of excitation over that of decay."""


def counting() -> ls.Model:
    """Independent spins that relax, with dephasing at the rate 1 + a m_z, of which the populations know nothing.

    For a > 1 its amplitude is imaginary in some configurations, which is found only when the generator is built.
    """
    spins, (a,) = ls.Spins(), ls.parameters("a")
    rate = sp.sqrt(1 + a * spins.average("z"))
    jumps = [ls.Jump(spins.lowering), ls.Jump(spins.raising, np.sqrt(RATIO)), ls.Jump(spins.operator("z") / 2, rate)]
    return ls.Model(spins, jumps=jumps)


def relaxed(times: Any, start: float = 1.0) -> Any:
    """``m_z(t)`` of one spin that falls at the rate 1 and is raised at the rate r: ``ṁ_z = −(1 + r) m_z + r − 1``."""
    final = (RATIO - 1.0) / (RATIO + 1.0)
    return final + (start - final) * np.exp(-(1.0 + RATIO) * np.asarray(times))


def up(model: ls.Model) -> ls.State:
    """All spins up, modes in the vacuum."""
    return model.state(UP, modes=0)


COUNTING = counting()
COMPLEX = (
    "The amplitude of jump 3 must be real for every configuration of 4 particles, but it is complex for some; check the "
    "parameters."
)


def amplifier() -> ls.Model:
    """``q̇ = χ q − κ q/2`` and the like: unstable for χ > κ/2, and empty in the mean field."""
    mode, (chi,) = ls.Mode("b"), ls.parameters("chi")
    return ls.Model(ls.Spins(), energy=chi * mode.q * mode.p, collective_jumps=[mode.loss(0.5)], modes=[mode])


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing may be computed")

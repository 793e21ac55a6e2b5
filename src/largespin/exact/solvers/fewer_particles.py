"""Where to look for slow modes that oscillate fast: at the frequencies which they have with fewer particles."""

from math import gcd, prod

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.exact.generator.system import System
from largespin.exact.space.space import sizes

LARGEST = 300
"""Components of the smaller system, of which all eigenvalues are computed in 0.1 s."""
MOST = 4
"""Frequencies that are tried: each takes a complex factorisation of the large system."""
SLOW = 1.5
"""Modes up to this multiple of the rate wanted are taken along: rates shift a little with the number of particles."""
APART = 1e-3
"""Frequencies closer than this share of the fastest are one: one factorisation finds the modes of both."""


def frequencies_of_fewer(system: System, count: int) -> FloatArray:
    """Frequencies ``Im λ > 0`` of the slowest modes of the same model with fewer particles, shape (at most 4,).

    A guess, which may miss what only many particles have: it adds modes and proves nothing.

    Args:
        system: the large system.
        count: how many modes of it are wanted.
    """
    counts = system.space.counts
    unit = gcd(*counts)
    small = [tuple(c // unit * m for c in counts) for m in range(unit - 1, 0, -1)]
    fitting = [c for c in small if prod(sizes(system.model.particles.levels, c, system.space.fock)) <= LARGEST]
    if not fitting:
        return np.zeros(0)
    names = {name: system.parameters[symbol] for name, symbol in system.model.parameters.items()}
    try:
        fewer = System(system.model, particles=fitting[0], fock=system.space.fock or None, parameters=names)
        values = np.linalg.eigvals(fewer.real_liouvillian.steady.toarray())
    except LargespinError:
        # Where the model does not exist with fewer particles there is nothing to learn from them.
        return np.zeros(0)
    values = values[np.argsort(-values.real)]
    slow = values[-values.real <= SLOW * -values.real[min(count, len(values)) - 1]]
    fastest = float(np.abs(values.imag).max(initial=0.0))
    found: list[float] = []
    for frequency in slow.imag[slow.imag > APART * fastest]:
        if len(found) < MOST and all(abs(frequency - other) > APART * fastest for other in found):
            found.append(float(frequency))
    return np.array(found)

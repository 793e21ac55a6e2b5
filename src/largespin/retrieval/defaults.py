"""The numbers of a retrieval where none are given, chosen so that a picture damaged by a fifth comes back.

Hopfield: T = 0.4 and Ω = 0.2 lie well inside the retrieval phase, overlap 0.98.
Dicke: Ω = 0.5, g_0 = 0.9 is above the critical coupling 0.56. With relaxation γ the stationary overlap is
√(2r(1 − r)) for small γ, r = (critical coupling/g_0)², which is largest (0.71) at g_0 = 0.79. Closer to that, or with
less relaxation, the spins swing through zero and may settle in the negative of the picture.
"""

from collections.abc import Mapping
from typing import Literal

from largespin.models.ready.rates import Rates

Memory = Literal["hopfield", "dicke"]
"""The ready models that retrieve pictures."""

CORRUPTION = 0.2
FRAMES = 60
TOLERANCE = 1e-9

DEFAULTS: Mapping[Memory, Mapping[str, float]] = {
    "hopfield": {"temperature": 0.4, "field": 0.2, "time": 15.0},
    "dicke": {
        "field": 0.5,
        "coupling": 0.9,
        "mode_frequency": 1.0,
        "loss": 1.0,
        "relaxation": 0.5,
        "time": 40.0,
    },
}
DEFAULT_RATES: Rates = "exponential"

LONGEST_TIME = 1e5
LARGEST_RATE = 100.0
"""Largest field, coupling, frequency or loss: larger ones only cost time, as every other rate is of order one."""
MOST_PERIODS = 1e6
"""Largest product of the time and the largest rate."""
LARGEST_NUMBER_OF_BLOCKS = 1024
LARGEST_EXPONENT = 30.0
"""Δ/T up to which exponential flip rates e^(Δ/T) are solved in about ten seconds, by the implicit solver."""

"""Where a branch of cycles turns back: do two cycles meet, or does the cycle become one that repeats itself?

At a period halving the two halves of the cycle become equal, at a pitchfork the cycle becomes its own mirror image. The
parameter turns back there as at a fold, but what follows are the same cycles once more, shifted or mirrored. The gap
between the cycle and its image goes through zero there, linearly in the step, and the parameter is quadratic in it. The
equations of the cycle are singular at the point itself, so it is extrapolated from beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from largespin.cycles.equations import CycleEquations
from largespin.cycles.mesh import states_at
from largespin.cycles.shooting import Cycle
from largespin.errors import FloatArray

HALVING, PITCHFORK = "period halving", "pitchfork of cycles"
SHIFTS = (0.0, 1 / 2, 1 / 3, 2 / 3, 1 / 4, 3 / 4)
"""Shares of the period by which a symmetric cycle may be shifted against its image: symmetries of order two to four."""
OPPOSITE = -0.8
"""Cosine of the angle between the gaps before and behind a point below which the gap has gone through zero."""
NO_GAP = 1e-6
"""Gap, relative to the size of the cycle, below which the cycle is its own image already."""
BESIDE = (0.02, 0.01)
"""Gaps, relative to that before the point, from which the parameter is extrapolated."""
ROUGH = 0.2
"""How far these gaps may be off, relative to themselves; they are known afterwards."""
TRIALS = 40
"""Trial steps in the search for one of these gaps."""


@dataclass(frozen=True, eq=False)
class Repetition:
    """What the cycle gains between two places.

    Attributes:
        name: ``period halving`` or ``pitchfork of cycles``.
        gap: distance of a cycle from its image along that of the first place, which is 1.
    """

    name: str
    gap: Callable[[Cycle], float]


def repetition_between(equations: CycleEquations, before: Cycle, after: Cycle) -> Repetition | None:
    """What a cycle gains where the branch turns back between two places; None at a fold."""
    images: list[tuple[str, Callable[[FloatArray], FloatArray], float]] = [(HALVING, np.asarray, 0.5)]
    images += [(PITCHFORK, apply, shift) for apply in equations.maps for shift in SHIFTS]
    for name, apply, shift in images:
        first, last = (_gap(equations, cycle, apply, shift) for cycle in (before, after))
        sizes = np.linalg.norm(first), np.linalg.norm(last)
        if min(sizes) > NO_GAP * before.size and float(first @ last) < OPPOSITE * sizes[0] * sizes[1]:
            row = first / (first @ first)
            return Repetition(name, _Gap(equations, apply, shift, row))
    return None


def _gap(
    equations: CycleEquations, cycle: Cycle, apply: Callable[[FloatArray], FloatArray], shift: float
) -> FloatArray:
    return apply(cycle.nodes[0]) - states_at(equations, cycle, np.array([shift]))[0]


@dataclass(frozen=True, eq=False)
class _Gap:
    equations: CycleEquations
    apply: Callable[[FloatArray], FloatArray]
    shift: float
    row: FloatArray

    def __call__(self, cycle: Cycle) -> float:
        return float(self.row @ _gap(self.equations, cycle, self.apply, self.shift))


def step_with_gap(gap_at: Callable[[float], float], aim: float, length: float, last: float) -> float:
    """The step at which the gap, 1 at the start and `last` < 0 at `length`, is about `aim`, by regula falsi."""
    low, high, above, below = 0.0, length, 1.0 - aim, last - aim
    step = 0.0
    for _ in range(TRIALS):
        # Not too near the ends, so that both sides move.
        share = float(np.clip(above / (above - below), 0.05, 0.95))
        step = low + share * (high - low)
        left = gap_at(step) - aim
        if abs(left) < ROUGH * aim:
            break
        low, above, high, below = (step, left, high, below) if left > 0.0 else (low, above, step, left)
    return step


def extrapolated(gaps: tuple[float, float], values: tuple[float, float]) -> float:
    """The parameter at gap zero, if it depends on the square of the gap."""
    (a, b), (p, q) = (gap**2 for gap in gaps), values
    return (a * q - b * p) / (a - b)

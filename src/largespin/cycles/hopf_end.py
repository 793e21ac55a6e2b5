"""Does a branch end where the cycle shrinks to a point? The Hopf point is solved and becomes its last point."""

from dataclasses import replace

import numpy as np

from largespin.cycles.continuation import Continuation, CyclePoint
from largespin.cycles.events import accuracy
from largespin.cycles.hopf import HopfPoint, hopf_point
from largespin.cycles.shooting import Cycle

HOPF_END = "Hopf end"
SMALL = 1e-3
"""Size of a cycle, relative to the largest of the branch, below which it has shrunk to a point."""
REACH = 0.2
"""How far from the last cycle the Hopf point may be, relative to the range of the parameter."""
SAME_FREQUENCY = 0.2
"""Relative difference of the frequencies of the cycle and of the stationary state at its middle."""


def hopf_end(continuation: Continuation, places: list[CyclePoint]) -> CyclePoint | None:
    """The Hopf point between the last two points, or None."""
    if len(places) < 2:
        return None
    before, now = places[-2], places[-1]
    if not (_has_turned_over(before.cycle, now.cycle) or _has_vanished(places)):
        return None
    cycle = before.cycle
    hopf = hopf_point(
        continuation.equations,
        cycle.middle,
        cycle.value,
        2.0 * np.pi / cycle.period,
        continuation.levels,
        REACH * continuation.settings.width,
    )
    if hopf is None or abs(hopf.frequency * cycle.period / (2.0 * np.pi) - 1.0) > SAME_FREQUENCY:
        return None
    words = "the cycle shrinks to a stationary state"
    return _hopf_place(continuation, now, hopf, words)


def birth_place(continuation: Continuation, first: CyclePoint, hopf: HopfPoint) -> CyclePoint:
    """The Hopf point at which a branch begins, beside its first cycle."""
    return _hopf_place(continuation, first, hopf, "the cycle is born from a stationary state")


def _has_turned_over(before: Cycle, now: Cycle) -> bool:
    """Whether the cycle is seen half a period later: the step has led through the point to the other side."""
    if len(before.nodes) != len(now.nodes):
        return False
    moved = (before.nodes - before.middle) * (now.nodes - now.middle)
    return bool(before.fractions @ moved.sum(axis=1) < 0.0)


def _has_vanished(places: list[CyclePoint]) -> bool:
    sizes = [place.cycle.size for place in places]
    return sizes[-1] < SMALL * max(sizes) and sizes[-1] < sizes[-2]


def _hopf_place(continuation: Continuation, now: CyclePoint, hopf: HopfPoint, words: str) -> CyclePoint:
    period = 2.0 * np.pi / hopf.frequency
    nodes = np.broadcast_to(hopf.state, now.cycle.nodes.shape).copy()
    cycle = Cycle(nodes, now.cycle.fractions, period, hopf.value, closure=0.0)
    values = np.linalg.eigvals(continuation.equations.jacobian(hopf.state, hopf.value))
    # One of the pair ±iω is the shift along the cycle.
    kept = np.delete(values, int(np.argmin(np.abs(values - 1j * hopf.frequency)))) * period
    across = np.exp(kept)
    floquet = replace(now.floquet, across=across[np.argsort(-np.abs(across), kind="stable")], along_error=0.0)
    sentence = f"Hopf end: {words} at {hopf.value:.10g}, frequency {hopf.frequency:.6g}."
    error = accuracy(continuation.equations, hopf.value)
    return replace(now, cycle=cycle, floquet=floquet, special=HOPF_END, at=(hopf.value, error), sentence=sentence)

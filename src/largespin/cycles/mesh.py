"""Where along a cycle do its nodes lie? Dense where it moves, where time passes and where disturbances grow."""

from dataclasses import replace

import numpy as np

from largespin.cycles.equations import CycleEquations
from largespin.cycles.shooting import Cycle, Shot, shoot
from largespin.errors import FloatArray

FEWEST = 8
"""Nodes of a short and stable cycle: enough to fix its phase and to measure its size."""
MOST = 600
"""Nodes of the longest cycle; more, and a branch takes minutes."""
GROWTH = 2.0
"""Wanted growth of disturbances within a segment, as a power of e; twice as much calls for new nodes."""
WITHIN = 16
"""Points within a segment at which the cycle is looked at."""


def states_at(equations: CycleEquations, cycle: Cycle, phases: FloatArray) -> FloatArray:
    """States at rising phases in [0, 1], each reached from the node before it, shape (len(phases), n)."""
    starts = cycle.phases
    segment = np.clip(np.searchsorted(starts, phases, side="right") - 1, 0, len(starts) - 1)
    states = np.empty((len(phases), cycle.nodes.shape[1]))
    for i in np.unique(segment):
        own = segment == i
        times = (phases[own] - starts[i]) * cycle.period
        states[own] = equations.path(cycle.nodes[i], cycle.value, np.maximum(times, 0.0))
    return states


def within(cycle: Cycle) -> FloatArray:
    """Phases that divide every segment evenly, shape (m · WITHIN,)."""
    inner = np.arange(WITHIN) / WITHIN
    return (cycle.phases[:, None] + cycle.fractions[:, None] * inner).ravel()


def growth(shot: Shot) -> FloatArray:
    """``ln ‖Φ_i‖`` of every segment, at least zero."""
    return np.maximum(np.log(np.linalg.norm(shot.by_state, ord=2, axis=(1, 2))), 0.0)


def is_worn(equations: CycleEquations, cycle: Cycle, shot: Shot | None = None) -> bool:
    """Whether the nodes no longer suit the cycle."""
    rise = growth(shot or shoot(equations, cycle))
    return bool(rise.max() > 2.0 * GROWTH) or 2 * _wanted(rise) < len(rise)


def _wanted(rise: FloatArray) -> int:
    return int(np.clip(np.ceil(rise.sum() / GROWTH), FEWEST, MOST))


def remeshed(equations: CycleEquations, cycle: Cycle, shot: Shot | None = None) -> Cycle:
    """The same cycle with new nodes, as many as its growth asks for; the first node stays.

    A third of the nodes is spread evenly in time, a third along the orbit and a third along the growth.
    """
    rise = growth(shot or shoot(equations, cycle))
    phases = np.append(within(cycle), 1.0)
    states = states_at(equations, cycle, phases)
    lengths = np.linalg.norm(np.diff(states, axis=0), axis=1)
    rising = np.repeat(rise + 1e-3, WITHIN) / WITHIN
    density = np.diff(phases) + lengths / max(float(lengths.sum()), 1e-300) + rising / rising.sum()
    travelled = np.concatenate([[0.0], np.cumsum(density)])
    count = _wanted(rise)
    marks = np.interp(np.arange(count) / count, travelled / travelled[-1], phases)
    nodes = states_at(equations, cycle, marks)
    return replace(cycle, nodes=nodes, fractions=np.diff(np.append(marks, 1.0)))


def spread_cycle(equations: CycleEquations, start: FloatArray, period: float, value: float) -> Cycle:
    """A cycle through `start` as a guess for shooting, with suitable nodes."""
    phases = np.arange(FEWEST) / FEWEST
    nodes = equations.path(start, value, phases * period)
    cycle = Cycle(nodes, np.full(FEWEST, 1.0 / FEWEST), period, value)
    for _ in range(4):
        cycle = remeshed(equations, cycle)
        if not is_worn(equations, cycle):
            break
    return cycle


def carried_between(cycle: Cycle, old: Cycle, vector: FloatArray) -> FloatArray:
    """A change of the unknowns of `old` in terms of those of `cycle`, whose nodes lie elsewhere: interpolated."""
    phases = np.append(old.phases, 1.0)
    moved = vector[:-2].reshape(old.nodes.shape)
    around = np.concatenate([moved, moved[:1]])
    columns = [np.interp(cycle.phases, phases, column) for column in around.T]
    return np.append(np.stack(columns, axis=1).ravel(), vector[-2:])

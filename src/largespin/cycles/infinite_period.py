"""Why does the period grow without bound? Saddles or saddle-nodes on the cycle, and the parameter where it breaks."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import root

from largespin.cycles.continuation import Continuation, CyclePoint
from largespin.cycles.equations import CycleEquations
from largespin.cycles.events import accuracy, scale_of
from largespin.cycles.hopf import stationary_near
from largespin.cycles.mesh import states_at, within
from largespin.cycles.shooting import Cycle
from largespin.errors import FloatArray

SLOW = 0.05
"""Speed, relative to the largest on the cycle, below which the cycle passes something at rest: at 40 times the shortest
period nearly all time is spent at less than a twentieth of the speed."""
NEAR = 0.1
"""Distance from the slowest point, relative to the cycle, up to which a saddle explains it: the distance shrinks like
``e^{−λT}``, and is far below a tenth at such periods."""
GHOST = 0.5
"""Distance from the slowest point, relative to the cycle, up to which a saddle-node that exists only beyond the parameter
explains it: it shrinks like ``1/T`` only."""
STALLED = 1e-10
"""Change of the parameter over two steps, relative to its size, that is none: a hundred times the tolerance 1e-12, to which
the parameter is solved for."""
BORDER = 1e-3
"""Part of the range that changes of a parameter near zero are measured by."""
GROWN = 1.05
"""Growth of the period over two steps that goes on although the parameter stands still: such steps change nothing but ln T, two
of 0.1 by 0.2."""
LONG = 40.0
"""Period, relative to the shortest of the branch, at which the reason of its growth is asked for: near Hopf points and folds
periods change by a few times, and laws of growth show their limit from here on."""
PATIENCE = 5.0
"""How many times longer periods may become before the search for a reason is given up; each look costs as much as a cycle,
and without a saddle nothing new is seen."""
LOOK = 1.25
"""Factor by which the period grows between two looks: two of the longest usual steps, ``e^{0.1}`` each."""
SHARP = 1e-10
"""Error of the extrapolated p*, relative to the parameter, at which the branch need not be followed any longer: a hundred
times the tolerance 1e-12, better than which no parameter of a cycle is known."""
SOLVED = 1e-10
"""Error of the p* of a saddle-node, relative to the parameter; it is solved for, not extrapolated."""
TRIALS = 300
"""Evaluations after which there is no saddle-node nearby: two finite-difference Jacobians of a hundred unknowns, and some steps."""
STOP = 1e-14
"""Change of the unknowns at which the search for a saddle-node ends: rounding."""
FOLDED = 1e-9
"""Residual of the equations of a saddle-node, relative to the Jacobian's size, up to which it is one; a search that
finds none stalls far above."""
SMALLEST_SIZE = 1e-3
"""Size of a Jacobian below which residuals are not measured relative to it: all rates may be small, but then errors too."""
SAME = 1e-5
"""Distance, relative to the cycle, below which two stationary states are one; they are solved to 1e-10."""
ROOT_LAW = (0.35, 0.65)
"""Exponents of ``T ~ |p − p*|^(−x)`` that count as the inverse root of a saddle-node on the cycle; at finite periods the law
has corrections, and a logarithm, at saddles, shows exponents below 0.2."""
LINEAR = 0.1
"""Change of the extrapolated p*, relative to the distance from it, up to which ``T^(−2)`` is linear."""
CLEAR = 1e-8
"""Distance from p*, relative to the parameter, beyond which it is known well enough to test the law of growth: p* is known
to 1e-10."""
FEWEST = 4
"""Places of a branch from which its law of growth can be read: two values of p*, each from two of the last places."""

HOMOCLINIC, HETEROCLINIC = "homoclinic end", "heteroclinic end"
SADDLE_NODE, UNKNOWN = "saddle-node on the cycle (infinite period)", "long period"


@dataclass(frozen=True, eq=False)
class Passage:
    """A slow part of the cycle: the slowest point and the saddle near it, if there is one."""

    point: FloatArray
    saddle: FloatArray | None
    rate: float


def infinite_period(continuation: Continuation, places: list[CyclePoint]) -> CyclePoint | None:
    """The last point with the reason why the branch ends there, or None while the period is still moderate."""
    if len(places) < FEWEST or not _runs_away(continuation, places):
        return None
    last = places[-1]
    passages = _passages(continuation, last.cycle)
    if passages and all(passage.saddle is not None for passage in passages):
        end = _at_saddles(continuation, places, passages)
        is_sharp = end.at[1] <= SHARP * scale_of(end.at[0])
        return end if is_sharp or last.cycle.period > _latest(continuation, places) else None
    # With conserved quantities the Jacobian is singular everywhere, which tells nothing.
    for passage in passages if continuation.dependent == 0 else ():
        fold = saddle_node(continuation.equations, passage.point, last.cycle)
        if fold is not None and (described := _at_saddle_node(places, passages, fold[1])) is not None:
            return described
    if last.cycle.period < _latest(continuation, places):
        return None
    return _unexplained(places)


def _longest(continuation: Continuation, places: list[CyclePoint]) -> float:
    """Period from which the reason of its growth is asked for."""
    return min(continuation.settings.longest_period, LONG * min(place.cycle.period for place in places))


def _latest(continuation: Continuation, places: list[CyclePoint]) -> float:
    """Period at which the branch ends in any case."""
    asked = continuation.settings.longest_period
    return asked if np.isfinite(asked) else PATIENCE * _longest(continuation, places)


def _runs_away(continuation: Continuation, places: list[CyclePoint]) -> bool:
    now, before = places[-1].cycle, places[-3].cycle
    stalled = abs(now.value - before.value) < STALLED * max(abs(now.value), BORDER * continuation.settings.width)
    longest, last = _longest(continuation, places), places[-2].cycle.period
    # Looking for the reason is dear: it is done each time the period has grown by some factor.
    looks = [np.floor(np.log(period / longest) / np.log(LOOK)) for period in (last, now.period)]
    return (stalled and now.period > GROWN * before.period) or (now.period > longest and looks[1] > looks[0])


def _passages(continuation: Continuation, cycle: Cycle) -> list[Passage]:
    """The slow parts, in the order in which they are passed."""
    equations = continuation.equations
    states = states_at(equations, cycle, within(cycle))
    speeds = np.linalg.norm(equations.rhs(states, cycle.value), axis=1)
    first = int(np.argmax(speeds))
    states, slow = np.roll(states, -first, axis=0), np.roll(speeds, -first) < SLOW * speeds.max()
    speeds = np.roll(speeds, -first)
    borders = np.flatnonzero(np.diff(np.concatenate([[False], slow, [False]]).astype(int)))
    found = []
    for begin, end in borders.reshape(-1, 2):
        point = states[begin + int(np.argmin(speeds[begin:end]))]
        found.append(_passage(continuation, cycle, point))
    return found


def _passage(continuation: Continuation, cycle: Cycle, point: FloatArray) -> Passage:
    saddle = stationary_near(continuation.equations, point, cycle.value, continuation.levels)
    if saddle is None or np.linalg.norm(saddle - point) > NEAR * cycle.size:
        return Passage(point, None, np.nan)
    rates = np.linalg.eigvals(continuation.equations.jacobian(saddle, cycle.value)).real
    # Conserved quantities give zeros, which neither attract nor repel.
    moving = rates[np.argsort(np.abs(rates))[continuation.dependent :]]
    if not (np.any(moving > 0.0) and np.any(moving < 0.0)):
        return Passage(point, None, np.nan)
    return Passage(point, saddle, float(min(moving[moving > 0.0].min(), -moving[moving < 0.0].max())))


def _at_saddles(continuation: Continuation, places: list[CyclePoint], passages: list[Passage]) -> CyclePoint:
    """``T ≈ const − c ln|p − p*|``, c the sum of inverse leading rates of the saddles passed."""
    last = places[-1]
    slope = sum(1.0 / passage.rate for passage in passages)
    at, change = logarithmic_end(places, slope)
    error = max(change, accuracy(continuation.equations, at))
    distinct = _distinct([p.saddle for p in passages if p.saddle is not None], SAME * last.cycle.size)
    count, visits = len(distinct), len(passages)
    if count > 1:
        images = (
            " that symmetries map into each other" if _are_images(continuation.equations, distinct, last.cycle) else ""
        )
        special, words = HETEROCLINIC, f"Heteroclinic end: the cycle breaks at {count} saddles{images}"
    else:
        loops = f"a loop of {visits} turns at one saddle" if visits > 1 else "a loop at one saddle"
        special, words = HOMOCLINIC, f"Homoclinic end: the cycle becomes {loops}"
    measured = _measured_logarithm(places, at)
    law = f"T grows as −{slope:.3g} ln|p − p*|" + (f" (measured {measured:.3g})" if np.isfinite(measured) else "")
    return replace(last, special=special, at=(at, error), sentence=f"{words}, at p* = {at:.10g}; {law}.")


def logarithmic_end(places: list[CyclePoint], slope: float) -> tuple[float, float]:
    """p* from the last two points, and its change against the two before."""
    ends = []
    for one, two in zip(places[-3:-1], places[-2:], strict=True):
        ratio = np.exp(-(two.cycle.period - one.cycle.period) / slope)
        ends.append((two.cycle.value - ratio * one.cycle.value) / (1.0 - ratio))
    return float(ends[1]), float(abs(ends[1] - ends[0]))


def _clear(places: list[CyclePoint], at: float) -> list[tuple[float, float]]:
    """Distance from p* and period of the last two points at which the distance is known well."""
    scale = scale_of(at)
    known = [(abs(p.cycle.value - at), p.cycle.period) for p in places if abs(p.cycle.value - at) > CLEAR * scale]
    return known[-2:]


def _measured_logarithm(places: list[CyclePoint], at: float) -> float:
    known = _clear(places, at)
    if len(known) < 2 or known[0][0] == known[1][0]:
        return np.nan
    (far, short), (near, long) = known
    return float((long - short) / np.log(far / near))


def saddle_node(equations: CycleEquations, u: FloatArray, cycle: Cycle) -> tuple[FloatArray, float] | None:
    """State and parameter of the saddle-node near u: ``F = 0``, ``J v = 0``, ``|v| = 1``."""
    n = equations.size
    start = np.linalg.svd(equations.jacobian(u, cycle.value))[2][-1]

    def residual(z: FloatArray) -> FloatArray:
        state, v, p = z[:n], z[n : 2 * n], float(z[-1])
        return np.concatenate([equations.rhs(state, p), equations.jacobian(state, p) @ v, [v @ start - 1.0]])

    try:
        solution = root(
            residual,
            np.concatenate([u, start, [cycle.value]]),
            method="hybr",
            options={"xtol": STOP, "maxfev": TRIALS},
        )
    except (ArithmeticError, np.linalg.LinAlgError, ValueError):
        return None
    state, p = solution.x[:n], float(solution.x[-1])
    scale = max(SMALLEST_SIZE, float(np.linalg.norm(equations.jacobian(u, cycle.value))))
    if np.linalg.norm(residual(solution.x)) > FOLDED * scale or np.linalg.norm(state - u) > GHOST * cycle.size:
        return None
    return state, p


def _at_saddle_node(places: list[CyclePoint], passages: list[Passage], at: float) -> CyclePoint | None:
    """``T ~ |p − p*|^(−1/2)``; None if the period grows by another law."""
    last = places[-1]
    known = _clear(places, at)
    if len(known) < 2:
        return None
    (far, short), (near, long) = known
    exponent = float(np.log(long / short) / np.log(far / near)) if near < far else 0.0
    if not ROOT_LAW[0] < exponent < ROOT_LAW[1]:
        return None
    count = f"{len(passages)} saddle-nodes appear" if len(passages) > 1 else "a saddle-node appears"
    words = f"Saddle-node on the cycle: {count} on it, at p* = {at:.10g}"
    sentence = f"{words}; T grows as |p − p*|^(−{exponent:.2f})."
    return replace(last, special=SADDLE_NODE, at=(at, SOLVED * scale_of(at)), sentence=sentence)


def _unexplained(places: list[CyclePoint]) -> CyclePoint:
    """p* from the last points if ``T^(−2)`` goes to zero linearly, as at saddle-nodes of any kind."""
    last = places[-1]
    words = f"The period has grown to {last.cycle.period:.4g} at {last.cycle.value:.10g}; no saddle was found"
    inverse = [(1.0 / place.cycle.period**2, place.cycle.value) for place in places[-FEWEST:] if not place.special]
    ends = [(p * b - q * a) / (b - a) for (a, p), (b, q) in pairwise(inverse) if a != b]
    if len(ends) < 2 or abs(ends[-1] - ends[-2]) > LINEAR * abs(ends[-1] - last.cycle.value):
        return replace(last, special=UNKNOWN, sentence=f"{words}, and the law of growth is not recognised.")
    at, error = float(ends[-1]), float(abs(ends[-1] - ends[-2]))
    sentence = f"{words}; T grows as |p − p*|^(−0.5) towards p* = {at:.8g}."
    return replace(last, special=UNKNOWN, at=(at, error), sentence=sentence)


def _distinct(states: list[FloatArray], join: float) -> list[FloatArray]:
    kept: list[FloatArray] = []
    for state in states:
        if all(np.linalg.norm(state - other) > join for other in kept):
            kept.append(state)
    return kept


def _are_images(equations: CycleEquations, states: list[FloatArray], cycle: Cycle) -> bool:
    join = SAME * cycle.size
    first = [apply(states[0]) for apply in equations.maps]
    return all(any(np.linalg.norm(image - state) < join for image in first) for state in states[1:])

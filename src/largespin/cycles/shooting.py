"""Which closed orbit lies near a guess? Multiple shooting: ``φ_{T f_i}(x_i, p) = x_{i+1}``, solved by Newton's method.

A cycle is kept as nodes x_i along it. No segment is long enough for a disturbance to grow much, so that orbits of any
length and instability can be computed. Unknowns are the nodes, ln T and the parameter p; ln T because near the end of
a branch T grows without bound while nothing else moves.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.linalg import lstsq
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu

from largespin.cycles.equations import CycleEquations, IntegrationError
from largespin.errors import FloatArray

NEWTON_STEPS = 12
ROUNDING = 1e3
"""Gap between segments, in units of tolerance × size of the states, above which Newton's method has failed."""
DENSE_UP_TO = 250
"""Unknowns up to which dense elimination is faster than sparse; measured."""
SINGULAR = 1e-9
"""Singular values, relative to the largest, that are zero where conserved quantities make the equations dependent."""
LONGEST_CHANGE = 1.0
"""Change of ln T in one Newton step above which the guess was no guess."""


@dataclass(frozen=True, eq=False)
class Cycle:
    """A closed orbit.

    Attributes:
        nodes: states along it, shape (m, n).
        fractions: share of the period from each node to the next, shape (m,).
        period: T.
        value: the parameter p.
        closure: largest gap between the end of a segment and the next node.
        iterations: Newton steps that were needed.
    """

    nodes: FloatArray
    fractions: FloatArray
    period: float
    value: float
    closure: float = np.inf
    iterations: int = 0

    @property
    def vector(self) -> FloatArray:
        """The unknowns ``(x_1 … x_m, ln T, p)``."""
        return np.concatenate([self.nodes.ravel(), [np.log(self.period), self.value]])

    def at(self, vector: FloatArray) -> "Cycle":
        """The cycle with these unknowns."""
        nodes = vector[:-2].reshape(self.nodes.shape)
        return replace(self, nodes=nodes, period=float(np.exp(vector[-2])), value=float(vector[-1]), closure=np.inf)

    @property
    def phases(self) -> FloatArray:
        """Phase t/T of each node, shape (m,)."""
        return np.concatenate([[0.0], np.cumsum(self.fractions)[:-1]])

    @property
    def middle(self) -> FloatArray:
        """Mean state over the nodes, each counted with its share of the period."""
        return self.fractions @ self.nodes

    @cached_property
    def size(self) -> float:
        """Largest distance of a node from the middle."""
        return float(np.linalg.norm(self.nodes - self.middle, axis=1).max())


@dataclass(frozen=True, eq=False)
class Shot:
    """All segments of a guess, integrated: ends (m, n), Φ (m, n, n), ∂φ/∂p (m, n) and F at the ends (m, n)."""

    ends: FloatArray
    by_state: FloatArray
    by_parameter: FloatArray
    flow: FloatArray


def shoot(equations: CycleEquations, cycle: Cycle) -> Shot:
    """Integrate every segment.

    Raises:
        IntegrationError: a segment diverges.
    """
    durations = cycle.fractions * cycle.period
    steps = [equations.advance(x, cycle.value, float(t)) for x, t in zip(cycle.nodes, durations, strict=True)]
    ends = np.array([step.end for step in steps])
    return Shot(
        ends,
        np.array([step.by_state for step in steps]),
        np.array([step.by_parameter for step in steps]),
        equations.rhs(ends, cycle.value),
    )


def slopes(cycle: Cycle, shot: Shot) -> coo_array:
    """Derivative of the gaps ``φ(x_i) − x_{i+1}`` by the unknowns, shape (m n, m n + 2)."""
    m, n = cycle.nodes.shape
    first = np.arange(m)[:, None, None] * n
    rows = np.broadcast_to(first + np.arange(n)[:, None], (m, n, n))
    columns = np.broadcast_to(first + np.arange(n)[None, :], (m, n, n))
    single = np.arange(m * n)
    by_period = (cycle.fractions * cycle.period)[:, None] * shot.flow
    data = [shot.by_state.ravel(), np.full(m * n, -1.0), by_period.ravel(), shot.by_parameter.ravel()]
    where = [columns.ravel(), (single + n) % (m * n), np.full(m * n, m * n), np.full(m * n, m * n + 1)]
    places = (np.concatenate([rows.ravel(), single, single, single]), np.concatenate(where))
    return coo_array((np.concatenate(data), places), shape=(m * n, m * n + 2))


@dataclass(frozen=True, eq=False)
class CycleConditions:
    """What singles out one cycle of a family.

    Attributes:
        phase: row of the condition that fixes the phase, shape (m n + 2,).
        border: row of the condition that fixes the step along the branch, or the parameter.
        levels: values of the known conserved quantities, shape (k,).
        dependent: number of conserved quantities, known or not; equations are then solved by least squares.
        shortest_step: solve by least squares in any case, as where the cycle may be one of a family.
    """

    phase: FloatArray
    border: FloatArray
    levels: FloatArray
    dependent: int = 0
    shortest_step: bool = False

    @property
    def least_squares(self) -> bool:
        """Whether the equations of a Newton step may be dependent."""
        return self.shortest_step or self.dependent > 0 or len(self.levels) > 0


def phase_row(equations: CycleEquations, cycle: Cycle) -> FloatArray:
    """``Σ_i f_i F(x_i) · δx_i``: of all shifts along the cycle none is taken."""
    across = cycle.fractions[:, None] * equations.rhs(cycle.nodes, cycle.value)
    return np.append(across.ravel() / np.linalg.norm(across), [0.0, 0.0])


def parameter_row(cycle: Cycle) -> FloatArray:
    """The condition that the parameter stays."""
    return np.append(np.zeros(cycle.nodes.size + 1), 1.0)


def bordered(equations: CycleEquations, cycle: Cycle, shot: Shot, conditions: CycleConditions) -> "Bordered":
    """The equations of one Newton step, ready to be solved."""
    gradients = equations.conserved(cycle.nodes[0])[1]
    rows = np.zeros((2 + len(gradients), cycle.nodes.size + 2))
    rows[0], rows[1] = conditions.phase, conditions.border
    rows[2:, : cycle.nodes.shape[1]] = gradients
    return Bordered(slopes(cycle, shot), rows, conditions.least_squares)


class Bordered:
    """Linear equations of segments and conditions; least squares where conserved quantities make them dependent."""

    def __init__(self, segments: coo_array, rows: FloatArray, least_squares: bool) -> None:
        self._least_squares = least_squares
        if self._least_squares or segments.shape[1] <= DENSE_UP_TO:
            self._matrix = np.concatenate([segments.toarray(), rows])
        else:
            i, j = np.nonzero(rows)
            where = np.concatenate([segments.row, i + segments.shape[0]]), np.concatenate([segments.col, j])
            data = np.concatenate([segments.data, rows[i, j]])
            self._matrix = coo_array((data, where), shape=(segments.shape[1],) * 2).tocsc()

    def solve(self, right: FloatArray) -> FloatArray:
        """The solution, the shortest if there are several.

        Raises:
            ArithmeticError: the equations are singular.
        """
        if self._least_squares:
            # QR with pivoting; the SVD that NumPy takes is ten times slower here.
            return np.asarray(lstsq(self._matrix, right, cond=SINGULAR, lapack_driver="gelsy")[0])
        try:
            if isinstance(self._matrix, np.ndarray):
                return np.linalg.solve(self._matrix, right)
            return splu(self._matrix).solve(right)
        except (np.linalg.LinAlgError, RuntimeError) as error:
            raise ArithmeticError("the equations of the cycle are singular") from error


def corrected(equations: CycleEquations, guess: Cycle, conditions: CycleConditions) -> Cycle | None:
    """The cycle near `guess` that keeps the conditions, or None if Newton's method does not arrive."""
    start, best = guess.vector, guess
    cycle = guess
    aim = equations.tolerance * max(1e-3, float(np.abs(guess.nodes).max()))
    for iteration in range(NEWTON_STEPS + 1):
        try:
            shot = shoot(equations, cycle)
            gaps = shot.ends - np.roll(cycle.nodes, -1, axis=0)
            levels = conditions.levels - equations.conserved(cycle.nodes[0])[0]
            # A closed orbit on another level set is another orbit.
            closure = max(float(np.abs(gaps).max()), float(np.abs(levels).max(initial=0.0)))
            # Rounding is reached when a step no longer gains anything.
            stalled = best.closure < ROUNDING * aim and closure > 0.3 * best.closure
            if closure < best.closure:
                best = replace(cycle, closure=closure, iterations=iteration)
            if stalled or closure < 0.1 * aim:
                break
            away = cycle.vector - start
            right = np.concatenate([-gaps.ravel(), [-conditions.phase @ away, -conditions.border @ away], levels])
            change = bordered(equations, cycle, shot, conditions).solve(right)
        except (ArithmeticError, IntegrationError, FloatingPointError):
            return None
        if not np.all(np.isfinite(change)) or abs(change[-2]) > LONGEST_CHANGE:
            return None
        cycle = cycle.at(cycle.vector + change)
    return best if best.closure < ROUNDING * aim else None


def conserved_count(equations: CycleEquations, cycle: Cycle) -> int:
    """How many functions of the state stay constant near this cycle, known or not: the rank that the gaps lack."""
    m, n = cycle.nodes.shape
    sizes = np.linalg.svd(slopes(cycle, shoot(equations, cycle)).toarray(), compute_uv=False)
    return int(np.sum(sizes[: m * n] < gap_noise(equations.tolerance) * sizes[0]))


def gap_noise(tolerance: float) -> float:
    """Singular value of the gaps, relative to the largest, and distance of a multiplier from 1, that may be zero: a double root
    splits by the root of the error."""
    return 10.0 * float(np.sqrt(tolerance))


def refined(
    equations: CycleEquations, guess: Cycle, levels: FloatArray | None = None, shortest_step: bool = False
) -> Cycle | None:
    """The cycle at the parameter of `guess` on a level set of the conserved quantities; see `CycleConditions`."""
    levels = equations.conserved(guess.nodes[0])[0] if levels is None else levels
    conditions = CycleConditions(phase_row(equations, guess), parameter_row(guess), levels, shortest_step=shortest_step)
    return corrected(equations, guess, conditions)

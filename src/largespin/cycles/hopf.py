"""Where is a cycle born? Hopf points solved along a line of stationary states, and the first small cycle beside one."""

from dataclasses import dataclass

import numpy as np

from largespin.cycles.equations import CycleEquations
from largespin.cycles.mesh import FEWEST
from largespin.cycles.shooting import Cycle, CycleConditions, corrected
from largespin.errors import FloatArray

NEWTON_STEPS = 40
"""Damped Newton steps before a search for a stationary state is given up; near one it takes five to ten."""
DAMPING = (1.0, 0.5, 0.25, 0.1, 0.02)
"""Shares of a Newton step that are tried in turn; where none makes the residual smaller, nothing more is gained."""
DEPENDENT = 1e-13
"""Singular value, relative to the largest, that is zero where conserved quantities make the equations dependent."""
SMALLEST_SIZE = 1e-3
"""Size of a Jacobian below which residuals are not measured relative to it."""
AT_REST = 1e-10
"""``|F|``, relative to the Jacobian's size, up to which a state is stationary: solved for, not reached by a run."""
SECANT_STEPS = 40
"""Secant steps before a search for a Hopf point is given up; near one it takes five to ten."""
FIRST_CHANGE = 1e-4
"""Change of the parameter, relative to its range, in the first secant step: small enough to be linear, far above rounding."""
SETTLED = 1e-14
"""Change of the parameter, relative to its size, at which the search for a Hopf point ends."""
FIRST_SIZES = (0.02, 0.006, 0.002, 0.0006)
"""Sizes of the first cycle beside a Hopf point, relative to the state, tried in turn."""
SAME_SIZE = 2.0
"""Factor by which the first cycle may differ in size from its guess; beyond it Newton's method has found another one."""


@dataclass(frozen=True, eq=False)
class HopfPoint:
    """A stationary state with a pair of eigenvalues ``±iω``.

    Attributes:
        state: u, shape (n,).
        value: the parameter.
        frequency: ω > 0.
        vector: eigenvector of ``iω``, of length 1.
    """

    state: FloatArray
    value: float
    frequency: float
    vector: np.ndarray


def stationary_near(equations: CycleEquations, u: FloatArray, value: float, levels: FloatArray) -> FloatArray | None:
    """The stationary state near u on the level set of the known conserved quantities, by damped Newton steps."""

    def residual(state: FloatArray) -> FloatArray:
        return np.append(equations.rhs(state, value), equations.conserved(state)[0] - levels)

    norm = float(np.linalg.norm(residual(u)))
    for _ in range(NEWTON_STEPS):
        slope = np.concatenate([equations.jacobian(u, value), equations.conserved(u)[1]])
        change = np.linalg.lstsq(slope, -residual(u), rcond=DEPENDENT)[0]
        for share in DAMPING:
            trial = float(np.linalg.norm(residual(u + share * change)))
            if trial < norm:
                break
        else:
            break
        u, norm = u + share * change, trial
    scale = max(SMALLEST_SIZE, float(np.linalg.norm(equations.jacobian(u, value))))
    return u if norm <= AT_REST * scale else None


def hopf_point(
    equations: CycleEquations, u: FloatArray, value: float, frequency: float, levels: FloatArray, width: float
) -> HopfPoint | None:
    """The Hopf point near `value` with about this frequency, by the secant method for ``Re λ(p) = 0``.

    Args:
        equations: the equations.
        u: a state near the line of stationary states.
        value: where to begin.
        frequency: of the pair to be followed; the nearest pair is.
        levels: known conserved quantities.
        width: the search may not leave ``value ± width``.
    """
    points: list[tuple[float, float]] = []
    state: FloatArray | None = u
    p = value
    for step in range(SECANT_STEPS):
        state = stationary_near(equations, u, p, levels)
        if state is None:
            return None
        values, vectors = np.linalg.eig(equations.jacobian(state, p))
        nearest = int(np.argmin(np.abs(values.real) + np.abs(values.imag - frequency)))
        if values[nearest].imag <= 0.0:
            return None
        u, frequency = state, float(values[nearest].imag)
        points.append((p, float(values[nearest].real)))
        following = _secant(points, FIRST_CHANGE * width)
        if step and abs(following - p) <= SETTLED * max(abs(p), width):
            return HopfPoint(state, p, frequency, vectors[:, nearest])
        p = following
        if not abs(p - value) <= width:
            return None
    return None


def _secant(points: list[tuple[float, float]], first: float) -> float:
    """The next trial value; the last one again if nothing can be gained."""
    (p, growth) = points[-1]
    if len(points) == 1:
        return p + first
    before, growth_before = points[-2]
    return p if growth in (growth_before, 0.0) else p - growth * (p - before) / (growth - growth_before)


def first_cycle(
    equations: CycleEquations, hopf: HopfPoint, levels: FloatArray, dependent: int = 0, largest: float = np.inf
) -> tuple[Cycle, FloatArray] | None:
    """A small cycle beside a Hopf point, on whichever side it exists, and the direction away from the point.

    The guess is ``u + ε Re(v e^{iθ})``; its size ε is kept while period and parameter are solved for.
    """
    angles = 2.0 * np.pi * np.arange(FEWEST) / FEWEST
    turn = np.exp(1j * angles)[:, None] * hopf.vector
    direction = np.append(turn.real.ravel(), [0.0, 0.0])
    phase = np.append((1j * turn).real.ravel(), [0.0, 0.0])
    row = direction / np.linalg.norm(direction)
    for size in FIRST_SIZES:
        scale = min(size * max(1.0, float(np.abs(hopf.state).max())), largest)
        nodes = hopf.state + scale * turn.real
        guess = Cycle(nodes, np.full(FEWEST, 1.0 / FEWEST), 2.0 * np.pi / hopf.frequency, hopf.value)
        cycle = corrected(equations, guess, CycleConditions(phase / np.linalg.norm(phase), row, levels, dependent))
        if cycle is not None and 1.0 / SAME_SIZE < cycle.size / guess.size < SAME_SIZE:
            return cycle, direction
    return None

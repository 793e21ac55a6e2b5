"""Where exactly on a branch is the bifurcation, and which one is it? Extended systems solved by Newton's method."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from largespin.bifurcations.chart import Chart, chart_at
from largespin.bifurcations.extended import Borders, BranchPointSystem, Defined, FoldSystem, borders_at
from largespin.bifurcations.group import Group, fixed_space, symmetric_axes
from largespin.bifurcations.normal_forms import critical_borders, cubic, mixed_slope, quadratic
from largespin.bifurcations.problem import Problem
from largespin.bifurcations.special import SpecialPoint, kind_on_side, side
from largespin.bifurcations.spectrum import size_of
from largespin.bifurcations.walk import solved
from largespin.errors import FloatArray

SEARCH_STEPS = 60
"""Steps of the search for a zero along a branch."""
ROUGH = 1e-6
"""Accuracy of that search, relative to the step, after which Newton's method takes over."""
FORCED = 1e-5
"""Distance to a branch point below which branches meet instead of turning."""
PERHAPS_FORCED = 1e-3
"""The same at a rough guess, below which meeting branches are tried first."""
VANISHES = 1e-7
"""Second derivative, relative to the third ones and the linear part, below which it is zero."""
NEARBY = 0.1
"""Largest distance by which Newton's method may move the rough guess."""
CLOSE = 1e-3
"""The same for a branch point that might be a fold."""
CONVERGED = 1e-3
"""Value at a trial, relative to those at the ends and to the accuracy asked for, at which the search for a zero ends."""
KEPT = 1e-5
"""Change of a direction below which a symmetry keeps it: critical vectors of a rough guess are off by about its distance."""
ROUGHLY_SYMMETRIC = 1e-5
"""Distance below which a rough guess is its own image; looser than `group.SAME`, for it is no solution yet."""
ROUGHLY_KEPT = 1e-4
"""Change of the first axis at a rough guess below which a symmetry keeps it: vectors are ten times less accurate."""
EXACTLY_SYMMETRIC = 1e-6
"""Distance below which a located point is its own image, and a symmetry exactly inverts its critical direction."""
NO_SLOPE = 1e-12
"""Slope of the critical eigenvalue in the parameter below which it is rounding: the parameter does not move it."""
NO_IMPERFECTION = 1e-8
"""Imperfection up to which branches really meet; Newton's method leaves about this where they do."""
GROWS = 1e-6
"""Real part, relative to the Jacobian, above which a direction surely grows: next to a located point others may be zero."""


def zero_between(
    function: Callable[[float], float | None], length: float, first: float, last: float, accuracy: float = ROUGH
) -> float:
    """A zero of a function with values of opposite signs at 0 and `length`, by the Illinois method.

    The function may fail (None) next to the zero, where branches meet; then the last estimate is as good as any.
    """
    low, high, f_low, f_high = 0.0, length, first, last
    guess, kept = 0.5 * length, 0
    for _ in range(SEARCH_STEPS):
        guess = (low * f_high - high * f_low) / (f_high - f_low)
        value = function(guess)
        if value is None or not abs(value) > 0.0 or abs(high - low) < accuracy * length:
            break
        if value * f_low > 0.0:
            low, f_low = guess, value
            f_high *= 0.5 if kept == 1 else 1.0
            kept = 1
        else:
            high, f_high = guess, value
            f_low *= 0.5 if kept == -1 else 1.0
            kept = -1
        if abs(value) < CONVERGED * accuracy * max(abs(first), abs(last)):
            break
    return guess


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The equations with their symmetries."""

    problem: Problem
    group: Group

    def basis_for(self, u: FloatArray, vector: FloatArray | None = None) -> FloatArray:
        """The states with the symmetries of u and, if given, of a direction."""
        elements = self.group.stabiliser(u)
        if vector is not None:
            elements = elements[np.abs(elements @ vector - vector).max(axis=1) < KEPT]
        return fixed_space(elements)

    def full_chart(self, u: FloatArray) -> Chart:
        """The chart of all states near u."""
        return chart_at(self.problem, u, np.eye(len(u)))

    def tidied(self, u: FloatArray, basis: FloatArray) -> FloatArray:
        """u without the rounding errors that break its symmetries."""
        return basis @ (basis.T @ u)


def located_steady(around: Surroundings, u: FloatArray, p: FloatArray, vectors: FloatArray) -> SpecialPoint | None:
    """The fold or branch point near a state where zero is an eigenvalue.

    Args:
        around: the equations.
        u: a state nearby, with the symmetries of the branch.
        p: the free parameter, shape (1,).
        vectors: orthonormal basis of what becomes critical, shape (n, k).
    """
    stabiliser = around.group.stabiliser(u, ROUGHLY_SYMMETRIC)
    axes = symmetric_axes(stabiliser, vectors)
    if not axes:
        return _unresolved(around, u, p, vectors)
    elements = stabiliser[np.abs(stabiliser @ axes[0] - axes[0]).max(axis=1) < ROUGHLY_KEPT]
    basis = fixed_space(elements)
    chart = chart_at(around.problem, around.tidied(u, basis), basis)
    y = basis.T @ u
    borders = critical_borders(chart.slope(y, p), basis.T @ axes[0])
    at = Defined(chart, borders, y, p)
    attempts: list[Callable[[float], SpecialPoint | None]] = [
        lambda allowed: _fold(chart, borders, y, p, allowed),
        lambda allowed: _branch_point(around, chart, borders, y, p, allowed),
    ]
    if _forced(at) <= PERHAPS_FORCED:
        attempts.reverse()
    for allowed in (CLOSE, NEARBY):
        for attempt in attempts:
            found = attempt(allowed)
            if found is not None:
                return _with_axes(found, axes, vectors.shape[1])
    return None


def _fold(chart: Chart, borders: Borders, y: FloatArray, p: FloatArray, allowed: float) -> SpecialPoint | None:
    system = FoldSystem(chart, borders)
    z, _ = solved(system, np.append(y, p))
    if z is None or np.abs(z - np.append(y, p)).max() > allowed:
        return None
    b = chart.size
    at = _oriented(chart, z[:b], z[b:])
    if _forced(at) < FORCED:
        return None
    coefficient = at.dynamic(quadratic(at))
    return SpecialPoint(
        "fold",
        chart.state(at.y),
        at.p,
        (chart.basis @ at.critical.right).astype(np.complex128),
        chart.basis,
        coefficient=coefficient,
        residual=float(np.abs(system.value(z)).max()),
        sentence=f"Fold: two states meet (quadratic coefficient {coefficient:.4g}).",
    )


def _oriented(chart: Chart, y: FloatArray, p: FloatArray) -> Defined:
    """Null vectors with a positive largest component: the sign of a quadratic coefficient depends on it."""
    borders = borders_at(chart, y, p)
    vector = chart.basis @ borders.unknowns
    if vector[np.argmax(np.round(np.abs(vector), 9))] < 0.0:
        borders = Borders(borders.equations, -borders.unknowns)
    return Defined(chart, borders, y, p)


def _forced(at: Defined) -> float:
    """``|wᵀ Φ_p| / |wᵀ D²Φ(v, (−x, 1))|``: about how far along v the next branch point is, where it vanishes."""
    v, w = at.critical.right, at.critical.left
    force = abs(float(w @ at.chart.parameter_slopes(at.y, at.p)[:, 0])) / float(np.linalg.norm(w))
    slope = abs(mixed_slope(at, np.ones(1)))
    return force / slope if slope > NO_SLOPE * float(np.linalg.norm(v)) else (np.inf if force > 0.0 else 0.0)


def _branch_point(
    around: Surroundings, chart: Chart, borders: Borders, y: FloatArray, p: FloatArray, allowed: float
) -> SpecialPoint | None:
    system = BranchPointSystem(chart, borders, np.ones(1))
    z, _ = solved(system, np.concatenate([y, p, [0.0]]))
    if z is None or abs(z[-1]) > NO_IMPERFECTION or np.abs(z[:-1] - np.append(y, p)).max() > allowed:
        return None
    b = chart.size
    at = _oriented(chart, z[:b], z[b:-1])
    u, vector = chart.state(at.y), chart.basis @ at.critical.right
    kind, coefficient, words = branch_point_kind(around, at)
    return SpecialPoint(
        kind,
        u,
        at.p,
        vector.astype(np.complex128),
        chart.basis,
        coefficient=coefficient,
        residual=float(np.abs(system.value(z)).max()),
        axes=(vector,),
        sentence=words,
    )


def branch_point_kind(around: Surroundings, at: Defined) -> tuple[str, float, str]:
    """Kind, coefficient and sentence of a branch point with one critical direction in its chart."""
    chart, vector = at.chart, at.chart.basis @ at.critical.right
    stabiliser = around.group.stabiliser(chart.state(at.y), EXACTLY_SYMMETRIC)
    odd = bool(np.any(np.abs(stabiliser @ vector + vector).max(axis=1) < EXACTLY_SYMMETRIC))
    second, third = quadratic(at), cubic(at)
    if not odd and abs(second) > VANISHES * max(1.0, abs(third)):
        coefficient = at.dynamic(second)
        return "transcritical", coefficient, f"Transcritical: two branches cross (coefficient {coefficient:.4g})."
    coefficient = at.dynamic(third)
    word = side(coefficient * (-1.0) ** growing_others(chart, at.y, at.p))
    return kind_on_side("pitchfork", word), coefficient, f"Pitchfork, {word} (cubic coefficient {coefficient:.4g})."


def growing_others(chart: Chart, y: FloatArray, p: FloatArray) -> int:
    """How many directions of a chart grow at a state where one eigenvalue is zero; that one is left out.

    Subcritical means that the new states lie where the old one has an even number of growing directions, as a stable one
    has. Then the new states have an odd number and are never stable.
    """
    u = chart.state(y)
    values = np.linalg.eigvals(chart.projection @ chart.problem.jacobian(u, p) @ chart.projection.T).astype(complex)
    values = np.delete(values, np.argmin(np.abs(values)))
    return int(np.sum(values.real > GROWS * size_of(values)))


def _with_axes(found: SpecialPoint, axes: list[FloatArray], count: int) -> SpecialPoint:
    """The point with every direction in which branches leave."""
    if found.family == "fold" or count == 1:
        return found
    words = f"{found.sentence[:-1]}; {count} directions at once by symmetry."
    return replace(found, axes=tuple(axes), multiplicity=count, sentence=words)


def _unresolved(around: Surroundings, u: FloatArray, p: FloatArray, vectors: FloatArray) -> SpecialPoint:
    count = vectors.shape[1]
    return SpecialPoint(
        "branch point",
        u,
        p,
        vectors[:, 0].astype(np.complex128),
        around.basis_for(u),
        multiplicity=count,
        sentence=f"Branch point: {count} directions at once, none singled out by symmetry; its branches are not followed.",
    )


def critical_space(around: Surroundings, u: FloatArray, p: FloatArray, count: int) -> FloatArray:
    """Orthonormal basis of the `count` directions nearest to critical, shape (n, count)."""
    return np.linalg.svd(around.full_chart(u).slope(u, p))[2][-count:].T

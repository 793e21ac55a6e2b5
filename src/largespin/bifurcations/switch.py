"""Which other branches leave a branch point? Tangents from the bifurcation equation, or along axes of symmetry."""

from collections.abc import Iterator

import numpy as np

from largespin.bifurcations.borders import Defined, borders_at
from largespin.bifurcations.chart import chart_at
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.trace import StationaryBranch, Tracer
from largespin.bifurcations.walk import SAME_PLACE, passes
from largespin.errors import FloatArray


def departures(
    around: Surroundings, special: SpecialPoint, known: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Basis (n, b) and tangent (b + 1,) of every branch that leaves, images of one another once.

    Args:
        around: the equations.
        special: a branch point.
        known: tangent (n + 1,) of the branch on which it was found.
    """
    for axis in special.axes:
        basis = around.basis_for(special.u, axis)
        yield from _along(around, special, basis, axis, known)


def _along(
    around: Surroundings, special: SpecialPoint, basis: FloatArray, axis: FloatArray, known: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    chart = chart_at(around.problem, special.u, basis)
    b, y = chart.size, basis.T @ special.u
    at = Defined(chart, borders_at(chart, y, special.p, basis.T @ axis), y, special.p)
    v = at.critical.right / np.linalg.norm(at.critical.right)
    across = np.append(-at.borders.solution(at.slope, chart.parameter_slopes(y, special.p)[:, 0]), 1.0)
    right = np.append(v, 0.0)
    towards = np.append(basis.T @ known[:-1], known[-1])
    (x, s), *_ = np.linalg.lstsq(np.stack([right, across], axis=1), towards, rcond=None)
    w = at.critical.left
    alpha, beta, gamma = (
        float(w @ chart.second(y, special.p, f, g)) for f, g in ((right, right), (right, across), (across, across))
    )
    # Both roots of α x² + 2β x s + γ s² = 0 together; one is known.
    options = [(alpha * x + 2.0 * beta * s, -alpha * s), (gamma * x, -(gamma * s + 2.0 * beta * x))]
    x, s = max(options, key=lambda pair: abs(pair[0]) + abs(pair[1]))
    tangent = x * right + s * across
    if not np.linalg.norm(tangent) > 0.0:
        tangent = right
    tangent = tangent / np.linalg.norm(tangent)
    yield basis, tangent
    stabiliser = around.group.stabiliser(special.u, SAME_PLACE)
    mirrored = np.append(basis @ -tangent[:b], -tangent[b])
    images = stabiliser @ (basis @ tangent[:b])
    if abs(tangent[b]) > SAME_PLACE or not np.any(np.abs(images - mirrored[:-1]).max(axis=1) < SAME_PLACE):
        yield basis, -tangent


def all_branches(tracer: Tracer, start: StationaryBranch, depth: int) -> list[StationaryBranch]:
    """A branch and those connected to it through at most `depth` branch points."""
    branches, level = [start], [0]
    position = 0
    while position < len(branches):
        branch, position = branches[position], position + 1
        if level[position - 1] >= depth:
            continue
        for special in branch.specials:
            if not special.axes or _is_treated(tracer, special, branches[: position - 1]):
                continue
            for basis, tangent in departures(tracer.around, special, _tangent_at(branch, special)):
                found = tracer.leaving(special, basis, tangent)
                if len(found.stops) > 1 and not any(
                    lies_on(tracer.around, found.stops[1].u, found.stops[1].p, b) for b in branches
                ):
                    found.parent = position - 1
                    branches.append(found)
                    level.append(level[position - 1] + 1)
    return branches


def _tangent_at(branch: StationaryBranch, special: SpecialPoint) -> FloatArray:
    """The direction of a branch at one of its special points, in (u, p)."""
    index = next(i for i, stop in enumerate(branch.stops) if stop.special is special)
    before, after = branch.stops[max(index - 1, 0)], branch.stops[min(index + 1, len(branch.stops) - 1)]
    here = branch.stops[index]
    # The nearer neighbours may be very near; the mean of both directions is accurate to second order.
    parts = []
    for a, b in ((before, here), (here, after)):
        change = np.append(b.u - a.u, b.p - a.p)
        if (size := np.linalg.norm(change)) > 0.0:
            parts.append(change / size)
    return np.mean(parts, axis=0) if parts else np.append(np.zeros_like(here.u), 1.0)


def _is_treated(tracer: Tracer, special: SpecialPoint, branches: list[StationaryBranch]) -> bool:
    """Whether this branch point, or an image of it, lies on a branch whose departures are known."""
    images = tracer.around.group.images(special.u)
    others = [s for branch in branches for s in branch.specials] + [b.origin for b in branches if b.origin is not None]
    return any(
        np.abs(other.p - special.p).max() < SAME_PLACE and np.abs(images - other.u).max(axis=1).min() < SAME_PLACE
        for other in others
        if other.axes
    )


def lies_on(around: Surroundings, u: FloatArray, p: FloatArray, branch: StationaryBranch) -> bool:
    """Whether a state, or an image of it under the symmetries, lies on a computed branch."""
    for image in np.unique(np.round(around.group.images(u), 9), axis=0):
        y = branch.basis.T @ image
        inside = np.abs(branch.basis @ y - image).max() < SAME_PLACE
        if inside and passes(branch.curve, branch.places, np.append(y, p)):
            return True
    return False

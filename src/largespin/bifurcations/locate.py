"""Where exactly is the bifurcation, and which kind is it? Every kind that may be meant is solved for, the likeliest first."""

from dataclasses import replace

import numpy as np

from largespin.bifurcations.borders import Defined
from largespin.bifurcations.chart import chart_at
from largespin.bifurcations.group import fixed_space, symmetric_axes
from largespin.bifurcations.kinds.kind import NEARBY, Pair, Still
from largespin.bifurcations.kinds.registry import KINDS, OSCILLATING, STEADY
from largespin.bifurcations.normal_forms import critical_borders
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.surroundings import Surroundings
from largespin.errors import FloatArray

CLOSE = 1e-3
"""Distance by which Newton's method may move the guess at first: further away a fold may pass for a branch point."""
ROUGHLY_SYMMETRIC = 1e-5
"""Distance below which a rough guess is its own image; looser than `group.SAME`, for it is no solution yet."""
ROUGHLY_KEPT = 1e-4
"""Change of the first axis at a rough guess below which a symmetry keeps it: vectors are ten times less accurate."""


def located_steady(around: Surroundings, u: FloatArray, p: FloatArray, vectors: FloatArray) -> SpecialPoint | None:
    """The steady kind of bifurcation near a state where zero is an eigenvalue.

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
    at = Defined(chart, critical_borders(chart.slope(y, p), basis.T @ axes[0]), y, p)
    kinds = sorted(STEADY, key=lambda kind: not kind.is_likely(at))
    # Kinds with the same equations are solved for once.
    locators = list(dict.fromkeys(kind.locate for kind in kinds if kind.locate is not None))
    for allowed in (CLOSE, NEARBY):
        for locate in locators:
            found = locate(around, at, allowed)
            if found is not None:
                return _with_axes(found, axes, vectors.shape[1])
    return None


def located_pair(around: Surroundings, pair: Pair) -> SpecialPoint | None:
    """The oscillating kind of bifurcation near a state with a pair of eigenvalues near the axis.

    Where the pair turns out to be zero twice, a steady kind is looked for.
    """
    for kind in OSCILLATING:
        found = kind.locate(around, pair)
        if isinstance(found, Still):
            return located_steady(around, found.u, found.p, around.critical_space(found.u, found.p, found.count))
        if found is not None:
            return found
    return None


def _with_axes(found: SpecialPoint, axes: list[FloatArray], count: int) -> SpecialPoint:
    """The point with every direction in which branches leave."""
    if not found.axes or count == 1:
        return found
    words = f"{found.sentence[:-1]}; {count} directions at once by symmetry."
    return replace(found, axes=tuple(axes), multiplicity=count, sentence=words)


def _unresolved(around: Surroundings, u: FloatArray, p: FloatArray, vectors: FloatArray) -> SpecialPoint:
    count = vectors.shape[1]
    return SpecialPoint(
        KINDS["branch point"].name,
        u,
        p,
        vectors[:, 0].astype(np.complex128),
        around.basis_for(u),
        multiplicity=count,
        sentence=f"Branch point: {count} directions at once, none singled out by symmetry; its branches are not followed.",
    )

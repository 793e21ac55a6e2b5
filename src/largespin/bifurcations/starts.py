"""Where does a continuation begin? The start that was asked for, polished, as a problem with its free parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.bifurcations.chart import chart_at
from largespin.bifurcations.group import generated
from largespin.bifurcations.problem import ModelProblem, model_problem
from largespin.bifurcations.surroundings import Surroundings
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.points import points
from largespin.model.model import Model
from largespin.stationary.newton import search
from largespin.stationary.thresholds import FOUND

AWAY = 0.1
"""Distance from the given start beyond which the stationary state that is found is another one: Bloch vectors are read off
pictures more accurately than this, and other states are rarely nearer."""
FLAT = 1e-8
"""Singular value, relative to the largest, below which a direction neither grows nor decays: where states form a family it
is the rounding 1e-16 amplified by the search; at the root of rounding a branch point would be this near."""


def full_values(model: Model, values: Mapping[str, Any]) -> FloatArray:
    """The full parameter vector of one point: given values, else defaults."""
    where = points(model, values)
    if where.dims:
        raise LargespinError(
            f"Parameter values must be single numbers for this call, but there are several along {', '.join(where.dims)}."
        )
    return where.parameters[0]


def named_values(model: Model, full: FloatArray) -> dict[str, float]:
    """A full parameter vector as values by name."""
    return dict(zip(model.parameters, full.tolist(), strict=True))


def surroundings(problem: ModelProblem) -> Surroundings:
    """A problem with the group of its symmetries."""
    return Surroundings(problem, generated(problem.symmetries, problem.size))


def problem_from(
    model: Model, u: FloatArray, full: FloatArray, free: Mapping[str, tuple[float, float]]
) -> tuple[Surroundings, FloatArray]:
    """The problem and the stationary state next to u (n,), refused if it is another one or not isolated."""
    problem = model_problem(model, tuple(free), full, free, u)
    found, norms = search(problem.conditions, u[None], full[None])
    scale = max(1.0, float(np.abs(u).max()))
    distance = float(np.abs(found[0] - u).max())
    if not norms[0] < FOUND * scale or distance > AWAY * scale:
        raise LargespinError(
            f"Argument `start` must be near a stationary state, but the search from it ended {distance:.2g} away with a "
            f"residual of {norms[0]:.2g}; find states with `stationary_states`."
        )
    around = surroundings(problem)
    u = found[0]
    # Twice: without its rounding errors a state may show a symmetry that it lacked by a hair.
    for _ in range(2):
        basis = around.basis_for(u, None)
        u = around.tidied(u, basis)
    flat = flat_directions(around, u, full[problem.places])
    if flat:
        raise LargespinError(
            f"Argument `start` must be an isolated stationary state, but {flat} direction(s) neither grow nor decay there: "
            f"it belongs to a continuous family or lies on a bifurcation; start at another value of {' or '.join(free)}, "
            "or break the continuous symmetry."
        )
    return around, u


def flat_directions(around: Surroundings, u: FloatArray, p: FloatArray) -> int:
    """In how many directions the equations are flat among the states with the symmetries of u, where branches are followed.

    Directions that break these symmetries may be flat: one phase of many, or the point of a pitchfork.
    """
    basis = around.basis_for(u)
    sizes = np.linalg.svd(chart_at(around.problem, u, basis).slope(basis.T @ u, p), compute_uv=False)
    return int(np.sum(sizes < FLAT * max(1.0, float(sizes.max(initial=0.0)))))

"""The public calls in one parameter: `branch` follows one stationary state, `branches` all that are connected to it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.bifurcations.results import branch_dataset
from largespin.bifurcations.starts import Start, full_values, interval, problem_from, start_vector
from largespin.bifurcations.switch import all_branches
from largespin.bifurcations.trace import BranchSettings, Tracer
from largespin.errors import number_in, whole_number
from largespin.model.model import Model
from largespin.stationary.stability import refuse_time


def branch(
    model: Model,
    start: Start,
    *,
    parameter: str,
    between: tuple[float, float],
    first_step: float = 0.01,
    largest_step: float = 0.05,
    points: int = 1000,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Follow ``F(u, p) = 0`` as p changes, through folds, and find its bifurcations.

    Pseudo-arclength continuation with exact derivatives, on the level set of the conserved quantities and within the
    states that share the symmetries of the start. Eigenvalues are those of all directions in which the state can move, so
    bifurcations that break a symmetry are seen. Each is located by its own defining equations, to rounding.

    Args:
        model: the model.
        start: a state near a stationary one, or one point of `stationary_states` (which also gives parameter values).
        parameter: the parameter that changes.
        between: its interval.
        first_step: length of the first step; 1 is the whole interval, or a change of the state by 1.
        largest_step: largest length of a step; for mode amplitudes above 1 in units of the amplitude.
        points: largest number of points on each side of the start.
        parameters: parameter values as a mapping.
        **values: parameter values by name, also that of `parameter` at the start.

    Returns:
        Dataset over ``point``: the parameter, ``arclength``, the variables of `evolve` (``m``, ``overlap`` …), eigenvalues,
        ``growth_rate``, ``verdict``, ``sentence`` and ``special`` (the kind of bifurcation at this point, or ""); over
        ``special_point``: ``special_kind``, ``special_<parameter>``, ``special_state``, ``null_real``, ``null_imag``,
        ``special_frequency``, ``special_coefficient``, ``residual``, ``multiplicity``, ``special_sentence``; over
        ``branch_number``: ``ended_first``, ``ended_last``, ``parent``. The attribute ``sentence`` says what failed.

    Raises:
        LargespinError: no such parameter, wrong interval, start not near an isolated stationary state, explicit time.

    Limits: two eigenvalues that cross the axis and return within one step are not seen; use a smaller `largest_step`.
    A pitchfork is called subcritical where the new states lie on the side on which the old one has an even number of
    growing directions, as a stable one has. The sign of the coefficient of a fold or transcritical point belongs to the
    direction of its null vector.

    Source: Keller (1977) for the arclength; Govaerts (2000) for the defining equations; Kuznetsov (2004) for coefficients.

    Example:
        >>> import largespin as ls
        >>> from largespin import branch
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branch(model, [0, 0, 0], parameter="field", between=(0.0, 0.4), field=0.1, temperature=0.8)
        >>> found.special_kind.item(), round(found.special_field.item(), 6)
        ('pitchfork (supercritical)', 0.176777)
    """
    return branches(
        model,
        start,
        parameter=parameter,
        between=between,
        depth=0,
        first_step=first_step,
        largest_step=largest_step,
        points=points,
        parameters=parameters,
        **values,
    )


def branches(
    model: Model,
    start: Start,
    *,
    parameter: str,
    between: tuple[float, float],
    depth: int = 2,
    first_step: float = 0.01,
    largest_step: float = 0.05,
    points: int = 1000,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """Follow a stationary state and every branch connected to it through at most `depth` branch points.

    Branches that symmetries carry into each other are followed once. Where the symmetries are more than 3000, as those of
    five patterns, or continuous, several directions may become critical of which none is singled out; then the point is
    called ``branch point`` and its branches are not followed: start on one of them.

    Args:
        model: the model.
        start: see `branch`.
        parameter: the parameter that changes.
        between: its interval.
        depth: number of branch points between the start and the last branches.
        first_step: see `branch`.
        largest_step: see `branch`.
        points: see `branch`.
        parameters: parameter values as a mapping.
        **values: parameter values by name.

    Returns:
        The dataset of `branch`, with the number of the branch in ``branch`` and ``special_branch``.

    Raises:
        LargespinError: as `branch`.

    Example:
        >>> import largespin as ls
        >>> from largespin import branches
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branches(model, [0, 0, 0], parameter="field", between=(0.0, 0.5), field=0.1, temperature=0.5)
        >>> for number, kind, field in zip(found.special_branch, found.special_kind, found.special_field):
        ...     print(number.item(), kind.item(), round(field.item(), 4))
        0 pitchfork (subcritical) 0.3536
        1 fold 0.3995
    """
    refuse_time(model)
    low, high = interval(parameter, model, between)
    number_in("first_step", first_step, 0.0, open_low=True)
    number_in("largest_step", largest_step, 0.0, open_low=True)
    settings = BranchSettings(low, high, min(first_step, largest_step), largest_step, whole_number("points", points, 1))
    whole_number("depth", depth)
    full = full_values(model, start, {**(parameters or {}), **values}, {parameter: (low, high)})
    around, u = problem_from(model, start_vector(model, start), full, {parameter: (low, high)})
    tracer = Tracer(around, settings)
    value = float(full[model.parameter_index(parameter)])
    with np.errstate(all="ignore"):
        found = all_branches(tracer, tracer.through(u, value), depth)
    words = " ".join(dict.fromkeys(tracer.failures)) or "Every bifurcation that was seen was located."
    options = {"between": f"{low:g}, {high:g}", "largest_step": largest_step, "depth": depth, "sentence": words}
    return branch_dataset(model, parameter, full, found, options)

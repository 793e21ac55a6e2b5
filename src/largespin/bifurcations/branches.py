"""`branches` follows a stationary state in one parameter with every branch that is connected to it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.bifurcations.results import branch_dataset
from largespin.bifurcations.starts import named_values, problem_from
from largespin.bifurcations.switch import all_branches
from largespin.bifurcations.trace import BranchSettings, Tracer
from largespin.bifurcations.walk import FIRST_STEP, LARGEST_STEP
from largespin.errors import number_in, whole_number
from largespin.meanfield.between import check_inside, checked_between
from largespin.meanfield.points import call_values, points_from
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.stationary.stability import refuse_time


def branches(
    model: Model,
    start: StateLike,
    *,
    between: Mapping[str, tuple[float, float]],
    depth: int = 2,
    first_step: float = FIRST_STEP,
    largest_step: float = LARGEST_STEP,
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
        start: a state near a stationary one, or a row of a result, as for `branch`.
        between: the parameter that changes and its range, ``{"field": (0.0, 0.8)}``.
        depth: number of branch points between the start and the last branches.
        first_step: length of the first step; 1 is the whole range, or a change of the state by 1.
        largest_step: largest length of a step; for mode amplitudes above 1 in units of the amplitude.
        points: largest number of points of a branch on each side of its start.
        parameters: parameter values as a mapping.
        **values: parameter values by name, also where the changing one starts.

    Returns:
        The dataset of `branch`, with the number of the branch in ``branch`` and ``special_branch``.

    Raises:
        LargespinError: no such parameter, wrong range, start not near an isolated stationary state, explicit time.

    Example:
        >>> import largespin as ls
        >>> from largespin import branches
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branches(model, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)
        >>> for number, kind, field in zip(found.special_branch, found.special_kind, found.special_field):
        ...     print(number.item(), kind.item(), round(field.item(), 4))
        0 pitchfork (subcritical) 0.3536
        1 fold 0.3995
    """
    given = call_values(branches, model, parameters, values)
    refuse_time(model)
    moving = checked_between(model, between, 1)
    ((parameter, (low, high)),) = moving.items()
    number_in("first_step", first_step, 0.0, open_low=True)
    number_in("largest_step", largest_step, 0.0, open_low=True)
    settings = BranchSettings(low, high, min(first_step, largest_step), largest_step, whole_number("points", points, 1))
    whole_number("depth", depth)
    where = points_from(model, start, given, one=True)
    full = where.parameters[0]
    check_inside(moving, named_values(model, full))
    around, u = problem_from(model, where.starts[0], full, moving)
    tracer = Tracer(around, settings)
    value = float(full[model.parameter_index(parameter)])
    with np.errstate(all="ignore"):
        found = all_branches(tracer, tracer.through(u, value), depth)
    words = " ".join(dict.fromkeys(tracer.failures)) or "Every bifurcation that was seen was located."
    options = {"between": f"{low:g}, {high:g}", "largest_step": largest_step, "depth": depth, "sentence": words}
    return branch_dataset(model, parameter, full, found, options)

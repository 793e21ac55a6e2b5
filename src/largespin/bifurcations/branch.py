"""`branch` follows one stationary state in one parameter, through folds, and finds its bifurcations."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from largespin.bifurcations.branches import branches
from largespin.bifurcations.walk import FIRST_STEP, LARGEST_STEP
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike


def branch(
    model: Model,
    start: StateLike,
    *,
    between: Mapping[str, tuple[float, float]],
    first_step: float = FIRST_STEP,
    largest_step: float = LARGEST_STEP,
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
        start: a state near a stationary one, or a row of a result (of `stationary_states`, `evolve`, a branch, or one of its
            special points), which brings its modes and its parameter values.
        between: the parameter that changes and its range, ``{"field": (0.0, 0.8)}``.
        first_step: length of the first step; 1 is the whole range, or a change of the state by 1.
        largest_step: largest length of a step; for mode amplitudes above 1 in units of the amplitude.
        points: largest number of points on each side of the start.
        parameters: parameter values as a mapping.
        **values: parameter values by name, also where the changing one starts.

    Returns:
        Dataset over ``point``: the parameter, ``arclength``, the variables of `evolve` (``m``, ``overlap`` …), eigenvalues,
        ``growth_rate``, ``verdict``, ``sentence`` and ``special`` (the kind of bifurcation at this point, or ""); over
        ``special_point``: ``special_kind``, ``special_<parameter>``, ``special_state``, ``null_real``, ``null_imag``,
        ``special_frequency``, ``special_coefficient``, ``residual``, ``multiplicity``, ``special_sentence``; over
        ``branch_number``: ``end_first`` and ``end_last`` (why it ends there), ``parent``. The attribute ``sentence`` says what failed.

    Raises:
        LargespinError: no such parameter, wrong range, start not near an isolated stationary state, explicit time.

    Limits: two eigenvalues that cross the axis and return within one step are not seen; use a smaller `largest_step`.
    A pitchfork is called subcritical where the new states lie on the side on which the old one has an even number of
    growing directions, as a stable one has. The sign of the coefficient of a fold or transcritical point belongs to the
    direction of its null vector.

    Source: Keller (1977) for the arclength; Govaerts (2000) for the defining equations; Kuznetsov (2004) for coefficients.

    Example:
        >>> import largespin as ls
        >>> from largespin import branch
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branch(model, [0, 0, 0], between={"field": (0.0, 0.4)}, field=0.1, temperature=0.8)
        >>> found.special_kind.item(), round(found.special_field.item(), 6)
        ('pitchfork (supercritical)', 0.176777)
    """
    return branches(
        model,
        start,
        between=between,
        depth=0,
        first_step=first_step,
        largest_step=largest_step,
        points=points,
        parameters=call_values(branch, model, parameters, values),
    )

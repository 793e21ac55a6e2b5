"""`boundary_curve` follows one line of bifurcations in two parameters, from one special point of a branch."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import xarray as xr

from largespin.bifurcations.kinds.kind import Pair
from largespin.bifurcations.locate import located_pair, located_steady
from largespin.bifurcations.region import Region, region_of
from largespin.bifurcations.results import boundary_dataset
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.starts import named_values
from largespin.bifurcations.two_parameters import curve_through
from largespin.bifurcations.walk import LARGEST_STEP
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.between import check_inside, checked_between
from largespin.meanfield.points import call_values, points_from
from largespin.model.model import Model
from largespin.stationary.stability import refuse_time


def boundary_curve(
    model: Model,
    special: xr.Dataset,
    *,
    between: Mapping[str, tuple[float, float]],
    largest_step: float = LARGEST_STEP,
    points: int = 500,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """Follow a fold, pitchfork, transcritical or Hopf point in two parameters.

    Args:
        model: the model.
        special: one special point of `branch` or `branches`: ``found.isel(special_point=0)``.
        between: the two parameters that change and the range of each,
            ``{"temperature": (0.4, 1.2), "field": (0.0, 0.5)}``.
        largest_step: largest length of a step; 1 is a whole range, or a change of the state by 1.
        points: largest number of points in each direction.
        parameters: parameter values as a mapping.
        **values: parameter values by name, instead of those that come with `special`; the point is then solved for anew.

    Returns:
        The dataset of `boundaries`, with one curve.

    Raises:
        LargespinError: not a special point of a branch, one that is no line in two parameters, wrong parameters.

    Example:
        >>> import largespin as ls
        >>> from largespin import boundary_curve, branch
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branch(model, [0, 0, 0], between={"field": (0.0, 0.4)}, field=0.1, temperature=0.8)
        >>> line = boundary_curve(
        ...     model, found.isel(special_point=0), between={"temperature": (0.4, 1.2), "field": (0.0, 0.5)}
        ... )
        >>> bool(abs(line.temperature * (1 + 8 * line.field**2) - 1).max() < 1e-10)
        True
        >>> line.special_kind.item(), round(line.special_temperature.item(), 6), round(line.special_field.item(), 6)
        ('degenerate pitchfork, double zero', 0.666667, 0.25)
    """
    given = call_values(boundary_curve, model, parameters, values)
    refuse_time(model)
    ranges = checked_between(model, between, 2)
    name = _checked_special(model, special)
    begin = points_from(model, special, given, name="special", one=True)
    u, full = begin.starts[0], begin.parameters[0]
    check_inside(ranges, named_values(model, full))
    region = region_of(model, ranges, largest_step, points, full)
    where = full[[model.parameter_index(x) for x in region.names]]
    located = _relocated(region, special, u, where, name if name in region.names else region.names[0])
    curve = curve_through(region.around(u, region.names, region.full), located, region.settings) if located else None
    if curve is None:
        kind = special["special_kind"].item()
        raise LargespinError(
            f"Argument `special` must be a point that draws a line, but no line was found for {kind!r}."
        )
    return boundary_dataset(model, region.names, region.full, [curve], region.options)


def _checked_special(model: Model, special: Any) -> str:
    """The parameter of the branch on which a special point lies; what is none is refused."""
    names = [name for name in model.parameters if isinstance(special, xr.Dataset) and f"special_{name}" in special]
    if len(names) != 1 or "special_kind" not in special or special["special_kind"].ndim:
        raise LargespinError(
            "Argument `special` must be one special point of `branch` or `branches`, but it is not; choose one with "
            "`.isel(special_point=…)`."
        )
    return names[0]


def _relocated(region: Region, special: xr.Dataset, u: FloatArray, where: FloatArray, free: str) -> SpecialPoint | None:
    """The special point with everything that a dataset does not keep, solved for in one of the parameters."""
    around = region.around(u, (free,), region.full)
    index, count = region.names.index(free), int(special["multiplicity"])
    frequency = float(special["special_frequency"])
    if frequency > 0.0:
        found = located_pair(around, Pair(u, where[[index]], 1j * frequency, 2 * count))
    else:
        found = located_steady(around, u, where[[index]], around.critical_space(u, where[[index]], count))
    if found is None:
        return None
    both = where.copy()
    both[index] = found.p[0]
    return replace(found, p=both)

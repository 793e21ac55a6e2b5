"""`boundaries` finds all lines of bifurcations in a plane of two parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.bifurcations.cuts import specials_on_cuts
from largespin.bifurcations.kinds.registry import kind_of
from largespin.bifurcations.region import region_of
from largespin.bifurcations.results import boundary_dataset
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.starts import full_values
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.two_parameters import BoundaryCurve, CurveSettings, curve_through, emanating
from largespin.bifurcations.walk import LARGEST_STEP
from largespin.errors import whole_number
from largespin.meanfield.between import checked_between, refuse_moving
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike, given
from largespin.stationary.stability import refuse_time


def boundaries(
    model: Model,
    *,
    between: Mapping[str, tuple[float, float]],
    cuts: int = 3,
    starts: int = 24,
    seed: int = 0,
    depth: int = 2,
    largest_step: float = LARGEST_STEP,
    points: int = 500,
    like: StateLike | None = None,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """Find the lines on which stationary states appear, meet or begin to oscillate, in two parameters.

    On `cuts` lines along each parameter the stationary states are followed with all branches connected to them; every
    bifurcation met is followed in both parameters; from degenerate pitchforks and double zeros the lines of folds and
    Hopf points that begin there are followed too. Symmetric copies are followed once.

    Args:
        model: the model.
        between: the two parameters that change and the range of each,
            ``{"temperature": (0.6, 1.2), "field": (0.0, 0.4)}``.
        cuts: number of cuts along each parameter; more find smaller regions.
        starts: starts of the search for stationary states at every crossing of two cuts.
        seed: seed of these starts.
        depth: number of branch points between a state found by the search and the last branches.
        largest_step: largest length of a step; 1 is a whole range, or a change of the state by 1.
        points: largest number of points of a line in each direction.
        like: a state whose conserved quantities the stationary states shall share.
        parameters: values of the other parameters as a mapping.
        **values: values of the other parameters by name.

    Returns:
        Dataset over ``point``: both parameters, ``curve`` (a number), ``kind`` (``fold``, ``pitchfork (subcritical)``,
        ``transcritical``, ``Hopf (supercritical)`` …), ``coefficient``, ``angular_frequency``, ``special``, and the state with its
        stability as in `branch`; over ``special_point``: ``special_kind`` (``cusp``, ``degenerate pitchfork``,
        ``double zero``, ``generalised Hopf``, ``zero–Hopf``, ``Hopf–Hopf``), both parameters, ``residual`` and the state;
        over ``curve_number``: ``end_first`` and ``end_last``, why each curve ends there. Draw it with ``ls.plot.phase_diagram(…, boundaries=…)``.

    Raises:
        LargespinError: wrong parameters or ranges, explicit time.

    Limits: what no cut crosses and no special point leads to is not found. Cycles are not stationary: where they are born
    and die without a Hopf point is the subject of `largespin.cycles`.

    Source: F24 (B.1)–(B.4) for the Hopfield lines; Kuznetsov (2004), chapter 8, for the special points.

    Example:
        >>> import largespin as ls
        >>> from largespin import boundaries
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> between = {"temperature": (0.6, 1.2), "field": (0.0, 0.4)}
        >>> lines = boundaries(model, between=between, cuts=1)
        >>> sorted({kind.split(" (")[0] for kind in lines.kind.values})
        ['Hopf', 'double zero', 'fold', 'pitchfork']
    """
    known = call_values(boundaries, model, parameters, values)
    refuse_time(model)
    ranges = checked_between(model, between, 2)
    refuse_moving(ranges, known)
    middle = {name: 0.5 * (low + high) for name, (low, high) in ranges.items()}
    region = region_of(model, ranges, largest_step, points, full_values(model, {**middle, **known}))
    whole_number("cuts", cuts, 1)
    whole_number("depth", depth)
    alike = None if like is None else given(model, like, name="like", one=True).state
    found: list[BoundaryCurve] = []
    failures: list[str] = []
    with np.errstate(all="ignore"):
        specials = specials_on_cuts(region, cuts, starts, seed, depth, alike, failures)
        for around, special in sorted(specials, key=lambda item: kind_of(item[1].kind).order):
            _follow(around, special, region.settings, found)
    options = region.options | {"cuts": cuts, "starts": starts, "seed": seed}
    options["sentence"] = " ".join(dict.fromkeys(failures)) or "Every bifurcation that was seen was located."
    return boundary_dataset(model, region.names, region.full, found, options)


def _follow(around: Surroundings, special: SpecialPoint, settings: CurveSettings, found: list[BoundaryCurve]) -> None:
    """Add the curve of a special point, and those that begin on it, if they are new."""
    if any(_is_of(curve, special) and curve.passes(around, special.u, special.p) for curve in found):
        return
    curve = curve_through(around, special, settings)
    if curve is None or len(curve.stops) < 2:
        return
    found.append(curve)
    for stop in curve.specials:
        for other in emanating(around, curve, stop, settings):
            # Two points along: the first may be shared by several curves.
            probe = other.stops[min(2, len(other.stops) - 1)]
            known = [c for c in found if type(c.family) is type(other.family)]
            if not any(c.passes(around, probe.u, probe.p) for c in known):
                found.append(other)


def _is_of(curve: BoundaryCurve, special: SpecialPoint) -> bool:
    return any(stop.reading.family == special.family for stop in curve.stops)

"""The public calls in two parameters: `boundary_curve` follows one line of bifurcations, `boundaries` finds all lines."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.bifurcations.boundary import BoundaryCurve, CurveSettings, curve_through, emanating
from largespin.bifurcations.cuts import specials_on_cuts
from largespin.bifurcations.locate import Surroundings, critical_space, located_steady
from largespin.bifurcations.locate_hopf import located_hopf
from largespin.bifurcations.region import Region, region_of
from largespin.bifurcations.results import boundary_dataset
from largespin.bifurcations.special import SpecialPoint
from largespin.errors import FloatArray, LargespinError, whole_number
from largespin.model.model import Model
from largespin.model.state import State

FIRST = {"pitchfork": 0, "transcritical": 0, "Hopf": 1, "fold": 2}
"""Order in which lines are followed: folds begin at degenerate pitchforks, exactly there if these are known."""


def boundary_curve(
    model: Model,
    special: xr.Dataset,
    *,
    parameters: tuple[str, str],
    between: Mapping[str, tuple[float, float]],
    largest_step: float = 0.05,
    points: int = 500,
) -> xr.Dataset:
    """Follow a fold, pitchfork, transcritical or Hopf point in two parameters.

    Args:
        model: the model.
        special: one special point of `branch` or `branches`: ``found.isel(special_point=0)``.
        parameters: the two parameters that change; that of the branch is one of them.
        between: the interval of each.
        largest_step: largest length of a step; 1 is a whole interval, or a change of the state by 1.
        points: largest number of points in each direction.

    Returns:
        The dataset of `boundaries`, with one curve.

    Raises:
        LargespinError: not a special point of a branch, one that is no line in two parameters, wrong parameters.

    Example:
        >>> import largespin as ls
        >>> from largespin import boundary_curve, branch
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = branch(model, [0, 0, 0], parameter="field", between=(0.0, 0.4), field=0.1, temperature=0.8)
        >>> line = boundary_curve(
        ...     model,
        ...     found.isel(special_point=0),
        ...     parameters=("temperature", "field"),
        ...     between={"temperature": (0.4, 1.2), "field": (0.0, 0.5)},
        ... )
        >>> bool(abs(line.temperature * (1 + 8 * line.field**2) - 1).max() < 1e-10)
        True
        >>> line.special_kind.item(), round(line.special_temperature.item(), 6), round(line.special_field.item(), 6)
        ('degenerate pitchfork, double zero', 0.666667, 0.25)
    """
    name = _checked_special(model, special, parameters)
    own = {name: float(special[f"special_{name}"])}
    region = region_of(model, parameters, between, largest_step, points, own, special)
    u = np.asarray(special["special_state"].values, dtype=float)
    where = np.array([region.full[model.parameter_index(x)] for x in parameters])
    for x, value, (low, high) in zip(region.names, where, region.settings.limits, strict=True):
        if not low <= value <= high:
            raise LargespinError(
                f"Argument `between` must hold the special point, but its `{x}` is {value:g} and the interval "
                f"[{low:g}, {high:g}]."
            )
    located = _relocated(region, special, u, where, name)
    curve = curve_through(region.around(u, region.names, region.full), located, region.settings) if located else None
    if curve is None:
        kind = special["special_kind"].item()
        raise LargespinError(
            f"Argument `special` must be a point that draws a line, but no line was found for {kind!r}."
        )
    return boundary_dataset(model, region.names, region.full, [curve], _settings(region))


def _checked_special(model: Model, special: Any, parameters: tuple[str, str]) -> str:
    """The parameter of the branch on which a special point lies; what is none is refused."""
    name = str(special.attrs.get("parameter", "")) if isinstance(special, xr.Dataset) else ""
    if not name or "special_kind" not in special or special["special_kind"].ndim or name not in parameters:
        raise LargespinError(
            "Argument `special` must be one special point of a branch in one of `parameters`; "
            "choose one with `isel(special_point=…)`."
        )
    if special.attrs.get("model_key", model.key) != model.key:
        raise LargespinError("Argument `special` must belong to the given model, but it was made with another one.")
    return name


def _relocated(region: Region, special: xr.Dataset, u: FloatArray, where: FloatArray, name: str) -> SpecialPoint | None:
    """The special point with everything that a dataset does not keep."""
    around = region.around(u, (name,), region.full)
    p, count = where[[region.names.index(name)]], int(special["multiplicity"])
    frequency = float(special["special_frequency"])
    if frequency > 0.0:
        found = located_hopf(around, u, p, 1j * frequency, 2 * count)
    else:
        found = located_steady(around, u, p, critical_space(around, u, p, count))
    return None if found is None else replace(found, p=where)


def boundaries(
    model: Model,
    *,
    parameters: tuple[str, str],
    between: Mapping[str, tuple[float, float]],
    cuts: int = 3,
    starts: int = 24,
    seed: int = 0,
    depth: int = 2,
    largest_step: float = 0.05,
    points: int = 500,
    like: npt.ArrayLike | State | None = None,
    **values: Any,
) -> xr.Dataset:
    """Find the lines on which stationary states appear, meet or begin to oscillate, in two parameters.

    On `cuts` lines along each parameter the stationary states are followed with all branches connected to them; every
    bifurcation met is followed in both parameters; from degenerate pitchforks and double zeros the lines of folds and
    Hopf points that begin there are followed too. Symmetric copies are followed once.

    Args:
        model: the model.
        parameters: names of the two parameters.
        between: the interval of each.
        cuts: number of cuts along each parameter; more find smaller regions.
        starts: starts of the search for stationary states at every crossing of two cuts.
        seed: seed of these starts.
        depth: see `branches`.
        largest_step: largest length of a step; 1 is a whole interval, or a change of the state by 1.
        points: largest number of points of a line in each direction.
        like: a state whose conserved quantities are meant, see `stationary_states`.
        **values: values of the other parameters.

    Returns:
        Dataset over ``point``: both parameters, ``curve`` (a number), ``kind`` (``fold``, ``pitchfork (subcritical)``,
        ``transcritical``, ``Hopf (supercritical)`` …), ``coefficient``, ``frequency``, ``special``, and the state with its
        stability as in `branch`; over ``special_point``: ``special_kind`` (``cusp``, ``degenerate pitchfork``,
        ``double zero``, ``generalised Hopf``, ``zero–Hopf``, ``Hopf–Hopf``), both parameters, ``residual`` and the state;
        over ``curve_number``: why each curve ended. Draw it with ``ls.plot.phase_diagram(…, boundaries=…)``.

    Raises:
        LargespinError: wrong parameters or intervals, explicit time.

    Limits: what no cut crosses and no special point leads to is not found. Cycles are not stationary: where they are born
    and die without a Hopf point is the subject of `largespin.cycles`.

    Source: F24 (B.1)–(B.4) for the Hopfield lines; Kuznetsov (2004), chapter 8, for the special points.

    Example:
        >>> import largespin as ls
        >>> from largespin import boundaries
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> between = {"temperature": (0.6, 1.2), "field": (0.0, 0.4)}
        >>> lines = boundaries(model, parameters=("temperature", "field"), between=between, cuts=1)
        >>> sorted({kind.split(" (")[0] for kind in lines.kind.values})
        ['Hopf', 'double zero', 'fold', 'pitchfork']
    """
    region = region_of(model, parameters, between, largest_step, points, values)
    whole_number("cuts", cuts, 1)
    whole_number("depth", depth)
    for name in region.names:
        if name in values:
            raise LargespinError(f"Argument `{name}` must not be given, because `between` says where it moves.")
    found: list[BoundaryCurve] = []
    failures: list[str] = []
    with np.errstate(all="ignore"):
        specials = specials_on_cuts(region, cuts, starts, seed, depth, like, failures)
        for around, special in sorted(specials, key=lambda item: FIRST.get(item[1].family, 3)):
            _follow(around, special, region.settings, found)
    settings = _settings(region) | {"cuts": cuts, "starts": starts, "seed": seed}
    settings["sentence"] = " ".join(dict.fromkeys(failures)) or "Every bifurcation that was seen was located."
    return boundary_dataset(model, region.names, region.full, found, settings)


def _settings(region: Region) -> dict[str, Any]:
    words = "; ".join(f"{name}: {low:g}, {high:g}" for name, (low, high) in region.between.items())
    return {"between": words, "largest_step": region.settings.largest_step}


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

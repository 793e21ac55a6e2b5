"""What of an earlier diagram need not be examined again? Its points, if model, rules and search are the same."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from largespin._version import __version__
from largespin.errors import LargespinError
from largespin.phases.axes import Plane
from largespin.phases.rules import Rule
from largespin.sweeps.fingerprint import Described, Fingerprint, describe, differences

MADE_FROM = "made_from"
"""Attribute that says on what the labels of a diagram depend, piece by piece."""
SAME = 1e-9
"""Distance, in parts of an axis, within which two values are one: rounding of grids of different fineness is far below."""
OF_THE_DIAGRAM = ("evaluated", "outcome", "usable")
"""Variables that say how the points of a diagram came about, not what was found there."""
SHORT = 200
"""Letters of a piece that are stored for messages; the digest stands for the whole."""


def made_from(grid: Plane, rules: Sequence[Rule], pieces: Mapping[str, Any]) -> Fingerprint:
    """On what the codes of phases depend, piece by piece; the same in every process."""
    parts = {"the version of largespin": __version__, "the order of the axes": ", ".join(grid.values), **pieces}
    parts |= {f"the rule `{rule.name}`": rule for rule in rules}
    parts["the order of the rules"] = ", ".join(rule.name for rule in rules)
    parts |= {f"the parameter `{name}`": value for name, value in sorted(grid.fixed.items())}
    return {name: describe(part) for name, part in parts.items()}


def as_text(fingerprint: Fingerprint) -> str:
    """A fingerprint as an attribute."""
    return json.dumps({name: (part.text[:SHORT], part.digest) for name, part in fingerprint.items()})


def check_same(argument: str, dataset: xr.Dataset, asked: Fingerprint) -> None:
    """Labels of another model, or by other rules, are never mixed with these.

    Raises:
        LargespinError: with what differs.
    """
    text = dataset.attrs.get(MADE_FROM, "")
    if not text:
        raise LargespinError(
            f"Argument `{argument}` must be a result of phase_diagram, but it does not say what it is of."
        )
    stored = {name: Described(*part) for name, part in json.loads(text).items()}
    changed = differences(stored, asked)
    if changed:
        raise LargespinError(
            f"Argument `{argument}` must belong to the diagram that is asked for, but {'; '.join(changed)}."
        )


def examined_points(diagram: xr.Dataset) -> xr.Dataset:
    """The examined points of a diagram as a list over ``point``: axes, ``phase``, ``sentence`` and what is known."""
    axes = diagram["evaluated"].dims
    place = tuple(np.argwhere(diagram["evaluated"].values).T)
    variables = {
        str(name): ("point", variable.values[place], variable.attrs)
        for name, variable in diagram.data_vars.items()
        if variable.dims == axes and name not in OF_THE_DIAGRAM
    }
    coordinates = {axis: ("point", diagram[axis].values[at]) for axis, at in zip(axes, place, strict=True)}
    return xr.Dataset(variables, coordinates, diagram.attrs)


def places(points: xr.Dataset, grid: Plane) -> tuple[np.ndarray, np.ndarray]:
    """Which points of a list lie on a grid, and their indices there (points, axes)."""
    inside = np.ones(points.sizes["point"], dtype=bool)
    indices = []
    for name, values in grid.values.items():
        found = points[name].values
        at = _nearest(values, found)
        inside &= np.abs(values[at] - found) <= SAME * max(np.ptp(values), np.abs(values).max())
        indices.append(at)
    return inside, np.stack(indices, axis=-1)[inside]


def _nearest(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Indices of the entries of rising values that are nearest."""
    if len(values) == 1:
        return np.zeros(len(wanted), dtype=np.int64)
    above = np.clip(np.searchsorted(values, wanted), 1, len(values) - 1)
    return above - (wanted - values[above - 1] < values[above] - wanted)

"""Which number stands for which phases? One bit per rule, the same in all diagrams by the same rules, named as CF demands."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import LargespinError
from largespin.phases.rules import JOINED, UNDECIDED, Rule
from largespin.quantities import text

NONE = 0
"""Code of points for which no rule holds."""
MOST_RULES = 31
"""Rules of a diagram: codes are whole numbers of 32 bits, of which one is the sign."""
ALL_JOINED = 4
"""Rules up to which all their combinations are named in the attributes: sixteen at most; of more, those that occur."""
MOST_NAMED = 256
"""Names in the attributes at most: HDF5 keeps 64 kilobytes of attributes."""
Codes = npt.NDArray[np.int64]


def codes_of(rules: Sequence[Rule], points: xr.Dataset) -> Codes:
    """The code Σ_i 2^i over the rules i that hold, for every point, shape (points,)."""
    truth = np.stack([rule(points) for rule in rules], axis=-1)
    return np.asarray(truth @ (np.int64(1) << np.arange(len(rules))))


def flags(rules: Sequence[Rule], present: npt.ArrayLike) -> dict[str, Any]:
    """Attributes ``flag_values`` and ``flag_meanings`` of the CF conventions for the codes of these rules.

    Args:
        rules: the rules.
        present: codes that occur.
    """
    count = len(rules)
    singles = [1 << i for i in range(count)]
    if count <= ALL_JOINED:
        joined = [sum(bits) for size in range(2, count + 1) for bits in combinations(singles, size)]
    else:
        found = np.unique(np.asarray(present)).tolist()
        joined = sorted((code for code in found if code.bit_count() > 1), key=lambda code: (code.bit_count(), code))
    values = [*singles, *joined[: MOST_NAMED - count - 1], NONE]
    names = [rule.name for rule in rules]
    meanings = [_joined(names, code).replace(" ", "_") for code in values]
    return {"flag_values": np.array(values, dtype=np.int32), "flag_meanings": " ".join(meanings)}


def _joined(names: Sequence[str], code: int) -> str:
    return JOINED.join(name for bit, name in enumerate(names) if code >> bit & 1) or UNDECIDED


def phase_names(diagram: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Names of the phases at every point; those that exist side by side are joined by `` + ``.

    Args:
        diagram: a result of `phase_diagram` or `hopfield_phases`, or its variable ``phase``.

    Returns:
        Text over the same axes; ``undecided`` where no rule holds.

    Raises:
        LargespinError: without phases.

    Example:
        >>> import largespin as ls
        >>> from largespin.phases import phase_names
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> diagram = ls.phase_diagram(model, temperature=[0.5, 1.3], field=0.1)
        >>> diagram.phase.values.tolist(), phase_names(diagram).values.tolist()
        ([2, 1], ['retrieval', 'disordered'])
    """
    phase = _phase_of(diagram)
    names = _rule_names(phase)
    found, which = np.unique(phase.values, return_inverse=True)
    words = text([_joined(names, int(code)) for code in found])[which.reshape(phase.shape)]
    named = phase.copy(data=words)
    named.attrs = {"long_name": "phase"}
    return named


def has_phase(diagram: xr.Dataset | xr.DataArray, name: str) -> xr.DataArray:
    """Where a phase exists, alone or beside others.

    Args:
        diagram: a result of `phase_diagram` or `hopfield_phases`, or its variable ``phase``.
        name: the name of one rule.

    Returns:
        Truth values over the same axes.

    Raises:
        LargespinError: no phase of this name, or no phases at all.

    Example:
        >>> import largespin as ls
        >>> from largespin.phases import has_phase
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
        >>> diagram = ls.phase_diagram(model, temperature=0.6, field=[0.2, 0.274, 0.5])
        >>> has_phase(diagram, "retrieval").values, has_phase(diagram, "moving").values
        (array([ True,  True, False]), array([False,  True,  True]))
    """
    phase = _phase_of(diagram)
    names = _rule_names(phase)
    if name not in names:
        raise LargespinError(f"Argument `name` must be one of {', '.join(names)}, but it is {name!r}.")
    found = (phase >> names.index(name) & 1).astype(bool)
    found.attrs = {"long_name": f"whether the phase {name} exists"}
    return found


def _phase_of(diagram: xr.Dataset | xr.DataArray) -> xr.DataArray:
    phase = diagram["phase"] if isinstance(diagram, xr.Dataset) and "phase" in diagram else diagram
    if not isinstance(phase, xr.DataArray) or not {"flag_values", "flag_meanings"} <= set(phase.attrs):
        raise LargespinError("Argument `diagram` must be a result of `phase_diagram` with `phase`, but it is not.")
    return phase


def _rule_names(phase: xr.DataArray) -> list[str]:
    """Names of the single rules, in the order of their bits."""
    meanings = dict(
        zip(np.atleast_1d(phase.attrs["flag_values"]).tolist(), phase.attrs["flag_meanings"].split(), strict=True)
    )
    singles = sorted(code for code in meanings if code.bit_count() == 1)
    return [meanings[code].replace("_", " ") for code in singles]

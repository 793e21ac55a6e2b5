"""Which configuration does a retrieval start from? A damaged stored pattern, or one of the user's own."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, whole_number
from largespin.patterns.arrays import one_configuration, only_signs
from largespin.patterns.configurations import corrupt
from largespin.patterns.overlaps import overlaps
from largespin.patterns.patterns import Patterns, check_patterns
from largespin.retrieval.defaults import CORRUPTION


@dataclass(frozen=True, eq=False)
class Start:
    """Where a retrieval starts.

    Attributes:
        pattern: the pattern that was damaged, by position; for a configuration of one's own the pattern nearest to it.
        is_own: whether the configuration is one's own.
        configuration: the sites, shape (N,), before they are damaged.
    """

    pattern: int
    is_own: bool
    configuration: FloatArray

    def damaged(self, share: float | None, seed: int) -> FloatArray:
        """The sites with a share of them flipped; with none flipped in a configuration of one's own, unless asked for."""
        return corrupt(self.configuration, share_flipped(share, self.is_own), seed=seed)


def share_flipped(share: float | None, is_own: bool) -> float:
    """The share of the sites to flip where none is given."""
    return (0.0 if is_own else CORRUPTION) if share is None else share


def start_of(patterns: Patterns, start: int | str | npt.ArrayLike) -> Start:
    """The configuration that `start` names or is.

    Args:
        patterns: the stored patterns, values ±1.
        start: the position (from 0) or the name of a pattern, or sites of one's own, shape (N,) or (rows, columns).

    Raises:
        LargespinError: no such pattern, or sites that do not fit.

    Example:
        >>> from largespin import patterns_from_array
        >>> from largespin.retrieval.start import start_of
        >>> patterns = patterns_from_array([[1, 1, 1, -1], [1, -1, 1, 1]])
        >>> start_of(patterns, [1, -1, 1, 0.0]).pattern
        1
    """
    check_patterns(patterns)
    if not patterns.is_binary:
        raise LargespinError(
            "Argument `patterns` must have values +1 and -1 only, but they run from "
            f"{patterns.values.min():g} to {patterns.values.max():g}."
        )
    if isinstance(start, str):
        if start not in patterns.names:
            raise LargespinError(
                f"Argument `start` must be one of {', '.join(patterns.names)}, a number, or the sites themselves, "
                f"but it is {start!r}."
            )
        position = patterns.names.index(start)
        return Start(position, False, patterns.values[position])
    if not isinstance(start, Iterable) or getattr(start, "shape", None) == ():
        position = whole_number("start", start, 0, patterns.number_of_patterns - 1)
        return Start(position, False, patterns.values[position])
    sites = _own_sites(patterns, start)
    return Start(int(np.argmax(np.abs(overlaps(patterns, sites)))), True, sites)


def _own_sites(patterns: Patterns, start: npt.ArrayLike) -> FloatArray:
    configuration = finite_array("start", start)
    present = np.unique(configuration)
    if present.size and present[0] == 0.0 and present[-1] > 0.0:
        raise LargespinError(
            "Argument `start` must have sites +1 (dark), -1 (light) and 0 (unknown), but none is -1, as in a picture of 0 "
            f"and {present[-1]:g}; make them ±1, for instance with np.where(start > {float(present[-1]) / 2:g}, 1, -1)."
        )
    sites = one_configuration("start", configuration, patterns.number_of_sites, patterns.picture_shape)
    if not np.any(sites):
        raise LargespinError("Argument `start` must have sites that are not zero, but all are.")
    return sites + 0.0 if only_signs(sites) else sites

"""How alike are the stored patterns, and does Hebb's rule still tell them apart?

Independent random patterns on N sites overlap by about 1/√N, which Hebb's rule tolerates. Pictures overlap
far more: the field of one then pulls towards the others, and the projection rule is needed.
"""

from typing import Any

import numpy as np

from largespin.errors import LargespinError, number_in
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.patterns import Patterns
from largespin.patterns.rules import Learning

# Of a hundred random patterns, the most alike pair lies at about 4 standard deviations of 1/√N.
STANDARD_DEVIATIONS = 4.0
# Overlaps below this hardly move the fixed points of Hebb's rule, however many sites there are.
HARMLESS_OVERLAP = 0.1


def strongest_correlation(stored: Patterns | LargeSpins) -> tuple[float, int, int]:
    """`max |C[μ, ν]| / √(C[μ, μ] C[ν, ν])` over μ < ν; for ±1 patterns this is just `max |C[μ, ν]|`.

    Args:
        stored: M patterns, or the blocks made of them.

    Returns:
        The largest value and the two patterns; (0.0, 0, 0) for a single pattern.

    Example:
        >>> from largespin import patterns_from_array, strongest_correlation
        >>> strongest_correlation(patterns_from_array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, 1, -1]]))
        (0.5, 0, 2)

    Source: CL21, Eq. 2 and below, where the correlation of random patterns vanishes for many spins.
    """
    check_stored(stored)
    correlations = stored.correlations
    if len(correlations) == 1:
        return 0.0, 0, 0
    size = np.sqrt(np.diag(correlations))
    # A pattern that is zero everywhere is correlated with nothing.
    size[size == 0.0] = np.inf
    above_diagonal = np.triu(np.abs(correlations / np.outer(size, size)), k=1)
    first, second = np.unravel_index(int(np.argmax(above_diagonal)), above_diagonal.shape)
    if first == second:
        return 0.0, 0, 1
    return float(above_diagonal[first, second]), int(first), int(second)


def random_level(sites: int | None) -> float:
    """`max(4/√N, 0.1)`: the overlap that independent random patterns hardly ever exceed, or that is harmless.

    Args:
        sites: N, or None for infinitely many.

    Returns:
        The level.

    Example:
        >>> from largespin.patterns.correlations import random_level
        >>> random_level(400), random_level(None)
        (0.2, 0.1)

    Source: normal approximation of the binomial distribution of overlaps.
    """
    if sites is None:
        return HARMLESS_OVERLAP
    return max(STANDARD_DEVIATIONS / float(np.sqrt(sites)), HARMLESS_OVERLAP)


def recommended_rule(stored: Patterns | LargeSpins, *, limit: float | None = None) -> tuple[Learning, str]:
    """`"projection"` if the strongest correlation exceeds `limit`, else `"hebb"`, and why.

    Args:
        stored: M patterns, or the blocks made of them.
        limit: the correlation to tolerate, in [0, 1]; None for max(4/√N, 0.1), which random patterns keep.

    Returns:
        The rule and the sentence.

    Raises:
        LargespinError: if `limit` lies outside [0, 1].

    Example:
        >>> from largespin import patterns_from_array, recommended_rule
        >>> values = [[1] * 1600, [1] * 1200 + [-1] * 400]
        >>> recommended_rule(patterns_from_array(values, names=["cat", "boat"]))[1]
        "Projection rule: patterns 'cat' and 'boat' overlap by 0.50, more than the tolerated 0.10."

    Source: Kanter and Sompolinsky, Phys. Rev. A 35, 380 (1987), on storing correlated patterns.
    """
    check_stored(stored)
    allowed = random_level(stored.number_of_sites) if limit is None else number_in("limit", limit, 0.0, 1.0)
    value, first, second = strongest_correlation(stored)
    if len(stored.names) == 1:
        return "hebb", "Hebb's rule: a single pattern overlaps with no other."
    pair = f"patterns {stored.names[first]!r} and {stored.names[second]!r} overlap by {value:.2f}"
    if value > allowed:
        return "projection", f"Projection rule: {pair}, more than the tolerated {allowed:.2f}."
    return "hebb", f"Hebb's rule: no two patterns overlap by more than the tolerated {allowed:.2f} ({pair})."


def check_stored(stored: Any) -> None:
    """Refuse what holds no stored patterns."""
    if not isinstance(stored, Patterns | LargeSpins):
        raise LargespinError(f"Argument `stored` must be Patterns or LargeSpins, but it is a {type(stored).__name__}.")

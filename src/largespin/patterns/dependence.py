"""Which stored pattern is a combination of others?

The projection rule cannot store a pattern that the others already span: the same picture twice, a picture
and its negative, or `d = a + b - c`. A matrix that cannot be inverted says none of that; this file does.
"""

from collections.abc import Sequence

import numpy as np

from largespin.errors import FloatArray

# What remains of a row of ±1 beyond the others is at least about 1/√N; 1e-6 is reached by dependence alone.
DEPENDENCE_TOLERANCE = 1e-6


def dependent_patterns(rows: FloatArray, names: Sequence[str]) -> list[str]:
    """For each row `x_μ = Σ_ν c_ν x_ν` of earlier independent rows ν, a phrase that names those with c_ν ≠ 0.

    The earlier rows are independent of each other, so the c_ν are unique and no smaller set of them will do.

    Args:
        rows: the patterns, shape (M, N).
        names: one per pattern.

    Returns:
        Phrases such as "'b' equals 'a'"; an empty list if all rows are independent.

    Example:
        >>> import numpy as np
        >>> from largespin.patterns.dependence import dependent_patterns
        >>> rows = np.array([[1.0, 1, -1, -1], [1, -1, 1, -1], [1, 1, -1, -1], [-1, 1, -1, 1]])
        >>> dependent_patterns(rows, ["a", "b", "c", "d"])
        ["'c' equals 'a'", "'d' is the negative of 'b'"]

    Source: Gram and Schmidt, done twice against rounding.
    """
    found = np.empty_like(rows)
    kept: list[int] = []
    phrases: list[str] = []
    for position, row in enumerate(rows):
        directions = found[: len(kept)]
        remainder = row - (directions @ row) @ directions
        remainder -= (directions @ remainder) @ directions
        size = float(np.linalg.norm(remainder))
        if size > DEPENDENCE_TOLERANCE * float(np.linalg.norm(row)):
            found[len(kept)] = remainder / size
            kept.append(position)
        else:
            phrases.append(_phrase(row, names[position], rows[kept], [names[other] for other in kept]))
    return phrases


def _phrase(row: FloatArray, name: str, earlier: FloatArray, earlier_names: list[str]) -> str:
    if not np.any(row):
        return f"{name!r} is zero everywhere"
    share = np.linalg.lstsq(earlier.T, row, rcond=None)[0]
    part = np.abs(share) * np.linalg.norm(earlier, axis=1) / np.linalg.norm(row)
    needed = [number for number in range(len(share)) if part[number] > DEPENDENCE_TOLERANCE]
    if len(needed) > 1:
        return f"{name!r} is a combination of {', '.join(repr(earlier_names[number]) for number in needed)}"
    other, factor = earlier_names[needed[0]], float(share[needed[0]])
    if abs(factor - 1.0) < DEPENDENCE_TOLERANCE:
        return f"{name!r} equals {other!r}"
    if abs(factor + 1.0) < DEPENDENCE_TOLERANCE:
        return f"{name!r} is the negative of {other!r}"
    return f"{name!r} is {factor:g} times {other!r}"

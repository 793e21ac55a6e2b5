"""How alike are a configuration and the stored patterns?"""

import numpy.typing as npt

from largespin.errors import FloatArray
from largespin.patterns.arrays import sites_last
from largespin.patterns.patterns import Patterns, check_patterns


def overlaps(patterns: Patterns, configuration: npt.ArrayLike) -> FloatArray:
    """`o_μ = (1/N) Σ_i ξ[μ, i] s_i`: 1 when a ±1 configuration is pattern μ, -1 when it is its negative.

    Args:
        patterns: the stored patterns.
        configuration: s, shape (..., N), or (..., rows, columns) for pictures.

    Returns:
        o, shape (..., M).

    Raises:
        LargespinError: if the shape of the configuration does not fit.

    Example:
        >>> from largespin import overlaps, patterns_from_array
        >>> overlaps(patterns_from_array([[1, 1, -1, -1], [1, -1, 1, -1]]), [1, 1, 1, -1])
        array([0.5, 0.5])

    Source: CL21, Fig. 1.
    """
    check_patterns(patterns)
    sites = patterns.number_of_sites
    state = sites_last("configuration", configuration, sites, patterns.picture_shape)
    return state @ patterns.values.T / sites

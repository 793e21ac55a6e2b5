"""Which patterns does a system store, and which spins share their column and form one large spin?

`patterns`        the stored values, site by site
`images`          patterns from picture files, pictures from values
`configurations`  damaged copies of a configuration
`large_spins`     the mapping from sites to blocks, from a sample or in the limit of many sites
`blocks`          the result of the mapping: coefficients, weights, and the way back to the sites
`correlations`    how alike the patterns are, and what follows for the learning rule
`learning`        Hebb's rule, the projection rule, and the load each can carry
"""

from largespin.patterns.blocks import LargeSpins
from largespin.patterns.configurations import corrupt
from largespin.patterns.correlations import recommended_rule, strongest_correlation
from largespin.patterns.images import patterns_from_images, save_picture
from largespin.patterns.large_spins import ideal_large_spins, large_spins
from largespin.patterns.learning import (
    check_load,
    coupling_matrix,
    learning_matrix,
    orthogonalised_couplings,
)
from largespin.patterns.patterns import Patterns, overlaps, patterns_from_array, random_patterns

__all__ = [
    "LargeSpins",
    "Patterns",
    "check_load",
    "corrupt",
    "coupling_matrix",
    "ideal_large_spins",
    "large_spins",
    "learning_matrix",
    "orthogonalised_couplings",
    "overlaps",
    "patterns_from_array",
    "patterns_from_images",
    "random_patterns",
    "recommended_rule",
    "save_picture",
    "strongest_correlation",
]

"""Which field do the stored patterns exert on a block, and how many of them can a learning rule carry?

The field on block k is `Δ_k = Σ_μν e[μ, k] A[μ, ν] o_ν` with the overlaps o. Hebb's rule has `A = 1`; the
projection rule has `A = C⁻¹`, which makes every stored pattern its own field, however alike the patterns are.
Models with one mode per pattern need the square root instead: mode μ couples to `Σ_ν (C^-1/2)[μ, ν] o_ν`.
"""

import warnings

import numpy as np

from largespin.errors import FloatArray, LargespinError, LargespinWarning, one_of, whole_number
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.correlations import check_stored
from largespin.patterns.dependence import dependent_patterns
from largespin.patterns.patterns import Patterns, check_patterns
from largespin.patterns.rules import Learning

# Patterns per site beyond which Hebb's rule forgets everything at zero temperature.
HEBB_CAPACITY = 0.138
# Fewer sites than this in an average block are too few for its average to be sharp (1/√10 = 0.3).
FEWEST_SITES_PER_BLOCK = 10


def learning_matrix(stored: Patterns | LargeSpins, rule: Learning) -> FloatArray:
    """A in `Δ_k = Σ_μν e[μ, k] A[μ, ν] o_ν`: the unit matrix (Hebb) or `C⁻¹` (projection).

    With the projection rule a state equal to pattern ν has the field `Δ_k = e[ν, k]` exactly.

    Args:
        stored: M patterns, or the blocks made of them.
        rule: "hebb" or "projection".

    Returns:
        A, symmetric, shape (M, M).

    Raises:
        LargespinError: for another rule, or if "projection" meets linearly dependent patterns; says which.

    Example:
        >>> from largespin import learning_matrix, patterns_from_array
        >>> learning_matrix(patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]), "projection").round(3)
        array([[ 1.333, -0.667],
               [-0.667,  1.333]])

    Source: FMLC23, Eq. 58 (Hebb); Personnaz, Guyon and Dreyfus, J. Physique Lett. 46, L359 (1985).
    """
    check_stored(stored)
    if one_of("rule", rule, Learning) == "hebb":
        return np.eye(stored.number_of_patterns)
    return _power_of_correlations(stored, -1.0)


def coupling_matrix(stored: Patterns | LargeSpins, rule: Learning) -> FloatArray:
    """B with `B Bᵀ = A`: the unit matrix (Hebb) or `C^-1/2` (projection), for one mode per pattern.

    Args:
        stored: M patterns, or the blocks made of them.
        rule: "hebb" or "projection".

    Returns:
        B, symmetric, shape (M, M).

    Raises:
        LargespinError: for another rule, or if "projection" meets linearly dependent patterns; says which.

    Example:
        >>> from largespin import patterns_from_array
        >>> from largespin.patterns.learning import coupling_matrix
        >>> coupling_matrix(patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]), "projection").round(3)
        array([[ 1.115, -0.299],
               [-0.299,  1.115]])

    Source: CL21, Eq. 2, for Hebb; Löwdin, J. Chem. Phys. 18, 365 (1950), for the square root.
    """
    check_stored(stored)
    if one_of("rule", rule, Learning) == "hebb":
        return np.eye(stored.number_of_patterns)
    return _power_of_correlations(stored, -0.5)


def orthogonalised_couplings(stored: Patterns | LargeSpins) -> FloatArray:
    """`G = C^-1/2 e`, so that `Σ_k w_k G[μ, k] G[ν, k] = δ_μν`.

    These are the orthonormal patterns nearest to the stored ones; `Σ_μ G[μ, k] Σ_l w_l G[μ, l] z_l` is the
    field of the projection rule.

    Args:
        stored: the blocks, or M patterns on N sites (every site then counts 1/N).

    Returns:
        G, shape (M, K), or (M, N) for patterns.

    Raises:
        LargespinError: if the patterns are linearly dependent; says which.

    Example:
        >>> from largespin import orthogonalised_couplings, patterns_from_array
        >>> couplings = orthogonalised_couplings(patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]))
        >>> (couplings @ couplings.T / 4).round(12) + 0.0
        array([[1., 0.],
               [0., 1.]])

    Source: Löwdin, J. Chem. Phys. 18, 365 (1950).
    """
    check_stored(stored)
    rows = stored.values if isinstance(stored, Patterns) else stored.coefficients
    return coupling_matrix(stored, "projection") @ rows


def check_load(patterns: Patterns, blocks: LargeSpins | int, rule: Learning) -> None:
    """Speaks up if `M > 0.138 N` (Hebb), `M > N` (projection) or `N < 10 K` (few sites per block).

    Args:
        patterns: M patterns on N sites.
        blocks: the blocks made of them, or their number K.
        rule: "hebb" or "projection".

    Raises:
        LargespinError: if "projection" meets more patterns than sites, which cannot be independent.

    Warns:
        LargespinWarning: beyond Hebb's capacity, or if blocks are too small for mean field.

    Example:
        >>> from largespin import check_load, random_patterns
        >>> check_load(random_patterns(3, 1000, seed=1), 8, "hebb")

    Source: Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985), for 0.138.
    """
    check_patterns(patterns)
    one_of("rule", rule, Learning)
    number_of_blocks = blocks.number_of_blocks if isinstance(blocks, LargeSpins) else blocks
    whole_number("blocks", number_of_blocks, 1)
    count, sites = patterns.number_of_patterns, patterns.number_of_sites
    if rule == "projection" and count > sites:
        raise LargespinError(
            f"Argument `patterns` must hold at most as many patterns as sites for rule 'projection', "
            f"but there are {count} patterns on {sites} sites."
        )
    if rule == "hebb" and count > HEBB_CAPACITY * sites:
        warnings.warn(
            f"Hebb's rule retrieves at most about {HEBB_CAPACITY}·N = {HEBB_CAPACITY * sites:.1f} patterns "
            f"on {sites} sites, but {count} are stored; use more sites, fewer patterns or rule='projection'.",
            LargespinWarning,
            stacklevel=2,
        )
    if sites < FEWEST_SITES_PER_BLOCK * number_of_blocks:
        warnings.warn(
            f"Mean field is exact for many sites per block, but {number_of_blocks} blocks share {sites} "
            f"sites, {sites / number_of_blocks:.1f} on average; use more sites or fewer patterns.",
            LargespinWarning,
            stacklevel=2,
        )


def _power_of_correlations(stored: Patterns | LargeSpins, exponent: float) -> FloatArray:
    """`C^exponent`, from the singular values of the patterns; squaring them would lose half the digits."""
    rows = weighted_rows(stored)
    culprits = dependent_patterns(rows, stored.names)
    if culprits:
        raise LargespinError(
            "Argument `stored` must hold linearly independent patterns for the projection rule, but "
            f"{'; '.join(culprits)}. Leave out one pattern of each such set, or use rule='hebb'."
        )
    left, singular, _ = np.linalg.svd(rows, full_matrices=False)
    return (left * singular ** (2.0 * exponent)) @ left.T


def weighted_rows(stored: Patterns | LargeSpins) -> FloatArray:
    """X with `X Xᵀ = C`: the patterns times the square root of the weight of each site or block.

    Args:
        stored: M patterns, or the blocks made of them.

    Returns:
        X, shape (M, N) or (M, K).

    Example:
        >>> from largespin import ideal_large_spins
        >>> from largespin.patterns.learning import weighted_rows
        >>> weighted_rows(ideal_large_spins(1))
        array([[1.]])

    Source: theory.md, section 2.
    """
    if isinstance(stored, Patterns):
        return stored.values / np.sqrt(stored.number_of_sites)
    return stored.coefficients * np.sqrt(stored.weights)

"""Whether a symmetric state is positive, as far as that can be decided."""

from dataclasses import dataclass

import numpy as np

from largespin.errors import FloatArray, number_in
from largespin.exact.states.dicke_blocks import LARGEST_BLOCK, dicke_blocks
from largespin.exact.states.full import full_dimension, full_matrix
from largespin.exact.states.state import SymmetricState, check_state

LARGEST_DIMENSION = 1500
"""Dimension ``∏ d^{N_k} × Fock`` up to which positivity of particles with more levels is decided in the full space: its
eigenvalues take 4 s there, and eight times as long for twice the dimension."""
LARGEST_ROUNDING = 1e-6
"""Rounding above which a negative eigenvalue says nothing: what solutions may be wrong by without being called inaccurate
(``results.INACCURATE``), or not be given (``stationary.NEGATIVE``)."""


@dataclass(frozen=True)
class Positivity:
    """Whether a state is positive.

    Attributes:
        negativity: ``Σ_j Σ |negative eigenvalues of d_j ρ_j|``, the weight below zero; NaN if not decided.
        smallest: the smallest eigenvalue of any block ``d_j ρ_j`` (of ρ itself in the full space); NaN if not decided.
        rounding: estimate of the error of `negativity`; NaN if no matrix was made.
        decided: whether the numbers mean something.
        sentence: how it was decided, or why it was not.
    """

    negativity: float
    smallest: float
    rounding: float
    decided: bool
    sentence: str


def positivity(state: SymmetricState, *, error: float = 0.0, largest_rounding: float = LARGEST_ROUNDING) -> Positivity:
    """The weight of negative eigenvalues, ``Σ_j Σ_{λ<0} |λ(d_j ρ_j)| = ½ (tr|ρ| − tr ρ)``; zero for a state.

    Spins ½ are decided from `dicke_blocks`, particles with more levels in the full space while ``∏ d^{N_k} × Fock`` is
    at most 1500. Otherwise, and where rounding exceeds `largest_rounding`, nothing is decided and the sentence says why.

    Args:
        state: any symmetric state.
        error: absolute error of the stored numbers beyond their rounding.
        largest_rounding: rounding that is still accepted.

    Returns:
        `Positivity`.

    Example:
        >>> import largespin as ls
        >>> from largespin.exact.states.positivity import positivity
        >>> system = ls.exact.System(ls.Model(ls.Spins()), particles=10)
        >>> found = positivity(system.product_state([0.6, 0.0, 0.8]))
        >>> found.decided, found.negativity < 1e-12
        (True, True)
    """
    check_state(state)
    number_in("error", error, 0.0)
    number_in("largest_rounding", largest_rounding, 0.0)
    if state.space.model.particles.levels == 2:
        return _from_blocks(state, error, largest_rounding)
    return _from_full_matrix(state, error, largest_rounding)


def _from_blocks(state: SymmetricState, error: float, largest_rounding: float) -> Positivity:
    if max(state.space.counts) > LARGEST_BLOCK:
        return _undecided(
            np.nan,
            f"Not decided: a block has more than {LARGEST_BLOCK} spins, for which the blocks of total spin keep no digit.",
        )
    found = dicke_blocks(state, error=error)
    if not found.rounding <= largest_rounding:
        return _undecided(
            found.rounding,
            f"Not decided: cancellation between the stored numbers moves the blocks by about {found.rounding:.1e}, "
            f"above {largest_rounding:.1e}.",
        )
    eigenvalues = np.concatenate(list(found.eigenvalues().values()))
    return _decided(eigenvalues, found.rounding, "from the blocks of total spin")


def _from_full_matrix(state: SymmetricState, error: float, largest_rounding: float) -> Positivity:
    size = full_dimension(state.space)
    if size > LARGEST_DIMENSION:
        return _undecided(
            np.nan,
            f"Not decided: particles with {state.space.model.particles.levels} levels have no Dicke blocks here, and the "
            f"full space has dimension {size}, above {LARGEST_DIMENSION}.",
        )
    matrix = full_matrix(state)
    spread = np.sqrt(np.sum((np.finfo(np.float64).eps * np.abs(matrix)) ** 2))
    rounding = float(np.sqrt(size) * spread + error * size)
    if not rounding <= largest_rounding:
        return _undecided(
            rounding,
            f"Not decided: the error of the eigenvalues is about {rounding:.1e}, above {largest_rounding:.1e}.",
        )
    eigenvalues = np.linalg.eigvalsh(0.5 * (matrix + matrix.conj().T))
    return _decided(np.asarray(eigenvalues, dtype=np.float64), rounding, f"from the full matrix of dimension {size}")


def _decided(eigenvalues: FloatArray, rounding: float, way: str) -> Positivity:
    below = float(np.maximum(-eigenvalues, 0.0).sum())
    sentence = f"Decided {way}; the rounding is about {rounding:.1e}."
    return Positivity(below, float(eigenvalues.min()), rounding, True, sentence)


def _undecided(rounding: float, sentence: str) -> Positivity:
    return Positivity(np.nan, np.nan, rounding, False, sentence)

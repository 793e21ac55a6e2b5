"""Where the search for stationary states begins: random states, and states along the stored patterns."""

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.numeric import NumericMeanField
from largespin.model.model import Model
from largespin.model.operators import expansion


def search_starts(model: Model, count: int, seed: int) -> FloatArray:
    """`count` state vectors u, shape (count, n): the patterns ±e_μ first, then mixtures, then random blocks.

    Blocks move together in collective states, so most starts share one Bloch vector up to the signs of the patterns;
    independent random blocks alone would all look like the disordered state.
    """
    generator = np.random.default_rng(seed)
    particles = model.particles
    blocks, components = particles.number_of_blocks, particles.number_of_components
    shared = _random_bloch_vectors(model, generator, count)[:, None, :]
    bloch = np.repeat(shared, blocks, axis=1)
    independent = np.arange(count) % 4 == 3
    bloch[independent] = _random_bloch_vectors(model, generator, int(independent.sum()) * blocks).reshape(
        -1, blocks, components
    )
    if len(particles.coefficients):
        bloch *= _signs(particles.coefficients, generator, count)[..., None]
    states = np.zeros((count, model.number_of_variables))
    states[:, : blocks * components] = bloch.reshape(count, -1)
    return states


def _signs(patterns: FloatArray, generator: np.random.Generator, count: int) -> FloatArray:
    """Per start and block a number in [−1, 1]: each pattern with either sign, then random mixtures, then ones."""
    directions = np.concatenate([patterns, -patterns])
    amounts = generator.normal(size=(count, len(patterns)))
    # Every other mixture has equal amounts of its patterns, as symmetric mixtures have.
    amounts[::4] = np.round(generator.uniform(-1.5, 1.5, size=amounts[::4].shape))
    mixing = amounts @ patterns
    chosen = np.ones((count, patterns.shape[1]))
    for start in range(count):
        if start < len(directions):
            chosen[start] = directions[start]
        elif start % 2 == 0:
            chosen[start] = mixing[start]
    return chosen / np.maximum(np.abs(chosen).max(axis=1, keepdims=True), 1e-300)


def _random_bloch_vectors(model: Model, generator: np.random.Generator, count: int) -> FloatArray:
    """Bloch vectors of random density matrices (half of them pure), shape (count, d²−1)."""
    levels = model.particles.levels
    matrices = generator.normal(size=(count, levels, levels)) + 1j * generator.normal(size=(count, levels, levels))
    matrices[::2, :, 1:] = 0.0
    rho = matrices @ matrices.conj().swapaxes(-1, -2)
    rho /= np.einsum("...ii->...", rho)[..., None, None]
    return expansion(rho)[..., 1:].real * levels


def settle_modes(functions: NumericMeanField, u: FloatArray, parameters: FloatArray) -> FloatArray:
    """States with the modes moved to where they would rest for the given particles (exact for linear modes)."""
    count = 2 * len(functions.model.modes)
    if count == 0 or len(u) == 0:
        return u
    first = u.shape[-1] - count
    slope = functions.mode_jacobian(u, parameters)
    rest = functions.rhs(u, parameters)[..., first:, None]
    settled = u.copy()
    settled[..., first:] -= (np.linalg.pinv(slope) @ rest)[..., 0]
    return np.where(np.isfinite(settled), settled, u)

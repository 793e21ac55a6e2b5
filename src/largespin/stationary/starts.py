"""Where the search for stationary states begins: random states, and states along the stored patterns."""

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.meanfield.derive import mean_field
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
    # Every fourth: collective states find nearly everything, but states that break all symmetry need starts that do.
    independent = np.arange(count) % 4 == 3
    bloch[independent] = _random_bloch_vectors(model, generator, int(independent.sum()) * blocks).reshape(
        -1, blocks, components
    )
    if len(particles.coefficients):
        bloch *= _signs(particles.coefficients, generator, count)[..., None]
    states = np.zeros((count, model.number_of_variables))
    states[:, : blocks * components] = bloch.reshape(count, -1)
    if not has_linear_modes(model):
        # Amplitudes of every size: a nonlinear mode may rest far from the vacuum, in several places. From 0.1 (nearly the vacuum)
        # to 30 (a thousand bosons a particle; Kerr and two-photon modes rest at √(drive/nonlinearity)).
        modes = states[1::2, blocks * components :]
        modes[:] = generator.normal(size=modes.shape) * 10.0 ** generator.uniform(-1.0, 1.5, size=(len(modes), 1))
    return states


def has_linear_modes(model: Model) -> bool:
    """Whether the mode equations are linear in the modes, so that each rests in one place for given particles."""
    equations = mean_field(model)
    rates = [rate for pair in equations.mode_rates for rate in pair]
    return all(sp.diff(rate, x, y) == 0 for rate in rates for x in equations.quadratures for y in equations.quadratures)


def _signs(patterns: FloatArray, generator: np.random.Generator, count: int) -> FloatArray:
    """Per start and block a number in [−1, 1]: each pattern with either sign, then random mixtures, then ones."""
    directions = np.concatenate([patterns, -patterns])
    amounts = generator.normal(size=(count, len(patterns)))
    # Every other mixture has equal amounts of its patterns, as symmetric mixtures have: −1, 0 or 1 of each, equally often.
    amounts[::4] = np.round(generator.uniform(-1.5, 1.5, size=amounts[::4].shape))
    mixing = amounts @ patterns
    chosen = np.ones((count, patterns.shape[1]))
    for start in range(count):
        if start < len(directions):
            chosen[start] = directions[start]
        elif start % 2 == 0:
            chosen[start] = mixing[start]
    return chosen / np.maximum(np.abs(chosen).max(axis=1, keepdims=True), np.finfo(float).tiny)


def _random_bloch_vectors(model: Model, generator: np.random.Generator, count: int) -> FloatArray:
    """Bloch vectors of random density matrices, shape (count, d²−1); every other one pure, where conserved purity keeps
    states."""
    levels = model.particles.levels
    matrices = generator.normal(size=(count, levels, levels)) + 1j * generator.normal(size=(count, levels, levels))
    matrices[::2, :, 1:] = 0.0
    rho = matrices @ matrices.conj().swapaxes(-1, -2)
    rho /= np.einsum("...ii->...", rho)[..., None, None]
    return expansion(rho)[..., 1:].real * levels


def settle_modes(functions: NumericMeanField, u: FloatArray, parameters: FloatArray) -> FloatArray:
    """States with linear modes moved to where they rest for the given particles; nonlinear ones stay."""
    count = 2 * len(functions.model.modes)
    if count == 0 or len(u) == 0 or not has_linear_modes(functions.model):
        return u
    first = u.shape[-1] - count
    slope = functions.mode_jacobian(u, parameters)
    rest = functions.rhs(u, parameters)[..., first:, None]
    settled = u.copy()
    settled[..., first:] -= (np.linalg.pinv(slope) @ rest)[..., 0]
    return np.where(np.isfinite(settled), settled, u)

"""Which maps of states are symmetries of the equations, and which states they carry into each other.

Candidates are built from the model and kept only if ``F(Su) = S F(u)`` holds numerically: exchange of two levels, sign
of one level, both, complex conjugation alone or after one of these, each with or without the sign of all modes; for
stored patterns the flip of one pattern and the exchange of two, with the blocks and modes that belong to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.numeric import NumericMeanField
from largespin.model.model import Model
from largespin.model.operators import hermitian_basis

MOST_PATTERNS = 8
"""Number of patterns up to which their flips and exchanges are tried: p flips and p(p − 1)/2 exchanges, each of which
is compared at every parameter point, and 2^p p! images, of which 256 are kept."""
SYMMETRIC = 1e-9
"""Difference of ``F(Su)`` and ``S F(u)``, relative to F, up to which a map is a symmetry: rounding leaves 1e-15 times
the number of terms, and a term that breaks a symmetry by less than this is beyond all tolerances of the searches."""


@dataclass(frozen=True, eq=False)
class Symmetry:
    """The map ``m'_{π(k)} = R_{s_k} m_k``, ``(q, p)'_{ν(μ)} = ε_μ (q, p)_μ`` (p reversed by complex conjugation).

    Attributes:
        name: what it does, in words.
        target: ``π``, the block that block k is moved to, shape (K,).
        rotations: ``R`` per block, shape (K, d²−1, d²−1).
        mode_target: ``ν``, shape (M,).
        mode_signs: signs of q and p per mode, shape (M, 2).
    """

    name: str
    target: np.ndarray
    rotations: FloatArray
    mode_target: np.ndarray
    mode_signs: FloatArray

    def __call__(self, u: FloatArray) -> FloatArray:
        """The image of states u, shape (…, n)."""
        blocks, components = self.rotations.shape[:2]
        bloch = u[..., : blocks * components].reshape(*u.shape[:-1], blocks, components)
        quadratures = u[..., blocks * components :].reshape(*u.shape[:-1], -1, 2)
        moved, carried = np.empty_like(bloch), np.empty_like(quadratures)
        moved[..., self.target, :] = np.einsum("kab,...kb->...ka", self.rotations, bloch)
        carried[..., self.mode_target, :] = self.mode_signs * quadratures
        parts = [moved.reshape(*u.shape[:-1], -1), carried.reshape(*u.shape[:-1], -1)]
        return np.concatenate(parts, axis=-1)


def symmetries(functions: NumericMeanField, parameters: FloatArray) -> tuple[Symmetry, ...]:
    """The candidates that are symmetries at every given parameter vector (points, number of parameters).

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.meanfield.numeric import numeric_mean_field
        >>> from largespin.stationary.symmetry import symmetries
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> for symmetry in symmetries(numeric_mean_field(model), np.array([[0.2, 0.5]])):
        ...     print(symmetry.name)
        exchange of levels 1 and 2
        exchange of levels 1 and 2 with sign, conjugated
        sign of level 2, conjugated
        flip of pattern 0
    """
    model = functions.model
    # Any fixed seed: equal calls must find equal symmetries, and four random states lie on no special set.
    generator = np.random.default_rng(20262)
    u = generator.uniform(-0.5, 0.5, size=(4, model.number_of_variables))
    distinct = np.unique(parameters, axis=0)
    few = distinct[np.linspace(0, len(distinct) - 1, num=min(3, len(distinct))).astype(int)]
    kept = []
    for candidate in _candidates(model):
        # A symmetry that a sweep breaks somewhere is none of the sweep; few points reject most candidates cheaply.
        if _is_symmetry(functions, candidate, u, few) and _is_symmetry(functions, candidate, u[:1], distinct):
            kept.append(candidate)
    return tuple(kept)


def _is_symmetry(functions: NumericMeanField, candidate: Symmetry, u: FloatArray, parameters: FloatArray) -> bool:
    states = np.repeat(u, len(parameters), axis=0)
    values = np.tile(parameters, (len(u), 1))
    flow = functions.rhs(states, values)
    difference = functions.rhs(candidate(states), values) - candidate(flow)
    scale = np.maximum(1.0, np.abs(flow).max(axis=1))
    return bool(np.all(np.abs(difference).max(axis=1) < SYMMETRIC * scale))


def _candidates(model: Model) -> Iterator[Symmetry]:
    blocks, modes = model.particles.number_of_blocks, len(model.modes)
    stay, mode_stay = np.arange(blocks), np.arange(modes)
    for (name, rotation, conjugates), sign in product(_particle_maps(model.particles.levels), (1.0, -1.0)):
        if sign < 0 and modes == 0:
            continue
        signs = np.full((modes, 2), sign)
        signs[:, 1] *= -1.0 if conjugates else 1.0
        words = f"{name}, modes reversed" if sign < 0 else name
        yield Symmetry(words, stay, np.broadcast_to(rotation, (blocks, *rotation.shape)), mode_stay, signs)
    yield from _pattern_maps(model)


def _particle_maps(levels: int) -> Iterator[tuple[str, FloatArray, bool]]:
    """Rotations of the Bloch vector by exchanges and signs of levels, complex conjugation, and both together."""
    basis = hermitian_basis(levels)[1:]
    conjugation = _coordinates(basis.conj(), basis)
    for name, unitary in _unitaries(levels):
        rotation = _rotation(unitary)
        yield name, rotation, False
        yield f"{name}, conjugated", rotation @ conjugation, True
    yield "complex conjugation", conjugation, True


def _unitaries(levels: int) -> Iterator[tuple[str, FloatArray]]:
    for i, j in combinations(range(levels), 2):
        order = np.arange(levels)
        order[[i, j]] = j, i
        exchange = np.eye(levels)[order]
        yield f"exchange of levels {i + 1} and {j + 1}", exchange
        yield f"exchange of levels {i + 1} and {j + 1} with sign", exchange @ _sign(levels, j)
    for i in range(1, levels):
        yield f"sign of level {i + 1}", _sign(levels, i)


def _sign(levels: int, level: int) -> FloatArray:
    signs = np.ones(levels)
    signs[level] = -1.0
    return np.diag(signs)


def _rotation(unitary: FloatArray) -> FloatArray:
    basis = hermitian_basis(unitary.shape[0])[1:]
    return _coordinates(unitary @ basis @ unitary.T, basis)


def _coordinates(images: np.ndarray, basis: np.ndarray) -> FloatArray:
    return np.einsum("aij,bji->ab", basis, images).real / basis.shape[-1]


def _pattern_maps(model: Model) -> Iterator[Symmetry]:
    """Flips and exchanges of patterns; where only the opposite column exists, its block is turned over (spin ½)."""
    patterns = model.particles.coefficients
    count = len(patterns)
    if count == 0 or count > MOST_PATTERNS:
        return
    for mu in range(count):
        signs = np.ones(count)
        signs[mu] = -1.0
        yield from _pattern_map(model, f"flip of pattern {mu}", np.arange(count), signs)
    for mu, nu in combinations(range(count), 2):
        order = np.arange(count)
        order[[mu, nu]] = nu, mu
        yield from _pattern_map(model, f"exchange of patterns {mu} and {nu}", order, np.ones(count))


def _pattern_map(model: Model, name: str, order: np.ndarray, signs: FloatArray) -> Iterator[Symmetry]:
    particles = model.particles
    # Coefficients are compared as they print: nine digits are beyond what differs, and rounding is beyond nine digits.
    columns = [tuple(np.round(column, 9) + 0.0) for column in particles.coefficients.T]
    where: dict[tuple[float, ...], list[int]] = {}
    for k, column in enumerate(columns):
        where.setdefault(column, []).append(k)
    if any(len(found) > 1 for found in where.values()):
        return
    wanted = np.round(signs[:, None] * particles.coefficients[order], 9) + 0.0
    target = np.empty(particles.number_of_blocks, dtype=int)
    turned = np.zeros(particles.number_of_blocks, dtype=bool)
    for k, column in enumerate(wanted.T):
        same, opposite = where.get(tuple(column)), where.get(tuple(-column + 0.0))
        if same is None and (opposite is None or particles.levels != 2):
            return
        target[k] = (same or opposite or [0])[0]
        turned[k] = same is None
    rotations = (
        np.where(turned[:, None, None], np.diag([1.0, -1.0, -1.0]), np.eye(3))
        if particles.levels == 2
        else (
            np.broadcast_to(
                np.eye(particles.number_of_components), (len(target), *(2 * [particles.number_of_components]))
            )
        )
    )
    modes = len(model.modes)
    own = modes == len(order)
    mode_signs = np.repeat(signs[:, None], 2, axis=1) if own else np.ones((modes, 2))
    yield Symmetry(name, target, rotations, order if own else np.arange(modes), mode_signs)


def orbits(found: FloatArray, maps: tuple[Symmetry, ...], join: float, most: int) -> tuple[FloatArray, FloatArray]:
    """Add the images of the found states (until there are `most` states) and number all states by orbit.

    Returns:
        The states, the found ones first, and the number of each state's orbit.
    """
    states = [state for state in found]
    orbit = list(range(len(states)))
    position = 0
    while position < len(states):
        for symmetry in maps:
            image = symmetry(states[position])
            distances = np.abs(np.array(states) - image).max(axis=1)
            nearest = int(np.argmin(distances))
            if distances[nearest] < join:
                old, new = sorted((orbit[position], orbit[nearest]))
                orbit = [old if number == new else number for number in orbit]
            elif len(states) < most:
                states.append(image)
                orbit.append(orbit[position])
        position += 1
    return np.array(states).reshape(-1, found.shape[-1]), np.array(orbit, dtype=float)

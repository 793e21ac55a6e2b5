"""What a model conserves: the spectrum of every block without local jumps, and linear functionals of the state."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from largespin.errors import FloatArray, read_only
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model
from largespin.model.operators import hermitian_basis
from largespin.model.state import density_matrices

LARGEST_SEARCH = 400
"""Number of variables up to which linear conserved quantities are searched for."""


@dataclass(frozen=True, eq=False)
class ConservedQuantities:
    """Functions of the state that the mean-field equations leave constant, for every value of the parameters.

    Attributes:
        model: the model.
        names: one per quantity: ``purity of block k``, ``tr ρ^3 of block k``, ``linear quantity i``.
        linear: coefficient vectors of the linear ones, shape (L, n).
    """

    model: Model
    names: tuple[str, ...]
    linear: FloatArray

    @property
    def _powers(self) -> range:
        return range(2, self.model.particles.levels + 1) if not self.model.has_local_jumps else range(0)

    def values(self, u: FloatArray) -> FloatArray:
        """Their values, shape (…, number of quantities)."""
        bloch = self._bloch(u)
        rho = density_matrices(bloch)
        traces = [np.einsum("...ii->...", np.linalg.matrix_power(rho, power)).real for power in self._powers]
        return np.concatenate([*traces, u @ self.linear.T], axis=-1)

    def gradients(self, u: FloatArray) -> FloatArray:
        """Their gradients, shape (…, number of quantities, n)."""
        particles = self.model.particles
        blocks, components, n = particles.number_of_blocks, particles.number_of_components, u.shape[-1]
        rho = density_matrices(self._bloch(u))
        basis = hermitian_basis(particles.levels)[1:]
        rows = []
        for power in self._powers:
            slope = np.linalg.matrix_power(rho, power - 1)
            entries = power / particles.levels * np.einsum("...kij,aji->...ka", slope, basis).real
            gradient = np.zeros((*u.shape[:-1], blocks, n))
            for k in range(blocks):
                gradient[..., k, k * components : (k + 1) * components] = entries[..., k, :]
            rows.append(gradient)
        constant = np.broadcast_to(self.linear, (*u.shape[:-1], *self.linear.shape))
        return np.concatenate([*rows, constant], axis=-2)

    def _bloch(self, u: FloatArray) -> FloatArray:
        particles = self.model.particles
        size = particles.number_of_blocks * particles.number_of_components
        return u[..., :size].reshape(*u.shape[:-1], particles.number_of_blocks, -1)

    def __len__(self) -> int:
        return len(self.names)


@lru_cache(maxsize=64)
def conserved_quantities(model: Model) -> ConservedQuantities:
    """Conserved quantities of the two kinds above.

    Linear ones are the vectors c with ``c · F(u, p, t) = 0``: the null space of F at more random points than variables.
    They are searched for up to 400 variables; beyond, only the spectra of the blocks are known.

    Example:
        >>> import largespin as ls
        >>> ls.conserved_quantities(ls.models.dicke(ls.ideal_large_spins(2))).names
        ('purity of block 0', 'purity of block 1')
        >>> ls.conserved_quantities(ls.models.hopfield(ls.ideal_large_spins(2))).names
        ()
    """
    blocks = range(model.particles.number_of_blocks)
    names: list[str] = []
    if not model.has_local_jumps:
        for power in range(2, model.particles.levels + 1):
            label = "purity" if power == 2 else f"tr ρ^{power}"
            names += [f"{label} of block {k}" for k in blocks]
    linear = _linear_quantities(model)
    names += [f"linear quantity {i}" for i in range(len(linear))]
    return ConservedQuantities(model, tuple(names), read_only(linear))


def _linear_quantities(model: Model) -> FloatArray:
    n = model.number_of_variables
    if n > LARGEST_SEARCH:
        return np.zeros((0, n))
    functions = numeric_mean_field(model)
    generator = np.random.default_rng(20261)
    u = generator.uniform(-0.5, 0.5, size=(4 * n + 8, n))
    with np.errstate(all="ignore"):
        flows = functions.rhs(u, _random_parameters(model, generator, len(u)), generator.uniform(0.0, 1.0, size=len(u)))
    flows = flows[np.isfinite(flows).all(axis=1)]
    if len(flows) < n:
        return np.zeros((0, n))
    _, sizes, directions = np.linalg.svd(flows)
    rank = int(np.sum(sizes > 1e-13 * max(float(sizes[0]), 1e-300)))
    basis = directions[rank:]
    return _tidy(basis)


def _random_parameters(model: Model, generator: np.random.Generator, count: int) -> FloatArray:
    """Near the defaults; without a default small numbers and numbers around one, in turn."""
    columns = []
    for parameter in model.parameters.values():
        default = parameter.data.default
        values = generator.uniform(0.05, 0.95, size=count)
        values[::2] += 0.5
        columns.append(values if default is None else default * generator.uniform(0.9, 1.1, size=count))
    return np.stack(columns, axis=-1) if columns else np.zeros((count, 0))


def _tidy(basis: FloatArray) -> FloatArray:
    """The same space with as many zeros as row reduction gives, so that a quantity names few variables."""
    if len(basis) == 0:
        return basis
    from scipy.linalg import qr

    _, _, order = qr(basis, pivoting=True)
    reduced = np.linalg.solve(basis[:, order[: len(basis)]], basis)
    reduced[np.abs(reduced) < 1e-12] = 0.0
    return reduced / np.linalg.norm(reduced, axis=1, keepdims=True)

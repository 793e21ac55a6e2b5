"""Many damped Newton searches at once, on the level sets of the conserved quantities.

Solved together, ``F(u) = 0`` and ``C(u) = C_0`` are more equations than unknowns but consistent, so the step is the
least-squares one (Levenberg–Marquardt) with exact derivatives. SciPy's solvers do one start at a time; a phase diagram
needs a hundred thousand.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from largespin.errors import ComplexArray, FloatArray
from largespin.meanfield.conserved import ConservedQuantities
from largespin.meanfield.numeric import NumericMeanField
from largespin.model.operators import hermitian_basis
from largespin.model.state import density_matrices

ITERATIONS = 100
"""Steps of a search: a regular root takes about ten; at a bifurcation each step leaves half of the distance (two thirds
at a cusp), so 100 reach rounding there too; what has not arrived then circles around a place where F does not
vanish."""
CONVERGED = 1e-12
"""Norm of the residual below which nothing is left to gain: the rates of a model of size 1 are summed up to about
1e-13."""
MOST_NUMBERS = 2e7
"""Numbers in the Jacobians that are held at one time: 160 MB, and as much again for the normal equations."""
DAMPING = 1e-2
"""Damping of the first step, relative to the largest diagonal entry: a hundredth hardly turns a Newton step that is
right."""
CALMER, BOLDER = 5.0, 0.2
"""How the damping changes after a step that fails or succeeds: inverse to each other, so that a pair of both changes
nothing (Marquardt's rule, with a factor below his ten so that the length of steps is met more closely)."""
LEAST = 1e-6
"""Damping from which a failing search starts to grow it: after many good steps it is nearly 0, and would not be felt
for as many failures; from here nine of them make it 1."""
MOST = 1e12
"""Damping above which steps are below rounding, so the search ends."""
REGULAR = 1e-15
"""Damping that always stays, relative to the largest diagonal entry: just enough to solve where the Jacobian is
singular, and below what rounding does to the normal equations anyway."""
STALLED = 1e-15
"""Step, relative to the state, that rounding swallows."""
PURE = 1.0
"""Value of every conserved spectrum invariant ``tr ρ^k`` of a pure state."""


@dataclass(frozen=True, eq=False)
class Conditions:
    """What a stationary state must satisfy.

    Attributes:
        functions: the mean-field equations.
        conserved: their conserved quantities.
        targets: values ``C_0``, shape (number of conserved quantities,).
    """

    functions: NumericMeanField
    conserved: ConservedQuantities
    targets: FloatArray

    def residual(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``(F(u), C(u) − C_0)``, shape (…, number of equations)."""
        flow = self.functions.rhs(u, parameters)
        if len(self.conserved) == 0:
            return flow
        return np.concatenate([flow, self.constraints(u)], axis=-1)

    def slope(self, u: FloatArray, parameters: FloatArray) -> FloatArray:
        """``∂(F(u), C(u) − C_0)/∂u``, shape (…, number of equations, n)."""
        jacobian = self.functions.jacobian(u, parameters)
        if len(self.conserved) == 0:
            return jacobian
        return np.concatenate([jacobian, self.constraint_slopes(u)], axis=-2)

    def constraints(self, u: FloatArray) -> FloatArray:
        """``C(u) − C_0``, or ``ρ² − ρ`` of every block where pure states are wanted, shape (…, number of
        conditions)."""
        if self._wants_pure_states:
            return np.concatenate(_impurity(self._density_matrices(u), self._basis), axis=-1)
        return self.conserved.values(u) - self.targets

    def constraint_slopes(self, u: FloatArray) -> FloatArray:
        """The derivative of `constraints` by u, shape (…, number of conditions, n)."""
        if self._wants_pure_states:
            return _impurity_slopes(self._density_matrices(u), self._basis, u.shape[-1])
        return self.conserved.gradients(u)

    @cached_property
    def _wants_pure_states(self) -> bool:
        """Pure states of more than two levels, where the gradients of tr ρ², tr ρ³ … are all parallel.

        ``ρ² = ρ`` fixes the same states with independent derivatives.
        """
        model = self.functions.model
        no_linear = len(self.conserved.linear) == 0
        return bool(
            model.particles.levels > 2 and not model.has_local_jumps and no_linear and np.allclose(self.targets, PURE)
        )

    @property
    def _basis(self) -> ComplexArray:
        return hermitian_basis(self.functions.model.particles.levels)

    def _density_matrices(self, u: FloatArray) -> ComplexArray:
        return density_matrices(self.functions.model.state_from_vector(u).bloch)


def _impurity(rho: ComplexArray, basis: ComplexArray) -> list[FloatArray]:
    """``tr((ρ² − ρ) v_a)`` of every block, a list of arrays (…, d²)."""
    excess = rho @ rho - rho
    return [np.einsum("...ij,aji->...a", excess[..., k, :, :], basis).real for k in range(rho.shape[-3])]


def _impurity_slopes(rho: ComplexArray, basis: ComplexArray, size: int) -> FloatArray:
    """Derivatives of `_impurity` by the Bloch vectors, shape (…, K d², n)."""
    blocks, levels = rho.shape[-3], rho.shape[-1]
    slopes = np.zeros((*rho.shape[:-3], blocks, levels**2, size))
    components = levels**2 - 1
    for k in range(blocks):
        own = rho[..., k, None, :, :]
        change = (basis[1:] @ own + own @ basis[1:] - basis[1:]) / levels
        entries = np.einsum("...bij,aji->...ab", change, basis).real
        slopes[..., k, :, k * components : (k + 1) * components] = entries
    return slopes.reshape(*rho.shape[:-3], blocks * levels**2, size)


def search(conditions: Conditions, starts: FloatArray, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Run all searches, as many at a time as fit into memory.

    Args:
        conditions: the equations.
        starts: shape (searches, n).
        parameters: shape (searches, number of parameters).

    Returns:
        The last states (searches, n) and the norm of their residuals (searches,).
    """
    u, norms = starts.copy(), np.full(len(starts), np.inf)
    size = max(1, int(MOST_NUMBERS // max(starts.shape[1] ** 2, 1)))
    for first in range(0, len(u), size):
        chosen = slice(first, first + size)
        u[chosen], norms[chosen] = _search_together(conditions, u[chosen], parameters[chosen])
    return u, norms


def _search_together(
    conditions: Conditions, starts: FloatArray, parameters: FloatArray
) -> tuple[FloatArray, FloatArray]:
    with np.errstate(all="ignore"):
        u = starts.copy()
        norms = _norm(conditions.residual(u, parameters))
        damping = np.full(len(u), DAMPING)
        active = np.flatnonzero(np.isfinite(norms))
        for _ in range(ITERATIONS):
            active = active[(norms[active] > CONVERGED) & (damping[active] < MOST)]
            if active.size == 0:
                break
            _step(conditions, u, norms, damping, parameters, active)
    return u, norms


def _step(
    conditions: Conditions,
    u: FloatArray,
    norms: FloatArray,
    damping: FloatArray,
    parameters: FloatArray,
    active: np.ndarray,
) -> None:
    """One trial step of the active searches; accepted where the residual falls."""
    slope = conditions.slope(u[active], parameters[active])
    residual = conditions.residual(u[active], parameters[active])
    transposed = slope.swapaxes(-1, -2)
    normal = transposed @ slope
    scale = np.maximum(np.einsum("...ii->...i", normal).max(axis=-1), np.finfo(float).tiny)
    # The damping vanishes with the residual, which keeps the last steps quadratic.
    shift = damping[active] * scale * np.minimum(1.0, norms[active])
    normal[..., np.arange(u.shape[1]), np.arange(u.shape[1])] += np.maximum(shift, REGULAR * scale)[:, None]
    step = np.linalg.solve(normal, (transposed @ residual[..., None]))[..., 0]
    trial = u[active] - step
    trial_norms = _norm(conditions.residual(trial, parameters[active]))
    better = trial_norms < norms[active]
    u[active[better]] = trial[better]
    norms[active[better]] = trial_norms[better]
    damping[active] = np.where(better, damping[active] * BOLDER, np.maximum(damping[active], LEAST) * CALMER)
    # Stalled at rounding: nothing better exists nearby.
    stalled = ~better & (_norm(step) < STALLED * (1.0 + _norm(u[active])))
    damping[active[stalled]] = np.inf


def _norm(vectors: np.ndarray) -> FloatArray:
    norms = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    return np.where(np.isfinite(norms), norms, np.inf)

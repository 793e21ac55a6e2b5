"""What does the continuation of stationary states need to know? Equations, their derivatives, what they conserve.

Everything in this package but the public calls works on a `Problem`: any smooth equations ``u̇ = F(u, p)`` with a few free
parameters. `ModelProblem` makes one from a model; tests make them from normal forms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Protocol

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.compiled_slopes import Slopes, slopes_of
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model
from largespin.model.rates import check_rates
from largespin.model.state import smallest_eigenvalue
from largespin.stationary.newton import Conditions
from largespin.stationary.stability import moving_directions
from largespin.stationary.symmetry import symmetries

UNPHYSICAL = -1e-7
"""Eigenvalue of a density matrix below which a state is none; the accuracy of states along a branch."""
EXACT = 1e-9
"""Distance of a conserved quantity from a whole number, such as the purity 1, up to which the whole number is meant."""
CORNERS = 5
"""Parameter points at which a symmetry must hold."""


class Problem(Protocol):
    """Equations ``u̇ = F(u, p)`` that leave constraints ``c(u) = 0`` invariant; arrays broadcast over leading axes."""

    @property
    def size(self) -> int:
        """Number n of variables."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the free parameters, P of them."""

    @property
    def symmetries(self) -> tuple[FloatArray, ...]:
        """Orthogonal matrices S with ``F(Su, p) = S F(u, p)`` for all p."""

    def flow(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """``F``, shape (…, n)."""

    def jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """``∂F/∂u``, shape (…, n, n)."""

    def parameter_jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """``∂F/∂p``, shape (…, n, P)."""

    def along(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients of ``F(u + s du, p + s dp)`` in s, shape (order + 1, …, n)."""

    def constraints(self, u: FloatArray) -> FloatArray:
        """``c``, shape (…, m); m = 0 where nothing is conserved."""

    def constraint_slopes(self, u: FloatArray) -> FloatArray:
        """``∂c/∂u``, shape (…, m, n)."""

    def constraints_along(self, u: FloatArray, du: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients of ``c(u + s du)``, shape (order + 1, …, m)."""

    def directions(self, u: FloatArray) -> FloatArray:
        """Orthonormal basis of the directions in which u (n,) can move, shape (n, r)."""

    def is_physical(self, u: FloatArray) -> bool:
        """Whether u (n,) is a state at all."""


def polynomial_along(
    function: Callable[[FloatArray], FloatArray], u: FloatArray, du: FloatArray, degree: int, order: int
) -> FloatArray:
    """Taylor coefficients of a polynomial of known degree along a line, exact up to rounding."""
    nodes = np.arange(degree + 1) - degree // 2
    values = np.stack([function(u + float(node) * du) for node in nodes])
    coefficients = np.linalg.solve(np.vander(nodes.astype(float), increasing=True), values.reshape(len(nodes), -1))
    result = np.zeros((order + 1, *values.shape[1:]))
    kept = min(order, degree) + 1
    result[:kept] = coefficients.reshape(values.shape)[:kept]
    return result


@dataclass(frozen=True, eq=False)
class ModelProblem:
    """The mean-field equations of a model with some free parameters, on the level set of its conserved quantities.

    Attributes:
        model: the model.
        parameters: names of the free parameters.
        fixed: a full parameter vector, whose entries at the free parameters do not matter.
        targets: values of the conserved quantities.
        corners: full parameter vectors (points, number of parameters) at which symmetries must hold.
    """

    model: Model
    parameters: tuple[str, ...]
    fixed: FloatArray
    targets: FloatArray
    corners: FloatArray

    @cached_property
    def conditions(self) -> Conditions:
        """The equations with their conserved quantities."""
        return Conditions(numeric_mean_field(self.model), conserved_quantities(self.model), self.targets)

    @cached_property
    def slopes(self) -> Slopes:
        """The equations and their derivatives."""
        return slopes_of(self.model)

    @property
    def size(self) -> int:
        """Number n of variables."""
        return self.model.number_of_variables

    @cached_property
    def places(self) -> list[int]:
        """Positions of the free parameters in the full vector."""
        return [self.model.parameter_index(name) for name in self.parameters]

    def full(self, p: FloatArray) -> FloatArray:
        """Full parameter vectors (…, number of parameters) of free ones (…, P)."""
        vector = np.broadcast_to(self.fixed, (*p.shape[:-1], self.fixed.size)).copy()
        vector[..., self.places] = p
        return vector

    @cached_property
    def symmetries(self) -> tuple[FloatArray, ...]:
        """Matrices of the symmetries that keep the conserved quantities at their values."""
        found = symmetries(self.conditions.functions, self.corners)
        return tuple(np.ascontiguousarray(s(np.eye(self.size)).T) for s in found)

    def flow(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """The right-hand side ``F`` at free parameters p."""
        return self.slopes.rhs(u, self.full(p))

    def jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """Its derivative ``∂F/∂u`` by the state."""
        return self.slopes.jacobian(u, self.full(p))

    def parameter_jacobian(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """The derivative ``∂F/∂p`` of the right-hand side by the free parameters."""
        return self.slopes.parameter_jacobian(u, self.full(p))[..., self.places]

    def along(self, u: FloatArray, p: FloatArray, du: FloatArray, dp: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients along a line."""
        change = np.zeros((*dp.shape[:-1], self.fixed.size))
        change[..., self.places] = dp
        try:
            return self.slopes.along(u, self.full(p), du, change, order)
        except NameError as error:
            # SymPy differentiates |x| to a delta function, of which there are no numbers.
            raise LargespinError(
                "Argument `model` must be smooth, because bifurcations are located with second and third derivatives, "
                f"but one of these cannot be evaluated ({error}); write moduli and steps as smooth functions."
            ) from error

    def constraints(self, u: FloatArray) -> FloatArray:
        """``C(u) − C_0``; ``ρ² − ρ`` for pure states of more than two levels."""
        if len(self.conditions.conserved) == 0:
            return np.zeros((*u.shape[:-1], 0))
        return self.conditions.constraints(u)

    def constraint_slopes(self, u: FloatArray) -> FloatArray:
        """Derivatives of the constraints by the state."""
        if len(self.conditions.conserved) == 0:
            return np.zeros((*u.shape[:-1], 0, self.size))
        return self.conditions.constraint_slopes(u)

    def constraints_along(self, u: FloatArray, du: FloatArray, order: int) -> FloatArray:
        """Taylor coefficients of the constraints along a line: polynomials of the degree of the highest power tr ρ^d."""
        return polynomial_along(self.constraints, u, du, max(2, self.model.particles.levels), order)

    def directions(self, u: FloatArray) -> FloatArray:
        """Where the state can move."""
        if len(self.conditions.conserved) == 0:
            return np.eye(self.size)
        return moving_directions(self.model, self.conditions.conserved, u)

    def is_physical(self, u: FloatArray) -> bool:
        """Whether all density matrices are positive."""
        bloch = self.model.state_from_vector(u).bloch
        return bool(smallest_eigenvalue(bloch).min(initial=0.0) > UNPHYSICAL)


def model_problem(
    model: Model,
    parameters: tuple[str, ...],
    values: FloatArray,
    between: Mapping[str, tuple[float, float]],
    u: FloatArray,
) -> ModelProblem:
    """The problem of continuing the state u (n,) in some parameters.

    Args:
        model: the model.
        parameters: names of the free parameters.
        values: full parameter vector.
        between: range of every free parameter.
        u: a state with the conserved values that are meant.
    """
    conserved = conserved_quantities(model)
    targets = conserved.values(u)
    # Pure states are recognised by their exact values.
    targets = np.where(np.abs(targets - np.round(targets)) < EXACT, np.round(targets), targets)
    # Random places, but the same ones every time: a symmetry that holds at five of them holds everywhere.
    generator = np.random.default_rng(20263)
    corners = np.tile(values, (CORNERS, 1))
    for name in parameters:
        low, high = between[name]
        corners[:, model.parameter_index(name)] = low + (high - low) * generator.uniform(size=CORNERS)
    _check_rates(model, values, between)
    return ModelProblem(model, parameters, values, targets, corners)


def _check_rates(model: Model, values: FloatArray, between: Mapping[str, tuple[float, float]]) -> None:
    """Refuse ranges at whose ends a rate is negative: beyond zero, branches would go on with gain for loss."""
    ends = np.array(list(product(*between.values()))).reshape(-1, len(between))
    table = np.tile(values, (len(ends), 1))
    table[:, [model.parameter_index(name) for name in between]] = ends
    check_rates(model, table)

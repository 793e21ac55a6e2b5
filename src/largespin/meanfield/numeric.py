"""The mean-field equations and their exact Jacobian as NumPy functions over whole arrays of states.

Scalars are differentiated by SymPy and assembled with the linear forms, so the Jacobian of K blocks is a block
diagonal plus a product of rank P (the number of averages): no finite differences, no cost beyond its own size.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.derive import MeanField, mean_field
from largespin.meanfield.jacobian import (
    JacobianParts,
    effective_field,
    force_slopes,
    jacobian_parts,
    local_generator,
    mode_rates,
)
from largespin.meanfield.scalars import CompiledScalars, NumericScalars
from largespin.model.model import Model


@dataclass(frozen=True, eq=False)
class NumericMeanField:
    """Right-hand side ``u̇ = F(u, p, t)`` and Jacobian ``∂F/∂u`` of a model.

    All methods take states ``u`` of shape (…, n), parameter vectors (…, number of parameters) in the order of
    ``equations.parameters``, and times that broadcast with the leading axes.
    """

    equations: MeanField
    compiled: CompiledScalars

    @property
    def model(self) -> Model:
        """The model behind the functions."""
        return self.equations.model

    def scalars(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> NumericScalars:
        """The model's scalar expressions at these states."""
        return self.compiled.at(u, parameters, time)

    def averages(self, u: FloatArray) -> FloatArray:
        """``s_p``, shape (…, P)."""
        return self.equations.values_of_averages(u)

    def rhs(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``F(u, p, t)``, shape (…, n)."""
        scalars = self.scalars(u, parameters, time)
        generator = local_generator(self.equations, scalars)
        change = generator[..., 0] + np.einsum("...kab,...kb->...ka", generator[..., 1:], scalars.bloch)
        modes = mode_rates(self.equations, scalars)
        return np.concatenate([change.reshape(*change.shape[:-2], -1), modes], axis=-1)

    def effective_field(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``B_{k,b}``, shape (…, K, d²−1): the single-particle Hamiltonian is ``Σ_b B_{k,b} v_b``."""
        return np.asarray(effective_field(self.equations, self.scalars(u, parameters, time)))

    def single_particle_generator(
        self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0
    ) -> FloatArray:
        """Matrix ``G_k`` of ``ṁ_k = G_k (1, m_k)`` at given averages, shape (…, K, d²−1, d²). FMLC23 Eq. 50."""
        return np.asarray(local_generator(self.equations, self.scalars(u, parameters, time)))

    def jacobian_parts(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> JacobianParts:
        """``∂F/∂u`` as a block diagonal plus a product of low rank."""
        return jacobian_parts(self.equations, self.scalars(u, parameters, time))

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``∂F/∂u``, shape (…, n, n)."""
        return np.asarray(self.jacobian_parts(u, parameters, time).dense())

    def mode_jacobian(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """The corner of the Jacobian that belongs to the modes alone, shape (…, 2M, 2M)."""
        slopes = force_slopes(self.equations, self.scalars(u, parameters, time))
        return np.asarray(slopes[..., len(self.equations.forces) :, len(self.equations.averages) :])


@lru_cache(maxsize=64)
def numeric_mean_field(model: Model) -> NumericMeanField:
    """The NumPy functions of `model`, made once and remembered.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.meanfield.numeric import numeric_mean_field
        >>> functions = numeric_mean_field(ls.models.hopfield(ls.ideal_large_spins(1)))
        >>> functions.rhs(np.array([0.0, 0.0, 1.0]), np.array([0.2, 0.5])).round(3)
        array([ 0.   , -0.4  , -0.135])
    """
    equations = mean_field(model)
    return NumericMeanField(equations, CompiledScalars(equations))

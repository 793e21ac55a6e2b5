r"""Drift J and diffusion C of the fluctuations, as NumPy functions over whole grids of states.

    Σ̇ = J Σ + Σ Jᵀ + Re C,        σ̇ = J σ + σ Jᵀ + 2 Im C

in the normalisation ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a})`` for particles and ``√N (α^N − α)`` for modes.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from largespin.errors import ComplexArray, FloatArray
from largespin.fluctuations.noise import commutators, noise_parts, of_parts, turned_inputs, variable_weights
from largespin.meanfield.numeric import NumericMeanField, numeric_mean_field
from largespin.model.model import Model
from largespin.model.operators import expansion, hermitian_basis


@dataclass(frozen=True, eq=False)
class NumericFluctuations:
    """J, C and σ of a model.

    All methods take states ``u`` of shape (…, n), parameter vectors (…, number of parameters) in the order of
    ``mean_field.equations.parameters``, and times that broadcast with the leading axes.
    """

    mean_field: NumericMeanField

    @property
    def model(self) -> Model:
        """The model behind the functions."""
        return self.mean_field.model

    def drift(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``J = W^{1/2} (∂u̇/∂u) W^{-1/2}``, the derivative of the rates included, shape (…, n, n)."""
        parts = self.mean_field.jacobian_parts(u, parameters, time)
        return np.asarray(parts.rescaled(variable_weights(self.model)).dense())

    def diffusion(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> ComplexArray:
        """``C``, Hermitian and positive semidefinite, shape (…, n, n)."""
        real, imaginary = self._noise(u, parameters, time)
        return np.asarray(real + 1j * imaginary)

    def real_diffusion(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float = 0.0) -> FloatArray:
        """``Re C``, shape (…, n, n)."""
        scalars = self.mean_field.scalars(u, parameters, time)
        equations = self.mean_field.equations
        return np.asarray(noise_parts(equations, scalars)[0].dense(turned_inputs(equations, scalars), 1))

    def _noise(self, u: FloatArray, parameters: FloatArray, time: FloatArray | float) -> tuple[FloatArray, FloatArray]:
        scalars = self.mean_field.scalars(u, parameters, time)
        equations = self.mean_field.equations
        real, imaginary = noise_parts(equations, scalars)
        turned = turned_inputs(equations, scalars)
        return real.dense(turned, 1), imaginary.dense(turned, -1)

    def commutators(self, u: FloatArray) -> FloatArray:
        """``σ``, ``[F_x, F_y] = i σ_xy``, shape (…, n, n)."""
        return commutators(self.model, self.model.split(u)[0])


@lru_cache(maxsize=64)
def numeric_fluctuations(model: Model) -> NumericFluctuations:
    """J, C and σ of `model` as NumPy functions, made once and remembered.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.fluctuations.linear import numeric_fluctuations
        >>> functions = numeric_fluctuations(ls.models.hopfield(ls.ideal_large_spins(1)))
        >>> u, parameters = np.zeros(3), np.array([0.0, 2.0])  # paramagnet at Ω = 0, T = 2
        >>> functions.drift(u, parameters).diagonal()
        array([-0.5, -0.5, -0.5])
        >>> functions.diffusion(u, parameters).real.diagonal()
        array([1., 1., 2.])
    """
    return NumericFluctuations(numeric_mean_field(model))


def product_covariance(model: Model, bloch: FloatArray) -> FloatArray:
    """``½⟨{v_a, v_b}⟩ − m_a m_b`` in every block and vacuum (½) in every mode: shape (…, n, n).

    Args:
        model: the model.
        bloch: Bloch vectors, shape (…, K, d²−1).
    """
    particles = model.particles
    basis = hermitian_basis(particles.levels)[1:]
    products = expansion(np.einsum("aij,bjk->abik", basis, basis)).real
    own = products[..., 0] + np.einsum("abc,...kc->...kab", products[..., 1:], bloch)
    own = own - bloch[..., :, None] * bloch[..., None, :]
    return of_parts(model, own, 0.5 * np.eye(2 * len(model.modes)))

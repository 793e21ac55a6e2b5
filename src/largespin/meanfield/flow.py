"""What is integrated in time: the mean-field equations, or anything that moves along with them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from largespin.errors import FloatArray
from largespin.meanfield.compile import TaylorSystem, heyoka_system
from largespin.meanfield.derive import mean_field
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model


class Flow(Protocol):
    """A system of ordinary differential equations that belongs to a model; equal flows are compiled once."""

    def __hash__(self) -> int: ...

    @property
    def model(self) -> Model:
        """The model whose parameters the equations contain."""

    @property
    def number_of_variables(self) -> int:
        """Length of the state vector."""

    @property
    def scipy_method(self) -> str:
        """Which SciPy solver takes over where the Taylor integrator cannot."""

    def system(self) -> TaylorSystem:
        """The equations as heyoka expressions."""

    def rhs(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray:
        """The time derivative of the state vector."""

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray | None:
        """Its derivative by the state vector; None if the solver shall take differences."""

    def fastest_rate(self, u: FloatArray, parameters: FloatArray, time: float) -> float:
        """The largest rate at which a small disturbance decays; infinity if it cannot be told."""


@dataclass(frozen=True)
class MeanFieldFlow:
    """The mean-field equations of a model."""

    model: Model
    scipy_method = "Radau"

    @property
    def number_of_variables(self) -> int:
        """``K (d² − 1) + 2M``."""
        return self.model.number_of_variables

    def system(self) -> TaylorSystem:
        """The equations as heyoka expressions."""
        return heyoka_system(mean_field(self.model))

    def rhs(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray:
        """``F(u, p, t)``."""
        return numeric_mean_field(self.model).rhs(u, parameters, time)

    def jacobian(self, u: FloatArray, parameters: FloatArray, time: float) -> FloatArray:
        """``∂F/∂u``."""
        return numeric_mean_field(self.model).jacobian(u, parameters, time)

    def fastest_rate(self, u: FloatArray, parameters: FloatArray, time: float) -> float:
        """The largest ``−Re λ`` of the Jacobian."""
        jacobian = self.jacobian(u, parameters, time)
        if not np.all(np.isfinite(jacobian)):
            return np.inf
        return float(np.max(-np.linalg.eigvals(jacobian).real))

"""One turn around a limit cycle: what it does to fluctuations, how they shift its phase, and their covariance across
it."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from largespin.cycles.equations import ModelEquations, arrive
from largespin.cycles.periodic_orbit import Orbit
from largespin.errors import FloatArray
from largespin.fluctuations.flow import CovarianceFlow
from largespin.fluctuations.noise import variable_weights
from largespin.meanfield.compile import integrator, set_parameters
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model


@dataclass(frozen=True, eq=False)
class Turn:
    """One turn around the cycle in P segments of equal length, in the normalisation of F.

    Attributes:
        states: the mean field at the P phases, shape (P, n).
        tangents: ``v = W^{1/2} u̇``, shape (P, n).
        propagators: Φ from each phase to the next, shape (P, n, n).
        noise: covariance gathered from each phase to the next, shape (P, n, n).
    """

    states: FloatArray
    tangents: FloatArray
    propagators: FloatArray
    noise: FloatArray

    @property
    def monodromy(self) -> FloatArray:
        """``M = Φ(T)``."""
        product = np.eye(self.states.shape[1])
        for propagator in self.propagators:
            product = propagator @ product
        return product


def turn_around(model: Model, orbit: Orbit, parameters: FloatArray, phases: int, tolerance: float) -> Turn:
    """Follow mean field, Φ and the noise from phase to phase.

    Each segment begins anew: over a whole turn Φ may contract so much that what divides by it would be rounding.
    """
    n, flow = model.number_of_variables, CovarianceFlow(model)
    duration = orbit.period / phases
    equations, taylor = ModelEquations(model, parameters, None, tolerance), integrator(flow, tolerance)
    set_parameters(taylor, parameters)
    states, propagators, noise = np.empty((phases, n)), np.empty((phases, n, n)), np.empty((phases, n, n))
    u = orbit.start
    for phase in range(phases):
        states[phase] = u
        taylor.time = 0.0
        taylor.state[:] = flow.joined(u, np.zeros((n, n)))
        arrive(taylor, duration)
        noise[phase] = flow.parted(np.array(taylor.state))[1]
        step = equations.advance(u, 0.0, duration)
        u, propagators[phase] = step.end, step.by_state
    root = np.sqrt(variable_weights(model))
    tangents = root * numeric_mean_field(model).rhs(states, np.broadcast_to(parameters, (phases, len(parameters))))
    return Turn(states, tangents, root[:, None] * propagators / root, noise)


def phase_response(turn: Turn) -> FloatArray:
    """z at all phases and again after one period, shape (P + 1, n): ``z_i = Φ_iᵀ z_{i+1}``, stable only backwards."""
    count, n = turn.states.shape
    left, _, _ = np.linalg.svd(turn.monodromy - np.eye(n))
    response = np.empty((count + 1, n))
    response[count] = left[:, -1] / (left[:, -1] @ turn.tangents[0])
    for i in reversed(range(count)):
        pulled = turn.propagators[i].T @ response[i + 1]
        response[i] = pulled / (pulled @ turn.tangents[i])
    return response


def periodic_covariance(turn: Turn, response: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Σ_⊥ (P, n, n) and x (P, n): one linear equation each at phase 0, then forwards."""
    count, n = turn.states.shape
    tangents = np.concatenate([turn.tangents, turn.tangents[:1]])
    across = np.eye(n) - tangents[:, :, None] * response[:, None, :]

    def carried(i: int, transverse: FloatArray, cross: FloatArray) -> tuple[FloatArray, FloatArray]:
        step, noise, after = turn.propagators[i], turn.noise[i], across[i + 1]
        moved = after @ (step @ transverse @ step.T + noise) @ after.T
        return 0.5 * (moved + moved.T), after @ (step @ cross + noise @ response[i + 1])

    gathered, mixed = np.zeros((n, n)), np.zeros(n)
    for i in range(count):
        gathered, mixed = carried(i, gathered, mixed)
    monodromy = across[0] @ turn.monodromy @ across[0]
    transverse, cross = np.empty((count, n, n)), np.empty((count, n))
    transverse[0] = solve_discrete_lyapunov(monodromy, gathered)
    cross[0] = np.linalg.solve(np.eye(n) - monodromy, mixed)
    for i in range(count - 1):
        transverse[i + 1], cross[i + 1] = carried(i, transverse[i], cross[i])
    return transverse, cross

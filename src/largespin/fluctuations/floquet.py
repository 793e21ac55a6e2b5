"""Fluctuations around limit cycles: Floquet multipliers, phase diffusion and the covariance across the cycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.linalg import solve_discrete_lyapunov

from largespin.cycles.equations import IntegrationError, ModelEquations, arrive
from largespin.cycles.limit_cycle import SEARCH, TOLERANCES
from largespin.cycles.multipliers import UNIT
from largespin.cycles.periodic_orbit import NoOrbit, Orbit, find_orbit
from largespin.cycles.shooting import gap_noise
from largespin.errors import ComplexArray, FloatArray, LargespinError, number_in, whole_number
from largespin.fluctuations.existence import Existence
from largespin.fluctuations.flow import CovarianceFlow
from largespin.fluctuations.noise import variable_weights
from largespin.fluctuations.places import check_steady, matrix
from largespin.meanfield.compile import integrator, set_parameters
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points, points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.thresholds import MOVING

FEWEST_PHASES = 8
"""Phases at least: with fewer, one segment carries disturbances so far that Φ loses the directions that shrink."""


def floquet(
    model: Model,
    start: npt.ArrayLike | State,
    *,
    settle: float = 200.0,
    phases: int = 64,
    tolerance: float = 1e-10,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""The limit cycle reached from `start`, its stability, and the fluctuations along and across it.

    ``Σ(φ) = Σ_⊥ + x vᵀ + v xᵀ + s v vᵀ``,  s grows at the mean rate  ``D = (1/T) ∮ zᵀ Re C z dt``

    With ``v = W^{1/2} u̇`` the tangent of the cycle and ``z`` the phase response (``Mᵀ z = z``, ``z·v = 1``), a
    fluctuation F shifts the cycle in time by ``z·F``. Nothing pulls this shift back: for N particles its variance grows
    as ``D t/N``. What is left, ``Q F`` with ``Q = 1 − v zᵀ``, decays with the Floquet multipliers and has the T-periodic
    covariance Σ_⊥; ``x = Q Σ z`` is its covariance with the shift. F is normalised as in `evolve_covariance`.

    Args:
        model: the model, without explicit time.
        start: one state from which the cycle is reached.
        settle: time given to the mean field to reach the cycle, in inverse rates; then a period is looked for during the
            same time again, at least 100. 0 if `start` lies on the cycle, as it must for unstable ones.
        phases: number of equally spaced phases, at least 8.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with the state variables of `evolve` and ``covariance_transverse`` Σ_⊥, ``phase_covariance`` x,
        ``phase_response`` z, ``tangent`` v over (…, phase, …), phase = t/T; ``period``, ``multiplier_real`` and
        ``multiplier_imag`` (…, index; the phase's own 1 first, the others by falling modulus), ``phase_diffusion`` D,
        ``closure`` ``|u(T) − u(0)|``, ``outcome`` (``cycle``, ``unstable cycle``, ``neutral cycle``, ``stationary
        state``, ``no period found``, ``failed``) and ``sentence``. What does not exist is NaN, and the sentence says why.

    Raises:
        LargespinError: an ensemble of starts, fewer than 8 phases, a model that depends on time or that the Taylor
            integrator cannot do.

    Limits: a multiplier nearer to 1 than ``10 √tolerance`` cannot be told from 1 and makes the cycle neutral, as every
    conserved quantity does. Multipliers below about 1e-14 are rounding.

    Source: Floquet theory of ``Σ̇ = JΣ + ΣJᵀ + Re C`` (F24 Theorem 2 with the derivative of the rates in J).

    Example:
        >>> import largespin as ls
        >>> from largespin.fluctuations.floquet import floquet
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> cycle = floquet(model, [0, 0.1, 0.1], temperature=0.6, field=0.6)
        >>> cycle.sentence.item()
        'Limit cycle of period 6.01; disturbances shrink by the factor 0.35 a period.'
        >>> round(cycle.phase_diffusion.item(), 3)  # for N spins the variance of the time shift grows at the rate 8.804/N
        8.804
    """
    check_steady(model)
    state = model.state(start)
    if state.ensemble_shape:
        raise LargespinError("Argument `start` must be one state, but it is an ensemble.")
    settle, tolerance = number_in("settle", settle, 0.0), number_in("tolerance", tolerance, *TOLERANCES)
    phases = whole_number("phases", phases, FEWEST_PHASES)
    where = points(model, {**(parameters or {}), **values}, state)
    check_real_amplitudes(model, where, 0.0)
    begins = where.starts
    if settle:
        begins = final_states(model, begins, where.parameters, settle, tolerance=tolerance)
    results = _Results(model, where, phases)
    for index in range(len(where)):
        try:
            with taylor_needed():
                results.outcomes[index] = _point(results, index, begins[index], settle, tolerance)
        except IntegrationError as error:
            results.outcomes[index] = Existence("failed", f"Failed: {error}.")
    settings = {"settle": settle, "tolerance": tolerance}
    return results.dataset().assign_attrs(provenance(model, fixed=where.fixed, **settings))


def _point(results: "_Results", index: int, u: FloatArray, settle: float, tolerance: float) -> Existence:
    """Everything about one point, put into `results`; the judgement is returned."""
    model, parameters = results.model, results.where.parameters[index]
    if not np.all(np.isfinite(u)):
        return Existence("failed", f"Failed: the run did not reach t = {settle:g}.")
    speed = float(np.linalg.norm(numeric_mean_field(model).rhs(u, parameters)))
    if speed <= MOVING:
        return Existence("stationary state", f"Stationary state at t = {settle:g}: |du/dt| = {speed:.2g}.")
    orbit = find_orbit(model, u, parameters, max(settle, SEARCH), tolerance)
    if isinstance(orbit, NoOrbit):
        return Existence(orbit.outcome, orbit.sentence)
    turn = _turn(model, orbit, parameters, results.phases, tolerance)
    multipliers = _sorted(np.linalg.eigvals(turn.monodromy).astype(np.complex128))
    judged = _judge(orbit.period, multipliers, tolerance)
    results.put(index, period=orbit.period, closure=orbit.closure, states=turn.states, tangent=turn.tangents)
    results.put(index, multiplier_real=multipliers.real, multiplier_imag=multipliers.imag)
    if np.any(np.abs(multipliers[1:] - 1.0) <= gap_noise(tolerance)):
        # Of several left eigenvectors at 1 none is the phase's.
        return judged
    response = _phase_response(turn)
    spread = np.einsum("pi,pij,pj->", response[1:], turn.noise, response[1:])
    results.put(index, phase_response=response[:-1], phase_diffusion=spread / orbit.period)
    if judged.name == "cycle":
        transverse, cross = _periodic_covariance(turn, response)
        results.put(index, covariance_transverse=transverse, phase_covariance=cross)
    return judged


@dataclass(frozen=True, eq=False)
class _Turn:
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


def _turn(model: Model, orbit: Orbit, parameters: FloatArray, phases: int, tolerance: float) -> _Turn:
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
    return _Turn(states, tangents, root[:, None] * propagators / root, noise)


def _sorted(multipliers: ComplexArray) -> ComplexArray:
    """The multiplier of the phase first, then by falling modulus."""
    own = int(np.argmin(np.abs(multipliers - 1.0)))
    others = np.delete(multipliers, own)
    return np.append(multipliers[own], others[np.argsort(-np.abs(others), kind="stable")])


def _judge(period: float, multipliers: ComplexArray, tolerance: float) -> Existence:
    """Name and sentence of a cycle with these multipliers, the phase's own first."""
    others = multipliers[1:]
    sizes = np.abs(others)
    neutral = (np.abs(others - 1.0) <= gap_noise(tolerance)) | (np.abs(sizes - 1.0) <= UNIT)
    growing = (sizes > 1.0) & ~neutral
    if growing.any():
        reason = f"disturbances grow by the factor {sizes[growing].max():.4g} a period in {growing.sum()} direction(s)"
        sentence = f"Unstable cycle of period {period:.4g}: {reason}, so there is no transverse covariance."
        return Existence("unstable cycle", sentence)
    if neutral.any():
        reason = f"{neutral.sum()} further multiplier(s) of modulus 1, along which fluctuations never settle"
        sentence = f"Neutral cycle of period {period:.4g}: {reason}, so there is no transverse covariance."
        return Existence("neutral cycle", sentence)
    shrink = f"disturbances shrink by the factor {sizes.max(initial=0.0):.2g} a period"
    return Existence("cycle", f"Limit cycle of period {period:.4g}; {shrink}.")


def _phase_response(turn: _Turn) -> FloatArray:
    """z at all phases and again after one period, shape (P + 1, n): ``z_i = Φ_iᵀ z_{i+1}``, stable only backwards."""
    count, n = turn.states.shape
    left, _, _ = np.linalg.svd(turn.monodromy - np.eye(n))
    response = np.empty((count + 1, n))
    response[count] = left[:, -1] / (left[:, -1] @ turn.tangents[0])
    for i in reversed(range(count)):
        pulled = turn.propagators[i].T @ response[i + 1]
        response[i] = pulled / (pulled @ turn.tangents[i])
    return response


def _periodic_covariance(turn: _Turn, response: FloatArray) -> tuple[FloatArray, FloatArray]:
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


_LABELS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "period": ((), "period T of the cycle", "inverse rate"),
    "closure": ((), "gap |u(T) − u(0)| of the computed cycle", "1"),
    "phase_diffusion": ((), "phase diffusion D: variance of the time shift, times N, per time", "inverse rate"),
    "multiplier_real": (("index",), "Floquet multiplier, real part", "1"),
    "multiplier_imag": (("index",), "Floquet multiplier, imaginary part", "1"),
    "tangent": (("phase", "row"), "tangent v of the cycle in the variables F", "rate"),
    "phase_response": (("phase", "row"), "phase response z: time shift per fluctuation F", "inverse rate"),
    "phase_covariance": (("phase", "row"), "covariance x of the time shift with the rest of F", "inverse rate"),
}


class _Results:
    """Arrays over all points, NaN until something is put into them."""

    def __init__(self, model: Model, where: Points, phases: int) -> None:
        n, count = model.number_of_variables, len(where)
        self.model, self.where, self.phases = model, where, phases
        self.outcomes = [Existence("failed", "")] * count
        lengths = {"phase": phases, "row": n, "index": n}
        shapes = {name: tuple(lengths[d] for d in dims) for name, (dims, _, _) in _LABELS.items()}
        shapes |= {"states": (phases, n), "covariance_transverse": (phases, n, n)}
        self.arrays = {name: np.full((count, *shape), np.nan) for name, shape in shapes.items()}

    def put(self, index: int, **values: npt.ArrayLike) -> None:
        """Store what was found at one point."""
        for name, value in values.items():
            self.arrays[name][index] = value

    def dataset(self) -> xr.Dataset:
        """Everything with names and units."""
        where, names = self.where, self.model.variable_names
        shaped = {name: a.reshape((*where.shape, *a.shape[1:])) for name, a in self.arrays.items()}
        dims = (*where.dims, "phase")
        variables = state_variables(self.model, shaped["states"], dims)
        covariance = shaped["covariance_transverse"]
        variables["covariance_transverse"] = matrix(covariance, dims, names, "covariance Σ_⊥ across the cycle", "1")
        for name, (further, words, units) in _LABELS.items():
            coords = {"row": names} if "row" in further else None
            attrs = {"long_name": words, "units": units}
            variables[name] = xr.DataArray(shaped[name], dims=(*where.dims, *further), coords=coords, attrs=attrs)
        for name in ("outcome", "sentence"):
            texts = [outcome.name if name == "outcome" else outcome.sentence for outcome in self.outcomes]
            variables[name] = xr.DataArray(np.array(texts, dtype=str).reshape(where.shape), dims=where.dims)
        result = labelled(variables, self.model, where).assign_coords(phase=np.arange(self.phases) / self.phases)
        result["phase"].attrs = {"long_name": "time since phase 0, in periods", "units": "1"}
        return result

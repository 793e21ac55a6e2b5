"""Fluctuations around limit cycles: Floquet multipliers, phase diffusion and the covariance across the cycle."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.cycles.equations import IntegrationError
from largespin.cycles.limit_cycle import SEARCH, TOLERANCES
from largespin.cycles.multipliers import UNIT
from largespin.cycles.periodic_orbit import NoOrbit, find_orbit
from largespin.cycles.shooting import gap_noise
from largespin.errors import ComplexArray, FloatArray, number_in, whole_number
from largespin.fluctuations.matrices import check_steady, matrix
from largespin.fluctuations.turn import periodic_covariance, phase_response, turn_around
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points, call_values, points_from
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.translate import taylor_needed
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Outcome
from largespin.quantities import text
from largespin.stationary.at_rest import NO_STATE
from largespin.stationary.judgement import Judgement, judgement_variables
from largespin.stationary.thresholds import MOVING

SETTLE = 200.0
"""Time that a run gets to reach a cycle, in inverse rates: what decays at a tenth of the rates is down to e⁻²⁰."""
FEWEST_PHASES = 8
"""Phases at least: with fewer, one segment carries disturbances so far that Φ loses the directions that shrink."""


def floquet(
    model: Model,
    start: StateLike,
    *,
    settle: float | None = None,
    phases: int = 64,
    tolerance: float = 1e-10,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""The limit cycle reached from `start`, its stability, and the fluctuations along and across it.

    ``Σ(φ) = Σ_⊥ + x vᵀ + v xᵀ + s v vᵀ``,  s grows at the mean rate  ``D = (1/T) ∮ zᵀ Re C z dt``

    With ``v = W^{1/2} u̇`` the tangent of the cycle and ``z`` the phase response (``Mᵀ z = z``, ``z·v = 1``), a
    fluctuation F shifts the cycle in time by ``z·F``. Nothing pulls this shift back: for N particles its variance grows
    as ``D t/N``. What is left, ``Q F`` with ``Q = 1 − v zᵀ``, decays with the Floquet multipliers and has the
    T-periodic covariance Σ_⊥; ``x = Q Σ z`` is its covariance with the shift. F is normalised as in
    `evolve_covariance`.

    Args:
        model: the model, without explicit time.
        start: the state or states from which the cycle is reached: a `State`, Bloch vectors (…, K, d²−1), density
            matrices or kets, objects of QuTiP, or a row or an axis of states of a result, which brings its modes and
            its parameters; of a cycle (`limit_cycle`, a row of `cycle_branch`) the first phase.
        settle: time given to the mean field to reach the cycle, in inverse rates; then a period is looked for during
            the same time again, at least 100. 0 if `start` lies on the cycle, as it must for unstable ones; so it is
            for cycles of a result, and 200 otherwise.
        phases: number of equally spaced phases, at least 8.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that a result brings.

    Returns:
        Dataset with the state variables of `evolve` and ``covariance_transverse`` Σ_⊥, ``phase_covariance`` x,
        ``phase_response`` z, ``tangent`` v over (…, phase, …), phase = t/T; ``period``, ``multiplier_real`` and
        ``multiplier_imag`` (…, index; the phase's own 1 first, the others by falling modulus), ``phase_diffusion`` D,
        ``closure`` ``|u(T) − u(0)|``, ``outcome`` (``finished``, ``no cycle``, ``no state``, ``failed``), ``verdict``
        (``stable``, ``neutral``, ``unstable``), ``sentence`` and ``usable``. What does not exist is NaN, and the
        sentence says why.

    Raises:
        LargespinError: no state, fewer than 8 phases, a model that depends on time or that the Taylor
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
    chosen = call_values(floquet, model, parameters, values)
    check_steady(model)
    start, on_cycle = _first_phase(start)
    settle = (0.0 if on_cycle else SETTLE) if settle is None else number_in("settle", settle, 0.0)
    tolerance = number_in("tolerance", tolerance, *TOLERANCES)
    phases = whole_number("phases", phases, FEWEST_PHASES)
    where = points_from(model, start, chosen)
    check_real_amplitudes(model, where, 0.0)
    results = _Results(model, where, phases)
    known = np.isfinite(where.starts).all(axis=-1)
    begins = where.starts.copy()
    if settle:
        begins[known] = final_states(model, begins[known], where.parameters[known], settle, tolerance=tolerance)
    for index in np.flatnonzero(known).tolist():
        try:
            with taylor_needed():
                results.outcomes[index] = _point(results, index, begins[index], settle, tolerance)
        except IntegrationError as error:
            results.outcomes[index] = Judgement(Outcome.FAILED, f"Failed: {error}.")
    settings = {"settle": settle, "tolerance": tolerance}
    return results.dataset().assign_attrs(provenance(model, fixed=where.fixed, **settings))


def _first_phase(start: StateLike) -> tuple[StateLike, bool]:
    """One state of a cycle of a result, and whether the result says that it is one."""
    if not isinstance(start, xr.Dataset | xr.DataArray):
        return start, False
    on_cycle = isinstance(start, xr.Dataset) and "period" in start
    return start.isel(phase=0) if "phase" in start.dims else start, on_cycle


def _point(results: "_Results", index: int, u: FloatArray, settle: float, tolerance: float) -> Judgement:
    """Everything about one point, put into `results`; the judgement is returned."""
    model, parameters = results.model, results.where.parameters[index]
    if not np.all(np.isfinite(u)):
        return Judgement(Outcome.FAILED, f"Failed: the run did not reach t = {settle:g}.")
    speed = float(np.linalg.norm(numeric_mean_field(model).rhs(u, parameters)))
    if speed <= MOVING:
        return Judgement(Outcome.NO_CYCLE, f"Stationary state at t = {settle:g}: |du/dt| = {speed:.2g}.")
    orbit = find_orbit(model, u, parameters, max(settle, SEARCH), tolerance)
    if isinstance(orbit, NoOrbit):
        return Judgement(orbit.outcome, orbit.sentence)
    turn = turn_around(model, orbit, parameters, results.phases, tolerance)
    multipliers = _sorted(np.linalg.eigvals(turn.monodromy).astype(np.complex128))
    judged = _judge(orbit.period, multipliers, tolerance)
    results.put(index, period=orbit.period, closure=orbit.closure, states=turn.states, tangent=turn.tangents)
    results.put(index, multiplier_real=multipliers.real, multiplier_imag=multipliers.imag)
    if np.any(np.abs(multipliers[1:] - 1.0) <= gap_noise(tolerance)):
        # Of several left eigenvectors at 1 none is the phase's.
        return judged
    response = phase_response(turn)
    spread = np.einsum("pi,pij,pj->", response[1:], turn.noise, response[1:])
    results.put(index, phase_response=response[:-1], phase_diffusion=spread / orbit.period)
    if judged.verdict == "stable":
        transverse, cross = periodic_covariance(turn, response)
        results.put(index, covariance_transverse=transverse, phase_covariance=cross)
    return judged


def _sorted(multipliers: ComplexArray) -> ComplexArray:
    """The multiplier of the phase first, then by falling modulus."""
    own = int(np.argmin(np.abs(multipliers - 1.0)))
    others = np.delete(multipliers, own)
    return np.append(multipliers[own], others[np.argsort(-np.abs(others), kind="stable")])


def _judge(period: float, multipliers: ComplexArray, tolerance: float) -> Judgement:
    """Name and sentence of a cycle with these multipliers, the phase's own first."""
    others = multipliers[1:]
    sizes = np.abs(others)
    neutral = (np.abs(others - 1.0) <= gap_noise(tolerance)) | (np.abs(sizes - 1.0) <= UNIT)
    growing = (sizes > 1.0) & ~neutral
    if growing.any():
        reason = f"disturbances grow by the factor {sizes[growing].max():.4g} a period in {growing.sum()} direction(s)"
        sentence = f"Unstable cycle of period {period:.4g}: {reason}, so there is no transverse covariance."
        return Judgement(Outcome.FINISHED, sentence, "unstable")
    if neutral.any():
        reason = f"{neutral.sum()} further multiplier(s) of modulus 1, along which fluctuations never settle"
        sentence = f"Neutral cycle of period {period:.4g}: {reason}, so there is no transverse covariance."
        return Judgement(Outcome.FINISHED, sentence, "neutral")
    shrink = f"disturbances shrink by the factor {sizes.max(initial=0.0):.2g} a period"
    return Judgement(Outcome.FINISHED, f"Limit cycle of period {period:.4g}; {shrink}.", "stable")


_AXES: dict[str, tuple[str, ...]] = {
    "period": (),
    "closure": (),
    "phase_diffusion": (),
    "multiplier_real": ("index",),
    "multiplier_imag": ("index",),
    "tangent": ("phase", "row"),
    "phase_response": ("phase", "row"),
    "phase_covariance": ("phase", "row"),
}
"""Variables beside states and covariance, with their axes at every point."""


class _Results:
    """Arrays over all points, NaN until something is put into them."""

    def __init__(self, model: Model, where: Points, phases: int) -> None:
        n, count = model.number_of_variables, len(where)
        self.model, self.where, self.phases = model, where, phases
        self.outcomes = [Judgement(NO_STATE.outcome, NO_STATE.sentence)] * count
        lengths = {"phase": phases, "row": n, "index": n}
        shapes = {name: tuple(lengths[d] for d in dims) for name, dims in _AXES.items()}
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
        variables["covariance_transverse"] = matrix(shaped["covariance_transverse"], dims, names)
        for name, further in _AXES.items():
            coords = {"row": text(names)} if "row" in further else None
            variables[name] = xr.DataArray(shaped[name], dims=(*where.dims, *further), coords=coords)
        variables["closure"].attrs["long_name"] = "gap |u(T) − u(0)| of the computed cycle"
        variables |= judgement_variables(self.outcomes, where.shape, where.dims)
        coordinate = xr.DataArray(np.arange(self.phases) / self.phases, dims="phase")
        variables = {
            name: v.assign_coords(phase=coordinate) if "phase" in v.dims else v for name, v in variables.items()
        }
        return labelled(variables, self.model, where)

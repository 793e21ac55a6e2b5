"""The covariance of the fluctuations around stationary states, at one parameter point or on a grid."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.fluctuations.existence import NO_STATE, NOT_FINITE, Existence, judge
from largespin.fluctuations.linear import NumericFluctuations, numeric_fluctuations
from largespin.fluctuations.lyapunov import solve_lyapunov
from largespin.fluctuations.places import check_size, check_steady, matrix, places
from largespin.fluctuations.positivity import uncertainty, violates
from largespin.fluctuations.static import StaticPart
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.points import Points
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.state import State
from largespin.stationary.thresholds import MOVING, NEUTRAL


def stationary_covariance(
    model: Model,
    at: npt.ArrayLike | State | xr.Dataset,
    *,
    like: npt.ArrayLike | State | None = None,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve ``J Σ + Σ Jᵀ + Re C = 0`` for the fluctuations around stationary states.

    The fluctuations are ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a})`` and, for modes, ``√N (q^N − q)``, ``√N (p^N − p)``;
    ``Σ_xy = ½⟨{F_x, F_y}⟩``, ``[F_x, F_y] = i σ_xy``. A vacuum mode has ``Σ = ½``.

    What is conserved does not fluctuate back: such directions keep the variance of a product state with the same
    conserved values, which is said in `sentence`.

    Args:
        model: the model, without explicit time.
        at: stationary states: a `State`, Bloch vectors, or a result of `stationary_states` or `evolve`, whose parameters
            need not be given again.
        like: a product state from which the fluctuations of linear conserved quantities are taken; only for models that
            have some.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``covariance``, ``commutator`` (σ), ``drift`` (J), ``diffusion_real`` and ``diffusion_imag`` (C) over
        (…, row, column), ``outcome`` and ``sentence`` (why there is no covariance where it is NaN),
        ``uncertainty``, the smallest eigenvalue of ``Σ + iσ/2``, and the state variables of `evolve`.

    Raises:
        LargespinError: states of another model, no state at all, or none that is stationary (``|du/dt| > 1e-6``).

    Source: F24 Theorem 2 with the derivative of the rates in J (docs/fluctuations.md).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> states = ls.stationary_states(model, temperature=2.0, field=0.3)
        >>> result = ls.stationary_covariance(model, states.isel(state=0))
        >>> result.covariance.values.round(4) + 0.0
        array([[ 1.    ,  0.    ,  0.    ],
               [ 0.    ,  1.2951, -0.2459],
               [ 0.    , -0.2459,  1.7049]])
        >>> result.sentence.item()
        'Stationary: fluctuations decay at least at rate 0.5.'
    """
    where = places(model, at, {**(parameters or {}), **values})
    check_steady(model)
    check_size(len(where), model.number_of_variables, 6)
    functions = numeric_fluctuations(model)
    start = None if like is None else model.state(like).vector
    if start is not None and start.ndim > 1:
        raise LargespinError("Argument `like` must be one state, but it is an ensemble.")
    usable, outcomes = _usable(functions, where)
    drift, noise = _matrices(functions, where, usable)
    finite = np.isfinite(drift).all(axis=(-1, -2)) & np.isfinite(noise).all(axis=(-1, -2))
    for index in np.flatnonzero(usable & ~finite):
        outcomes[index] = NOT_FINITE
    chosen = np.flatnonzero(usable & finite)
    static = StaticPart(functions, conserved_quantities(model), model.variable_names, start)
    covariance = np.full(drift.shape, np.nan)
    found, covariance[chosen] = _solve(static, where.starts[chosen], drift[chosen], noise.real[chosen])
    for index, outcome in zip(chosen, found, strict=True):
        outcomes[index] = outcome
    sigma = functions.commutators(where.starts)
    smallest = _uncertainties(covariance, sigma, outcomes)
    return _dataset(model, where, covariance, sigma, drift, noise, smallest, outcomes)


def _usable(functions: NumericFluctuations, where: Points) -> tuple[npt.NDArray[np.bool_], list[Existence]]:
    """Which points hold a stationary state, and what is said about the others."""
    known = np.isfinite(where.starts).all(axis=-1)
    if not known.any():
        raise LargespinError("Argument `at` must contain at least one state, but every point is NaN.")
    speed = np.full(len(where), np.nan)
    rates = functions.mean_field.rhs(where.starts[known], where.parameters[known])
    speed[known] = np.linalg.norm(rates, axis=-1)
    usable = known & (speed <= MOVING)
    if not usable.any():
        raise LargespinError(
            f"Argument `at` must be stationary, but |du/dt| = {np.nanmin(speed):.3g}; find states with "
            "`stationary_states`, or follow the covariance with `evolve_covariance`."
        )
    outcomes = [NO_STATE] * len(where)
    for index in np.flatnonzero(known & ~usable):
        sentence = f"The state is not stationary: |du/dt| = {speed[index]:.3g}."
        outcomes[index] = Existence("not stationary", sentence)
    return usable, outcomes


def _matrices(
    functions: NumericFluctuations, where: Points, usable: npt.NDArray[np.bool_]
) -> tuple[FloatArray, ComplexArray]:
    """J and C at the usable points, NaN elsewhere; where an amplitude has no derivative they are not finite."""
    n = where.starts.shape[1]
    drift, noise = np.full((len(where), n, n), np.nan), np.full((len(where), n, n), np.nan + 0j)
    u, p = where.starts[usable], where.parameters[usable]
    with np.errstate(all="ignore"):
        drift[usable], noise[usable] = functions.drift(u, p), functions.diffusion(u, p)
    return drift, noise


def _solve(
    static: StaticPart, u: FloatArray, drift: FloatArray, noise: FloatArray
) -> tuple[list[Existence], FloatArray]:
    """Σ and its existence for states that are stationary."""
    if len(static.conserved):
        solved = [static.solve(*point) for point in zip(u, drift, noise, strict=True)]
        return [existence for existence, _ in solved], np.array([covariance for _, covariance in solved]).reshape(
            drift.shape
        )
    eigenvalues = np.linalg.eigvals(drift)
    scale = np.maximum(1.0, np.abs(eigenvalues).max(axis=-1))
    growth = eigenvalues.real.max(axis=-1)
    stable = growth < -NEUTRAL * scale
    covariance = np.full(drift.shape, np.nan)
    covariance[stable] = solve_lyapunov(drift[stable], noise[stable])
    outcomes = []
    for index, rate in enumerate(growth):
        if stable[index]:
            outcomes.append(Existence("stationary", f"Stationary: fluctuations decay at least at rate {-rate:.4g}."))
        else:
            outcomes.append(judge(drift[index], static.names))
    return outcomes, covariance


def _uncertainties(covariance: FloatArray, sigma: FloatArray, outcomes: list[Existence]) -> FloatArray:
    """Smallest eigenvalue of ``Σ + iσ/2`` per point; where it is negative, the outcome says so."""
    smallest = uncertainty(covariance, sigma)
    for index in np.flatnonzero(violates(smallest, covariance)):
        sentence = f"Not physical: Σ + iσ/2 has the eigenvalue {smallest[index]:.3g}, which must not be negative."
        outcomes[index] = Existence("unphysical", sentence)
    return smallest


def _dataset(
    model: Model,
    where: Points,
    covariance: FloatArray,
    sigma: FloatArray,
    drift: FloatArray,
    noise: ComplexArray,
    smallest: FloatArray,
    outcomes: list[Existence],
) -> xr.Dataset:
    names, dims = model.variable_names, where.dims
    n = len(names)

    def labels(values: FloatArray, long_name: str, units: str) -> xr.DataArray:
        return matrix(values.reshape(*where.shape, n, n), dims, names, long_name, units)

    variables = state_variables(model, where.starts.reshape(*where.shape, n), dims)
    variables |= {
        "covariance": labels(covariance, "covariance ½⟨{F, F}⟩", "1"),
        "commutator": labels(sigma, "commutators σ, [F, F] = iσ", "1"),
        "drift": labels(drift, "drift J of the fluctuations", "rate"),
        "diffusion_real": labels(noise.real, "diffusion Re C", "rate"),
        "diffusion_imag": labels(noise.imag, "diffusion Im C", "rate"),
        "uncertainty": xr.DataArray(smallest.reshape(where.shape), dims=dims),
        "outcome": xr.DataArray(np.array([o.name for o in outcomes]).reshape(where.shape), dims=dims),
        "sentence": xr.DataArray(np.array([o.sentence for o in outcomes]).reshape(where.shape), dims=dims),
    }
    variables["uncertainty"].attrs = {"long_name": "smallest eigenvalue of Σ + iσ/2", "units": "1"}
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed))

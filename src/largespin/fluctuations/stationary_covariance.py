"""The covariance of the fluctuations around stationary states, at one parameter point or on a grid."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray
from largespin.fluctuations.existence import NOT_FINITE, decaying, judge
from largespin.fluctuations.linear import NumericFluctuations, numeric_fluctuations
from largespin.fluctuations.lyapunov import solve_lyapunov
from largespin.fluctuations.matrices import check_size, check_steady, matrix
from largespin.fluctuations.positivity import uncertainty, violates
from largespin.fluctuations.static import StaticPart
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.points import Points, call_values, points_from
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.start import StateLike, given
from largespin.outcomes import Outcome
from largespin.stationary.at_rest import at_rest, speeds
from largespin.stationary.judgement import Judgement, judgement_variables
from largespin.stationary.thresholds import NEUTRAL


def stationary_covariance(
    model: Model,
    start: StateLike,
    *,
    like: StateLike | None = None,
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
        start: the stationary state or states: a `State`, Bloch vectors (…, K, d²−1), density matrices or kets, objects
            of QuTiP, or a row or an axis of states of a result, which brings its modes and its parameters.
        like: one product state from which the fluctuations of linear conserved quantities are taken; only for models
            that have some.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that a result brings.

    Returns:
        Dataset with ``covariance``, ``commutator`` (σ), ``drift`` (J), ``diffusion_real`` and ``diffusion_imag`` (C)
        over (…, row, column), ``outcome`` (``finished``, ``no covariance``, ``unphysical``, ``not stationary``, ``no
        state``), ``verdict`` (``stable``, ``marginal``, ``critical``, ``undamped``, ``unstable``, ``undetermined``,
        ``not finite``), ``sentence`` (why there is no covariance where it is NaN), ``usable``, ``uncertainty``, the
        smallest eigenvalue of ``Σ + iσ/2``, and the state variables of `evolve`.

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
    chosen = call_values(stationary_covariance, model, parameters, values)
    check_steady(model)
    where = points_from(model, start, chosen)
    product = None if like is None else given(model, like, name="like", one=True).state.vector
    check_size(len(where), model.number_of_variables, 6)
    functions = numeric_fluctuations(model)
    resting, said = at_rest(speeds(functions.mean_field, where), ", or follow the covariance with `evolve_covariance`")
    outcomes = [Judgement(said[i].outcome, said[i].sentence) if i in said else NOT_FINITE for i in range(len(where))]
    drift, noise = _matrices(functions, where, resting)
    finite = np.isfinite(drift).all(axis=(-1, -2)) & np.isfinite(noise).all(axis=(-1, -2))
    solvable = np.flatnonzero(resting & finite)
    static = StaticPart(functions, conserved_quantities(model), model.variable_names, product)
    covariance = np.full(drift.shape, np.nan)
    judged, covariance[solvable] = _solve(static, where.starts[solvable], drift[solvable], noise.real[solvable])
    for index, outcome in zip(solvable, judged, strict=True):
        outcomes[index] = outcome
    sigma = functions.commutators(where.starts)
    smallest = _uncertainties(covariance, sigma, outcomes)
    return _dataset(model, where, covariance, sigma, drift, noise, smallest, outcomes)


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
) -> tuple[list[Judgement], FloatArray]:
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
            outcomes.append(decaying(-rate))
        else:
            outcomes.append(judge(drift[index], static.names))
    return outcomes, covariance


def _uncertainties(covariance: FloatArray, sigma: FloatArray, outcomes: list[Judgement]) -> FloatArray:
    """Smallest eigenvalue of ``Σ + iσ/2`` per point; where it is negative, the outcome says so."""
    smallest = uncertainty(covariance, sigma)
    for index in np.flatnonzero(violates(smallest, covariance)):
        sentence = f"Not physical: Σ + iσ/2 has the eigenvalue {smallest[index]:.3g}, which must not be negative."
        outcomes[index] = Judgement(Outcome.UNPHYSICAL, sentence, outcomes[index].verdict)
    return smallest


def _dataset(
    model: Model,
    where: Points,
    covariance: FloatArray,
    sigma: FloatArray,
    drift: FloatArray,
    noise: ComplexArray,
    smallest: FloatArray,
    outcomes: list[Judgement],
) -> xr.Dataset:
    names, dims, n = model.variable_names, where.dims, model.number_of_variables
    variables = state_variables(model, where.starts.reshape(*where.shape, n), dims)
    matrices = {
        "covariance": covariance,
        "commutator": sigma,
        "drift": drift,
        "diffusion_real": noise.real,
        "diffusion_imag": noise.imag,
    }
    for name, array in matrices.items():
        variables[name] = matrix(array.reshape(*where.shape, n, n), dims, names)
    variables["uncertainty"] = xr.DataArray(smallest.reshape(where.shape), dims=dims)
    variables |= judgement_variables(outcomes, where.shape, dims)
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed))

"""The covariance of the fluctuations in time, along any mean-field run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.fluctuations.flow import LARGEST_IMPLICIT, CovarianceFlow
from largespin.fluctuations.given_covariance import brought_covariance, covariances_at_start
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.matrices import matrix
from largespin.fluctuations.positivity import uncertainty, violates
from largespin.meanfield.derive import mean_field
from largespin.meanfield.evolve import Method, checked_task, solved
from largespin.meanfield.points import Points, call_values, points_from
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import run_dataset, unphysical_cause
from largespin.meanfield.solve import Task
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Outcome
from largespin.quantities import described


def evolve_covariance(
    model: Model,
    start: StateLike,
    times: npt.ArrayLike,
    *,
    covariance: npt.ArrayLike | xr.DataArray | None = None,
    tolerance: float = 1e-9,
    method: Method = "auto",
    max_step: float | None = None,
    workers: int | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve ``u̇ = F(u)`` and ``Σ̇ = J Σ + Σ Jᵀ + Re C`` together, with J and C along the run.

    The fluctuations are ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a}(t))`` and, for modes, ``√N (q^N − q)``, ``√N (p^N − p)``;
    ``Σ_xy = ½⟨{F_x, F_y}⟩``. The run need not be stationary: transients and limit cycles included.

    Args:
        model: the model.
        start: the state or states at the first time: a `State`, Bloch vectors (…, K, d²−1), density matrices or kets,
            objects of QuTiP, or a row or an axis of states of a result, which brings its modes, its parameters and, if
            it has one, its covariance.
        times: output times (T,), rising, in units of the inverse rates; the start is the state at ``times[0]``. A
            single number gives the final state alone, starting from time 0.
        covariance: Σ at the first time, shape (…, n, n) in the order of the state vector or labelled with ``row`` and
            ``column``. If not given, that of the result that is the start, else that of a product state with modes in
            coherent states. `initial_covariance` makes thermal and squeezed modes.
        tolerance: relative error per step.
        method: ``"auto"`` (Taylor integrator heyoka; an implicit solver where the problem is stiff), ``"taylor"`` or,
            up to 12 variables, ``"implicit"``. More than 100 variables are followed by an explicit Runge–Kutta solver,
            said in ``solver``; stiff problems of more than 12 are slow.
        max_step: longest step. Without one, steps are as long as the tolerance allows, but with explicit time never
            longer than the output spacing and a thousandth of the run; give less for shorter pulses.
        workers: number of threads; all cores if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that a result brings.

    Returns:
        The dataset of `evolve` with ``covariance`` and ``commutator`` (σ) over (…, time, row, column) and
        ``uncertainty``, the smallest eigenvalue of ``Σ + iσ/2`` (…, time), which must not be negative.

    Raises:
        LargespinError: as `evolve`; or a covariance that is none, with the condition that fails and by how much.

    Source: F24 Theorem 2 with the derivative of the rates in J (docs/fluctuations.md).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve_covariance(model, [0, 0, 0], [0.0, 1.0, 100.0], temperature=2.0, field=0.0)
        >>> run.covariance.sel(row="block 0 z", column="block 0 z").values.round(4)  # from 1 to 1/(1 − β)
        array([1.    , 1.6321, 2.    ])
    """
    chosen = call_values(evolve_covariance, model, parameters, values)
    steady = mean_field(model).has_steady_noise
    task = checked_task(model, times, tolerance, method, max_step=max_step, steady=steady)
    flow = CovarianceFlow(model)
    task = replace(task, flow=flow)
    if method == "implicit" and not task.has_implicit:
        raise LargespinError(
            f"Argument `method` must be auto or taylor for the covariance of more than {LARGEST_IMPLICIT} variables, but it "
            "is 'implicit'."
        )
    where = points_from(model, start, chosen)
    check_real_amplitudes(model, where, float(task.times[0]))
    own = brought_covariance(start, chosen) if covariance is None else covariance
    begin = flow.joined(where.starts, covariances_at_start(model, where, own))
    joined, outcomes = solved(task, replace(where, starts=begin), workers, progress)
    states, matrices = flow.parted(joined)
    run = run_dataset(task, where, states, outcomes)
    return _with_covariance(run, task, where, states, matrices)


def _with_covariance(
    run: xr.Dataset, task: Task, where: Points, states: FloatArray, matrices: FloatArray
) -> xr.Dataset:
    """The dataset of the run with covariance, commutators and the check of positivity."""
    model = task.model
    names, n = model.variable_names, model.number_of_variables
    sigma = numeric_fluctuations(model).commutators(states)
    smallest = uncertainty(matrices, sigma)
    broken = violates(smallest, matrices).any(axis=-1).reshape(where.shape)
    outcomes, sentences = (run[name].values.astype(object) for name in ("outcome", "sentence"))
    worst = np.fmin.reduce(smallest, axis=-1).reshape(where.shape)
    dims = (*where.dims, "time") if "time" in run["m"].dims else where.dims
    shape = where.shape + states.shape[1:2] * ("time" in run["m"].dims)
    run["covariance"] = matrix(matrices.reshape(*shape, n, n), dims, names)
    run["commutator"] = matrix(sigma.reshape(*shape, n, n), dims, names)
    run["uncertainty"] = xr.DataArray(smallest.reshape(shape), dims=dims)
    for index in np.argwhere(broken):
        place = tuple(index)
        flat = int(np.ravel_multi_index(place, where.shape)) if place else 0
        cause = unphysical_cause(task, where.parameters[flat], states[flat])
        said = f" But Σ + iσ/2 has the eigenvalue {worst[place]:.2g}, which must not be negative; {cause}."
        outcomes[place], sentences[place] = str(Outcome.UNPHYSICAL), sentences[place] + said
    run["outcome"], run["sentence"] = run["outcome"].copy(data=outcomes), run["sentence"].copy(data=sentences)
    return described(run.drop_vars("usable"))

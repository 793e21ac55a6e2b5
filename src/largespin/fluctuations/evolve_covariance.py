"""The covariance of the fluctuations in time, along any mean-field run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.fluctuations.flow import LARGEST_IMPLICIT, CovarianceFlow
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.fluctuations.places import check_model, matrix
from largespin.fluctuations.positivity import checked_covariance, uncertainty, violates
from largespin.meanfield.derive import mean_field
from largespin.meanfield.evolve import checked_task, solved
from largespin.meanfield.points import Points, points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import run_dataset
from largespin.model.model import Model
from largespin.model.state import State


def evolve_covariance(
    model: Model,
    start: npt.ArrayLike | State,
    times: npt.ArrayLike,
    *,
    covariance: npt.ArrayLike | xr.DataArray | None = None,
    tolerance: float = 1e-9,
    method: str = "auto",
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
        start: the state at the first time, as for `evolve`.
        times: output times as for `evolve`; a single number gives the final state alone.
        covariance: Σ at the first time, shape (…, n, n) in the order of the state vector or labelled with ``row`` and
            ``column``; a product state with modes in coherent states if not given. `initial_covariance` makes thermal
            and squeezed modes.
        tolerance: relative error per step.
        method: ``"auto"``, ``"taylor"`` or, up to 12 variables, ``"implicit"``, as for `evolve`. More than 100 variables
            are followed by an explicit Runge–Kutta solver, said in ``solver``; stiff problems of more than 12 are slow.
        max_step: longest step, as for `evolve`.
        workers: number of threads; all cores if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

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
    check_model(model)
    steady = mean_field(model).has_steady_noise
    task = checked_task(model, times, tolerance, method, max_step=max_step, steady=steady)
    flow = CovarianceFlow(model)
    task = replace(task, flow=flow)
    if method == "implicit" and not task.has_implicit:
        raise LargespinError(
            f"Argument `method` must be auto or taylor for the covariance of more than {LARGEST_IMPLICIT} variables, but it "
            "is 'implicit'."
        )
    where = points(model, {**(parameters or {}), **values}, model.state(start))
    check_real_amplitudes(model, where, float(task.times[0]))
    begin = flow.joined(where.starts, _begin(model, where, covariance))
    joined, outcomes = solved(task, replace(where, starts=begin), workers, progress)
    states, matrices = flow.parted(joined)
    run = run_dataset(task, where, states, outcomes)
    return _with_covariance(run, model, where, states, matrices)


def initial_covariance(
    model: Model,
    start: npt.ArrayLike | State,
    *,
    occupation: npt.ArrayLike = 0.0,
    squeezing: npt.ArrayLike = 0.0,
    angle: npt.ArrayLike = 0.0,
) -> xr.DataArray:
    r"""Covariance of a product state of the particles, with modes that are thermal, squeezed or both.

    ``Σ_ab = ½⟨{v_a, v_b}⟩ − m_a m_b`` in every block; a mode has the variance ``(n + ½) e^{−2r}`` along the angle φ
    (quadrature ``q cos φ + p sin φ``) and ``(n + ½) e^{2r}`` across it. Coherent amplitudes do not enter.

    Args:
        model: the model.
        start: the state, or an ensemble.
        occupation: thermal bosons ``n`` per mode, one number or shape (M,), not per particle.
        squeezing: ``r`` per mode.
        angle: ``φ`` per mode, radians.

    Returns:
        Array (…, row, column) for the argument `covariance` of `evolve_covariance`.

    Raises:
        LargespinError: a state that is none, occupations below zero, or more numbers than modes.

    Source: F24 Eq. 7 for product states.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> ls.initial_covariance(model, [-1, 0, 0], occupation=2.0).values.diagonal()
        array([0. , 1. , 1. , 2.5, 2.5])
    """
    state = model.state(start)
    result = product_covariance(model, state.bloch)
    count = len(model.modes)
    n, r, phi = (
        _per_mode(name, value, count)
        for name, value in (("occupation", occupation), ("squeezing", squeezing), ("angle", angle))
    )
    if np.any(n < 0):
        raise LargespinError(f"Argument `occupation` must be at least 0, but it is {n.min():g}.")
    first = model.number_of_variables - 2 * count
    for mode in range(count):
        turn = np.array([[np.cos(phi[mode]), -np.sin(phi[mode])], [np.sin(phi[mode]), np.cos(phi[mode])]])
        own = (n[mode] + 0.5) * turn @ np.diag(np.exp([-2.0 * r[mode], 2.0 * r[mode]])) @ turn.T
        chosen = slice(first + 2 * mode, first + 2 * mode + 2)
        result[..., chosen, chosen] = own
    return matrix(result, state.dims, model.variable_names, "covariance ½⟨{F, F}⟩", "1")


def _per_mode(name: str, value: npt.ArrayLike, count: int) -> FloatArray:
    array = finite_array(name, value)
    if array.shape not in ((), (count,)):
        raise LargespinError(
            f"Argument `{name}` must be one number or one per mode ({count}), but its shape is {array.shape}."
        )
    return np.broadcast_to(array, (count,))


def _begin(model: Model, where: Points, covariance: npt.ArrayLike | xr.DataArray | None) -> FloatArray:
    """Checked initial covariances, one per point, shape (points, n, n)."""
    bloch = model.split(where.starts)[0]
    if covariance is None:
        return product_covariance(model, bloch)
    n = model.number_of_variables
    sigma = numeric_fluctuations(model).commutators(where.starts)
    if not isinstance(covariance, xr.DataArray):
        covariance = finite_array("covariance", covariance)
        if covariance.shape[:-2] not in ((), where.shape):
            raise LargespinError(
                f"Argument `covariance` must be one matrix or have the leading axes {where.shape} of the runs, but its "
                f"shape is {covariance.shape}; label its axes to vary it along some of them."
            )
        return checked_covariance("covariance", covariance, sigma.reshape(*where.shape, n, n)).reshape(-1, n, n)
    unknown = [d for d in covariance.dims if d not in (*where.dims, "row", "column")]
    if unknown or not {"row", "column"} <= set(covariance.dims):
        raise LargespinError(
            f"Argument `covariance` must have the axes row, column and any of {', '.join(where.dims) or 'no others'}, "
            f"but its axes are {', '.join(map(str, covariance.dims))}."
        )
    covariance = _in_order(model, where, covariance)
    template = xr.DataArray(np.zeros(where.shape), dims=where.dims)
    plain = covariance.drop_vars(list(covariance.coords))
    full = plain.broadcast_like(template).transpose(*where.dims, "row", "column").values
    return checked_covariance("covariance", full, sigma.reshape(*where.shape, n, n)).reshape(-1, n, n)


def _in_order(model: Model, where: Points, covariance: xr.DataArray) -> xr.DataArray:
    """Rows and columns in the order of the variables, and axes that are those of the runs."""
    names = model.variable_names
    for axis in ("row", "column"):
        if axis in covariance.coords:
            if sorted(map(str, covariance[axis].values)) != sorted(names):
                raise LargespinError(
                    f"Argument `covariance` must have the {axis}s {', '.join(names)}, but its labels are others."
                )
            covariance = covariance.sel({axis: names})
    for dim, length in zip(where.dims, where.shape, strict=True):
        if dim in covariance.dims:
            own = covariance[dim].values if dim in covariance.coords else None
            differs = own is not None and dim in where.coords and not np.array_equal(own, where.coords[dim])
            if covariance.sizes[dim] != length or differs:
                raise LargespinError(f"Axis `{dim}` of `covariance` must be the one of the runs, but it differs.")
    return covariance


def _with_covariance(
    run: xr.Dataset, model: Model, where: Points, states: FloatArray, matrices: FloatArray
) -> xr.Dataset:
    """The dataset of the run with covariance, commutators and the check of positivity."""
    names, n = model.variable_names, model.number_of_variables
    sigma = numeric_fluctuations(model).commutators(states)
    smallest = uncertainty(matrices, sigma)
    broken = violates(smallest, matrices).any(axis=-1).reshape(where.shape)
    outcomes, sentences = (run[name].values.astype(object) for name in ("outcome", "sentence"))
    worst = np.fmin.reduce(smallest, axis=-1).reshape(where.shape)
    dims = (*where.dims, "time") if "time" in run["m"].dims else where.dims
    shape = where.shape + states.shape[1:2] * ("time" in run["m"].dims)
    run["covariance"] = matrix(matrices.reshape(*shape, n, n), dims, names, "covariance ½⟨{F, F}⟩", "1")
    run["commutator"] = matrix(sigma.reshape(*shape, n, n), dims, names, "commutators σ, [F, F] = iσ", "1")
    attrs = {"long_name": "smallest eigenvalue of Σ + iσ/2", "units": "1"}
    run["uncertainty"] = xr.DataArray(smallest.reshape(shape), dims=dims, attrs=attrs)
    for index in np.argwhere(broken):
        place = tuple(index)
        said = f" But Σ + iσ/2 has the eigenvalue {worst[place]:.2g}, which must not be negative; lower `tolerance`."
        outcomes[place], sentences[place] = "unphysical", sentences[place] + said
    run["outcome"] = run["outcome"].copy(data=outcomes.astype(str))
    run["sentence"] = run["sentence"].copy(data=sentences.astype(str))
    return run

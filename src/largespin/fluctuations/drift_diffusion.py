"""Drift, diffusion and commutators of the fluctuations as labelled matrices, at any state and any time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, number_in
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.matrices import check_size, matrix
from largespin.meanfield.points import call_values, points_from
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Ending, Outcome
from largespin.stationary.at_rest import NO_STATE
from largespin.stationary.judgement import ending_variables


def drift_diffusion(
    model: Model,
    start: StateLike,
    *,
    time: float = 0.0,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""J, C and σ of ``Σ̇ = J Σ + Σ Jᵀ + Re C`` and ``σ̇ = J σ + σ Jᵀ + 2 Im C`` at given states.

    Normalisation of the fluctuations: ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a})`` and ``√N (α^N − α)`` for modes. J
    contains the derivative of the rates. For many states in a loop of one's own,
    ``largespin.fluctuations.linear.numeric_fluctuations(model)`` has the same matrices as plain functions of arrays.

    Args:
        model: the model.
        start: state or states, stationary or not: a `State`, Bloch vectors (…, K, d²−1), density matrices or kets,
            objects of QuTiP, or a row or an axis of states of a result, which brings its modes and its parameters.
        time: the time, for models that depend on it.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that a result brings.

    Returns:
        Dataset with ``drift``, ``diffusion_real``, ``diffusion_imag`` and ``commutator`` over (…, row, column),
        ``outcome`` (``finished``, ``no state``, or ``failed`` where a matrix is not finite), ``sentence``, ``usable``,
        and the state variables of `evolve`.

    Raises:
        LargespinError: no state, states of another model, missing parameters.

    Source: F24 Theorem 2 with the derivative of the rates (docs/fluctuations.md).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.drift_diffusion(model, [0, 0, 0.5], temperature=2.0, field=0.3)
        >>> result.drift.sel(row="block 0 z").values.round(4) + 0.0
        array([ 0.    ,  0.6   , -0.5789])
    """
    where = points_from(model, start, call_values(drift_diffusion, model, parameters, values))
    check_size(len(where), model.number_of_variables, 5)
    moment = number_in("time", time)
    functions = numeric_fluctuations(model)
    u, p, names = where.starts, where.parameters, model.variable_names
    with np.errstate(all="ignore"):
        noise, drift = functions.diffusion(u, p, moment), functions.drift(u, p, moment)
    shape, n = where.shape, len(names)
    variables = state_variables(model, u.reshape(*shape, n), where.dims)
    matrices = {
        "drift": drift,
        "diffusion_real": noise.real,
        "diffusion_imag": noise.imag,
        "commutator": functions.commutators(u),
    }
    for name, array in matrices.items():
        variables[name] = matrix(np.asarray(array).reshape(*shape, n, n), where.dims, names)
    variables |= ending_variables(_endings(u, np.concatenate([drift, noise], axis=-1)), shape, where.dims)
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed, time=moment))


def _endings(u: FloatArray, matrices: ComplexArray) -> list[Ending]:
    """How every point ended, by its state (points, n) and its matrices (points, n, …)."""
    known, finite = np.asarray(np.isfinite(u).all(axis=-1)), np.asarray(np.isfinite(matrices).all(axis=(-1, -2)))
    done = Ending(Outcome.FINISHED, "Drift and diffusion are known.")
    lost = Ending(
        Outcome.FAILED,
        "The drift or the noise is not finite here; an amplitude such as √n has no derivative where n vanishes.",
    )
    return [(done if good else lost) if here else NO_STATE for here, good in zip(known, finite, strict=True)]

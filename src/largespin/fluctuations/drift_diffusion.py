"""Drift, diffusion and commutators of the fluctuations as labelled matrices, at any state and any time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import number_in
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.places import check_size, matrix, places
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.state import State


def drift_diffusion(
    model: Model,
    at: npt.ArrayLike | State | xr.Dataset,
    *,
    time: float = 0.0,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""J, C and σ of ``Σ̇ = J Σ + Σ Jᵀ + Re C`` and ``σ̇ = J σ + σ Jᵀ + 2 Im C`` at given states.

    Normalisation of the fluctuations: ``F_{k,a} = √N_k (m^N_{k,a} − m_{k,a})`` and ``√N (α^N − α)`` for modes. J contains
    the derivative of the rates. For many states in a loop of one's own, ``largespin.fluctuations.linear.numeric_fluctuations(model)``
    has the same matrices as plain functions of arrays.

    Args:
        model: the model.
        at: states, stationary or not: a `State`, Bloch vectors, or a result of `stationary_states` or `evolve` (one
            time), whose parameters need not be given again.
        time: the time, for models that depend on it.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``drift``, ``diffusion_real``, ``diffusion_imag`` and ``commutator`` over (…, row, column), and the
        state variables of `evolve`.

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
    where = places(model, at, {**(parameters or {}), **values})
    check_size(len(where), model.number_of_variables, 5)
    moment = number_in("time", time)
    functions = numeric_fluctuations(model)
    u, p, names = where.starts, where.parameters, model.variable_names
    noise = functions.diffusion(u, p, moment)
    shape, n = where.shape, len(names)
    variables = state_variables(model, u.reshape(*shape, n), where.dims)
    for name, array, words, units in (
        ("drift", functions.drift(u, p, moment), "drift J of the fluctuations", "rate"),
        ("diffusion_real", noise.real, "diffusion Re C", "rate"),
        ("diffusion_imag", noise.imag, "diffusion Im C", "rate"),
        ("commutator", functions.commutators(u), "commutators σ, [F, F] = iσ", "1"),
    ):
        variables[name] = matrix(np.asarray(array).reshape(*shape, n, n), where.dims, names, words, units)
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed, time=moment))

"""Which computations are two calls of the library? Those whose second step needs the result of the first."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from largespin.fluctuations.stationary_covariance import stationary_covariance as covariance_at
from largespin.model import Model, State
from largespin.stationary.stationary_states import stationary_states

__all__ = ["stationary_covariance"]


def stationary_covariance(
    model: Model,
    *,
    starts: int = 64,
    seed: int = 0,
    like: State | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Stationary states, ``F(u) = 0``, and the covariance of their fluctuations, ``J Σ + Σ Jᵀ + Re C = 0``.

    Args:
        model: the model, without explicit time.
        starts: starts of the search for stationary states.
        seed: seed of the starts.
        like: a state with the conserved values that are meant.
        parameters: parameter values; arrays become axes.

    Returns:
        The variables of `largespin.stationary_states` and of `largespin.stationary_covariance`; outcome, verdict
        and sentence are those of the covariance.

    Raises:
        LargespinError: as these.

    Example:
        >>> import largespin as ls
        >>> from largespin.study.composites import stationary_covariance
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = stationary_covariance(model, starts=8, parameters={"temperature": 2.0, "field": 0.1})
        >>> {"verdict", "covariance"} <= set(found)
        True
    """
    states = stationary_states(model, starts=starts, seed=seed, like=like, parameters=parameters)
    found = covariance_at(model, states, like=like)
    return found.merge(states.drop_vars([name for name in states.variables if name in found.variables]))

"""Is the motion chaotic? The largest Lyapunov exponents of the mean-field equations."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.attractors.disturbed_runs import GrowthMeasurement, GrowthRates, measure
from largespin.attractors.samples import TOLERANCES
from largespin.errors import number_in, whole_number
from largespin.meanfield.points import Points, points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.solve import RunEnding
from largespin.model.model import Model
from largespin.model.state import State
from largespin.outcomes import Outcome

RESOLVED = 5.0
"""Growth rate × duration below which an exponent is zero: regular motion parts as ln t, not as an exponential."""
ERRORS = 3.0
"""Standard errors by which an exponent must differ from zero."""


def lyapunov_exponents(
    model: Model,
    start: npt.ArrayLike | State,
    duration: float,
    *,
    number: int = 1,
    settle: float = 100.0,
    interval: float | None = None,
    tolerance: float = 1e-10,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""``λ_i = lim (1/t) ln |v_i(t)|``,  ``v̇ = J(u(t)) v``: the rates at which disturbances of a run grow.

    The disturbances are integrated with the run, from exact derivatives, and made orthonormal after every interval. A
    stationary state has the real parts of its eigenvalues, a limit cycle one exponent 0 and the logarithms of its
    multipliers over the period; all exponents add up to the mean divergence of the equations; chaos has one above 0.
    Directions along which a conserved quantity changes are left out, as `stability` does.

    Args:
        model: the model; explicit time is allowed.
        start: a state or an ensemble.
        duration: time over which growth is measured, in inverse rates.
        number: how many of the largest exponents.
        settle: time before that, not counted, in which the run reaches its attractor; in its second half the
            disturbances already run along.
        interval: time between two orthonormalisations; from the size of the Jacobian if not given.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``lyapunov_exponent`` and ``lyapunov_error`` (…, exponent) by falling size (NaN where there are
        fewer directions), ``outcome`` (``chaotic``, ``neutral``, ``contracting`` or ``failed``) and ``sentence``, both of
        the largest exponent, and the state variables of `evolve` at the end.

    Raises:
        LargespinError: no state, times below zero, more exponents than variables, or a model that the Taylor integrator
            cannot do.

    Limits: an exponent nearer to zero than ``5/duration`` or three errors counts as zero. The error is the scatter over
    the run, not over attractors: several attractors need several starts.

    Source: Benettin et al., Meccanica 15, 9 (1980).

    Example:
        >>> import largespin as ls
        >>> from largespin import lyapunov_exponents
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = lyapunov_exponents(model, [0, 0.1, 0.1], 300.0, temperature=[0.6, 1.2], field=0.6)
        >>> result.outcome.values.tolist()
        ['neutral', 'contracting']
        >>> round(float(result.lyapunov_exponent[1, 0]), 2)  # ½(β − 3/2) = −1/3
        -0.33
    """
    duration = number_in("duration", duration, 0.0, open_low=True)
    settle, tolerance = number_in("settle", settle, 0.0), number_in("tolerance", tolerance, *TOLERANCES)
    if interval is not None:
        interval = number_in("interval", interval, 0.0, duration, open_low=True)
    number = whole_number("number", number, 1, model.number_of_variables)
    where = points(model, {**(parameters or {}), **values}, model.state(start))
    check_real_amplitudes(model, where, 0.0)
    rates = measure(
        GrowthMeasurement(model, number, duration, settle, interval, tolerance), where.starts, where.parameters
    )
    settings = {"duration": duration, "settle": settle, "tolerance": tolerance}
    return _dataset(model, where, rates, duration).assign_attrs(provenance(model, fixed=where.fixed, **settings))


def _dataset(model: Model, where: Points, rates: GrowthRates, duration: float) -> xr.Dataset:
    """Exponents, judgements and last states, labelled."""
    dims, shape = (*where.dims, "exponent"), where.shape
    variables = state_variables(model, rates.ends.reshape(*shape, -1), where.dims)
    for name, array, words in (
        ("lyapunov_exponent", rates.values, "Lyapunov exponent"),
        ("lyapunov_error", rates.errors, "standard error of the Lyapunov exponent"),
    ):
        attrs = {"long_name": words, "units": "rate"}
        variables[name] = xr.DataArray(array.reshape(*shape, array.shape[1]), dims=dims, attrs=attrs)
    judged = np.array(judgements(rates, duration), dtype=str).reshape(*shape, 2)
    for column, name in enumerate(("outcome", "sentence")):
        variables[name] = xr.DataArray(judged[..., column], dims=where.dims)
    return labelled(variables, model, where)


def judgements(rates: GrowthRates, duration: float) -> list[tuple[str, str]]:
    """Name and sentence of every run, of its largest exponent."""
    each = zip(rates.values[:, 0], rates.errors[:, 0], rates.outcomes, strict=True)
    return [judge(float(value), float(error), duration, outcome) for value, error, outcome in each]


def judge(value: float, error: float, duration: float, outcome: RunEnding) -> tuple[str, str]:
    """What the largest exponent says."""
    if outcome.outcome is not Outcome.FINISHED:
        return "failed", f"Failed: {outcome.sentence}"
    if not np.isfinite(value):
        return "failed", "Failed: no disturbance is left; every direction is conserved, or the run diverged."
    zero = max(RESOLVED / duration, ERRORS * error)
    numbers = f"{value:.4g} ± {error:.1g}"
    if value > zero:
        return "chaotic", f"Chaotic: the distance of near runs grows at rate {numbers}."
    if value < -zero:
        return "contracting", f"Contracting: the distance of near runs decays, at rate {numbers} at last."
    return "neutral", f"Neutral: the largest exponent, {numbers}, is zero within {zero:.2g}, as on a cycle or torus."

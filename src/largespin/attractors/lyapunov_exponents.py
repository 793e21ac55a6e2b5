"""Is the motion chaotic? The largest Lyapunov exponents of the mean-field equations."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.attractors.disturbed_runs import GrowthMeasurement, GrowthRates, measure
from largespin.attractors.samples import TOLERANCES
from largespin.errors import number_in, whole_number
from largespin.meanfield.points import Points, call_values, points_from
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.solve import RunEnding
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Ending, Outcome
from largespin.stationary.at_rest import NO_STATE
from largespin.stationary.judgement import Judgement, judgement_variables

RESOLVED = 5.0
"""Growth rate × duration below which an exponent is zero: regular motion parts as t, so that the mean rate is ln t / t,
and ln t is about 5 to 9 for the durations of use."""
ERRORS = 3.0
"""Standard errors by which an exponent must differ from zero: by chance it does in three of a thousand runs."""


def lyapunov_exponents(
    model: Model,
    start: StateLike,
    duration: float,
    *,
    count: int = 1,
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
        start: the state or states from which runs begin: a `State`, Bloch vectors (…, K, d²−1), density matrices or
            kets, objects of QuTiP, or a row or an axis of states of a result, which brings its modes and its
            parameters.
        duration: time over which growth is measured, in inverse rates.
        count: how many of the largest exponents.
        settle: time before that, not counted, in which the run reaches its attractor; in its second half the
            disturbances already run along.
        interval: time between two orthonormalisations; from the size of the Jacobian if not given.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that a result brings.

    Returns:
        Dataset with ``lyapunov_exponent`` and ``lyapunov_error`` (…, exponent) by falling size (NaN where there are
        fewer directions), ``verdict`` (``chaotic``, ``neutral`` or ``contracting``) and ``sentence``, both of the
        largest exponent, ``outcome`` (``finished``, ``failed``, ``no state``), ``usable``, and the state variables of
        `evolve` at the end.

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
        >>> result.verdict.values.tolist()
        ['neutral', 'contracting']
        >>> round(float(result.lyapunov_exponent[1, 0]), 2)  # ½(β − 3/2) = −1/3
        -0.33
    """
    chosen = call_values(lyapunov_exponents, model, parameters, values)
    duration = number_in("duration", duration, 0.0, open_low=True)
    settle, tolerance = number_in("settle", settle, 0.0), number_in("tolerance", tolerance, *TOLERANCES)
    if interval is not None:
        interval = number_in("interval", interval, 0.0, duration, open_low=True)
    count = whole_number("count", count, 1, model.number_of_variables)
    where = points_from(model, start, chosen)
    check_real_amplitudes(model, where, 0.0)
    rates = _at_states(GrowthMeasurement(model, count, duration, settle, interval, tolerance), where)
    settings = {"duration": duration, "settle": settle, "tolerance": tolerance}
    return _dataset(model, where, rates, duration).assign_attrs(provenance(model, fixed=where.fixed, **settings))


def _at_states(measurement: GrowthMeasurement, where: Points) -> GrowthRates:
    """The growth rates of all points; nothing runs where a result has no state."""
    known = np.asarray(np.isfinite(where.starts).all(axis=-1))
    if known.all():
        return measure(measurement, where.starts, where.parameters)
    some = measure(measurement, where.starts[known], where.parameters[known])
    values, errors = (np.full((len(where), measurement.count), np.nan) for _ in range(2))
    ends = np.full(where.starts.shape, np.nan)
    values[known], errors[known], ends[known] = some.values, some.errors, some.ends
    endings = iter(some.outcomes)
    nowhere = RunEnding(NO_STATE.outcome, NO_STATE.sentence, 0.0, "none")
    return GrowthRates(values, errors, ends, [next(endings) if here else nowhere for here in known])


def _dataset(model: Model, where: Points, rates: GrowthRates, duration: float) -> xr.Dataset:
    """Exponents, judgements and last states, labelled."""
    dims, shape = (*where.dims, "exponent"), where.shape
    variables = state_variables(model, rates.ends.reshape(*shape, -1), where.dims)
    for name, array in (("lyapunov_exponent", rates.values), ("lyapunov_error", rates.errors)):
        variables[name] = xr.DataArray(array.reshape(*shape, array.shape[1]), dims=dims)
    variables |= judgement_variables(judgements(rates, duration), shape, where.dims)
    return labelled(variables, model, where)


def judgements(rates: GrowthRates, duration: float) -> list[Judgement]:
    """What is said about every run, by its largest exponent."""
    each = zip(rates.values[:, 0], rates.errors[:, 0], rates.outcomes, strict=True)
    return [judge(float(value), float(error), duration, ending) for value, error, ending in each]


def judge(value: float, error: float, duration: float, ending: Ending) -> Judgement:
    """What the largest exponent of a run says that ended like this."""
    if ending.outcome is Outcome.NO_STATE:
        return Judgement(ending.outcome, ending.sentence)
    if not ending.outcome.usable:
        return Judgement(ending.outcome, f"Failed: {ending.sentence}")
    if not np.isfinite(value):
        reason = "no disturbance is left; every direction is conserved, or the run diverged"
        return Judgement(Outcome.FAILED, f"Failed: {reason}.")
    zero = max(RESOLVED / duration, ERRORS * error)
    numbers = f"{value:.4g} ± {error:.1g}"
    if value > zero:
        sentence = f"Chaotic: the distance of near runs grows at rate {numbers}."
        return Judgement(Outcome.FINISHED, sentence, "chaotic")
    if value < -zero:
        sentence = f"Contracting: the distance of near runs decays, at rate {numbers} at last."
        return Judgement(Outcome.FINISHED, sentence, "contracting")
    sentence = f"Neutral: the largest exponent, {numbers}, is zero within {zero:.2g}, as on a cycle or torus."
    return Judgement(Outcome.FINISHED, sentence, "neutral")

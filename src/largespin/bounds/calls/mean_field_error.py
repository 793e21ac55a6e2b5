r"""How wrong is mean field at finite N? Measured with exact solutions, predicted by the fluctuations, and bounded.

``E_N(t) = Σ_{k,a} ⟨(m^N_{k,a} − m_{k,a}(t))²⟩ + Σ_μ ⟨A_μ†A_μ + A_μA_μ†⟩``, ``A_μ = a_μ/√N − α_μ(t)``, is what the theorems
send to zero. The fluctuations say how fast: ``N E_N(t) → Σ_k tr Σ_k(t)/w_k + Σ_μ (Σ_qq + Σ_pp)``.

Sources: CL21 Eq. 9 and (S1); FMLC23 Eq. 24 and Theorem 2; F24 Theorem 2; theory page, section 7.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.bounds.calls.dicke_bound import dicke_bound
from largespin.bounds.calls.extrapolation import extrapolated, slopes
from largespin.bounds.calls.one_run import OneRun, one_run, quantity
from largespin.bounds.calls.rate_bound import rate_bound
from largespin.bounds.rigorous import RigorousBound
from largespin.errors import FloatArray, LargespinError
from largespin.exact.calls.evolve import evolve as exact_evolve
from largespin.exact.calls.plan import Displace
from largespin.exact.space.particle_numbers import ParticleNumbers
from largespin.fluctuations.evolve_covariance import evolve_covariance
from largespin.fluctuations.linear import product_covariance
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.quantities import text

THEOREMS: dict[str, Callable[..., RigorousBound]] = {"CL21": dicke_bound, "FMLC23": rate_bound}
"""The papers' bounds by name."""


def mean_field_error(
    model: Model,
    start: StateLike,
    times: npt.ArrayLike,
    *,
    particles: ParticleNumbers,
    fock: int | Sequence[int] | None = None,
    displace: Displace | None = None,
    rigorous: bool = True,
    tolerance: float = 1e-9,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""``E_N(t) = Σ_{k,a} ⟨(m^N_{k,a} − m_{k,a})²⟩ + Σ_μ ⟨A_μ†A_μ + A_μA_μ†⟩``, ``A_μ = a_μ/√N − α_μ``, measured.

    Every term is a covariance plus a squared shift of the mean, ``⟨(x − u)²⟩ = ⟨x²⟩ − ⟨x⟩² + (⟨x⟩ − u)²``; the two
    orderings of a mode add up to ``⟨(q − q_t)²⟩ + ⟨(p − p_t)²⟩``. The components are those with ``tr(v_a v_b) = d δ_ab``
    (Pauli matrices for d = 2). FMLC23's basis is smaller by √d, so its error is ``E_N/d``.

    Args:
        model: the model.
        start: the mean-field state at the first time, one of those that `largespin.evolve` takes; a row of a result brings
            its parameters. The N particles start in the product state of it, modes in coherent states.
        times: output times (T,), rising from the time of the start; a single number t means 0 and t.
        particles: N, a tuple of numbers per block, or a list of them.
        fock: Fock states of the modes; as many as needed if not given.
        displace: build the Fock states around moving mean-field amplitudes (``"mean field"``) or around fixed ones (M,);
            around the vacuum if not given.
        rigorous: compute the theorems' bounds as well.
        tolerance: error per step of the exact run and of the mean-field run.
        progress: show a progress bar of the exact runs.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each.

    Returns:
        Dataset with

        * ``error`` (particles, time): E_N;
        * ``limit`` (time): ``Σ_k tr Σ_k/w_k + Σ_μ (Σ_qq + Σ_pp)``, the limit of N E_N;
        * ``predicted`` (particles, time): ``limit``/N;
        * ``product`` (particles, time): E_N if the particles were in the product state of the mean field at all times,
          the modes in coherent states: the rest of ``predicted`` is correlations;
        * ``coefficient`` (time): N E_N at 1/N = 0, of the polynomial in 1/N through the largest four N (fewer if fewer
          are given; N E_N itself for one N), to be compared with ``limit``;
        * ``slope`` (time): least-squares slope of ln E_N against ln N; NaN for fewer than two N;
        * ``bound``, ``log10_bound`` (bound_name, particles, time): the bounds of CL21 and FMLC23 from E_N at the first
          time, NaN where the model is outside a theorem's class, which ``bound_sentence`` (bound_name) explains; ∞ where
          a bound exceeds the largest number;
        * ``outcome``, ``sentence``, ``usable`` (particles): how the exact runs ended.

    Raises:
        LargespinError: grids of parameters or starts, a start that is no product state, numbers of particles that do not
            fit the weights or the memory, models that exact solutions or fluctuations refuse.

    Example:
        >>> import largespin as ls
        >>> from largespin.bounds import mean_field_error
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = mean_field_error(model, [0, 0, 0.5], [0, 1], particles=[8, 16, 32], temperature=2.0, field=0.5)
        >>> result.slope.values.round(3)
        array([-1.   , -0.983])
        >>> result.coefficient.values.round(3), result.limit.values.round(3)
        (array([2.75 , 3.436]), array([2.75 , 3.436]))

    Source: CL21 Eq. 9 and (S1), FMLC23 Eq. 24; the coefficient from F24 Theorem 2 (theory page, section 7).
    """
    run = one_run(model, start, times, particles, call_values(mean_field_error, model, parameters, values))
    u = evolve_covariance(model, run.state, run.times, tolerance=tolerance, parameters=run.values)
    exact = exact_evolve(
        model, run.state, run.times, particles=run.numbers, fock=fock, displace=displace, tolerance=tolerance,
        progress=progress, parameters=run.values,
    )  # fmt: skip
    error = _summed(model, exact.covariance.values) / run.totals[:, None] + _squared_shift(exact, u)
    variables = _measured(run, error) | _predicted(run, u)
    variables |= _bounds(run, error[:, 0], rigorous)
    variables |= {name: xr.DataArray(exact[name].values, dims="particles") for name in ("outcome", "sentence")}
    dataset = run.dataset(variables, tolerance)
    dataset.attrs["mean_field_sentence"] = str(u.sentence.item())
    return dataset


def _summed(model: Model, covariance: FloatArray) -> FloatArray:
    """``Σ_k tr Σ_k/w_k + Σ_μ (Σ_qq + Σ_pp)`` of covariances (…, n, n)."""
    blocks = np.repeat(model.particles.weights, model.particles.number_of_components)
    weights = np.concatenate([blocks, np.ones(2 * len(model.modes))])
    return np.asarray((np.einsum("...ii->...i", covariance) / weights).sum(axis=-1))


def _squared_shift(exact: xr.Dataset, u: xr.Dataset) -> FloatArray:
    """``Σ (⟨x⟩ − u)²`` over all variables, shape (particles, time)."""
    total = ((exact.m.values - u.m.values) ** 2).sum(axis=(-2, -1))
    for name in ("q", "p"):
        if name in exact:
            total = total + ((exact[name].values - u[name].values) ** 2).sum(axis=-1)
    return np.asarray(total)


def _measured(run: OneRun, error: FloatArray) -> dict[str, xr.DataArray]:
    """E_N and how it depends on N."""
    coefficient = extrapolated(run.totals, run.totals[:, None] * error)
    return {
        "error": quantity(("particles", "time"), error),
        "coefficient": quantity(("time",), coefficient),
        "slope": quantity(("time",), slopes(run.totals, error)),
    }


def _predicted(run: OneRun, u: xr.Dataset) -> dict[str, xr.DataArray]:
    """What the fluctuations predict, and the part of it that needs no correlations."""
    limit, both = _summed(run.model, u.covariance.values), ("particles", "time")
    alone = _summed(run.model, product_covariance(run.model, u.m.values))
    totals = run.totals[:, None]
    return {
        "limit": quantity(("time",), limit),
        "predicted": quantity(both, limit / totals),
        "product": quantity(both, alone / totals),
    }


def _bounds(run: OneRun, first: FloatArray, wanted: bool) -> dict[str, xr.DataArray]:
    """The theorems' bounds from the errors at the first time, and a sentence about each."""
    logarithms = np.full((len(THEOREMS), len(first), len(run.times)), np.nan)
    sentences = ["Not asked for."] * len(THEOREMS)
    for row, (name, theorem) in enumerate(THEOREMS.items() if wanted else ()):
        try:
            bound = theorem(run.model, run.state, parameters=run.values)
        except LargespinError as reason:
            sentences[row] = str(reason)
            continue
        known = np.isfinite(first)
        totals, since = run.totals[known, None], run.times - run.times[0]
        logarithms[row, known] = bound.logarithm(first[known, None], totals, since)
        sentences[row] = f"{name} applies; it grows as exp({bound.growth:.6g} t)."
    dims = ("bound_name", "particles", "time")
    with np.errstate(over="ignore"):
        bounds = np.exp(logarithms)
    return {
        "bound": quantity(dims, bounds).assign_coords(bound_name=list(THEOREMS)),
        "log10_bound": quantity(dims, logarithms / np.log(10.0)),
        "bound_sentence": xr.DataArray(text(sentences), dims="bound_name"),
    }

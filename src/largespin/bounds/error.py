r"""The error of mean field at finite N, measured with exact solutions, predicted by the fluctuations, and bounded.

``E_N(t) = Σ_{k,a} ⟨(m^N_{k,a} − m_{k,a}(t))²⟩ + Σ_μ ⟨A_μ†A_μ + A_μA_μ†⟩``, ``A_μ = a_μ/√N − α_μ(t)``, is what the theorems
send to zero. The fluctuations say how fast: ``N E_N(t) → Σ_k tr Σ_k(t)/w_k + Σ_μ (Σ_qq + Σ_pp)``.

Sources: CL21 Eq. 9 and (S1); FMLC23 Eq. 24 and Theorem 2; F24 Theorem 2; theory page, section 7.
"""

from collections.abc import Callable, Mapping
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.bounds.rigorous import RigorousBound, dicke_bound, rate_bound
from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array
from largespin.exact.evolve import evolve as exact_evolve
from largespin.exact.evolve import state_of
from largespin.exact.space import block_counts
from largespin.exact.state import SymmetricState
from largespin.exact.system import System, check_model
from largespin.fluctuations.evolve import evolve_covariance
from largespin.fluctuations.linear import product_covariance
from largespin.meanfield.local_map import apply_local_map, local_map
from largespin.meanfield.points import points
from largespin.meanfield.results import provenance
from largespin.model.model import Model
from largespin.model.state import State

THEOREMS: dict[str, Callable[..., RigorousBound]] = {"CL21": dicke_bound, "FMLC23": rate_bound}
"""The papers' bounds by name."""
DEGREE = 3
"""Highest power of 1/N in extrapolations to N → ∞."""
ROUNDING = 100.0
"""Trace distances below this multiple of the tolerance have no slope."""
REDUCED = ("one particle", "two particles")


def mean_field_error(
    model: Model,
    start: npt.ArrayLike | State,
    times: npt.ArrayLike,
    *,
    particles: Any,
    fock: int | tuple[int, ...] | None = None,
    displace: str | npt.ArrayLike | None = None,
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
        start: the mean-field state at the first time: Bloch vectors, density matrices or amplitudes as for
            `largespin.evolve`. The N particles start in the product state of it, modes in coherent states.
        times: output times (T,), rising from the time of the start; a single number t means 0 and t.
        particles: N, a tuple of numbers per block, or a list of them.
        fock: Fock states of the modes; as many as needed if not given.
        displace: as for `largespin.exact.evolve`.
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
        * ``outcome``, ``sentence`` (particles): how the exact runs ended.

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
    state, numbers, known = _one_run(model, start, particles, {**(parameters or {}), **values})
    moments = _moments(times)
    u = evolve_covariance(model, state, moments, tolerance=tolerance, parameters=known)
    exact = exact_evolve(
        model, state, moments, particles=numbers, fock=fock, displace=displace, tolerance=tolerance,
        progress=progress, parameters=known,
    )  # fmt: skip
    totals = exact.particles.values.astype(np.float64)[:, None]
    weights = _weights(model)
    variances = np.einsum("...ii->...i", exact.covariance.values) / weights
    error = variances.sum(axis=-1) / totals + _squared_shift(exact, u)
    limit = (np.einsum("...ii->...i", u.covariance.values) / weights).sum(axis=-1)
    alone = (np.einsum("...ii->...i", product_covariance(model, u.m.values)) / weights).sum(axis=-1)
    bounds, sentences = _bounds(model, known, state, error[:, 0], totals, moments - moments[0], rigorous)

    def both(values: Any, words: str) -> tuple[Any, ...]:
        return ("particles", "time"), values, {"long_name": words, "units": "1"}

    def over_time(values: Any, words: str) -> tuple[Any, ...]:
        return ("time",), values, {"long_name": words, "units": "1"}

    three = ("bound_name", "particles", "time")
    with np.errstate(over="ignore"):
        bound = np.exp(bounds)
    dataset = xr.Dataset(
        {
            "error": both(error, "error of mean field E_N"),
            "predicted": both(limit / totals, "error predicted by the fluctuations, tr Σ/N"),
            "product": both(alone / totals, "error of the product state of the mean field"),
            "limit": over_time(limit, "limit of N E_N, Σ_k tr Σ_k/w_k + Σ_μ (Σ_qq + Σ_pp)"),
            "coefficient": over_time(_extrapolated(totals[:, 0], totals * error), "N E_N extrapolated to 1/N = 0"),
            "slope": over_time(_slopes(totals[:, 0], error), "slope of ln E_N against ln N"),
            "bound": (three, bound, {"long_name": "rigorous upper bound of E_N", "units": "1"}),
            "log10_bound": (three, bounds / np.log(10.0), {"long_name": "log10 of the bound", "units": "1"}),
            "bound_sentence": ("bound_name", sentences),
            "outcome": ("particles", exact.outcome.values),
            "sentence": ("particles", exact.sentence.values),
        },
        coords={"time": moments, "particles": exact.particles.values, "bound_name": list(THEOREMS)},
        attrs=provenance(model, fixed=_filled(model, known), tolerance=tolerance),
    )
    _label(dataset)
    dataset.attrs["mean_field_sentence"] = str(u.sentence.item())
    return dataset.assign_coords(_filled(model, known))


def reduced_state_error(
    model: Model,
    start: npt.ArrayLike | State,
    times: npt.ArrayLike,
    *,
    particles: Any,
    fock: int | tuple[int, ...] | None = None,
    tolerance: float = 1e-9,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""``½‖ρ^N_k(t) − Λ_k[ρ_k]‖_1`` and ``½‖ρ^N_{kl}(t) − (Λ_k ⊗ Λ_l)[ρ_k ⊗ ρ_l]‖_1``: how local the dynamics is.

    ρ^N_k and ρ^N_kl are the states of one and of two particles out of N, Λ the propagator of `largespin.local_map`. The
    theorem says that the distances vanish; measured, they fall as 1/N.

    Args:
        model: the model.
        start: the product state at the first time, as for `mean_field_error`.
        times: output times (T,), rising from the time of the start; a single number t means 0 and t.
        particles: N, a tuple of numbers per block, or a list of them.
        fock: Fock states of the modes; as many as needed if not given.
        tolerance: error per step of the exact run and of the local map.
        progress: show a progress bar for every number of particles.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each.

    Returns:
        Dataset with ``error`` (reduced, particles, time), the largest trace distance among the blocks
        (``"one particle"``) and among the pairs of particles of one or two blocks (``"two particles"``; NaN if no block
        has two particles and there is one block only), ``slope`` (reduced, time) of ln error against ln N, NaN where the
        error is below 100 `tolerance`, as at the first time, ``coefficient`` (reduced, time), N times the error
        extrapolated to 1/N = 0, and ``outcome`` and ``sentence`` (particles) of the exact runs.

    Raises:
        LargespinError: as `mean_field_error`.

    Example:
        >>> import largespin as ls
        >>> from largespin.bounds import reduced_state_error
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = reduced_state_error(model, [0, 0, 0.5], [0, 1], particles=[32, 64], temperature=2.0, field=0.5)
        >>> result.slope.isel(time=1).values.round(2)
        array([-0.97, -0.98])

    Source: FMLC23 Theorem 2.
    """
    state, numbers, known = _one_run(model, start, particles, {**(parameters or {}), **values})
    moments = _moments(times)
    expected = _local_states(model, state, moments, tolerance, known)
    error = np.full((2, len(numbers), len(moments)), np.nan)
    outcomes, sentences = [], []
    for row, number in enumerate(numbers):
        run = exact_evolve(
            model, state, moments, particles=number, fock=fock, tolerance=tolerance, keep_states=True,
            progress=progress, parameters=known,
        )  # fmt: skip
        cutoffs = tuple(int(f) for f in run.fock.values) if model.modes else None
        system = System(model, number, cutoffs, parameters=known)
        for column in range(len(moments)):
            if np.isfinite(run.trace.values[column]):
                found = state_of(run.isel(time=column), system)
                error[:, row, column] = _distances(found, expected[column])
        outcomes.append(str(run.outcome.item()))
        sentences.append(str(run.sentence.item()))
    totals = np.array([sum(block_counts(model.particles, number)) for number in numbers])
    visible = np.where(error > ROUNDING * tolerance, error, np.nan)
    words = "trace distance of reduced states to the local map"
    dataset = xr.Dataset(
        {
            "error": (("reduced", "particles", "time"), error, {"long_name": words, "units": "1"}),
            "slope": (
                ("reduced", "time"),
                np.array([_slopes(totals, part) for part in visible]),
                {"long_name": "slope of ln error against ln N", "units": "1"},
            ),
            "coefficient": (
                ("reduced", "time"),
                np.array([_extrapolated(totals, totals[:, None] * part) for part in error]),
                {"long_name": "N times the error, extrapolated to 1/N = 0", "units": "1"},
            ),
            "outcome": ("particles", outcomes),
            "sentence": ("particles", sentences),
        },
        coords={"reduced": list(REDUCED), "particles": totals, "time": moments},
        attrs=provenance(model, fixed=_filled(model, known), tolerance=tolerance),
    )
    _label(dataset)
    return dataset.assign_coords(_filled(model, known))


def _one_run(model: Any, start: Any, particles: Any, values: dict[str, Any]) -> tuple[State, list[Any], dict[str, Any]]:
    """The state, the numbers of particles as a list, and the values, if they describe one run."""
    check_model(model)
    if isinstance(start, SymmetricState):
        raise LargespinError(
            "Argument `start` must be a mean-field state, given as Bloch vectors or a State, but it is a SymmetricState."
        )
    state = model.state(start)
    where = points(model, values, state)
    if where.dims:
        raise LargespinError(
            "Arguments of the error of mean field must describe one run, but they vary along "
            f"{', '.join(where.dims)}; call once for each."
        )
    several = isinstance(particles, list | range) or (isinstance(particles, np.ndarray) and particles.ndim > 0)
    numbers = list(particles) if several else [particles]
    if not numbers:
        raise LargespinError("Argument `particles` must contain at least one number, but it is empty.")
    numbers = [int(n) if isinstance(n, np.integer) else n for n in numbers]
    totals = [sum(block_counts(model.particles, number)) for number in numbers]
    if len(set(totals)) < len(totals):
        raise LargespinError(
            f"Argument `particles` must contain every number once, but it is {', '.join(map(str, totals))}."
        )
    return state, numbers, values


def _moments(times: Any) -> FloatArray:
    array = finite_array("times", times)
    moments = np.array([0.0, float(array)]) if array.ndim == 0 else array
    if moments.ndim != 1 or len(moments) < 2 or np.any(np.diff(moments) <= 0):
        raise LargespinError(
            "Argument `times` must be one number above zero, or rise from the time of the start over at least two times, "
            f"but it is {times!r}."
        )
    return moments


def _label(dataset: xr.Dataset) -> None:
    """Names and units of the axes."""
    dataset["time"].attrs = {"long_name": "time", "units": "inverse rate"}
    dataset["particles"].attrs = {"long_name": "number of particles", "units": "1"}


def _filled(model: Model, values: Mapping[str, Any]) -> dict[str, float]:
    """All parameter values, defaults included."""
    return points(model, values).fixed


def _weights(model: Model) -> FloatArray:
    """``w_k`` for every particle variable, 1 for every quadrature."""
    blocks = np.repeat(model.particles.weights, model.particles.number_of_components)
    return np.concatenate([blocks, np.ones(2 * len(model.modes))])


def _squared_shift(exact: xr.Dataset, u: xr.Dataset) -> FloatArray:
    """``Σ (⟨x⟩ − u)²`` over all variables, shape (particles, time)."""
    total = ((exact.m.values - u.m.values) ** 2).sum(axis=(-2, -1))
    for name in ("q", "p"):
        if name in exact:
            total = total + ((exact[name].values - u[name].values) ** 2).sum(axis=-1)
    return np.asarray(total)


def _bounds(
    model: Model, values: Mapping[str, Any], state: State, first: FloatArray, totals: FloatArray, since: FloatArray,
    wanted: bool,
) -> tuple[FloatArray, list[str]]:  # fmt: skip
    """Natural logarithms of the bounds, shape (bounds, particles, time), and a sentence about each."""
    logarithms = np.full((len(THEOREMS), len(first), len(since)), np.nan)
    sentences = []
    for row, (name, theorem) in enumerate(THEOREMS.items()):
        if not wanted:
            sentences.append("Not asked for.")
            continue
        try:
            bound = theorem(model, _filled(model, values), state)
        except LargespinError as reason:
            sentences.append(str(reason))
            continue
        known = np.isfinite(first)
        logarithms[row, known] = bound.logarithm(first[known, None], totals[known], since)
        sentences.append(f"{name} applies; it grows as exp({bound.growth:.6g} t).")
    return logarithms, sentences


def _slopes(totals: FloatArray, errors: FloatArray) -> FloatArray:
    """Least-squares slopes of ln error against ln N at every time, from the positive errors."""
    result = np.full(errors.shape[1], np.nan)
    for column, values in enumerate(errors.T):
        usable = values > 0.0  # false for NaN
        if usable.sum() > 1:
            x = np.log(totals[usable])
            x = x - x.mean()
            result[column] = x @ np.log(values[usable]) / (x @ x)
    return result


def _extrapolated(totals: FloatArray, values: FloatArray) -> FloatArray:
    """The value at 1/N = 0 of the polynomial in 1/N through the largest N, at every time."""
    result = np.full(values.shape[1], np.nan)
    order = np.argsort(totals)
    for column in range(values.shape[1]):
        usable = [row for row in order if np.isfinite(values[row, column])][-(DEGREE + 1) :]
        x = 1.0 / np.asarray(totals, dtype=np.float64)[usable]
        # Lagrange's polynomials at zero.
        shares = [np.prod([other / (other - own) for other in x if other != own]) for own in x]
        if usable:
            result[column] = np.array(shares) @ values[usable, column]
    return result


def _local_states(
    model: Model, state: State, moments: FloatArray, tolerance: float, values: Mapping[str, Any]
) -> list[dict[tuple[int, ...], ComplexArray]]:
    """States of one and two particles after the local maps, by their blocks, at every time."""
    map_ = local_map(model, state, moments, tolerance=min(tolerance, 1e-10), parameters=values)
    begin = state.density_matrices()
    result = []
    for moment in moments:
        one = [apply_local_map(map_, rho, [k], time=float(moment)) for k, rho in enumerate(begin)]
        # A product state stays one: (Λ_k ⊗ Λ_l)[ρ_k ⊗ ρ_l] = Λ_k[ρ_k] ⊗ Λ_l[ρ_l].
        states: dict[tuple[int, ...], ComplexArray] = {(k,): rho for k, rho in enumerate(one)}
        for k, j in combinations_with_replacement(range(len(one)), 2):
            states[k, j] = np.asarray(np.kron(one[k], one[j]), dtype=np.complex128)
        result.append(states)
    return result


def _distances(found: SymmetricState, expected: Mapping[tuple[int, ...], ComplexArray]) -> FloatArray:
    """Largest trace distances of one-particle and of two-particle states."""
    distances: tuple[list[float], list[float]] = ([], [])
    for blocks, rho in expected.items():
        if len(blocks) == 2 and blocks[0] == blocks[1] and found.space.counts[blocks[0]] < 2:
            continue
        own = found.reduced(*blocks) if len(blocks) == 1 else found.reduced_pair(*blocks)
        difference = own - rho
        distances[len(blocks) - 1].append(0.5 * float(np.abs(np.linalg.eigvalsh(difference)).sum()))
    return np.array([max(group) if group else np.nan for group in distances])

"""Stationary states and spectra for whole grids of parameters and numbers of particles, as labelled datasets."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import LargespinError, number_in, one_of, whole_number
from largespin.exact.cutoff import GROWTH
from largespin.exact.grid import Grid, Progress, grid
from largespin.exact.null_space import METHODS
from largespin.exact.spectrum import Spectrum, spectrum_of
from largespin.exact.state import SymmetricState
from largespin.exact.stationary import StationaryStates, stationary_states_of
from largespin.exact.system import System, check_model, fock_states
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model

FIRST_FOCK = 8


def stationary_states(
    model: Model,
    *,
    particles: Any,
    fock: int | tuple[int, ...] | None = None,
    method: str = "auto",
    fock_tolerance: float = 1e-6,
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """Solve ``L ρ = 0``, ``tr ρ = 1`` at every point: all extremal stationary states, with how good they are.

    Args:
        model: the model, constant in time.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes; if not given, the number grows until the tail is below `fock_tolerance`.
        method: ``"direct"``, ``"iterative"`` or ``"auto"`` (by size).
        fock_tolerance: probability allowed in the last tenth of the Fock states.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset over (…, state): ``m``, ``q``, ``p``, ``occupation``, ``overlap``, averages, ``covariance``, ``purity``,
        ``residual``, ``trace_error``, ``hermiticity``, ``negativity`` (weight of negative eigenvalues; NaN where it
        cannot be decided), ``smallest_population``, ``fock_tail``; and per point ``number_of_states``, ``unique``,
        ``gap`` (an estimate of the slowest rate), ``outcome``, ``sentence``. Failed points are NaN, with the reason.

    Raises:
        LargespinError: bad arguments.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.exact.stationary_states(model, particles=[10, 20], temperature=2.0, field=0.0)
        >>> found.covariance.sel(row="block 0 z", column="block 0 z", state=0).values.round(3)  # towards 1/(1 − β) = 2
        array([1.715, 1.835])
    """
    one_of("method", method, METHODS)
    number_in("fock_tolerance", fock_tolerance, 0.0, 1.0, open_low=True)

    def solve(point: Grid.Point) -> tuple[System, StationaryStates]:
        return _with_fock(
            model, point, fock, fock_tolerance, memory_limit, lambda system: stationary_states_of(system, method=method)
        )

    where, results = _all_points(model, {**(parameters or {}), **values}, particles, progress, solve)
    return _stationary_dataset(model, where, results)


def spectrum(
    model: Model,
    *,
    particles: Any,
    fock: int | tuple[int, ...] | None = None,
    count: int = 6,
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """The slowest eigenvalues ``λ`` of the Liouvillian on the symmetric space at every point.

    Args:
        model: the model, constant in time.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes; needed if there are modes.
        count: how many eigenvalues.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``decay_rate`` (−Re λ) and ``angular_frequency`` (Im λ) over (…, index), slowest first, ``residual``,
        and per point ``gap`` (smallest non-zero decay rate), ``number_of_states`` (zero eigenvalues), ``outcome``,
        ``sentence``.

    Raises:
        LargespinError: bad arguments.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> ls.exact.spectrum(model, particles=[10, 20], temperature=0.5, field=0.0).gap.values.round(4)
        array([0.0099, 0.0004])
    """
    whole_number("count", count, 1)
    if model is not None and isinstance(model, Model) and model.modes:
        fock_states(model, fock)

    def solve(point: Grid.Point) -> tuple[System, Spectrum]:
        system = System(model, point.counts, fock, memory_limit=memory_limit, parameters=point.values)
        return system, spectrum_of(system, min(count, system.space.size))

    where, results = _all_points(model, {**(parameters or {}), **values}, particles, progress, solve)
    return _spectrum_dataset(model, where, results, count)


def _with_fock(
    model: Model, point: Grid.Point, fock: Any, tolerance: float, limit: float | None, solve: Callable[[System], Any]
) -> tuple[System, Any]:
    """A solution whose Fock states suffice."""
    given = fock is not None or not model.modes
    states = fock_states(model, fock) if given else (FIRST_FOCK,) * len(model.modes)
    while True:
        system = System(model, point.counts, states or None, memory_limit=limit, parameters=point.values)
        found = solve(system)
        tails = np.max([state.fock_tail() for state in found.states], axis=0)
        if given or not len(tails) or tails.max() <= tolerance:
            return system, found
        states = tuple(int(GROWTH * f) + 2 if tail > tolerance else f for f, tail in zip(states, tails, strict=True))


def _all_points(
    model: Model, values: Mapping[str, Any], particles: Any, progress: bool, solve: Callable[[Grid.Point], Any]
) -> tuple[Grid, list[Any]]:
    """Results of all points; the sentence of an error where there is none."""
    check_model(model)
    where = grid(model, values, None, particles, needs_start=False)
    results: list[Any] = []
    with Progress(progress, len(where)) as bar:
        try:
            for point in where:
                try:
                    results.append(solve(point))
                except LargespinError as error:
                    if len(where) == 1:
                        raise
                    results.append(str(error))
                bar.done()
        except KeyboardInterrupt:
            if not results:
                raise
    return where, results + ["Stopped by the user before this point."] * (len(where) - len(results))


def _stationary_dataset(model: Model, where: Grid, results: list[Any]) -> xr.Dataset:
    longest = max([1, *(len(r[1].states) for r in results if not isinstance(r, str))])
    n, modes = model.number_of_variables, len(model.modes)
    shapes: dict[str, tuple[int, ...]] = {
        "means": (n,), "covariance": (n, n), "bosons": (modes,), "fock_tail": (modes,), "purity": (),
        "trace_error": (), "hermiticity": (), "residual": (), "negativity": (), "smallest_population": (),
    }  # fmt: skip
    arrays = {name: np.full((len(where), longest, *shape), np.nan) for name, shape in shapes.items()}
    for index, result in enumerate(results):
        if not isinstance(result, str):
            _fill(arrays, index, result[1])
    dims = (*where.dims, "state")
    shaped = {name: array.reshape((*where.shape, *array.shape[1:])) for name, array in arrays.items()}
    variables = state_variables(model, shaped.pop("means"), dims)
    bosons, tails = shaped.pop("bosons"), shaped.pop("fock_tail")
    if modes:
        variables["occupation"].values = bosons
        variables["occupation"].attrs["long_name"] = "bosons per particle ⟨a†a⟩/N"
        names = {"mode": [mode.name for mode in model.modes]}
        variables["fock_tail"] = xr.DataArray(tails, dims=(*dims, "mode"), coords=names)
    for name, array in shaped.items():
        variables[name] = xr.DataArray(array, dims=(*dims, "row", "column")[: array.ndim])
    solved = [None if isinstance(r, str) else r[1] for r in results]
    table = {
        "number_of_states": np.array([len(s.states) if s else 0 for s in solved]),
        "unique": np.array([s.unique if s else False for s in solved]),
        "continuum": np.array([s.continuum if s else False for s in solved]),
        "gap": np.array([s.gap if s else np.nan for s in solved]),
        "method": np.array([s.method if s else "" for s in solved]),
        "sentence": np.array([s.sentence if s else r for s, r in zip(solved, results, strict=True)]),
    }
    return _labelled(model, where, variables, table, results)


def _fill(arrays: dict[str, Any], index: int, found: StationaryStates) -> None:
    for place, state in enumerate(found.states):
        row = (index, place)
        amplitudes = state.amplitudes
        pairs = np.sqrt(2.0) * np.stack([amplitudes.real, amplitudes.imag], axis=-1).ravel()
        arrays["means"][row] = np.concatenate([state.means().ravel(), pairs])
        arrays["covariance"][row] = state.covariance().values
        if len(amplitudes):
            arrays["bosons"][row], arrays["fock_tail"][row] = state.bosons(), state.fock_tail()
        arrays["purity"][row], arrays["trace_error"][row] = state.purity(), abs(state.trace() - 1.0)
        arrays["hermiticity"][row], arrays["residual"][row] = state.hermiticity(), found.residuals[place]
        arrays["negativity"][row] = found.negativities[place]
        arrays["smallest_population"][row] = _smallest_population(state)


def _smallest_population(state: SymmetricState) -> float:
    return float(state.vector[state.space.diagonal].real.min())


def _spectrum_dataset(model: Model, where: Grid, results: list[Any], count: int) -> xr.Dataset:
    rates = np.full((len(where), count), np.nan)
    frequencies, residuals = rates.copy(), rates.copy()
    for index, result in enumerate(results):
        if not isinstance(result, str):
            found = result[1]
            size = len(found.eigenvalues)
            rates[index, :size], frequencies[index, :size] = -found.eigenvalues.real + 0.0, found.eigenvalues.imag
            residuals[index, :size] = found.residuals
    dims = (*where.dims, "index")
    variables = {
        name: xr.DataArray(array.reshape((*where.shape, count)), dims=dims, attrs={"long_name": words, "units": units})
        for name, array, words, units in (
            ("decay_rate", rates, "decay rate −Re λ", "rate"),
            ("angular_frequency", frequencies, "angular frequency Im λ", "rate"),
            ("residual", residuals, "residual relative to the norm of L", "1"),
        )
    }
    solved = [None if isinstance(r, str) else r[1] for r in results]
    table = {
        "gap": np.array([s.gap if s else np.nan for s in solved]),
        "number_of_states": np.array([s.stationary if s else 0 for s in solved]),
        "sentence": np.array([_said(s) if s else r for s, r in zip(solved, results, strict=True)]),
    }
    return _labelled(model, where, variables, table, results)


def _said(found: Spectrum) -> str:
    worst = found.residuals.max()
    said = f"{len(found.eigenvalues)} eigenvalues with residuals up to {worst:.1e}; gap {found.gap:.3g}."
    if found.complete:
        return said
    return f"{said} They are those nearest to zero: modes that decay as slowly but oscillate fast may be missing."


def _labelled(
    model: Model, where: Grid, variables: dict[str, xr.DataArray], table: dict[str, Any], results: list[Any]
) -> xr.Dataset:
    table["outcome"] = np.array(["failed" if isinstance(r, str) else "found" for r in results])
    systems = [None if isinstance(r, str) else r[0] for r in results]
    table["components"] = np.array([s.space.size if s else 0 for s in systems])
    for name, array in table.items():
        variables[name] = xr.DataArray(array.reshape(where.shape), dims=where.dims)
    variables["gap"].attrs = {"long_name": "slowest non-zero decay rate", "units": "rate"}
    dataset = labelled(variables, model, where.points)
    dataset["particles"] = ("particles", where.totals) if where.several else int(where.totals[0])
    dataset = dataset.set_coords("particles")
    dataset["particles"].attrs = {"long_name": "number of particles", "units": "1"}
    if "covariance" in dataset:
        names = model.variable_names
        dataset = dataset.assign_coords(row=names, column=names)
    dataset.attrs = provenance(model, fixed=where.points.fixed, method="exact symmetric master equation")
    return dataset

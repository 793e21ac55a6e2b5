"""What exact runs record, and the labelled dataset made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.grid import Grid
from largespin.exact.observables import observables
from largespin.exact.state import SymmetricState
from largespin.exact.system import System
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model

SAFETY = 10.0
"""Between one realisation of rounding errors and what they may be."""
INACCURATE = 1e-6
"""Rounding of the means above which a run is called inaccurate."""
DESTROYED = 1e-2
"""Rounding of the means above which they are not given."""
TRACE = 1e-6
"""Deviation of the trace from 1 above which a run is called unphysical."""


class Record:
    """Observables of one run, time by time.

    Args:
        system: the run's system.
        times: output times.
        keep_states: keep the components as well.
    """

    def __init__(self, system: System, times: FloatArray, keep_states: bool) -> None:
        self.system, self.times = system, times
        n, count = system.model.number_of_variables, len(times)
        self.means = np.full((count, n), np.nan)
        self.covariances = np.full((count, n, n), np.nan)
        self.bosons = np.full((count, len(system.model.modes)), np.nan)
        self.tails = np.full((count, len(system.model.modes)), np.nan)
        self.purities, self.traces = np.full(count, np.nan), np.full(count, np.nan)
        self.states = np.full((count, system.space.size), np.nan, dtype=np.complex128) if keep_states else None
        self.displacements = np.full((count, len(system.model.modes)), np.nan, dtype=np.complex128)
        self.roundings = np.zeros(count)
        self.done = 0
        self.outcome, self.sentence = "", ""

    def add(self, state: SymmetricState) -> None:
        """Read everything from the state at the next time."""
        row = self.done
        amplitudes = state.amplitudes
        pairs = np.sqrt(2.0) * np.stack([amplitudes.real, amplitudes.imag], axis=-1).ravel()
        self.means[row] = np.concatenate([state.means().ravel(), pairs])
        self.covariances[row] = observables(state.space).covariance(state.vector)
        if len(amplitudes):
            self.bosons[row], self.tails[row] = state.bosons(), state.fock_tail()
        self.purities[row], self.traces[row] = state.purity(), state.trace()
        self.displacements[row] = state.displacement
        if self.states is not None:
            self.states[row] = state.vector
        self.done += 1

    def add_rounding(self, error: ComplexArray) -> None:
        """How far rounding may have moved the means that were read last; what it has destroyed becomes NaN."""
        row = self.done - 1
        moved = observables(self.system.space).means(error)
        self.roundings[row] = SAFETY * float(np.abs(moved).max())
        if not self.roundings[row] < DESTROYED:
            for values in (self.means, self.covariances, self.bosons, self.purities):
                values[row] = np.nan

    @property
    def largest_tail(self) -> FloatArray:
        """Largest tail of each mode so far."""
        return np.nanmax(self.tails[: self.done], axis=0)

    @property
    def worst_tail(self) -> float:
        """Largest tail of all modes."""
        return float(self.largest_tail.max(initial=0.0))

    def finished(self, trouble: str, fock_tolerance: float) -> "Record":
        """The record with a verdict."""
        last = self.times[max(self.done - 1, 0)]
        self.outcome, self.sentence = "reached", f"Reached t = {last:g}."
        if trouble:
            self.outcome, self.sentence = "failed", trouble
        elif self.system.space.fock and self.worst_tail > fock_tolerance:
            self.outcome = "cut"
            self.sentence += f" But the last Fock states hold {self.worst_tail:.2g} of the probability; raise `fock` or leave it out."
        elif not self.roundings.max() < INACCURATE:
            self.outcome = "inaccurate"
            self.sentence += (
                f" But rounding errors have grown to {self.roundings.max():.1g}: collective dynamics of "
                f"{self.system.space.particles} particles loses digits; take fewer."
            )
        elif np.abs(self.traces[: self.done] - 1.0).max() > TRACE:
            self.outcome = "unphysical"
            self.sentence += " But the trace is no longer 1; lower `tolerance`."
        return self


@dataclass(frozen=True)
class _Missing:
    """Stands for a run that was not reached before the user stopped."""

    template: Record

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.template, name)
        return np.full_like(value, np.nan) if isinstance(value, np.ndarray) else value


def evolution_dataset(
    model: Model, where: Grid, times: FloatArray, final_only: bool, records: Sequence[Record], keep_states: bool
) -> xr.Dataset:
    """The dataset of `evolve`."""
    if not records:
        raise KeyboardInterrupt
    template = records[0]
    runs: list[Any] = [*records, *(_Missing(template) for _ in range(len(where) - len(records)))]
    chosen = slice(-1, None) if final_only else slice(None)
    dims = where.dims if final_only else (*where.dims, "time")
    shape = where.shape if final_only else (*where.shape, len(times))

    def stack(name: str) -> Any:
        joined = np.array([getattr(run, name)[chosen] for run in runs])
        return joined.reshape((*shape, *joined.shape[2:]))

    variables = state_variables(model, stack("means"), dims)
    if model.modes:
        variables["occupation"].values = stack("bosons")
        variables["occupation"].attrs["long_name"] = "bosons per particle ⟨a†a⟩/N"
        names = {"mode": [mode.name for mode in model.modes]}
        attrs = {"long_name": "probability of the last tenth of the Fock states", "units": "1"}
        for part, values in (("q", stack("displacements").real), ("p", stack("displacements").imag)):
            words = f"displacement of the Fock states along {part}"
            variables[f"displacement_{part}"] = xr.DataArray(
                np.sqrt(2.0) * values, dims=(*dims, "mode"), coords=names, attrs={"long_name": words, "units": "1"}
            )
        variables["fock_tail"] = xr.DataArray(stack("tails"), dims=(*dims, "mode"), coords=names, attrs=attrs)
    names_of = model.variable_names
    variables["covariance"] = xr.DataArray(
        stack("covariances"),
        dims=(*dims, "row", "column"),
        coords={"row": names_of, "column": names_of},
        attrs={"long_name": "covariance ½⟨{F, F}⟩ at finite N", "units": "1"},
    )
    for name, source, words in (
        ("purity", "purities", "purity tr ρ²"),
        ("trace", "traces", "trace of ρ"),
        ("rounding", "roundings", "estimate of what rounding has done to the means"),
    ):
        variables[name] = xr.DataArray(stack(source), dims=dims, attrs={"long_name": words, "units": "1"})
    if keep_states:
        variables["state"] = _states(runs, dims, shape, chosen)
    for name, values in _per_run(records, len(where)).items():
        axes = (*where.dims, "mode") if values.ndim > 1 else where.dims
        variables[name] = xr.DataArray(values.reshape((*where.shape, *values.shape[1:])), dims=axes)
    dataset = labelled(variables, model, where.points)
    dataset["particles"] = ("particles", where.totals) if where.several else int(where.totals[0])
    dataset["time"] = float(times[-1]) if final_only else ("time", times)
    dataset = dataset.set_coords(["time", "particles"])
    dataset["time"].attrs = {"long_name": "time", "units": "inverse rate"}
    dataset["particles"].attrs = {"long_name": "number of particles", "units": "1"}
    dataset.attrs = provenance(model, fixed=where.points.fixed, method="exact symmetric master equation")
    return dataset


def _states(runs: Sequence[Any], dims: tuple[str, ...], shape: tuple[int, ...], chosen: slice) -> xr.DataArray:
    reached = [run for run in runs if isinstance(run, Record)]
    kept: list[Any] = [run.states for run in reached]
    longest = max(states.shape[1] for states in kept)
    rows = len(range(*chosen.indices(len(reached[0].times))))
    result = np.full((len(runs), rows, longest), np.nan, dtype=np.complex128)
    for index, run in enumerate(reached):
        size = kept[index].shape[1]
        result[index, :, :size], result[index, :, size:] = kept[index][chosen], 0.0
        # Freed one by one: together they are as large as the result.
        kept[index] = run.states = None
    attrs = {"long_name": "components of the density matrix, padded with zeros", "units": "1"}
    return xr.DataArray(result.reshape((*shape, longest)), dims=(*dims, "element"), attrs=attrs)


def _per_run(records: Sequence[Record], count: int) -> dict[str, Any]:
    missing = count - len(records)
    last = [float(r.times[max(r.done - 1, 0)]) for r in records]
    estimates = [r.system.estimate for r in records]
    result: dict[str, Any] = {
        "outcome": np.array([*(r.outcome for r in records), *["interrupted"] * missing]),
        "sentence": np.array([*(r.sentence for r in records), *["Stopped by the user before this run."] * missing]),
        "end_time": np.array([*last, *[np.nan] * missing]),
        "components": np.array([*(e.components for e in estimates), *[0] * missing]),
        "memory": np.array([*(e.memory for e in estimates), *[np.nan] * missing]),
    }
    if records[0].system.space.fock:
        modes = len(records[0].system.space.fock)
        result["fock"] = np.array([*(r.system.space.fock for r in records), *[(0,) * modes] * missing])
    return result

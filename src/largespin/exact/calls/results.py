"""What exact runs record, and the labelled dataset made of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.calls.grid import Grid
from largespin.exact.calls.plan import Plan
from largespin.exact.calls.readings import dataset_of, empty, read_into, state_quantities
from largespin.exact.calls.state_of import KEPT
from largespin.exact.generator.system import System
from largespin.exact.space.space import Space
from largespin.exact.states.observables import Observables
from largespin.exact.states.state import SymmetricState
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome, in_order
from largespin.quantities import described

SAFETY = 10.0
"""Between one realisation of rounding errors and what they may be."""
INACCURATE = 1e-6
"""Rounding of the means above which a run is called inaccurate."""
DESTROYED = 1e-2
"""Rounding of the means above which they are not given."""
TRACE = 1e-6
"""Deviation of the trace from 1 above which a run is called unphysical."""
READ = (
    "means", "occupation", "fock_tail", "displacement_q", "displacement_p", "covariance", "purity", "trace", "rounding",
)  # fmt: skip
"""What is read at every time."""
FROM_MEANS = ("means", "covariance", "occupation", "purity")
"""What rounding destroys together."""


class Record:
    """Observables of one run, time by time; small beside the system, which it does not keep.

    Args:
        system: the run's system.
        plan: times, tolerances, and whether states are kept.
    """

    def __init__(self, system: System, plan: Plan) -> None:
        self.plan, self.space_size = plan, system.space.size
        self.particles, self.fock, self.estimate = system.space.particles, system.space.fock, system.estimate
        count = len(plan.times)
        self.arrays = empty(system.model, READ, (count,))
        self.states: Any = None
        if plan.keep_states:
            self.states = np.full((count, self.space_size), np.nan, dtype=np.complex128)
        self.done = 0
        self.ending = Ending(Outcome.FAILED, "")

    def add(self, state: SymmetricState) -> None:
        """Read everything from the state at the next time."""
        read_into(self.arrays, self.done, state)
        self.arrays["rounding"][self.done] = 0.0
        if self.states is not None:
            self.states[self.done] = state.vector
        self.done += 1

    def add_rounding(self, space: Space, error: ComplexArray) -> None:
        """How far rounding may have moved the means that were read last; what it has destroyed becomes NaN."""
        row = self.done - 1
        rounding = SAFETY * float(np.abs(Observables(space).means(error)).max())
        self.arrays["rounding"][row] = rounding
        if not rounding < DESTROYED:
            for name in FROM_MEANS:
                if name in self.arrays:
                    self.arrays[name][row] = np.nan

    @property
    def end_time(self) -> float:
        """The last time that was reached."""
        return float(self.plan.times[max(self.done - 1, 0)])

    @property
    def largest_tail(self) -> FloatArray:
        """Largest tail of each mode so far."""
        return np.nanmax(self.arrays["fock_tail"][: self.done], axis=0) if self.fock else np.zeros(0)

    @property
    def worst_tail(self) -> float:
        """Largest tail of all modes."""
        return float(self.largest_tail.max(initial=0.0))

    def without_cut_states(self) -> "Record":
        """The record up to the first time at which the Fock states did not suffice."""
        enough = self.arrays["fock_tail"][: self.done].max(axis=1) <= self.plan.fock_tolerance
        self.done = int(np.argmin([*enough, False]))
        for array in (*self.arrays.values(), *([] if self.states is None else [self.states])):
            array[self.done :] = np.nan
        return self

    def finished(self, trouble: str) -> "Record":
        """The record with a verdict."""
        outcome, doubt = (Outcome.FAILED, trouble) if trouble else self._doubt()
        self.ending = Ending(outcome, trouble or f"Reached t = {self.end_time:g}.{doubt}")
        return self

    def interrupted(self) -> "Record":
        """The record of a run that the user stopped on its way."""
        sentence = f"Stopped by the user after t = {self.end_time:g}.{self._doubt()[1]}"
        self.ending = Ending(Outcome.INTERRUPTED, sentence)
        return self

    def _doubt(self) -> tuple[Outcome, str]:
        """Outcome of a run without trouble, and what is to be said against it."""
        worst = float(self.arrays["rounding"][: self.done].max(initial=0.0))
        if self.worst_tail > self.plan.fock_tolerance:
            cure = "raise `fock` or leave it out" if self.plan.fock else "more are needed"
            return (
                Outcome.TRUNCATED,
                f" But the last Fock states hold {self.worst_tail:.2g} of the probability; {cure}.",
            )
        if not worst < INACCURATE:
            return Outcome.INACCURATE, (
                f" But rounding errors have grown to {worst:.1g}: collective dynamics of {self.particles} particles loses "
                "digits; take fewer."
            )
        if np.abs(self.arrays["trace"][: self.done] - 1.0).max(initial=0.0) > TRACE:
            return Outcome.UNPHYSICAL, " But the trace is no longer 1; lower `tolerance`."
        return Outcome.FINISHED, ""


def evolution_dataset(model: Model, where: Grid, plan: Plan, records: Sequence[Record | Ending]) -> xr.Dataset:
    """The dataset of `evolve`."""
    chosen = slice(-1, None) if plan.final_only else slice(None)
    count = len(plan.times[chosen])
    arrays = empty(model, READ, (len(where), count))
    for index, record in enumerate(records):
        if isinstance(record, Record):
            for name, array in arrays.items():
                array[index] = record.arrays[name][chosen]
    dims = where.dims if plan.final_only else (*where.dims, "time")
    shape = where.shape if plan.final_only else (*where.shape, count)
    shaped = {name: array.reshape((*shape, *array.shape[2:])) for name, array in arrays.items()}
    variables = state_quantities(model, shaped, dims)
    if plan.keep_states:
        variables[KEPT] = _states(records, dims, shape, count)
    dataset = dataset_of(model, where, variables, _per_run(records, len(model.modes)))
    dataset["time"] = float(plan.times[-1]) if plan.final_only else ("time", plan.times)
    return described(dataset.set_coords("time"))


def _states(records: Sequence[Record | Ending], dims: tuple[str, ...], shape: tuple[int, ...], count: int) -> Any:
    """Components of all states, those of smaller systems padded with zeros."""
    longest = max([record.space_size for record in records if isinstance(record, Record)], default=0)
    result = np.empty((len(records), count, longest), dtype=np.complex128)
    for index, record in enumerate(records):
        result[index] = np.nan
        if isinstance(record, Record):
            result[index, :, : record.space_size] = record.states[-count:]
            result[index, :, record.space_size :] = 0.0
            # Freed one by one: together they are as large as the result.
            record.states = None
    return xr.DataArray(result.reshape((*shape, longest)), dims=(*dims, "element"))


def _per_run(records: Sequence[Record | Ending], modes: int) -> dict[str, list[Any]]:
    done = [record if isinstance(record, Record) else None for record in records]
    result: dict[str, list[Any]] = {
        **in_order([r.ending if isinstance(r, Record) else r for r in records]),
        "end_time": [r.end_time if r else np.nan for r in done],
        "components": [r.estimate.components if r else 0 for r in done],
        "memory": [r.estimate.memory if r else np.nan for r in done],
    }
    if modes:
        result["fock"] = [r.fock if r else (0,) * modes for r in done]
    return result

"""What grids of stationary states and of spectra keep of every point, and the datasets made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray
from largespin.exact.calls.grid import Grid
from largespin.exact.calls.readings import (
    Arrays,
    dataset_of,
    empty,
    read_into,
    state_quantities,
)
from largespin.exact.generator.system import System
from largespin.exact.solvers.liouvillian_spectrum_of import LiouvillianSpectrum
from largespin.exact.solvers.stationary_states_of import StationaryStates
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome, in_order

READ = (
    "means", "occupation", "fock_tail", "covariance", "purity", "relative_residual", "trace_error", "hermiticity", "negativity",
    "smallest_population",
)  # fmt: skip
"""What is read from every stationary state."""
EIGENVALUES = ("decay_rate", "angular_frequency", "relative_residual")
"""What every eigenvalue has."""


@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """The stationary states of one point without the generator that they belong to."""

    arrays: Arrays
    summary: dict[str, Any]
    components: int
    fock: tuple[int, ...]
    ending: Ending

    @staticmethod
    def of(system: System, found: StationaryStates, tolerance: float) -> "StationaryPoint":
        """Everything that is read from the states."""
        arrays = empty(system.model, READ, (len(found.states),))
        for row, state in enumerate(found.states):
            read_into(arrays, row, state)
        arrays["relative_residual"][:], arrays["negativity"][:] = found.residuals, found.negativities
        summary = {
            "number_of_states": len(found.states),
            "unique": found.unique,
            "continuum": found.continuum,
            "gap": found.gap,
            "solver": found.solver,
        }
        ending = Ending(Outcome.FINISHED, found.sentence)
        worst = float(arrays["fock_tail"].max()) if system.space.fock else 0.0
        if worst > tolerance:
            doubt = f" But the last Fock states hold {worst:.2g} of the probability; raise `fock` or leave it out."
            ending = Ending(Outcome.TRUNCATED, found.sentence + doubt)
        return StationaryPoint(arrays, summary, system.space.size, system.space.fock, ending)

    @property
    def largest_tail(self) -> FloatArray:
        """Largest tail of each mode among all states."""
        return np.asarray(self.arrays["fock_tail"].max(axis=0))


@dataclass(frozen=True, eq=False)
class LiouvillianSpectrumPoint:
    """The eigenvalues of one point without their modes."""

    eigenvalues: ComplexArray
    residuals: FloatArray
    gap: float
    stationary: int
    complete: bool
    components: int
    fock: tuple[int, ...]
    ending: Ending

    @staticmethod
    def of(system: System, found: LiouvillianSpectrum) -> "LiouvillianSpectrumPoint":
        """Everything but the modes."""
        return LiouvillianSpectrumPoint(
            found.eigenvalues,
            found.residuals,
            found.gap,
            found.stationary,
            found.complete,
            system.space.size,
            system.space.fock,
            Ending(Outcome.FINISHED, _said(found)),
        )


def _said(found: LiouvillianSpectrum) -> str:
    worst = found.residuals.max()
    said = f"{len(found.eigenvalues)} eigenvalues with residuals up to {worst:.1e}; gap {found.gap:.3g}."
    if found.complete:
        return said
    return f"{said} Modes that decay as slowly but oscillate fast, or further copies of repeated eigenvalues, may be missing."


def stationary_dataset(model: Model, where: Grid, results: Sequence[StationaryPoint | Ending]) -> xr.Dataset:
    """The dataset of `largespin.exact.stationary_states`."""
    solved = [None if isinstance(result, Ending) else result for result in results]
    longest = max([1, *(point.summary["number_of_states"] for point in solved if point)])
    arrays = empty(model, READ, (len(where), longest))
    for index, point in enumerate(solved):
        for name, array in arrays.items():
            if point:
                array[index, : len(point.arrays[name])] = point.arrays[name]
    shaped = {name: array.reshape((*where.shape, *array.shape[1:])) for name, array in arrays.items()}
    variables = state_quantities(model, shaped, (*where.dims, "state"))
    none: dict[str, Any] = {"number_of_states": 0, "unique": False, "continuum": False, "gap": np.nan, "solver": ""}
    table: dict[str, list[Any]] = {
        name: [point.summary[name] if point else nothing for point in solved] for name, nothing in none.items()
    }
    return dataset_of(model, where, variables, table | _common(model, results))


def liouvillian_spectrum_dataset(
    model: Model, where: Grid, results: Sequence[LiouvillianSpectrumPoint | Ending], count: int
) -> xr.Dataset:
    """The dataset of `largespin.exact.liouvillian_spectrum`."""
    arrays = {name: np.full((len(where), count), np.nan) for name in EIGENVALUES}
    solved = [None if isinstance(result, Ending) else result for result in results]
    for index, point in enumerate(solved):
        if point:
            chosen = slice(len(point.eigenvalues))
            arrays["decay_rate"][index, chosen] = -point.eigenvalues.real + 0.0
            arrays["angular_frequency"][index, chosen] = point.eigenvalues.imag
            arrays["relative_residual"][index, chosen] = point.residuals
    variables = {
        name: xr.DataArray(array.reshape((*where.shape, count)), dims=(*where.dims, "index"))
        for name, array in arrays.items()
    }
    table: dict[str, Sequence[Any]] = {
        "gap": [point.gap if point else np.nan for point in solved],
        "number_of_states": [point.stationary if point else 0 for point in solved],
        "complete": [point.complete if point else False for point in solved],
    }
    return dataset_of(model, where, variables, table | _common(model, results))


def _common(
    model: Model, results: Sequence[StationaryPoint | LiouvillianSpectrumPoint | Ending]
) -> dict[str, list[Any]]:
    """What is said of every point of both tables."""
    modes = len(model.modes)
    table: dict[str, list[Any]] = {
        "components": [0 if isinstance(r, Ending) else r.components for r in results],
        **in_order([r if isinstance(r, Ending) else r.ending for r in results]),
    }
    if modes:
        table["fock"] = [(0,) * modes if isinstance(r, Ending) else r.fock for r in results]
    return table

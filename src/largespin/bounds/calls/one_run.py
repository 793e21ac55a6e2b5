"""Which run is compared with its mean field? One start and one set of values, at several numbers of particles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.exact.space.particle_numbers import block_counts, particle_numbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import Points, output_times, points
from largespin.meanfield.results import labelled, provenance
from largespin.model.model import Model, check_model
from largespin.model.state import State
from largespin.model.symbols import Parameter


@dataclass(frozen=True, eq=False)
class OneRun:
    """A start, its values and output times, and the numbers of particles that it is followed with.

    Attributes:
        model: the model.
        state: the mean-field state at the first time.
        times: output times (T,), rising.
        numbers: for each solution N, or a tuple of numbers per block.
        totals: the number of all particles of each solution, shape (len(numbers),).
        where: the values of all parameters, defaults included; it has no axes.
    """

    model: Model
    state: State
    times: FloatArray
    numbers: list[Any]
    totals: npt.NDArray[np.int64]
    where: Points

    @property
    def values(self) -> dict[str, float]:
        """All parameter values, defaults included."""
        return self.where.fixed

    def dataset(self, variables: dict[str, xr.DataArray], tolerance: float) -> xr.Dataset:
        """The variables with labelled axes, parameter values and where they come from."""
        dataset = labelled(variables, self.model, self.where)
        dataset = dataset.assign_coords(time=self.times, particles=self.totals)
        dataset["time"].attrs = {"long_name": "time", "units": "inverse rate"}
        dataset["particles"].attrs = {"long_name": "number of particles", "units": "1"}
        dataset.attrs = provenance(self.model, fixed=self.values, tolerance=tolerance)
        return dataset


def one_run(model: Model, start: Any, times: Any, particles: Any, values: Mapping[str, Any]) -> OneRun:
    """The checked run.

    Raises:
        LargespinError: grids of parameters or starts, times that do not rise, numbers of particles that do not fit the
            weights or occur twice, a start that is a state of N particles.
    """
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
    numbers = particle_numbers(particles)[0]
    totals = [sum(block_counts(model.particles, number)) for number in numbers]
    if len(set(totals)) < len(totals):
        raise LargespinError(
            f"Argument `particles` must contain every number once, but it is {', '.join(map(str, totals))}."
        )
    return OneRun(model, state, output_times(times)[0], numbers, np.array(totals), where)


def one_point(model: Model, start: Any, values: Mapping[str, Any]) -> tuple[dict[Parameter, float], State]:
    """Every parameter with its number, and the checked state; a grid of either is refused."""
    state = model.state(start)
    grid = points(model, values, state)
    if grid.shape:
        raise LargespinError(
            "A rigorous bound must be asked for one set of values and one start at a time, "
            f"but they vary along {', '.join(grid.dims)}."
        )
    numbers = dict(zip(model.parameters.values(), grid.parameters[0].tolist(), strict=True))
    return numbers, state


def quantity(dims: tuple[str, ...], values: npt.ArrayLike, words: str) -> xr.DataArray:
    """A dimensionless variable with its name in words."""
    return xr.DataArray(np.asarray(values), dims=dims, attrs={"long_name": words, "units": "1"})

"""Which run is compared with its mean field? One start and one set of values, at several numbers of particles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.exact.space.particle_numbers import ParticleNumbers, block_counts, particle_numbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import Points, output_times, points_from
from largespin.meanfield.results import labelled, provenance
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.model.state import State
from largespin.quantities import described


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
        dataset.attrs = provenance(self.model, fixed=self.values, tolerance=tolerance)
        return described(dataset)


def one_run(
    model: Model, start: StateLike, times: Any, particles: ParticleNumbers, values: Mapping[str, Any]
) -> OneRun:
    """The checked run.

    Raises:
        LargespinError: grids of parameters or starts, times that do not rise, numbers of particles that do not fit the
            weights or occur twice, a start that is a state of N particles.
    """
    where, state = one_point(model, start, values)
    numbers, _ = particle_numbers(particles)
    totals = [sum(block_counts(model.particles, number)) for number in numbers]
    if len(set(totals)) < len(totals):
        raise LargespinError(
            f"Argument `particles` must contain every number once, but it is {', '.join(map(str, totals))}."
        )
    return OneRun(model, state, output_times(times)[0], numbers, np.array(totals), where)


def one_point(model: Model, start: StateLike, values: Mapping[str, Any]) -> tuple[Points, State]:
    """The values of all parameters and the mean-field state; a grid of either is refused."""
    if isinstance(start, SymmetricState):
        raise LargespinError(
            "Argument `start` must be a mean-field state, given as Bloch vectors, a State or a row of a result, but it is a "
            "SymmetricState."
        )
    where = points_from(model, start, values, one=True)
    return where, model.state_from_vector(where.starts[0])


def quantity(dims: tuple[str, ...], values: npt.ArrayLike, words: str = "") -> xr.DataArray:
    """A variable; with words of its own where those of `largespin.quantities` do not say enough."""
    return xr.DataArray(np.asarray(values), dims=dims, attrs={"long_name": words, "units": "1"} if words else {})

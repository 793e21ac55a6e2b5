"""The points of an exact calculation: parameter values, starts and numbers of particles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.exact.space.particle_numbers import block_counts, particle_numbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import Points, points
from largespin.model.model import Model
from largespin.model.state import State


@dataclass(frozen=True, eq=False)
class Grid:
    """All points, numbers of particles innermost.

    Attributes:
        model: the model.
        points: parameter values and starts.
        counts: block counts per number of particles.
        several: whether the number of particles is an axis.
        given: a start that is no product state.
    """

    model: Model
    points: Points
    counts: tuple[tuple[int, ...], ...]
    several: bool
    given: SymmetricState | None = None

    @dataclass(frozen=True, eq=False)
    class Point:
        """One run: parameter values by name, the start, the particles per block, and where it lies on the axes."""

        values: dict[str, float]
        start: Any
        counts: tuple[int, ...]
        place: str = ""

    def __len__(self) -> int:
        return len(self.points) * len(self.counts)

    def __iter__(self) -> Iterator["Grid.Point"]:
        names = list(self.model.parameters)
        for index in range(len(self.points)):
            values = dict(zip(names, map(float, self.points.parameters[index]), strict=True))
            start: Any = self.given
            if start is None and self.points.starts.shape[1] == self.model.number_of_variables:
                start = self.model.state_from_vector(self.points.starts[index])
            for counts in self.counts:
                yield Grid.Point(values, start, counts, self._place(index, counts))

    def _place(self, index: int, counts: tuple[int, ...]) -> str:
        """Labels of a point along the axes that vary."""
        labels = {}
        for axis, row in zip(self.points.dims, np.unravel_index(index, self.points.shape), strict=True):
            labels[axis] = self.points.coords[axis][row] if axis in self.points.coords else row
        if self.several:
            labels["particles"] = sum(counts)
        return ", ".join(f"{axis} = {_shown(label)}" for axis, label in labels.items())

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes."""
        return (*self.points.dims, *(("particles",) if self.several else ()))

    @property
    def shape(self) -> tuple[int, ...]:
        """Their lengths."""
        return (*self.points.shape, *((len(self.counts),) if self.several else ()))

    @property
    def totals(self) -> FloatArray:
        """Numbers of particles."""
        return np.array([sum(counts) for counts in self.counts])


def _shown(label: Any) -> str:
    return f"{label:g}" if isinstance(label, float | int | np.number) else str(label)


def grid(model: Model, values: Mapping[str, Any], start: Any, particles: Any, *, needs_start: bool = True) -> Grid:
    """The points, checked."""
    given = start if isinstance(start, SymmetricState) else None
    state: State | None = None
    if given is None and needs_start:
        state = _checked_start(model, start)
    where = points(model, values, state)
    numbers, several = particle_numbers(particles)
    return Grid(model, where, tuple(block_counts(model.particles, n) for n in numbers), several, given)


def _checked_start(model: Model, start: Any) -> State:
    # `Model.state` calls it `particles`, which means their number here.
    try:
        return model.state(start)
    except LargespinError as error:
        raise LargespinError(str(error).replace("`particles`", "`start`")) from error

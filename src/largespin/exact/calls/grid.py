"""The points of an exact calculation: parameter values, starts and numbers of particles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import FloatArray
from largespin.exact.calls.starts import starts_of
from largespin.exact.space.particle_numbers import ParticleNumbers, block_counts, particle_numbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import Points, points
from largespin.model.model import Model
from largespin.model.state import State

Start = State | SymmetricState | None
"""The product state behind a mean-field state, a state of N particles, or nothing."""


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
        """One run: parameter values by name, the start (None if there is none here), the particles per block, its place."""

        values: dict[str, float]
        start: Start
        counts: tuple[int, ...]
        place: str = ""

    def __len__(self) -> int:
        return len(self.points) * len(self.counts)

    def __iter__(self) -> Iterator["Grid.Point"]:
        names = list(self.model.parameters)
        for index in range(len(self.points)):
            values = dict(zip(names, map(float, self.points.parameters[index]), strict=True))
            start: Start = self.given
            vector = self.points.starts[index]
            # Without a start there is one zero in its place; results of different lengths are filled up with NaN.
            if start is None and len(vector) == self.model.number_of_variables and np.all(np.isfinite(vector)):
                start = self.model.state_from_vector(vector)
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


def grid(model: Model, values: Mapping[str, Any], start: Any, particles: ParticleNumbers) -> Grid:
    """The points of runs, checked."""
    where, given = starts_of(model, start, values)
    return _grid(model, where, particles, given)


def grid_of_values(model: Model, values: Mapping[str, Any], particles: ParticleNumbers) -> Grid:
    """The points of what begins nowhere, checked."""
    return _grid(model, points(model, values), particles, None)


def _grid(model: Model, where: Points, particles: ParticleNumbers, given: SymmetricState | None) -> Grid:
    numbers, several = particle_numbers(particles)
    return Grid(model, where, tuple(block_counts(model.particles, n) for n in numbers), several, given)

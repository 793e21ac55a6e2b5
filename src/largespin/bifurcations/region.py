"""The plane of two parameters of a model, in which lines are followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from largespin.bifurcations.boundary import CurveSettings
from largespin.bifurcations.locate import Surroundings
from largespin.bifurcations.problem import model_problem
from largespin.bifurcations.starts import full_values, interval, surroundings
from largespin.errors import FloatArray, LargespinError, number_in, whole_number
from largespin.model.model import Model
from largespin.stationary.stability import refuse_time


@dataclass(frozen=True, eq=False)
class Region:
    """The plane of two parameters of a model.

    Attributes:
        model: the model.
        names: of the two parameters.
        settings: their intervals and the steps.
        full: a full parameter vector.
    """

    model: Model
    names: tuple[str, str]
    settings: CurveSettings
    full: FloatArray

    @property
    def between(self) -> dict[str, tuple[float, float]]:
        """The interval of each parameter."""
        return dict(zip(self.names, self.settings.limits, strict=True))

    def at(self, p: FloatArray) -> FloatArray:
        """The full parameter vector at two values."""
        vector = self.full.copy()
        vector[[self.model.parameter_index(name) for name in self.names]] = p
        return vector

    def around(self, u: FloatArray, free: tuple[str, ...], full: FloatArray) -> Surroundings:
        """The problem with these free parameters, on the level set of u."""
        between = {name: self.between[name] for name in free}
        return surroundings(model_problem(self.model, free, full, between, u))


def region_of(
    model: Model,
    parameters: Sequence[str],
    between: Mapping[str, tuple[float, float]],
    largest_step: float,
    points: int,
    values: Mapping[str, Any],
    start: Any = None,
) -> Region:
    """The checked plane of two parameters, the others at given values, those of a start or defaults."""
    refuse_time(model)
    if len(parameters) != 2 or parameters[0] == parameters[1]:
        raise LargespinError(f"Argument `parameters` must name two parameters, but it is {tuple(parameters)!r}.")
    first, second = parameters
    for name in parameters:
        if name not in between:
            raise LargespinError(f"Argument `between` must give the interval of `{name}`, but it does not.")
    limits = interval(first, model, between[first]), interval(second, model, between[second])
    number_in("largest_step", largest_step, 0.0, open_low=True)
    settings = CurveSettings(limits, min(0.01, largest_step), largest_step, whole_number("points", points, 1))
    middle = {name: 0.5 * (low + high) for name, (low, high) in zip(parameters, limits, strict=True)}
    # Values that a result carries count more than the middle of the region.
    known = set() if start is None else {str(name) for name in start.coords}
    full = full_values(model, start, {k: x for k, x in middle.items() if k not in known} | dict(values), {})
    return Region(model, (first, second), settings, full)

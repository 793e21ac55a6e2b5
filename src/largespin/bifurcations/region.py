"""The plane of two parameters of a model, in which lines are followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from largespin.bifurcations.problem import model_problem
from largespin.bifurcations.starts import surroundings
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.two_parameters import CurveSettings
from largespin.bifurcations.walk import FIRST_STEP
from largespin.errors import FloatArray, number_in, whole_number
from largespin.model.model import Model


@dataclass(frozen=True, eq=False)
class Region:
    """The plane of two parameters of a model.

    Attributes:
        model: the model.
        names: of the two parameters.
        settings: their ranges and the steps.
        full: a full parameter vector.
    """

    model: Model
    names: tuple[str, str]
    settings: CurveSettings
    full: FloatArray

    @property
    def between(self) -> dict[str, tuple[float, float]]:
        """The range of each parameter."""
        return dict(zip(self.names, self.settings.limits, strict=True))

    @property
    def options(self) -> dict[str, Any]:
        """What a result says about how lines were followed."""
        words = "; ".join(f"{name}: {low:g}, {high:g}" for name, (low, high) in self.between.items())
        return {"between": words, "largest_step": self.settings.largest_step}

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
    model: Model, between: Mapping[str, tuple[float, float]], largest_step: float, points: int, full: FloatArray
) -> Region:
    """The plane of two parameters whose checked ranges are given, the others as in a full parameter vector."""
    first, second = between
    number_in("largest_step", largest_step, 0.0, open_low=True)
    limits = (between[first], between[second])
    settings = CurveSettings(limits, min(FIRST_STEP, largest_step), largest_step, whole_number("points", points, 1))
    return Region(model, (first, second), settings, full)

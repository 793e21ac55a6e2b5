"""What does a kind of bifurcation consist of? Equations that locate it, the curve it draws in two parameters, its picture."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from largespin.bifurcations.borders import Defined
from largespin.bifurcations.chart import Chart, chart_at
from largespin.bifurcations.special import SpecialPoint, family_of_kind
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.walk import Curve, CurvePoint, LocalSystem
from largespin.ends import End
from largespin.errors import ComplexArray, FloatArray


@dataclass(frozen=True, eq=False)
class CurveReading:
    """What is known at one point of a boundary curve.

    Attributes:
        kind: of the bifurcation.
        coefficient: of its normal form.
        frequency: ω of a Hopf point, else 0.
        vector: what becomes critical, shape (n,).
        monitors: numbers whose zeros are special points, by the name of these.
    """

    kind: str
    coefficient: float
    frequency: float
    vector: ComplexArray
    monitors: dict[str, float]

    @property
    def family(self) -> str:
        """The kind without its side."""
        return family_of_kind(self.kind)


@dataclass(frozen=True, eq=False)
class CurveFamily(ABC):
    """The curves of one kind in two parameters, in the unknowns z = (y, p, …).

    Attributes:
        around: the equations with two free parameters.
        basis: the symmetric states in which the curve lies, shape (n, b).
        widths: lengths of the ranges of the parameters, shape (2,).
    """

    around: Surroundings
    basis: FloatArray
    widths: FloatArray

    @property
    def count(self) -> int:
        """Number b of symmetric states that `basis` holds."""
        return int(self.basis.shape[1])

    @property
    def extra(self) -> int:
        """Number of unknowns after the parameters."""
        return 0

    def chart(self, z: FloatArray) -> Chart:
        """The square system around z."""
        return chart_at(self.around.problem, self.basis @ z[: self.count], self.basis)

    def parts(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The symmetric coordinates y and the two parameters p of unknowns z."""
        return z[: self.count], z[self.count : self.count + 2]

    def unknowns(self, u: FloatArray, p: FloatArray) -> FloatArray:
        """The unknowns z of a state and its parameters."""
        return np.concatenate([self.basis.T @ u, p, np.zeros(self.extra)])

    def curve(self, first_step: float, largest_step: float, limits: FloatArray) -> Curve:
        """The curve inside the limits, shape (2, 2)."""
        b = self.count
        metric = np.concatenate([np.ones(b), 1.0 / self.widths**2, np.ones(self.extra)])
        bounds = tuple((b + i, float(low), float(high)) for i, (low, high) in enumerate(limits))
        return Curve(self.system_at, metric, first_step, largest_step, bounds, b, (b, b + 1))

    @abstractmethod
    def system_at(self, z: FloatArray, before: LocalSystem | None) -> LocalSystem:
        """The equations at z, oriented like those before."""

    @abstractmethod
    def reading(self, place: CurvePoint) -> CurveReading:
        """What is known there."""

    @abstractmethod
    def others(self, values: ComplexArray, reading: CurveReading) -> ComplexArray:
        """Of the eigenvalues at a point of the curve, those that are not on the axis all along it."""

    @abstractmethod
    def name_of_crossing(self, oscillates: bool) -> str:
        """What a special point is called at which further eigenvalues cross: a pair if `oscillates`, or a real one."""

    def end_before(self, reading: CurveReading) -> End | None:
        """Why the curve ends before a point with this reading; None if it goes on."""
        return None


SteadyLocator = Callable[[Surroundings, Defined, float], SpecialPoint | None]
"""Solves for the point near null vectors and a slope; refuses to go further away than a distance."""
FamilyThrough = Callable[[Surroundings, SpecialPoint, FloatArray], CurveFamily]
"""The curves through a special point, with both parameters free, the lengths of whose ranges are given."""
NEARBY = 0.1
"""Largest distance by which Newton's method may move a rough guess: two steps of the largest usual length."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A pair of eigenvalues near the axis.

    Attributes:
        u, p: a state nearby, with the symmetries of the branch, and the free parameter, shape (1,).
        near: one of the eigenvalues.
        count: number of eigenvalues that cross, two for a simple pair.
    """

    u: FloatArray
    p: FloatArray
    near: complex
    count: int


@dataclass(frozen=True, eq=False)
class Still:
    """A pair that does not oscillate at the axis: zero is an eigenvalue `count` times; look for steady kinds here."""

    u: FloatArray
    p: FloatArray
    count: int


PairLocator = Callable[[Surroundings, Pair], SpecialPoint | Still | None]
"""Solves for the point near a pair of eigenvalues."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of bifurcation of stationary states.

    Attributes:
        name: in results, before the side in brackets: ``pitchfork`` of ``pitchfork (subcritical)``.
        order: place in the order in which lines in two parameters are followed. Folds come last, because they begin at
            degenerate pitchforks, and exactly there if these are known.
        curves: the curves that it draws in two parameters; None if it draws none.
        marker: Matplotlib's letter for special points on branches.
        lines: how curves are drawn, by the words with which a kind begins: Matplotlib's ``color`` and ``linestyle``.
    """

    name: str
    order: int
    curves: FamilyThrough | None = None
    marker: str
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SteadyKind(Kind):
    """A kind at which zero is an eigenvalue.

    Attributes:
        locate: solves for it; None if it is what remains where no other kind was found.
        is_likely: whether null vectors near a point look like this kind, so that it is tried first.
    """

    locate: SteadyLocator | None = None
    is_likely: Callable[[Defined], bool] = lambda at: False


@dataclass(frozen=True, kw_only=True)
class OscillatingKind(Kind):
    """A kind at which a pair ``±iω`` is on the axis.

    Attributes:
        locate: solves for it.
    """

    locate: PairLocator

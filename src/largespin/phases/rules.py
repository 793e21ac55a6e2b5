"""When does a point belong to a phase? Rules with a name, a condition on what is known of points, and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from largespin.errors import LargespinError
from largespin.model.model import Model

ORDER = 1e-4
"""Order parameter above which a state counts as ordered: far above the error of states found, far below any overlap."""
MOTION = 1e-3
"""Late standard deviation above which a point counts as moving."""
JOINED = " + "
"""What joins the names of several phases at one point."""
UNDECIDED = "undecided"
"""The label of points for which no rule holds."""


@dataclass(frozen=True)
class Rule:
    """A phase: the points for which `holds` is true belong to it.

    Args:
        name: what the phase is called, words with single blanks between them.
        holds: a function of the Dataset of points (see `evaluate_points`) that returns a truth value for every point,
            a boolean array over ``point``.
        sentence: what the phase means, for legends and reports.

    Example:
        >>> from largespin.phases import Rule
        >>> Rule("bistable", lambda points: points.number_of_stable >= 2, "Two or more stable states.").name
        'bistable'
    """

    name: str
    holds: Callable[[xr.Dataset], xr.DataArray]
    sentence: str = ""

    def __post_init__(self) -> None:
        words = self.name.split() if isinstance(self.name, str) else []
        # Files join the words of a name by underscores, and the names of phases by blanks.
        if not words or " ".join(words) != self.name or JOINED in self.name or "_" in self.name:
            raise LargespinError(
                f"Argument `name` must be a word or more, with single blanks and without _ or{JOINED}in it, but it is "
                f"{self.name!r}."
            )
        if not callable(self.holds):
            raise LargespinError(f"Argument `holds` must be a function of a Dataset, but it is {self.holds!r}.")

    def __call__(self, points: xr.Dataset) -> np.ndarray:
        """Truth value of every point, shape (points,).

        Raises:
            LargespinError: if the rule fails or does not return a truth value for every point.
        """
        try:
            result = xr.DataArray(self.holds(points))
        except Exception as error:
            raise LargespinError(
                f"Rule `{self.name}` must not fail, but it raised {type(error).__name__}: {error}. It gets a Dataset with "
                f"{', '.join(sorted(map(str, getattr(points, 'data_vars', ()))))}."
            ) from error
        count = points.sizes["point"]
        if result.dims not in (("point",), ()) or result.dtype != bool:
            raise LargespinError(
                f"Rule `{self.name}` must return one truth value for each point, but it returned values of type "
                f"{result.dtype} over {', '.join(map(str, result.dims)) or 'no axis'}; reduce other axes, as in "
                '`.any("state")`.'
            )
        if result.dims and result.size != count:
            raise LargespinError(
                f"Rule `{self.name}` must return one truth value for each point, but it returned {result.size} for {count} "
                "points; keep all of them."
            )
        return np.broadcast_to(result.values, (count,))


def some_stable(points: xr.Dataset, holds: xr.DataArray) -> xr.DataArray:
    """Whether some state that lasts satisfies `holds` (point, state)."""
    return (points.lasting & holds).any("state")


def _disordered(points: xr.Dataset) -> xr.DataArray:
    return some_stable(points, points.order_parameter <= ORDER)


def _ordered(points: xr.Dataset) -> xr.DataArray:
    return some_stable(points, points.order_parameter > ORDER)


def _moving(points: xr.Dataset) -> xr.DataArray:
    # Creeping to a halt never turns round; what decays slower than anyone can wait is not called lasting.
    return (points.motion > MOTION) & (points.turns >= 2) & points.patient


def default_rules(model: Model) -> tuple[Rule, ...]:
    """Disorder, order (retrieval where patterns are stored) and lasting motion; several may hold at once.

    The order parameter of a state is its largest overlap |o_μ| with a stored pattern; without patterns it is the
    distance between the state and its farthest image under the symmetries of the equations.

    Example:
        >>> import largespin as ls
        >>> from largespin.phases import default_rules
        >>> [rule.name for rule in default_rules(ls.models.hopfield(ls.ideal_large_spins(1)))]
        ['disordered', 'retrieval', 'moving']
    """
    stored = len(model.particles.coefficients) > 0 and model.particles.levels == 2
    name = "retrieval" if stored else "ordered"
    words = "a stored pattern is held" if stored else "a stable state breaks a symmetry of the equations"
    return (
        Rule("disordered", _disordered, "Disordered: a stable state has no order."),
        Rule(name, _ordered, f"{name.capitalize()}: {words}."),
        Rule("moving", _moving, "Moving: a run never comes to rest, on a limit cycle, a torus or chaotically."),
    )

"""What can a study compute? Every public call that takes a model and parameter values and whose arguments a file can hold.

Nothing is listed here: a new call of the library is a new computation. Its options are the call's own arguments: those of
plain types, states, times, numbers of particles, and ranges.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import xarray as xr

from largespin.study import composites
from largespin.study.options import resolved_hints, simple_kinds

STATES = ("start", "like", "also")
"""Arguments that are states."""
TIMES = "times"
"""The argument that holds times."""
PARTICLES = "particles"
"""The argument that is a number of particles: a whole number, or one per block; it may be swept."""
BETWEEN = "between"
"""The argument that holds ranges: parameters of the sweep without a number of points."""
OUT = "out"
"""The argument of calls that choose their points and keep them on disk themselves."""
HIDDEN = frozenset({"progress", "workers", "parameters", "device", OUT, "resume", "known"})
"""Arguments that the run decides, not the study; a study must not choose where files are written."""
NAMESPACES = ("", "exact.", "bounds.")
"""Where the calls are."""
ONE_POINT = frozenset({"local_map", "bounds.mean_field_error", "bounds.reduced_state_error"})
"""Calls for one value of each parameter, which their signatures do not say; a test tries all calls."""


@dataclass(frozen=True, eq=False)
class Computation:
    """Something that a study can compute.

    Attributes:
        name: how studies call it.
        function: the call.
    """

    name: str
    function: Callable[..., xr.Dataset]

    @cached_property
    def _arguments(self) -> dict[str, inspect.Parameter]:
        return dict(list(inspect.signature(self.function).parameters.items())[1:])

    @property
    def points(self) -> Literal["together", "each", "whole"]:
        """How it takes many points: arrays in one call ("together"), one point a call ("each"), as what follows curves through
        ranges does, or the whole grid at once, because it chooses and keeps points itself ("whole").
        """
        if OUT in self._arguments:
            return "whole"
        return "each" if self.takes_ranges or self.name in ONE_POINT else "together"

    @property
    def takes_ranges(self) -> bool:
        """Whether parameters can move through ranges."""
        return BETWEEN in self._arguments

    @property
    def needs_ranges(self) -> bool:
        """Whether some must."""
        return self.takes_ranges and self._arguments[BETWEEN].default is inspect.Parameter.empty

    @property
    def begins_inside(self) -> bool:
        """Whether a moving parameter has a value where the computation begins."""
        return self.takes_ranges and "start" in self._arguments

    @cached_property
    def kinds(self) -> dict[str, tuple[Any, ...]]:
        """Options of plain types."""
        special = {*HIDDEN, *STATES, TIMES, PARTICLES, BETWEEN}
        return {name: kinds for name, kinds in simple_kinds(self.function).items() if name not in special}

    @property
    def special(self) -> tuple[str, ...]:
        """Options that are states, times or numbers of particles."""
        return tuple(name for name in self._arguments if name in (*STATES, TIMES, PARTICLES))

    @property
    def required(self) -> tuple[str, ...]:
        """Options without which the call is none."""
        kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        needed = [a.name for a in self._arguments.values() if a.default is a.empty and a.kind not in kinds]
        return tuple(name for name in needed if name != BETWEEN)

    @property
    def is_possible(self) -> bool:
        """Whether a file can hold everything that the call needs."""
        return set(self.required) <= {*self.special, *self.kinds}


def computation(name: str) -> Computation | None:
    """The computation of a name; None if there is none. Only what is named is loaded.

    Example:
        >>> from largespin.study.computations import computation
        >>> computation("branch").points, computation("boundary_curve")
        ('each', None)
    """
    import largespin

    if name.startswith("_"):
        return None
    prefix, _, bare = name.rpartition(".")
    if name in composites.__all__:
        found = getattr(composites, name)
    elif prefix and f"{prefix}." not in NAMESPACES:
        return None
    else:
        home = getattr(largespin, prefix) if prefix else largespin
        found = getattr(home, bare, None) if bare in dir(home) else None
    return Computation(name, found) if _is_call(found) and Computation(name, found).is_possible else None


def computations() -> dict[str, Computation]:
    """All computations by name.

    Example:
        >>> from largespin.study.computations import computations
        >>> {"evolve", "phase_diagram", "exact.evolve"} <= set(computations())
        True
    """
    import largespin

    homes = {prefix: getattr(largespin, prefix.rstrip(".")) if prefix else largespin for prefix in NAMESPACES}
    names = [prefix + name for prefix, home in homes.items() for name in dir(home)]
    return {name: found for name in names if (found := computation(name)) is not None}


def _is_call(thing: Any) -> bool:
    """Whether something is a function of a model and parameter values that returns a dataset."""
    if not inspect.isfunction(thing):
        return False
    arguments = list(inspect.signature(thing).parameters)
    takes = arguments[:1] == ["model"] and "parameters" in arguments
    return takes and resolved_hints(thing).get("return") is xr.Dataset

"""What can a study compute? One table: a name, the function behind it, and how it treats many points.

A new entry is one line. Its options are the function's own arguments: those of plain types, states, times, and numbers of
particles.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from largespin.study.options import simple_kinds

STATES = ("start", "like", "also")
"""Arguments that are states."""
TIMES = "times"
"""The argument that holds times."""
PARTICLES = "particles"
"""The argument that is a number of particles: a whole number, or one per block; it may be swept."""
HIDDEN = frozenset({"progress", "workers", "parameters", "device", "out", "resume", "known"})
"""Arguments that the run decides, not the study; a study must not choose where files are written."""


@dataclass(frozen=True)
class Computation:
    """Something that a study can compute.

    Attributes:
        home: module of the function.
        name: its name there.
        words: what it computes.
        points: how it takes many points: arrays in one call ("together"), one point a call ("each"), or the whole grid at
            once, because it chooses points itself ("whole").
    """

    home: str
    name: str
    words: str
    points: Literal["together", "each", "whole"] = "together"

    @property
    def function(self) -> Callable[..., Any]:
        """The function, loaded when it is needed."""
        found: Callable[..., Any] = getattr(import_module(self.home), self.name)
        return found

    @property
    def kinds(self) -> dict[str, tuple[Any, ...]]:
        """Options of plain types."""
        special = {*HIDDEN, *STATES, TIMES, PARTICLES}
        return {name: kinds for name, kinds in simple_kinds(self.function).items() if name not in special}

    @property
    def special(self) -> tuple[str, ...]:
        """Options that are states, times or numbers of particles."""
        return tuple(n for n in inspect.signature(self.function).parameters if n in (*STATES, TIMES, PARTICLES))

    @property
    def required(self) -> tuple[str, ...]:
        """Options without which the function cannot be called."""
        arguments = list(inspect.signature(self.function).parameters.values())[1:]
        kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        return tuple(a.name for a in arguments if a.default is a.empty and a.kind not in kinds)


COMPUTATIONS = {
    "evolve": Computation("largespin", "evolve", "mean-field runs"),
    "stationary_states": Computation("largespin", "stationary_states", "stationary states, their stability"),
    "stationary_covariance": Computation("largespin.study.composites", "stationary_covariance", "fluctuations at rest"),
    "phase_diagram": Computation("largespin", "phase_diagram", "phases in a plane of parameters", "whole"),
    "branch": Computation("largespin", "branch", "a branch of stationary states", "each"),
    "branches": Computation("largespin", "branches", "connected branches of stationary states", "each"),
    "find_attractors": Computation("largespin", "find_attractors", "where runs from random states end"),
    "lyapunov_exponents": Computation("largespin", "lyapunov_exponents", "rates at which disturbances grow"),
    "limit_cycle": Computation("largespin", "limit_cycle", "the cycle on which a run ends", "each"),
    "cycle_branch": Computation("largespin", "cycle_branch", "a branch of limit cycles", "each"),
    "exact.evolve": Computation("largespin.exact", "evolve", "exact runs of N particles"),
    "exact.stationary_states": Computation("largespin.exact", "stationary_states", "exact stationary states"),
    "exact.liouvillian_spectrum": Computation(
        "largespin.exact", "liouvillian_spectrum", "slowest rates of the exact Liouvillian"
    ),
}
"""All computations by name."""

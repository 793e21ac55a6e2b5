r"""In which spaces QuTiP writes states of N particles, and how large they may be.

The full space has one tensor factor per particle, block by block, and then one per mode: dims ``[[d, …, d, F_1, …]] * 2``.
Level 0 comes first, which for spins ½ is the excited state of QuTiP, ``basis(2, 0)``. PIQS's basis is ``|j, m⟩`` with j
falling and m falling within each j.

QuTiP is no dependency of the library: it is loaded by the functions that need it and must be installed separately.
"""

from importlib import import_module
from typing import Any, Literal, Protocol

from largespin.errors import ComplexArray, LargespinError
from largespin.exact.space.space import Space
from largespin.exact.states.dicke_blocks import LARGEST_BLOCK

Basis = Literal["full", "piqs"]
"""The space of numbered particles, or PIQS's Dicke basis."""
LARGEST_FULL = 2048
"""Dimension of the full space up to which it is used: eleven spins ½, whose dense matrices take 67 MB each."""


class Qobj(Protocol):
    """A `qutip.Qobj`, whose further members no type checker knows: QuTiP comes without types."""

    dims: list[list[int]]
    shape: tuple[int, int]

    def full(self) -> ComplexArray:
        """The matrix."""
        ...

    def __getattr__(self, name: str) -> Any: ...


def loaded_qutip() -> Any:
    """The module `qutip`, or a sentence that says how to get it."""
    try:
        return import_module("qutip")
    except ImportError as error:
        raise LargespinError(
            "QuTiP is needed to exchange states and operators with it, but it is not installed; install it with "
            "`pip install qutip`."
        ) from error


def check_full(size: int, what: str) -> None:
    """Refuse a full space in which dense matrices would take too much."""
    if size > LARGEST_FULL:
        raise LargespinError(
            f"The full space must have dimension {LARGEST_FULL} at most for {what} to be written in it, but it has {size}; "
            "take fewer particles or Fock states."
        )


def check_piqs(space: Space) -> None:
    """Refuse spaces for which PIQS has no basis."""
    levels = space.model.particles.levels
    if levels != 2 or len(space.counts) != 1 or space.fock or space.particles > LARGEST_BLOCK:
        raise LargespinError(
            f"PIQS's Dicke basis must be of one block of at most {LARGEST_BLOCK} spins ½ without modes, but the state has "
            f"{len(space.counts)} block(s) of {', '.join(map(str, space.counts))} particles with {levels} levels and "
            f"{len(space.fock)} mode(s)."
        )


def number_above(particles: int, j: float) -> int:
    """How many Dicke states have a larger spin than j: where the block of j begins."""
    return sum(particles - 2 * k + 1 for k in range(round(particles / 2 - j)))

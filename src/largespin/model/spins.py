"""Spins ½, whose operators every physicist names: x, y, z, raising, lowering, up, down."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.operators import OperatorLike
from largespin.model.particles import Particles


@runtime_checkable
class Blocks(Protocol):
    """Anything with block weights and pattern coefficients, such as `largespin.LargeSpins`."""

    @property
    def weights(self) -> FloatArray:
        """``w_k``, shape (K,)."""

    @property
    def coefficients(self) -> FloatArray:
        """``e_{μ,k}``, shape (M, K)."""


class Spins(Particles):
    """Spin-½ particles, in the blocks of a large-spin mapping if one is given; level 1 is up, level 2 is down.

    Args:
        blocks: a `LargeSpins`, or anything with ``weights`` and ``coefficients``; one block if not given.
        weights: ``w_k > 0``, shape (K,), summing to one, for blocks without a mapping.
        coefficients: pattern values ``e_{μ,k}``, shape (M, K), to go with `weights`.
        operators: further 2 × 2 matrices by name, for `operator` and `average`.

    Raises:
        LargespinError: blocks without weights, or blocks and weights at once.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins(ls.ideal_large_spins(3))
        >>> spins
        Spins(4 equal blocks; 3 patterns)
        >>> spins.lowering.real
        array([[0., 0.],
               [1., 0.]])
    """

    def __init__(
        self,
        blocks: Blocks | None = None,
        *,
        weights: npt.ArrayLike | None = None,
        coefficients: npt.ArrayLike | None = None,
        operators: Mapping[str, OperatorLike] | None = None,
    ) -> None:
        if blocks is not None:
            if not isinstance(blocks, Blocks):
                raise LargespinError(
                    f"Argument `blocks` must have weights and coefficients, but {type(blocks).__name__} has not."
                )
            if weights is not None or coefficients is not None:
                raise LargespinError(
                    "Arguments `weights` and `coefficients` must be left out with `blocks`, which has both."
                )
            weights, coefficients = blocks.weights, blocks.coefficients
        super().__init__(
            2,
            weights=(1.0,) if weights is None else weights,
            coefficients=((),) if coefficients is None else coefficients,
            operators={} if operators is None else operators,
        )

    @property
    def x(self) -> ComplexArray:
        """``σ_x``."""
        return self.operator("x")

    @property
    def y(self) -> ComplexArray:
        """``σ_y``."""
        return self.operator("y")

    @property
    def z(self) -> ComplexArray:
        """``σ_z = |up⟩⟨up| − |down⟩⟨down|``."""
        return self.operator("z")

    @property
    def raising(self) -> ComplexArray:
        """``σ_+ = |up⟩⟨down|``."""
        return self.operator("raising")

    @property
    def lowering(self) -> ComplexArray:
        """``σ_- = |down⟩⟨up|``."""
        return self.operator("lowering")

    @property
    def up(self) -> ComplexArray:
        """``|up⟩⟨up|``."""
        return self.operator("up")

    @property
    def down(self) -> ComplexArray:
        """``|down⟩⟨down|``."""
        return self.operator("down")

    @property
    def identity(self) -> ComplexArray:
        """The identity."""
        return self.operator("identity")

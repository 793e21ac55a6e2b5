r"""What a bosonic mode is: ``α = a/√N = (q + i p)/√2``, its quadratures, and its loss."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from largespin.errors import LargespinError, shown, whole_number
from largespin.model.jumps import CollectiveJump
from largespin.model.symbols import Family, ModeQuadrature, Quadrature, as_expression


@dataclass(frozen=True, repr=False)
class Mode:
    """A bosonic mode whose occupation may grow with the number of particles N.

    Attributes:
        name: name of the mode in results.
        family: membership of an indexed family of modes, if any.

    Example:
        >>> import largespin as ls
        >>> a = ls.Mode("a")
        >>> a
        Mode('a')
        >>> a.number
        p_a**2/2 + q_a**2/2
    """

    name: str
    family: Family | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise LargespinError(f"Argument `name` must be a Python name such as 'a', but it is {shown(self.name)}.")

    def __repr__(self) -> str:
        return f"Mode({self.name!r})"

    @cached_property
    def q(self) -> Quadrature:
        """The quadrature ``q = (α + α*)/√2``."""
        return Quadrature(f"q_{self.name}", ModeQuadrature(self.name, "q"), self.family)

    @cached_property
    def p(self) -> Quadrature:
        """The quadrature ``p = (α − α*)/(i√2)``."""
        return Quadrature(f"p_{self.name}", ModeQuadrature(self.name, "p"), self.family)

    @property
    def amplitude(self) -> sp.Expr:
        """``α = (q + i p)/√2``."""
        return (self.q + sp.I * self.p) / sp.sqrt(2)

    @property
    def conjugate(self) -> sp.Expr:
        """``α* = (q − i p)/√2``."""
        return (self.q - sp.I * self.p) / sp.sqrt(2)

    @property
    def number(self) -> sp.Expr:
        """``|α|² = (q² + p²)/2``, the photons per particle."""
        return (self.q**2 + self.p**2) / 2

    @property
    def field(self) -> sp.Expr:
        """``α + α* = √2 q``."""
        return sp.sqrt(2) * self.q

    def loss(self, rate: sp.Expr | float) -> CollectiveJump:
        """Loss of bosons at `rate` κ ≥ 0: the collective jump ``ℓ = √κ α``; negative values are refused when given."""
        kappa = as_expression("rate", rate)
        if kappa.is_negative:
            raise LargespinError(f"Argument `rate` must be at least 0, but it is {kappa}.")
        return CollectiveJump(sp.sqrt(kappa) * self.amplitude)


def modes(name: str, count: int) -> tuple[Mode, ...]:
    """An indexed family of modes ``name_1 … name_count``.

    Example:
        >>> import largespin as ls
        >>> [mode.name for mode in ls.modes("a", 3)]
        ['a_1', 'a_2', 'a_3']
    """
    whole_number("count", count, 1)
    if not isinstance(name, str) or not name.isidentifier():
        raise LargespinError(f"Argument `name` must be a Python name such as 'a', but it is {shown(name)}.")
    return tuple(Mode(f"{name}_{i}", Family(name, i)) for i in range(1, count + 1))

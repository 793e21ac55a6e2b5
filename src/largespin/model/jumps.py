"""What may happen to the system incoherently: local jumps of one particle, collective jumps of all."""

from dataclasses import dataclass

import sympy as sp

from largespin.errors import ComplexArray
from largespin.model.operators import matrix_of_numbers
from largespin.model.symbols import as_expression


@dataclass(frozen=True, eq=False)
class Jump:
    """A local jump ``L_i = j^(i) Γ(Δ_k)`` of every particle i of block k.

    Args:
        operator: the single-particle matrix ``j``, shape (d, d).
        amplitude: ``Γ``, a number or a real expression in parameters, time and one linear combination Δ of averages.
            The rate is ``Γ²``.
        name: how the jump is called in messages.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins()
        >>> ls.Jump(spins.lowering, 0.5).amplitude
        0.500000000000000
    """

    operator: ComplexArray
    amplitude: sp.Expr = sp.Integer(1)
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amplitude", as_expression("amplitude", self.amplitude))
        object.__setattr__(self, "operator", matrix_of_numbers("operator", self.operator))

    @property
    def key(self) -> tuple[bytes, sp.Expr]:
        """What decides the physics of the jump."""
        return self.operator.tobytes(), self.amplitude

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Jump) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class CollectiveJump:
    """A collective jump ``L = √N ℓ(u, t)`` with ``ℓ`` a complex expression in averages, quadratures, parameters.

    Example:
        >>> import largespin as ls
        >>> spins, kappa = ls.Spins(), ls.parameter("kappa", positive=True)
        >>> decay = ls.CollectiveJump(kappa**0.5 * spins.average("lowering"))
    """

    amplitude: sp.Expr
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amplitude", as_expression("amplitude", self.amplitude))

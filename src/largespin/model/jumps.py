"""What may happen to the system incoherently: local jumps of one particle, collective jumps of all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, LargespinError


def as_expression(name: str, value: Any) -> sp.Expr:
    """`value` as a SymPy expression without NaN or infinity; text is refused because it would be evaluated."""
    if isinstance(value, str):
        raise LargespinError(f"Argument `{name}` must be a number or a SymPy expression, but it is the text {value!r}.")
    try:
        expression = sp.sympify(value)
    except (sp.SympifyError, TypeError) as error:
        raise LargespinError(
            f"Argument `{name}` must be a number or a SymPy expression, but a {type(value).__name__} is neither."
        ) from error
    if not isinstance(expression, sp.Expr):
        raise LargespinError(f"Argument `{name}` must be a number or a SymPy expression, but a {type(value).__name__} is neither.")
    if expression.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
        raise LargespinError(f"Argument `{name}` must be finite, but it is {expression}.")
    return expression


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
        matrix = np.array(self.operator, dtype=np.complex128)
        matrix.setflags(write=False)
        object.__setattr__(self, "operator", matrix)

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

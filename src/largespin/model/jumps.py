"""What may happen to the system incoherently: local jumps of one particle, collective jumps of all."""

from dataclasses import dataclass

import sympy as sp

from largespin.errors import ComplexArray, LargespinError
from largespin.model.operator_names import amplitude_text, written
from largespin.model.operators import OperatorLike, as_matrix
from largespin.model.symbols import as_expression


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Jump:
    """A local jump ``L_i = j^(i) Γ(Δ_k)`` of every particle i of block k.

    Args:
        operator: the single-particle matrix ``j``, shape (d, d), such as ``spins.lowering``, ``ls.transition(3, 1, 3)`` or an
            operator of QuTiP.
        amplitude: ``Γ``, a number or a real expression in parameters, time and one linear combination Δ of averages.
            The rate is ``Γ²``.
        name: how the jump is called in messages.

    Raises:
        LargespinError: kets, names of operators, NaN; an amplitude that is no expression.

    Example:
        >>> import largespin as ls
        >>> spins, gamma = ls.Spins(), ls.parameter("gamma")
        >>> ls.Jump(spins.lowering, gamma)
        Jump(lowering × gamma)
        >>> ls.Jump(ls.transition(3, 1, 3))
        Jump(|1⟩⟨3| × 1)
    """

    operator: ComplexArray
    amplitude: sp.Expr
    name: str

    def __init__(self, operator: OperatorLike, amplitude: sp.Expr | float = sp.Integer(1), name: str = "") -> None:
        object.__setattr__(self, "operator", as_matrix("operator", operator))
        object.__setattr__(self, "amplitude", as_expression("amplitude", amplitude))
        object.__setattr__(self, "name", _checked_name(name))

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        operator = written(self.operator).text
        operator = f"({operator})" if " + " in operator or " - " in operator else operator
        return f"Jump({operator} × {amplitude_text(self.amplitude)}{name})"

    @property
    def key(self) -> tuple[bytes, sp.Expr]:
        """What decides the physics of the jump."""
        return self.operator.tobytes(), self.amplitude

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Jump) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, repr=False)
class CollectiveJump:
    """A collective jump ``L = √N ℓ(u, t)`` with ``ℓ`` a complex expression in averages, quadratures, parameters.

    Example:
        >>> import largespin as ls
        >>> spins, kappa = ls.Spins(), ls.parameter("kappa", positive=True)
        >>> ls.CollectiveJump(kappa**0.5 * spins.average("z"))
        CollectiveJump(√N × kappa**0.5*m_z)
    """

    amplitude: sp.Expr
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amplitude", as_expression("amplitude", self.amplitude))
        _checked_name(self.name)

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"CollectiveJump(√N × {amplitude_text(self.amplitude)}{name})"


def _checked_name(name: object) -> str:
    if not isinstance(name, str):
        raise LargespinError(f"Argument `name` must be text, but it is a {type(name).__name__}.")
    return name

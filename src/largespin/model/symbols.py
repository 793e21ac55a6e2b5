"""SymPy symbols that know what they stand for: averages, local fields, quadratures and parameters.

A model is written as ordinary SymPy expressions in these symbols. Each symbol carries its meaning (`data`), so an
expression alone says which block averages, modes and parameters it depends on.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError, read_only, shown
from largespin.model.reserved import check_parameter_name

TIME = sp.Symbol("t", real=True)
time = TIME


@dataclass(frozen=True, eq=False)
class LinearForm:
    """The average ``s = Σ_k w_k e_k ⟨A⟩_k``: a Hermitian operator and one coefficient per block.

    Attributes:
        operator: Hermitian matrix ``A``, shape (d, d).
        coefficients: ``e_k``, shape (K,); all ones for the plain average.
        weights: ``w_k``, shape (K,).
        coefficient_name: how ``e_k`` is written in equations ("" when all are one).
    """

    operator: ComplexArray
    coefficients: FloatArray
    weights: FloatArray
    coefficient_name: str = ""

    def __post_init__(self) -> None:
        for array in (self.operator, self.coefficients, self.weights):
            read_only(array)

    @cached_property
    def key(self) -> str:
        """Digest of everything that decides the value; equal forms have equal keys."""
        digest = sha256(self.coefficient_name.encode())
        for array in (self.operator, self.coefficients, self.weights):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinearForm) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, eq=False)
class BlockForm:
    """A quantity that differs from block to block: ``Δ_k = c_k + Σ_p E_kp s_p``.

    Attributes:
        averages: the symbols ``s_p``.
        matrix: ``E``, shape (K, P).
        constants: ``c_k``, shape (K,).
        definition: the right-hand side as it is written in equations.
    """

    averages: "tuple[Average, ...]"
    matrix: FloatArray
    constants: FloatArray
    definition: str = ""

    def __post_init__(self) -> None:
        for array in (self.matrix, self.constants):
            read_only(array)

    @cached_property
    def key(self) -> str:
        """Digest of everything that decides the value."""
        digest = sha256("\0".join([self.definition, *(token(average) for average in self.averages)]).encode())
        digest.update(np.ascontiguousarray(self.matrix).tobytes())
        digest.update(np.ascontiguousarray(self.constants).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockForm) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class ModeQuadrature:
    """Which mode and which quadrature (``"q"`` or ``"p"``) of ``α = a/√N = (q + i p)/√2``."""

    mode: str
    quadrature: str


@dataclass(frozen=True)
class ParameterData:
    """What a parameter is called in Python, its default, and what it means."""

    key: str
    default: float | None = None
    unit: str = ""
    description: str = ""
    definition: sp.Expr | None = None


@dataclass(frozen=True)
class Family:
    """Membership of an indexed family, such as pattern overlaps ``o_μ`` or mode frequencies ``Ω_μ``."""

    name: str
    index: int


@dataclass(frozen=True)
class _Content:
    data: Any
    family: Family | None = None

    # SymPy orders symbols of one name by their content.
    def __lt__(self, other: Self) -> bool:
        return self.token < other.token

    def __gt__(self, other: Self) -> bool:
        return self.token > other.token

    @property
    def token(self) -> str:
        """The meaning as text."""
        meaning = repr(self.data)
        if isinstance(self.data, LinearForm | BlockForm):
            meaning = self.data.key
        elif isinstance(self.data, ParameterData) and self.data.definition is not None:
            meaning = f"{self.data.key} = {fingerprint(self.data.definition)}"
        return f"{meaning} {self.family}"


class Quantity(sp.Symbol):
    """A real SymPy symbol with meaning; two are equal only if name and meaning agree."""

    __slots__ = ("content",)
    content: _Content

    def __new__(cls, name: str, data: Any, family: Family | None = None, **assumptions: bool) -> Self:
        """A symbol `name` that stands for `data`; real unless the assumptions say otherwise."""
        if not isinstance(name, str) or not name:
            raise LargespinError(f"Argument `symbol` must be a name, but it is {shown(name)}.")
        assumptions.setdefault("real", True)
        cls._sanitize(assumptions, cls)
        # SymPy caches symbols by name; ours with one name and two meanings must stay apart.
        symbol = sp.Symbol.__xnew__(cls, name, **assumptions)
        symbol.content = _Content(data, family)
        return symbol

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, bool]]:
        return (self.name, self.content.data, self.content.family), self._assumptions_orig

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.content)

    @classmethod
    def class_key(cls) -> tuple[int, int, str]:
        """Sort among plain symbols, so that products print in their usual order."""
        return sp.Symbol.class_key()

    @property
    def data(self) -> Any:
        """What the symbol stands for."""
        return self.content.data

    @property
    def family(self) -> Family | None:
        """The indexed family the symbol belongs to, if any."""
        return self.content.family


def token(symbol: Quantity) -> str:
    """Text that two symbols share exactly if they are interchangeable: class, name, meaning and assumptions."""
    assumptions = sorted(symbol._assumptions_orig.items())
    return f"{type(symbol).__name__} {symbol.name} {symbol.content.token} {assumptions}"


def fingerprint(expression: sp.Expr) -> str:
    """Digest that two expressions share exactly if they are the same in interchangeable symbols."""
    # A digest, because a definition that stands in definitions would be quoted, and grow, once more in each of them.
    written = sp.srepr(expression.xreplace({s: sp.Symbol(token(s)) for s in expression.atoms(Quantity)}))
    return sha256(written.encode()).hexdigest()


class Average(Quantity):
    """The macroscopic average ``s = Σ_k w_k e_k ⟨A⟩_k`` (data: `LinearForm`)."""

    __slots__ = ()


class LocalField(Quantity):
    """A quantity ``Δ_k`` that differs from block to block (data: `BlockForm`); allowed in jump amplitudes."""

    __slots__ = ()


class Quadrature(Quantity):
    """``q`` or ``p`` of a mode (data: `ModeQuadrature`)."""

    __slots__ = ()


class Parameter(Quantity):
    """A named number that is given when a model is solved (data: `ParameterData`)."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """The keyword under which a value is given, such as ``temperature``."""
        return str(self.data.key)


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
        raise LargespinError(
            f"Argument `{name}` must be a number or a SymPy expression, but a {type(value).__name__} is neither."
        )
    if expression.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
        raise LargespinError(f"Argument `{name}` must be finite, but it is {expression}.")
    return expression


def parameter(
    key: str,
    *,
    symbol: str | None = None,
    default: float | None = None,
    positive: bool = False,
    nonnegative: bool = False,
    unit: str = "",
    description: str = "",
    family: Family | None = None,
) -> Parameter:
    """A named parameter of a model.

    Args:
        key: the keyword under which values are given, in full words.
        symbol: the letter in equations; the key itself if not given.
        default: value used when none is given.
        positive: refuse values that are not above zero.
        nonnegative: refuse values below zero.
        unit: unit shown in results and on axes.
        description: one line shown with the model.
        family: membership of an indexed family (``Ω_μ``).

    Returns:
        A SymPy symbol.

    Raises:
        LargespinError: if the key is no Python name, or one that an option of a call or a variable of results has.

    Example:
        >>> import largespin as ls
        >>> ls.parameter("temperature", symbol="T", positive=True)
        T
    """
    if not key.isidentifier():
        raise LargespinError(f"Argument `key` must be a Python name such as 'field', but it is {key!r}.")
    check_parameter_name(key)
    assumptions = {name: True for name, on in (("positive", positive), ("nonnegative", nonnegative)) if on}
    data = ParameterData(key, default, unit, description)
    return Parameter(symbol or key, data, family, **assumptions)


def parameters(keys: str) -> tuple[Parameter, ...]:
    """Several parameters at once, separated by spaces.

    Example:
        >>> import largespin as ls
        >>> Omega, beta = ls.parameters("Omega beta")
        >>> Omega * beta
        Omega*beta
    """
    return tuple(parameter(key) for key in keys.split())


def derived_parameter(symbol: str, definition: sp.Expr) -> Parameter:
    """An abbreviation such as ``β = 1/T``: kept in printed equations, replaced when the model is solved.

    Args:
        symbol: the letter in equations.
        definition: an expression in parameters, time and numbers.

    Raises:
        LargespinError: if the definition depends on anything else; derivatives would miss it.

    Example:
        >>> import largespin as ls
        >>> T = ls.parameter("temperature", symbol="T", positive=True)
        >>> beta = ls.derived_parameter("beta", 1 / T)
        >>> beta.data.definition
        1/T
    """
    meaning = as_expression("definition", definition)
    for used in sorted(meaning.free_symbols, key=str):
        if not isinstance(used, Parameter) and used != TIME:
            raise LargespinError(
                f"Argument `definition` must contain parameters, time and numbers only, but it contains `{used}`."
            )
    return Parameter(symbol, ParameterData(symbol, definition=meaning))


def resolve(expression: sp.Expr) -> sp.Expr:
    """`expression` with every abbreviation replaced by its definition."""
    replaced = expression
    while derived := [p for p in replaced.atoms(Parameter) if p.data.definition is not None]:
        replaced = replaced.xreplace({p: p.data.definition for p in derived})
    return replaced

"""What the particles are: their levels, their blocks with weights, and the averages one can form of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array, whole_number
from largespin.model.operators import (
    check_operator,
    component_names,
    expansion,
    is_hermitian,
    named_operators,
)
from largespin.model.symbols import Average, BlockForm, Family, LinearForm, LocalField


@runtime_checkable
class Blocks(Protocol):
    """Anything with block weights and pattern coefficients, such as `largespin.LargeSpins`."""

    @property
    def weights(self) -> FloatArray:
        """``w_k``, shape (K,)."""

    @property
    def coefficients(self) -> FloatArray:
        """``e_{μ,k}``, shape (M, K)."""


@dataclass(frozen=True, eq=False)
class Particles:
    """Identical particles with d levels in K blocks of share ``w_k = N_k/N``.

    Args:
        levels: number of levels ``d``.
        weights: ``w_k > 0``, shape (K,), summing to one.
        coefficients: pattern values ``e_{μ,k}``, shape (M, K); empty if there are no patterns.
        operators: further named d × d matrices; they become attributes.

    Named operators are attributes: ``spins.raising``, ``spins.x``; for d levels the generalised Gell-Mann matrices
    (``s12``, ``a12``, ``d1``, …) and whatever is given in `operators`.

    Example:
        >>> import numpy as np, largespin as ls
        >>> atoms = ls.Particles(3, weights=[0.25, 0.75], operators={"ladder": np.diag([1.0, 1.0], 1)})
        >>> atoms.number_of_blocks, atoms.ladder.shape
        (2, (3, 3))
    """

    levels: int
    weights: FloatArray = field(default_factory=lambda: np.ones(1))
    coefficients: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    operators: Mapping[str, npt.ArrayLike] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_number("levels", self.levels, 2)
        weights = finite_array("weights", self.weights, dimensions=1)
        if weights.size == 0 or np.any(weights <= 0):
            raise LargespinError("Argument `weights` must be above zero for every block; leave empty blocks out.")
        if abs(weights.sum() - 1.0) > 1e-9:
            raise LargespinError(f"Argument `weights` must sum to 1, but the sum is {weights.sum():.12g}.")
        coefficients = finite_array("coefficients", self.coefficients, dimensions=2)
        if coefficients.size == 0:
            coefficients = np.zeros((0, weights.size))
        if coefficients.shape[1] != weights.size:
            raise LargespinError(
                f"Argument `coefficients` must have one column per block ({weights.size}), "
                f"but its shape is {coefficients.shape}."
            )
        named = dict(named_operators(self.levels))
        for name, operator in self.operators.items():
            if not name.isidentifier() or name in named or name in {*Particles.__dataclass_fields__, *dir(Particles)}:
                raise LargespinError(
                    f"Argument `operators` must use free Python names, but {name!r} is taken or invalid."
                )
            named[name] = check_operator(f"operators[{name!r}]", operator, self.levels)
        for name, array in (("weights", weights), ("coefficients", coefficients)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "operators", MappingProxyType(named))

    def __getattr__(self, name: str) -> ComplexArray:
        operators = self.__dict__.get("operators", {})
        if name in operators and isinstance(operators, MappingProxyType):
            return operators[name]
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"There is no operator '{name}'; the named ones are {', '.join(operators)}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Particles) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "operators": dict(self.operators)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if name == "operators" else value)

    @property
    def key(self) -> tuple[int, bytes, bytes]:
        """What decides the physics of the particles."""
        return self.levels, self.weights.tobytes(), self.coefficients.tobytes()

    @property
    def number_of_blocks(self) -> int:
        """K."""
        return int(self.weights.size)

    @property
    def number_of_components(self) -> int:
        """d² − 1, the length of one Bloch vector."""
        return self.levels**2 - 1

    @property
    def component_names(self) -> tuple[str, ...]:
        """Names of the Bloch components: x, y, z for spin ½."""
        return component_names(self.levels)

    def operator(self, operator: str | npt.ArrayLike) -> ComplexArray:
        """The matrix of a named operator, or the given matrix after checks."""
        if isinstance(operator, str):
            if operator not in self.operators:
                raise LargespinError(
                    f"Argument `operator` must be one of {', '.join(self.operators)} or a matrix, "
                    f"but it is {operator!r}."
                )
            return np.asarray(self.operators[operator], dtype=np.complex128)
        return check_operator("operator", operator, self.levels)

    def average(
        self,
        operator: str | npt.ArrayLike,
        *,
        coefficients: npt.ArrayLike | None = None,
        symbol: str | None = None,
        coefficient_name: str | None = None,
        family: Family | None = None,
    ) -> sp.Expr:
        """The average ``Σ_k w_k e_k ⟨A⟩_k`` as a symbol (an expression if A is not Hermitian).

        Args:
            operator: a name such as ``"x"`` or a d × d matrix.
            coefficients: ``e_k``, shape (K,); all ones if not given.
            symbol: how the average is written; ``m_x`` for operator x. For an operator that is not Hermitian, the
                stem of its parts: ``s`` gives ``s_x``, ``s_y``, ….
            coefficient_name: how ``e_k`` is written in equations; ``c^{(symbol)}_{k}`` if not given.
            family: membership of an indexed family.

        Returns:
            A real symbol, or for a non-Hermitian operator its expansion in averages of the basis.

        Raises:
            LargespinError: unknown operator, wrong shape, or a matrix without a symbol.

        Example:
            >>> import largespin as ls
            >>> spins = ls.Spins()
            >>> spins.average("lowering")
            m_x/2 - I*m_y/2
        """
        matrix = self.operator(operator)
        if not is_hermitian(matrix):
            names = self.component_names
            scale = expansion(matrix)
            parts = [
                sp.nsimplify(complex(c), rational=False)
                * self.average(
                    n,
                    coefficients=coefficients,
                    symbol=f"{symbol}_{n}" if symbol else None,
                    coefficient_name=coefficient_name,
                )
                for n, c in zip(names, scale[1:], strict=True)
                if abs(c) > 1e-14 * np.abs(scale).max()
            ]
            total = (
                1.0
                if coefficients is None
                else float(np.dot(self.weights, self._form(matrix, coefficients, "").coefficients))
            )
            return sp.Add(sp.nsimplify(complex(scale[0] * total)), *parts)
        if symbol is None:
            if not isinstance(operator, str):
                raise LargespinError("Argument `symbol` must be given when `operator` is a matrix, but it is missing.")
            symbol = f"m_{operator}"
        form = self._form(matrix, coefficients, coefficient_name or f"c^{{({symbol})}}_{{k}}")
        return Average(symbol, form, family)

    def _form(self, matrix: ComplexArray, coefficients: npt.ArrayLike | None, name: str) -> LinearForm:
        if coefficients is None:
            return LinearForm(matrix, np.ones(self.number_of_blocks), self.weights)
        values = finite_array("coefficients", coefficients, dimensions=1)
        if values.size != self.number_of_blocks:
            raise LargespinError(
                f"Argument `coefficients` must have one entry per block ({self.number_of_blocks}), "
                f"but it has {values.size}."
            )
        return LinearForm(matrix, values, self.weights, "" if np.all(values == 1.0) else name)

    def block_average(self, block: int, operator: str, *, symbol: str | None = None) -> sp.Expr:
        """The average ``⟨A⟩_k`` over one block alone.

        Example:
            >>> import largespin as ls
            >>> ls.Particles(2, weights=[0.5, 0.5]).block_average(1, "z")
            m_1_z
        """
        whole_number("block", block, 0, self.number_of_blocks - 1)
        coefficients = np.zeros(self.number_of_blocks)
        coefficients[block] = 1.0 / self.weights[block]
        name = f"δ_{{k,{block}}}/w_{{k}}"
        return self.average(
            operator,
            coefficients=coefficients,
            symbol=symbol or f"m_{block}_{operator}",
            coefficient_name=name,
        )

    def overlaps(self, operator: str = "z", *, name: str = "o") -> tuple[Average, ...]:
        """The overlaps with the patterns, ``o_μ = Σ_k w_k e_{μ,k} ⟨A⟩_k``, one symbol per pattern.

        Example:
            >>> import largespin as ls
            >>> ls.Spins(ls.ideal_large_spins(3)).overlaps()
            (o_1, o_2, o_3)
        """
        if len(self.coefficients) == 0:
            raise LargespinError(
                "These particles have no patterns: give `coefficients` or make them with `large_spins`."
            )
        return tuple(
            Average(
                f"{name}_{mu}",
                LinearForm(self.operator(operator), row, self.weights, "e_{mu,k}"),
                Family(name, mu),
            )
            for mu, row in enumerate(self.coefficients, start=1)
        )

    def local_field(
        self,
        averages: Sequence[Average],
        *,
        matrix: npt.ArrayLike | None = None,
        matrix_name: str = "A",
        symbol: str = "Delta",
    ) -> LocalField:
        """The local field ``Δ_k = Σ_μν e_{μ,k} A_μν s_ν`` that block k feels from the averages `s`.

        Args:
            averages: the symbols ``s_ν``, as many as there are patterns.
            matrix: ``A``, shape (M, M), for instance the inverse correlation matrix of the projection rule;
                the identity (Hebb's rule) if not given.
            matrix_name: how ``A`` is written in equations.
            symbol: how Δ is written.

        Returns:
            A symbol for use in jump amplitudes.

        Source: F24 Eqs. 51–54 for A = 1.

        Example:
            >>> import largespin as ls
            >>> spins = ls.Spins(ls.ideal_large_spins(2))
            >>> spins.local_field(spins.overlaps())
            Delta
        """
        count = len(self.coefficients)
        if len(averages) != count or not all(isinstance(s, Average) for s in averages):
            raise LargespinError(
                f"Argument `averages` must be one average per pattern ({count}), but it is {averages}."
            )
        if matrix is None:
            mixing = np.eye(count)
            definition = _mixed(averages, "", "mu")
        else:
            mixing = finite_array("matrix", matrix, dimensions=2)
            if mixing.shape != (count, count):
                raise LargespinError(
                    f"Argument `matrix` must have shape {(count, count)}, but its shape is {mixing.shape}."
                )
            definition = _mixed(averages, f"{matrix_name}_", "nu")
        form = BlockForm(tuple(averages), self.coefficients.T @ mixing, np.zeros(self.number_of_blocks), definition)
        return LocalField(symbol, form)

    def per_block(self, values: npt.ArrayLike, *, symbol: str) -> LocalField:
        """A number that differs from block to block, for use in jump amplitudes.

        Example:
            >>> import largespin as ls
            >>> spins = ls.Particles(2, weights=[0.5, 0.5])
            >>> only_first = spins.per_block([1.0, 0.0], symbol="theta")
        """
        constants = finite_array("values", values, dimensions=1)
        if constants.size != self.number_of_blocks:
            raise LargespinError(
                f"Argument `values` must have one entry per block ({self.number_of_blocks}), but it has {constants.size}."
            )
        return LocalField(symbol, BlockForm((), np.zeros((constants.size, 0)), constants, f"{symbol}_{{k}} given"))


def _mixed(averages: Sequence[Average], matrix: str, letter: str) -> str:
    """How ``Δ_k = Σ_μν e_{μ,k} A_μν s_ν`` is written: with Σ for a family, term by term otherwise."""
    families = {s.family.name if s.family else None for s in averages}
    name = families.pop() if len(families) == 1 else None
    if name is not None:
        return (
            f"Σ_mu e_{{mu,k}} {name}_mu"
            if not matrix
            else f"Σ_mu,{letter} e_{{mu,k}} {matrix}{{mu,{letter}}} {name}_{letter}"
        )
    if not matrix:
        return " + ".join(f"e_{{{i},k}} {s.name}" for i, s in enumerate(averages, start=1))
    return " + ".join(f"Σ_mu e_{{mu,k}} {matrix}{{mu,{i}}} {s.name}" for i, s in enumerate(averages, start=1))


def Spins(blocks: Blocks | None = None) -> Particles:
    """Spin-½ particles, in the blocks of a large-spin mapping if one is given.

    Args:
        blocks: a `LargeSpins`, or anything with ``weights`` and ``coefficients``; one block if not given.

    Returns:
        `Particles` with two levels.

    Example:
        >>> import largespin as ls
        >>> ls.Spins(ls.ideal_large_spins(3)).number_of_blocks
        4
    """
    if blocks is None:
        return Particles(2)
    if not isinstance(blocks, Blocks):
        raise LargespinError(
            f"Argument `blocks` must have weights and coefficients, but {type(blocks).__name__} has not."
        )
    return Particles(2, weights=blocks.weights, coefficients=blocks.coefficients)

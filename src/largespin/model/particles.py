"""What the particles are: their levels, their blocks with weights, and the averages one can form of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Never

import numpy as np
import numpy.typing as npt
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array, read_only, whole_number
from largespin.model.exact_numbers import exact
from largespin.model.levels import Level, checked_level_names, level_index
from largespin.model.local_fields import checked_averages, local_field, per_block
from largespin.model.operator_names import particles_text
from largespin.model.operators import (
    OperatorLike,
    as_matrix,
    component_names,
    expansion,
    is_hermitian,
    named_operators,
    transition,
)
from largespin.model.symbols import Average, Family, LinearForm, LocalField


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Particles:
    """Identical particles with d levels in K blocks of share ``w_k = N_k/N``.

    Args:
        levels: number of levels ``d``.
        weights: ``w_k > 0``, shape (K,), summing to one.
        coefficients: pattern values ``e_{μ,k}``, shape (M, K); empty if there are no patterns.
        operators: further d × d matrices by name, for `operator` and `average`.
        level_names: what the levels are called, for instance ``("g", "e", "r")``; 1 … d if not given.

    Operators are called by name: the generalised Gell-Mann matrices ``s12``, ``a12``, ``d1``, … and the populations ``p1``, …
    of d levels (``sge``, ``age``, ``pg`` with names of levels; ``x``, ``y``, ``z``, ``raising``, … of spins ½), and whatever
    is given in `operators`.

    Example:
        >>> import numpy as np, largespin as ls
        >>> atoms = ls.Particles(3, weights=[0.25, 0.75], level_names=("g", "e", "r"))
        >>> atoms
        Particles(3 levels g, e, r; 2 blocks of weights 0.25, 0.75)
        >>> atoms.average("pe")
        m_pe
    """

    levels: int
    weights: FloatArray
    coefficients: FloatArray
    operators: Mapping[str, ComplexArray]
    level_names: tuple[str, ...]

    def __init__(
        self,
        levels: int,
        weights: npt.ArrayLike = (1.0,),
        coefficients: npt.ArrayLike = ((),),
        operators: Mapping[str, OperatorLike] = MappingProxyType({}),
        level_names: Sequence[str] = (),
    ) -> None:
        names = checked_level_names(level_names, levels)
        shares = _checked_weights(weights)
        named = {**named_operators(levels, names), **_checked_operators(operators, levels, names)}
        frozen: dict[str, Any] = {
            "levels": int(levels),
            "weights": read_only(shares),
            "coefficients": read_only(_checked_coefficients(coefficients, shares.size)),
            "operators": MappingProxyType(named),
            "level_names": names,
        }
        for name, value in frozen.items():
            object.__setattr__(self, name, value)

    if not TYPE_CHECKING:
        # It only says what there is instead; type checkers must not take it for a promise.
        def __getattr__(self, name: str) -> Never:
            operators = self.__dict__.get("operators", {})
            if name.startswith("__"):
                raise AttributeError(name)
            if name in operators:
                cure = " (`Spins` has them as attributes)" if self.levels == 2 else ""
                raise AttributeError(f"Operators of `Particles` are called by name: `operator('{name}')`{cure}.")
            public = [known for known in dir(type(self)) if not known.startswith("_")]
            near = get_close_matches(name, [*operators, *public], n=1)
            hint = f"; did you mean '{near[0]}'?" if near else "."
            raise AttributeError(f"There is no operator '{name}'; the named ones are {', '.join(operators)}{hint}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Particles) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return particles_text(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "operators": dict(self.operators)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if name == "operators" else value)

    @property
    def key(self) -> tuple[int, bytes, bytes, tuple[str, ...]]:
        """What decides the physics of the particles and what their results are called."""
        return self.levels, self.weights.tobytes(), self.coefficients.tobytes(), self.level_names

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
        return component_names(self.levels, self.level_names)

    def operator(self, operator: str | OperatorLike) -> ComplexArray:
        """The matrix of a named operator, or the given matrix after checks."""
        if not isinstance(operator, str):
            return as_matrix("operator", operator, self.levels)
        if operator not in self.operators:
            near = get_close_matches(operator, list(self.operators), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise LargespinError(
                f"Argument `operator` must be one of {', '.join(self.operators)} or a matrix, but it is {operator!r}{hint}"
            )
        return np.asarray(self.operators[operator], dtype=np.complex128)

    def transition(self, to: Level, source: Level) -> ComplexArray:
        """The operator ``|to⟩⟨source|``; levels by name, or by number from 1.

        Example:
            >>> import largespin as ls
            >>> atoms = ls.Particles(3, level_names=("g", "e", "r"))
            >>> ls.Jump(atoms.transition("g", "e"), 0.5)
            Jump(|1⟩⟨2| × 0.5)
        """
        after, before = (level_index(*level, self.level_names) for level in (("to", to), ("source", source)))
        return as_matrix("operator", transition(self.levels, after, before))

    def average(
        self,
        operator: str | OperatorLike,
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
            LargespinError: unknown operator, wrong shape, or a matrix without name and symbol.

        Example:
            >>> import largespin as ls
            >>> spins = ls.Spins()
            >>> spins.average("lowering")
            m_x/2 - I*m_y/2
        """
        matrix = self.operator(operator)
        if not is_hermitian(matrix):
            return self._average_of_parts(matrix, coefficients, symbol, coefficient_name)
        if symbol is None:
            names = (name for name, known in self.operators.items() if np.array_equal(known, matrix))
            known = operator if isinstance(operator, str) else next(names, None)
            if known is None:
                raise LargespinError(
                    "Argument `symbol` must be given when `operator` is a matrix without a name, but it is missing."
                )
            symbol = f"m_{known}"
        name = f"c^{{({symbol})}}_{{k}}" if coefficient_name is None else coefficient_name
        if not isinstance(name, str):
            raise LargespinError(f"Argument `coefficient_name` must be text, but it is a {type(name).__name__}.")
        form = self._form(matrix, coefficients, name)
        return Average(symbol, form, family)

    def _average_of_parts(
        self, matrix: ComplexArray, coefficients: npt.ArrayLike | None, symbol: str | None, coefficient_name: str | None
    ) -> sp.Expr:
        """The average of an operator that is not Hermitian: ``A_0 + Σ_a A_a ⟨v_a⟩``."""
        scale = expansion(matrix)
        total = 1.0
        if coefficients is not None:
            total = float(np.dot(self.weights, self._form(matrix, coefficients, "").coefficients))
        parts = [exact(scale[0] * total)]
        for name, c in zip(self.component_names, scale[1:], strict=True):
            # What is smaller is rounding of the trace.
            if abs(c) > 1e-14 * np.abs(scale).max():
                part = self.average(
                    name,
                    coefficients=coefficients,
                    symbol=f"{symbol}_{name}" if symbol else None,
                    coefficient_name=coefficient_name,
                )
                parts.append(exact(c) * part)
        return sp.Add(*parts)

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
            >>> ls.Spins(weights=[0.5, 0.5]).block_average(1, "z")
            m_1_z
        """
        whole_number("block", block, 0, self.number_of_blocks - 1)
        coefficients = np.zeros(self.number_of_blocks)
        coefficients[block] = 1.0 / self.weights[block]
        name = f"δ_{{k,{block}}}/w_{{k}}"
        return self.average(
            operator,
            coefficients=coefficients,
            symbol=f"m_{block}_{operator}" if symbol is None else symbol,
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
        checked = checked_averages(averages, len(self.coefficients))
        return local_field(self.coefficients, checked, matrix, matrix_name, symbol)

    def per_block(self, values: npt.ArrayLike, *, symbol: str) -> LocalField:
        """A number that differs from block to block, for use in jump amplitudes.

        Example:
            >>> import largespin as ls
            >>> spins = ls.Spins(weights=[0.5, 0.5])
            >>> only_first = spins.per_block([1.0, 0.0], symbol="theta")
        """
        return per_block(values, self.number_of_blocks, symbol)


def _checked_weights(given: npt.ArrayLike) -> FloatArray:
    weights = finite_array("weights", given, dimensions=1)
    if weights.size == 0 or np.any(weights <= 0):
        raise LargespinError("Argument `weights` must be above zero for every block; leave empty blocks out.")
    # Weights are ratios of numbers of particles, whose sum is one to rounding; 1e-9 also lets typed digits pass.
    if abs(weights.sum() - 1.0) > 1e-9:
        raise LargespinError(f"Argument `weights` must sum to 1, but the sum is {weights.sum():.12g}.")
    return weights


def _checked_coefficients(given: npt.ArrayLike, blocks: int) -> FloatArray:
    coefficients = finite_array("coefficients", given, dimensions=2)
    if coefficients.size == 0:
        coefficients = np.zeros((0, blocks))
    if coefficients.shape[1] != blocks:
        raise LargespinError(
            f"Argument `coefficients` must have one column per block ({blocks}), but its shape is {coefficients.shape}."
        )
    return coefficients


def _checked_operators(given: Any, levels: int, names: tuple[str, ...]) -> dict[str, ComplexArray]:
    if not isinstance(given, Mapping):
        raise LargespinError(
            f"Argument `operators` must be a mapping from names to matrices, but it is a {type(given).__name__}."
        )
    taken = named_operators(levels, names)
    for name in given:
        if not isinstance(name, str) or not name.isidentifier() or name in taken:
            raise LargespinError(f"Argument `operators` must use free Python names, but {name!r} is taken or invalid.")
    return {name: as_matrix(f"operators[{name!r}]", matrix, levels) for name, matrix in given.items()}

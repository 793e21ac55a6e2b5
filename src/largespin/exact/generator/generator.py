r"""The Lindblad generator of a model with N particles, term by term.

``ρ̇ = −i[N h, ρ] + Σ_k Σ_{i∈k} (L_i ρ L_i† − ½{L_i†L_i, ρ}) + Σ_ℓ (…)`` with ``L_i = j^(i) Γ(Δ_k)`` and ``L = √N ℓ``. A
function Γ(Δ) of diagonal averages multiplies kets from the left and bras from the right, so a local jump is the
single-particle superoperator after a diagonal scaling; no Clebsch–Gordan coefficients are needed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import sympy as sp
from scipy import sparse

from largespin.exact.space.operators import Coefficients, Operators, shift_symbol
from largespin.exact.space.space import Space
from largespin.exact.space.superoperators import Superoperator, conjugated
from largespin.model.symbols import Average, LocalField


@dataclass(frozen=True)
class Term:
    """``f(t) S``, one term of the generator; steady if there is no f.

    Attributes:
        superoperator: S, a map that keeps Hermitian elements Hermitian, or half of one.
        half: whether the Hermitian conjugate ``(S ρ†)†`` is to be added.
        function: f; None for a term that is constant in time.
        rebuilt: builds S anew for every time, where time and state do not factorise.
    """

    superoperator: Superoperator
    half: bool
    function: Callable[[float], float] | None = None
    rebuilt: Callable[[float], Superoperator] | None = None


class Generator:
    """The terms of the Liouvillian of `space` at given coefficients."""

    def __init__(self, space: Space, coefficients: Coefficients) -> None:
        self.space, self.coefficients = space, coefficients
        self.operators = Operators(space, coefficients)

    def terms(self) -> Iterator[Term]:
        """Every term; nothing is built yet."""
        yield from self._hamiltonian()
        for number, jump in enumerate(self.space.model.jumps, start=1):
            if jump.amplitude != 0 and np.any(jump.operator):
                yield from self._local_jump(f"amplitude of jump {jump.name or number}", jump)
        for number, collective in enumerate(self.space.model.collective_jumps, start=1):
            where = f"amplitude of collective jump {collective.name or number}"
            yield from self._collective_jump(where, collective.amplitude)

    def _hamiltonian(self) -> Iterator[Term]:
        energy = self.space.model.energy + self._motion()
        for coefficient, operator in self.operators.terms("energy", energy):
            yield from self._commutator(coefficient, operator)

    def _motion(self) -> sp.Expr:
        """``ṗ_0 q − q̇_0 p``: what a moving displacement adds to the energy."""
        extra = sp.Integer(0)
        for mode in self.space.model.modes:
            for quadrature, other, sign in ((mode.q, mode.p, 1), (mode.p, mode.q, -1)):
                if rate_symbol(other) in self.coefficients.shifts:
                    extra += sign * rate_symbol(other) * quadrature
        return extra

    def _commutator(self, coefficient: sp.Expr, operator: Superoperator) -> Iterator[Term]:
        """``−i N c(t) [A, ρ]`` for a real c and a Hermitian A."""
        base = (-1j * self.space.particles) * operator
        if self.coefficients.is_steady(coefficient):
            yield Term(self.coefficients.number(coefficient).real * base, half=True)
        else:
            yield Term(base, half=True, function=_real(self.coefficients.function(coefficient)))

    def _local_jump(self, where: str, jump: Any) -> Iterator[Term]:
        amplitude = self.coefficients.filled(jump.amplitude)
        time_factor, state_factor = amplitude.as_independent(Average, LocalField, as_Add=False)
        steady = self.coefficients.is_steady(state_factor)
        function = None
        if steady and not self.coefficients.is_steady(time_factor):
            rate = self.coefficients.function(time_factor)
            function = lambda t: abs(rate(t)) ** 2  # noqa: E731
        elif steady:
            state_factor = amplitude
        for block in range(len(self.space.counts)):
            for loss in (False, True):
                build = _LocalPart(self, where, jump.operator, state_factor if steady else amplitude, block, loss)
                first = build(0.0)
                yield Term(first, half=loss, function=function, rebuilt=None if steady else build)

    def _collective_jump(self, where: str, amplitude: sp.Expr) -> Iterator[Term]:
        # ℓ = Σ_r c_r O_r with Hermitian O_r; steady terms are summed first.
        found = self.operators.terms(where, amplitude)
        steady = [(c, o) for c, o in found if self.coefficients.is_steady(c)]
        moving = [(self.coefficients.function(c), o) for c, o in found if not self.coefficients.is_steady(c)]
        parts: list[tuple[Callable[[float], complex] | None, Superoperator, Superoperator]] = []
        if steady:
            numbers = [self.coefficients.number(c) for c, _ in steady]
            own = _sum(c * o for c, (_, o) in zip(numbers, steady, strict=True))
            adjoint = _sum(np.conj(c) * o for c, (_, o) in zip(numbers, steady, strict=True))
            parts.append((None, own, adjoint))
        parts += [(f, o, o) for f, o in moving]
        for (f, a, a_dagger), (g, b, b_dagger) in combinations_with_replacement(parts, 2):
            yield from self._pair(f, a, a_dagger, g, b, b_dagger)

    def _pair(self, f: Any, a: Any, a_dagger: Any, g: Any, b: Any, b_dagger: Any) -> Iterator[Term]:
        """Terms of ``f A ρ (g B)† + h.c. − ½{…}``; once if both are the same."""
        number = self.space.particles
        same = a is b
        gain = (0.5 * number if same else number) * (a @ b.conjugated(lambda: self.space.transposed))
        loss = (-0.5 * number) * (b_dagger @ a)
        terms = [gain, loss] if same else [gain, loss, (-0.5 * number) * (a_dagger @ b)]
        if f is None and g is None:
            yield from (Term(s, half=True) for s in terms)
            return
        left = f or (lambda t: 1.0)
        right = g or (lambda t: 1.0)
        # f g* multiplies A ρ B† and B†A; its conjugate multiplies A†B. Real and imaginary parts are terms of their own.
        for unit, part in ((1.0, np.real), (1j, np.imag)):
            if same and unit != 1.0:
                continue

            def function(t: float, part: Any = part) -> float:
                return float(part(left(t) * np.conj(right(t))))

            yield from (Term(unit * s, half=True, function=function) for s in terms[:2])
            yield from (Term(np.conj(unit) * s, half=True, function=function) for s in terms[2:])

    def steady_matrix(self, terms: list[Term]) -> sparse.csr_array:
        """The sum of the constant terms as one complex sparse matrix."""
        size = (self.space.size, self.space.size)
        total = sparse.csr_array(size, dtype=np.complex128)
        for half in (True, False):
            part = sparse.csr_array(size, dtype=np.complex128)
            for term in terms:
                if term.half == half and term.function is None and term.rebuilt is None:
                    part = part + term.superoperator.matrix()
            total = total + (part + conjugated(part, self.space.transposed) if half else part)
        self.space.forget()
        return total

    def full(self, term: Term, superoperator: Superoperator | None = None) -> sparse.csr_array:
        """The matrix of one term with its Hermitian conjugate, without its function of time."""
        matrix = (superoperator or term.superoperator).matrix()
        return matrix + conjugated(matrix, self.space.transposed) if term.half else matrix


@dataclass(frozen=True)
class _LocalPart:
    """Gain or loss of one local jump in one block as a function of time."""

    generator: Generator
    where: str
    jump: Any
    amplitude: sp.Expr
    block: int
    loss: bool

    def __call__(self, time: float) -> Superoperator:
        space, operators = self.generator.space, self.generator.operators
        fields = [s for s in self.amplitude.free_symbols if isinstance(s, Average | LocalField)]
        number = self.jump.conj().T @ self.jump
        base = space.left(self.block, number) if self.loss else space.derivation(self.block, self.jump)
        if not fields:
            rate = float(operators.function_values(self.where, self.amplitude, self.block, time)) ** 2
            return (-0.5 * rate if self.loss else rate) * base

        # The values are computed when the term is built: describing it must cost no memory.
        def build() -> sparse.csr_array:
            kets = operators.function_values(self.where, self.amplitude, self.block, time)
            if self.loss:
                return ((-0.5 + 0j) * base.scaled(before=kets, after=kets)).matrix()
            return base.scaled(before=kets * kets[space.transposed]).matrix()

        return Superoperator(base.moves, build)


def rate_symbol(quadrature: Any) -> sp.Symbol:
    """The symbol of the velocity of a quadrature's displacement."""
    return sp.Symbol(f"velocity of {shift_symbol(quadrature).name}", real=True)


def _real(function: Callable[[float], complex]) -> Callable[[float], float]:
    return lambda t: function(t).real


def _sum(terms: Any) -> Superoperator:
    first, *others = list(terms)
    for other in others:
        first = first + other
    return first

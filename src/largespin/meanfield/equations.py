"""The mean-field equations of a model as a paper would print them: indices k (block) and μ (pattern, mode)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.collect import coefficient, collected
from largespin.meanfield.derive import MeanField, mean_field
from largespin.meanfield.typeset import Term, latex_sum, text_sum
from largespin.model.exact_numbers import exact
from largespin.model.mode import Mode
from largespin.model.model import Model
from largespin.model.operators import structure_constants
from largespin.model.symbols import Average, Family, LocalField, Parameter, Quantity, parameter


@dataclass(frozen=True)
class Equation:
    """One line: a left-hand side and a sum of terms.

    Attributes:
        text_left, latex_left: the left-hand side in both notations.
        terms: the right-hand side.
    """

    text_left: str
    latex_left: str
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return f"{self.text_left} = {text_sum(self.terms)}"

    def latex(self) -> str:
        """The line as LaTeX, aligned at the equals sign."""
        return f"{self.latex_left} &= {latex_sum(self.terms)}"


@dataclass(frozen=True)
class Equations:
    """Mean-field equations for reading; `str` gives text, `latex` LaTeX, and a notebook renders them.

    Attributes:
        dynamics: the equations of motion.
        definitions: the abbreviations in them.
    """

    dynamics: tuple[Equation, ...]
    definitions: tuple[Equation, ...]

    def __str__(self) -> str:
        lines = [str(equation) for equation in self.dynamics]
        if self.definitions:
            lines += ["where", *(f"  {equation}" for equation in self.definitions)]
        return "\n".join(lines)

    __repr__ = __str__

    def latex(self) -> str:
        r"""All lines in one ``aligned`` environment."""
        rows = [equation.latex() for equation in (*self.dynamics, *self.definitions)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def equations(model: Model) -> Equations:
    r"""The mean-field equations of `model` in the notation of the papers.

    Args:
        model: the model.

    Returns:
        `Equations`, to print or to typeset.

    Raises:
        LargespinError: what is no model.

    Sources: F24 (B.1) for the Hopfield network, CL21 Eq. 7 for Dicke models (with ``α = α^CL/√K``, ``g_0 = √K g``).

    Example:
        >>> import largespin as ls
        >>> print(ls.equations(ls.models.hopfield(ls.ideal_large_spins(2))))
        dm_{k,x}/dt = -1/2 cosh(β ΔE_k) m_{k,x}
        dm_{k,y}/dt = -2 Ω m_{k,z} - 1/2 cosh(β ΔE_k) m_{k,y}
        dm_{k,z}/dt = 2 Ω m_{k,y} - cosh(β ΔE_k) m_{k,z} + sinh(β ΔE_k)
        where
          ΔE_k = Σ_μ e_{μ,k} o_μ
          o_μ = Σ_k w_k e_{μ,k} m_{k,z}
          β = 1/T
    """
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `model` must be a Model, but it is a {type(model).__name__}.")
    writer = _Writer(mean_field(model))
    return Equations(writer.dynamics, writer.definitions)


class _Writer:
    """Writes one model; `index` is dropped when there is a single block without patterns."""

    def __init__(self, derived: MeanField) -> None:
        self.derived = derived
        particles = derived.model.particles
        self.index = "k," if particles.number_of_blocks > 1 or len(particles.coefficients) else ""
        self.components = [sp.Symbol(_component(self.index, name)) for name in particles.component_names]
        self.rows = {s: _exact_row(row) for s, row in zip(derived.averages, derived.operators, strict=True)}
        # In a single block the average m_x is the component m_x; as one symbol, their products are powers.
        self.same = {} if self.index else {s: c for s in derived.averages if (c := self._same_component(s)) is not None}
        self.forces = {s: f.xreplace(self.same) for s, f in zip(derived.averages, derived.forces, strict=True)}

    def _same_component(self, average: Average) -> sp.Symbol | None:
        """The component that an average is, if it is one and is called like it."""
        content, names = self._content(average), self.derived.model.particles.component_names
        for symbol, name in zip(self.components, names, strict=True):
            if content == symbol and average.name == f"m_{name}":
                return symbol
        return None

    def _content(self, average: Average) -> sp.Expr:
        """``⟨A⟩_k = A_0 + Σ_a A_a m_{k,a}``."""
        row = self.rows[average]
        return sp.Add(row[0], *(c * m for c, m in zip(row[1:], self.components, strict=True)))

    @cached_property
    def dynamics(self) -> tuple[Equation, ...]:
        field = self._effective_field()
        lines = []
        for a, symbol in enumerate(self.components):
            terms = collected([*self._turning(a, field), *self._drift(a)])
            lines.append(Equation(f"d{symbol.name}/dt", rf"\dot{{m}}{_subscript(symbol.name)}", terms))
        return (*lines, *self._mode_lines())

    def _effective_field(self) -> list[list[Term]]:
        """``B_{k,b}`` as terms, sums over a family written with Σ_μ."""
        result: list[list[Term]] = [[] for _ in self.components]
        for group in _groups(self.derived.averages):
            forces = [self.forces[s] for s in group]
            if any(force != 0 for force in forces):
                for b in range(len(self.components)):
                    result[b] += self._group_terms(group, forces, [self.rows[s][b + 1] for s in group])
        # Multiplied out here once, not in every line.
        return [list(collected(terms)) for terms in result]

    def _group_terms(self, group: tuple[Average, ...], forces: list[sp.Expr], scale: list[sp.Expr]) -> list[Term]:
        if all(s == 0 for s in scale):
            return []
        generic = {_generic(force, s.family) for force, s in zip(forces, group, strict=True)}
        name = group[0].data.coefficient_name
        whole = len(group) == len(self.derived.model.particles.coefficients)
        if group[0].family is not None and whole and len(generic) == 1 and len(set(scale)) == 1:
            force = generic.pop()
            value = sp.factor_terms(_in_amplitudes(force, self.derived.model))
            number, rest = value.as_independent(*_indexed(value), as_Add=False)
            return [Term(scale[0] * number, sum_over="mu", sum_of=(sp.Symbol(name), rest))]
        terms = []
        for s, force, factor in zip(group, forces, scale, strict=True):
            label = name.replace("mu", str(s.family.index)) if s.family else name
            value = _in_amplitudes(force, self.derived.model) * factor
            terms.append(Term(value * (sp.Symbol(label) if label else 1)))
        return [term for term in terms if term.factor != 0]

    def _turning(self, a: int, field: list[list[Term]]) -> list[Term]:
        constants = structure_constants(self.derived.model.particles.levels)
        terms = []
        for b, c in zip(*np.nonzero(constants[a]), strict=True):
            scale = exact(constants[a, b, c])
            terms += [term.times(scale * self._blockwise(sp.Integer(1)), self.components[c]) for term in field[b]]
        return terms

    def _drift(self, a: int) -> list[Term]:
        terms = []
        for entry in sorted(self.derived.drift, key=lambda e: e.source == 0):
            if entry.component == a:
                rate = self._blockwise(_with_fractions(self.derived.rates[entry.rate])) * exact(entry.factor)
                terms.append(Term(rate, times_symbol=self.components[entry.source - 1] if entry.source else None))
        return terms

    def _blockwise(self, expression: sp.Expr) -> sp.Expr:
        """Local fields carry the block index; averages of a single block are its components."""
        fields = {s: sp.Symbol(f"{s.name}_k") for s in expression.free_symbols if isinstance(s, LocalField)}
        return expression.xreplace(fields if self.index else self.same)

    def _mode_lines(self) -> list[Equation]:
        model = self.derived.model
        lines: dict[Mode, sp.Expr] = {}
        for mode, (q_rate, p_rate) in zip(model.modes, self.derived.mode_rates, strict=True):
            velocity = _in_amplitudes((q_rate + sp.I * p_rate).xreplace(self.same) / sp.sqrt(2), model)
            lines[mode] = _generic(velocity, mode.family)
        first = next(iter(lines), None)
        if first is not None and first.family is not None and len(set(lines.values())) == 1:
            return [_mode_line(_amplitude(_stem(first.name), "mu"), lines[first])]
        return [
            _mode_line(
                _amplitude(*_split(mode.name)), _in_amplitudes((q + sp.I * p).xreplace(self.same) / sp.sqrt(2), model)
            )
            for mode, (q, p) in zip(model.modes, self.derived.mode_rates, strict=True)
        ]

    @cached_property
    def definitions(self) -> tuple[Equation, ...]:
        """Local fields, averages and abbreviations that the equations use."""
        derived = self.derived
        used: set[sp.Symbol] = set().union(*(f.free_symbols for f in (*derived.forces, *derived.rates)), set())
        used |= set().union(*(x.free_symbols for pair in derived.mode_rates for x in pair), set())
        lines: list[Equation | None] = []
        for symbol in sorted((s for s in used if isinstance(s, LocalField)), key=str):
            right = Term(sp.Integer(1), literal=symbol.data.definition)
            lines.append(_definition(sp.Symbol(f"{symbol.name}_k"), right))
            used |= set(symbol.data.averages)
        for group in _groups(tuple(s for s in derived.averages if s in used)):
            lines.append(self._average_line(group))
        for symbol in sorted((s for s in used if isinstance(s, Parameter) and s.data.definition is not None), key=str):
            lines.append(_definition(symbol, Term(symbol.data.definition)))
        return tuple(line for line in lines if line is not None)

    def _average_line(self, group: tuple[Average, ...]) -> Equation | None:
        first = group[0]
        content = self._content(first)
        name = sp.Symbol(f"{first.family.name}_mu" if first.family else first.name)
        if not self.index:
            return None if first in self.same else _definition(name, Term(content))
        label = first.data.coefficient_name
        weight = (sp.Symbol("w_k"), sp.Symbol(label)) if label else (sp.Symbol("w_k"),)
        return _definition(name, Term(sp.Integer(1), sum_over="k", sum_of=(*weight, content)))


def _definition(name: sp.Symbol, right: Term) -> Equation:
    left = Term(name)
    return Equation(left.text(), left.latex(), (right,))


def _groups(averages: tuple[Average, ...]) -> list[tuple[Average, ...]]:
    """Averages of one family together, others alone."""
    groups: dict[object, list[Average]] = {}
    for s in averages:
        groups.setdefault((s.family.name, s.data.coefficient_name) if s.family else s, []).append(s)
    return [tuple(group) for group in groups.values()]


def _generic(expression: sp.Expr, family: Family | None) -> sp.Expr:
    """`expression` with every symbol of index `family.index` written with μ."""
    if family is None:
        return expression
    names = {}
    for s in expression.free_symbols:
        own = s.family if isinstance(s, Quantity) else _amplitude_family(s)
        if own is not None and own.index == family.index:
            name = _with_mu(s.name)
            names[s] = parameter(name) if isinstance(s, Parameter) else sp.Symbol(name)
    return expression.xreplace(names)


def _with_mu(name: str) -> str:
    star = "*" if name.endswith("*") else ""
    return name.rstrip("*").rpartition("_")[0] + "_mu" + star


def _amplitude_family(symbol: sp.Symbol) -> Family | None:
    stem, _, index = symbol.name.rstrip("*").rpartition("_")
    return Family(stem, int(index)) if stem == "alpha" and index.isdigit() else None


def _in_amplitudes(expression: sp.Expr, model: Model) -> sp.Expr:
    """Quadratures replaced by ``α`` and ``α*``; generic quadratures (index μ) too."""
    replaced = sp.sympify(expression)
    names = [(mode.q, mode.p, *_split(mode.name)) for mode in model.modes]
    stems = {_stem(mode.name) for mode in model.modes}
    names += [(sp.Symbol(f"q_{stem}_mu"), sp.Symbol(f"p_{stem}_mu"), stem, "mu") for stem in stems]
    for q, p, stem, index in names:
        alpha = _amplitude(stem, index)
        star = sp.Symbol(f"{alpha.name}*")
        replaced = replaced.xreplace({q: (alpha + star) / sp.sqrt(2), p: (alpha - star) / (sp.sqrt(2) * sp.I)})
    if replaced == expression:
        return replaced
    return sp.expand(replaced)


def _indexed(value: sp.Expr) -> list[sp.Symbol]:
    """The symbols that carry μ and so must stay under the sum."""
    return [s for s in value.free_symbols if s.name.rstrip("*").endswith("_mu")]


def _amplitude(stem: str, index: str) -> sp.Symbol:
    name = "alpha" if stem == "a" else stem
    return sp.Symbol(f"{name}_{index}" if index else name)


def _split(name: str) -> tuple[str, str]:
    stem, _, index = name.rpartition("_")
    return (stem, index) if index.isdigit() else (name, "")


def _stem(name: str) -> str:
    return _split(name)[0]


def _mode_line(alpha: sp.Symbol, velocity: sp.Expr) -> Equation:
    star = sp.Symbol(f"{alpha.name}*")
    found = sp.collect(sp.expand(velocity), [alpha, star], evaluate=False)
    linear = {symbol: coefficient([found.pop(symbol)]) for symbol in (alpha, star) if symbol in found}
    terms = [Term(factor, times_symbol=symbol) for symbol, factor in linear.items() if factor != 0]
    terms += collected([Term(sp.expand(power * factor)) for power, factor in found.items()])
    left = Term(alpha)
    return Equation(
        f"d{left.text()}/dt", rf"\dot{{{left.latex().partition('_')[0]}}}{_subscript(left.latex())}", tuple(terms)
    )


def _subscript(name: str) -> str:
    _, separator, tail = name.partition("_")
    if not separator:
        return ""
    return "_" + (tail if tail.startswith("{") else f"{{{tail}}}")


def _component(index: str, name: str) -> str:
    """The component called `name`, with the index k of its block if there is one: m_x, m_{k,x}, m_{s,up,down}."""
    inside = index + name.replace("_", ",")
    return f"m_{{{inside}}}" if "," in inside else f"m_{inside}"


def _exact_row(row: FloatArray) -> list[sp.Expr]:
    """The coefficients of an average without the rounding of the traces they come from."""
    smallest = 1e-14 * float(np.abs(row).max())
    return [exact(c) if abs(c) > smallest else sp.Integer(0) for c in row]


def _with_fractions(rate: sp.Expr) -> sp.Expr:
    """A combination of rates with 1/2 where the derivation found 0.5."""
    return rate.xreplace({x: exact(float(x)) for x in rate.atoms(sp.Float)})

"""The one definition from which every level of description follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.checks import averages_of, check_names, check_symbols, checked_amplitude, real_part
from largespin.model.jumps import CollectiveJump, Jump
from largespin.model.mode import Mode
from largespin.model.operator_names import jump_lines
from largespin.model.operators import as_matrix
from largespin.model.particles import Particles
from largespin.model.start import StateLike, given, parts_of
from largespin.model.state import State
from largespin.model.symbols import (
    Average,
    LocalField,
    Parameter,
    Quadrature,
    Quantity,
    as_expression,
    fingerprint,
    resolve,
)


@dataclass(frozen=True, eq=False)
class Model:
    """A collective open quantum system: ``H = N h(u, t)``, ``L_i = j^(i) Γ(Δ_k)``, ``L = √N ℓ(u, t)``.

    Args:
        particles: what the particles are (`Particles`, `Spins`).
        energy: ``h``, energy per particle: a real SymPy expression in averages, quadratures, parameters and time.
        jumps: local jumps (`Jump`) of every particle.
        collective_jumps: jumps (`CollectiveJump`) of the whole system, such as ``mode.loss(kappa)``.
        modes: the bosonic modes (`Mode`).
        name: what the model is called in results.

    Raises:
        LargespinError: energy not real, unknown symbols, matrices of the wrong size, amplitudes that are not real,
            not finite or not a function of one linear combination of averages.

    Example:
        >>> import largespin as ls
        >>> spins, Omega = ls.Spins(), ls.parameter("field", symbol="Omega")
        >>> model = ls.Model(spins, energy=Omega * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
        >>> list(model.parameters)
        ['field']
    """

    particles: Particles
    energy: sp.Expr = sp.Integer(0)
    jumps: Sequence[Jump] = ()
    collective_jumps: Sequence[CollectiveJump] = ()
    modes: Sequence[Mode] = ()
    name: str = "model"

    def __post_init__(self) -> None:
        if not isinstance(self.particles, Particles):
            raise LargespinError(
                f"Argument `particles` must be Particles or Spins, but it is a {type(self.particles).__name__}."
            )
        for field, kind in (("jumps", Jump), ("collective_jumps", CollectiveJump), ("modes", Mode)):
            object.__setattr__(self, field, _tuple_of(field, getattr(self, field), kind))
        names = [mode.name for mode in self.modes]
        if len(set(names)) < len(names):
            raise LargespinError(f"Argument `modes` must have different names, but they are {', '.join(names)}.")
        object.__setattr__(self, "energy", self._checked_energy())
        jumps = []
        for number, jump in enumerate(self.jumps, start=1):
            label = f"amplitude of jump {jump.name or number}"
            as_matrix(f"operator of jump {jump.name or number}", jump.operator, self.particles.levels)
            check_symbols(label, jump.amplitude, self.particles, self.modes, (Average, LocalField))
            jumps.append(replace(jump, amplitude=checked_amplitude(label, jump.amplitude)))
        object.__setattr__(self, "jumps", tuple(jumps))
        for number, collective in enumerate(self.collective_jumps, start=1):
            label = f"amplitude of collective jump {collective.name or number}"
            check_symbols(label, collective.amplitude, self.particles, self.modes, (Average, Quadrature))
        check_names(self.symbols)

    def _checked_energy(self) -> sp.Expr:
        energy = as_expression("energy", self.energy)
        check_symbols("energy", energy, self.particles, self.modes, (Average, Quadrature))
        return real_part("energy", energy)

    @cached_property
    def symbols(self) -> tuple[Quantity, ...]:
        """Every symbol with meaning that occurs, sorted by name."""
        found: set[Quantity] = set()
        for expression in self._expressions():
            for symbol in expression.free_symbols | resolve(expression).free_symbols:
                if isinstance(symbol, Quantity):
                    found |= {symbol, *averages_of(symbol)}
        return tuple(sorted(found, key=lambda s: _natural(s.name)))

    def _expressions(self) -> Iterable[sp.Expr]:
        yield self.energy
        yield from (jump.amplitude for jump in self.jumps)
        yield from (jump.amplitude for jump in self.collective_jumps)

    @property
    def averages(self) -> tuple[Average, ...]:
        """The linear forms through which the model depends on the particles."""
        return tuple(s for s in self.symbols if isinstance(s, Average))

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by the keyword under which their values are given."""
        given = [s for s in self.symbols if isinstance(s, Parameter) and s.data.definition is None]
        return MappingProxyType({p.key: p for p in given})

    def parameter_index(self, name: str) -> int:
        """The place of a parameter in every numeric parameter vector."""
        return list(self.parameters).index(name)

    @property
    def number_of_variables(self) -> int:
        """``K (d² − 1) + 2M``."""
        return self.particles.number_of_blocks * self.particles.number_of_components + 2 * len(self.modes)

    @property
    def variable_names(self) -> list[str]:
        """Names of the components of u: ``block 0 x``, …, ``a q``, ``a p``."""
        components = self.particles.component_names
        particles = [f"block {k} {a}" for k in range(self.particles.number_of_blocks) for a in components]
        return [*particles, *(f"{mode.name} {x}" for mode in self.modes for x in ("q", "p"))]

    @property
    def has_local_jumps(self) -> bool:
        """Whether anything acts incoherently on single particles."""
        return any(jump.amplitude != 0 and np.any(jump.operator) for jump in self.jumps)

    @cached_property
    def key(self) -> str:
        """Digest of the definition without names of model and jumps; equal models have equal keys."""
        parts = [repr(self.particles.key), repr([(mode.name, mode.family) for mode in self.modes])]
        parts += [jump.operator.tobytes().hex() for jump in self.jumps]
        parts += [fingerprint(expression) for expression in self._expressions()]
        return sha256("\0".join(parts).encode()).hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        # What is computed from the definition is left out; mapping proxies cannot be pickled.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def state(
        self,
        start: StateLike,
        modes: npt.ArrayLike | None = None,
        *,
        dims: tuple[str, ...] | None = None,
    ) -> State:
        """A checked state: Bloch vectors, density matrices or kets of the blocks, and mode amplitudes.

        Args:
            start: Bloch vectors (…, K, d²−1), density matrices (…, K, d, d), kets (d) or (…, K, d, 1), or one of them for
                all blocks; objects of QuTiP; a `State`; a row of a result, which brings its modes.
            modes: complex amplitudes ``α_μ = ⟨a_μ⟩/√N``, shape (…, M), or one for all; 0 is the vacuum. Needed for a model
                with modes where `start` brings none.
            dims: names of the leading ensemble axes; ``("start",)`` for one axis.

        Returns:
            `State`.

        Raises:
            LargespinError: wrong shapes, NaN, something that is no density matrix, or modes that nobody gave.

        Example:
            >>> import largespin as ls
            >>> model = ls.models.hopfield(ls.ideal_large_spins(2))
            >>> model.state([0.0, 0.0, 1.0]).vector
            array([0., 0., 1., 0., 0., 1.])
            >>> ls.models.dicke(ls.ideal_large_spins(1)).state([0.0, 0.0, 1.0], modes=0.5j).amplitudes
            array([0.+0.5j])
        """
        if modes is None and dims is None:
            if isinstance(start, State) and self._fits(start):
                return start
            return given(self, start).state
        parts = parts_of(self, start, "start")
        if modes is not None:
            parts = replace(parts, amplitudes=self._amplitudes(modes))
        if parts.amplitudes is None:
            parts = replace(parts, amplitudes=given(self, start).state.amplitudes)
        return replace(parts, dims=parts.dims if dims is None else dims).state("start")

    def _fits(self, state: State) -> bool:
        own = (self.particles.number_of_blocks, self.particles.number_of_components)
        named = len(state.dims) == state.bloch.ndim - 2
        return named and state.bloch.shape[-2:] == own and state.amplitudes.shape[-1] == len(self.modes)

    def _amplitudes(self, modes: npt.ArrayLike) -> ComplexArray:
        """Checked amplitudes (…, M)."""
        try:
            amplitudes = np.asarray(modes, dtype=np.complex128)
        except (TypeError, ValueError) as error:
            raise LargespinError(f"Argument `modes` must be complex numbers, but {modes!r} is not.") from error
        if amplitudes.ndim == 0:
            amplitudes = np.full(len(self.modes), amplitudes)
        if amplitudes.shape[-1] != len(self.modes) or not np.all(np.isfinite(amplitudes)):
            raise LargespinError(
                f"Argument `modes` must be finite and end in an axis of {len(self.modes)} amplitudes, "
                f"but its shape is {amplitudes.shape}."
            )
        return amplitudes

    def state_from_vector(self, vector: npt.ArrayLike, dims: tuple[str, ...] = ()) -> State:
        """The `State` behind the real vector u of shape (…, K·D + 2M); not checked for positivity."""
        bloch, pairs = self.split(np.asarray(vector, dtype=np.float64))
        quadratures = pairs.reshape(*pairs.shape[:-1], len(self.modes), 2)
        amplitudes = (quadratures[..., 0] + 1j * quadratures[..., 1]) / np.sqrt(2.0)
        return State(bloch, amplitudes, dims)

    def split(self, vector: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The Bloch vectors (…, K, d²−1) and quadratures (…, 2M) in the real vector u of shape (…, n)."""
        blocks, components = self.particles.number_of_blocks, self.particles.number_of_components
        size = blocks * components
        return vector[..., :size].reshape(*vector.shape[:-1], blocks, components), vector[..., size:]

    @cached_property
    def text(self) -> str:
        """The definition as text: energy, jumps and parameters."""
        lines = [
            f"{self.name}: {self.particles.number_of_blocks} block(s) of {self.particles.levels}-level particles, "
            f"{len(self.modes)} mode(s)",
            f"  energy per particle: {self.energy}",
        ]
        lines += [f"  {text}" for text, _ in jump_lines(self.jumps, self.particles)]
        lines += [f"  collective jump: √N × {jump.amplitude}" for jump in self.collective_jumps]
        if self.parameters:
            lines.append("  parameters: " + ", ".join(_described(p) for p in self.parameters.values()))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def latex(self) -> str:
        """The definition as LaTeX: energy and jumps."""
        rows = [rf"h &= {sp.latex(self.energy)}"]
        rows += [f"L_i &= {latex}" for _, latex in jump_lines(self.jumps, self.particles)]
        rows += [rf"L &= \sqrt{{N}}\, {sp.latex(jump.amplitude)}" for jump in self.collective_jumps]
        return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def check_model(model: Any) -> None:
    """Refuse what is no model."""
    if not isinstance(model, Model):
        raise LargespinError(f"Argument `model` must be a Model, but it is a {type(model).__name__}.")


def _described(parameter: Parameter) -> str:
    default = "" if parameter.data.default is None else f" = {parameter.data.default:g}"
    symbol = "" if parameter.name == parameter.key else f" ({parameter.name})"
    return f"{parameter.key}{symbol}{default}"


def _tuple_of(field: str, value: Any, kind: type) -> tuple[Any, ...]:
    items = tuple(value) if isinstance(value, Iterable) else (value,)
    for item in items:
        if not isinstance(item, kind):
            raise LargespinError(
                f"Argument `{field}` must contain `{kind.__name__}` objects only, but one is a {type(item).__name__}."
            )
    return items


def _natural(name: str) -> tuple[str, int]:
    """Sort key that puts o_2 before o_10."""
    stem, _, tail = name.rpartition("_")
    return (stem, int(tail)) if tail.isdigit() else (name, 0)

"""Random models, written twice: for the library, and as a plain recipe for brute force in the full space."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from hypothesis import Phase, settings
from hypothesis import strategies as st

import largespin as ls

Matrix = Any


@dataclass(frozen=True, eq=False)
class LocalJump:
    """``j Γ(Δ_k)``: Γ(Δ) = 1 ("constant"), 1 + slope·Δ ("linear") or exp(slope·Δ) ("exponential"), times `size`."""

    operator: Matrix
    kind: str
    size: float
    slope: float


@dataclass(frozen=True, eq=False)
class Recipe:
    """A model in plain numbers.

    Attributes:
        levels, weights: d and w_k.
        averages: pairs (A, e_k) of a Hermitian matrix and block coefficients.
        energy: monomials (coefficient, indices of averages, powers of q and p).
        patterns: e_{μk}; Δ_k = Σ_μ e_{μk} o_μ + threshold_k with o_μ the overlaps of `diagonal`.
        jumps: local jumps.
        collective: per jump the complex coefficients of (averages…, q, p).
        has_mode: whether there is a mode.
        bloch_states: one density matrix per block; `amplitude` of the mode.
    """

    levels: int
    weights: Any
    averages: tuple[tuple[Matrix, Any], ...]
    energy: tuple[tuple[float, tuple[int, ...], tuple[int, int]], ...]
    patterns: Any
    threshold: Any
    diagonal: Matrix
    jumps: tuple[LocalJump, ...]
    collective: tuple[Any, ...]
    has_mode: bool
    density_matrices: Any
    amplitude: complex

    @property
    def is_polynomial(self) -> bool:
        return all(jump.kind != "exponential" for jump in self.jumps)


def _hermitian(generator: np.random.Generator, levels: int) -> Matrix:
    matrix = generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))
    return (matrix + matrix.conj().T) / 2


def recipe(
    seed: int, *, levels: int = 2, blocks: int = 2, mode: bool = False, kind: str = "linear", degree: int = 3
) -> Recipe:
    """A random recipe with every ingredient."""
    generator = np.random.default_rng(seed)
    weights = np.array([1.0])
    if blocks == 2:
        weights = np.array([1 / 3, 2 / 3]) if levels == 2 else np.array([0.5, 0.5])
    averages = tuple((_hermitian(generator, levels), generator.normal(size=blocks)) for _ in range(2))
    energy: list[tuple[float, tuple[int, ...], tuple[int, int]]] = []
    for power in range(1, degree + 1):
        chosen = tuple(int(i) for i in generator.integers(0, 2, size=power))
        energy.append((0.6 * generator.normal(), chosen, (0, 0)))
    collective = [0.5 * (generator.normal(size=4) + 1j * generator.normal(size=4))]
    if mode:
        energy += [(0.7, (), (2, 0)), (0.5, (), (0, 2)), (0.6 * generator.normal(), (0,), (1, 0))]
        energy += [(0.4 * generator.normal(), (1,), (0, 2))]
        collective.append(np.array([0.0, 0.0, 1.0, 1.0j]) * 0.6)
    else:
        collective[0][2:] = 0.0
    jumps = tuple(
        LocalJump(
            generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels)),
            kind if number == 0 else "constant",
            0.4,
            0.15 if kind == "exponential" else 0.3,
        )
        for number in range(2)
    )
    matrices = []
    for _ in range(blocks):
        root = generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))
        matrices.append(root @ root.conj().T / np.trace(root @ root.conj().T))
    return Recipe(
        levels,
        weights,
        averages,
        tuple(energy),
        generator.normal(size=(2, blocks)),
        0.3 * generator.normal(size=blocks),
        np.diag(generator.normal(size=levels)).astype(complex),
        jumps,
        tuple(collective),
        mode,
        np.array(matrices),
        complex(0.3 * generator.normal(), 0.3 * generator.normal()) if mode else 0.0,
    )


def library_model(plan: Recipe, *, driven: bool = False) -> ls.Model:
    """The recipe through the public API; `driven` adds a time dependence to energy and rates."""
    particles = ls.Particles(
        plan.levels, weights=plan.weights, coefficients=plan.patterns, operators={"D": plan.diagonal}
    )
    strength = ls.parameter("strength", default=1.0)
    mode = ls.Mode("a")
    s = [particles.average(a, coefficients=e, symbol=f"s_{i}") for i, (a, e) in enumerate(plan.averages)]
    energy = sp.Add(*(c * sp.Mul(*(s[i] for i in which)) * mode.q**q * mode.p**p for c, which, (q, p) in plan.energy))
    pulse = 1 + sp.cos(ls.time) / 3 if driven else 1
    delta = particles.local_field(particles.overlaps("D")) + particles.per_block(plan.threshold, symbol="theta")
    shapes = {"constant": lambda x: 1, "linear": lambda x: 1 + x, "exponential": sp.exp}
    jumps = [
        ls.Jump(jump.operator, sp.sympify(jump.size * pulse * shapes[jump.kind](jump.slope * delta)))
        for jump in plan.jumps
    ]
    variables = [*s, mode.q, mode.p]
    channels = [
        ls.CollectiveJump(sp.Add(*(sp.sympify(complex(c)) * x for c, x in zip(row, variables, strict=True) if c)))
        for row in plan.collective
    ]
    return ls.Model(
        particles,
        energy=strength * energy * pulse,
        jumps=jumps,
        collective_jumps=channels,
        modes=[mode] if plan.has_mode else [],
    )


def start_state(plan: Recipe, model: ls.Model) -> ls.State:
    """The product state of the recipe."""
    return model.state(plan.density_matrices, [plan.amplitude] if plan.has_mode else None)


def examples(count: int) -> settings:
    """So many random models. A failing one is reported as it is: simpler seeds do not make simpler models."""
    return settings(max_examples=count, phases=(Phase.explicit, Phase.generate))


SEEDS = st.integers(0, 10_000)
KINDS = st.sampled_from(["constant", "linear", "exponential"])
SPINS = st.builds(recipe, SEEDS, blocks=st.sampled_from([1, 2]), mode=st.booleans(), kind=KINDS)
RECIPES = st.builds(
    recipe,
    SEEDS,
    levels=st.sampled_from([2, 3]),
    blocks=st.sampled_from([1, 2]),
    mode=st.booleans(),
    kind=KINDS,
)

"""Whether a model is an open multimode Dicke model of CL21, and the constants of that paper's proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.model import Model
from largespin.model.operators import expansion
from largespin.model.symbols import TIME, Average, Quadrature, resolve

SAME = 1e-9
"""Relative difference below which two numbers of a model count as equal: far above the rounding of products of
parameters, far below any difference that a user would write."""
NOTHING = 1e-12
"""Size, relative to what it stands beside, below which a coefficient is what rounding left of a cancelled one."""

Terms = list[tuple[list[sp.Symbol], complex]]
"""A polynomial: the symbols of each product, with repetitions, and its coefficient."""


@dataclass(frozen=True, eq=False)
class DickeClass:
    """``h = Ω m_x + Σ_μ Ω_μ|α_μ|² + g_0 Σ_μ (α_μ + α_μ*) o_μ``, ``ℓ_μ = √κ_μ α_μ``, K equal blocks.

    Attributes:
        field: ``Ω``.
        coupling: ``|g_0|``.
        frequencies: ``Ω_μ``, shape (M,).
        losses: ``κ_μ``, shape (M,).
        blocks: K.
    """

    field: float
    coupling: float
    frequencies: FloatArray
    losses: FloatArray
    blocks: int


def dicke_constants(dicke: DickeClass, amplitudes: FloatArray) -> dict[str, float]:
    """``c_0``, ``d_0`` and what they are made of, for initial amplitudes ``|α_μ|`` in the library's normalisation.

    Source: CL21 Lemmata 3 and 4. Lemma 4 states d_0 with 2^M − 1 and derives it with 2^{M−1}, the number of blocks.
    """
    count, blocks = len(dicke.losses), dicke.blocks
    g = dicke.coupling / np.sqrt(blocks)
    amplitude = np.sqrt(blocks) * amplitudes + np.sqrt(3.0) * 2.0 * blocks * g / dicke.losses
    beta_bar = 2.0 * float(np.max(amplitude))
    gamma = float(np.max(np.abs(dicke.frequencies) + dicke.losses / 2.0))
    return {
        "c_0": float(12.0 * abs(dicke.field) + 24.0 * count * g + 12.0 * g * count * beta_bar),
        "d_0": float(2.0 * (gamma + g * blocks)),
        "beta_bar": beta_bar,
        "Gamma": gamma,
        "g": float(g),
        "M": float(count),
        "K": float(blocks),
    }


def dicke_class(model: Model, numbers: Mapping[sp.Symbol, float]) -> DickeClass:
    """The parameters of the Dicke model that `model` is at these numbers.

    Raises:
        LargespinError: it is none; the sentence says which assumption of CL21 fails.
    """
    _check_frame(model, numbers)
    energy = Energy(model)
    for symbols, coefficient in polynomial(model.energy, numbers, _gens(model), "energy"):
        energy.add(symbols, coefficient.real)
    return DickeClass(
        energy.field(), energy.coupling(), energy.frequencies(), _losses(model, numbers), len(model.particles.weights)
    )


def _refuse(reason: str) -> LargespinError:
    return LargespinError(
        f"Argument `model` must be an open multimode Dicke model of CL21 for its bound, but {reason}."
    )


def _check_frame(model: Model, numbers: Mapping[sp.Symbol, float]) -> None:
    """Everything that the class demands besides the form of energy and losses."""
    if model.particles.levels != 2:
        raise _refuse(f"its particles have {model.particles.levels} levels")
    if not model.modes:
        raise _refuse("it has no modes")
    expressions = (model.energy, *(jump.amplitude for jump in model.collective_jumps))
    if any(TIME in resolve(expression).free_symbols for expression in expressions):
        raise _refuse("it depends on time explicitly")
    for jump in model.jumps:
        if np.any(jump.operator) and not resolve(jump.amplitude).subs(numbers).is_zero:
            raise _refuse("it has local jumps")
    if np.ptp(model.particles.weights) > SAME:
        raise _refuse("its blocks have different weights")


def _gens(model: Model) -> list[sp.Symbol]:
    return [*model.averages, *chain.from_iterable((mode.q, mode.p) for mode in model.modes)]


def polynomial(expression: sp.Expr, numbers: Mapping[sp.Symbol, float], gens: list[sp.Symbol], what: str) -> Terms:
    """The terms of an expression that is a polynomial in `gens` once the parameters have their numbers."""
    if not gens:
        return []
    try:
        terms = sp.Poly(sp.expand(resolve(expression).subs(numbers)), *gens).terms()
    except sp.PolynomialError as error:
        raise LargespinError(
            f"Argument `model` must be polynomial in its {what} for rigorous bounds, but that is {expression}."
        ) from error
    found = [([s for s, n in zip(gens, powers, strict=True) for _ in range(n)], complex(c)) for powers, c in terms]
    return [(symbols, coefficient) for symbols, coefficient in found if coefficient != 0]


class Energy:
    """The energy of a candidate, collected by what each term does to blocks and modes."""

    def __init__(self, model: Model) -> None:
        blocks, count = model.particles.number_of_blocks, len(model.modes)
        self.modes = {x: (i, j) for i, mode in enumerate(model.modes) for j, x in enumerate((mode.q, mode.p))}
        self.spins = np.zeros((blocks, 4))
        self.couplings = np.zeros((count, blocks, 4))
        self.squares = np.zeros((count, 2))

    def add(self, symbols: list[sp.Symbol], coefficient: float) -> None:
        """Take in ``coefficient · Π symbols``."""
        averages = [s for s in symbols if isinstance(s, Average)]
        quadratures = [self.modes[s] for s in symbols if isinstance(s, Quadrature)]
        match (len(averages), len(quadratures)):
            case (0, 0):
                pass  # a constant does nothing
            case (1, 0):
                self.spins += coefficient * _per_block(averages[0])
            case (1, 1) if quadratures[0][1] == 0:
                self.couplings[quadratures[0][0]] += coefficient * _per_block(averages[0])
            case (0, 2) if quadratures[0] == quadratures[1]:
                self.squares[quadratures[0]] += coefficient
            case _:
                product = "*".join(str(s) for s in symbols)
                raise _refuse(f"its energy contains {product}")

    def field(self) -> float:
        """``Ω`` of ``Ω m_x``."""
        components = self.spins[:, 1:]
        if not _same(components, [components[0, 0], 0.0, 0.0]):
            raise _refuse("its spins feel another field than Ω m_x")
        return float(components[0, 0])

    def coupling(self) -> float:
        """``|g_0|`` of ``g_0 √2 q_μ Σ_k w_k f_{μ,k} m_{k,z}``, ``f = ±1``."""
        strengths = np.abs(self.couplings[..., 3])
        others = self.couplings[..., :3]
        if np.any(np.abs(others) > NOTHING * strengths.max(initial=1e-300)):
            raise _refuse("its modes couple to other operators than σ_z or are driven")
        if not _same(strengths, strengths.flat[0]):
            raise _refuse("its couplings are not g_0 times patterns of ±1")
        return float(strengths.flat[0]) / np.sqrt(2.0)

    def frequencies(self) -> FloatArray:
        """``Ω_μ`` of ``Ω_μ (q² + p²)/2``."""
        if not _same(self.squares, self.squares[:, :1]):
            raise _refuse("its modes are squeezed")
        return 2.0 * self.squares[:, 0]


def _per_block(average: Average) -> FloatArray:
    """``e_k A_a``, shape (K, d²)."""
    form = average.data
    return np.asarray(np.outer(form.coefficients, expansion(form.operator).real))


def _same(values: FloatArray, target: object) -> bool:
    return bool(np.allclose(values, np.asarray(target), rtol=SAME, atol=NOTHING))


def _losses(model: Model, numbers: Mapping[sp.Symbol, float]) -> FloatArray:
    """``κ_μ``, added up where a mode has several losses."""
    places = {x: (i, j) for i, mode in enumerate(model.modes) for j, x in enumerate((mode.q, mode.p))}
    losses = np.zeros(len(model.modes))
    for jump in model.collective_jumps:
        slopes: ComplexArray = np.zeros((len(model.modes), 2), dtype=np.complex128)
        for symbols, coefficient in polynomial(jump.amplitude, numbers, _gens(model), "collective jump"):
            if len(symbols) != 1 or symbols[0] not in places:
                raise _refuse(f"its collective jump {jump.amplitude} is no loss of one mode")
            slopes[places[symbols[0]]] += coefficient
        size = float(np.abs(slopes).max())
        if np.count_nonzero(np.abs(slopes).max(axis=1)) > 1 or np.any(
            np.abs(slopes[:, 1] - 1j * slopes[:, 0]) > SAME * size
        ):
            raise _refuse(f"its collective jump {jump.amplitude} is no loss of one mode")
        losses += 2.0 * np.abs(slopes[:, 0]) ** 2
    for mode, loss in zip(model.modes, losses, strict=True):
        if loss <= 0.0:
            raise _refuse(f"mode {mode.name} has no loss, without which its amplitude has no bound for all times")
    return losses

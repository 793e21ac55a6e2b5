"""The quantum Hopfield network (FMLC23 Eqs. 58–59, F24 Eq. 51)."""

from collections.abc import Callable

import numpy as np
import sympy as sp

from largespin.errors import FloatArray, LargespinError, one_of
from largespin.model import Jump, Model, Spins, derived_parameter, parameter
from largespin.models.ready.rates import Rates
from largespin.models.ready.stored import check_large_spins
from largespin.patterns.arrays import check_flag
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.learning import learning_matrix
from largespin.patterns.rules import Learning

LARGEST_FIELD = 1000.0
"""Local field beyond which flip rates ``e^{Δ/T}`` overflow at temperatures of order one."""


def _exponential(argument: sp.Expr) -> sp.Expr:
    return sp.exp(argument / 2) / sp.sqrt(2)


def _glauber(argument: sp.Expr) -> sp.Expr:
    return sp.exp(argument / 2) / sp.sqrt(2 * sp.cosh(argument))


_AMPLITUDES: dict[Rates, Callable[[sp.Expr], sp.Expr]] = {"exponential": _exponential, "glauber": _glauber}


def hopfield(
    large_spins: LargeSpins,
    *,
    rates: Rates = "exponential",
    learning: Learning = "hebb",
    pair_coupling: bool = False,
) -> Model:
    r"""Spins that flip along the local field of the stored patterns, against a transverse field.

    ``h = Ω ⟨m_x⟩ (+ (g/2) Σ_μ o_μ²)``, jumps ``σ_± Γ(±βΔ_k)`` with ``Δ_k = Σ_μν e_{μ,k} A_μν o_ν`` and

    * ``rates="exponential"``: ``Γ(x) = e^{x/2}/√2`` (F24),
    * ``rates="glauber"``: ``Γ(x) = e^{x/2}/√(2 cosh x)`` (FMLC23).

    ``A = 1`` for ``learning="hebb"``, the inverse of the pattern correlation matrix for ``"projection"``.

    Args:
        large_spins: the stored patterns in blocks, from `large_spins` or `ideal_large_spins`.
        rates: form of the flip rates.
        learning: ``"hebb"`` or ``"projection"`` (for correlated patterns such as pictures).
        pair_coupling: add the Hamiltonian ``(g/2) Σ_μν o_μ A_μν o_ν`` with parameter ``pair_coupling``.

    Returns:
        A model with the parameters ``temperature`` (T = 1/β, above zero) and ``field`` (Ω).

    Raises:
        LargespinError: unknown rates or rule, pattern values far above one, or linearly dependent patterns with the projection rule.

    Limits: mean field needs many spins in every block, so the number of patterns must stay far below log₂ N. With
    exponential rates the flip rate grows as ``e^{βo}``, so low temperatures are stiff. Paramagnet: eigenvalues
    ``½[β − 3/2 ± √((β − ½)² − 16Ω²)]`` for both rates, pitchfork at β = 1 + 8Ω², Hopf line β = 3/2 for Ω > 1/4.
    Retrieval of one pattern: ``[1 + 8Ω²/cosh²(βo)] o = tanh(βo)`` (exponential, F24 B.4) or
    ``(1 + 8Ω²) o = tanh(βo)`` (Glauber). For exponential rates the pitchfork is subcritical below T = 2/3 and
    retrieval ends at a fold beyond it.

    Source: F24 Eq. 51 and (B.1); FMLC23 Eqs. 58–59.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.evolve(model, [0, 0, 0.5], 50.0, temperature=0.5, field=0.2)
        >>> round(run.overlap.item(), 4)
        0.9235
    """
    one_of("rates", rates, Rates)
    amplitude = _AMPLITUDES[rates]
    one_of("learning", learning, Learning)
    check_flag("pair_coupling", pair_coupling)
    check_large_spins(large_spins)
    spins = Spins(large_spins)
    temperature = parameter("temperature", symbol="T", positive=True, description="temperature of the flips")
    field = parameter("field", symbol="Omega", description="transverse field")
    beta = derived_parameter("beta", 1 / temperature)
    overlaps = spins.overlaps("z")
    rule = learning_matrix(large_spins, learning)
    _check_scale(large_spins, rule)
    local_field = spins.local_field(
        overlaps, matrix=None if learning == "hebb" else rule, matrix_name="(C^-1)", symbol="DeltaE"
    )
    energy = field * spins.average("x")
    if pair_coupling:
        g = parameter("pair_coupling", symbol="g", description="coupling of the overlaps in the Hamiltonian")
        energy += g / 2 * _quadratic_form(rule, overlaps)
    return Model(
        spins,
        energy=energy,
        jumps=(
            Jump(spins.raising, amplitude(beta * local_field), name="raising"),
            Jump(spins.lowering, amplitude(-beta * local_field), name="lowering"),
        ),
        name=f"quantum Hopfield network ({rates} rates, {learning} rule)",
    )


def _check_scale(large_spins: LargeSpins, rule: FloatArray) -> None:
    """Refuse pattern values whose fields would make every rate overflow."""
    e = large_spins.coefficients
    largest = float(np.abs(e.T @ rule @ (np.abs(e) @ large_spins.weights)).max())
    if largest > LARGEST_FIELD:
        raise LargespinError(
            f"Argument `large_spins` must store values of order one, because rates grow as e^(Δ/T) with fields Δ up to "
            f"{largest:.3g} here, but the values run from {e.min():g} to {e.max():g}; divide the patterns by their largest value."
        )


def _quadratic_form(matrix: np.ndarray, symbols: tuple[sp.Symbol, ...]) -> sp.Expr:
    size = len(symbols)
    entries = [(i, j, float(matrix[i, j])) for i in range(size) for j in range(size) if abs(matrix[i, j]) > 1e-14]
    return sp.Add(
        *(sp.nsimplify(v) * symbols[i] * symbols[j] if v == 1 else v * symbols[i] * symbols[j] for i, j, v in entries)
    )

"""The open multimode Dicke model as an associative memory (CL21 Eqs. 1–3)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sympy as sp

from largespin.errors import LargespinError, finite_array, one_of
from largespin.model import Jump, Model, Particles, Spins, modes, parameter
from largespin.model.symbols import Average, Family, LinearForm, Parameter
from largespin.models.ready.stored import check_large_spins
from largespin.patterns.arrays import check_flag
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.learning import orthogonalised_couplings
from largespin.patterns.rules import Learning

_LOWER_ALONG_X = 0.5 * np.array([[1.0, 1.0], [-1.0, -1.0]], dtype=np.complex128)
"""``|−x⟩⟨+x|``."""


def dicke(
    large_spins: LargeSpins,
    *,
    mode_frequencies: npt.ArrayLike | None = None,
    losses: npt.ArrayLike = 1.0,
    learning: Learning = "hebb",
    decay: bool = False,
    dephasing: bool = False,
    relaxation: bool = False,
) -> Model:
    r"""Spins that store patterns in their couplings to lossy cavity modes, one mode per pattern.

    ``h = Ω ⟨m_x⟩ + Σ_μ Ω_μ |α_μ|² + g_0 Σ_μ (α_μ + α_μ*) o_μ`` and ``ℓ_μ = √κ_μ α_μ``.

    Args:
        large_spins: the stored patterns in blocks; the gauge (2^{M−1} blocks) is allowed without `decay`.
        mode_frequencies: defaults of ``Ω_μ``, shape (M,) or one number; 1 if not given. Parameters
            ``mode_frequency_1 …``.
        losses: defaults of ``κ_μ``, shape (M,) or one number. Parameters ``loss_1 …``.
        learning: ``"hebb"`` couples mode μ to pattern μ; ``"projection"`` to the orthogonalised pattern
            ``G = C^{-1/2} e``, for correlated patterns such as pictures.
        decay: add individual decay ``σ_-`` at rate ``decay``; breaks the conservation of |m_k| and the gauge.
        dephasing: add individual dephasing ``σ_z`` at rate ``dephasing``.
        relaxation: add individual relaxation ``|−x⟩⟨+x|`` towards the lower state of the field at rate ``relaxation``;
            it treats a pattern and its negative alike.

    Returns:
        A model with parameters ``field`` (Ω), ``coupling`` (g_0), the mode frequencies and losses.

    Raises:
        LargespinError: wrong number of frequencies, or `decay` together with a gauge.

    Limits: without local jumps |m_k| is conserved per block, so stationary states come in families, and wrong sites are
    never repaired: all sites of a column turn alike, so two that start opposite stay opposite. Relaxation mends this and
    ends, for small rates, at the overlap ``√(2r(1 − r))``, ``r = (g_ν/g_0)²``. Without it the retrieval
    state of pattern ν exists for g_0 above ``g_ν = √(½(Ω/Ω_ν)(Ω_ν² + κ_ν²/4))`` (CL21 Eq. 12) but is linearly
    stable against pattern μ only above ``g_ν^{3/2}/g_μ^{1/2}``. CL21 scales by the spins per block:
    ``α^CL = √K α``, ``g = g_0/√K``.

    Source: CL21 Eqs. 1–3 and 7.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
        >>> model.parameters["mode_frequency_2"].data.default
        2.0
    """
    check_large_spins(large_spins)
    for flag, value in (("decay", decay), ("dephasing", dephasing), ("relaxation", relaxation)):
        check_flag(flag, value)
    spins = Spins(large_spins)
    count = len(spins.coefficients)
    if decay and large_spins.is_gauged:
        raise LargespinError(
            "Argument `decay` must be off with a gauge, because decay is not invariant under it; use gauge=False."
        )
    frequency = _family("mode_frequency", "Omega", _per_mode("mode_frequencies", mode_frequencies, count), unit="")
    loss = _family("loss", "kappa", _per_mode("losses", losses, count), unit="")
    field = parameter("field", symbol="Omega", description="transverse field")
    coupling = parameter("coupling", symbol="g_0", description="spin-boson coupling")
    cavity = modes("a", count)
    overlaps = _couplings(spins, large_spins, learning)
    energy = field * spins.average("x")
    energy += sp.Add(*(w * mode.number for w, mode in zip(frequency, cavity, strict=True)))
    energy += coupling * sp.Add(*(mode.field * o for mode, o in zip(cavity, overlaps, strict=True)))
    individual = (
        (decay, "decay", "gamma", spins.lowering),
        (dephasing, "dephasing", "gamma_z", spins.z),
        (relaxation, "relaxation", "gamma_x", _LOWER_ALONG_X),
    )
    jumps = []
    for wanted, key, symbol, operator in individual:
        if wanted:
            rate = parameter(key, symbol=symbol, nonnegative=True, description=f"individual {key} rate")
            jumps.append(Jump(operator, sp.sqrt(rate), name=key))
    return Model(
        spins,
        energy=energy,
        jumps=tuple(jumps),
        collective_jumps=tuple(mode.loss(rate) for mode, rate in zip(cavity, loss, strict=True)),
        modes=cavity,
        name=f"open multimode Dicke model ({learning} couplings)",
    )


def _couplings(spins: Particles, large_spins: LargeSpins, learning: Learning) -> Sequence[Average]:
    """The averages to which the modes couple: overlaps, or overlaps with the orthogonalised patterns."""
    if one_of("learning", learning, Learning) == "hebb":
        return spins.overlaps("z")
    rows = orthogonalised_couplings(large_spins)
    operator = spins.operator("z")
    return [
        Average(f"s_{mu}", LinearForm(operator, np.asarray(row), large_spins.weights, "G_{mu,k}"), Family("s", mu))
        for mu, row in enumerate(rows, start=1)
    ]


def _per_mode(name: str, values: npt.ArrayLike | None, count: int) -> np.ndarray:
    array = finite_array(name, 1.0 if values is None else values)
    if array.ndim > 1 or (array.ndim == 1 and array.size != count):
        raise LargespinError(
            f"Argument `{name}` must be one number or one per pattern ({count}), but its shape is {array.shape}."
        )
    return np.broadcast_to(array, (count,))


def _family(key: str, symbol: str, defaults: np.ndarray, *, unit: str) -> tuple[Parameter, ...]:
    return tuple(
        parameter(
            f"{key}_{mu}",
            symbol=f"{symbol}_{mu}",
            default=float(value),
            unit=unit,
            family=Family(symbol, mu),
            nonnegative=symbol == "kappa",
        )
        for mu, value in enumerate(defaults, start=1)
    )

r"""Rigorous upper bounds on the error of mean field, with every constant of the papers' proofs computed.

The error is ``E_N(t) = Σ_{k,a} ω_t((m_{k,a}^N − m_{k,a}(t))²)``, a = 1 … d²−1 with ``tr(v_a v_b) = d δ_ab``, plus for
every mode ``ω_t(A†A + A A†)``, ``A = a/√N − α(t)``. The bounds are true for every N and loose beyond use for numbers:
their exponents count terms and take the largest coefficient for each. They say what the theorems guarantee.

Sources: CL21 supplement, Theorem 1 and Lemmata 1–4; FMLC23 Theorem 1, Lemmas 1–6 and section 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from largespin.bounds.rigorous_dicke import dicke_class, dicke_constants
from largespin.bounds.rigorous_rates import rate_constants
from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.meanfield.points import points
from largespin.model.model import Model
from largespin.model.state import State


@dataclass(frozen=True, eq=False)
class RigorousBound:
    """``E_N(t) ≤ f e^{Ct} E_N(0) + S (e^{Ct} − 1)/(C N)``.

    Attributes:
        name: ``"CL21"`` or ``"FMLC23"``, the paper whose theorem it is.
        constants: the constants of the proof under the paper's symbols, in the paper's normalisation.
        growth: ``C``, per unit of time.
        source: ``S``; 0 for CL21, ``d C_2`` for FMLC23 (whose basis is smaller by √d than the library's).
        factor: ``f``, the price of the library's normalisation: K for CL21, whose modes are larger by √K; otherwise 1.

    Example:
        >>> from largespin.bounds.rigorous import RigorousBound
        >>> bound = RigorousBound("FMLC23", {}, growth=2.0, source=1.0)
        >>> bound.value(0.1, 10, [0.0, 1.0]).round(4)
        array([0.1   , 1.0584])
    """

    name: str
    constants: Mapping[str, float]
    growth: float
    source: float
    factor: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "constants": dict(self.constants)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({**state, "constants": MappingProxyType(state["constants"])})

    def logarithm(self, initial_error: npt.ArrayLike, particles: npt.ArrayLike, times: npt.ArrayLike) -> FloatArray:
        """``ln[f e^{Ct} E_N(0) + S (e^{Ct} − 1)/(C N)]``, finite where the bound itself overflows.

        Args:
            initial_error: ``E_N(0)`` in the library's normalisation, at least 0.
            particles: the number of all particles N, at least 1.
            times: times since the start, at least 0. The three broadcast as NumPy arrays do; for all pairs give
                ``particles[:, None]`` and ``times``.

        Returns:
            Array of the common shape; −∞ where the bound is zero.

        Raises:
            LargespinError: negative errors or times, fewer than one particle, shapes that do not broadcast.

        Example:
            >>> import largespin as ls
            >>> from largespin.bounds.rigorous import rate_bound
            >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
            >>> bound = rate_bound(model, {"temperature": 0.5, "field": 0.2}, [0, 0, 0.5])
            >>> bound.logarithm(0.01, 275, [0.0, 1.0]).round(1)
            array([  -4.6, 2082.5])

        Source: FMLC23, Gronwall's lemma in the proof of Theorem 1; CL21 (S5).
        """
        error = _at_least("initial_error", initial_error, 0.0)
        count = _at_least("particles", particles, 1.0)
        time = _at_least("times", times, 0.0)
        try:
            error, count, time = np.broadcast_arrays(error, count, time)
        except ValueError as reason:
            raise LargespinError(
                "Arguments `initial_error`, `particles` and `times` must broadcast, "
                f"but their shapes are {error.shape}, {count.shape} and {time.shape}."
            ) from reason
        exponent = self.growth * time
        with np.errstate(divide="ignore"):
            first = np.log(self.factor * error) + exponent
            if self.source == 0.0:
                return np.asarray(first)
            # ln(e^x − 1) = x + ln(1 − e^{−x}); the growth may vanish, (e^{Ct} − 1)/C is then t.
            rise = exponent + np.log(-np.expm1(-exponent)) - np.log(self.growth) if self.growth else np.log(time)
            return np.logaddexp(first, np.log(self.source / count) + rise)

    def value(self, initial_error: npt.ArrayLike, particles: npt.ArrayLike, times: npt.ArrayLike) -> FloatArray:
        """The bound itself, ∞ where it exceeds the largest number; arguments as for `logarithm`.

        Example:
            >>> from largespin.bounds.rigorous import RigorousBound
            >>> RigorousBound("CL21", {}, growth=1000.0, source=0.0).value(0.1, 10, [0.0, 1.0])
            array([0.1, inf])
        """
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.logarithm(initial_error, particles, times)))


def dicke_bound(model: Model, values: Mapping[str, float], start: State | npt.ArrayLike) -> RigorousBound:
    r"""The bound of CL21 for open multimode Dicke models.

    ``E ≤ e^{(2M d_0 + 3K c_0)t} E(0)`` for ``E = Σ_spins + K Σ_modes``, with ``g = g_0/√K`` and

        c_0 = 12|Ω| + 24M|g| + 12M|g|β̄,    β̄ = 2 max_μ(√K |α_μ(0)| + 2√3 K|g|/κ_μ),
        d_0 = 2(max_μ(|Ω_μ| + κ_μ/2) + K|g|).

    K is the number of blocks (2^{M−1} in the paper, whose proof uses no other property of it). The paper scales modes
    by the spins of one block, the library by all: ``E_lib ≤ E ≤ K E_lib``, hence the factor K.

    Args:
        model: a model whose expressions are those of CL21 Eqs. 1–3, whatever its name.
        values: parameter values by keyword; defaults apply.
        start: the initial mean-field state.

    Returns:
        `RigorousBound` with the constants c_0, d_0, beta_bar, Gamma, g, M, K.

    Raises:
        LargespinError: the model is outside the class; the sentence says which assumption fails.

    Source: CL21 supplement, Theorem 1, Lemmata 3 and 4 (d_0 as derived there, not as stated).

    Example:
        >>> import largespin as ls
        >>> from largespin.bounds.rigorous import dicke_bound
        >>> model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.0)
        >>> start = model.state([0.0, 0.0, 1.0])
        >>> round(dicke_bound(model, {"field": 0.5, "coupling": 1.0}, start).growth, 1)
        349.4
    """
    numbers, state = _one_point(model, values, start)
    dicke = dicke_class(model, numbers)
    constants = dicke_constants(dicke, np.abs(state.amplitudes))
    growth = 2 * constants["M"] * constants["d_0"] + 3 * constants["K"] * constants["c_0"]
    return RigorousBound("CL21", constants, growth, 0.0, constants["K"])


def rate_bound(model: Model, values: Mapping[str, float], start: State | npt.ArrayLike) -> RigorousBound:
    r"""The bound of FMLC23 for local jumps ``j Γ(Δ)`` and energies that are at most quadratic in averages.

    ``E_N(t) ≤ e^{C_1 t} E_N(0) + d C_2 (e^{C_1 t} − 1)/(C_1 N)`` with, for K blocks of d-level particles and q jumps,

        C_1 = K d² C_0,    C_0 = 2(d² A + 2K d⁴ B + q d² M max[γ² + 2δγγ']),
        C_2 = K d² (C_P + 4C_L),    C_L = d⁸ h_max a_max² + q C_v.

    For one block these are the paper's constants, freed of misprints; for more the proof is the same with
    ``m_{k,α} = (1/N_k) Σ_{i∈k} v_α^{(i)}`` in place of ``m_α``. Γ must be a sum of products of exponentials and
    polynomials in Δ, for which ``γ(δ) = Σ_n |c_n| δⁿ`` is summed, or a Glauber rate, ``Γ² = 1/(a + b e^{−λΔ})``, for
    which section 5 of the paper replaces Lemmas 1 and 5.

    Args:
        model: a model without modes, collective jumps and explicit time.
        values: parameter values by keyword; defaults apply.
        start: the initial mean-field state; the constants do not depend on it.

    Returns:
        `RigorousBound` with the constants A, B, M, q, K, d, a_max, h_max, delta, gamma, C_P, C_v, C_L, C_0, C_1, C_2,
        and gamma', gamma'' (entire Γ) or C_sigma and R (Glauber).

    Raises:
        LargespinError: the model is outside the class; the sentence says which assumption fails.

    Source: FMLC23 Eqs. 32, 47–49, (A.13), section 5 Eqs. 60–65 and 75–78.

    Example:
        >>> import largespin as ls
        >>> from largespin.bounds.rigorous import rate_bound
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> round(rate_bound(model, {"temperature": 0.5, "field": 0.2}, [0, 0, 0.5]).growth, 1)
        2085.5
    """
    numbers, _ = _one_point(model, values, start)
    constants = rate_constants(model, numbers)
    return RigorousBound("FMLC23", constants, constants["C_1"], constants["d"] * constants["C_2"])


def _one_point(
    model: Model, values: Mapping[str, float], start: State | npt.ArrayLike
) -> tuple[dict[sp.Symbol, float], State]:
    """Every parameter with its number, and the checked state; a grid of either is refused."""
    state = model.state(start)
    grid = points(model, values, state)
    if grid.shape:
        raise LargespinError(
            "A rigorous bound must be asked for one set of values and one start at a time, "
            f"but they vary along {', '.join(grid.dims)}."
        )
    numbers = dict(zip(model.parameters.values(), grid.parameters[0].tolist(), strict=True))
    return numbers, state


def _at_least(name: str, value: npt.ArrayLike, low: float) -> FloatArray:
    array = finite_array(name, value)
    if np.any(array < low):
        raise LargespinError(f"Argument `{name}` must be at least {low:g}, but it contains {array.min():g}.")
    return array

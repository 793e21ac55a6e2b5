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

from largespin.errors import FloatArray, LargespinError, finite_array


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
            >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
            >>> bound = ls.bounds.rate_bound(model, [0, 0, 0.5], temperature=0.5, field=0.2)
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
        """The bound itself, ∞ where it exceeds the largest number.

        Args:
            initial_error: ``E_N(0)`` in the library's normalisation, at least 0.
            particles: the number of all particles N, at least 1.
            times: times since the start, at least 0; the three broadcast.

        Example:
            >>> from largespin.bounds.rigorous import RigorousBound
            >>> RigorousBound("CL21", {}, growth=1000.0, source=0.0).value(0.1, 10, [0.0, 1.0])
            array([0.1, inf])
        """
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.logarithm(initial_error, particles, times)))


def _at_least(name: str, value: npt.ArrayLike, low: float) -> FloatArray:
    array = finite_array(name, value)
    if np.any(array < low):
        raise LargespinError(f"Argument `{name}` must be at least {low:g}, but it contains {array.min():g}.")
    return array

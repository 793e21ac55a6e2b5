"""Which rates stand under roots in a model, and are they at least zero at the values that are asked for?

A jump ``√κ α`` has the rate κ. Where κ is negative, its equations would gain what they should lose, silently. In an energy,
such a root is imaginary.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from largespin.errors import FloatArray, LargespinError
from largespin.model.functions import numpy_function
from largespin.model.symbols import Parameter, resolve

if TYPE_CHECKING:
    from largespin.model.model import Model


def roots_of_rates(amplitude: sp.Expr) -> set[sp.Pow]:
    """The roots in an amplitude of what depends on parameters alone and is not known to be at least zero.

    Example:
        >>> import sympy as sp, largespin as ls
        >>> from largespin.model.rates import roots_of_rates
        >>> kappa, gamma = ls.parameter("kappa"), ls.parameter("gamma", nonnegative=True)
        >>> roots_of_rates(sp.sqrt(kappa) + sp.sqrt(gamma) * kappa)
        {sqrt(kappa)}
    """
    return {power for power in amplitude.atoms(sp.Pow) if _is_root(power) and _is_constant(power.base)}


def _is_root(power: sp.Pow) -> bool:
    return power.exp.is_number and power.exp.is_real and float(power.exp) % 1.0 != 0.0


def _is_constant(rate: sp.Expr) -> bool:
    """Whether a rate that may be negative is the same at all times and in all states."""
    symbols = resolve(rate).free_symbols
    return bool(symbols) and all(isinstance(s, Parameter) for s in symbols) and rate.is_nonnegative is not True


@lru_cache(maxsize=64)
def _rates(model: "Model") -> tuple[tuple[sp.Expr, str, Callable[..., Any]], ...]:
    """Every rate under a root, where it stands, and its value as a function of the parameters."""
    symbols = list(model.parameters.values())
    found: dict[sp.Expr, str] = {}
    amplitudes = [("the energy", model.energy)]
    amplitudes += [(f"jump {jump.name or i}", jump.amplitude) for i, jump in enumerate(model.jumps, start=1)]
    for i, collective in enumerate(model.collective_jumps, start=1):
        amplitudes.append((f"collective jump {collective.name or i}", collective.amplitude))
    for place, amplitude in amplitudes:
        # An abbreviation may stand under a root or hold one.
        for written in (amplitude, resolve(amplitude)):
            for root in sorted(roots_of_rates(written), key=str):
                found.setdefault(root.base, place)
    return tuple((rate, place, numpy_function(symbols, resolve(rate))) for rate, place in found.items())


def check_rates(model: "Model", parameters: FloatArray) -> None:
    """Refuse parameter values at which a rate under a root is negative.

    Args:
        model: the model.
        parameters: shape (points, number of parameters), in the order of the model.

    Raises:
        LargespinError: a rate below zero, with the jump and the values.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.model.rates import check_rates
        >>> mode, kappa = ls.Mode("a"), ls.parameter("kappa")
        >>> model = ls.Model(ls.Spins(), modes=[mode], collective_jumps=[mode.loss(kappa)])
        >>> check_rates(model, np.array([[-1.0]]))
        Traceback (most recent call last):
        largespin.errors.LargespinError: The rate kappa under a root in collective jump 1 must be at least zero, but it is -1.
    """
    for rate, place, function in _rates(model):
        with np.errstate(all="ignore"):
            values = np.broadcast_to(function(*parameters.T), len(parameters))
        wrong = np.flatnonzero(values < 0.0)
        if wrong.size:
            given = zip(model.parameters.values(), parameters[wrong[0]], strict=True)
            used = resolve(rate).free_symbols
            chosen = ", ".join(f"{p.key} = {value:g}" for p, value in given if p in used and p != rate)
            raise LargespinError(
                f"The rate {rate} under a root in {place} must be at least zero, but it is {values[wrong[0]]:g}"
                + (f" at {chosen}." if chosen else ".")
            )

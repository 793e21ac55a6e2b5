"""Around which amplitudes the Fock states of the modes are built: none, numbers, or functions of time."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from largespin.errors import ComplexArray, LargespinError
from largespin.exact.generator.generator import rate_symbol
from largespin.exact.space.operators import shift_symbol
from largespin.model.model import Model

Path = Callable[[float], tuple[ComplexArray, ComplexArray]]
"""Amplitudes and their velocities at a time, each (M,)."""


class Displacement:
    """``a = √N α_0(t) + b`` with b in Fock states.

    Args:
        model: the model.
        value: amplitudes α_0 (M,), a function of time, or None for the vacuum.
        name: the argument in which `value` was given.
    """

    def __init__(self, model: Model, value: Any, name: str = "displacement") -> None:
        self.model = model
        self.moving: Path | None = None
        self.fixed = np.zeros(len(model.modes), dtype=np.complex128)
        if value is not None and not model.modes:
            raise LargespinError(f"Argument `{name}` must be left out for a model without modes, but it is given.")
        if callable(value):
            # Every term asks for the displacement of the same time.
            self.moving = lru_cache(maxsize=2)(value)
        elif value is not None:
            self.fixed = _checked_amplitudes(model, value, name)

    def at(self, time: float) -> ComplexArray:
        """α_0 (M,)."""
        return self.fixed if self.moving is None else np.asarray(self.moving(time)[0], dtype=np.complex128)

    def shifts(self) -> dict[Any, Any]:
        """Displacements of the quadratures, and their velocities where they move, by symbol."""
        shifts: dict[Any, Any] = {}
        for index, mode in enumerate(self.model.modes):
            for part, quadrature in enumerate((mode.q, mode.p)):
                if self.moving is None:
                    shifts[shift_symbol(quadrature)] = _quadrature(self.fixed[index], part)
                    continue
                for order, symbol in enumerate((shift_symbol(quadrature), rate_symbol(quadrature))):
                    shifts[symbol] = _Component(self.moving, order, index, part)
        return shifts


class _Component:
    """One quadrature's displacement (order 0) or velocity (order 1) as a function of time."""

    def __init__(self, moving: Path, order: int, mode: int, part: int) -> None:
        self._moving, self._order, self._mode, self._part = moving, order, mode, part

    def __call__(self, time: float) -> float:
        return _quadrature(self._moving(time)[self._order][self._mode], self._part)


def _quadrature(amplitude: Any, part: int) -> float:
    """``√2 Re α`` or ``√2 Im α``."""
    return float(np.sqrt(2.0) * (amplitude.imag if part else amplitude.real))


def _checked_amplitudes(model: Model, value: Any, name: str) -> ComplexArray:
    """One finite amplitude per mode."""
    count = len(model.modes)
    allowed = (
        "'mean field' or amplitudes" if name == "displace" else "amplitudes, or a function of time that gives them"
    )
    cure = "; `largespin.exact.evolve` finds it for displace='mean field'" if isinstance(value, str) else ""
    try:
        amplitudes = np.array(value, dtype=np.complex128)
    except (TypeError, ValueError) as error:
        raise LargespinError(f"Argument `{name}` must be {allowed}, but it is {value!r}{cure}.") from error
    if amplitudes.shape != (count,) or not np.all(np.isfinite(amplitudes)):
        found = "it contains NaN or infinity" if amplitudes.shape == (count,) else f"its shape is {amplitudes.shape}"
        raise LargespinError(f"Argument `{name}` must be {count} finite amplitudes, one per mode, but {found}.")
    return amplitudes

"""What all exact runs of one call share, checked before anything is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError, number_in
from largespin.exact.generator.displacement import Displacement
from largespin.exact.generator.system import checked_limit, fock_states
from largespin.exact.solvers.arrays import Device, check_device
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import output_times
from largespin.model.model import Model

Displace = Literal["mean field"] | Sequence[complex] | npt.NDArray[Any]
"""Displacements that follow the mean field, or fixed amplitudes."""
DRIVEN_STEPS = 200
"""Steps that a run with explicit time takes at least: a pulse longer than a two-hundredth of the run is not leapt over."""
TOLERANCES = (1e-14, 1e-2)
"""Below the first, rounding alone makes every step too long; above the second, results have no digit."""


@dataclass(frozen=True)
class Plan:
    """What all runs of one call share; see `largespin.exact.evolve`.

    Attributes:
        times: output times (T,), from that of the start on.
        final_only: whether only the last is asked for.
        tolerance: error per step.
        fock_tolerance: probability allowed in the last Fock states.
        longest: longest step with explicit time.
        displace: ``"mean field"``, amplitudes, or None.
        device: ``"cpu"`` or ``"gpu"``.
        memory_limit: bytes allowed; None for most of the free memory.
        fock: Fock states by mode; None if their number is to be found.
        keep_states: whether the states are kept.
    """

    times: FloatArray
    final_only: bool
    tolerance: float
    fock_tolerance: float
    longest: float
    displace: str | ComplexArray | None
    device: Device
    memory_limit: float | None
    fock: tuple[int, ...] | None
    keep_states: bool


def plan_of(
    model: Model, start: SymmetricState | None, times: Any, *, tolerance: Any, fock_tolerance: Any, max_step: Any, displace: Any, device: Any,
    memory_limit: Any, fock: Any, keep_states: bool,
) -> Plan:  # fmt: skip
    """The plan, all arguments checked."""
    moments, final_only = output_times(times)
    span = float(moments[-1] - moments[0])
    return Plan(
        moments,
        final_only,
        number_in("tolerance", tolerance, *TOLERANCES),
        number_in("fock_tolerance", fock_tolerance, 0.0, 1.0, open_low=True),
        span / DRIVEN_STEPS if max_step is None else number_in("max_step", max_step, 0.0, open_low=True),
        _checked_displacement(model, start, displace),
        check_device(device),
        checked_limit(memory_limit),
        None if fock is None else fock_states(model, fock),
        bool(keep_states),
    )


def _checked_displacement(model: Model, start: SymmetricState | None, displace: Any) -> str | ComplexArray | None:
    if displace is None:
        # A state of N particles brings its own.
        return None if start is None or not np.any(start.displacement) else start.displacement
    if isinstance(displace, str) and displace == "mean field":
        if start is not None:
            raise LargespinError(
                "Argument `displace` must be amplitudes, or be left out, for a start of N particles, but it is 'mean field'."
            )
        # Without modes there is nothing to follow.
        return displace if model.modes else None
    if isinstance(displace, str) or callable(displace):
        raise LargespinError(f"Argument `displace` must be 'mean field' or amplitudes, but it is {displace!r}.")
    return Displacement(model, displace, "displace").fixed

"""Which of the states that a run has kept is meant, and the state itself."""

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import LargespinError, number_in, of_kind
from largespin.exact.generator.system import System, check_system
from largespin.exact.states.state import SymmetricState

KEPT = "density_matrix"
"""The variable of a run that holds kept states."""
SAME = 1e-9
"""Relative difference of labels that are the same but for the rounding of whoever computed them."""


def state_of(run: xr.Dataset, system: System, /, **where: Any) -> SymmetricState:
    """``ρ = Σ_n y_n |n)`` of a run with ``keep_states`` at one place and time.

    Args:
        run: the result of `evolve`.
        system: a system with the run's particles, Fock states and parameters; the displacement is that of the run.
        **where: labels of the point, such as ``particles=10, time=1.0``. Times are the nearest that were kept, all other
            labels must be among those of the run; an axis without labels takes numbers from 0.

    Returns:
        `SymmetricState`.

    Raises:
        LargespinError: no states were kept, labels that the run does not have, several states are left, the run did not
            reach this time, or another system.

    Example:
        >>> import largespin as ls
        >>> model, values = ls.models.hopfield(ls.ideal_large_spins(1)), {"temperature": 0.5, "field": 0.2}
        >>> run = ls.exact.evolve(model, [0, 0, 1], [0, 1, 2], particles=[4, 6], keep_states=True, parameters=values)
        >>> system = ls.exact.System(model, particles=6, parameters=values)
        >>> state = ls.exact.state_of(run, system, particles=6, time=1.0)
        >>> bool(abs(state.means() - run.m.sel(particles=6, time=1.0).values).max() < 1e-12)
        True
    """
    of_kind("run", run, xr.Dataset, "the result of `largespin.exact.evolve` with `keep_states=True`")
    check_system(system)
    if KEPT not in run:
        raise LargespinError("Argument `run` must be made with `keep_states=True`, but it holds no states.")
    _check_labels(run, where)
    chosen = run
    for axis, label in where.items():
        chosen = _picked(chosen, axis, label)
    left = [d for d in chosen[KEPT].dims if d != "element"]
    if left:
        raise LargespinError(
            f"Argument `where` must pick one state, but the axes {', '.join(map(str, left))} are left."
        )
    size = int(chosen["components"])
    vector = chosen[KEPT].values[:size]
    if not np.all(np.isfinite(vector)) or not size:
        raise LargespinError(f"The run must have reached this time, but it has no state here: {chosen.sentence.item()}")
    if size != system.space.size:
        raise LargespinError(
            f"Argument `system` must have the particles and Fock states of the run, {size} components, but it has "
            f"{system.space.size}."
        )
    state = system.state(vector)
    if not system.model.modes:
        return state
    return replace(
        state, displacement=(chosen.displacement_q.values + 1j * chosen.displacement_p.values) / np.sqrt(2.0)
    )


def _check_labels(run: xr.Dataset, where: dict[str, Any]) -> None:
    axes = [str(d) for d in run[KEPT].dims if d != "element"]
    for axis, label in where.items():
        if axis not in axes and (axis not in run.coords or run[axis].ndim):
            raise LargespinError(f"The run has no axis `{axis}` of states; its axes are {', '.join(axes) or 'none'}.")
        if np.ndim(label) or isinstance(label, slice):
            raise LargespinError(f"Argument `{axis}` must be one label, but it is {label!r}.")


def _picked(run: xr.Dataset, axis: str, label: Any) -> xr.Dataset:
    """The run at one label of one axis."""
    labels = np.atleast_1d(run[axis].values) if axis in run.coords else np.arange(run.sizes[axis])
    place = _nearest_time(labels, label) if axis == "time" else _place(axis, labels, label)
    return run.isel({axis: place}) if axis in run[KEPT].dims else run


def _nearest_time(times: Any, time: Any) -> int:
    slack = SAME * max(float(np.abs(times).max()), 1.0)
    moment = number_in("time", time)
    if not times[0] - slack <= moment <= times[-1] + slack:
        raise LargespinError(
            f"Argument `time` must lie within the run, [{times[0]:g}, {times[-1]:g}], but it is {moment:g}."
        )
    return int(np.argmin(np.abs(times - moment)))


def _place(axis: str, labels: Any, label: Any) -> int:
    """The row of a label, which must be there."""
    if np.issubdtype(labels.dtype, np.number) and isinstance(label, float | int | np.number):
        found = np.flatnonzero(np.isclose(labels.astype(np.float64), float(label), rtol=SAME, atol=0.0))
    else:
        found = np.flatnonzero([str(own) == str(label) for own in labels.tolist()])
    if len(found) != 1:
        names = ", ".join(f"{own:.12g}" if isinstance(own, float) else str(own) for own in labels.tolist())
        raise LargespinError(f"Argument `{axis}` must be one of {names}, but it is {label!r}.")
    return int(found[0])

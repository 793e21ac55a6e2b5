"""Stationary states for whole grids of parameters and numbers of particles, with as many Fock states as they need."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xarray as xr

from largespin.errors import number_in, one_of
from largespin.exact.calls.each_point import Progress, check_points, solve_points
from largespin.exact.calls.grid import Grid, grid_of_values
from largespin.exact.calls.table_datasets import StationaryPoint, stationary_dataset
from largespin.exact.generator.system import System, checked_limit, fock_states
from largespin.exact.solvers.cutoff import grown
from largespin.exact.solvers.null_space import Method
from largespin.exact.solvers.stationary_states_of import check_stationary, stationary_states_of
from largespin.exact.space.particle_numbers import ParticleNumbers
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.outcomes import Outcome

FIRST_FOCK = 8
"""Fock states of the first attempt: enough for a mode near its vacuum, and cheap to throw away."""


def stationary_states(
    model: Model,
    *,
    particles: ParticleNumbers,
    fock: int | Sequence[int] | None = None,
    method: Method = "auto",
    fock_tolerance: float = 1e-6,
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """Solve ``L ρ = 0``, ``tr ρ = 1`` at every point: all extremal stationary states, with how good they are.

    Args:
        model: the model, constant in time.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes. If not given, the number grows until the last tenth of them holds less than
            `fock_tolerance`.
        method: ``"direct"``, ``"iterative"`` or ``"auto"`` (by size).
        fock_tolerance: probability allowed in the last tenth of the Fock states.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset over (…, state): ``m``, ``q``, ``p``, ``occupation``, ``overlap``, averages, ``covariance``, ``purity``,
        ``relative_residual`` (relative to the norm of L), ``trace_error``, ``hermiticity``, ``negativity`` (weight of negative
        eigenvalues; NaN where it cannot be decided), ``smallest_population``, ``fock_tail``; and per point
        ``number_of_states``, ``unique`` (whether there is exactly one), ``continuum`` (whether there are stationary
        directions that do not split into extremal states: coherences between these persist, or a state is metastable
        beyond double precision; one mixture of all is given then), ``gap`` (an estimate of the slowest rate), ``solver``
        (how they were found: ``"dense"``, ``"direct"``, ``"iterative"``, or several for different sectors),
        ``components``, ``fock``, ``outcome`` (finished, truncated where given Fock states do not suffice, failed or
        interrupted), ``sentence`` and ``usable``. Failed points are NaN, with the reason.

    Raises:
        LargespinError: bad arguments, models that depend on time, or a size beyond the memory; every point is checked
            before the first one starts. Errors that arise later raise only where there is just one point.

    Limits: those of `stationary_states_of`. The number of Fock states grows by itself up to 300 per mode.

    Source: theory page, section 6.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.exact.stationary_states(model, particles=[10, 20], temperature=2.0, field=0.0)
        >>> found.covariance.sel(row="block 0 z", column="block 0 z", state=0).values.round(3)  # towards 1/(1 − β) = 2
        array([1.715, 1.835])
    """
    given = call_values(stationary_states, model, parameters, values)
    one_of("method", method, Method)
    number_in("fock_tolerance", fock_tolerance, 0.0, 1.0, open_low=True)
    limit, own = checked_limit(memory_limit), None if fock is None else fock_states(model, fock)
    first = own or (FIRST_FOCK,) * len(model.modes)
    where = grid_of_values(model, given, particles)

    def system(point: Grid.Point, states: tuple[int, ...]) -> System:
        return System(model, particles=point.counts, fock=states or None, memory_limit=limit, parameters=point.values)

    def solve(index: int, point: Grid.Point, bar: Progress) -> StationaryPoint:
        return _with_fock(model, first, own is None, fock_tolerance, lambda states: system(point, states), method)

    check_points(where, lambda point: check_stationary(system(point, first), method))
    return stationary_dataset(model, where, solve_points(where, solve, progress))


def _with_fock(
    model: Model, first: tuple[int, ...], growing: bool, tolerance: float,
    system_of: Callable[[tuple[int, ...]], System], method: Method,
) -> StationaryPoint:  # fmt: skip
    """The stationary states with Fock states that suffice, or with those that are given."""
    fock = first
    while True:
        system = system_of(fock)
        found = StationaryPoint.of(system, stationary_states_of(system, method=method), tolerance)
        if not growing or found.ending.outcome != Outcome.TRUNCATED:
            return found
        fock = grown(model, fock, found.largest_tail, tolerance, first)

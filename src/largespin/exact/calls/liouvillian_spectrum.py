"""The slowest eigenvalues of the generator for whole grids of parameters and numbers of particles."""

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr

from largespin.errors import whole_number
from largespin.exact.calls.each_point import Progress, check_points, solve_points
from largespin.exact.calls.grid import Grid, grid_of_values
from largespin.exact.calls.table_datasets import LiouvillianSpectrumPoint, liouvillian_spectrum_dataset
from largespin.exact.generator.system import System, checked_limit, fock_states
from largespin.exact.solvers.liouvillian_spectrum_of import check_liouvillian_spectrum, liouvillian_spectrum_of
from largespin.exact.space.particle_numbers import ParticleNumbers
from largespin.meanfield.points import call_values
from largespin.model.model import Model


def liouvillian_spectrum(
    model: Model,
    *,
    particles: ParticleNumbers,
    fock: int | Sequence[int] | None = None,
    count: int = 6,
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    """The slowest eigenvalues ``λ`` of the Liouvillian on the symmetric space at every point.

    Args:
        model: the model, constant in time.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes; needed if there are modes.
        count: how many eigenvalues.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``decay_rate`` (−Re λ) and ``angular_frequency`` (Im λ) over (…, index), slowest first, ``relative_residual``
        (relative to the norm of L), and per point ``gap`` (smallest non-zero decay rate), ``number_of_states`` (zero
        eigenvalues), ``complete`` (whether nothing as slow is missing), ``components``, ``fock``, ``outcome`` (finished, failed or interrupted),
        ``sentence`` and ``usable``. Failed points are NaN, with the reason.

    Raises:
        LargespinError: bad arguments, models that depend on time, or a size beyond the memory; every point is checked
            before the first one starts. Errors that arise later raise only where there is just one point.

    Limits: those of `liouvillian_spectrum_of`.

    Source: theory page, section 6.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> ls.exact.liouvillian_spectrum(model, particles=[10, 20], temperature=0.5, field=0.0).gap.values.round(4)
        array([0.0099, 0.0004])
    """
    given = call_values(liouvillian_spectrum, model, parameters, values)
    number = whole_number("count", count, 1)
    limit, states = checked_limit(memory_limit), fock_states(model, fock)
    where = grid_of_values(model, given, particles)

    def system(point: Grid.Point) -> System:
        return System(model, particles=point.counts, fock=states or None, memory_limit=limit, parameters=point.values)

    def check(point: Grid.Point) -> None:
        found = system(point)
        check_liouvillian_spectrum(found, min(number, found.space.size))

    def solve(index: int, point: Grid.Point, bar: Progress) -> LiouvillianSpectrumPoint:
        found = system(point)
        return LiouvillianSpectrumPoint.of(found, liouvillian_spectrum_of(found, count=min(number, found.space.size)))

    check_points(where, check)
    return liouvillian_spectrum_dataset(model, where, solve_points(where, solve, progress), number)

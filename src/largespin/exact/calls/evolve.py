"""Exact evolution at finite N: one run, or one for every parameter value, start and number of particles."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import LargespinError
from largespin.exact.calls.each_point import Interrupted, Progress, check_points, solve_points
from largespin.exact.calls.grid import Grid, grid
from largespin.exact.calls.plan import Displace, Plan, plan_of
from largespin.exact.calls.results import Record, evolution_dataset
from largespin.exact.generator import memory
from largespin.exact.generator.system import System
from largespin.exact.solvers.arrays import Device, array_on, to_device, to_host
from largespin.exact.solvers.cutoff import CutoffError, first_fock, grown, moving_displacement
from largespin.exact.solvers.propagate import ROUNDING, PropagationError, integrate, propagate
from largespin.exact.space.particle_numbers import ParticleNumbers
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike
from largespin.outcomes import Ending, Outcome

WATCHED = 50
"""Particles per block above which rounding errors are followed: collective dynamics of coherent states multiplies them by
up to 2^(N/2)."""
HOPELESS = 10.0
"""Multiple of `fock_tolerance` in the last Fock states at which an attempt ends early: it must be repeated anyway."""
NOWHERE = Ending(Outcome.NO_STATE, "No state at this place of the result.")
"""For starts from results of different lengths, which are filled up."""


def evolve(
    model: Model,
    start: StateLike | SymmetricState,
    times: npt.ArrayLike,
    *,
    particles: ParticleNumbers,
    fock: int | Sequence[int] | None = None,
    displace: Displace | None = None,
    tolerance: float = 1e-9,
    fock_tolerance: float = 1e-6,
    max_step: float | None = None,
    keep_states: bool = False,
    device: Device = "cpu",
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve ``ρ̇ = −i[N h, ρ] + Σ_L (L ρ L† − ½{L†L, ρ})`` for N particles, exactly.

    Args:
        model: the model; energy and collective jumps polynomial (products are symmetrised), rates Γ(Δ) of commuting Δ.
        start: the state or states at the first time, as for `largespin.evolve`: product states with these averages, modes
            coherent; rows of results bring their parameters. Or a state of N particles: a `SymmetricState` of the same
            space, or a row of an exact run with `keep_states`, which keep their Fock states and displacement.
        times: output times (T,), rising; a single number gives the final state alone, starting from time 0.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes. If not given, the number grows until the last tenth of the states holds less than
            `fock_tolerance` at all times; a `SymmetricState` keeps its own number.
        displace: build the Fock states around moving mean-field amplitudes (``"mean field"``) or around fixed ones (M,);
            around the vacuum if not given, or where those of a given state of N particles lie. A model without modes has nothing to displace.
        tolerance: error per step, relative to the largest component.
        fock_tolerance: probability allowed in the last tenth of the Fock states.
        max_step: longest step with explicit time; a two-hundredth of the run if not given. Give less for short pulses.
        keep_states: keep ``density_matrix``, the components of ρ at all times; `state_of` makes `SymmetricState` of them.
        device: ``"cpu"``, or ``"gpu"`` for CuPy on an NVIDIA GPU.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``m`` (…, time, block, component), ``q``, ``p``, ``alpha`` and ``occupation`` (…, time, mode), ``overlap``, the
        model's averages, ``covariance`` (…, time, row, column), ``purity``, ``trace``, ``fock_tail``, and for every run
        ``rounding`` (how far rounding may have moved the means; followed above 50 particles per block, where collective
        dynamics of coherent states loses digits; NaN in place of values it has destroyed), ``outcome``, ``sentence``,
        ``usable``, ``end_time``, ``fock``, ``components`` and ``memory`` (the estimate, bytes). The outcome is finished,
        truncated (the Fock states did not suffice), inaccurate, unphysical, failed, interrupted or no state (where a
        result that the start comes from has none); the sentence says why. What was not computed is NaN.

    Raises:
        LargespinError: bad arguments, or a size beyond the memory with the size that would fit; every point is checked
            before the first one starts. Errors that arise later raise only where there is just one point.

    Limits: memory grows as N³ for one block of spins ½, N⁶ for two, N⁸ for three levels. The number of Fock states
        grows by itself up to 300 per mode, or twice what the mean field suggests.

    Source: theory page, section 6.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.exact.evolve(model, [0, 0, 0.5], [0, 1, 2], particles=[10, 20], temperature=0.5, field=0.2)
        >>> run.overlap.isel(pattern=0, time=-1).values.round(4)
        array([0.6145, 0.7579])
    """
    where = grid(model, call_values(evolve, model, parameters, values), start, particles)
    plan = plan_of(
        model, where.given, times, tolerance=tolerance, fock_tolerance=fock_tolerance, max_step=max_step, displace=displace,
        device=device, memory_limit=memory_limit, fock=fock, keep_states=keep_states,
    )  # fmt: skip
    guesses = _admitted(model, plan, where)

    def run(index: int, point: Grid.Point, bar: Progress) -> Record | Ending:
        return NOWHERE if point.start is None else _run(model, plan, point, guesses[index], bar)

    records = solve_points(where, run, progress, plan.times)
    return evolution_dataset(model, where, plan, records)


def _admitted(model: Model, plan: Plan, where: Grid) -> list[tuple[int, ...] | None]:
    """First numbers of Fock states of all points, if everything known beforehand allows all of them."""
    found = check_points(where, partial(_admitted_point, model, plan))
    if plan.keep_states:
        memory.check_kept(sum(size for _, size in found), plan.memory_limit)
    return [guess for guess, _ in found]


def _admitted_point(model: Model, plan: Plan, point: Grid.Point) -> tuple[tuple[int, ...] | None, float]:
    """The first number of Fock states of a point, and the bytes of its kept states; errors if it can be no run."""
    if point.start is None:
        return None, 0.0
    # The start tells as much as the path that will be followed, and costs nothing.
    displacement: Any = plan.displace
    if displacement == "mean field":
        amplitudes = point.start.amplitudes
        displacement = lambda t: (amplitudes, np.zeros_like(amplitudes))  # noqa: E731
    try:
        fock = plan.fock or first_fock(model, point.start, plan.times, point, displacement)
    except CutoffError:
        # A mean field that fails is the fate of this point alone.
        return None, 0.0
    system = _system(model, plan, point, fock, displacement)
    if plan.device != "cpu" and not system.is_steady:
        raise LargespinError("Argument `device` must be cpu for a model that depends on time, but it is gpu.")
    system.check_start(point.start, float(plan.times[0]))
    system.check_memory()
    return fock, float(np.dtype(np.complex128).itemsize) * system.space.size * len(plan.times)


def _system(model: Model, plan: Plan, point: Grid.Point, fock: tuple[int, ...], displacement: Any) -> System:
    return System(
        model, particles=point.counts, fock=fock or None, displacement=displacement, memory_limit=plan.memory_limit,
        kept_states=len(plan.times) if plan.keep_states else 0, parameters=point.values,
    )  # fmt: skip


def _run(model: Model, plan: Plan, point: Grid.Point, fock: tuple[int, ...] | None, bar: Progress) -> Record:
    """One run; with an automatic number of Fock states it is repeated until they suffice."""
    displacement: Any = plan.displace
    if displacement == "mean field":
        displacement = moving_displacement(model, point.start, plan.times, point.values)
    first = fock = first_fock(model, point.start, plan.times, point, displacement) if fock is None else fock
    # A state that is given brings its own Fock states.
    growing = bool(fock) and plan.fock is None and not isinstance(point.start, SymmetricState)
    while True:
        system = _system(model, plan, point, fock, displacement)
        record = Record(system, plan)
        trouble = _followed(system, plan, point.start, record, bar, growing)
        if trouble or not growing or record.worst_tail <= plan.fock_tolerance:
            return record.finished(trouble)
        try:
            fock = grown(model, fock, record.largest_tail, plan.fock_tolerance, first)
        except CutoffError as error:
            return record.without_cut_states().finished(str(error))


def _followed(system: System, plan: Plan, start: Any, record: Record, bar: Progress, growing: bool) -> str:
    """Record the states at all times; why it ended early, or nothing."""
    try:
        for time, state, error in _states(system, plan, start, bar):
            record.add(system.state(state, time))
            if error is not None:
                record.add_rounding(system.space, error)
            if growing and record.worst_tail > HOPELESS * plan.fock_tolerance:
                return ""
    except PropagationError as error:
        return f"The solver stopped: {error}."
    except KeyboardInterrupt as stop:
        if record.done < 2:
            raise
        raise Interrupted(record.interrupted()) from stop
    return ""


def _states(system: System, plan: Plan, start: Any, bar: Progress) -> Iterator[tuple[float, Any, Any]]:
    """Times, components of the state, and how far rounding may have moved them where that is followed."""
    begin = system.begin(start, float(plan.times[0]))
    liouvillian = system.real_liouvillian
    coordinates = liouvillian.basis.coordinates(begin.vector)
    part = liouvillian.part(coordinates)
    chosen = coordinates[part.kept]
    watched = max(system.space.counts) > WATCHED
    noise = np.random.default_rng(5).choice([-1.0, 1.0], size=len(chosen)) if watched else None
    if noise is not None:
        chosen = np.column_stack([chosen, ROUNDING * noise * chosen])
    states: Iterator[Any]
    advanced: Callable[[float], None] = bar.advanced
    if liouvillian.is_steady:
        matrix, vector = to_device(plan.device, part.steady, chosen)
        signs = None if noise is None else array_on(plan.device, noise)
        states = propagate(matrix, vector, plan.times, plan.tolerance, advanced, signs)
    else:
        states = integrate(part.velocity, chosen, plan.times, plan.tolerance, plan.longest, advanced, noise)
    for time, y in zip(map(float, plan.times), states, strict=True):
        columns = np.atleast_2d(to_host(y).T)
        yield time, part.widened(columns[0]), None if noise is None else part.widened(columns[1])

"""Exact evolution at finite N: one run, or one for every parameter value, start and number of particles."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array, number_in
from largespin.exact.arrays import array_on, check_device, to_device, to_host
from largespin.exact.cutoff import GROWTH, first_fock, moving_displacement
from largespin.exact.grid import Grid, Progress, grid
from largespin.exact.propagate import ROUNDING, PropagationError, integrate, propagate
from largespin.exact.results import Record, evolution_dataset
from largespin.exact.state import SymmetricState
from largespin.exact.system import System, check_model, fock_states
from largespin.model.model import Model
from largespin.model.state import State

WATCHED = 50
"""Particles per block above which rounding errors are followed: collective dynamics of coherent states multiplies them by
up to 2^(N/2)."""
DRIVEN_STEPS = 200
"""Steps that a run with explicit time takes at least."""


def evolve(
    model: Model,
    start: npt.ArrayLike | State | SymmetricState,
    times: npt.ArrayLike,
    *,
    particles: Any,
    fock: int | tuple[int, ...] | None = None,
    displace: str | npt.ArrayLike | None = None,
    tolerance: float = 1e-9,
    fock_tolerance: float = 1e-6,
    max_step: float | None = None,
    keep_states: bool = False,
    device: str = "cpu",
    memory_limit: float | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve ``ρ̇ = −i[N h, ρ] + Σ_L (L ρ L† − ½{L†L, ρ})`` for N particles, exactly.

    Args:
        model: the model; energy and collective jumps polynomial (products are symmetrised), rates Γ(Δ) of commuting Δ.
        start: the state at the first time: Bloch vectors or density matrices of the blocks as for `largespin.evolve`
            (product states, modes coherent), or a `SymmetricState` of the same space.
        times: output times (T,), rising; a single number gives the final state alone, starting from time 0.
        particles: N, a tuple of numbers per block, or a list of N, which becomes the axis ``particles``.
        fock: Fock states of the modes. If not given, the number grows until the last tenth of the states holds less than
            `fock_tolerance` at all times.
        displace: build the Fock states around moving mean-field amplitudes (``"mean field"``) or around fixed ones (M,);
            around the vacuum if not given.
        tolerance: error per step, relative to the largest component.
        fock_tolerance: probability allowed in the last tenth of the Fock states.
        max_step: longest step with explicit time; a two-hundredth of the run if not given. Give less for short pulses.
        keep_states: keep ``state``, the components of ρ at all times; `state_of` makes `SymmetricState` of them.
        device: ``"cpu"``, or ``"gpu"`` for CuPy on an NVIDIA GPU.
        memory_limit: bytes allowed; most of the free memory if not given.
        progress: show a progress bar with the time left.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``m`` (…, time, block, component), ``q``, ``p`` and ``occupation`` (…, time, mode), ``overlap``, the
        model's averages, ``covariance`` (…, time, row, column), ``purity``, ``trace``, ``fock_tail``, and for every run
        ``rounding`` (how far rounding may have moved the means; followed above 50 particles per block, where collective
        dynamics of coherent states loses digits; NaN in place of values it has destroyed), ``outcome``, ``sentence``,
        ``end_time``, ``fock``, ``components`` and ``memory`` (the estimate, bytes).

    Raises:
        LargespinError: bad arguments, or a size beyond the memory with the size that would fit.

    Source: theory page, section 6.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> run = ls.exact.evolve(model, [0, 0, 0.5], [0, 1, 2], particles=[10, 20], temperature=0.5, field=0.2)
        >>> run.overlap.isel(pattern=0, time=-1).values.round(4)
        array([0.6145, 0.7579])
    """
    check_model(model)
    plan = _plan(model, times, tolerance, fock_tolerance, max_step, displace, device, memory_limit, fock)
    where = grid(model, {**(parameters or {}), **values}, start, particles)
    records: list[Record] = []
    with Progress(progress, len(where), plan.times) as bar:
        try:
            for point in where:
                records.append(_run(model, plan, point, bar, keep_states))
                bar.done()
        except KeyboardInterrupt:
            bar.interrupted()
    return evolution_dataset(model, where, plan.times, plan.final_only, records, keep_states)


@dataclass(frozen=True)
class Plan:
    """What all runs of one call share; see `evolve`."""

    times: FloatArray
    final_only: bool
    tolerance: float
    fock_tolerance: float
    longest: float
    displace: str | ComplexArray | None
    device: str
    memory_limit: float | None
    fock: tuple[int, ...] | None


def _plan(
    model: Model, times: Any, tolerance: float, fock_tolerance: float, max_step: Any, displace: Any, device: str,
    memory_limit: Any, fock: Any,
) -> Plan:  # fmt: skip
    array = finite_array("times", times)
    final_only = array.ndim == 0
    moments = np.array([0.0, float(array)]) if final_only else array
    if moments.ndim != 1 or len(moments) < 2 or np.any(np.diff(moments) <= 0):
        raise LargespinError(
            "Argument `times` must be one number above zero, or rise from the time of the start over at least two times, "
            f"but it is {times!r}."
        )
    span = float(moments[-1] - moments[0])
    longest = span / DRIVEN_STEPS if max_step is None else number_in("max_step", max_step, 0.0, open_low=True)
    if isinstance(displace, str) and displace != "mean field":
        raise LargespinError(f"Argument `displace` must be 'mean field' or amplitudes, but it is {displace!r}.")
    if displace is not None and not isinstance(displace, str):
        displace = _checked_amplitudes(model, displace)
    if fock is not None and not model.modes:
        raise LargespinError("Argument `fock` must be left out for a model without modes, but it is given.")
    return Plan(
        moments,
        final_only,
        number_in("tolerance", tolerance, 1e-14, 1e-2),
        number_in("fock_tolerance", fock_tolerance, 0.0, 1.0, open_low=True),
        longest,
        displace if model.modes else None,
        check_device(device),
        None if memory_limit is None else number_in("memory_limit", memory_limit, 0.0, open_low=True),
        None if fock is None else fock_states(model, fock),
    )


def _checked_amplitudes(model: Model, displace: Any) -> ComplexArray:
    try:
        amplitudes = np.asarray(displace, dtype=np.complex128)
    except (TypeError, ValueError) as error:
        raise LargespinError(
            f"Argument `displace` must be 'mean field' or amplitudes, but it is {displace!r}."
        ) from error
    if amplitudes.shape != (len(model.modes),) or not np.all(np.isfinite(amplitudes)):
        raise LargespinError(
            f"Argument `displace` must be {len(model.modes)} finite amplitudes, one per mode, but its shape is "
            f"{amplitudes.shape}."
        )
    return amplitudes


def _run(model: Model, plan: Plan, point: Grid.Point, bar: "Progress", keep_states: bool) -> Record:
    """One run; with an automatic number of Fock states it is repeated until they suffice."""
    displacement: Any = plan.displace
    if displacement == "mean field":
        displacement = moving_displacement(model, point.start, plan.times, point.values)
    fock = plan.fock
    if fock is None:
        fock = first_fock(model, point.start, plan.times, point, displacement)
    while True:
        system = System(
            model, point.counts, fock or None, displacement=displacement, memory_limit=plan.memory_limit,
            kept_states=len(plan.times) if keep_states else 0, parameters=point.values,
        )  # fmt: skip
        record = Record(system, plan.times, keep_states)
        outcome = _follow(system, plan, point.start, record, bar)
        if outcome or plan.fock is not None or not fock or record.worst_tail <= plan.fock_tolerance:
            return record.finished(outcome, plan.fock_tolerance)
        tails = record.largest_tail
        fock = tuple(
            int(np.ceil(GROWTH * f)) + 2 if tail > plan.fock_tolerance else f
            for f, tail in zip(fock, tails, strict=True)
        )


def _follow(system: System, plan: Plan, start: Any, record: Record, bar: "Progress") -> str:
    """Record the states at all times; why it ended early, or nothing."""
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
        if plan.device != "cpu":
            raise LargespinError("Argument `device` must be cpu for a model that depends on time, but it is gpu.")
        states = integrate(part.velocity, chosen, plan.times, plan.tolerance, plan.longest, advanced, noise)
    try:
        for time, y in zip(plan.times, states, strict=True):
            columns = np.atleast_2d(to_host(y).T)
            record.add(system.state(part.widened(columns[0]), float(time)))
            if noise is not None:
                record.add_rounding(part.widened(columns[1]))
            if plan.fock is None and system.space.fock and record.worst_tail > 10 * plan.fock_tolerance:
                return ""
    except PropagationError as error:
        return f"The solver stopped: {error}."
    return ""


def state_of(run: xr.Dataset, system: System, **where: Any) -> SymmetricState:
    """The state of a run with ``keep_states`` at one place and time.

    Args:
        run: the result of `evolve` for one number of particles.
        system: a system with the run's particles, Fock states and parameters; the displacement is that of the run.
        **where: labels of the point, such as ``time=1.0``; nearest values are taken.

    Raises:
        LargespinError: no states were kept, or several are left.
    """
    if "state" not in run:
        raise LargespinError("Argument `run` must be made with `keep_states=True`, but it holds no states.")
    chosen = run.sel(where, method="nearest") if where else run
    left = [d for d in chosen.state.dims if d != "element"]
    if left:
        raise LargespinError(
            f"Argument `where` must pick one state, but the axes {', '.join(map(str, left))} are left."
        )
    size = int(chosen["components"])
    if size != system.space.size:
        raise LargespinError(
            f"Argument `system` must have the particles and Fock states of the run, {size} components, but it has "
            f"{system.space.size}."
        )
    state = system.state(chosen.state.values[: system.space.size])
    if not system.model.modes:
        return state
    return replace(
        state, displacement=(chosen.displacement_q.values + 1j * chosen.displacement_p.values) / np.sqrt(2.0)
    )

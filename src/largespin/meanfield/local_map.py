"""What a few particles do inside the large system: the local propagator of FMLC23 Theorem 2."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, LargespinError, number_in, whole_number
from largespin.meanfield.compile import heyoka_system, set_parameters
from largespin.meanfield.derive import mean_field
from largespin.meanfield.points import call_values, output_times, points_from
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.meanfield.solve import TOLERANCES
from largespin.model.model import Model
from largespin.model.operators import hermitian_basis
from largespin.model.start import StateLike
from largespin.quantities import described, text

MOST_STEPS = 500_000
"""Taylor steps after which a local map gives up; stiff models need more."""


@lru_cache(maxsize=8)
def _compiled(model: Model, tolerance: float) -> Any:
    """The mean field with probe particles: d² per block, driven by the averages but without weight in them."""
    import heyoka as hy

    system = heyoka_system(mean_field(model), probes=model.particles.levels**2)
    rows = system.rows
    return hy.taylor_adaptive(rows, np.zeros(len(rows)), tol=tolerance, compact_mode=system.is_large)


def local_map(
    model: Model,
    start: StateLike,
    times: npt.ArrayLike,
    *,
    tolerance: float = 1e-10,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""The propagator ``Λ_{t,0}`` of one particle of every block along a mean-field run.

    A particle of block k obeys ``ρ̇ = −i[Σ_b B_{k,b}(t) v_b, ρ] + Σ_jumps Γ²(Δ_k(t)) D_j^*[ρ]`` with the fields of the
    mean-field solution. In the coordinates ``x_a = tr(ρ v_a)`` this is ``x(t) = Λ x(0)``, one d² × d² matrix per block.

    Args:
        model: the model.
        start: the state at the first time, one state.
        times: output times (T,), rising; a single number gives the propagator from time 0 to it.
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each.

    Returns:
        Dataset with ``propagator`` (time, block, out, in), the axes ``out`` and ``in`` running over 1, v_1, v_2, …,
        and the variables of `evolve`.

    Raises:
        LargespinError: more than one state or parameter value.

    Source: FMLC23 Theorem 2 and Eq. 50.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> map_ = ls.local_map(model, [0, 0, 0.5], 5.0, temperature=0.5, field=0.2)
        >>> moved = map_.propagator.values[0] @ [1, 0, 0, 0.5]  # the product state follows the mean field
        >>> bool(abs(moved[1:] - map_.m.values[0]).max() < 1e-8)
        True
    """
    where = points_from(model, start, call_values(local_map, model, parameters, values), one=True)
    grid, final_only = output_times(times)
    rows = _propagate(model, where.starts[0], where.parameters[0], grid, number_in("tolerance", tolerance, *TOLERANCES))
    n, blocks, d2 = model.number_of_variables, model.particles.number_of_blocks, model.particles.levels**2
    probes = rows[:, n:].reshape(len(rows), blocks, d2, d2 - 1)
    propagator = np.zeros((len(rows), blocks, d2, d2))
    propagator[..., 0, 0] = 1.0
    propagator[..., 1:, 0] = probes[..., 0, :]
    propagator[..., 1:, 1:] = np.swapaxes(probes[..., 1:, :] - probes[..., :1, :], -1, -2)
    names = text(["1", *model.particles.component_names])
    variables = state_variables(model, rows[:, :n], ("time",))
    variables["propagator"] = xr.DataArray(
        propagator,
        dims=("time", "block", "out", "in"),
        coords={"out": names, "in": names},
    )
    dataset = labelled(variables, model, where).assign_coords(time=grid)
    dataset.attrs = provenance(model, fixed=where.fixed, tolerance=tolerance)
    return described(dataset.isel(time=-1) if final_only else dataset)


def _longest_step(model: Model, grid: Any) -> float:
    """Steps short enough to notice a drive that begins late, as in `evolve`."""
    return np.inf if mean_field(model).is_autonomous else float(grid[-1] - grid[0]) / 1000


def _propagate(model: Model, start: Any, parameters: Any, grid: Any, tolerance: float) -> Any:
    taylor = deepcopy(_compiled(model, tolerance))
    d2 = model.particles.levels**2
    probes = np.concatenate([np.zeros((1, d2 - 1)), np.eye(d2 - 1)])
    taylor.time = grid[0]
    taylor.state[:] = np.concatenate([start, np.tile(probes.ravel(), model.particles.number_of_blocks)])
    set_parameters(taylor, parameters)
    result = taylor.propagate_grid(grid, max_steps=MOST_STEPS, max_delta_t=_longest_step(model, grid))
    if len(result[-1]) < len(grid):
        reached = float(grid[max(len(result[-1]) - 1, 0)])
        reason = "a rate or the state is not finite" if np.isnan(taylor.time) else "the problem is stiff"
        raise LargespinError(
            f"The local map was followed to t = {reached:g} only, because {reason} beyond; ask for less."
        )
    return result[-1]


def apply_local_map(
    map_: xr.Dataset, density_matrix: npt.ArrayLike, blocks: Sequence[int], *, time: float | None = None
) -> ComplexArray:
    r"""Evolve a few-particle density matrix, entangled or not: ``ρ(t) = (Λ_{k_1} ⊗ … ⊗ Λ_{k_n}) ρ(0)``.

    Args:
        map_: the result of `local_map`.
        density_matrix: ``ρ(0)`` of n particles, shape (dⁿ, dⁿ), first particle outermost.
        blocks: the block of each particle.
        time: which output time; the nearest one is taken. Needed if the map has several.

    Returns:
        ``ρ(t)``, shape (dⁿ, dⁿ).

    Raises:
        LargespinError: shapes that do not fit, a block that does not exist, or something that is no density matrix.

    Source: FMLC23 Theorem 2.

    Example:
        >>> import numpy as np, largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> map_ = ls.local_map(model, [0, 0, 0.5], 5.0, temperature=0.5, field=0.2)
        >>> bell = np.zeros((4, 4)); bell[np.ix_([0, 3], [0, 3])] = 0.5
        >>> rho = ls.apply_local_map(map_, bell, blocks=[0, 0])
        >>> round(float(np.trace(rho).real), 10)
        1.0
    """
    propagators = _at_time(map_, time)
    d2 = propagators.shape[-1]
    levels = round(np.sqrt(d2))
    for block in blocks:
        whole_number("blocks", block, 0, len(propagators) - 1)
    rho = _density_matrix(density_matrix, levels, len(blocks))
    basis = hermitian_basis(levels)
    coordinates = _coordinates(rho, basis, len(blocks))
    for position, block in enumerate(blocks):
        coordinates = np.moveaxis(np.tensordot(propagators[block], coordinates, axes=(1, position)), 0, position)
    return _rebuilt(coordinates, basis, len(blocks))


def _coordinates(rho: ComplexArray, basis: ComplexArray, count: int) -> ComplexArray:
    """``x_{a_1 … a_n} = tr(ρ v_{a_1} ⊗ … ⊗ v_{a_n})``."""
    levels = basis.shape[-1]
    tensor = rho.reshape((levels,) * (2 * count))
    for done in range(count):
        # Particle by particle: its row and column index become one coordinate at the end.
        tensor = np.tensordot(tensor, basis, axes=((0, count - done), (2, 1)))
    return tensor


def _rebuilt(coordinates: ComplexArray, basis: ComplexArray, count: int) -> ComplexArray:
    """``ρ = d^{-n} Σ x_{a_1 … a_n} v_{a_1} ⊗ … ⊗ v_{a_n}``."""
    levels = basis.shape[-1]
    tensor = coordinates
    for _ in range(count):
        tensor = np.tensordot(tensor, basis / levels, axes=(0, 0))
    rows, columns = range(0, 2 * count, 2), range(1, 2 * count, 2)
    return tensor.transpose(*rows, *columns).reshape(levels**count, levels**count)


def _at_time(map_: xr.Dataset, time: float | None) -> npt.NDArray[np.float64]:
    if not isinstance(map_, xr.Dataset) or "propagator" not in map_:
        raise LargespinError("Argument `map_` must be the result of `local_map`, but it has no propagator.")
    if "time" not in map_.propagator.dims:
        return np.asarray(map_.propagator.values)
    if time is None:
        raise LargespinError("Argument `time` must say which output time is meant, because the map has several.")
    first, last = float(map_.time[0]), float(map_.time[-1])
    return np.asarray(map_.propagator.sel(time=number_in("time", time, first, last), method="nearest").values)


def _density_matrix(value: npt.ArrayLike, levels: int, count: int) -> ComplexArray:
    rho = np.asarray(value, dtype=np.complex128)
    size = levels**count
    if rho.shape != (size, size):
        raise LargespinError(
            f"Argument `density_matrix` must have shape {(size, size)} for {count} particles of {levels} levels, "
            f"but its shape is {rho.shape}."
        )
    if not np.all(np.isfinite(rho)) or not np.allclose(rho, rho.conj().T, rtol=0.0, atol=1e-10):
        raise LargespinError("Argument `density_matrix` must be finite and Hermitian, but it is not.")
    if abs(np.trace(rho) - 1.0) > 1e-9 or np.linalg.eigvalsh(rho)[0] < -1e-9:
        raise LargespinError("Argument `density_matrix` must be positive with trace 1, but it is not.")
    return rho

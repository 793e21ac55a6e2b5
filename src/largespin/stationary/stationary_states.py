"""All stationary states that a multi-start search finds, at one parameter point or on a grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, number_in, whole_number
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import NumericMeanField, numeric_mean_field
from largespin.meanfield.points import Points, call_values, points
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.start import Given, StateLike, given
from largespin.model.state import smallest_eigenvalue
from largespin.outcomes import Outcome
from largespin.stationary.newton import MOST_NUMBERS, Conditions, search
from largespin.stationary.own_starts import own_starts, single_values
from largespin.stationary.stability import refuse_time, stability_eigenvalues, stability_variables
from largespin.stationary.starts import search_starts, settle_modes
from largespin.stationary.symmetry import Symmetry, orbits, symmetries
from largespin.stationary.thresholds import FOUND

MOST_STATES = 256
"""Number of states of one point up to which images under symmetries are added: five patterns have 243 states of each
kind by flips and exchanges; with more patterns the images would fill the result and nobody reads them."""
NEAR = 0.05
"""Distance below which two solutions may be one although they are further apart than `join`: at a cusp, where F is
cubic, a residual of 1e-9 leaves 1e-3, with small coefficients some ten times that; different states this near are told
by their slopes."""
REACH = 20.0
"""How many times residual over smallest slope a root may be away: where F is flat the slope falls on the way there, for
a cubic root by a factor of three, and the residual has the same size only up to the model's own numbers."""
OUTSIDE = -1e-7
"""Eigenvalue of a density matrix down to which a solution is a state: pure states come out of the search outside the
ball by rounding and by the residual, which is at most 1e-9; a hundred times that is no state."""
KEPT = 1e-7
"""Difference of conserved values up to which an image lies on the level set: above rounding and the residual of 1e-9,
below any difference of level sets that a user gives with six digits."""
ROUGH = 1e-6
"""Tolerance of the runs that carry starts on: they only end near attractors, and Newton's method does the rest."""
CARRIED = 60.0
"""Time of these runs in units of the typical rate's inverse: what decays at a tenth of that rate is down to e⁻⁶."""
CHUNK = 2e6
"""Numbers in the states of one round of searches: 16 MB, of which the searches hold a few copies."""


def stationary_states(
    model: Model,
    *,
    starts: int | StateLike = 64,
    seed: int = 0,
    like: StateLike | None = None,
    also: StateLike | None = None,
    join: float = 1e-5,
    images: bool = True,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Solve ``F(u, p) = 0`` from many starts; join duplicates; judge stability by the exact Jacobian.

    Conserved quantities fix a level set: without local jumps every block keeps its spectrum, and the states searched
    are pure ones (|m_k| = 1 for spin ½) unless `like` says otherwise.

    Each start is searched twice: from where it is, and from where the equations carry it in a short time, which finds
    attractors. Images of found states under the symmetries of the equations are added.

    Args:
        model: the model.
        starts: where the search begins: how many random states (more find more), or states of one's own instead: a
            `State`, Bloch vectors (…, K, d²−1), density matrices, or any result with states. Every point is searched
            from all of them.
        seed: seed of the random starts.
        like: one state whose conserved quantities the stationary states shall share.
        also: further starts beside the random ones, given as own `starts` are.
        join: distance below which two solutions are one; at bifurcations, where searches stop around the state, more.
        images: add the images of found states under symmetries (at most 256 states a point); off for large grids.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes. Results given as `starts`, `also` or `like` bring values
            that are not given here.

    Returns:
        Dataset over (parameter axes, state), stable states first, padded with NaN where fewer exist: the state
        variables of `evolve` (``m``, ``overlap`` …), ``residual``, ``eigenvalue_real``, ``eigenvalue_imag``,
        ``growth_rate``, ``verdict``, ``outcome`` (``finished``, or ``no state`` where it is padded), ``sentence``,
        ``usable``, ``symmetry_class`` (states that symmetries carry into each other share a number), ``found_by`` (how
        many searches ended there; 0 for an added image), and ``number_of_states`` per point.

    Raises:
        LargespinError: the model depends on time, or conserves a linear quantity and `like` is missing.

    Limits: a search proves existence, not completeness; `found_by` of 1 is a hint to use more starts. Continuous
    families of states are sampled, not joined.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> states = ls.stationary_states(model, temperature=0.5, field=0.2)
        >>> for name, overlap in zip(states.verdict.values, states.overlap.values[:, 0]):
        ...     print(name, round(overlap, 4) + 0.0)
        stable 0.9235
        stable -0.9235
        unstable 0.0
    """
    chosen = call_values(stationary_states, model, parameters, values)
    refuse_time(model)
    number_in("join", join, 0.0, open_low=True)
    begin, words, brought = _begin(model, starts, whole_number("seed", seed), also, chosen)
    level = None if like is None else given(model, like, name="like", one=True)
    along = {} if level is None else single_values(level, "like", {**brought, **chosen})
    where = points(model, {**along, **brought, **chosen})
    targets = _targets(model, level)
    conditions = Conditions(numeric_mean_field(model), conserved_quantities(model), targets)
    found = _search_all(conditions, begin, where, join)
    maps = symmetries(conditions.functions, where.parameters) if images else ()
    found = [
        _with_images(conditions, states, values, maps, join)
        for states, values in zip(found, where.parameters, strict=True)
    ]
    names = ", ".join(m.name for m in maps)
    return _dataset(model, where, found).assign_attrs(
        provenance(model, fixed=where.fixed, starts=words, seed=seed, symmetries=names)
    )


def _begin(
    model: Model, starts: int | StateLike, seed: int, also: StateLike | None, values: Mapping[str, Any]
) -> tuple[FloatArray, int | str, dict[str, float]]:
    """State vectors of all starts (S, n), what is said about them, and parameter values that came along."""
    brought: dict[str, float] = {}
    if isinstance(starts, int | float | str | np.generic):
        words: int | str = whole_number("starts", starts, 1)
        parts = [search_starts(model, int(words), seed)]
    else:
        own, brought = own_starts(model, starts, "starts", values)
        words, parts = f"{len(own)} of one's own", [own]
    if also is not None:
        further, more = own_starts(model, also, "also", {**brought, **values})
        parts, brought = [further, *parts], {**more, **brought}
    return np.concatenate(parts), words, brought


def _targets(model: Model, level: Given | None) -> FloatArray:
    """Values of the conserved quantities that are searched."""
    conserved = conserved_quantities(model)
    if level is not None:
        return conserved.values(level.state.vector)
    if len(conserved.linear):
        raise LargespinError(
            f"The model conserves {len(conserved.linear)} linear quantity(ies), so stationary states form families; "
            "give `like=`, a state with the conserved values that are meant."
        )
    return np.ones(len(conserved))


@dataclass(frozen=True, eq=False)
class _Found:
    """Distinct states of one parameter point: u (S, n), residuals, searches that ended there, numbers of orbits."""

    u: FloatArray
    residuals: FloatArray
    hits: FloatArray
    orbits: FloatArray


def _search_all(conditions: Conditions, begin: FloatArray, where: Points, join: float) -> list[_Found]:
    """Search every parameter point from every start, in rounds that fit into memory."""
    count, n = begin.shape
    model = conditions.functions.model
    duration = _relaxation_time(conditions.functions, begin, where.parameters)
    group = max(1, int(CHUNK // (2 * count * n)))
    found = []
    for first in range(0, len(where), group):
        chosen = where.parameters[first : first + group]
        parameters = np.repeat(chosen, count, axis=0)
        u = settle_modes(conditions.functions, np.tile(begin, (len(chosen), 1)), parameters)
        carried = final_states(model, u, parameters, duration, tolerance=ROUGH)
        u, norms = search(conditions, np.concatenate([u, carried]), np.concatenate([parameters, parameters]))
        u, norms = u.reshape(2, len(chosen), count, n), norms.reshape(2, len(chosen), count)
        for i, values in enumerate(chosen):
            found.append(_distinct(conditions, values, u[:, i].reshape(-1, n), norms[:, i].ravel(), join))
    return found


def _relaxation_time(functions: NumericMeanField, begin: FloatArray, parameters: FloatArray) -> float:
    """A few times the inverse of the typical rate."""
    # Eight states tell the order of magnitude.
    few = begin[:: max(1, len(begin) // 8)]
    sample = np.broadcast_to(parameters[len(parameters) // 2], (len(few), parameters.shape[1]))
    with np.errstate(all="ignore"):
        jacobians = functions.jacobian(few, sample)
    finite = np.isfinite(jacobians).all(axis=(-2, -1))
    sizes = np.linalg.norm(jacobians[finite], ord=np.inf, axis=(-2, -1))
    # Without any rate nothing moves, and any time will do.
    return CARRIED / max(float(np.median(sizes)), 1e-6) if sizes.size else 1.0


def _distinct(conditions: Conditions, parameters: FloatArray, u: FloatArray, norms: FloatArray, join: float) -> _Found:
    model = conditions.functions.model
    accepted = norms < FOUND
    u, norms = u[accepted], norms[accepted]
    if len(u) == 0:
        return _Found(u, norms, np.zeros(0), np.zeros(0))
    physical = smallest_eigenvalue(model.state_from_vector(u).bloch).min(axis=-1, initial=0.0) > OUTSIDE
    u, norms = u[physical], norms[physical]
    kept: list[int] = []
    members: list[list[int]] = []
    for index in np.argsort(norms):
        distances = np.abs(u[kept] - u[index]).max(axis=1) if kept else np.array([np.inf])
        nearest = int(np.argmin(distances))
        # At a bifurcation the equations are so flat that searches stop at many places around one state.
        if distances[nearest] < join or (
            distances[nearest] < NEAR
            and distances[nearest] < _uncertainty(conditions, u[index], norms[index], parameters)
        ):
            members[nearest].append(int(index))
        else:
            kept.append(int(index))
            members.append([int(index)])
    states, residuals = u[kept], norms[kept]
    for number, group in enumerate(members):
        middle = u[group].mean(axis=0)
        if np.abs(u[group] - middle).max() > join:
            size = float(np.linalg.norm(conditions.residual(middle, parameters)))
            if size < residuals[number]:
                states[number], residuals[number] = middle, size
    hits = np.array([len(group) for group in members], dtype=float)
    return _Found(states, residuals, hits, np.arange(len(kept), dtype=float))


def _uncertainty(conditions: Conditions, u: FloatArray, norm: float, parameters: FloatArray) -> float:
    """How far the root may be where the search stopped: several times the residual by the smallest slope."""
    slopes = np.linalg.svd(conditions.slope(u, parameters), compute_uv=False)
    return REACH * norm / max(float(slopes[-1]), np.finfo(float).tiny)


def _with_images(
    conditions: Conditions, found: _Found, parameters: FloatArray, maps: tuple[Symmetry, ...], join: float
) -> _Found:
    if not maps or len(found.u) == 0:
        return found
    # A map may lead to other values of the conserved quantities than those asked for.
    wanted = conditions.targets
    maps = tuple(s for s in maps if np.allclose(conditions.conserved.values(s(found.u)), wanted, atol=KEPT))
    for i, u in enumerate(found.u):
        # A state that its own uncertainty does not tell from its image is its own image.
        for image in (s(found.u[i]) for s in maps):
            distance, middle = float(np.abs(image - found.u[i]).max()), 0.5 * (found.u[i] + image)
            if join < distance < NEAR and distance < 2 * _uncertainty(conditions, u, found.residuals[i], parameters):
                size = float(np.linalg.norm(conditions.residual(middle, parameters)))
                if size < found.residuals[i]:
                    found.u[i], found.residuals[i] = middle, size
    states, numbers = orbits(found.u, maps, join, MOST_STATES)
    added = len(states) - len(found.u)
    # An image has the residual of its original up to rounding.
    residuals = np.concatenate([found.residuals, np.full(added, found.residuals.max())])
    return _Found(states, residuals, np.concatenate([found.hits, np.zeros(added)]), numbers)


def _dataset(model: Model, where: Points, found: list[_Found]) -> xr.Dataset:
    n = model.number_of_variables
    most = max(1, *(len(point.u) for point in found))
    u = np.full((len(where), most, n), np.nan)
    eigenvalues = np.full((len(where), most, n), complex(np.nan, np.nan))
    numbers = {name: np.full((len(where), most), np.nan) for name in ("residual", "found_by", "symmetry_class")}
    counts = np.array([len(states.u) for states in found])
    together = np.concatenate([states.u.reshape(-1, n) for states in found])
    parameters = np.repeat(where.parameters, counts, axis=0)
    size = max(1, int(MOST_NUMBERS // n**2))
    pieces = [slice(first, first + size) for first in range(0, len(together), size)]
    judged_pieces = [stability_eigenvalues(model, together[piece], parameters[piece]) for piece in pieces]
    all_values = np.concatenate([*judged_pieces, np.zeros((0, n), dtype=complex)])
    for point, (states, last) in enumerate(zip(found, np.cumsum(counts), strict=True)):
        count = counts[point]
        if count == 0:
            continue
        values = all_values[last - count : last]
        order = _reading_order(states.u, values)
        own = (point, slice(count))
        u[own], eigenvalues[own] = states.u[order], values[order]
        numbers["residual"][own], numbers["found_by"][own] = states.residuals[order], states.hits[order]
        numbers["symmetry_class"][own] = _renumbered(states.orbits[order])
    dims, shape = (*where.dims, "state"), (*where.shape, most)
    variables = state_variables(model, u.reshape(*shape, n), dims)
    known = np.isfinite(u[..., 0]).reshape(shape)
    judged = stability_variables(model, eigenvalues.reshape(*shape, n), dims, known)
    outcomes = np.where(known, str(Outcome.FINISHED), str(Outcome.NO_STATE)).astype(object)
    judged["sentence"] = judged["sentence"].where(known, "No further state was found at this point.")
    variables |= judged | {"outcome": xr.DataArray(outcomes, dims=dims)}
    for name, array in numbers.items():
        variables[name] = xr.DataArray(array.reshape(shape), dims=dims)
    variables["number_of_states"] = xr.DataArray(counts.reshape(where.shape), dims=where.dims)
    return labelled(variables, model, where)


def _renumbered(numbers: FloatArray) -> FloatArray:
    """Orbit numbers 0, 1, 2 … in order of appearance."""
    seen: dict[float, int] = {}
    return np.array([seen.setdefault(number, len(seen)) for number in numbers], dtype=float)


def _reading_order(states: FloatArray, eigenvalues: ComplexArray) -> np.ndarray:
    """Stable before unstable, then by the state itself, so that equal searches print equally."""
    rounded = np.round(states, 6) + 0.0
    growth = np.round(np.nan_to_num(eigenvalues.real[:, 0]), 6)
    return np.lexsort((*rounded.T[::-1], growth))

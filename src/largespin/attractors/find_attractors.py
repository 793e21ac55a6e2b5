"""Which attractors exist at a point, and from which share of all initial states is each reached?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.attractors.attractor import KINDS, Attractor, group_images
from largespin.attractors.moving import Motion
from largespin.attractors.rest import resting
from largespin.attractors.samples import TOLERANCES, Starts, start_vectors, wilson_interval
from largespin.errors import FloatArray, LargespinError, number_in, whole_number
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import Points, call_values, points
from largespin.meanfield.real_rates import check_real_amplitudes
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.outcomes import Ending, Outcome
from largespin.quantities import described
from largespin.stationary.judgement import ending_variables
from largespin.stationary.newton import Conditions, search
from largespin.stationary.stability import refuse_time
from largespin.stationary.symmetry import symmetries

CHUNK = 2e6
"""Numbers in the states of one round of runs: 16 MB, of which the runs hold a few copies."""
SAME = 1e-6
"""Difference of conserved values up to which starts lie on one level set: starts written with seven digits do."""
UNDECIDED = ("failed", "moving, not settled")
"""Kinds of which nobody knows where they end."""


def find_attractors(
    model: Model,
    *,
    samples: int = 256,
    seed: int = 0,
    settle: float = 400.0,
    starts: Starts = None,
    width: float = 1.0,
    tolerance: float = 1e-9,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Where runs from random initial states end: every attractor seen, with the share of starts that reach it.

    ``share = hits/samples``  with the 95 % interval of Wilson.

    Starts are uniform: density matrices of every block on their own by the Hilbert–Schmidt measure (for spin ½ the
    Bloch ball), pure states where purity is conserved, quadratures Gaussian around the vacuum. All points see the same
    starts. A run that rests is known by its stationary state, polished by Newton's method; one that comes back, by its
    limit cycle, whatever the phase; what is left, by its largest Lyapunov exponent.

    Args:
        model: the model, without explicit time.
        samples: how many starts are drawn for every point.
        seed: seed of the starts.
        settle: time given to every run to reach its attractor, in inverse rates; moving runs are followed as long
            again.
        starts: starts of one's own instead of uniform ones: states in whatever form `evolve` takes them, a result with
            its modes and parameters included, or a function of a NumPy generator and `samples` that returns as many.
        width: standard deviation of the starts' quadratures q, p (per √N).
        tolerance: relative error per step.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes, and values win over those that `starts` bring.

    Returns:
        Dataset over (parameter axes, attractor), the largest share first, padded with NaN: ``kind`` (``stationary``,
        ``limit cycle``, ``torus``, ``chaotic``, ``unstable stationary``, ``moving, not settled``, ``failed``),
        ``share``, ``share_low``, ``share_high``, ``hits``; ``symmetry_class`` with ``class_share``,
        ``class_share_low``, ``class_share_high`` of all its images together; ``period``, ``amplitude`` (peak to peak,
        of the variable that moves most), ``lyapunov_exponent`` (of a stationary state its growth rate), ``outcome``
        (``finished``, ``failed`` where runs diverge or have not settled, ``no state`` where it is padded),
        ``sentence``, ``usable``, the state variables of `evolve` at one state of it, and ``number_of_attractors`` per
        point; ``attractor_of_start`` (…, start), the number of the attractor that each start reaches (−1 for none), and
        the starts themselves, the same variables with names ``start_m``, ``start_overlap`` …

    Raises:
        LargespinError: a model with explicit time; starts on different level sets of conserved quantities, where every
            start has an attractor of its own.

    Limits: attractors with a share below about 1/samples are missed. A state that decays slower than ``1/settle`` looks
    like motion. Irregular sets are compared as clouds of 512 points; of one point six moving runs are examined.

    Example:
        >>> import largespin as ls
        >>> from largespin import find_attractors
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = find_attractors(model, samples=64, temperature=0.5, field=0.2)
        >>> [str(kind) for kind in found.kind.values], found.class_share.values.tolist()
        (['stationary', 'stationary'], [1.0, 1.0])
        >>> bool(found.share_low[0] < 0.5 < found.share_high[0])
        True
    """
    chosen = call_values(find_attractors, model, parameters, values)
    refuse_time(model)
    samples, seed = whole_number("samples", samples, 1), whole_number("seed", seed)
    settle = number_in("settle", settle, 0.0, open_low=True)
    width, tolerance = number_in("width", width, 0.0), number_in("tolerance", tolerance, *TOLERANCES)
    begin, brought = start_vectors(model, starts, samples, np.random.default_rng(seed), width, chosen)
    where = points(model, {**brought, **chosen})
    first = Points(where.dims, where.shape, {}, where.parameters, np.tile(begin[0], (len(where), 1)), {})
    check_real_amplitudes(model, first, 0.0)
    conditions = Conditions(
        numeric_mean_field(model), conserved_quantities(model), _level(model, begin, drawn=starts is None)
    )
    motion = Motion(model, settle, tolerance, symmetries(conditions.functions, where.parameters))
    found: list[list[Attractor]] = []
    size = max(1, int(CHUNK // begin.size))
    for low in range(0, len(where), size):
        found += _reached(conditions, motion, begin, where.parameters[low : low + size])
    settings = {"samples": len(begin), "seed": seed, "settle": settle, "tolerance": tolerance, "width": width}
    return _dataset(model, where, found, begin).assign_attrs(provenance(model, fixed=where.fixed, **settings))


def _level(model: Model, begin: FloatArray, *, drawn: bool) -> FloatArray:
    """The values of the conserved quantities that all starts share."""
    conserved = conserved_quantities(model)
    values = conserved.values(begin)
    if len(conserved) and np.ptp(values, axis=0).max() > SAME:
        which = conserved.names[int(np.argmax(np.ptp(values, axis=0)))]
        cure = "give `starts` of one's own at fixed values" if drawn else "draw the starts at fixed values"
        raise LargespinError(
            f"Argument `starts` must share the values of all conserved quantities, but {which} differs between "
            f"{'uniform ' if drawn else ''}starts, so every start has attractors of its own; {cure}."
        )
    return values.mean(axis=0)


def _reached(
    conditions: Conditions, motion: Motion, begin: FloatArray, parameters: FloatArray
) -> list[list[Attractor]]:
    """The attractors of each of some parameter points, by falling share."""
    count, n = begin.shape
    table = np.repeat(parameters, count, axis=0)
    ends = final_states(
        motion.model, np.tile(begin, (len(parameters), 1)), table, motion.time, tolerance=motion.tolerance
    )
    polished, norms = search(conditions, ends, table)
    shape = (len(parameters), count, n)
    ends, polished, norms = ends.reshape(shape), polished.reshape(shape), norms.reshape(shape[:2])
    result = []
    for i, own in enumerate(parameters):
        found, moving = resting(conditions, ends[i], polished[i], norms[i], own)
        found += motion.attractors(ends[i], moving, own)
        lost = np.flatnonzero(~np.isfinite(ends[i]).all(axis=1)).tolist()
        if lost:
            nowhere = np.full((1, n), np.nan)
            sentence = f"Failed: the state diverges, or the equations are too stiff to reach t = {motion.time:g}."
            found.append(Attractor("failed", nowhere, 0.0, sentence, lost))
        found.sort(key=lambda a: (-len(a.runs), KINDS.index(a.kind), tuple(np.round(-a.path[0], 6))))
        group_images(found, motion.maps)
        result.append(found)
    return result


def _dataset(model: Model, where: Points, found: list[list[Attractor]], begin: FloatArray) -> xr.Dataset:
    samples = len(begin)
    most = max(len(point) for point in found)
    u = np.full((len(where), most, model.number_of_variables), np.nan)
    numbers = {name: np.full((len(where), most), np.nan) for name in _NUMBERS}
    kinds = np.full((len(where), most), "", dtype=object)
    nothing = Ending(Outcome.NO_STATE, "No further attractor was seen at this point.")
    endings = [[nothing] * most for _ in found]
    for i, point in enumerate(found):
        together = np.bincount([a.group for a in point], weights=[len(a.runs) for a in point])
        for j, attractor in enumerate(point):
            u[i, j] = attractor.path[0]
            entries = _numbers(attractor, float(together[attractor.group]), samples)
            for name, value in zip(_NUMBERS, entries, strict=True):
                numbers[name][i, j] = value
            kinds[i, j] = attractor.kind
            outcome = Outcome.FAILED if attractor.kind in UNDECIDED else Outcome.FINISHED
            endings[i][j] = Ending(outcome, attractor.sentence)
    dims, shape = (*where.dims, "attractor"), (*where.shape, most)
    variables = state_variables(model, u.reshape(*shape, -1), dims)
    for name, array in numbers.items():
        variables[name] = xr.DataArray(array.reshape(shape), dims=dims)
    variables["kind"] = xr.DataArray(kinds.reshape(shape), dims=dims, attrs={"long_name": "kind of attractor"})
    variables |= ending_variables([ending for point in endings for ending in point], shape, dims)
    counts = np.array([len(point) for point in found]).reshape(where.shape)
    variables["number_of_attractors"] = xr.DataArray(counts, dims=where.dims)
    variables |= _starts(model, where, found, begin)
    return labelled(variables, model, where)


def _starts(model: Model, where: Points, found: list[list[Attractor]], begin: FloatArray) -> dict[str, xr.DataArray]:
    """The states from which the runs began, and the number of the attractor that each of them reached."""
    reached = np.full((len(where), len(begin)), -1, dtype=np.int32)
    for i, point in enumerate(found):
        for number, attractor in enumerate(point):
            reached[i, attractor.runs] = number
    shaped = reached.reshape(*where.shape, len(begin))
    states = described(xr.Dataset(state_variables(model, begin, ("start",)))).data_vars
    attrs = {
        name: {**array.attrs, "long_name": f"{array.attrs['long_name']}, of the start"}
        for name, array in states.items()
    }
    return {
        "attractor_of_start": xr.DataArray(shaped, dims=(*where.dims, "start")),
        **{f"start_{name}": array.assign_attrs(attrs[name]) for name, array in states.items()},
    }


_NUMBERS = (
    *("hits", "share", "share_low", "share_high"),
    *("symmetry_class", "class_share", "class_share_low", "class_share_high"),
    *("period", "amplitude", "lyapunov_exponent"),
)
"""Variables of every attractor, in the order of `_numbers`."""


def _numbers(attractor: Attractor, together: float, samples: int) -> tuple[float, ...]:
    """The values of `_NUMBERS`."""
    hits = float(len(attractor.runs))
    own = [float(limit) for limit in wilson_interval(np.array(hits), samples)]
    joint = [float(limit) for limit in wilson_interval(np.array(together), samples)]
    return (
        *(hits, hits / samples, *own),
        *(float(attractor.group), together / samples, *joint),
        *(attractor.period, attractor.amplitude, attractor.exponent),
    )

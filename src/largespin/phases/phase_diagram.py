"""Which phases has a model, and where? Phase diagrams over one or two parameters, refined where phases meet."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import LargespinError, LargespinWarning
from largespin.interruption import interruption_raised, partial_results_kept
from largespin.meanfield.points import call_values, points
from largespin.meanfield.results import labelled, provenance
from largespin.model.model import Model
from largespin.outcomes import Outcome
from largespin.phases.axes import plane
from largespin.phases.codes import MOST_RULES, NONE, flags
from largespin.phases.evaluate import Search, evaluate_points
from largespin.phases.examine import Evaluate, Examined
from largespin.phases.kept import MADE_FROM, as_text, check_same, examined_points, made_from
from largespin.phases.output import Output
from largespin.phases.refine import UNKNOWN, Refined, refine
from largespin.phases.rules import UNDECIDED, Rule, default_rules
from largespin.progress import progress_bar
from largespin.quantities import text
from largespin.sweeps.fingerprint import Fingerprint

STOPPED = "The user stopped before this point was examined."
"""Sentence of points that an interruption left without a phase."""
PROVISIONAL = "Taken from the points around it: the user stopped before the diagram was refined here."
"""Sentence of points whose phase an interruption left unchecked."""


def phase_diagram(
    model: Model,
    *,
    between: Mapping[str, tuple[float, float]] | None = None,
    resolution: float | None = None,
    coarse: int | None = None,
    rules: Sequence[Rule] | None = None,
    search: Search | None = None,
    evaluate: Evaluate = evaluate_points,
    boundaries: xr.Dataset | None = None,
    known: xr.Dataset | None = None,
    out: str | Path | None = None,
    resume: bool = True,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Label every point of a plane (or line) of parameters by the phases that exist there.

    Stationary states, their stability and late motion are found at each point; rules say which phases exist there, side
    by side where several hold. Over ranges, a coarse grid comes first; then cells whose points differ are halved, down to
    the resolution, and the middles of their neighbours are checked. Arrays of values are taken as they are.

    Args:
        model: the model, without explicit time.
        between: one or two parameters and their ranges, ``{"temperature": (0.4, 1.2), "field": (0.0, 0.4)}``.
        resolution: width of the finest cells, in parts of a range; 0.01 if not given.
        coarse: cells along each range to begin with, 16 if not given; islands smaller than these cells may be missed.
        rules: the phases; `default_rules` (disordered, retrieval or ordered, moving) if not given.
        search: how each point is examined.
        evaluate: a function like `evaluate_points`, for quantities of one's own that rules use.
        boundaries: boundary curves to be kept with the diagram and drawn on top: both parameters over ``point``, with
            ``curve`` (a number) and ``kind`` (a word) over the same axis.
        known: an earlier diagram of the same model by the same rules, coarser, of another region or interrupted; its
            points are not examined again.
        out: a file that ends in .nc. Points are kept beside it as they are examined, and a second call examines only the rest;
            a diagram that is there already is read.
        resume: use what is at `out`; off, begin anew.
        progress: show how many points are done.
        parameters: parameter values as a mapping.
        **values: parameter values by name: numbers, or without `between` arrays for one or two of them.

    Returns:
        Dataset over the finest grid: ``phase``, the code Σ 2^i of all rules i that hold (0 for none), named by its attributes
        ``flag_values`` and ``flag_meanings`` and by `phase_names` and `has_phase`; ``evaluated`` (elsewhere the phase is that of the
        cell around); where evaluated ``number_of_states``, ``number_of_stable``, ``order``, ``motion`` and ``turns`` (NaN
        elsewhere); ``outcome``, ``usable`` and ``sentence``, which says why no rule holds. Attributes: ``evaluations``,
        ``uniform_evaluations`` of the grid at the same resolution.

    Raises:
        LargespinError: not one or two parameters that vary, ranges beside arrays, options of ranges without ranges, values
            that do not rise, unknown parameters, a rule that does not return a truth value for every point, another
            diagram as `known` or at `out` (with what differs), or a place that cannot be written to.
        KeyboardInterrupt: on Ctrl-C with `out`, after saying how to go on; without, the diagram so far is returned, with
            the attribute ``interrupted`` at 1 and the outcome "interrupted" where nothing was examined.

    Limits: as good as the search: states that it misses, and motion that no start finds, are missing. Islands inside one
    coarse cell are not seen.

    Example:
        >>> import largespin as ls
        >>> from largespin import phase_diagram
        >>> from largespin.phases import Search, has_phase
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> between = {"temperature": (0.7, 1.1)}
        >>> diagram = phase_diagram(model, between=between, field=0.1, resolution=1e-3, search=Search(starts=8))
        >>> edge = diagram.temperature[has_phase(diagram, "retrieval").values].max()
        >>> round(float(edge), 3), diagram.evaluations  # pitchfork: T = 1/(1 + 8Ω²) = 0.926, of 1025 points
        (0.926, 30)
    """
    given = call_values(phase_diagram, model, parameters, values)
    grid = plane(model, given, between, resolution, coarse)
    chosen = _checked_rules(rules) if rules is not None else default_rules(model)
    extra = {} if boundaries is None else _boundary_variables(boundaries, tuple(grid.values))
    examined = Examined(model, grid, chosen, search or Search(), evaluate)
    asked = _lasting(examined, evaluate, needed=known is not None or out is not None)
    if known is not None:
        check_same("known", known, asked)
        examined.take(examined_points(known))
    if out is None:
        diagram = _diagram(examined, asked, progress).assign(extra)
        if diagram.attrs["interrupted"]:
            if not (examined.count and partial_results_kept()):
                raise KeyboardInterrupt
            _say_stopped(examined, "are examined; give the result as `known` to go on")
        return diagram
    return _on_disk(examined, asked, Output(out, asked), resume, progress, extra)


def _lasting(examined: Examined, evaluate: Evaluate, needed: bool) -> Fingerprint:
    """On what the phases depend; nothing if that cannot be told and need not be."""
    pieces = {"the model": examined.model, "`evaluate`": evaluate, "`search`": examined.search}
    try:
        return made_from(examined.grid, examined.rules, pieces)
    except LargespinError:
        if needed:
            raise
        return {}


def _say_stopped(examined: Examined, words: str) -> None:
    warnings.warn(f"Interrupted: {examined.count} points {words}.", LargespinWarning, stacklevel=3)


def _on_disk(
    examined: Examined, asked: Fingerprint, output: Output, resume: bool, progress: bool, extra: Mapping[str, Any]
) -> xr.Dataset:
    with output.held():
        if not resume:
            output.clear()
        diagram = output.finished(examined.grid)
        if diagram is None:
            points = output.points()
            if points is not None:
                examined.take(points)
            diagram = _diagram(examined, asked, progress, lambda: output.save_points(examined.points()))
            if diagram.attrs["interrupted"]:
                _say_stopped(examined, f"are kept at {output.points_path}; the same call again examines the rest")
                raise KeyboardInterrupt
            output.save(diagram.assign(extra))
        return diagram.assign(extra)


def _diagram(
    examined: Examined, asked: Fingerprint, progress: bool, save: Callable[[], None] | None = None
) -> xr.Dataset:
    """The diagram, or what there is of it when the user stops."""
    grid, begun = examined.grid, examined.numbers.copy()
    total = None if grid.cells else begun.size  # how many an adaptive diagram needs, nobody knows beforehand
    bar = progress_bar(progress, "points", total, done=examined.count)
    with bar as count, interruption_raised():

        def after(number: int) -> None:
            count(number)
            if save:
                save()

        examined.after_batch = after
        if grid.cells:
            found = refine(examined, grid.cells, grid.levels, begun)
        else:
            numbers = examined(np.argwhere(np.ones(grid.shape, dtype=bool))).reshape(grid.shape)
            found = Refined(numbers, numbers != UNKNOWN, (numbers.size,))
    settings = {
        "rules": "; ".join(f"{rule.name}: {rule.sentence}" for rule in examined.rules),
        "evaluations": int(found.evaluated.sum()),
        "uniform_evaluations": int(found.evaluated.size),
        "batches": len(found.calls),
        "seed": examined.search.seed,
        "interrupted": int(examined.interrupted),
        MADE_FROM: as_text(asked) if asked else "",
    }
    return _dataset(examined, found).assign_attrs(provenance(examined.model, fixed=grid.fixed, **settings))


def _checked_rules(given: Any) -> tuple[Rule, ...]:
    rules = tuple(given) if isinstance(given, Sequence) else ()
    if not rules or not all(isinstance(rule, Rule) for rule in rules):
        raise LargespinError("Argument `rules` must be a list of one or more Rule objects, but it is not.")
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1 or name == UNDECIDED:
            raise LargespinError(f"Argument `rules` must have different names other than {UNDECIDED}, not {name!r}.")
    if len(rules) > MOST_RULES:
        raise LargespinError(f"Argument `rules` must hold at most {MOST_RULES} rules, but it holds {len(rules)}.")
    return rules


def _dataset(examined: Examined, found: Refined) -> xr.Dataset:
    grid, dims = examined.grid, tuple(examined.grid.values)
    blank = found.labels == UNKNOWN
    open_ = examined.interrupted & ~found.evaluated
    codes = np.where(blank, NONE, found.labels).astype(np.int32)
    sentences = np.where(open_, np.where(blank, STOPPED, PROVISIONAL), examined.sentences)
    attrs = {"long_name": "phases that exist at the point", "units": "1", **flags(examined.rules, codes)}
    variables = {
        "phase": xr.DataArray(codes, dims=dims, attrs=attrs),
        "evaluated": xr.DataArray(found.evaluated, dims=dims),
        "outcome": xr.DataArray(text([Outcome.FINISHED, Outcome.INTERRUPTED])[open_.astype(int)], dims=dims),
        "sentence": xr.DataArray(sentences, dims=dims),
    }
    for name, field in examined.fields.items():
        variables[name] = xr.DataArray(field, dims=dims, attrs=examined.attrs[name])
    where = points(examined.model, {**grid.values, **grid.fixed})
    return labelled(variables, examined.model, where)


def _boundary_variables(boundaries: xr.Dataset, names: tuple[str, ...]) -> dict[str, Any]:
    """The curves as variables over an axis of their own."""
    wanted = (*names, "curve", "kind")
    missing = [name for name in wanted if name not in boundaries.variables or boundaries[name].dims != ("point",)]
    if missing:
        raise LargespinError(f"Argument `boundaries` must hold `{missing[0]}` over the axis `point`, but it does not.")
    found = {name: boundaries[name] for name in wanted}
    return {
        f"boundary_{name}": (
            "boundary_point",
            text(array.values) if array.dtype.kind in "UO" else array.values,
            array.attrs,
        )
        for name, array in found.items()
    } | {"boundary_point": np.arange(boundaries.sizes["point"])}

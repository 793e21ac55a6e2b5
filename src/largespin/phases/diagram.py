"""Which phases has a model, and where? Phase diagrams over one or two parameters, refined where phases meet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, LargespinError, number_in, whole_number
from largespin.meanfield.points import points
from largespin.meanfield.results import labelled, provenance
from largespin.model.model import Model
from largespin.phases.axes import Plane, plane
from largespin.phases.evaluate import Search, evaluate_points
from largespin.phases.refine import Refined, refine
from largespin.phases.rules import JOINED, UNDECIDED, Rule, default_rules, labels

Evaluate = Callable[[Model, Mapping[str, Any], Search], xr.Dataset]
BATCH = 4096
"""Points that are evaluated together: enough to share all overheads, few enough for memory and for progress."""


def phase_diagram(
    model: Model,
    *,
    rules: Sequence[Rule] | None = None,
    adaptive: bool = True,
    resolution: float = 0.01,
    coarse: int = 16,
    search: Search | None = None,
    evaluate: Evaluate = evaluate_points,
    boundaries: xr.Dataset | None = None,
    progress: bool = False,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Label every point of a plane (or line) of parameters by the phases that exist there.

    Stationary states, their stability and late motion are found at each point; rules turn them into labels; labels of
    several rules that hold are joined by `` + ``. Over intervals, a coarse grid comes first; then cells whose points
    differ are halved, down to the resolution, and the middles of their neighbours are checked.

    Args:
        model: the model, without explicit time.
        rules: the phases; `default_rules` (disordered, retrieval or ordered, moving) if not given.
        adaptive: refine intervals; off, evaluate the whole grid.
        resolution: width of the finest cells, in parts of the interval.
        coarse: cells along each interval to begin with; islands smaller than these cells may be missed.
        search: how each point is examined.
        evaluate: a function like `evaluate_points`, for quantities of one's own that rules use.
        boundaries: boundary curves to be kept with the diagram and drawn on top: both parameters over ``point``, with
            ``curve`` (a number) and ``kind`` (a word) over the same axis.
        progress: show how many points are done.
        parameters: parameter values as a mapping.
        **values: parameter values by name: ``(low, high)`` is an interval, an array a fixed grid, a number fixed.

    Returns:
        Dataset on the finest grid: ``phase`` (labels), ``phase_number`` (their place in ``label``), ``evaluated``
        (elsewhere the phase is that of the cell around), and where evaluated ``number_of_states``,
        ``number_of_stable``, ``order``, ``motion`` and ``turns`` (NaN elsewhere) and ``sentence``, which says why a
        point is undecided. Attributes: ``evaluations``, ``uniform_evaluations`` of the grid at the same resolution.

    Raises:
        LargespinError: not one or two parameters that vary, values that do not rise, unknown parameters, or a rule that
            does not return a truth value for every point.

    Limits: as good as the search: states that it misses, and motion that no start finds, are missing. Islands inside one
    coarse cell are not seen.

    Example:
        >>> import largespin as ls
        >>> from largespin.phases import Search, phase_diagram
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> diagram = phase_diagram(model, temperature=(0.7, 1.1), field=0.1, resolution=1e-3, search=Search(starts=8))
        >>> diagram.label.values.tolist()
        ['disordered', 'retrieval']
        >>> edge = diagram.temperature[(diagram.phase == "retrieval").values].max()
        >>> round(float(edge), 3), diagram.evaluations  # pitchfork: T = 1/(1 + 8Ω²) = 0.926, of 1025 points
        (0.926, 30)
    """
    number_in("resolution", resolution, 1e-6, 1.0)
    whole_number("coarse", coarse, 1)
    chosen = tuple(rules) if rules is not None else default_rules(model)
    _check_rules(chosen)
    grid = plane(model, {**(parameters or {}), **values}, adaptive, resolution, coarse)
    extra = {} if boundaries is None else _boundary_variables(boundaries, tuple(grid.values))
    with _counter(progress) as count:
        examined = _Examined(model, grid, chosen, search or Search(), evaluate, count)
        if grid.cells:
            found = refine(examined, grid.cells, grid.levels)
        else:
            everywhere = np.ones(grid.shape, dtype=bool)
            numbers = examined(np.argwhere(everywhere)).reshape(grid.shape)
            found = Refined(numbers, everywhere, (everywhere.size,))
    dataset = _dataset(examined, found).assign(extra)
    settings = {
        "rules": "; ".join(f"{rule.name}: {rule.sentence}" for rule in chosen),
        "evaluations": int(found.evaluated.sum()),
        "uniform_evaluations": int(found.evaluated.size),
        "batches": len(found.calls),
        "seed": examined.search.seed,
    }
    return dataset.assign_attrs(provenance(model, fixed=grid.fixed, **settings))


def _check_rules(rules: tuple[Rule, ...]) -> None:
    if not rules or not all(isinstance(rule, Rule) for rule in rules):
        raise LargespinError("Argument `rules` must hold one or more Rule objects, but it does not.")
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1 or name == UNDECIDED:
            raise LargespinError(f"Argument `rules` must have different names other than {UNDECIDED}, not {name!r}.")


class _Examined:
    """Evaluates grid points, gives their labels as numbers, and keeps what was found."""

    def __init__(
        self,
        model: Model,
        grid: Plane,
        rules: tuple[Rule, ...],
        search: Search,
        evaluate: Evaluate,
        count: Callable[[int], None],
    ) -> None:
        self.model, self.grid, self.rules, self.search = model, grid, rules, search
        self.names: dict[str, int] = {}
        self.fields: dict[str, FloatArray] = {}
        self.attrs: dict[str, dict[str, Any]] = {}
        self.sentences = np.full(grid.shape, "", dtype=object)
        self._evaluate, self._count = evaluate, count

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        """Numbers of the labels at grid points (points, axes)."""
        batches = [self._batch(indices[first : first + BATCH]) for first in range(0, len(indices), BATCH)]
        return np.concatenate(batches)

    def _batch(self, indices: np.ndarray) -> np.ndarray:
        known = self._evaluate(self.model, self.grid.at(indices), self.search)
        names = labels(self.rules, known)
        place = tuple(indices.T)
        for name, variable in known.data_vars.items():
            if variable.dims == ("point",) and variable.dtype.kind in "fiub":
                field = self.fields.setdefault(str(name), np.full(self.grid.shape, np.nan))
                field[place] = variable.values
                self.attrs[str(name)] = variable.attrs
        undecided = np.flatnonzero(names == UNDECIDED)
        for i in undecided:
            self.sentences[tuple(indices[i])] = _why(known, int(i))
        self._count(len(indices))
        return np.array([self.names.setdefault(name, len(self.names)) for name in names], dtype=np.int64)

    def order(self) -> list[str]:
        """The labels in the order of the rules, single phases before joined ones, undecided last."""
        places = {rule.name: i for i, rule in enumerate(self.rules)}

        def key(name: str) -> tuple[int, list[int]]:
            parts = [places.get(part, len(places)) for part in name.split(JOINED)]
            return (len(parts) if name != UNDECIDED else len(places) + 1, parts)

        return sorted(self.names, key=key)


def _why(known: xr.Dataset, index: int) -> str:
    """Why no rule holds at a point."""
    words = [f"{name} {float(known[name][index]):.4g}" for name in _TOLD if name in known]
    return f"Undecided: no rule holds; {', '.join(words) or 'nothing else is known'}. Points on a boundary may be so."


_TOLD = ("number_of_states", "number_of_stable", "order", "motion", "turns")
"""What is told of an undecided point."""


def _dataset(examined: _Examined, found: Refined) -> xr.Dataset:
    grid, dims = examined.grid, tuple(examined.grid.values)
    order = examined.order()
    places = np.array([order.index(name) for name in examined.names], dtype=np.int16)
    numbers = places[found.labels]
    variables = {
        "phase": xr.DataArray(np.array(order, dtype=object)[numbers], dims=dims, attrs={"long_name": "phase"}),
        "phase_number": xr.DataArray(numbers, dims=dims, attrs={"long_name": "number of the phase in `label`"}),
        "evaluated": xr.DataArray(found.evaluated, dims=dims, attrs={"long_name": "whether the point was evaluated"}),
        "sentence": xr.DataArray(examined.sentences, dims=dims),
    }
    for name, field in examined.fields.items():
        variables[name] = xr.DataArray(field, dims=dims, attrs=examined.attrs[name])
    where = points(examined.model, {**grid.values, **grid.fixed})
    return labelled(variables, examined.model, where).assign_coords(label=("label", order))


def _boundary_variables(boundaries: xr.Dataset, names: tuple[str, ...]) -> dict[str, Any]:
    """The curves as variables over an axis of their own."""
    wanted = (*names, "curve", "kind")
    missing = [name for name in wanted if name not in boundaries.variables or boundaries[name].dims != ("point",)]
    if missing:
        raise LargespinError(f"Argument `boundaries` must hold `{missing[0]}` over the axis `point`, but it does not.")
    return {f"boundary_{name}": ("boundary_point", boundaries[name].values) for name in wanted}


@contextmanager
def _counter(show: bool) -> Iterator[Callable[[int], None]]:
    if not show:
        yield lambda count: None
        return
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}: {task.completed:.0f} points"), TimeElapsedColumn())
    with Progress(*columns) as bar:
        identifier = bar.add_task("phase diagram", total=None)
        yield lambda count: bar.advance(identifier, count)

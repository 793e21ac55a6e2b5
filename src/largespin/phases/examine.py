"""How are grid points examined? In batches that can be interrupted, each point once, and none that is known already."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.model.model import Model
from largespin.phases.axes import Plane
from largespin.phases.codes import NONE, codes_of
from largespin.phases.evaluate import Search
from largespin.phases.kept import places
from largespin.phases.refine import UNKNOWN
from largespin.phases.rules import Rule


class Evaluate(Protocol):
    """A function like `evaluate_points`, for quantities of one's own that rules use."""

    def __call__(self, model: Model, /, *, parameters: Mapping[str, Any], search: Search) -> xr.Dataset:
        """What is known of points, over ``point``."""
        ...


FIRST_BATCH = 32
"""Points of the first batch, from which the size of the others is learned: seconds at most, also where a point takes long."""
LARGEST_BATCH = 4096
"""Points that are evaluated together at most: enough to share all overheads, few enough for memory."""
SECONDS = 10.0
"""Time that a batch should take: what an interruption may cost."""
_TOLD = ("number_of_states", "number_of_stable", "order", "motion", "turns")
"""What is told of an undecided point."""


class Examined:
    """Evaluates grid points, gives the codes of their phases, and keeps what was found.

    Attributes:
        numbers: codes of evaluated points, `UNKNOWN` elsewhere, shape of the grid.
        fields: what is known of evaluated points, NaN elsewhere, each of the shape of the grid.
        attrs: the attributes of these.
        sentences: why points are undecided, shape of the grid.
        interrupted: whether the user stopped; what was asked for after that is unknown.
    """

    def __init__(
        self,
        model: Model,
        grid: Plane,
        rules: tuple[Rule, ...],
        search: Search,
        evaluate: Evaluate,
    ) -> None:
        self.model, self.grid, self.rules, self.search = model, grid, rules, search
        self.fields: dict[str, FloatArray] = {}
        self.attrs: dict[str, dict[str, Any]] = {}
        self.sentences = np.full(grid.shape, "", dtype=object)
        self.numbers = np.full(grid.shape, UNKNOWN, dtype=np.int64)
        self.interrupted = False
        self.after_batch: Callable[[int], None] = lambda count: None
        self._evaluate = evaluate
        self._batch_size = FIRST_BATCH

    @property
    def count(self) -> int:
        """How many points are known."""
        return int(np.sum(self.numbers != UNKNOWN))

    def take(self, points: xr.Dataset) -> None:
        """Take points of an earlier diagram (`kept.examined_points`) that lie on this grid as they are."""
        inside, indices = places(points, self.grid)
        place = tuple(indices.T)
        chosen = points.isel(point=inside)
        self.numbers[place] = chosen.phase.values
        self.sentences[place] = chosen.sentence.values
        for name, variable in chosen.data_vars.items():
            if name not in ("phase", "sentence"):
                self._keep(str(name), place, variable)

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        """Codes of grid points (points, axes); `UNKNOWN` where the user stopped before."""
        wanted = indices[self.numbers[tuple(indices.T)] == UNKNOWN]
        first = 0
        while first < len(wanted) and not self.interrupted:
            batch = wanted[first : first + self._batch_size]
            begin = time.perf_counter()
            try:
                self._batch(batch)
            except KeyboardInterrupt:
                self.interrupted = True
                break
            each = (time.perf_counter() - begin) / len(batch)
            self._batch_size = int(np.clip(SECONDS / each, 1, LARGEST_BATCH))
            first += len(batch)
        return np.asarray(self.numbers[tuple(indices.T)])

    def _batch(self, indices: np.ndarray) -> None:
        known = self._evaluate(self.model, parameters=self.grid.at(indices), search=self.search)
        if not isinstance(known, xr.Dataset) or known.sizes.get("point") != len(indices):
            raise LargespinError(
                f"Argument `evaluate` must return a Dataset with an axis `point` of the {len(indices)} points it is given, "
                "but it does not."
            )
        codes = codes_of(self.rules, known)
        place = tuple(indices.T)
        for name, variable in known.data_vars.items():
            if variable.dims == ("point",) and variable.dtype.kind in "fiub":
                self._keep(str(name), place, variable)
        for i in np.flatnonzero(codes == NONE):
            self.sentences[tuple(indices[i])] = _why(known, int(i))
        self.numbers[place] = codes
        self.after_batch(len(indices))

    def _keep(self, name: str, place: tuple[np.ndarray, ...], variable: xr.DataArray) -> None:
        field = self.fields.setdefault(name, np.full(self.grid.shape, np.nan))
        field[place] = variable.values
        self.attrs[name] = variable.attrs

    def points(self) -> xr.Dataset:
        """What is known so far, as a list of points like `kept.examined_points`."""
        place = tuple(np.argwhere(self.numbers != UNKNOWN).T)
        variables: dict[str, Any] = {"phase": ("point", self.numbers[place])}
        variables["sentence"] = ("point", self.sentences[place])
        variables |= {name: ("point", field[place], self.attrs[name]) for name, field in self.fields.items()}
        axes = zip(self.grid.values.items(), place, strict=True)
        return xr.Dataset(variables, {name: ("point", values[at]) for (name, values), at in axes})


def _why(known: xr.Dataset, index: int) -> str:
    """Why no rule holds at a point."""
    words = [f"{name} {float(known[name][index]):.4g}" for name in _TOLD if name in known]
    return f"Undecided: no rule holds; {', '.join(words) or 'nothing else is known'}. Points on a boundary may be so."

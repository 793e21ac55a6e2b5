"""What every measure begins and ends with: a covariance in one convention, its parties, and the result in its frame.

Arrays go in and out as arrays. Labelled covariances have the axes ``quadrature`` and ``quadrature_2`` and, along
``quadrature``, labels by which parties are named; their measures come back on the axes of the grid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, number_in, one_of
from largespin.gaussian.convention import Ordering, convert

if TYPE_CHECKING:
    import xarray as xr

VARIABLE = "canonical_covariance"
AXES = ("quadrature", "quadrature_2")
KINDS = ("quantum", "classical")
Party: TypeAlias = int | str | Sequence[int | str]
"""A mode number, a label, or several of them."""
Entry = TypeVar("Entry", bound=np.generic)
Covariance: TypeAlias = Union[npt.ArrayLike, "xr.DataArray", "xr.Dataset"]
"""An array (…, 2n, 2n), or a labelled covariance: `xarray.DataArray`, or a dataset with ``canonical_covariance``."""


@dataclass(frozen=True, eq=False)
class Modes:
    """A covariance matrix in the units and order of the formulas.

    Attributes:
        matrix: ``V``, vacuum 1, order ``q_1, p_1, q_2, …``, shape (…, 2n, 2n).
        vacuum: variance of a vacuum quadrature in the units given.
        ordering: the order given.
        source: a labelled covariance, grid axes first; None for plain arrays.
        quantum: rows of `source` with the quadratures of the modes.
        classical: rows of `source` that commute with everything.
        along: labels of all rows of `source`, by coordinate.
    """

    matrix: FloatArray
    vacuum: float
    ordering: Ordering
    source: "xr.DataArray | None"
    quantum: npt.NDArray[np.int_]
    classical: npt.NDArray[np.int_]
    along: dict[str, list[str]]

    @property
    def count(self) -> int:
        """Number of modes n."""
        return self.matrix.shape[-1] // 2

    @property
    def labels(self) -> dict[str, list[int]]:
        """Modes behind every label."""
        found: dict[str, list[int]] = {}
        for names in self.along.values():
            for position, row in enumerate(self.quantum):
                modes = found.setdefault(names[row], [])
                if position // 2 not in modes:
                    modes.append(position // 2)
        return {label: modes for label, modes in found.items() if label}

    def party(self, name: str, value: Party) -> list[int]:
        """Mode numbers of a party, each once."""
        found: list[int] = []
        for item in items(name, value):
            found += [mode for mode in self.modes_of(name, item) if mode not in found]
        return found

    def modes_of(self, name: str, item: int | str) -> list[int]:
        """Mode numbers behind one label or number."""
        if isinstance(item, str):
            labels = self.labels
            if item not in labels:
                unknown_label(name, item, labels, self.source is None)
            return labels[item]
        if isinstance(item, bool) or not isinstance(item, int | np.integer) or not 0 <= item < self.count:
            raise LargespinError(
                f"Argument `{name}` must be a label or a mode number from 0 to {self.count - 1}, but {item!r} is not."
            )
        return [int(item)]

    def parties(self, first: Party, second: Party | None) -> tuple[list[int], list[int]]:
        """Two parties that do not overlap; the second is all others if it is not given."""
        one = self.party("first", first)
        if second is None:
            two = [mode for mode in range(self.count) if mode not in one]
            if not two:
                raise LargespinError(
                    "Argument `first` must leave at least one mode to the other party, but it has them all."
                )
            return one, two
        two = self.party("second", second)
        refuse_overlap([self.mode_name(mode) for mode in one if mode in two])
        return one, two

    def mode_name(self, mode: int) -> str:
        """The shortest description of a mode."""
        own = [label for label, modes in self.labels.items() if modes == [mode]]
        return own[0] if own else f"mode {mode}"

    def reduced(self, modes: Sequence[int]) -> FloatArray:
        """V of some modes, in the order given."""
        if list(modes) == list(range(self.count)):
            return self.matrix
        rows = quadratures(modes)
        return self.matrix[..., rows[:, None], rows]

    def two_modes(self, first: Party, second: Party, purpose: str) -> FloatArray:
        """V of two parties of one mode each, shape (…, 4, 4)."""
        parties = self.parties(first, second)
        for name, party in zip(("first", "second"), parties, strict=True):
            if len(party) != 1:
                raise LargespinError(
                    f"Argument `{name}` must be exactly one mode for {purpose}, but it has {len(party)}."
                )
        return self.reduced([mode for party in parties for mode in party])

    def restored(self, v: FloatArray, modes: Sequence[int]) -> "FloatArray | xr.DataArray":
        """A matrix V of some modes in the units, the order and with the labels given."""
        if self.source is None:
            return convert(v, vacuum=1.0, to_vacuum=self.vacuum, to_ordering=self.ordering)
        rows = self.quantum[quadratures(modes)]
        return self.source.isel(dict.fromkeys(AXES, rows)).copy(data=self.vacuum * v)

    def wrap(self, values: npt.NDArray[Entry], long_name: str, units: str = "1") -> "npt.NDArray[Entry] | xr.DataArray":
        """Values on the grid, shape (…,): labelled as the covariance was, or plain."""
        if self.source is None:
            return np.asarray(values)
        return self.on_grid(values, long_name, units)

    def wrap_modes(self, values: FloatArray, long_name: str) -> "FloatArray | xr.DataArray":
        """Values of the normal modes, shape (…, n): on the grid and along ``normal_mode``, or plain."""
        if self.source is None:
            return values
        return self.on_grid(values, long_name, "1", normal_mode=list(range(self.count)))

    def wrap_frame(self, values: FloatArray, long_name: str) -> "FloatArray | xr.DataArray":
        """Rows ``quadrature`` and columns ``normal_quadrature``, shape (…, 2n, 2n): labelled, or plain."""
        if self.source is None:
            return values
        rows = self.source[AXES[0]].isel({AXES[0]: self.quantum})
        columns = [f"{mode} {letter}" for mode in range(self.count) for letter in "qp"]
        result = self.on_grid(values, long_name, "1", **{AXES[0]: rows.values, "normal_quadrature": columns})
        return result.assign_coords(
            {name: coordinate.variable for name, coordinate in rows.coords.items() if coordinate.dims == (AXES[0],)}
        )

    def on_grid(self, values: npt.NDArray[Any], long_name: str, units: str, **further: Any) -> "xr.DataArray":
        """Values over the grid of the labelled covariance and `further` axes, with nothing else of it."""
        assert self.source is not None
        point = self.source.isel(dict.fromkeys(AXES, 0), drop=True)
        for axis, labels in further.items():
            point = point.expand_dims({axis: labels}, axis=-1)
        result = point.copy(data=np.asarray(values))
        result.name, result.attrs = None, {"long_name": long_name, "units": units}
        return result


def quadratures(modes: Sequence[int]) -> npt.NDArray[np.int_]:
    """Rows ``q, p`` of some modes."""
    return np.array([row for mode in modes for row in (2 * mode, 2 * mode + 1)], dtype=int)


def items(name: str, value: Party) -> list[int | str]:
    """The labels and numbers that a party is made of."""
    wanted: list[Any] = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    if not wanted:
        raise LargespinError(f"Argument `{name}` must name at least one mode, but it is empty.")
    return wanted


def unknown_label(name: str, item: str, known: Iterable[str], plain: bool) -> None:
    """Refuse a label, with those that exist."""
    without = "a plain array: use mode numbers" if plain else "without labels: use mode numbers"
    said = ", ".join(known) or f"none, because the covariance is {without}"
    raise LargespinError(f"Argument `{name}` must be a party of the state, but {item!r} is none of: {said}.")


def refuse_overlap(shared: Sequence[str]) -> None:
    """Refuse parties that share something."""
    if shared:
        names = ", ".join(shared)
        raise LargespinError(f"Arguments `first` and `second` must not overlap, but they share {names}.")


def unpacked(covariance: Covariance, vacuum: float, ordering: Ordering) -> Modes:
    """The covariance in the formulas' convention, with its labels; shape checked, physics not."""
    one_of("ordering", ordering, Ordering)
    if not (hasattr(covariance, "dims") and hasattr(covariance, "coords")):
        matrix = convert(covariance, vacuum=vacuum, ordering=ordering, to_vacuum=1.0)
        rows = np.arange(matrix.shape[-1])
        return Modes(matrix, float(vacuum), ordering, None, rows, rows[:0], {})
    if ordering != "qpqp":
        raise LargespinError(f"Argument `ordering` must be qpqp for a labelled covariance, but it is {ordering!r}.")
    array = _labelled(covariance)
    units = number_in("vacuum", array.attrs.get("vacuum", vacuum), 0.0, open_low=True)
    along = {str(k): [str(x) for x in c.values] for k, c in array.coords.items() if c.dims == (AXES[0],)}
    along.pop(AXES[0], None)
    kinds = along.pop("kind", ["quantum"] * array.sizes[AXES[0]])
    for kind in kinds:
        one_of("kind", kind, KINDS)
    if "mode" in along:
        along = {"mode": along["mode"], **along}
    quantum, classical = (np.array([i for i, kind in enumerate(kinds) if kind == own], dtype=int) for own in KINDS)
    if "mode" in along and any(
        along["mode"][q] != along["mode"][p] for q, p in zip(quantum[::2], quantum[1::2], strict=False)
    ):
        raise LargespinError(
            "The rows of a labelled covariance must come in pairs q, p of one `mode`, but they do not."
        )
    values = array.values[..., quantum[:, None], quantum]
    # A labelled covariance may be all classical; only `mutual_information_with_classical` can do with that.
    matrix = convert(values, vacuum=units, to_vacuum=1.0) if quantum.size else np.zeros(values.shape)
    return Modes(matrix, units, ordering, array, quantum, classical, along)


def _labelled(covariance: Any) -> "xr.DataArray":
    array = covariance
    if hasattr(covariance, "data_vars"):
        if VARIABLE not in covariance:
            raise LargespinError(
                f"A dataset must contain `{VARIABLE}`, as `canonical_modes` makes it, but this one does not."
            )
        array = covariance[VARIABLE]
    if not set(AXES) <= set(array.dims):
        raise LargespinError(
            f"A labelled covariance must have the axes {' and '.join(AXES)}, but its axes are "
            f"{', '.join(map(str, array.dims)) or 'none'}."
        )
    if array.sizes[AXES[0]] != array.sizes[AXES[1]]:
        raise LargespinError(
            f"The axes {' and '.join(AXES)} of a labelled covariance must be equally long, but their lengths are "
            f"{array.sizes[AXES[0]]} and {array.sizes[AXES[1]]}."
        )
    if all(axis in array.coords for axis in AXES) and not np.array_equal(array[AXES[0]].values, array[AXES[1]].values):
        raise LargespinError(
            f"The axes {' and '.join(AXES)} of a labelled covariance must have the same labels in the same order, but they "
            "differ."
        )
    return array.transpose(*(d for d in array.dims if d not in AXES), *AXES)

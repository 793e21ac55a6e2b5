"""Where do results go as they come? Into one Zarr group: one chunk per variable and block, its outcomes last."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.outcomes import Outcome
from largespin.sweeps.axes import Axes
from largespin.sweeps.batch import Batch, common_attrs, failed_batch, result_conflict
from largespin.sweeps.blocks import Blocks
from largespin.sweeps.manifest import Manifest, plain_attrs
from largespin.sweeps.results import WIDTH, Column, Record, fill_value

MISSING, FINISHED, FAILED = 0, 1, 2
"""Codes of what became of a point."""
OUTCOMES = (Outcome.MISSING, Outcome.FINISHED, Outcome.FAILED)
"""Their words."""
KIND, PADDED, VARIES, COORDINATE = "sweep_kind", "sweep_padded", "sweep_varies", "sweep_coordinate"
NUMBER = "sweep_number"
"""Attributes of stored variables."""


class Store:
    """A sweep being written. Whatever moment the process dies at, a point counts only once its outcome is stored.

    Args:
        group: the Zarr group, made by `create_store`.
        axes: the axes of the sweep.
        blocks: its tiling.
    """

    def __init__(self, group: Any, axes: Axes, blocks: Blocks) -> None:
        self._group, self._axes, self.blocks = group, axes, blocks
        self._arrays = {name: array for name, array in group.arrays() if name not in axes.names}
        self.outcomes: np.ndarray = np.asarray(self._arrays.pop("sweep_outcome")[...]).ravel()
        self._sentences = self._arrays.pop("sweep_sentence")
        self._outcome_array = group["sweep_outcome"]
        self._labels = {name: self._arrays.pop(name) for name in [*self._arrays] if not self._is_column(name)}
        self._sizes: dict[str, int] = {}
        self._firsts: dict[str, np.ndarray] = {}
        self._axis_attrs = {name: dict(group[name].attrs) for name in axes.names}
        self._known = Record({}, {dim: (_texts(array[...]), {}) for dim, array in self._labels.items()})
        for name, array in self._arrays.items():
            self._know(name, self._own_dims(array), dict(array.attrs))
        self._settle_sizes()

    def _is_column(self, name: str) -> bool:
        return KIND in self._arrays[name].attrs

    def _own_dims(self, array: Any) -> tuple[str, ...]:
        return tuple(array.metadata.dimension_names[len(self._axes.shape) :])

    def _know(self, name: str, dims: tuple[str, ...], attrs: Mapping[str, Any]) -> None:
        empty = np.empty((0,) * (len(dims) + 1))
        self._known.columns[name] = Column(dims, empty, attrs[KIND], {}, bool(attrs[COORDINATE]))

    def _settle_sizes(self) -> None:
        """Lengths of own dimensions; a process that died while it made arrays longer left some behind."""
        rank = len(self._axes.shape)
        sizes: dict[str, int] = {}
        for name, array in self._arrays.items():
            for dim, length in zip(self._known.columns[name].dims, array.shape[rank:], strict=True):
                sizes[dim] = max(sizes.get(dim, 0), length)
        self._grow(sizes)

    def _grow(self, sizes: Mapping[str, int]) -> None:
        longer = {dim: size for dim, size in sizes.items() if size > self._sizes.get(dim, 0)}
        if not longer:
            return
        self._sizes |= longer
        for name, array in self._arrays.items():
            shape = (*self._axes.shape, *(self._sizes[dim] for dim in self._known.columns[name].dims))
            if shape != array.shape:
                array.update_attributes({PADDED: True, VARIES: True})
                array.resize(shape)

    @property
    def counts(self) -> dict[str, int]:
        """How many points are missing, finished and failed."""
        return {str(word): int(np.count_nonzero(self.outcomes == code)) for code, word in enumerate(OUTCOMES)}

    def sentence(self, index: int) -> str:
        """Why a point failed."""
        place = np.unravel_index(index, self._axes.shape)
        return str(np.asarray(self._sentences[tuple(int(at) for at in place)]).item())

    def write(self, batch: Batch) -> None:
        """Store a batch; its outcomes last."""
        conflict = result_conflict(self._known, batch.record)
        if conflict is not None:
            batch = failed_batch(batch.indices, f"The result does not fit those of other points: {conflict}")
        # Tasks lie in one block each, but the two points of the trial may lie in two.
        for block in dict.fromkeys(self.blocks.block_of(i) for i in (batch.indices[0], batch.indices[-1])):
            members = self.blocks.indices(block)
            rows = [row for row, index in enumerate(batch.indices) if index in members]
            self._write_block(block, batch, rows)

    def _write_block(self, block: int, batch: Batch, rows: list[int]) -> None:
        members, region = self.blocks.indices(block), self.blocks.region(block)
        places = [batch.indices[row] - members.start for row in rows]
        if len(batch.failures) < len(batch.indices):
            self._write_columns(region, batch, rows, places)
        codes = [FAILED if batch.indices[row] in batch.failures else FINISHED for row in rows]
        if (
            batch.failures
            or len(places) < len(members)
            or np.any(self.outcomes[members.start : members.stop] == FAILED)
        ):
            sentences = [batch.failures.get(batch.indices[row], "") for row in rows]
            _put(self._sentences, region, places, np.array(sentences, dtype=object))
        outcomes = self.outcomes[members.start : members.stop].copy()
        outcomes[places] = codes
        self._outcome_array[region] = outcomes.reshape([part.stop - part.start for part in region])
        self.outcomes[members.start : members.stop] = outcomes

    def _write_columns(self, region: tuple[slice, ...], batch: Batch, rows: list[int], places: list[int]) -> None:
        self._grow(_lengths(batch.record))
        self._keep_labels(batch.record)
        self._keep_attrs(batch.record)
        for name, column in batch.record.columns.items():
            if name not in self._arrays:
                self._create(name, column, late=bool(np.any(self.outcomes == FINISHED)))
            self._note(name, column, name in batch.padded)
            sizes = tuple(self._sizes[dim] for dim in column.dims)
            _put(self._arrays[name], region, places, _padded(column, sizes)[rows])
        for name in self._arrays.keys() - batch.record.columns.keys():
            self._flag(name, PADDED)

    def _create(self, name: str, column: Column, late: bool) -> None:
        sizes = tuple(self._sizes[dim] for dim in column.dims)
        text = column.kind == "text"
        attrs = {
            KIND: column.kind,
            PADDED: late,
            VARIES: late,
            COORDINATE: column.coordinate,
            NUMBER: len(self._arrays),
        }
        self._arrays[name] = self._group.create_array(
            name,
            shape=(*self._axes.shape, *sizes),
            chunks=(*self.blocks.box, *(max(size, 1) for size in sizes)),
            dtype="string" if text else column.values.dtype,
            fill_value="" if text else fill_value(column.kind),
            dimension_names=(*self._axes.names, *column.dims),
            attributes={**plain_attrs(column.attrs), **attrs},
        )
        self._know(name, column.dims, attrs)

    def _note(self, name: str, column: Column, padded: bool) -> None:
        """Keep in the attributes what readers must know of the values, before the values are stored."""
        array = self._arrays[name]
        known = self._known.columns[name]
        if WIDTH.get(column.kind, 0) > WIDTH.get(known.kind, 0):
            array.update_attributes({KIND: column.kind})
            self._know(name, column.dims, array.attrs)
        if padded or column.values.shape[1:] != tuple(self._sizes[dim] for dim in column.dims):
            self._flag(name, PADDED)
            self._flag(name, VARIES)
        if column.coordinate and not array.attrs[VARIES] and self._changes(name, column):
            self._flag(name, VARIES)

    def _flag(self, name: str, attribute: str) -> None:
        if not self._arrays[name].attrs[attribute]:
            self._arrays[name].update_attributes({attribute: True})

    def _changes(self, name: str, column: Column) -> bool:
        """Whether a coordinate differs from point to point."""
        done = np.flatnonzero(self.outcomes == FINISHED)
        if name not in self._firsts and len(done):
            place = np.unravel_index(done[0], self._axes.shape)
            self._firsts[name] = _texts(np.asarray(self._arrays[name][tuple(int(at) for at in place)]))[None]
        first = self._firsts.setdefault(name, column.values[:1])
        equal = (column.values == first) | ((column.values != column.values) & (first != first))
        return not bool(np.all(equal))

    def _keep_labels(self, record: Record) -> None:
        for dim, (values, attrs) in record.labels.items():
            known = self._known.labels.get(dim)
            if known is not None and len(known[0]) >= len(values):
                continue
            if dim not in self._labels:
                text = values.dtype.kind == "O"
                self._labels[dim] = self._group.create_array(
                    dim,
                    shape=values.shape,
                    chunks=(max(len(values), 1),),
                    dtype="string" if text else values.dtype,
                    fill_value="" if text else 0,
                    dimension_names=(dim,),
                    attributes=plain_attrs(attrs),
                )
            else:
                self._labels[dim].resize(values.shape)
            self._labels[dim][...] = values
            self._known.labels[dim] = (values, attrs)

    def _keep_attrs(self, record: Record) -> None:
        """Attributes of results are kept as long as all results share them."""
        for name, known in record.axes.items():
            if missing := {key: value for key, value in known.items() if key not in self._axis_attrs[name]}:
                self._group[name].update_attributes(plain_attrs(missing))
                self._axis_attrs[name] |= missing
        manifest = Manifest.of(self._group.attrs)
        asked = plain_attrs(record.attrs)
        kept = asked if manifest.attrs is None else common_attrs([manifest.attrs, asked])
        if kept != manifest.attrs:
            self._group.attrs.put(manifest.with_attrs(kept).as_attrs())


def create_store(place: Any, axes: Axes, blocks: Blocks, manifest: Manifest) -> None:
    """Make an empty Zarr group for a sweep: axes, outcomes and sentences of all points, and what the sweep is."""
    import zarr

    group = zarr.create_group(place, zarr_format=3, attributes=manifest.as_attrs())
    for number, (name, values, attrs) in enumerate(zip(axes.names, axes.values, axes.attrs, strict=True)):
        text = values.dtype.kind == "U"
        array = group.create_array(
            name,
            shape=values.shape,
            chunks=values.shape,
            dtype="string" if text else values.dtype,
            dimension_names=(name,),
            attributes={**plain_attrs(attrs), NUMBER: number - len(axes.names)},
        )
        array[...] = values.astype(object) if text else values
    meaning: dict[str, Any] = {"flag_values": list(range(len(OUTCOMES))), "flag_meanings": " ".join(OUTCOMES)}
    shared: dict[str, Any] = {"shape": axes.shape, "chunks": blocks.box, "dimension_names": axes.names}
    group.create_array("sweep_outcome", dtype="int8", fill_value=MISSING, attributes=meaning, **shared)
    group.create_array("sweep_sentence", dtype="string", fill_value="", **shared)


def _put(array: Any, region: tuple[slice, ...], places: list[int], rows: np.ndarray) -> None:
    """Write rows of a block; the other points of the block keep what they have."""
    shape = tuple(part.stop - part.start for part in region)
    own = rows.shape[1:]
    if len(places) < int(np.prod(shape, dtype=int)):
        whole = _texts(np.asarray(array[region])).reshape(-1, *own)
        whole[places] = rows
        rows = whole
    elif places != list(range(len(places))):
        rows = rows[np.argsort(places)]
    array[region] = rows.reshape(*shape, *own)


def _padded(column: Column, sizes: tuple[int, ...]) -> np.ndarray:
    if column.values.shape[1:] == sizes:
        return column.values
    full = np.full((len(column.values), *sizes), column.fill, dtype=column.values.dtype)
    full[(slice(None), *(slice(length) for length in column.values.shape[1:]))] = column.values
    return full


def _texts(array: np.ndarray) -> np.ndarray:
    """Text as objects: NumPy's own type of varying length compares equal but is another dtype."""
    return array.astype(object) if array.dtype.kind == "T" else np.array(array)


def _lengths(record: Record) -> dict[str, int]:
    """Lengths of own dimensions; labels count, because a dimension may have labels where it has no values."""
    sizes: dict[str, int] = {}
    for column in record.columns.values():
        for dim, length in zip(column.dims, column.values.shape[1:], strict=True):
            sizes[dim] = max(sizes.get(dim, 0), length)
    for dim, (values, _) in record.labels.items():
        sizes[dim] = max(sizes.get(dim, 0), len(values))
    return sizes

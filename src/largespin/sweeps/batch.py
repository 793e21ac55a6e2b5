"""How are results of many points put together? Stacked where they fit, padded where their lengths differ."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from largespin.sweeps.results import STORED, WIDTH, Column, Record, fill_value


@dataclass(frozen=True, eq=False)
class Batch:
    """Results of some points of a block, ready to be stored.

    Attributes:
        indices: flat indices of the points.
        record: their results, one row a point; rows of failed points are fill values.
        failures: reasons of the points that failed, by flat index.
        seconds: computing time of the last point, or of all points divided by their number.
        padded: variables some of whose rows are filled up, because the lengths of their dimensions differ.
    """

    indices: tuple[int, ...]
    record: Record
    failures: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0
    padded: frozenset[str] = frozenset()

    @property
    def nbytes(self) -> int:
        """Size of the results."""
        return sum(column.values.nbytes for column in self.record.columns.values())


def failed_batch(indices: Sequence[int], sentence: str, seconds: float = 0.0) -> Batch:
    """A batch of points that all failed for one reason."""
    return Batch(tuple(indices), Record({}), dict.fromkeys(indices, sentence), seconds)


def stack(indices: Sequence[int], results: Sequence[Record | str], seconds: float) -> list[Batch]:
    """Batches of single results (records, or sentences of failures); results that contradict each other apart.

    Which of two contradicting results is refused depends on what is stored already, so they must not be mixed here.
    """
    groups: list[tuple[Record, list[int], list[Record]]] = []
    for index, result in zip(indices, results, strict=True):
        if isinstance(result, str):
            continue
        for first, members, records in groups:
            if result_conflict(first, result) is None and _same_labels(first, result):
                members.append(index)
                records.append(result)
                break
        else:
            groups.append((result, [index], [result]))
    batches = [_stacked(members, records, seconds) for _, members, records in groups]
    failures = {i: result for i, result in zip(indices, results, strict=True) if isinstance(result, str)}
    if failures:
        batches.append(Batch(tuple(failures), Record({}), failures, seconds))
    return batches


def _same_labels(one: Record, other: Record) -> bool:
    return one.labels.keys() == other.labels.keys() and all(
        _equal(values, other.labels[dim][0]) for dim, (values, _) in one.labels.items()
    )


def result_conflict(stored: Record, new: Record) -> str | None:
    """Why two results cannot be rows of one dataset; None if they can."""
    for name, column in new.columns.items():
        other = stored.columns.get(name)
        if other is None:
            continue
        if column.dims != other.dims:
            return f"`{name}` has the dimensions {column.dims}, but {other.dims} at other points."
        if column.kind != other.kind and not ({column.kind, other.kind} <= set(WIDTH)):
            return (
                f"`{name}` is {column.kind} here, but {other.kind} at other points; return the same type at all points."
            )
    if both := (stored.columns.keys() & new.labels.keys()) | (new.columns.keys() & stored.labels.keys()):
        return (
            f"`{min(both)}` labels a dimension at some points and is a result at others; give one of them another name."
        )
    for dim, (values, _) in new.labels.items():
        if dim in stored.labels:
            known = stored.labels[dim][0]
            shared = min(len(known), len(values))
            if known.dtype != values.dtype or not _equal(known[:shared], values[:shared]):
                return (
                    f"the labels of `{dim}` differ from those at other points; return them as a variable over another "
                    "dimension."
                )
    return None


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether labels are the same; NaN is no label, but must not make equal results differ."""
    return one.shape == other.shape and bool(np.all((one == other) | ((one != one) & (other != other))))


def _stacked(indices: list[int], records: list[Record], seconds: float) -> Batch:
    names = list(dict.fromkeys(name for record in records for name in record.columns))
    columns, padded = {}, set()
    for name in names:
        parts = [record.columns.get(name) for record in records]
        columns[name], gaps = _stacked_column([part for part in parts if part is not None], parts)
        if gaps:
            padded.add(name)
    attrs = common_attrs([record.attrs for record in records])
    return Batch(
        tuple(indices), Record(columns, records[0].labels, attrs, records[0].axes), {}, seconds, frozenset(padded)
    )


def _stacked_column(present: list[Column], parts: list[Column | None]) -> tuple[Column, bool]:
    first = present[0]
    kind = max((part.kind for part in present), key=lambda k: WIDTH.get(k, 0))
    shapes = {part.values.shape[1:] for part in present}
    gaps = len(shapes) > 1 or len(present) < len(parts)
    if gaps:
        longest = tuple(max(lengths) for lengths in zip(*shapes, strict=True))
        values = np.full((len(parts), *longest), fill_value(kind), dtype=STORED[kind])
        for row, part in enumerate(parts):
            if part is not None:
                own = tuple(slice(length) for length in part.values.shape[1:])
                values[row : row + 1][(slice(None), *own)] = part.values
    else:
        values = np.concatenate([part.values for part in present])
    return Column(first.dims, values, kind, first.attrs, first.coordinate), gaps


def common_attrs(all_attrs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The attributes that all results share."""
    first = all_attrs[0]
    same = {key for key in first if all(_same(first[key], attrs.get(key)) for attrs in all_attrs[1:])}
    return {key: first[key] for key in first if key in same}


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(np.array_equal(one, other))

"""What did the function return? One point or one block of points as typed, named columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from largespin.errors import LargespinError
from largespin.sweeps.axes import OWN_NAMES, USABLE
from largespin.sweeps.text import is_mixed, made_storable, storable

KINDS = {"b": "bool", "i": "int", "u": "int", "f": "real", "c": "complex", "U": "text", "T": "text"}
STORED = {"bool": np.float64, "int": np.float64, "real": np.float64, "complex": np.complex128, "text": np.object_}
"""Kinds of values and how they travel: whole numbers and truth values as floats, because NaN must fit in."""
LARGEST_WHOLE = 2**53
"""Up to here every whole number is a float; larger ones would come back as others."""
LONGEST_NAME = 100
"""Letters of the name of a result, which becomes the name of a folder; some letters take four bytes of its 255."""
WIDTH = {"bool": 0, "int": 1, "real": 2}
"""Order of the kinds that share a column: it has the widest of them."""


@dataclass(frozen=True, eq=False)
class Column:
    """One variable of one or many points.

    Attributes:
        dims: its own dimensions, besides those of the sweep.
        values: shape (points, *own).
        kind: bool, int, real, complex or text.
        attrs: units and the like.
        coordinate: whether the function returned it as a coordinate.
    """

    dims: tuple[str, ...]
    values: np.ndarray
    kind: str
    attrs: dict[str, Any]
    coordinate: bool = False

    @property
    def fill(self) -> Any:
        """What stands for a missing value."""
        return fill_value(self.kind)


@dataclass(frozen=True, eq=False)
class Record:
    """Results of one or many points.

    Attributes:
        columns: variables by name.
        labels: values and attributes along own dimensions that have labels.
        attrs: attributes of the whole result.
        axes: attributes of the axes of the sweep, where the function knows them.
    """

    columns: dict[str, Column]
    labels: dict[str, tuple[np.ndarray, dict[str, Any]]] = field(default_factory=dict)
    attrs: dict[str, Any] = field(default_factory=dict)
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)


def fill_value(kind: str) -> Any:
    """What stands for a missing value of a kind."""
    return {"text": "", "complex": complex(np.nan, np.nan)}.get(kind, np.nan)


def typed(name: str, values: Any) -> tuple[np.ndarray, str]:
    """Values as they travel, and their kind.

    Raises:
        LargespinError: if they are neither numbers nor text.
    """
    if np.ma.is_masked(values):
        raise LargespinError(f"The function must not return masked values, but `{name}` has some; fill them with NaN.")
    array = np.asarray(values)
    if array.dtype.kind == "U" and is_mixed(values):
        raise LargespinError(
            f"The function must return numbers or text, but `{name}` holds both; return them under different names."
        )
    kind = KINDS.get(array.dtype.kind)
    if kind is None and array.dtype.kind == "O" and all(isinstance(item, str) for item in array.ravel()):
        kind = "text"
    _check_storable(name, array, kind)
    if name == USABLE and kind != "bool":
        raise LargespinError(
            f"`{USABLE}` must be true or false wherever the function returns it, but it is {values!r:.60}."
        )
    if kind is None:
        raise LargespinError(
            f"The function must return numbers or text, but `{name}` is of type "
            f"{type(values).__name__ if array.dtype.kind == 'O' else array.dtype}."
        )
    return array.astype(STORED[kind]), kind


def _check_storable(name: str, array: np.ndarray, kind: str | None) -> None:
    whole = kind == "int" or (array.dtype.kind == "O" and array.size and all(isinstance(i, int) for i in array.ravel()))
    if whole and np.any((array > LARGEST_WHOLE) | (array < -LARGEST_WHOLE)):
        raise LargespinError(
            f"Whole numbers that the function returns must lie within ±2**53, but one in `{name}` does not, and would be rounded; "
            "return it as text or as a float."
        )
    if kind == "text" and not all(storable(str(word)) for word in array.ravel()):
        raise LargespinError(
            f"The function must return text without null characters and halves of surrogate pairs, but `{name}` has some."
        )


def read_point(result: Any, point: Mapping[str, Any]) -> Record:
    """The result of a call at one point: a number, an array, a mapping of these, a DataArray or a Dataset."""
    dataset = _as_dataset(result)
    if dataset is None:
        items = result if isinstance(result, Mapping) else {"value": result}
        if not items:
            raise LargespinError("The function must return at least one value, but it returned an empty mapping.")
        return _filled(Record({name: _plain_column(name, values, point) for name, values in items.items()}))
    single = [axis for axis in point if dataset.sizes.get(axis) == 1]
    record = _read_dataset(dataset.squeeze(single), point, ())
    return _filled(replace(record, columns={name: _lifted(column) for name, column in record.columns.items()}))


def _filled(record: Record) -> Record:
    """A record without what is empty: an empty array has no kind, and is as good as one that is missing."""
    if all(column.values.size for column in record.columns.values()) and not record.labels:
        return record
    full = {name: column for name, column in record.columns.items() if column.values.size}
    return replace(record, columns=full, labels={dim: label for dim, label in record.labels.items() if len(label[0])})


def read_block(result: Any, region: Mapping[str, np.ndarray]) -> Record:
    """The result of a call with arrays along all axes, one row per point."""
    dataset = _as_dataset(result)
    if dataset is None:
        raise LargespinError(
            f"With `together` the function must return a Dataset or DataArray over {', '.join(region)}, but it returned a "
            f"{type(result).__name__}."
        )
    for axis, values in region.items():
        if dataset.sizes.get(axis) != len(values):
            raise LargespinError(
                f"With `together` the result must have the dimension `{axis}` of length {len(values)}, but its dimensions "
                f"are {dict(dataset.sizes)}."
            )
        if axis in dataset.coords and not np.array_equal(dataset[axis].values, values):
            raise LargespinError(f"With `together` the result must have the values of `{axis}` that were asked for.")
    return _filled(_read_dataset(dataset, region, tuple(region)))


def _as_dataset(result: Any) -> Any:
    # Whoever returns a Dataset has imported xarray; nobody else should wait for it.
    if not hasattr(result, "dims"):
        return None
    if hasattr(result, "data_vars"):
        return result
    return result.to_dataset(name=result.name or "value")


def _plain_column(name: Any, values: Any, point: Mapping[str, Any]) -> Column:
    _check_name(name, point)
    if hasattr(values, "dims"):
        own, attrs = tuple(str(dim) for dim in values.dims), dict(values.attrs)
        values = values.values
    else:
        own, attrs = None, {}
    array, kind = typed(name, values)
    dims = own if own is not None else tuple(f"{name}_{axis}" for axis in range(array.ndim))
    _check_dims(name, dims, point)
    return Column(dims, array[None], kind, attrs)


def _lifted(column: Column) -> Column:
    return Column(column.dims, column.values[None], column.kind, column.attrs, column.coordinate)


def _read_dataset(dataset: Any, axes: Mapping[str, Any], leading: tuple[str, ...]) -> Record:
    """Columns of all variables; with `leading` axes, these become rows."""
    columns, labels, known = {}, {}, {}
    for name, array in dataset.variables.items():
        if name in axes and name in dataset.coords:
            known[str(name)] = dict(array.attrs)
            continue
        if array.dims == (name,):
            labels[str(name)] = (_label_values(str(name), array.values), dict(array.attrs))
            continue
        _check_name(name, axes)
        own = tuple(str(dim) for dim in array.dims if dim not in leading)
        _check_dims(str(name), own, axes)
        full = array.set_dims({**{dim: dataset.sizes[dim] for dim in leading}, **{d: dataset.sizes[d] for d in own}})
        values, kind = typed(str(name), full.transpose(*leading, *own).values)
        rows = values.reshape(-1, *values.shape[len(leading) :]) if leading else values
        columns[str(name)] = Column(own, rows, kind, dict(array.attrs), name in dataset.coords)
    if not columns:
        raise LargespinError("The function must return at least one value, but its Dataset has no variables.")
    return Record(columns, labels, dict(dataset.attrs), known)


def _label_values(name: str, values: Any) -> np.ndarray:
    """Labels are never missing, so whole numbers stay whole."""
    array, kind = typed(name, values)
    return array.astype(np.int64) if kind in ("int", "bool") else array


def _check_name(name: Any, axes: Iterable[str]) -> None:
    if not isinstance(name, str) or not name or "/" in name or name.startswith(("_", ".")):
        raise LargespinError(
            f"Names of results must be text without a slash that does not begin with a dot or an underscore, but one is "
            f"{name!r}."
        )
    if len(name) > LONGEST_NAME or not name.isprintable() or name == "zarr.json":
        raise LargespinError(
            f"Names of results must be printable text of at most {LONGEST_NAME} letters other than zarr.json, but one is "
            f"{made_storable(name[:LONGEST_NAME])!r}."
        )
    if name in axes or name in OWN_NAMES:
        raise LargespinError(f"The function must not return a variable `{name}`, because the sweep has one.")


def _check_dims(name: str, dims: Iterable[str], axes: Iterable[str]) -> None:
    for dim in dims:
        if dim in axes:
            raise LargespinError(
                f"`{name}` must not have the dimension `{dim}` at a single point, because it is an axis of the sweep; "
                "with `together=True` the function gets arrays and may return it."
            )

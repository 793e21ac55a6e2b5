"""What is there so far? Any stored sweep, finished or not, as a Dataset that loads when it is looked at."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.quantities import QUANTITIES, text
from largespin.sweeps.axes import USABLE
from largespin.sweeps.manifest import NAME, Manifest, NoManifestError
from largespin.sweeps.place import Place
from largespin.sweeps.results import fill_value
from largespin.sweeps.store import COORDINATE, FINISHED, KIND, MISSING, NUMBER, OUTCOMES, PADDED, VARIES

if TYPE_CHECKING:
    import xarray as xr

LAZY_NUMBERS = 1e6
"""Numbers in a piece of an array that is loaded at one time; single blocks would make too many pieces."""
NOT_YET = "Not computed yet."
"""Sentence of a point that is missing."""


def open_sweep(path: str | Path) -> "xr.Dataset":
    """Open a stored sweep, finished, interrupted or still running.

    Args:
        path: what was given as `out`.

    Returns:
        Dataset of the results over the axes of the sweep and the dimensions of the function; arrays load when they are
        used. ``sweep_outcome`` is "finished", "failed" or "missing" for every point, ``sweep_sentence`` says why, ``usable``
        whether there is a result. Values of points that are not there are NaN, or empty text.

    Raises:
        LargespinError: no sweep there, or one that cannot be read.

    Example:
        >>> import tempfile
        >>> from largespin import open_sweep, sweep
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = sweep(lambda x: abs(x), over={"x": [-1.0, 2.0]}, out=f"{folder}/a.zarr")
        ...     open_sweep(f"{folder}/a.zarr").value.values
        array([1., 2.])
    """
    place = Place.checked(path)
    if place.is_netcdf and place.path.exists() and not place.store.exists():
        dataset = _file(place.path)
        if NAME not in dataset.attrs:
            raise not_a_sweep(place.path)
        return dataset
    if not place.store.exists():
        raise LargespinError(f"There must be a sweep at {place.path}, but there is nothing.")
    with readable(place.store):
        return assemble(open_group(place.store), lazy=True)


def _file(path: Path) -> "xr.Dataset":
    import xarray as xr

    if path.is_dir():
        raise not_a_sweep(path)
    try:
        # Results are what they are: "seconds since" among the attributes must not make dates of them.
        dataset = xr.open_dataset(path, engine="h5netcdf", decode_times=False)
    except Exception as error:
        raise damaged(path, error) from error
    # Readers of NetCDF give text the width of the longest word, which Zarr does not know.
    wide = [name for name, variable in dataset.variables.items() if variable.dtype.kind == "U"]
    return dataset.assign({name: dataset[name].astype(object) for name in wide})


def open_group(place: Any, *, write: bool = False) -> Any:
    """The Zarr group of a stored sweep."""
    import zarr

    if isinstance(place, Path) and not (place / "zarr.json").is_file():
        raise NoManifestError
    with warnings.catch_warnings():
        # A process that was killed leaves pieces of files, which Zarr mentions.
        warnings.simplefilter("ignore")
        return zarr.open_group(place, mode="r+" if write else "r", zarr_format=3)


def not_a_sweep(path: Path) -> LargespinError:
    """The error for something else at the place of a sweep."""
    return LargespinError(
        f"Argument `out` must be a new path or a sweep of this library, but {path} is something else; give another path or "
        "remove it."
    )


def damaged(path: Path, error: BaseException) -> LargespinError:
    """The error for a sweep that cannot be read."""
    return LargespinError(
        f"The sweep at {path} cannot be read ({type(error).__name__}: {' '.join(str(error).split())}); remove it or give "
        "another `out`."
    )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with a store that cannot be read."""
    try:
        yield
    except LargespinError:
        raise
    except NoManifestError as error:
        raise not_a_sweep(path) from error
    except Exception as error:
        raise damaged(path, error) from error


def assemble(group: Any, *, lazy: bool) -> "xr.Dataset":
    """The Dataset of a stored sweep."""
    import xarray as xr

    Manifest.of(group.attrs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A folder has no order; the variables have that in which the function returned them.
        arrays = dict(sorted(group.arrays(), key=lambda item: item[1].attrs.get(NUMBER, 0)))
    codes = np.asarray(arrays.pop("sweep_outcome")[...])
    axes = tuple(group["sweep_outcome"].metadata.dimension_names)
    sentences = _loaded(arrays.pop("sweep_sentence"))
    sizes = _longest(arrays)
    complete = bool(np.all(codes == FINISHED))
    variables, coords = {}, {}
    for name, array in arrays.items():
        dims = tuple(array.metadata.dimension_names)
        if KIND not in array.attrs:
            values = _padded(_loaded(array), tuple(sizes[dim] for dim in dims), np)
            coords[name] = xr.Variable(dims, values, _public(array.attrs))
            continue
        shape = tuple(sizes[dim] for dim in dims)
        variable = xr.Variable(dims, _values(array, shape, complete, lazy), _public(array.attrs))
        if array.attrs[COORDINATE]:
            coords[name] = _once(variable, array.attrs, codes, axes)
        else:
            variables[name] = variable
    sentences = np.where((codes == MISSING) & (sentences == ""), NOT_YET, sentences)
    variables["sweep_outcome"] = xr.Variable(axes, text(OUTCOMES)[codes], _named("sweep_outcome"))
    variables["sweep_sentence"] = xr.Variable(axes, sentences, _named("sweep_sentence"))
    said = coords.pop(USABLE, variables.get(USABLE))
    if said is None:
        variables[USABLE] = xr.Variable(axes, codes == FINISHED, _named(USABLE))
    else:  # What the function did not say, because there is no result, is no.
        variables[USABLE] = xr.Variable(said.dims, said.data == 1, said.attrs)
    return xr.Dataset(variables, coords=coords, attrs=dict(group.attrs))


def _named(name: str) -> dict[str, str]:
    long_name, units = QUANTITIES[name]
    return {"long_name": long_name, "units": units} if units else {"long_name": long_name}


def _longest(arrays: dict[str, Any]) -> dict[str, int]:
    """Lengths of all dimensions; while a sweep runs, some arrays may still be shorter than others."""
    sizes: dict[str, int] = {}
    for array in arrays.values():
        for dim, length in zip(array.metadata.dimension_names, array.shape, strict=True):
            sizes[dim] = max(sizes.get(dim, 0), length)
    return sizes


def _loaded(array: Any) -> np.ndarray:
    """All of a small array; text as objects."""
    values = np.asarray(array[...])
    return values.astype(object) if values.dtype.kind in "TO" else values


def _values(array: Any, shape: tuple[int, ...], complete: bool, lazy: bool) -> Any:
    """Values of a variable in the type in which the function returned them, if that is possible."""
    kind = array.attrs[KIND]
    if lazy:
        import dask.array as da

        values = da.from_zarr(array, chunks=_pieces(array), inline_array=True)
        values = values.astype(object) if kind == "text" else values
        values = _padded(values, shape, da, fill_value(kind))
    else:
        values = _padded(_loaded(array), shape, np, fill_value(kind))
    if complete and not array.attrs[PADDED] and kind in ("bool", "int"):
        values = values.astype({"bool": bool, "int": np.int64}[kind])
    return values


def _pieces(array: Any) -> tuple[int, ...]:
    """Multiples of the chunks, large enough to be worth a task each."""
    pieces = list(array.chunks)
    for axis in reversed(range(array.ndim)):
        room = LAZY_NUMBERS / max(np.prod(pieces, dtype=float), 1.0)
        pieces[axis] = min(max(array.shape[axis], 1), pieces[axis] * max(int(room), 1))
    return tuple(pieces)


def _padded(values: Any, shape: tuple[int, ...], library: Any, fill: Any = np.nan) -> Any:
    if values.shape == shape:
        return values
    fill = "" if values.dtype.kind in "UO" else fill
    widths = [(0, wanted - length) for wanted, length in zip(shape, values.shape, strict=True)]
    return library.pad(values, widths, constant_values=fill)


def _once(variable: Any, attrs: Any, codes: np.ndarray, axes: tuple[str, ...]) -> Any:
    """A coordinate that is the same at all points, without the axes of the sweep."""
    done = np.flatnonzero(codes == FINISHED)
    if attrs[VARIES] or not len(done):
        return variable
    place = np.unravel_index(done[0], codes.shape)
    alone = variable.isel({axis: int(at) for axis, at in zip(axes, place, strict=True)})
    if attrs[KIND] in ("bool", "int") and alone.dtype.kind == "f":
        with suppress(ValueError):
            return alone.compute().astype({"bool": bool, "int": np.int64}[attrs[KIND]])
    return alone.compute()


def _public(attrs: Any) -> dict[str, Any]:
    return {
        name: value for name, value in dict(attrs).items() if name not in (KIND, PADDED, VARIES, COORDINATE, NUMBER)
    }

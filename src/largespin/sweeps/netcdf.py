"""How does a finished sweep become one NetCDF file? Piece by piece, and in its place only when whole."""

import os
from typing import Any

from largespin.sweeps.open_sweep import assemble, open_group
from largespin.sweeps.place import Place, remove


def convert(place: Place) -> None:
    """Write the Zarr store of a finished sweep as NetCDF, then remove the store.

    Raises:
        OSError: if the file cannot be written; the store stays.
    """
    import dask

    try:
        dataset = assemble(open_group(place.store), lazy=True)
        # One piece after the other: threads would hold as many pieces as there are cores.
        with dask.config.set(scheduler="synchronous"):
            for name in [name for name, variable in dataset.variables.items() if _is_lazy_text(variable)]:
                dataset[name] = dataset[name].copy(data=_known_to_be_text(dataset[name].data))
            dataset.to_netcdf(place.draft, engine="h5netcdf")
    except BaseException:
        remove(place.draft)
        raise
    os.replace(place.draft, place.path)
    # In one step, because a store of which a part is removed looks like a damaged sweep.
    os.rename(place.store, place.draft)
    remove(place.draft)


def _is_lazy_text(variable: Any) -> bool:
    return variable.dtype == object and variable.chunks is not None


def _known_to_be_text(words: Any) -> Any:
    """Text whose type says that it is; xarray would load all of it to find out."""
    import h5py  # type: ignore[import-untyped]

    kind = h5py.string_dtype()
    return words.map_blocks(lambda piece: piece.astype(kind), dtype=kind)

"""A plain run written with `run.to_zarr(path)`.

Fixed-length text (dtype <U) is no data type of the Zarr format 3 and warns for every variable; text as objects does
not. A result of the library has to be storable without a word.
"""

import pathlib as paths
import tempfile
import warnings

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve(model, [0, 0.1, 0.5], [0, 1.0], temperature=0.5, field=0.2)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run.to_zarr(paths.Path(folder) / "run.zarr", consolidated=False)
    kinds = sorted({w.category.__name__ for w in caught})
    return not caught, f"{len(caught)} warnings {kinds}"


WANT = "no warning"

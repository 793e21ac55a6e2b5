"""How does a phase diagram survive on disk? Examined points are saved as they come, the diagram when it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from largespin.errors import LargespinError
from largespin.phases.axes import Plane
from largespin.phases.kept import MADE_FROM, as_text, check_same
from largespin.quantities import described
from largespin.sweeps.fingerprint import Fingerprint
from largespin.sweeps.place import Place, said


class Output:
    """The file of a diagram, and beside it the points that are examined while it is not whole.

    Args:
        out: path of the diagram, ending in .nc.
        asked: on what the labels depend.

    Raises:
        LargespinError: another ending.
    """

    def __init__(self, out: Any, asked: Fingerprint) -> None:
        self._place = Place.checked(out)
        if not self._place.is_netcdf:
            raise LargespinError(f"Argument `out` must be a path that ends in .nc, but it is {self._place.path}.")
        self._asked = asked

    @property
    def path(self) -> Path:
        """Where the diagram will be."""
        return self._place.path

    @property
    def points_path(self) -> Path:
        """Where the points of an unfinished diagram are."""
        return points_path(self.path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the place against other writers, and say what the disk says."""
        with self._place.locked():
            try:
                yield
            except OSError as error:
                raise LargespinError(
                    f"The diagram cannot be kept at {self.path}: {said(error)}. The points at {self.points_path} remain; "
                    "the same call again examines the rest."
                ) from error

    def finished(self, grid: Plane) -> xr.Dataset | None:
        """The diagram, if it is there.

        Raises:
            LargespinError: if the file holds something else.
        """
        if not self.path.exists():
            return None
        diagram = _read(self.path)
        check_same("out", diagram, self._asked)
        for name, values in grid.values.items():
            if diagram[name].shape != values.shape or not np.array_equal(diagram[name].values, values):
                raise LargespinError(
                    f"Argument `out` must be a new path or hold the same diagram, but along `{name}` the one at {self.path} "
                    "has other values; its points can be used with `known=`."
                )
        return diagram

    def points(self) -> xr.Dataset | None:
        """The points of an unfinished diagram, if there are any.

        Raises:
            LargespinError: if they are those of another diagram.
        """
        if not self.points_path.exists():
            return None
        points = _read(self.points_path)
        check_same("out", points, self._asked)
        return points

    def save_points(self, points: xr.Dataset) -> None:
        """Keep the points examined so far."""
        self._write(points.assign_attrs({MADE_FROM: as_text(self._asked)}), self.points_path)

    def save(self, diagram: xr.Dataset) -> None:
        """Keep the whole diagram; the points are in it."""
        self._write(diagram, self.path)
        self.points_path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget what is there."""
        self.path.unlink(missing_ok=True)
        self.points_path.unlink(missing_ok=True)

    def _write(self, dataset: xr.Dataset, path: Path) -> None:
        try:
            dataset.to_netcdf(self._place.draft, engine="h5netcdf")
            os.replace(self._place.draft, path)
        finally:
            self._place.draft.unlink(missing_ok=True)


def points_path(path: Path) -> Path:
    """Where the points of an unfinished diagram at a path are kept."""
    return path.with_name(f"{path.name}.points.nc")


def _read(path: Path) -> xr.Dataset:
    try:
        return described(xr.load_dataset(path, engine="h5netcdf"))
    except OSError as error:
        raise LargespinError(
            f"Argument `out` must be a diagram or free, but {path} is no NetCDF file: {error}."
        ) from error

"""Where does a sweep live on disk? The path, the store behind it, and a lock against a second writer."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from largespin.errors import LargespinError
from largespin.sweeps.text import made_storable

SUFFIXES = (".zarr", ".nc")
"""Kinds of output."""


@dataclass(frozen=True)
class Place:
    """The path of a sweep.

    Attributes:
        path: what the user named.
    """

    path: Path

    @classmethod
    def checked(cls, out: Any) -> "Place":
        """The place named by the argument `out`.

        Raises:
            LargespinError: not a path that ends in .zarr or .nc, or one that no file can have.
        """
        if not isinstance(out, str | Path) or Path(out).suffix not in SUFFIXES:
            raise LargespinError(f"Argument `out` must be a path that ends in .zarr or .nc, but it is {out!r}.")
        try:
            # Two links to one place are one place, for the lock as for the results.
            place = cls(Path(out).expanduser().resolve())
            place.store.exists()
        except (OSError, ValueError, RuntimeError) as error:
            words = said(error) if isinstance(error, OSError) else str(error)
            raise LargespinError(
                f"Argument `out` must be a path that a file can have, but {made_storable(str(out))!r} is none: {words.rstrip('.')}."
            ) from error
        return place

    @property
    def is_netcdf(self) -> bool:
        """Whether the result ends as one NetCDF file."""
        return self.path.suffix == ".nc"

    @property
    def store(self) -> Path:
        """Where results are streamed to: a Zarr store, the output itself or beside it until all is done."""
        return self.path.with_name(f"{self.path.name}.partial.zarr") if self.is_netcdf else self.path

    @property
    def draft(self) -> Path:
        """Where a store or file is made before it takes its place in one step."""
        return self.path.with_name(f"{self.path.name}.draft")

    @property
    def lock(self) -> Path:
        """The file that a writer holds."""
        return self.path.with_name(f"{self.path.name}.lock")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the place, made if need be, against other writers.

        Raises:
            LargespinError: the folder cannot be written to, or another sweep writes there.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.lock)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
            remove(self.draft)  # An earlier process may have left one.
        except Timeout as error:
            raise LargespinError(
                f"Argument `out` must be free, but another sweep is writing to {self.path} (it holds {self.lock.name}); "
                "wait for it or give another path."
            ) from error
        except (OSError, NotImplementedError) as error:
            lock.release()
            words = said(error) if isinstance(error, OSError) else "its file system knows no locks"
            raise LargespinError(
                f"Argument `out` must be in a folder that can be written to, but {self.path.parent} cannot: {words}."
            ) from error
        try:
            yield
        finally:
            lock.release()


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def said(error: OSError) -> str:
    """What the operating system said."""
    if error.errno == errno.ENOSPC:
        return "no space is left on the disk"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file is in the way"
    return error.strerror or str(error)

"""Where does a sweep live on disk? The path, the store behind it, and a lock against a second writer."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError
from largespin.sweeps.text import made_storable

if TYPE_CHECKING:
    from filelock import BaseFileLock

SUFFIXES = (".zarr", ".nc")
"""Kinds of output."""
ATTEMPTS = 100
"""How often a lock is asked for whose file goes away meanwhile: holders of moments, one after the other, may do that."""


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
        """Hold the place, made if need be, against other writers; no file is left of it.

        The file is removed while it is held. A process that opened it before and gets the lock on the removed file afterwards
        holds nothing: filelock notices that and gives up, and here the place is asked for again.

        Raises:
            LargespinError: the folder cannot be written to, or another sweep writes there.
        """
        lock = self._acquired()
        try:
            yield
        finally:
            self._release(lock)

    def _release(self, lock: "BaseFileLock") -> None:
        if lock.is_locked:
            # Where open files cannot be removed, on Windows, filelock removes it afterwards.
            with contextlib.suppress(OSError):
                self.lock.unlink()
        lock.release()

    def _acquired(self) -> "BaseFileLock":
        from filelock import FileLock, Timeout

        lock = FileLock(self.lock)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=0)
                remove(self.draft)  # An earlier process may have left one.
                return lock
            except Timeout as error:
                if attempt < ATTEMPTS and not self.lock.exists():
                    continue  # Its holder has just removed it.
                raise LargespinError(
                    f"Argument `out` must be free, but another sweep is writing to {self.path} (it holds {self.lock.name}); "
                    "wait for it or give another path."
                ) from error
            except (OSError, NotImplementedError) as error:
                self._release(lock)
                words = said(error) if isinstance(error, OSError) else "its file system knows no locks"
                raise LargespinError(
                    f"Argument `out` must be in a folder that can be written to, but {self.path.parent} cannot: {words}."
                ) from error
        raise AssertionError("the last attempt returns or raises")


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

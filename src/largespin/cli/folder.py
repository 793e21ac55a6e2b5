"""The folder for results: made before the work, taken away again if the work fails."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def result_folder(path: Path) -> Iterator[Path]:
    """Make `path` with its parents; after an error remove those that were made and are empty.

    It is made first because a folder that cannot be made should not cost the time of a run.

    Args:
        path: the folder.

    Raises:
        OSError: if the folder cannot be made or cannot be written to.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    try:
        _check_writable(path)
        yield path
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


def _check_writable(path: Path) -> None:
    probe = path / ".largespin-probe"
    probe.touch()
    probe.unlink()

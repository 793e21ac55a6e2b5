"""One writer at a time at one place, and no lock file left behind, whoever removes it when."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

import largespin as ls
from largespin import sweep
from largespin.sweeps.place import Place


def square(x: int) -> int:
    return x * x


@pytest.mark.parametrize("out", ["a.zarr", "a.nc"])
def test_no_lock_is_left(tmp_path: Path, out: str) -> None:
    sweep(square, {"x": range(3)}, out=tmp_path / out).close()
    assert [file.name for file in tmp_path.iterdir()] == [out]

    def fails(x: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), pytest.warns(ls.LargespinWarning, match="Interrupted"):
        sweep(fails, {"x": range(3)}, out=tmp_path / f"b.{out}")
    assert not list(tmp_path.glob("*.lock"))


def test_a_lock_left_by_a_dead_process_is_taken_and_removed(tmp_path: Path) -> None:
    place = Place.checked(tmp_path / "a.zarr")
    place.lock.touch()
    with place.locked():
        assert place.lock.exists()
    assert not place.lock.exists()


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    place = Place.checked(tmp_path / "a.zarr")
    with place.locked():
        with pytest.raises(ls.LargespinError, match="another sweep is writing"), place.locked():
            pass
        assert place.lock.exists(), "the second one must not remove the lock of the first"
    with place.locked():
        pass


def test_a_lock_on_a_removed_file_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our opening of the file and the lock on it, the holder before us removes the file and lets go."""
    place = Place.checked(tmp_path / "a.zarr")
    removed: list[int] = []
    flock = fcntl.flock

    def late(file: int, operation: int) -> None:
        if not removed and operation & fcntl.LOCK_EX:
            removed.append(os.fstat(file).st_ino)
            place.lock.unlink()
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with place.locked():
        assert removed
        # A third process that comes now must meet this lock.
        with pytest.raises(ls.LargespinError, match="another sweep is writing"), place.locked():
            pass
        descriptor = os.open(place.lock, os.O_RDWR)
        with pytest.raises(BlockingIOError):
            flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(descriptor)
    assert not place.lock.exists()


CONTEND = """
import os, sys
from pathlib import Path
import largespin as ls
from largespin.sweeps.place import Place

place = Place.checked(Path(sys.argv[1]) / "a.zarr")
mark, entered = Path(sys.argv[1]) / "inside", 0
while entered < 60:
    try:
        with place.locked():
            # Exclusive creation fails if somebody else is inside.
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            mark.unlink()
            entered += 1
    except ls.LargespinError:
        continue
print("alone")
"""


def test_many_processes_are_never_inside_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CONTEND, str(tmp_path)]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [other.communicate(timeout=120) for other in others]
    assert [out for out, _ in said] == ["alone\n"] * 3, said
    assert list(tmp_path.iterdir()) == []

"""What the disk refuses is said in a sentence, and what is stored stays."""

import errno
import functools
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import zarr
from programs import program, start, wait_for
from sentences import check_sentence

import largespin as ls
from largespin import open_sweep, sweep

OVER: dict[str, Any] = {"x": range(12)}


def square(x: int) -> int:
    return x * x


def full_after(monkeypatch: pytest.MonkeyPatch, writes: int, code: int = errno.ENOSPC) -> None:
    """The disk has room for so many files and no more."""
    from zarr.storage import LocalStore

    original, count = LocalStore.set, [0]

    async def limited(self: Any, key: str, value: Any) -> None:
        count[0] += 1
        if count[0] > writes:
            raise OSError(code, os.strerror(code))
        await original(self, key, value)

    monkeypatch.setattr(LocalStore, "set", limited)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "no space is left on the disk"), (errno.EIO, "Input/output error")]
)
@pytest.mark.parametrize("out", ["a.zarr", "a.nc"])
def test_a_full_disk_stops_the_sweep_and_a_second_call_goes_on(tmp_path: Path, code: int, words: str, out: str) -> None:
    path = tmp_path / out
    store = path if out == "a.zarr" else tmp_path / "a.nc.partial.zarr"
    with pytest.MonkeyPatch.context() as patch:
        full_after(patch, 12, code)
        with pytest.raises(ls.LargespinError) as caught:
            sweep(square, OVER, out=path, block=3)
    stored = int((open_sweep(path).sweep_outcome == "finished").sum())
    assert 0 < stored < 12
    assert str(caught.value) == (
        f"The sweep stopped, because {path} cannot be written: {words}. {stored} of 12 points are stored in {store}; the "
        "same call again computes the rest."
    )
    assert sweep(square, OVER, out=path).value.values.tolist() == [x * x for x in range(12)]


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full_after(monkeypatch, 1)
    with pytest.raises(ls.LargespinError, match=r"no space is left on the disk\. 0 of 12 points are stored in"):
        sweep(square, OVER, out=tmp_path / "a.zarr")
    assert not (tmp_path / "a.zarr").exists()


def test_a_disk_that_is_full_when_the_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: Any, **__: Any) -> None:
        (tmp_path / "a.nc.draft").write_text("half a file")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(xr.Dataset, "to_netcdf", no_room)
        with pytest.raises(ls.LargespinError, match=r"no space is left on the disk\. 12 of 12 points are stored in"):
            sweep(square, OVER, out=tmp_path / "a.nc")
    assert not (tmp_path / "a.nc.draft").exists()
    assert not (tmp_path / "a.nc").exists()
    assert sweep(square, OVER, out=tmp_path / "a.nc").value.values.tolist() == [x * x for x in range(12)]
    assert not (tmp_path / "a.nc.partial.zarr").exists()


LIMITED = """
import resource, sys
import numpy as np
from largespin import sweep
if sys.argv[2] == "limited":
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
def noise(x):
    return {"a" if x < 6 else "b": np.random.default_rng(x).normal(size=200 if x < 6 else 4000)}
try:
    print((sweep(noise, {"x": range(12)}, out=sys.argv[1], block=1).sweep_outcome == "finished").sum().item())
except ValueError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_limit_of_the_operating_system(tmp_path: Path) -> None:
    """A real refusal of the kernel in the middle of a file."""
    program = tmp_path / "p.py"
    program.write_text(LIMITED)
    texts = [
        subprocess.run(
            [sys.executable, str(program), str(tmp_path / "a.zarr"), how], capture_output=True, text=True
        ).stdout
        for how in ("limited", "free")
    ]
    assert "cannot be written: File too large. 6 of 12 points are stored in" in texts[0]
    assert texts[1].strip() == "12"
    assert not list(tmp_path.glob("a.zarr/**/*.partial"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


@pytest.mark.slow
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.raises(ls.LargespinError, match="no space is left on the disk"):
            sweep(lambda x: np.random.default_rng(x).normal(size=2000), OVER, out=disk / "a.zarr", block=1)
        found = open_sweep(disk / "a.zarr").load()
        done = found.sweep_outcome.values == "finished"
        assert 0 < done.sum() < 12
        assert np.isfinite(found.value.values[done]).all()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_folders_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check_sentence(
        lambda: sweep(square, OVER, out=tmp_path / "file" / "a.zarr"),
        f"Argument `out` must be in a folder that can be written to, but {tmp_path / 'file'} cannot: a file is in the way.",
    )
    sweep(square, OVER, out=tmp_path / "new" / "folder" / "a.nc").close()
    assert (tmp_path / "new" / "folder" / "a.nc").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written by root")
def test_folders_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    check_sentence(
        lambda: sweep(square, OVER, out=tmp_path / "a.zarr"),
        f"Argument `out` must be in a folder that can be written to, but {tmp_path} cannot: Permission denied.",
    )


def test_a_folder_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    check_sentence(
        lambda: sweep(square, OVER, out=tmp_path / "a.zarr"),
        f"Argument `out` must be in a folder that can be written to, but {tmp_path} cannot: Permission denied.",
    )


@pytest.mark.parametrize("out", ["a.zarr", "a.nc"])
def test_other_things_are_never_overwritten(tmp_path: Path, out: str) -> None:
    path = tmp_path / out
    if out == "a.nc":
        xr.Dataset({"a": 1}).to_netcdf(path, engine="h5netcdf")
    else:
        zarr.create_group(path)
    for resume in (True, False):
        check_sentence(
            functools.partial(sweep, square, OVER, out=path, resume=resume),
            f"Argument `out` must be a new path or a sweep of this library, but {path} is something else; give another path "
            "or remove it.",
        )
    check_sentence(
        lambda: open_sweep(tmp_path / "b.zarr"),
        f"There must be a sweep at {tmp_path / 'b.zarr'}, but there is nothing.",
    )


@pytest.mark.parametrize("broken", ["zarr.json", "sweep_outcome/c/0", "sweep_outcome/zarr.json", "x/zarr.json"])
def test_damage_is_said(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "a.zarr"
    sweep(square, OVER, out=path)
    (path / broken).write_bytes(b"rubbish")
    for call in (lambda: sweep(square, OVER, out=path), lambda: open_sweep(path)):
        with pytest.raises(ls.LargespinError, match=f"{path} (cannot be read|is something else)"):
            call()
    (tmp_path / "b.nc").write_bytes(b"rubbish")
    with pytest.raises(ls.LargespinError, match="cannot be read"):
        sweep(square, OVER, out=tmp_path / "b.nc")


@pytest.mark.slow
def test_two_sweeps_do_not_write_to_one_place(tmp_path: Path) -> None:
    first = start(program(tmp_path, PAUSE=0.1))
    try:
        wait_for(lambda: (tmp_path / "x.zarr").exists() or first.poll() is not None)
        path = tmp_path / "x.zarr"
        check_sentence(
            lambda: sweep(square, OVER, out=path),
            f"Argument `out` must be free, but another sweep is writing to {path} (it holds x.zarr.lock); wait for it or give "
            "another path.",
        )
        assert (open_sweep(path).sweep_outcome.values == "missing").any(), "reading is allowed meanwhile"
    finally:
        _, err = first.communicate(timeout=60)
    assert first.returncode == 0, err


@pytest.mark.parametrize("out", ["a.zarr", "a.nc"])
def test_links_are_followed(tmp_path: Path, out: str) -> None:
    """Two links to one place are one place, for the lock as for the results."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / f"short.{out}").symlink_to(tmp_path / "real" / out)
    for path in (tmp_path / "link" / out, tmp_path / f"short.{out}"):
        for resume in (True, False):
            with sweep(square, OVER, out=path, resume=resume) as found:
                assert found.value.values.tolist() == [x * x for x in range(12)]
    assert (tmp_path / f"short.{out}").is_symlink()
    assert {file.name for file in (tmp_path / "real").iterdir()} == {out}


def test_folders_and_files_of_others_stay(tmp_path: Path) -> None:
    for name in ("a.nc", "b.zarr"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "precious").touch()
    (tmp_path / "c.zarr").touch()
    for name in ("a.nc", "b.zarr", "c.zarr"):
        for resume in (True, False):
            check_sentence(
                functools.partial(sweep, square, OVER, out=tmp_path / name, resume=resume),
                f"Argument `out` must be a new path or a sweep of this library, but {tmp_path / name} is something else; give "
                "another path or remove it.",
            )
    assert (tmp_path / "a.nc" / "precious").exists()
    assert (tmp_path / "b.zarr" / "precious").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("a" * 240 + ".nc", "File name too long"), ("a\0.nc", "embedded null byte"), ("~nobody-here/a.nc", "Could not")],
)
def test_paths_that_no_file_can_have(tmp_path: Path, name: str, words: str) -> None:
    path = name if name.startswith("~") else f"{tmp_path}/{name}"
    for call in (lambda: sweep(square, OVER, out=path), lambda: open_sweep(path)):
        with pytest.raises(
            ls.LargespinError, match=f"Argument `out` must be a path that a file can have, .* is none: {words}"
        ):
            call()


def test_file_systems_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    def refuse(*_: Any, **__: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(ls.LargespinError, match=r"cannot: its file system knows no locks\."):
        sweep(square, OVER, out=tmp_path / "a.zarr")


@pytest.mark.parametrize("moment", ["while writing", "before the store goes", "while the store goes"])
def test_a_death_while_the_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """SIGKILL in the conversion: nothing is cleaned up, and what is there is either the store or the file."""
    from largespin.sweeps import netcdf

    class DiedError(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        if moment == "while the store goes":
            os.unlink(tmp_path / "a.nc.draft" / "zarr.json")
        raise DiedError

    with monkeypatch.context() as patch:
        if moment == "while writing":
            patch.setattr(xr.Dataset, "to_netcdf", die)
        elif moment == "before the store goes":
            rename = os.rename
            patch.setattr(os, "rename", lambda old, new: (die if old.suffix == ".zarr" else rename)(old, new))
        patch.setattr(netcdf, "remove", die if moment == "while the store goes" else lambda path: None)
        with pytest.raises(DiedError):
            sweep(square, OVER, out=tmp_path / "a.nc")
    with open_sweep(tmp_path / "a.nc") as found:
        assert found.value.values.tolist() == [x * x for x in range(12)]
    with sweep(square, OVER, out=tmp_path / "a.nc") as found:
        assert (found.sweep_outcome == "finished").all()
    assert {file.name for file in tmp_path.glob("a.*")} == {"a.nc"}


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def wandering(x: int) -> int:
        os.chdir("/")
        return x * x

    for out in ("a.zarr", "ü β.nc"):
        os.chdir(tmp_path)
        assert sweep(wandering, OVER, out=out).value.values.tolist() == [x * x for x in range(12)]
        assert (tmp_path / out).exists()

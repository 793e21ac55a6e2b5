"""A second call computes only what is missing, and notices whatever changed."""

import functools
import json
import os
import shutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import zarr
from sentences import check_sentence

import largespin as ls
from largespin import open_sweep, sweep
from largespin.sweeps.evaluate import point_seed
from largespin.sweeps.fingerprint import describe

OVER: dict[str, Any] = {"x": range(6), "y": [0.5, 1.5]}


class Counting:
    """A function that counts its calls and fails where it is told to; as data it is always the same."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, float]] = []
        self.bad: set[int] = set()
        self.stop_at: int | None = None

    @property
    def key(self) -> str:
        return "counting"

    def __call__(self, x: int, y: float, scale: float = 1.0) -> dict[str, Any]:
        if self.stop_at is not None and len(self.calls) >= self.stop_at:
            raise KeyboardInterrupt
        self.calls.append((x, y))
        if x in self.bad:
            raise ValueError(f"x = {x}\nis bad")
        return {"z": scale * x * y, "word": "w" * x}


@pytest.fixture
def function() -> Counting:
    return Counting()


def check_values(result: xr.Dataset, bad: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    expected = np.arange(6.0)[:, None] * [0.5, 1.5]
    expected[list(bad)] = np.nan
    np.testing.assert_array_equal(result.z, expected)


def interrupted(function: Counting, out: Path, after: int, **more: Any) -> None:
    function.stop_at = after
    with pytest.warns(ls.LargespinWarning, match="points are stored in"), pytest.raises(KeyboardInterrupt):
        sweep(function, OVER, out=out, **more)
    function.stop_at = None


@pytest.mark.parametrize(("after", "out"), [(0, "a.zarr"), (2, "a.zarr"), (5, "a.zarr"), (11, "a.zarr"), (7, "a.nc")])
def test_nothing_is_computed_twice(tmp_path: Path, function: Counting, out: str, after: int) -> None:
    interrupted(function, tmp_path / out, after, block=3)
    stored = 0
    if after:
        stored = int((open_sweep(tmp_path / out).sweep_outcome == "finished").sum())
    assert after - stored < 2, "blocks of three points are rows of two"
    check_values(sweep(function, OVER, out=tmp_path / out))
    assert len(function.calls) == 12 + after - stored
    check_values(sweep(function, OVER, out=tmp_path / out))
    assert len(function.calls) == 12 + after - stored


def test_an_interrupted_sweep_in_memory_returns_what_is_there(function: Counting) -> None:
    function.stop_at = 7
    with pytest.warns(ls.LargespinWarning, match=r"Interrupted: 6 of 12 points are missing; the others are kept\."):
        result = sweep(function, OVER, block=3)
    assert result.sweep_outcome.values.ravel().tolist() == ["finished"] * 6 + ["missing"] * 6
    assert set(result.sweep_sentence.values.ravel()[6:]) == {"Not computed yet."}
    assert np.isnan(result.z.values.ravel()[6:]).all()


class DiedError(Exception):
    """Stands for the death of the process."""


@pytest.mark.parametrize("writes", range(0, 36, 5))
def test_any_moment_of_writing_may_be_the_last(
    tmp_path: Path, function: Counting, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process 'dies' between any two writes to the disk; what is called finished is right, and the rest is done."""
    from zarr.storage import LocalStore

    original, count = LocalStore.set, [0]

    async def counted(self: Any, key: str, value: Any) -> None:
        count[0] += 1
        if count[0] > writes:
            raise DiedError
        await original(self, key, value)

    def growing(x: int, y: float) -> xr.Dataset:
        function(x, y)
        return xr.Dataset({"z": x * y, "roots": ("root", np.full(x // 2 + 1, y))}, coords={"half": x / 2})

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "set", counted)
        with pytest.raises(DiedError):
            sweep(functools.partial(growing), OVER, out=tmp_path / "a.zarr", block=2)
    died = len(function.calls)
    if (tmp_path / "a.zarr").exists():
        found = open_sweep(tmp_path / "a.zarr").load()
        done = found.sweep_outcome.values == "finished"
        assert died - 2 <= done.sum() <= died
        if done.any():
            np.testing.assert_array_equal(found.z.values[done], (np.arange(6.0)[:, None] * [0.5, 1.5])[done])
    result = sweep(functools.partial(growing), OVER, out=tmp_path / "a.zarr")
    check_values(result)
    assert len(function.calls) <= 12 + 2
    for x in range(6):
        assert (np.isfinite(result.roots.values[x]).sum(axis=-1) == x // 2 + 1).all()
    assert result.half.values[:, 0].tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]


def test_a_death_between_making_two_variables_longer(tmp_path: Path) -> None:
    def function(x: int) -> dict[str, Any]:
        if x == 1 and not (tmp_path / "go").exists():
            raise KeyboardInterrupt
        return {name: xr.DataArray(np.full(2, float(x)), dims="k") for name in ("a", "b")}

    with pytest.warns(ls.LargespinWarning, match="1 of 2 points"), pytest.raises(KeyboardInterrupt):
        sweep(function, {"x": [0, 1]}, out=tmp_path / "a.zarr", block=1)
    longer = zarr.open_array(tmp_path / "a.zarr" / "b")
    longer.resize((2, 5))
    assert open_sweep(tmp_path / "a.zarr").sizes["k"] == 5
    (tmp_path / "go").touch()
    result = sweep(function, {"x": [0, 1]}, out=tmp_path / "a.zarr")
    assert zarr.open_array(tmp_path / "a.zarr" / "a").shape == (2, 5)
    for name in ("a", "b"):
        np.testing.assert_array_equal(result[name], [[0, 0, *[np.nan] * 3], [1, 1, *[np.nan] * 3]])


@pytest.mark.parametrize("block", [1, 4, 12])
def test_failed_points_keep_their_reason_and_can_be_tried_again(tmp_path: Path, function: Counting, block: int) -> None:
    function.bad = {1, 4}
    for _ in range(2):
        result = sweep(function, OVER, out=tmp_path / "a.zarr", block=block)
        check_values(result, function.bad)
        assert result.sweep_outcome.values[4].tolist() == ["failed", "failed"]
        assert result.sweep_sentence.values[4].tolist() == ["ValueError: x = 4 is bad"] * 2
        assert len(function.calls) == 12, "failed points are not tried again by themselves"
    function.bad = {4}
    result = sweep(function, OVER, out=tmp_path / "a.zarr", retry=True)
    assert len(function.calls) == 16
    check_values(result, {4})
    assert result.sweep_sentence.values[1].tolist() == ["", ""]
    assert result.word.values[1].tolist() == ["w", "w"]


def test_all_failed(function: Counting) -> None:
    function.bad = set(range(6))
    with pytest.warns(ls.LargespinWarning, match="All 12 points failed; the first: ValueError: x = 0 is bad"):
        result = sweep(function, OVER)
    assert (result.sweep_outcome == "failed").all()


def test_resume_false_computes_anew(tmp_path: Path, function: Counting) -> None:
    for out in ("a.zarr", "a.nc"):
        function.calls.clear()
        sweep(function, OVER, out=tmp_path / out)
        check_values(sweep(function, OVER, out=tmp_path / out, fixed={"scale": 1.0}, resume=False))
        assert len(function.calls) == 24


@pytest.mark.parametrize(
    ("out", "changes", "sentence"),
    [
        (
            "a.nc",
            {"over": {"x": range(7), "y": [0.5, 1.5]}},
            "the axis `x` was 6 value(s), 0 … 5 and is 7 value(s), 0 … 6",
        ),
        ("a.zarr", {"over": {"x": range(6), "y": [0.5, 1.5000001]}}, "the axis `y` changed"),
        ("a.zarr", {"over": {"y": [0.5, 1.5], "x": range(6)}}, "the order of the axes was x, y and is y, x"),
        ("a.zarr", {"fixed": {"scale": 2.0}}, "the fixed argument `scale` was 1.0 and is 2.0"),
        ("a.zarr", {"fixed": {}}, "the fixed argument `scale` is gone"),
        ("a.zarr", {"function": lambda x, y, scale: x}, "the function was an object of type Counting"),
    ],
)
def test_changes_are_noticed(tmp_path: Path, function: Counting, out: str, changes: Any, sentence: str) -> None:
    same: dict[str, Any] = {"function": function, "over": OVER, "fixed": {"scale": 1.0}}
    path = tmp_path / out
    sweep(**same, out=path).close()
    with pytest.raises(ls.LargespinError) as caught:
        sweep(**{**same, **changes}, out=path)
    assert f"Argument `out` must be a new path, because {path} holds another sweep: {sentence}" in str(caught.value)
    assert str(caught.value).endswith("Give another path, or `resume=False` to overwrite it.")
    check_values(open_sweep(path))
    result = sweep(**{**same, **changes}, out=path, resume=False)
    assert (result.sweep_outcome == "finished").all()


def test_another_version_is_noticed(tmp_path: Path, function: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep(function, OVER, out=tmp_path / "a.zarr")
    monkeypatch.setattr("largespin.sweeps.fingerprint.__version__", "99.0")
    with pytest.raises(ls.LargespinError, match=r"the version of largespin was \S+ and is 99\.0"):
        sweep(function, OVER, out=tmp_path / "a.zarr")


def test_another_model_is_noticed(tmp_path: Path) -> None:
    def averages(model: ls.Model, n: int) -> int:
        return n * len(model.averages)

    one, two = (ls.models.hopfield(ls.ideal_large_spins(patterns)) for patterns in (1, 2))
    first = sweep(averages, {"n": [1, 2]}, fixed={"model": one}, out=tmp_path / "a.zarr")
    assert str(one) in first.attrs["sweep_fixed"]
    sweep(
        averages, {"n": [1, 2]}, fixed={"model": ls.models.hopfield(ls.ideal_large_spins(1))}, out=tmp_path / "a.zarr"
    )
    with pytest.raises(ls.LargespinError, match=r"the fixed argument `model` was quantum Hopfield .* and is quantum"):
        sweep(averages, {"n": [1, 2]}, fixed={"model": two}, out=tmp_path / "a.zarr")


def variants() -> Iterator[tuple[Any, Any]]:
    def a(x: int) -> int:
        return x + 1

    def b(x: int) -> int:
        return x + 2

    b.__qualname__ = a.__qualname__
    yield a, b
    yield (lambda x: x + 1), (lambda x: x + 2)
    yield functools.partial(a, x=1), functools.partial(a, x=2)
    yield enclosing(np.arange(3)), enclosing(np.arange(1, 4))
    yield with_global(1), with_global(2)
    yield np.zeros(3), np.zeros((3, 1))
    yield np.zeros(2), np.zeros(2, dtype=np.float32)
    yield {"a": 1}, {"a": 2}
    yield [1, 2], (1, 2)
    yield 1, 1.0
    yield {1, 2}, {1, 3}
    yield xr.DataArray([1.0], dims="a"), xr.DataArray([1.0], dims="b")
    yield ls.StopWhenStationary(), ls.StopWhenStationary(1e-3)
    yield ls.TIME if hasattr(ls, "TIME") else ls.time, ls.time + 1
    yield None, False


def enclosing(data: np.ndarray) -> Any:
    return lambda x: data[x]


def with_global(value: int) -> Any:
    space: dict[str, Any] = {}
    exec(f"LEVEL = {value}\ndef helper(x):\n    return x + LEVEL\ndef f(x):\n    return helper(x)\n", space)
    return space["f"]


@pytest.mark.parametrize(("one", "other"), list(variants()))
def test_different_things_have_different_digests(one: Any, other: Any) -> None:
    assert describe(one).digest == describe(one).digest
    assert describe(one).digest != describe(other).digest


def test_layout_of_code_does_not_count() -> None:
    texts = ["def f(x):\n    return x + 1\n", "def f(x):\n    # a comment\n    return (x +\n            1)\n"]
    digests = set()
    for text in texts:
        space: dict[str, Any] = {"__name__": "m"}
        exec(compile(text, "m", "exec"), space)
        digests.add(describe(space["f"]).digest)
    assert len(digests) == 1


def test_digests_are_the_same_in_another_process(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = tmp_path / "p.py"
    program.write_text(
        "import largespin as ls\nfrom largespin.sweeps.fingerprint import describe\n"
        "WORDS = {'a', 'b', 'c', 'd'}\n"
        "def f(x):\n    return x in WORDS or x in {'p', 'q', 'r', 's'}\n"
        "print(describe(f).digest, describe(ls.models.hopfield(ls.ideal_large_spins(2))).digest)\n"
        "print(describe(lambda x: x in {'p', 'q', 'r', 's'}).digest)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, str(program)], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 3


def test_what_has_no_lasting_description_is_refused_on_disk_only(tmp_path: Path) -> None:
    thing = types.SimpleNamespace(inner=iter([1]))
    assert sweep(lambda x, thing: x, {"x": [1]}, fixed={"thing": thing}).value.values.tolist() == [1]
    with pytest.raises(ls.LargespinError, match="must be data, but one is <list_iterator object at"):
        sweep(lambda x, thing: x, {"x": [1]}, fixed={"thing": thing}, out=tmp_path / "a.zarr")
    loop: list[Any] = []
    loop.append(loop)
    check_sentence(
        lambda: sweep(lambda x, thing: x, {"x": [1]}, fixed={"thing": loop}, out=tmp_path / "a.zarr"),
        "Arguments in `fixed` must not contain themselves; give plain values.",
    )


def test_seeds_belong_to_points(tmp_path: Path) -> None:
    def seeds(x: int, y: int, seed: int) -> str:
        return str(seed)

    over = {"x": range(3), "y": range(4)}
    expected = [str(int(s.generate_state(1, np.uint64)[0]) >> 1) for s in np.random.SeedSequence(5).spawn(12)]
    for block in (1, 3, None):
        assert sweep(seeds, over, seed=5, block=block).value.values.ravel().tolist() == expected
    assert str(point_seed(5, 7)) == expected[7]
    assert sweep(seeds, over, seed=6).value.values[0, 0] != expected[0]
    sweep(seeds, over, seed=5, out=tmp_path / "a.zarr")
    with pytest.raises(ls.LargespinError, match="`seed` was 5 and is 6"):
        sweep(seeds, over, seed=6, out=tmp_path / "a.zarr")


def test_stored_sweeps_say_where_they_come_from(tmp_path: Path, function: Counting) -> None:
    for out in ("a.zarr", "a.nc"):
        with sweep(function, OVER, fixed={"scale": 1.0}, out=tmp_path / out) as result:
            attrs = result.attrs
        assert attrs["largespin_version"] == ls.__version__
        assert attrs["sweep_axes"] == "x: 6 value(s), 0 … 5; y: 2 value(s), 0.5 … 1.5"
        assert attrs["sweep_fixed"] == "scale = 1.0"
        assert attrs["sweep_seed"] == "None"
        assert "hostname" not in json.dumps(attrs)


def test_a_newer_layout_is_not_touched(tmp_path: Path, function: Counting) -> None:
    sweep(function, OVER, out=tmp_path / "a.zarr")
    group = zarr.open_group(tmp_path / "a.zarr")
    manifest = json.loads(str(group.attrs["sweep_manifest"]))
    group.attrs["sweep_manifest"] = json.dumps({**manifest, "format": 2, "version": "7.0"})
    check_sentence(
        lambda: sweep(function, OVER, out=tmp_path / "a.zarr"),
        "The stored sweep must have layout 1, but it has 2; use the version of largespin that wrote it (7.0).",
    )


def test_a_copy_of_a_store_is_as_good(tmp_path: Path, function: Counting) -> None:
    interrupted(function, tmp_path / "a.zarr", 7, block=2)
    shutil.copytree(tmp_path / "a.zarr", tmp_path / "b.zarr")
    check_values(sweep(function, OVER, out=tmp_path / "b.zarr"))
    assert len(function.calls) == 7 + 6

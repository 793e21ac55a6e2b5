"""The same answers wherever they are computed, with one thread per worker, and whole calls of the library."""

import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import cloudpickle
import numpy as np
import pytest
import xarray as xr
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

import largespin as ls
from largespin import open_sweep, plan_sweep, sweep
from largespin.sweeps import worker
from largespin.sweeps.axes import checked_axes
from largespin.sweeps.batch import Batch, failed_batch
from largespin.sweeps.drive import drive
from largespin.sweeps.evaluate import Job, Task
from largespin.sweeps.pools import WorkerLostError
from largespin.sweeps.request import Scheduler

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def environment(x: int, seed: int) -> dict[str, Any]:
    import threadpoolctl

    if x == 3:
        raise ls.LargespinError("Argument `x` must not be 3.")
    if x == 4:
        sys.exit(5)
    return {
        "x2": x * x,
        "seed": str(seed),
        "process": str(os.getpid()),
        "blas": max([1, *(pool["num_threads"] for pool in threadpoolctl.threadpool_info())]),
        "threads": os.environ.get("OMP_NUM_THREADS", ""),
        "own": os.environ.get("LARGESPIN_NUM_THREADS", ""),
    }


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster,
        Client(cluster) as client,
    ):
        yield client


def check_environment(result: xr.Dataset, processes: int) -> None:
    np.testing.assert_array_equal(result.x2, [0, 1, 4, np.nan, np.nan, 25, 36, 49])
    assert result.sweep_outcome.values.tolist() == ["finished"] * 3 + ["failed"] * 2 + ["finished"] * 3
    assert result.sweep_sentence.values[3:5].tolist() == ["Argument `x` must not be 3.", "SystemExit: 5"]
    good = result.isel(x=[0, 1, 2, 5, 6, 7])
    assert os.getpid() not in {int(process) for process in good.process.values}
    assert len(set(good.process.values)) <= processes
    assert set(good.blas.values) == {1}
    assert set(good.threads.values) == {"1"}
    assert set(good.own.values) == {"1"}


def test_workers_that_others_started_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import threadpoolctl

    limits: list[int] = []
    monkeypatch.setattr(threadpoolctl, "threadpool_limits", limits.append)
    monkeypatch.setattr(worker, "THREADS", {})
    payload = worker.pack(Job(lambda x: x, checked_axes({"x": [1, 2]}), {}))
    for _ in range(2):
        answer = worker.work("test", payload, Task((0, 1)))
        assert not isinstance(answer, str)
        (batch,) = answer
        assert batch.record.columns["value"].values.tolist() == [1, 2]
    assert limits == [1, 1], "before the first call and after it, when all libraries are loaded"


def test_workers_run_the_library_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from largespin.cores import available_cores, available_threads

    for told in (1, 7):
        monkeypatch.setenv("LARGESPIN_NUM_THREADS", str(told))
        assert available_threads() == told
    for nothing in ("0", "many", ""):
        monkeypatch.setenv("LARGESPIN_NUM_THREADS", nothing)
        assert available_threads() == available_cores() >= 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind processes to cores")
def test_cores_are_those_of_this_process() -> None:
    from largespin.cores import available_cores

    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert available_cores() <= len(before)


@pytest.mark.slow
def test_all_executors_agree(client: Any) -> None:
    over = {"x": range(8)}
    serial = sweep(environment, over, seed=1)
    for executor in ("processes", client, Scheduler(client.scheduler.address)):
        options: dict[str, Any] = {"workers": 2} if executor == "processes" else {}
        result = sweep(environment, over, seed=1, executor=executor, block=2, **options)
        check_environment(result, 2)
        assert result.seed.values.tolist() == serial.seed.values.tolist()
    assert client.nthreads(), "a client of the user's own stays open"
    assert "LARGESPIN_NUM_THREADS" not in os.environ, "this process keeps its environment"


@pytest.mark.slow
def test_a_cluster_that_cannot_load_the_function(client: Any) -> None:
    for executor in (client, "processes"):
        with pytest.raises(ls.LargespinError) as caught:
            sweep(unloadable, {"x": [1, 2]}, fixed={"thing": Unloadable()}, executor=executor)
        assert str(caught.value) == (
            "Arguments `function` and `fixed` must be importable in the worker processes, but there: ModuleNotFoundError: "
            "No module named 'nowhere'"
        )


def unloadable(x: int, thing: Any) -> int:
    return x


class Unloadable:
    def __reduce__(self) -> Any:
        return (_fail, ())


def _fail() -> None:
    raise ModuleNotFoundError("No module named 'nowhere'")


@pytest.fixture(scope="module")
def model() -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1))


GRID: dict[str, Any] = {"temperature": np.array([0.4, 0.8, 1.3]), "field": np.array([0.1, 0.3])}


@pytest.mark.parametrize("block", [1, 2, 4, 100])
def test_calls_of_the_library_are_the_same_in_blocks(model: ls.Model, tmp_path: Any, block: int) -> None:
    fixed: dict[str, Any] = {"model": model, "start": [0, 0, 0.6], "times": np.linspace(0, 5, 4)}
    direct = ls.evolve(**fixed, **GRID)
    result = sweep(ls.evolve, GRID, fixed=fixed, together=True, block=block, out=tmp_path / "a.zarr").load()
    for name in direct.variables:
        assert result[name].dims == direct[name].dims
        if direct[name].dtype.kind == "f":
            np.testing.assert_allclose(result[name].values, direct[name].values, atol=1e-7)
        else:
            assert (result[name].values == direct[name].values).all()
        assert result[name].attrs == direct[name].attrs
    assert {key: result.attrs[key] for key in direct.attrs} == direct.attrs


def test_only_the_guilty_points_of_a_block_fail() -> None:
    calls: list[tuple[int, int]] = []

    def function(x: np.ndarray, y: np.ndarray) -> xr.DataArray:
        calls.append((len(x), len(y)))
        if 2 in x and 1 in y:
            raise ValueError("guilty")
        return xr.DataArray(np.multiply.outer(x, y), dims=("x", "y"), coords={"x": x, "y": y})

    result = sweep(function, {"x": range(4), "y": range(3)}, together=True, block=6)
    assert calls[0] == (2, 3)
    assert calls[1] == (2, 3)
    assert calls[2:] == [(1, 1)] * 6
    expected = np.multiply.outer(np.arange(4.0), np.arange(3.0))
    expected[2, 1] = np.nan
    np.testing.assert_array_equal(result.value, expected)
    assert (result.sweep_outcome == "failed").sum() == 1
    assert result.sweep_sentence.values[2, 1] == "ValueError: guilty"


def test_a_block_of_which_a_part_is_done_is_finished_point_by_point(tmp_path: Any) -> None:
    calls: list[list[int]] = []

    def function(x: np.ndarray) -> xr.DataArray:
        calls.append(x.tolist())
        return xr.DataArray(x * 1.0, dims="x", coords={"x": x})

    function.key = "the same"  # type: ignore[attr-defined]
    options: dict[str, Any] = {"together": True, "out": tmp_path / "a.zarr", "block": 4}
    sweep(function, {"x": range(8)}, **options)
    zarr.open_array(tmp_path / "a.zarr" / "sweep_outcome")[[1, 3]] = 0
    assert sweep(function, {"x": range(8)}, **options).value.values.tolist() == [float(x) for x in range(8)]
    assert calls == [[0, 1, 2, 3], [4, 5, 6, 7], [1], [3]]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (
            lambda x: 1.0,
            "With `together` the function must return a Dataset or DataArray over x, but it returned a float.",
        ),
        (
            lambda x: xr.DataArray(np.zeros(3), dims="z"),
            "With `together` the result must have the dimension `x` of length 1, but its dimensions are {'z': 3}.",
        ),
        (
            lambda x: xr.DataArray(x, dims="x", coords={"x": x + 1}),
            "With `together` the result must have the values of `x` that were asked for.",
        ),
    ],
)
def test_results_that_do_not_fit_the_axes(function: Any, sentence: str) -> None:
    with pytest.warns(ls.LargespinWarning, match="All 2 points failed"):
        result = sweep(function, {"x": [0, 1]}, together=True)
    assert result.sweep_sentence.values[0] == sentence


def test_coordinates_over_an_axis_and_results_without_it() -> None:
    def function(x: np.ndarray, y: np.ndarray) -> xr.Dataset:
        return xr.Dataset(
            {"a": ("x", 2 * x), "b": (("k", "y", "x"), np.ones((3, len(y), len(x))) * y[:, None])},
            coords={"x": x, "y": y, "beta": ("x", 1 / x)},
        )

    result = sweep(function, {"x": [1.0, 2.0, 4.0], "y": [1.0, 3.0]}, together=True, block=2)
    assert result.a.dims == ("x", "y")
    assert result.a.values.tolist() == [[2.0, 2.0], [4.0, 4.0], [8.0, 8.0]]
    assert result.b.dims == ("x", "y", "k")
    assert (result.b.values == np.array([1.0, 3.0])[:, None]).all()
    assert result.beta.values[:, 0].tolist() == [1.0, 0.5, 0.25]


class Roulette:
    """A pool whose workers die at given points; `blames_exactly` or with an innocent task that dies along."""

    def __init__(self, deadly: set[int], blames_exactly: bool) -> None:
        self.deadly, self.blames_exactly, self.workers = deadly, blames_exactly, 2
        self.calls: list[int] = []
        self._alive: list[Any] = []

    def room(self) -> int:
        return 1 if self.blames_exactly else 3

    def submit(self, task: Task) -> Any:
        self._alive.append([task, None])
        return self._alive[-1]

    def finished(self, handles: Any) -> list[Any]:
        together = list(handles)
        died = any(self.deadly & set(task.indices) for task, _ in together)
        for handle in together:
            handle[1] = died
        return together

    def result(self, handle: Any) -> list[Batch]:
        task, died = handle
        if died:
            raise WorkerLostError
        self.calls += task.indices
        return [failed_batch(task.indices, "done")]

    def close(self) -> None:
        pass


@given(st.sets(st.integers(0, 19), max_size=4), st.integers(1, 7), st.booleans())
@settings(max_examples=60)
def test_only_deadly_points_are_given_up(deadly: set[int], size: int, blames_exactly: bool) -> None:
    """Whoever dies along is tried again, and nothing that ended well is done twice."""
    pool = Roulette(deadly, blames_exactly)
    seen: dict[int, str] = {}

    def handle(batch: Batch) -> None:
        assert not seen.keys() & set(batch.indices)
        seen.update(batch.failures)

    drive(pool, [Task(tuple(range(i, min(i + size, 20)))) for i in range(0, 20, size)], handle)
    assert sorted(seen) == list(range(20))
    assert {index for index, sentence in seen.items() if sentence != "done"} == deadly
    assert sorted(pool.calls) == sorted(set(range(20)) - deadly)


def test_plans(tmp_path: Any) -> None:
    def slow(x: int, y: int) -> dict[str, Any]:
        import time

        time.sleep(0.02)
        return {"z": x * y, "w": np.zeros(9)}

    over = {"x": range(100), "y": range(10)}
    estimate = plan_sweep(slow, over, executor="processes", workers=4)
    assert (estimate.points, estimate.stored, estimate.workers, estimate.bytes_per_point) == (1000, 0, 4, 80.0)
    assert 0.02 <= estimate.seconds_per_point < 0.2
    assert estimate.seconds == pytest.approx(250 * estimate.seconds_per_point)
    assert str(estimate).startswith("1000 points in ")
    assert str(estimate).endswith(" seconds on 4 worker(s), 80 kB.")
    small = {"x": range(2), "y": range(2)}
    for out in (tmp_path / "a.zarr", tmp_path / "a.nc"):
        sweep(slow, small, out=out).close()
        assert plan_sweep(slow, small, out=out).stored == 4
    assert plan_sweep(lambda x: 1 / x, {"x": [0, 1, 2]}).failed == "ZeroDivisionError: division by zero"


def test_plans_know_whose_points_are_stored(tmp_path: Any) -> None:
    """Points of another sweep at the same place made the time that is left negative."""

    def half(x: int) -> float:
        return x / 2

    for out in (tmp_path / "a.zarr", tmp_path / "a.nc"):
        sweep(half, {"x": range(100)}, out=out).close()
        assert plan_sweep(half, {"x": range(100)}, out=out).stored == 100
        with pytest.raises(
            ls.LargespinError, match=r"holds another sweep: the axis `x` was 100 value\(s\), 0 … 99 and is 4"
        ):
            plan_sweep(half, {"x": range(4)}, out=out)


def test_plans_of_calls_with_arrays(model: ls.Model) -> None:
    estimate = plan_sweep(ls.evolve, GRID, fixed={"model": model, "start": [0, 0, 0.6], "times": 5.0}, together=True)
    assert estimate.points == 6
    assert 0 < estimate.seconds_per_point < 1
    assert estimate.failed == ""


def test_progress_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    sweep(lambda x: x, {"x": range(4)}, progress=True)
    shown = capsys.readouterr().err
    assert "4/4" in shown
    assert "points" in shown


def test_a_hundred_failures_do_not_warn(tmp_path: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = sweep(lambda x: 1 / x, {"x": range(100)}, out=tmp_path / "a.zarr")
    assert (open_sweep(tmp_path / "a.zarr").sweep_outcome == "failed").sum() == 1
    assert result.value.values[4] == 0.25

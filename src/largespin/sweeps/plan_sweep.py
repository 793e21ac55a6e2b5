"""How long will a sweep take, and how large will it be? Estimated from a few points, nothing stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.cores import available_cores
from largespin.outcomes import Outcome
from largespin.sweeps.batch import Batch
from largespin.sweeps.blocks import FEWEST_TOGETHER, Blocks, points_per_block, points_per_call
from largespin.sweeps.evaluate import Job, Task, evaluate
from largespin.sweeps.fingerprint import fingerprint
from largespin.sweeps.manifest import Manifest, check_same
from largespin.sweeps.open_sweep import open_sweep
from largespin.sweeps.place import Place
from largespin.sweeps.request import Execution, Executor, checked_job


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep would do.

    Attributes:
        points: points of the grid.
        stored: those that are stored already, failed ones included.
        blocks: number of blocks.
        workers: processes.
        seconds_per_point: computing time of a point, from the trial.
        bytes_per_point: size of its result, not compressed.
        failed: sentence of a trial point that failed; empty if none did.
    """

    points: int
    stored: int
    blocks: int
    workers: int
    seconds_per_point: float
    bytes_per_point: float
    failed: str = ""

    @property
    def seconds(self) -> float:
        """Time for what is missing, about."""
        return (self.points - self.stored) * self.seconds_per_point / self.workers

    @property
    def size(self) -> float:
        """Bytes of the whole result, about, not compressed."""
        return self.points * self.bytes_per_point

    def __str__(self) -> str:
        done = f", {self.stored} of them stored already" if self.stored else ""
        trouble = f" A trial point failed: {self.failed}" if self.failed else ""
        return (
            f"{self.points} points in {self.blocks} block(s){done}; about {_duration(self.seconds)} on {self.workers} "
            f"worker(s), {_size(self.size)}.{trouble}"
        )


def plan_sweep(
    function: Callable[..., Any],
    over: Mapping[str, npt.ArrayLike],
    *,
    fixed: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    executor: Executor = "serial",
    workers: int | None = None,
    together: bool = False,
    seed: int | None = None,
    block: int | None = None,
) -> SweepPlan:
    """Estimate ``time = points × seconds per point / workers`` of a `sweep` with the same arguments.

    The first, the middle and the last point are computed here, the first one twice because libraries load then; with
    `together` a few points are computed in one call.

    Args:
        function: as in `sweep`, and so are the others.
        over: the axes.
        fixed: the other arguments.
        out: path of the result; points that are stored there count as done.
        executor: where it would run; nothing is started.
        workers: number of processes.
        together: whether the function takes arrays.
        seed: the seed of the sweep.
        block: points per block.

    Returns:
        `SweepPlan`; its text is one sentence.

    Raises:
        LargespinError: wrong arguments, or another sweep at `out`.

    Limits: the time of other points may differ, and that of a running cluster is said for one worker.

    Example:
        >>> from largespin import plan_sweep
        >>> estimate = plan_sweep(lambda x, y: x * y, over={"x": range(100), "y": range(50)})
        >>> estimate.points, estimate.size
        (5000, 40000.0)
    """
    job = checked_job(function, over, fixed, together, seed)
    execution = Execution(executor, workers, block)
    processes = execution.workers or (available_cores() if executor in ("processes", "dask") else 1)
    trial = _trial(job)
    computed = [batch for batch in trial if not batch.failures]
    seconds = float(np.mean([batch.seconds for batch in trial]))
    size = float(np.mean([batch.nbytes / len(batch.indices) for batch in computed])) if computed else 0.0
    fitting = points_per_call(job.axes.size, processes)
    if not job.together:
        fitting = points_per_block(job.axes.size, processes, seconds, size)
    return SweepPlan(
        points=job.axes.size,
        stored=_stored(job, out),
        blocks=len(Blocks.of(job.axes.shape, execution.block or fitting)),
        workers=processes,
        seconds_per_point=seconds,
        bytes_per_point=size,
        failed=next((sentence for batch in trial for sentence in batch.failures.values()), ""),
    )


def _trial(job: Job) -> list[Batch]:
    evaluate(job, Task((0,)))
    if not job.together:
        places = sorted({0, job.axes.size // 2, job.axes.size - 1})
        return [batch for index in places for batch in evaluate(job, Task((index,)))]
    blocks = Blocks.of(job.axes.shape, FEWEST_TOGETHER)
    return evaluate(job, Task(tuple(blocks.indices(0)), blocks.region(0)))


def _stored(job: Job, out: str | Path | None) -> int:
    """Points of this very sweep that are stored."""
    if out is None:
        return 0
    place = Place.checked(out)
    if not place.path.exists() and not place.store.exists():
        return 0
    with open_sweep(out) as dataset:
        check_same(Manifest.of(dataset.attrs), fingerprint(job), place)
        return int((dataset.sweep_outcome != Outcome.MISSING).sum())


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.2g} seconds"


def _size(size: float) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:.0f} bytes"

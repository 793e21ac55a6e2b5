"""What happens to the points of a task? The function is called, and what it raises becomes a reason."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.errors import LargespinError
from largespin.interruption import interruption_raised
from largespin.sweeps.axes import Axes
from largespin.sweeps.batch import Batch, stack
from largespin.sweeps.results import Record, read_block, read_point
from largespin.sweeps.text import MOST_LETTERS, made_storable


@dataclass(frozen=True, eq=False)
class Job:
    """The call of which a sweep consists.

    Attributes:
        function: what is called.
        axes: over what.
        fixed: further keyword arguments.
        together: whether it takes arrays along the axes.
        seed: the seed of the sweep, if every point gets its own.
    """

    function: Callable[..., Any]
    axes: Axes
    fixed: Mapping[str, Any]
    together: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class Task:
    """Points for one worker.

    Attributes:
        indices: their flat indices.
        region: the box they fill, if the function may be called once for all of them.
        deaths: how many workers died while they had this task.
    """

    indices: tuple[int, ...]
    region: tuple[slice, ...] | None = None
    deaths: int = 0


def point_seed(seed: int, index: int) -> int:
    """The seed of one point: child `index` of ``numpy.random.SeedSequence(seed)``, as a number below 2⁶³."""
    words = np.random.SeedSequence(seed, spawn_key=(index,)).generate_state(1, np.uint64)
    return int(words[0] >> np.uint64(1))


def evaluate(job: Job, task: Task) -> list[Batch]:
    """Results of all points of a task; a point that raises does not harm the others, and an interrupted one is not done."""
    with interruption_raised():
        return _evaluate(job, task)


def _evaluate(job: Job, task: Task) -> list[Batch]:
    if job.together and task.region is not None:
        begin = time.perf_counter()
        try:
            record = read_block(job.function(**job.fixed, **job.axes.region(task.region)), job.axes.region(task.region))
            return [Batch(task.indices, record, {}, (time.perf_counter() - begin) / len(task.indices))]
        except (Exception, SystemExit) as error:
            if len(task.indices) == 1:
                return stack(task.indices, [reason(error)], time.perf_counter() - begin)
    results: list[Record | str] = []
    seconds = 0.0
    for index in task.indices:
        begin = time.perf_counter()
        results.append(_single(job, index))
        seconds = time.perf_counter() - begin
    return stack(task.indices, results, seconds)


def _single(job: Job, index: int) -> Record | str:
    """The result of one point, or why there is none."""
    # A function that calls sys.exit must not end the worker, let alone the sweep.
    try:
        if job.together:
            places = np.unravel_index(index, job.axes.shape)
            region = job.axes.region(tuple(slice(int(at), int(at) + 1) for at in places))
            return read_block(job.function(**job.fixed, **region), region)
        point = job.axes.point(index)
        own = {} if job.seed is None else {"seed": point_seed(job.seed, index)}
        return read_point(job.function(**job.fixed, **point, **own), point)
    except (Exception, SystemExit) as error:
        return reason(error)


def reason(error: BaseException) -> str:
    """The sentence that is kept of an error."""
    try:
        text = made_storable(" ".join(str(error).split()))
    except Exception:  # Some errors cannot even say what they are.
        text = ""
    if not isinstance(error, LargespinError):
        text = f"{type(error).__name__}: {text}" if text else f"{type(error).__name__}."
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"

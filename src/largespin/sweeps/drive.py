"""Which task next? Few are under way at a time; those whose workers died are tried again, then split, then given up."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from largespin.sweeps.batch import Batch, failed_batch
from largespin.sweeps.evaluate import Task
from largespin.sweeps.pools import Pool, WorkerLostError

DEATHS = 2
"""Workers that a task may cost before it is split or, if it is a single point, given up; one may be bad luck."""
KILLED = "The worker process died at this point {deaths} times (killed from outside, out of memory, or a crash)."


def drive(pool: Pool, tasks: Iterable[Task], handle: Callable[[Batch], None]) -> None:
    """Evaluate all tasks and hand their batches over as they come, in no fixed order."""
    waiting, suspects = iter(tasks), deque[Task]()
    under_way: list[tuple[Any, Task]] = []
    more = True
    while True:
        while len(under_way) < pool.room():
            task = _next_suspect(pool, suspects, under_way)
            if task is None and more and not _alone(pool, under_way):
                task = next(waiting, None)
                more = task is not None
            if task is None:
                break
            under_way.append((pool.submit(task), task))
        if not under_way:
            return
        done = {id(future) for future in pool.finished([future for future, _ in under_way])}
        ready = [entry for entry in under_way if id(entry[0]) in done]
        under_way = [entry for entry in under_way if id(entry[0]) not in done]
        for future, task in ready:
            try:
                batches = pool.result(future)
            except WorkerLostError:
                batches = _after_death(task, suspects)
            for batch in batches:
                handle(batch)


def _alone(pool: Pool, under_way: list[tuple[Any, Task]]) -> bool:
    """Whether a suspect runs that must not share its worker with an innocent."""
    return not pool.blames_exactly and any(task.deaths for _, task in under_way)


def _next_suspect(pool: Pool, suspects: deque[Task], under_way: list[tuple[Any, Task]]) -> Task | None:
    return suspects.popleft() if suspects and (pool.blames_exactly or not under_way) else None


def _after_death(task: Task, suspects: deque[Task]) -> list[Batch]:
    """Queue a task anew, whole or in halves; give up on a single point."""
    deaths, count = task.deaths + 1, len(task.indices)
    if deaths < DEATHS:
        suspects.append(Task(task.indices, task.region, deaths))
    elif count > 1:
        for half in (task.indices[: count // 2], task.indices[count // 2 :]):
            suspects.append(Task(half, None, 1))
    else:
        return [failed_batch(task.indices, KILLED.format(deaths=deaths))]
    return []

"""Where are tasks evaluated? Here, or in processes of this machine that may die without harm."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Protocol

from largespin.cores import available_cores
from largespin.errors import LargespinError
from largespin.sweeps.batch import Batch
from largespin.sweeps.evaluate import Job, Task, evaluate
from largespin.sweeps.worker import THREADS, pack, start, work_here


class WorkerLostError(Exception):
    """A worker died while it had a task."""


class ClusterLostError(LargespinError):
    """The cluster is gone; what was stored stays."""


class Pool(Protocol):
    """Something that evaluates tasks.

    Attributes:
        workers: how many tasks run at once.
        blames_exactly: whether a lost worker had no task but the one that is blamed.
    """

    workers: int
    blames_exactly: bool

    def room(self) -> int:
        """How many tasks may wait or run at one time now."""
        ...

    def submit(self, task: Task) -> Any:
        """Begin a task; returns a handle."""
        ...

    def finished(self, handles: Iterable[Any]) -> list[Any]:
        """Wait until at least one of the tasks is done, or for a moment; those that are done."""
        ...

    def result(self, handle: Any) -> list[Batch]:
        """Results of a task that is done; `WorkerLostError` if its worker died."""
        ...

    def close(self) -> None:
        """Stop, without waiting for tasks that run."""
        ...


def unpacked(answer: list[Batch] | str) -> list[Batch]:
    """The batches of a worker's answer.

    Raises:
        LargespinError: if the worker could not unpack the job.
    """
    if isinstance(answer, str):
        raise LargespinError(
            f"Arguments `function` and `fixed` must be importable in the worker processes, but there: {answer}"
        )
    return answer


class Serial:
    """Tasks one by one in this process."""

    workers = 1
    blames_exactly = True

    def __init__(self, job: Job) -> None:
        self._job = job

    def room(self) -> int:
        """One task."""
        return 1

    def submit(self, task: Task) -> list[Batch]:
        """Evaluate at once."""
        return evaluate(self._job, task)

    def finished(self, handles: Iterable[Any]) -> list[Any]:
        """All."""
        return list(handles)

    def result(self, handle: Any) -> list[Batch]:
        """The handle is the result."""
        return list(handle)

    def close(self) -> None:
        """Nothing to stop."""


class Processes:
    """One pool of a single process per worker: when one dies, it is clear which task it had, and no other is harmed."""

    blames_exactly = True

    def __init__(self, job: Job, workers: int | None) -> None:
        self.workers = workers or available_cores()
        self._start = ("sweep", pack(job))
        self._idle: list[Any] = [None] * self.workers
        self._busy: dict[Future[Any], Any] = {}

    def room(self) -> int:
        """A task per process."""
        return self.workers

    def submit(self, task: Task) -> Future[Any]:
        """Give the task to an idle process."""
        process = self._idle.pop() or self._new_process()
        future = process.submit(work_here, task)
        self._busy[future] = process
        return future

    def _new_process(self) -> Any:
        from loky import ProcessPoolExecutor

        return ProcessPoolExecutor(1, initializer=start, initargs=self._start, env=THREADS)

    def finished(self, handles: Iterable[Future[Any]]) -> list[Future[Any]]:
        """Those that are done."""
        return list(wait(handles, return_when=FIRST_COMPLETED).done)

    def result(self, handle: Future[Any]) -> list[Batch]:
        """Results of a task; the process is free again, or replaced when next needed."""
        from loky.process_executor import BrokenProcessPool

        process = self._busy.pop(handle)
        try:
            answer = handle.result()
        except BrokenProcessPool as error:
            process.shutdown(wait=False, kill_workers=True)
            self._idle.append(None)
            raise WorkerLostError("the worker process died") from error
        self._idle.append(process)
        return unpacked(answer)

    def close(self) -> None:
        """Kill all processes."""
        for process in [*self._idle, *self._busy.values()]:
            if process is not None:
                process.shutdown(wait=False, kill_workers=True)
        self._idle, self._busy = [None] * self.workers, {}

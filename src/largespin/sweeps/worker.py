"""What does a worker process do? It keeps the job, one thread each for the numeric libraries, and dies with its parent."""

import os
import signal
import threading
import time
from typing import Any

from largespin.errors import LargespinError
from largespin.sweeps.batch import Batch
from largespin.sweeps.evaluate import Job, Task, evaluate, reason

THREADS = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "LARGESPIN_NUM_THREADS",
    )
}
"""Environment of workers: there are as many workers as cores, so more threads would only be in each other's way."""
WATCH_SECONDS = 1.0
"""How often a worker looks whether its parent is alive; a killed parent must not leave workers computing for nobody."""

_jobs: dict[str, Job] = {}


def pack(job: Job) -> bytes:
    """A job as bytes; functions of scripts and notebooks travel with their code.

    Raises:
        LargespinError: if it holds something that cannot travel.
    """
    import cloudpickle

    try:
        return bytes(cloudpickle.dumps(job))
    except Exception as error:
        raise LargespinError(
            f"Arguments `function` and `fixed` must be able to travel to a worker process, but they are not: "
            f'{reason(error)} Create such objects inside the function, or use executor="serial".'
        ) from error


def work(name: str, payload: bytes, task: Task) -> list[Batch] | str:
    """Evaluate a task of the job `name`; a sentence if the job cannot be unpacked here."""
    job = _jobs.get(name)
    if job is None:
        os.environ.update(THREADS)
        try:
            job = _unpack(payload)
        except Exception as error:
            return reason(error)
        _jobs.clear()  # A worker of a long-lived cluster must not keep the models of all sweeps it ever saw.
        _jobs[name] = job
        batches = evaluate(job, task)
        _one_thread_each()  # The first call has loaded whatever libraries it needs.
        return batches
    return evaluate(job, task)


def _unpack(payload: bytes) -> Job:
    import pickle

    job: Any = pickle.loads(payload)
    _one_thread_each()
    return job


def _one_thread_each() -> None:
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)


_payload: tuple[str, bytes] = ("", b"")


def start(name: str, payload: bytes) -> None:
    """Prepare a process that was started for one sweep."""
    global _payload
    _payload = name, payload
    # Ctrl-C reaches all processes of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def work_here(task: Task) -> list[Batch] | str:
    """Evaluate a task of the job for which this process was started."""
    return work(*_payload, task)


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)

"""How do tasks reach a Dask cluster? Through one client, few at a time, with the job sent once."""

import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from largespin.cores import available_cores
from largespin.errors import LargespinError
from largespin.sweeps.batch import Batch
from largespin.sweeps.evaluate import Job, Task
from largespin.sweeps.pools import ClusterLostError, WorkerLostError, unpacked
from largespin.sweeps.request import Executor, Scheduler
from largespin.sweeps.worker import pack, work

AHEAD = 2
"""Tasks per thread of the cluster: one runs, one waits, so that workers need not wait for the parent."""
LOOK_SECONDS = 1.0
"""How often the size of the cluster is asked for; workers come and go."""
LOST_SECONDS = 60.0
"""How long a cluster of our own may be without workers; they are started anew within seconds."""
LOCAL = {"distributed.scheduler.allowed-failures": 0, "distributed.deploy.lost-worker-timeout": "1 day"}
"""Settings of a cluster of our own: lost tasks come back to us at once, and a worker that dies again while it starts is
not given up."""
MOST_LETTERS = 300
"""Letters of what Dask says that a message repeats; it likes to list all futures."""
CONNECT_SECONDS = 10
"""How long a running scheduler may take to answer."""


class DaskPool:
    """Tasks on a Dask cluster.

    Args:
        job: what is evaluated.
        executor: "dask" for workers on this machine, a running `Scheduler`, or a `distributed.Client`.
        workers: number of workers of a cluster on this machine.
    """

    blames_exactly = False

    def __init__(self, job: Job, executor: Executor, workers: int | None) -> None:
        payload = pack(job)
        self._name = sha256(payload).hexdigest()
        self._own = False
        with contextlib.ExitStack() as opened:
            self._client = self._connect(executor, workers, opened)
            self._bytes, self._payload = payload, self._sent(payload)
            self._closing = opened.pop_all()
        self._threads, self._looked, self._seen = 0, -LOOK_SECONDS, time.monotonic()
        self.workers = max(self.room() // AHEAD, 1)

    def _connect(self, executor: Executor, workers: int | None, opened: contextlib.ExitStack) -> Any:
        import dask
        from distributed import Client, LocalCluster

        if executor == "dask":
            opened.enter_context(dask.config.set(LOCAL))
            cluster = LocalCluster(
                n_workers=workers or available_cores(),
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",  # any free port; Dask warns when its usual one is taken
                silence_logs="CRITICAL",
            )
            self._own = True
            opened.callback(_quietly_closed, cluster)
            client = Client(cluster, set_as_default=False)
        elif isinstance(executor, Scheduler):
            try:
                # Not the default client: one that fails would stay so, and lazy arrays would ask it for ever.
                client = Client(executor.address, timeout=CONNECT_SECONDS, set_as_default=False)
            except (OSError, ValueError, TimeoutError) as error:
                raise LargespinError(
                    "Argument `executor` must be the address of a running Dask scheduler, but none answers at "
                    f"{executor.address}."
                ) from error
        else:
            return executor
        opened.callback(_quietly_closed, client)
        return client

    def _sent(self, payload: bytes) -> Any:
        # A task, not scattered data: when the worker that holds it dies, Dask can make it again.
        return self._client.submit(_same, payload, pure=False)

    def room(self) -> int:
        """Tasks for the threads that there are now; one if the workers are still to come."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            with _cluster():
                self._threads = sum(self._client.nthreads().values())
            self._looked = time.monotonic()
            self._seen = self._looked if self._threads else self._seen
            if self._own and self._looked - self._seen > LOST_SECONDS:
                raise ClusterLostError(f"All workers of the local Dask cluster are gone since {LOST_SECONDS:g} s.")
        return max(AHEAD * self._threads, 1)

    def submit(self, task: Task) -> Any:
        """Send a task to the cluster."""
        with _cluster():
            return self._client.submit(work, self._name, self._payload, task, pure=False)

    def finished(self, handles: Iterable[Any]) -> list[Any]:
        """Those that are done, after a moment at most: meanwhile the cluster may have grown."""
        from distributed import wait

        waiting = list(handles)
        with contextlib.suppress(TimeoutError), _cluster(), self._client.as_current():
            wait(waiting, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        return [handle for handle in waiting if handle.status != "pending"]

    def result(self, handle: Any) -> list[Batch]:
        """Results of a task."""
        from distributed import KilledWorker

        try:
            with _cluster():
                answer = handle.result()
        except KilledWorker as error:
            if self._payload.status == "error":
                self._payload = self._sent(self._bytes)
            raise WorkerLostError("the Dask worker died") from error
        finally:
            handle.release()
        return unpacked(answer)

    def close(self) -> None:
        """Leave the cluster; one that was started for this sweep ends."""
        self._closing.close()


def _same(payload: bytes) -> bytes:
    return payload


def _quietly_closed(thing: Any) -> None:
    # A client whose scheduler is gone prints a traceback when it stops looking for it.
    logger = logging.getLogger("distributed.client")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with contextlib.suppress(Exception):
            thing.close(timeout=5)
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def _cluster() -> Iterator[None]:
    """Errors of the cluster itself, which is not those of a function, as a sentence."""
    from distributed import CancelledError, KilledWorker

    try:
        yield
    except (KilledWorker, TimeoutError, LargespinError):
        raise
    except (CancelledError, OSError) as error:
        raise ClusterLostError("The Dask cluster was lost: its scheduler does not answer any more.") from error
    except Exception as error:
        words = " ".join(str(error).split())[:MOST_LETTERS]
        raise ClusterLostError(
            f"The Dask cluster was lost or cannot run largespin ({type(error).__name__}: {words})."
        ) from error

"""Is what was asked for possible? The arguments of a sweep, checked at the door."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, Protocol, TypeAlias, get_args

from largespin.errors import LargespinError, whole_number
from largespin.sweeps.axes import checked_axes
from largespin.sweeps.evaluate import Job
from largespin.sweeps.pools import Pool, Processes, Serial

ExecutorName = Literal["serial", "processes", "dask"]
"""Executors by name."""


class DaskClient(Protocol):
    """What a sweep needs of a `distributed.Client`."""

    def submit(self, func: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
        """Send a task to the cluster."""
        ...

    def nthreads(self) -> Any:
        """Threads of every worker."""
        ...


@dataclass(frozen=True)
class Scheduler:
    """A Dask scheduler that runs already.

    Attributes:
        address: where it listens, such as ``tcp://host:8786``.
    """

    address: str


Executor: TypeAlias = ExecutorName | DaskClient | Scheduler
"""Where a sweep runs: a name, a client of a Dask cluster, or the place of one."""


@dataclass(frozen=True, eq=False)
class Execution:
    """How a sweep is computed; nothing here changes its results.

    Attributes:
        executor: "serial", "processes", "dask", a `distributed.Client`, or a `Scheduler`.
        workers: number of processes.
        block: points computed and stored together.
        progress: whether a bar is shown.
        retry: whether points that failed are computed again.
    """

    executor: Executor
    workers: int | None
    block: int | None
    progress: bool = False
    retry: bool = False

    def __post_init__(self) -> None:
        names = get_args(ExecutorName)
        is_client = hasattr(self.executor, "submit") and hasattr(self.executor, "nthreads")
        if not (self.executor in names or isinstance(self.executor, Scheduler) or is_client):
            raise LargespinError(
                f"Argument `executor` must be one of {', '.join(names)}, or a distributed.Client, but it is "
                f"{self.executor!r}{_meant(str(self.executor), names)}"
            )
        if getattr(self.executor, "asynchronous", False):
            raise LargespinError("Argument `executor` must be a client that is not asynchronous.")
        for name in ("workers", "block"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, whole_number(name, getattr(self, name), 1))
        if self.workers is not None and self.executor not in ("processes", "dask"):
            raise LargespinError(
                'Argument `workers` must be left out unless `executor` is "processes" or "dask", which start workers.'
            )

    def pool(self, job: Job) -> Pool:
        """Start what evaluates the points."""
        if self.executor == "serial":
            return Serial(job)
        if self.executor == "processes":
            return Processes(job, self.workers)
        from largespin.sweeps.dask_pool import DaskPool

        return DaskPool(job, self.executor, self.workers)


def _meant(word: str, names: Sequence[str]) -> str:
    if "://" in word:
        return f"; connect to a running scheduler by distributed.Client({word!r})."
    near = get_close_matches(word, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else "."


def checked_job(function: Any, over: Any, fixed: Any, together: bool, seed: Any) -> Job:
    """The call of a sweep.

    Raises:
        LargespinError: wrong axes, arguments that the function does not take, or that are given twice.
    """
    if not callable(function):
        raise LargespinError(f"Argument `function` must be callable, but it is {function!r}.")
    axes = checked_axes(over)
    if fixed is not None and (not isinstance(fixed, Mapping) or not all(isinstance(name, str) for name in fixed)):
        raise LargespinError(f"Argument `fixed` must be a mapping of keyword arguments, but it is {fixed!r}.")
    given = dict(fixed or {})
    for name in axes.names:
        if name in given:
            raise LargespinError(f"Argument `{name}` must stand in `over` or in `fixed`, but it stands in both.")
    if seed is not None:
        seed = whole_number("seed", seed)
        if together:
            raise LargespinError(
                "Argument `seed` must be left out with `together`, because a block of points is one call; give the function's "
                "own `seed` in `fixed`."
            )
        if "seed" in axes.names or "seed" in given:
            raise LargespinError("Argument `seed` must be given once: to the sweep, in `over` or in `fixed`.")
    _check_call(function, {**given, **dict.fromkeys(axes.names), **({} if seed is None else {"seed": seed})})
    return Job(function, axes, given, bool(together), seed)


def _check_call(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # Some compiled functions do not say what they take.
    try:
        signature.bind(**arguments)
    except TypeError as error:
        raise LargespinError(
            f"The function must take the keyword arguments {', '.join(arguments)}, but this does not fit "
            f"{getattr(function, '__name__', 'it')}{signature}: {error}."
        ) from error

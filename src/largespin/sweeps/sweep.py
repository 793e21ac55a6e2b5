"""How is a function computed over a grid, and nothing computed twice? The sweep itself."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.errors import LargespinError, LargespinWarning
from largespin.outcomes import Outcome
from largespin.progress import progress_bar
from largespin.sweeps.batch import Batch
from largespin.sweeps.blocks import Blocks, points_per_block, points_per_call
from largespin.sweeps.drive import drive
from largespin.sweeps.evaluate import Job, Task
from largespin.sweeps.fingerprint import Fingerprint, fingerprint
from largespin.sweeps.manifest import Manifest, check_same
from largespin.sweeps.netcdf import convert
from largespin.sweeps.open_sweep import assemble, not_a_sweep, open_group, open_sweep, readable
from largespin.sweeps.place import Place, remove, said
from largespin.sweeps.pools import ClusterLostError, Pool
from largespin.sweeps.request import Execution, Executor, checked_job
from largespin.sweeps.store import FAILED, MISSING, Store, create_store

if TYPE_CHECKING:
    import xarray as xr

Create = Callable[[Blocks], Store]


def sweep(
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
    progress: bool = False,
    resume: bool = True,
    retry: bool = False,
) -> "xr.Dataset":
    r"""Compute ``y[i, j, …] = function(a = a_i, b = b_j, …, **fixed)`` over the grid of all named values.

    With `out`, results are stored block by block as they finish. Whatever stops the sweep, a second call computes only what
    is missing. Points that raise keep their reason and do not stop the others.

    Args:
        function: called with keyword arguments; returns a number, text, an array, a mapping of these or a Dataset.
        over: values of the arguments that vary, one-dimensional, by name.
        fixed: the other arguments, such as a model.
        out: path of the result, ``.zarr`` (grows in place) or ``.nc`` (made at the end); None keeps it in memory.
        executor: "serial", "processes", "dask" (workers on this machine), or a `distributed.Client` of any Dask cluster.
        workers: number of processes; the cores of this machine if not given.
        together: the function takes arrays along all axes and returns a Dataset over them, as the functions of this library
            do; it is called once per block, and point by point where a block fails.
        seed: gives every point a `seed` of its own, which depends on this one and the place on the grid only.
        block: points computed and stored together; by default about a second of work.
        progress: show a bar with the time that is left.
        resume: go on with what is stored at `out`; False computes everything anew.
        retry: compute points that failed again.

    Returns:
        Dataset over the axes of the sweep and the dimensions of the function. Own dimensions of different lengths are
        filled up with NaN, and so are missing points; whole numbers are floats where something is missing.
        ``sweep_outcome`` is "finished", "failed" or "missing" for every point, ``sweep_sentence`` says why; ``usable`` says
        whether there is a result, or what the function says of its own. With `out` the arrays load when they are used.

    Raises:
        LargespinError: wrong arguments; another sweep at `out` (with what differs) or one that is writing there now; a
            disk or folder that cannot be written to; a cluster that is lost. What is stored stays.
        KeyboardInterrupt: on Ctrl-C with `out`, after saying how to go on; without, the result so far is returned.

    Limits: one process writes, at a few milliseconds per block and variable. Stored points survive the death of any
    process; a machine that loses power may lose those of the last seconds. Code in other modules that the function uses
    is not compared when a sweep is resumed, only the function, its module's helpers, and the version of this library.

    Source: the seeds are those of `numpy.random.SeedSequence.spawn`.

    Example:
        >>> import largespin as ls
        >>> from largespin import sweep
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> def order(model, temperature):
        ...     return abs(ls.evolve(model, [0, 0, 0.6], 50.0, temperature=temperature, field=0.1).overlap.item())
        >>> result = sweep(order, over={"temperature": [0.5, 1.5]}, fixed={"model": model})
        >>> result.value.values.round(3)
        array([0.95, 0.  ])
        >>> result.sweep_outcome.values
        array(['finished', 'finished'], dtype=object)
    """
    job = checked_job(function, over, fixed, together, seed)
    execution = Execution(executor, workers, block, bool(progress), bool(retry))
    if out is None:
        return _in_memory(job, execution)
    place = Place.checked(out)
    with place.locked():
        return _on_disk(job, execution, place, bool(resume))


def _in_memory(job: Job, execution: Execution) -> "xr.Dataset":
    from zarr.storage import MemoryStore

    made: list[tuple[Any, Store]] = []

    def create(blocks: Blocks) -> Store:
        place = MemoryStore()
        create_store(place, job.axes, blocks, Manifest.new(fingerprint(job, lasting=False), blocks.box))
        made.append((place, Store(open_group(place, write=True), job.axes, blocks)))
        return made[0][1]

    try:
        _compute(job, execution, None, create)
    except KeyboardInterrupt:
        if not made:
            raise
        counts = made[0][1].counts
        _warn(f"Interrupted: {counts[Outcome.MISSING]} of {job.axes.size} points are missing; the others are kept.")
    return assemble(open_group(made[0][0]), lazy=False)


def _on_disk(job: Job, execution: Execution, place: Place, resume: bool) -> "xr.Dataset":
    asked = fingerprint(job)
    store = _stored(job, asked, place, execution, resume)
    if store is None and resume and place.is_netcdf and place.path.exists():
        return open_sweep(place.path)
    made = [store] if store is not None else []

    def create(blocks: Blocks) -> Store:
        create_store(place.draft, job.axes, blocks, Manifest.new(asked, blocks.box))
        remove(place.store)
        os.rename(place.draft, place.store)
        made.append(Store(open_group(place.store, write=True), job.axes, blocks))
        return made[0]

    try:
        _compute(job, execution, store, create)
        if place.is_netcdf:
            convert(place)
    except KeyboardInterrupt:
        _warn(f"Interrupted: {_kept(made, job, place)}")
        raise
    except ClusterLostError as error:
        raise ClusterLostError(f"{error} {_kept(made, job, place)}") from error
    except OSError as error:
        raise LargespinError(
            f"The sweep stopped, because {place.path} cannot be written: {said(error)}. {_kept(made, job, place)}"
        ) from error
    return open_sweep(place.path)


def _kept(made: list[Store], job: Job, place: Place) -> str:
    counts = made[0].counts if made else {str(Outcome.MISSING): job.axes.size}
    return (
        f"{job.axes.size - counts[Outcome.MISSING]} of {job.axes.size} points are stored in {place.store}; the same call again "
        "computes the rest."
    )


def _stored(job: Job, asked: Fingerprint, place: Place, execution: Execution, resume: bool) -> Store | None:
    """The store to go on with; None if there is none, or only a finished NetCDF file, or all is to be done anew.

    Raises:
        LargespinError: something else is there, or another sweep.
    """
    if place.store.exists():
        with readable(place.store):
            group = open_group(place.store, write=True)
            manifest = Manifest.of(group.attrs)
            if not resume:
                return None
            check_same(manifest, asked, place)
            return Store(group, job.axes, Blocks(job.axes.shape, manifest.box))
    if place.is_netcdf and place.path.exists():
        dataset = open_sweep(place.path)
        with readable(place.path), closing(dataset):
            if resume:
                check_same(Manifest.of(dataset.attrs), asked, place)
                if execution.retry and bool((dataset.sweep_outcome == Outcome.FAILED).any()):
                    raise LargespinError(
                        f"With `retry` argument `out` must be a .zarr store, but {place.path} is a finished file; use "
                        "`resume=False` to compute it anew."
                    )
    elif place.path.exists():
        raise not_a_sweep(place.path)
    return None


def _compute(job: Job, execution: Execution, store: Store | None, create: Create) -> None:
    """Compute what is missing."""
    if store is not None and not any(True for _ in _tasks(job, store, execution.retry)):
        return
    pool = execution.pool(job)
    try:
        trial: list[Batch] = []
        if store is None:
            blocks = _chosen_blocks(job, execution, pool, trial)
            store = create(blocks)
        with progress_bar(
            execution.progress, "points", job.axes.size, done=job.axes.size - store.counts[Outcome.MISSING]
        ) as advance:
            handle = partial(_keep, store, advance)
            for batch in trial:
                handle(batch)
            drive(pool, _tasks(job, store, execution.retry), handle)
    finally:
        pool.close()
    if not store.counts[Outcome.FINISHED]:
        _warn(f"All {job.axes.size} points failed; the first: {store.sentence(0)}")


def _keep(store: Store, advance: Callable[[int], None], batch: Batch) -> None:
    new = int(np.count_nonzero(store.outcomes[list(batch.indices)] == MISSING))
    store.write(batch)
    advance(new)


def _chosen_blocks(job: Job, execution: Execution, pool: Pool, trial: list[Batch]) -> Blocks:
    """The tiling; where it is not given, two points are computed first, and the time of the second decides."""
    shape, size = job.axes.shape, job.axes.size
    if execution.block is not None:
        return Blocks.of(shape, execution.block)
    if job.together:
        return Blocks.of(shape, points_per_call(size, pool.workers))
    drive(pool, [Task(tuple(range(min(2, size))))], trial.append)
    seconds = max(batch.seconds for batch in trial)
    nbytes = max(batch.nbytes / len(batch.indices) for batch in trial)
    return Blocks.of(shape, points_per_block(size, pool.workers, seconds, nbytes))


def _tasks(job: Job, store: Store, retry: bool) -> Iterator[Task]:
    """A task for every block in which something is missing."""
    wanted = (MISSING, FAILED) if retry else (MISSING,)
    for block, members in enumerate(store.blocks):
        outcomes = store.outcomes[members.start : members.stop]
        pending = np.flatnonzero(np.isin(outcomes, wanted)) + members.start
        if len(pending):
            whole = job.together and len(pending) == len(members)
            yield Task(tuple(pending.tolist()), store.blocks.region(block) if whole else None)


def _warn(sentence: str) -> None:
    warnings.warn(sentence, LargespinWarning, stacklevel=5)

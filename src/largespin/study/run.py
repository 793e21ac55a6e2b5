"""How is a study computed and stored? As a sweep that can be stopped and resumed, or as one call."""

import inspect
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from largespin._version import __version__
from largespin.errors import LargespinError
from largespin.outcomes import Outcome
from largespin.phases.output import points_path
from largespin.quantities import described
from largespin.study.computations import BETWEEN, OUT
from largespin.study.definition import Study
from largespin.study.evaluate import evaluate, kept
from largespin.study.work import Work, prepare
from largespin.sweeps.fingerprint import describe
from largespin.sweeps.open_sweep import open_sweep
from largespin.sweeps.place import Place
from largespin.sweeps.plan_sweep import SweepPlan, plan_sweep
from largespin.sweeps.request import Execution, Executor, Scheduler
from largespin.sweeps.sweep import sweep

DIGEST = "study_digest"
"""Attribute of results of a single call from which the study is recognised."""
UNFINISHED = "The result at {file} is unfinished; go on with `resume=True`, or begin anew with `fresh=True`."


@dataclass(frozen=True, eq=False)
class Finished:
    """The result of a study.

    Attributes:
        work: what was asked for.
        dataset: the numbers; they load when they are used.
        file: where they are.
        computed: whether anything was computed now; False if the result was there.
    """

    work: Work
    dataset: xr.Dataset
    file: Path
    computed: bool


def run_study(
    study: Study,
    folder: str | Path,
    *,
    resume: bool = False,
    fresh: bool = False,
    executor: Executor | None = None,
    workers: int | None = None,
    points: int | None = None,
    progress: bool = False,
) -> Finished:
    """Compute a study and store the result.

    Args:
        study: the study, from `read_study`.
        folder: where the result is written; it must exist.
        resume: go on with an unfinished result of the same study.
        fresh: compute everything anew, whatever is there.
        executor: as for `largespin.sweep`, in place of what the study says.
        workers: number of processes, in place of what the study says.
        points: values along each axis at most, for a quick look.
        progress: show a bar with the time left.

    Returns:
        `Finished`.

    Raises:
        StudyError: a study that cannot be run, with all problems.
        LargespinError: another study's result, or an unfinished one without `resume`, at this place; a computation whose
            points all fail for one reason.

    Example:
        >>> import pathlib, tempfile
        >>> from largespin.study import read_study, run_study
        >>> text = "[model]\\nready = 'hopfield'\\npatterns = 1\\n[parameters]\\nfield = 0.1\\n"
        >>> text += "[sweep]\\ntemperature = [0.5, 1.5]\\n[compute]\\nwhat = 'evolve'\\nstart = { pattern = 0 }\\ntimes = 50.0\\n"
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "memory.toml")
        ...     _ = file.write_text(text)
        ...     run_study(read_study(file), folder).dataset.overlap.values.round(2).ravel() + 0.0
        array([0.95, 0.  ])
    """
    if resume and fresh:
        raise LargespinError("Arguments `resume` and `fresh` must not both be true: go on, or begin anew.")
    work = prepare(study, points=points)
    file = _inside(Path(folder), work.file)
    if work.is_single:
        return _single(work, file, resume, fresh, progress)
    there = None if fresh else _stored(file)
    if there == "unfinished" and not resume:
        raise LargespinError(UNFINISHED.format(file=file))
    if there is None:
        check_trial(work)
    dataset = sweep(
        evaluate,
        work.axes,
        fixed=work.fixed,
        out=file,
        progress=progress,
        resume=not fresh,
        **_places(study, work, executor, workers),
    )
    return Finished(work, dataset, file, there != "finished")


def plan_study(
    study: Study,
    *,
    folder: str | Path | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    points: int | None = None,
) -> SweepPlan:
    """Estimate time and size of a study from a few points; nothing is stored.

    Args:
        study: the study.
        folder: where the result would be written; points that are stored there count as done.
        executor: as for `run_study`, and so are the others.
        workers: number of processes.
        points: values along each axis at most.

    Returns:
        `largespin.sweeps.SweepPlan`.

    Raises:
        StudyError: a study that cannot be run.
        LargespinError: a study without a sweep, whose only call cannot be estimated.
    """
    work = prepare(study, points=points)
    if work.is_single:
        raise LargespinError("A study is estimated from single points of its sweep, but this one is a single call.")
    out = None if folder is None else _inside(Path(folder), work.file)
    return plan_sweep(evaluate, work.axes, fixed=work.fixed, out=out, **_places(study, work, executor, workers))


def executor_of(text: str | None) -> Executor | None:
    """Where a sweep runs, from a word or the address of a scheduler on a command line.

    Raises:
        LargespinError: neither of them.

    Example:
        >>> from largespin.study.run import executor_of
        >>> executor_of("tcp://host:8786"), executor_of("dask"), executor_of(None)
        (Scheduler(address='tcp://host:8786'), 'dask', None)
    """
    if text is None:
        return None
    place: Any = Scheduler(text) if "://" in text else text
    return Execution(place, None, None).executor


def _places(study: Study, work: Work, executor: Executor | None, workers: int | None) -> dict[str, Any]:
    """Where a sweep runs: what the caller says goes before what the study says."""
    asked = study.table.run
    chosen = asked.executor if executor is None else executor
    if workers is None and chosen in ("processes", "dask"):
        workers = asked.workers
    return {"executor": chosen, "workers": workers, "together": work.computation.points == "together"}


def check_trial(work: Work) -> None:
    """Compute the first and, if that fails, the last point: a mistake in the study must not cost a whole sweep.

    Raises:
        LargespinError: if both fail for one reason.
    """
    first = _trial(work, 0)
    if first and first == _trial(work, -1):
        raise LargespinError(_with_keys(first, work))


def _with_keys(sentence: str, work: Work) -> str:
    """A sentence of the library with the key of the study in place of the argument."""

    def key(word: re.Match[str]) -> str:
        if word[1] == BETWEEN or word[1] in work.between:
            return "Key `sweep`" if word[1] == BETWEEN else f"Key `sweep.{word[1]}`"
        return f"Key `compute.{word[1]}`" if word[1] in work.options else word[0]

    return re.sub(r"Argument `(\w+)`", key, sentence)


def _trial(work: Work, at: int) -> str:
    together = work.computation.points == "together"
    point = {name: values[[at]] if together else values[at].item() for name, values in work.axes.items()}
    try:
        evaluate(**work.fixed, **point)
    except LargespinError as error:
        return str(error)
    return ""


def _inside(folder: Path, name: str) -> Path:
    """The path of the result; links, which may lead out of the folder, are refused."""
    file = folder / name
    stem = file.with_suffix("").name
    for found in folder.iterdir() if folder.is_dir() else ():
        if found.is_symlink() and found.name.lstrip(".").startswith(stem):
            raise LargespinError(
                f"The result must be written into {folder}, but {found} is a link; remove it or choose another folder."
            )
    return file


def _stored(file: Path) -> str | None:
    """Whether a finished or an unfinished sweep is there."""
    place = Place.checked(file)
    if not place.path.exists() and not place.store.exists():
        return None
    with open_sweep(file) as found:
        return "unfinished" if (place.is_netcdf and place.store.exists()) or _has_gaps(found) else "finished"


def _has_gaps(found: xr.Dataset) -> bool:
    return bool((found.sweep_outcome == Outcome.MISSING).any())


def _single(work: Work, file: Path, resume: bool, fresh: bool, progress: bool) -> Finished:
    """A study that is one call of the library."""
    if file.suffix != ".nc":
        raise LargespinError(f"Key `output.file` must end in .nc for a single call, but it is {file.name!r}.")
    digest = describe({**work.fixed, "axes": dict(work.axes), "version": __version__}).digest
    if file.exists() and not fresh:
        try:
            there = described(xr.open_dataset(file, engine="h5netcdf"))
        except Exception as error:
            raise LargespinError(f"{file} cannot be read; remove it, or choose another folder.") from error
        if there.attrs.get(DIGEST) == digest:
            return Finished(work, there, file, False)
        there.close()
        raise LargespinError(
            f"{file} holds the result of another study; choose another folder, or begin anew with `fresh=True`."
        )
    whole = file.with_name(f".{file.name}.whole.nc")
    if not (resume or fresh) and (whole.exists() or points_path(whole).exists()):
        raise LargespinError(UNFINISHED.format(file=file))
    found = _call(work, _saved_on_the_way(work, whole, fresh, progress)).assign_attrs({DIGEST: digest})
    draft = file.with_name(f".{file.name}.draft")
    found.to_netcdf(draft, engine="h5netcdf")
    os.replace(draft, file)
    whole.unlink(missing_ok=True)
    return Finished(work, found, file, True)


def _saved_on_the_way(work: Work, whole: Path, fresh: bool, progress: bool) -> dict[str, Any]:
    """Arguments of a computation that keeps what is done on disk and goes on from there."""
    if OUT not in inspect.signature(work.computation.function).parameters:
        return {}
    return {OUT: whole, "resume": not fresh, "progress": progress}


def _call(work: Work, saving: Mapping[str, Any]) -> xr.Dataset:
    varying: Mapping[str, Any] = work.axes
    parameters = {**work.parameters, **varying}
    try:
        found: xr.Dataset = work.computation.function(work.model, **work.options, **saving, parameters=parameters)
    except LargespinError as error:
        raise LargespinError(_with_keys(str(error), work)) from error
    return kept(found, work.keep)

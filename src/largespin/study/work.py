"""What exactly is to be computed? The model, the options and the points behind a study, after all checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from largespin.errors import LargespinError
from largespin.meanfield.points import parameter_arrays
from largespin.model import Model
from largespin.patterns.blocks import LargeSpins
from largespin.study.computations import (
    BETWEEN,
    PARTICLES,
    STATES,
    TIMES,
    Computation,
    computation,
    computations,
)
from largespin.study.definition import Study
from largespin.study.evaluate import ARGUMENTS
from largespin.study.options import checked_options
from largespin.study.own_model import own_model
from largespin.study.problems import Problems, shown, suggestion
from largespin.study.ready_model import ready_model
from largespin.study.schema import ReadyModelTable
from largespin.study.starts import state_of, times_of

MOST_POINTS = 100_000_000
"""Points of a sweep; a hundred times more than a day of cheap ones."""
ENDINGS = (".nc", ".zarr")
"""Kinds of files."""


@dataclass(frozen=True, eq=False)
class Work:
    """What a study asks for, ready to be computed.

    Attributes:
        model: the model.
        what: name of the computation.
        options: its arguments, the ranges of moving parameters among them.
        parameters: values that do not vary.
        axes: values that vary.
        keep: variables that are kept; all if None.
        file: name of the result inside the folder for results.
    """

    model: Model
    what: str
    options: Mapping[str, Any]
    parameters: Mapping[str, float]
    axes: Mapping[str, Any]
    keep: tuple[str, ...] | None
    file: str

    @property
    def computation(self) -> Computation:
        """The computation."""
        found = computation(self.what)
        assert found is not None, "the name was checked"
        return found

    @property
    def between(self) -> Mapping[str, tuple[float, float]]:
        """Parameters that the computation moves itself, and their ranges."""
        ranges: Mapping[str, tuple[float, float]] = self.options.get(BETWEEN, {})
        return ranges

    @property
    def is_single(self) -> bool:
        """Whether everything is one call of the library."""
        return not self.axes or self.computation.points == "whole"

    @property
    def size(self) -> int:
        """Number of points of the sweep."""
        return int(np.prod([len(values) for values in self.axes.values()], dtype=int))

    @property
    def fixed(self) -> dict[str, Any]:
        """Arguments of `largespin.study.evaluate.evaluate` that are the same at all points."""
        return {
            "model": self.model,
            "computation": self.what,
            "options": dict(self.options),
            "parameters": dict(self.parameters),
            "keep": self.keep,
        }


def prepare(study: Study, *, points: int | None = None) -> Work:
    """Build the model of a study and check everything that can be checked before computing.

    Args:
        study: the study.
        points: values along each axis at most, for a quick look; as the study says if not given.

    Returns:
        `Work`.

    Raises:
        StudyError: all problems that were found.
    """
    table, problems = study.table, Problems()
    folder = study.file.parent
    if isinstance(table.model, ReadyModelTable):
        made = ready_model(table.model, folder, problems)
    else:
        made = own_model(table.model, folder, problems)
    file = _file(study, problems)
    asked = computation(table.compute.what)
    if asked is None:
        words = suggestion(table.compute.what, list(computations()))
        problems.add("compute.what", f"must name a computation, but {shown(table.compute.what)} is none; {words}")
    elif made is not None:
        options = _options(study, asked, *made, points, problems)
        axes = _axes(study, asked, made[0], points, problems)
        ranges = _ranges(study, asked, problems)
        _check_parameters(study, made[0], {**axes, **ranges}, problems)
        options |= {BETWEEN: ranges} if ranges else {}
    problems.stop()
    assert made is not None
    keep = None if table.output.keep is None else tuple(dict.fromkeys(table.output.keep))
    return Work(made[0], table.compute.what, options, dict(table.parameters), axes, keep, file)


def _file(study: Study, problems: Problems) -> str:
    """The name of the result; a study must not write outside the folder that its user chose."""
    given = study.table.output.file
    name = f"{study.name}.nc" if given is None else given
    path = PurePosixPath(name)
    if path.name in ("", "..") or any(letter in "/\\:" or not letter.isprintable() for letter in name):
        problems.add(
            "output.file", f"must be a name without folders, but it is {shown(name)}; choose the folder with --out."
        )
    elif path.suffix not in ENDINGS or name.startswith("."):
        problems.add("output.file", f"must end in {' or '.join(ENDINGS)}, but it is {shown(name)}.")
    return name


def _options(
    study: Study,
    computation: Computation,
    model: Model,
    large_spins: LargeSpins | None,
    points: int | None,
    problems: Problems,
) -> dict[str, Any]:
    given = dict(study.table.compute.model_extra or {})
    if given.pop(BETWEEN, None) is not None:
        problems.add(
            f"compute.{BETWEEN}", "is unknown; give ranges in [sweep], as { from = …, to = … } without `points`."
        )
    special, swept = computation.special, study.table.sweep
    for name in computation.required:
        if name not in given and name not in swept:
            problems.add(f"compute.{name}", f"must be given for {study.table.compute.what}, but it is missing.")
    options: dict[str, Any] = {}
    for name in [name for name in special if name in given]:
        value, key = given.pop(name), f"compute.{name}"
        if name in swept:
            problems.add(key, "must be left out, because it is swept.")
            continue
        with problems.at(key):
            if name in STATES:
                options[name] = state_of(value, key, model, large_spins)
            else:
                options[name] = times_of(value, key, points) if name == TIMES else _particles(value)
    return options | checked_options(given, computation.kinds, "compute", problems, special)


def _particles(value: Any) -> Any:
    counts = value if isinstance(value, list) else [value]
    if not counts or not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in counts):
        raise LargespinError(
            f"must be a whole number above 0, or one per block, but it is {shown(value)}; several N belong in [sweep]."
        )
    return tuple(counts) if isinstance(value, list) else value


def _axes(
    study: Study, computation: Computation, model: Model, points: int | None, problems: Problems
) -> dict[str, Any]:
    allowed = [*model.parameters, *([PARTICLES] if PARTICLES in computation.special else [])]
    axes: dict[str, Any] = {}
    size = 1.0
    for name, values in study.table.sweep.items():
        key = f"sweep.{name}"
        if name not in allowed:
            problems.add(key, _no_parameter(study, name, allowed))
        elif name in ARGUMENTS:
            problems.add(key, f"must be a parameter of another name than {', '.join(ARGUMENTS)}, but it is not.")
        elif name in study.table.parameters and not (values.is_interval and computation.begins_inside):
            problems.add(key, "must not be given as a fixed parameter too, but it stands in [parameters].")
        elif values.is_interval:
            if not computation.takes_ranges or name == PARTICLES:
                problems.add(f"{key}.points", "must be given, but it is missing.")
        else:
            with problems.at(key):
                if name == PARTICLES:
                    axes[name] = _whole(values.array(points), listed=values.values is not None)
                else:
                    axes[name] = _distinct(values.array(points))
                size *= len(axes[name])
    if size > MOST_POINTS:
        problems.add("sweep", f"must have at most {MOST_POINTS} points, but it has {size:.3g}.")
    return axes


def _ranges(study: Study, computation: Computation, problems: Problems) -> dict[str, tuple[float, float]]:
    """Ranges without a number of points, through which the computation moves parameters itself."""
    if not computation.takes_ranges:
        return {}
    ranges: dict[str, tuple[float, float]] = {}
    for name, values in study.table.sweep.items():
        if values.is_interval and name != PARTICLES:
            if values.scale != "linear":
                problems.add(f"sweep.{name}.scale", "must be left out of a range without `points`, but it is given.")
            low, high = sorted(values.array().tolist())
            ranges[name] = (low, high)
    if not ranges and computation.needs_ranges:
        problems.add(
            "sweep",
            f"must have a range {{ from = …, to = … }} without `points` for {computation.name}, but it has none.",
        )
    return ranges


def _distinct(values: np.ndarray) -> np.ndarray:
    if len(np.unique(values)) < len(values):
        raise LargespinError("must have different values, but `from` and `to` are too close for so many points.")
    return values


def _whole(values: np.ndarray, *, listed: bool) -> np.ndarray:
    """Numbers of particles; those of a range are rounded, those that were written down are taken at their word."""
    whole = np.unique(values.round().astype(np.int64))
    away = 0.0 if listed else 0.5
    if len(whole) < len(values) or np.any(np.abs(np.sort(values) - whole) > away) or whole[0] < 1:
        raise LargespinError("must hold different whole numbers above 0, but it does not.")
    return whole


def _no_parameter(study: Study, name: str, allowed: list[str]) -> str:
    if name in getattr(study.table.model, "parameters", ()):
        return "must be a parameter that a formula uses, but none does; remove it, or use it."
    return f"must be a parameter of the model, but it is none; {suggestion(name, allowed)}"


def _check_parameters(study: Study, model: Model, axes: Mapping[str, Any], problems: Problems) -> None:
    """Each parameter by itself, so that every problem is found."""
    fixed = study.table.parameters
    for name in fixed:
        if name not in model.parameters:
            problems.add(f"parameters.{name}", _no_parameter(study, name, list(model.parameters)))
    for name, parameter in model.parameters.items():
        value = fixed.get(name, axes.get(name))
        if value is None:
            if parameter.data.default is None and name not in study.table.sweep:
                problems.add(f"parameters.{name}", "must be given (or swept), but it is missing.")
            continue
        key = f"parameters.{name}" if name in fixed else f"sweep.{name}"
        rest = {other: 1.0 for other in model.parameters if other != name}
        with problems.at(key):
            parameter_arrays(model, {name: np.asarray(value), **rest})

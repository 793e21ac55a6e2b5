"""One word, one meaning: every argument of every public call is in the glossary, once, and takes one kind of value."""

import inspect
import os
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt
import pytest
import xarray as xr
from public_calls import CALLS

import largespin as ls
from largespin.model.reserved import OPTIONS
from largespin.outcomes import Outcome
from largespin.quantities import QUANTITIES

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
POSITIONAL = 4
"""Arguments that may stand without their name: model, start and times, or a covariance, two parties and one thing more."""


STATE = get_type_hints(ls.evolve)["start"]
"""What can be a start: a union that contains arrays and results."""


def table(heading: str) -> list[list[str]]:
    """The rows of the first table after a heading of the glossary, cells without back quotes."""
    text = GLOSSARY.read_text(encoding="utf-8")
    after = text.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in after.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`").replace(r"\|", "|") for cell in row] for row in rows[2:]]


def kinds(annotation: Any) -> set[str]:
    """Coarse kinds of value that an annotation allows."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in (None, type(None), inspect.Parameter.empty):
        return set()
    if origin is Literal:
        return {"word"}
    if origin in (Union, types.UnionType):
        options = set(inner)
        found: set[str] = set()
        for name, union in (("state", set(get_args(STATE))), ("numbers", set(get_args(npt.ArrayLike)))):
            if union <= options:
                found.add(name)
                options -= union
        return found.union(*(kinds(option) for option in options))
    if origin is not None:
        return _of_generic(origin, inner)
    return {_of_class(annotation)}


def _of_generic(origin: Any, arguments: tuple[Any, ...]) -> set[str]:
    if origin is np.ndarray:
        return {"numbers"}
    if origin is os.PathLike:
        return {"path"}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"mapping"}
    if origin is Callable or (isinstance(origin, type) and issubclass(origin, Callable)):  # type: ignore[arg-type]
        return {"function"}
    if isinstance(origin, type) and issubclass(origin, tuple | list | Sequence):
        return {"list"}
    return {str(origin)}


def _of_class(annotation: Any) -> str:
    names = {bool: "switch", int: "whole number", float: "number", complex: "number", str: "text", Path: "path"}
    if annotation in names:
        return names[annotation]
    if isinstance(annotation, type):
        if issubclass(annotation, xr.Dataset | xr.DataArray):
            return "result"
        if annotation.__name__ in ("State", "HasFull"):
            return "state"
        return annotation.__name__
    return str(annotation)


def hints(call: Callable[..., Any]) -> dict[str, Any]:
    import matplotlib.axes
    import matplotlib.figure

    names = {"xr": xr, "Axes": matplotlib.axes.Axes, "Figure": matplotlib.figure.Figure}
    return get_type_hints(call, localns=names)


def arguments() -> Iterator[tuple[str, inspect.Parameter, Any]]:
    for name, call in CALLS.items():
        types_ = hints(call)
        for argument in inspect.signature(call).parameters.values():
            if argument.kind is not argument.VAR_KEYWORD:
                yield name, argument, types_.get(argument.name, Any)


def words() -> dict[str, tuple[str, set[str]]]:
    return {row[0]: (row[1], {kind.strip() for kind in row[2].split(",")}) for row in table("Arguments")}


def test_every_argument_is_in_the_glossary() -> None:
    known = words()
    missing = {argument.name: name for name, argument, _ in arguments() if argument.name not in known}
    assert not missing
    used = {argument.name for _, argument, _ in arguments()}
    assert set(known) <= used, "the glossary explains words that no call uses"


def test_one_word_has_one_kind_of_value() -> None:
    known = words()
    wrong = [
        f"{name}({argument.name}) takes {sorted(kinds(hint))}, the glossary says {sorted(known[argument.name][1])}"
        for name, argument, hint in arguments()
        if argument.name in known and not kinds(hint) <= known[argument.name][1]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_second_meanings() -> None:
    assert kinds(npt.ArrayLike) == {"numbers"}
    assert kinds(int | None) == {"whole number"}
    assert kinds(Literal["a", "b"]) == {"word"}
    assert kinds(STATE) == {"state"}
    assert kinds(STATE | int) == {"state", "whole number"}
    assert kinds(Mapping[str, float] | None) == {"mapping"}
    assert len(CALLS) > 90


def test_every_argument_has_a_type() -> None:
    untyped = [f"{name}({argument.name})" for name, argument, hint in arguments() if hint is Any]
    assert not untyped


def test_options_are_given_by_name() -> None:
    """What has a default stands behind the star, but for the few arguments that everybody gives in order."""
    loose = [
        f"{name}({argument.name})"
        for name, argument, _ in arguments()
        if argument.kind is argument.POSITIONAL_OR_KEYWORD and argument.default is not argument.empty
    ]
    assert set(loose) <= POSITIONAL_OPTIONS
    for name, call in CALLS.items():
        positional = [a for a in inspect.signature(call).parameters.values() if a.kind is a.POSITIONAL_OR_KEYWORD]
        assert len(positional) <= POSITIONAL, name


POSITIONAL_OPTIONS = {
    # the second party of a bipartition; without it, all other modes
    *(f"gaussian.{name}(second)" for name in ("log_negativity", "mutual_information", "steering")),
    *(f"gaussian.{name}(party)" for name in ("squeezing", "squeezing_decibel")),
    "gaussian.squeezed_covariance(angle)",
    "gaussian.squeezed_covariance(occupation)",
    "gaussian.two_mode_squeezed_covariance(occupations)",
    "gaussian.symplectic_form(ordering)",
}


def test_names_of_options_are_no_names_of_parameters() -> None:
    """Calls that take parameter values by keyword refuse parameters that are called like their options."""
    taking = [
        call for call in CALLS.values() if any(_takes_values(a) for a in inspect.signature(call).parameters.values())
    ]
    options = {a.name for call in taking for a in inspect.signature(call).parameters.values() if not _takes_values(a)}
    options |= {a for a in inspect.signature(ls.exact.System.__init__).parameters if a not in ("self", "values")}
    assert options == set(OPTIONS)
    for name in (*OPTIONS, *QUANTITIES, "average_x", "special_point", "start_field"):
        if name.isidentifier():
            with pytest.raises(ls.LargespinError, match=f"must not be `{name}`"):
                ls.parameter(name)


def _takes_values(argument: inspect.Parameter) -> bool:
    return argument.kind is argument.VAR_KEYWORD


def test_the_glossary_has_the_outcomes() -> None:
    rows = {row[0]: row[1:] for row in table("Outcomes")}
    assert rows == {str(o): ["yes" if o.usable else "no", o.meaning] for o in Outcome}


def test_the_glossary_has_the_variables_of_results() -> None:
    rows = {row[0]: (row[1], row[2]) for row in table("Variables and coordinates of results")}
    assert rows == {name: (words_, unit) for name, (words_, unit) in QUANTITIES.items()}

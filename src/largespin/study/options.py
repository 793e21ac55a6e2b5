"""Does an option of a study fit the function that gets it? Checked against the function's own signature."""

import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from largespin.study.problems import Problems, shown, suggestion

SIMPLE = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}
"""Types that TOML has, in words."""


def simple_kinds(function: Callable[..., Any]) -> dict[str, tuple[Any, ...]]:
    """The arguments of a function whose values TOML can express, with their types.

    Example:
        >>> import largespin as ls
        >>> from largespin.study.options import simple_kinds
        >>> sorted(simple_kinds(ls.models.hopfield))
        ['learning', 'pair_coupling', 'rates']
    """
    hints = get_type_hints(function)
    found = {}
    for name, argument in inspect.signature(function).parameters.items():
        by_name = argument.kind in (argument.KEYWORD_ONLY, argument.POSITIONAL_OR_KEYWORD)
        if by_name and (kinds := _kinds(hints.get(name))):
            found[name] = kinds
    return found


def _kinds(hint: Any) -> tuple[Any, ...]:
    """The types among which a value may choose; none if TOML cannot express it."""
    if hint in (npt.ArrayLike, npt.ArrayLike | None):
        return (float, np.ndarray)
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    # Words of which one is chosen are text; the function itself says which.
    options = tuple(str if get_origin(kind) is Literal else kind for kind in options)
    known = all(_is_simple(kind) or kind is NoneType or _is_numbers(kind) for kind in options)
    return tuple(kind for kind in options if kind is not NoneType) if known else ()


def _is_simple(kind: Any) -> bool:
    return isinstance(kind, type) and kind in SIMPLE


def _is_numbers(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[0] in (int, float)


def checked_options(
    given: Mapping[str, Any],
    kinds: Mapping[str, tuple[Any, ...]],
    key: str,
    problems: Problems,
    known: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The options that fit, as the function takes them; problems for the others.

    Args:
        given: what the study says.
        kinds: types by name, from `simple_kinds`.
        key: the table in the study.
        problems: where problems are noted.
        known: further keys that the table may have, named in suggestions.
    """
    fitting = {}
    for name, value in given.items():
        if name not in kinds:
            problems.add(f"{key}.{name}", f"is unknown; {suggestion(name, [*known, *kinds])}")
        elif not any(_fits(value, kind) for kind in kinds[name]):
            words = " or ".join(dict.fromkeys(_words(kind) for kind in kinds[name]))
            problems.add(f"{key}.{name}", f"must be {words}, but it is {shown(value)}.")
        else:
            fitting[name] = _converted(value, kinds[name])
    return fitting


def _words(kind: Any) -> str:
    if _is_simple(kind):
        return SIMPLE[kind]
    entries = get_args(kind)
    count = f"{len(entries)} " if entries and entries[-1] is not ... and _is_numbers(kind) else ""
    return f"a list of {count}numbers"


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float) and bool(np.isfinite(value))
    if kind is np.ndarray or _is_numbers(kind):
        entries = (float, ...) if kind is np.ndarray else get_args(kind)
        fitting = isinstance(value, list) and all(_fits(item, entries[0]) for item in value)
        return fitting and (entries[-1] is ... or len(value) == len(entries))
    return isinstance(value, kind)


def _converted(value: Any, kinds: tuple[Any, ...]) -> Any:
    if isinstance(value, list):
        return np.array(value, dtype=np.float64) if np.ndarray in kinds else tuple(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and int not in kinds else value

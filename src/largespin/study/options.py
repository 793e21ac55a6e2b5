"""Does an option of a study fit the function that gets it? Checked against the function's own signature."""

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.model import State
from largespin.study.problems import Problems, shown, suggestion

SIMPLE = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}
"""Types that TOML has, in words."""
CHECKED_ONLY = {"xr": xr}
"""Names that signatures use and that some modules import for type checkers only."""


def simple_kinds(function: Callable[..., Any]) -> dict[str, tuple[Any, ...]]:
    """The arguments of a function whose values TOML can express, with their types.

    Words of which one must be chosen are ``Literal`` types. Of an argument that takes other things too, what TOML can express.

    Example:
        >>> import largespin as ls
        >>> from largespin.study.options import simple_kinds
        >>> sorted(simple_kinds(ls.models.hopfield))
        ['learning', 'pair_coupling', 'rates']
        >>> simple_kinds(ls.evolve)["method"]
        (typing.Literal['auto', 'taylor', 'implicit'],)
    """
    hints = resolved_hints(function)
    found = {}
    for name, argument in inspect.signature(function).parameters.items():
        by_name = argument.kind in (argument.KEYWORD_ONLY, argument.POSITIONAL_OR_KEYWORD)
        if by_name and (kinds := _kinds(hints.get(name))):
            found[name] = kinds
    return found


def resolved_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of arguments and of the result; those that only type checkers know are left out."""
    try:
        return get_type_hints(function, localns=CHECKED_ONLY)
    except NameError:
        hints: dict[str, Any] = {}
        for name, hint in inspect.get_annotations(function).items():
            with suppress(NameError):
                bare = types.SimpleNamespace(__annotations__={name: hint})
                hints |= get_type_hints(bare, vars(inspect.getmodule(function)), CHECKED_ONLY)
        return hints


def _kinds(hint: Any) -> tuple[Any, ...]:
    """The types among which a value may choose; none if TOML cannot express it."""
    options = list(get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,))
    arrays = get_args(npt.ArrayLike)
    has_arrays = set(arrays) <= set(options)
    if has_arrays:
        options = [kind for kind in options if kind not in arrays]
    # States are given in a way of their own, and arrays among what a state may be are no numbers.
    numbers = (float, np.ndarray) if has_arrays and State not in options else ()
    return (*numbers, *(kind for kind in options if _is_simple(kind) or _is_numbers(kind) or _is_words(kind)))


def _is_simple(kind: Any) -> bool:
    return isinstance(kind, type) and kind in SIMPLE


def _is_words(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_numbers(kind: Any) -> bool:
    return get_origin(kind) in (tuple, Sequence) and get_args(kind)[0] in (int, float)


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
            problems.add(f"{key}.{name}", f"must be {words}, but it is {shown(value)}{_meant(value, kinds[name])}")
        else:
            fitting[name] = _converted(value, kinds[name])
    return fitting


def _words(kind: Any) -> str:
    if _is_simple(kind):
        return SIMPLE[kind]
    if _is_words(kind):
        return f"one of {', '.join(map(str, get_args(kind)))}"
    entries = get_args(kind)
    fixed = get_origin(kind) is tuple and entries[-1] is not ...
    return f"a list of {f'{len(entries)} ' if fixed else ''}numbers"


def _meant(value: Any, kinds: tuple[Any, ...]) -> str:
    """The nearest of the words that are allowed, or the end of the sentence."""
    words = [str(word) for kind in kinds if _is_words(kind) for word in get_args(kind)]
    near = get_close_matches(value, words, n=1) if isinstance(value, str) else []
    return f"; did you mean {near[0]!r}?" if near else "."


def _fits(value: Any, kind: Any) -> bool:
    if _is_words(kind):
        return isinstance(value, str) and value in get_args(kind)
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float) and bool(np.isfinite(value))
    if kind is np.ndarray or _is_numbers(kind):
        entries = (float, ...) if kind is np.ndarray else get_args(kind)
        fitting = isinstance(value, list) and all(_fits(item, entries[0]) for item in value)
        any_length = entries[-1] is ... or get_origin(kind) is Sequence
        return fitting and (any_length or len(value) == len(entries))
    return isinstance(value, kind)


def _converted(value: Any, kinds: tuple[Any, ...]) -> Any:
    if isinstance(value, list):
        return np.array(value, dtype=np.float64) if np.ndarray in kinds else tuple(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and int not in kinds else value

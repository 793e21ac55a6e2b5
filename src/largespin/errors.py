"""Errors and warnings of the library: one clear sentence each, with what would be allowed."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]
Kind = TypeVar("Kind")


NEAR = 0.6
"""Likeness from which a name may be a mistyped one: one letter of three or two of six may differ."""
SHORTEST = 3
"""Letters from which the beginning of a name may stand for it: a parameter `t` is no mistyped `times`."""


class LargespinError(ValueError):
    """Wrong input, said in one sentence that names the argument and the cure."""


class LargespinWarning(UserWarning):
    """Input that works but probably does not mean what its author hopes."""


LONGEST_SHOWN = 60
"""Characters of a value that a sentence quotes; larger things are named by their kind."""


def shown(value: Any) -> str:
    """A value as a sentence quotes it: written out if it is short, else by its kind."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN and "\n" not in text else f"a {type(value).__name__}"


def finite_array(name: str, value: Any, *, dimensions: int | None = None) -> FloatArray:
    """`value` as a float array, refused if it is not numeric, not finite or of the wrong dimension."""
    try:
        if np.iscomplexobj(value):
            raise TypeError("complex numbers")
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LargespinError(f"Argument `{name}` must be real numbers, but {shown(value)} is not.") from error
    if dimensions is not None and array.ndim != dimensions:
        raise LargespinError(f"Argument `{name}` must have {dimensions} dimension(s), but its shape is {array.shape}.")
    if not np.all(np.isfinite(array)):
        raise LargespinError(f"Argument `{name}` must be finite, but it contains NaN or infinity.")
    return array


def read_only(array: Any) -> Any:
    """`array` itself, no longer writable: arrays inside immutable objects and caches must not change."""
    array.setflags(write=False)
    return array


def number_in(name: str, value: Any, low: float = -np.inf, high: float = np.inf, *, open_low: bool = False) -> float:
    """`value` as a float inside [low, high] (or (low, high] with `open_low`)."""
    number = finite_array(name, value)
    if number.ndim != 0:
        raise LargespinError(f"Argument `{name}` must be one number, but its shape is {number.shape}.")
    outside = number <= low if open_low else number < low
    if outside or number > high:
        allowed = _interval(low, high, open_low)
        raise LargespinError(f"Argument `{name}` must {allowed}, but it is {float(number):g}.")
    return float(number)


def _interval(low: float, high: float, open_low: bool) -> str:
    if high == np.inf:
        return f"be {'above' if open_low else 'at least'} {low:g}"
    if low == -np.inf:
        return f"be at most {high:g}"
    return f"lie in {'(' if open_low else '['}{low:g}, {high:g}]"


def whole_number(name: str, value: Any, low: int = 0, high: int | None = None) -> int:
    """`value` as an int of at least `low` (and at most `high`); floats count if they are whole, as ``1e4`` is."""
    try:
        array = np.asarray(value)
        number = int(array) if array.ndim == 0 and array.dtype.kind in "iuf" else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number != value:
        raise LargespinError(f"Argument `{name}` must be a whole number, but {shown(value)} is not.")
    if number < low or (high is not None and number > high):
        allowed = f"be at least {low}" if high is None else f"lie in [{low}, {high}]"
        raise LargespinError(f"Argument `{name}` must {allowed}, but it is {number}.")
    return number


def meant(name: str, known: Iterable[str], likeness: float = NEAR) -> str:
    """``; did you mean `tolerance`?``, or nothing where no known name is near.

    Example:
        >>> from largespin.errors import meant
        >>> meant("tol", ["times", "tolerance"]), meant("pump", ["times", "tolerance"])
        ('; did you mean `tolerance`?', '')
    """
    names = list(known)
    beginning = [other for other in names if other.startswith(name) or name.startswith(other)]
    near = get_close_matches(name, names, n=1, cutoff=likeness) or (beginning[:1] if len(name) >= SHORTEST else [])
    return f"; did you mean `{near[0]}`?" if near else ""


def one_of(name: str, value: Any, allowed: Any) -> str:
    """`value` if it is one of the `allowed` words: a sequence of them or a `Literal` type."""
    words = [str(word) for word in get_args(allowed) or allowed]
    if not isinstance(value, str) or value not in words:
        near = get_close_matches(value, words, n=1) if isinstance(value, str) else []
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise LargespinError(f"Argument `{name}` must be one of {', '.join(words)}, but it is {shown(value)}{hint}")
    return str(value)


def of_kind(name: str, value: Any, kind: type[Kind], what: str) -> Kind:
    """`value` if it is a `kind`; `what` says which object is wanted and how to get it."""
    if not isinstance(value, kind):
        raise LargespinError(f"Argument `{name}` must be {what}, but it is a {type(value).__name__}.")
    return value

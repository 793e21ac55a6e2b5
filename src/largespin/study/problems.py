"""What is wrong with a study file? All problems at once, each a sentence with the key as it stands in the file."""

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from largespin.errors import LargespinError

NEVER_SHOWN_BEYOND = 60
"""Letters of a wrong value that a message repeats."""

_KINDS = {
    "string_type": "be text in quotes",
    "int_type": "be a whole number",
    "int_from_float": "be a whole number",
    "float_type": "be a number",
    "finite_number": "be finite",
    "bool_type": "be true or false",
    "list_type": "be a list in [ ]",
    "dict_type": "be a table",
    "model_type": "be a table",
    "model_attributes_type": "be a table",
    "string_too_long": "be shorter",
    "too_long": "have fewer entries",
}
_LIMITS = {
    "greater_than": ("be above {gt:g}", "gt"),
    "greater_than_equal": ("be at least {ge:g}", "ge"),
    "less_than": ("be below {lt:g}", "lt"),
    "less_than_equal": ("be at most {le:g}", "le"),
    "too_short": ("have at least {min_length} entries", "min_length"),
}


class StudyError(LargespinError):
    """A study file that cannot be run.

    Attributes:
        problems: one sentence each.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(_printable(problem) for problem in problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


def _printable(sentence: str) -> str:
    """A sentence without control characters, which unknown keys may bring and terminals obey."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in sentence)


@dataclass
class Problems:
    """The problems found so far; collected, so that a user need not mend a file once per problem."""

    found: list[str] = field(default_factory=list)

    def add(self, key: str, words: str) -> None:
        """Note a problem; words that begin with "must" follow the name of the key, others stand alone after it."""
        self.found.append(f"Key `{key}` {words}" if words.startswith(("must ", "is ")) else f"Key `{key}`: {words}")

    @contextmanager
    def at(self, key: str) -> Iterator[None]:
        """Note what the block raises as a problem of `key`."""
        try:
            yield
        except StudyError as error:
            self.found += error.problems
        except LargespinError as error:
            # The key says which argument is meant.
            self.add(key, re.sub(r"^Argument `\w+` (?=must )", "", str(error)))

    def stop(self) -> None:
        """Raise all problems, if there are any."""
        if self.found:
            raise StudyError(self.found)


def suggestion(word: str, allowed: Sequence[str]) -> str:
    """What may have been meant, or what is allowed."""
    close = difflib.get_close_matches(word, allowed, n=1)
    return f"did you mean `{close[0]}`?" if close else f"allowed are {', '.join(allowed) or 'none'}."


def key_of(place: Sequence[str | int]) -> str:
    """A path in the file as one writes it: ``model.jumps[1].operator``, entries counted from 1."""
    key = ""
    for part in place:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key


def sentence_of(error: Any, place: Sequence[str | int], allowed: Sequence[str]) -> str:
    """One error of pydantic as a sentence.

    Args:
        error: an entry of ``ValidationError.errors()``.
        place: path of the value in the file.
        allowed: keys that the table around it may have.
    """
    kind, given, limits = error["type"], error["input"], error.get("ctx", {})
    key = f"Key `{key_of(place)}`"
    if kind == "extra_forbidden":
        return f"{key} is unknown; {suggestion(str(place[-1]), allowed)}"
    if kind == "missing":
        return f"{key} must be given, but it is missing."
    if kind == "value_error":
        return f"{key} {limits['error']}"
    if kind in _LIMITS and _LIMITS[kind][1] in limits:
        words = _LIMITS[kind][0].format(**limits)
        number = f"has {len(given)}" if isinstance(given, list) else f"is {given:g}"
        return f"{key} must {words}, but it {number}."
    if kind == "literal_error":
        return f"{key} must be one of {limits['expected'].replace(' or ', ', ')}, but it is {shown(given)}."
    return f"{key} must {_KINDS.get(kind, 'be something else')}, but it is {shown(given)}."


def shown(value: Any) -> str:
    """A wrong value in a message, cut if it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    text = repr(value)
    return text if len(text) <= NEVER_SHOWN_BEYOND else f"{text[:NEVER_SHOWN_BEYOND]}…"

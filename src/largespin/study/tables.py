"""What do all tables of a study file have in common? Exact types, no unknown keys, names that mean one thing."""

import keyword
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from largespin.study.expressions import RESERVED

LONGEST_NAME = 40
"""Letters of a name."""
LONGEST_TEXT = 2000
"""Letters of a description."""


class Table(BaseModel):
    """A table of the file: immutable, of exactly the types that are asked for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) or len(text) > LONGEST_NAME or keyword.iskeyword(text):
        raise ValueError(
            f"must be a name of at most {LONGEST_NAME} letters a–z, digits and _ that begins with a letter and is no word "
            "of Python, but it is not."
        )
    if text in RESERVED:
        raise ValueError("must be another name, because formulas use this one already.")
    return text


def _formula(given: Any) -> Any:
    """Numbers are formulas too."""
    return repr(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


def _text(text: str) -> str:
    # Titles are printed; terminals obey escape sequences.
    if not all(letter.isprintable() or letter in "\n\t" for letter in text):
        raise ValueError("must be printable text, but it contains control characters.")
    return text


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_text)]
"""Words for people."""
Name = Annotated[str, AfterValidator(_name)]
"""A name that formulas may use."""
Formula = Annotated[str, BeforeValidator(_formula)]
"""A formula as text, or a number."""

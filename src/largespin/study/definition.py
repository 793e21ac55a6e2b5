"""What does a study file ask for? The file read and checked against the schema; nothing is computed yet."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from largespin.errors import LargespinError
from largespin.study.problems import StudyError, sentence_of
from largespin.study.schema import StudyTable

LARGEST_FILE = 1_000_000
"""Bytes of a study file: a thousand pages; a larger one is no study."""

MOST_DOTS = 100
"""Dots before the equals sign of a line: deeper tables than any study has, and Python's reader of TOML takes a time that
grows with the square of their number."""


@dataclass(frozen=True)
class Study:
    """A study file that has been read.

    Attributes:
        file: where it is; paths of pictures are relative to its folder.
        table: its content.
    """

    file: Path
    table: StudyTable

    @property
    def name(self) -> str:
        """Name of the file without its ending."""
        return self.file.stem


def read_study(path: str | Path) -> Study:
    """Read a study file and check every key and type in it.

    Args:
        path: a TOML file; the page on studies lists what may stand in it.

    Returns:
        `Study`.

    Raises:
        StudyError: wrong or unknown keys, all of them at once.
        LargespinError: no such file, or no TOML.

    Example:
        >>> import tempfile, pathlib
        >>> from largespin.study import read_study
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "a.toml")
        ...     _ = file.write_text("[model]\\nready = 'hopfield'\\n[compute]\\nwhat = 'evolve'\\n")
        ...     read_study(file).table.compute.what
        'evolve'
    """
    file = Path(path)
    return Study(file, checked_table(_content(file)))


def _content(file: Path) -> dict[str, Any]:
    if not file.is_file():
        what = "a folder" if file.is_dir() else "no file"
        raise LargespinError(f"A study must be a TOML file, but {str(file)!r} is {what}.")
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise LargespinError(f"The study {str(file)!r} cannot be read: {error.strerror or error}.") from error
    if len(raw) > LARGEST_FILE:
        raise LargespinError(f"A study must have at most {LARGEST_FILE} bytes, but {str(file)!r} is larger.")
    if any(line.split(b"=", 1)[0].count(b".") > MOST_DOTS for line in raw.splitlines()):
        raise LargespinError(
            f"A study must have names with at most {MOST_DOTS} dots, but {str(file)!r} has longer ones."
        )
    try:
        # Some editors begin text with a mark that says that it is UTF-8.
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LargespinError(f"A study must be text in UTF-8, but {str(file)!r} is not.") from error
    except tomllib.TOMLDecodeError as error:
        raise LargespinError(f"A study must be TOML, but {str(file)!r} is not: {error}.") from error
    except (RecursionError, ValueError) as error:
        raise LargespinError(f"A study must be TOML, but {str(file)!r} cannot be read as such.") from error


def checked_table(content: dict[str, Any]) -> StudyTable:
    """The content of a study file with all types checked.

    Raises:
        StudyError: everything that does not fit.
    """
    try:
        return StudyTable.model_validate(content)
    except ValidationError as error:
        problems = [_sentence(entry) for entry in error.errors(include_url=False)]
        raise StudyError(list(dict.fromkeys(problems))) from error
    except RecursionError as error:
        raise StudyError(["A study must have tables of a few levels, but these are nested too deeply."]) from error


def _sentence(entry: Any) -> str:
    place = [part for part in entry["loc"] if part != "[key]"]
    allowed = _keys(StudyTable, place[:-1])
    # The kind of model stands in pydantic's paths but not in the file.
    shown = [part for number, part in enumerate(place) if not (number == 1 and place[0] == "model")]
    return sentence_of(entry, shown, allowed)


def _keys(annotation: Any, place: Sequence[str | int]) -> list[str]:
    """The keys that the table at a place may have."""
    for part in place:
        annotation = _inside(annotation, part)
    annotation = _plain(annotation)
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def _inside(annotation: Any, part: str | int) -> Any:
    """The type of one entry of a table or list; of the two kinds of model, the one named `part`."""
    annotation = _plain(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if any(getattr(m, "tag", "") == part for m in get_args(kind)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        return fields[str(part)].annotation if part in fields else None
    inner = get_args(annotation)
    return inner[-1] if inner else None


def _plain(annotation: Any) -> Any:
    """A type without its annotations and without `None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation):
            annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
        else:
            return annotation

"""Why does a followed curve end? One vocabulary for branches of states, lines of bifurcations and branches of cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class EndKind(StrEnum):
    """Why a curve ends, in one word.

    A curve that ends at a special point of its own, such as a branch of cycles at a Hopf point, has the name of that point.
    """

    CLOSED = "closed"
    LEFT = "left the range"
    POINTS = "number of points"
    STUCK = "small steps"
    UNPHYSICAL = "unphysical"
    SYMMETRIC = "more symmetry"
    DOUBLE_ZERO = "double zero"
    ORIGIN = "origin"


@dataclass(frozen=True)
class End:
    """Where a curve ends or begins: `kind` decides what follows, `sentence` is only read."""

    kind: str
    sentence: str


def in_columns(ends: Sequence[tuple[End, End]]) -> dict[str, list[str]]:
    """The first and last ends of many curves, as the variables that results have.

    Example:
        >>> from largespin.ends import End, EndKind, in_columns
        >>> closed = End(EndKind.CLOSED, "Closed: the curve came back to its start.")
        >>> in_columns([(closed, closed)])["end_last_kind"]
        ['closed']
    """
    columns: dict[str, list[str]] = {}
    for place, name in enumerate(("end_first", "end_last")):
        columns[name] = [pair[place].sentence for pair in ends]
        columns[f"{name}_kind"] = [str(pair[place].kind) for pair in ends]
    return columns


def too_many(points: int) -> End:
    """The end of a curve of which as many points were computed as were asked for.

    Example:
        >>> from largespin.ends import too_many
        >>> too_many(200).sentence
        '200 points were computed; raise `points` to go on.'
    """
    return End(EndKind.POINTS, f"{points} points were computed; raise `points` to go on.")


def stuck(curve: str, place: str) -> End:
    """The end of a curve that could not be followed.

    Example:
        >>> from largespin.ends import stuck
        >>> stuck("branch", "0.25").sentence
        'The branch could not be followed beyond 0.25: steps became too small.'
    """
    return End(EndKind.STUCK, f"The {curve} could not be followed beyond {place}: steps became too small.")


def left(curve: str, place: str) -> End:
    """The end of a curve at the border of `between`.

    Example:
        >>> from largespin.ends import left
        >>> left("branch", "0.4").sentence
        'The branch left the range at 0.4.'
    """
    return End(EndKind.LEFT, f"The {curve} left the range at {place}.")

"""Why does a followed curve end? A name that the program acts on, and a sentence for the reader."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a curve ends, in one word."""

    CLOSED = "closed"
    LEFT = "left the region"
    POINTS = "number of points"
    STUCK = "small steps"
    UNPHYSICAL = "unphysical"
    SYMMETRIC = "more symmetry"
    DOUBLE_ZERO = "double zero"
    ORIGIN = "origin"


@dataclass(frozen=True)
class End:
    """Where a curve ends or begins: `reason` decides what follows, `sentence` is only read."""

    reason: Reason
    sentence: str

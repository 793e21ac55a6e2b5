"""How did a computation end? One list of words for every level, which of them leave a result, and what they mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How one point of a computation ended.

    `usable` says whether the numbers that were asked for are there; what they mean for the physics (stable, critical …)
    is said by `verdict`.

    Example:
        >>> from largespin.outcomes import Outcome
        >>> Outcome("finished").usable, Outcome.FAILED.meaning
        (True, 'the computation broke off')
    """

    meaning: str
    usable: bool

    FINISHED = "finished", "everything that was asked for was computed", True
    STOPPED = "stopped", "a rule of the caller ended the run early", True
    INTERRUPTED = "interrupted", "the user stopped the computation before this point was done", False
    FAILED = "failed", "the computation broke off", False
    UNPHYSICAL = "unphysical", "numbers came out that no state can have", False
    INACCURATE = "inaccurate", "rounding or tolerance leave too few digits", False
    TRUNCATED = "truncated", "the given Fock states do not suffice", False
    MISSING = "missing", "nobody has computed this point yet", False
    NO_STATE = "no state", "there is no state at this place", False
    NOT_STATIONARY = "not stationary", "the given state moves", False
    NO_CYCLE = "no cycle", "the motion does not end on a limit cycle", False
    NO_COVARIANCE = "no covariance", "the fluctuations have no covariance here", False

    def __new__(cls, word: str, meaning: str, usable: bool) -> "Outcome":
        """A word with its meaning."""
        outcome = str.__new__(cls, word)
        outcome._value_ = word
        outcome.meaning = meaning
        outcome.usable = usable
        return outcome


@dataclass(frozen=True)
class Ending:
    """How one point ended.

    Attributes:
        outcome: the word.
        sentence: the same with numbers and, where something went wrong, the reason and the cure.
    """

    outcome: Outcome
    sentence: str


def is_usable(word: str) -> bool:
    """Whether an outcome in a dataset leaves a result; words that are none of ours say nothing bad.

    Example:
        >>> from largespin.outcomes import is_usable
        >>> is_usable("finished"), is_usable("truncated")
        (True, False)
    """
    return word not in _USELESS


def all_usable(words: Iterable[str]) -> list[bool]:
    """`is_usable` of many."""
    return [is_usable(word) for word in words]


def in_order(endings: Sequence[Ending]) -> dict[str, list[str]]:
    """The words and the sentences of many points, as the lists that datasets hold."""
    return {"outcome": [str(e.outcome) for e in endings], "sentence": [e.sentence for e in endings]}


_USELESS = frozenset(str(outcome) for outcome in Outcome if not outcome.usable)

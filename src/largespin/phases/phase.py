"""What is said of one point of a phase diagram."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A named phase and a sentence with its numbers.

    Attributes:
        name: for instance ``retrieval`` or ``paramagnet``; coexisting phases joined by `` + ``.
        sentence: where the point lies and what to expect there.
    """

    name: str
    sentence: str

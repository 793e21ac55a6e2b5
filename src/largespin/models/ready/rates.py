"""Forms of the flip rates of the Hopfield network: the words for them. Loads nothing, like `patterns.rules`."""

from typing import Literal

Rates = Literal["exponential", "glauber"]
"""``e^{x/2}/√2`` (F24), or ``e^{x/2}/√(2 cosh x)`` (FMLC23)."""

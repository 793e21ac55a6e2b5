"""How patterns act back on the spins: the words for it. Loads nothing, so that the command line can show them at once."""

from typing import Literal

Learning = Literal["hebb", "projection"]
"""Hebb's rule; or the projection rule, for correlated patterns such as pictures."""

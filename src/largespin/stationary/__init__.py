"""Where the equations come to rest: stationary states, their stability, and where they stand in the phase diagram."""

from largespin.stationary.find import stationary_states
from largespin.stationary.stability import stability

__all__ = ["stability", "stationary_states"]

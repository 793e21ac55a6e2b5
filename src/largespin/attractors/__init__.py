"""Where does motion end up? Attractors, the share of starts that each gathers, and Lyapunov exponents."""

from largespin.attractors.find import find_attractors
from largespin.attractors.lyapunov import lyapunov_exponents

__all__ = ["find_attractors", "lyapunov_exponents"]

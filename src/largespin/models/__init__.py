"""Ready models; each file states its equation, its parameters and where it fails."""

from largespin.models.dicke import dicke
from largespin.models.hopfield import hopfield

__all__ = ["dicke", "hopfield"]

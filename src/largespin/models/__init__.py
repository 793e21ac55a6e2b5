"""Ready models; each file states its equation, its parameters and where it fails."""

from largespin.models.ready.dicke import dicke
from largespin.models.ready.hopfield import hopfield

__all__ = ["dicke", "hopfield"]

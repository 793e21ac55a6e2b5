"""The ready models, one line each."""

from .ready.boundary_time_crystal import boundary_time_crystal as boundary_time_crystal
from .ready.dicke import dicke as dicke
from .ready.hopfield import hopfield as hopfield

"""The ready models, one line each."""

from .ready.dicke import dicke as dicke
from .ready.hopfield import hopfield as hopfield

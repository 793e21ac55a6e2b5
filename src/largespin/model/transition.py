"""The operator that takes a particle from one level to another."""

from largespin.errors import ComplexArray, read_only, whole_number
from largespin.model import operators
from largespin.model.levels import Level, checked_level_names, level_index
from largespin.model.particles import Particles


def transition(levels: int | Particles, to: Level, source: Level) -> ComplexArray:
    """The operator ``|to⟩⟨source|``: ``to`` is where the particle ends, ``source`` where it comes from.

    Args:
        levels: the number of levels d, or the particles, whose names of levels then count.
        to: the level after, counted from 1 like in the names s12, a12; or its name.
        source: the level before.

    Returns:
        A matrix of shape (d, d). For spins ½ level 1 is up and level 2 is down.

    Raises:
        LargespinError: no such level; level 0 in particular.

    Example:
        >>> import largespin as ls
        >>> ls.transition(3, 1, 3).real
        array([[0., 0., 1.],
               [0., 0., 0.],
               [0., 0., 0.]])
        >>> atoms = ls.Particles(3, level_names=("g", "e", "r"))
        >>> bool((ls.transition(atoms, "g", "r") == ls.transition(3, 1, 3)).all())
        True

    Source: none; the matrix units of the levels.
    """
    if isinstance(levels, Particles):
        return levels.transition(to, source)
    count = whole_number("levels", levels, 2)
    names = checked_level_names((), count)
    matrix = operators.transition(count, level_index("to", to, names), level_index("source", source, names))
    return read_only(matrix)

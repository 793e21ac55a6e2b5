"""What are the levels of a particle called, and which one does a user mean? Counted from 1, like in the names s12, a12."""

from collections.abc import Sequence
from typing import Any

from largespin.errors import LargespinError, shown, whole_number

Level = int | str
"""A level by its number, counted from 1, or by its name."""


def checked_level_names(names: Any, levels: int) -> tuple[str, ...]:
    """One name per level, all different; 1 … d where none are given.

    Example:
        >>> from largespin.model.levels import checked_level_names
        >>> checked_level_names((), 3)
        ('1', '2', '3')
    """
    whole_number("levels", levels, 2)
    known = isinstance(names, Sequence) and not isinstance(names, str) and all(isinstance(name, str) for name in names)
    if not known:
        raise LargespinError(f"Argument `level_names` must be a list of {levels} names, but it is {shown(names)}.")
    if len(names) == 0:
        return tuple(str(level) for level in range(1, levels + 1))
    if len(names) != levels or len(set(names)) < levels:
        raise LargespinError(
            f"Argument `level_names` must be {levels} different names, one per level, but it is {tuple(names)!r}."
        )
    for name in names:
        # Names of levels stand in names of components, such as sge, which formulas and keywords use.
        if not f"s{name}".isidentifier() or "_" in name or not name:
            raise LargespinError(f"Argument `level_names` must hold names of letters and digits, but one is {name!r}.")
    return tuple(names)


def level_index(argument: str, level: Any, names: tuple[str, ...]) -> int:
    """The place of a level, counted from 0 as arrays do.

    Args:
        argument: what the level is called in messages.
        level: its number, counted from 1, or its name.
        names: the names of all levels.

    Raises:
        LargespinError: no such level.

    Example:
        >>> from largespin.model.levels import level_index
        >>> level_index("to", 1, ("g", "e")), level_index("to", "e", ("g", "e"))
        (0, 1)
    """
    if isinstance(level, str):
        if level not in names:
            raise LargespinError(
                f"Argument `{argument}` must be one of the levels {', '.join(names)}, but it is {level!r}."
            )
        return names.index(level)
    number = whole_number(argument, level, 0)
    if not 1 <= number <= len(names):
        raise LargespinError(
            f"Argument `{argument}` must lie in [1, {len(names)}], because levels are counted from 1 (like in the names "
            f"s12, a12), but it is {number}."
        )
    return number - 1

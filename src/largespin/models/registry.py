"""Which models are ready? Their names and the functions that build them, as `models/__init__.pyi` lists them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import largespin.models

if TYPE_CHECKING:
    from largespin.model import Model


def model_names() -> tuple[str, ...]:
    """The names of the ready models; loads none of them.

    Example:
        >>> from largespin.models.registry import model_names
        >>> model_names()
        ('boundary_time_crystal', 'dicke', 'hopfield')
    """
    return tuple(sorted(name for name in dir(largespin.models) if not name.startswith("_")))


def ready_models() -> "dict[str, Callable[..., Model]]":
    """The functions that build the ready models, by name.

    Example:
        >>> from largespin.models.registry import ready_models
        >>> ready_models()["hopfield"].__name__
        'hopfield'
    """
    return {name: getattr(largespin.models, name) for name in model_names()}

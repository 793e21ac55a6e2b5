"""Every function that users call, under the name by which they do."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import largespin as ls

NAMESPACES = ("exact", "bounds", "gaussian", "plot", "models", "phases", "study")


def public_calls() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions and constructors that users call, with the names under which they do."""
    places: list[tuple[str, Any]] = [("", ls), *((f"{name}.", getattr(ls, name)) for name in NAMESPACES)]
    for prefix, module in places:
        for name in dir(module):
            thing = getattr(module, name)
            if not name.startswith("_") and inspect.isfunction(thing) and thing.__module__.startswith("largespin"):
                yield prefix + name, thing


CALLS = dict(public_calls())

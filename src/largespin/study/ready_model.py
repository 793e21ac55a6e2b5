"""Which ready model does a study name? One of `largespin.models`, with its patterns and options."""

import inspect
from pathlib import Path
from typing import Any

from largespin.model import Model
from largespin.models.registry import ready_models
from largespin.patterns.blocks import LargeSpins
from largespin.study.options import checked_options, simple_kinds
from largespin.study.patterns import blocks_of
from largespin.study.problems import Problems, shown, suggestion
from largespin.study.schema import ReadyModelTable

PATTERNS = "large_spins"
"""The argument of ready models that store patterns."""


def ready_model(table: ReadyModelTable, folder: Path, problems: Problems) -> tuple[Model, LargeSpins | None] | None:
    """The model that a study names, and its patterns; None if there were problems.

    Args:
        table: the name and the options.
        folder: folder of the study.
        problems: where problems are noted.
    """
    known = ready_models()
    if table.ready not in known:
        words = f"must name a ready model, but {shown(table.ready)} is none; {suggestion(table.ready, list(known))}"
        problems.add("model.ready", words)
        return None
    before = len(problems.found)
    function = known[table.ready]
    arguments: dict[str, Any] = dict(checked_options(table.options, simple_kinds(function), "model.options", problems))
    large_spins: LargeSpins | None = None
    if PATTERNS in inspect.signature(function).parameters:
        if table.patterns is None:
            problems.add("model.patterns", f"must be given for the model {table.ready}, but it is missing.")
            return None
        with problems.at("model.patterns"):
            large_spins = arguments[PATTERNS] = blocks_of(table.patterns, folder)
    elif table.patterns is not None:
        problems.add("model.patterns", f"must be left out, because the model {table.ready} stores none.")
    if len(problems.found) > before:
        return None
    with problems.at("model.options"):
        return function(**arguments), large_spins
    return None

"""Does a damaged pattern come back? The whole workflow in one call, `retrieve`.

`defaults`    the numbers that are used where none are given, and which of them belong to which model
`settings`    the numbers of one run, checked
`workflow`    the call: damage a pattern, follow it, judge the end
`phase`       where in the phase diagram it took place
`record`      how it is written down
`verdict`     what became of the pattern, in one sentence
`result`      what the call returns
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# The command line shows the defaults in its help without loading numpy, so nothing is loaded before it is used.
_HOMES = {
    "Retrieval": "result",
    "Settings": "settings",
    "Verdict": "verdict",
    "retrieve": "workflow",
}

__all__ = ["Retrieval", "Settings", "Verdict", "retrieve"]

if TYPE_CHECKING:
    from largespin.retrieval.result import Retrieval as Retrieval
    from largespin.retrieval.settings import Settings as Settings
    from largespin.retrieval.verdict import Verdict as Verdict
    from largespin.retrieval.workflow import retrieve as retrieve


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"largespin.retrieval.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'largespin.retrieval' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

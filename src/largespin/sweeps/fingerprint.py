"""Is this the sweep that was stored? A digest of every argument, the same in every process and on every machine."""

import dataclasses
import functools
import logging
import re
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from largespin._version import __version__
from largespin.errors import LargespinError
from largespin.sweeps.code import class_source, digest, global_names, is_own, methods, source
from largespin.sweeps.evaluate import Job

SHOWN = 60
"""Letters of a value up to which it is shown in a message; a model has many lines."""
KEPT = 20_000
"""Letters of a value up to which it is kept with the results."""
DEEPEST = 40
"""Nesting up to which arguments are read; deeper ones contain themselves, most likely."""
PACKAGE = __name__.split(".")[0]
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


@dataclass(frozen=True)
class Described:
    """An argument in short: for people, and for comparison."""

    text: str
    digest: str


Fingerprint = dict[str, Described]


@dataclass(frozen=True)
class Trail:
    """The way to a value: what it lies in, and the code that has been read already, which is not read twice."""

    inside: tuple[int, ...] = ()
    read: dict[int, int] = field(default_factory=dict)

    def into(self, value: Any) -> "Trail":
        """The way one step further."""
        return Trail((*self.inside, id(value)), self.read)

    def known(self, code: Any) -> list[str]:
        """The number of a function or class that was met before; nothing the first time."""
        if id(code) in self.read:
            return [f"number {self.read[id(code)]}"]
        self.read[id(code)] = len(self.read)
        return []


def fingerprint(job: Job, *, lasting: bool = True) -> Fingerprint:
    """Everything on which the results of a sweep depend, piece by piece.

    Args:
        job: the call and its arguments.
        lasting: whether it will be compared with another; if not, digests are left out and nothing is refused.
    """
    parts: dict[str, Any] = {"the version of largespin": __version__, "the function": job.function}
    parts |= {f"the fixed argument `{name}`": value for name, value in sorted(job.fixed.items())}
    parts["the order of the axes"] = ", ".join(job.axes.names)
    parts |= {"`together`": job.together, "`seed`": job.seed}
    axes = {
        f"the axis `{name}`": Described(_axis_text(values), digest(values.dtype.kind, *map(repr, values.tolist())))
        for name, values in zip(job.axes.names, job.axes.values, strict=True)
    }
    return axes | {name: describe(part) if lasting else Described(_text(part), "") for name, part in parts.items()}


def differences(stored: Fingerprint, asked: Fingerprint) -> list[str]:
    """What changed, in words."""
    found = []
    for name in dict.fromkeys((*stored, *asked)):
        old, new = stored.get(name), asked.get(name)
        if old is None:
            found.append(f"{name} is new")
        elif new is None:
            found.append(f"{name} is gone")
        elif old.digest != new.digest:
            was, now = _short(old.text), _short(new.text)
            found.append(f"{name} was {was} and is {now}" if was != now else f"{name} changed")
    return found


def _short(text: str) -> str:
    line = text.splitlines()[0] if text else "''"
    return line if line == text and len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _axis_text(values: np.ndarray) -> str:
    shown = [
        f"{value:g}" if isinstance(value, float) else str(value) for value in (values[0].item(), values[-1].item())
    ]
    return f"{len(values)} value(s), {' … '.join(shown[: min(len(values), 2)])}"


def describe(value: Any) -> Described:
    """One argument in short.

    Objects with a text `key` (models) count by it, arrays by their numbers, dataclasses by their fields, functions by their
    name and code, whatever helpers of the same module they use included.

    Raises:
        LargespinError: for something that has no lasting description.
    """
    return Described(_text(value), digest(*_parts(value, Trail())))


def _text(value: Any) -> str:
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    text = str(value)
    return text[:KEPT] if not _ADDRESS.search(text) else f"an object of type {type(value).__qualname__}"


def _parts(value: Any, trail: Trail) -> list[str]:
    """Pieces of text that say what a value is."""
    if len(trail.inside) > DEEPEST:
        raise LargespinError("Arguments in `fixed` must not contain themselves; give plain values.")
    trail = trail.into(value)
    if isinstance(value, np.generic) and value.dtype.kind in "biufcUS":
        # A number is the same number whoever computed it.
        value = value.item()
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return [type(value).__name__, repr(value)]
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind != "O":
        raw = np.ascontiguousarray(value)
        return ["array", value.dtype.kind, str(raw.itemsize), str(np.shape(value)), sha256(raw.tobytes()).hexdigest()]
    if isinstance(value, type):
        return ["class", value.__module__, value.__qualname__, *_class_parts(value, trail)]
    if _has_key(value) and isinstance(key := value.key, str):
        return ["keyed", type(value).__qualname__, key]
    if isinstance(value, Mapping):
        items = sorted((digest(*_parts(k, trail)), digest(*_parts(v, trail))) for k, v in value.items())
        return ["mapping", *(text for pair in items for text in pair)]
    if isinstance(value, set | frozenset):
        return ["set", *sorted(digest(*_parts(item, trail)) for item in value)]
    if isinstance(value, list | tuple | range | np.ndarray):
        return [type(value).__name__, *(digest(*_parts(item, trail)) for item in value)]
    return _object_parts(value, trail)


def _has_key(value: Any) -> bool:
    """Whether a value says itself what it counts by; an attribute that happens to be called so says nothing."""
    return hasattr(type(value), "key") or (isinstance(value, types.FunctionType) and hasattr(value, "key"))


def _object_parts(value: Any, trail: Trail) -> list[str]:
    if isinstance(value, types.FunctionType):
        return ["function", str(value.__module__), value.__qualname__, *_code_parts(value, trail)]
    if isinstance(value, types.MethodType):
        return ["method", *_parts(value.__func__, trail), *_parts(value.__self__, trail)]
    if isinstance(value, types.BuiltinFunctionType | np.ufunc):
        return ["builtin", str(getattr(value, "__module__", "")), value.__name__]
    if isinstance(value, functools.partial):
        return ["partial", *_parts(value.func, trail), *_parts(value.args, trail), *_parts(value.keywords, trail)]
    if isinstance(value, logging.Logger):
        return ["logger", value.name]  # What it writes where is no result.
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return ["dataclass", type(value).__qualname__, *_class_parts(type(value), trail), *_parts(fields, trail)]
    if hasattr(value, "to_dict") and hasattr(value, "dims"):
        return ["labelled", type(value).__qualname__, *_parts(value.to_dict(data="array"), trail)]
    if "sympy" in sys.modules and isinstance(value, sys.modules["sympy"].Basic):
        return ["sympy", sys.modules["sympy"].srepr(value)]
    if hasattr(value, "__dict__") and type(value).__module__ != "builtins":
        kind = type(value)
        return ["object", kind.__module__, kind.__qualname__, *_class_parts(kind, trail), *_parts(vars(value), trail)]
    return ["text", type(value).__module__, type(value).__qualname__, _lasting_repr(value)]


def _lasting_repr(value: Any) -> str:
    text = repr(value)
    if _ADDRESS.search(text):
        raise LargespinError(
            f"Arguments and globals of the function must be data, but one is {text}, which is not the same in the next "
            "run; create it inside the function."
        )
    return text


def _code_parts(function: types.FunctionType, trail: Trail) -> list[str]:
    """What a function does: its code, defaults, the values it encloses and the globals it uses."""
    if (function.__module__ or "").split(".")[0] == PACKAGE:
        return []  # The version stands for the library's own code.
    if known := trail.known(function):
        return known
    cells = [cell.cell_contents if _filled(cell) else ... for cell in function.__closure__ or ()]
    used = {
        name: function.__globals__[name] for name in global_names(function.__code__) if name in function.__globals__
    }
    around = [*cells, function.__defaults__, function.__kwdefaults__, *(used[name] for name in sorted(used))]
    parts = [source(function)]
    for thing in around:
        if isinstance(thing, types.ModuleType) or id(thing) in trail.inside:
            continue
        foreign = isinstance(thing, types.FunctionType | type) and thing.__module__ != function.__module__
        parts.append(digest(str(thing.__module__), thing.__qualname__) if foreign else digest(*_parts(thing, trail)))
    return parts


def _class_parts(kind: type, trail: Trail) -> list[str]:
    """The code of a class that the user wrote, with what it inherits; libraries count by name, as their functions do."""
    parts: list[str] = []
    for base in kind.__mro__:
        if base.__module__.split(".")[0] == PACKAGE or not is_own(base.__module__):
            continue
        if known := trail.known(base):
            parts += known
            continue
        parts.append(class_source(base))
        found = methods(base)
        parts += [digest(*_code_parts(found[name], trail.into(found[name]))) for name in sorted(found)]
    return parts


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not ...
    except ValueError:
        return False

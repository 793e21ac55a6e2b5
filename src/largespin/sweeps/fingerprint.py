"""Is this the sweep that was stored? A digest of every argument, the same in every process and on every machine."""

import ast
import dataclasses
import functools
import inspect
import re
import sys
import textwrap
import types
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from largespin._version import __version__
from largespin.errors import LargespinError
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
        f"the axis `{name}`": Described(_axis_text(values), _digest(values.dtype.kind, *map(repr, values.tolist())))
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
    return Described(_text(value), _digest(*_parts(value, ())))


def _text(value: Any) -> str:
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    text = str(value)
    return text[:KEPT] if not _ADDRESS.search(text) else f"an object of type {type(value).__qualname__}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _parts(value: Any, inside: tuple[int, ...]) -> list[str]:
    """Pieces of text that say what a value is."""
    if len(inside) > DEEPEST:
        raise LargespinError("Arguments in `fixed` must not contain themselves; give plain values.")
    inside = (*inside, id(value))
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return [type(value).__name__, repr(value)]
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind != "O":
        raw = np.ascontiguousarray(value)
        return ["array", value.dtype.kind, str(raw.itemsize), str(np.shape(value)), sha256(raw.tobytes()).hexdigest()]
    if isinstance(value, type):
        return ["class", value.__module__, value.__qualname__]
    if isinstance(key := getattr(value, "key", None), str):
        return ["keyed", type(value).__qualname__, key]
    if isinstance(value, Mapping):
        items = sorted((_digest(*_parts(k, inside)), _digest(*_parts(v, inside))) for k, v in value.items())
        return ["mapping", *(text for pair in items for text in pair)]
    if isinstance(value, set | frozenset):
        return ["set", *sorted(_digest(*_parts(item, inside)) for item in value)]
    if isinstance(value, list | tuple | range | np.ndarray):
        return [type(value).__name__, *(_digest(*_parts(item, inside)) for item in value)]
    return _object_parts(value, inside)


def _object_parts(value: Any, inside: tuple[int, ...]) -> list[str]:
    if isinstance(value, types.FunctionType):
        return ["function", str(value.__module__), value.__qualname__, *_code_parts(value, inside)]
    if isinstance(value, types.MethodType):
        return ["method", *_parts(value.__func__, inside), *_parts(value.__self__, inside)]
    if isinstance(value, types.BuiltinFunctionType | np.ufunc):
        return ["builtin", str(getattr(value, "__module__", "")), value.__name__]
    if isinstance(value, functools.partial):
        return ["partial", *_parts(value.func, inside), *_parts(value.args, inside), *_parts(value.keywords, inside)]
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return ["dataclass", type(value).__qualname__, *_parts(fields, inside)]
    if hasattr(value, "to_dict") and hasattr(value, "dims"):
        return ["labelled", type(value).__qualname__, *_parts(value.to_dict(data="array"), inside)]
    if "sympy" in sys.modules and isinstance(value, sys.modules["sympy"].Basic):
        return ["sympy", sys.modules["sympy"].srepr(value)]
    if hasattr(value, "__dict__") and type(value).__module__ != "builtins":
        return ["object", type(value).__module__, type(value).__qualname__, *_parts(vars(value), inside)]
    return ["text", type(value).__module__, type(value).__qualname__, _lasting_repr(value)]


def _lasting_repr(value: Any) -> str:
    text = repr(value)
    if _ADDRESS.search(text):
        raise LargespinError(
            f"Arguments and globals of the function must be data, but one is {text}, which is not the same in the next "
            "run; create it inside the function."
        )
    return text


def _code_parts(function: types.FunctionType, inside: tuple[int, ...]) -> list[str]:
    """What a function does: its code, defaults, the values it encloses and the globals it uses."""
    if (function.__module__ or "").split(".")[0] == PACKAGE:
        return []  # The version stands for the library's own code.
    cells = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
    used = {
        name: function.__globals__[name] for name in _global_names(function.__code__) if name in function.__globals__
    }
    around = [*cells, function.__defaults__, function.__kwdefaults__, *(used[name] for name in sorted(used))]
    parts = [_source(function)]
    for thing in around:
        if isinstance(thing, types.ModuleType) or id(thing) in inside:
            continue
        foreign = isinstance(thing, types.FunctionType | type) and thing.__module__ != function.__module__
        parts.append(_digest(str(thing.__module__), thing.__qualname__) if foreign else _digest(*_parts(thing, inside)))
    return parts


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _global_names(code: types.CodeType) -> set[str]:
    nested = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*(_global_names(inner) for inner in nested))


def _source(function: types.FunctionType) -> str:
    """The code of a function without comments and layout; of lambdas, which have no lines of their own, the bytecode."""
    try:
        if function.__name__ != "<lambda>":
            return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, TypeError, SyntaxError):
        pass
    return _bytecode(function.__code__)


def _bytecode(code: types.CodeType) -> str:
    constants = [_constant(const) for const in code.co_consts]
    return _digest(code.co_code.hex(), *constants, *code.co_names, *code.co_varnames)


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return _bytecode(value)
    # The order of a set differs from process to process.
    return repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value)

"""What does a function do? Its code as text that does not change with comments, layout or the process."""

import ast
import inspect
import sys
import sysconfig
import textwrap
import types
from hashlib import sha256
from pathlib import Path
from typing import Any


def digest(*parts: str) -> str:
    """A short text that stands for some pieces of text."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def is_own(module: str) -> bool:
    """Whether a module is a script, a notebook or a file outside the installed libraries."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return module == "__main__"
    return not any(Path(file).is_relative_to(folder) for folder in set(sysconfig.get_paths().values()))


def global_names(code: types.CodeType) -> set[str]:
    """Names that a code looks up in its module, its inner functions included."""
    nested = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*(global_names(inner) for inner in nested))


def source(function: types.FunctionType) -> str:
    """The code of a function without comments and layout; of lambdas, which have no lines of their own, the bytecode."""
    try:
        # The source of the code, because that of a decorated function would be what it decorates.
        if function.__code__.co_name != "<lambda>":
            return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function.__code__))))
    except (OSError, TypeError, SyntaxError):
        pass
    return _bytecode(function.__code__)


def _bytecode(code: types.CodeType) -> str:
    constants = [_constant(const) for const in code.co_consts]
    return digest(code.co_code.hex(), *constants, *code.co_names, *code.co_varnames)


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return _bytecode(value)
    # The order of a set differs from process to process.
    return repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value)


def class_source(kind: type) -> str:
    """The code of a class without comments and layout; in an interpreter, where there is no source, that of its methods."""
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(kind))))
    except (OSError, TypeError, SyntaxError):
        found = methods(kind)
        return digest(*(f"{name} {_bytecode(found[name].__code__)}" for name in sorted(found)))


def methods(kind: type) -> dict[str, types.FunctionType]:
    """The functions of a class itself, bound or not."""
    plain = {name: getattr(thing, "__func__", thing) for name, thing in vars(kind).items()}
    return {name: thing for name, thing in plain.items() if isinstance(thing, types.FunctionType)}

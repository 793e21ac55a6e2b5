"""A plugin for mypy that finds mistyped options of calls which also take parameter values by keyword.

``ls.evolve(model, start, 1.0, tol=1e-6)`` is no error to a type checker, because ``tol`` could be a parameter of the model. With

    [tool.mypy]
    plugins = ["largespin.mypy_plugin"]

mypy reports keywords that are no option of the call but look like one. The library itself says the same when it is called.
"""

from collections.abc import Callable

from mypy.plugin import FunctionContext, Plugin
from mypy.types import Type

from largespin.errors import meant

CLEARLY = 0.8
"""Likeness from which a keyword is reported: two letters exchanged, but not `strength` for `start`, which may well be meant."""
VALUES = "values"
"""How calls name the keywords that are parameter values."""


class OptionsPlugin(Plugin):
    """Looks at every call of a function of the library that takes parameter values."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """The check, for functions of the library."""
        return _checked if fullname.startswith("largespin.") else None


def _checked(context: FunctionContext) -> Type:
    """Report keywords among the parameter values that are nearly options."""
    if VALUES in context.callee_arg_names:
        options = [name for name in context.callee_arg_names if name and name != VALUES]
        given = context.arg_names[context.callee_arg_names.index(VALUES)]
        for name in given:
            if name and (hint := meant(name, options, CLEARLY)):
                context.api.fail(f"`{name}` looks like a mistyped option{hint}", context.context)
    return context.default_return_type


def plugin(version: str) -> type[Plugin]:
    """What mypy asks for."""
    return OptionsPlugin

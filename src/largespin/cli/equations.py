"""`largespin equations`: the mean-field equations of a ready model."""

import inspect
import types
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from largespin.cli.failures import WrongInputError
from largespin.models.registry import model_names

MOST_PATTERNS = 10


def equations(
    context: typer.Context,
    model: Annotated[
        str, typer.Argument(help=f"Which model: {', '.join(model_names())}.", metavar="MODEL", show_default=False)
    ],
    patterns: Annotated[int, typer.Option(help="Number of stored patterns.", min=1, max=MOST_PATTERNS)] = 2,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX instead of text.")] = False,
) -> None:
    """Print the mean-field equations of a ready model.

    They are derived from the model, not typed in; k counts large spins, mu patterns and modes. Options of the model that
    are words or switches may follow, such as --rates, --learning, --pair-coupling (hopfield) or --decay (dicke).

    [bold]largespin equations hopfield --rates glauber --latex[/bold]
    """
    if model not in model_names():
        near = get_close_matches(model, model_names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise WrongInputError(f"There is no model {model!r}; choose one of {', '.join(model_names())}{hint}")
    import largespin as ls
    from largespin.models.registry import ready_models

    build = ready_models()[model]
    arguments = _options(model, context.args, choices(build))
    if "large_spins" in inspect.signature(build).parameters:
        arguments["large_spins"] = ls.ideal_large_spins(patterns, gauge=not arguments.get("decay", False))
    found = ls.equations(build(**arguments))
    # Not through rich: equations must not be wrapped, nor their brackets taken for markup.
    typer.echo(found.latex() if latex else str(found))


def choices(build: Callable[..., Any]) -> dict[str, tuple[str, ...]]:
    """The options of a model that the command line can give: the words of each, none for a switch.

    Example:
        >>> import largespin as ls
        >>> from largespin.cli.equations import choices
        >>> choices(ls.models.hopfield)
        {'rates': ('exponential', 'glauber'), 'learning': ('hebb', 'projection'), 'pair_coupling': ()}
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in get_type_hints(build).items():
        # An option that may be left out: Literal[…] | None.
        kinds = get_args(kind) if get_origin(kind) is types.UnionType else (kind,)
        words = [word for one in kinds if get_origin(one) is Literal for word in get_args(one)]
        if words or kind is bool:
            found[name] = tuple(words)
    return found


def _options(model: str, given: list[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What follows on the command line, checked against the options that the model has."""
    arguments: dict[str, Any] = {}
    rest = [part for word in given for part in (word.split("=", 1) if word.startswith("--") else [word])]
    while rest:
        option = rest.pop(0)
        name = option.removeprefix("--").replace("-", "_")
        if not option.startswith("--") or name not in known:
            own = ", ".join(f"--{key.replace('_', '-')}" for key in known)
            raise WrongInputError(f"Option {option} must be left out for the model {model}, which has {own} only.")
        words = known[name]
        if not words:
            arguments[name] = True
            continue
        value = rest.pop(0) if rest else ""
        if value not in words:
            raise WrongInputError(f"Option {option} must be one of {', '.join(words)}, but it is {value!r}.")
        arguments[name] = value
    return arguments

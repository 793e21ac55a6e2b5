"""Is this the result that a chart draws? If not, which one would be?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError

if TYPE_CHECKING:
    import xarray as xr

Component = str | tuple[str, Mapping[str, Any]]
"""A variable, or a variable and a choice along its axes: ``("m", {"block": 0, "component": "y"})``."""


def dataset_with(argument: str, value: Any, wanted: str, *needed: str) -> "xr.Dataset":
    """`value` if it is a Dataset with these variables.

    Args:
        argument: how the argument is called.
        value: what was given.
        wanted: which results are meant, such as "a result of `evolve`".
        needed: variables that such results have.

    Raises:
        LargespinError: if it is something else; the sentence names the result that is wanted.
    """
    import xarray as xr

    if not isinstance(value, xr.Dataset):
        inside = getattr(value, "dataset", None)
        cure = f"; give its `dataset`, `{argument}.dataset`" if isinstance(inside, xr.Dataset) else ""
        raise LargespinError(f"Argument `{argument}` must be {wanted}, but it is a {type(value).__name__}{cure}.")
    missing = [name for name in needed if name not in value.variables]
    if missing:
        held = ", ".join(map(str, value.data_vars)) or "nothing"
        raise LargespinError(
            f"Argument `{argument}` must be {wanted}, which holds `{missing[0]}`, but it holds {held}."
        )
    return value


def without_axes(argument: str, array: "xr.DataArray", allowed: tuple[str, ...], wanted: str) -> None:
    """Refuse further axes.

    Raises:
        LargespinError: if `array` has an axis beside the allowed ones; the sentence says how to choose.
    """
    left = [str(dim) for dim in array.dims if dim not in allowed]
    if left:
        raise LargespinError(
            f"Argument `{argument}` must be {wanted}, but it has the axis `{left[0]}`; choose one with "
            f"`{argument}.isel({left[0]}=0)`."
        )


def parameter_axes(array: "xr.DataArray", *own: str) -> tuple[str, ...]:
    """The axes of a result that are not its `own` ones."""
    return tuple(str(dim) for dim in array.dims if dim not in own)


def chosen(argument: str, data: "xr.Dataset", component: Component, *, first: tuple[str, ...] = ()) -> "xr.DataArray":
    """A variable after the choice along its axes; along the axes named in `first`, the first entry.

    Args:
        argument: how the argument is called that names the variable.
        data: where it is.
        component: the variable, and the choice.
        first: axes that need no choice.

    Returns:
        The array; ``attrs["chosen"]`` says in words what was chosen, for labels.

    Raises:
        LargespinError: no such variable, or no such label.
    """
    name, selection = _name_and_choice(argument, component)
    if name not in data.variables:
        raise LargespinError(
            f"Argument `{argument}` must name a variable of the result, one of {', '.join(with_numbers(data)) or 'none'}, "
            f"but it is {name!r}."
        )
    array = data[name]
    if array.dtype.kind not in "fiub":
        raise LargespinError(f"Argument `{argument}` must name a variable of real numbers, but {name!r} holds others.")
    words = []
    for dim, label in selection.items():
        if dim not in array.dims:
            raise LargespinError(
                f"Argument `{argument}` must choose along axes of `{name}`, {', '.join(map(str, array.dims))}, but "
                f"`{dim}` is none."
            )
        several = array.sizes[dim] > 1
        array = _at(argument, array, dim, label)
        if dim == "component":
            array = array.assign_attrs(long_name=f"{name}_{label}")
        elif several:
            words.append(f"{dim} {label}")
    for dim in (dim for dim in first if dim in array.dims):
        if array.sizes[dim] > 1:
            words.append(f"{dim} {array[dim].values[0] if dim in array.coords else 0}")
        array = array.isel({dim: 0})
    return array.assign_attrs(chosen=", ".join(words))


def _name_and_choice(argument: str, component: Any) -> tuple[str, Mapping[str, Any]]:
    """A variable and the choice along its axes, from either form of `Component`."""
    if isinstance(component, str):
        return component, {}
    if isinstance(component, tuple) and len(component) == 2:
        name, choice = component
        if isinstance(name, str) and isinstance(choice, Mapping):
            return name, choice
    raise LargespinError(
        f"Argument `{argument}` must be the name of a variable, or a name and a choice along its axes such as "
        f'("m", {{"block": 0}}), but it is {component!r}.'
    )


def with_numbers(data: "xr.Dataset") -> list[str]:
    """The variables that can be drawn: numbers, without `usable`, which says how points ended."""
    return [str(name) for name in data.data_vars if data[name].dtype.kind in "fiub" and name != "usable"]


def sentence_of(data: "xr.Dataset") -> str:
    """The sentence of a result at one point; "" where there is none, or several points have their own."""
    words = data.get("sentence")
    return str(words.item()) if words is not None and words.size == 1 else ""


def names_of(argument: str, wanted: str | Sequence[str], held: Sequence[str], what: str) -> list[str]:
    """The names that are wanted, one alone or several, all of them among those held.

    Raises:
        LargespinError: for an unknown one.
    """
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    unknown = [name for name in names if name not in held]
    if unknown:
        some = ", ".join(map(repr, held[:12])) + (", …" if len(held) > 12 else "")
        raise LargespinError(f"Argument `{argument}` must name {what}, {some}, but it holds {str(unknown[0])!r}.")
    return names


def _at(argument: str, array: "xr.DataArray", dim: str, label: Any) -> "xr.DataArray":
    """One entry along an axis: by its label, or by its number where the axis has no labels."""
    try:
        found = array.sel({dim: label}) if dim in array.coords else array.isel({dim: label})
    except (KeyError, IndexError, ValueError, TypeError) as error:
        labels = array[dim].values.tolist() if dim in array.coords else list(range(array.sizes[dim]))
        some = ", ".join(map(repr, labels[:8])) + (", …" if len(labels) > 8 else "")
        raise LargespinError(
            f"Argument `{argument}` must choose `{dim}` by one of its labels, {some}, but it is {label!r}."
        ) from error
    return found


def component_label(array: "xr.DataArray") -> str:
    """The label of what `chosen` gives: "overlap with pattern 0", "occupation, mode a_1 (…)"."""
    from largespin.plot.style import axis_label

    words = str(array.attrs.get("chosen", ""))
    plain = axis_label(array)
    if not words:
        return plain
    cut = plain.rfind(" (") if plain.endswith(")") else len(plain)
    name, units = plain[:cut], plain[cut:]
    axis, _, label = words.partition(" ")
    joined = f"{name} {label}" if name.endswith(f" {axis}") else f"{name}, {words}"
    return joined + units


def place_of(data: "xr.Dataset | xr.DataArray", dim: str) -> str:
    """The coordinate that says where along an axis a point lies: along branches the parameter, not the number."""
    own = [str(name) for name in data.coords if data[name].dims == (dim,) and name != dim]
    return own[0] if dim == "point" and own else dim


def point_words(data: "xr.Dataset | xr.DataArray", place: Mapping[str, int]) -> str:
    """Where in the grid of parameters a curve lies: ``temperature = 0.5, field = 0.1``."""
    from largespin.plot.style import number

    parts = []
    for dim, index in place.items():
        name = place_of(data, dim)
        parts.append(f"{name} = {number(data[name].values[index])}" if name in data.coords else f"{name} {index}")
    return ", ".join(parts)

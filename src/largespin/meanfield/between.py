"""Which parameters move, and how far? `between`, the mapping from parameters to ranges that every curve takes."""

from collections.abc import Mapping
from typing import Any

from largespin.errors import LargespinError, finite_array
from largespin.meanfield.points import check_names
from largespin.model.model import Model

COUNTS = {1: "one parameter", 2: "two parameters"}


def checked_between(model: Model, between: Any, count: int) -> dict[str, tuple[float, float]]:
    """The ranges of the `count` parameters that move, in the order in which they were given.

    Args:
        model: the model.
        between: ``{"field": (0, 0.8)}``, a mapping from names of parameters to (low, high).
        count: how many parameters move.

    Returns:
        The same mapping with checked numbers.

    Raises:
        LargespinError: no mapping, another number of parameters, names that the model does not have, or ranges that are not
            (low, high) with low < high inside what the parameter may be.

    Example:
        >>> import largespin as ls
        >>> from largespin.meanfield.between import checked_between
        >>> checked_between(ls.models.hopfield(ls.ideal_large_spins(1)), {"field": (0, 0.8)}, 1)
        {'field': (0.0, 0.8)}
    """
    if not isinstance(between, Mapping):
        raise LargespinError(
            'Argument `between` must be a mapping from parameters to ranges, such as {"field": (0, 0.8)}, but it is '
            f"{between!r}."
        )
    if len(between) != count:
        names = ", ".join(map(str, between)) or "none"
        raise LargespinError(f"Argument `between` must give the range of {COUNTS[count]}, but it gives: {names}.")
    check_names(model, between)
    return {name: _range(model, name, values) for name, values in between.items()}


def refuse_moving(between: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Refuse values of parameters that a whole range is asked of."""
    for name in between:
        if name in values:
            raise LargespinError(f"Argument `{name}` must not be given, because `between` says where it moves.")


def check_inside(between: Mapping[str, tuple[float, float]], values: Mapping[str, float]) -> None:
    """Refuse values of moving parameters outside their ranges."""
    for name, (low, high) in between.items():
        if not low <= values[name] <= high:
            raise LargespinError(
                f"Argument `{name}` must lie in the range [{low:g}, {high:g}] of `between`, but it is {values[name]:g}."
            )


def _range(model: Model, name: str, values: Any) -> tuple[float, float]:
    ends = finite_array("between", values)
    if ends.shape != (2,) or not ends[0] < ends[1]:
        raise LargespinError(
            f"Argument `between` must give (low, high) with low < high for `{name}`, but it gives {values!r}."
        )
    parameter = model.parameters[name]
    if (parameter.is_positive and ends[0] <= 0) or (parameter.is_nonnegative and ends[0] < 0):
        raise LargespinError(f"Argument `between` must keep `{name}` positive, but it begins at {ends[0]:g}.")
    return float(ends[0]), float(ends[1])

"""States of one's own from which a search begins, and the parameter values that come along with them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.model.model import Model
from largespin.model.start import Given, StateLike, given


def own_starts(
    model: Model, start: StateLike, name: str, values: Mapping[str, Any]
) -> tuple[FloatArray, dict[str, float]]:
    """State vectors (S, n), all axes as one, without gaps of the result; and parameter values that nobody has given yet.

    Every search of a call begins from all these states, whatever point they come from.

    Args:
        model: the model.
        start: the states as the user gave them.
        name: what the argument is called in messages.
        values: parameter values of the call, which win.

    Raises:
        LargespinError: no state, or states at several values of a parameter that the call does not give.

    Example:
        >>> import largespin as ls
        >>> from largespin.stationary.own_starts import own_starts
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.stationary_states(model, temperature=[0.5, 1.5], field=0.1)
        >>> vectors, brought = own_starts(model, found, "also", {"temperature": 1.0})
        >>> vectors.shape, brought
        ((4, 3), {'field': 0.1})
    """
    found = given(model, start, name=name)
    vectors = found.state.vector.reshape(-1, model.number_of_variables)
    return vectors[np.isfinite(vectors).all(axis=1)], single_values(found, name, values)


def single_values(found: Given, name: str, values: Mapping[str, Any]) -> dict[str, float]:
    """The parameter values that came along and are not among `values`: one number each.

    Raises:
        LargespinError: several values of one parameter.
    """
    brought: dict[str, float] = {}
    for key, value in found.values.items():
        numbers = np.unique(np.asarray(value, dtype=np.float64))
        if key in values:
            continue
        if len(numbers) > 1:
            raise LargespinError(
                f"Argument `{name}` must hold states at one value of `{key}`, but it holds {len(numbers)}; give `{key}=…`, or "
                f"choose states with `.sel({key}=…)`."
            )
        brought[key] = float(numbers[0])
    return brought

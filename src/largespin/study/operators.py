"""Which matrix does an operator in a study file stand for? A name, a transition, or rows of numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.errors import ComplexArray, LargespinError
from largespin.model.operators import as_matrix
from largespin.study.expressions import read_expression
from largespin.study.problems import shown, suggestion

_HALF = 2.0**-0.5
_STATES = {
    "up": (1.0, 0.0),
    "down": (0.0, 1.0),
    "+z": (1.0, 0.0),
    "-z": (0.0, 1.0),
    "+x": (_HALF, _HALF),
    "-x": (_HALF, -_HALF),
    "+y": (_HALF, 1j * _HALF),
    "-y": (_HALF, -1j * _HALF),
}
"""States of spin ½ with a name."""


def matrix_of(given: Any, levels: int, named: Mapping[str, Any]) -> ComplexArray:
    """The matrix of an operator.

    Args:
        given: a name such as ``"lowering"``; a transition such as ``{ to = 0, from = 2 }`` (levels counted from 0) or
            ``{ to = "-x", from = "+x" }`` (spin ½); or a list of rows of numbers, complex ones as text: ``"1j"``.
        levels: d.
        named: the named operators.

    Raises:
        LargespinError: anything else.

    Example:
        >>> from largespin.study.operators import matrix_of
        >>> matrix_of([[0, "-1j"], ["1j", 0]], 2, {})
        array([[ 0.+0.j, -0.-1.j],
               [ 0.+1.j,  0.+0.j]])
    """
    if isinstance(given, str):
        if given not in named:
            raise LargespinError(f"must name an operator, but {shown(given)} is none; {suggestion(given, list(named))}")
        return np.asarray(named[given], dtype=np.complex128)
    if isinstance(given, dict):
        if set(given) != {"to", "from"}:
            raise LargespinError("must have `to` and `from`, such as { to = 0, from = 1 }, but it has other keys.")
        return np.outer(_state(given["to"], levels), _state(given["from"], levels).conj())
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise LargespinError("must be a name, { to = …, from = … } or rows of numbers, but it is none of them.")
    if len(given) != levels or any(len(row) != levels for row in given):
        raise LargespinError(f"must have {levels} rows of {levels} numbers, one per level, but it has not.")
    return as_matrix("operator", [[complex_number(entry) for entry in row] for row in given], levels)


def complex_number(entry: Any) -> complex:
    """A number, or one written as text such as ``"1/2 - 1j"``."""
    if isinstance(entry, int | float) and not isinstance(entry, bool):
        return complex(entry)
    if not isinstance(entry, str):
        raise LargespinError(f"must hold numbers or numbers in quotes, but one entry is {shown(entry)}.")
    number = read_expression(entry, {}).number
    assert number is not None  # There are no names.
    return number


def _state(given: Any, levels: int) -> ComplexArray:
    if levels == 2 and isinstance(given, str) and given in _STATES:
        return np.array(_STATES[given], dtype=np.complex128)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < levels:
        return np.eye(levels, dtype=np.complex128)[given]
    names = f" or one of {', '.join(_STATES)}" if levels == 2 else ""
    raise LargespinError(f"must name levels from 0 to {levels - 1}{names}, but {shown(given)} is none.")

"""How are values that live on patterns, sites or blocks checked, shaped and frozen?"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, shown, whole_number

IntArray = npt.NDArray[np.int64]
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[Any])

# Solvers return |z| = 1 plus a few rounding errors; that is no reason to stop.
ROUNDING = 1e-6
KEEP = "`keep_values=True`"
"""The option of `patterns_from_array` for those who mean 0 and 1."""


def read_only(array: AnyArray) -> AnyArray:
    """The same array, no longer writable, so that a frozen object stays what was checked."""
    array.setflags(write=False)
    return array


def refuse_picture_values(name: str, value: Any) -> None:
    """Refuse truth values, 0 and 1, 0 and 255, and shades of grey: a black and white picture, where ±1 is meant."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return  # What is no array at all is refused with other words.
    if array.dtype == np.bool_:
        raise LargespinError(
            f"Argument `{name}` must be numbers, but it holds truth values; 2*array - 1 makes them ±1."
        )
    if array.dtype.kind not in "iuf" or array.size == 0:
        return
    present = np.unique(array)
    pair = tuple(float(entry) for entry in present) if len(present) == 2 else ()
    if pair == (0.0, 1.0):
        raise LargespinError(
            f"Argument `{name}` must have the values ±1, but it holds 0 and 1; 2*array - 1 makes them ±1 "
            f"({KEEP} stores them as they are)."
        )
    if pair == (0.0, 255.0) or (array.dtype == np.uint8 and present[-1] > 1):
        raise LargespinError(
            f"Argument `{name}` must have the values ±1, but it holds brightness from {present[0]:g} to {present[-1]:g}; "
            f"np.where(array < 128, 1, -1) makes dark sites +1, as `patterns_from_images` does ({KEEP} stores them as they are)."
        )


def check_flag(name: str, value: Any) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(value, bool | np.bool_):
        raise LargespinError(f"Argument `{name}` must be True or False, but it is {shown(value)}.")


def only_signs(values: FloatArray) -> bool:
    """Whether every value is +1 or -1."""
    return bool(np.all(np.abs(values) == 1.0))


def sites_last(name: str, value: Any, sites: int, picture_shape: tuple[int, int] | None) -> FloatArray:
    """`value` with shape (..., sites); pictures (..., rows, columns) are flattened."""
    array = finite_array(name, value)
    if array.ndim >= 1 and array.shape[-1] == sites:
        return array
    if picture_shape is not None and array.shape[-2:] == picture_shape:
        return array.reshape(*array.shape[:-2], sites)
    allowed = f"(..., {sites})"
    if picture_shape is not None:
        allowed += f" or (..., {picture_shape[0]}, {picture_shape[1]})"
    raise LargespinError(f"Argument `{name}` must have shape {allowed}, but its shape is {array.shape}.")


def one_configuration(name: str, value: Any, sites: int, picture_shape: tuple[int, int] | None) -> FloatArray:
    """`value` as one configuration of shape (sites,) with entries in [-1, 1]."""
    array = sites_last(name, value, sites, picture_shape)
    if array.ndim != 1:
        raise LargespinError(
            f"Argument `{name}` must be one configuration of {sites} sites, but its shape is "
            f"{np.shape(value)}; give one row."
        )
    return within_one(name, array)


def within_one(name: str, array: FloatArray) -> FloatArray:
    """`array` if all entries lie in [-1, 1]; rounding errors beyond are cut off."""
    largest = float(np.max(np.abs(array), initial=0.0))
    if largest > 1.0 + ROUNDING:
        raise LargespinError(f"Argument `{name}` must have values in [-1, 1], but one has the size {largest:g}.")
    return np.clip(array, -1.0, 1.0)


def blocks_last(name: str, value: Any, blocks: int) -> FloatArray:
    """`value` with shape (..., blocks); Bloch vectors are refused with the cure."""
    array = finite_array(name, value)
    if array.ndim >= 1 and array.shape[-1] == blocks:
        return array
    cure = ""
    if array.ndim >= 2 and array.shape[-2:] == (blocks, 3):
        cure = "; take one component of the Bloch vectors, such as [..., 2] for z"
    raise LargespinError(
        f"Argument `{name}` must have shape (..., {blocks}), one value per block, but its shape is {array.shape}{cure}."
    )


def pattern_index(value: int | str, names: Sequence[str]) -> int:
    """The position of a pattern given by its position or its name."""
    if isinstance(value, str):
        if value not in names:
            raise LargespinError(
                f"Argument `index` must be one of {', '.join(names)}, or a number, but it is {value!r}."
            )
        return list(names).index(value)
    return whole_number("index", value, 0, len(names) - 1)


def value_distribution(values: Any, probabilities: Any) -> tuple[FloatArray, FloatArray]:
    """Distinct pattern values in descending order with their probabilities (equal ones for None)."""
    choices = finite_array("values", values, dimensions=1)
    if len(choices) < 2 or len(np.unique(choices)) < len(choices):
        raise LargespinError(
            f"Argument `values` must list at least two different values, but it is {choices.tolist()}."
        )
    if probabilities is None:
        shares = np.full(len(choices), 1.0 / len(choices))
    else:
        shares = finite_array("probabilities", probabilities, dimensions=1)
    if len(shares) != len(choices):
        raise LargespinError(
            f"Argument `probabilities` must have one entry per value ({len(choices)}), but it has {len(shares)}."
        )
    if np.any(shares <= 0.0) or abs(shares.sum() - 1.0) > 1e-9:
        raise LargespinError(
            f"Argument `probabilities` must be positive numbers that sum to 1, but they are {shares.tolist()}."
        )
    order = np.argsort(-choices)
    return choices[order], shares[order] / shares.sum()


def checked_names(names: Any, count: int) -> tuple[str, ...]:
    """One name per pattern, all different."""
    listed = isinstance(names, Sequence) and not isinstance(names, str)
    if not listed or len(names) != count or not all(isinstance(name, str) for name in names):
        raise LargespinError(f"Argument `names` must be {count} name(s), one per pattern, but it is {shown(names)}.")
    repeated = {name for name in names if list(names).count(name) > 1}
    if repeated:
        raise LargespinError(f"Argument `names` must be all different, but {min(repeated)!r} occurs more than once.")
    return tuple(names)

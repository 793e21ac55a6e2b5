"""Which values does each pattern store on each site?

A system stores `M` patterns on `N` sites: the matrix `ξ[μ, i]`, with entries ±1 (an associative memory of
spins) or any other finite set of values. Everything else in this package starts from that matrix.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, shown, whole_number
from largespin.patterns.arrays import (
    check_flag,
    checked_names,
    only_signs,
    pattern_index,
    read_only,
    refuse_picture_values,
    value_distribution,
)

MOST_SHOWN = 12
"""Patterns that a notebook shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Patterns:
    """`M` stored patterns on `N` sites, `ξ[μ, i]`.

    Args:
        values: the matrix ξ, shape (M, N); kept as a read-only copy.
        names: one name per pattern, all different.
        picture_shape: (rows, columns) with rows·columns = N if the sites form a picture, else None.

    Raises:
        LargespinError: if a shape, a name or a number is not as said here.

    Example:
        >>> from largespin import patterns_from_array
        >>> patterns = patterns_from_array([[1, 1, -1, -1], [1, -1, 1, -1]], names=["left", "odd"])
        >>> patterns
        Patterns(2 patterns of 4 sites, values ±1: left, odd)
        >>> patterns.correlations
        array([[1., 0.],
               [0., 1.]])

    Source: CL21, Eq. 2, where ξ is called G.
    """

    values: FloatArray
    names: tuple[str, ...]
    picture_shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        values = finite_array("values", self.values, dimensions=2)
        if 0 in values.shape:
            raise LargespinError(
                f"Argument `values` must hold at least one pattern of one site, but its shape is {values.shape}."
            )
        object.__setattr__(self, "values", read_only(values))
        object.__setattr__(self, "names", checked_names(self.names, len(values)))
        object.__setattr__(self, "picture_shape", _checked_shape(self.picture_shape, values.shape[1]))

    @property
    def number_of_patterns(self) -> int:
        """M, the number of patterns."""
        return int(self.values.shape[0])

    @property
    def number_of_sites(self) -> int:
        """N, the number of sites of each pattern."""
        return int(self.values.shape[1])

    @property
    def correlations(self) -> FloatArray:
        """C = ξ ξᵀ / N, shape (M, M): for ±1 patterns 1 on the diagonal, about ±1/√N elsewhere if random."""
        return self.values @ self.values.T / self.number_of_sites

    @property
    def is_binary(self) -> bool:
        """Whether every value is +1 or -1."""
        return only_signs(self.values)

    def picture(self, index: int | str) -> FloatArray:
        """Pattern `index` (position or name) as a picture, shape (rows, columns).

        Raises:
            LargespinError: if there is no such pattern, or the patterns are not pictures.

        Example:
            >>> from largespin import patterns_from_array
            >>> patterns_from_array([[[1, -1], [-1, 1]]]).picture(0)
            array([[ 1., -1.],
                   [-1.,  1.]])
        """
        if self.picture_shape is None:
            raise LargespinError(
                "Argument `picture_shape` must be given when the patterns are made to see them as pictures, "
                "but it is None."
            )
        return self[index].reshape(self.picture_shape)

    def select(self, *indices: int | str) -> "Patterns":
        """Only the named patterns, in the order given, such as `patterns.select("cat", "boat")`.

        Args:
            indices: positions or names, at least one, none twice.

        Raises:
            LargespinError: if there is no such pattern.

        Example:
            >>> from largespin import random_patterns
            >>> random_patterns(3, 5, seed=1).select(2, 0).names
            ('pattern 2', 'pattern 0')
        """
        positions = [pattern_index(index, self.names) for index in indices]
        if not positions or len(set(positions)) < len(positions):
            raise LargespinError(
                f"Argument `indices` must name at least one pattern, none twice, but it is {indices!r}."
            )
        names = tuple(self.names[position] for position in positions)
        return Patterns(self.values[positions], names, self.picture_shape)

    def __getitem__(self, index: int | str) -> FloatArray:
        """Pattern `index` (position or name), shape (N,)."""
        return self.values[pattern_index(index, self.names)]

    def __len__(self) -> int:
        return self.number_of_patterns

    def __iter__(self) -> Iterator[FloatArray]:
        return iter(self.values)

    def __repr__(self) -> str:
        sites = f"{self.number_of_sites} sites"
        if self.picture_shape is not None:
            sites = f"{self.picture_shape[0]} x {self.picture_shape[1]} sites"
        kind = "±1" if self.is_binary else f"{self.values.min():g} to {self.values.max():g}"
        shown = ", ".join(self.names[:6]) + (", …" if len(self.names) > 6 else "")
        plural = "" if len(self) == 1 else "s"
        return f"Patterns({len(self)} pattern{plural} of {sites}, values {kind}: {shown})"

    def _repr_html_(self) -> str:
        """What notebooks show: the first patterns on their sites."""
        from largespin.patterns.thumbnails import gallery

        count = min(len(self), MOST_SHOWN)
        shape = (-1,) if self.picture_shape is None else self.picture_shape
        pictures = [self.values[number].reshape(shape) for number in range(count)]
        return gallery(repr(self), pictures, self.names[:count], more=len(self) - count)


def random_patterns(
    count: int,
    sites: int,
    *,
    seed: int,
    values: Sequence[float] = (-1, 1),
    probabilities: Sequence[float] | None = None,
) -> Patterns:
    """Independent random values, `P(ξ[μ, i] = x_j) = p_j`.

    Args:
        count: M, the number of patterns.
        sites: N, the number of sites.
        seed: whole number; the same seed gives the same patterns.
        values: the different values x_j that occur.
        probabilities: p_j, positive, with sum 1; None for equal ones.

    Returns:
        The patterns, named `pattern 0`, `pattern 1`, …

    Raises:
        LargespinError: for numbers below 1, repeated values, or probabilities that do not sum to 1.

    Example:
        >>> from largespin import random_patterns
        >>> random_patterns(3, 1000, seed=7)
        Patterns(3 patterns of 1000 sites, values ±1: pattern 0, pattern 1, pattern 2)

    Source: CL21, below Eq. 2; supplement for general values.
    """
    shape = (whole_number("count", count, 1), whole_number("sites", sites, 1))
    choices, shares = value_distribution(values, probabilities)
    generator = np.random.default_rng(whole_number("seed", seed, 0))
    return Patterns(generator.choice(choices, size=shape, p=shares), numbered_names(shape[0]))


def patterns_from_array(
    array: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    picture_shape: tuple[int, int] | None = None,
    keep_values: bool = False,
) -> Patterns:
    """Patterns from numbers, `ξ[μ, i] = array[μ, i]`, or from pictures `array[μ, row, column]`.

    Args:
        array: shape (M, N), or (M, rows, columns), which sets `picture_shape`.
        names: one per pattern; None for `pattern 0`, `pattern 1`, …
        picture_shape: (rows, columns) of an (M, N) array whose sites form a picture.
        keep_values: store 0 and 1, or 0 and 255, as they are. They are refused otherwise, because they mostly come from
            black and white pictures, which are stored as ±1.

    Returns:
        The patterns.

    Raises:
        LargespinError: for other shapes, truth values, values of a picture, repeated names, or a picture shape that does
            not fit.

    Example:
        >>> from largespin import patterns_from_array
        >>> patterns_from_array([[[1, -1, 1], [-1, 1, -1]]], names=["chess"])
        Patterns(1 pattern of 2 x 3 sites, values ±1: chess)

    Source: CL21, Eq. 2, for the matrix.
    """
    check_flag("keep_values", keep_values)
    if not keep_values:
        refuse_picture_values("array", array)
    values = finite_array("array", array)
    if values.ndim == 3:
        shape = (values.shape[1], values.shape[2])
        if picture_shape is not None and picture_shape != shape:
            raise LargespinError(
                f"Argument `picture_shape` must be {shape} like the array, but it is {shown(picture_shape)}."
            )
        picture_shape, values = shape, values.reshape(values.shape[0], -1)
    if values.ndim != 2:
        raise LargespinError(
            "Argument `array` must have shape (patterns, sites) or (patterns, rows, columns), "
            f"but its shape is {values.shape}."
        )
    return Patterns(
        values, numbered_names(len(values)) if names is None else checked_names(names, len(values)), picture_shape
    )


def numbered_names(count: int) -> tuple[str, ...]:
    """The names of patterns that nobody named: `pattern 0`, `pattern 1`, …"""
    return tuple(f"pattern {number}" for number in range(count))


def _checked_shape(picture_shape: Any, sites: int) -> tuple[int, int] | None:
    if picture_shape is None:
        return None
    try:
        rows, columns = (whole_number("picture_shape", length, 1) for length in picture_shape)
    except (TypeError, ValueError):
        rows, columns = 0, 0
    if rows * columns != sites:
        raise LargespinError(
            f"Argument `picture_shape` must be (rows, columns) with rows*columns = {sites}, but it is {shown(picture_shape)}."
        )
    return rows, columns


def check_patterns(patterns: Any) -> None:
    """Refuse what is no `Patterns`, with the call that makes one of it."""
    if not isinstance(patterns, Patterns):
        raise LargespinError(
            f"Argument `patterns` must be Patterns, but it is a {type(patterns).__name__}; `patterns_from_array`, "
            "`patterns_from_images` and `random_patterns` make them."
        )

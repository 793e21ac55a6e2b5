"""Arrays whose axes have names, broadcast against each other by these names: the bare arrays below xarray's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray


@dataclass(frozen=True, eq=False)
class Named:
    """Numbers over named axes.

    A DataArray of one number takes as long as a whole run of three variables, and looks for Dask; this is its array, its names
    and its labels.

    Attributes:
        dims: names of the axes.
        values: the numbers.
        labels: the labels of the axes that have some.
    """

    dims: tuple[str, ...]
    values: FloatArray
    labels: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, array: xr.DataArray, values: FloatArray) -> Self:
        """The axes and labels of `array` with these `values`."""
        labels = {str(d): array.coords[d].values for d in array.dims if d in array.coords}
        return cls(tuple(str(d) for d in array.dims), values, labels)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.dims)

    @property
    def size(self) -> int:
        """Number of values."""
        return int(self.values.size)

    @property
    def sizes(self) -> dict[str, int]:
        """Lengths of the axes."""
        return dict(zip(self.dims, self.values.shape, strict=False))

    def __float__(self) -> float:
        return float(self.values)

    def over(self, sizes: Mapping[str, int]) -> FloatArray:
        """The values repeated over all axes of `sizes`, in that order; axes behind the named ones stay last.

        Example:
            >>> import numpy as np
            >>> from largespin.meanfield.named import Named
            >>> Named(("x",), np.array([1.0, 2.0])).over({"y": 2, "x": 2})
            array([[1., 2.],
                   [1., 2.]])
        """
        if tuple(sizes) == self.dims:
            return self.values
        behind = self.values.shape[len(self.dims) :]
        own = [d for d in sizes if d in self.dims]
        order = [self.dims.index(d) for d in own]
        moved = self.values.transpose(*order, *range(len(self.dims), self.values.ndim))
        spaced = moved.reshape((*(size if d in self.dims else 1 for d, size in sizes.items()), *behind))
        return np.broadcast_to(spaced, (*sizes.values(), *behind))

    def same_labels(self, other: "Named", dim: str) -> bool:
        """Whether an axis of both has the same labels, as far as both have some."""
        if dim not in self.labels or dim not in other.labels:
            return True
        return bool(xr.Variable((dim,), self.labels[dim]).equals(xr.Variable((dim,), other.labels[dim])))


def all_axes(arrays: Iterable[Named]) -> tuple[dict[str, int], dict[str, npt.NDArray[Any]]]:
    """Lengths and labels of the axes of all arrays, in the order in which they first occur."""
    sizes: dict[str, int] = {}
    labels: dict[str, npt.NDArray[Any]] = {}
    for array in arrays:
        for dim, size in array.sizes.items():
            sizes.setdefault(dim, size)
            if dim in array.labels:
                labels.setdefault(dim, array.labels[dim])
    return sizes, labels

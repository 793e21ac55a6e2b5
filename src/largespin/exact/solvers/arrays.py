"""Where the numbers live: NumPy and SciPy, or CuPy on an NVIDIA GPU; the solvers are the same."""

from importlib import import_module
from typing import Any, Literal

import numpy as np

from largespin.errors import LargespinError, one_of

Device = Literal["cpu", "gpu"]
"""NumPy and SciPy, or CuPy on an NVIDIA GPU."""


def check_device(device: Device) -> Device:
    """`device`, refused if there is none."""
    one_of("device", device, Device)
    if device == "gpu":
        _cupy()
    return device


def to_device(device: Device, matrix: Any, vector: Any) -> tuple[Any, Any]:
    """A real sparse matrix and a vector on the device."""
    if device == "cpu":
        return matrix, vector
    cupy = _cupy()
    sparse = import_module("cupyx.scipy.sparse")
    data, indices, indptr = (cupy.asarray(part) for part in (matrix.data, matrix.indices, matrix.indptr))
    return sparse.csr_matrix((data, indices, indptr), shape=matrix.shape), cupy.asarray(vector)


def array_on(device: Device, array: Any) -> Any:
    """An array on the device."""
    return array if device == "cpu" else _cupy().asarray(array)


def to_host(array: Any) -> Any:
    """An array of the device as a NumPy array."""
    return array if isinstance(array, np.ndarray) else array.get()


def _cupy() -> Any:
    try:
        cupy = import_module("cupy")
        if cupy.cuda.runtime.getDeviceCount() < 1:
            raise RuntimeError("no GPU was found")
    except Exception as error:
        raise LargespinError(
            f"Argument `device` must be cpu here, because CuPy with an NVIDIA GPU is needed for gpu, but: {error}."
        ) from error
    return cupy

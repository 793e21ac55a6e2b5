"""The solver on another array module: nothing of NumPy alone, and the way to a GPU and back."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import expm

import largespin as ls
from largespin.exact.calls.evolve import evolve
from largespin.exact.solvers.arrays import check_device, to_device, to_host
from largespin.exact.solvers.propagate import propagate


class DeviceArray:
    """A vector or number elsewhere with the operations that CuPy has; NumPy functions refuse it, as they do for CuPy.

    Where CuPy would copy silently it does here, where CuPy raises (conversion to NumPy) it raises.
    """

    __array_priority__ = 100.0

    def __init__(self, values: Any) -> None:
        self._values = np.asarray(values)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __array_ufunc__(self, ufunc: Any, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{ufunc.__name__} of NumPy was called on an array of the device.")

    def __float__(self) -> float:
        return float(self._values)

    @property
    def ndim(self) -> int:
        return self._values.ndim

    def __getitem__(self, where: Any) -> "DeviceArray":
        return DeviceArray(self._values[where])

    def __setitem__(self, where: Any, other: "DeviceArray") -> None:
        assert isinstance(other, DeviceArray)
        self._values[where] = other._values

    def __mul__(self, other: Any) -> "DeviceArray":
        assert isinstance(other, float | DeviceArray)
        return DeviceArray(self._values * (other._values if isinstance(other, DeviceArray) else other))

    __rmul__ = __mul__

    def __abs__(self) -> "DeviceArray":
        return DeviceArray(np.abs(self._values))

    def max(self) -> "DeviceArray":
        return DeviceArray(self._values.max())

    def copy(self) -> "DeviceArray":
        return DeviceArray(self._values.copy())

    def get(self) -> Any:
        return self._values.copy()

    def __imul__(self, factor: Any) -> "DeviceArray":
        assert isinstance(factor, float)
        self._values *= factor
        return self

    def __iadd__(self, other: "DeviceArray") -> "DeviceArray":
        self._values += other._values
        return self


class DeviceMatrix:
    """A sparse matrix elsewhere: products with device arrays, absolute values and sums, as in `cupyx.scipy.sparse`."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix

    def __abs__(self) -> "DeviceMatrix":
        return DeviceMatrix(abs(self._matrix))

    def sum(self, axis: int) -> DeviceArray:
        return DeviceArray(self._matrix.sum(axis=axis))

    def __matmul__(self, vector: DeviceArray) -> DeviceArray:
        assert isinstance(vector, DeviceArray)
        return DeviceArray(self._matrix @ vector._values)


@pytest.fixture
def cupy(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stub modules `cupy` and `cupyx.scipy.sparse` with one device."""
    seen = SimpleNamespace(devices=1, copied=0)

    def asarray(values: Any) -> DeviceArray:
        seen.copied += 1
        return DeviceArray(np.array(values))

    def csr_matrix(parts: Any, shape: tuple[int, int]) -> DeviceMatrix:
        data, indices, indptr = (part.get() for part in parts)
        return DeviceMatrix(sparse.csr_array((data, indices, indptr), shape=shape))

    main: Any = ModuleType("cupy")
    main.asarray = asarray
    main.cuda = SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=lambda: seen.devices))
    matrices: Any = ModuleType("cupyx.scipy.sparse")
    matrices.csr_matrix = csr_matrix
    for name, module in (
        ("cupy", main),
        ("cupyx", ModuleType("cupyx")),
        ("cupyx.scipy", ModuleType("cupyx.scipy")),
        ("cupyx.scipy.sparse", matrices),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    return seen


def test_the_solver_needs_nothing_of_numpy_alone() -> None:
    generator = np.random.default_rng(0)
    matrix, start = generator.normal(size=(6, 6)) - 3 * np.eye(6), generator.normal(size=6)
    times = np.array([0.0, 0.3, 2.0])
    found = list(propagate(DeviceMatrix(sparse.csr_array(matrix)), DeviceArray(start), times, 1e-11))
    assert all(isinstance(state, DeviceArray) for state in found)
    for time, state in zip(times, found, strict=True):
        assert np.allclose(to_host(state), expm(time * matrix) @ start, atol=1e-9)
    # With a second column for rounding errors.
    signs, columns = np.ones(6), np.column_stack([start, 1e-16 * start])
    again = propagate(
        DeviceMatrix(sparse.csr_array(matrix)), DeviceArray(columns), times, 1e-11, None, DeviceArray(signs)
    )
    for state, both in zip(found, again, strict=True):
        assert np.allclose(to_host(both)[:, 0], to_host(state), atol=1e-12)
        assert np.abs(to_host(both)[:, 1]).max() < 1e-12


def test_there_and_back(cupy: SimpleNamespace) -> None:
    matrix, vector = sparse.random_array((5, 5), density=0.5, rng=0, format="csr"), np.arange(5.0)
    there, moved = to_device("gpu", matrix, vector)
    assert cupy.copied == 4
    assert np.allclose(to_host(there @ moved), matrix @ vector)
    here, same = to_device("cpu", matrix, vector)
    assert here is matrix
    assert same is vector
    assert to_host(vector) is vector


@pytest.mark.parametrize("particles", [6, 52])  # above 50 rounding errors are followed in a second column
def test_runs_on_the_device_equal_runs_here(cupy: SimpleNamespace, particles: int) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    here, there = (
        evolve(model, [0.1, 0.2, 0.5], [0.0, 0.5, 2.0], particles=particles, temperature=0.5, field=0.2, device=device)
        for device in ("cpu", "gpu")
    )
    assert cupy.copied >= 4
    for name in ("m", "covariance", "purity", "trace"):
        assert np.allclose(here[name], there[name], atol=1e-12)


def test_models_with_explicit_time_stay_here(cupy: SimpleNamespace) -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=ls.time * spins.average("x"))
    with pytest.raises(ls.LargespinError, match="must be cpu for a model that depends on time, but it is gpu"):
        evolve(model, [0, 0, 1], 1.0, particles=2, device="gpu")


def test_missing_devices_are_said(cupy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_device("gpu") == "gpu"
    cupy.devices = 0
    with pytest.raises(ls.LargespinError, match=r"Argument `device` must be cpu here.*: no GPU was found"):
        check_device("gpu")
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(ls.LargespinError, match="CuPy with an NVIDIA GPU is needed for gpu"):
        check_device("gpu")
    with pytest.raises(ls.LargespinError, match="`device` must be one of cpu, gpu, but it is 'tpu'"):
        check_device("tpu")  # type: ignore[arg-type]
    assert check_device("cpu") == "cpu"

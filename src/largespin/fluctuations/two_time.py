r"""What two-time functions of the stationary state are made of: J, C, Σ, σ of a result, and ``(−iω − J)⁻¹``."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.quantities import described

Matrices = TypeVar("Matrices", FloatArray, ComplexArray)
NEEDED = ("covariance", "commutator", "drift", "diffusion_real", "diffusion_imag")
LARGEST_RESULT = 2e9
"""Bytes that the matrices of one call may take: half of what a small computer has beside its other programs."""
CHUNK = 4e6
"""Numbers in the matrices that are solved at one time: 64 MB of complex numbers, little beside a large result."""
UNDAMPED = 1e-10
"""Singular value of J, relative to the largest, below which a direction is conserved.

Conserved directions of J leave rounding, 1e-15 times its size; rates that models give differ by less than ten powers of
ten."""


@dataclass(frozen=True, eq=False)
class Fluctuations:
    """The matrices of a dataset of `stationary_covariance` over its grid.

    Attributes:
        result: the dataset.
        grid: axes of the grid.
        covariance: Σ, shape (…, n, n); NaN where there is none.
        commutator: σ, of the same shape, as `drift` and `diffusion` are.
        drift: J.
        diffusion: C, complex.
    """

    result: xr.Dataset
    grid: tuple[str, ...]
    covariance: FloatArray
    commutator: FloatArray
    drift: FloatArray
    diffusion: ComplexArray

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is a covariance, shape (…,)."""
        return np.asarray(np.isfinite(self.covariance).all(axis=(-1, -2)))

    @property
    def equal_time(self) -> ComplexArray:
        """``⟨F Fᵀ⟩ = Σ + iσ/2``, shape (…, n, n)."""
        return np.asarray(self.covariance + 0.5j * self.commutator)

    def flat(self) -> "Fluctuations":
        """These fluctuations with all points of the grid along one axis: matrices (points, n, n)."""

        def flattened(array: Matrices) -> Matrices:
            return array.reshape(-1, *array.shape[-2:])

        return replace(
            self,
            covariance=flattened(self.covariance),
            commutator=flattened(self.commutator),
            drift=flattened(self.drift),
            diffusion=flattened(self.diffusion),
        )

    def coords(self) -> dict[str, Any]:
        """Coordinates of the grid."""
        return {str(key): c for key, c in self.result.coords.items() if set(c.dims) <= set(self.grid)}

    def words(self) -> dict[str, xr.DataArray]:
        """How every point ended: a point without a covariance has no two-time functions either."""
        kept = ("outcome", "verdict", "sentence", "usable")
        return {name: self.result[name] for name in kept if name in self.result}

    def dataset(self, name: str, values: ComplexArray, axis: tuple[str, FloatArray]) -> xr.Dataset:
        """Real and imaginary part of matrices (…, points of the axis, n, n) as a dataset."""
        dim, points = axis
        dims = (*self.grid, dim, "row", "column")
        variables: dict[str, Any] = {f"{name}_real": (dims, values.real), f"{name}_imag": (dims, values.imag)}
        coords = self.coords() | {dim: points, "row": self.result["row"], "column": self.result["column"]}
        return described(xr.Dataset(variables | self.words(), coords=coords, attrs=dict(self.result.attrs)))


def fluctuations_of(result: xr.Dataset, order: tuple[str, ...] | None = None) -> Fluctuations:
    """The matrices of a result, over its grid in the order given if there is one.

    Raises:
        LargespinError: no dataset of `stationary_covariance`.
    """
    if not isinstance(result, xr.Dataset) or not set(NEEDED) <= set(result.data_vars):
        raise LargespinError(
            "Argument `result` must be the dataset of `stationary_covariance`, but it lacks covariance, drift or diffusion."
        )
    grid = order or tuple(str(d) for d in result["covariance"].dims if d not in ("row", "column"))
    parts = {name: result[name].transpose(*grid, "row", "column").values for name in NEEDED}
    diffusion = parts["diffusion_real"] + 1j * parts["diffusion_imag"]
    return Fluctuations(result, grid, parts["covariance"], parts["commutator"], parts["drift"], diffusion)


def check_size(fluctuations: Fluctuations, count: int, name: str) -> None:
    """Refuse results that would not fit into memory."""
    size = fluctuations.drift.size
    needed = 16.0 * size * count
    if needed > LARGEST_RESULT:
        raise LargespinError(
            f"The result would take {needed / 1e9:.1f} GB ({count} {name} × {size} entries of matrices); ask for fewer "
            f"{name} or fewer points."
        )


def spectral_matrices(fluctuations: Fluctuations, omega: FloatArray) -> ComplexArray:
    """``A⁻¹ C A⁻¹†`` with ``A = −iω − J``, shape (…, W, n, n); NaN where there is no covariance."""
    known = fluctuations.known
    drift = fluctuations.drift[known]
    c = fluctuations.diffusion[known][:, None]
    values = np.full((*known.shape, len(omega), *c.shape[-2:]), np.nan + 0j)
    half = resolvent(drift, omega, c)
    values[known] = np.swapaxes(resolvent(drift, omega, np.swapaxes(half.conj(), -1, -2)).conj(), -1, -2)
    return values


def resolvent(drift: FloatArray, omega: FloatArray, right: ComplexArray) -> ComplexArray:
    """``(−iω − J)⁻¹ right`` (N, W, n, n) for J (N, n, n) and `right` (N, 1 or W, n, n).

    What is conserved, the eigenvalue 0 of J, is taken out of `right` first: it is constant in time, a δ function at ω =
    0."""
    count, n = drift.shape[:2]
    result = np.zeros((count, len(omega), n, n), dtype=np.complex128)
    left, sizes, rows = np.linalg.svd(drift)
    moving = sizes > UNDAMPED * np.maximum(sizes[:, :1], np.finfo(float).tiny)
    regular = np.flatnonzero(moving.all(axis=1))
    shift = -1j * omega[:, None, None] * np.eye(n)
    step = max(1, int(CHUNK // (max(len(omega), 1) * n**2)))
    for begin in range(0, len(regular), step):
        chosen = regular[begin : begin + step]
        a = shift - drift[chosen][:, None]
        result[chosen] = np.linalg.solve(a, np.broadcast_to(right[chosen], a.shape))
    for i in np.flatnonzero(~moving.all(axis=1)):
        u, z, r = left[i][:, moving[i]], left[i][:, ~moving[i]], rows[i][~moving[i]].T
        rest = right[i] - r @ np.linalg.solve(z.T @ r, z.T @ right[i])
        own = -1j * omega[:, None, None] * np.eye(u.shape[1]) - u.T @ drift[i] @ u
        result[i] = u @ np.linalg.solve(own, u.T @ rest)
    return result

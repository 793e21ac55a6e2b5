r"""Two-time correlations and spectra of the stationary state, and the spectrum of what leaves through a lossy mode."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array
from largespin.fluctuations.noise import variable_weights
from largespin.fluctuations.places import check_model, places
from largespin.meanfield.jacobian import input_forms
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model

NEEDED = ("covariance", "commutator", "drift", "diffusion_real", "diffusion_imag")
LARGEST_RESULT = 2e9
"""Bytes that the matrices of one call may take."""
CHUNK = 4e6
"""Numbers in the matrices that are solved at one time."""
UNDAMPED = 1e-10
"""Singular value of J, relative to the largest, below which a direction is conserved."""


def correlations(result: xr.Dataset, delays: npt.ArrayLike) -> xr.Dataset:
    r"""Two-time correlations ``⟨F(t+τ) F(t)ᵀ⟩ = e^{Jτ} (Σ + iσ/2)`` of the stationary state.

    Args:
        result: the dataset of `stationary_covariance`.
        delays: τ ≥ 0, shape (D,), in units of the inverse rates.

    Returns:
        Dataset with ``correlation_real`` (the symmetrised correlation at τ = 0) and ``correlation_imag``
        (…, delay, row, column).

    Raises:
        LargespinError: a dataset of another kind, or delays below zero.

    Source: quantum regression theorem for the linear equations of the fluctuations.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> z = ls.correlations(result, [0.0, 2.0]).correlation_real.sel(row="block 0 z", column="block 0 z")
        >>> z.values.round(4)  # 2 e^{−τ/2}
        array([2.    , 0.7358])
    """
    from scipy.linalg import expm

    grid, parts = _parts(result)
    tau = finite_array("delays", delays, dimensions=1)
    if np.any(tau < 0):
        raise LargespinError(f"Argument `delays` must be at least 0, but one is {tau.min():g}.")
    _check_size(parts, len(tau), "delays")
    known = np.isfinite(parts["covariance"]).all(axis=(-1, -2))
    k = parts["covariance"] + 0.5j * parts["commutator"]
    values = np.full((*known.shape, len(tau), *k.shape[-2:]), np.nan + 0j)
    values[known] = expm(parts["drift"][known][:, None] * tau[:, None, None]) @ k[known][:, None]
    return _complex_dataset("correlation", values, result, grid, ("delay", tau, "delay τ", "inverse rate"), "1")


def spectrum(result: xr.Dataset, frequencies: npt.ArrayLike) -> xr.Dataset:
    r"""Spectra ``S_xy(ω) = ∫ dτ e^{iωτ} ⟨F_x(t+τ) F_y(t)⟩ = [A⁻¹ C A⁻¹†]_xy``, ``A = −iω − J``.

    Peaks lie at the imaginary parts of the eigenvalues of J, with the real parts as half widths, and
    ``∫ dω/2π S = Σ + iσ/2``. What is conserved contributes a δ function at ω = 0, which is left out.

    Args:
        result: the dataset of `stationary_covariance`.
        frequencies: ω, shape (W,), of either sign, in units of the rates.

    Returns:
        Dataset with ``spectrum_real`` and ``spectrum_imag`` (…, frequency, row, column).

    Raises:
        LargespinError: a dataset of another kind, or frequencies that are not finite.

    Source: Fourier transform of the quantum regression theorem.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stationary_covariance(model, [0, 0, 0], temperature=2.0, field=0.0)
        >>> z = ls.spectrum(result, [0.0, 0.5]).spectrum_real.sel(row="block 0 z", column="block 0 z")
        >>> z.values.round(4)  # 2/(ω² + 1/4)
        array([8., 4.])
    """
    grid, parts = _parts(result)
    omega = finite_array("frequencies", frequencies, dimensions=1)
    _check_size(parts, len(omega), "frequencies")
    values = _spectra(parts, omega)
    return _complex_dataset("spectrum", values, result, grid, ("frequency", omega, "frequency ω", "rate"), "1/rate")


def output_spectrum(
    model: Model,
    result: xr.Dataset,
    frequencies: npt.ArrayLike,
    *,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""What leaves through each collective jump: photon flux and squeezing of the output field.

    Input–output relation ``b_out = b_in + δL`` with vacuum input, ``δL = √N (ℓ − ⟨ℓ⟩)`` the fluctuation of the jump;
    for a lossy mode ``δL = √κ δa``. Then ``⟨b_out†(t) b_out(t')⟩ = ⟨δL†(t) δL(t')⟩`` and ``⟨b_out b_out⟩`` is the
    time-ordered correlation of δL:

        flux(ω)  = ∫ dτ e^{−iωτ} ⟨δL†(t+τ) δL(t)⟩
        noise(ω) = ½ + ½[flux(ω) + flux(−ω)] ± |∫ dτ e^{iωτ} ⟨T δL(t+τ) δL(t)⟩|

    The noise is that of the quietest and the loudest quadrature; vacuum has ½.

    Args:
        model: the model of the result.
        result: the dataset of `stationary_covariance`.
        frequencies: ω, shape (W,), in the frame of the model, in units of the rates.
        parameters: parameter values as a mapping, if the dataset does not carry them.
        **values: parameter values by name, if the dataset does not carry them.

    Returns:
        Dataset with ``flux``, ``quietest_noise`` and ``loudest_noise`` (…, frequency, collective_jump). The coherent part
        ``|⟨L⟩|²`` at ω = 0 is not in it.

    Raises:
        LargespinError: a model without collective jumps, or a dataset of another model.

    Source: input–output theory (Gardiner and Collett 1985).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> normal = ls.stationary_covariance(model, model.state([-1, 0, 0]), field=1.0, coupling=0.5)
        >>> out = ls.output_spectrum(model, normal, [0.0, 1.0])
        >>> bool((out.quietest_noise < 0.5).all())
        True
    """
    check_model(model)
    if not model.collective_jumps:
        raise LargespinError(
            "The model has no collective jump, such as `mode.loss(kappa)`, so nothing leaves through one."
        )
    omega = finite_array("frequencies", frequencies, dimensions=1)
    where = places(model, result, {**(parameters or {}), **values})
    grid, parts = _parts(result)
    if set(where.dims) != set(grid):
        raise LargespinError(
            f"Arguments of `output_spectrum` must not add axes to those of the dataset ({', '.join(grid) or 'none'}), but "
            f"the points have {', '.join(where.dims) or 'none'}."
        )
    grid, parts = _parts(result, where.dims)
    _check_size(parts, len(omega), "frequencies")
    flat = {name: part.reshape(-1, *part.shape[-2:]) for name, part in parts.items()}
    flux, mirrored, pairs = _output(flat, omega, _output_coupling(model, where.starts, where.parameters)[:, None])
    middle = 0.5 + 0.5 * (flux + mirrored)
    names = [jump.name or f"jump {number}" for number, jump in enumerate(model.collective_jumps)]
    shape = (*where.shape, len(omega), len(names))
    dims = (*where.dims, "frequency", "collective_jump")
    variables = {
        "flux": (dims, flux.reshape(shape), {"long_name": "photon flux per frequency", "units": "1"}),
        "quietest_noise": (dims, (middle - pairs).reshape(shape), {"long_name": "noise of the quietest quadrature"}),
        "loudest_noise": (dims, (middle + pairs).reshape(shape), {"long_name": "noise of the loudest quadrature"}),
    }
    coords = _grid_coords(result, grid) | {"frequency": omega, "collective_jump": names}
    return xr.Dataset(variables, coords=coords, attrs=dict(result.attrs))


def _output(
    parts: dict[str, FloatArray], omega: FloatArray, coupling: ComplexArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """flux(ω), flux(−ω) and ``|∫ dτ e^{iωτ} ⟨T δL δL⟩|``, each (points, W, number of jumps)."""

    def flux(w: FloatArray) -> FloatArray:
        # ∫ e^{−iωτ} ⟨δL†(τ) δL(0)⟩ is the spectrum at −ω
        return np.asarray(np.einsum("...cx,...xy,...cy->...c", coupling.conj(), _spectra(parts, -w), coupling).real)

    known = np.asarray(np.isfinite(parts["covariance"]).all(axis=(-1, -2)))
    k = (parts["covariance"] + 0.5j * parts["commutator"])[known][:, None]
    both = np.full((len(known), len(omega), *k.shape[-2:]), np.nan + 0j)
    both[known] = _resolvent(parts["drift"][known], omega, k) + _resolvent(parts["drift"][known], -omega, k)
    ordered = np.einsum("...cx,...xy,...cy->...c", coupling, both, coupling)
    return flux(omega), flux(-omega), np.abs(ordered)


def _parts(result: xr.Dataset, order: tuple[str, ...] | None = None) -> tuple[tuple[str, ...], dict[str, FloatArray]]:
    """The axes of the grid, in the order given if there is one, and the matrices over them."""
    if not isinstance(result, xr.Dataset) or not set(NEEDED) <= set(result.data_vars):
        raise LargespinError(
            "Argument `result` must be the dataset of `stationary_covariance`, but it lacks covariance, drift or diffusion."
        )
    grid = order or tuple(str(d) for d in result["covariance"].dims if d not in ("row", "column"))
    return grid, {name: result[name].transpose(*grid, "row", "column").values for name in NEEDED}


def _check_size(parts: dict[str, FloatArray], count: int, name: str) -> None:
    needed = 16.0 * parts["drift"].size * count
    if needed > LARGEST_RESULT:
        raise LargespinError(
            f"The result would take {needed / 1e9:.1f} GB ({count} {name} × {parts['drift'].size} entries of matrices); ask "
            f"for fewer {name} or fewer points."
        )


def _spectra(parts: dict[str, FloatArray], omega: FloatArray) -> ComplexArray:
    """``A⁻¹ C A⁻¹†`` (…, W, n, n); NaN where there is no covariance."""
    known = np.isfinite(parts["covariance"]).all(axis=(-1, -2))
    drift = parts["drift"][known]
    c = (parts["diffusion_real"] + 1j * parts["diffusion_imag"])[known][:, None]
    values = np.full((*known.shape, len(omega), *c.shape[-2:]), np.nan + 0j)
    half = _resolvent(drift, omega, c)
    values[known] = np.swapaxes(_resolvent(drift, omega, np.swapaxes(half.conj(), -1, -2)).conj(), -1, -2)
    return values


def _resolvent(drift: FloatArray, omega: FloatArray, right: ComplexArray) -> ComplexArray:
    """``(−iω − J)⁻¹ right`` (N, W, n, n) for J (N, n, n) and `right` (N, 1 or W, n, n).

    What is conserved, the eigenvalue 0 of J, is taken out of `right` first: it is constant in time, a δ function at ω = 0.
    """
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


def _output_coupling(model: Model, u: FloatArray, parameters: FloatArray) -> ComplexArray:
    """``λ_c = ∂ℓ_c/∂F`` with ``δL = λ · F``, shape (points, number of jumps, n)."""
    functions = numeric_mean_field(model)
    equations = functions.equations
    inputs = [*equations.averages, *equations.quadratures]

    def table(part: int) -> list[list[sp.Expr]]:
        slopes = [[sp.diff(jump.amplitude, y) for y in inputs] for jump in model.collective_jumps]
        return [[sp.expand(x).as_real_imag()[part] for x in row] for row in slopes]

    scalars = functions.scalars(u, parameters)
    real = scalars.common("output coupling, real", lambda: table(0))
    imaginary = scalars.common("output coupling, imaginary", lambda: table(1))
    forms = input_forms(equations) / np.sqrt(variable_weights(model))
    return np.asarray((real + 1j * imaginary) @ forms)


def _grid_coords(result: xr.Dataset, grid: tuple[str, ...]) -> dict[str, Any]:
    return {str(key): c for key, c in result.coords.items() if set(c.dims) <= set(grid)}


def _complex_dataset(
    name: str,
    values: ComplexArray,
    result: xr.Dataset,
    grid: tuple[str, ...],
    axis: tuple[str, FloatArray, str, str],
    units: str,
) -> xr.Dataset:
    """Real and imaginary part of matrices over the grid and one more axis."""
    dim, points, long_name, axis_units = axis
    dims = (*grid, dim, "row", "column")
    variables = {
        f"{name}_{part}": (dims, x, {"long_name": f"{name}, {part} part", "units": units})
        for part, x in (("real", values.real), ("imag", values.imag))
    }
    coords = _grid_coords(result, grid) | {dim: points, "row": result["row"], "column": result["column"]}
    dataset = xr.Dataset(variables, coords=coords, attrs=dict(result.attrs))
    dataset[dim].attrs = {"long_name": long_name, "units": axis_units}
    return dataset

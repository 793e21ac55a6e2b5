"""The spectrum of what leaves through the collective jumps, such as lossy mirrors."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, finite_array
from largespin.fluctuations.noise import variable_weights
from largespin.fluctuations.two_time import Fluctuations, check_size, fluctuations_of, resolvent, spectral_matrices
from largespin.meanfield.jacobian import input_forms
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import call_values, points_from
from largespin.model.model import Model
from largespin.quantities import described, text


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
        result: the dataset of `stationary_covariance`, which brings states and parameters.
        frequencies: ω, shape (W,), in the frame of the model, in units of the rates.
        parameters: values, as a mapping, of parameters that the dataset does not carry.
        **values: values, by name, of parameters that the dataset does not carry.

    Returns:
        Dataset with ``flux``, ``quietest_noise`` and ``loudest_noise`` (…, angular_frequency, collective_jump), and
        ``outcome``, ``verdict``, ``sentence`` and ``usable`` of the covariance. The coherent part ``|⟨L⟩|²`` at ω = 0
        is not in it.

    Raises:
        LargespinError: a model without collective jumps, a dataset of another model, or other parameter values than its
            own.

    Source: input–output theory (Gardiner and Collett 1985).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> normal = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=0), field=1.0, coupling=0.5)
        >>> out = ls.output_spectrum(model, normal, [0.0, 1.0])
        >>> bool((out.quietest_noise < 0.5).all())
        True
    """
    chosen = call_values(output_spectrum, model, parameters, values)
    if not model.collective_jumps:
        raise LargespinError(
            "The model has no collective jump, such as `mode.loss(kappa)`, so nothing leaves through one."
        )
    omega = finite_array("frequencies", frequencies, dimensions=1)
    fluctuations = fluctuations_of(result)
    again = [key for key in chosen if key in result.coords]
    if again:
        raise LargespinError(
            f"Argument `{again[0]}` must not be given again, because the covariance was computed at the value that the dataset "
            "carries; compute the covariance anew."
        )
    where = points_from(model, result, chosen, name="result")
    if set(where.dims) != set(fluctuations.grid):
        raise LargespinError(
            f"Arguments of `output_spectrum` must not add axes to those of the dataset ({', '.join(fluctuations.grid) or 'none'}), "
            f"but the points have {', '.join(where.dims) or 'none'}."
        )
    fluctuations = fluctuations_of(result, where.dims)
    check_size(fluctuations, len(omega), "frequencies")
    coupling = _output_coupling(model, where.starts, where.parameters)[:, None]
    flux, mirrored, pairs = _output(fluctuations.flat(), omega, coupling)
    middle = 0.5 + 0.5 * (flux + mirrored)
    names = text([jump.name or f"jump {number}" for number, jump in enumerate(model.collective_jumps)])
    shape = (*where.shape, len(omega), len(names))
    dims = (*where.dims, "angular_frequency", "collective_jump")
    variables = {
        "flux": (dims, flux.reshape(shape)),
        "quietest_noise": (dims, (middle - pairs).reshape(shape)),
        "loudest_noise": (dims, (middle + pairs).reshape(shape)),
    }
    coords = fluctuations.coords() | {"angular_frequency": omega, "collective_jump": names}
    return described(xr.Dataset(variables | fluctuations.words(), coords=coords, attrs=dict(result.attrs)))


def _output(
    fluctuations: Fluctuations, omega: FloatArray, coupling: ComplexArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """flux(ω), flux(−ω) and ``|∫ dτ e^{iωτ} ⟨T δL δL⟩|``, each (points, W, number of jumps)."""

    def flux(w: FloatArray) -> FloatArray:
        # ∫ e^{−iωτ} ⟨δL†(τ) δL(0)⟩ is the spectrum at −ω
        spectrum = spectral_matrices(fluctuations, -w)
        return np.asarray(np.einsum("...cx,...xy,...cy->...c", coupling.conj(), spectrum, coupling).real)

    known = fluctuations.known
    drift, k = fluctuations.drift[known], fluctuations.equal_time[known][:, None]
    both = np.full((len(known), len(omega), *k.shape[-2:]), np.nan + 0j)
    both[known] = resolvent(drift, omega, k) + resolvent(drift, -omega, k)
    ordered = np.einsum("...cx,...xy,...cy->...c", coupling, both, coupling)
    return flux(omega), flux(-omega), np.abs(ordered)


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

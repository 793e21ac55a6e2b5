"""The covariance of product states, with modes that are thermal or squeezed: where runs of fluctuations begin."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError, finite_array
from largespin.fluctuations.linear import product_covariance
from largespin.fluctuations.matrices import matrix
from largespin.model.model import Model, check_model
from largespin.model.start import StateLike, given
from largespin.quantities import QUANTITIES, described


def initial_covariance(
    model: Model,
    start: StateLike,
    *,
    occupation: npt.ArrayLike = 0.0,
    squeezing: npt.ArrayLike = 0.0,
    angle: npt.ArrayLike = 0.0,
) -> xr.DataArray:
    r"""Covariance of a product state of the particles, with modes that are thermal, squeezed or both.

    ``Σ_ab = ½⟨{v_a, v_b}⟩ − m_a m_b`` in every block; a mode has the variance ``(n + ½) e^{−2r}`` along the angle φ
    (quadrature ``q cos φ + p sin φ``) and ``(n + ½) e^{2r}`` across it. Coherent amplitudes do not enter.

    Args:
        model: the model.
        start: the state or states: a `State`, Bloch vectors (…, K, d²−1), density matrices or kets, objects of QuTiP,
            or a row or an axis of states of a result.
        occupation: thermal bosons ``n`` per mode, one number or shape (M,), not per particle.
        squeezing: ``r`` per mode.
        angle: ``φ`` per mode, radians.

    Returns:
        Labelled array (…, row, column) for the argument `covariance` of `evolve_covariance`.

    Raises:
        LargespinError: a state that is none, occupations below zero, or more numbers than modes.

    Source: F24 Eq. 7 for product states.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> ls.initial_covariance(model, model.state([-1, 0, 0], modes=0), occupation=2.0).values.diagonal()
        array([0. , 1. , 1. , 2.5, 2.5])
    """
    check_model(model)
    found = given(model, start)
    state = found.state
    result = product_covariance(model, state.bloch)
    count = len(model.modes)
    n, r, phi = (
        _per_mode(name, value, count)
        for name, value in (("occupation", occupation), ("squeezing", squeezing), ("angle", angle))
    )
    if np.any(n < 0):
        raise LargespinError(f"Argument `occupation` must be at least 0, but it is {n.min():g}.")
    first = model.number_of_variables - 2 * count
    for mode in range(count):
        turn = np.array([[np.cos(phi[mode]), -np.sin(phi[mode])], [np.sin(phi[mode]), np.cos(phi[mode])]])
        own = (n[mode] + 0.5) * turn @ np.diag(np.exp([-2.0 * r[mode], 2.0 * r[mode]])) @ turn.T
        chosen = slice(first + 2 * mode, first + 2 * mode + 2)
        result[..., chosen, chosen] = own
    array = matrix(result, state.dims, model.variable_names).rename("covariance")
    array.attrs = dict(zip(("long_name", "units"), QUANTITIES["covariance"], strict=True))
    return described(array.assign_coords({dim: (dim, labels) for dim, labels in found.coords.items()}))


def _per_mode(name: str, value: npt.ArrayLike, count: int) -> FloatArray:
    array = finite_array(name, value)
    if array.shape not in ((), (count,)):
        raise LargespinError(
            f"Argument `{name}` must be one number or one per mode ({count}), but its shape is {array.shape}."
        )
    return np.broadcast_to(array, (count,))

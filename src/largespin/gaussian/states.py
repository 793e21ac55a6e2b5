"""Covariance matrices of the usual Gaussian states, in the library's convention or another one."""

from functools import reduce

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, whole_number
from largespin.gaussian.convention import Ordering, convert


def vacuum_covariance(modes: int, *, vacuum: float = 0.5, ordering: Ordering = "qpqp") -> FloatArray:
    """``Σ = ½·1``.

    Args:
        modes: number of modes n.
        vacuum: variance of a vacuum quadrature in the units of the result: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in
            general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (2n, 2n).

    Raises:
        LargespinError: no mode, a vacuum not above zero, or an unknown ordering.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.vacuum_covariance(1)
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    return convert(0.5 * np.eye(2 * whole_number("modes", modes, 1)), to_vacuum=vacuum, to_ordering=ordering)


def thermal_covariance(occupations: npt.ArrayLike, *, vacuum: float = 0.5, ordering: Ordering = "qpqp") -> FloatArray:
    """``Σ = ⊕_j (n_j + ½)·1`` for mean occupations n of shape (…, modes).

    Args:
        occupations: mean numbers of quanta n, at least zero, shape (…, modes); one number for one mode.
        vacuum: variance of a vacuum quadrature in the units of the result: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in
            general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 2·modes, 2·modes).

    Raises:
        LargespinError: occupations below zero, a vacuum not above zero, or an unknown ordering.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.thermal_covariance([2.0])
        array([[2.5, 0. ],
               [0. , 2.5]])
    """
    n = _not_negative("occupations", occupations)
    if n.ndim == 0:
        n = n[None]
    diagonal = np.repeat(n + 0.5, 2, axis=-1)
    return convert(diagonal[..., None] * np.eye(diagonal.shape[-1]), to_vacuum=vacuum, to_ordering=ordering)


def squeezed_covariance(
    squeezing: npt.ArrayLike,
    angle: npt.ArrayLike = 0.0,
    occupation: npt.ArrayLike = 0.0,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
) -> FloatArray:
    """One mode with the variance ``(n + ½) e^{−2r}`` of ``q cos φ + p sin φ`` and ``(n + ½) e^{2r}`` across it.

    Args:
        squeezing: r.
        angle: φ, radians.
        occupation: mean number of quanta n before squeezing, at least zero. All three broadcast to the leading axes.
        vacuum: variance of a vacuum quadrature in the units of the result: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in
            general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 2, 2).

    Raises:
        LargespinError: an occupation below zero, a vacuum not above zero, or an unknown ordering.

    Example:
        >>> import numpy as np
        >>> from largespin import gaussian
        >>> gaussian.squeezed_covariance(np.log(2.0))
        array([[0.125, 0.   ],
               [0.   , 2.   ]])
    """
    r, phi = finite_array("squeezing", squeezing), finite_array("angle", angle)
    n = _not_negative("occupation", occupation)
    r, phi, n = np.broadcast_arrays(r, phi, n)
    cos, sin = np.cos(phi), np.sin(phi)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    sizes = (n + 0.5)[..., None] * np.exp(np.stack([-2.0 * r, 2.0 * r], -1))
    return convert((turn * sizes[..., None, :]) @ np.swapaxes(turn, -1, -2), to_vacuum=vacuum, to_ordering=ordering)


def two_mode_squeezed_covariance(
    squeezing: npt.ArrayLike,
    occupations: npt.ArrayLike = (0.0, 0.0),
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
) -> FloatArray:
    """Two thermal modes after ``S = exp r(a†b† − ab)``: ``q_1 − q_2`` and ``p_1 + p_2`` are squeezed by ``e^{−2r}``.

    Args:
        squeezing: r, shape (…,).
        occupations: mean numbers of quanta of both modes before squeezing, at least zero, shape (…, 2).
        vacuum: variance of a vacuum quadrature in the units of the result: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in
            general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 4, 4).

    Raises:
        LargespinError: occupations below zero or not two, a vacuum not above zero, or an unknown ordering.

    Example:
        >>> from largespin import gaussian
        >>> state = gaussian.two_mode_squeezed_covariance(0.5)
        >>> round(float(gaussian.log_negativity(state, 0)), 6)  # 2r
        1.0
    """
    r = finite_array("squeezing", squeezing)
    n = _not_negative("occupations", occupations)
    if n.shape[-1:] != (2,):
        raise LargespinError(f"Argument `occupations` must end in an axis of two numbers, but its shape is {n.shape}.")
    r, first, second = np.broadcast_arrays(r, n[..., 0] + 0.5, n[..., 1] + 0.5)
    c, s = np.cosh(r)[..., None, None], np.sinh(r)[..., None, None]
    one, sign = np.eye(2), np.diag([1.0, -1.0])
    squeezer = np.concatenate(
        [np.concatenate([c * one, s * sign], axis=-1), np.concatenate([s * sign, c * one], axis=-1)], axis=-2
    )
    sizes = np.stack([first, first, second, second], axis=-1)
    return convert(
        (squeezer * sizes[..., None, :]) @ np.swapaxes(squeezer, -1, -2), to_vacuum=vacuum, to_ordering=ordering
    )


def direct_sum(*covariances: npt.ArrayLike, ordering: Ordering = "qpqp") -> FloatArray:
    """``Σ_1 ⊕ Σ_2 ⊕ …``: the product state of several parties, in whatever units they share.

    Args:
        covariances: shapes (…, 2n_j, 2n_j) with leading axes that broadcast.
        ordering: order of the quadratures of the arguments and of the result, ``"qpqp"`` (``q_1, p_1, q_2, …``) or
            ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 2n, 2n) with ``n = Σ n_j``.

    Raises:
        LargespinError: no matrix, no square matrix of even size, unknown ordering, or leading axes that do not fit.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.direct_sum(gaussian.vacuum_covariance(1), gaussian.thermal_covariance([1.0])).diagonal()
        array([0.5, 0.5, 1.5, 1.5])
    """
    if not covariances:
        raise LargespinError("Argument `covariances` must be at least one matrix, but there is none.")
    parts = [convert(c, ordering=ordering) for c in covariances]
    try:
        np.broadcast_shapes(*(part.shape[:-2] for part in parts))
    except ValueError as error:
        shapes = ", ".join(str(part.shape[:-2]) for part in parts)
        raise LargespinError(f"Leading axes of `covariances` must broadcast, but they are {shapes}.") from error
    return convert(reduce(_joined, parts), to_ordering=ordering)


def _joined(first: FloatArray, second: FloatArray) -> FloatArray:
    leading = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    a, b = first.shape[-1], second.shape[-1]
    result = np.zeros((*leading, a + b, a + b))
    result[..., :a, :a], result[..., a:, a:] = first, second
    return result


def _not_negative(name: str, value: npt.ArrayLike) -> FloatArray:
    array = finite_array(name, value)
    if np.any(array < 0):
        raise LargespinError(f"Argument `{name}` must be at least 0, but it is {array.min():g}.")
    return array

"""In which units and order covariance matrices are written, and how to change both.

The library writes ``Σ_xy = ½⟨{r_x, r_y}⟩ − ⟨r_x⟩⟨r_y⟩`` with ``[q_j, p_j] = i``, so a vacuum quadrature has the
variance ½, in the order ``q_1, p_1, q_2, p_2, …``. Formulas for Gaussian states are mostly printed for ``V = 2Σ``,
vacuum 1."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, one_of, whole_number

Ordering = Literal["qpqp", "qqpp"]
"""Order of the quadratures: ``q_1, p_1, q_2, …`` or ``q_1, q_2, …, p_1, …``."""


def symplectic_form(modes: int, *, ordering: Ordering = "qpqp") -> FloatArray:
    """``Ω`` with ``[r_x, r_y] = i Ω_xy``.

    Args:
        modes: number of modes n.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (2n, 2n).

    Raises:
        LargespinError: no mode, or an unknown ordering.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.symplectic_form(1)
        array([[ 0.,  1.],
               [-1.,  0.]])
    """
    whole_number("modes", modes, 1)
    form = np.kron(np.eye(modes), np.array([[0.0, 1.0], [-1.0, 0.0]]))
    one_of("ordering", ordering, Ordering)
    order = positions(modes, ordering)
    result = np.empty_like(form)
    result[np.ix_(order, order)] = form
    return result


def positions(modes: int, ordering: Ordering) -> npt.NDArray[np.int_]:
    """Where the quadratures ``q_1, p_1, q_2, …`` stand in the given ordering."""
    if ordering == "qpqp":
        return np.arange(2 * modes)
    return np.arange(2 * modes).reshape(2, modes).T.ravel()


def convert(
    covariance: npt.ArrayLike,
    *,
    vacuum: float = 0.5,
    ordering: Ordering = "qpqp",
    to_vacuum: float = 0.5,
    to_ordering: Ordering = "qpqp",
) -> FloatArray:
    """The same state in other units and another order.

    Args:
        covariance: shape (…, 2n, 2n).
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).
        to_vacuum: variance of a vacuum quadrature in the units of the result.
        to_ordering: order of the quadratures of the result, ``"qpqp"`` or ``"qqpp"``.

    Returns:
        Shape (…, 2n, 2n).

    Raises:
        LargespinError: no square matrix of even size, units not above zero, unknown ordering.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.convert([[0.5, 0.0], [0.0, 0.5]], to_vacuum=1.0)
        array([[1., 0.],
               [0., 1.]])
    """
    matrix = square_matrices(covariance)
    modes = matrix.shape[-1] // 2
    one_of("ordering", ordering, Ordering), one_of("to_ordering", to_ordering, Ordering)
    here, there = positions(modes, ordering), positions(modes, to_ordering)
    scale = number_in("to_vacuum", to_vacuum, 0.0, open_low=True) / number_in("vacuum", vacuum, 0.0, open_low=True)
    if ordering == to_ordering:
        return scale * matrix
    source = here[np.argsort(there)]
    return scale * matrix[..., source[:, None], source]


def square_matrices(covariance: npt.ArrayLike) -> FloatArray:
    """Real matrices of even size; NaN marks points without a state, infinity is refused."""
    try:
        array = np.asarray(covariance)
    except ValueError as error:
        raise LargespinError("Argument `covariance` must be a matrix, but its rows differ in length.") from error
    if np.iscomplexobj(array):
        raise LargespinError("Argument `covariance` must be real, but it is complex.")
    if array.dtype == object or not np.issubdtype(array.dtype, np.number):
        array = finite_array("covariance", covariance)
    matrix = np.array(array, dtype=np.float64)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] % 2 or matrix.shape[-1] == 0:
        raise LargespinError(
            f"Argument `covariance` must end in a square of even size (two rows per mode), but its shape is {matrix.shape}."
        )
    if np.isinf(matrix).any():
        raise LargespinError("Argument `covariance` must not contain infinity, but it does.")
    return matrix


def to_thewalrus(
    covariance: npt.ArrayLike, *, hbar: float = 2.0, vacuum: float = 0.5, ordering: Ordering = "qpqp"
) -> FloatArray:
    """``(ħ/2) V`` in the order ``q_1 … q_n, p_1 … p_n``: the convention of The Walrus.

    Args:
        covariance: shape (…, 2n, 2n).
        hbar: The Walrus's ħ.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 2n, 2n).

    Raises:
        LargespinError: no square matrix of even size, ħ or vacuum not above zero, unknown ordering.

    Source: The Walrus 0.22, `thewalrus.quantum`.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.to_thewalrus(gaussian.vacuum_covariance(1))
        array([[1., 0.],
               [0., 1.]])
    """
    units = number_in("hbar", hbar, 0.0, open_low=True) / 2.0
    return convert(covariance, vacuum=vacuum, ordering=ordering, to_vacuum=units, to_ordering="qqpp")


def from_thewalrus(covariance: npt.ArrayLike, *, hbar: float = 2.0) -> FloatArray:
    """``Σ = V/2`` of a matrix of The Walrus (order ``q_1 … q_n, p_1 … p_n``, vacuum ħ/2), the inverse of `to_thewalrus`.

    Args:
        covariance: The Walrus's matrix, shape (…, 2n, 2n).
        hbar: The Walrus's ħ.

    Returns:
        Shape (…, 2n, 2n), vacuum ½, in the order ``q_1, p_1, q_2, …``.

    Raises:
        LargespinError: no square matrix of even size, or ħ not above zero.

    Source: The Walrus 0.22, `thewalrus.quantum`.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.from_thewalrus([[1.0, 0.0], [0.0, 1.0]])
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    return convert(covariance, vacuum=number_in("hbar", hbar, 0.0, open_low=True) / 2.0, ordering="qqpp")


def to_qutip(
    covariance: npt.ArrayLike, *, g: float = np.sqrt(2.0), vacuum: float = 0.5, ordering: Ordering = "qpqp"
) -> FloatArray:
    """``V/g²`` in the order ``x_1, p_1, x_2, p_2``: the convention of QuTiP's `wigner_covariance_matrix`.

    QuTiP writes ``x = (a + a†)/g``: vacuum ``1/g²``, which is ½ for its usual √2.

    Args:
        covariance: shape (…, 2n, 2n).
        g: QuTiP's scale in ``x = (a + a†)/g``.
        vacuum: variance of a vacuum quadrature in the units given: ½ for ``[q, p] = i``, 1 for 2Σ, ħ/2 in general.
        ordering: order of the quadratures, ``"qpqp"`` (``q_1, p_1, q_2, …``) or ``"qqpp"`` (``q_1, q_2, …, p_1, …``).

    Returns:
        Shape (…, 2n, 2n).

    Raises:
        LargespinError: no square matrix of even size, g or vacuum not above zero, unknown ordering.

    Source: QuTiP 5.3.1, `qutip.continuous_variables`. There `logarithmic_negativity` is right for g = √2 only, because
    it does not scale the determinant of the whole matrix.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.to_qutip(gaussian.vacuum_covariance(1), g=1.0)
        array([[1., 0.],
               [0., 1.]])
    """
    return convert(covariance, vacuum=vacuum, ordering=ordering, to_vacuum=number_in("g", g, 0.0, open_low=True) ** -2)


def from_qutip(covariance: npt.ArrayLike, *, g: float = np.sqrt(2.0)) -> FloatArray:
    """``Σ = V/2`` of a matrix of QuTiP's `wigner_covariance_matrix`, the inverse of `to_qutip`.

    Args:
        covariance: QuTiP's matrix, shape (…, 2n, 2n), in the order ``x_1, p_1, x_2, p_2, …``.
        g: QuTiP's scale in ``x = (a + a†)/g``.

    Returns:
        Shape (…, 2n, 2n), vacuum ½, in the order ``q_1, p_1, q_2, …``.

    Raises:
        LargespinError: no square matrix of even size, or g not above zero.

    Source: QuTiP 5.3.1, `qutip.continuous_variables`.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.from_qutip([[1.0, 0.0], [0.0, 1.0]], g=1.0)
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    return convert(covariance, vacuum=number_in("g", g, 0.0, open_low=True) ** -2)

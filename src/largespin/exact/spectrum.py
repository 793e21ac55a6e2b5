"""The slowest eigenvalues and modes of the Liouvillian on the symmetric space."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigs

from largespin.errors import ComplexArray, FloatArray, LargespinError, whole_number
from largespin.exact.inverse import ShiftedInverse, SolutionError, norm
from largespin.exact.liouvillian import Part
from largespin.exact.null_space import ZERO
from largespin.exact.occupations import IntArray
from largespin.exact.system import System

DENSE = 300
"""Unknowns of a sector up to which all its eigenvalues are computed."""
LARGEST_DIRECT = 120_000
"""Unknowns of a sector up to which shift-invert is used; beyond, Arnoldi on the generator itself."""
SHIFT = 1e-6
"""Shift relative to the generator's norm: eigenvalues nearest to it are found."""
SECTORS = 200
"""Sectors of one generator that are searched."""


@dataclass(frozen=True)
class Spectrum:
    """Slowest eigenvalues of a Liouvillian.

    Attributes:
        eigenvalues: complex, shape (count,), real parts falling from 0; conjugate pairs are two.
        modes: eigenvectors as components, shape (count, size): ``L y = λ y``.
        residuals: ``‖L y − λ y‖ / (‖L‖ ‖y‖)``.
        gap: smallest decay rate that is not zero.
        stationary: how many eigenvalues are zero.
        complete: whether the right edge of the spectrum converged in every sector. If not, the eigenvalues are those
            nearest to zero, and modes that decay as slowly but oscillate fast may be missing.
    """

    eigenvalues: ComplexArray
    modes: ComplexArray
    residuals: FloatArray
    gap: float
    stationary: int
    complete: bool


def spectrum_of(system: System, count: int = 6) -> Spectrum:
    """The `count` eigenvalues with the largest real parts, on the permutation-symmetric space alone.

    Sectors that never mix are solved one by one: all eigenvalues of small ones; for larger ones those nearest to zero by
    shift-invert Arnoldi, joined with what Arnoldi on the generator finds at the right edge, where slow modes may
    oscillate fast. In sectors of more than 300 unknowns a repeated eigenvalue may be found fewer times than it occurs.

    Args:
        system: the model with numbers; constant in time.
        count: how many.

    Returns:
        `Spectrum`.

    Raises:
        LargespinError: explicit time, or no convergence.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins()
        >>> model = ls.Model(spins, jumps=[ls.Jump(spins.lowering), ls.Jump(spins.raising)])
        >>> found = ls.exact.spectrum_of(ls.exact.System(model, 6), 4)
        >>> found.eigenvalues.real.round(9) + 0.0, round(found.gap, 9)
        (array([ 0., -1., -1., -2.]), 1.0)
    """
    count = whole_number("count", count, 1, system.space.size)
    system.check_memory(LARGEST_DIRECT)
    liouvillian = system.real_liouvillian
    if not liouvillian.is_steady:
        raise LargespinError("The model must be constant in time to have a spectrum, but it depends on time.")
    number, labels = liouvillian.sectors
    if number > SECTORS:
        # Thousands of small sectors, as in models without any coupling between levels, are one problem.
        labels = _merged(labels)
    values, modes, errors, complete = [], [], [], True
    for sector in np.unique(labels):
        part = Part(liouvillian, np.flatnonzero(labels == sector))
        try:
            own, vectors, edge = _slowest(part.steady, count)
        except (SolutionError, ArpackError, ArpackNoConvergence) as error:
            raise LargespinError(f"The spectrum could not be found: {error}.") from error
        complete = complete and edge
        values.append(own)
        errors.append(_residuals(part.steady, own, vectors))
        modes += [(part, vector) for vector in vectors.T]
    return _sorted(np.concatenate(values), modes, np.concatenate(errors), count, norm(liouvillian.steady), complete)


def _merged(labels: IntArray) -> IntArray:
    """Neighbouring sectors joined into at most `SECTORS`."""
    unique, inverse = np.unique(labels, return_inverse=True)
    return np.asarray(inverse * SECTORS // len(unique))


def _slowest(matrix: sparse.csr_array, count: int) -> tuple[ComplexArray, ComplexArray, bool]:
    """Eigenvalues, eigenvectors, and whether the right edge of the spectrum is among them."""
    size = matrix.shape[0]
    if size <= max(DENSE, count + 2):
        values, vectors = np.linalg.eig(matrix.toarray())
        order = np.argsort(-values.real, kind="stable")[: count + 1]
        return values[order], vectors[:, order], True
    wanted = min(count + 2, size - 2)
    start = np.random.default_rng(3).normal(size=size)
    if size <= LARGEST_DIRECT:
        # An inverse at the shift makes the eigenvalues nearest to zero the largest; more are asked for than are kept,
        # because far oscillating ones may decay as slowly.
        shift = SHIFT * norm(matrix)
        inverse = ShiftedInverse(matrix, shift)
        operator = LinearOperator(matrix.shape, inverse, dtype=np.float64)
        near = eigs(matrix, k=wanted, sigma=shift, OPinv=operator, v0=start, tol=1e-12)
        right = _rightmost(matrix, wanted, start)
        return *_joined(near, right, norm(matrix)), len(right[0]) >= wanted
    right = _rightmost(matrix, wanted, start)
    if not len(right[0]):
        raise SolutionError(f"Arnoldi iteration did not converge for {size} unknowns")
    return *right, len(right[0]) >= wanted


def _rightmost(matrix: sparse.csr_array, wanted: int, start: FloatArray) -> tuple[ComplexArray, ComplexArray]:
    """Eigenvalues with the largest real parts by Arnoldi, wherever they oscillate; those that converged."""
    try:
        return eigs(matrix, k=wanted, which="LR", v0=start, tol=1e-10, ncv=max(60, 5 * wanted), maxiter=300)
    except ArpackNoConvergence as error:
        return error.eigenvalues, error.eigenvectors.reshape(len(start), -1)


def _joined(near: Any, right: Any, scale: float) -> tuple[ComplexArray, ComplexArray]:
    """Eigenvalues nearest to zero, and those further to the right that oscillate too fast to be near."""
    (values, vectors), (others, directions) = near, right
    if not len(others):
        return values, vectors
    new = [index for index, value in enumerate(others) if np.abs(values - value).min() > 1e-7 * scale]
    return np.concatenate([values, others[new]]), np.concatenate([vectors, directions[:, new]], axis=1)


def _residuals(matrix: sparse.csr_array, values: ComplexArray, vectors: ComplexArray) -> FloatArray:
    defects = np.linalg.norm(matrix @ vectors - vectors * values, axis=0)
    return np.asarray(defects / (norm(matrix) * np.linalg.norm(vectors, axis=0)))


def _sorted(
    values: ComplexArray,
    modes: list[tuple[Part, ComplexArray]],
    errors: FloatArray,
    count: int,
    scale: float,
    complete: bool,
) -> Spectrum:
    zero = np.abs(values) <= 10 * ZERO * scale * max(1, len(values)) ** 0.5
    order = np.lexsort((values.imag, np.abs(values.imag), -np.where(zero, 0.0, values.real)))
    kept = order[:count]
    if np.max(errors[kept], initial=0.0) > 1e-7:
        raise LargespinError(f"The spectrum could not be found: a residual is {errors[kept].max():.1e}.")
    vectors = np.array([_components(*modes[index]) for index in kept])
    moving = values[order][~zero[order]]
    gap = float(-moving.real.max()) + 0.0 if len(moving) else float("inf")
    return Spectrum(np.where(zero[kept], 0.0, values[kept]), vectors, errors[kept], gap, int(zero.sum()), complete)


def _components(part: Part, vector: ComplexArray) -> ComplexArray:
    """A complex combination of Hermitian elements as components."""
    return part.widened(vector.real.copy()) + 1j * part.widened(vector.imag.copy())

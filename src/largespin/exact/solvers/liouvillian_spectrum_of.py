"""The slowest eigenvalues and modes of the Liouvillian on the symmetric space."""

from dataclasses import dataclass

import numpy as np

from largespin.errors import ComplexArray, FloatArray, LargespinError, whole_number
from largespin.exact.generator.liouvillian import Liouvillian, Part
from largespin.exact.generator.system import System, check_system
from largespin.exact.solvers.fewer_particles import frequencies_of_fewer
from largespin.exact.solvers.inverse import norm
from largespin.exact.solvers.large_sectors import modes_of_large, zero_below
from largespin.exact.solvers.room import DENSE_COPIES, check_room
from largespin.exact.solvers.slow_modes import SPARE, SlowModes
from largespin.exact.solvers.small_sectors import Modes, modes_of_small
from largespin.exact.space.occupations import IntArray

DENSE = 300
"""Unknowns of a sector up to which all its eigenvalues are computed: below, that takes less time than any search (0.2 s)."""
LARGEST_RESIDUAL = 1e-7
"""Residual relative to the generator's norm above which nothing is returned: far above what the solvers leave, and below
what would be seen in rates of the order of the norm."""
VECTORS = 14
"""Vectors of work beside the Krylov space: terms of the polynomial, and the matrix again."""


@dataclass(frozen=True, repr=False)
class LiouvillianSpectrum:
    """Slowest eigenvalues of a Liouvillian.

    Attributes:
        eigenvalues: complex, shape (count,), real parts falling from 0; conjugate pairs are two.
        modes: eigenvectors as components, shape (count, size): ``L y = λ y``.
        residuals: ``‖L y − λ y‖ / (‖L‖ ‖y‖)``.
        gap: smallest decay rate that is not zero.
        stationary: how many eigenvalues are zero.
        complete: whether nothing as slow is missing: in every sector what is left after a long time, beside the modes
            found, decays faster. If not, modes that decay as slowly but oscillate fast, or further copies of repeated
            eigenvalues, may be missing.
    """

    eigenvalues: ComplexArray
    modes: ComplexArray
    residuals: FloatArray
    gap: float
    stationary: int
    complete: bool

    def __repr__(self) -> str:
        words = "complete" if self.complete else "perhaps incomplete"
        return f"LiouvillianSpectrum({len(self.eigenvalues)} eigenvalues, {self.stationary} of them zero, gap {self.gap:.4g}, {words})"


def liouvillian_spectrum_of(system: System, *, count: int = 6) -> LiouvillianSpectrum:
    r"""The `count` eigenvalues with the largest real parts, ``L y = λ y``, on the permutation-symmetric space alone.

    Sectors that never mix are solved one by one: all eigenvalues of small ones; for larger ones the largest eigenvalues of
    ``e^{Lt}``, which are the slowest modes however fast they oscillate. These are projected out, and what else is left
    after the time t shows whether a mode is missing, repeated eigenvalues included. Where that takes too long, the modes
    nearest to zero and to the frequencies of a system with fewer particles are given, and `LiouvillianSpectrum.complete` is False.

    Args:
        system: the model with numbers; constant in time.
        count: how many.

    Returns:
        `LiouvillianSpectrum`.

    Raises:
        LargespinError: explicit time, a size beyond the memory, or no convergence.

    Limits: the time taken grows as the fastest frequency over the rate that separates the modes wanted from the next.
        Rates below 1e-12 of the generator's norm count as zero.

    Source: theory page, section 6; Arnoldi iteration for ``e^{Lt}`` and a polynomial for the exponential: Y. Saad,
        Numerical Methods for Large Eigenvalue Problems (SIAM 2011), chapters 6 and 7.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins()
        >>> model = ls.Model(spins, jumps=[ls.Jump(spins.lowering), ls.Jump(spins.raising)])
        >>> found = ls.exact.liouvillian_spectrum_of(ls.exact.System(model, particles=6), count=4)
        >>> found.eigenvalues.real.round(9) + 0.0, round(found.gap, 9)
        (array([ 0., -1., -1., -2.]), 1.0)
    """
    check_system(system)
    count = whole_number("count", count, 1, system.space.size)
    check_liouvillian_spectrum(system, count)
    liouvillian = system.real_liouvillian
    number, labels = liouvillian.sectors
    sizes = np.bincount(labels, minlength=number)
    dense = sizes <= np.maximum(DENSE, 2 * SlowModes.directions(count + SPARE))
    _check_sectors(sizes, dense, count, system.memory_limit)
    small = np.flatnonzero(dense)
    known = list(modes_of_small(liouvillian.steady, labels, small, count)) if len(small) else []
    large = [Part(liouvillian, np.flatnonzero(labels == sector)) for sector in np.flatnonzero(~dense)]
    scale = norm(liouvillian.steady)
    found, complete = modes_of_large(
        large, known, count, scale, system.memory_limit, lambda: frequencies_of_fewer(system, count)
    )
    return _sorted(liouvillian, [*known, *found], count, scale, complete)


def check_liouvillian_spectrum(system: System, count: int) -> None:
    """Refuse what has no spectrum or does not fit into memory, before anything large is built."""
    system.check_steady("a Liouvillian spectrum")
    system.check_memory()
    # Complex, and twice while the array is made of its rows.
    size = 32.0 * count * system.space.size
    what = f"{count:,} modes of {system.space.size:,} components"
    check_room(what, size, system.memory_limit, "ask for fewer with `count`")


def _check_sectors(sizes: IntArray, dense: IntArray, count: int, limit: float | None) -> None:
    largest = int(sizes[dense].max(initial=0))
    what = f"all eigenvalues of a sector of {largest:,} unknowns"
    cure = "ask for fewer with `count`, or take fewer particles"
    check_room(what, DENSE_COPIES * float(largest) ** 2, limit, cure)
    wanted = SlowModes.directions(count + SPARE) + 3 * count + VECTORS
    unknowns = float(sizes[~dense].sum())
    what = f"the directions among which {count:,} modes of {unknowns:,.0f} unknowns are looked for"
    check_room(what, 8.0 * unknowns * wanted, limit, cure)


def _sorted(
    liouvillian: Liouvillian, known: list[Modes], count: int, scale: float, complete: bool
) -> LiouvillianSpectrum:
    everything = np.concatenate([modes.eigenvalues for modes in known])
    bound = zero_below(len(everything), scale)
    values = np.concatenate([modes.slowest for modes in known])
    errors = np.concatenate([modes.residuals for modes in known])
    zero = np.abs(values) <= bound
    kept = np.lexsort((values.imag, np.abs(values.imag), -np.where(zero, 0.0, values.real)))[:count]
    if np.max(errors[kept], initial=0.0) > LARGEST_RESIDUAL:
        raise LargespinError(f"The Liouvillian spectrum could not be found: a residual is {errors[kept].max():.1e}.")
    pairs = [(place, vector) for modes in known for place, vector in zip(modes.places, modes.vectors, strict=True)]
    vectors = np.array([_components(Part(liouvillian, pairs[index][0]), pairs[index][1]) for index in kept])
    still = np.abs(everything) <= bound
    moving = everything[~still]
    gap = float(-moving.real.max()) + 0.0 if len(moving) else float("inf")
    chosen = np.where(zero[kept], 0.0, values[kept])
    return LiouvillianSpectrum(chosen, vectors, errors[kept], gap, int(still.sum()), complete)


def _components(part: Part, vector: ComplexArray) -> ComplexArray:
    """A complex combination of Hermitian elements as components."""
    return part.widened(vector.real.copy()) + 1j * part.widened(vector.imag.copy())

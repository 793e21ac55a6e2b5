"""The slow modes of all large sectors together: how much has to be known of each, and what is done where time is short."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import ArpackError

from largespin.errors import FloatArray, LargespinError
from largespin.exact.generator.liouvillian import Part
from largespin.exact.solvers.inverse import SolutionError
from largespin.exact.solvers.nearby_modes import modes_near
from largespin.exact.solvers.null_space import DIRECT, ZERO, null_space
from largespin.exact.solvers.room import DENSE_COPIES, allowed
from largespin.exact.solvers.slow_modes import BUDGET, SPARE, SlowModes
from largespin.exact.solvers.small_sectors import Modes, modes_of_dense
from largespin.exact.space.superoperators import TINY

LARGEST_DIRECT = 120_000
"""Unknowns of a sector up to which the modes nearest to zero are found by a factorisation, where the search for all slow
modes takes too long: minutes and some 10 GB at this size."""
LARGEST_DENSE = 3_000
"""Unknowns of a sector up to which all eigenvalues are computed where the search takes longer: half a minute at this size."""
DENSE_TIME = 0.7
"""Time that all eigenvectors of n unknowns take, over n³, in the time in which one entry of a sparse matrix is visited: 6 s
for 1,771 unknowns, at 1.5 ns per entry. A search that takes longer than that is given up for it."""


@dataclass
class Sector:
    """A large sector and what is known of it.

    Attributes:
        part: the sector.
        search: the search for its slow modes.
        modes: those found.
        complete: whether none is missing that was asked for; None as long as that is open.
        seeded: whether its stationary states were counted by other means.
    """

    part: Part
    search: SlowModes
    modes: Modes
    complete: bool | None = None
    seeded: bool = False


def zero_below(count: int, scale: float) -> float:
    """Modulus below which eigenvalues are zero: ten times what counts as zero, and more where many errors may add up."""
    return 10 * ZERO * scale * max(1, count) ** 0.5


def modes_of_large(
    parts: list[Part],
    known: list[Modes],
    count: int,
    scale: float,
    limit: float | None,
    guesses: Callable[[], FloatArray],
) -> tuple[list[Modes], bool]:
    """Modes of the large sectors, and whether none is missing that belongs to the slowest `count` of all sectors.

    Args:
        parts: the large sectors.
        known: all modes of the small ones.
        count: how many modes of all are wanted.
        scale: norm of the whole generator.
        limit: bytes allowed; most of the free memory if None.
        guesses: frequencies at which slow modes may be, asked for only where the search takes too long.

    Raises:
        LargespinError: nothing at all could be found in a sector.
    """
    sectors = [_first(part, count, scale, limit) for part in parts]
    for sector in sectors:
        if sector.search.exhausted:
            _last_resort(sector, count, limit, guesses)
    for sector in sectors:
        while sector.complete is None:
            # The more is known, the less is asked.
            rate = rate_needed([*known, *(other.modes for other in sectors)], count, scale)
            sector.complete = sector.search.has_all_up_to(rate)
            if sector.complete is None:
                _update(sector, scale, limit)
            if sector.search.exhausted:
                _last_resort(sector, count, limit, guesses)
    return [sector.modes for sector in sectors], all(bool(sector.complete) for sector in sectors)


def rate_needed(known: list[Modes], count: int, scale: float) -> float:
    """Decay rate up to which every mode has to be known: the slowest `count`, and the gap."""
    values = np.concatenate([modes.eigenvalues for modes in known])
    rates = np.sort(-values.real)
    moving = rates[rates > zero_below(len(rates), scale)]
    if len(rates) < count or not len(moving):
        return float("inf")
    return float(max(rates[count - 1], moving[0]))


def _first(part: Part, count: int, scale: float, limit: float | None) -> Sector:
    """A sector with its slowest modes, as far as the first searches see them."""
    size = len(part.kept)
    budget = min(BUDGET, DENSE_TIME * float(size) ** 3) if _dense_fits(size, limit) else BUDGET
    search = SlowModes(part.steady, budget)
    search.find(count + SPARE)
    sector = Sector(part, search, modes_found(part, search))
    _update(sector, scale, limit)
    return sector


def _dense_fits(size: int, limit: float | None) -> bool:
    return size <= LARGEST_DENSE and DENSE_COPIES * float(size) ** 2 <= allowed(limit)


def _update(sector: Sector, scale: float, limit: float | None) -> None:
    """The modes found so far; where zero is repeated, all copies at once."""
    sector.modes = modes_found(sector.part, sector.search)
    matrix = sector.search.matrix
    zeros = np.count_nonzero(np.abs(sector.modes.eigenvalues) <= zero_below(len(sector.modes.eigenvalues), scale))
    if zeros < 2 or sector.seeded or matrix.shape[0] > DIRECT:
        return
    sector.seeded = True
    nothing = np.zeros(matrix.shape[0])
    try:
        sector.search.add(null_space(matrix, nothing, nothing, "direct", limit).vectors.astype(np.complex128))
    except SolutionError:
        # One search after the other finds them as well.
        return
    sector.modes = modes_found(sector.part, sector.search)


def _last_resort(sector: Sector, count: int, limit: float | None, guesses: Callable[[], FloatArray]) -> None:
    """All eigenvalues of a sector of moderate size; of others, what lies near zero and near the frequencies guessed."""
    search, size = sector.search, sector.search.matrix.shape[0]
    if _dense_fits(size, limit):
        sector.modes, sector.complete = modes_of_dense(search.matrix, sector.part.kept, count), True
        return
    sector.complete = False
    try:
        if size > LARGEST_DIRECT:
            raise SolutionError(f"what is left of {size:,} unknowns after a long time does not converge")
        for frequency in (0.0, *guesses()):
            search.add(modes_near(search.matrix, frequency, count + SPARE, limit))
    except (SolutionError, ArpackError) as error:
        if not search.basis.shape[1]:
            raise LargespinError(f"The Liouvillian spectrum could not be found: {error}.") from error
    sector.modes = modes_found(sector.part, search)


def modes_found(part: Part, search: SlowModes) -> Modes:
    """What a search has found, slowest first."""
    values, vectors = search.eigenpairs()
    order = np.argsort(-values.real, kind="stable")
    values, vectors = values[order], vectors[:, order]
    defects = np.linalg.norm(part.steady @ vectors - vectors * values, axis=0)
    residuals = np.asarray(defects / (search.scale * np.maximum(np.linalg.norm(vectors, axis=0), TINY)))
    return Modes(values, values, (part.kept,) * len(values), tuple(vectors.T), residuals)

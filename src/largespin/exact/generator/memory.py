"""How large an exact solution is, before any memory is taken."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from largespin.errors import LargespinError
from largespin.exact.generator.generator import Term
from largespin.exact.space.superoperators import Move, conjugated_moves

BYTES_PER_ENTRY = 100
"""Peak memory per counted entry of the generator, measured (tests/exact/test_memory.py): indices and values while it is
put together, sorted and made real."""
BYTES_PER_COMPONENT = 400
"""Labels, norms, rows of observables and vectors of the solver per component, measured."""
FILL = 8e6
"""Entries of complete factors at 12,000 unknowns, measured for spins ½; other sizes follow from the law of growth."""
INCOMPLETE_FILL = 10.0
"""Entries of incomplete factors per entry of the matrix, measured; `spilu` is not allowed more than 16."""
BYTES_PER_FACTOR = 20.0
"""Value, index and room to grow of one entry of SuperLU's factors."""
SHARE = 0.9
"""Share of the free memory that one solution may take; the rest is for the result and for what other programs ask for
while it runs."""


@dataclass(frozen=True)
class Estimate:
    """Size of an exact solution.

    Attributes:
        particles: N.
        fock: Fock states per mode.
        components: components of a symmetric density matrix.
        entries: upper bound of the non-zero entries of the generator.
        kept: states that are kept for the result.
        factors: bytes for the factors of the generator, where linear equations are solved.
        memory: peak memory in bytes.
    """

    particles: int
    fock: tuple[int, ...]
    components: int
    entries: int
    kept: int = 0
    factors: float = 0.0

    @property
    def memory(self) -> float:
        """Peak memory in bytes."""
        # Kept states exist twice, 16 bytes a number, while the result is made of them.
        per_component = BYTES_PER_COMPONENT + 32 * self.kept
        return float(self.entries * BYTES_PER_ENTRY + self.components * per_component) + self.factors

    def __str__(self) -> str:
        modes = f", {' × '.join(map(str, self.fock))} Fock states" if self.fock else ""
        return (
            f"{self.particles} particles{modes}: {self.components:,} components, at most {self.entries:,} entries in the "
            f"generator, {in_words(self.memory)}"
        )


def of_terms(particles: int, fock: tuple[int, ...], components: int, terms: Iterable[Term]) -> Estimate:
    """The estimate for described terms."""
    moves: set[Move] = set()
    for term in terms:
        moves |= set(term.superoperator.moves)
        if term.half:
            moves |= set(conjugated_moves(term.superoperator.moves))
    return Estimate(particles, fock, components, components * max(len(moves), 1))


def with_factors(estimate: Estimate, direct: int) -> Estimate:
    """The estimate of a stationary state or a Liouvillian spectrum.

    Args:
        estimate: that of the generator.
        direct: unknowns up to which a factorisation is complete.
    """
    # Most generators fall into two sectors. Complete factors of three-dimensional stencils fill up as n^{3/2}.
    unknowns = estimate.components / 2
    complete = FILL * (unknowns / 12_000) ** 1.5
    entries = complete if unknowns <= direct else INCOMPLETE_FILL * estimate.entries / 2
    return replace(estimate, factors=BYTES_PER_FACTOR * entries)


def free_memory() -> float:
    """Bytes of memory that are free now; infinite where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return float(line.split()[1]) * 1024.0  # Linux counts in kibibytes.
    except (OSError, ValueError):
        pass
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")


def check(estimate: Estimate, smaller: Callable[[int], Estimate | None], limit: float | None = None) -> None:
    """Refuse what does not fit, and say which number of particles would.

    Args:
        estimate: what was asked for.
        smaller: the estimate for at most so many particles; None if there is none.
        limit: bytes allowed; most of the free memory if not given.
    """
    allowed = SHARE * free_memory() if limit is None else limit
    if estimate.memory <= allowed:
        return
    fits = _largest_that_fits(estimate.particles, smaller, allowed)
    nothing = "; lower `fock`" if estimate.fock else "; free some memory, or allow more with `memory_limit`"
    cure = f"{fits} would fit" if fits is not None else f"no number of particles would fit{nothing}"
    raise LargespinError(
        f"The exact solution must fit into memory, but {estimate}, and only {in_words(allowed)} are free; {cure}."
    )


def check_kept(size: float, limit: float | None = None) -> None:
    """Refuse states of all points that do not fit together, `size` in bytes."""
    allowed = SHARE * free_memory() if limit is None else limit
    if size > allowed:
        raise LargespinError(
            f"The states that are kept must fit into memory, but those of all points take {in_words(size)}, and only "
            f"{in_words(allowed)} are free; ask for fewer times or points, or leave out `keep_states`."
        )


def _largest_that_fits(particles: int, smaller: Callable[[int], Estimate | None], allowed: float) -> Estimate | None:
    low, high = 0, particles
    found = None
    while low < high:
        middle = (low + high + 1) // 2
        candidate = smaller(middle)
        if candidate is not None and candidate.memory <= allowed:
            found, low = candidate, middle
        else:
            high = middle - 1
    return found


def in_words(size: float) -> str:
    """Bytes as people read them."""
    number, unit = (size / 1e9, "GB") if size >= 1e9 else (size / 1e6, "MB")
    return f"{float(f'{number:.2g}'):g} {unit}"

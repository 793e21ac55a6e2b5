"""Stationary states at finite N that say how good they are, and whether there are others."""

from dataclasses import dataclass, replace

import numpy as np

from largespin.errors import ComplexArray, FloatArray, LargespinError, one_of
from largespin.exact.generator.liouvillian import Liouvillian, Part
from largespin.exact.generator.system import System, check_system
from largespin.exact.solvers.extremal import can_split, extremal_states, maximally_mixed, spread_state
from largespin.exact.solvers.inverse import SolutionError
from largespin.exact.solvers.null_space import DIRECT, ZERO, Method, NullSpace, null_space, relative_residual
from largespin.exact.states.positivity import positivity
from largespin.exact.states.state import SymmetricState

LARGEST_RESIDUAL = 1e-8
"""Residual relative to the generator's norm above which nothing is returned: far above what the solvers leave, and below what
would be seen in rates of the order of the norm."""
NEGATIVE = 1e-6
"""Weight of negative eigenvalues above which nothing is returned: rounding stays below, and what is
no state at all is wrong by more."""
TOGETHER = 200
"""Unknowns up to which sectors are solved together: for so few, calls cost more than arithmetic."""
TRIES = 4
"""Random mixtures tried to tell extremal states apart: two states that look alike in one do not in the next."""
FAR = 1e-3
"""Distance of a split state from the stationary ones, relative to its length, above which the split was wrong: right ones
keep seven digits up to 56 spins."""
NO_TRACE = 1e-12
"""Trace, relative to the largest component, below which a solution is no state: rounding of a sum of components."""
STORED = 1e-15
"""Error of stored numbers when positivity is decided: the residual is corrected to rounding."""


@dataclass(frozen=True, repr=False)
class StationaryStates:
    """All stationary states of a system.

    Attributes:
        states: the extremal ones; every stationary state is a mixture of them unless `continuum`.
        residuals: ``max |L ρ|`` of each, relative to the norm of L and the largest component of ρ.
        negativities: weight of negative eigenvalues of each; NaN where it cannot be decided.
        gap: smallest non-zero rate that was seen beside them, an estimate; `spectrum` computes it.
        continuum: whether there are stationary directions that do not split into extremal states: coherences between
            these persist, so that they form a continuum, or a state is metastable beyond double precision.
        solver: how they were found: ``"dense"``, ``"direct"``, ``"iterative"``, or several for different sectors.
        sentence: all of this in words.
    """

    states: tuple[SymmetricState, ...]
    residuals: tuple[float, ...]
    negativities: tuple[float, ...]
    gap: float
    continuum: bool
    solver: str
    sentence: str

    def __repr__(self) -> str:
        return (
            f"StationaryStates({len(self.states)} state(s), gap about {self.gap:.4g}, {self.solver}: {self.sentence})"
        )

    @property
    def unique(self) -> bool:
        """Whether there is exactly one."""
        return len(self.states) == 1 and not self.continuum


def stationary_states_of(system: System, *, method: Method = "auto") -> StationaryStates:
    """Solve ``L ρ = 0``, ``tr ρ = 1`` for all extremal solutions.

    Args:
        system: the model with numbers; constant in time.
        method: ``"direct"`` (sparse factorisation), ``"iterative"`` (incomplete factorisation with GMRES), or ``"auto"``.

    Returns:
        `StationaryStates`.

    Raises:
        LargespinError: explicit time, a size beyond the memory, or no solution that passes the checks, with the reason.

    Limits: rates below 1e-13 of the generator's norm count as zero. Several states are told apart up to 56 spins ½ per
        block, or dimension 1500 of the full space of particles with more levels.

    Source: theory page, section 6; how extremal states are found: `largespin.exact.solvers.extremal`.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins()
        >>> model = ls.Model(spins, jumps=[ls.Jump(spins.lowering), ls.Jump(spins.raising, 2**0.5)])
        >>> found = ls.exact.stationary_states_of(ls.exact.System(model, particles=10))
        >>> found.unique, round(float(found.states[0].means()[0, 2]), 10)
        (True, 0.3333333333)
    """
    check_stationary(system, method)
    liouvillian = system.real_liouvillian
    mixed = liouvillian.basis.coordinates(maximally_mixed(system.space))
    trace = liouvillian.basis.row(system.space.trace.astype(np.complex128))
    sectors: list[tuple[Part, NullSpace]] = []
    for part in _parts(liouvillian):
        try:
            null = null_space(part.steady, trace[part.kept], mixed[part.kept], method, system.memory_limit)
        except SolutionError as error:
            raise LargespinError(f"No stationary state could be found: {error}.") from error
        sectors.append((part, null))
    gap = min(null.gap for _, null in sectors)
    methods = ", ".join(sorted({null.method for _, null in sectors}))
    states, continuum = _extremal(system, trace, sectors)
    return _checked(system, states, gap, continuum, methods)


def check_stationary(system: System, method: Method) -> None:
    """Refuse what has no stationary state or does not fit into memory, before anything large is built."""
    check_system(system)
    one_of("method", method, Method)
    system.check_steady("stationary states")
    system.check_memory(DIRECT if method != "direct" else system.space.size)


def _parts(liouvillian: Liouvillian) -> list[Part]:
    """The sectors; small ones are taken together, so that thousands of them cost little."""
    count, labels = liouvillian.sectors
    sizes = np.bincount(labels, minlength=count)
    # A sector of its own only where that saves work.
    merged = np.cumsum(np.where(sizes > TOGETHER, 0, sizes)) // TOGETHER
    group = np.where(sizes > TOGETHER, count + np.arange(count), merged)
    of = group[labels]
    order = np.argsort(of, kind="stable")
    return [Part(liouvillian, kept) for kept in np.split(order, np.flatnonzero(np.diff(of[order])) + 1)]


def _extremal(
    system: System, trace: FloatArray, sectors: list[tuple[Part, NullSpace]]
) -> tuple[list[SymmetricState], bool]:
    """The extremal states, and whether they form a continuum."""
    found = [(part, null) for part, null in sectors if null.vectors.shape[1]]
    if not found:
        smallest = min(null.gap for _, null in sectors)
        raise LargespinError(
            f"No stationary state could be found: the smallest rate is {smallest:.1e}; the rates span more orders of magnitude "
            "than double precision holds."
        )
    if all(null.vectors.shape[1] == 1 and np.any(trace[part.kept]) for part, null in found):
        # Their populations lie on different levels: their supports are orthogonal, and there are no other states.
        return [_normalised(system, part.widened(null.vectors[:, 0])) for part, null in found], False
    count = sum(null.vectors.shape[1] for _, null in found)
    if not can_split(system.space):
        raise LargespinError(
            f"No stationary state could be told from others: {count} directions do not move faster than rounding, and the "
            f"density matrix of {system.space.particles} particles is too large to split; take fewer."
        )
    basis = found[0][0].liouvillian.basis
    # Long-time averages of states are states; that of a state of full rank contains all others.
    spread = basis.coordinates(spread_state(system.space).vector)
    average = np.zeros(basis.size)
    vectors = np.zeros((basis.size, count))
    column = 0
    for part, null in found:
        average[part.kept] = null.average(spread[part.kept])
        width = null.vectors.shape[1]
        vectors[part.kept, column : column + width] = null.vectors
        column += width
    mixture = _normalised(system, basis.components(average))
    for seed in range(TRIES):
        coefficients = np.random.default_rng(seed).normal(size=count)
        generic = vectors @ (coefficients / np.linalg.norm(coefficients))
        other = system.state(basis.components(generic / np.abs(generic).max()))
        exact = [_projected(system, vectors, state) for state in extremal_states(mixture, other, count) or ()]
        if exact and all(state is not None for state in exact):
            return [state for state in exact if state is not None], False
    return [mixture], True


def _projected(system: System, vectors: FloatArray, state: SymmetricState) -> SymmetricState | None:
    """The stationary state nearest to one that is nearly so; None if it is far."""
    basis = system.real_liouvillian.basis
    coordinates = basis.coordinates(state.vector)
    nearest = vectors @ np.linalg.lstsq(vectors, coordinates)[0]
    if np.linalg.norm(nearest - coordinates) > FAR * np.linalg.norm(coordinates):
        return None
    return _normalised(system, basis.components(nearest))


def _normalised(system: System, vector: ComplexArray) -> SymmetricState:
    state = system.state(vector)
    trace = state.trace()
    if not abs(trace) > NO_TRACE * np.abs(vector).max():
        raise LargespinError("No stationary state could be found: the solution has no trace.")
    return replace(state, vector=state.vector / trace)


def _residual(system: System, state: SymmetricState) -> float:
    """``max |L ρ|``, relative to the generator's norm and the largest component."""
    liouvillian = system.real_liouvillian
    return relative_residual(liouvillian.steady, liouvillian.basis.coordinates(state.vector))


def _checked(
    system: System, states: list[SymmetricState], gap: float, continuum: bool, method: str
) -> StationaryStates:
    residuals = tuple(_residual(system, state) for state in states)
    if max(residuals) > LARGEST_RESIDUAL:
        raise LargespinError(f"No stationary state could be found: the residual {max(residuals):.1e} is too large.")
    decisions = [positivity(s, error=STORED) if can_split(system.space) else None for s in states]
    negativities = tuple(d.negativity if d is not None else float("nan") for d in decisions)
    populations = min(float(s.vector[system.space.diagonal].real.min()) for s in states)
    worst = max([n for n in negativities if not np.isnan(n)], default=0.0)
    if worst > NEGATIVE or populations < -NEGATIVE:
        raise LargespinError(
            f"No stationary state could be found: the solution is not positive (negative weight {max(worst, -populations):.1e})."
        )
    count = f"{len(states)} extremal stationary states" if len(states) > 1 else "One stationary state"
    if continuum:
        count = (
            "Several directions do not move and do not split into extremal states, because coherences between them persist or "
            "rates are too slow to tell: one mixture of all is given"
        )
    rest = f"the next rate is about {gap:.3g}" if np.isfinite(gap) else "there is no other rate"
    sentence = f"{count}; residual {max(residuals):.1e}, {rest} (rates below {ZERO:.0e} of the largest count as zero)."
    return StationaryStates(tuple(states), residuals, negativities, gap, continuum, method, sentence)

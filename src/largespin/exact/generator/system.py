"""One model with numbers: particles, Fock states and parameter values; what all exact solutions start from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from largespin.errors import ComplexArray, LargespinError, number_in, of_kind, whole_number
from largespin.exact.generator import memory
from largespin.exact.generator.displacement import Displacement
from largespin.exact.generator.generator import Generator, Term
from largespin.exact.generator.liouvillian import Liouvillian
from largespin.exact.generator.memory import Estimate
from largespin.exact.space.fock import tail_of_coherent
from largespin.exact.space.operators import Coefficients, rotations
from largespin.exact.space.particle_numbers import BlockNumbers, block_counts, largest_counts
from largespin.exact.space.space import Space, sizes
from largespin.exact.states.state import SymmetricState
from largespin.meanfield.points import call_values, points
from largespin.model.model import Model
from largespin.model.start import StateLike, parts_of
from largespin.model.start import given as given_state
from largespin.model.state import State
from largespin.model.symbols import Parameter

LOST = 1e-3
"""Share of a coherent start above the Fock states that is refused: results would be wrong in their first digits."""
SAME = 1e-12
"""Largest difference of bases and displacements that are the same up to rounding."""


class System:
    """A model with N particles: its symmetric space, states and Liouvillian.

    Args:
        model: the model.
        particles: N, or a tuple of numbers per block; ``w_k N`` must be whole.
        fock: Fock states of the modes, one number or one per mode; needed if there are modes.
        displacement: amplitudes ``α_0`` (M,) around which the Fock states are built, fixed in time; or a function of
            time ``t → (α_0(t), dα_0/dt)``, each (M,). The vacuum if not given.
        memory_limit: bytes allowed; most of the free memory if not given.
        kept_states: states that a run will keep, counted in the memory.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each.

    Raises:
        LargespinError: numbers of particles that do not fit the weights, missing Fock states, rates in averages that do
            not commute, or (when something is built) a size beyond the memory, with the size that would fit.

    Limits: memory grows as ``C(N + d² − 1, d² − 1)`` per block times F² per mode; see `estimate`.

    Source: theory page, section 6.

    Example:
        >>> import largespin as ls
        >>> system = ls.exact.System(ls.models.hopfield(ls.ideal_large_spins(1)), particles=20, temperature=0.5, field=0.2)
        >>> system.space.size, system.liouvillian.shape
        (1771, (1771, 1771))
    """

    def __init__(
        self,
        model: Model,
        particles: BlockNumbers,
        fock: int | Sequence[int] | None = None,
        *,
        displacement: npt.ArrayLike | Callable[[float], tuple[ComplexArray, ComplexArray]] | None = None,
        memory_limit: float | None = None,
        kept_states: int = 0,
        parameters: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        given = call_values(System, model, parameters, values)
        self.model = model
        counts = block_counts(model.particles, particles)
        self.parameters = single_values(model, given)
        self._displacement = Displacement(model, displacement)
        self.coefficients = Coefficients(self.parameters, self._displacement.shifts())
        self.space = Space(model, counts, fock_states(model, fock), rotations(model, self.coefficients))
        self._memory_limit, self._kept_states = checked_limit(memory_limit), kept_states
        self._checked = False

    def __repr__(self) -> str:
        fock = f", Fock states {self.space.fock}" if self.space.fock else ""
        return f"System({self.model.name}, particles per block {self.space.counts}{fock}, {self.space.size} components)"

    @cached_property
    def _generator(self) -> Generator:
        return Generator(self.space, self.coefficients)

    @cached_property
    def _described(self) -> tuple[Estimate, bool]:
        """The estimate, and whether the generator is constant in time."""
        space = self.space
        # Products over the sizes, without labels: describing terms builds nothing.
        terms: list[Term] = list(self._generator.terms())
        found = memory.of_terms(space.particles, space.fock, space.size, terms)
        return replace(found, kept=self._kept_states), all(t.function is None and t.rebuilt is None for t in terms)

    @property
    def estimate(self) -> Estimate:
        """Components, entries and peak memory, before anything large is built."""
        return self._described[0]

    @property
    def memory_limit(self) -> float | None:
        """Bytes allowed; None for most of the free memory."""
        return self._memory_limit

    @property
    def is_steady(self) -> bool:
        """Whether the generator is constant in time, known before anything large is built."""
        return self._described[1]

    def check_steady(self, what: str) -> None:
        """Refuse explicit time, where `what` needs a generator that is constant."""
        if not self.is_steady:
            raise LargespinError(f"The model must be constant in time to have {what}, but it depends on time.")

    def check_memory(self, direct: int | None = None) -> None:
        """Refuse what does not fit into memory; with `direct`, including factors of up to so many unknowns."""
        if self._checked and direct is None:
            return

        def whole(estimate: Estimate) -> Estimate:
            return estimate if direct is None else memory.with_factors(estimate, direct)

        def smaller(number: int) -> Estimate | None:
            counts = largest_counts(self.model.particles, number)
            if counts is None:
                return None
            components = int(np.prod(sizes(self.model.particles.levels, counts, self.space.fock), dtype=object))
            share = self.estimate.entries // self.estimate.components
            found = Estimate(sum(counts), self.space.fock, components, components * share, self._kept_states)
            return whole(found)

        memory.check(whole(self.estimate), smaller, self._memory_limit)
        self._checked = True

    @cached_property
    def real_liouvillian(self) -> Liouvillian:
        """The generator in real coordinates."""
        self.check_memory()
        return Liouvillian(self._generator)

    @property
    def liouvillian(self) -> sparse.csr_array:
        """The generator at time 0 on all components, complex, shape (size, size)."""
        return self.liouvillian_at(0.0)

    def liouvillian_at(self, time: float) -> sparse.csr_array:
        """The generator at one time on all components, complex, shape (size, size)."""
        return self.real_liouvillian.complex_matrix(time)

    def displacement_at(self, time: float) -> ComplexArray:
        """Amplitudes ``α_0`` of the modes' displacement, shape (M,)."""
        return self._displacement.at(time)

    def product_state(self, start: StateLike, *, time: float = 0.0) -> SymmetricState:
        """Every particle of block k in ``ρ_k``, every mode in a coherent state ``|√N α_μ⟩``.

        Args:
            start: one state, as for `largespin.evolve`; a row of a result gives its averages, whatever the parameters. Modes
                of which nothing is said are in the vacuum.
            time: the time at which a moving displacement is taken.

        Raises:
            LargespinError: an ensemble of states, or coherent states that do not fit into the Fock states.
        """
        self.check_memory()
        state = self._checked_product(start, time)
        vector = np.ones(1, dtype=np.complex128)
        factors: tuple[Any, ...] = self.space.factors
        for block, rho in enumerate(state.density_matrices()):
            u = self.space.rotations[block]
            vector = np.kron(vector, factors[block].product(u.conj().T @ rho @ u))
        for mode, amplitude in enumerate(self._coherent(state, time)):
            vector = np.kron(vector, factors[len(self.space.counts) + mode].product(amplitude))
        return self.state(vector, time)

    def _coherent(self, state: State, time: float) -> ComplexArray:
        """Amplitudes ``√N (α − α_0)`` in the Fock states, shape (M,)."""
        return np.asarray(np.sqrt(self.space.particles) * (state.amplitudes - self.displacement_at(time)))

    def _checked_product(self, start: StateLike, time: float) -> State:
        state = _one_state(self.model, start)
        for mode, amplitude in enumerate(self._coherent(state, time)):
            lost = tail_of_coherent(amplitude, self.space.fock[mode])
            if lost > LOST:
                raise LargespinError(
                    f"Argument `fock` must be large enough for the start, but mode {self.model.modes[mode].name} has "
                    f"{abs(amplitude) ** 2:.3g} bosons and {lost:.2g} of them lie above {self.space.fock[mode]} states."
                )
        return state

    def state(self, vector: npt.ArrayLike, time: float = 0.0) -> SymmetricState:
        """Components (size,) as a state; not checked for positivity."""
        components = np.asarray(vector, dtype=np.complex128)
        if components.shape != (self.space.size,):
            raise LargespinError(
                f"Argument `vector` must have {self.space.size} components, but its shape is {components.shape}."
            )
        return SymmetricState(self.space, components, self.displacement_at(time), self.parameters)

    def begin(self, start: Any, time: float = 0.0) -> SymmetricState:
        """A product state, or a given `SymmetricState` of this space, checked."""
        if not isinstance(start, SymmetricState):
            return self.product_state(start, time=time)
        self._check_given(start, time)
        return self.state(start.vector, time)

    def check_start(self, start: Any, time: float = 0.0) -> None:
        """Refuse what `begin` would refuse, before anything large is built."""
        if isinstance(start, SymmetricState):
            self._check_given(start, time)
        else:
            self._checked_product(start, time)

    def _check_given(self, start: SymmetricState, time: float) -> None:
        space = start.space
        if (space.counts, space.fock) != (
            self.space.counts,
            self.space.fock,
        ) or space.model.particles != self.model.particles:
            raise LargespinError(
                f"Argument `start` must be a state of {self.space.counts} particles and {self.space.fock} Fock states, but "
                f"it has {space.counts} and {space.fock}."
            )
        if any(np.abs(a - b).max() > SAME for a, b in zip(space.rotations, self.space.rotations, strict=True)):
            raise LargespinError(
                "Argument `start` must be given in the basis in which the rates are diagonal, but its basis differs."
            )
        if np.abs(start.displacement - self.displacement_at(time)).max(initial=0.0) > SAME:
            raise LargespinError(
                "Argument `start` must have the displacement of this run, but its displacement differs."
            )


def check_system(system: Any) -> System:
    """Refuse what is no model with numbers."""
    return of_kind("system", system, System, "a System, as `largespin.exact.System(model, particles=…)` makes it")


def _one_state(model: Model, start: StateLike) -> State:
    """The one state behind a start, modes in the vacuum where it says nothing of them."""
    silent = parts_of(model, start, "start").amplitudes is None
    return given_state(model, model.state(start, modes=0) if silent else start, one=True).state


def single_values(model: Model, values: Mapping[str, Any]) -> dict[Parameter, float]:
    """One number per parameter."""
    where = points(model, values)
    if where.dims:
        raise LargespinError(
            f"Parameter `{where.dims[0]}` must be one number here, but it has {where.shape[0]} values."
        )
    return dict(zip(model.parameters.values(), where.parameters[0], strict=True))


def fock_states(model: Model, fock: Any) -> tuple[int, ...]:
    """Fock states per mode, checked."""
    count = len(model.modes)
    if fock is not None and not count:
        raise LargespinError("Argument `fock` must be left out for a model without modes, but it is given.")
    if fock is None:
        if count:
            raise LargespinError(
                f"Argument `fock` must give the number of Fock states of {count} mode(s), but it is missing."
            )
        return ()
    numbers = tuple(fock) if isinstance(fock, tuple | list | np.ndarray) else (fock,) * count
    if len(numbers) != count:
        raise LargespinError(f"Argument `fock` must give {count} numbers, one per mode, but it has {len(numbers)}.")
    return tuple(whole_number("fock", number, 2) for number in numbers)


def checked_limit(memory_limit: Any) -> float | None:
    """Bytes that are allowed, checked; None for most of the free memory."""
    return None if memory_limit is None else number_in("memory_limit", memory_limit, 0.0, open_low=True)

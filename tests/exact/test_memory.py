"""The memory said beforehand against the memory taken, and refusals that name a size that fits."""

import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.exact.calls.evolve import evolve
from largespin.exact.generator import memory
from largespin.exact.generator.memory import Estimate
from largespin.exact.generator.system import System

MORE, LESS = 1.3, 4.0
"""Memory taken over memory said, at most; and the other way round."""


def driven(collective: bool = True, time: bool = False) -> ls.Model:
    spins = ls.Spins()
    x, y = spins.average("x"), spins.average("y")
    return ls.Model(
        spins,
        energy=0.3 * x * (sp.cos(ls.time) if time else 1),
        jumps=[ls.Jump(spins.lowering, 0.7), ls.Jump(spins.raising, 0.5), ls.Jump(spins.operator("z") / 2, 0.3)],
        collective_jumps=[ls.CollectiveJump((x - sp.I * y) / 4)] if collective else [],
    )


def random_levels(levels: int) -> ls.Model:
    particles, generator = ls.Particles(levels), np.random.default_rng(0)
    energy, *jumps = generator.normal(size=(3, levels, levels, 2)) @ [1, 1j]
    return ls.Model(
        particles, energy=particles.average(energy + energy.conj().T, symbol="s"), jumps=[ls.Jump(j) for j in jumps]
    )


def peak(action: Callable[[], object]) -> int:
    """Bytes that were held at most during an action, beyond those before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        action()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(2))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
TILTED = [0.3, 0.4, 0.5]
CASES: dict[str, tuple[ls.Model, int, int | None, Any, dict[str, float]]] = {
    "local jumps": (driven(collective=False), 70, None, TILTED, {}),
    "collective jump": (driven(), 55, None, TILTED, {}),
    "explicit time": (driven(time=True), 40, None, TILTED, {}),
    "two blocks": (HOPFIELD, 16, None, [TILTED, [0.1, 0.2, 0.4]], {"temperature": 0.5, "field": 0.2}),
    "a mode": (DICKE, 5, 24, DICKE.state(TILTED, modes=0), {"field": 0.5, "coupling": 0.9}),
    "three levels": (random_levels(3), 8, None, np.eye(3)[None] / 3, {}),
    "four levels": (random_levels(4), 4, None, np.eye(4)[None] / 4, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_memory_taken_is_the_memory_said(name: str) -> None:
    model, particles, fock, start, values = CASES[name]
    said = System(model, particles=particles, fock=fock, parameters=values).estimate

    def run() -> Any:
        return evolve(model, start, 0.02, particles=particles, fock=fock, max_step=0.01, parameters=values)

    # SymPy's and the observables' caches are not what is measured.
    evolve(model, start, 0.02, particles=2, fock=None if fock is None else 6, max_step=0.01, parameters=values)
    taken = peak(run)
    assert taken < MORE * said.memory, f"{taken / 1e6:.1f} MB taken, {said.memory / 1e6:.1f} MB said"
    assert said.memory < LESS * taken, f"{taken / 1e6:.1f} MB taken, {said.memory / 1e6:.1f} MB said"


@pytest.mark.parametrize("name", CASES)
def test_entries_said_bound_entries_built(name: str) -> None:
    model, particles, fock, _, values = CASES[name]
    small = System(model, particles=max(2, particles // 4 * 2), fock=None if fock is None else 8, parameters=values)
    assert small.estimate.components == small.space.size
    assert small.liouvillian.nnz <= small.estimate.entries
    assert small.real_liouvillian.real_matrix().nnz <= 2 * small.estimate.entries


@pytest.mark.parametrize("collective", [False, True])
def test_saying_it_takes_nothing(collective: bool) -> None:
    """585 276 components; one number each would be 4.7 MB."""
    System(driven(collective), particles=4).estimate.memory  # noqa: B018
    assert peak(lambda: System(driven(collective), particles=150).estimate) < 2e6


@pytest.mark.parametrize(
    ("model", "particles", "fock", "limit", "values"),
    [
        (driven(), 300, None, 3e7, {}),
        (driven(collective=False), 90, None, 1e7, {}),
        (HOPFIELD, 60, None, 4e7, {"temperature": 0.5, "field": 0.2}),
        (DICKE, 40, 12, 1e7, {"field": 0.5, "coupling": 0.9}),
        (random_levels(3), 20, None, 2e7, {}),
    ],
)
def test_the_size_that_is_named_fits_and_the_next_does_not(
    model: ls.Model, particles: int, fock: int | None, limit: float, values: dict[str, float]
) -> None:
    def checked(number: int) -> None:
        System(model, particles=number, fock=fock, memory_limit=limit, parameters=values).check_memory()

    with pytest.raises(ls.LargespinError, match=r"must fit into memory, but .* would fit") as refusal:
        checked(particles)
    sentence = str(refusal.value)
    assert f"but {particles} particles" in sentence
    assert "MB are free" in sentence
    (named,) = re.findall(r"are free; (\d+) particles", sentence)
    checked(int(named))
    step = model.particles.number_of_blocks
    with pytest.raises(ls.LargespinError, match=f"{named} particles.* would fit"):
        checked(int(named) + step)


def test_runs_are_refused_before_they_start() -> None:
    values = {"temperature": 0.5, "field": 0.2}
    with pytest.raises(ls.LargespinError, match="must fit into memory"):
        evolve(HOPFIELD, TILTED, 1.0, particles=[4, 200], memory_limit=1e7, parameters=values)
    with pytest.raises(ls.LargespinError, match="must fit into memory"):
        _ = System(HOPFIELD, particles=200, memory_limit=1e7, parameters=values).liouvillian
    with pytest.raises(ls.LargespinError, match="must fit into memory"):
        System(HOPFIELD, particles=200, memory_limit=1e7, parameters=values).product_state(TILTED)


def test_nothing_fits() -> None:
    with pytest.raises(ls.LargespinError, match="no number of particles would fit; lower `fock`"):
        System(DICKE, particles=4, fock=40, memory_limit=1e4, field=0.5, coupling=0.9).check_memory()


def test_free_memory_is_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 5e6)
    with pytest.raises(ls.LargespinError, match=r"only 4.5 MB are free"):
        System(driven(), particles=60).check_memory()
    System(driven(), particles=60, memory_limit=1e9).check_memory()
    monkeypatch.undo()
    assert memory.free_memory() > 1e6


def test_sizes_in_words() -> None:
    said = Estimate(10, (4, 5), 1234, 56789)
    assert str(said).startswith("10 particles, 4 × 5 Fock states: 1,234 components, at most 56,789 entries")
    assert str(said).endswith("MB")
    assert Estimate(10, (), 10**9, 10**9).memory > 1e11
    assert str(Estimate(10, (), 10**9, 10**9)).endswith("GB")

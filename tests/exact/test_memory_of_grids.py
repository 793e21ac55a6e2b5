"""Does a grid take the memory of one point?"""

import gc
import tracemalloc
from typing import Any
from weakref import WeakSet

import pytest
import sympy as sp
from grid_models import COUNTING, DICKE, HOPFIELD, TIMES, UP

import largespin as ls
from largespin.exact.generator.system import System
from largespin.exact.space.space import Space


def test_memory_without_modes_has_another_cure() -> None:
    with pytest.raises(ls.LargespinError) as refusal:
        System(HOPFIELD, particles=50, memory_limit=100.0, temperature=0.5, field=0.2).check_memory()
    assert str(refusal.value).endswith(
        "are free; no number of particles would fit; free some memory, or allow more with `memory_limit`."
    )
    with pytest.raises(ls.LargespinError, match="`memory_limit` must be above 0"):
        System(HOPFIELD, particles=50, memory_limit=-1.0, temperature=0.5, field=0.2)


@pytest.mark.parametrize("model", [COUNTING, DICKE, "driven"])
@pytest.mark.parametrize("solve", ["evolve", "stationary_states", "liouvillian_spectrum"])
def test_one_generator_at_a_time(model: Any, solve: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without garbage collection, so that cycles would be seen: counted whenever a new space is made."""
    values: dict[str, Any] = {"a": [0.1, 0.2, 0.3, 0.4]}
    if model is DICKE:
        values = {"field": 0.5, "coupling": [0.1, 0.2, 0.3, 0.4], "fock": 3}
    elif model == "driven":
        if solve != "evolve":
            return
        spins, (a,) = ls.Spins(), ls.parameters("a")
        model = ls.Model(spins, energy=a * sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    arguments = (model.state(UP, modes=0), TIMES) if solve == "evolve" else ()

    def compute() -> Any:
        return getattr(ls.exact, solve)(model, *arguments, particles=3, **values)

    compute()
    living: WeakSet[Space] = WeakSet()
    most = []
    real = Space.__post_init__

    def count(self: Space) -> None:
        living.add(self)
        most.append(len(living))
        real(self)

    monkeypatch.setattr(Space, "__post_init__", count)
    gc.collect()
    gc.disable()
    try:
        found = compute()
        assert max(most) <= 2
        assert len(living) == 0
    finally:
        gc.enable()
    assert found.outcome.shape == (4,)


def test_what_is_kept_between_terms_is_freed() -> None:
    system = System(HOPFIELD, particles=10, temperature=0.5, field=0.2)
    state = system.product_state(UP)
    assert system.liouvillian.nnz
    state.covariance(), state.bosons(), state.populations()
    assert system.space._kept == {}


@pytest.mark.parametrize("solve", ["evolve", "stationary_states"])
def test_a_grid_takes_the_memory_of_one_point(solve: str) -> None:
    arguments = (UP, 0.05) if solve == "evolve" else ()

    def peak(a: Any) -> int:
        tracemalloc.start()
        try:
            getattr(ls.exact, solve)(COUNTING, *arguments, particles=16, a=a)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(0.5)
    assert peak([0.1, 0.3, 0.5, 0.7, 0.9]) < 1.25 * peak(0.5)

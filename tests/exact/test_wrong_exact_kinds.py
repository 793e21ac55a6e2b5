"""First mistakes with exact calls: an object of the wrong kind is named in one sentence, with what is wanted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from grid_models import HOPFIELD, UP

import largespin as ls
from largespin import bounds, exact

VALUES: dict[str, Any] = {"temperature": 0.5, "field": 0.2}
SYSTEM = exact.System(HOPFIELD, 4, parameters=VALUES)
STATE = SYSTEM.product_state(UP)
RUN = exact.evolve(HOPFIELD, UP, [0.0, 0.1], particles=4, parameters=VALUES)
THINGS: dict[str, Any] = {
    "a model": HOPFIELD,
    "a system": SYSTEM,
    "a state of N particles": STATE,
    "a mean-field state": HOPFIELD.state(UP),
    "a dataset": RUN,
    "a variable": RUN.m,
    "an array": np.array(UP),
    "a matrix": np.eye(5) / 5,
    "a number": 3,
    "a word": "hopfield",
    "nothing": None,
    "a class": ls.Model,
}
RIGHT = {
    "model": {"a model"},
    "system": {"a system"},
    "state": {"a state of N particles"},
    "where": {"a system", "a state of N particles"},
    "blocks": set[str](),
    "run": set[str](),
    "start": {"a state of N particles", "a mean-field state", "an array"},
}
CALLS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "System": ("model", lambda x: exact.System(x, 4, **VALUES)),
    "evolve": ("model", lambda x: exact.evolve(x, UP, 1.0, particles=4, **VALUES)),
    "evolve from": ("start", lambda x: exact.evolve(HOPFIELD, x, 0.1, particles=4, **VALUES)),
    "stationary_states": ("model", lambda x: exact.stationary_states(x, particles=4, **VALUES)),
    "liouvillian_spectrum": ("model", lambda x: exact.liouvillian_spectrum(x, particles=4, **VALUES)),
    "operators_to_qutip": ("model", lambda x: exact.operators_to_qutip(x, particles=2, **VALUES)),
    "stationary_states_of": ("system", exact.stationary_states_of),
    "liouvillian_spectrum_of": ("system", exact.liouvillian_spectrum_of),
    "state_of": ("run", lambda x: exact.state_of(x, SYSTEM, time=0.1)),
    "state_of of": ("system", lambda x: exact.state_of(RUN.assign(density_matrix=kept()), x, time=0.1)),
    "product_state": ("start", SYSTEM.product_state),
    "dicke_blocks": ("state", exact.dicke_blocks),
    "from_dicke_blocks in": ("where", lambda x: exact.from_dicke_blocks(x, {2: np.eye(5) / 5})),
    "from_dicke_blocks": ("blocks", lambda x: exact.from_dicke_blocks(SYSTEM, x)),
    "positivity": ("state", exact.positivity),
    "spin_squeezing": ("state", exact.spin_squeezing),
    "optimal_spin_squeezing": ("state", exact.optimal_spin_squeezing),
    "to_qutip": ("state", exact.to_qutip),
    "mean_field_error": ("model", lambda x: bounds.mean_field_error(x, UP, 0.1, particles=4, **VALUES)),
    "reduced_state_error": ("model", lambda x: bounds.reduced_state_error(x, UP, 0.1, particles=4, **VALUES)),
    "rate_bound": ("model", lambda x: bounds.rate_bound(x, UP, **VALUES)),
    "dicke_bound": ("model", lambda x: bounds.dicke_bound(x, UP, **VALUES)),
}


def kept() -> Any:
    run = exact.evolve(HOPFIELD, UP, [0.0, 0.1], particles=4, keep_states=True, parameters=VALUES)
    return run.density_matrix


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("call", CALLS)
def test_what_is_wrong_is_said_in_one_sentence(call: str, thing: str) -> None:
    argument, function = CALLS[call]
    if thing in RIGHT[argument] and (call, thing) != ("product_state", "a state of N particles"):
        if call != "dicke_bound":  # The model of Hopfield is outside its class.
            function(THINGS[thing])
        return
    if (argument, thing) == ("start", "a variable"):
        return  # Two times of Bloch vectors: several starts, refused or followed by the call itself.
    with pytest.raises(ls.LargespinError) as refusal:
        function(THINGS[thing])
    said = str(refusal.value)
    assert f"`{argument}`" in said
    assert said.endswith(".")


def test_a_system_stands_for_its_space() -> None:
    blocks = exact.dicke_blocks(STATE).blocks
    again = exact.from_dicke_blocks(SYSTEM, blocks)
    np.testing.assert_allclose(again.vector, STATE.vector, atol=1e-12)
    np.testing.assert_allclose(exact.from_dicke_blocks(STATE, blocks).vector, STATE.vector, atol=1e-12)


@pytest.mark.parametrize("number", [4.0, np.float64(4.0), np.int32(4), np.float32(4.0), np.array(4)])
def test_whole_numbers_may_be_floats(number: Any) -> None:
    run = exact.evolve(HOPFIELD, UP, 0.1, particles=number, parameters=VALUES)
    assert run.particles.item() == 4
    np.testing.assert_allclose(run.m, RUN.m[-1], atol=1e-12)
    assert exact.System(HOPFIELD, (number,), parameters=VALUES).space.counts == (4,)
    assert exact.evolve(HOPFIELD, UP, 0.1, particles=[number, 6.0], parameters=VALUES).particles.values.tolist() == [
        4,
        6,
    ]


@pytest.mark.parametrize("number", [4.5, np.nan, np.inf, True, "4", 4 + 0j, None, {4}])
def test_other_numbers_are_refused(number: Any) -> None:
    with pytest.raises(ls.LargespinError, match="`particles` must be a"):
        exact.evolve(HOPFIELD, UP, 0.1, particles=number, parameters=VALUES)


def test_numbers_of_particles_of_a_result() -> None:
    run = exact.evolve(HOPFIELD, UP, 0.1, particles=np.array([4, 6]), parameters=VALUES)
    again = exact.stationary_states(HOPFIELD, particles=run.particles, parameters=VALUES)
    assert again.particles.values.tolist() == [4, 6]
    halves = ls.Model(ls.Particles(2, weights=np.array([0.5, 0.5])))
    pairs = exact.evolve(halves, UP, 0.1, particles=[(1, 1), (2, 2)])
    assert pairs.particles.values.tolist() == [2, 4]

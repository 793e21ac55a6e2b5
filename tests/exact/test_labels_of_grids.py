"""Do tables and runs of exact solutions name what they hold, and agree with each other?"""

from typing import Any

import numpy as np
import pytest
from grid_models import COUNTING, COUPLED, DICKE, TIMES, up

import largespin as ls
from largespin.exact.generator.system import System


@pytest.mark.parametrize("model", [COUNTING, DICKE])
def test_every_variable_has_a_name_and_units(model: ls.Model) -> None:
    values: dict[str, Any] = {"a": [0.1, 0.2]} if model is COUNTING else {**COUPLED, "fock": 4}
    for found in (
        ls.exact.evolve(model, up(model), TIMES, particles=[2, 3], keep_states=True, **values),
        ls.exact.stationary_states(model, particles=[2, 3], **values),
        ls.exact.liouvillian_spectrum(model, particles=[2, 3], **values),
    ):
        for name, variable in found.data_vars.items():
            assert variable.attrs.get("long_name"), name
            assert variable.attrs.get("units") or variable.dtype == object, name
        assert found.particles.attrs["long_name"] == "number of particles"
        if model is DICKE:
            assert found.fock.dims == ("particles", "mode")
            assert found["mode"].values.tolist() == ["a_1"]
        assert found.attrs["method"] == "exact symmetric master equation"


def test_tables_and_runs_read_the_same_from_a_state() -> None:
    """A run that starts in the stationary state stays there."""
    found = ls.exact.stationary_states(DICKE, particles=2, fock=12, parameters=COUPLED)
    system = System(DICKE, particles=2, fock=12, parameters=COUPLED)
    start = ls.exact.stationary_states_of(system).states[0]
    run = ls.exact.evolve(DICKE, start, 3.0, particles=2, parameters=COUPLED)
    for name in ("m", "q", "p", "occupation", "covariance", "purity", "fock_tail", "overlap"):
        np.testing.assert_allclose(run[name].values, found[name].isel(state=0).values, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(found.occupation.values[0], start.bosons(), rtol=1e-12)
    expected = start.vector[system.space.diagonal].real.min()
    assert found.smallest_population.values[0] == pytest.approx(expected, abs=1e-12)

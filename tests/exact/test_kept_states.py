"""Which state does a kept run give back?"""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from grid_models import COMPLEX, COUNTING, HOPFIELD, TIMES, UP, relaxed
from sentences import check_sentence

import largespin as ls
from largespin.exact.generator.system import System


@pytest.fixture(scope="module")
def kept() -> xr.Dataset:
    """Fields with the rounding of whoever computed them: 0.1 + 0.2 is not 0.3."""
    fields = [0.1, 0.1 + 0.2, 0.5, 0.7]
    return ls.exact.evolve(HOPFIELD, UP, TIMES, particles=[10, 16], temperature=0.5, field=fields, keep_states=True)


def test_only_time_is_nearest(kept: xr.Dataset) -> None:
    system = System(HOPFIELD, particles=16, temperature=0.5, field=0.3)
    for time in (0.8, 0.75, 0.95):
        state = ls.exact.state_of(kept, system, particles=16, field=0.3, time=time)
        np.testing.assert_allclose(state.means(), kept.m.values[1, 1, 2], atol=1e-12)
    same = ls.exact.state_of(kept.isel(time=2), system, particles=16, field=0.3, time=0.8)
    np.testing.assert_array_equal(same.vector, state.vector)


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ({"particles": 15}, "Argument `particles` must be one of 10, 16, but it is 15."),
        ({"field": 0.31}, "Argument `field` must be one of 0.1, 0.3, 0.5, 0.7, but it is 0.31."),
        ({"particles": [16]}, "Argument `particles` must be one label, but it is [16]."),
        ({"particles": slice(10, 16)}, "Argument `particles` must be one label, but it is slice(10, 16, None)."),
        ({"time": 1.6}, "Argument `time` must lie within the run, [0, 1.5], but it is 1.6."),
        ({"time": -0.1}, "Argument `time` must lie within the run, [0, 1.5], but it is -0.1."),
        ({"time": np.nan}, "Argument `time` must be finite, but it contains NaN or infinity."),
        ({"temperature": 0.6}, "Argument `temperature` must be one of 0.5, but it is 0.6."),
        ({"pattern": 0}, "The run has no axis `pattern` of states; its axes are field, particles, time."),
    ],
)
def test_labels_that_the_run_does_not_have(kept: xr.Dataset, where: dict[str, Any], sentence: str) -> None:
    system = System(HOPFIELD, particles=16, temperature=0.5, field=0.3)
    arguments = {"particles": 16, "field": 0.3, "time": 0.8, **where}
    check_sentence(lambda: ls.exact.state_of(kept, system, **arguments), sentence)


def test_states_that_were_not_reached_and_axes_without_labels() -> None:
    starts = COUNTING.state([[UP], [[0.0, 0.0, -1.0]]], dims=("run",))
    run = ls.exact.evolve(COUNTING, starts, TIMES, particles=4, a=[0.5, 2.0], keep_states=True)
    system = System(COUNTING, particles=4, a=0.5)
    for place, sign in enumerate((1.0, -1.0)):
        state = ls.exact.state_of(run, system, a=0.5, run=place, time=0.8)
        assert state.means()[0, 2] == pytest.approx(relaxed(0.8, sign), abs=1e-8)
    check_sentence(
        lambda: ls.exact.state_of(run, system, a=2.0, run=0, time=0.8),
        f"The run must have reached this time, but it has no state here: {COMPLEX}",
    )
    check_sentence(
        lambda: ls.exact.state_of(run, system, a=0.5, run=2, time=0.8),
        "Argument `run` must be one of 0, 1, but it is 2.",
    )

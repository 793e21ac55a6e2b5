"""Where exact runs and bounds begin: any result with its modes and parameters, or a kept state of N particles."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from grid_models import COUPLED, DICKE, HOPFIELD, UP, up
from sentences import check_sentence

import largespin as ls
from largespin.exact import System, state_of

VALUES: dict[str, Any] = {"temperature": 0.5, "field": 0.2}
TIMES = [0.0, 0.4, 0.9]


@pytest.fixture(scope="module")
def driven_cavity() -> xr.Dataset:
    """A mean-field run of spins and light."""
    return ls.evolve(DICKE, up(DICKE), [0.0, 2.0], parameters=COUPLED)


@pytest.fixture(scope="module")
def kept() -> xr.Dataset:
    return ls.exact.evolve(HOPFIELD, UP, TIMES, particles=6, keep_states=True, parameters=VALUES)


def test_a_row_brings_light_and_parameters(driven_cavity: xr.Dataset) -> None:
    row = driven_cavity.isel(time=-1)
    start = DICKE.state(row.m.values, modes=(row.q + 1j * row.p).values / np.sqrt(2.0))
    plain = ls.exact.evolve(DICKE, start, TIMES, particles=2, fock=16, parameters=COUPLED)
    handed = ls.exact.evolve(DICKE, row, TIMES, particles=2, fock=16)
    for name in ("m", "q", "p", "occupation", "covariance"):
        np.testing.assert_allclose(handed[name], plain[name], atol=1e-12, err_msg=name)
    assert abs(float(handed.occupation[0, 0])) > 0.05
    assert handed.coupling == COUPLED["coupling"]


def test_a_value_in_the_call_wins(driven_cavity: xr.Dataset) -> None:
    row = driven_cavity.isel(time=-1)
    other = ls.exact.evolve(DICKE, row, 0.5, particles=2, fock=16, coupling=0.2)
    assert float(other.coupling) == 0.2
    assert float(other.field) == COUPLED["field"]


def test_an_axis_of_stationary_states_is_an_axis_of_runs() -> None:
    found = ls.stationary_states(HOPFIELD, temperature=[0.5, 1.6], field=0.1)
    assert found.sizes["state"] == 3
    run = ls.exact.evolve(HOPFIELD, found, 0.3, particles=4)
    assert run.m.dims == ("temperature", "state", "block", "component")
    single = ls.exact.evolve(HOPFIELD, found.isel(temperature=0, state=2), 0.3, particles=4)
    np.testing.assert_allclose(run.m[0, 2], single.m, atol=1e-12)
    # Above the transition there is one state; the rest of its row is empty.
    there = np.isfinite(found.m.values).all(axis=(-1, -2))
    assert run.outcome.values[there].tolist() == ["finished"] * int(there.sum())
    assert run.outcome.values[~there].tolist() == ["no state"] * int((~there).sum())
    assert run.usable.values.tolist() == there.tolist()
    assert np.isnan(run.m.values[~there]).all()


def test_product_states_of_rows_and_of_plain_numbers(driven_cavity: xr.Dataset) -> None:
    row = driven_cavity.isel(time=-1)
    system = System(DICKE, 3, 20, parameters=COUPLED)
    handed = system.product_state(row)
    np.testing.assert_allclose(handed.means(), row.m, atol=1e-12)
    np.testing.assert_allclose(handed.amplitudes, row.alpha, atol=1e-6)
    # Numbers alone leave the light in the vacuum, which is what a product state of the particles means.
    np.testing.assert_allclose(system.product_state(UP).bosons(), 0.0, atol=1e-12)
    with pytest.raises(ls.LargespinError, match=r"`start` must be one state, but it holds several along start \(2\)"):
        system.product_state(DICKE.state([[UP], [UP]], modes=0))


# --- rows of exact runs: averages of correlated states


def test_a_kept_state_goes_on_as_it_was(kept: xr.Dataset) -> None:
    whole = ls.exact.evolve(HOPFIELD, UP, [0.0, 0.9], particles=6, parameters=VALUES)
    rest = ls.exact.evolve(HOPFIELD, kept.isel(time=1), [0.4, 0.9], particles=6)
    for name in ("m", "covariance", "purity"):
        np.testing.assert_allclose(rest[name][-1], whole[name][-1], atol=1e-8, err_msg=name)
    # The product state with the same averages goes elsewhere: the difference is what was kept.
    product = ls.exact.evolve(HOPFIELD, HOPFIELD.state(kept.isel(time=1)), [0.4, 0.9], particles=6, parameters=VALUES)
    assert abs(float(product.purity[-1] - whole.purity[-1])) > 1e-4


def test_a_kept_state_of_displaced_light_goes_on() -> None:
    run = ls.exact.evolve(
        DICKE, up(DICKE), TIMES, particles=2, fock=14, displace="mean field", keep_states=True, parameters=COUPLED
    )
    middle = run.isel(time=1)
    assert abs(complex(middle.displacement_q[0])) > 1e-3
    rest = ls.exact.evolve(DICKE, middle, TIMES[1:], particles=2)
    for name in ("m", "q", "p", "occupation", "covariance"):
        np.testing.assert_allclose(rest[name][-1], run[name][-1], atol=2e-5, err_msg=name)


def test_rows_without_states_are_refused_with_the_cure(kept: xr.Dataset) -> None:
    row = kept.drop_vars("density_matrix").isel(time=1)
    check_sentence(
        lambda: ls.exact.evolve(HOPFIELD, row, 1.0, particles=6),
        "Argument `start` must hold the whole state of an exact run, but this row has only the averages of a correlated "
        "state; make the run with `keep_states=True` (one state of it is `largespin.exact.state_of(run, system, …)`), or "
        "`model.state(row)` for the product state with the same averages.",
    )
    found = ls.exact.stationary_states(HOPFIELD, particles=4, parameters=VALUES).isel(state=0)
    with pytest.raises(ls.LargespinError, match=r"take one of `largespin.exact.stationary_states_of\(system\).states`"):
        ls.exact.evolve(HOPFIELD, found, 1.0, particles=4)


def test_a_kept_state_has_its_own_number_of_particles(kept: xr.Dataset) -> None:
    with pytest.raises(ls.LargespinError, match=r"`start` must be a state of \(4,\) particles .* but it has \(6,\)"):
        ls.exact.evolve(HOPFIELD, kept.isel(time=1), 1.0, particles=4)
    with pytest.raises(ls.LargespinError, match="must not be a whole run, but it has the axis `time`"):
        ls.exact.evolve(HOPFIELD, kept, 1.0, particles=6)
    several = ls.exact.evolve(HOPFIELD, UP, TIMES, particles=[4, 6], keep_states=True, parameters=VALUES)
    with pytest.raises(ls.LargespinError, match=r"must be one state, but it holds several along particles \(2\)"):
        ls.exact.evolve(HOPFIELD, several.isel(time=1), 1.0, particles=6)
    chosen = ls.exact.evolve(HOPFIELD, several.sel(particles=4).isel(time=1), 0.3, particles=4)
    system = System(HOPFIELD, 4, parameters=VALUES)
    state = state_of(several, system, particles=4, time=0.4)
    expected = ls.exact.evolve(HOPFIELD, state, 0.3, particles=4, parameters=VALUES)
    np.testing.assert_allclose(chosen.m, expected.m, atol=1e-12)


def test_an_exact_row_is_a_fine_start_of_a_mean_field_run(kept: xr.Dataset) -> None:
    run = ls.evolve(HOPFIELD, kept.isel(time=1), 1.0)
    expected = ls.evolve(HOPFIELD, kept.m.values[1], 1.0, parameters=VALUES)
    np.testing.assert_allclose(run.m, expected.m, atol=1e-12)


# --- bounds


@pytest.mark.parametrize("error", [ls.bounds.mean_field_error, ls.bounds.reduced_state_error])
def test_errors_begin_at_rows_of_results(error: Any) -> None:
    found = ls.stationary_states(HOPFIELD, temperature=0.5, field=[0.1, 0.2])
    row = found.isel(state=0, field=1)
    handed = error(HOPFIELD, row, TIMES, particles=[4, 8])
    plain = error(HOPFIELD, row.m.values, TIMES, particles=[4, 8], temperature=0.5, field=float(row.field))
    np.testing.assert_allclose(handed.error, plain.error, rtol=1e-9, atol=1e-12)
    assert float(handed.field) == pytest.approx(0.2)
    with pytest.raises(ls.LargespinError, match=r"must be one state, but it holds several along field \(2\)"):
        error(HOPFIELD, found.isel(state=0), TIMES, particles=[4, 8])


def test_bounds_begin_at_rows_of_results(driven_cavity: xr.Dataset) -> None:
    row = driven_cavity.isel(time=-1)
    handed = ls.bounds.dicke_bound(DICKE, row)
    plain = ls.bounds.dicke_bound(DICKE, DICKE.state(row), parameters=COUPLED)
    assert handed.growth == plain.growth
    assert handed.growth > ls.bounds.dicke_bound(DICKE, up(DICKE), parameters=COUPLED).growth
    spins = ls.evolve(HOPFIELD, UP, 1.0, parameters=VALUES)
    assert ls.bounds.rate_bound(HOPFIELD, spins).growth == ls.bounds.rate_bound(HOPFIELD, UP, **VALUES).growth

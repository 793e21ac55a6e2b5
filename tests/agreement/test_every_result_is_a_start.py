"""A result is a start: every kind of state that users hold, in every call that begins somewhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import qutip as qt
import xarray as xr

import largespin as ls

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("every result is a start")]

MEMORY = ls.models.hopfield(ls.ideal_large_spins(1))
CAVITY = ls.models.dicke(ls.ideal_large_spins(1, gauge=False), decay=True)
AT: dict[str, dict[str, float]] = {
    "memory": {"temperature": 0.5, "field": 0.2},
    "cavity": {"field": 0.5, "coupling": 0.9, "decay": 0.1},
}
MODELS = {"memory": MEMORY, "cavity": CAVITY}
BETWEEN = {"memory": {"field": (0.0, 0.35)}, "cavity": {"coupling": (0.85, 0.95)}}
PLANE = {"memory": {"field": (0.0, 0.6), "temperature": (0.3, 0.9)}}
CYCLE = {"temperature": 0.6, "field": 0.6}
"""Where the memory has a limit cycle."""


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    """Rows of results at which both models are stationary, by the call that made them."""
    return {name: _rows(MODELS[name], AT[name], BETWEEN[name]) for name in MODELS}


def _rows(model: ls.Model, at: dict[str, float], between: dict[str, tuple[float, float]]) -> dict[str, Any]:
    states = ls.stationary_states(model, parameters=at)
    best = int(np.nanargmax(np.abs(states.overlap.values[:, 0]) - 10.0 * (states.verdict.values != "stable")))
    state = states.isel(state=best)
    run = ls.evolve(model, state, [0.0, 1.0, 2.0])
    curve = ls.branch(model, state, between=between)
    parameter = next(iter(between))
    near = int(np.abs(curve[parameter].values - at[parameter]).argmin())
    reached = ls.find_attractors(model, samples=8, seed=1, parameters=at)
    return {
        "stationary_states": state,
        "evolve": run.isel(time=-1),
        "branch": curve.isel(point=near),
        "find_attractors": reached.isel(attractor=0),
        "evolve_covariance": ls.evolve_covariance(model, state, [0.0, 1.0]).isel(time=-1),
        "stationary_covariance": ls.stationary_covariance(model, state),
        "State": model.state(state),
    }


@pytest.fixture(scope="module")
def cycle() -> xr.Dataset:
    return ls.limit_cycle(MEMORY, [0, 0.1, 0.1], parameters=CYCLE)


Call = Callable[[ls.Model, Any, dict[str, Any]], Any]

CALLS: dict[str, Call] = {
    "Model.state": lambda m, s, v: m.state(s),
    "evolve": lambda m, s, v: ls.evolve(m, s, [0.0, 1.0], **v),
    "stability": lambda m, s, v: ls.stability(m, s, **v),
    "stationary_states(also)": lambda m, s, v: ls.stationary_states(m, starts=2, also=s, **_values(m, s, v)),
    "stationary_states(like)": lambda m, s, v: ls.stationary_states(m, starts=2, like=s, **_values(m, s, v)),
    "stationary_states(starts)": lambda m, s, v: ls.stationary_states(m, starts=s, **_values(m, s, v)),
    "stationary_covariance": lambda m, s, v: ls.stationary_covariance(m, s, **v),
    "evolve_covariance": lambda m, s, v: ls.evolve_covariance(m, s, [0.0, 1.0], **v),
    "initial_covariance": lambda m, s, v: ls.initial_covariance(m, s),
    "drift_diffusion": lambda m, s, v: ls.drift_diffusion(m, s, **v),
    "local_map": lambda m, s, v: ls.local_map(m, s, 1.0, **v),
    "branch": lambda m, s, v: ls.branch(m, s, between=_around(m), points=3, **v),
    "branches": lambda m, s, v: ls.branches(m, s, between=_around(m), points=3, depth=0, **v),
    "limit_cycle": lambda m, s, v: ls.limit_cycle(m, s, **v),
    "floquet": lambda m, s, v: ls.floquet(m, s, settle=1.0, **v),
    "find_attractors": lambda m, s, v: ls.find_attractors(m, starts=s, **_values(m, s, v)),
    "lyapunov_exponents": lambda m, s, v: ls.lyapunov_exponents(m, s, 5.0, settle=1.0, **v),
    "exact.evolve": lambda m, s, v: ls.exact.evolve(m, s, [0.0, 0.2], particles=2, **_fock(m), **v),
    "bounds.mean_field_error": lambda m, s, v: ls.bounds.mean_field_error(
        m, s, [0.0, 0.1], particles=[2], rigorous=False, **_fock(m), **v
    ),
    "bounds.reduced_state_error": lambda m, s, v: ls.bounds.reduced_state_error(
        m, s, [0.0, 0.1], particles=[2], **_fock(m), **v
    ),
    "plot.bloch_sphere": lambda m, s, v: ls.plot.bloch_sphere(
        s if isinstance(s, xr.Dataset | ls.State) else m.state(s)
    ),
}


def _around(model: ls.Model) -> dict[str, tuple[float, float]]:
    return BETWEEN["memory" if model is MEMORY else "cavity"]


def _fock(model: ls.Model) -> dict[str, Any]:
    return {"fock": 12} if model.modes else {}


def _values(model: ls.Model, start: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Parameter values for calls whose states are starts of a search at given parameters."""
    return values or AT["memory" if model is MEMORY else "cavity"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", MODELS)
def test_every_row_is_taken_with_its_parameters(
    name: str, call: str, rows: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    if call == "exact.evolve" and name == "cavity":
        pytest.importorskip("qutip")
    model = MODELS[name]
    refused = []
    for source, row in rows[name].items():
        carried = source != "State"
        try:
            result = CALLS[call](model, row, {} if carried else AT[name])
        except ls.LargespinError as error:
            refused.append(f"{source}: {error}")
            continue
        if isinstance(result, xr.Dataset) and call not in ("stationary_states(also)", "initial_covariance"):
            for key, value in AT[name].items():
                if key in result.coords and not result[key].ndim:
                    assert float(result[key]) == pytest.approx(value, abs=0.05 if source == "branch" else 1e-12), source
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("call", CALLS)
def test_every_form_of_numbers_is_taken(call: str, rows: dict[str, dict[str, Any]]) -> None:
    state = rows["memory"]["State"]
    matrix = state.density_matrices()
    forms: dict[str, Any] = {
        "Bloch vectors": state.bloch,
        "a list": state.bloch.tolist(),
        "density matrices": matrix,
        "Qobj": qt.Qobj(matrix[0]),
        "a list of Qobj": [qt.Qobj(matrix[0])],
        "m": rows["memory"]["stationary_states"].m,
    }
    for form, start in forms.items():
        values = {} if form == "m" else AT["memory"]
        CALLS[call](MEMORY, start, values)


@pytest.mark.parametrize("call", [name for name in CALLS if not name.startswith(("plot", "stationary_states"))])
def test_particles_alone_are_refused_by_every_call_of_a_model_with_modes(
    call: str, rows: dict[str, dict[str, Any]]
) -> None:
    row = rows["cavity"]["stationary_states"]
    for alone in (row.m, row.m.values):
        with pytest.raises(ls.LargespinError, match="holds particles alone"):
            CALLS[call](CAVITY, alone, AT["cavity"])


@pytest.mark.parametrize("call", [name for name in CALLS if not name.startswith("plot")])
def test_what_is_no_start_is_refused_by_every_call(call: str, rows: dict[str, dict[str, Any]]) -> None:
    run = ls.evolve(MEMORY, [0, 0, 0.5], [0.0, 1.0], parameters=AT["memory"])
    wrong = [run, run.overlap, "up", [0, 0, 2], rows["cavity"]["stationary_states"], object()]
    if "starts" in call:
        wrong.remove("up")
    for start in wrong:
        with pytest.raises(ls.LargespinError, match="Argument `"):
            CALLS[call](MEMORY, start, AT["memory"])


def test_a_phase_of_a_cycle_and_a_whole_cycle_begin_calls(cycle: xr.Dataset) -> None:
    at = cycle.isel(phase=5)
    later = ls.evolve(MEMORY, at, float(cycle.period))
    np.testing.assert_allclose(later.m.values, at.m.values, atol=1e-7)
    everywhere = ls.evolve(MEMORY, cycle, float(cycle.period))
    np.testing.assert_allclose(everywhere.m.values, cycle.m.values, atol=1e-7)
    found = ls.limit_cycle(MEMORY, at, settle=0.0)
    assert float(found.period) == pytest.approx(float(cycle.period), rel=1e-9)
    for branch in (cycle, at):
        followed = ls.cycle_branch(MEMORY, branch, between={"field": (0.58, 0.62)}, points=5)
        assert float(followed.field.min()) < 0.6 < float(followed.field.max())
    ends = ls.cycle_ends(MEMORY, cycle, between={"field": (0.25, 0.7)})
    assert float(ends.branch_ends) == pytest.approx(0.2941058756, abs=1e-8)  # the fold of retrieval


def test_special_points_begin_lines() -> None:
    found = ls.branches(MEMORY, [0, 0, 0], between={"field": (0.0, 0.8)}, field=0.1, temperature=0.5)
    fold = found.isel(special_point=int(np.flatnonzero(found.special_kind.values == "fold")[0]))
    line = ls.boundary_curve(MEMORY, fold, between={"field": (0.0, 0.8), "temperature": (0.3, 0.9)}, points=20)
    assert line.sizes["point"] > 5
    run = ls.evolve(MEMORY, fold, 1.0)
    np.testing.assert_allclose(run.m.values.ravel(), fold.special_state.values, atol=1e-5)


def test_a_covariance_goes_on() -> None:
    start = MEMORY.state([0.1, 0.2, 0.3])
    whole = ls.evolve_covariance(MEMORY, start, [0.0, 1.0, 2.0], parameters=AT["memory"])
    half = ls.evolve_covariance(MEMORY, whole.isel(time=1), [0.0, 1.0])
    np.testing.assert_allclose(half.covariance.isel(time=-1).values, whole.covariance.isel(time=-1).values, atol=1e-7)


def test_exact_averages_are_no_product_state() -> None:
    run = ls.exact.evolve(MEMORY, [0, 0, 0.9], [0.0, 1.0], particles=4, parameters=AT["memory"])
    with pytest.raises(ls.LargespinError, match="keep_states"):
        ls.exact.evolve(MEMORY, run.isel(time=-1), [0.0, 1.0], particles=4)
    follow = ls.evolve(MEMORY, run.isel(time=-1), 1.0)
    assert follow.outcome.item() == "finished"

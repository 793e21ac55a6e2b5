"""Exact runs: axes, starts, continuation, what is kept, what is refused, progress, interruption, files."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr

import largespin as ls
from largespin.exact.calls import each_point
from largespin.exact.calls.evolve import evolve
from largespin.exact.calls.state_of import state_of
from largespin.exact.generator.system import System
from largespin.exact.solvers.propagate import PropagationError

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
BLOCKS = ls.models.hopfield(ls.ideal_large_spins(2))
EVOLVE = import_module("largespin.exact.calls.evolve")
"""The module: the package has a function of this name."""
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
VALUES: dict[str, Any] = {"temperature": 0.5, "field": 0.3}
START, TIMES = [0.1, 0.2, 0.5], np.array([0.0, 0.4, 1.5])
READ = ("m", "overlap", "covariance", "purity", "trace")


def same(first: Any, second: Any, tolerance: float = 1e-11, names: tuple[str, ...] = READ) -> None:
    for name in names:
        np.testing.assert_allclose(first[name].values, second[name].values, atol=tolerance, err_msg=name)


# ----------------------------------------------------------------------------------------------------------------------- axes


def test_particles_as_list_and_as_tuple() -> None:
    run = evolve(MODEL, START, TIMES, particles=[2, 5], **VALUES)
    assert run.m.dims == ("particles", "time", "block", "component")
    assert run.particles.values.tolist() == [2, 5]
    assert run.components.values.tolist() == [10, 56]
    for n in (2, 5):
        single = evolve(MODEL, START, TIMES, particles=n, **VALUES)
        assert single.m.dims == ("time", "block", "component")
        assert single.particles.item() == n
        same(run.sel(particles=n), single)
    same(evolve(MODEL, START, TIMES, particles=np.array([2, 5]), **VALUES), run)
    same(evolve(MODEL, START, TIMES, particles=range(2, 6, 3), **VALUES), run)
    same(evolve(BLOCKS, START, 0.5, particles=(2, 2), **VALUES), evolve(BLOCKS, START, 0.5, particles=4, **VALUES))


def test_parameters_as_axes_labels_and_scalars() -> None:
    fields = xr.DataArray([0.0, 0.4, 0.9], dims="drive", coords={"drive": [10, 20, 30]})
    run = evolve(MODEL, START, TIMES, particles=[2, 3], temperature=[0.4, 0.8], field=fields)
    assert run.purity.dims == ("temperature", "drive", "particles", "time")
    assert run.drive.values.tolist() == [10, 20, 30]
    here = evolve(MODEL, START, TIMES, particles=3, temperature=0.8, field=0.4)
    same(run.sel(temperature=0.8, drive=20, particles=3), here)
    assert here.temperature.item() == 0.8
    mapped = evolve(MODEL, START, TIMES, particles=3, parameters={"temperature": 0.8}, field=0.4)
    same(mapped, here, 0.0)


def test_an_ensemble_of_starts() -> None:
    starts = MODEL.state([[START], [[0.0, 0.0, -1.0]]], dims=("run",))
    run = evolve(MODEL, starts, TIMES, particles=4, temperature=0.5, field=[0.1, 0.3])
    assert set(run.purity.dims) == {"run", "field", "time"}
    for index, bloch in enumerate(starts.bloch):
        same(run.isel(run=index).sel(field=0.3), evolve(MODEL, bloch, TIMES, particles=4, **VALUES))


def test_the_final_time_alone() -> None:
    final = evolve(MODEL, START, 1.5, particles=5, **VALUES)
    assert "time" not in final.dims
    assert final.time.item() == 1.5
    same(final, evolve(MODEL, START, TIMES, particles=5, **VALUES).isel(time=-1), 1e-8)


def test_rates_set_a_clock_that_starts_anywhere() -> None:
    """Without explicit time only differences of times matter; with it the clock counts."""
    shifted = evolve(MODEL, START, TIMES + 3.0, particles=4, **VALUES)
    same(shifted, evolve(MODEL, START, TIMES, particles=4, **VALUES))
    spins = ls.Spins()
    model = ls.Model(spins, energy=0.5 * sp.cos(ls.time) * spins.average("x"))
    run = evolve(model, [0, 0, 1], [1.0, 2.0], particles=3)
    angle = np.sin(2.0) - np.sin(1.0)
    np.testing.assert_allclose(run.m.values[-1, 0], [0.0, -np.sin(angle), np.cos(angle)], atol=1e-8)


# --------------------------------------------------------------------------------------------------------- states and outputs


def test_states_are_kept_and_continue_the_run() -> None:
    whole = evolve(MODEL, START, [0.0, 0.4, 1.5], particles=4, keep_states=True, tolerance=1e-11, **VALUES)
    system = System(MODEL, particles=4, parameters=VALUES)
    middle = state_of(whole, system, time=0.4)
    np.testing.assert_allclose(middle.means(), whole.m.values[1], atol=1e-14)
    assert middle.purity() == pytest.approx(whole.purity.values[1])
    rest = evolve(MODEL, middle, [0.4, 1.5], particles=4, keep_states=True, tolerance=1e-11, **VALUES)
    np.testing.assert_allclose(rest.density_matrix.values[-1], whole.density_matrix.values[-1], atol=1e-9)
    same(rest.isel(time=-1), whole.isel(time=-1), 1e-8)


def test_states_of_a_displaced_mode_continue_the_run() -> None:
    times = [0.0, 0.5, 1.0]
    values: dict[str, Any] = {"field": 0.5, "coupling": 0.6}
    more: dict[str, Any] = {"particles": 2, "fock": 14, "displace": [0.1 - 0.2j]}
    whole = evolve(DICKE, DICKE.state([0, 0, 1], modes=0), times, keep_states=True, parameters=values, **more)
    system = System(DICKE, particles=2, fock=14, displacement=[0.1 - 0.2j], parameters=values)
    middle = state_of(whole, system, time=0.5)
    np.testing.assert_allclose(middle.amplitudes, (whole.q + 1j * whole.p).values[1] / np.sqrt(2), atol=1e-12)
    rest = evolve(DICKE, middle, times[1:], parameters=values, **more)
    same(rest.isel(time=-1), whole.isel(time=-1), 1e-7, (*READ, "q", "p", "occupation"))
    same(evolve(DICKE, middle, times[1:], particles=2, parameters=values), rest, 1e-12, READ)
    with pytest.raises(ls.LargespinError, match="must have the displacement of this run"):
        evolve(DICKE, middle, times[1:], particles=2, fock=14, displace=[0.1], parameters=values)
    with pytest.raises(ls.LargespinError, match="must be amplitudes, or be left out, for a start of N particles"):
        evolve(DICKE, middle, times[1:], particles=2, fock=14, displace="mean field", parameters=values)
    with pytest.raises(ls.LargespinError, match=r"must be a state of \(3,\) particles"):
        evolve(DICKE, middle, times[1:], parameters=values, **(more | {"particles": 3}))


def test_kept_states_of_several_sizes_are_padded() -> None:
    run = evolve(MODEL, START, [0.0, 0.4], particles=[2, 4], keep_states=True, **VALUES)
    assert run.density_matrix.sizes["element"] == 35
    assert not run.density_matrix.sel(particles=2).values[:, 10:].any()
    system = System(MODEL, particles=2, parameters=VALUES)
    state = state_of(run.sel(particles=2), system, time=0.4)
    np.testing.assert_allclose(state.means(), run.m.sel(particles=2).values[-1], atol=1e-14)
    with pytest.raises(ls.LargespinError, match="the axes particles, time are left"):
        state_of(run, system)
    with pytest.raises(ls.LargespinError, match="must be made with `keep_states=True`"):
        state_of(run.drop_vars("density_matrix"), system, time=0.4)


def test_what_is_said_before_and_after() -> None:
    run = evolve(MODEL, START, TIMES, particles=[2, 5], **VALUES)
    assert run.outcome.values.tolist() == ["finished", "finished"]
    assert run.sentence.values[0] == "Reached t = 1.5."
    assert run.end_time.values.tolist() == [1.5, 1.5]
    assert np.all(np.diff(run.memory.values) > 0)
    assert run.attrs["method"] == "exact symmetric master equation"
    np.testing.assert_allclose(run.trace.values, 1.0, atol=1e-9)


def test_large_numbers_approach_mean_field_and_fluctuations() -> None:
    limit = ls.evolve(MODEL, START, TIMES, **VALUES).m.values
    runs = evolve(MODEL, START, TIMES, particles=[10, 20, 40], **VALUES)
    distances = np.abs(runs.m.values - limit).max(axis=(1, 2, 3))
    assert np.all(distances[1:] < 0.62 * distances[:-1])


@pytest.mark.parametrize("shown", [False, True])
def test_progress_bar(shown: bool, capsys: pytest.CaptureFixture[str]) -> None:
    evolve(MODEL, START, TIMES, particles=[2, 3, 4], progress=shown, **VALUES)
    written = capsys.readouterr().err
    assert ("3 run(s)" in written) == shown
    assert ("100%" in written) == shown


def test_files_keep_everything(tmp_path: Path) -> None:
    run = evolve(
        DICKE,
        DICKE.state([0, 0, 1], modes=0),
        [0.0, 0.3],
        particles=[2, 3],
        field=[0.2, 0.4],
        coupling=0.5,
        keep_states=True,
    )
    path = tmp_path / "run.nc"
    run.to_netcdf(path, engine="h5netcdf")
    with xr.open_dataset(path, engine="h5netcdf") as read:
        for name in (*READ, "q", "p", "occupation", "fock", "fock_tail", "memory", "end_time", "density_matrix"):
            np.testing.assert_array_equal(read[name].values, run[name].values, err_msg=name)
        assert read.sentence.values.tolist() == run.sentence.values.tolist()
        assert read.attrs["model_key"] == run.attrs["model_key"]


# ------------------------------------------------------------------------------------------------------- interrupted and failed


def test_interruption_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = evolve(MODEL, START, TIMES, particles=[2, 3, 4], **VALUES)
    done, finished = each_point.Progress.done, []

    def stop(self: Any) -> None:
        done(self)
        finished.append(self)
        if len(finished) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(each_point.Progress, "done", stop)
    run = evolve(MODEL, START, TIMES, particles=[2, 3, 4], keep_states=True, **VALUES)
    assert run.outcome.values.tolist() == ["finished", "finished", "interrupted"]
    assert run.sentence.values[2] == "Stopped by the user before this point was done."
    same(run.isel(particles=slice(2)), whole.isel(particles=slice(2)), 0.0)
    for name in READ:
        assert np.all(np.isnan(run[name].isel(particles=2))), name
    assert not np.any(np.isfinite(run.density_matrix.isel(particles=2, element=slice(10))))


def test_interruption_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Any, time: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(each_point.Progress, "advanced", stop)
    with pytest.raises(KeyboardInterrupt):
        evolve(MODEL, START, TIMES, particles=[2, 3], **VALUES)


def test_a_solver_that_stops_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(matrix: Any, start: Any, times: Any, *_: Any) -> Any:
        yield start
        raise PropagationError("the step length fell to 1e-12 at t = 0.2")

    monkeypatch.setattr(EVOLVE, "propagate", failing)
    run = evolve(MODEL, START, TIMES, particles=3, **VALUES)
    assert run.outcome.item() == "failed"
    assert run.sentence.item() == "The solver stopped: the step length fell to 1e-12 at t = 0.2."
    assert run.end_time.item() == 0.0
    assert np.all(np.isfinite(run.m.values[0]))
    assert np.all(np.isnan(run.m.values[1:]))


def test_a_lost_trace_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EVOLVE, "propagate", lambda matrix, start, times, *_: iter([start, 1.1 * start]))
    run = evolve(MODEL, START, [0.0, 1.0], particles=3, **VALUES)
    assert run.outcome.item() == "unphysical"
    assert "the trace is no longer 1; lower `tolerance`" in run.sentence.item()


# ------------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"times": [0.0, 1.0, 1.0]}, "`times` must rise from the time of the start"),
        ({"times": [1.0]}, "`times` must hold the time of the start and at least one later time"),
        ({"times": -1.0}, "`times` must be above zero"),
        ({"times": 0.0}, "`times` must be above zero"),
        ({"times": [[0.0, 1.0]]}, "`times` must be a number or one-dimensional"),
        ({"times": [0.0, np.nan]}, "`times` must be finite"),
        ({"times": "long"}, "`times` must be real numbers"),
        ({"particles": 0}, "`particles` must be at least 1"),
        ({"particles": 2.5}, "`particles` must be a whole number"),
        ({"particles": []}, "`particles` must contain at least one number"),
        ({"particles": (2, 2)}, "`particles` must be a tuple of 1 numbers"),
        (
            {"nonsense": 1.0},
            "neither an option of `evolve` nor a parameter of the model; its parameters are field, temperature",
        ),
        ({"toleranc": 1.0}, "did you mean `tolerance`"),
        ({"field": [0.1, np.inf]}, "finite"),
        ({"temperature": 0.0}, "`temperature` must be above zero"),
        ({"tolerance": 0.0}, r"`tolerance` must lie in \[1e-14, 0.01\], but it is 0"),
        ({"fock_tolerance": 0.0}, r"`fock_tolerance` must lie in \(0, 1\]"),
        ({"max_step": 0.0}, "`max_step` must be above 0"),
        ({"memory_limit": 0.0}, "`memory_limit` must be above 0"),
        ({"displace": "there"}, "`displace` must be 'mean field' or amplitudes, but it is 'there'"),
        ({"device": "gpu"}, "`device` must be cpu here, because CuPy with an NVIDIA GPU is needed"),
        ({"device": "tpu"}, "`device` must be one of cpu, gpu"),
        ({"model": "hopfield"}, "`model` must be a Model, but it is a str"),
        ({"start": [0.0, 0.0, 1.5]}, "smallest eigenvalue is -0.25"),
    ],
)
def test_bad_input(change: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    arguments: dict[str, Any] = {"start": START, "times": 1.0, "particles": 2, **VALUES, **change}
    with pytest.raises(ls.LargespinError, match=sentence):
        evolve(arguments.pop("model", MODEL), arguments.pop("start"), arguments.pop("times"), **arguments)


def test_numbers_that_do_not_fit_the_weights() -> None:
    with pytest.raises(ls.LargespinError, match=r"the shares are 0.5, 0.5 and N is 5; a multiple of 2 fits"):
        evolve(BLOCKS, START, 1.0, particles=[4, 5], **VALUES)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fock": 4}, "`fock` must be large enough for the start, but mode a_1 has 16 bosons"),
        ({"fock": 1}, "`fock` must be at least 2"),
        ({"fock": 3.5}, "`fock` must be a whole number"),
        ({"fock": (4, 4)}, "`fock` must give 1 numbers, one per mode, but it has 2"),
        ({"fock": 4, "displace": [0.1, 0.2]}, "must be 1 finite amplitudes"),
        ({"fock": 4, "displace": [np.nan]}, "must be 1 finite amplitudes"),
    ],
)
def test_bad_numbers_of_fock_states(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ls.LargespinError, match=sentence):
        evolve(DICKE, DICKE.state([0, 0, 1], [2.0]), 1.0, particles=4, field=0.5, coupling=0.5, **change)


def test_axes_with_names_of_results() -> None:
    with pytest.raises(ls.LargespinError, match="Axis `particles` of `field` must have another name"):
        evolve(
            MODEL, START, 1.0, particles=2, temperature=0.5, field=xr.DataArray([0.1, 0.2], dims="particles")
        )  # fmt: skip

"""A study gives what the library's own call gives, is resumed where it stopped, and never mixed with another."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls
import largespin.study.run as run_module
from largespin.errors import LargespinError, LargespinWarning
from largespin.phases import examine
from largespin.study import plan_study, read_study, run_study
from largespin.study.axes import Range
from largespin.study.computations import PARTICLES, STATES, TIMES, computation, computations
from largespin.study.evaluate import evaluate
from largespin.study.report import endings, is_useless, reasons
from largespin.study.work import prepare
from largespin.sweeps.request import Scheduler

MEMORY = """
[model]
ready = "hopfield"
patterns = 1
[parameters]
field = 0.2
[sweep]
temperature = { from = 0.4, to = 1.2, points = 5 }
[compute]
what = "evolve"
start = { pattern = 0, flipped = 0.1 }
times = { from = 0, to = 4, points = 3 }
[output]
keep = ["overlap"]
"""

PLANE = """
[model]
ready = "hopfield"
patterns = 1
[parameters]
field = 0.1
[sweep]
temperature = { from = 0.7, to = 1.1 }
[compute]
what = "phase_diagram"
resolution = 0.001
"""


@pytest.fixture
def model() -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1))


def written(folder: Path, text: str = MEMORY, name: str = "memory") -> Any:
    file = folder / f"{name}.toml"
    file.write_text(text)
    return read_study(file)


def test_a_sweep_is_the_librarys_own_call(tmp_path: Path, model: ls.Model) -> None:
    finished = run_study(written(tmp_path), tmp_path)
    expected = ls.evolve(model, [0, 0, 0.8], np.linspace(0, 4, 3), temperature=np.linspace(0.4, 1.2, 5), field=0.2)
    assert finished.computed
    assert finished.file == tmp_path / "memory.nc"
    xr.testing.assert_allclose(finished.dataset.overlap.load(), expected.overlap)
    np.testing.assert_array_equal(finished.dataset.temperature, expected.temperature)
    always = {"outcome", "usable", "sentence", "sweep_outcome", "sweep_sentence"}
    assert set(finished.dataset.data_vars) == {"overlap", *always}
    assert finished.dataset.usable.values.tolist() == [True] * 5
    assert finished.dataset.attrs["model_key"] == model.key


def test_zarr_and_two_axes_in_the_order_of_the_file(tmp_path: Path, model: ls.Model) -> None:
    text = MEMORY.replace("field = 0.2", "").replace("[compute]", "field = [0.3, 0.1]\n[compute]") + 'file = "x.zarr"\n'
    finished = run_study(written(tmp_path, text), tmp_path)
    assert finished.file == tmp_path / "x.zarr"
    assert finished.dataset.overlap.dims[:2] == ("temperature", "field")
    expected = ls.evolve(
        model, [0, 0, 0.8], np.linspace(0, 4, 3), temperature=np.linspace(0.4, 1.2, 5), field=[0.3, 0.1]
    )
    xr.testing.assert_allclose(finished.dataset.overlap.load(), expected.overlap)


def test_particles_are_swept(tmp_path: Path, model: ls.Model) -> None:
    text = MEMORY.replace('"evolve"', '"exact.liouvillian_spectrum"').replace('keep = ["overlap"]', 'keep = ["gap"]')
    text = text.replace("start = { pattern = 0, flipped = 0.1 }\n", "").replace(
        "times = { from = 0, to = 4, points = 3 }", "count = 2"
    )
    text = text.replace("temperature = { from = 0.4, to = 1.2, points = 5 }", "particles = [3, 6]\ntemperature = [0.5]")
    found = run_study(written(tmp_path, text), tmp_path).dataset
    expected = ls.exact.liouvillian_spectrum(model, particles=[3, 6], count=2, temperature=[0.5], field=0.2)
    np.testing.assert_allclose(
        found.gap.transpose("particles", "temperature"), expected.gap.transpose("particles", ...)
    )
    assert found.particles.values.tolist() == [3, 6]


def test_many_cycles_in_one_call(tmp_path: Path) -> None:
    text = """
    [model]
    ready = "hopfield"
    patterns = 1
    [sweep]
    field = [0.1, 0.6]
    [parameters]
    temperature = 0.6
    [compute]
    what = "limit_cycle"
    start = [0.1, 0.2, 0.5]
    settle = 60
    phases = 21
    """
    found = run_study(written(tmp_path, text), tmp_path).dataset
    assert found.sizes["field"] == 2
    assert found.outcome.values.tolist() == ["no cycle", "finished"]
    assert np.isfinite(found.period.values).tolist() == found.usable.values.tolist() == [False, True]


def test_one_call_at_each_point(tmp_path: Path, model: ls.Model) -> None:
    text = MEMORY.replace('"evolve"', '"local_map"').replace('keep = ["overlap"]', 'keep = ["propagator"]')
    found = run_study(written(tmp_path, text), tmp_path).dataset
    for temperature in found.temperature.values:
        expected = ls.local_map(model, [0, 0, 0.8], np.linspace(0, 4, 3), temperature=temperature, field=0.2)
        np.testing.assert_allclose(found.propagator.sel(temperature=temperature), expected.propagator, atol=1e-9)


def test_fewer_points_for_a_quick_look(tmp_path: Path) -> None:
    found = run_study(written(tmp_path), tmp_path, points=2).dataset
    np.testing.assert_allclose(found.temperature, [0.4, 1.2])
    assert found.sizes["time"] == 2


def test_a_finished_result_is_reported_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_study(written(tmp_path), tmp_path)
    values = first.dataset.overlap.load()
    first.dataset.close()
    for again in (run_study(written(tmp_path), tmp_path), run_study(written(tmp_path, MEMORY + "# comment"), tmp_path)):
        assert not again.computed
        xr.testing.assert_identical(again.dataset.overlap.load(), values)
        again.dataset.close()
    assert run_study(written(tmp_path), tmp_path, fresh=True).computed


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("field = 0.2", "field = 0.3", "the fixed argument `parameters` was"),
        ("to = 1.2", "to = 1.3", "the axis `temperature` was 5 value(s), 0.4 … 1.2 and is 5 value(s), 0.4 … 1.3"),
        ("flipped = 0.1", "flipped = 0.2", "the fixed argument `options`"),
        ('"overlap"', '"m"', "the fixed argument `keep` was"),
        ("patterns = 1", "patterns = 2", "the fixed argument `model`"),
    ],
)
def test_another_study_is_never_mixed_with_it(tmp_path: Path, old: str, new: str, what: str) -> None:
    run_study(written(tmp_path), tmp_path).dataset.close()
    with pytest.raises(LargespinError) as caught:
        run_study(written(tmp_path, MEMORY.replace(old, new)), tmp_path, resume=True)
    assert "holds another sweep" in str(caught.value)
    assert what in str(caught.value)
    assert run_study(written(tmp_path, MEMORY.replace(old, new)), tmp_path, fresh=True).computed


def test_an_interrupted_study_is_resumed_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []
    text = MEMORY.replace('"evolve"', '"branch"').replace("{ pattern = 0, flipped = 0.1 }", "[0.1, 0.2, 0.5]")
    text = text.replace("times = { from = 0, to = 4, points = 3 }", "settle = 20.0")
    stop = [True]

    def one(
        model: ls.Model, start: Any, *, between: Any = None, settle: float = 1.0, parameters: Any = None
    ) -> xr.Dataset:
        if stop and len(calls) == 4:
            stop.clear()
            raise KeyboardInterrupt
        calls.append(parameters["temperature"])
        return xr.Dataset({"overlap": 2.0 * parameters["temperature"]})

    monkeypatch.setattr(ls, "branch", one)
    study = written(tmp_path, text)
    with pytest.raises(KeyboardInterrupt), pytest.warns(LargespinWarning, match="Interrupted: "):
        run_study(study, tmp_path)
    before = len(calls)
    assert before == 4
    file = tmp_path / "memory.nc"
    check_sentence(
        lambda: run_study(study, tmp_path),
        f"The result at {file} is unfinished; go on with `resume=True`, or begin anew with `fresh=True`.",
    )
    assert len(calls) == before
    finished = run_study(study, tmp_path, resume=True)
    np.testing.assert_allclose(finished.dataset.overlap, 2 * np.linspace(0.4, 1.2, 5))
    # The first point was tried at the door, then each was stored once; what was under way is computed again.
    assert calls[0] == calls[1] == 0.4
    assert 5 <= len(calls[1:]) <= 7
    assert calls[-1] == 1.2


def test_resume_and_fresh_exclude_each_other(tmp_path: Path) -> None:
    check_sentence(
        lambda: run_study(written(tmp_path), tmp_path, resume=True, fresh=True),
        "Arguments `resume` and `fresh` must not both be true: go on, or begin anew.",
    )


def test_a_mistake_that_fails_everywhere_costs_two_points(tmp_path: Path) -> None:
    wrong = written(tmp_path, MEMORY.replace('"overlap"', '"overlop"'))
    with pytest.raises(
        LargespinError, match=r"^Key `output\.keep` must name computed variables, but 'overlop' is none; did"
    ):
        run_study(wrong, tmp_path)
    wrong = written(tmp_path, MEMORY.replace("times =", 'method = "guess"\ntimes ='))
    with pytest.raises(
        LargespinError, match=r"^Key `compute\.method` must be one of auto, taylor, implicit, but it is 'guess'\.$"
    ):
        run_study(wrong, tmp_path)
    wrong = written(tmp_path, MEMORY.replace("times =", 'method = "implict"\ntimes ='))
    with pytest.raises(LargespinError, match=r"but it is 'implict'; did you mean 'implicit'\?$"):
        run_study(wrong, tmp_path)
    assert not list(tmp_path.glob("memory.nc*"))


def test_points_that_fail_do_not_stop_the_others(tmp_path: Path) -> None:
    text = MEMORY.replace('"evolve"', '"exact.evolve"').replace(
        "temperature = {", "particles = [2, 4000]\ntemperature = {"
    )
    text = text.replace("points = 5", "points = 2").replace("times =", "memory_limit = 1e8\ntimes =")
    found = run_study(written(tmp_path, text), tmp_path).dataset
    assert found.sweep_outcome.sel(particles=2).values.tolist() == ["finished"] * 2
    assert found.sweep_outcome.sel(particles=4000).values.tolist() == ["failed"] * 2
    assert "Of 4 points: 2 failed, 2 finished." in endings(found)
    assert len(reasons(found, 3)) >= 1


def test_single_calls_are_stored_and_known_again(tmp_path: Path, model: ls.Model) -> None:
    text = MEMORY.replace("[sweep]\ntemperature = { from = 0.4, to = 1.2, points = 5 }", "").replace(
        "field = 0.2", "field = 0.2\ntemperature = 0.5"
    )
    first = run_study(written(tmp_path, text), tmp_path)
    expected = ls.evolve(model, [0, 0, 0.8], np.linspace(0, 4, 3), temperature=0.5, field=0.2)
    xr.testing.assert_allclose(first.dataset.overlap, expected.overlap)
    again = run_study(written(tmp_path, text), tmp_path)
    assert first.computed
    assert not again.computed
    xr.testing.assert_allclose(again.dataset.overlap.load(), expected.overlap)
    again.dataset.close()
    other = written(tmp_path, text.replace("0.5", "0.6"))
    file = tmp_path / "memory.nc"
    check_sentence(
        lambda: run_study(other, tmp_path),
        f"{file} holds the result of another study; choose another folder, or begin anew with `fresh=True`.",
    )
    assert run_study(other, tmp_path, fresh=True).computed
    with pytest.raises(LargespinError, match=r"must end in \.nc for a single call"):
        run_study(written(tmp_path, text + 'file = "x.zarr"\n'), tmp_path)
    with pytest.raises(LargespinError, match="this one is a single call"):
        plan_study(other)


def test_phase_diagrams_choose_their_points(tmp_path: Path) -> None:
    coarse = PLANE.replace("0.001", "0.05\ncoarse = 4")
    finished = run_study(written(tmp_path, coarse), tmp_path)
    found = finished.dataset
    edge = found.temperature.values[ls.phases.has_phase(found, "retrieval").values].max()
    assert edge == pytest.approx(1 / (1 + 8 * 0.1**2), abs=0.02)
    assert found.evaluations < found.uniform_evaluations
    assert {file.name for file in tmp_path.iterdir()} == {"memory.toml", "memory.nc"}
    again = run_study(written(tmp_path, coarse), tmp_path)
    assert not again.computed
    assert again.dataset.phase.attrs["flag_meanings"] == found.phase.attrs["flag_meanings"]
    again.dataset.close()


def test_phase_diagrams_take_arrays_as_they_are(tmp_path: Path) -> None:
    text = PLANE.replace("to = 1.1 }", "to = 1.1, points = 5 }").replace("resolution = 0.001\n", "")
    found = run_study(written(tmp_path, text), tmp_path).dataset
    assert found.evaluated.values.tolist() == [True] * 5
    refused = text.replace('what = "phase_diagram"', 'what = "phase_diagram"\nresolution = 0.1')
    with pytest.raises(LargespinError, match=r"^Key `compute\.resolution` must be left out without `between`"):
        run_study(written(tmp_path, refused), tmp_path, fresh=True)
    both = PLANE.replace("field = 0.1\n", "").replace("[sweep]", "[sweep]\nfield = [0.1, 0.2]")
    with pytest.raises(LargespinError, match="Argument `field` must be one number beside `between`"):
        run_study(written(tmp_path, both), tmp_path, fresh=True)


FOLLOWED = """
[model]
ready = "hopfield"
patterns = 1
[parameters]
temperature = 1.2
[sweep]
field = [0.1, 0.2]
temperature = { from = 0.6, to = 1.3 }
[compute]
what = "branch"
start = [0, 0, 0]
"""


def test_branches_at_each_value_of_another_parameter(tmp_path: Path) -> None:
    """The paramagnet loses stability at β = 1 + 8Ω²."""
    finished = run_study(written(tmp_path, FOLLOWED), tmp_path)
    found = finished.dataset
    assert found.sweep_outcome.values.tolist() == ["finished", "finished"]
    assert finished.work.between == {"temperature": (0.6, 1.3)}
    pitchforks = found.special_temperature.where(found.special_kind != "").values[:, 0]
    np.testing.assert_allclose(pitchforks, 1 / (1 + 8 * np.array([0.1, 0.2]) ** 2), rtol=1e-8)


def test_a_branch_alone_is_a_single_call(tmp_path: Path) -> None:
    text = FOLLOWED.replace("field = [0.1, 0.2]\n", "").replace("[sweep]", "field = 0.1\n[sweep]")
    finished = run_study(written(tmp_path, text.replace("from = 0.6, to = 1.3", "from = 1.3, to = 0.6")), tmp_path)
    assert finished.work.is_single
    assert finished.work.between == {"temperature": (0.6, 1.3)}
    assert finished.dataset.sizes["special_point"] == 1


def test_ranges_that_do_not_fit(tmp_path: Path) -> None:
    def problem(old: str, new: str) -> str:
        with pytest.raises(LargespinError) as caught:
            prepare(written(tmp_path, FOLLOWED.replace(old, new)))
        return str(caught.value)

    assert problem("temperature = { from = 0.6, to = 1.3 }\n", "") == (
        "Key `sweep` must have a range { from = …, to = … } without `points` for branch, but it has none."
    )
    assert problem("[compute]", "[compute]\nbetween = [0.6, 1.3]") == (
        "Key `compute.between` is unknown; give ranges in [sweep], as { from = …, to = … } without `points`."
    )
    assert problem("to = 1.3 }", 'to = 1.3, scale = "log" }') == (
        "Key `sweep.temperature.scale` must be left out of a range without `points`, but it is given."
    )
    assert problem('"branch"', '"evolve"\ntimes = 1.0') == (
        "Key `sweep.temperature` must not be given as a fixed parameter too, but it stands in [parameters]."
    )
    outside = FOLLOWED.replace("temperature = 1.2", "temperature = 1.4")
    with pytest.raises(LargespinError, match="`between`"):
        run_study(written(tmp_path, outside), tmp_path)


@pytest.mark.slow
def test_executors_give_the_same(tmp_path: Path) -> None:
    study = written(tmp_path, MEMORY + '[run]\nexecutor = "processes"\nworkers = 1\n')
    found = run_study(study, tmp_path).dataset.overlap.load()
    (tmp_path / "serial").mkdir()
    expected = run_study(study, tmp_path / "serial", executor="serial").dataset.overlap.load()
    xr.testing.assert_allclose(found, expected, rtol=1e-12)


def test_where_a_sweep_runs(tmp_path: Path) -> None:
    study = written(tmp_path, MEMORY + '[run]\nexecutor = "processes"\nworkers = 3\n')
    work = prepare(study)

    def places(executor: Any, workers: int | None) -> tuple[Any, Any]:
        found = run_module._places(study, work, executor, workers)
        return found["executor"], found["workers"]

    assert places(None, None) == ("processes", 3)
    assert places(None, 2) == ("processes", 2)
    assert places("dask", None) == ("dask", 3)
    assert places("serial", None) == ("serial", None)
    assert places(Scheduler("tcp://a:1"), None) == (Scheduler("tcp://a:1"), None)


def test_plan_counts_points_and_what_is_there(tmp_path: Path) -> None:
    study = written(tmp_path)
    plan = plan_study(study, folder=tmp_path)
    assert (plan.points, plan.stored) == (5, 0)
    assert plan.bytes_per_point > 3 * 8
    assert not list(tmp_path.glob("memory.nc*"))
    run_study(study, tmp_path).dataset.close()
    assert plan_study(study, folder=tmp_path).stored == 5
    assert plan_study(study, points=2).points == 2


EXPECTED = {
    "evolve",
    "stationary_states",
    "stationary_covariance",
    "phase_diagram",
    "branch",
    "branches",
    "find_attractors",
}
EXPECTED |= {"lyapunov_exponents", "limit_cycle", "cycle_branch", "exact.evolve", "exact.stationary_states"}


@pytest.mark.parametrize("name", computations())
def test_every_computation_is_there_and_offers_its_options(name: str) -> None:
    found = computation(name)
    assert found is not None
    arguments = inspect.signature(found.function).parameters
    assert next(iter(arguments)) == "model"
    assert "parameters" in arguments
    assert set(found.required) <= {*STATES, TIMES, PARTICLES, *found.kinds}
    assert set(found.kinds) < set(arguments)
    assert not {"progress", "workers", "parameters", "model", "out", "resume", "known", "between"} & set(found.kinds)


def test_computations_are_the_calls_of_the_library() -> None:
    assert set(computations()) >= EXPECTED
    for name in (
        "retrieve",
        "boundary_curve",
        "exact.System",
        "phases.evaluate_points",
        "_evolve",
        "study.run_study",
        "ls.evolve",
    ):
        assert computation(name) is None, name
    assert "resolved_hints" not in computations()


@pytest.mark.parametrize("name", [name for name, found in computations().items() if not found.takes_ranges])
def test_what_takes_arrays_takes_arrays(name: str, model: ls.Model) -> None:
    """Whether a call takes many points at once cannot be read off its signature, so it is tried."""
    found = computation(name)
    assert found is not None
    # The paramagnet, which is stationary everywhere.
    given: dict[str, Any] = {"start": model.state([0, 0, 0]), "times": [0.0, 0.1], "particles": 2, "duration": 2.0}
    if name in ("limit_cycle", "floquet"):
        given["start"] = model.state([0, 0.1, 0.1])
    options = {key: value for key, value in given.items() if key in found.required}
    short = {"starts": 4, "samples": 8, "interval": 0.5}
    options |= {key: value for key, value in short.items() if key in found.kinds}
    arrays = {"temperature": np.array([0.5, 0.55]), "field": np.array([0.6])}
    if found.points == "each":
        with pytest.raises(LargespinError, match="must be single numbers"):
            found.function(model, **options, parameters=arrays)
        return
    result = found.function(model, **options, parameters=arrays)
    assert result.sizes["temperature"] == 2
    assert result.sizes["field"] == 1


def test_options_that_are_offered() -> None:
    def kinds(name: str) -> dict[str, tuple[Any, ...]]:
        found = computation(name)
        assert found is not None
        return found.kinds

    assert {"tolerance", "method", "max_step"} <= set(kinds("evolve"))
    assert {"starts", "seed", "images", "join"} <= set(kinds("stationary_states"))
    assert kinds("stationary_states")["starts"] == (int,)
    assert {"fock", "method", "fock_tolerance"} <= set(kinds("exact.stationary_states"))
    assert {"resolution", "coarse"} == set(kinds("phase_diagram"))
    exact = computation("exact.evolve")
    assert exact is not None
    assert exact.required == ("start", "times", "particles")


def test_evaluate_refuses_unknown_variables(model: ls.Model) -> None:
    common: dict[str, Any] = {
        "model": model,
        "computation": "stationary_states",
        "options": {"starts": 4},
        "temperature": [2.0],
    }
    found = evaluate(**common, parameters={"field": 0.1}, keep=("m", "verdict"))
    assert {"m", "sentence", "verdict"} <= set(found) <= {"m", "sentence", "verdict", "outcome", "usable"}
    with pytest.raises(LargespinError, match=r"'overlops' is none; did you mean `overlap`\?"):
        evaluate(**common, parameters={"field": 0.1}, keep=("overlops",))


@pytest.mark.parametrize(("count", "expected"), [(2, [1, 9]), (3, [1, 5, 9]), (99, [1, 3, 5, 7, 9])])
def test_fewer_values_of_a_list_or_a_range(count: int, expected: list[float]) -> None:
    assert Range.model_validate([1, 3, 5, 7, 9]).array(count).tolist() == expected
    assert Range.model_validate({"from": 1, "to": 9, "points": 5}).array(count).tolist() == expected


def test_the_key_is_named_where_the_library_names_its_argument(tmp_path: Path) -> None:
    wrong = MEMORY.replace("times =", "tolerance = -1.0\ntimes =")
    single = wrong.replace("[sweep]\n", "").replace(
        "temperature = { from = 0.4, to = 1.2, points = 5 }", "temperature = 0.5"
    )
    for text in (wrong, single):
        with pytest.raises(LargespinError, match=r"^Key `compute\.tolerance` must lie in"):
            run_study(written(tmp_path, text), tmp_path)


def test_a_single_result_that_cannot_be_read(tmp_path: Path) -> None:
    single = MEMORY.replace("[sweep]\n", "").replace("{ from = 0.4, to = 1.2, points = 5 }", "0.5")
    (tmp_path / "memory.nc").write_text("rubbish")
    check_sentence(
        lambda: run_study(written(tmp_path, single), tmp_path),
        f"{tmp_path / 'memory.nc'} cannot be read; remove it, or choose another folder.",
    )
    assert run_study(written(tmp_path, single), tmp_path, fresh=True).computed


def test_a_single_result_of_another_version_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    single = MEMORY.replace("[sweep]\n", "").replace("{ from = 0.4, to = 1.2, points = 5 }", "0.5")
    run_study(written(tmp_path, single), tmp_path).dataset.close()
    monkeypatch.setattr(run_module, "__version__", "99.0")
    with pytest.raises(LargespinError, match="holds the result of another study"):
        run_study(written(tmp_path, single), tmp_path)


@pytest.mark.parametrize(
    ("words", "useless"),
    [
        (["failed", "truncated"], True),
        (["failed", "finished"], False),
        (["failed", "no state"], True),
        (["no state", ""], True),
        (["stopped", "failed"], False),
    ],
)
def test_whether_anything_can_be_used(words: list[str], useless: bool) -> None:
    for name in ("outcome", "sweep_outcome"):
        assert is_useless(xr.Dataset({name: ("x", words)})) is useless
    assert not is_useless(xr.Dataset({"kind": ("x", words)}))
    both = xr.Dataset({"sweep_outcome": ("x", ["finished"] * 2), "outcome": ("x", words)})
    assert is_useless(both) is useless
    # Where results say themselves what can be used, that counts.
    assert is_useless(both.assign(usable=("x", [False, False])))
    assert not is_useless(both.assign(usable=("x", [False, True])))


def test_reasons_are_those_of_results_that_cannot_be_used() -> None:
    found = xr.Dataset(
        {
            "outcome": ("x", ["finished", "truncated", "no state", "", "stopped", "truncated"]),
            "sentence": ("x", ["Done.", "Too few.", "None here.", "", "A rule.", "Too few."]),
        }
    )
    assert reasons(found, 9) == ["Too few."]
    assert endings(found) == ["Of 4 results: 2 truncated, 1 finished, 1 stopped."]


def test_an_interrupted_phase_diagram_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = written(tmp_path, PLANE)
    examined: list[int] = []
    original = examine.Examined._batch

    def stops(self: examine.Examined, indices: np.ndarray) -> None:
        if len(examined) == 3:
            examined.append(0)
            raise KeyboardInterrupt
        original(self, indices)
        examined.append(len(indices))

    monkeypatch.setattr(examine.Examined, "_batch", stops)
    with pytest.raises(KeyboardInterrupt), pytest.warns(ls.LargespinWarning, match="points are kept"):
        run_study(study, tmp_path)
    with pytest.raises(ls.LargespinError, match="is unfinished; go on with `resume=True`"):
        run_study(study, tmp_path)
    other = written(tmp_path, PLANE.replace("0.1\n[sweep]", "0.2\n[sweep]"))
    with pytest.raises(ls.LargespinError, match=r"the parameter `field` was 0.1 and is 0.2"):
        run_study(other, tmp_path, resume=True)
    finished = run_study(written(tmp_path, PLANE), tmp_path, resume=True)
    assert sum(examined) == finished.dataset.attrs["evaluations"]
    assert {path.name for path in tmp_path.iterdir()} == {"memory.toml", "memory.nc"}
    assert not run_study(written(tmp_path, PLANE), tmp_path).computed
    anew = run_study(written(tmp_path, PLANE), tmp_path, fresh=True)
    assert sum(examined) == 2 * anew.dataset.attrs["evaluations"]


def test_a_study_cannot_choose_where_points_are_kept(tmp_path: Path) -> None:
    for key in ("out = 'elsewhere.nc'", "resume = true", "known = 'diagram.nc'"):
        with pytest.raises(ls.LargespinError, match=f"Key `compute.{key.split()[0]}` is unknown"):
            run_study(written(tmp_path, PLANE + key), tmp_path)

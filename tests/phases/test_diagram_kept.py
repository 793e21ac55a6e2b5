"""Nothing that was examined is lost or examined twice: interruption, files, refinement of earlier diagrams."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls
from largespin import phase_diagram
from largespin.interruption import interruption_raised
from largespin.phases import Rule, Search, phase_names
from largespin.phases.phase_diagram import PROVISIONAL, STOPPED

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
RULES = (
    Rule("inside", lambda points: points.radius < 1.0, "Inside the unit circle."),
    Rule("outside", lambda points: points.radius >= 1.0, "Outside the unit circle."),
)
PLANE: dict[str, tuple[float, float]] = {"temperature": (0.1, 1.7), "field": (0.0, 1.5)}


class Circle:
    """Closed-form points; counts them, and stops like a user after some batches."""

    key = "circle"  # what counts as this function when results are compared

    def __init__(self) -> None:
        self.points = 0
        self.batches = 0
        self.stop_at = 0

    def __call__(self, model: ls.Model, *, parameters: Mapping[str, Any], search: Search) -> xr.Dataset:
        self.batches += 1
        if self.batches == self.stop_at:
            raise KeyboardInterrupt
        temperature, field = np.broadcast_arrays(parameters["temperature"], parameters["field"])
        self.points += len(temperature)
        return xr.Dataset({"radius": ("point", np.hypot(temperature, field), {"units": "1"})})


def diagram(circle: Circle, resolution: float = 0.01, **more: Any) -> xr.Dataset:
    between = PLANE | more.pop("between", {})
    return phase_diagram(MODEL, rules=RULES, evaluate=circle, resolution=resolution, between=between, **more)


def check_same_diagram(found: xr.Dataset, expected: xr.Dataset) -> None:
    assert (found.phase.values == expected.phase.values).all()
    assert (found.evaluated.values == expected.evaluated.values).all()
    np.testing.assert_array_equal(found.radius.values, expected.radius.values)
    assert found.phase.attrs["flag_meanings"] == expected.phase.attrs["flag_meanings"]
    assert (found.outcome.values == expected.outcome.values).all()
    assert found.radius.attrs == expected.radius.attrs


@pytest.mark.parametrize("stop_at", [2, 3, 5])
def test_an_interrupted_diagram_goes_on_where_it_stopped(stop_at: int, tmp_path: Path) -> None:
    whole, circle = diagram(Circle()), Circle()
    circle.stop_at = stop_at
    out = tmp_path / "circle.nc"
    with pytest.raises(KeyboardInterrupt), pytest.warns(ls.LargespinWarning, match=f"{'[0-9]+'} points are kept"):
        diagram(circle, out=out)
    assert not out.exists()
    resumed = diagram(circle, out=out)
    check_same_diagram(resumed, whole)
    assert circle.points == whole.attrs["evaluations"]
    assert [path.name for path in tmp_path.iterdir()] == ["circle.nc"]
    check_same_diagram(diagram(circle, out=out), whole)
    assert circle.points == whole.attrs["evaluations"]


def test_without_a_file_the_part_is_returned_and_can_be_given_back() -> None:
    whole, circle = diagram(Circle()), Circle()
    circle.stop_at = 4
    with pytest.warns(ls.LargespinWarning, match="give the result as `known`"):
        part = diagram(circle)
    assert part.attrs["interrupted"] == 1
    assert int(part.evaluated.sum()) == circle.points < whole.attrs["evaluations"]
    # Coarse as it is, every label comes from an examined point within a cell.
    wrong = part.phase.values != whole.phase.values
    assert not part.usable.values[wrong].any()
    assert part.usable.values[part.evaluated.values].all()
    assert set(part.outcome.values[~part.evaluated.values]) == {"interrupted"}
    radius = np.hypot(*np.meshgrid(part.temperature, part.field, indexing="ij"))
    assert np.abs(radius[wrong] - 1.0).max() < 2.0 / 16
    check_same_diagram(diagram(circle, known=part), whole)
    assert circle.points == whole.attrs["evaluations"]


def test_stopped_before_the_coarse_grid_is_done() -> None:
    circle = Circle()
    circle.stop_at = 2
    with pytest.warns(ls.LargespinWarning, match="32 points"):
        part = diagram(circle, resolution=0.02, coarse=32)
    blank = part.sentence.values == STOPPED
    assert (part.phase.values[blank] == 0).all()
    assert blank.any()
    assert not part.usable.values[blank].any()
    assert set(part.sentence.values[~blank & ~part.evaluated.values]) <= {PROVISIONAL}
    assert set(part.sentence.values[part.evaluated.values]) == {""}
    check_same_diagram(diagram(circle, resolution=0.02, coarse=32, known=part), diagram(Circle(), 0.02, coarse=32))


def test_given_arrays_are_kept_too() -> None:
    circle, whole = Circle(), Circle()
    circle.stop_at = 3
    arrays: dict[str, Any] = {
        "temperature": np.linspace(0.1, 1.7, 60),
        "field": np.linspace(0, 1.5, 100),
        "rules": RULES,
    }
    with pytest.warns(ls.LargespinWarning, match="4128 points"):
        part = phase_diagram(MODEL, evaluate=circle, **arrays)
    resumed = phase_diagram(MODEL, evaluate=circle, known=part, **arrays)
    check_same_diagram(resumed, phase_diagram(MODEL, evaluate=whole, **arrays))
    assert circle.points == whole.points == 6000


def test_a_coarse_diagram_is_refined_further() -> None:
    coarse_circle, circle = Circle(), Circle()
    coarse = diagram(coarse_circle, 0.02)
    fine = diagram(circle, 0.0025, known=coarse)
    check_same_diagram(fine, diagram(Circle(), 0.0025))
    assert circle.points == fine.attrs["evaluations"] - coarse_circle.points


def test_a_known_island_is_refined() -> None:
    """A fine diagram of a part shows an island that the coarse grid of the whole misses."""
    rules = (Rule("island", lambda p: np.hypot(p.radius - 0.905, 0) < 0.004), Rule("sea", lambda p: p.radius > 0.0))
    line: dict[str, Any] = {"field": 0.0, "resolution": 1 / 1024, "rules": rules, "evaluate": Circle()}
    part = phase_diagram(MODEL, between={"temperature": (0.85, 0.95)}, **{**line, "resolution": 1 / 64})
    blind = phase_diagram(MODEL, between={"temperature": (0.05, 1.65)}, **line)
    seeing = phase_diagram(MODEL, between={"temperature": (0.05, 1.65)}, known=part, **line)
    assert "island + sea" in phase_names(part).values
    assert set(phase_names(blind).values) == {"sea"}
    inside = np.abs(seeing.temperature.values - 0.905) < 0.004
    assert (seeing.phase.values[inside] == 1 + 2).all()
    assert (seeing.phase.values[~inside] == 2).all()


def test_another_diagram_is_refused(tmp_path: Path) -> None:
    earlier, out = diagram(Circle()), tmp_path / "circle.nc"
    diagram(Circle(), out=out)
    other = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    arguments: tuple[dict[str, Any], ...] = ({"known": earlier}, {"out": out})
    for argument in arguments:
        must = f"Argument `{next(iter(argument))}` must belong"
        with pytest.raises(ls.LargespinError, match=f"{must} .* the model was"):
            phase_diagram(other, rules=RULES, evaluate=Circle(), resolution=0.01, between=PLANE, **argument)
        with pytest.raises(ls.LargespinError, match="the rule `outside` is gone"):
            phase_diagram(MODEL, rules=RULES[:1], evaluate=Circle(), resolution=0.01, between=PLANE, **argument)
        with pytest.raises(
            ls.LargespinError, match="the order of the rules was inside, outside and is outside, inside"
        ):
            phase_diagram(MODEL, rules=RULES[::-1], evaluate=Circle(), resolution=0.01, between=PLANE, **argument)
        with pytest.raises(ls.LargespinError, match="`search` was"):
            diagram(Circle(), search=Search(starts=3), **argument)
    with pytest.raises(ls.LargespinError, match=r"Argument `out` must .* along `temperature` .* other values"):
        diagram(Circle(), 0.02, out=out)
    anew = Circle()
    assert diagram(anew, 0.02, out=out, resume=False).attrs["evaluations"] == anew.points
    assert xr.load_dataset(out).sizes["field"] == 65
    with pytest.raises(ls.LargespinError, match="Argument `known` must be a result of phase_diagram"):
        diagram(Circle(), known=xr.Dataset())


def test_unfinished_points_of_another_diagram_are_refused(tmp_path: Path) -> None:
    circle, out = Circle(), tmp_path / "circle.nc"
    circle.stop_at = 3
    with pytest.raises(KeyboardInterrupt), pytest.warns(ls.LargespinWarning, match="kept"):
        diagram(circle, out=out)
    with pytest.raises(ls.LargespinError, match=r"Argument `out` must belong .* `search` was"):
        diagram(Circle(), search=Search(starts=3), out=out)
    assert diagram(circle, out=out).attrs["evaluations"] == circle.points
    moved: dict[str, Any] = {"between": {"temperature": (0.1, 1.6999)}, "out": out}
    with pytest.raises(ls.LargespinError, match=r"along `temperature` .* other values"):
        diagram(Circle(), **moved)


def test_only_points_of_the_grid_are_taken() -> None:
    shifted, circle = diagram(Circle(), between={"temperature": (0.1003, 1.7003)}), Circle()
    assert diagram(circle, known=shifted).attrs["evaluations"] == circle.points


def test_reasons_of_undecided_points_are_taken() -> None:
    settings: dict[str, Any] = {"rules": RULES[:1], "resolution": 0.05, "between": PLANE}
    earlier = phase_diagram(MODEL, evaluate=Circle(), **settings)
    again = phase_diagram(MODEL, evaluate=Circle(), known=earlier, **settings)
    assert (earlier.sentence.values[(earlier.phase == 0).values & earlier.evaluated.values] != "").all()
    assert (again.sentence.values == earlier.sentence.values).all()


def test_inside_another_call_a_part_is_not_returned() -> None:
    circle = Circle()
    circle.stop_at = 3
    with pytest.raises(KeyboardInterrupt), interruption_raised():
        diagram(circle)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for out, words in (
        (tmp_path / "circle.zarr", "must be a path that ends in .nc"),
        (7, "must be a path"),
        ("circle.png", "must be a path"),
    ):
        with pytest.raises(ls.LargespinError, match=f"Argument `out` {words}"):
            diagram(Circle(), out=out)
    file = tmp_path / "text.nc"
    file.write_text("no numbers")
    with pytest.raises(ls.LargespinError, match="is no NetCDF file"):
        diagram(Circle(), out=file)
    assert file.read_text() == "no numbers"


def test_boundaries_are_those_of_the_last_call(tmp_path: Path) -> None:
    out = tmp_path / "circle.nc"
    lines = xr.Dataset({name: ("point", [0.1, 0.2]) for name in PLANE} | {"curve": ("point", [0, 0])})
    lines["kind"] = ("point", ["fold", "fold"])
    diagram(Circle(), out=out)
    assert diagram(Circle(), out=out, boundaries=lines).boundary_kind.values.tolist() == ["fold", "fold"]


PROGRAM = """
import sys, time
import largespin as ls
from largespin.interruption import interruption_raised
from largespin import phase_diagram
from largespin.phases import Search, evaluate_points
from largespin.phases import examine
examine.FIRST_BATCH = 16
examine.SECONDS = 0.0  # batches of one
model = ls.models.hopfield(ls.ideal_large_spins(1))
phase_diagram(model, search=Search(starts=8, window=None), resolution=0.01, field=0.1, between={"temperature": (0.5, 1.1)}, out=sys.argv[1])
"""


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "diagram.nc"
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(out)])
    points = out.with_name("diagram.nc.points.nc")
    deadline = time.monotonic() + 60.0
    while not points.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = xr.load_dataset(points)
    assert kept.sizes["point"] >= 16
    plane: dict[str, Any] = {"resolution": 0.01, "field": 0.1, "between": {"temperature": (0.5, 1.1)}}
    search = Search(starts=8, window=None)
    found = phase_diagram(MODEL, search=search, out=out, **plane)
    expected = phase_diagram(MODEL, search=search, **plane)
    assert (found.phase.values == expected.phase.values).all()
    assert found.attrs["evaluations"] == expected.attrs["evaluations"]
    at = found.sel(temperature=kept.temperature.values, method="nearest")
    np.testing.assert_array_equal(at.order.values, kept.order.values)

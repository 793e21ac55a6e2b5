"""What holds for every chart: pyplot, `ax`, files, labels, and one sentence for whatever is no result of its kind."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import largespin as ls

Y = ("m", {"block": 0, "component": "y"})
Z = ("overlap", {"pattern": 0})

# Every chart with every kind of result it promises.
CHARTS: dict[str, list[Callable[[dict[str, Any]], tuple[Any, ...]]]] = {
    "overlaps": [lambda r: (r["run"],), lambda r: (r["many"],)],
    "averages": [lambda r: (r["run"],), lambda r: (r["many"],)],
    "bloch_components": [lambda r: (r["run"],), lambda r: (r["many"],), lambda r: (r["ladder"],)],
    "populations": [lambda r: (r["ladder"],)],
    "occupations": [lambda r: (r["light"],)],
    "trajectory": [lambda r: (r["run"], Y, Z)],
    "bloch_sphere": [lambda r: (r["run"],), lambda r: (r["many"],), lambda r: (r["states"],), lambda r: (r["cycle"],)],
    "stationary_states": [lambda r: (r["states"],), lambda r: (r["states"].isel(field=0),)],
    "number_of_stable_states": [lambda r: (r["grid"],)],
    "growth_rate": [lambda r: (r["grid"],)],
    "branches": [lambda r: (r["found"],)],
    "boundary_lines": [lambda r: (r["lines"],)],
    "phase_diagram": [lambda r: (r["diagram"],), lambda r: (r["diagram"].isel(field=0),)],
    "limit_cycle": [lambda r: (r["cycle"],), lambda r: (r["cycle"].isel(field=0),)],
    "cycle_branch": [lambda r: (r["cycles"],), lambda r: (r["cycles"], "period")],
    "floquet_multipliers": [lambda r: (r["cycle"],), lambda r: (r["cycles"],)],
    "attractor_shares": [lambda r: (r["attractors"],), lambda r: (r["attractors"].isel(field=0),)],
    "basins": [lambda r: (r["attractors"].isel(field=0), Y, Z)],
    "lyapunov_exponents": [lambda r: (r["exponents"],), lambda r: (r["exponents"].isel(temperature=0),)],
    "covariance": [lambda r: (r["covariance"],), lambda r: (r["covariance"], "drift")],
    "spectrum": [lambda r: (r["spectrum"],)],
    "correlations": [lambda r: (r["correlations"],)],
    "output_spectrum": [lambda r: (r["output"],)],
    "output_squeezing": [lambda r: (r["output"],)],
    "distribution": [lambda r: (r["chances"],), lambda r: ({"N = 10": r["chances"], "again": r["chances"]},)],
    "liouvillian_spectrum": [lambda r: (r["slow"],)],
    "mean_field_error": [lambda r: (r["errors"],)],
    "reduced_state_error": [lambda r: (r["reduced"],)],
    "patterns": [lambda r: (r["pictured"],), lambda r: (ls.random_patterns(3, 50, seed=1),)],
    "sites": [lambda r: (ls.large_spins(r["pictured"]), ls.large_spins(r["pictured"]).near_pattern(0))],
    "pictures": [lambda r: ([r["pictured"].picture(0)],)],
    "line": [lambda r: (r["swept"], "value"), lambda r: (r["run"], "overlap")],
    "heat_map": [lambda r: (r["swept"], "value"), lambda r: (r["swept"].value,)],
}
SEVERAL_PANELS = ("patterns", "pictures")
FLAT = ("bloch_sphere", "sites", *SEVERAL_PANELS)
"""Charts whose axes carry no scale."""
CASES = [(name, number) for name, calls in CHARTS.items() for number in range(len(calls))]


def axes_for(name: str) -> Any:
    return Figure().add_subplot(projection="3d" if name == "bloch_sphere" else None)


def test_every_chart_is_drawn_here() -> None:
    assert set(CHARTS) | {"animate"} == set(ls.plot.__all__)


@pytest.mark.parametrize(("name", "number"), CASES)
def test_pyplot_knows_one_figure_without_ax_and_none_with(name: str, number: int, results: dict[str, Any]) -> None:
    chart, given = getattr(ls.plot, name), CHARTS[name][number](results)
    before = plt.get_fignums()
    drawn = chart(*given)
    assert len(plt.get_fignums()) == len(before) + 1
    assert isinstance(drawn, Figure if name in SEVERAL_PANELS else Axes)
    assert plt.gcf() is (drawn if isinstance(drawn, Figure) else drawn.get_figure())
    plt.close("all")
    if name in SEVERAL_PANELS:
        figure = Figure()
        assert chart(*given, figure=figure) is figure
        assert figure.axes
    else:
        ax = axes_for(name)
        assert chart(*given, ax=ax) is ax
        assert ax.has_data()
    assert not plt.get_fignums()


@pytest.mark.parametrize(("name", "number"), CASES)
def test_charts_are_labelled_and_written_as_files(
    name: str, number: int, results: dict[str, Any], tmp_path: Path
) -> None:
    drawn = getattr(ls.plot, name)(*CHARTS[name][number](results))
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure()
    for ending, start in (("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG")):
        file = tmp_path / f"chart.{ending}"
        figure.savefig(file, dpi=40)
        assert file.read_bytes().startswith(start)
    if name not in FLAT and name != "covariance":
        assert drawn.get_xlabel()
        # Bands of phases over one parameter have the order parameter, everything else has a name.
        assert drawn.get_ylabel()


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_legends_hide_nothing(name: str, results: dict[str, Any]) -> None:
    """Beside the panel, in figures with a layout and in figures without."""
    if name in SEVERAL_PANELS:
        pytest.skip("no legend")
    for layout in (None, "constrained"):
        figure = Figure(figsize=(8.0, 4.0), layout=layout)
        ax = figure.add_subplot(projection="3d" if name == "bloch_sphere" else None)
        getattr(ls.plot, name)(*CHARTS[name][0](results), ax=ax)
        figure.draw_without_rendering()
        legend = ax.get_legend()
        if legend is None:
            continue
        panel, box = ax.get_window_extent(), legend.get_window_extent()
        assert box.x0 >= panel.x1 or box.y0 >= panel.y1
        assert box.x1 <= figure.bbox.x1 + 1.0


@pytest.mark.parametrize("name", sorted(CHARTS))
@pytest.mark.parametrize("wrong", ["a model", "a number", "an empty dataset", "nothing"])
def test_another_object_gets_a_sentence(name: str, wrong: str, one: ls.Model) -> None:
    thing = {"a model": one, "a number": 7, "an empty dataset": xr.Dataset(), "nothing": None}[wrong]
    extra = {"trajectory": ("a", "b"), "basins": ("a", "b"), "sites": ([1.0],), "line": ("a",), "heat_map": ("a",)}
    with pytest.raises(ls.LargespinError) as caught:
        getattr(ls.plot, name)(thing, *extra.get(name, ()))
    first = next(iter(inspect.signature(getattr(ls.plot, name)).parameters))
    if not (wrong == "an empty dataset" and name in ("line", "heat_map")):
        assert str(caught.value).startswith(f"Argument `{first}` must be ")
    assert not plt.get_fignums()


@pytest.mark.parametrize("name", sorted(set(CHARTS) - set(SEVERAL_PANELS)))
def test_ax_must_be_axes(name: str, results: dict[str, Any]) -> None:
    with pytest.raises(ls.LargespinError, match=r"Argument `ax` must be one Matplotlib Axes.* but it is a Figure"):
        getattr(ls.plot, name)(*CHARTS[name][0](results), ax=Figure())


def test_the_sphere_needs_three_dimensions(run: xr.Dataset) -> None:
    with pytest.raises(ls.LargespinError, match="three dimensions"):
        ls.plot.bloch_sphere(run, ax=Figure().add_subplot())


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_where_to_draw_is_one_keyword(name: str) -> None:
    parameters = inspect.signature(getattr(ls.plot, name)).parameters
    where = parameters["figure" if name in SEVERAL_PANELS else "ax"]
    assert where.kind is inspect.Parameter.KEYWORD_ONLY
    assert where.default is None
    assert "axes" not in parameters


def test_a_result_with_a_dataset_says_so(run: xr.Dataset) -> None:
    class Holder:
        dataset = run

    with pytest.raises(ls.LargespinError, match=r"it is a Holder; give its `dataset`, `run\.dataset`"):
        ls.plot.overlaps(Holder())  # type: ignore[arg-type]


def test_what_was_drawn_before_stays_in_sight(run: xr.Dataset) -> None:
    ax = ls.plot.overlaps(run)
    assert ls.plot.overlaps(run.isel(time=slice(0, 10)), ax=ax) is ax
    assert np.allclose(ax.get_xlim(), (0.0, 10.0))

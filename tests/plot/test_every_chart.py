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

Given = tuple[tuple[Any, ...], dict[str, Any]]


def of(*arguments: Any, **options: Any) -> Given:
    return arguments, options


Y = ("m", {"block": 0, "component": "y"})
Z = ("overlap", {"pattern": 0})

# Every chart with every kind of result it promises.
CHARTS: dict[str, list[Callable[[dict[str, Any]], Given]]] = {
    "overlaps": [lambda r: of(r["run"]), lambda r: of(r["many"])],
    "averages": [lambda r: of(r["run"]), lambda r: of(r["many"])],
    "bloch_components": [lambda r: of(r["run"]), lambda r: of(r["many"]), lambda r: of(r["ladder"])],
    "populations": [lambda r: of(r["ladder"])],
    "occupations": [lambda r: of(r["light"])],
    "trajectory": [lambda r: of(r["run"], Y, Z)],
    "bloch_sphere": [
        lambda r: of(r["run"]),
        lambda r: of(r["many"]),
        lambda r: of(r["states"]),
        lambda r: of(r["cycle"]),
    ],
    "stationary_states": [lambda r: of(r["states"]), lambda r: of(r["states"].isel(field=0))],
    "number_of_stable_states": [lambda r: of(r["grid"])],
    "growth_rate": [lambda r: of(r["grid"])],
    "branches": [lambda r: of(r["found"])],
    "boundary_lines": [lambda r: of(r["lines"])],
    "phase_diagram": [lambda r: of(r["diagram"]), lambda r: of(r["diagram"].isel(field=0))],
    "limit_cycle": [lambda r: of(r["cycle"]), lambda r: of(r["cycle"].isel(field=0))],
    "cycle_branch": [lambda r: of(r["cycles"]), lambda r: of(r["cycles"], quantity="period")],
    "floquet_multipliers": [lambda r: of(r["cycle"]), lambda r: of(r["cycles"])],
    "attractor_shares": [lambda r: of(r["attractors"]), lambda r: of(r["attractors"].isel(field=0))],
    "basins": [lambda r: of(r["attractors"].isel(field=0), Y, Z)],
    "lyapunov_exponents": [lambda r: of(r["exponents"]), lambda r: of(r["exponents"].isel(temperature=0))],
    "covariance": [lambda r: of(r["covariance"]), lambda r: of(r["covariance"], variable="drift")],
    "spectrum": [lambda r: of(r["spectrum"])],
    "correlations": [lambda r: of(r["correlations"])],
    "output_spectrum": [lambda r: of(r["output"])],
    "output_squeezing": [lambda r: of(r["output"])],
    "distribution": [lambda r: of(r["chances"]), lambda r: of({"N = 10": r["chances"], "again": r["chances"]})],
    "liouvillian_spectrum": [lambda r: of(r["slow"])],
    "mean_field_error": [lambda r: of(r["errors"])],
    "reduced_state_error": [lambda r: of(r["reduced"])],
    "patterns": [lambda r: of(r["pictured"]), lambda r: of(ls.random_patterns(3, 50, seed=1))],
    "sites": [lambda r: of(ls.large_spins(r["pictured"]), ls.large_spins(r["pictured"]).near_pattern(0))],
    "pictures": [lambda r: of([r["pictured"].picture(0)])],
    "line": [lambda r: of(r["swept"], variable="value"), lambda r: of(r["run"], variable="overlap")],
    "heat_map": [lambda r: of(r["swept"], variable="value"), lambda r: of(r["swept"].value)],
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
    chart, (given, options) = getattr(ls.plot, name), CHARTS[name][number](results)
    before = plt.get_fignums()
    drawn = chart(*given, **options)
    assert len(plt.get_fignums()) == len(before) + 1
    assert isinstance(drawn, Figure if name in SEVERAL_PANELS else Axes)
    assert plt.gcf() is (drawn if isinstance(drawn, Figure) else drawn.get_figure())
    plt.close("all")
    if name in SEVERAL_PANELS:
        figure = Figure()
        assert chart(*given, **options, figure=figure) is figure
        assert figure.axes
    else:
        ax = axes_for(name)
        assert chart(*given, **options, ax=ax) is ax
        assert ax.has_data()
    assert not plt.get_fignums()


@pytest.mark.parametrize(("name", "number"), CASES)
def test_charts_are_labelled_and_written_as_files(
    name: str, number: int, results: dict[str, Any], tmp_path: Path
) -> None:
    given, options = CHARTS[name][number](results)
    drawn = getattr(ls.plot, name)(*given, **options)
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
        given, options = CHARTS[name][0](results)
        getattr(ls.plot, name)(*given, **options, ax=ax)
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
    extra = {"trajectory": ("a", "b"), "basins": ("a", "b"), "sites": ([0, 0, 1],)}
    with pytest.raises(ls.LargespinError) as caught:
        getattr(ls.plot, name)(thing, *extra.get(name, ()))
    first = next(iter(inspect.signature(getattr(ls.plot, name)).parameters))
    if not (wrong == "an empty dataset" and name in ("line", "heat_map")):  # which miss the variable
        assert str(caught.value).startswith(f"Argument `{first}` must ")
    assert not plt.get_fignums()


@pytest.mark.parametrize("name", sorted(set(CHARTS) - set(SEVERAL_PANELS)))
def test_ax_must_be_axes(name: str, results: dict[str, Any]) -> None:
    given, options = CHARTS[name][0](results)
    with pytest.raises(ls.LargespinError, match=r"Argument `ax` must be one Matplotlib Axes.* but it is a Figure"):
        getattr(ls.plot, name)(*given, **options, ax=Figure())


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


@pytest.mark.parametrize("name", sorted(ls.plot.__all__))
def test_options_are_given_by_name(name: str) -> None:
    for argument in inspect.signature(getattr(ls.plot, name)).parameters.values():
        assert argument.kind is argument.KEYWORD_ONLY or argument.default is argument.empty


def test_a_result_with_a_dataset_says_so(run: xr.Dataset) -> None:
    class Holder:
        dataset = run

    with pytest.raises(ls.LargespinError, match=r"it is a Holder; give its `dataset`, `run\.dataset`"):
        ls.plot.overlaps(Holder())  # type: ignore[arg-type]


def test_what_was_drawn_before_stays_in_sight(run: xr.Dataset) -> None:
    ax = ls.plot.overlaps(run)
    assert ls.plot.overlaps(run.isel(time=slice(0, 10)), ax=ax) is ax
    assert np.allclose(ax.get_xlim(), (0.0, 10.0))

"""Bifurcation diagrams: what is stable is solid, kinds of lines keep their style, wrong data are refused."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from sentences import check_sentence

import largespin as ls
from largespin.plot.style import OKABE_ITO


@pytest.fixture(scope="module")
def found() -> xr.Dataset:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    return ls.branches(model, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)


def test_stable_parts_are_solid(found: xr.Dataset) -> None:
    axes = ls.plot.branches(found)
    solid = [line for line in axes.get_lines() if line.get_linestyle() == "-"]
    drawn = np.concatenate([np.asarray(line.get_ydata()) for line in solid])
    # The retrieval state is stable up to the fold; the paramagnet never is at this temperature.
    assert np.abs(drawn).min() > 0.5
    assert {line.get_color() for line in solid} == {OKABE_ITO[0]}
    legend = axes.get_legend_handles_labels()[1]
    assert sorted(legend) == ["fold", "pitchfork", "stable", "unstable"]


def test_special_points_are_where_they_are(found: xr.Dataset) -> None:
    axes = ls.plot.branches(found)
    marked = sorted(float(np.asarray(points.get_offsets())[0, 0]) for points in axes.collections)
    assert marked == pytest.approx([np.sqrt(1 / 8), 0.39948678501], abs=1e-8)


def curves(kinds: list[str]) -> xr.Dataset:
    count = len(kinds)
    values = {
        "x": np.linspace(0.2, 0.8, count),
        "y": np.linspace(0.2, 0.8, count),
        "curve": np.zeros(count),
        "kind": kinds,
    }
    return xr.Dataset({name: ("point", value) for name, value in values.items()})


def test_a_line_changes_style_where_its_kind_changes() -> None:
    axes = Figure().subplots()
    lines = curves(["pitchfork (supercritical)"] * 3 + ["double zero"] + ["pitchfork (subcritical)"] * 3)
    handles = ls.plot.boundary_lines(lines, axes, ("x", "y"))
    assert [handle.get_label() for handle in handles] == ["pitchfork (supercritical)", "pitchfork (subcritical)"]
    first, second = (np.asarray(line.get_xdata()) for line in axes.get_lines())
    assert first[-1] == second[0] == pytest.approx(0.5)
    assert {line.get_linestyle() for line in axes.get_lines()} == {"-", ":"}


def test_wrong_data_are_refused(found: xr.Dataset) -> None:
    check_sentence(
        lambda: ls.plot.branches(found, quantity="nothing"),
        "Argument `quantity` must be a variable over `point`, but 'nothing' is not.",
    )
    check_sentence(
        lambda: ls.plot.branches(xr.Dataset({"overlap": ("point", [0.0])})),
        "Argument `dataset` must be a result of `branch` or `branches`, with one parameter over `point`, but it is not.",
    )
    lines = curves(["fold"]).drop_vars("kind")
    check_sentence(
        lambda: ls.plot.boundary_lines(lines, Figure().subplots(), ("x", "y")),
        "Argument `boundaries` must hold `kind` over the axis `point`, but it does not.",
    )

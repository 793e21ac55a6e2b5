"""Bifurcation diagrams: what is stable is solid, kinds of lines keep their style, wrong data are refused."""

import numpy as np
import pytest
import xarray as xr
from artists import plot, words
from matplotlib.figure import Figure
from sentences import check_sentence

from largespin.plot.style import OKABE_ITO


def test_stable_parts_are_solid(found: xr.Dataset) -> None:
    axes = plot.branches(found)
    solid = [line for line in axes.get_lines() if line.get_linestyle() == "-"]
    drawn = np.concatenate([np.asarray(line.get_ydata()) for line in solid])
    # The retrieval state is stable up to the fold; the paramagnet never is at this temperature.
    assert np.abs(drawn).min() > 0.5
    assert {line.get_color() for line in solid} == {OKABE_ITO[0]}
    legend = axes.get_legend_handles_labels()[1]
    assert sorted(legend) == ["fold", "pitchfork", "stable", "unstable"]


def test_special_points_are_where_they_are(found: xr.Dataset) -> None:
    axes = plot.branches(found)
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
    along = {name: ("point", value) for name, value in values.items()}
    return xr.Dataset(along).set_coords(["x", "y"])


def test_a_line_changes_style_where_its_kind_changes() -> None:
    axes = Figure().subplots()
    lines = curves(["pitchfork (supercritical)"] * 3 + ["double zero"] + ["pitchfork (subcritical)"] * 3)
    assert plot.boundary_lines(lines, ax=axes) is axes
    assert words(axes) == ["pitchfork (supercritical)", "pitchfork (subcritical)"]
    first, second = (np.asarray(line.get_xdata()) for line in axes.get_lines())
    assert first[-1] == second[0] == pytest.approx(0.5)
    assert {line.get_linestyle() for line in axes.get_lines()} == {"-", ":"}


def test_wrong_data_are_refused(found: xr.Dataset) -> None:
    check_sentence(
        lambda: plot.branches(found, quantity="nothing"),
        "Argument `quantity` must be a variable over `point`, but 'nothing' is not.",
    )
    check_sentence(
        lambda: plot.branches(xr.Dataset({"overlap": ("point", [0.0])})),
        "Argument `found` must be a result of `branch` or `branches`, which holds `branch`, but it holds overlap.",
    )
    lines = curves(["fold"]).drop_vars("kind")
    check_sentence(
        lambda: plot.boundary_lines(lines),
        "Argument `curves` must be a result of `boundaries`, which holds `kind`, but it holds curve.",
    )
    check_sentence(
        lambda: plot.boundary_lines(curves(["fold"] * 2), x="z"),
        "Argument `x` must be a parameter of the curves, one of x, y, but it is 'z'.",
    )
    check_sentence(
        lambda: plot.boundary_lines(curves(["fold"] * 2).reset_coords("y", drop=True)),
        "Argument `curves` must be a result of `boundaries`, with two parameters over `point`, but it has x.",
    )


def test_lines_lie_where_the_curves_are(lines: xr.Dataset) -> None:
    ax = plot.boundary_lines(lines)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("temperature of the flips", "transverse field")
    drawn = {line.get_label(): line for line in ax.get_lines()}
    fold = drawn["fold"]
    for x, y in zip(fold.get_xdata(), fold.get_ydata(), strict=True):
        own = np.hypot(lines.temperature - x, lines.field - y) < 1e-12
        assert own.any()
    (star,) = (line for line in ax.get_lines() if "double zero" in str(line.get_label()))
    assert (star.get_xdata()[0], star.get_ydata()[0]) == pytest.approx((2 / 3, 1 / 4), abs=1e-6)
    special = set(map(str, lines.special_kind.values))
    assert special | {"fold", "pitchfork (supercritical)"} <= set(words(ax))
    assert set(words(ax)) <= special | set(map(str, lines.kind.values))


def test_lines_on_top_of_a_diagram_keep_its_limits_and_its_legend(lines: xr.Dataset, diagram: xr.Dataset) -> None:
    ax = plot.phase_diagram(diagram)
    limits, labels = (ax.get_xlim(), ax.get_ylim()), (ax.get_xlabel(), ax.get_ylabel())
    plot.boundary_lines(lines, ax=ax)
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    assert (ax.get_xlabel(), ax.get_ylabel()) == labels
    swapped = plot.boundary_lines(lines, x="field")
    assert (swapped.get_xlabel(), swapped.get_ylabel()) == labels[::-1]


def test_cycles_of_a_branch_are_a_band_between_their_extremes(found: xr.Dataset, cycles: xr.Dataset) -> None:
    ax = plot.cycle_branch(cycles)
    stable = (cycles.verdict == "stable").values
    drawn = [line for line in ax.get_lines() if line.get_linestyle() == "-."]
    for line, edge in zip(drawn, (cycles.overlap.min("phase"), cycles.overlap.max("phase")), strict=True):
        np.testing.assert_array_equal(np.asarray(line.get_ydata())[stable], edge.values[stable, 0])
        assert np.isnan(np.asarray(line.get_ydata())[~stable]).all()
    assert {"fold of cycles", "homoclinic end"} < set(words(ax))
    both = plot.branches(found, cycles=cycles)
    assert len([line for line in both.get_lines() if line.get_linestyle() == "-."]) == 2


def test_the_period_of_cycles_is_a_line(cycles: xr.Dataset) -> None:
    ax = plot.cycle_branch(cycles, quantity="period")
    stable = next(line for line in ax.get_lines() if line.get_label() == "stable cycle")
    own = (cycles.verdict == "stable").values
    np.testing.assert_array_equal(np.asarray(stable.get_ydata())[own], cycles.period.values[own])
    assert ax.get_ylabel() == "period T of the cycle (inverse rate)"


def test_branches_of_another_parameter_are_no_band_here(found: xr.Dataset, cycles: xr.Dataset) -> None:
    check_sentence(
        lambda: plot.branches(found, cycles=cycles.rename(field="coupling")),
        "Argument `cycles` must follow the parameter `field`, but it follows `coupling`.",
    )


def test_the_label_says_which_entry_is_drawn(found: xr.Dataset) -> None:
    assert plot.branches(found, quantity=("m", {"component": "y"})).get_ylabel() == "m_y"
    assert plot.branches(found, quantity="m").get_ylabel() == "Bloch vector of each block, component x"
    assert plot.branches(found).get_ylabel() == "overlap with pattern"

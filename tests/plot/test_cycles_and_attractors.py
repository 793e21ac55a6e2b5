"""Cycles are closed curves, attractors have shares with intervals, starts have the colour of where they go."""

import numpy as np
import pytest
import xarray as xr
from artists import plot
from matplotlib.colors import to_rgba
from sentences import check_sentence

import largespin as ls
from largespin.plot.style import OKABE_ITO

Y = ("m", {"block": 0, "component": "y"})
Z = ("overlap", {"pattern": 0})


def test_cycles_are_closed_curves(cycle: xr.Dataset) -> None:
    ax = plot.limit_cycle(cycle, x=Y, y=Z)
    curves = [line for line in ax.get_lines() if str(line.get_label()).startswith("field = ")]
    assert [line.get_label() for line in curves] == ["field = 0.6", "field = 0.8"]
    for number, line in enumerate(curves):
        x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        np.testing.assert_array_equal(x[:-1], cycle.m.isel(field=number, block=0).sel(component="y"))
        np.testing.assert_array_equal(y[:-1], cycle.overlap.isel(field=number, pattern=0))
        assert (x[0], y[0]) == (x[-1], y[-1])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("m_y", "overlap with pattern")


def test_what_moves_most_is_drawn_if_nothing_is_named(cycle: xr.Dataset) -> None:
    ax = plot.limit_cycle(cycle.isel(field=0))
    spans = np.ptp(cycle.m.isel(field=0, block=0).values, axis=0)
    order = [f"m_{cycle.component.values[i]}" for i in np.argsort(-spans)[:2]]
    assert [ax.get_xlabel(), ax.get_ylabel()] == order


def test_no_cycle_is_said(one: ls.Model) -> None:
    nothing = ls.limit_cycle(one, [0, 0.1, 0.1], temperature=2.0, field=0.6)
    ax = plot.limit_cycle(nothing)
    assert " ".join(ax.texts[0].get_text().split()) == " ".join(str(nothing.sentence.item()).split())


def test_multipliers_lie_at_their_numbers(cycle: xr.Dataset, cycles: xr.Dataset) -> None:
    ax = plot.floquet_multipliers(cycle)
    drawn = {line.get_label(): line for line in ax.get_lines()}
    own = drawn["field = 0.8"]
    np.testing.assert_array_equal(own.get_xdata(), cycle.multiplier_real.isel(field=1))
    np.testing.assert_array_equal(own.get_ydata(), cycle.multiplier_imag.isel(field=1))
    dots = plot.floquet_multipliers(cycles).collections[0]
    expected = np.column_stack([cycles.multiplier_real.values.ravel(), cycles.multiplier_imag.values.ravel()])
    np.testing.assert_array_equal(np.asarray(dots.get_offsets()), expected)
    np.testing.assert_array_equal(np.unique(dots.get_array()), np.unique(cycles.field))
    few = plot.floquet_multipliers(cycles.isel(point=[0, 5]))
    assert few.get_legend_handles_labels()[1][1] == f"field = {float(cycles.field[0]):.4g}"


def test_shares_have_their_intervals(attractors: xr.Dataset) -> None:
    point = attractors.isel(field=0)
    ax = plot.attractor_shares(point)
    known = np.isfinite(point.share.values)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, point.share.values[known])
    ends = np.array([segment[:, 1] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(ends, np.column_stack([point.share_low, point.share_high])[known], atol=1e-12)
    along = plot.attractor_shares(attractors)
    assert sorted(along.get_legend_handles_labels()[1]) == ["limit cycle", "stationary"]
    assert along.get_xlabel() == "transverse field"


def test_starts_have_the_colour_of_their_attractor(attractors: xr.Dataset) -> None:
    point = attractors.isel(field=0)
    ax = plot.basins(point, Y, Z)
    counted = 0
    for number, dots in enumerate(ax.collections):
        own = (point.attractor_of_start == number).values
        expected = np.column_stack(
            [point.start_m.sel(component="y").values[own, 0], point.start_overlap.values[own, 0]]
        )
        np.testing.assert_array_equal(np.asarray(dots.get_offsets()), expected)
        assert tuple(dots.get_facecolor()[0][:3]) == to_rgba(OKABE_ITO[number])[:3]
        assert own.sum() == point.hits.values[number]
        counted += int(own.sum())
    assert counted == 64
    stars = [line for line in ax.get_lines() if line.get_marker() == "*"]
    np.testing.assert_allclose([line.get_ydata()[0] for line in stars], point.overlap.values[:2, 0])


def test_each_start_reaches_the_attractor_that_it_is_counted_for(one: ls.Model, attractors: xr.Dataset) -> None:
    """Followed anew, start by start: the sign of its end is the sign of its attractor."""
    point = attractors.isel(field=0)
    run = ls.evolve(one, one.state(point.start_m.values), 400.0, temperature=0.6, field=0.2)
    reached = point.overlap.values[point.attractor_of_start.values, 0]
    np.testing.assert_allclose(run.overlap.values[:, 0], reached, atol=1e-6)


def test_exponents_have_their_errors(exponents: xr.Dataset) -> None:
    broken = exponents.copy(deep=True)
    broken.lyapunov_exponent[1] = np.nan
    ax = plot.lyapunov_exponents(broken)
    (line,) = (line for line in ax.get_lines() if line.get_marker() == "o")
    np.testing.assert_array_equal(line.get_ydata(), broken.lyapunov_exponent.isel(exponent=0))
    segments = [np.asarray(segment) for segment in ax.collections[0].get_segments()]
    ends = np.array([segment[:, 1] for segment in segments if segment.size])
    value, error = (exponents[f"lyapunov_{name}"].values[[0, 2], 0] for name in ("exponent", "error"))
    np.testing.assert_allclose(ends, np.column_stack([value - error, value + error]))
    (cross,) = (line for line in ax.get_lines() if line.get_marker() == "x")
    np.testing.assert_array_equal(cross.get_xdata(), [0.9])
    assert cross.get_label() == "failed (1)"


def test_refusals(cycle: xr.Dataset, attractors: xr.Dataset) -> None:
    with pytest.raises(ls.LargespinError, match=r"one number for each phase, but 'm' is not; choose one `block`"):
        plot.limit_cycle(cycle, x="m", y=Z)
    check_sentence(
        lambda: plot.basins(attractors, Y, Z),
        "Argument `found` must be the result at one point, but it has the axis `field`; choose one with "
        "`found.isel(field=0)`.",
    )
    with pytest.raises(ls.LargespinError, match=r"one of m, overlap, average_m_x, but it is 'share'"):
        plot.basins(attractors.isel(field=0), "share", Z)
    with pytest.raises(ls.LargespinError, match=r"one number for each start, but 'm' is not; choose one `block`"):
        plot.basins(attractors.isel(field=0), "m", Z)

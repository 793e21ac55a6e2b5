"""Distributions are normalised, eigenvalues lie in their plane, errors fall with the slope that is written beside them."""

import numpy as np
import pytest
import xarray as xr
from artists import plot

import largespin as ls


def test_a_distribution_is_bars(chances: xr.DataArray) -> None:
    ax = plot.distribution(chances)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], chances)
    middle = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    np.testing.assert_allclose(middle, chances.value, atol=1e-12)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("o_1", "probability")


def test_several_distributions_are_densities() -> None:
    """Of one shape at two N: the densities agree though the probabilities do not."""
    given = {}
    for number in (20, 80):
        values = np.linspace(-1.0, 1.0, number + 1)
        weights = np.exp(-(values**2) / 0.1)
        given[f"N = {number}"] = xr.DataArray(weights / weights.sum(), dims="value", coords={"value": values})
    ax = plot.distribution(given)
    few, many = ax.get_lines()
    assert [few.get_label(), many.get_label()] == ["N = 20", "N = 80"]
    np.testing.assert_allclose(few.get_ydata(), np.asarray(many.get_ydata())[::4], rtol=1e-3)
    assert np.trapezoid(many.get_ydata(), many.get_xdata()) == pytest.approx(1.0, abs=1e-3)


def test_long_distributions_are_lines() -> None:
    values = np.linspace(-1.0, 1.0, 501)
    (line,) = plot.distribution(xr.DataArray(values**2, dims="value", coords={"value": values})).get_lines()
    np.testing.assert_array_equal(line.get_ydata(), values**2)


def test_eigenvalues_lie_in_their_plane(slow: xr.Dataset) -> None:
    drawn = {line.get_label(): line for line in plot.liouvillian_spectrum(slow).get_lines()}
    for place, number in enumerate((4, 8)):
        own = drawn[f"particles = {number}"]
        np.testing.assert_array_equal(own.get_xdata(), -slow.decay_rate.isel(particles=place))
        np.testing.assert_array_equal(own.get_ydata(), slow.angular_frequency.isel(particles=place))
    assert drawn["particles = 4"].get_marker() != drawn["particles = 8"].get_marker()


def test_eigenvalues_of_one_system_and_of_many() -> None:
    class Slow:
        eigenvalues = np.array([0.0, -0.1 + 0.5j, -0.1 - 0.5j])

    ax = plot.liouvillian_spectrum(Slow())
    np.testing.assert_array_equal(ax.get_lines()[0].get_xdata(), [0.0, -0.1, -0.1])
    sizes = np.arange(4, 24)
    rates = np.arange(40.0).reshape(20, 2)
    data = {
        name: (("particles", "index"), values)
        for name, values in (("decay_rate", rates), ("angular_frequency", -rates))
    }
    dots = plot.liouvillian_spectrum(xr.Dataset(data, coords={"particles": sizes})).collections[0]
    np.testing.assert_array_equal(np.asarray(dots.get_array()), np.repeat(sizes, 2))


def test_errors_fall_with_their_slope(errors: xr.Dataset) -> None:
    ax = plot.mean_field_error(errors, times=[0.0, 0.02])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    lines = [line for line in ax.get_lines() if line.get_marker() == "None" and line.get_linestyle() == "-"]
    for place, (dot, line) in enumerate(zip(dots, lines, strict=True)):
        np.testing.assert_array_equal(dot.get_ydata(), errors.error.isel(time=2 * place))
        np.testing.assert_allclose(line.get_ydata(), errors.predicted.isel(time=2 * place))
        assert dot.get_color() == line.get_color()
        slope = np.polyfit(np.log(errors.particles), np.log(errors.error.isel(time=2 * place)), 1)[0]
        assert str(dot.get_label()) == f"t = {0.02 * place:.4g}, slope {slope:.2f}".replace("-", "−")
    (bound,) = (line for line in ax.get_lines() if str(line.get_label()).startswith("bound of"))
    np.testing.assert_allclose(bound.get_ydata(), errors.bound.sel(bound_name="FMLC23").isel(time=2))
    assert (np.asarray(bound.get_ydata()) > np.asarray(dots[1].get_ydata())).all()


def test_bounds_beyond_sight_are_named(errors: xr.Dataset) -> None:
    far = errors.assign(log10_bound=errors.log10_bound + 60.0)
    ax = plot.mean_field_error(far)
    legend = ax.get_legend()
    assert legend is not None
    lowest = float(far.log10_bound.sel(bound_name="FMLC23").isel(time=2).min())
    assert legend.get_texts()[-1].get_text() == f"bound of FMLC23: above,\n10^{lowest:.0f} and more"
    assert ax.get_ylim()[1] < 10.0


def test_reduced_states_have_a_mark_each(reduced: xr.Dataset) -> None:
    ax = plot.reduced_state_error(reduced)
    dots = [line for line in ax.get_lines() if line.get_marker() in ("o", "^")]
    for row, line in enumerate(dots):
        np.testing.assert_array_equal(line.get_ydata(), reduced.error.isel(reduced=row, time=1))
        assert str(line.get_label()).startswith(str(reduced.reduced.values[row]))
    with pytest.raises(ls.LargespinError, match=r"Argument `times` must hold times of the result, in \[0, 1\]"):
        plot.reduced_state_error(reduced, times=3.0)

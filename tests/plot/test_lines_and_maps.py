"""Any variable over one and two axes: values where they belong, units, and points without a value in sight."""

import numpy as np
import pytest
import xarray as xr
from artists import plot, words
from sentences import check_sentence

import largespin as ls
from largespin.plot.maps import edges
from largespin.plot.missing import reasons, reasons_along


def test_curves_of_a_sweep_with_failures(swept: xr.Dataset) -> None:
    ax = plot.line(swept, variable="value")
    curves = {line.get_label(): line for line in ax.get_lines()}
    assert list(curves) == ["T = 0.5", "T = 1", "T = 1.5", "failed (2)", "missing (1)"]
    np.testing.assert_array_equal(curves["T = 1.5"].get_ydata(), swept.value.sel(T=1.5))
    np.testing.assert_array_equal(curves["failed (2)"].get_xdata(), [4.0, 4.0])
    np.testing.assert_array_equal(curves["missing (1)"].get_xdata(), [0.0])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("coupling (rate)", "late signal (photons)")
    other = plot.line(swept, variable="value", along="T")
    assert other.get_xlabel() == "temperature"
    assert words(other)[:2] == ["g = 0", "g = 1"]


def test_a_map_of_a_sweep_with_failures(swept: xr.Dataset) -> None:
    ax = plot.heat_map(swept, variable="value")
    mesh = ax.collections[0]
    shown = np.ma.filled(mesh.get_array().astype(float), np.nan).reshape(3, 4)
    np.testing.assert_array_equal(shown, swept.value.values.T)
    corners = mesh.get_coordinates()
    np.testing.assert_allclose(corners[0, :, 0], [-0.5, 0.5, 1.5, 3.0, 5.0])
    assert words(ax) == ["failed (2)", "missing (1)"]
    hatched = {own.get_hatch() for own in ax.collections[1:]}
    assert len(hatched) == 2
    assert None not in hatched
    bar = ax.get_figure().axes[1]
    assert bar.get_ylabel() == "late signal (photons)"
    low, high = mesh.get_clim()
    assert low == -high


def test_axes_of_a_map_are_chosen_and_sorted() -> None:
    values = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    array = xr.DataArray(values, dims=("a", "b"), coords={"a": [2.0, 1.0], "b": ["x", "y", "z"]}, name="f")
    ax = plot.heat_map(array, x="b")
    np.testing.assert_array_equal(ax.collections[0].get_array().reshape(2, 3), values[::-1])
    assert [text.get_text() for text in ax.get_xticklabels()] == ["x", "y", "z"]
    # Axes of one entry do not count where there are two others.
    again = plot.heat_map(array.expand_dims(c=[0.0]))
    assert (again.get_xlabel(), again.get_ylabel()) == ("a", "b")


def test_classes_have_their_names() -> None:
    attrs = {"flag_values": [0, 1, 2], "flag_meanings": "no_order retrieval moving"}
    array = xr.DataArray(np.array([[0, 1], [2, 1]]), dims=("a", "b"), name="phase", attrs=attrs)
    ax = plot.heat_map(array)
    bar = ax.get_figure().axes[1]
    assert [text.get_text() for text in bar.get_yticklabels()] == ["no order", "retrieval", "moving"]


def test_a_map_without_any_value_and_one_of_a_single_value() -> None:
    nothing = xr.Dataset({"f": (("a", "b"), np.full((2, 3), np.nan)), "outcome": (("a",), ["failed", "interrupted"])})
    assert words(plot.heat_map(nothing, variable="f")) == ["failed (3)", "interrupted (3)"]
    single = xr.DataArray([[2.5]], dims=("a", "b"), name="f")
    low, high = plot.heat_map(single).collections[0].get_clim()
    assert low < high


def test_edges_lie_between_the_values() -> None:
    values = np.array([0.0, 1.0, 3.0, 4.0])
    found = edges(values)
    np.testing.assert_allclose(found[1:-1], [0.5, 2.0, 3.5])
    assert ((found[:-1] < values) & (values < found[1:])).all()
    assert edges(np.array([2.0])).tolist() == [1.5, 2.5]


def test_padding_is_no_failure() -> None:
    """Fewer states at one point than at another leave NaN beside numbers, and nothing is missing."""
    data = xr.Dataset(
        {
            "f": (("x", "state"), [[1.0, np.nan], [1.0, 2.0], [1.0, np.nan]]),
            "outcome": ("x", ["finished"] * 2 + ["failed"]),
        }
    )
    assert reasons(data, data.f, ("x",)).tolist() == ["", "", "failed"]
    assert reasons_along(data, data.f, "x") == [(2, "failed")]
    assert reasons(None, data.f, ("x",)).tolist() == ["", "", ""]


def test_many_curves_are_thinned() -> None:
    data = xr.Dataset(
        {"f": (("k", "x"), np.arange(100.0).reshape(50, 2))}, coords={"k": np.arange(50), "x": [0.0, 1.0]}
    )
    ax = plot.line(data, along="x")
    assert len(ax.get_lines()) == 12
    np.testing.assert_array_equal(ax.get_lines()[-1].get_ydata(), [98.0, 99.0])
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "12 of 50"


def test_refusals(swept: xr.Dataset, run: xr.Dataset) -> None:
    check_sentence(
        lambda: plot.line(swept, variable="value", along="h"),
        "Argument `along` must be an axis of the variable, one of g, T, but it is 'h'.",
    )
    check_sentence(
        lambda: plot.heat_map(swept, variable="value", x="h"),
        "Argument `x` must be an axis of the variable, one of g, T, but it is 'h'.",
    )
    check_sentence(
        lambda: plot.heat_map(swept, variable=("value", {"T": 0.5})),
        "Argument `variable` must have two axes, but it has g; see `ls.plot.line`.",
    )
    with pytest.raises(
        ls.LargespinError, match=r'three axes|choose one `component`, as in \("m", \{"component": …\}\)'
    ):
        plot.heat_map(run, variable="m")
    with pytest.raises(ls.LargespinError, match="must name one variable of the result, one of m, overlap"):
        plot.line(run)
    with pytest.raises(ls.LargespinError, match="must not be given for a DataArray"):
        plot.line(swept.value, variable="value")
    with pytest.raises(ls.LargespinError, match="two axes, but both are 'g'"):
        plot.heat_map(swept, variable="value", x="g", y="g")

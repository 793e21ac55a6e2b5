"""Legends find room in any figure, labels say what they measure, and names stay on their lines."""

import numpy as np
import xarray as xr
from artists import plot
from matplotlib.figure import Figure

from largespin.plot.inputs import chosen, component_label
from largespin.plot.panels import label_axes
from largespin.plot.style import OKABE_ITO, axis_label


def test_a_legend_narrows_a_panel_once(run: xr.Dataset) -> None:
    figure = Figure(figsize=(8, 4))
    left, right = figure.subplots(1, 2)
    before = right.get_position().x0
    plot.overlaps(run, ax=left)
    narrowed = left.get_position().width
    plot.overlaps(run, ax=left)
    assert np.isclose(left.get_position().width, narrowed)
    figure.draw_without_rendering()
    legend = left.get_legend()
    assert legend is not None
    assert legend.get_window_extent().x1 / figure.bbox.width < before
    left.set_position((0.1, 0.1, 0.6, 0.8))
    plot.overlaps(run, ax=left)
    assert narrowed < left.get_position().width < 0.6


def test_labels_have_units_and_no_formulas() -> None:
    def label(**attrs: str) -> str:
        return axis_label(xr.DataArray(0.0, name="x", attrs=attrs))

    assert label(long_name="overlap with pattern, Σ_k w_k e_μk m_kz", units="1") == "overlap with pattern"
    assert label(long_name="commutators σ, [F, F] = iσ") == "commutators σ"
    assert label(long_name="covariance ½⟨{F, F}⟩") == "covariance ½⟨{F, F}⟩"
    assert label(long_name="period T of the cycle", units="inverse rate") == "period T of the cycle (inverse rate)"
    assert label() == "x"


def test_labels_say_what_was_chosen() -> None:
    array = xr.DataArray(np.zeros((2, 3)), dims=("mode", "time"), attrs={"long_name": "signal", "units": "rate"})
    data = array.to_dataset(name="s")
    assert component_label(chosen("x", data, ("s", {"mode": 1}))) == "signal, mode 1 (rate)"
    data.s.attrs["long_name"] = "signal of mode"
    assert component_label(chosen("x", data, ("s", {"mode": 1}))) == "signal of mode 1 (rate)"


def test_long_labels_take_two_lines() -> None:
    ax = Figure().add_subplot()
    label_axes(ax, "short", "trace distance of reduced states to the local map")
    assert ax.get_xlabel() == "short"
    assert ax.get_ylabel().count("\n") == 1


def test_colours_differ_from_white() -> None:
    """Okabe and Ito without yellow: the luminance of each leaves a contrast to paper that a line needs."""
    for colour in OKABE_ITO:
        r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.75

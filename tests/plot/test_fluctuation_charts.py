"""Covariances keep their signs and names, spectra and correlations their values and units."""

import numpy as np
import pytest
import xarray as xr
from artists import plot

import largespin as ls


def test_a_covariance_is_a_map_that_is_white_at_zero(covariance: xr.Dataset) -> None:
    ax = plot.covariance(covariance)
    (image,) = ax.get_images()
    np.testing.assert_array_equal(image.get_array(), covariance.covariance)
    low, high = image.get_clim()
    assert low == -high == -float(np.abs(covariance.covariance).max())
    assert [text.get_text() for text in ax.get_xticklabels()] == ["block 0 x", "block 0 y", "block 0 z"]
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written[(1, 2)] == f"{float(covariance.covariance[2, 1]):.2g}"
    assert written[(0, 1)] == "0"
    figure = ax.get_figure()
    assert figure is not None
    assert figure.axes[1].get_ylabel() == "covariance Σ = ½⟨{F, F}⟩ of the fluctuations"


def test_numbers_are_read_on_every_colour(covariance: xr.Dataset) -> None:
    """White on dark, black on light: a contrast of at least 4.5 : 1, as the WCAG ask for."""
    ax = plot.covariance(covariance, variable="drift")
    (image,) = ax.get_images()
    values = np.asarray(image.get_array())
    for text in ax.texts:
        column, row = (int(place) for place in text.get_position())
        ground = image.cmap(image.norm(values[row, column]))[:3]
        ink = 1.0 if text.get_color() == "white" else 0.0
        light, dark = sorted((_luminance(ground), _luminance((ink,) * 3)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 4.5


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))


def test_matrices_alone_and_large_ones() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(4))
    matrix = ls.initial_covariance(model, [0, 0, 0.5])
    ax = plot.covariance(matrix)
    np.testing.assert_array_equal(ax.get_images()[0].get_array(), matrix)
    assert not ax.texts
    names = [f"f{i}" for i in range(100)]
    large = xr.DataArray(np.eye(100), dims=("row", "column"), coords={"row": names, "column": names})
    labels = [text.get_text() for text in plot.covariance(large).get_yticklabels()]
    assert labels == names[::4]


def test_no_covariance_is_said(one: ls.Model) -> None:
    nothing = ls.stationary_covariance(one, [0, 0, 0], temperature=0.5, field=0.1)
    ax = plot.covariance(nothing)
    assert " ".join(ax.texts[-1].get_text().split()) == str(nothing.sentence.item())


def test_spectra_and_correlations_are_those_of_the_diagonal(spectrum: xr.Dataset, correlations: xr.Dataset) -> None:
    for draw, data, name, along in (
        (plot.spectrum, spectrum, "spectrum_real", "angular_frequency"),
        (plot.correlations, correlations, "correlation_real", "delay"),
    ):
        ax = draw(data)
        curves = {line.get_label(): line for line in ax.get_lines()}
        for label in map(str, data.row.values):
            own = data[name].sel(row=label, column=label)
            np.testing.assert_array_equal(curves[label].get_ydata(), own)
            np.testing.assert_array_equal(curves[label].get_xdata(), data[along])
    ax = plot.spectrum(spectrum, variables=["block 0 z"])
    assert [line.get_label() for line in ax.get_lines()] == ["block 0 z"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("angular frequency ω (rate)", "spectrum (1/rate)")
    with pytest.raises(
        ls.LargespinError, match=r"rows of the result, 'block 0 x', 'block 0 y', 'block 0 z', but it holds 'z'"
    ):
        plot.spectrum(spectrum, variables=["z"])


def test_of_many_variables_the_largest_are_drawn() -> None:
    names = [f"f{i}" for i in range(20)]
    values = np.zeros((5, 20, 20))
    values[:, range(20), range(20)] = np.arange(20.0)
    coords = {"row": names, "column": names, "angular_frequency": np.linspace(-1, 1, 5)}
    data = xr.Dataset({"spectrum_real": (("angular_frequency", "row", "column"), values)}, coords=coords)
    ax = plot.spectrum(data)
    assert [line.get_label() for line in ax.get_lines()] == names[13:]
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "largest 7 of 20"


def test_what_leaves_and_its_noise(output: xr.Dataset) -> None:
    ax = plot.output_spectrum(output)
    (line,) = ax.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), output.flux.isel(collective_jump=0))
    noise = {line.get_label(): line for line in plot.output_squeezing(output).get_lines()}
    np.testing.assert_array_equal(
        noise["quietest quadrature"].get_ydata(), output.quietest_noise.isel(collective_jump=0)
    )
    np.testing.assert_array_equal(noise["loudest quadrature"].get_ydata(), output.loudest_noise.isel(collective_jump=0))
    # Far from all resonances nothing but the vacuum comes out.
    model = ls.models.dicke(ls.ideal_large_spins(1))
    values = {"field": 1.0, "coupling": 0.5}
    normal = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=[0.0]), parameters=values)
    far = ls.output_spectrum(model, normal, [1e4])
    assert noise["vacuum"].get_ydata()[0] == pytest.approx(float(far.quietest_noise.item()), abs=1e-6)


def test_grids_are_refused_with_the_cure(spectrum: xr.Dataset, covariance: xr.Dataset) -> None:
    for draw, data in ((plot.spectrum, spectrum), (plot.covariance, covariance)):
        with pytest.raises(ls.LargespinError, match=r"has the axis `field`; choose one with `result\.isel\(field=0\)`"):
            draw(data.expand_dims(field=[0.1, 0.2]))
    with pytest.raises(ls.LargespinError, match=r"a matrix over `row` and `column`, but it is over block, component"):
        plot.covariance(covariance, variable="m")

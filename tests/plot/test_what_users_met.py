"""Charts of results that users have and that went wrong once: words on axes, failed points, odd arguments."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr
from artists import plot, words

import largespin as ls


def test_a_line_over_components_is_named_by_words(run: xr.Dataset) -> None:
    ax = plot.line(run, variable="m")
    assert words(ax)[:2] == ["block = 0, component = x", "block = 0, component = y"]


def test_whether_points_are_usable_is_no_value_to_draw() -> None:
    grid = ls.sweep(lambda temperature, field: temperature * field, {"temperature": [0.4, 0.6], "field": [0.1, 0.2]})
    mesh = plot.heat_map(grid).collections[0]
    assert sorted(mesh.get_array().ravel()) == pytest.approx([0.04, 0.06, 0.08, 0.12])


@pytest.mark.parametrize("component", [("m",), 3, ("m", "x"), ("m", {}, {})])
def test_neither_a_name_nor_a_choice_is_refused_in_one_sentence(run: xr.Dataset, component: Any) -> None:
    plt.close("all")
    for draw in (
        lambda: plot.trajectory(run, component, "overlap"),
        lambda: plot.heat_map(run, variable=component),
        lambda: plot.line(run, variable=component),
    ):
        with pytest.raises(ls.LargespinError, match="must be the name of a variable, or a name and a choice"):
            draw()
    assert not plt.get_fignums()


def test_an_axis_without_entries_is_refused() -> None:
    with pytest.raises(ls.LargespinError, match="`data` must hold values, but its axis `x` has no entries"):
        plot.line(xr.DataArray(np.ones(0), dims="x"))


def test_labels_of_text_are_quoted() -> None:
    data = xr.Dataset({"f": (("level", "x"), np.ones((2, 3)))}, coords={"level": np.array(["1", "2"], dtype=object)})
    with pytest.raises(ls.LargespinError, match="one of its labels, '1', '2', but it is 1"):
        plot.line(data, variable=("f", {"level": 1}))


def test_one_name_is_a_list_of_one(run: xr.Dataset, spectrum: xr.Dataset) -> None:
    assert plot.averages(run, names="m_x").get_ylabel() == "m_x"
    assert words(plot.spectrum(spectrum, variables="block 0 z")) == ["block 0 z"]


def failing(model: ls.Model, temperatures: Any) -> xr.Dataset:
    """Runs of which those at temperature 1e-12 diverge at once."""
    return ls.evolve(model, [0, 0, 0.5], np.linspace(0.0, 5.0, 6), temperature=temperatures, field=0.2)


def test_failed_runs_say_so_where_runs_are_named(one: ls.Model) -> None:
    bad = failing(one, [0.5, 1e-12, 0.9])
    expected = ["temperature = 0.5", "temperature = 1e-12: failed", "temperature = 0.9"]
    assert words(plot.overlaps(bad)) == expected
    assert words(plot.bloch_components(bad))[-3:] == expected
    assert words(plot.averages(bad)) == expected


def test_a_failed_run_alone_shows_its_sentence(one: ls.Model) -> None:
    bad = failing(one, 1e-12)
    for chart in (plot.overlaps, plot.bloch_components):
        (text,) = chart(bad).texts
        assert text.get_text().replace("\n", " ") == bad.sentence.item()


def test_many_failed_runs_leave_a_sentence(one: ls.Model) -> None:
    ax = plot.overlaps(failing(one, 1e-12 * np.arange(1, 11)))
    assert [text.get_text() for text in ax.texts] == ["No run has values: failed."]


def test_the_median_counts_runs_with_curves_only(one: ls.Model) -> None:
    temperatures = np.concatenate([np.linspace(0.5, 1.2, 12), [1e-12, 2e-12]])
    bad = failing(one, temperatures)
    ax = plot.overlaps(bad)
    assert ax.get_legend().get_title().get_text() == "median of 12 runs\n2 more without values"
    middle = np.median(bad.overlap.values[:12, :, 0], axis=0)
    np.testing.assert_allclose(next(line for line in ax.lines if line.get_linewidth() == 2.2).get_ydata(), middle)


def plain(ax: Any) -> list[str]:
    """The sentences in a panel, each on one line."""
    return [text.get_text().replace("\n", " ") for text in ax.texts]


def test_light_without_a_covariance_shows_the_sentence() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    values = {"field": 1.0, "coupling": 3.0}
    unstable = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=0), parameters=values)
    light = ls.output_spectrum(model, unstable, np.linspace(-3.0, 3.0, 31))
    assert plain(plot.output_spectrum(light)) == [light.sentence.item()]
    assert plain(plot.output_squeezing(light)) == [light.sentence.item()]


def test_no_rows_are_listed_where_there_are_none() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(3))
    start = model.state([-1, 0, 0], modes=0)
    unstable = ls.stationary_covariance(model, start, field=1.0, coupling=3.0)
    ax = plot.spectrum(ls.spectrum(unstable, np.linspace(-3.0, 3.0, 31)))
    assert plain(ax) == [unstable.sentence.item()]
    assert ax.get_legend() is None


def test_points_without_a_cycle_say_so(one: ls.Model) -> None:
    both = ls.limit_cycle(one, [0, 0.1, 0.1], temperature=[0.6, 1.5], field=0.6)
    assert words(plot.floquet_multipliers(both))[1:] == ["temperature = 0.6", "temperature = 1.5: no cycle"]
    none = both.isel(temperature=1)
    assert plain(plot.floquet_multipliers(none)) == [none.sentence.item()]


def test_more_eigenvalue_sets_than_marks_are_told() -> None:
    axes = {"particles": ("particles", [4, 8]), "field": ("field", [0.1, 0.2, 0.3, 0.4])}
    dims = ("particles", "field", "index")
    rates = np.arange(16.0).reshape(2, 4, 2)
    slow = xr.Dataset({"decay_rate": (dims, rates), "angular_frequency": (dims, 0.0 * rates)}, coords=axes)
    legend = plot.liouvillian_spectrum(slow).get_legend()
    assert legend.get_title().get_text() == "first 7 of 8"
    assert len(legend.get_texts()) == 7


def test_entries_of_many_runs_are_not_pale(many: xr.Dataset) -> None:
    ax = plot.bloch_sphere(many)
    assert {handle.get_alpha() for handle in ax.get_legend().get_lines()} == {1.0}
    assert min(line.get_alpha() or 1.0 for line in ax.get_lines()) < 0.5

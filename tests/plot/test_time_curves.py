"""Curves in time carry the values of the dataset: one run, several told apart by name, many with their median."""

import numpy as np
import pytest
import xarray as xr
from artists import plot, words
from matplotlib.lines import Line2D
from sentences import check_sentence

import largespin as ls
from largespin.plot.time_curves import median


def labelled(lines: list[Line2D]) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_ydata()) for line in lines if str(line.get_label())[0] != "_"}


def test_components_of_one_block_and_of_the_mean_particle(run: xr.Dataset) -> None:
    one = labelled(plot.bloch_components(run, block=1).get_lines())
    mean = labelled(plot.bloch_components(run).get_lines())
    for component in "xyz":
        own = run.m.sel(component=component)
        np.testing.assert_array_equal(one[f"m_{component}"], own.isel(block=1))
        np.testing.assert_allclose(mean[f"m_{component}"], own.values @ run.weight.values, atol=1e-15)
    with pytest.raises(ls.LargespinError, match=r"choose `block` by one of its labels, 0, 1, but it is 5"):
        plot.bloch_components(run, block=5)


def test_averages_by_name() -> None:
    spins = ls.Spins()
    energy = spins.average("x") + spins.average("z") ** 2
    model = ls.Model(spins, energy=energy, jumps=[ls.Jump(spins.lowering)])
    run = ls.evolve(model, [0, 0, 1], np.linspace(0, 3, 7))
    both = labelled(plot.averages(run).get_lines())
    assert sorted(both) == ["m_x", "m_z"]
    np.testing.assert_array_equal(both["m_z"], run.average_m_z)
    single = plot.averages(run, names=["m_z"])
    assert single.get_ylabel() == "m_z"
    assert single.get_legend() is None
    check_sentence(
        lambda: plot.averages(run, names=["m_q"]),
        "Argument `names` must name averages of the run, 'm_x', 'm_z', but it holds 'm_q'.",
    )


def test_modes_and_levels(light: xr.Dataset, ladder: xr.Dataset) -> None:
    modes = plot.occupations(light)
    np.testing.assert_array_equal(labelled(modes.get_lines())["a_1"], light.occupation.isel(mode=0))
    assert modes.get_ylabel().startswith("bosons per particle")
    levels = labelled(plot.populations(ladder).get_lines())
    np.testing.assert_allclose(levels["level 1"], np.exp(-ladder.time), atol=1e-8)
    np.testing.assert_allclose(sum(levels.values()), 1.0, atol=1e-12)


def test_few_runs_have_names(one: ls.Model, two: ls.Model) -> None:
    temperatures = [0.3, 0.5, 0.9]
    run = ls.evolve(one, [0, 0, 0.5], np.linspace(0, 3, 7), temperature=temperatures, field=0.2)
    curves = labelled(plot.overlaps(run).get_lines())
    assert list(curves) == [f"temperature = {value}" for value in temperatures]
    np.testing.assert_array_equal(curves["temperature = 0.9"], run.overlap.isel(temperature=2, pattern=0))
    run = ls.evolve(two, [0, 0, 0.5], np.linspace(0, 3, 7), temperature=temperatures, field=0.2)
    ax = plot.overlaps(run)
    assert words(ax) == ["pattern 0", "pattern 1", *(f"temperature = {value}" for value in temperatures)]
    colours = {str(line.get_label()): line.get_color() for line in ax.get_lines()}
    dashes = {str(line.get_label()): line.get_linestyle() for line in ax.get_lines()}
    (hit,) = (
        line
        for line in ax.get_lines()
        if len(line.get_xdata()) == 7
        and (line.get_color(), line.get_linestyle()) == (colours["pattern 0"], dashes["temperature = 0.9"])
    )
    np.testing.assert_array_equal(hit.get_ydata(), run.overlap.isel(temperature=2, pattern=0))


def test_many_runs_are_faint_lines_with_their_median(many: xr.Dataset) -> None:
    ax = plot.overlaps(many)
    full = labelled(ax.get_lines())
    assert list(full) == ["pattern 0", "pattern 1"]
    np.testing.assert_allclose(full["pattern 1"], np.median(many.overlap.isel(pattern=1), axis=0), atol=1e-15)
    faint = [line for line in ax.get_lines() if line.get_alpha() is not None]
    assert len(faint) == 2 * many.sizes["start"]
    np.testing.assert_array_equal(faint[3].get_ydata(), many.overlap.isel(start=3, pattern=0))
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "median of 30 runs"


def test_thousands_of_runs_do_not_make_thousands_of_lines() -> None:
    values = np.random.default_rng(0).normal(size=(3000, 5, 1))
    values[7] = np.nan
    run = xr.Dataset({"overlap": (("start", "time", "pattern"), values)}, coords={"time": np.arange(5.0)})
    ax = plot.overlaps(run)
    assert len(ax.get_lines()) == 200 + 2
    np.testing.assert_allclose(labelled(ax.get_lines())["pattern 0"], np.nanmedian(values[:, :, 0], axis=0))
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "median of 2999 runs, 200 shown\n1 more without values"


def test_the_median_of_nothing_is_nothing() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    np.testing.assert_array_equal(median(values), [2.0, np.nan])


def test_exact_runs_go_on_top_of_mean_field(one: ls.Model) -> None:
    times = np.linspace(0.0, 2.0, 5)
    limit = ls.evolve(one, [0, 0, 0.5], times, temperature=0.5, field=0.2)
    exact = ls.exact.evolve(one, [0, 0, 0.5], times, particles=[4, 8], temperature=0.5, field=0.2)
    ax = plot.overlaps(exact, ax=plot.overlaps(limit))
    curves = labelled(ax.get_lines())
    assert list(curves) == ["pattern 0", "particles = 4", "particles = 8"]
    np.testing.assert_array_equal(curves["particles = 8"], exact.overlap.isel(particles=1, pattern=0))


def test_a_long_legend_leaves_out_the_rest() -> None:
    run = xr.Dataset({"overlap": (("time", "pattern"), np.zeros((3, 20)))}, coords={"time": np.arange(3.0)})
    ax = plot.overlaps(run)
    assert len(words(ax)) == 12
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "first 12 of 20"

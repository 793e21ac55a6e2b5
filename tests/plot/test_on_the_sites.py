"""Patterns and states on their sites, and states in the Bloch sphere."""

import numpy as np
import pytest
import xarray as xr
from artists import plot
from sentences import check_sentence

import largespin as ls
from largespin.model.state import density_matrices


def test_patterns_are_pictures_with_their_names(pictured: ls.Patterns) -> None:
    figure = plot.patterns(pictured)
    for number, ax in enumerate(figure.axes):
        assert ax.get_title() == pictured.names[number]
        np.testing.assert_array_equal(ax.get_images()[0].get_array(), pictured.picture(number))


def test_patterns_without_a_picture_are_rows() -> None:
    patterns = ls.random_patterns(60, 90, seed=1)
    figure = plot.patterns(patterns)
    np.testing.assert_array_equal(figure.axes[0].get_images()[0].get_array(), patterns.values)
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == list(patterns.names[::2])


def test_more_patterns_than_fit_are_counted() -> None:
    values = np.random.default_rng(0).choice([-1.0, 1.0], size=(30, 4, 4))
    figure = plot.patterns(ls.patterns_from_array(values))
    assert figure.get_suptitle() == "first 24 of 30"
    assert sum(ax.get_visible() for ax in figure.axes) == 24


def test_shades_of_strong_patterns_are_kept() -> None:
    figure = plot.patterns(ls.patterns_from_array([[[0.0, 2.0], [-4.0, 4.0]]]))
    np.testing.assert_array_equal(figure.axes[0].get_images()[0].get_array(), [[0.0, 0.5], [-1.0, 1.0]])


def test_states_are_painted_on_their_sites(pictured: ls.Patterns) -> None:
    spins = ls.large_spins(pictured, gauge=True)
    model = ls.models.hopfield(spins)
    run = ls.evolve(model, spins.near_pattern(1, flipped=0.2), [0.0, 1.0], temperature=0.3, field=0.1)
    row = run.isel(time=1)
    z = row.m.sel(component="z").values
    expected = spins.paint(z)
    states = (row, row.m, row.m.values, model.state(row.m.values), density_matrices(row.m.values))
    for state in states:
        ax = plot.sites(spins, state)
        np.testing.assert_allclose(ax.get_images()[0].get_array(), expected, atol=1e-12)


def test_sites_without_a_picture_fill_rows() -> None:
    spins = ls.large_spins(ls.random_patterns(2, 101, seed=3))
    shown = plot.sites(spins, spins.near_pattern(0)).get_images()[0].get_array()
    flat = np.ma.filled(shown, np.nan).ravel()
    np.testing.assert_array_equal(flat[:101], spins.paint(spins.near_pattern(0)[:, 2]))
    assert np.isnan(flat[101:]).all()


def test_the_sphere_holds_states_runs_and_several_blocks(run: xr.Dataset, states: xr.Dataset, two: ls.Model) -> None:
    ax = plot.bloch_sphere(run)
    for block in range(2):
        (line,) = (line for line in ax.get_lines() if line.get_label() == f"block {block}")
        np.testing.assert_array_equal(np.array(line.get_data_3d()).T, run.m.isel(block=block))
    dots = [line for line in plot.bloch_sphere(states).get_lines() if line.get_marker() == "o"]
    known = states.m.values.reshape(-1, 3)
    np.testing.assert_array_equal(np.array(dots[0].get_data_3d()).T, known[np.isfinite(known).all(axis=1)])
    whole = two.state([0, 0.6, 0.3])
    for given in (whole, [[0, 0.6, 0.3]] * 2, density_matrices(whole.bloch)):
        ax = plot.bloch_sphere(given, block=1)
        (dot,) = (line for line in ax.get_lines() if line.get_marker() == "o")
        np.testing.assert_allclose(np.array(dot.get_data_3d()).ravel(), [0, 0.6, 0.3])


def test_refusals(pictured: ls.Patterns, run: xr.Dataset, ladder: xr.Dataset) -> None:
    spins = ls.large_spins(pictured)
    with pytest.raises(ls.LargespinError, match=r"must have \d block\(s\), but it has 2"):
        plot.sites(spins, run)
    with pytest.raises(ls.LargespinError, match=r"must be one state, but it holds several, shape \(4,\)"):
        plot.sites(spins, np.zeros((4, spins.number_of_blocks, 3)))
    with pytest.raises(ls.LargespinError, match="infinitely many"):
        plot.sites(ls.ideal_large_spins(2), [0.0, 0.0, 0.0])
    check_sentence(
        lambda: plot.bloch_sphere(ladder),
        "Argument `states` must hold Bloch vectors of spins ½, with three components, but they have 8; see "
        "`ls.plot.populations` for more levels.",
    )
    check_sentence(
        lambda: plot.bloch_sphere(run, block=2),
        "Argument `block` must lie in [0, 1], but it is 2.",
    )


def test_kets_and_quantum_objects_are_states() -> None:
    qutip = pytest.importorskip("qutip")
    for given in ([1, 0], qutip.basis(2, 0), qutip.ket2dm(qutip.basis(2, 0)), [qutip.basis(2, 0), qutip.basis(2, 0)]):
        (dot, *_) = (line for line in plot.bloch_sphere(given).get_lines() if line.get_marker() == "o")
        np.testing.assert_allclose(np.array(dot.get_data_3d()).ravel(), [0, 0, 1], atol=1e-15)

"""Stationary states over parameters: filled where stable, counted and coloured over two parameters."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from artists import plot
from matplotlib.collections import PathCollection
from sentences import check_sentence

import largespin as ls
from largespin.plot.style import LASTING, LOST


def marks(ax: Any) -> dict[str, Any]:
    return {str(own.get_label()): own for own in ax.collections if isinstance(own, PathCollection)}


def test_stable_states_are_filled_and_unstable_ones_open(states: xr.Dataset) -> None:
    drawn = marks(plot.stationary_states(states))
    assert sorted(drawn) == ["stable", "unstable"]
    for verdict, own in drawn.items():
        mask = (states.verdict == verdict).values
        x = np.broadcast_to(states.field.values[:, None], mask.shape)[mask]
        expected = np.column_stack([x, states.overlap.isel(pattern=0).values[mask]])
        np.testing.assert_array_equal(own.get_offsets(), expected)
    assert drawn["stable"].get_facecolor().shape == (1, 4)
    assert drawn["unstable"].get_facecolor().shape == (0, 4)
    from matplotlib.colors import to_rgba

    assert tuple(drawn["stable"].get_facecolor()[0]) == to_rgba(LASTING)
    assert tuple(drawn["unstable"].get_edgecolor()[0]) == to_rgba(LOST)


def test_one_point_is_drawn_over_the_number_of_the_state(states: xr.Dataset) -> None:
    point = states.isel(field=0)
    ax = plot.stationary_states(point, quantity=("m", {"block": 0, "component": "z"}))
    offsets = np.concatenate([own.get_offsets() for own in marks(ax).values()])
    offsets = offsets[np.argsort(offsets[:, 0])]
    np.testing.assert_array_equal(offsets[:, 1], point.m.sel(component="z").values[:, 0])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("number of the stationary state", "m_z")


def test_stable_states_are_counted(grid: xr.Dataset) -> None:
    mesh = plot.number_of_stable_states(grid).collections[0]
    expected = (grid.verdict == "stable").sum("state").values
    np.testing.assert_array_equal(mesh.get_array().reshape(4, 5), expected.T)
    swapped = plot.number_of_stable_states(grid, x="field")
    np.testing.assert_array_equal(swapped.collections[0].get_array().reshape(5, 4), expected)
    assert (swapped.get_xlabel(), swapped.get_ylabel()) == ("transverse field", "temperature of the flips")


def test_growth_rates_of_the_most_stable_state(grid: xr.Dataset) -> None:
    ax = plot.growth_rate(grid)
    expected = grid.growth_rate.min("state").values
    np.testing.assert_array_equal(ax.collections[0].get_array().reshape(4, 5), expected.T)
    low, high = ax.collections[0].get_clim()
    assert low == -high == -np.abs(expected).max()
    bar = ax.get_figure().axes[1]
    assert bar.get_ylabel() == "growth rate of the most stable state (rate)"


def test_refusals(states: xr.Dataset, grid: xr.Dataset) -> None:
    check_sentence(
        lambda: plot.stationary_states(grid),
        "Argument `states` must have one parameter, but it has temperature, field; choose one value with "
        "`states.isel(field=0)`, or see `ls.plot.number_of_stable_states`.",
    )
    check_sentence(
        lambda: plot.growth_rate(states),
        "Argument `states` must be a result of `stationary_states` over two parameters, but it has field; see "
        "`ls.plot.stationary_states` for one.",
    )
    check_sentence(
        lambda: plot.stationary_states(states.isel(state=0)),
        "Argument `states` must be a result of `stationary_states`, with the axis `state`, but it has none.",
    )
    with pytest.raises(ls.LargespinError, match=r"Argument `quantity` must name a variable of the result"):
        plot.stationary_states(states, quantity="nothing")
    with pytest.raises(ls.LargespinError, match=r"one number for each state, but 'number_of_states' is not"):
        plot.stationary_states(states, quantity="number_of_states")

"""The figure of the Hopfield network's bifurcations against the closed forms of its lines."""

from functools import cache

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import minimize_scalar

from largespin.reproduce.hopfield_bifurcations import CUTS, compute, fold_field, line_errors, report

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("figure hopfield-bifurcations")]


@cache
def figure() -> xr.Dataset:
    return compute(points=3)


def largest_retrieval_field(temperature: float) -> float:
    """Largest Ω with a retrieval state, from (B.4) itself, ``8Ω² = (tanh x/(T x) − 1) cosh² x``, x = βo."""

    def squared(x: float) -> float:
        return float((np.tanh(x) / (temperature * x) - 1.0) * np.cosh(x) ** 2 / 8.0)

    found = minimize_scalar(lambda x: -squared(x), bounds=(1e-3, 6.0), method="bounded", options={"xatol": 1e-12})
    return float(np.sqrt(-found.fun))


def test_the_closed_form_of_the_fold() -> None:
    for temperature in (0.35, 0.5, 0.6, 0.65):
        assert fold_field(np.array([temperature]))[0] == pytest.approx(largest_retrieval_field(temperature), abs=1e-9)
    assert fold_field(np.array([2 / 3]))[0] == pytest.approx(0.25, abs=1e-9)


def test_lines_are_the_analytic_ones() -> None:
    errors = line_errors(figure())
    assert set(errors) == {"pitchfork", "fold", "Hopf"}
    assert max(errors.values()) < 1e-6


def test_errors_of_lines_are_seen() -> None:
    moved = figure().assign(line_field=figure().line_field + 1e-3)
    assert line_errors(moved)["fold"] > 1e-4
    assert line_errors(figure().assign(line_temperature=figure().line_temperature + 1e-3))["Hopf"] > 1e-4


def test_the_pitchfork_changes_its_kind_at_two_thirds() -> None:
    kinds, temperature = figure().line_kind.values.astype(str), figure().line_temperature.values
    assert temperature[kinds == "pitchfork (supercritical)"].min() > 2 / 3
    assert temperature[kinds == "pitchfork (subcritical)"].max() < 2 / 3
    assert temperature[kinds == "fold"].max() < 2 / 3 + 1e-9
    assert figure().line_field.values[np.char.startswith(kinds, "Hopf")].min() > 0.25
    meeting = figure().isel(meeting=0)
    assert (float(meeting.meeting_temperature), float(meeting.meeting_field)) == pytest.approx((2 / 3, 0.25), abs=1e-6)


def test_cycles_die_at_the_fold() -> None:
    exact = [largest_retrieval_field(value) for value in figure().temperature.values]
    assert figure().cycle_dies.values == pytest.approx(exact, abs=1e-6)
    assert set(figure().cycle_dies_kind.values.tolist()) == {"saddle-node on the cycle (infinite period)"}


@pytest.mark.parametrize("temperature", CUTS)
def test_cuts(temperature: float) -> None:
    cut = figure().isel(cut_point=(figure().cut_temperature == temperature).values)
    special = {name: float(x) for name, x in zip(cut.cut_special.values, cut.cut_field, strict=True) if name}
    side = "sub" if temperature < 2 / 3 else "super"
    assert special[f"pitchfork ({side}critical)"] == pytest.approx(np.sqrt((1 / temperature - 1) / 8), abs=1e-8)
    assert ("fold" in special) == (temperature < 2 / 3)
    overlap, field = cut.cut_overlap.values, cut.cut_field.values
    ordered = overlap > 1e-3
    x = overlap[ordered] / temperature
    # Every point of the branch of retrieval states satisfies (B.4).
    squared = (np.tanh(x) / (temperature * x) - 1.0) * np.cosh(x) ** 2 / 8.0
    assert field[ordered] ** 2 == pytest.approx(squared, abs=1e-7)


def test_periods_grow_like_an_inverse_root() -> None:
    cycles = figure().isel(cycle_point=(figure().cycle_temperature == 0.5).values)
    distance = cycles.cycle_field.values - largest_retrieval_field(0.5)
    near = (distance > 1e-6) & (distance < 1e-3)
    slope = np.polyfit(np.log(distance[near]), np.log(cycles.cycle_period.values[near]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.03)


def test_the_report_has_the_numbers() -> None:
    words = " ".join(report(figure()))
    assert "double zero" in words
    assert "0.666667" in words
    assert "saddle-node on the cycle" in words

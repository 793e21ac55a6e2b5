"""The Hopfield network: every line that theory knows, to 1e-6 and better, and the fold line by another equation."""

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import brentq, minimize_scalar

import largespin as ls
from largespin import boundaries, boundary_curve, branch, branches
from largespin.meanfield.numeric import numeric_mean_field

BOX = {"temperature": (0.2, 1.4), "field": (0.0, 1.0)}


@pytest.fixture(scope="module")
def model() -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1))


@pytest.fixture(scope="module")
def lines(model: ls.Model) -> xr.Dataset:
    return boundaries(model, between=BOX, cuts=2)


def of_kind(lines: xr.Dataset, word: str) -> xr.Dataset:
    return lines.isel(point=lines.kind.str.startswith(word))


def fold_temperature(field: float) -> float:
    """Where the largest T of F24 (B.4), solved for Ω²(o), has its maximum: no continuation involved."""

    def gap(temperature: float) -> float:
        def strength(o: float) -> float:
            beta = 1.0 / temperature
            return float((np.tanh(beta * o) / o - 1.0) * np.cosh(beta * o) ** 2 / 8.0)

        best = minimize_scalar(
            lambda o: -strength(o), bounds=(1e-3, 1.0 - 1e-9), method="bounded", options={"xatol": 1e-12}
        )
        return strength(float(best.x)) - field**2

    return float(brentq(gap, 0.2, 2.0 / 3.0, xtol=1e-13))


def test_all_lines_and_nothing_else(lines: xr.Dataset) -> None:
    kinds = [
        {k.split(" (")[0] for k in lines.kind.values[lines.curve.values == i]}
        for i in range(lines.sizes["curve_number"])
    ]
    assert [k - {"double zero"} for k in kinds] == [{"pitchfork"}, {"fold"}, {"Hopf"}]
    assert lines.attrs["sentence"] == "Every bifurcation that was seen was located."


def test_pitchfork_line(lines: xr.Dataset) -> None:
    pitchforks = of_kind(lines, "pitchfork")
    assert np.abs(pitchforks.temperature * (1.0 + 8.0 * pitchforks.field**2) - 1.0).max() < 1e-12
    away = np.abs(pitchforks.temperature - 2.0 / 3.0) > 1e-6
    kinds = np.where(pitchforks.temperature > 2.0 / 3.0, "pitchfork (supercritical)", "pitchfork (subcritical)")
    assert np.array_equal(pitchforks.kind.values[away], kinds[away])
    assert pitchforks.temperature.min() == pytest.approx(0.2, abs=1e-9)
    assert pitchforks.field.min() == pytest.approx(0.0, abs=1e-9)


def test_hopf_line(lines: xr.Dataset) -> None:
    hopf = of_kind(lines, "Hopf")
    assert np.abs(hopf.temperature - 2.0 / 3.0).max() < 1e-12
    # Eigenvalues ±½√((β − ½)² − 16Ω²) at β = 3/2.
    assert np.abs(hopf.angular_frequency - 0.5 * np.sqrt(16.0 * hopf.field**2 - 1.0)).max() < 1e-9
    assert hopf.field.max() == pytest.approx(1.0)
    assert hopf.field.min() > 0.25 - 1e-9


def test_double_zero_and_change_of_side_coincide(lines: xr.Dataset) -> None:
    pitchforks = int(of_kind(lines, "pitchfork").curve[0])
    (place,) = np.flatnonzero((lines.special_curve == pitchforks).values)
    assert lines.special_kind.values[place] == "degenerate pitchfork, double zero"
    assert float(lines.special_temperature[place]) == pytest.approx(2.0 / 3.0, abs=1e-10)
    assert float(lines.special_field[place]) == pytest.approx(0.25, abs=1e-10)
    assert float(lines.residual[place]) < 1e-10


def test_fold_line(lines: xr.Dataset) -> None:
    folds = of_kind(lines, "fold")
    assert float(folds.temperature[0]) == pytest.approx(2.0 / 3.0, abs=1e-10)
    assert float(folds.field[0]) == pytest.approx(0.25, abs=1e-10)
    assert folds.field.max() == pytest.approx(1.0)
    for i in (5, 12, 20, -2):
        point = folds.isel(point=i)
        assert fold_temperature(float(point.field)) == pytest.approx(float(point.temperature), abs=1e-8)
        o, beta, omega = abs(point.overlap.item()), 1.0 / float(point.temperature), float(point.field)
        assert (1.0 + 8.0 * omega**2 / np.cosh(beta * o) ** 2) * o == pytest.approx(np.tanh(beta * o), abs=1e-10)


def test_one_line_from_one_point(model: ls.Model) -> None:
    found = branches(model, [0, 0, 0], between={"field": (0.0, 0.6)}, field=0.1, temperature=0.5)
    assert found.special_kind.values.tolist() == ["pitchfork (subcritical)", "fold"]
    assert found.special_branch.values.tolist() == [0, 1]
    assert found.special_field.values[0] == pytest.approx(np.sqrt(1 / 8), abs=1e-10)
    line = boundary_curve(model, found.isel(special_point=1), between=BOX)
    assert set(line.kind.values) == {"fold"}
    assert line.curve.values.tolist() == [0] * line.sizes["point"]
    assert (
        float(np.abs(line.field - found.special_field.values[1]).where(abs(line.temperature - 0.5) < 1e-9).min()) < 1e-9
    )
    assert line.end_first.item() != line.end_last.item()


def test_a_branch_is_made_of_stationary_states(model: ls.Model) -> None:
    found = branches(model, [0, 0, 0], between={"field": (0.0, 0.6)}, field=0.1, temperature=0.5)
    u = found.m.values.reshape(-1, 3)
    p = np.stack([found.field.values, np.full(len(u), 0.5)], axis=-1)
    assert np.abs(numeric_mean_field(model).rhs(u, p)).max() < 1e-11
    judged = ls.stability(
        model, model.state(found.m.values, dims=("point",)), field=found.field.drop_vars("field"), temperature=0.5
    )
    assert np.abs(judged.growth_rate - found.growth_rate).max() < 1e-6
    retrieval = found.isel(point=(found.branch == 1) & (found.special == ""))
    # From the pitchfork a saddle to the fold, then stable retrieval.
    assert set(retrieval.verdict.values) >= {"stable", "unstable"}
    big = retrieval.isel(point=int(np.abs(retrieval.overlap.values).argmax()))
    assert big.verdict.item() == "stable"
    assert np.all(np.diff(found.arclength.values[found.branch.values == 1]) >= 0.0)
    assert found.end_last.values[0] == "The branch left the range at 0.6."


def test_start_from_the_search(model: ls.Model) -> None:
    states = ls.stationary_states(model, temperature=0.5, field=0.2)
    found = branch(model, states.isel(state=0), between={"temperature": (0.3, 1.2)})
    assert float(found.field) == 0.2
    kinds = found.special_kind.values.tolist()
    assert kinds == ["pitchfork (supercritical)"]
    assert found.special_temperature.item() == pytest.approx(1.0 / 1.32, abs=1e-10)
    assert "The branch ends at a pitchfork: beyond it lies its mirror image." in (
        found.end_first.item(),
        found.end_last.item(),
    )


def test_glauber_rates_share_the_paramagnet() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    found = branches(model, [0, 0, 0], between={"temperature": (0.3, 1.4)}, temperature=1.3, field=0.27)
    own = found.isel(special_point=found.special_branch == 0)
    assert own.special_temperature.values == pytest.approx([1 / (1 + 8 * 0.27**2), 2 / 3], abs=1e-10)
    retrieval = found.isel(point=(found.branch.values == 1) & (np.abs(found.overlap.values[:, 0]) > 1e-3))
    o = retrieval.overlap.values[:, 0]
    assert np.abs((1 + 8 * 0.27**2) * o - np.tanh(o / retrieval.temperature.values)).max() < 1e-10

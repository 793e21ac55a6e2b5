"""Closed forms of the Dicke memory: against each other, against the equations, against wrong input."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import largespin as ls
from largespin.errors import LargespinError
from largespin.meanfield.numeric import numeric_mean_field
from largespin.phases import (
    critical_couplings,
    dicke_phase,
    dicke_retrieval_overlaps,
    dicke_retrieval_state,
    stability_couplings,
)

FIGURE: dict[str, Any] = {"field": 0.5, "frequencies": [1.5, 2.0, 2.5, 3.0], "losses": 1.0}
fields = st.floats(0.05, 3.0)
frequencies = st.lists(st.floats(0.2, 5.0), min_size=1, max_size=4)


def test_numbers_of_cl21_figure_3() -> None:
    assert critical_couplings(**FIGURE) == pytest.approx([0.64550, 0.72887, 0.80623, 0.87797], abs=5e-6)
    assert stability_couplings(**FIGURE) == pytest.approx([0.64550, 0.77451, 0.90103, 1.02394], abs=6e-6)
    overlaps = dicke_retrieval_overlaps(coupling=0.95, **FIGURE)
    assert overlaps == pytest.approx([0.88705, 0.80839, 0.69374, 0.52009], abs=6e-6)


@given(field=fields, omega=frequencies, loss=st.floats(0.0, 4.0))
def test_couplings_agree_with_susceptibilities(field: float, omega: list[float], loss: float) -> None:
    # theory page, section 8: g_ν = √(Ω/χ_ν), χ = 2Ω_ν/(Ω_ν² + κ²/4); and the larger of the pairwise conditions.
    chi = [2 * w / (w**2 + loss**2 / 4) for w in omega]
    critical = critical_couplings(field, omega, loss)
    assert critical == pytest.approx([np.sqrt(field / c) for c in chi])
    stable = stability_couplings(field, omega, loss)
    assert stable == pytest.approx([max(a**1.5 / b**0.5 for b in critical) for a in critical])
    assert np.all(stable >= critical * (1 - 1e-12))
    assert stable.min() == pytest.approx(critical.min())


@given(field=fields, omega=st.lists(st.floats(0.2, 5.0), min_size=2, max_size=2), coupling=st.floats(0.1, 4.0))
def test_overlaps_vanish_exactly_below_the_critical_coupling(field: float, omega: list[float], coupling: float) -> None:
    critical = critical_couplings(field, omega, [0.5, 1.5])
    overlaps = dicke_retrieval_overlaps(field, coupling, omega, [0.5, 1.5])
    assert np.array_equal(overlaps > 0, coupling > critical)
    above = overlaps > 0
    assert overlaps[above] ** 2 + (critical[above] / coupling) ** 4 == pytest.approx(1.0)


def test_overlaps_broadcast_over_couplings() -> None:
    couplings = np.array([[0.0, 0.5], [0.95, -0.95]])
    overlaps = dicke_retrieval_overlaps(0.5, couplings, [1.5, 3.0], 1.0)
    assert overlaps.shape == (2, 2, 2)
    assert np.all(overlaps[0] == 0)
    assert overlaps[1, 0] == pytest.approx(overlaps[1, 1])
    assert overlaps[1, 0] == pytest.approx([0.88705, 0.52009], abs=6e-6)


@given(
    field=fields,
    omega=frequencies,
    loss=st.floats(0.0, 4.0),
    excess=st.floats(1.001, 5.0),
    data=st.data(),
)
def test_retrieval_state_is_stationary(field: float, omega: list[float], loss: float, excess: float, data: Any) -> None:
    nu = data.draw(st.integers(0, len(omega) - 1))
    gauge = data.draw(st.booleans())
    model = ls.models.dicke(ls.ideal_large_spins(len(omega), gauge=gauge), mode_frequencies=omega, losses=loss)
    coupling = excess * critical_couplings(field, omega, loss)[nu]
    state = dicke_retrieval_state(model, nu, field, float(coupling))
    values = {k: p.data.default for k, p in model.parameters.items()} | {"field": field, "coupling": coupling}
    flow = numeric_mean_field(model).rhs(state.vector, np.array([values[k] for k in model.parameters], dtype=float))
    assert np.abs(flow).max() < 1e-11 * (1 + coupling) ** 2
    assert np.linalg.norm(state.bloch, axis=-1) == pytest.approx(1.0)
    weighted = model.particles.coefficients * model.particles.weights
    expected = np.zeros(len(omega))
    expected[nu] = dicke_retrieval_overlaps(field, coupling, omega, loss)[nu]
    assert weighted @ state.bloch[:, 2] == pytest.approx(expected, abs=1e-12)
    # papers page, (S28): x = −√(1 − |z|²), not −√(1 − |z|).
    assert state.bloch[:, 0] == pytest.approx(-(1 / excess**2), abs=1e-12)


def test_state_exists_only_above_its_coupling() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
    with pytest.raises(LargespinError, match=r"pattern 1 .* critical coupling 0.72887, .* 0.7"):
        dicke_retrieval_state(model, 1, 0.5, 0.7)
    assert dicke_retrieval_state(model, 0, 0.5, 0.7).bloch[0, 2] > 0


@pytest.mark.parametrize("function", [critical_couplings, stability_couplings])
@pytest.mark.parametrize(
    "wrong",
    [{"field": 0.0}, {"field": -1.0}, {"field": np.nan}, {"frequencies": [1.0, 0.0]}, {"frequencies": [np.inf]}],
)
def test_wrong_input(function: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(LargespinError):
        function(**{**FIGURE, **wrong})


def test_losses_may_differ_between_modes() -> None:
    both = critical_couplings(0.5, [1.5, 1.5], [1.0, 2.0])
    assert both == pytest.approx([critical_couplings(0.5, [1.5], 1.0)[0], critical_couplings(0.5, [1.5], 2.0)[0]])
    assert both[1] > both[0]


@pytest.mark.parametrize(
    ("coupling", "name", "parts"),
    [
        (0.5, "normal", ["0.5 is below", "0.6455"]),
        (-0.5, "normal", ["0.5 is below"]),
        (0.70, "retrieval of some patterns", ["stable: pattern(s) 0."]),
        (0.75, "retrieval of some patterns", ["stable: pattern(s) 0;", "existing but unstable: pattern(s) 1."]),
        (0.95, "retrieval of some patterns", ["stable: pattern(s) 0, 1, 2;", "existing but unstable: pattern(s) 3."]),
        (1.05, "retrieval", ["1.05 is above", "1.024"]),
    ],
)
def test_phase(coupling: float, name: str, parts: list[str]) -> None:
    phase = dicke_phase(coupling=coupling, **FIGURE)
    assert phase.name == name
    for part in parts:
        assert part in phase.sentence


@given(field=fields, omega=st.lists(st.floats(0.3, 3.0), min_size=2, max_size=3), coupling=st.floats(0.2, 3.0))
def test_phase_agrees_with_the_jacobian(field: float, omega: list[float], coupling: float) -> None:
    critical, stable = critical_couplings(field, omega, 1.0), stability_couplings(field, omega, 1.0)
    assume(np.abs(coupling / np.concatenate([critical, stable]) - 1).min() > 1e-2)
    model = ls.models.dicke(ls.ideal_large_spins(len(omega)), mode_frequencies=omega)
    held = []
    for nu in np.flatnonzero(critical < coupling):
        state = dicke_retrieval_state(model, int(nu), field, coupling)
        if ls.stability(model, state, field=field, coupling=coupling).verdict.item() != "unstable":
            held.append(int(nu))
    phase = dicke_phase(field, coupling, omega, 1.0)
    expected = "normal" if not held else "retrieval" if len(held) == len(omega) else "retrieval of some patterns"
    assert phase.name == expected
    if expected == "retrieval of some patterns":
        assert f"; stable: pattern(s) {', '.join(map(str, held))}" in phase.sentence

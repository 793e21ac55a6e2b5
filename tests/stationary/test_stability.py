"""Eigenvalues and verdicts against closed forms, and against what disturbances really do."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import largespin as ls
from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.numeric import numeric_mean_field
from largespin.models.ready.rates import Rates
from largespin.phases import critical_couplings, dicke_retrieval_state, stability_couplings
from largespin.stationary.stability import moving_directions, verdict


def eigenvalues(dataset: Any) -> ComplexArray:
    """All eigenvalues that belong to moving directions."""
    values = dataset.eigenvalue_real.values + 1j * dataset.eigenvalue_imag.values
    return values[~np.isnan(values.real)]


def matched(actual: npt.NDArray[Any], expected: npt.NDArray[Any]) -> float:
    """Largest distance of any expected eigenvalue from its nearest actual one, after sorting out multiplicities."""
    left = list(actual)
    worst = 0.0
    for value in expected:
        index = int(np.argmin(np.abs(np.array(left) - value)))
        worst = max(worst, abs(left.pop(index) - value))
    return worst


def numeric_jacobian(model: ls.Model, u: FloatArray, parameters: FloatArray) -> FloatArray:
    rhs = numeric_mean_field(model).rhs
    step = 1e-6
    columns = [(rhs(u + step * e, parameters) - rhs(u - step * e, parameters)) / (2 * step) for e in np.eye(u.size)]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_eigenvalues_are_those_of_the_numeric_jacobian(rates: Rates, count: int) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(count), rates=rates, pair_coupling=True)
    found = ls.stationary_states(model, temperature=0.6, field=0.15, pair_coupling=0.3, starts=16, images=False)
    values = {"temperature": 0.6, "field": 0.15, "pair_coupling": 0.3}
    parameters = np.array([values[key] for key in model.parameters])
    for i in range(int(found.number_of_states)):
        u = found.m.values[i].ravel()
        expected = np.linalg.eigvals(numeric_jacobian(model, u, parameters))
        one = found.isel(state=i)
        # Double eigenvalues of defective matrices are found to the root of the error of finite differences.
        assert matched(eigenvalues(one), expected) < 2e-4
        assert np.sum(eigenvalues(one)) == pytest.approx(np.sum(expected).real, abs=1e-7)
        assert one.growth_rate == pytest.approx(one.eigenvalue_real.values.max())
        assert np.all(np.diff(one.eigenvalue_real.values) <= 1e-12)


@settings(max_examples=25)
@given(temperature=st.floats(0.2, 3.0), field=st.floats(0.0, 1.5), rates=st.sampled_from(["exponential", "glauber"]))
def test_paramagnet(temperature: float, field: float, rates: Rates) -> None:
    beta = 1 / temperature
    root = np.sqrt(complex((beta - 0.5) ** 2 - 16 * field**2))
    assume(abs(root) > 1e-3)
    own = [0.5 * (beta - 1.5 + root), 0.5 * (beta - 1.5 - root)]
    model = ls.models.hopfield(ls.ideal_large_spins(3), rates=rates)
    result = ls.stability(model, [0.0, 0.0, 0.0], temperature=temperature, field=field)
    # Four blocks: three directions along patterns, one orthogonal to all, which feels no rates' response; x decays.
    free_root = np.sqrt(complex(0.25 - 16 * field**2))
    free = [0.5 * (-1.5 + free_root), 0.5 * (-1.5 - free_root)]
    assert matched(eigenvalues(result), np.array([*own * 3, *free, *[-0.5] * 4])) < 1e-6
    growth = own[0].real
    assume(abs(growth) > 1e-5)
    assert result.verdict.item() == ("stable" if growth < 0 else "unstable")
    # theory page, section 9: stable for β < min(3/2, 1 + 8Ω²).
    assert (growth < 0) == (beta < min(1.5, 1 + 8 * field**2))


@settings(max_examples=25)
@given(temperature=st.floats(0.3, 0.95), share=st.floats(0.05, 0.95))
def test_retrieval_has_the_eigenvalues_of_b5_with_tanh(temperature: float, share: float) -> None:
    beta = 1 / temperature
    field = share * np.sqrt((beta - 1) / 8)

    def gap(o: float) -> float:
        return float(np.tanh(beta * o) - (1 + 8 * field**2 / np.cosh(beta * o) ** 2) * o)

    o = brentq(gap, 1e-4, 1.0, xtol=1e-15)
    c, t = np.cosh(beta * o), np.tanh(beta * o)
    y = -4 * field * o / c
    own = np.array([[c * (beta * (1 - o * t) - 1), 2 * field], [-2 * field * (1 - beta * o * t), -c / 2]])
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    columns = model.particles.coefficients[1]
    bloch = columns[:, None] * np.array([0.0, y, o])
    result = ls.stability(model, bloch, temperature=temperature, field=field)
    pair = np.linalg.eigvals(own)
    assume(abs(pair[0] - pair[1]) > 1e-3)
    assert matched(eigenvalues(result), np.array([*pair, *pair, -c / 2, -c / 2])) < 1e-5 * c
    assert result.verdict.item() == "stable"


def test_numbers_of_the_page_on_misprints() -> None:
    # docs/papers.md, section 5.
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.stationary_states(model, temperature=0.5, field=0.2)
    assert found.eigenvalue_real.values[0, [0, 2]] == pytest.approx([-1.49853, -2.58632], abs=1e-5)
    found = ls.stationary_states(model, temperature=0.66, field=0.21227)
    assert np.abs(found.overlap.values[0, 0]) == pytest.approx(0.66584, abs=1e-5)
    assert found.eigenvalue_real.values[0, 0] == pytest.approx(-0.58793, abs=1e-5)
    assert np.abs(found.eigenvalue_imag.values[0, 0]) == pytest.approx(0.07366, abs=1e-5)


dicke_parameters = st.fixed_dictionaries(
    {
        "field": st.floats(0.2, 1.5),
        "frequencies": st.lists(st.floats(0.5, 4.0), min_size=3, max_size=3),
        "losses": st.lists(st.floats(0.3, 3.0), min_size=3, max_size=3),
        "pattern": st.integers(0, 2),
    }
)


@settings(max_examples=12)
@given(drawn=dicke_parameters)
def test_dicke_stability_coupling_by_bisection(drawn: dict[str, Any]) -> None:
    field, frequencies, losses, nu = drawn["field"], drawn["frequencies"], drawn["losses"], drawn["pattern"]
    model = ls.models.dicke(ls.ideal_large_spins(3), mode_frequencies=frequencies, losses=losses)
    critical = critical_couplings(field, frequencies, losses)
    onset = float(stability_couplings(field, frequencies, losses)[nu])

    def grows(coupling: float) -> bool:
        state = dicke_retrieval_state(model, nu, field, coupling)
        return bool(ls.stability(model, state, field=field, coupling=coupling).verdict.item() == "unstable")

    low, high = float(critical[nu]) * 1.0001, 2.0 * onset
    assert not grows(high)
    if onset < low:
        assert not grows(low)
        return
    assume(onset > 1.01 * low)
    assert grows(low)
    while high - low > 1e-5 * onset:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if grows(middle) else (low, middle)
    assert low == pytest.approx(onset, rel=1e-4)


@settings(max_examples=20)
@given(drawn=dicke_parameters, excess=st.floats(1.05, 3.0))
def test_dicke_retrieval_is_a_centre_with_known_frequencies(drawn: dict[str, Any], excess: float) -> None:
    field, frequencies, losses, nu = drawn["field"], drawn["frequencies"], drawn["losses"], drawn["pattern"]
    model = ls.models.dicke(ls.ideal_large_spins(3), mode_frequencies=frequencies, losses=losses)
    critical = critical_couplings(field, frequencies, losses)
    coupling = excess * float(stability_couplings(field, frequencies, losses)[nu])
    result = ls.stability(model, dicke_retrieval_state(model, nu, field, coupling), field=field, coupling=coupling)
    # One |m_k| of each of four blocks is left out: n − K eigenvalues, n = 12 + 6.
    values = eigenvalues(result)
    assert values.size == model.number_of_variables - 4 == 14
    assert np.sum(np.isnan(result.eigenvalue_imag.values)) == 4
    assert "4 conserved direction(s) left out" in result.sentence.item()
    assert result.verdict.item() == "centre"
    # theory page, section 8: K − M = 1 direction turns with 2Ω/|x|; the others solve the quartic.
    x = (critical[nu] / coupling) ** 2
    omega = 2 * field / x
    expected = [1j * omega, -1j * omega]
    for frequency, loss in zip(frequencies, losses, strict=True):
        a = frequency**2 + loss**2 / 4
        c = 8 * field * frequency * coupling**2 * x
        expected += list(np.roots([1, loss, a + omega**2, loss * omega**2, omega**2 * a - c]))
    # Rounding moves near-double roots by its square root.
    assert matched(values, np.array(expected)) < 1e-4 * omega
    said = re.search(r"slowest frequency ([0-9.e+-]+);", result.sentence.item())
    assert said is not None
    assert float(said.group(1)) == pytest.approx(omega, rel=1e-3)


def test_dicke_without_spare_directions_is_stable() -> None:
    # K = M = 2: nothing is orthogonal to the patterns.
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
    state = dicke_retrieval_state(model, 0, 0.5, 0.95)
    result = ls.stability(model, state, field=0.5, coupling=0.95)
    assert result.verdict.item() == "stable"
    assert eigenvalues(result).size == model.number_of_variables - 2
    assert result.growth_rate == pytest.approx(-0.08662, abs=1e-5)


def test_largest_growth_at_the_figure_of_cl21() -> None:
    # docs/papers.md, section 1: pattern 4 grows at 0.38846 for g_0 = 0.95, the others are centres.
    model = ls.models.dicke(ls.ideal_large_spins(4), mode_frequencies=[1.5, 2.0, 2.5, 3.0])
    growth, frequency = [], 0.0
    for nu in range(4):
        result = ls.stability(model, dicke_retrieval_state(model, nu, 0.5, 0.95), field=0.5, coupling=0.95)
        growth.append(result.growth_rate.item())
        assert result.verdict.item() == ("unstable" if nu == 3 else "centre")
        frequency = float(np.abs(eigenvalues(result).imag[np.abs(eigenvalues(result).real) < 1e-9]).min())
    assert growth == pytest.approx([0, 0, 0, 0.38846], abs=1e-5)
    assert frequency == pytest.approx(1.1708, abs=1e-4)


def test_marginal_at_the_critical_point() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    result = ls.stability(model, [0, 0, 0.0], temperature=[0.5, 1.0, 2.0], field=0.0)
    assert result.verdict.values.tolist() == ["unstable", "marginal", "stable"]
    assert result.growth_rate.values == pytest.approx([1.0, 0.0, -0.5], abs=1e-12)
    assert result.sentence.values[0].startswith("Unstable: 1 growing direction(s), fastest at rate 1")
    assert result.sentence.values[1].startswith("Marginal: 1 direction(s)")
    assert result.residual.values == pytest.approx(np.zeros(3), abs=1e-12)


def test_hopf_line_is_a_centre() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    result = ls.stability(model, [0, 0, 0.0], temperature=2 / 3, field=0.5)
    assert result.verdict.item() == "centre"
    assert np.abs(result.eigenvalue_imag.values[:2]) == pytest.approx(np.sqrt(4 * 0.25 - 0.25))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ([-1.0, -2.0], "stable"),
        ([-1e-3, -1 + 5j, -1 - 5j], "stable"),
        ([1e-3, -1.0], "unstable"),
        ([0.1 + 2j, 0.1 - 2j, -1.0], "unstable"),
        ([2j, -2j, -1.0], "centre"),
        ([0.0, 2j, -2j], "centre"),
        ([0.0, -1.0], "marginal"),
        ([np.nan, -1.0], "stable"),
        ([np.nan, np.nan], "marginal"),
        # Rounding errors of a large Jacobian are not growth.
        ([1e-5, -1000.0], "marginal"),
    ],
)
def test_verdict_names(values: list[complex], name: str) -> None:
    judged = verdict(np.array(values, dtype=complex))
    assert judged.name == name
    assert judged.sentence.endswith(".")


def test_conserved_directions_are_no_instability() -> None:
    # The raw Jacobian of a retrieval state has zero eigenvalues, one per block; the reduced one has none.
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
    state = dicke_retrieval_state(model, 0, 0.5, 0.95)
    values = {"field": 0.5, "coupling": 0.95} | {
        k: p.data.default for k, p in model.parameters.items() if p.data.default
    }
    jacobian = numeric_mean_field(model).jacobian(state.vector, np.array([values[k] for k in model.parameters]))
    raw = np.linalg.eigvals(jacobian)
    assert np.sum(np.abs(raw) < 1e-6) == 2
    reduced = eigenvalues(ls.stability(model, state, field=0.5, coupling=0.95))
    assert np.abs(reduced).min() > 0.05
    assert matched(raw, reduced) < 1e-6


def test_linear_quantity_and_length_together() -> None:
    # h = J(m_x² + m_y²)/2 + ω m_z conserves |m| and m_z; m_z = ω/J is stationary at every angle. Of three directions
    # one moves (the angle), and it is neutral.
    spins, omega, strength = ls.Spins(), ls.parameter("omega"), ls.parameter("strength")
    energy = strength * (spins.average("x") ** 2 + spins.average("y") ** 2) / 2 + omega * spins.average("z")
    model = ls.Model(spins, energy=energy)
    u = np.array([0.6, 0.0, 0.5])
    result = ls.stability(model, u, strength=1.0, omega=0.5)
    assert eigenvalues(result) == pytest.approx([0.0], abs=1e-12)
    assert result.verdict.item() == "marginal"
    directions = moving_directions(model, conserved_quantities(model), u)
    assert np.abs(directions.T) == pytest.approx(np.array([[0.0, 1.0, 0.0]]), abs=1e-12)


def test_zero_length_can_not_move() -> None:
    spins, omega = ls.Spins(), ls.parameter("omega")
    model = ls.Model(spins, energy=omega * spins.average("x") + spins.average("z") ** 2 / 2)
    result = ls.stability(model, [0, 0, 0.0], omega=1.0)
    assert eigenvalues(result).size == 0
    assert result.verdict.item() == "marginal"
    assert result.sentence.item().startswith("Nothing can move")


def test_pure_three_level_state_moves_on_its_orbit() -> None:
    # A pure state of three levels has the projective plane as orbit: 4 of 8 directions.
    atoms, omega = ls.Particles(3), ls.parameter("omega")
    levels = np.diag([0.0, 1.0, 3.0]) - 4 / 3 * np.eye(3)
    model = ls.Model(atoms, energy=omega * atoms.average(levels, symbol="E"))
    ground = np.zeros((3, 3))
    ground[0, 0] = 1.0
    result = ls.stability(model, ground, omega=1.0)
    assert sorted(eigenvalues(result).imag) == pytest.approx([-3, -1, 1, 3])
    assert result.verdict.item() == "centre"


def test_states_that_move_are_refused() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    with pytest.raises(LargespinError, match="must be stationary"):
        ls.stability(model, [0, 0, 0.5], temperature=0.5, field=0.2)
    # Of an ensemble the bad states are named, and the others judged.
    both = ls.stability(model, np.array([[[0, 0, 0.0]], [[0, 0, 0.5]]]), temperature=0.8, field=0.0)
    assert both.outcome.values.tolist() == ["finished", "not stationary"]
    assert both.verdict.values.tolist() == ["unstable", ""]
    speed = np.linalg.norm(
        np.diff(ls.evolve(model, [0, 0, 0.5], [0, 1e-4], temperature=0.8, field=0.0).m.values, axis=0)
    )
    assert both.residual.values[1] == pytest.approx(speed / 1e-4, rel=1e-3)
    assert both.sentence.values[1] == f"The state is not stationary: |du/dt| = {both.residual.values[1]:.3g}."
    assert np.isnan(both.growth_rate.values[1])
    assert both.usable.values.tolist() == [True, False]


def test_ensembles_and_grids_have_axes() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    result = ls.stability(model, np.zeros((2, 1, 3)), temperature=[0.5, 0.8, 2.0], field=0.1)
    assert result.growth_rate.dims == ("temperature", "start")
    assert result.eigenvalue_real.shape == (3, 2, 3)
    single = ls.stability(model, [0, 0, 0.0], temperature=0.8, field=0.1)
    assert result.eigenvalue_real.values[1, 0] == pytest.approx(single.eigenvalue_real.values)


@pytest.mark.parametrize(("temperature", "field"), [(0.5, 0.2), (0.8, 0.1), (0.66, 0.21227), (1.3, 0.4), (0.55, 0.5)])
def test_disturbances_grow_and_decay_as_predicted(temperature: float, field: float) -> None:
    # Independent of every Jacobian: the linear propagator exp(Jt) from runs that start close to the state.
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.stationary_states(model, temperature=temperature, field=field)
    size, duration = 1e-4, 1.5
    for i in range(int(found.number_of_states)):
        own = found.m.values[i]
        starts = np.stack([own + sign * size * e for e in np.eye(3) for sign in (1, -1)])
        run = ls.evolve(model, starts, duration, temperature=temperature, field=field, tolerance=1e-12)
        ends = run.m.values[:, 0].reshape(3, 2, 3)
        propagator = ((ends[:, 0] - ends[:, 1]) / (2 * size)).T
        expected = np.exp(duration * eigenvalues(found.isel(state=i)))
        assert matched(np.linalg.eigvals(propagator), expected) < 1e-5


def test_disturbances_of_a_conservative_model_as_predicted() -> None:
    # Disturbances that keep |m_k|: rotate the blocks. A centre neither grows nor decays; above, pattern 4 grows.
    model = ls.models.dicke(ls.ideal_large_spins(3), mode_frequencies=[1.5, 2.0, 2.5])
    for nu, coupling in ((0, 0.95), (2, 0.85)):
        state = dicke_retrieval_state(model, nu, 0.5, coupling)
        result = ls.stability(model, state, field=0.5, coupling=coupling)
        basis = moving_directions(model, conserved_quantities(model), state.vector)
        size, duration = 1e-5, 3.0
        ends = []
        for sign in (1, -1):
            moved = state.vector + sign * size * basis.T
            bloch = moved[:, :12].reshape(-1, 4, 3)
            bloch /= np.linalg.norm(bloch, axis=-1, keepdims=True)
            alpha = (moved[:, 12::2] + 1j * moved[:, 13::2]) / np.sqrt(2)
            run = ls.evolve(model, model.state(bloch, alpha), duration, field=0.5, coupling=coupling, tolerance=1e-13)
            quadratures = np.stack([run.q.values, run.p.values], axis=-1).reshape(len(moved), -1)
            ends.append(np.concatenate([run.m.values.reshape(len(moved), -1), quadratures], axis=1))
        propagator = basis.T @ ((ends[0] - ends[1]) / (2 * size)).T
        expected = np.exp(duration * eigenvalues(result))
        assert matched(np.linalg.eigvals(propagator), expected) < 1e-4
        assert result.verdict.item() == ("centre" if nu == 0 else "unstable")


def test_sentences_name_rates() -> None:
    spins, omega, kappa = ls.Spins(), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * spins.average("lowering"))
    model = ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=(decay,))
    below = ls.stability(model, [0, 0.8, -0.6], omega=0.4, kappa=1.0)
    assert (
        below.sentence.item() == "Stable: disturbances decay at least at rate 0.3; 1 conserved direction(s) left out."
    )
    above = ls.stability(model, [0.6, 0.8, 0.0], omega=0.625, kappa=1.0)
    assert above.verdict.item() == "centre"
    assert "1 undamped oscillation(s), slowest frequency 0.375" in above.sentence.item()

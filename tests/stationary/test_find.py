"""Does the search find every stationary state that theory knows, and say so correctly?"""

from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import largespin as ls
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.operators import transition
from largespin.models.ready.rates import Rates
from largespin.phases import dicke_retrieval_overlaps


def states_of(dataset: xr.Dataset) -> FloatArray:
    """State vectors (states, n) that were found at a single point."""
    parts = [dataset.m.values.reshape(dataset.sizes["state"], -1)]
    if "q" in dataset:
        parts.append(np.stack([dataset.q.values, dataset.p.values], axis=-1).reshape(dataset.sizes["state"], -1))
    return np.concatenate(parts, axis=1)[: int(dataset.number_of_states)]


def class_sizes(dataset: xr.Dataset) -> list[int]:
    return sorted(np.unique(dataset.symmetry_class.values, return_counts=True)[1].tolist())


def hopfield_overlap(beta: float, field: float, rates: Rates) -> float:
    """The largest root of F24 (B.4), or of its Glauber counterpart."""

    def gap(o: float) -> float:
        slowing = np.cosh(beta * o) ** 2 if rates == "exponential" else 1.0
        return float(np.tanh(beta * o) - (1.0 + 8.0 * field**2 / slowing) * o)

    grid = np.linspace(1e-3, 1.0, 4000)
    signs = np.flatnonzero(np.diff(np.sign([gap(o) for o in grid])))
    return float(brentq(gap, grid[signs[-1]], grid[signs[-1] + 1], xtol=1e-14)) if signs.size else 0.0


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
@pytest.mark.parametrize(("temperature", "field"), [(0.5, 0.2), (0.8, 0.1), (0.3, 0.4), (0.9, 0.3), (2.0, 0.1)])
def test_one_pattern_has_the_roots_of_the_closed_form(rates: Rates, temperature: float, field: float) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates=rates)
    found = ls.stationary_states(model, temperature=temperature, field=field)
    o = hopfield_overlap(1.0 / temperature, field, rates)
    expected = [-o, 0.0, o] if o else [0.0]
    assert sorted(found.overlap.values[:, 0]) == pytest.approx(expected, abs=1e-9)
    rate = np.cosh(found.overlap.values[:, 0] / temperature) if rates == "exponential" else 1.0
    y = found.m.sel(component="y").values[:, 0]
    assert y == pytest.approx(-4.0 * field * found.overlap.values[:, 0] / rate, abs=1e-9)
    assert np.abs(found.m.sel(component="x").values).max() < 1e-9
    assert class_sizes(found) == ([1, 2] if o else [1])


def test_all_five_states_between_pitchfork_and_fold() -> None:
    # T = 0.5: pitchfork at 0.35355, fold at 0.39949; two overlaps, each with both signs.
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    sizes = np.linspace(0.05, 1.0, 12)
    also = np.stack([0 * sizes, -0.3 * sizes, 0.9 * sizes], axis=-1)[:, None, :]
    found = ls.stationary_states(model, temperature=0.5, field=0.38, also=also)
    overlaps = np.abs(found.overlap.values[:, 0])
    roots = [o for o in overlaps if o > 1e-6]
    assert len(roots) == 4
    for o in roots:
        assert (1 + 8 * 0.38**2 / np.cosh(2 * o) ** 2) * o == pytest.approx(np.tanh(2 * o), abs=1e-9)
    assert np.max(roots) == pytest.approx(0.7449, abs=1e-4)
    assert found.verdict.values.tolist() == ["stable"] * 2 + ["unstable"] * 3
    assert class_sizes(found) == [1, 2, 2]


@pytest.mark.parametrize("gauge", [True, False])
def test_two_patterns_without_field_are_curie_weiss_mixtures(gauge: bool) -> None:
    # ż_k = 0 needs z_k = tanh β Σ_μ e_μk o_μ: patterns o = tanh βo, and pairs 2 o = tanh 2βo.
    found = ls.stationary_states(ls.models.hopfield(ls.ideal_large_spins(2, gauge=gauge)), temperature=0.5, field=0.0)
    o = hopfield_overlap(2.0, 0.0, "glauber")
    patterns = [(s * o, 0.0) for s in (1, -1)] + [(0.0, s * o) for s in (1, -1)]
    pairs = [(s * o / 2, t * o / 2) for s, t in product((1, -1), repeat=2)]
    expected = np.array([*patterns, *pairs, (0.0, 0.0)])
    actual = found.overlap.values
    assert len(actual) == 9
    distances = np.abs(actual[:, None] - expected).max(axis=-1)
    assert np.all(distances.min(axis=0) < 1e-8)
    assert np.all(distances.min(axis=1) < 1e-8)
    assert class_sizes(found) == [1, 4, 4]
    assert found.verdict.values.tolist() == ["stable"] * 4 + ["unstable"] * 5


@pytest.mark.parametrize("gauge", [True, False])
def test_three_patterns_without_field_have_51_states_in_five_classes(gauge: bool) -> None:
    beta = 1 / 0.3
    found = ls.stationary_states(ls.models.hopfield(ls.ideal_large_spins(3, gauge=gauge)), temperature=0.3, field=0.0)
    assert int(found.number_of_states) == 51
    # 3 patterns × 2 signs; 8 mixtures of all three; 12 pairs; 24 unequal mixtures; the paramagnet.
    assert class_sizes(found) == [1, 6, 8, 12, 24]
    columns = np.array([[1, *c] for c in product((1, -1), repeat=2)]).T
    fields = found.overlap.values @ columns
    right = np.tanh(beta * fields) @ columns.T / 4
    assert found.overlap.values == pytest.approx(right, abs=1e-9)
    # Symmetric mixtures: o = (tanh 3βo + tanh βo)/4, stable at this temperature.
    mixed = brentq(lambda o: (np.tanh(3 * beta * o) + np.tanh(beta * o)) / 4 - o, 0.1, 1.0)
    symmetric = [i for i, row in enumerate(np.abs(found.overlap.values)) if np.allclose(row, mixed, atol=1e-7)]
    assert len(symmetric) == 8
    assert set(found.verdict.values[symmetric]) == {"stable"}
    assert len(set(found.symmetry_class.values[symmetric])) == 1


def test_dicke_retrieval_and_normal_states() -> None:
    frequencies, field, coupling = [1.5, 2.0], 0.5, 0.95
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=frequencies)
    found = ls.stationary_states(model, field=field, coupling=coupling)
    theory = dicke_retrieval_overlaps(field, coupling, frequencies, 1.0)
    for nu in (0, 1):
        others = np.abs(found.overlap.values[:, 1 - nu]) < 1e-7
        own = found.overlap.values[others, nu]
        assert sorted(own[np.abs(own) > 1e-7]) == pytest.approx([-theory[nu], theory[nu]], abs=1e-8)
        index = int(np.flatnonzero(others & (found.overlap.values[:, nu] > 1e-7))[0])
        photons = coupling**2 * theory[nu] ** 2 / (frequencies[nu] ** 2 + 0.25)
        assert found.occupation.values[index] == pytest.approx([photons * (mu == nu) for mu in (0, 1)], abs=1e-8)
    # The overlaps do not change if blocks without overlap point to +x or −x, so there are four normal states.
    normal = np.abs(found.m.sel(component="z").values).max(axis=1) < 1e-7
    assert {tuple(row) for row in found.m.sel(component="x").values[normal].round(6)} == set(product((1, -1), repeat=2))
    assert np.linalg.norm(found.m.values, axis=-1) == pytest.approx(1.0, abs=1e-8)


def collective_decay() -> ls.Model:
    """The boundary time crystal: h = ω m_x/2, ℓ = √κ (m_x − i m_y)/2."""
    spins, omega, kappa = ls.Spins(), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * spins.average("lowering"))
    return ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=(decay,))


# ẋ = κxz/2, ẏ = −ωz + κyz/2, ż = ωy − κ(x² + y²)/2. Below ω = κs/2: x = 0, y = 2ω/κ, z = ∓√(s² − y²), where both
# eigenvalues are κz/2. Above: z = 0, y = κs²/(2ω), x = ±√(s² − y²), eigenvalues ±i√(ω² − κ²s²/4).
@settings(max_examples=8)
@given(ratio=st.floats(0.1, 0.9), kappa=st.floats(0.5, 2.0), length=st.floats(0.3, 1.0))
def test_boundary_time_crystal_below_threshold(ratio: float, kappa: float, length: float) -> None:
    omega = 0.5 * ratio * kappa * length
    found = ls.stationary_states(collective_decay(), omega=omega, kappa=kappa, like=[0, 0, length], starts=16)
    y = 2 * omega / kappa
    z = -np.sqrt(length**2 - y**2)
    assert found.m.values[:, 0] == pytest.approx(np.array([[0, y, z], [0, y, -z]]), abs=1e-7)
    assert found.verdict.values.tolist() == ["stable", "unstable"]
    assert found.eigenvalue_real.values[:, :2] == pytest.approx(np.array([[1, 1], [-1, -1]]) * kappa * z / 2, abs=1e-5)


@settings(max_examples=8)
@given(ratio=st.floats(1.1, 5.0), kappa=st.floats(0.5, 2.0), length=st.floats(0.3, 1.0))
def test_boundary_time_crystal_above_threshold(ratio: float, kappa: float, length: float) -> None:
    omega = 0.5 * ratio * kappa * length
    found = ls.stationary_states(collective_decay(), omega=omega, kappa=kappa, like=[0, 0, length], starts=16)
    y = kappa * length**2 / (2 * omega)
    x = np.sqrt(length**2 - y**2)
    assert found.m.values[:, 0] == pytest.approx(np.array([[-x, y, 0], [x, y, 0]]), abs=1e-7)
    assert found.verdict.values.tolist() == ["centre", "centre"]
    frequency = np.sqrt(omega**2 - kappa**2 * length**2 / 4)
    assert np.abs(found.eigenvalue_imag.values[:, :2]) == pytest.approx(frequency, abs=1e-6)
    # x → −x is a symmetry (with complex conjugation), so both are of one class.
    assert class_sizes(found) == [2]


def potts() -> ls.Model:
    """Three levels; a particle jumps into level i at the rate exp(β P_i)."""
    atoms, beta = ls.Particles(3), ls.parameter("beta")
    shares = [atoms.average(transition(3, i, i), symbol=f"P{i}") for i in range(3)]
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    jumps = [ls.Jump(transition(3, i, j), sp.exp(beta * shares[i] / 2)) for i, j in pairs]
    return ls.Model(atoms, jumps=tuple(jumps))


def populations(found: xr.Dataset) -> FloatArray:
    diagonal = ls.Particles(3).operators
    d1, d2 = np.diag(diagonal["d1"]).real, np.diag(diagonal["d2"]).real
    m1, m2 = (found.m.sel(component=name).values[:, 0] for name in ("d1", "d2"))
    return (1 + m1[:, None] * d1 + m2[:, None] * d2) / 3


@pytest.mark.parametrize(("beta", "sizes"), [(1.0, [1]), (2.8, [1, 3, 3]), (3.5, [1, 3, 3])])
def test_three_levels_with_level_exchange(beta: float, sizes: list[int]) -> None:
    found = ls.stationary_states(potts(), beta=beta)
    shares = populations(found)
    weights = np.exp(beta * shares)
    # Every level gains e^{βP_i}(1 − P_i) and loses P_i Σ_{j≠i} e^{βP_j}: P is the softmax of βP.
    assert shares == pytest.approx(weights / weights.sum(axis=1, keepdims=True), abs=1e-9)
    assert class_sizes(found) == sizes
    # The even state loses stability at β = 3 (rate e^{β/3}(β − 3)), the symmetry-broken ones exist before.
    even = int(np.argmin(np.abs(shares - 1 / 3).max(axis=1)))
    assert found.verdict.values[even] == ("stable" if beta < 3 else "unstable")
    # The largest rate there: populations at e^{β/3}(β − 3), or coherences, emptied by two jumps, at −2e^{β/3}.
    assert found.growth_rate.values[even] == pytest.approx(np.exp(beta / 3) * max(beta - 3, -2), abs=1e-8)


def dephasing() -> ls.Model:
    spins = ls.Spins()
    omega, rate = ls.parameter("omega"), ls.parameter("rate", nonnegative=True)
    return ls.Model(spins, energy=omega * spins.average("z"), jumps=(ls.Jump(spins.z, sp.sqrt(rate)),))


def test_linear_conserved_quantity_needs_like() -> None:
    with pytest.raises(LargespinError, match="conserves 1 linear"):
        ls.stationary_states(dephasing(), omega=1.0, rate=0.3)
    found = ls.stationary_states(dephasing(), omega=1.0, rate=0.3, like=[0.3, 0.0, 0.4])
    # Only m_z = 0.4 survives; the image m_z = −0.4 under a symmetry has another conserved value and is no answer.
    assert found.m.values.reshape(-1, 3) == pytest.approx(np.array([[0.0, 0.0, 0.4]]), abs=1e-9)
    # D_z[v_x] = −2 v_x: coherences decay at −2·rate and turn at 2ω.
    assert found.eigenvalue_real.values[0, :2] == pytest.approx([-0.6, -0.6])
    assert np.abs(found.eigenvalue_imag.values[0, :2]) == pytest.approx([2.0, 2.0])
    assert np.isnan(found.eigenvalue_real.values[0, 2])
    assert np.isnan(found.eigenvalue_imag.values[0, 2])
    assert "1 conserved direction(s) left out" in found.sentence.item()


def test_like_fixes_the_length_of_every_block() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
    lengths = np.array([0.9, 0.7])
    start = np.stack([0 * lengths, 0 * lengths, lengths], axis=-1)
    found = ls.stationary_states(model, field=0.5, coupling=1.3, like=model.state(start, modes=0))
    assert int(found.number_of_states) > 4
    # Also of the images, although an exchange of blocks is a symmetry of the equations.
    assert np.linalg.norm(found.m.values, axis=-1) == pytest.approx(
        np.broadcast_to(lengths, (len(found.state), 2)), abs=1e-8
    )
    with pytest.raises(LargespinError, match="must be one state"):
        ls.stationary_states(model, field=0.5, coupling=1.3, like=model.state(np.stack([start, start]), modes=0))


def test_shorter_spins_shift_the_retrieval_state() -> None:
    # theory page, section 8: |z| = √(s² − g_ν⁴/g_0⁴).
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=[1.5])
    found = ls.stationary_states(model, field=0.5, coupling=0.95, like=model.state([0, 0, 0.8], modes=0))
    expected = np.sqrt(0.8**2 - (1 - dicke_retrieval_overlaps(0.5, 0.95, [1.5], 1.0).item() ** 2))
    assert np.abs(found.overlap.values).max() == pytest.approx(expected, abs=1e-8)


def test_also_finds_what_few_starts_miss() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(3))
    settings: dict[str, Any] = {"temperature": 0.5, "field": 0.0, "starts": 1}
    mixed = brentq(lambda o: (np.tanh(6 * o) + np.tanh(2 * o)) / 4 - o, 0.1, 1.0)
    columns = model.particles.coefficients
    bloch = np.zeros((4, 3))
    bloch[:, 2] = np.tanh(2 * mixed * columns.sum(axis=0))

    def has_mixture(found: xr.Dataset) -> bool:
        return bool(np.any(np.all(np.abs(np.abs(found.overlap.values) - mixed) < 1e-8, axis=1)))

    assert not has_mixture(ls.stationary_states(model, **settings))
    found = ls.stationary_states(model, also=model.state(bloch), **settings)
    assert has_mixture(found)
    assert found.found_by.sum() <= 4


def test_equal_searches_are_equal_and_counted_once() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    settings: dict[str, Any] = {"temperature": 0.5, "field": 0.2, "starts": 24}
    first, second = (ls.stationary_states(model, seed=3, **settings) for _ in range(2))
    xr.testing.assert_identical(first, second)
    # Each start is searched twice; here every search succeeds.
    assert first.found_by.sum() == 48
    other = ls.stationary_states(model, seed=4, **settings)
    assert other.found_by.values.tolist() != first.found_by.values.tolist()
    # Distinct states are apart, and images have been found by no search of their own.
    apart = np.abs(states_of(first)[:, None] - states_of(first)).max(axis=-1) + np.eye(len(first.state))
    assert apart.min() > 1e-3
    # A coarse `join` runs them together.
    assert int(ls.stationary_states(model, join=10.0, images=False, **settings).number_of_states) == 1


def test_images_complete_an_orbit() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    settings: dict[str, Any] = {"temperature": 0.5, "field": 0.2, "starts": 1}
    without = ls.stationary_states(model, images=False, **settings)
    found = ls.stationary_states(model, images=True, **settings)
    assert int(without.number_of_states) < 4
    assert np.sum(found.verdict == "stable") == 4
    assert np.sum(found.found_by == 0) > 0
    assert found.found_by.sum() == 2
    flow = numeric_mean_field(model).rhs(states_of(found), np.array([0.2, 0.5]))
    assert np.abs(flow).max() < 1e-9


def test_grid_equals_single_points() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    temperatures, fields = [0.4, 0.7, 1.2], [0.05, 0.3]
    grid = ls.stationary_states(model, temperature=temperatures, field=fields, starts=16, images=False)
    assert grid.overlap.dims == ("temperature", "field", "state", "pattern")
    for i, j in product(range(3), range(2)):
        single = ls.stationary_states(model, temperature=temperatures[i], field=fields[j], starts=16, images=False)
        point = grid.isel(temperature=i, field=j)
        count = int(single.number_of_states)
        assert int(point.number_of_states) == count
        assert point.overlap.values[:count] == pytest.approx(single.overlap.values, abs=1e-8)
        assert point.verdict.values[:count].tolist() == single.verdict.values.tolist()
        assert np.all(np.isnan(point.m.values[count:]))
        assert set(point.verdict.values[count:]) <= {""}
        assert set(point.sentence.values[count:]) <= {"No further state was found at this point."}
        assert set(point.outcome.values[:count]) <= {"finished"}
        assert set(point.outcome.values[count:]) <= {"no state"}
        assert np.all(np.isnan(point.residual.values[count:]))


def test_no_image_where_a_sweep_breaks_the_symmetry() -> None:
    # The bias vanishes at the first, middle and last point of the sweep, but not between.
    spins = ls.Spins(ls.ideal_large_spins(1))
    (o,) = spins.overlaps()
    bias, beta = ls.parameter("bias"), 2.0
    jumps = [
        ls.Jump(spins.raising, sp.exp(beta * (o + bias) / 2)),
        ls.Jump(spins.lowering, sp.exp(-beta * (o + bias) / 2)),
    ]
    model = ls.Model(spins, jumps=tuple(jumps))
    sweep = ls.stationary_states(model, bias=[0.0, 0.4, 0.0, -0.4, 0.0])
    for point, bias_value in enumerate(sweep.bias.values):
        z = sweep.overlap.values[point, : int(sweep.number_of_states[point]), 0]
        assert z == pytest.approx(np.tanh(beta * (z + bias_value)), abs=1e-8)


def test_nothing_found_is_no_error() -> None:
    # Without field along x but with x in the level set, a free spin precesses for ever: no stationary state.
    spins, omega = ls.Spins(), ls.parameter("omega")
    free = ls.Model(spins, energy=omega * spins.average("z"))
    found = ls.stationary_states(free, omega=1.0, like=[0.6, 0.0, 0.0])
    assert found.number_of_states.item() == 0
    assert found.verdict.values.tolist() == [""]
    assert found.sentence.values.tolist() == ["No further state was found at this point."]
    assert found.outcome.values.tolist() == ["no state"]
    assert found.usable.values.tolist() == [False]
    for name in ("m", "residual", "growth_rate", "found_by", "symmetry_class", "eigenvalue_real"):
        assert np.all(np.isnan(found[name].values)), name


def test_a_driven_mode_rests_only_with_loss() -> None:
    mode, drive, loss = ls.Mode("a"), ls.parameter("drive"), ls.parameter("loss", nonnegative=True)
    spins = ls.Spins()
    model = ls.Model(
        spins,
        energy=drive * mode.q,
        modes=(mode,),
        collective_jumps=(mode.loss(loss),),
        jumps=(ls.Jump(spins.lowering),),
    )
    found = ls.stationary_states(model, drive=1.0, loss=[0.0, 1.0])
    assert found.number_of_states.values.tolist() == [0, 1]
    assert found.verdict.values.tolist() == [[""], ["stable"]]
    assert found.p.values[1, 0] == pytest.approx([-2.0])
    assert found.m.values[1, 0, 0] == pytest.approx([0.0, 0.0, -1.0], abs=1e-9)


@pytest.mark.parametrize(
    ("temperature", "field", "expected"),
    [(1.0, 0.0, ["marginal"]), (2 / 3, 0.25, ["marginal"]), (0.5, np.sqrt(0.125), ["stable", "stable", "unstable"])],
)
def test_at_a_bifurcation_states_are_not_multiplied(temperature: float, field: float, expected: list[str]) -> None:
    # The residual is cubic (or of fifth order) in the overlap there, so searches stop all around the paramagnet.
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.stationary_states(model, temperature=temperature, field=field)
    assert found.verdict.values.tolist() == expected
    assert found.overlap.values[-1, 0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("distance", [1e-3, 1e-5])
def test_near_a_bifurcation_states_stay_apart(distance: float) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.stationary_states(model, temperature=1.0 - distance, field=0.0)
    assert sorted(found.overlap.values[:, 0] / np.sqrt(3 * distance)) == pytest.approx([-1, 0, 1], abs=2e-3)


def test_time_dependent_models_are_refused() -> None:
    spins, omega = ls.Spins(), ls.parameter("omega")
    model = ls.Model(spins, energy=omega * sp.cos(ls.time) * spins.average("z"), jumps=(ls.Jump(spins.lowering),))
    with pytest.raises(LargespinError, match="depends on time"):
        ls.stationary_states(model, omega=1.0)
    with pytest.raises(LargespinError, match="depends on time"):
        ls.stability(model, [0, 0, -1.0], omega=1.0)


@pytest.mark.parametrize("wrong", [{"starts": 0}, {"starts": 2.5}, {"seed": -1}, {"temperatur": 1.0}])
def test_wrong_arguments(wrong: dict[str, Any]) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    with pytest.raises(LargespinError):
        ls.stationary_states(model, **{"temperature": 0.5, "field": 0.1, **wrong})


@settings(max_examples=12)
@given(
    temperature=st.floats(0.2, 2.0),
    field=st.floats(0.0, 1.0),
    rates=st.sampled_from(["exponential", "glauber"]),
    count=st.integers(1, 3),
    gauge=st.booleans(),
)
def test_every_state_is_stationary_and_physical(
    temperature: float, field: float, rates: Rates, count: int, gauge: bool
) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(count, gauge=gauge), rates=rates)
    found = ls.stationary_states(model, temperature=temperature, field=field, starts=16)
    values = {"temperature": temperature, "field": field}
    parameters = np.array([values[key] for key in model.parameters])
    # An independent statement of stationarity: the flow itself, not the reported residual.
    flow = numeric_mean_field(model).rhs(states_of(found), parameters)
    assert np.linalg.norm(flow, axis=-1).max() < 1e-8
    assert found.residual.max() < 1e-9
    assert np.linalg.norm(found.m.values, axis=-1).max() < 1 + 1e-7
    assert found.number_of_states.item() >= 1
    # The paramagnet always exists.
    assert np.abs(found.m.values).max(axis=(1, 2)).min() < 1e-5
    # Stable states come first.
    order = [name == "stable" for name in found.verdict.values]
    assert order == sorted(order, reverse=True)


def test_unphysical_roots_are_left_out() -> None:
    # ż = (z − 3)²(1 + z/2)(1 − z) has the roots 1, 3 and −2; only the first is a state.
    spins = ls.Spins()
    z = spins.average("z")
    model = ls.Model(spins, jumps=(ls.Jump(spins.raising, (3 - z) * sp.sqrt(1 + z / 2)),))
    found = ls.stationary_states(model, images=False)
    assert found.m.sel(component="z").values[:, 0].tolist() == pytest.approx([1.0], abs=1e-8)

"""Branches and boundary lines of models that were not used in development: closed forms by hand, from small to huge units."""

from functools import lru_cache

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from sentences import check_sentence

import largespin as ls
from largespin import boundaries, branch, branches
from largespin.bifurcations.problem import model_problem

MODE = ls.Mode("a")
SPINS = ls.Spins()


@lru_cache
def kerr() -> ls.Model:
    """``α̇ = −(κ/2 + iδ) α − i U |α|² α − iE``; spins only decay."""
    energy = ls.parameter("detuning") * MODE.number + ls.parameter("U") / 2 * MODE.number**2
    energy += ls.parameter("drive") * MODE.field
    jump = ls.Jump(SPINS.lowering, sp.sqrt(ls.parameter("relax", default=1.0)))
    return ls.Model(SPINS, energy, (jump,), (MODE.loss(ls.parameter("kappa", positive=True)),), (MODE,))


def kerr_folds(nonlinearity: float) -> list[float]:
    """``n[(δ + U n)² + κ²/4] = E²`` turns where ``3U²n² + 4Uδn + δ² + κ²/4 = 0``, here δ = −3, κ = 1."""
    n = np.roots([3 * nonlinearity**2, -12 * nonlinearity, 9.25])
    return sorted(np.sqrt(n * ((nonlinearity * n - 3) ** 2 + 0.25)))


@pytest.mark.parametrize(("nonlinearity", "unit"), [(1.0, 1.0), (1.0, 1e-6), (1.0, 1e6), (1e-4, 1.0)])
def test_kerr_bistability(nonlinearity: float, unit: float) -> None:
    """Any unit of time; photon numbers up to 40,000 a particle, where steps must grow with the amplitude."""
    folds = kerr_folds(nonlinearity)
    values = {"U": nonlinearity * unit, "detuning": -3 * unit, "kappa": unit, "relax": unit}
    start = kerr().state([0, 0, -1], [0.01 / 3])
    found = branch(kerr(), start, between={"drive": (0, 1.5 * folds[1] * unit)}, drive=0.01 * unit, parameters=values)
    assert found.special_kind.values.tolist() == ["fold", "fold"]
    assert found.special_drive.values[::-1] / unit == pytest.approx(folds, rel=1e-10)
    assert found.end_last.item().startswith("The branch left the range")
    assert found.sizes["point"] < 400


def test_kerr_region_with_large_amplitudes() -> None:
    """The cusp at δ = −√3κ/2, n = −2δ/(3U); the fold line by its equation."""
    lines = boundaries(
        kerr(),
        between={"drive": (0.0, 300.0), "detuning": (-4.0, 1.0)},
        cuts=1,
        U=1e-4,
        kappa=1.0,
    )
    assert set(lines.kind.values) == {"fold"}
    assert lines.special_kind.values.tolist() == ["cusp"]
    assert lines.special_detuning.item() == pytest.approx(-np.sqrt(0.75), abs=1e-9)
    n = (lines.q.values[:, 0] ** 2 + lines.p.values[:, 0] ** 2) / 2
    x = 1e-4 * n
    assert np.abs(3 * x**2 + 4 * x * lines.detuning.values + lines.detuning.values**2 + 0.25).max() < 1e-9


def test_cuts_that_end_early_are_said() -> None:
    lines = boundaries(
        kerr(),
        between={"drive": (0.0, 3.0), "detuning": (-4.0, 1.0)},
        cuts=1,
        points=4,
        U=1.0,
        kappa=1.0,
    )
    assert "On a cut along `drive`: 4 points were computed; raise `points` to go on." in lines.attrs["sentence"]


@lru_cache
def driven(individual: bool) -> ls.Model:
    """Cooperative resonance fluorescence; without individual decay a time crystal."""
    omega, kappa = ls.parameter("omega"), ls.parameter("kappa", nonnegative=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * SPINS.average("lowering"))
    gamma = ls.parameter("gamma", nonnegative=True)
    jumps = (ls.Jump(SPINS.lowering, sp.sqrt(gamma)),) if individual else ()
    return ls.Model(SPINS, omega * SPINS.average("x") / 2, jumps, (decay,))


def test_cooperative_resonance_fluorescence() -> None:
    """Steady state by hand: ``y = ωz/A, A = (κz − γ)/2, ωy − κy²/2 = γ(1 + z)``; extrema of ω(z)."""
    z = np.linspace(-1, 0, 400_001)[1:-1]
    a = (z - 0.05) / 2
    omega = np.sqrt(0.05 * (1 + z) / (z / a - z**2 / a**2 / 2))
    extrema = omega[1:-1][np.diff(np.sign(np.diff(omega))) != 0]
    found = branch(driven(True), [0, 0, -1], between={"omega": (0, 2)}, omega=0.0, kappa=1.0, gamma=0.05)
    assert found.special_omega.values == pytest.approx(extrema, abs=1e-9)


def test_time_crystal_line_where_all_directions_are_critical() -> None:
    """At ω = κ/2 the Jacobian on the sphere is zero: the fold is the direction in which the branch goes on."""
    lines = boundaries(driven(False), between={"omega": (0, 2), "kappa": (0.5, 1.5)}, cuts=2)
    assert set(lines.kind.values) == {"fold"}
    assert np.abs(lines.omega / lines.kappa - 0.5).max() < 1e-9


def test_time_crystal_fold_on_a_sphere_of_any_size() -> None:
    """Both directions are critical at ``ω = κ|m|/2``, and the fold is all that there is to be located."""
    start = 0.8 * np.array([0.0, 0.4, -np.sqrt(1 - 0.16)])
    found = branch(driven(False), start, between={"omega": (0, 2)}, omega=0.208, kappa=1.3)
    assert found.special_kind.values.tolist() == ["fold"]
    assert found.special_omega.item() == pytest.approx(0.52, abs=1e-10)
    assert found.attrs["sentence"] == "Every bifurcation that was seen was located."


@lru_cache
def dicke(co: bool, pumped: bool = False) -> ls.Model:
    """Rotating and counter-rotating couplings; with pump and decay of single spins a laser."""
    w, w0, g = ls.parameter("w"), ls.parameter("w0"), ls.parameter("g")
    lowering, raising = SPINS.average("lowering"), SPINS.average("lowering").subs(sp.I, -sp.I)
    energy = w * MODE.number + w0 * SPINS.average("z") / 2
    energy += g * sp.expand(MODE.amplitude * raising + MODE.conjugate * lowering)
    if not co:
        energy += ls.parameter("counter") * sp.expand(MODE.amplitude * lowering + MODE.conjugate * raising)
    jumps: list[ls.Jump] = []
    if pumped:
        gamma, pump = ls.parameter("gamma", nonnegative=True), ls.parameter("pump", nonnegative=True)
        jumps = [ls.Jump(SPINS.lowering, sp.sqrt(gamma)), ls.Jump(SPINS.raising, sp.sqrt(pump))]
    return ls.Model(SPINS, sp.expand(energy), jumps, (MODE.loss(ls.parameter("kappa", positive=True)),), (MODE,))


def kinds(found: xr.Dataset) -> list[str]:
    return [str(kind) for kind in found.special_kind.values]


def test_unbalanced_dicke_branch_is_followed_once() -> None:
    """The superradiant branch begins at one pitchfork and ends at another: one branch, not one from each side.

    Its ends are where the Jacobian of the normal phase, written by hand, is singular.
    """
    values = {"counter": 0.2, "w": 1.0, "w0": 1.0, "kappa": 0.5}
    found = branches(
        dicke(False), dicke(False).state([0, 0, -1], modes=0), between={"g": (0, 3)}, g=0.1, parameters=values
    )
    assert found.sizes["branch_number"] == 2
    assert found.end_last.values[1] == "The branch ends at a pitchfork: beyond it lies its mirror image."
    assert kinds(found)[1:3] == ["pitchfork (supercritical)", "pitchfork (subcritical)"]
    # Pole flip: normal and inverted state exchange stability at (g/counter)² = ((w−w0)² + κ²/4)/((w+w0)² + κ²/4).
    assert kinds(found)[0] == "Hopf (degenerate)"
    assert found.special_g.values[0] == pytest.approx(0.2 * np.sqrt(0.0625 / 4.0625), abs=1e-10)

    def determinant(g: float) -> float:
        plus, minus = g + 0.2, g - 0.2
        # x, y, q, p at z = −1; α = (q + ip)/√2.
        r = np.sqrt(2.0)
        rows = [[0, -1, 0, r * minus], [1, 0, r * plus, 0], [0, -minus / r, -0.25, 1], [-plus / r, 0, -1, -0.25]]
        return float(np.linalg.det(np.array(rows, dtype=float)))

    assert [determinant(g) for g in found.special_g.values[1:3]] == pytest.approx([0.0, 0.0], abs=1e-10)


def test_laser_in_the_rotating_frame() -> None:
    """Phases of the laser are a circle of states: thresholds of ``g² z(P) = κ(γ + P)/4``, and the circle is followed."""
    values = {"w": 0.0, "w0": 0.0, "kappa": 0.5, "gamma": 0.1, "g": 0.5}
    model = dicke(True, True)
    found = branches(model, model.state([0, 0, 0.2], modes=0), between={"pump": (0, 3)}, pump=0.15, parameters=values)
    # 0.25 (P − 0.1)/(P + 0.1) = 0.125 (P + 0.1).
    thresholds = np.sort(np.roots([1.0, -1.8, 0.21]))
    first = found.isel(special_point=found.special_branch == 0)
    assert first.special_pump.values == pytest.approx(thresholds, abs=1e-10)
    assert first.multiplicity.values.tolist() == [2, 2]
    lasing = found.isel(point=(found.branch == 1) & (found.special == ""))
    pump = lasing.pump.values
    photons = (lasing.q.values[:, 0] ** 2 + lasing.p.values[:, 0] ** 2) / 2
    # Energy balance: κ n = [P (1 − z) − γ (1 + z)]/2, with z locked to its value at threshold, (γ + P)/2.
    z = (0.1 + pump) / 2
    assert 0.5 * photons == pytest.approx((pump * (1 - z) - 0.1 * (1 + z)) / 2, abs=1e-8)
    assert set(lasing.verdict.values) == {"marginal"}
    on_circle = ls.stationary_states(model, pump=0.8, parameters=values).isel(state=0)
    with pytest.raises(ls.LargespinError, match="it belongs to a continuous family"):
        branch(model, on_circle, between={"pump": (0.0, 3.0)})


@lru_cache
def two_modes(same: bool) -> ls.Model:
    """``g_1 (a_1 + a_1*) x + g_2 (a_2 + a_2*) y``: a continuous symmetry where both are equal."""
    first, second = ls.modes("a", 2)
    g = (ls.parameter("g"),) * 2 if same else ls.parameters("g_1 g_2")
    kappa = ls.parameter("kappa", positive=True)
    energy = first.number + second.number + SPINS.average("z") / 2
    energy += g[0] * first.field * SPINS.average("x") + g[1] * second.field * SPINS.average("y")
    return ls.Model(SPINS, energy, (), (first.loss(kappa), second.loss(kappa)), (first, second))


THRESHOLD = float(np.sqrt((1 + 0.0625) / 4))
"""``g² = w0 (w² + κ²/4)/(4w)`` at w = w0 = 1, κ = ½."""


def test_superradiance_of_a_continuous_symmetry_is_no_hopf_point() -> None:
    found = branches(
        two_modes(True), two_modes(True).state([0, 0, -1], modes=0), between={"g": (0, 1.5)}, g=0.1, kappa=0.5
    )
    assert kinds(found) == ["branch point"]
    assert found.special_g.item() == pytest.approx(THRESHOLD, abs=1e-7)
    assert found.multiplicity.item() == 2
    assert "none singled out by symmetry" in found.special_sentence.item()


@pytest.mark.slow
def test_lines_of_two_modes_have_no_special_points_of_rounding() -> None:
    """Both thresholds cross in one point; where g_1 = g_2 the pitchfork coefficient vanishes all along."""
    lines = boundaries(
        two_modes(False),
        between={"g_1": (0, 1.5), "g_2": (0, 1.5)},
        cuts=2,
        kappa=0.5,
        like=two_modes(False).state([0, 0, -1], modes=0),
    )
    # The crossing lies on both lines; on one of them a step may end exactly there, where nothing crosses the axis.
    assert set(lines.special_kind.values) == {"two zero eigenvalues"}
    assert len(set(lines.special_curve.values.tolist())) == lines.sizes["special_point"]
    places = np.stack([lines.special_g_1, lines.special_g_2])
    np.testing.assert_allclose(places, THRESHOLD, atol=1e-7)
    diagonal = np.abs(lines.g_1 - lines.g_2).values < 1e-9
    assert np.sum(diagonal) > 10
    assert set(lines.kind.values[diagonal & (np.abs(lines.g_1.values - THRESHOLD) > 1e-3)]) == {
        "pitchfork (degenerate)"
    }


def test_lines_are_smooth_to_the_eye() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    region = {"temperature": (0.3, 1.2), "field": (0.0, 0.6)}
    lines = boundaries(model, between=region, cuts=1)
    for number in range(lines.sizes["curve_number"]):
        own = lines.isel(point=lines.curve == number)
        pieces = np.diff(own.temperature) / 0.9 + 1j * np.diff(own.field) / 0.6
        seen = pieces[np.abs(pieces) > 4e-3]
        turns = np.degrees(np.abs(np.angle(seen[1:] / seen[:-1])))
        assert turns.max(initial=0.0) < 8.5
    assert lines.sizes["point"] < 150


def test_starts_on_bifurcations_and_of_other_models() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = branches(model, [0, 0, 0], between={"temperature": (0.5, 1.5)}, temperature=1.0, field=0.0)
    assert kinds(found) == ["pitchfork (supercritical)"]
    assert found.special_temperature.item() == pytest.approx(1.0, abs=1e-12)
    assert found.sizes["branch_number"] == 2
    hopf = branch(model, [0, 0, 0], between={"temperature": (0.5, 1.5)}, temperature=2 / 3, field=0.5)
    assert kinds(hopf) == ["Hopf (supercritical)"]
    other = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    states = ls.stationary_states(other, temperature=0.5, field=0.1)
    check_sentence(
        lambda: branch(model, states.isel(state=0), between={"field": (0.0, 0.8)}),
        "Argument `start` must belong to the given model, but the result was made with another one.",
    )


def test_kinks_in_a_parameter_are_refused() -> None:
    f, rate = ls.parameter("f"), ls.parameter("rate")
    model = ls.Model(SPINS, rate * SPINS.average("x") + sp.Abs(f) * SPINS.average("z"), (ls.Jump(SPINS.lowering),))
    problem = model_problem(model, ("f",), np.array([0.0, 0.3]), {"f": (-1.0, 1.0)}, np.zeros(3))
    with pytest.raises(ls.LargespinError, match="must be smooth, because bifurcations are located"):
        problem.along(np.zeros(3), np.zeros(1), np.ones(3), np.ones(1), 2)

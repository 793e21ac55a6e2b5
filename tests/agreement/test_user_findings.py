"""Models that once went wrong: late pulses, powers at zero, bistable modes, pure qutrits, operators with a trace."""

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field


@pytest.mark.parametrize(("centre", "width"), [(50.0, 2.0), (50.0, 0.3), (20.0, 1.0), (10.0, 0.5)])
def test_a_late_pulse_is_not_leapt_over(centre: float, width: float) -> None:
    """A resonant pulse of area A turns the spin by 2A, although everything is at rest before."""
    spins = ls.Spins()
    pulse = sp.exp(-((ls.time - centre) ** 2) / (2 * width**2)) / (width * sp.sqrt(2 * sp.pi))
    model = ls.Model(spins, energy=sp.pi / 8 * pulse * spins.average("x"))
    for times in (100.0, np.linspace(0, 100, 11)):
        run = ls.evolve(model, [0, 0, -1.0], times)
        last = run.m.values[0] if np.ndim(times) == 0 else run.m.values[-1, 0]
        np.testing.assert_allclose(last, [0, np.sqrt(0.5), -np.sqrt(0.5)], atol=1e-6)


def test_longest_step_is_honoured_and_checked() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=sp.exp(-((ls.time - 50) ** 2) * 1e6) * spins.average("x"))
    still = ls.evolve(model, [0, 0, -1.0], 100.0)
    moved = ls.evolve(model, [0, 0, -1.0], 100.0, max_step=1e-3)
    assert (
        abs(still.m.values[0, 1]) < abs(moved.m.values[0, 1]) == pytest.approx(np.sin(2e-3 * np.sqrt(np.pi)), rel=1e-3)
    )
    with pytest.raises(ls.LargespinError, match="`max_step` must be above 0"):
        ls.evolve(model, [0, 0, -1.0], 100.0, max_step=0.0)


def test_driven_models_are_never_called_stationary() -> None:
    spins = ls.Spins()
    with pytest.raises(ls.LargespinError, match="depends on time explicitly"):
        ls.evolve(
            ls.Model(spins, energy=sp.sin(ls.time) * spins.average("x")),
            [0, 0, 1.0],
            10.0,
            stop=ls.StopWhenStationary(1e-6),
        )


@pytest.mark.parametrize("power", [3, 4, 5, 6])
def test_powers_of_zero(power: int) -> None:
    spins, k = ls.Spins(), ls.parameter("k")
    model = ls.Model(spins, energy=spins.average("z") ** power / power + k * spins.average("x"))
    taylor, implicit = (ls.evolve(model, [0, 1.0, 0], 5.0, k=0.3, method=m) for m in ("taylor", "implicit"))
    assert taylor.outcome.item() == "finished"
    np.testing.assert_allclose(taylor.m.values, implicit.m.values, atol=1e-5)
    assert ls.local_map(model, [0, 1.0, 0], 5.0, k=0.3).propagator.notnull().all()


def test_bistable_kerr_mode() -> None:
    """|α|² [(2·g|α|² − w)² + ¼] = k²: three states, the middle one unstable (h = −w|α|² + g|α|⁴ + k(α + α*))."""
    spins, cavity = ls.Spins(), ls.Mode("a")
    w, g, k = 4.0, 0.5, 1.5
    energy = -w * cavity.number + g * cavity.number**2 + k * cavity.field
    model = ls.Model(
        spins, energy=energy, modes=[cavity], collective_jumps=[cavity.loss(1)], jumps=[ls.Jump(spins.lowering)]
    )
    states = ls.stationary_states(model)
    exact = np.roots([4 * g**2, -4 * g * w, w**2 + 0.25, -(k**2)])
    np.testing.assert_allclose(np.sort(states.occupation.values[:, 0]), np.sort(exact.real), rtol=1e-8)
    order = np.argsort(states.occupation.values[:, 0])
    assert states.verdict.values[order].tolist() == ["stable", "unstable", "stable"]


def test_pure_states_of_three_levels() -> None:
    """Without interactions the pure stationary states are the eigenstates of the Hamiltonian."""
    atoms = ls.Particles(3)
    w, g = ls.parameters("w g")
    model = ls.Model(atoms, energy=w * atoms.average("s12") + g * atoms.average("s23"))
    states = ls.stationary_states(model, w=0.3, g=0.2)
    assert states.number_of_states == 3
    matrix = 0.3 * atoms.operator("s12") + 0.2 * atoms.operator("s23")
    energies = np.einsum("sij,ji->s", model.state(states.m.values).density_matrices()[:, 0], matrix).real
    np.testing.assert_allclose(np.sort(energies), np.linalg.eigvalsh(matrix), atol=1e-8)
    assert set(states.verdict.values) == {"centre"}


def test_identity_part_of_an_average_is_weighted() -> None:
    particles = ls.Particles(2, weights=np.array([0.25, 0.75]))
    matrix = np.array([[1.0, 1.0], [0.0, 1.0]])
    expression = particles.average(matrix, symbol="A", coefficients=[3.0, -2.0])
    assert expression.as_coeff_Add()[0] == pytest.approx(0.25 * 3 - 0.75 * 2)
    assert particles.average(matrix, symbol="A").as_coeff_Add()[0] == 1


def test_models_without_any_average() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering)])
    assert ls.stationary_states(model, starts=4).m.values[0, 0].tolist() == pytest.approx([0, 0, -1])
    assert ls.stability(model, [0, 0, -1.0]).verdict.item() == "stable"
    assert numeric_mean_field(model).jacobian(np.zeros((5, 3)), np.zeros(0)).shape == (5, 3, 3)


def test_weak_decay_conserves_nothing() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=spins.average("x"), jumps=[ls.Jump(spins.lowering, 1e-6)])
    assert ls.conserved_quantities(model).names == ()


def test_a_stiff_local_map_ends_with_a_sentence() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    with pytest.raises(ls.LargespinError, match="because the problem is stiff"):
        ls.local_map(model, [0, 0, 0.5], 5.0, temperature=0.04, field=0.2)
    map_ = ls.local_map(model, [0, 0, 0.5], [0.0, 5.0], temperature=0.5, field=0.2)
    with pytest.raises(ls.LargespinError, match=r"`time` must lie in \[0, 5\]"):
        ls.apply_local_map(map_, np.eye(2) / 2, [0], time=100.0)


def test_printed_equations_name_what_is_there() -> None:
    spins = ls.Spins(ls.ideal_large_spins(3))
    o = spins.overlaps("z")
    text = str(ls.equations(ls.Model(spins, energy=o[0] ** 2)))
    assert "e_{1,k} o_1" in text.replace("2 ", "")
    assert "Σ_μ e_{μ,k} o_μ m" not in text
    field = spins.local_field(o, matrix=np.diag([1.0, 2.0, 3.0]))
    assert field.data.definition == "Σ_mu,nu e_{mu,k} A_{mu,nu} o_nu"
    p = spins.overlaps("x", name="p")
    assert spins.local_field([o[0], p[1], o[2]]).data.definition == "e_{1,k} o_1 + e_{2,k} p_2 + e_{3,k} o_3"
    cavity = ls.modes("b", 2)
    latex = ls.equations(ls.Model(spins, energy=cavity[0].number + 2 * cavity[1].number, modes=cavity)).latex()
    assert r"\dot{b}_{1}" in latex
    assert "}_{1}_{" not in latex

"""What is conserved: values, gradients, and drift along runs."""

from typing import Any

import numpy as np
import pytest
from solved import parameter_vector, random_state

import largespin as ls
from largespin.meanfield import results
from largespin.meanfield.conserved import ConservedQuantities
from largespin.meanfield.numeric import numeric_mean_field

WEIGHTS = np.array([0.3, 0.7])


def qutrits() -> ls.Model:
    atoms = ls.Particles(3, weights=WEIGHTS)
    ladder = np.diag([1.0, np.sqrt(2.0)], 1)
    energy = ls.parameter("g") * atoms.average(ladder + ladder.T, symbol="X") ** 2 + atoms.average("d1")
    return ls.Model(atoms, energy=energy, collective_jumps=[ls.CollectiveJump(0.5 * atoms.average(ladder))])


def ising_with_dephasing() -> ls.Model:
    """Nothing flips: m_z of both blocks is conserved."""
    spins = ls.Spins(weights=WEIGHTS)
    return ls.Model(spins, energy=ls.parameter("g") * spins.average("z") ** 2, jumps=[ls.Jump(spins.z, 0.4)])


def exchange() -> ls.Model:
    """Exchange ``g (m_x² + m_y²)`` conserves the total m_z, but not that of each block."""
    spins = ls.Spins(weights=WEIGHTS)
    x, y = spins.average("x"), spins.average("y")
    return ls.Model(spins, energy=ls.parameter("g") * (x**2 + y**2))


def test_names() -> None:
    assert ls.conserved_quantities(ls.models.dicke(ls.ideal_large_spins(2))).names == (
        "purity of block 0",
        "purity of block 1",
    )
    assert ls.conserved_quantities(qutrits()).names == (
        "purity of block 0",
        "purity of block 1",
        "tr ρ^3 of block 0",
        "tr ρ^3 of block 1",
    )
    assert ls.conserved_quantities(ls.models.hopfield(ls.ideal_large_spins(2))).names == ()
    assert ls.conserved_quantities(ising_with_dephasing()).names == ("linear quantity 0", "linear quantity 1")


def test_linear_quantities_span_what_is_known() -> None:
    linear = ls.conserved_quantities(ising_with_dephasing()).linear
    assert linear.shape == (2, 6)
    np.testing.assert_allclose(np.abs(linear[:, [2, 5]]).sum(axis=0), [1.0, 1.0], atol=1e-12)
    np.testing.assert_allclose(linear[:, [0, 1, 3, 4]], 0.0, atol=1e-12)
    (total,) = ls.conserved_quantities(exchange()).linear
    np.testing.assert_allclose(total / total[5], [0, 0, 3 / 7, 0, 0, 1], atol=1e-9)


@pytest.mark.parametrize("model", [qutrits(), ising_with_dephasing(), exchange()])
def test_gradients_are_those_of_the_values_and_orthogonal_to_the_flow(model: ls.Model) -> None:
    conserved = ls.conserved_quantities(model)
    u = random_state(model, np.random.default_rng(2)).vector
    assert conserved.values(u).shape == (len(conserved),)
    gradients = conserved.gradients(u)
    assert gradients.shape == (len(conserved), u.size)
    step = 1e-5
    for i, direction in enumerate(np.eye(u.size)):
        slope = (conserved.values(u + step * direction) - conserved.values(u - step * direction)) / (2 * step)
        np.testing.assert_allclose(gradients[:, i], slope, atol=1e-9)
    flow = numeric_mean_field(model).rhs(u, parameter_vector(model, {"g": 0.8}))
    np.testing.assert_allclose(gradients @ flow, 0.0, atol=1e-10)
    assert np.max(np.abs(flow)) > 1e-2


def test_values_are_traces_of_powers() -> None:
    model = qutrits()
    state = random_state(model, np.random.default_rng(3))
    rho = state.density_matrices()
    expected = [np.trace(np.linalg.matrix_power(r, n)).real for n in (2, 3) for r in rho]
    np.testing.assert_allclose(ls.conserved_quantities(model).values(state.vector), expected, atol=1e-13)


@pytest.mark.parametrize("model", [qutrits(), ising_with_dephasing(), exchange()])
def test_drift_along_a_run_is_small_and_follows_the_tolerance(model: ls.Model) -> None:
    start = random_state(model, np.random.default_rng(4))
    run = ls.evolve(model, start, np.linspace(0, 10, 5), tolerance=1e-11, g=0.8)
    assert float(run.conserved_drift) < 1e-9


def test_drift_is_measured_not_assumed(monkeypatch: Any) -> None:
    """If something is called conserved and is not, the drift says so."""
    spins = ls.Spins()
    model = ls.Model(spins, energy=spins.average("x"), jumps=[ls.Jump(spins.z, 0.1)])
    false = ConservedQuantities(model, ("m_z",), np.array([[0.0, 0.0, 1.0]]))
    monkeypatch.setattr(results, "conserved_quantities", lambda model: false)
    run = ls.evolve(model, [0, 0, 1], [0.0, np.pi / 2])
    assert float(run.conserved_drift) > 1.5

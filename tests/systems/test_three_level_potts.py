"""A three-level Potts model, jumps ``|i⟩⟨j|`` at rates ``exp(β(n_i − n_j)/2)``, against classical equations."""

from typing import Any

import numpy as np
import sympy as sp
from scipy.integrate import solve_ivp
from solved import parameter_vector, random_density_matrix

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.operators import transition
from largespin.model.state import density_matrices

BETA = 1.7
PAIRS = [(i, j) for i in range(3) for j in range(3) if i != j]


def potts() -> ls.Model:
    atoms, beta = ls.Particles(3), ls.parameter("beta")
    n = [atoms.average(transition(3, i, i), symbol=f"n_{i}") for i in range(3)]
    jumps = [ls.Jump(transition(3, i, j), sp.exp(beta * (n[i] - n[j]) / 4)) for i, j in PAIRS]
    return ls.Model(atoms, jumps=jumps)


def rates(populations: Any) -> Any:
    """``W[i, j]``: rate from j to i."""
    table = np.exp(BETA * (populations[:, None] - populations[None, :]) / 2)
    np.fill_diagonal(table, 0.0)
    return table


def classical(t: float, populations: Any) -> Any:
    table = rates(populations)
    return table @ populations - table.sum(axis=0) * populations


def lindblad(t: float, flat: Any) -> Any:
    """The same for the whole density matrix, coherences included."""
    rho = flat.reshape(3, 3)
    table = rates(np.diag(rho).real)
    result = np.zeros((3, 3), dtype=complex)
    for i, j in PAIRS:
        jump = np.zeros((3, 3))
        jump[i, j] = 1.0
        number = jump.T @ jump
        result += table[i, j] * (jump @ rho @ jump.T - 0.5 * (number @ rho + rho @ number))
    return result.ravel()


def test_populations_follow_the_classical_equations() -> None:
    start = np.array([0.5, 0.3, 0.2])
    times = np.linspace(0.0, 6.0, 5)
    run = ls.evolve(potts(), np.diag(start), times, tolerance=1e-13, beta=BETA)
    found = np.stack([run[f"average_n_{i}"].values for i in range(3)], axis=-1)
    solution = solve_ivp(classical, (0.0, 6.0), start, method="DOP853", t_eval=times, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found, solution.y.T, atol=1e-10)
    assert np.ptp(found[-1] - found[0]) > 0.05
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, atol=1e-12)


def test_density_matrix_follows_its_lindblad_equation() -> None:
    rho = random_density_matrix(3, np.random.default_rng(4))
    times = np.linspace(0.0, 1.0, 4)
    run = ls.evolve(potts(), rho, times, tolerance=1e-13, beta=BETA)
    solution = solve_ivp(lindblad, (0.0, 1.0), rho.ravel(), method="DOP853", t_eval=times, rtol=1e-12, atol=1e-13)
    found = density_matrices(run.m.values[:, 0])
    np.testing.assert_allclose(found, solution.y.T.reshape(-1, 3, 3), atol=1e-10)
    assert float(run.smallest_eigenvalue) > 0.0


def test_symmetric_state_loses_stability_at_the_known_temperature() -> None:
    """At n_i = 1/3 a perturbation with sum zero grows at the rate β − 3, by the classical equations."""
    for beta in (2.0, 3.5):
        model = potts()
        jacobian = numeric_mean_field(model).jacobian(np.zeros(8), parameter_vector(model, {"beta": beta}))
        growth = np.sort(np.linalg.eigvals(jacobian).real)[-2:]
        np.testing.assert_allclose(growth, [beta - 3.0] * 2, atol=1e-12)

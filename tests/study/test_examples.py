"""The example studies, at low resolution, against what is known of their systems."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from largespin.study import Finished, read_study, run_study

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, folder: Path) -> Finished:
    return run_study(read_study(EXAMPLES / f"{name}.toml"), folder, points=3)


def test_every_example_is_tested_here() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.toml")} == {"hopfield-retrieval", "time-crystal", "finite-size-gap"}


def test_hopfield_retrieval(tmp_path: Path) -> None:
    found = run("hopfield-retrieval", tmp_path).dataset
    for temperature in found.temperature.values:
        for field in found.field.values:
            point = found.sel(temperature=temperature, field=field)
            beta = 1 / temperature

            # F24 (B.4): [1 + 8Ω²/cosh²(βo)] o = tanh(βo)
            def condition(o: float, field: float = field, beta: float = beta) -> float:
                return (1 + 8 * field**2 / np.cosh(beta * o) ** 2) * o - np.tanh(beta * o)

            overlaps = np.abs(point.overlap.values[..., 0])
            largest = np.nanmax(overlaps)
            assert abs(condition(float(largest))) < 1e-6
            grid = np.linspace(1e-3, 1, 400)
            signs = np.sign([condition(o) for o in grid])
            roots = [
                brentq(condition, a, b) for a, b, s, t in zip(grid, grid[1:], signs, signs[1:], strict=False) if s != t
            ]
            assert largest == pytest.approx(max(roots, default=0.0), abs=1e-6)


def test_time_crystal(tmp_path: Path) -> None:
    finished = run_study(read_study(EXAMPLES / "time-crystal.toml"), tmp_path)
    found = finished.dataset
    last = found.isel(time=-1, block=0)
    for drive in found.drive.values:
        z = found.m.sel(drive=drive, component="z").values
        if drive < 0.9:  # At rest on the lower half of the sphere: m_y = ω/κ, m_z = −√(1 − (ω/κ)²).
            rest = last.m.sel(drive=drive)
            assert abs(rest.sel(component="y").item()) == pytest.approx(drive, abs=1e-4)
            assert rest.sel(component="z").item() == pytest.approx(-np.sqrt(1 - drive**2), abs=1e-4)
        elif drive > 1.0:  # It turns for ever and comes back up.
            assert z[200:].max() > 0.9
    np.testing.assert_allclose((found.m**2).sum("component"), 1.0, atol=1e-6)


@pytest.mark.slow
def test_finite_size_gap(tmp_path: Path) -> None:
    found = run("finite-size-gap", tmp_path).dataset
    gap = found.gap.transpose("temperature", "particles").values
    assert found.particles.values[[0, -1]].tolist() == [4, 16]
    # Below the transition the memory lasts longer the more spins hold it, by a factor with every spin; above, not.
    assert gap[0, 0] > 2 * gap[0, 1] > 4 * gap[0, 2] > 0
    assert gap[-1, 2] > 0.2
    lowest = _gap_by_brute_force(4, float(found.temperature[0]), 0.2)
    assert gap[0, 0] == pytest.approx(lowest, rel=1e-8)


def _gap_by_brute_force(count: int, temperature: float, field: float) -> float:
    """Smallest decay rate among permutation-symmetric modes, from the 4ᴺ-dimensional Liouvillian."""
    raising = np.array([[0, 1], [0, 0]], dtype=complex)
    x, z = raising + raising.T, np.diag([1.0 + 0j, -1.0])
    size = 2**count

    def on(site: int, operator: np.ndarray) -> np.ndarray:
        return np.kron(np.kron(np.eye(2**site), operator), np.eye(2 ** (count - site - 1)))

    magnetisation = np.mean([np.diag(on(i, z)).real for i in range(count)], axis=0)
    eye = np.eye(size)
    hamiltonian = field * np.sum([on(i, x) for i in range(count)], axis=0)
    liouvillian = -1j * (np.kron(hamiltonian, eye) - np.kron(eye, hamiltonian.T))
    for i in range(count):
        for operator, sign in ((raising, 1), (raising.T, -1)):
            jump = on(i, operator) @ np.diag(np.exp(sign * magnetisation / temperature / 2) / np.sqrt(2))
            square = jump.conj().T @ jump
            liouvillian += np.kron(jump, jump.conj()) - 0.5 * (np.kron(square, eye) + np.kron(eye, square.T))
    # The slowest modes of the transposed problem on symmetric operators: project with all permutations of sites.
    symmetric = _symmetric_basis(count)
    block = symmetric.T @ liouvillian @ symmetric
    rates = -np.linalg.eigvals(block).real
    return float(np.sort(rates[rates > 1e-9])[0])


def _symmetric_basis(count: int) -> np.ndarray:
    """Orthonormal basis of the operators that no permutation of sites changes, shape (4ᴺ, symmetric ones)."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    for row in range(2**count):
        for column in range(2**count):
            pairs = tuple(sorted(2 * (row >> i & 1) + (column >> i & 1) for i in range(count)))
            kinds.setdefault(pairs, []).append(row * 2**count + column)
    basis = np.zeros((4**count, len(kinds)))
    for number, members in enumerate(kinds.values()):
        basis[members, number] = len(members) ** -0.5
    return basis

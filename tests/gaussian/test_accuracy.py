"""Fifty-digit references near pure and near product states."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from gaussian_states import random_covariance, random_symplectic
from mpmath import det, inf, matrix, mp, mpf, sqrt
from mpmath import log as logarithm

from largespin import gaussian
from largespin.gaussian.measures.entropy import entropy_loss, mode_entropy
from largespin.gaussian.symplectic import eigenvalues


@pytest.fixture(autouse=True)
def _fifty_digits() -> Any:
    before, mp.dps = mp.dps, 50
    yield
    mp.dps = before


def precise_entropy(nu: Any) -> Any:
    n = (nu - 1) / 2
    return (n + 1) * logarithm(n + 1) - n * logarithm(n) if n > 0 else mpf(0)


def precise_information(v: Any) -> tuple[Any, Any]:
    """Mutual information and classical correlation (second mode measured) of the float matrix V, from invariants."""
    m = matrix(v.tolist())
    first, second, cross = m[:2, :2], m[2:, 2:], m[:2, 2:]
    a, b = sqrt(det(first)), sqrt(det(second))
    delta = a**2 + b**2 + 2 * det(cross)
    root = sqrt(max(delta**2 - 4 * det(m), mpf(0)))
    total = precise_entropy(a) + precise_entropy(b)
    total -= sum(precise_entropy(sqrt((delta + sign * root) / 2)) for sign in (1, -1))
    both, product = (a**2 * b**2 + det(cross) ** 2 - det(m)) / (a * b), det(cross)
    gap = sqrt(max(both**2 - 4 * product**2, mpf(0)))
    c2, d2 = (both + gap) / 2, (both - gap) / 2
    smallest = min(left_determinant(a, b, c2, d2, x) for x in stationary_points(a, b, c2, d2))
    return total, precise_entropy(a) - precise_entropy(sqrt(smallest))


def left_determinant(a: Any, b: Any, c2: Any, d2: Any, x: Any) -> Any:
    return a * (a - d2 / b) if x == inf else (a - c2 / (b + x)) * (a - d2 * x / (b * x + 1))


def stationary_points(a: Any, b: Any, c2: Any, d2: Any) -> list[Any]:
    """Zero, one, infinity and the zeros of dE/dx above zero."""
    k2 = a * b**2 * c2 - a * d2 - b * c2 * d2
    k1 = a * b * (c2 - d2)
    k0 = a * c2 - a * b**2 * d2 + b * c2 * d2
    discriminant = k1**2 - k2 * k0
    found = [mpf(0), mpf(1), inf]
    if discriminant >= 0 and k2 != 0:
        found += [x for x in ((-k1 + sign * sqrt(discriminant)) / k2 for sign in (1, -1)) if x > 0]
    return found


def compared(v: Any) -> None:
    v = (v + v.T) / 2
    total, classical = precise_information(v)
    found = gaussian.classical_correlation(v, 0, 1, vacuum=1.0)
    assert found == pytest.approx(float(classical), abs=1e-13)
    assert gaussian.mutual_information(v, 0, vacuum=1.0) == pytest.approx(float(total), abs=1e-13)
    assert gaussian.discord(v, 0, 1, vacuum=1.0) == pytest.approx(float(total - classical), abs=1e-13)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("occupation", [1e-14, 1e-10, 1e-6, 1e-2])
def test_near_pure_states(seed: int, occupation: float) -> None:
    generator = np.random.default_rng(seed)
    s = random_symplectic(generator, 2, 0.3)
    compared(2 * s @ gaussian.thermal_covariance([occupation, 3 * occupation]) @ s.T)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strength", [1e-9, 1e-6, 1e-3])
def test_near_product_states(seed: int, strength: float) -> None:
    """The classical correlation keeps its relative accuracy although it is as small as strength²."""
    v = 2 * random_covariance(seed, 2, size=0.4)
    weak = np.block([[np.ones((2, 2)), np.full((2, 2), strength)], [np.full((2, 2), strength), np.ones((2, 2))]])
    v = v * weak  # positive: a Hadamard product with a positive matrix; mixed enough to stay physical
    compared(v)
    _, classical = precise_information((v + v.T) / 2)
    found = gaussian.classical_correlation(v, 0, 1, vacuum=1.0)
    assert found == pytest.approx(float(classical), rel=1e-9, abs=0.0)


@pytest.mark.parametrize("excess", [1e-15, 1e-12, 1e-6])
def test_a_measured_mode_close_to_the_vacuum(excess: float) -> None:
    """b → 1, where the printed formula is 0/0."""
    v = gaussian.two_mode_squeezed_covariance(np.sqrt(excess), [0.7, 0.0], vacuum=1.0)
    compared(v)


def test_the_quadratic_equation_is_the_derivative() -> None:
    a, b, c2, d2, x = sp.symbols("a b c2 d2 x", positive=True)
    slope = sp.diff((a - c2 / (b + x)) * (a - d2 * x / (b * x + 1)), x)
    quadratic = (a * b**2 * c2 - a * d2 - b * c2 * d2) * x**2 + 2 * a * b * (c2 - d2) * x
    quadratic += a * c2 - a * b**2 * d2 + b * c2 * d2
    assert sp.simplify(slope * (b + x) ** 2 * (b * x + 1) ** 2 - quadratic) == 0


@pytest.mark.parametrize("seed", range(5))
def test_strong_local_squeezing_changes_little(seed: int) -> None:
    """Entries up to 1e5 around the same correlations: the digits lost are those of the entries."""
    state = random_covariance(seed, 2)
    local = np.zeros((4, 4))
    for mode, angle in enumerate((0.3, 1.1)):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        rows = slice(2 * mode, 2 * mode + 2)
        local[rows, rows] = turn @ np.diag([np.exp(2.5), np.exp(-2.5)]) @ turn.T
    moved = local @ state @ local.T
    for measured in ("first", "second"):
        found = gaussian.discord(moved, 0, 1, measured=measured)
        assert found == pytest.approx(gaussian.discord(state, 0, 1, measured=measured), abs=1e-9)


@pytest.mark.parametrize("n", [0.0, 1e-300, 1e-20, 1e-15, 1.1e-9, 1.2e-9, 1.3e-9, 0.5, 1e4, 1e12])
def test_entropy_of_one_mode(n: float) -> None:
    nu = 2 * n + 1
    exact = precise_entropy(mpf(nu))
    assert float(mode_entropy(np.array(nu))) == pytest.approx(float(exact), rel=1e-13, abs=0.0)


@pytest.mark.parametrize("n", [1e-8, 0.3, 40.0, 1e6])
@pytest.mark.parametrize("part", [1e-15, 1e-9, 0.1, 0.49, 0.51, 0.999, 1.0])
def test_loss_of_entropy(n: float, part: float) -> None:
    nu = 2 * n + 1
    loss = part * (nu - 1)
    exact = precise_entropy(mpf(nu)) - precise_entropy(mpf(nu) - mpf(loss))
    assert float(entropy_loss(np.array(nu), np.array(loss))) == pytest.approx(float(exact), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("seed", range(5))
def test_two_modes_in_closed_form_are_the_singular_values(seed: int) -> None:
    v = 2 * random_covariance(seed, 2)
    lower = np.linalg.cholesky(v)
    values = np.linalg.svd(lower.T @ gaussian.symplectic_form(2) @ lower, compute_uv=False)
    np.testing.assert_allclose(eigenvalues(v), values[[2, 0]], rtol=1e-13)


def test_small_symplectic_eigenvalues_keep_their_digits() -> None:
    """``e^{−2r}`` after partial transposition, nine decades below the largest entry."""
    assert gaussian.log_negativity(gaussian.two_mode_squeezed_covariance(4.0), 0) == pytest.approx(8.0, abs=1e-9)

"""Closed forms, invariances and bounds of the Gaussian measures."""

from typing import Any, Literal

import numpy as np
import pytest
from gaussian_states import entropy, printed_minimum, random_covariance, random_symplectic
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from largespin import gaussian

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def squeezed_thermal(r: float, first: float, second: float) -> tuple[float, float, float]:
    """``a, b, c`` of a two-mode squeezed thermal state (vacuum 1): ``V = (a, c σ_z; c σ_z, b)``."""
    n, m = 2 * first + 1, 2 * second + 1
    a = n * np.cosh(r) ** 2 + m * np.sinh(r) ** 2
    b = n * np.sinh(r) ** 2 + m * np.cosh(r) ** 2
    return a, b, (n + m) * np.sinh(r) * np.cosh(r)


PARAMETERS = [(0.3, 0.5, 1.5), (0.8, 0.2, 0.2), (0.05, 1.0, 0.3)]


@pytest.mark.parametrize(("r", "first", "second"), PARAMETERS)
def test_two_mode_squeezed_thermal_states(r: float, first: float, second: float) -> None:
    a, b, c = squeezed_thermal(r, first, second)
    state = gaussian.two_mode_squeezed_covariance(r, [first, second])
    v = np.block([[a * np.eye(2), c * np.diag([1, -1])], [c * np.diag([1, -1]), b * np.eye(2)]])
    np.testing.assert_allclose(2 * state, v, atol=1e-13)
    # The squeezer is symplectic, so the symplectic eigenvalues are those of the thermal modes.
    nu = np.sort([2 * first + 1, 2 * second + 1])
    np.testing.assert_allclose(gaussian.symplectic_eigenvalues(state), nu, atol=1e-12)
    information = entropy(a) + entropy(b) - entropy(nu).sum()
    assert gaussian.mutual_information(state, 0) == pytest.approx(information, abs=1e-12)
    # After partial transposition the smaller eigenvalue is (a + b − √((a − b)² + 4c²))/2.
    small = (a + b - np.sqrt((a - b) ** 2 + 4 * c**2)) / 2
    assert gaussian.log_negativity(state, 0, 1) == pytest.approx(max(0.0, -np.log(small)), abs=1e-12)
    # Heterodyne detection is best: E = (a − c²/(b + 1))².
    after = a - c**2 / (b + 1)
    assert gaussian.classical_correlation(state, 0, 1) == pytest.approx(entropy(a) - entropy(after), abs=1e-12)
    assert gaussian.discord(state, 0, 1) == pytest.approx(entropy(b) - entropy(nu).sum() + entropy(after), abs=1e-12)
    other = b - c**2 / (a + 1)
    assert gaussian.classical_correlation(state, 0, 1, measured="first") == pytest.approx(
        entropy(b) - entropy(other), abs=1e-12
    )
    assert gaussian.steering(state, 0) == pytest.approx(max(0.0, -np.log(b - c**2 / a)), abs=1e-12)
    assert gaussian.steering(state, 1) == pytest.approx(max(0.0, -np.log(a - c**2 / b)), abs=1e-12)
    assert gaussian.squeezing(state) == pytest.approx(np.linalg.eigvalsh(v)[0], abs=1e-12)


def test_squeezing_entangles_only_beyond_a_threshold() -> None:
    """Equal occupations n: entangled for ``e^{2r} > 2n + 1``."""
    edge = 0.5 * np.log(3.0)
    assert gaussian.log_negativity(gaussian.two_mode_squeezed_covariance(edge - 0.01, [1.0, 1.0]), 0) == 0.0
    above = gaussian.two_mode_squeezed_covariance(edge + 0.01, [1.0, 1.0])
    assert gaussian.log_negativity(above, 0) == pytest.approx(0.02, abs=1e-12)


@pytest.mark.parametrize("r", [1e-9, 1e-4, 0.3, 2.0])
def test_pure_states_have_one_number(r: float) -> None:
    """Discord, classical correlation, half the mutual information: all are the entropy of one side."""
    state = gaussian.two_mode_squeezed_covariance(r)
    n = np.sinh(r) ** 2
    exact = (n + 1) * np.log1p(n) - n * np.log(n)
    own = gaussian.von_neumann_entropy(gaussian.reduced(state, 0))
    for value in (
        own,
        gaussian.classical_correlation(state, 0, 1),
        gaussian.discord(state, 0, 1),
        gaussian.discord(state, 0, 1, measured="first"),
        gaussian.mutual_information(state, 0) / 2,
    ):
        # Rounding of the entries, of size cosh 2r, moves ν off 1, where s has an infinite slope.
        assert value == pytest.approx(exact, abs=1e-13 * np.cosh(2 * r))
    assert gaussian.purity(state) == pytest.approx(1.0, abs=1e-12)
    assert gaussian.log_negativity(state, 0) == pytest.approx(2 * r, abs=1e-12)


@FEW
@given(SEEDS, st.integers(1, 3), st.integers(1, 3))
def test_product_states_have_no_correlation(seed: int, one: int, two: int) -> None:
    state = gaussian.direct_sum(random_covariance(seed, one), random_covariance(seed + 1, two))
    first = list(range(one))
    assert gaussian.mutual_information(state, first) == pytest.approx(0.0, abs=1e-12)
    assert gaussian.mutual_information(state, first, entropy="renyi2") == pytest.approx(0.0, abs=1e-12)
    assert gaussian.log_negativity(state, first) == pytest.approx(0.0, abs=1e-12)
    assert gaussian.steering(state, first) == pytest.approx(0.0, abs=1e-12)
    if one == two == 1:
        assert gaussian.classical_correlation(state, 0, 1) == pytest.approx(0.0, abs=1e-13)
        assert gaussian.discord(state, 0, 1) == pytest.approx(0.0, abs=1e-12)


@FEW
@given(SEEDS)
def test_local_squeezing_and_rotation_change_nothing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    state = random_covariance(seed, 2)
    local = np.kron(np.diag([1.0, 0.0]), random_symplectic(generator, 1)) + np.kron(
        np.diag([0.0, 1.0]), random_symplectic(generator, 1)
    )
    moved = local @ state @ local.T
    for measure in (
        lambda x: gaussian.discord(x, 0, 1),
        lambda x: gaussian.discord(x, 0, 1, measured="first"),
        lambda x: gaussian.classical_correlation(x, 0, 1),
        lambda x: gaussian.mutual_information(x, 0),
        lambda x: gaussian.log_negativity(x, 0),
        lambda x: gaussian.steering(x, 1),
        gaussian.purity,
    ):
        assert measure(moved) == pytest.approx(measure(state), abs=1e-10)


@FEW
@given(SEEDS)
def test_bounds_and_sum_rules(seed: int) -> None:
    state = random_covariance(seed, 2)
    total = gaussian.mutual_information(state, 0)
    for side in ("first", "second"):
        j, d = (f(state, 0, 1, measured=side) for f in (gaussian.classical_correlation, gaussian.discord))
        assert j + d == pytest.approx(total, abs=1e-12)
        assert j >= 0.0
        assert d >= -1e-13
    if gaussian.log_negativity(state, 0) == 0.0:
        assert max(gaussian.discord(state, 0, 1), gaussian.discord(state, 0, 1, measured="first")) < 1.0
    assert gaussian.steering(state, 0) <= gaussian.log_negativity(state, 0) + 1e-12


@FEW
@given(SEEDS)
def test_discord_is_the_printed_formula_where_that_is_sound(seed: int) -> None:
    state = random_covariance(seed, 2)
    v = 2 * state
    a = np.sqrt(np.linalg.det(v[:2, :2]))
    assert gaussian.classical_correlation(state, 0, 1) == pytest.approx(
        entropy(a) - entropy(np.sqrt(printed_minimum(v))), abs=1e-7
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("measured", ["first", "second"])
def test_no_gaussian_measurement_does_better(seed: int, measured: Literal["first", "second"]) -> None:
    """Direct minimisation over all projections on squeezed states of any angle."""
    state = random_covariance(seed, 2)
    order = [0, 1, 2, 3] if measured == "second" else [2, 3, 0, 1]
    v = 2 * state[np.ix_(order, order)]

    def left(x: Any) -> float:
        turn = np.array([[np.cos(x[1]), -np.sin(x[1])], [np.sin(x[1]), np.cos(x[1])]])
        strength = 14 * np.tanh(x[0] / 14)
        detector = turn @ np.diag(np.exp([strength, -strength])) @ turn.T
        after = v[:2, :2] - v[:2, 2:] @ np.linalg.solve(v[2:, 2:] + detector, v[2:, :2])
        return float(np.linalg.det(after))

    starts = [(r, angle) for r in (0.0, 3.0, 12.0) for angle in (0.1, 0.8, 1.6, 2.4)]
    best = min(
        minimize(left, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13}).fun for start in starts
    )
    own = entropy(np.sqrt(np.linalg.det(v[:2, :2])))
    found = gaussian.classical_correlation(state, 0, 1, measured=measured)
    assert found == pytest.approx(own - entropy(np.sqrt(best)), abs=1e-6)
    assert found >= own - entropy(np.sqrt(best)) - 1e-9


@pytest.mark.parametrize("c", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("extra", [0.0, 1e-12, 1e-6, 0.5])
def test_near_product_and_near_pure_states_at_fifty_digits(c: float, extra: float) -> None:
    """Fifty-digit arithmetic: the classical correlation keeps its relative accuracy, the discord its absolute one."""
    from mpmath import inf, log, mp, mpf, sqrt

    mp.dps = 50
    # Weak correlations c, d on thermal modes; the first is as pure as the uncertainty relation then allows.
    floats = (1.0 + extra + 4 * c, 1.4, c, -0.3 * c)
    a, b, c2, d2 = (mpf(x) for x in (floats[0], floats[1], floats[2] ** 1, floats[3] ** 1))
    c2, d2 = c2**2, d2**2

    def s(nu: Any) -> Any:
        n = (nu - 1) / 2
        return (n + 1) * log(n + 1) - (n * log(n) if n > 0 else 0)

    def remaining(lam: Any) -> Any:
        if lam == inf:
            return a * (a - d2 / b)
        return (a - c2 / (b + lam)) * (a - d2 * lam / (b * lam + 1))

    k2, k1, k0 = a * b**2 * c2 - a * d2 - b * c2 * d2, a * b * (c2 - d2), a * c2 - a * b**2 * d2 + b * c2 * d2
    candidates = [mpf(0), inf]
    disc = k1**2 - k2 * k0
    if disc >= 0:
        candidates += [x for x in ((-k1 + sqrt(disc)) / k2, (-k1 - sqrt(disc)) / k2) if x > 0]
    smallest = min(remaining(x) for x in candidates)
    classical = s(a) - s(sqrt(smallest))
    delta = a**2 + b**2 + 2 * mpf(floats[2]) * mpf(floats[3])
    det = (a * b - c2) * (a * b - d2)
    nus = [sqrt((delta + sign * sqrt(delta**2 - 4 * det)) / 2) for sign in (1, -1)]
    quantum = s(b) - s(nus[0]) - s(nus[1]) + s(sqrt(smallest))
    v = np.diag([floats[0], floats[0], floats[1], floats[1]])
    v[0, 2] = v[2, 0] = floats[2]
    v[1, 3] = v[3, 1] = floats[3]
    found = gaussian.classical_correlation(v, 0, 1, vacuum=1.0)
    assert found == pytest.approx(float(classical), rel=1e-9, abs=1e-22)
    assert gaussian.discord(v, 0, 1, vacuum=1.0) == pytest.approx(float(quantum), abs=1e-13)


def test_single_modes() -> None:
    hot = gaussian.thermal_covariance([1.5])
    assert gaussian.purity(hot) == pytest.approx(1 / 4)
    assert gaussian.renyi2_entropy(hot) == pytest.approx(np.log(4))
    assert gaussian.von_neumann_entropy(hot) == pytest.approx(2.5 * np.log(2.5) - 1.5 * np.log(1.5))
    assert gaussian.von_neumann_entropy(gaussian.squeezed_covariance(1.3, 0.4)) == pytest.approx(0.0, abs=1e-13)
    assert gaussian.squeezing(gaussian.squeezed_covariance(0.7, 0.4, 1.0)) == pytest.approx(3 * np.exp(-1.4))
    assert gaussian.squeezing_decibel(gaussian.squeezed_covariance(0.7)) == pytest.approx(14 / np.log(10))


@FEW
@given(SEEDS, st.integers(1, 4))
def test_williamson_form(seed: int, modes: int) -> None:
    state = random_covariance(seed, modes)
    s, nu = gaussian.williamson(state)
    omega = gaussian.symplectic_form(modes)
    np.testing.assert_allclose(s @ np.diag(np.repeat(nu, 2)) @ s.T, 2 * state, atol=1e-10 * np.abs(state).max())
    np.testing.assert_allclose(s @ omega @ s.T, omega, atol=1e-9)
    np.testing.assert_allclose(nu, gaussian.symplectic_eigenvalues(state), rtol=1e-10)


def test_entanglement_of_many_modes_is_seen_across_every_cut() -> None:
    """Two pairs of squeezed modes: the cut that separates both pairs counts twice."""
    pair = gaussian.two_mode_squeezed_covariance(0.4)
    state = gaussian.direct_sum(pair, pair)
    assert gaussian.log_negativity(state, [0, 2], [1, 3]) == pytest.approx(1.6)
    assert gaussian.log_negativity(state, [0, 1], [2, 3]) == pytest.approx(0.0, abs=1e-12)
    assert gaussian.log_negativity(state, 0, [1, 3]) == pytest.approx(0.8)
    assert gaussian.log_negativity(state, 0, 3) == pytest.approx(0.0, abs=1e-12)
    flipped = gaussian.partial_transpose(state, [1])
    assert gaussian.uncertainty(flipped) < -0.1

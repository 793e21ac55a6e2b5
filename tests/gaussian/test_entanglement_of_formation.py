"""Entanglement of formation of symmetric two-mode states: the printed formula, its definition, and units."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from gaussian_states import entropy, random_symplectic
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from largespin import gaussian

STRENGTHS = st.floats(0.01, 1.5)


def printed(uncertainty: float) -> float:
    """``f(Δ) = c₊ ln c₊ − c₋ ln c₋``, ``c± = (Δ^{−1/2} ± Δ^{1/2})²/4`` as Giedke and others print it, in nats."""
    if uncertainty >= 1.0:
        return 0.0
    plus, minus = ((uncertainty**-0.5 + sign * uncertainty**0.5) ** 2 / 4 for sign in (1, -1))
    return float(plus * np.log(plus) - minus * np.log(minus))


def symmetric(a: float, c: float, d: float) -> Any:
    """Σ of ``V = (a·1, diag(c, −d); diag(c, −d), a·1)``."""
    cross = np.diag([c, -d])
    return 0.5 * np.block([[a * np.eye(2), cross], [cross, a * np.eye(2)]])


@settings(max_examples=30, deadline=None)
@given(STRENGTHS, st.floats(0.0, 2.0), st.integers(0, 1000))
def test_against_the_printed_formula(r: float, n: float, seed: int) -> None:
    """Squeezed thermal modes: ``Δ = (2n+1) e^{−2r}``; local symplectic maps change nothing."""
    generator = np.random.default_rng(seed)
    local = block_diag(random_symplectic(generator, 1), random_symplectic(generator, 1))
    state = local @ gaussian.two_mode_squeezed_covariance(r, [n, n]) @ local.T
    expected = printed((2 * n + 1) * np.exp(-2 * r))
    assert gaussian.entanglement_of_formation(state, 0, 1, tolerance=1e-7) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("a", "c", "d"), [(2.0, 1.6, 1.3), (1.5, 1.0, 0.9), (3.0, 2.6, 1.2), (2.0, 1.7, 1.7)])
def test_different_correlations_of_q_and_p(a: float, c: float, d: float) -> None:
    """``ν̃ = √((a − c)(a − d))``: the variances of ``(q_1 − q_2)/√2`` and ``(p_1 + p_2)/√2`` over the vacuum's."""
    state = symmetric(a, c, d)
    assert gaussian.is_physical(state)
    expected = printed(np.sqrt((a - c) * (a - d)))
    assert gaussian.entanglement_of_formation(state, 0, 1) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_no_mixture_of_pure_states_is_cheaper(seed: int) -> None:
    """By definition E_F is the least entanglement of pure states γ ≤ Σ: every such γ costs at least as much."""
    generator = np.random.default_rng(seed)
    s = random_symplectic(generator, 2)
    pure = 0.5 * s @ s.T
    cost = float(gaussian.von_neumann_entropy(gaussian.reduced(pure, 0), tolerance=1e-7))
    noise = generator.normal(size=(4, 4)) * generator.uniform(0.0, 0.5)
    noisy = pure + noise @ noise.T
    first, second = (float(np.linalg.det(noisy[i : i + 2, i : i + 2])) for i in (0, 2))
    quiet = 0 if first < second else 2
    # Noise t on the quieter mode alone makes both determinants equal: t² + t tr + det − larger = 0.
    trace, gap = float(np.trace(noisy[quiet : quiet + 2, quiet : quiet + 2])), abs(first - second)
    t = 2 * gap / (trace + np.sqrt(trace**2 + 4 * gap))
    noisy[[quiet, quiet + 1], [quiet, quiet + 1]] += t
    assert gaussian.entanglement_of_formation(noisy, 0, 1, tolerance=1e-7) <= cost + 1e-9


def test_it_is_reached_by_displaced_two_mode_squeezed_states() -> None:
    """In the frame where q and p fluctuate alike, the pure state with ``e^{−2r} = ν̃`` fits below the state."""
    a, c, d = 2.0, 1.6, 1.3
    state, nu = symmetric(a, c, d), np.sqrt(0.4 * 0.7)
    scale = ((a - d) / (a - c)) ** 0.25
    local = np.diag([scale, 1 / scale] * 2)
    pure = gaussian.two_mode_squeezed_covariance(-0.5 * np.log(nu))
    assert np.linalg.eigvalsh(local @ state @ local - pure).min() > -1e-12
    cost = entropy(0.5 * (nu + 1 / nu))
    assert gaussian.entanglement_of_formation(state, 0, 1) == pytest.approx(cost, abs=1e-12)


def test_zero_exactly_where_log_negativity_is() -> None:
    r = np.linspace(0.0, 1.0, 41)
    states = gaussian.two_mode_squeezed_covariance(r, [0.5, 0.5])
    formation = gaussian.entanglement_of_formation(states, 0, 1)
    negativity = gaussian.log_negativity(states, 0, 1)
    np.testing.assert_array_equal(formation > 0, negativity > 0)
    assert (formation > 0).any()
    assert (formation == 0).any()


def test_units_order_and_labels_do_not_matter() -> None:
    grid = gaussian.two_mode_squeezed_covariance([0.1, 0.4, 0.8], [0.2, 0.2])
    expected = gaussian.entanglement_of_formation(grid, 0, 1)
    elsewhere = gaussian.convert(grid, to_vacuum=1.0, to_ordering="qqpp")
    again = gaussian.entanglement_of_formation(elsewhere, 0, 1, vacuum=1.0, ordering="qqpp")
    np.testing.assert_allclose(again, expected, atol=1e-13)
    names = ["a q", "a p", "b q", "b p"]
    coords: dict[str, Any] = {"mode": ("quadrature", ["a", "a", "b", "b"]), "quadrature": names, "quadrature_2": names}
    array = xr.DataArray(grid, dims=("squeezing", "quadrature", "quadrature_2"), coords=coords)
    labelled = gaussian.entanglement_of_formation(array, "a", "b")
    assert labelled.dims == ("squeezing",)
    assert labelled.attrs == {"long_name": "entanglement of formation", "units": "nat"}
    np.testing.assert_array_equal(labelled.values, expected)


def test_points_without_a_state_are_gaps() -> None:
    grid = gaussian.two_mode_squeezed_covariance([0.1, 0.4], [0.2, 0.2])
    grid[0] = np.nan
    found = gaussian.entanglement_of_formation(grid, 0, 1)
    assert np.isnan(found[0])
    assert found[1] > 0
